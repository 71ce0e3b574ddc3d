// @sinclair/typebox: schemas and values
// GET /
import { Type, FormatRegistry } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { calls } from "./lib/calls.js";
const T = Type.Object({ a: Type.Integer({ minimum: 2 }), b: Type.Optional(Type.Array(Type.String({ pattern: "^x" }))), c: Type.Union([Type.Literal("p"), Type.Null()]), d: Type.Record(Type.String(), Type.Number()) });
export default calls({
  check: () => [Value.Check(T, { a: 2, c: null, d: { k: 1 } }), Value.Check(T, { a: 1, c: null, d: {} })],
  errors: () => [...Value.Errors(T, { a: 1, b: ["y"], c: 1, d: { k: "x" } })].map((e) => [e.path, e.message, e.type]),
  create: () => Value.Create(T),
  convert: () => Value.Convert(T, { a: "5", c: "p", d: { z: "1" } }),
  clean: () => Value.Clean(Type.Object({ a: Type.Number() }), { a: 1, b: 2 }),
  diff: () => Value.Diff({ a: 1, b: [1, 2] }, { a: 2, b: [1] }),
  patch: () => Value.Patch({ a: 1 }, Value.Diff({ a: 1 }, { a: 2, c: 3 })),
  hash: () => Value.Hash({ a: 1, b: [true, "x"] }),
  transform: () => { const D = Type.Transform(Type.String()).Decode((s) => s.length).Encode((n) => "x".repeat(n)); return [Value.Decode(D, "abc"), Value.Encode(D, 2)]; },
  schema: () => JSON.stringify(Type.Partial(Type.Omit(T, ["d"]))),
  bad: () => Value.Decode(T, {}),
  parse: () => Value.Parse(T, { a: 0 }),
});
