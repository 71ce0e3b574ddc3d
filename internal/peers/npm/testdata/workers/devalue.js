// devalue: encoding; and msgpackr, seroval, superjson, bson, avsc, object-hash, ohash, flatbuffers
// GET /
import { pack, unpack, Packr } from "msgpackr";
import * as devalue from "devalue";
import { serialize as sero, toJSON, fromJSON, crossSerialize, serializeAsync } from "seroval";
import * as BSON from "bson";
import avro from "avsc";
import objectHash from "object-hash";
import { hash, serialize, digest } from "ohash";
import { calls, hex } from "./lib/calls.js";
export default calls({
  devalue: () => [devalue.uneval({ a: new Map([[1, new Set([2n])]]), d: new Date(0), u: undefined, r: /x/g, n: -0 }), devalue.parse(devalue.stringify({ x: [1, , 3], b: new Uint8Array([1, 2]), url: new URL("http://x/") }))],
  devalueBad: () => devalue.stringify({ a: { b: () => {} } }),
  seroval: async () => { const o = { a: [1n, new Date(0), new Map([[1, { b: undefined }]])], s: Symbol.iterator, t: new Uint8Array([1]), e: Infinity }; o.self = o; return [sero(o), JSON.stringify(toJSON(o)), await serializeAsync({ p: Promise.resolve(5) })]; },
  serovalBad: () => sero({ f() {} }),
  bson: () => { const id = new BSON.ObjectId("507f1f77bcf86cd799439011"); const b = BSON.serialize({ id, a: [1, 2.5], l: BSON.Long.fromNumber(5), d: new Date(0), r: /x/i, dec: BSON.Decimal128.fromString("1.5") }); return [hex(b), BSON.EJSON.stringify(BSON.deserialize(b))]; },
  bsonBad: () => BSON.deserialize(new Uint8Array([5, 0, 0])),
  avro: () => { const t = avro.Type.forSchema({ type: "record", name: "R", fields: [{ name: "a", type: "string" }, { name: "b", type: ["null", "int"] }] }); const b = t.toBuffer({ a: "é", b: { int: 5 } }); return [b.toString("hex"), t.fromBuffer(b), t.isValid({ a: 1 })]; },
  avroBad: () => avro.Type.forSchema({ type: "nope" }),
  hash: () => [objectHash({ b: 1, a: [new Date(0), new Set([1]), /x/, null] }), objectHash("x", { algorithm: "md5", encoding: "base64" }), hash({ a: [1, { b: new Date(0) }], m: new Map([[1, 2]]) }), serialize({ b: 1, a: Symbol("s") }), digest("x")],
  hashBad: () => objectHash(undefined, { algorithm: "nope" }),
  packr: () => { const p = new Packr({ structuredClone: true }); const o = { a: new Map([[1, new Set([2])]]), d: new Date(0), e: new RangeError("x"), r: /y/g }; o.o = o; const r = p.unpack(p.pack(o)); return [r.o === r, r.a, r.d, r.e, r.r, hex(pack({ big: 2n ** 60n, f: 1.5, s: "x".repeat(40), b: new Uint8Array([1]) }))]; },
  packBad: () => unpack(new Uint8Array([0x92, 1])),
});
