// What a Worker does whose traces consumer.js gets: a case for each path.
import { channel } from "node:diagnostics_channel";
import { WorkerEntrypoint } from "cloudflare:workers";

export class Named extends WorkerEntrypoint {
	fetch() { console.log("in named"); return new Response("named"); }
	add(a, b) { console.log("rpc"); return a + b; }
	bad() { throw new TypeError("rpcbad"); }
}

export class Other extends WorkerEntrypoint {}

class Mine extends Error { constructor(message) { super(message); this.name = "My"; } }
const cyclic = {};
cyclic.self = cyclic;

const cases = {
	"/levels"() { console.debug("d"); console.log("l"); console.info("i"); console.warn("w"); console.error("e"); console.log(); },
	"/quiet"() { console.dir({ x: 1 }); console.dirxml(1); console.table([1]); console.group("g"); console.groupEnd(); console.assert(false, "as"); console.count(); console.time("t"); console.timeEnd("t"); console.trace("tr"); },
	"/primitives"() { console.log("a", 1, NaN, -0, Infinity, true, null, undefined, 10n, Symbol("s"), "\ud800", "%s-%d", "x"); },
	"/objects"() { console.log({ a: [1, { b: 2 }], d: new Date(0), u: undefined, f() {} }, [undefined, NaN, [() => 1]], new Map([[1, 2]]), new Set(), new Uint8Array(2), Object.create(null), new Date(NaN), /r/g); },
	"/classes"() { console.log(new (class Foo { x = 1; })(), new (class { toJSON() { return { a: 1 }; } })(), { toJSON: 1 }, { toJSON() { throw new Error("x"); } }, { toJSON() { return undefined; } }, Promise.resolve(1), new URL("http://a/b"), new Proxy({}, {}), new Proxy([], {}), new String("x")); },
	"/functions"() { console.log(() => 1, function two() {}, class A {}); },
	"/cycles"() { console.log(cyclic, [cyclic]); },
	"/errors"() { console.log(new Error("e1"), "and", new Mine("m"), new TypeError("t", { cause: 1 }), new DOMException("m", "AbortError"), Object.assign(new Error("z"), { toJSON() { return 5; } }), new Error("")); },
	"/throw"() { throw new TypeError("boom"); },
	"/throw/custom"() { throw new Mine("x"); },
	"/throw/cause"() { throw new Error("outer", { cause: new Error("inner") }); },
	"/throw/string"() { throw "str"; },
	"/throw/object"() { throw { a: 1 }; },
	"/throw/array"() { throw [1, 2]; },
	"/throw/null"() { throw null; },
	"/throw/undefined"() { throw undefined; },
	"/throw/number"() { throw 5; },
	"/throw/symbol"() { throw Symbol("a"); },
	"/throw/function"() { throw function foo() {}; },
	"/throw/instance"() { throw new (class Foo {})(); },
	"/throw/map"() { throw new Map(); },
	"/throw/dom"() { throw new DOMException("m", "AbortError"); },
	"/reject"() { return Promise.reject(new RangeError("later")); },
	"/wait/rejected"(ctx) { ctx.waitUntil(Promise.reject(new Error("late"))); },
	"/wait/string"(ctx) { ctx.waitUntil(Promise.reject("s")); },
	"/wait/logs"(ctx) { ctx.waitUntil(scheduler.wait(30).then(() => console.log("after"))); },
	"/unhandled"() { Promise.reject(new Error("unh")); },
	async "/timer"() { setTimeout(() => { throw new Error("timer"); }, 1); await scheduler.wait(20); },
	"/hang"() { return new Promise(() => {}); },
	"/nothing"() { return 5; },
	"/status"() { return new Response("", { status: 418 }); },
	"/stream"() { return new Response(new ReadableStream({ async pull(c) { await scheduler.wait(10); console.log("streaming"); c.enqueue(new Uint8Array(1)); c.close(); } })); },
	"/channel"() { channel("ch").publish({ a: 1, m: new Map([[1, 2]]) }); channel("none").publish(() => 1); },
	"/much"() { for (let i = 0; i < 10; i++) console.log("x".repeat(30000) + i); console.log("small"); throw new Error("late"); },
	"/named"(ctx, env) { return env.NAMED.fetch("http://named.test/named"); },
	async "/rpc"(ctx, env) { return new Response(await env.NAMED.add(1, 2)); },
	async "/rpc/bad"(ctx, env) { return new Response(await env.NAMED.bad().catch(String)); },
	async "/send"(ctx, env) { await env.JOBS.send("a"); },
	async "/send/throw"(ctx, env) { await env.JOBS.send("throw"); },
};

export default {
	async fetch(request, env, ctx) {
		const { pathname } = new URL(request.url);
		if (pathname === "/log") return env.LOG.fetch(request);
		if (pathname === "/cases") return Response.json(Object.keys(cases));
		const result = cases[pathname]?.(ctx, env);
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
