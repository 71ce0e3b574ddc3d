// What err.stack is, and what scripts do with it. Each case gives an error, whose stack is the answer, or an object with the
// answer as stack.
const cases = [];
const add = (name, fn) => cases.push([name, fn]);
const catching = (fn) => { try { fn(); } catch (e) { return e; } return new Error("nothing thrown"); };
const catchingAsync = async (fn) => { try { await fn(); } catch (e) { return e; } return new Error("nothing thrown"); };
function fail(message) { throw new Error(message); }
class A {
  constructor(x) { if (x) fail("constructor"); }
  method() { fail("method"); }
  static make() { fail("static"); }
  get prop() { return fail("getter"); }
  set prop(v) { fail("setter"); }
  #secret() { fail("private"); }
  secret() { this.#secret(); }
  async later() { await null; fail("async method"); }
  *gen() { fail("generator"); }
  async *agen() { fail("async generator"); }
  arrow = () => fail("arrow field");
  ["computed" + 1]() { fail("computed"); }
}
class B extends A { constructor(x) { super(x); } method() { super.method(); } }
const o = { m() { fail("object method"); }, f: function () { fail("function property"); }, a: () => fail("arrow property"), named: function inner() { fail("named function property"); } };
add("function", () => catching(() => fail("plain")));
add("method", () => catching(() => new A().method()));
add("inherited method", () => catching(() => new B().method()));
add("constructor", () => catching(() => new A(1)));
add("derived constructor", () => catching(() => new B(1)));
add("static", () => catching(() => A.make()));
add("getter", () => catching(() => new A().prop));
add("setter", () => catching(() => { new A().prop = 1; }));
add("private", () => catching(() => new A().secret()));
add("computed", () => catching(() => new A().computed1()));
add("arrow field", () => catching(() => new A().arrow()));
add("generator", () => catching(() => [...new A().gen()]));
add("object method", () => catching(() => o.m()));
add("function property", () => catching(() => o.f()));
add("arrow property", () => catching(() => o.a()));
add("named function property", () => catching(() => o.named()));
add("alias", () => { const x = { other: o.m }; return catching(() => x.other()); });
add("call with this", () => catching(() => { fail.call(new A(), "call"); }));
add("call with array", () => catching(() => { o.m.call([], "call"); }));
add("call with primitive", () => catching(() => { o.m.call("s", "call"); }));
add("apply", () => catching(() => { fail.apply(null, ["apply"]); }));
add("bind", () => catching(() => { fail.bind(null, "bind")(); }));
add("map", () => catching(() => [1].map((x) => fail("map"))));
add("map named", () => catching(() => [1].map(fail)));
add("forEach", () => catching(() => [1].forEach(function () { fail("forEach"); })));
add("sort", () => catching(() => [1, 2].sort(function cmp() { fail("sort"); })));
add("reduce", () => catching(() => [1, 2].reduce(() => fail("reduce"))));
add("Map.forEach", () => catching(() => new Map([[1, 2]]).forEach(() => fail("x"))));
add("replace", () => catching(() => "a".replace(/a/, () => fail("x"))));
add("replaceAll", () => catching(() => "a".replaceAll("a", () => fail("x"))));
add("JSON.parse reviver", () => catching(() => JSON.parse("[1]", () => fail("x"))));
add("JSON.stringify toJSON", () => catching(() => JSON.stringify({ toJSON() { fail("x"); } })));
add("JSON.parse", () => catching(() => JSON.parse("{")));
add("Array.from", () => catching(() => Array.from([1], () => fail("x"))));
add("Reflect.construct", () => catching(() => Reflect.construct(A, [1])));
add("Reflect.apply", () => catching(() => Reflect.apply(fail, null, ["x"])));
add("Proxy get", () => catching(() => new Proxy({}, { get() { fail("x"); } }).a));
add("toString", () => catching(() => `${{ toString() { fail("x"); } }}`));
add("valueOf", () => catching(() => +{ valueOf() { fail("x"); } }));
add("iterator", () => catching(() => { for (const x of { [Symbol.iterator]() { fail("x"); } }); }));
add("new Promise", () => catchingAsync(() => new Promise(() => fail("x"))));
add("then", () => catchingAsync(() => Promise.resolve().then(() => fail("x"))));
add("then named", () => catchingAsync(() => Promise.resolve("x").then(fail)));
add("finally", () => catchingAsync(() => Promise.resolve().finally(() => fail("x"))));
async function one() { await null; fail("async"); }
async function two() { await one(); }
async function three() { return await two(); }
add("async", () => catchingAsync(three));
async function sync1() { fail("before await"); }
async function sync2() { await sync1(); }
add("async, before await", () => catchingAsync(sync2));
add("async method", () => catchingAsync(() => new A().later()));
add("async generator", () => catchingAsync(async () => { for await (const x of new A().agen()); }));
add("async generator later", () => catchingAsync(async () => { async function* g() { await null; fail("g"); } for await (const x of g()); }));
add("Promise.all", () => catchingAsync(async function all() { await Promise.all([one()]); }));
add("Promise.any", () => catchingAsync(async function any() { await Promise.any([one()]); }));
add("Promise.race", () => catchingAsync(async function race() { await Promise.race([one()]); }));
add("Promise.allSettled", () => catchingAsync(async function settled() { const [r] = await Promise.allSettled([one()]); throw r.reason; }));
add("thenable", () => catchingAsync(async function aw() { await { then(a, b) { fail("x"); } }; }));
add("setTimeout", () => new Promise((r) => setTimeout(function timer() { r(new Error("x")); }, 1)));
add("queueMicrotask", () => new Promise((r) => queueMicrotask(function micro() { r(new Error("x")); })));
add("event listener", () => new Promise((r) => { const t = new EventTarget(); t.addEventListener("x", function listen() { r(new Error("x")); }); t.dispatchEvent(new Event("x")); }));
add("abort listener", () => new Promise((r) => { const t = new AbortController(); t.signal.onabort = function onab() { r(new Error("x")); }; t.abort(); }));
add("stream start", () => new Promise((r) => { new ReadableStream({ start() { r(new Error("x")); } }); }));
add("stream pull", () => new Promise((r) => { new ReadableStream({ pull() { r(new Error("x")); } }).getReader().read(); }));
add("headers.forEach", () => catching(() => new Headers({ a: "b" }).forEach(() => fail("x"))));
add("undefined.x", () => catching(() => { let u; u.x; }));
add("undefined()", () => catching(() => { let u; u(); }));
add("null.x in function", () => catching(function deep() { null.x; }));
add("not defined", () => catching(() => nope));
add("TDZ", () => catching(() => { c; let c = 1; }));
add("in native", () => catching(() => [].reduce((a) => a)));
add("native TypeError", () => catching(() => Symbol() + ""));
add("Object.defineProperty", () => catching(() => Object.defineProperty(1, "a", {})));
add("RangeError", () => catching(() => new Array(-1)));
add("toFixed", () => catching(() => (1).toFixed(200)));
add("URIError", () => catching(() => decodeURIComponent("%")));
add("RegExp", () => catching(() => new RegExp("(")));
add("BigInt", () => catching(() => BigInt("x")));
add("new URL", () => catching(() => new URL("x")));
add("new Headers", () => catching(() => new Headers({ "é ": "x" })));
add("fetch bad", () => catchingAsync(async function fetching() { await fetch("nope:"); }));
add("rejected by the platform", () => catchingAsync(async function waiting() { await scheduler.wait(100000, { signal: AbortSignal.timeout(1) }); }));
add("atob", () => catching(() => atob("*")));
add("structuredClone", () => catching(() => structuredClone(() => 1)));
add("new DOMException", () => new DOMException("hey", "AbortError"));
add("abort reason", () => { const c = new AbortController(); c.abort(); return c.signal.reason; });
add("digest", () => catchingAsync(async function dig() { await crypto.subtle.digest("nope", new Uint8Array()); }));
add("body used", () => catchingAsync(async function used() { const r = new Response("a"); await r.text(); await r.text(); }));
add("json()", () => catchingAsync(async function js() { await new Response("{").json(); }));
add("illegal invocation", () => catching(() => Headers.prototype.get.call({}, "a")));
add("eval", () => catching(() => eval("1")));
add("new Function", () => catching(() => new Function("1")));
class MyError extends Error {}
class Named extends Error { constructor(m) { super(m); this.name = "Named"; } }
class Tagged extends TypeError { get name() { return "Tagged"; } }
add("subclass", () => new MyError("m"));
add("subclass named", () => new Named("m"));
add("subclass with getter", () => new Tagged("m"));
add("no message", () => new Error());
add("empty message", () => new Error(""));
add("multi line", () => new Error("a\nb"));
add("called", () => Error("called"));
add("TypeError", () => new TypeError("t"));
add("AggregateError", () => new AggregateError([new Error("a")], "agg"));
add("cause", () => new Error("outer", { cause: new Error("inner") }));
add("changed message", () => { const e = new Error("a"); e.message = "b"; e.name = "C"; return e; });
add("changed message late", () => { const e = new Error("a"); e.stack; e.message = "b"; return e; });
add("deep", () => { function deep(n) { if (n) return deep(n - 1); return new Error("deep"); } return deep(20); });
add("limit 1", () => { function deep(n) { if (n) return deep(n - 1); return new Error("deep"); } const old = Error.stackTraceLimit; Error.stackTraceLimit = 1; const e = deep(5); Error.stackTraceLimit = old; return e; });
add("limit 20", () => { function deep(n) { if (n) return deep(n - 1); return new Error("deep"); } const old = Error.stackTraceLimit; Error.stackTraceLimit = 20; const e = deep(30); Error.stackTraceLimit = old; return e; });
add("limit 0", () => { const old = Error.stackTraceLimit; Error.stackTraceLimit = 0; const e = new Error("x"); Error.stackTraceLimit = old; return e; });
add("limit string", () => { const old = Error.stackTraceLimit; Error.stackTraceLimit = "x"; const e = new Error("x"); Error.stackTraceLimit = old; return { stack: String(e.stack) + " " + ("stack" in e) }; });
add("limit deleted", () => { const old = Error.stackTraceLimit; delete Error.stackTraceLimit; const e = new Error("x"); Error.stackTraceLimit = old; return { stack: String(e.stack) + " " + ("stack" in e) }; });
add("captureStackTrace", () => { const o = { name: "N", message: "M" }; Error.captureStackTrace(o); return o; });
add("captureStackTrace {}", () => { const o = {}; Error.captureStackTrace(o); return o; });
add("captureStackTrace fn", () => { function outer() { return inner(); } function inner() { const o = {}; Error.captureStackTrace(o, outer); return o; } return outer(); });
add("captureStackTrace fn not there", () => { const o = {}; Error.captureStackTrace(o, fail); return { stack: JSON.stringify(o.stack) }; });
add("captureStackTrace class", () => { class V extends Error { constructor(m) { super(m); Error.captureStackTrace(this, V); this.name = "V"; } } return new V("x"); });
add("captureStackTrace return", () => ({ stack: String(Error.captureStackTrace({})) }));
add("captureStackTrace primitive", () => catching(() => Error.captureStackTrace(1)));
add("captureStackTrace frozen", () => catching(() => Error.captureStackTrace(Object.freeze({}))));
const descriptor = (o, p) => { const d = Object.getOwnPropertyDescriptor(o, p); if (!d) return "none"; return Object.keys(d).map((k) => k + "=" + (typeof d[k] === "function" ? "function " + d[k].name : k === "value" ? typeof d[k] : d[k])).join(); };
add("descriptor", () => ({ stack: descriptor(new Error("x"), "stack") }));
add("descriptor captured", () => { const o = {}; Error.captureStackTrace(o); return { stack: descriptor(o, "stack") }; });
add("descriptor DOMException", () => ({ stack: descriptor(new DOMException("x"), "stack") + " " + descriptor(DOMException.prototype, "stack") }));
add("same getter", () => { const d = (o) => Object.getOwnPropertyDescriptor(o, "stack").get; return { stack: String(d(new Error("x")) === d(new TypeError("x"))) + (d(new Error()) && d(new Error()).call({}) ) }; });
add("own keys", () => ({ stack: Reflect.ownKeys(new Error("x", { cause: 1 })).join() + ";" + Reflect.ownKeys(new Error()).join() + ";" + Object.keys(new Error("x")) + ";" + Reflect.ownKeys(new AggregateError([], "x")) }));
add("in", () => ({ stack: String("stack" in new Error()) + Object.hasOwn(new Error(), "stack") + ("stack" in Error.prototype) }));
add("assign", () => { const e = new Error("x"); e.stack = 5; return { stack: e.stack + descriptor(e, "stack") }; });
add("delete", () => { const e = new Error("x"); return { stack: delete e.stack + String(e.stack) }; });
add("define", () => { const e = new Error("x"); Object.defineProperty(e, "stack", { value: 1 }); return { stack: e.stack + descriptor(e, "stack") }; });
add("freeze", () => { const e = Object.freeze(new Error("x")); return { stack: String(e.stack).split("\n")[0] + descriptor(e, "stack") }; });
add("inherit", () => { const e = Object.create(new Error("x")); return { stack: String(e.stack).split("\n")[0] + Object.hasOwn(e, "stack") }; });
add("inherit and set", () => { const e = Object.create(new Error("x")); e.stack = 3; return { stack: String(e.stack).split("\n")[0] + Object.hasOwn(e, "stack") }; });
add("spread", () => ({ stack: JSON.stringify({ ...new Error("x") }) + JSON.stringify(new Error("x")) }));
add("Error static", () => ({ stack: Reflect.ownKeys(Error).join() + descriptor(Error, "stackTraceLimit") + descriptor(Error, "captureStackTrace") + descriptor(Error, "prepareStackTrace") + Error.captureStackTrace.length }));
add("prepareStackTrace", () => {
  const old = Error.prepareStackTrace;
  Error.prepareStackTrace = (e, sites) => e + "|" + sites.map((s) => [s.getFileName()?.replace(/.*\//, ""), s.getLineNumber(), s.getColumnNumber(), s.getFunctionName(), s.getTypeName(), s.getMethodName(), s.isNative(), s.isConstructor(), s.isAsync(), s.isEval(), s.isToplevel(), s.isPromiseAll(), s.getPromiseIndex(), s.getEvalOrigin(), typeof s.getThis(), typeof s.getFunction(), s.getScriptNameOrSourceURL()?.replace(/.*\//, ""), s.getScriptHash().length, s.getEnclosingLineNumber(), s.getEnclosingColumnNumber(), String(s)].join()).join("\n");
  const e = [catching(() => [1].map(() => new A(1))), catching(() => new A().method())]; const text = e.map((e) => e.stack).join("\n\n"); Error.prepareStackTrace = old; return { stack: text };
});
add("prepareStackTrace when", () => { const old = Error.prepareStackTrace; let n = 0; Error.prepareStackTrace = () => ++n; const e = new Error(); const before = n; e.stack; e.stack; const after = n; Error.prepareStackTrace = old; const f = new Error("z"); Error.prepareStackTrace = () => "late"; const s = f.stack; Error.prepareStackTrace = old; return { stack: [before, after, s].join() }; });
add("prepareStackTrace throws", () => { const old = Error.prepareStackTrace; Error.prepareStackTrace = () => { throw new Error("in prepare"); }; let r; try { r = new Error("x"); r = r.stack; } catch (e) { r = "threw " + e.message; } Error.prepareStackTrace = old; return { stack: String(r).split("\n")[0] }; });
add("prepareStackTrace in captureStackTrace", () => { const old = Error.prepareStackTrace; Error.prepareStackTrace = (o, s) => [o === x, s.length, s[0].getFunctionName()].join(); const x = {}; Error.captureStackTrace(x); const r = x.stack; Error.prepareStackTrace = old; return { stack: r }; });
add("nested function names", () => { const f = { g: { h() { fail("x"); } } }; return catching(() => f.g.h()); });
add("assigned function", () => { const f = {}; f.g = function () { fail("x"); }; return catching(() => f.g()); });
add("assigned to prototype", () => { function P() {} P.prototype.go = function () { fail("x"); }; return catching(() => new P().go()); });
add("old class", () => { function P() { fail("x"); } return catching(() => new P()); });
add("object from create(null)", () => { const n = Object.create(null); n.go = function () { fail("x"); }; return catching(() => n.go()); });
add("toStringTag", () => { const n = { [Symbol.toStringTag]: "Tag", go() { fail("x"); } }; return catching(() => n.go()); });
add("class instance field init", () => { class F { x = fail("x"); } return catching(() => new F()); });
add("static block", () => catching(() => { class F { static { fail("x"); } } }));
add("static field", () => catching(() => { class F { static x = fail("x"); } }));
add("anonymous class", () => catching(() => new (class { constructor() { fail("x"); } })()));
add("default param", () => catching(() => { function d(a = fail("x")) {} d(); }));
add("IIFE", () => catching(() => { (function () { fail("x"); })(); }));
add("named IIFE", () => catching(() => { (function iife() { fail("x"); })(); }));
add("tagged template", () => catching(() => { function tag() { fail("x"); } tag`a`; }));
add("Function.prototype.toString", () => catching(() => Function.prototype.toString.call({})));
add("name redefined", () => catching(() => { function f() { fail("x"); } Object.defineProperty(f, "name", { value: "renamed" }); f(); }));
add("displayName", () => catching(() => { function f() { fail("x"); } f.displayName = "shown"; f(); }));
const top = new Error("top");
add("module scope", () => top);
// What is asked of errors besides.
const h = (e) => String(e.stack).split("\n    at")[0];
const text = (name, fn) => add(name, () => ({ stack: String(fn()) }));
text("msg", () => { const e = new Error("a"); e.message = "b"; return h(e); });
text("name", () => { const e = new Error("a"); e.name = "C"; return h(e); });
text("name then message", () => { const e = new Error("a"); e.name = "C"; e.message = "b"; return h(e); });
text("delete msg", () => { const e = new Error("a"); delete e.message; return h(e); });
text("no msg then set", () => { const e = new Error(); e.message = "b"; return h(e); });
text("empty msg then set", () => { const e = new Error(""); e.message = "b"; return h(e); });
text("name number", () => { const e = new Error("a"); e.name = 5; return h(e); });
text("name undefined", () => { const e = new Error("a"); e.name = undefined; return h(e); });
text("name empty", () => { const e = new Error("a"); e.name = ""; return h(e); });
text("name symbol", () => { const e = new Error("a"); e.name = Symbol("x"); return h(e); });
text("name getter throws", () => { const e = new Error("a"); Object.defineProperty(e, "name", { get() { throw new Error("no"); } }); return h(e); });
text("name getter called", () => { let n = 0; const e = new Error("a"); Object.defineProperty(e, "name", { get() { n++; return "G"; } }); return h(e) + n; });
text("msg getter called", () => { let n = 0; const e = new Error("a"); Object.defineProperty(e, "message", { get() { n++; return "G"; } }); return h(e) + n; });
text("class msg getter", () => { class E extends Error { get message() { return "got"; } } return h(new E()) + "|" + h(new E("x")); });
text("class name static", () => { class E extends Error { static name = "S" } return h(new E("x")); });
text("proto name", () => { class E extends Error { } E.prototype.name = "P"; const e = new E("x"); E.prototype.name = "Q"; return h(e); });
text("setPrototypeOf", () => { class E extends Error { } E.prototype.name = "P"; const e = new Error("x"); Object.setPrototypeOf(e, E.prototype); return h(e); });
text("TypeError name deleted", () => { const e = new TypeError("x"); Object.setPrototypeOf(e, Object.prototype); return h(e); });
text("toString override", () => { class E extends Error { toString() { return "TS"; } } return h(new E("x")); });
text("Error.prototype.toString replaced", () => { const old = Error.prototype.toString; Error.prototype.toString = () => "R"; const r = h(new Error("x")); Error.prototype.toString = old; return r; });
text("captured then name", () => { const o = { name: "A", message: "m" }; Error.captureStackTrace(o); o.name = "B"; o.message = "n"; return h(o); });
text("captured toString", () => { const o = { toString() { return "TS"; } }; Error.captureStackTrace(o); return h(o); });
text("captured function", () => { const o = function f() {}; Error.captureStackTrace(o); return h(o); });
text("captured array", () => { const o = [1]; Error.captureStackTrace(o); return h(o); });
text("captured class instance", () => { class Foo { constructor() { this.message = "m"; } } const o = new Foo; Error.captureStackTrace(o); return h(o); });
text("captured null proto", () => { const o = Object.create(null); Error.captureStackTrace(o); return h(o); });
text("captured error, message changed", () => { const e = new Error("a"); e.message = "b"; Error.captureStackTrace(e); e.message = "c"; return h(e); });
text("captured with own data stack", () => { const o = { stack: 1 }; Error.captureStackTrace(o); return h(o) + JSON.stringify(Object.getOwnPropertyDescriptor(o, "stack")) + Object.keys(o); });
text("captured with nonconfig stack", () => { const o = {}; Object.defineProperty(o, "stack", { value: 1 }); Error.captureStackTrace(o); return h(o); });
text("thrown header at throw", () => { const e = new Error("a"); try { throw e; } catch { } e.message = "b"; return h(e); });
text("engine error", () => { try { null.x; } catch (e) { e.message = "b"; e.name = "C"; return h(e); } });
text("proxy captured", () => { const o = new Proxy({}, {}); Error.captureStackTrace(o); return h(o) + Object.keys(Object.getOwnPropertyDescriptor(o, "stack") ?? {}); });
text("Proxy of error stack", () => String(new Proxy(new Error("x"), {}).stack));
text("Reflect.get receiver", () => String(Reflect.get(new Error("x"), "stack", {})));
text("Reflect.set receiver", () => { const o = {}; return String(Reflect.set(new Error("x"), "stack", 1, o)) + Object.keys(o); });
text("setter on plain", () => { const s = Object.getOwnPropertyDescriptor(new Error("x"), "stack").set; const o = {}; s.call(o, 5); return JSON.stringify(Object.getOwnPropertyDescriptor(o, "stack")) ?? "none"; });
text("setter on error object w/o", () => { const s = Object.getOwnPropertyDescriptor(new Error("x"), "stack").set; const e = new Error("y"); s.call(e, 5); return e.stack; });
text("getter on primitive", () => { const g = Object.getOwnPropertyDescriptor(new Error("x"), "stack").get; return String(g.call(5)); });
text("getter on proto-child", () => { const g = Object.getOwnPropertyDescriptor(new Error("x"), "stack").get; return h({ stack: g.call(Object.create(new Error("y"))) }); });
text("getter fn", () => { const { get, set } = Object.getOwnPropertyDescriptor(new Error("x"), "stack"); return [get.name, set.name, get.length, set.length, Reflect.ownKeys(get), Reflect.ownKeys(set), String(get), String(set), "prototype" in get].join(); });
text("getter fn not ctor", () => { const { get, set } = Object.getOwnPropertyDescriptor(new Error("x"), "stack"); return new get(); });
text("moved getter", () => { const a = new Error("a"), b = {}; Object.defineProperty(b, "stack", Object.getOwnPropertyDescriptor(a, "stack")); return String(b.stack); });
text("own deleted then getter", () => { const a = new Error("a"); const g = Object.getOwnPropertyDescriptor(a, "stack").get; delete a.stack; return h({ stack: g.call(a) }); });
text("limit at", () => { const o = Error.stackTraceLimit; Error.stackTraceLimit = 0; const e = new Error("x"); Error.stackTraceLimit = 10; const r = e.stack; Error.stackTraceLimit = o; return r; });
text("limit accessor", () => { Object.defineProperty(Error, "stackTraceLimit", { get() { return 1; }, configurable: true }); const e = new Error("x"); Object.defineProperty(Error, "stackTraceLimit", { value: 10, writable: true, enumerable: true, configurable: true }); return "" + e.stack; });
for (const v of [-1, 1.9, NaN, Infinity, "3", null, true, 1e9, 5000000000]) text("limit " + String(v) + typeof v, () => { const d = (n) => n ? d(n - 1) : new Error("x"); Error.stackTraceLimit = v; const e = d(30); Error.stackTraceLimit = 10; return typeof e.stack === "string" ? e.stack.split("\n").length : String(e.stack); });
text("preventExtensions stackTraceLimit frozen", () => Object.isFrozen(Error));
text("structuredClone", () => { const e = new TypeError("x"); return h(structuredClone(e)) + "|" + Object.keys(Object.getOwnPropertyDescriptor(structuredClone(e), "stack")) + (structuredClone(e).stack === e.stack); });
text("object from structuredClone keys", () => Reflect.ownKeys(structuredClone(new Error("x", { cause: 1 }))).join());
text("prepare called with this", () => { const old = Error.prepareStackTrace; let th; Error.prepareStackTrace = function () { th = this; }; const r = new Error().stack; Error.prepareStackTrace = old; return String(th === Error) + r; });
text("prepare on subclass", () => { class E extends Error { static prepareStackTrace() { return "sub"; } } return h(new E("x")); });
text("prepare set non fn", () => { Error.prepareStackTrace = 5; const r = h(new Error("x")); delete Error.prepareStackTrace; return r; });
text("prepare in class TypeError", () => { TypeError.prepareStackTrace = () => "tp"; const r = h(new TypeError("x")); delete TypeError.prepareStackTrace; return r; });
text("prepare engine", () => { Error.prepareStackTrace = () => "pe"; let r; try { null.x; } catch (e) { r = e.stack; } delete Error.prepareStackTrace; return r; });
text("prepare DOMException", () => { Error.prepareStackTrace = () => "pd"; let r = new DOMException("x").stack; delete Error.prepareStackTrace; return r; });
text("prepare recursion", () => { Error.prepareStackTrace = (e) => "p:" + new Error("in").stack; const r = new Error("x").stack; delete Error.prepareStackTrace; return r.slice(0, 100); });
text("prepare same error", () => { Error.prepareStackTrace = (e) => "p:" + e.stack; const r = new Error("x").stack; delete Error.prepareStackTrace; return r.slice(0, 100); });
text("prepare non-Error capture", () => { let a; Error.prepareStackTrace = (e, s) => { a = e; return s; }; const o = {}; Error.captureStackTrace(o); const r = o.stack; delete Error.prepareStackTrace; return String(a === o) + r.length; });
text("prepare with fewer", () => { Error.prepareStackTrace = (e, s) => s.length; Error.stackTraceLimit = 1; const r = (() => new Error())().stack; Error.stackTraceLimit = 10; delete Error.prepareStackTrace; return r; });
text("callsite on wrong this", () => { Error.prepareStackTrace = (e, s) => s; const [s] = new Error().stack; delete Error.prepareStackTrace; return s.getLineNumber.call({}); });
text("callsite proto", () => { Error.prepareStackTrace = (e, s) => s; const [s] = new Error().stack; delete Error.prepareStackTrace; const P = Object.getPrototypeOf(s); return [Object.getPrototypeOf(P) === Object.prototype, P.constructor.name, JSON.stringify(Object.getOwnPropertyDescriptor(P, "getThis")), P.getThis.length, s.getThis.name, Object.isExtensible(s)].join(); });
text("callsite construct", () => { Error.prepareStackTrace = (e, s) => s; const [s] = new Error().stack; delete Error.prepareStackTrace; return String(new s.constructor()); });
text("DOMException own", () => Reflect.ownKeys(new DOMException("x", "AbortError")).join() + "|" + (new DOMException("x") instanceof Error) + Error.isError(new DOMException("x")));
text("DOMException name set", () => { const e = new DOMException("x", "AbortError"); return h(e); });
text("DOMException no msg", () => h(new DOMException()));
export default {
  async fetch() {
    const answers = [];
    for (const [name, fn] of cases) {
      let e; try { e = await fn(); } catch (x) { e = x; }
      answers.push([name, e === null || e === undefined ? String(e) : String(e.stack)]);
    }
    return Response.json(answers);
  },
};
