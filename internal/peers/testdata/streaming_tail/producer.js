// What a Worker does whose streaming tail consumer is consumer.js: a case for each path.
import { channel } from "node:diagnostics_channel";
import { RpcTarget, tracing, WorkerEntrypoint } from "cloudflare:workers";

class Counter extends RpcTarget { #n = 0; up() { return ++this.#n; } fail() { throw new Error("count"); } }

export class Named extends WorkerEntrypoint {
	fetch() { console.log("in named"); return new Response("named"); }
	add(a, b) { console.log("rpc"); return a + b; }
	bad() { throw new TypeError("rpcbad"); }
	counter() { return new Counter(); }
	get value() { return 5; }
	nested() { return { f: () => 1 }; }
	async awaited() { const n = await this.env.OTHER.add(1, 2); console.log(n); return n; }
	both() { return this.env.OTHER.add(1, 2); }
	async slow() { this.ctx.waitUntil(scheduler.wait(20).then(() => console.log("slow"))); return 1; }
}
export class Other extends WorkerEntrypoint {
	fetch() { return new Response("other"); }
	add(a, b) { return a + b; }
}

class Mine extends Error { constructor(message) { super(message); this.name = "My"; this.code = "E_MINE"; } }
const cyclic = {};
cyclic.self = cyclic;
const origin = (request) => new URL(request.url).searchParams.get("origin");

const cases = {
	"/"() {},
	"/levels"() { console.debug("d"); console.log("l"); console.info("i"); console.warn("w"); console.error("e"); console.log(); },
	"/quiet"() { console.dir({ x: 1 }); console.table([1]); console.group("g"); console.groupEnd(); console.assert(false, "as"); console.count(); console.trace("tr"); },
	"/primitives"() { console.log("a", 1, NaN, -0, Infinity, true, null, undefined, 10n, Symbol("s"), "\ud800", "%s-%d", "x"); },
	"/objects"() { console.log({ a: [1, { b: 2 }], d: new Date(0), u: undefined, f() {} }, [undefined, NaN, [() => 1]], new Map([[1, 2]]), new Set(), new Uint8Array(2), Object.create(null), /r/g); },
	"/cycles"() { console.log(cyclic, [cyclic]); },
	"/errors"() { console.log(new Error("e1"), "and", new Mine("m"), new TypeError("t", { cause: 1 }), new DOMException("m", "AbortError"), new Error("")); },
	"/throw"() { throw new TypeError("boom"); },
	"/throw/custom"() { throw new Mine("x"); },
	"/throw/cause"() { throw new Error("outer", { cause: new Error("inner") }); },
	"/throw/string"() { throw "str"; },
	"/throw/object"() { throw { a: 1 }; },
	"/throw/null"() { throw null; },
	"/throw/dom"() { throw new DOMException("m", "AbortError"); },
	"/throw/code"() { throw Object.assign(new Error("c"), { code: 5 }); },
	"/reject"() { return Promise.reject(new RangeError("later")); },
	"/wait/rejected"({ ctx }) { ctx.waitUntil(Promise.reject(new Error("late"))); },
	"/wait/logs"({ ctx }) { ctx.waitUntil(scheduler.wait(30).then(() => console.log("after"))); },
	"/wait/fetch"({ ctx, request }) { ctx.waitUntil(scheduler.wait(10).then(() => fetch(origin(request) + "/x")).then((r) => r.text())); },
	"/unhandled"() { Promise.reject(new Error("unh")); },
	async "/timer"() { setTimeout(() => { throw new Error("timer"); }, 1); await scheduler.wait(20); },
	"/hang"() { return new Promise(() => {}); },
	"/nothing"() { return 5; },
	"/status"() { return new Response("", { status: 418 }); },
	"/stream"() { return new Response(new ReadableStream({ async pull(c) { await scheduler.wait(10); console.log("streaming"); c.enqueue(new Uint8Array(1)); c.close(); } })); },
	"/channel"() { channel("ch").publish({ a: 1, m: new Map([[1, 2]]) }); channel("none").publish(() => 1); },
	"/much"() { for (let i = 0; i < 10; i++) console.log("x".repeat(30000) + i); console.log("small"); throw new Error("late"); },
	"/named"({ env }) { return env.NAMED.fetch("http://named.test/named"); },
	async "/named/post"({ env }) { return env.NAMED.fetch("http://named.test/named?q=1", { method: "POST", body: "abc", headers: { "x-a": "1", "content-type": "text/x" } }); },
	async "/named/text"({ env }) { const r = await env.NAMED.fetch("http://named.test/named"); console.log(await r.text()); },
	async "/named/twice"({ env }) { await (await env.NAMED.fetch("http://named.test/1")).text(); await (await env.OTHER.fetch("http://named.test/2")).text(); },
	async "/fetch"({ request }) { const r = await fetch(origin(request) + "/x?y=1"); console.log(await r.text()); },
	async "/fetch/post"({ request }) { const r = await fetch(origin(request) + "/p", { method: "POST", body: "abcd", headers: { "User-Agent": "me", "Content-Type": "text/y", "X-B": "c" } }); await r.text(); },
	async "/fetch/headers"({ request }) { const r = await fetch(origin(request) + "/p#frag", { method: "POST", body: "abcd", headers: { Accept: "a/b", "Accept-Encoding": "gzip", "Accept-Language": "en", Range: "bytes=0-1", Referer: "http://r/", Cookie: "c", "If-None-Match": "e" } }); await r.text(); },
	async "/fetch/stream"({ request }) { const { readable, writable } = new TransformStream(); const w = writable.getWriter(); w.write(new Uint8Array(3)); w.close(); const r = await fetch(origin(request) + "/p", { method: "POST", body: readable }); await r.text(); },
	async "/fetch/unread"({ request }) { const r = await fetch(origin(request) + "/x"); console.log(r.status); },
	async "/fetch/head"({ request }) { const r = await fetch(origin(request) + "/x", { method: "HEAD" }); },
	async "/fetch/404"({ request }) { const r = await fetch(origin(request) + "/404"); await r.text(); },
	async "/fetch/chunked"({ request }) { const r = await fetch(origin(request) + "/chunked"); await r.text(); },
	async "/fetch/redirect"({ request }) { const r = await fetch(origin(request) + "/redirect"); await r.text(); },
	async "/fetch/manual"({ request }) { const r = await fetch(origin(request) + "/redirect", { redirect: "manual" }); await r.text(); },
	async "/fetch/two"({ request }) { const first = fetch(origin(request) + "/1"); const [a, b] = await Promise.all([first, first.then(() => fetch(origin(request) + "/2"))]); await a.text(); await b.text(); },
	async "/fetch/refused"() { await fetch("http://127.0.0.1:9/"); },
	async "/fetch/caught"() { await fetch("http://127.0.0.1:9/").catch(() => {}); },
	async "/fetch/bad"() { await fetch("nonsense:").catch(() => {}); },
	async "/fetch/aborted"({ request }) { await fetch(origin(request) + "/x", { signal: AbortSignal.abort() }).catch(() => {}); },
	"/fetch/return"({ request }) { return fetch(origin(request) + "/x"); },
	async "/cache"() { const c = caches.default; await c.match("http://c.test/1"); await c.put("http://c.test/1", new Response("x", { headers: { "cache-control": "max-age=60" } })); await (await c.match("http://c.test/1")).text(); await c.delete("http://c.test/1"); },
	async "/rpc"({ env }) { return new Response(await env.NAMED.add(1, 2)); },
	async "/rpc/two"({ env }) { await env.NAMED.add(1, 2); await env.OTHER.add(3, 4); },
	async "/rpc/property"({ env }) { return new Response(await env.NAMED.value); },
	async "/rpc/bad"({ env }) { return new Response(await env.NAMED.bad().catch(String)); },
	async "/rpc/none"({ env }) { return new Response(await env.NAMED.nonesuch().catch(String)); },
	async "/rpc/target"({ env }) { using c = await env.NAMED.counter(); await c.up(); await c.up(); },
	async "/rpc/pipelined"({ env }) { await env.NAMED.counter().up(); },
	async "/rpc/fail"({ env }) { await env.NAMED.counter().fail().catch(() => {}); },
	async "/rpc/function"({ env }) { using o = await env.NAMED.nested(); await o.f(); },
	async "/rpc/both"({ env }) { await env.NAMED.both(); },
	async "/rpc/awaited"({ env }) { await env.NAMED.awaited(); },
	async "/rpc/slow"({ env }) { await env.NAMED.slow(); },
	async "/span"() { return new Response(tracing.enterSpan("mine", (span) => { span.setAttribute("k", 1); span.setAttribute("s", "t"); span.setAttribute("b", true); console.log("in span", span.isTraced); return "r"; })); },
	async "/span/async"() { await tracing.enterSpan("mine", async (span) => { await scheduler.wait(5); console.log("in span"); span.setAttribute("late", 1.5); }); console.log("after"); },
	async "/span/nested"({ env }) { await tracing.enterSpan("outer", async () => { await tracing.enterSpan("inner", async () => { console.log("in"); await env.NAMED.fetch("http://named.test/"); }); }); },
	async "/span/throw"() { await tracing.enterSpan("mine", async () => { throw new Error("s"); }).catch(() => {}); },
	"/span/manual"({ ctx }) {
		const s = tracing.startSpan("st");
		console.log(s.isTraced, tracing.getActiveSpan() === tracing.getActiveSpan());
		s.setAttributes({ a: 1, b: "x", c: undefined, d: {}, e: false });
		s.setAttribute("a", 2).updateName("new");
		s.setStatus({ code: "error", message: "m" }).setStatus({ code: "ok", message: "dropped" });
		s.recordException("str");
		s.recordException({ name: "N", message: "m", code: 7, stack: "s" });
		s.recordException({ code: "c", message: "m" });
		s.end();
		s.setAttribute("late", 1);
		s.updateName("late");
		s.end();
		tracing.withActiveSpan(s, () => console.log("in ended"));
		tracing.startActiveSpan("act", (s) => { console.log(tracing.getActiveSpan() === s); s.end(); });
		tracing.startSpan("unended");
		ctx.waitUntil(tracing.enterSpan("background", () => scheduler.wait(30).then(() => console.log("waited"))));
	},
	"/span/errors"() {
		for (const f of [() => new tracing.Span(), () => tracing.enterSpan(), () => tracing.enterSpan("x"), () => tracing.enterSpan(1, () => 1), () => tracing.startSpan("q").setStatus({ code: "no" }), () => tracing.startSpan("q").setStatus("ok"), () => tracing.startSpan("q").updateName(), () => tracing.startSpan("q").setAttributes(5), () => tracing.startSpan("q").setAttribute("a", 1n), () => tracing.withActiveSpan(5, () => {})]) {
			try { console.log(String(f())); } catch (e) { console.log(String(e)); }
		}
		console.log(Object.getOwnPropertyNames(Object.getPrototypeOf(tracing)).sort(), Object.getOwnPropertyNames(tracing.Span.prototype).sort());
	},
	"/span/timer"() { return tracing.enterSpan("t", () => new Promise((done) => setTimeout(() => { console.log("timer"); done(); }, 5))).then(() => {}); },
	"/span/root"() { tracing.getActiveSpan().setAttribute("r", 1); console.log("root"); },
	"/long"() { console.log("x".repeat(300000)); },
	async "/send"({ env }) { await env.JOBS.send("a"); },
	async "/send/throw"({ env }) { await env.JOBS.send("throw"); },
	async "/send/batch"({ env }) { await env.JOBS.sendBatch([{ body: "a" }]); },
};

export default {
	async fetch(request, env, ctx) {
		const { pathname } = new URL(request.url);
		if (pathname === "/log") return env.LOG.fetch(request);
		if (pathname === "/cases") return Response.json(Object.keys(cases));
		const result = cases[pathname]?.({ ctx, env, request });
		if (result instanceof Promise || result instanceof Response || pathname === "/nothing") return (await result) ?? new Response("ok");
		return new Response("ok");
	},
	scheduled({ cron }, env, ctx) {
		console.log("scheduled");
		if (cron === "throw") throw new Error("s");
		if (cron === "late") ctx.waitUntil(Promise.reject(new Error("l")));
	},
	queue({ messages }) { console.log("queue"); if (messages[0].body === "throw") throw new Error("q"); },
	email({ from }) { console.log("email"); if (from.startsWith("throw")) throw new Error("m"); },
};
