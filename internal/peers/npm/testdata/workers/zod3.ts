// zod3: schemas, transforms, errors
// GET /
import { z } from "zod3";
import { calls } from "./lib/calls.js";

const user = z.object({
  name: z.string().min(2).max(10),
  email: z.string().email(),
  age: z.number().int().positive().optional(),
  role: z.enum(["admin", "user"]).default("user"),
  tags: z.array(z.string()).max(3).nullable(),
  at: z.coerce.date(),
});
const shape = z.discriminatedUnion("kind", [z.object({ kind: z.literal("circle"), r: z.number() }), z.object({ kind: z.literal("square"), side: z.number() })]);
type Tree = { value: number; children: Tree[] };
const tree: any = z.lazy(() => z.object({ value: z.number(), children: z.array(tree) }));
const issues = (r: any) => r.success ? r.data : r.error.issues.map((i: any) => [i.code, i.path, i.message]);
export default calls({
  good: () => user.parse({ name: "Ann", email: "a@b.co", tags: ["x"], at: "2026-01-02", extra: 1 }),
  bad: () => issues(user.safeParse({ name: "A", email: "no", age: -1.5, role: "x", tags: [1, "a", "b", "c"], at: "no date" })),
  missing: () => issues(user.safeParse({})),
  union: () => [shape.parse({ kind: "circle", r: 2 }), issues(shape.safeParse({ kind: "oval" })), issues(z.union([z.string(), z.number()]).safeParse(true))],
  lazy: () => tree.parse({ value: 1, children: [{ value: 2, children: [] }] }),
  transform: () => z.string().trim().transform((s: string) => s.length).pipe(z.number().min(3)).safeParse(" abcd ").data,
  refine: () => issues(z.object({ a: z.string(), b: z.string() }).refine((v: any) => v.a === v.b, { message: "differ", path: ["b"] }).safeParse({ a: "1", b: "2" })),
  strict: () => issues(z.object({ a: z.number() }).strict().safeParse({ a: 1, b: 2, c: 3 })),
  formats: () => ["2026-02-30", "x"].map((v) => [z.string().url().safeParse("http://" + v).success, z.string().uuid().safeParse(v).success, z.string().datetime().safeParse(v + "T00:00:00Z").success]),
  collections: () => [z.record(z.string(), z.number()).parse({ a: 1 }), z.map(z.string(), z.number()).parse(new Map([["a", 1]])), z.set(z.number()).parse(new Set([1])), z.tuple([z.string(), z.number()]).rest(z.boolean()).parse(["a", 1, true])],
  derived: () => [Object.keys(user.partial().pick({ name: true }).shape), Object.keys(user.omit({ name: true }).extend({ x: z.any() }).shape)],
  brand: () => z.number().brand("N").catch(5).parse("x"),
  async: async () => issues(await z.string().refine(async (s: string) => s === "x", "not x").safeParseAsync("y")),
  coerce: () => [z.coerce.number().parse("12"), z.coerce.boolean().parse(""), z.coerce.bigint().parse("9007199254740993")],
  flatten: () => { const r = user.safeParse({ name: 5 }); return (r.error as any).flatten(); },
  throws: () => z.string().parse(5),
});
