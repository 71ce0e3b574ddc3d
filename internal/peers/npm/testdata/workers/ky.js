// ky: requests, hooks, retries, errors
// GET /
import ky, { HTTPError, TimeoutError } from "ky";
import { calls } from "./lib/calls.js";

const make = (env, options) => ky.create({ prefix: env.ORIGIN, prefixUrl: undefined, retry: 0, ...options });
export default calls({
  get: (env) => ky(`${env.ORIGIN}/echo`, { searchParams: { a: 1, b: "ü" }, headers: { "x-a": "b" } }).text(),
  post: (env) => ky.post(`${env.ORIGIN}/echo`, { json: { n: [1] } }).text(),
  body: (env) => ky.put(`${env.ORIGIN}/echo`, { body: new URLSearchParams({ a: "b c" }) }).text(),
  json: (env) => ky(`${env.ORIGIN}/x?content=application/json&text=${encodeURIComponent('{"a":[1]}')}`).json(),
  bytes: async (env) => new Uint8Array(await ky(`${env.ORIGIN}/x?content=a/b&text=xyz`).arrayBuffer()),
  hooks: (env) => { const log = []; return make(env, { hooks: { beforeRequest: [() => { log.push("before"); }], afterResponse: [() => { log.push("after"); }] } })(`${env.ORIGIN}/echo`).then(() => log); },
  stubbed: () => ky("http://stub.example/x", { fetch: async (request) => Response.json([request.method, request.url, request.headers.get("accept")]) }).json(),
  retry: async () => { let n = 0; const r = await ky("http://stub.example/", { retry: { limit: 3, delay: () => 1 }, fetch: async () => new Response("x", { status: ++n < 3 ? 503 : 200 }) }).text(); return [n, r]; },
  status: (env) => ky(`${env.ORIGIN}/status/404?text=none&content=text/plain`, { retry: 0 }).catch((e) => [e instanceof HTTPError, e.name, e.message.replace(env.ORIGIN, "ORIGIN"), e.response.status]),
  lenient: async (env) => (await ky(`${env.ORIGIN}/status/500?text=x&content=text/plain`, { throwHttpErrors: false })).status,
  timeout: () => ky("http://stub.example/", { timeout: 5, retry: 0, fetch: (r) => new Promise((_, reject) => r.signal.addEventListener("abort", () => reject(r.signal.reason))) }).catch((e) => [e instanceof TimeoutError, e.message]),
  notJson: (env) => ky(`${env.ORIGIN}/x?content=text/plain&text=`).json(),
  method: (env) => ky.get(`${env.ORIGIN}/echo`, { json: 1 }),
});
