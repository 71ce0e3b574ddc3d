// ajv: JSON Schema: at start-up, when code may be made of strings, and in a request, when it may not
// GET /
import Ajv from "ajv";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { calls } from "./lib/calls.js";

const schema = { type: "object", properties: { a: { type: "integer", minimum: 2 }, b: { type: "string", format: "email" }, c: { enum: [1, "x", null] }, d: { type: "array", items: { $ref: "#/$defs/e" }, uniqueItems: true } }, required: ["a"], additionalProperties: false, $defs: { e: { type: "string", pattern: "^x+$" } } };
const ajv = addFormats(new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true }));
const validate = ajv.compile(schema);
const union = ajv.compile({ oneOf: [{ type: "string", maxLength: 2 }, { type: "number", multipleOf: 3 }] });
const newer = new Ajv2020().compile({ type: "array", prefixItems: [{ type: "number" }], items: false, minItems: 1 });
ajv.addKeyword({ keyword: "even", type: "number", validate: (wanted, n) => (n % 2 === 0) === wanted });
const even = ajv.compile({ type: "object", properties: { n: { even: true, default: 4 } }, if: { required: ["x"] }, then: { required: ["y"] } });
const check = (f, value) => [f(value), value, f.errors?.map((e) => [e.instancePath, e.keyword, e.params, e.message])];
export default calls({
  good: () => check(validate, { a: "5", b: "a@b.co", c: null, d: ["x", "xx"] }),
  bad: () => check(validate, { a: 1.5, b: "no", c: 2, d: ["y", "y"], e: 1 }),
  missing: () => [validate({}), ajv.errorsText(validate.errors, { dataVar: "data" })],
  union: () => [check(union, "abc"), check(union, 6)],
  newer: () => [check(newer, [1]), check(newer, [1, 2])],
  keyword: () => [check(even, {}), check(even, { n: 3, x: 1 })],
  formats: () => ["date", "uri", "ipv4", "uuid", "duration"].map((format) => Object.keys(ajv.formats).includes(format)),
  validateSchema: () => [ajv.validateSchema(schema), new Ajv({ logger: false }).validateSchema({ type: "nothing" })],
  inRequest: () => new Ajv().compile(schema)({ a: 1 }),
  unknown: () => new Ajv().addKeyword("type"),
});
