// axios: requests through the fetch adapter
// GET /
import axios from "axios";
import { calls } from "./lib/calls.js";

const make = (env, options) => axios.create({ baseURL: env.ORIGIN, adapter: "fetch", ...options });
const brief = ({ status, statusText, data }) => [status, statusText, data];
export default calls({
  get: async (env) => brief(await make(env).get("/echo", { params: { a: [1, 2], b: "ü &", c: null, d: { e: 1 } }, headers: { "x-a": "b" } })),
  post: async (env) => brief(await make(env).post("/echo", { n: 1, d: new Date(0) })),
  form: async (env) => brief(await make(env).post("/echo", new URLSearchParams({ a: "b c" }))),
  urlencoded: async (env) => brief(await make(env).post("/echo", { a: [1, "x y"], b: { c: true } }, { headers: { "content-type": "application/x-www-form-urlencoded" } })),
  put: async (env) => brief(await make(env).put("/echo", "text", { headers: { "content-type": "text/plain" } })),
  json: async (env) => brief(await make(env).get(`/x?content=application/json&text=${encodeURIComponent('{"a":[1]}')}`)),
  types: async (env) => { const get = (responseType) => make(env).get("/x?content=text/plain&text=bytes", { responseType }).then((r) => r.data); return [await get("arraybuffer"), await (await get("blob")).text(), await new Response(await get("stream")).text()]; },
  interceptors: async (env) => { const a = make(env); a.interceptors.request.use((c) => { c.headers.set("X-Seen", "yes"); return c; }); a.interceptors.response.use((r) => ({ ...r, data: r.data.includes("X-Seen: yes") })); return (await a.get("/echo")).data; },
  transform: async (env) => (await make(env, { transformResponse: [(d) => d.length > 5] }).get("/echo")).data,
  auth: async (env) => brief(await make(env).delete("/echo", { auth: { username: "u", password: "p" } })),
  uri: (env) => make(env).getUri({ url: "/x", params: { a: 1 } }),
  progress: async (env) => { let seen = 0; await make(env).get("/x?text=0123456789&content=text/plain", { onDownloadProgress: (e) => { seen = e.loaded; } }); return seen; },
  status: async (env) => make(env).get("/status/404?text=nothing&content=text/plain").catch((e) => [e.name, e.code, e.message, e.response.status, e.response.data, axios.isAxiosError(e)]),
  validate: async (env) => brief(await make(env).get("/status/500?text=x&content=text/plain", { validateStatus: () => true })),
  cancelled: async (env) => { const c = new AbortController(); c.abort(); return make(env).get("/echo", { signal: c.signal }).catch((e) => [e.name, e.code, e.message, axios.isCancel(e)]); },
  badUrl: async () => axios.get("http://", { adapter: "fetch" }).catch((e) => [e.name, e.code]),
});
