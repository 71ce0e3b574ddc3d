// joi: schemas and errors
// GET /
import Joi from "joi";
import { calls } from "./lib/calls.js";

const user = Joi.object({ name: Joi.string().alphanum().min(3).required(), age: Joi.number().integer().min(0), email: Joi.string().email({ tlds: false }), role: Joi.string().valid("a", "b").default("a"), repeat: Joi.ref("name"), tags: Joi.array().items(Joi.string()).unique(), at: Joi.date().iso() }).with("age", "email");
const check = (schema, value, options) => { const { error, value: out } = schema.validate(value, { abortEarly: false, ...options }); return [error?.details.map((d) => [d.type, d.path, d.message]), out]; };
export default calls({
  good: () => check(user, { name: "abc", age: "5", email: "a@b.co", repeat: "abc", at: "2026-01-02T03:04:05Z" }),
  bad: () => check(user, { name: "a!", age: 1.5, role: "c", repeat: "x", tags: ["a", "a"], extra: 1 }),
  strip: () => check(user, { name: "abc", extra: 1 }, { stripUnknown: true }),
  alternatives: () => check(Joi.alternatives().try(Joi.number(), Joi.string().uuid()), "x"),
  when: () => check(Joi.object({ a: Joi.boolean(), b: Joi.when("a", { is: true, then: Joi.required(), otherwise: Joi.forbidden() }) }), { a: true }),
  custom: () => check(Joi.string().custom((v, h) => (v === "x" ? v.toUpperCase() : h.error("any.invalid"))).messages({ "any.invalid": "{#label} is no x" }), "y"),
  extend: () => check(Joi.extend((joi) => ({ type: "even", base: joi.number(), messages: { odd: "{{#label}} is odd" }, validate: (v, h) => (v % 2 ? { value: v, errors: h.error("odd") } : undefined) })).even(), 3),
  async: () => Joi.string().external(async (v) => v + "!").validateAsync("x"),
  describe: () => Joi.object({ a: Joi.number().max(3) }).describe(),
  attempt: () => Joi.attempt("5", Joi.number()),
  throws: () => Joi.attempt("x", Joi.number(), "no number:"),
  assert: () => Joi.assert({}, user),
});
