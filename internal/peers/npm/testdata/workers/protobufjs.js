// protobufjs: reflection, encoding and decoding without generated code
// GET /
import protobuf from "protobufjs/light";
import full from "protobufjs";
import { calls } from "./lib/calls.js";

const { Writer, Reader, util } = protobuf;
const root = full.parse(`syntax = "proto3"; package p; enum Color { RED = 0; GREEN = 1; }
message Item { string name = 1; int32 n = 2; repeated sint64 big = 3; map<string, double> prices = 4; oneof k { bytes raw = 5; bool flag = 6; } Color color = 7; Item inner = 8; }
service S { rpc Get (Item) returns (Item); }`, { keepCase: true }).root;
const attempt = (f) => { try { return f(); } catch (e) { return `${e.name}: ${e.message}`; } };
const Item = root.lookupType("p.Item");
const value = { name: "ü", n: -3, big: [1, -2], prices: { a: 1.5 }, raw: new Uint8Array([1, 2]), color: 1, inner: { name: "in" } };
const encoded = attempt(() => Item.encode(Item.create(value)).finish());
export default calls({
  reflect: () => [Item.fieldsArray.map((f) => [f.name, f.id, f.type, f.repeated]), root.lookupEnum("p.Color").values, root.lookupService("p.S").methodsArray[0].requestType],
  json: () => root.toJSON(),
  encodeAtStart: () => encoded,
  writer: () => Writer.create().uint32(10).string("hé").uint32(16).int32(-1).sint64(-5).double(1.5).float(0.1).bool(true).bytes(new Uint8Array([9])).finish(),
  reader: () => { const r = Reader.create(Writer.create().uint32(300).string("x").fixed32(7).finish()); return [r.uint32(), r.string(), r.fixed32(), r.pos]; },
  utf8: () => [util.utf8.length("é€🎉"), util.base64.encode(new Uint8Array([1, 2, 3]), 0, 3), util.camelCase("a_bc")],
  verify: () => [attempt(() => Item.verify({ name: 5 })), attempt(() => Item.verify({ big: 1 }))],
  truncated: () => Reader.create(new Uint8Array([0x80])).uint32(),
  parseError: () => full.parse("message {"),
  lookup: () => root.lookupType("p.None"),
  inRequest: () => Item.decode(new Uint8Array([10, 1, 65])),
});
