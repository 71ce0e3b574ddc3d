// express: routes, body parsers, middleware and errors, behind httpServerHandler
// GET /
// GET /users/5?a=1&b[c]=2
// POST /json {"a":[1,{"b":2}]}
//   content-type: application/json
// POST /json {"a":
//   content-type: application/json
// POST /form a=1&b=%C3%BC
//   content-type: application/x-www-form-urlencoded
// POST /raw hello
//   content-type: application/octet-stream
// GET /cookie
// GET /redirect
// GET /stream
// GET /status
// GET /format
//   accept: application/json
// GET /format
//   accept: text/html
// GET /api/items/7
// GET /etag
// GET /etag
//   if-none-match: W/"4-p3IN8B2KA88lCiLhYHoPPmGd3XQ"
// GET /throws
// GET /rejects
// PUT /users/5
// GET /nowhere
// HEAD /
import express from "express";
import { httpServerHandler } from "cloudflare:node";

const app = express();
app.disable("x-powered-by");
app.set("query parser", "extended");
app.use((req, res, next) => {
  res.set("X-Seen", `${req.method} ${req.originalUrl}`);
  next();
});
app.get("/", (req, res) => res.send("<p>hello"));
app.route("/users/:id").get((req, res) => res.json({ params: req.params, query: req.query, ip: typeof req.ip, secure: req.secure, host: req.hostname }));
app.post("/json", express.json(), (req, res) => res.status(201).json(req.body));
app.post("/form", express.urlencoded({ extended: true }), (req, res) => res.json(req.body));
app.post("/raw", express.raw({ type: "*/*" }), (req, res) => res.type("txt").send(`${req.body.length} ${req.body}`));
app.get("/cookie", (req, res) => res.cookie("a", "b c", { httpOnly: true, path: "/" }).clearCookie("z", { path: "/" }).end());
app.get("/redirect", (req, res) => res.redirect(302, "/elsewhere?a=b"));
app.get("/stream", (req, res) => {
  res.write("one ");
  res.write("two ");
  res.end("three");
});
app.get("/status", (req, res) => res.sendStatus(404));
app.get("/format", (req, res) => res.format({ "text/html": () => res.send("<b>"), "application/json": () => res.json({ b: 1 }) }));
app.get("/etag", (req, res) => res.send("etag"));
const api = express.Router({ mergeParams: true });
api.param("id", (req, res, next, id) => {
  req.number = Number(id);
  next();
});
api.get("/items/:id", (req, res) => res.json({ number: req.number, base: req.baseUrl, url: req.url }));
app.use("/api", api);
app.get("/throws", () => {
  throw Object.assign(new Error("thrown"), { status: 422 });
});
app.get("/rejects", async () => {
  throw new Error("rejected");
});
app.use((req, res) => res.status(404).send(`no ${req.path}`));
app.use((error, req, res, next) => res.status(error.status ?? 500).json({ type: error.type, status: error.status, is: error instanceof Error }));
app.listen(3000);
export default httpServerHandler({ port: 3000 });
