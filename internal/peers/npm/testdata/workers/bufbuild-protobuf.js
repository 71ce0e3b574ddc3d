// @bufbuild/protobuf: well-known types, descriptors, binary and JSON
// GET /
import { create, toBinary, fromBinary, toJson, fromJson, toJsonString, equals, clone, isMessage, createRegistry, createFileRegistry, protoInt64 } from "@bufbuild/protobuf";
import { BinaryWriter, BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { TimestampSchema, timestampFromDate, timestampDate, DurationSchema, StructSchema, AnySchema, anyPack, anyUnpack, FieldMaskSchema, FileDescriptorProtoSchema, FileDescriptorSetSchema, StringValueSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { calls } from "./lib/calls.js";

const file = create(FileDescriptorProtoSchema, { name: "a.proto", package: "p", syntax: "proto3", messageType: [{ name: "M", field: [{ name: "x_y", number: 1, type: 9, label: 1, jsonName: "xY" }, { name: "n", number: 2, type: 3, label: 3, jsonName: "n" }] }] });
const M = createFileRegistry(create(FileDescriptorSetSchema, { file: [file] })).getMessage("p.M");
export default calls({
  timestamp: () => { const t = timestampFromDate(new Date(1700000000123)); return [toBinary(TimestampSchema, t), toJson(TimestampSchema, t), timestampDate(t)]; },
  duration: () => [toJson(DurationSchema, create(DurationSchema, { seconds: 90n, nanos: 5000000 })), fromJson(DurationSchema, "-1.5s")],
  struct: () => toJsonString(StructSchema, fromJson(StructSchema, { a: [1, "x", null, { b: true }] })),
  any: () => { const registry = createRegistry(TimestampSchema); const any = anyPack(TimestampSchema, timestampFromDate(new Date(0))); return [toJson(AnySchema, any, { registry }), anyUnpack(any, registry)]; },
  dynamic: () => { const m = create(M, { xY: "é", n: [1n, -2n] }); const bytes = toBinary(M, m); return [bytes, toJson(M, fromBinary(M, bytes)), equals(M, m, clone(M, m)), isMessage(m, M)]; },
  wire: () => { const w = new BinaryWriter().tag(1, WireType.Varint).int64(-5n).tag(2, WireType.LengthDelimited).string("x").finish(); const r = new BinaryReader(w); return [w, r.tag(), r.int64(), r.tag(), r.string()]; },
  mask: () => toJson(FieldMaskSchema, create(FieldMaskSchema, { paths: ["a_b", "c.d"] })),
  int64: () => [protoInt64.parse("-9223372036854775808"), protoInt64.uEnc("18446744073709551615")],
  unknown: () => toBinary(StringValueSchema, fromBinary(StringValueSchema, new Uint8Array([10, 1, 65, 16, 5]))),
  badJson: () => fromJson(TimestampSchema, "yesterday"),
  badField: () => fromJson(M, { z: 1 }),
  truncated: () => fromBinary(M, new Uint8Array([10, 5, 65])),
  range: () => toJson(ValueSchema, create(ValueSchema)),
});
