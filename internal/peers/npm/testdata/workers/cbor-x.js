// cbor-x: encoding and decoding
// GET /
import { Encoder, encode, decode, decodeMultiple, addExtension, Tag } from "cbor-x";
import { calls, hex } from "./lib/calls.js";
export default calls({
  encode: () => hex(encode({ a: [1, -2, 1.5, "é"], m: new Map([[1, 2]]), d: new Date(0), b: new Uint8Array([1]), n: null, u: undefined, big: 2n ** 60n })),
  round: () => decode(encode({ a: [1, -2, 1.5, "é", "x".repeat(300)], m: new Map([[1, 2]]), d: new Date(0), b: new Uint8Array([1]), s: new Set([1]) })),
  structures: () => { const e = new Encoder({ structures: [] }); const l = [{ a: 1, b: 2 }, { a: 3, b: 4 }]; const b = e.encode(l); return [b.length, e.decode(b)]; },
  floats: () => hex(new Encoder({ useFloat32: 3 }).encode([1.5, 1.1, 1e10])),
  multiple: () => decodeMultiple(new Uint8Array([1, 2, 0x61, 0x78])),
  ext: () => { class P { constructor(x) { this.x = x; } } addExtension({ Class: P, tag: 43311, encode: (p, enc) => enc(p.x), decode: (x) => new P(x) }); return decode(encode(new P(7))).x; },
  bad: () => decode(new Uint8Array([0x82, 1])),
  worse: () => decode(new Uint8Array([0xff])),
});
