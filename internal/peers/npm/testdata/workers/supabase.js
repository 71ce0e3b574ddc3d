// supabase-js: databases over HTTP, which the origin echoes
// GET /
import { createClient as supabase } from "@supabase/supabase-js";
import { Redis as Upstash } from "@upstash/redis/cloudflare";
import { neon, neonConfig } from "@neondatabase/serverless";
import { connect as ps, cast, format as psformat } from "@planetscale/database";
import { calls } from "./lib/calls.js";
const J = (env, o) => env.ORIGIN + "/j?content=application/json&text=" + encodeURIComponent(JSON.stringify(o));
export default calls({
  supabase: async (env) => { const s = supabase(env.ORIGIN, "key", { auth: { persistSession: false, autoRefreshToken: false } }); const r = await s.from("t").select("a,b(c)", { count: "exact" }).eq("x", "é").in("y", [1, "a,b"]).order("z", { ascending: false }).range(0, 4); return [r.status, r.error, r.data]; },
  supainsert: async (env) => { const s = supabase(env.ORIGIN, "key", { auth: { persistSession: false } }); return [await s.from("t").upsert({ a: 1 }, { onConflict: "a" }).select().single(), await s.rpc("f", { x: 1 }), await s.auth.signInWithPassword({ email: "a", password: "b" }).then((r) => [r.error?.name, r.error?.message]), await s.storage.from("b").upload("x/y.txt", "body", { contentType: "text/plain" }).then((r) => [r.error?.name, r.error?.message]), s.storage.from("b").getPublicUrl("a b.png").data, await s.functions.invoke("fn", { body: { a: 1 } }).then((r) => [r.data, r.error?.message])]; },
  supaerr: () => supabase("", ""),
  supaerr2: () => supabase("nope", "k"),
  upstash: async (env) => { const r = new Upstash({ url: env.ORIGIN, token: "t", enableTelemetry: false, retry: false }); return r.set("a", { b: 1 }, { ex: 5 }).catch((e) => [e.name, e.message.slice(0, 100)]); },
  upstashok: async (env) => { const r = new Upstash({ url: J(env, [{ result: "T0s=" }, { result: 5 }]), token: "t", retry: false }); return r.pipeline().set("a", 1).get("b").exec().catch((e) => [e.name, e.message.slice(0, 60)]); },
  upstasherr: () => new Upstash({}),
  upstasherr2: (env) => new Upstash({ url: env.ORIGIN + "/status/401", token: "x", retry: false }).get("a").catch((e) => [e.name, e.message.slice(0, 60)]),
  psfmt: () => [psformat("select ? , ?? from x where a in (?)", ["a'b", "c", [1, null, new Date(0), true]]), cast({ name: "x", type: "INT64" }, "123"), cast({ name: "x", type: "JSON" }, "{\"a\":1}")],
  psok: async () => { const c = ps({ host: "h", username: "u", password: "p", fetch: async (u, i) => new Response(JSON.stringify({ session: {}, result: { fields: [{ name: "a", type: "INT32" }, { name: "b", type: "VARCHAR" }], rows: [{ lengths: ["1", "2"], values: btoa("5hi") }] }, timing: 0.1 })) }); const r = await c.execute("select 1"); return [r.rows, r.headers, r.size, r.statement]; },
  neon: async () => { neonConfig.fetchFunction = async (u, i) => new Response(JSON.stringify({ fields: [{ name: "a", dataTypeID: 23 }, { name: "d", dataTypeID: 1082 }, { name: "j", dataTypeID: 3802 }], rows: [["5", "2020-01-02", '{"x":1}']], command: "SELECT", rowCount: 1, rowAsArray: true, q: [u, i.body, i.headers] })); const s = neon("postgresql://u:p@h.neon.tech/d"); return [await s`select ${1} as a, ${"é"}`, await s.query("select $1", [5], { fullResults: true }), await dneon({ client: s }).select().from(pusers).where(eq(pusers.id, 1)).catch((e) => e.message)]; },
  neonerr: () => neon("nope"),
  neonerr2: async () => { neonConfig.fetchFunction = async () => new Response(JSON.stringify({ message: "syntax error", code: "42601", position: "3" }), { status: 400 }); return neon("postgresql://u:p@h.neon.tech/d")`x`.catch((e) => [e.name, e.message, e.code, e.position]); },
});
