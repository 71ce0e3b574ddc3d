// h3: routes, hooks, bodies, cookies and errors
// GET /
// GET /users/5?q=1&q=2
// POST /body {"x":1}
//   content-type: application/json
// POST /body {"x":
//   content-type: application/json
// GET /cookies
//   cookie: a=1; b=2
// GET /redirect
// GET /stream
// GET /throws
// GET /unhandled
// GET /proxy
// GET /a/b/c
import { H3, HTTPError, readBody, getQuery, getRouterParam, setCookie, parseCookies, redirect, withBase, html, defineHandler, onRequest, onError } from "h3";

const app = new H3();
app.use((event) => {
  event.res.headers.set("x-method", event.req.method);
});
app.get("/", () => ({ hello: "world", n: null }));
app.get("/users/:id", (event) => ({ id: getRouterParam(event, "id"), query: getQuery(event) }));
app.post("/body", async (event) => ({ got: await readBody(event) }));
app.get("/cookies", (event) => {
  setCookie(event, "c", "3 4", { httpOnly: true, path: "/", maxAge: 10 });
  return parseCookies(event);
});
app.get("/redirect", () => redirect("/x", 301));
app.get("/stream", () => new ReadableStream({ start: (c) => { c.enqueue(new TextEncoder().encode("chunk")); c.close(); } }));
app.get("/throws", () => {
  throw new HTTPError({ status: 409, statusText: "Conflict", message: "no", data: { a: 1 } });
});
app.get("/unhandled", () => {
  throw new Error("secret");
});
app.get("/proxy", () => html`<p>${"<"}</p>`);
app.use("/a/**", withBase("/a", new H3().get("/b/:x", (event) => event.context.params)));
export default { fetch: (request) => app.fetch(request) };
