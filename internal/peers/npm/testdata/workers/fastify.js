// fastify: routes, schemas, hooks, by inject()
// GET /
import Fastify from "fastify";
import { calls } from "./lib/calls.js";
const app = async (f) => { const a = Fastify({ logger: false }); a.addHook("onSend", async (req, reply, payload) => { reply.header("x-hook", "1"); return payload; }); a.get("/", async () => ({ hello: "world" })); a.get("/users/:id", async (req) => ({ id: req.params.id, q: req.query })); a.get("/boom", async () => { throw Object.assign(new Error("boom"), { statusCode: 409 }); }); a.post("/echo", async (r) => r.body); const r = await a.inject(f); return [r.statusCode, r.body, r.headers["x-hook"], r.headers["content-type"]]; };
export default calls({
  root: () => app("/"),
  params: () => app("/users/5?x=1"),
  boom: () => app("/boom"),
  missing: () => app("/missing"),
  echo: () => app({ method: "POST", url: "/echo", payload: { a: 1 } }),
  bad: () => app({ method: "POST", url: "/echo", headers: { "content-type": "application/json" }, payload: "{" }),
  twice: () => { const a = Fastify(); a.get("/", () => {}); a.get("/", () => {}); },
});
