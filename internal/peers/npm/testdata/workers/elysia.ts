// elysia: routes with schemas
// GET /
// GET /id/5
// GET /id/x
// POST /body {"name":"a","age":3}
//   content-type: application/json
// POST /body {"name":1}
//   content-type: application/json
// GET /query?page=2
// GET /group/x
// GET /throws
// GET /status
// GET /none
import { Elysia, t } from "elysia";
import { CloudflareAdapter } from "elysia/adapter/cloudflare-worker";

export default new Elysia({ adapter: CloudflareAdapter })
  .onError(({ code, error, set }) => {
    if (code === "VALIDATION") return { code, property: (error as any).all?.[0]?.path };
    if (code === "NOT_FOUND") return "nothing here";
    return { code, message: (error as Error).message };
  })
  .decorate("answer", 42)
  .derive(({ path }) => ({ size: path.length }))
  .get("/", () => "hi")
  .get("/id/:id", ({ params: { id }, answer, size }) => ({ id, answer, size }), { params: t.Object({ id: t.Numeric() }) })
  .post("/body", ({ body }) => body, { body: t.Object({ name: t.String(), age: t.Optional(t.Number()) }) })
  .get("/query", ({ query, set }) => { set.headers["x-page"] = String(query.page); return query; }, { query: t.Object({ page: t.Numeric() }) })
  .group("/group", (app) => app.get("/x", () => ["x"]))
  .get("/throws", () => { throw new Error("thrown"); })
  .get("/status", ({ status }) => status(418, "teapot"))
  .compile();
