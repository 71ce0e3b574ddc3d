// hono: streams of JSX, validators, cookies, JWT
// GET /
// GET /stream
// GET /sse
// GET /jwt
// GET /v?x=1
// GET /v
// GET /cookie
//   cookie: a=1; b=2
// GET /basic
/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { renderToReadableStream, Suspense, ErrorBoundary } from "hono/jsx/streaming";
import { stream, streamSSE } from "hono/streaming";
import { sign, verify } from "hono/jwt";
import { validator } from "hono/validator";
import { getCookie, setCookie, setSignedCookie } from "hono/cookie";
import { basicAuth } from "hono/basic-auth";
import { etag } from "hono/etag";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { HTTPException } from "hono/http-exception";
import { html, raw } from "hono/html";
import { css, Style } from "hono/css";
const app = new Hono();
app.use("/", etag(), cors(), secureHeaders());
const Late = async () => { await Promise.resolve(); return <p>late</p>; };
app.get("/", (c) => c.html(html`<!doctype html>${<Style />}<b class="${css`color: red;`}">${"<x>"}${raw("<i>")}</b>`));
app.get("/stream", (c) => c.body(renderToReadableStream(<div><Suspense fallback={<i>wait</i>}><Late /></Suspense></div>)));
app.get("/sse", (c) => streamSSE(c, async (s) => { await s.writeSSE({ data: "a\nb", event: "e", id: "1" }); await s.writeSSE({ data: "c" }); }));
app.get("/jwt", async (c) => { const t = await sign({ a: 1 }, "s"); try { await verify(t, "no", "HS256"); } catch (e) { return c.json([t, await verify(t, "s", "HS256"), e.name]); } });
app.get("/v", validator("query", (v, c) => { if (!v.x) throw new HTTPException(422, { message: "x?" }); return v; }), (c) => c.json(c.req.valid("query")));
app.get("/cookie", async (c) => { setCookie(c, "z", "é", { path: "/", secure: true, sameSite: "Lax", maxAge: 5 }); await setSignedCookie(c, "s", "v", "secret"); return c.json(getCookie(c)); });
app.get("/basic", basicAuth({ username: "a", password: "b" }), (c) => c.text("in"));
export default app;
