// @trpc/server: queries, mutations, middleware and errors over the fetch adapter
// GET /trpc/hello?input=%22bob%22
// GET /trpc/hello?input=5
// POST /trpc/add {"a":2,"b":3}
//   content-type: application/json
// GET /trpc/hello,who?batch=1&input=%7B%220%22%3A%22x%22%7D
//   x-user: me
// GET /trpc/who
// GET /trpc/throws
// GET /trpc/nested.deep
// GET /trpc/nope
// GET /trpc/add
import { initTRPC, TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { z } from "zod";

const t = initTRPC.context<{ user: string | null }>().create({ isDev: false, errorFormatter: ({ shape, error }) => ({ ...shape, cause: error.cause instanceof z.ZodError ? error.cause.issues : null }) });
const signedIn = t.procedure.use(({ ctx, next }) => {
  if (!ctx.user) throw new TRPCError({ code: "UNAUTHORIZED" });
  return next({ ctx: { user: ctx.user } });
});
const router = t.router({
  hello: t.procedure.input(z.string()).query(({ input }) => `hello ${input}`),
  add: t.procedure.input(z.object({ a: z.number(), b: z.number() })).output(z.number()).mutation(({ input }) => input.a + input.b),
  who: signedIn.query(({ ctx }) => ctx.user),
  throws: t.procedure.query(() => { throw new TRPCError({ code: "CONFLICT", message: "no" }); }),
  nested: t.router({ deep: t.procedure.query(() => ({ deep: [1, { x: null }] })) }),
});
export default {
  fetch: (req: Request) => fetchRequestHandler({ endpoint: "/trpc", req, router, createContext: ({ req }) => ({ user: req.headers.get("x-user") }), responseMeta: ({ errors }) => ({ headers: { "x-errors": String(errors.length) } }) }),
};
