// itty-router: AutoRouter, Router, cors, responses
// GET /hello/bob?x=1&x=2
// POST /echo {"a":[1]}
//   content-type: application/json
// POST /echo {a
//   content-type: application/json
// GET /v1/items/3
// OPTIONS /hello/bob
//   origin: http://a.example
//   access-control-request-method: GET
// GET /file.json
// GET /throws
// GET /status
// GET /html
// GET /none
import { AutoRouter, cors, error, html, status, text, withContent, StatusError, Router } from "itty-router";

const { preflight, corsify } = cors({ origin: ["http://a.example"], credentials: true, maxAge: 5 });
const router = AutoRouter({ before: [preflight], finally: [corsify], missing: () => error(404, "nothing here") });
const items = Router({ base: "/v1/items" });
items.get("/:id", ({ id }) => ({ item: Number(id) })).all("*", () => error(404));
router
  .get("/hello/:name", ({ name, query }) => ({ name, query }))
  .post("/echo", withContent, ({ content }) => ({ content }))
  .all("/v1/items/*", items.fetch)
  .get("/:file.:ext", ({ file, ext }) => text(`${file} ${ext}`))
  .get("/throws", () => {
    throw new StatusError(422, { error: "bad", field: "x" });
  })
  .get("/status", () => status(204))
  .get("/html", () => html("<p>é", { headers: { "x-a": "b" } }));
export default router;
