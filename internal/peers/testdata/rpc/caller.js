// The Worker that calls. GET / lists the cases, GET /<case> runs one and answers with what came of it.
import { WorkerEntrypoint, RpcTarget, RpcStub, RpcPromise, RpcProperty, exports } from "cloudflare:workers";

const text = (bytes) => new TextDecoder().decode(bytes);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (done) => { for (let i = 0; i < 1000 && !done(); i++) await wait(2); };
const caught = async (fn) => { try { return show(await fn()); } catch (e) { return "throws " + show(e); } };
const readAll = async (stream) => { const parts = []; for await (const part of stream) parts.push(part instanceof Uint8Array ? text(part) : JSON.stringify(part)); return parts.join("|"); };

// show writes a value so that all that can be told of it is seen.
function show(value, seen = []) {
  if (value === null || typeof value !== "object" && typeof value !== "function") {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return value + "n";
    if (Object.is(value, -0)) return "-0";
    return String(value);
  }
  if (seen.includes(value)) return "<circle " + seen.indexOf(value) + ">";
  seen = [...seen, value];
  const list = (items) => [...items].map((item) => show(item, seen)).join(", ");
  for (const stub of [RpcStub, RpcPromise, RpcProperty]) if (value instanceof stub) return stub.name;
  if (typeof value === "function") return "function";
  if (value instanceof DOMException) return `DOMException ${value.name} ${show(value.message)} ${value.code}`;
  if (value instanceof Error) {
    const own = Object.getOwnPropertyNames(value).filter((key) => !["stack", "message"].includes(key)).sort();
    return `${Object.getPrototypeOf(value).constructor.name} ${value.name}: ${value.message} {${own.map((key) => key + ": " + show(value[key], seen)).join(", ")}}`;
  }
  if (Array.isArray(value)) return "[" + Object.keys(value).map((key) => (String(key >>> 0) === key ? "" : key + ": ") + show(value[key], seen)).join(", ") + "]" + (Object.keys(value).length === value.length ? "" : " length " + value.length);
  if (value instanceof Map) return "Map {" + list(value) + "}";
  if (value instanceof Set) return "Set {" + list(value) + "}";
  if (value instanceof Date) return "Date " + value.getTime();
  if (value instanceof RegExp) return "RegExp " + value;
  if (value instanceof ArrayBuffer) return "ArrayBuffer " + value.byteLength;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${value.byteOffset}+${value.byteLength} of ${value.buffer.byteLength}`;
  for (const wrapper of [Number, String, Boolean, BigInt]) if (value instanceof wrapper) return `Object(${show(value.valueOf())})`;
  const proto = Object.getPrototypeOf(value);
  const name = proto === null ? "null" : proto.constructor.name;
  return (name === "Object" ? "" : name + " ") + "{" + Object.keys(value).map((key) => key + ": " + show(value[key], seen)).join(", ") + "}";
}

// bytes is a stream of bytes that is made in JavaScript.
const bytes = (...parts) => new ReadableStream({ type: "bytes", start(c) { for (const part of parts) c.enqueue(new TextEncoder().encode(part)); c.close(); } });

class Target extends RpcTarget {
  #secret = "secret";
  own = "own";
  calls = 0;
  method(x) { return "method " + x; }
  get getter() { return "getter"; }
  count() { return ++this.calls; }
  readsSecret() { return this.#secret; }
}

export const cases = {
  // fetch
  "fetch": async ({ B }) => { const r = await B.fetch("http://host/path?q=1"); return [r.status, r.statusText, r.url, await r.text()]; },
  "fetch POST": async ({ B }) => (await (await B.fetch("http://host/x", { method: "POST", body: "hello" })).text()),
  "fetch a Request": async ({ B }) => (await B.fetch(new Request("https://other/x", { method: "PUT", headers: { "x-hop": "from a" } }))).text(),
  "fetch with a Request and an init": async ({ B }) => (await B.fetch(new Request("https://other/x"), { method: "DELETE" })).text(),
  "fetch without a URL": ({ B }) => B.fetch("/relative"),
  "fetch nothing": ({ B }) => B.fetch(),
  "fetch that throws": ({ B }) => B.fetch("http://b/throw"),
  "fetch of no Response": ({ B }) => B.fetch("http://b/string"),
  "fetch headers": async ({ B }) => (await B.fetch("http://b/headers", { headers: { "X-One": "1", accept: "text/html" } })).json(),
  "fetch cf": async ({ B }) => (await B.fetch("http://b/cf", { cf: { cacheTtl: 5, mine: "x" } })).json(),
  "fetch no cf": async ({ B }) => (await B.fetch("http://b/cf")).json(),
  "fetch stream": async ({ B }) => { const r = await B.fetch("http://b/stream"); return [r.headers.get("x-kind"), await r.text()]; },
  "fetch a body that breaks": async ({ B }) => { const r = await B.fetch("http://b/break"); return caught(() => r.text()); },
  "fetch redirect followed": async ({ B }) => { const r = await B.fetch("http://b/redirect"); return [r.status, r.redirected, r.url, await r.text()]; },
  "fetch redirect manual": async ({ B }) => { const r = await B.fetch("http://b/redirect", { redirect: "manual" }); return [r.status, r.headers.get("location")]; },
  "fetch there and back": async ({ B }) => (await B.fetch("http://b/back")).text(),
  "fetch aborted before": ({ B }) => B.fetch("http://b/", { signal: AbortSignal.abort() }),
  "fetch WebSocket": async ({ B }) => { const r = await B.fetch("http://b/websocket", { headers: { upgrade: "websocket" } }); const ws = r.webSocket; ws.accept(); const got = new Promise((resolve) => ws.addEventListener("message", (e) => resolve(e.data))); ws.send("hi"); const data = await got; ws.close(); return [r.status, data]; },
  "fetch a plain Worker": async ({ C }) => (await C.fetch("http://c/x")).text(),
  "fetch a named entrypoint": async ({ NAMED }) => (await NAMED.fetch("http://b/named")).text(),
  "fetch an object entrypoint": async ({ OBJECT }) => (await OBJECT.fetch("http://b/o")).text(),
  "fetch an entrypoint without fetch": ({ NO_FETCH }) => NO_FETCH.fetch("http://b/"),
  "fetch itself": async ({ SELF }) => (await SELF.fetch("http://self/echo")).text(),
  "a fresh instance for each": async ({ B }) => [await (await B.fetch("http://b/instances")).text() > 0, typeof (await B.instanceCount())],

  // the face of a binding
  "binding": ({ B }) => [typeof B, Object.prototype.toString.call(B), B.constructor.name, Object.keys(B).length],
  "binding members": ({ B }) => [typeof B.fetch, typeof B.connect, typeof B.anything, typeof B.then, typeof B.catch, typeof B.toString, typeof B.constructor, typeof B[Symbol.iterator], typeof B.dup, typeof B[Symbol.dispose]],
  "binding in": ({ B }) => ["fetch" in B, "anything" in B, "then" in B, "add" in B],
  "binding can be awaited": async ({ B }) => (await B) === B,
  "property": ({ B }) => [B.add instanceof RpcProperty, typeof B.add, Object.prototype.toString.call(B.add), B.add.constructor.name, B.add === B.add],
  "property members": ({ B }) => [typeof B.x.then, typeof B.x.catch, typeof B.x.finally, typeof B.x.y, typeof B.x.call, typeof B.x.apply, typeof B.x.bind, typeof B.x.name, typeof B.x.length, typeof B.x.dup, typeof B.x[Symbol.dispose], typeof B.x.constructor, typeof B.x.toString],
  "result": ({ B }) => { const p = B.add(1, 2); return [p instanceof RpcPromise, p instanceof Promise, typeof p, Object.prototype.toString.call(p), p.constructor.name, typeof p.then, typeof p[Symbol.dispose], typeof p.foo, typeof p.dup]; },
  "binding assigned": ({ B }) => caught(() => { B.assigned = 5; const is = typeof B.assigned; delete B.assigned; return [is, typeof B.assigned]; }),
  "detached method": async ({ B }) => { const { add } = B; return add(1, 2); },
  "detached fetch": async ({ B }) => { const { fetch } = B; return (await fetch("http://b/")).status; },

  // calls
  "call": ({ B }) => B.add(1, 2),
  "call: no result": ({ B }) => B.nothing(),
  "call: asynchronous": ({ B }) => B.asynchronous("x"),
  "call: arguments": ({ B }) => B.echoAll(1, "two", null, undefined, [3]),
  "call: argument count": async ({ B }) => [await B.argumentCount(), await B.argumentCount(undefined), await B.argumentCount(1, 2, 3)],
  "call: no such method": ({ B }) => B.noSuchMethod(),
  "call: no such nested": ({ B }) => B.noSuch.method(),
  "call: own property": ({ B }) => B.own,
  "call: own function": ({ B }) => B.ownFunction(),
  "call: env": ({ B }) => B.env,
  "call: ctx": ({ B }) => B.ctx,
  "call: constructor": ({ B }) => B["constructor"](),
  "call: underscore": ({ B }) => B._underscore(),
  "call: odd names": async ({ B }) => [await B.$dollar(), await B["with space"]()],
  "call: static": ({ B }) => B.staticMethod(),
  "call: private": ({ B }) => B.readsSecret(),
  "call: own from inside": ({ B }) => B.readsOwn(),
  "call: hasOwnProperty": ({ B }) => B.hasOwnProperty("x"),
  "call: toString": ({ B }) => caught(() => B.toString()),
  "call: fetch as a property": async ({ B }) => typeof (await B.fetch),
  "call: dup": ({ B }) => caught(() => B.dup()),
  "call: __proto__": ({ B }) => caught(() => B.__proto__ === Object.getPrototypeOf(B)),
  "call: symbol": ({ B }) => typeof B[Symbol.for("hidden")],
  "error: DOMException is marked": ({ B }) => B.throwDOM().catch((e) => [e.remote, e.code, typeof e.stack]),
  "error: handler of a Promise": ({ B }) => B.throwError().then(() => "no", (e) => "then " + e.message),
  "error: in a stack of its own": ({ B }) => B.throwError().catch((e) => e.stack.split("\n")[0]),
  "promise: race": ({ B }) => Promise.race([B.slow(50), B.add(1, 1)]),
  "promise: all": ({ B }) => Promise.all([B.property, B.add(1, 1), B.counter(3).value]),
  "promise: resolve": async ({ B }) => { const p = Promise.resolve(B.add(1, 1)); return [p instanceof RpcPromise, await p]; },
  "call: numeric name": ({ B }) => B[0](),
  "call: this": ({ B }) => B.thisClass(),
  "call: env of the callee": ({ B }) => B.envKeys(),
  "call: context of the callee": ({ B }) => B.contextKeys(),
  "call: a property that is no function": ({ B }) => B.property(),
  "call: thenable result": ({ B }) => B.thenable(),
  "call: with call()": ({ B }) => caught(() => B.add.call(null, 1, 2)),
  "call: concurrently": async ({ B }) => { const r = await Promise.all(Array.from({ length: 30 }, (_, i) => B.add(i, i))); return r.join(); },
  "call: a plain Worker": ({ C }) => C.greet("you"),
  "call: a plain Worker without arguments": ({ C }) => C.nobody(),
  "call: a plain Worker's value": ({ C }) => C.value,
  "call: an object entrypoint": ({ OBJECT }) => OBJECT.greet("you"),
  "call: an object entrypoint, no arguments": ({ OBJECT }) => OBJECT.noArguments(),
  "call: an object entrypoint, two arguments": ({ OBJECT }) => OBJECT.two(1, 2),
  "call: an object entrypoint's value": ({ OBJECT }) => OBJECT.value,
  "call: named": ({ NAMED }) => NAMED.whoAmI(),
  "call: named with props": ({ PROPS }) => PROPS.whoAmI(),
  "call: derived": async ({ DERIVED }) => [await DERIVED.whoAmI(), await DERIVED.extra()],
  "call: a class that is no entrypoint": ({ NOT }) => NOT.hello(),
  "call: without fetch": ({ NO_FETCH }) => NO_FETCH.hello(),
  "call: itself": ({ SELF }) => SELF.localMethod(4),
  "call: in a circle": ({ B }) => B.backToA(3),
  "properties": async ({ B }) => [await B.property, await B.promised, await B.objectProperty.a.b, await B.objectProperty.f(4)],
  "property: function": async ({ B }) => { const f = await B.functionProperty; return [show(f), await f(1), await B.functionProperty(2)]; },
  "property: failing": ({ B }) => B.failing,
  "property: missing": ({ B }) => B.missing,
  "property: nested missing": ({ B }) => B.objectProperty.x.y,
  "property: then with callbacks": ({ B }) => new Promise((resolve) => B.property.then((v) => resolve(["then", v]))),
  "property: catch": ({ B }) => B.failing.catch((e) => "caught " + e.message),
  "property: finally": async ({ B }) => { let ran = 0; const v = await B.property.finally(() => { ran++; }); return [v, ran]; },

  // values
  "value: primitives": ({ B }) => B.returnPrimitives(),
  "value: arguments come back": ({ B }) => B.echo([undefined, null, true, -0, NaN, 12n, "ü\ud800", new Date(5), /a/g, [1, , 3], { a: { b: 1 } }]),
  "value: Date": ({ B }) => B.returnDate(),
  "value: RegExp": ({ B }) => B.returnRegExp(),
  "value: circle": ({ B }) => B.returnCircle(),
  "value: shared": async ({ B }) => { const [a, b] = await B.returnShared(); return a === b; },
  "value: sparse": ({ B }) => B.returnSparse(),
  "value: views": async ({ B }) => { const v = await B.returnViews(); return [v, v[0].buffer === v[3]]; },
  "value: Map and Set": ({ B }) => B.returnMapSet(),
  "value: no prototype": async ({ B }) => { const o = await B.returnNullProto(); return [o, Object.getPrototypeOf(o) === Object.prototype]; },
  "value: symbol": ({ B }) => B.returnSymbol(),
  "value: instance": ({ B }) => B.returnInstance(),
  "value: nested instance": ({ B }) => B.returnNestedInstance(),
  "value: WeakMap": ({ B }) => B.returnWeakMap(),
  "value: Proxy": ({ B }) => B.returnProxy(),
  "value: URL": ({ B }) => B.returnURL(),
  "value: URLSearchParams": ({ B }) => B.returnParams(),
  "value: FormData": ({ B }) => B.returnFormData(),
  "value: Blob": ({ B }) => B.returnBlob(),
  "value: AbortSignal": ({ B }) => B.returnSignal(),
  "value: Promise inside": ({ B }) => B.returnPromiseInside(),
  "value: generator": ({ B }) => B.returnGenerator(),
  "value: iterator": ({ B }) => B.returnIterator(),
  "value: Event": ({ B }) => B.returnEvent(),
  "value: Math": ({ B }) => B.returnMath(),
  "value: class": async ({ B }) => { const c = await B.returnClass(); return show(c); },
  "value: env": ({ B }) => caught(() => B.returnEnv()),
  "value: service": async ({ B }) => { const c = await B.returnService(); return [Object.prototype.toString.call(c), await (await c.fetch("http://c/y")).text()]; },
  "value: deep": async ({ B }) => { let o = await B.returnDeep(200), n = 0; while (o) { o = o.o; n++; } return n; },
  "value: large text": async ({ B }) => (await B.returnBig(1 << 20)).length,
  "value: large bytes": async ({ B }) => { const b = await B.returnBytes(1 << 20); return [b.length, b[77]]; },
  "argument: symbol": ({ B }) => B.echo(Symbol("s")),
  "argument: instance": ({ B }) => B.echo(new (class Foo {})()),
  "argument: Promise": ({ B }) => B.echo(Promise.resolve(1)),
  "argument: URL": ({ B }) => B.echo(new URL("http://x/")),
  "argument: getter that throws": ({ B }) => B.echo({ get x() { throw new RangeError("getter"); } }),
  "argument: is copied at once": async ({ B }) => { const o = { a: 1 }; const p = B.echo(o); o.a = 2; return p; },
  "argument: bytes stay": async ({ B }) => { const b = new Uint8Array([1, 2]); await B.echo(b); return b.length; },
  "argument: error": async ({ B }) => [await B.describe(new RangeError("x")), await B.echo(new TypeError("sent", { cause: 1 }))],

  // errors
  "error": ({ B }) => B.throwError(),
  "error: RangeError": ({ B }) => B.throwRange(),
  "error: custom class": ({ B }) => B.throwCustom(),
  "error: own properties": ({ B }) => B.throwOwn(),
  "error: cause": ({ B }) => B.throwCause(),
  "error: string": ({ B }) => B.throwString(),
  "error: object": ({ B }) => B.throwObject(),
  "error: undefined": ({ B }) => B.throwUndefined(),
  "error: function": ({ B }) => caught(() => B.throwFunction()),
  "error: DOMException": ({ B }) => B.throwDOM(),
  "error: AggregateError": ({ B }) => B.throwAggregate(),
  "error: rejection": ({ B }) => B.rejects(),
  "error: late": ({ B }) => B.throwsLate(),
  "error: returned": ({ B }) => B.returnError(),
  "error: returned aggregate": ({ B }) => B.getAggregate(),
  "error: has a stack": async ({ B }) => { try { await B.throwError(); } catch (e) { return [typeof e.stack, e.stack.includes("plain"), e.remote]; } },
  "error: synchronous": ({ B }) => { try { B.throwError().catch(() => {}); return "does not throw at once"; } catch { return "throws at once"; } },

  // streams, requests and responses
  "Request": async ({ B }) => { const r = await B.returnRequest(); return [r instanceof Request, r.url, r.method, [...r.headers], await r.text()]; },
  "Response": async ({ B }) => { const r = await B.returnResponse(); return [r instanceof Response, r.status, r.statusText, [...r.headers], await r.text()]; },
  "Response: null body": async ({ B }) => { const r = await B.returnNullBody(); return [r.status, r.body]; },
  "Headers": async ({ B }) => { const h = await B.returnHeaders(); return [h instanceof Headers, [...h]]; },
  "argument: Request": ({ B }) => B.readBody(new Request("http://q/", { method: "POST", body: "sent", headers: { "x-y": "z" } })),
  "argument: Response": ({ B }) => B.readBody(new Response("sent", { status: 203 })),
  "argument: used Request": async ({ B }) => { const r = new Request("http://q/", { method: "POST", body: "sent" }); await r.text(); return B.readBody(r); },
  "stream": async ({ B }) => readAll(await B.returnStream()),
  "stream: values": async ({ B }) => caught(async () => readAll(await B.returnValueStream())),
  "stream: failing": async ({ B }) => caught(async () => readAll(await B.returnFailingStream())),
  "stream: identity": async ({ B }) => readAll(await B.returnIdentity()),
  "stream: locked": ({ B }) => caught(() => B.returnLockedStream()),
  "stream: argument": ({ B }) => B.readStream(bytes("a", "b", "c")),
  "stream: argument from a Response": ({ B }) => B.readStream(new Response("of a response").body),
  "stream: argument locked afterwards": async ({ B }) => { const s = bytes("x"); const p = B.readStream(s); const locked = s.locked; return [locked, await p]; },
  "stream: writable": async ({ B }) => { const { readable, writable } = new IdentityTransformStream(); const read = new Response(readable).text(); return [await B.writeTo(writable), await read]; },
  "stream: writable of JavaScript": async ({ B }) => { const parts = []; const w = new WritableStream({ write(c) { parts.push(c instanceof Uint8Array ? text(c) : show(c)); }, close() { parts.push("closed"); } }); await B.writeTo(w); return parts.join(""); },
  "stream: writable aborted": async ({ B }) => { let reason; const w = new WritableStream({ abort(e) { reason = e; } }); const r = await B.abortWritable(w); await until(() => reason); return [r, show(reason)]; },
  "stream: writable returned": async ({ B }) => { using w = await B.returnWritable(); const writer = w.getWriter(); await writer.write(new TextEncoder().encode("x")); await writer.close(); return "closed"; },
  "stream: passed through": async ({ B }) => { const r = await B.echo(bytes("there ", "and back")); return readAll(r); },

  // functions and targets
  "function: argument": ({ B }) => B.callBack((x, y) => x + y, 1, 2),
  "function: asynchronous argument": ({ B }) => B.callBack(async (x) => { await wait(1); return x; }, "late"),
  "function: twice": ({ B }) => B.callTwice((x) => x * 2),
  "function: nested argument": ({ B }) => B.callNested({ f: () => "f", g: { h: () => "h" } }),
  "function: failing argument": ({ B }) => B.callFailing(() => { throw new RangeError("failed here"); }),
  "function: called back and forth": ({ B }) => B.callbackThatCallsBack(async (inner) => "outer " + (await inner("x"))),
  "function: type there": async ({ B }) => [await B.describe(() => 1), await B.typeOf(() => 1)],
  "function: kept": async ({ B }) => { let got = "not called"; const r = await B.keepAndCall((x) => { got = x; }); await wait(30); return [r, got]; },
  "function: kept by dup": async ({ B }) => { let got = "not called"; const r = await B.keepDup((x) => { got = x; }); await until(() => got !== "not called"); return [r, got]; },
  "function: result": async ({ B }) => { const f = await B.makeFunction("a"); return [show(f), typeof f, await f("b"), await f("c")]; },
  "function: asynchronous result": async ({ B }) => (await B.makeAsyncFunction())(4),
  "function: failing result": async ({ B }) => (await B.failingFunction())(),
  "function: with properties": async ({ B }) => { const f = await B.functionWithProperties(); return [await f(), await caught(() => f.extra)]; },
  "function: methods of an object": async ({ B }) => { const o = await B.returnMethods(); return [o, await o.method(), await o.arrow()]; },
  "function: the object can be disposed": async ({ B }) => { const o = await B.returnMethods(); return [typeof o[Symbol.dispose], Object.getOwnPropertySymbols(o).length, Object.prototype.propertyIsEnumerable.call(o, Symbol.dispose)]; },
  "plain object has a disposer": async ({ B }) => { const o = await B.echo({ a: 1 }); return [typeof o[Symbol.dispose], o]; },
  "array has a disposer": async ({ B }) => typeof (await B.echo([1]))[Symbol.dispose],
  "target: argument": async ({ B }) => { const t = new Target(); return [await B.callMethod(t, "method", 1), await B.callMethod(t, "readsSecret"), await B.readProperty(t, "getter")]; },
  "target: type there": async ({ B }) => [await B.describe(new Target()), await B.typeOf(new Target())],
  "target: own property": ({ B }) => caught(() => B.readProperty(new Target(), "own")),
  "target: missing": ({ B }) => caught(() => B.callMethod(new Target(), "missing")),
  "target: constructor": ({ B }) => caught(() => B.callMethod(new Target(), "constructor")),
  "target: state": async ({ B }) => { const t = new Target(); await B.callMethod(t, "count"); await B.callMethod(t, "count"); return t.calls; },
  "target: result": async ({ B }) => { const c = await B.counter(5); return [show(c), await c.increment(), await c.increment(10), await c.value]; },
  "target: of targets": async ({ B }) => { const c = await B.counter(5); const d = await c.child(7); return [await d.increment(), await c.self.self.increment()]; },
  "target: own property of a result": async ({ B }) => { const c = await B.counter(5); return caught(() => c.own); },
  "target: failing": async ({ B }) => { const c = await B.counter(5); return c.fail(); },
  "target: several": async ({ B }) => { const { a, list } = await B.counters(); return [await a.increment(), await list[0].increment()]; },
  "target: comes back": async ({ B }) => { const t = new Target(); const back = await B.identity(t); return [back === t, show(back), await back.method("x")]; },
  "target: not constructed": ({ B }) => caught(() => new RpcPromise()),
  "stub: result": async ({ B }) => { const s = await B.stub(); return [show(s), await s.increment(5)]; },
  "stub: of a function": async ({ B }) => (await B.stubOfFunction())(4),
  "stub: passed on": async ({ B }) => { const c = await B.counter(1); return B.callMethod(c, "increment", 4); },
  "stub: passed to another Worker": async ({ B, SELF }) => { const c = await B.counter(1); return SELF.incrementFor(c); },
  "stub: local": async () => { const s = new RpcStub(new Target()); return [show(s), await s.method(1), await s.getter, typeof s]; },
  "stub: local function": async () => { const s = new RpcStub((x) => x + 1); return s(4); },
  "stub: local object": async () => { const s = new RpcStub({ a: 1, f: () => "f", nested: { g: () => "g" } }); return [await s.a, await s.f(), await s.nested.g()]; },
  "stub: of a primitive": () => caught(() => new RpcStub(5)),
  "stub: service as an argument": ({ B, C }) => B.fetchThrough(C, "http://c/through"),
  "stub: service with methods as an argument": ({ B, SELF }) => B.callThrough(SELF, 3, 4),
  "stub: members": async ({ B }) => { const c = await B.counter(1); return [typeof c, typeof c.dup, typeof c[Symbol.dispose], typeof c.then, typeof c.anything, Object.prototype.toString.call(c), c instanceof RpcStub, c.constructor.name]; },

  // pipelining
  "pipeline: method of a result": ({ B }) => B.counter(5).increment(),
  "pipeline: property of a result": ({ B }) => B.counter(5).value,
  "pipeline: deep": ({ B }) => B.counter(5).child(7).child(8).increment(2),
  "pipeline: call the result": ({ B }) => B.makeFunction("a")("b"),
  "pipeline: into an object": async ({ B }) => [await B.counters().a.increment(), await B.counters().list[0].increment()],
  "pipeline: plain value": ({ B }) => B.echo({ a: { b: [1, 2] } }).a.b,
  "pipeline: index": ({ B }) => caught(() => B.echo([5, 6])[1]),
  "pipeline: failing": ({ B }) => B.throwRange().foo.bar(),
  "pipeline: failing is handled once": async ({ B }) => { const p = B.throwRange(); const q = p.foo(); return [await caught(() => p), await caught(() => q)]; },
  "pipeline: no such method": ({ B }) => B.counter(5).missing(),
  "pipeline: of a plain value, no such": ({ B }) => B.echo({ a: 1 }).b.c(),
  "pipeline: array length": ({ B }) => caught(() => B.echo([1, 2]).length),
  "pipeline: method of an array": ({ B }) => caught(() => B.echo([1, 2]).map((x) => x)),
  "pipeline: method of a string": ({ B }) => caught(() => B.echo("text").toUpperCase()),
  "pipeline: of a Response": ({ B }) => caught(() => B.returnResponse().text()),
  "pipeline: order": async ({ B }) => { const c = B.counter(0); return Promise.all([c.increment(), c.increment(), c.increment()]); },
  "pipeline: promise as an argument": async ({ B }) => caught(() => B.echo(B.counter(1))),
  "pipeline: awaited twice": async ({ B }) => { const p = B.add(1, 2); return [await p, await p]; },

  // disposal
  "dispose: target of a result": async ({ B }) => { const log = []; const d = await B.disposable((x) => { log.push(x); }); await d.hello(); d[Symbol.dispose](); await until(() => log.length); return log; },
  "dispose: using": async ({ B }) => { const log = []; { using d = await B.disposable((x) => { log.push(x); }); await d.hello(); } await until(() => log.length); return log; },
  "dispose: result object": async ({ B }) => { const log = []; const o = await B.disposables((x) => { log.push(x); }); o[Symbol.dispose](); await until(() => log.length); return log; },
  "dispose: not before the duplicate": async ({ B }) => { const log = []; const d = await B.disposable((x) => { log.push(x); }); const e = d.dup(); d[Symbol.dispose](); await wait(20); log.push(await e.hello()); e[Symbol.dispose](); await until(() => log.length === 2); return log; },
  "dispose: call afterwards": async ({ B }) => { const c = await B.counter(1); c[Symbol.dispose](); return caught(() => c.increment()); },
  "dispose: dup afterwards": async ({ B }) => { const c = await B.counter(1); c[Symbol.dispose](); return caught(() => c.dup()); },
  "dispose: twice": async ({ B }) => { const c = await B.counter(1); c[Symbol.dispose](); c[Symbol.dispose](); return "fine"; },
  "dispose: promise": async ({ B }) => { const log = []; const p = B.disposable((x) => { log.push(x); }); p[Symbol.dispose](); await until(() => log.length); return [log, await caught(() => p)]; },
  "dispose: argument target": async ({ B }) => { const log = []; class T extends RpcTarget { [Symbol.dispose]() { log.push("disposed"); } m() { return "m"; } } await B.callMethod(new T(), "m"); await until(() => log.length); return log; },
  "dispose: argument function": async ({ B }) => { const log = []; const f = () => "f"; f[Symbol.dispose] = () => { log.push("disposed"); }; await B.callBack(f); await until(() => log.length); return log; },
  "dispose: local stub": async () => { const log = []; class T extends RpcTarget { [Symbol.dispose]() { log.push("disposed"); } } const s = new RpcStub(new T()); s[Symbol.dispose](); await until(() => log.length); return log; },
  "dispose: local stub, twice dup": async () => { const log = []; class T extends RpcTarget { [Symbol.dispose]() { log.push("disposed"); } } const s = new RpcStub(new T()); const d = s.dup(); s[Symbol.dispose](); await wait(5); log.push("between"); d[Symbol.dispose](); await until(() => log.length === 2); return log; },

  // the rest
  "exports": async (env, ctx) => [typeof ctx.exports, Object.keys(ctx.exports).sort(), await ctx.exports.default.localMethod(1), await ctx.exports.Other.hello()],
  "exports: with props": async (env, ctx) => ctx.exports.Other({ props: { a: 1 } }).hello(),
  "exports: fetch": async (env, ctx) => (await ctx.exports.default.fetch("http://x/echo")).text(),
  "exports: face": (env, ctx) => [typeof ctx.exports.Other, Object.prototype.toString.call(ctx.exports.Other), ctx.exports.Other.constructor.name, typeof ctx.exports.plainFunction, typeof ctx.exports.cases],
  "exports: of a plain function": (env, ctx) => caught(() => ctx.exports.plainFunction()),
  "exports: with props, of the default": async (env, ctx) => ctx.exports.default({ props: { x: 1 } }).propsOf(),
  "exports: without props": async (env, ctx) => ctx.exports.default.propsOf(),
  "exports: wrong": (env, ctx) => caught(() => ctx.exports.Other()),
  "exports: constructed": (env, ctx) => caught(() => new ctx.exports.Other()),
  "exports: prototype": (env, ctx) => [typeof ctx.exports.Other.fetch, typeof ctx.exports.Other.anything, typeof ctx.exports.Other.then, ctx.exports.Other === ctx.exports.Other, Object.prototype.toString.call(ctx.exports.Other({}))],
  "exports: of the module": async (env, ctx) => [Object.keys(exports).sort(), await exports.Other.hello(), exports.Other === ctx.exports.Other],
  "connect": async ({ B }) => caught(async () => { const socket = B.connect("host:80"); const w = socket.writable.getWriter(); await w.write(new TextEncoder().encode("ping")); const { value } = await socket.readable.getReader().read(); return text(value); }),
};

export class Other extends WorkerEntrypoint { hello() { return "other " + JSON.stringify(this.ctx.props); } }
export function plainFunction() {}

export default class extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return Response.json(Object.keys(cases));
    if (pathname === "/echo") return new Response("a echoes " + request.method + " " + request.url + " " + request.headers.get("x-hop"));
    const run = cases[decodeURIComponent(pathname.slice(1))];
    return new Response(await caught(() => run(this.env, this.ctx)));
  }
  propsOf() { return this.ctx.props; }
  localMethod(x) { return "local " + x; }
  bounce(n) { return n > 0 ? this.env.B.backToA(n - 1) : "bottom"; }
  async incrementFor(counter) { return await counter.increment(100); }
  add(a, b) { return a + b; }
}
