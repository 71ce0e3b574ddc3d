// hono: routes, middleware, cookies, validation, streams and errors
// GET /users/5?q=a%20b
// GET /files/a/b/c.txt
// POST /json {"name":"x","n":[1,2]}
//   content-type: application/json
// POST /json {broken
//   content-type: application/json
// POST /form a=1&b=2&a=3
//   content-type: application/x-www-form-urlencoded
// GET /cookies
//   cookie: one=1; two=zw%C3%B6lf
// GET /api/private
// GET /api/private
//   authorization: Bearer secret
// GET /stream
// GET /redirect
// GET /html
// GET /etag
// GET /etag
//   if-none-match: "0a4d55a8d778e5022fab701977c5d840bbc486d0"
// OPTIONS /cors
//   origin: http://other.example
//   access-control-request-method: PUT
// GET /basic
// GET /throws
// GET /http-exception
// GET /nowhere
// HEAD /users/7
// DELETE /users/7
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { basicAuth } from "hono/basic-auth";
import { cors } from "hono/cors";
import { getCookie, setCookie, deleteCookie } from "hono/cookie";
import { etag } from "hono/etag";
import { html, raw } from "hono/html";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { streamText } from "hono/streaming";
import { validator } from "hono/validator";

const app = new Hono();
app.use("/html", secureHeaders());
app.use("/api/*", bearerAuth({ token: "secret" }));
app.use("/basic", basicAuth({ username: "u", password: "p" }));
app.use("/cors", cors({ origin: ["http://other.example"], allowMethods: ["PUT"], maxAge: 60, credentials: true }));
app.use("/etag", etag());
app.use("*", async (c, next) => {
  await next();
  c.header("x-path", c.req.path);
});
app.get("/users/:id{[0-9]+}", (c) => c.json({ id: c.req.param("id"), q: c.req.query("q") ?? null, routes: c.req.matchedRoutes?.length ?? null }));
app.get("/files/*", (c) => c.text(c.req.path.slice(7)));
app.post("/json", validator("json", (value, c) => (value.name ? value : c.text("no name", 400))), (c) => c.json(c.req.valid("json"), 201));
app.post("/form", async (c) => c.json(await c.req.parseBody({ all: true })));
app.get("/cookies", (c) => {
  setCookie(c, "three", "a b", { path: "/", httpOnly: true, secure: true, sameSite: "Strict", maxAge: 1000 });
  deleteCookie(c, "one");
  return c.json(getCookie(c));
});
app.get("/api/private", (c) => c.text("private"));
app.get("/basic", (c) => c.text("basic"));
app.get("/cors", (c) => c.text("cors"));
app.get("/etag", (c) => c.text("etag"));
app.get("/stream", (c) => streamText(c, async (stream) => {
  for (const word of ["a", "b", "c"]) await stream.writeln(word);
}));
app.get("/redirect", (c) => c.redirect("/users/1?x=ü", 303));
app.get("/html", (c) => c.html(html`<h1>${"<&>"}</h1>${raw("<hr>")}${[1, 2].map((n) => html`<i>${n}</i>`)}`));
app.get("/throws", () => {
  throw new TypeError("thrown");
});
app.get("/http-exception", () => {
  throw new HTTPException(418, { message: "teapot" });
});
app.onError((error, c) => (error instanceof HTTPException ? error.getResponse() : c.text(`${error.name}: ${error.message}`, 500)));
app.notFound((c) => c.text(`nothing at ${c.req.path}`, 404));
export default app;
