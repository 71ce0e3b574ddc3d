// yup: schemas and errors
// GET /
import * as yup from "yup";
import { calls } from "./lib/calls.js";

const user = yup.object({ name: yup.string().required().min(2), age: yup.number().integer().positive().nullable(), email: yup.string().email(), tags: yup.array(yup.string().oneOf(["a", "b"])), at: yup.date().default(() => new Date(0)) });
export default calls({
  good: () => user.validate({ name: "Ann", age: "5", email: "a@b.co", tags: ["a"] }),
  bad: () => user.validate({ name: "A", age: -1.5, email: "x", tags: ["c"] }, { abortEarly: false }).catch((e) => [e.name, e.errors, e.inner.map((i) => i.path)]),
  cast: () => user.cast({ name: 5, age: "7", at: "2026-01-02" }),
  isValid: async () => [await user.isValid({}), user.isValidSync({ name: "xy" })],
  when: () => yup.object({ a: yup.boolean(), b: yup.string().when("a", { is: true, then: (s) => s.required("b!") }) }).validate({ a: true }),
  lazy: () => yup.lazy((v) => (typeof v === "number" ? yup.number() : yup.string().matches(/^x+$/))).validate("xxy"),
  describe: () => user.describe().fields.name.tests,
  strict: () => yup.number().strict().validate("5"),
  test: () => yup.string().test("is-x", "${path} is no x: ${value}", (v) => v === "x").validate("y"),
});
