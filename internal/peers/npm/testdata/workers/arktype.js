// arktype: types and errors
// GET /
import { type, scope, match } from "arktype";
import { calls } from "./lib/calls.js";
const user = type({ name: "string >= 2", "age?": "number.integer > 0", email: "string.email", tags: "('a' | 'b')[]" });
const out = (o) => (o instanceof type.errors ? o.summary : o);
export default calls({
  good: () => out(user({ name: "Ann", age: 5, email: "a@b.co", tags: ["a"] })),
  bad: () => out(user({ name: "A", age: 1.5, email: "x", tags: ["c"] })),
  morph: () => out(type("string.numeric.parse")("12")),
  json: () => out(type("string.json.parse").to({ a: "number" })('{"a": 1}')),
  scope: () => out(scope({ node: { v: "number", "next?": "node" } }).export().node({ v: 1, next: { v: "x" } })),
  narrow: () => out(type("number").narrow((n, ctx) => n % 2 === 0 || ctx.mustBe("even"))(3)),
  schema: () => user.toJsonSchema(),
  assert: () => type("boolean").assert("x"),
  expression: () => [user.expression, type("1 < number <= 5").description],
  union: () => out(type("string | number[]")({})),
});
