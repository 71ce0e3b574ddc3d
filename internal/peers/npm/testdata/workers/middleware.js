// express: middleware of servers made for Node.js
// GET /koa/a?x=1
// GET /koa/error
// GET /polka/u/5
// GET /polka/none
// GET /express/hello
// GET /express/session
// GET /express/gzip
// GET /express/limited
// GET /express/helmet
// GET /express/cookies
// GET /fets/todo?n=5
// GET /fets/bad
import http from "node:http";
import { httpServerHandler } from "cloudflare:node";
import Koa from "koa";
import polka from "polka";
import express from "express";
import session from "express-session";
import cookieParser from "cookie-parser";
import compression from "compression";
import helmet from "helmet";
import cors from "cors";
import morgan from "morgan";
import { createRouter, Response as FetsResponse } from "fets";
const koa = new Koa();
koa.silent = true;
koa.use(async (c, next) => { try { await next(); } catch (e) { c.status = 418; c.body = { e: e.message }; } });
koa.use((c) => { if (c.path.endsWith("error")) c.throw(400, "bad"); c.cookies.set("a", "b", { httpOnly: true }); c.set("x-a", "1"); c.vary("Origin"); c.body = { q: c.query, ip: typeof c.ip, fresh: c.fresh, type: c.accepts("json", "html"), host: c.hostname }; });
const p = polka({ server: { on() {}, listen() {} } });
p.use((q, r, n) => { r.setHeader("x-p", "1"); n(); }).get("/polka/u/:id", (q, r) => { r.end(JSON.stringify({ id: q.params.id, path: q.path })); });
const app = express();
app.set("env", "test");
app.use(cookieParser("secret"));
app.use("/express/helmet", helmet(), cors({ origin: "http://a.b", credentials: true }), (q, r) => r.send("h"));
app.get("/express/hello", morgan(":method :url", { stream: { write(s) { app.locals.line = s; } } }), (q, r) => r.json({ a: 1, url: q.originalUrl, xhr: q.xhr, proto: q.protocol }));
app.get("/express/session", session({ secret: "s", resave: false, saveUninitialized: false, genid: () => "id" }), (q, r) => { q.session.n = (q.session.n || 0) + 1; r.type("txt").send("n" + q.session.n); });
app.get("/express/gzip", compression({ threshold: 0 }), (q, r) => r.send("x".repeat(2000)));
let hits = 0;
app.get("/express/limited", (q, r) => { r.set("Retry-After", "5").status(429).send({ hits: ++hits > 0 }); });
app.get("/express/cookies", (q, r) => r.cookie("a", "é b", { signed: true, expires: new Date(0), sameSite: "lax" }).clearCookie("b").redirect(301, "/x y"));
app.use((e, q, r, n) => r.status(500).send(e.message));
const fets = createRouter().route({ method: "GET", path: "/fets/todo", handler: (q) => FetsResponse.json({ n: q.query.n, p: q.parsedUrl.pathname }) }).route({ method: "GET", path: "/fets/bad", handler() { throw new Error("x"); } });
const server = http.createServer((q, r) => {
  if (q.url.startsWith("/koa")) return koa.callback()(q, r);
  if (q.url.startsWith("/polka")) return p.handler(q, r);
  return app(q, r);
});
server.listen(8080);
const node = httpServerHandler({ port: 8080 });
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    if (url.pathname.startsWith("/fets")) { const r = await fets.fetch(request); return new Response(r.status + " " + await r.text()); }
    const r = await node.fetch(request, env, ctx);
    const body = await r.arrayBuffer();
    const h = new Headers(r.headers);
    h.delete("date");
    return Response.json([r.status, [...h], url.pathname.endsWith("gzip") ? body.byteLength : new TextDecoder().decode(body)]);
  },
};
