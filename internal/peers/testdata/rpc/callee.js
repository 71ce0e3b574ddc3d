// The Worker that others call.
import { WorkerEntrypoint, RpcTarget, RpcStub } from "cloudflare:workers";

export class Counter extends RpcTarget {
  #value;
  own = "own property";
  constructor(value = 0) { super(); this.#value = value; }
  increment(by = 1) { return (this.#value += by); }
  get value() { return this.#value; }
  get self() { return this; }
  child(value) { return new Counter(value); }
  fail() { throw new RangeError("counter failed"); }
  later() { return new Promise((resolve) => setTimeout(() => resolve(this.#value), 5)); }
}

class Disposable extends RpcTarget {
  constructor(report) { super(); this.report = report; }
  hello() { return "hello"; }
  [Symbol.dispose]() { this.report("disposed"); }
}

class Plain { x = 1; method() { return 1; } }

let instances = 0;

export default class extends WorkerEntrypoint {
  #secret = "secret";
  own = "own property";
  ownFunction = () => "own function";
  constructor(ctx, env) { super(ctx, env); instances++; }
  fetch(request) {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/throw": throw new TypeError("fetch threw");
      case "/string": return "no response";
      case "/loop": return this.env.SELF ? this.env.SELF.fetch(request) : new Response("no SELF");
      case "/back": return this.env.A.fetch("http://a/echo", { headers: { "x-hop": "b" } });
      case "/headers": return Response.json([...request.headers]);
      case "/cf": return Response.json(request.cf ?? null);
      case "/instances": return new Response(String(instances));
      case "/redirect": return Response.redirect("http://b/echo", 302);
      case "/stream": {
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        (async () => {
          for (const part of ["one,", "two,", "three"]) await writer.write(new TextEncoder().encode(part));
          await writer.close();
        })();
        return new Response(readable, { headers: { "x-kind": "stream" } });
      }
      case "/break": {
        const { readable, writable } = new TransformStream();
        const writer = writable.getWriter();
        (async () => { await writer.write(new TextEncoder().encode("part")); await writer.abort(new Error("broken")); })().catch(() => {});
        return new Response(readable);
      }
      case "/hang": return new Promise(() => setTimeout(() => {}, 1000));
      case "/endless": return new Response(new ReadableStream({ type: "bytes", async pull(c) { await new Promise((r) => setTimeout(r, 1)); c.enqueue(new Uint8Array(10)); } }));
      case "/websocket-close": {
        const [client, server] = Object.values(new WebSocketPair());
        server.accept();
        server.close(4001, "by the callee");
        return new Response(null, { status: 101, webSocket: client });
      }
      case "/websocket": {
        const [client, server] = Object.values(new WebSocketPair());
        server.accept();
        server.addEventListener("message", (e) => { server.send("echo " + e.data); });
        return new Response(null, { status: 101, webSocket: client });
      }
    }
    return new Response(request.method + " " + request.url + " " + (request.headers.get("x-hop") ?? "") + " body:", { status: 201, statusText: "Fine" });
  }

  // values
  echo(value) { return value; }
  echoAll(...args) { return args; }
  add(a, b) { return a + b; }
  nothing() {}
  argumentCount() { return arguments.length; }
  typeOf(value) { return Object.prototype.toString.call(value) + " " + typeof value; }
  describe(value) { return [typeof value, value?.constructor?.name, value instanceof RpcTarget, value instanceof RpcStub, value instanceof Error].join(); }
  get property() { return "property"; }
  get objectProperty() { return { a: { b: 7 }, f: (x) => x * 2 }; }
  get failing() { throw new Error("getter failed"); }
  get promised() { return Promise.resolve("promised"); }
  get functionProperty() { return (x) => "called with " + x; }
  async asynchronous(x) { await null; return x; }
  thenable() { return { then(resolve) { resolve("then was called"); } }; }
  envKeys() { return Object.keys(this.env).sort(); }
  contextKeys() { return [typeof this.ctx.waitUntil, typeof this.ctx.props, JSON.stringify(this.ctx.props), typeof this.ctx.exports]; }
  instanceCount() { return instances; }
  thisClass() { return this instanceof WorkerEntrypoint; }
  readsSecret() { return this.#secret; }
  readsOwn() { return this.own; }

  // errors
  throwError() { throw new Error("plain"); }
  throwRange() { throw new RangeError("range"); }
  throwCustom() { class CustomError extends Error { constructor(m) { super(m); this.name = "CustomError"; this.code = 42; } } throw new CustomError("custom"); }
  throwOwn() { const e = new TypeError("own"); e.extra = { a: [1] }; e.code = "E"; throw e; }
  throwCause() { throw new Error("outer", { cause: new TypeError("inner") }); }
  throwString() { throw "a string"; }
  throwObject() { throw { a: 1 }; }
  throwUndefined() { throw undefined; }
  throwDOM() { throw new DOMException("dom message", "AbortError"); }
  throwAggregate() { throw new AggregateError([new Error("one"), new TypeError("two")], "several"); }
  async rejects() { throw new SyntaxError("rejected"); }
  async throwsLate() { await new Promise((r) => setTimeout(r, 2)); throw new Error("late"); }
  throwFunction() { throw () => 1; }
  returnError() { const e = new RangeError("returned"); e.code = 5; return e; }
  getAggregate() { return new AggregateError([new Error("one")], "several"); }

  // what cannot be sent
  returnSymbol() { return Symbol("s"); }
  returnInstance() { return new Plain(); }
  returnNestedInstance() { return { a: [new Plain()] }; }
  returnWeakMap() { return new WeakMap(); }
  returnProxy() { return new Proxy({ a: 1 }, {}); }
  returnURL() { return new URL("http://x/"); }
  returnParams() { return new URLSearchParams("a=1"); }
  returnFormData() { return new FormData(); }
  returnBlob() { return new Blob(["blob"], { type: "text/plain" }); }
  returnSignal() { return AbortSignal.abort("why"); }
  returnPromiseInside() { return { p: Promise.resolve(1) }; }
  returnGenerator() { return (function* () { yield 1; })(); }
  returnIterator() { return [1][Symbol.iterator](); }
  returnEvent() { return new Event("x"); }
  returnNullProto() { return Object.assign(Object.create(null), { a: 1 }); }
  returnMath() { return Math; }
  returnClass() { return class A { static x = 1; }; }
  returnMethods() { return { method() { return "method"; }, arrow: () => "arrow", value: 1 }; }
  returnEnv() { return this.env; }
  returnService() { return this.env.C; }
  returnDate() { return new Date(86400000); }
  returnCircle() { const o = { name: "circle" }; o.self = o; o.list = [o]; return o; }
  returnShared() { const s = { n: 1 }; return [s, s]; }
  returnSparse() { const a = [1, , 3]; a.extra = "x"; return a; }
  returnViews() { const b = new ArrayBuffer(8); return [new Uint8Array(b, 2, 3), new DataView(b, 1), new Float64Array([1.5]), b]; }
  returnMapSet() { return [new Map([[1, { a: 1 }], ["k", new Set([1, 2])]]), new Set(["x"])]; }
  returnPrimitives() { return [undefined, null, true, -0, NaN, Infinity, 1.5, 12345678901234567890n, "text \ud800 ü", Object(1), Object("s"), Object(true), Object(5n)]; }
  returnRegExp() { return [/a(b)+/gi, /x/u]; }
  returnRequest() { return new Request("http://r/p?q=1", { method: "POST", headers: { "x-a": "1" }, body: "request body" }); }
  returnResponse() { return new Response("response body", { status: 202, statusText: "Yes", headers: { "x-b": "2" } }); }
  returnNullBody() { return new Response(null, { status: 204 }); }
  returnHeaders() { const h = new Headers({ a: "1" }); h.append("set-cookie", "x=1"); h.append("set-cookie", "y=2"); return h; }
  returnStream() { return new ReadableStream({ type: "bytes", start(c) { c.enqueue(new Uint8Array([104, 105])); c.close(); } }); }
  returnValueStream() { return new ReadableStream({ start(c) { c.enqueue({ a: 1 }); c.enqueue("text"); c.close(); } }); }
  returnFailingStream() { let n = 0; return new ReadableStream({ type: "bytes", pull(c) { if (n++) throw new RangeError("stream failed"); c.enqueue(new Uint8Array([1])); } }); }
  returnIdentity() { const { readable, writable } = new IdentityTransformStream(); const w = writable.getWriter(); w.write(new TextEncoder().encode("identity")).then(() => w.close()); return readable; }
  returnLockedStream() { const s = new ReadableStream({ type: "bytes" }); s.getReader(); return s; }
  returnWritable() { const { readable, writable } = new IdentityTransformStream(); this.ctx.waitUntil(new Response(readable).text()); return writable; }
  returnBig(n) { return "x".repeat(n); }
  returnBytes(n) { return new Uint8Array(n).fill(7); }
  returnDeep(n) { let o = {}; for (let i = 0; i < n; i++) o = { o }; return o; }

  // arguments
  async callBack(fn, ...args) { return "got " + (await fn(...args)); }
  async callTwice(fn) { return [await fn(1), await fn(2)]; }
  async callMethod(target, name, ...args) { return await target[name](...args); }
  async readProperty(target, name) { return await target[name]; }
  async callNested({ f, g: { h } }) { return [await f(), await h()]; }
  async callFailing(fn) { try { await fn(); return "no error"; } catch (e) { return e.name + ": " + e.message + " " + (e instanceof RangeError); } }
  async callbackThatCallsBack(fn) { return await fn((x) => "inner " + x); }
  keepAndCall(fn) { this.ctx.waitUntil((async () => { await new Promise((r) => setTimeout(r, 5)); try { await fn("after the return"); } catch {} })()); return "returned"; }
  keepDup(fn) { const kept = fn.dup(); this.ctx.waitUntil((async () => { await new Promise((r) => setTimeout(r, 5)); try { await kept("after the return"); } catch {} })()); return "returned"; }
  async readStream(stream) { return await new Response(stream).text(); }
  async readBody(message) { return [message.constructor.name, message.url ?? message.status, message.method ?? message.statusText, [...message.headers].join(";"), await message.text()].join(" "); }
  async writeTo(writable) { const w = writable.getWriter(); await w.write(new TextEncoder().encode("written ")); await w.write(new TextEncoder().encode("by the callee")); await w.close(); return "done"; }
  async abortWritable(writable) { await writable.abort(new Error("aborted by the callee")); return "aborted"; }
  async fetchThrough(service, url) { return await (await service.fetch(url)).text(); }
  async callThrough(service, ...args) { return await service.add(...args); }

  // stubs
  counter(value) { return new Counter(value); }
  counters() { return { a: new Counter(1), list: [new Counter(2)] }; }
  makeFunction(prefix) { return (x) => prefix + x; }
  makeAsyncFunction() { return async (x) => { await null; return x + 1; }; }
  failingFunction() { return () => { throw new RangeError("function failed"); }; }
  functionWithProperties() { const f = () => "called"; f.extra = "extra"; return f; }
  disposable(report) { const kept = report.dup(); return new Disposable((x) => kept(x)); }
  disposables(report) { const kept = report.dup(); return { d: new Disposable((x) => kept(x)), n: 1 }; }
  stub() { return new RpcStub(new Counter(10)); }
  stubOfFunction() { return new RpcStub((x) => x + 1); }
  identity(stub) { return stub; }
  compare(a, b) { return a === b; }
  [Symbol.for("hidden")]() { return "symbol"; }
  forever() { return new Promise(() => {}); }
  slow(ms) { return new Promise((resolve) => setTimeout(() => resolve("slow"), ms)); }
  _underscore() { return "underscore"; }
  $dollar() { return "dollar"; }
  "with space"() { return "space"; }
  static staticMethod() { return "static"; }
  dupOf() { return new (class extends RpcTarget { dup() { return new Counter(); } m() { return "itself"; } })(); }
  returnMethodsWithThis() { return { x: 1, method() { return this?.x; } }; }
  returnGeneratorFunction() { return async function* () { yield 1; }; }
  returnServiceWithin() { return { c: this.env.C }; }
  makeMaker() { return (a) => (b) => a + b; }
  later(x) { return new Promise((resolve) => setTimeout(() => resolve(new Counter(x)), 2)); }
  later2(fn) { const kept = fn.dup(); this.ctx.waitUntil(new Promise((r) => setTimeout(r, 2)).then(() => kept("called by waitUntil"))); return "returned"; }
  waitsForFailure() { this.ctx.waitUntil(Promise.reject(new Error("in waitUntil"))); return "returned"; }
  useLater(target) { this.ctx.waitUntil(new Promise((r) => setTimeout(r, 5)).then(() => target.method(1)).catch(() => {})); return "returned"; }
  callAtOnce(fn) { return Promise.all([fn(1), fn(2), fn(3)]); }
  disposeArgument(fn) { fn[Symbol.dispose](); try { return typeof fn(); } catch (e) { return e.message; } }
  async callCatch(fn) { try { return ["returned", typeof (await fn())]; } catch (e) { return [typeof e, e?.name, e?.message, e?.constructor?.name, e instanceof Error, Object.keys(e ?? {})]; } }
  async callWithInstance(fn) { try { return await fn(new Plain()); } catch (e) { return e.name + ": " + e.message; } }
  async callInner(target) { return [await target.inner.method(1), await (await target.inner).method(2)]; }
  backToA(n) { return this.env.A_RPC.bounce(n); }
  async deep(n) { return await this.env.SELF_RPC.deep(n + 1); }
  connect(socket) { this.ctx.waitUntil(socket.readable.pipeTo(socket.writable)); }
}

export class Named extends WorkerEntrypoint {
  propsFacts() { const { props } = this.ctx; return [Object.isFrozen(props), props === this.ctx.props, props]; }
  whoAmI() { return "Named " + JSON.stringify(this.ctx.props); }
  fetch(request) { return new Response("Named.fetch " + new URL(request.url).pathname + " " + JSON.stringify(this.ctx.props)); }
}

export class Derived extends Named {
  extra() { return "extra"; }
  whoAmI() { return "Derived of " + super.whoAmI(); }
}

export class NoFetch extends WorkerEntrypoint { hello() { return "hello"; } }

export const object = {
  fetch(request, env, ctx) { return new Response("object.fetch " + typeof env + " " + typeof ctx); },
  greet(name, env, ctx) { return `hello ${name} ${typeof env} ${Object.keys(env ?? {}).length > 0} ${typeof ctx} ${typeof ctx?.waitUntil}`; },
  noArguments() { return arguments.length; },
  two(a, b) { return arguments.length; },
  value: 5,
};

export class NotAnEntrypoint { hello() { return "hello"; } }
