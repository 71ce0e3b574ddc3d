// koa: middleware, through httpServerHandler
// GET /
// GET /boom
// POST /echo {"a":1}
// GET /missing
// GET /cookie
import Koa from "koa";
import { createServer } from "node:http";
import { httpServerHandler } from "cloudflare:node";
const app = new Koa();
app.silent = true;
app.use(async (ctx, next) => { try { await next(); } catch (e) { ctx.status = 418; ctx.body = { error: e.message }; } ctx.set("x-after", "1"); });
app.use(async (ctx, next) => {
  switch (ctx.path) {
    case "/": ctx.type = "html"; ctx.body = "<p>hi</p>"; break;
    case "/boom": ctx.throw(400, "boom"); break;
    case "/echo": { let s = ""; for await (const c of ctx.req) s += c; ctx.body = JSON.parse(s); break; }
    case "/cookie": ctx.cookies.set("a", "b", { httpOnly: true }); ctx.redirect("/x"); break;
    default: await next();
  }
});
const server = createServer(app.callback());
server.listen(8080);
export default httpServerHandler({ port: 8080 });
