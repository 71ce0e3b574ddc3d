// superagent: HTTP clients, and the packages that wrangler replaces
// GET /
import superagent from "superagent";
import nodefetch from "node-fetch";
import redaxios from "redaxios";
import { ofetch } from "ofetch";
import { calls } from "./lib/calls.js";
const fail = (e) => { throw new Error([e.name, e.code, e.message, e.status, e.statusCode, String(e)].join("|")); };
export default calls({
  superagent: async (env) => { const r = await superagent.post(env.ORIGIN + "/p").send({ a: 1 }).set("x", "y"); return [r.status, r.text, r.type, r.headers]; },
  superform: async (env) => (await superagent.post(env.ORIGIN + "/p").type("form").send({ a: "é" })).text,
  supererr: (env) => superagent.get(env.ORIGIN + "/status/500").catch((e) => [e.name, e.message, e.status, e.response.text]),
  nf: async (env) => { const r = await nodefetch(env.ORIGIN + "/x", { method: "POST", body: new URLSearchParams({ a: "b" }) }); return [r.status, r.ok, await r.text()]; },
  nferr: async (env) => (await nodefetch(env.ORIGIN)).json().catch(fail),
  redaxios: async (env) => { const r = await redaxios.post(env.ORIGIN + "/r", { a: 1 }, { headers: { b: "c" }, params: { q: 1 } }); return [r.status, r.data]; },
  redaxioserr: (env) => redaxios.get(env.ORIGIN + "/status/404").catch((e) => [e.status, e.ok, e.data]),
  ofetch: async (env) => ofetch(env.ORIGIN + "/o", { method: "POST", body: { a: 1 }, query: { b: [1, 2] } }),
  ofetcherr: (env) => ofetch(env.ORIGIN + "/status/422", { retry: 0 }).catch((e) => [e.name, e.message.replace(/:\d+/, ""), e.status, e.statusCode, e.data]),
});
