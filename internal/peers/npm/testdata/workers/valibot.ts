// valibot: schemas, pipes, errors
// GET /
import * as v from "valibot";
import { calls } from "./lib/calls.js";

const user = v.object({ name: v.pipe(v.string(), v.minLength(2)), email: v.pipe(v.string(), v.email()), age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 5), tags: v.array(v.picklist(["a", "b"])) });
const issues = (r: any) => r.success ? r.output : r.issues.map((i: any) => [v.getDotPath(i), i.message]);
export default calls({
  good: () => v.parse(user, { name: "Ann", email: "a@b.co", tags: ["a"], more: 1 }),
  bad: () => issues(v.safeParse(user, { name: "A", email: "no", age: 1.5, tags: ["a", "c"] })),
  flatten: () => { const r = v.safeParse(user, {}); return v.flatten(r.issues as any); },
  union: () => issues(v.safeParse(v.variant("k", [v.object({ k: v.literal("a"), n: v.number() }), v.object({ k: v.literal("b") })]), { k: "c" })),
  transform: () => v.parse(v.pipe(v.string(), v.trim(), v.transform(Number), v.number(), v.maxValue(10)), " 7 "),
  strict: () => issues(v.safeParse(v.strictObject({ a: v.number() }), { a: 1, b: 2 })),
  formats: () => [v.is(v.pipe(v.string(), v.isoDate()), "2026-01-31"), v.is(v.pipe(v.string(), v.ipv4()), "1.2.3.400"), v.is(v.pipe(v.string(), v.emoji()), "👍🏽"), v.is(v.pipe(v.string(), v.uuid()), "x")],
  record: () => [v.parse(v.record(v.string(), v.number()), { a: 1 }), v.parse(v.map(v.string(), v.date()), new Map([["x", new Date(0)]])), v.parse(v.tuple([v.string()]), ["x", 2])],
  async: () => v.parseAsync(v.pipeAsync(v.string(), v.checkAsync(async (s) => s === "x", "not x")), "x"),
  fallback: () => v.parse(v.fallback(v.number(), 3), "x"),
  throws: () => v.parse(v.string(), 5),
});
