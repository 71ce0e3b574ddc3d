package runtime_test

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/runtime"
	"devserver/runtime/compat"
)

// engineGlobals are those of the engine itself: what they do to odd arguments is its own affair. Of the rest nothing may
// panic, hang or end the process.
var engineGlobals = strings.Fields(`globalThis self Object Function Array ArrayBuffer DataView Date Error EvalError RangeError
	ReferenceError SyntaxError TypeError URIError AggregateError JSON Map Set WeakMap WeakSet Math Number BigInt Boolean String
	Symbol Promise Proxy Reflect Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array
	Float32Array Float64Array BigInt64Array BigUint64Array NaN Infinity undefined eval isNaN isFinite parseInt parseFloat
	decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape RegExp GoError`)

// mistreat calls everything that can be reached from one global with odd receivers and odd arguments. What comes of it
// does not matter.
const mistreat = `
	const name = decodeURIComponent(new URL(request.url).pathname.slice(1))
	if (name === "") return Response.json(Object.getOwnPropertyNames(globalThis))
	const subject = globalThis[name]
	let calls = 0
	const trap = () => { throw new Error("trap") }
	const throwing = new Proxy(function () {}, { get: trap, set: trap, has: trap, ownKeys: trap, apply: trap, construct: trap,
		getPrototypeOf: trap, getOwnPropertyDescriptor: trap, defineProperty: trap })
	const cyclic = {}; cyclic.self = cyclic; cyclic[Symbol.toPrimitive] = () => cyclic
	const detached = new Uint8Array(8); structuredClone(detached, { transfer: [detached.buffer] })
	const rejected = Promise.reject(1); rejected.catch(() => {})
	const attempt = fn => { calls++; try { const v = fn(); if (v instanceof Promise) v.catch(() => {}); return v } catch {} }
	// What needs a permanent arm to be made, or to be of use.
	const made = {
		Request: () => new Request("http://x.test/", { method: "POST", body: "b" }), URL: () => new URL("http://x.test/?a#b"),
		WebSocket: () => new WebSocketPair()[0], HTMLRewriter: () => new HTMLRewriter().on("a", {}), Blob: () => new Blob(["x"]),
		File: () => new File(["x"], "f"), ReadableStream: () => new ReadableStream({ type: "bytes" }), URLPattern: () => new URLPattern({ pathname: "/:a" }),
		ReadableStreamDefaultReader: () => new Response("x").body.getReader(), CompressionStream: () => new CompressionStream("gzip"),
		ReadableStreamBYOBReader: () => new Response("x").body.getReader({ mode: "byob" }), DecompressionStream: () => new DecompressionStream("gzip"),
		WritableStreamDefaultWriter: () => new WritableStream().getWriter(), TextDecoder: () => new TextDecoder("utf-8", { fatal: true }),
		FixedLengthStream: () => new FixedLengthStream(3), Event: () => new Event("x"), AbortSignal: () => new AbortController().signal,
		MessagePort: () => new MessageChannel().port1, EventSource: () => EventSource.from(new Response("data: x").body),
		Cache: () => caches.default, CacheStorage: () => caches, Crypto: () => crypto, SubtleCrypto: () => crypto.subtle,
		Performance: () => performance, Navigator: () => navigator, ServiceWorkerGlobalScope: () => globalThis,
		ReadableStreamDefaultController: () => { let c; new ReadableStream({ start(x) { c = x } }); return c },
		ReadableByteStreamController: () => { let c; new ReadableStream({ type: "bytes", start(x) { c = x } }); return c },
		TransformStreamDefaultController: () => { let c; new TransformStream({ start(x) { c = x } }); return c },
		WritableStreamDefaultController: () => { let c; new WritableStream({ start(x) { c = x } }); return c },
		WeakRef: () => new WeakRef({}), FinalizationRegistry: () => new FinalizationRegistry(() => {}), SharedArrayBuffer: () => new SharedArrayBuffer(8),
		Iterator: () => [1, 2].values().map(x => x),
	}
	const fresh = () => {
		if (typeof subject !== "function") return subject
		const make = made[name]
		const own = make && attempt(make)
		return own ?? attempt(() => new subject("a", "b")) ?? attempt(() => new subject()) ?? Object.create(subject.prototype ?? null)
	}
	const odd = () => [undefined, null, true, -1, NaN, 2 ** 53, 1e300, 10n ** 30n, "", "\ud800", "http://x.test/", Symbol.iterator, cyclic, throwing, [], [[]],
		detached, new Uint8Array(3), new ArrayBuffer(0), () => { throw 1 }, class { constructor() { throw 1 } }, Object.create(null),
		{ get length() { return -1 } }, { then() { throw 1 } }, new Date(NaN), /x/g, rejected, new Map([[1, 2]]), subject, globalThis]
	const lists = () => {
		const all = odd(), lists = [[]]
		for (let i = 0; i < all.length; i++) lists.push([all[i]], [all[i], all[(i * 7 + 3) % all.length]], ["a", all[i], all[(i + 5) % all.length], all[i]])
		return lists
	}
	const exercise = (fn, self) => {
		for (const args of lists()) attempt(() => Reflect.apply(fn, self ? fresh() : undefined, args))
		for (const receiver of odd()) { attempt(() => Reflect.apply(fn, receiver, [])); attempt(() => Reflect.apply(fn, receiver, ["a", {}, () => {}])) }
		attempt(() => new fn()); attempt(() => Reflect.construct(fn, [], Array)); attempt(() => Reflect.construct(Object, [], fn))
	}
	const members = (object, self) => {
		for (const key of Reflect.ownKeys(object)) {
			if (key === "constructor") continue
			const d = Object.getOwnPropertyDescriptor(object, key)
			for (const fn of [d.get, d.set, d.value]) if (typeof fn === "function") exercise(fn, self)
		}
	}
	if (typeof subject === "function") {
		exercise(subject, false)
		for (const args of lists()) { attempt(() => Reflect.construct(subject, args)); attempt(() => Reflect.construct(subject, args, throwing)) }
		attempt(() => new (class extends subject { constructor() { super(); super.toString() } })())
		attempt(() => new (class extends subject { constructor() { return {} } })())
		members(subject, false)
		if (subject.prototype) members(subject.prototype, true)
	} else if (subject !== null && typeof subject === "object") {
		members(subject, true)
		const proto = Object.getPrototypeOf(subject)
		if (proto && proto !== Object.prototype) members(proto, true)
	}
	for (const instance of [attempt(fresh)]) {
		if (instance === null || typeof instance !== "object" || instance === globalThis) continue
		attempt(() => structuredClone(instance)); attempt(() => structuredClone(instance, { transfer: [instance] })); attempt(() => JSON.stringify(instance))
		attempt(() => String(instance)); attempt(() => [...instance]); attempt(() => Object.freeze(instance)); attempt(() => Object.setPrototypeOf(instance, null))
		attempt(() => new Response(instance)); attempt(() => new Blob([instance])); attempt(() => Object.assign({}, instance))
	}
	await new Promise(r => setTimeout(r, 5)) // for what has been started
	return new Response(String(calls))`

// TestHostileSurface mistreats each global that is not the engine's. A global may use up its CPU limit; it may not hang
// longer than that, panic, or end the process.
func TestHostileSurface(t *testing.T) {
	w, _ := load(t, fetchScript(mistreat), func(o *runtime.Options) {
		o.Script.ReflectsGlobal = true
		o.Compat, _ = compat.Resolve("2026-01-01", nil)
		o.CPULimit = 5 * time.Second
	})
	_, body, err := get(t, w, "/")
	if err != nil {
		t.Fatal(err)
	}
	names := slices.DeleteFunc(strings.Split(strings.Trim(body, `[]`), ","), func(name string) bool {
		return slices.Contains(engineGlobals, strings.Trim(name, `"`))
	})
	if len(names) < 70 {
		t.Fatalf("only %d globals: %s", len(names), body)
	}
	for _, name := range names {
		name = strings.Trim(name, `"`)
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			res, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost/"+name, nil).WithContext(ctx))
			if e, ok := errors.AsType[*runtime.Error](err); ok {
				if e.Kind != runtime.Limit {
					t.Error(e.Text())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			calls, _ := io.ReadAll(res.Body)
			res.Body.Close()
			t.Log(string(calls))
		})
	}
}
