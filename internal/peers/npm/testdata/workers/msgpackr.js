// msgpackr: packing and unpacking
// GET /
import { pack, unpack, Packr, Unpackr, addExtension, unpackMultiple, FLOAT32_OPTIONS } from "msgpackr";
import { calls } from "./lib/calls.js";

class Point { constructor(x) { this.x = x; } }
addExtension({ Class: Point, type: 0x50, write: (p) => [p.x], read: ([x]) => new Point(x) });
const value = { a: 1, b: [-1, 2.5, 1e20, 300, 70000, 2 ** 40], s: "é".repeat(20), n: null, u: undefined, t: true, bin: new Uint8Array([1, 2]), d: new Date(1700000000000), m: new Map([["k", 1]]), set: new Set([1]) };
const bytes = (b) => new Uint8Array(b);
export default calls({
  pack: () => bytes(pack(value)),
  unpack: () => unpack(pack(value)),
  records: () => { const p = new Packr({ structures: [] }); const z = p.pack([{ x: 1, y: 2 }, { x: 3, y: 4 }]); return [bytes(z), p.unpack(z)]; },
  plain: () => bytes(new Packr({ useRecords: false, variableMapSize: true }).pack({ a: { b: 1 } })),
  extension: () => { const back = unpack(pack(new Point(5))); return [back instanceof Point, back.x]; },
  cycles: () => { const p = new Packr({ structuredClone: true }); const a = { l: [] }; a.l.push(a); const back = p.unpack(p.pack(a)); return back.l[0] === back; },
  bigint: () => [bytes(pack(12345678901234567890n)), unpack(pack(-5n)), new Unpackr({ int64AsType: "bigint" }).unpack(pack(2n ** 60n))],
  floats: () => bytes(new Packr({ useFloat32: FLOAT32_OPTIONS.DECIMAL_FIT }).pack([0.1, 1.25])),
  multiple: () => unpackMultiple(new Uint8Array([1, 2, 0xa1, 0x78])),
  strings: () => unpack(pack(["", "a", "ü", "🎉", "x".repeat(300), "é".repeat(70000)])).map((s) => s.length),
  truncated: () => unpack(new Uint8Array([0x93, 1])),
  unknown: () => unpack(new Uint8Array([0xc1])),
});
