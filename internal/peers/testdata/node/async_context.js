// What an AsyncLocalStorage holds where. Each case logs what it sees; node_io_test.go compares the logs.
import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId, triggerAsyncId, executionAsyncResource } from 'node:async_hooks';
import { EventEmitter, on, once } from 'node:events';
import { Readable, Writable, Transform, PassThrough, pipeline, finished } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify, callbackify } from 'node:util';
import { channel, tracingChannel } from 'node:diagnostics_channel';
import { randomBytes, pbkdf2, subtle } from 'node:crypto';
import { gzip } from 'node:zlib';
import { setImmediate as immediate, clearTimeout as clear } from 'node:timers';
import { AsyncLocalStorage as bare } from 'async_hooks';

const early = new AsyncLocalStorage();
const earlySnapshot = early.run('module', () => AsyncLocalStorage.snapshot());
const earlyResource = early.run('module', () => new AsyncResource('early'));
const wait = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const settled = {};
addEventListener('unhandledrejection', (event) => settled.unhandled?.(event));
addEventListener('rejectionhandled', (event) => settled.handled?.(event));
const who = (x) => x === undefined ? 'undefined' : x === null ? 'null' : x === globalThis ? 'global' : x.x ?? typeof x;
const thrown = (l, f) => {
	try {
		l.push(f());
	} catch (e) {
		l.push(`${e.name} ${e.code} ${e.message}`);
	}
};

// Cases get a log, two stores, and the context of the request.
const cases = {
	// Promises and async functions.
	nothing(l, a) { l.push(a.getStore(), a.name); },
	run(l, a) { l.push(a.run(1, () => a.getStore()), a.getStore()); },
	runArguments(l, a) { l.push(a.run(1, function (...args) { return [who(this), ...args]; }, 2, 3), a.exit(function () { return who(this); })); },
	nested(l, a) { a.run(1, () => { a.run(2, () => l.push(a.getStore())); l.push(a.getStore()); }); },
	two(l, a, b) { a.run(1, () => b.run(2, () => l.push(a.getStore(), b.getStore()))); l.push(a.getStore(), b.getStore()); },
	undefinedStore(l, a) { a.run(1, () => a.run(undefined, () => l.push(a.getStore()))); },
	nullStore(l, a) { a.run(null, () => l.push(a.getStore())); },
	async awaits(l, a) { await a.run(1, async () => { l.push(a.getStore()); await 0; l.push(a.getStore()); await wait(); l.push(a.getStore()); }); l.push(a.getStore()); },
	async awaitsOutside(l, a) { const p = a.run(1, () => wait()); await p; l.push(a.getStore()); await a.run(2, () => p); l.push(a.getStore()); },
	async interleaved(l, a) { await Promise.all([1, 2, 3].map((n) => a.run(n, async () => { for (let i = 0; i < 3; i++) { await null; l.push(a.getStore()); } }))); },
	async then(l, a) { const p = a.run(1, () => Promise.resolve()); await p.then(() => l.push(a.getStore())); await a.run(2, () => p.then(() => l.push(a.getStore()))); },
	async thenLater(l, a) { let resolve; const p = new Promise((r) => { resolve = r; }); const q = a.run(1, () => p.then(() => l.push(a.getStore()))); a.run(2, resolve); await q; },
	async chained(l, a) { await a.run(1, () => Promise.resolve().then(() => l.push(a.getStore())).then(() => l.push(a.getStore()))).then(() => l.push(a.getStore())); },
	async caught(l, a) { await a.run(1, () => Promise.reject(new Error('x')).catch(() => l.push(a.getStore()))); const p = a.run(2, () => Promise.reject(new Error('y'))); await a.run(3, () => p.catch(() => l.push(a.getStore()))); },
	async finally(l, a) { await a.run(1, () => Promise.resolve().finally(() => l.push(a.getStore()))); },
	async executor(l, a) { await a.run(1, () => new Promise((resolve) => { l.push(a.getStore()); resolve(); })); },
	async allSettled(l, a) { await a.run(1, async () => { await Promise.allSettled([wait(), a.run(2, () => wait())]); l.push(a.getStore()); }); },
	async race(l, a) { await a.run(1, async () => { await Promise.race([wait(5), a.run(2, () => wait())]); l.push(a.getStore()); }); },
	async any(l, a) { await a.run(1, async () => { await Promise.any([Promise.reject(0), a.run(2, () => wait())]); l.push(a.getStore()); }); },
	async withResolvers(l, a) { const { promise, resolve } = a.run(1, () => Promise.withResolvers()); a.run(2, () => setTimeout(resolve)); await a.run(3, async () => { await promise; l.push(a.getStore()); }); },
	async promiseTry(l, a) { await a.run(1, () => Promise.try(async () => { await 0; l.push(a.getStore()); })); },
	async subclass(l, a) { class P extends Promise {} await a.run(1, () => P.resolve().then(() => l.push(a.getStore()))); },
	async thenable(l, a) { await a.run(1, async () => { await { then(f) { l.push(a.getStore()); a.run(2, () => f()); } }; l.push(a.getStore()); }); },
	async thenableResolve(l, a) { const t = { then(f) { l.push(a.getStore()); f(); } }; await a.run(1, () => Promise.resolve(t)); await a.run(2, () => new Promise((resolve) => resolve(t))); await a.run(3, async () => t); },
	async thenableLate(l, a) { const t = { then(f) { l.push(a.getStore()); setTimeout(f); } }; const p = a.run(1, () => Promise.resolve().then(() => t)); await a.run(2, () => p.then(() => l.push(a.getStore()))); },
	async thenableGetter(l, a) { await a.run(1, async () => { await { get then() { l.push(a.getStore()); return undefined; } }; l.push(a.getStore()); }); },
	async returnsPromise(l, a) { const inner = a.run(1, () => wait()); await a.run(2, async () => { await (async () => inner)(); l.push(a.getStore()); }); },
	async throwsInRun(l, a) { thrown(l, () => a.run(1, () => { throw new Error('x'); })); l.push(a.getStore()); await a.run(2, async () => { await 0; throw new Error('y'); }).catch(() => l.push(a.getStore())); },
	async recursion(l, a) { const go = async (n) => { if (n === 0) return l.push(a.getStore()); await null; return a.run(n, () => go(n - 1)); }; await go(20); l.push(a.getStore()); },
	async fromAsync(l, a) { await a.run(1, () => Array.fromAsync([1, 2], async (n) => { await 0; l.push(a.getStore()); return n; })); },

	// Generators.
	generator(l, a) { function* g() { l.push(a.getStore()); yield; l.push(a.getStore()); } const i = a.run(1, g); i.next(); a.run(2, () => i.next()); },
	generatorInside(l, a) { const g = a.run(1, function* () { l.push(a.getStore()); yield; l.push(a.getStore()); }); for (const x of g) l.push(x); },
	generatorYieldsInRun(l, a) { function* g() { yield a.run(1, () => a.getStore()); yield a.getStore(); } l.push([...g()]); },
	async asyncGenerator(l, a) { async function* g() { l.push(a.getStore()); yield 1; l.push(a.getStore()); await 0; l.push(a.getStore()); } await a.run(1, async () => { for await (const x of g()) l.push(x); }); },
	async asyncGeneratorCalledElsewhere(l, a) { async function* g() { l.push(a.getStore()); yield 1; l.push(a.getStore()); await 0; l.push(a.getStore()); yield 2; } const i = a.run(1, g); await a.run(2, () => i.next()); await a.run(3, () => i.next()); await a.run(4, () => i.return()); },
	async asyncGeneratorQueued(l, a) { async function* g() { l.push(a.getStore()); await 0; yield 1; l.push(a.getStore()); await 0; yield 2; l.push(a.getStore()); } const i = g(); await Promise.all([a.run(1, () => i.next()), a.run(2, () => i.next()), a.run(3, () => i.next())]); },
	async asyncGeneratorFinally(l, a) { async function* g() { try { yield 1; } finally { l.push(a.getStore()); await 0; l.push(a.getStore()); } } await a.run(1, async () => { for await (const x of g()) { l.push(x); break; } }); },
	async asyncIterator(l, a) { const it = { [Symbol.asyncIterator]: () => ({ n: 0, next() { l.push(a.getStore()); return Promise.resolve({ done: this.n++ > 1, value: this.n }); } }) }; await a.run(1, async () => { for await (const x of it) l.push(x, a.getStore()); }); },
	async yieldStar(l, a) { async function* inner() { l.push(a.getStore()); yield 1; l.push(a.getStore()); } async function* outer() { yield* inner(); l.push(a.getStore()); } await a.run(1, async () => { for await (const x of outer()) l.push(x); }); },

	// Timers, tasks and ticks.
	async timeout(l, a) { await new Promise((resolve) => a.run(1, () => setTimeout(() => { l.push(a.getStore()); resolve(); }))); },
	async timeoutArguments(l, a) { await new Promise((resolve) => a.run(1, () => setTimeout((...args) => { l.push(a.getStore(), args); resolve(); }, 0, 2, 3))); },
	async interval(l, a) { await new Promise((resolve) => { let n = 0; const id = a.run(1, () => setInterval(() => { l.push(a.getStore()); if (++n === 3) { clearInterval(id); resolve(); } })); }); },
	async intervalChanges(l, a) { await new Promise((resolve) => { let n = 0; const id = a.run(1, () => setInterval(() => { l.push(a.getStore()); a.run(2, () => l.push(a.getStore())); if (++n === 2) { clearInterval(id); resolve(); } })); }); },
	async immediate(l, a) { await new Promise((resolve) => a.run(1, () => setImmediate(() => { l.push(a.getStore()); resolve(); }))); },
	async immediateOfModule(l, a) { await new Promise((resolve) => a.run(1, () => immediate(() => { l.push(a.getStore()); resolve(); }))); },
	async microtask(l, a) { await new Promise((resolve) => a.run(1, () => queueMicrotask(() => { l.push(a.getStore()); resolve(); }))); },
	async nextTick(l, a) { await new Promise((resolve) => a.run(1, () => process.nextTick((x) => { l.push(a.getStore(), x); resolve(); }, 2))); },
	async sleep(l, a) { await a.run(1, async () => { l.push(await sleep(0, 2), a.getStore()); }); },
	async promisified(l, a) { await a.run(1, async () => { await promisify((f) => setTimeout(f))(); l.push(a.getStore()); }); },
	async callbackified(l, a) { await new Promise((resolve) => a.run(1, () => callbackify(async () => wait())(() => { l.push(a.getStore()); resolve(); }))); },
	async cleared(l, a) { a.run(1, () => clear(setTimeout(() => l.push('no')))); await wait(2); l.push(a.getStore()); },
	async schedulerWait(l, a) { await a.run(1, async () => { await scheduler.wait(0); l.push(a.getStore()); }); },
	async timerInTimer(l, a) { await new Promise((resolve) => a.run(1, () => setTimeout(() => a.run(2, () => setTimeout(() => { l.push(a.getStore()); resolve(); }))))); },

	// Events.
	eventTarget(l, a) { const t = new EventTarget(); a.run(1, () => t.addEventListener('x', () => l.push(a.getStore()))); t.dispatchEvent(new Event('x')); a.run(2, () => t.dispatchEvent(new Event('x'))); },
	eventOnce(l, a) { const t = new EventTarget(); a.run(1, () => t.addEventListener('x', { handleEvent() { l.push(a.getStore()); } }, { once: true })); a.run(2, () => t.dispatchEvent(new Event('x'))); },
	abort(l, a) { const c = new AbortController(); a.run(1, () => c.signal.addEventListener('abort', () => l.push(a.getStore()))); a.run(2, () => c.abort()); },
	onabort(l, a) { const c = new AbortController(); a.run(1, () => { c.signal.onabort = () => l.push(a.getStore()); }); a.run(2, () => c.abort()); },
	async abortTimeout(l, a) { await new Promise((resolve) => { const s = a.run(1, () => AbortSignal.timeout(1)); a.run(2, () => s.addEventListener('abort', () => { l.push(a.getStore()); resolve(); })); }); },
	emitter(l, a) { const e = new EventEmitter(); a.run(1, () => e.on('x', () => l.push(a.getStore()))); e.emit('x'); a.run(2, () => e.emit('x')); },
	async emitterOnce(l, a) { const e = new EventEmitter(); const p = a.run(1, async () => { await once(e, 'x'); l.push(a.getStore()); }); a.run(2, () => e.emit('x')); await p; },
	async emitterOn(l, a) { const e = new EventEmitter(); const p = a.run(1, async () => { for await (const [x] of on(e, 'x')) { l.push(x, a.getStore()); if (x === 2) break; } }); a.run(2, () => e.emit('x', 1)); a.run(3, () => e.emit('x', 2)); await p; },
	async messageChannel(l, a) { const { port1, port2 } = new MessageChannel(); await new Promise((resolve) => { a.run(1, () => { port2.onmessage = () => { l.push(a.getStore()); resolve(); }; }); a.run(2, () => port1.postMessage('x')); }); port1.close(); },
	async capturedRejections(l, a) { const e = new EventEmitter({ captureRejections: true }); await new Promise((resolve) => { e.on('error', () => { l.push(a.getStore()); resolve(); }); e.on('x', async () => { throw new Error('x'); }); a.run(1, () => e.emit('x')); }); },

	// Streams and bodies.
	async readableStream(l, a) { const s = a.run(1, () => new ReadableStream({ start() { l.push(`s${a.getStore()}`); }, pull(c) { l.push(`p${a.getStore()}`); c.enqueue(1); c.close(); } })); await wait(); const r = s.getReader(); await a.run(2, async () => { await r.read(); l.push(a.getStore()); }); },
	async readableStreamLazily(l, a) { const s = a.run(1, () => new ReadableStream({ pull(c) { l.push(`p${a.getStore()}`); c.enqueue(1); } }, { highWaterMark: 0 })); const r = s.getReader(); await wait(); await a.run(2, () => r.read()); await wait(); await a.run(3, () => r.read()); },
	async readableStreamCancel(l, a) { const s = a.run(1, () => new ReadableStream({ cancel() { l.push(`c${a.getStore()}`); } })); await a.run(2, () => s.cancel()); },
	async writableStream(l, a) { const s = a.run(1, () => new WritableStream({ write() { l.push(`w${a.getStore()}`); }, close() { l.push(`c${a.getStore()}`); } })); const w = s.getWriter(); await wait(); await a.run(2, () => w.write(1)); await a.run(3, () => w.close()); },
	async transformStream(l, a) { const t = a.run(1, () => new TransformStream({ transform(x, c) { l.push(`t${a.getStore()}`); c.enqueue(x); }, flush() { l.push(`f${a.getStore()}`); } })); const w = t.writable.getWriter(); await wait(); a.run(2, () => { w.write(1).catch(() => {}); }); await a.run(3, async () => { for await (const x of t.readable) { l.push(x, a.getStore()); w.close(); } }); },
	async pipeTo(l, a) { await a.run(1, async () => { await new Response('x').body.pipeTo(new WritableStream({ write() { l.push(`w${a.getStore()}`); } })); l.push(a.getStore()); }); },
	async pipeThrough(l, a) { await a.run(1, async () => { l.push(await new Response(new Response('x').body.pipeThrough(new TransformStream())).text(), a.getStore()); }); },
	async tee(l, a) { const [x, y] = a.run(1, () => new Response('x').body.tee()); await a.run(2, async () => { l.push(await new Response(x).text(), await new Response(y).text(), a.getStore()); }); },
	async responseText(l, a) { await a.run(1, async () => { await new Response('x').text(); l.push(a.getStore()); await new Blob(['x']).arrayBuffer(); l.push(a.getStore()); await new Request('http://x.test', { method: 'POST', body: '{}' }).json(); l.push(a.getStore()); }); },
	async nodeReadable(l, a) { const r = a.run(1, () => new Readable({ read() { l.push(`r${a.getStore()}`); this.push('x'); this.push(null); } })); await new Promise((resolve) => a.run(2, () => r.on('data', () => l.push(`d${a.getStore()}`)).on('end', () => { l.push(`e${a.getStore()}`); resolve(); }))); },
	async nodeReadableIterated(l, a) { const r = a.run(1, () => Readable.from(['x', 'y'])); await a.run(2, async () => { for await (const x of r) l.push(x, a.getStore()); }); },
	async nodeWritable(l, a) { const w = a.run(1, () => new Writable({ write(c, e, f) { l.push(`w${a.getStore()}`); setTimeout(f); }, final(f) { l.push(`f${a.getStore()}`); f(); } })); a.run(2, () => w.write('x', () => l.push(`c${a.getStore()}`))); a.run(3, () => w.end('y')); await new Promise((resolve) => a.run(4, () => w.on('finish', () => { l.push(`F${a.getStore()}`); resolve(); }))); },
	async nodeTransform(l, a) { const t = a.run(1, () => new Transform({ transform(c, e, f) { l.push(`t${a.getStore()}`); f(null, c); } })); a.run(2, () => t.end('x')); await new Promise((resolve) => a.run(3, () => t.on('data', () => l.push(`d${a.getStore()}`)).on('end', resolve))); },
	async nodePipeline(l, a) { await new Promise((resolve) => a.run(1, () => pipeline(Readable.from(['x']), new PassThrough(), new Writable({ write(c, e, f) { l.push(`w${a.getStore()}`); f(); } }), () => { l.push(`p${a.getStore()}`); resolve(); }))); },
	async nodeFinished(l, a) { const r = Readable.from(['x']); await new Promise((resolve) => { a.run(1, () => finished(r, () => { l.push(a.getStore()); resolve(); })); a.run(2, () => r.resume()); }); },
	async rewriter(l, a) { const r = a.run(1, () => new HTMLRewriter().on('p', { element(e) { l.push(`e${a.getStore()}`); e.append('x'); } })); await a.run(2, async () => { await r.transform(new Response('<p></p>')).text(); l.push(a.getStore()); }); },

	// What goes on outside.
	async fetchData(l, a) { await a.run(1, async () => { await fetch('data:,x'); l.push(a.getStore()); }); },
	async fetchFails(l, a) { await a.run(1, async () => { await fetch('http://127.0.0.1:1/').then(() => l.push(a.getStore()), () => l.push(a.getStore())); }); },
	async digest(l, a) { await a.run(1, async () => { await crypto.subtle.digest('SHA-256', new Uint8Array(1)); l.push(a.getStore()); await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']); l.push(a.getStore()); }); },
	async randomBytes(l, a) { await new Promise((resolve) => a.run(1, () => randomBytes(1, () => { l.push(a.getStore()); resolve(); }))); },
	async pbkdf2(l, a) { await new Promise((resolve) => a.run(1, () => pbkdf2('x', 'y', 1, 8, 'sha256', () => { l.push(a.getStore()); resolve(); }))); },
	async gzip(l, a) { await new Promise((resolve) => a.run(1, () => gzip('x', () => { l.push(a.getStore()); resolve(); }))); },
	async compression(l, a) { await a.run(1, async () => { await new Response(new Response('x').body.pipeThrough(new CompressionStream('gzip'))).arrayBuffer(); l.push(a.getStore()); }); },
	async waitUntil(l, a, b, ctx) { const p = a.run(1, async () => { await wait(); l.push(a.getStore()); }); a.run(2, () => ctx.waitUntil(p)); await p; l.push(a.getStore()); },
	async waitUntilThen(l, a, b, ctx) { let done; const p = new Promise((resolve) => { done = resolve; }); a.run(1, () => ctx.waitUntil((async () => { await 0; l.push(a.getStore()); done(); })())); await p; },

	// Rejections that nobody handles.
	async unhandled(l, a) { const p = new Promise((resolve) => { settled.unhandled = (e) => { e.preventDefault(); l.push(e.reason.message, a.getStore()); resolve(); }; }); a.run(1, () => { Promise.reject(new Error('x')); }); await p; settled.unhandled = undefined; },
	async unhandledThen(l, a) { const p = new Promise((resolve) => { settled.unhandled = (e) => { e.preventDefault(); l.push(e.reason.message, a.getStore()); resolve(); }; }); const q = a.run(1, () => Promise.reject(new Error('x'))); a.run(2, () => { q.then(() => {}); }); await p; settled.unhandled = undefined; },
	async unhandledLate(l, a) { const p = new Promise((resolve) => { settled.unhandled = (e) => { e.preventDefault(); l.push(e.reason.message, a.getStore()); resolve(); }; }); let reject; a.run(1, () => new Promise((_, r) => { reject = r; })); a.run(2, () => reject(new Error('x'))); await p; settled.unhandled = undefined; },
	async unhandledAsync(l, a) { const p = new Promise((resolve) => { settled.unhandled = (e) => { e.preventDefault(); l.push(e.reason.message, a.getStore()); resolve(); }; }); a.run(1, async () => { await 0; throw new Error('x'); }); await p; settled.unhandled = undefined; },
	async handledLater(l, a) { const p = new Promise((resolve) => { settled.handled = () => { l.push(a.getStore()); resolve(); }; settled.unhandled = (e) => { e.preventDefault(); setTimeout(() => a.run(2, () => e.promise.catch(() => l.push(a.getStore()))), 1); }; }); a.run(1, () => { Promise.reject(new Error('x')); }); await p; settled.unhandled = settled.handled = undefined; },

	// snapshot, bind, exit, and what is not there.
	snapshot(l, a, b) { const s = a.run(1, () => b.run(2, () => AsyncLocalStorage.snapshot())); l.push(s(() => [a.getStore(), b.getStore()])); a.run(3, () => l.push(s(() => a.getStore()), a.getStore())); },
	snapshotArguments(l, a) { const s = a.run(1, () => AsyncLocalStorage.snapshot()); l.push(s.length, s.name, s.call({ x: 1 }, function (...args) { return [who(this), ...args, a.getStore()]; }, 2, 3)); },
	snapshotEmpty(l, a) { const s = AsyncLocalStorage.snapshot(); a.run(1, () => l.push(s(() => a.getStore()))); },
	async snapshotLater(l, a) { const s = a.run(1, () => AsyncLocalStorage.snapshot()); await wait(); await s(async () => { await wait(); l.push(a.getStore()); }); l.push(a.getStore()); },
	snapshotThrows(l, a) { const s = a.run(1, () => AsyncLocalStorage.snapshot()); thrown(l, () => s(() => { throw new Error('x'); })); l.push(a.getStore()); },
	snapshotWrong(l) { const s = AsyncLocalStorage.snapshot(); for (const x of [undefined, 1, {}]) thrown(l, () => s(x)); },
	bind(l, a) { const f = a.run(1, () => AsyncLocalStorage.bind(function (...args) { return [who(this), a.getStore(), ...args]; })); l.push(f(2), f.call({ x: 1 }), a.run(3, () => f())); },
	bindShape(l) { const f = AsyncLocalStorage.bind(function foo(x, y) {}); l.push(f.length, f.name, typeof f, Object.keys(f)); },
	bindWrong(l) { for (const x of [undefined, 1, {}]) { thrown(l, () => AsyncLocalStorage.bind(x)); thrown(l, () => AsyncResource.bind(x)); } },
	exit(l, a, b) { a.run(1, () => b.run(2, () => { l.push(a.exit((x) => [a.getStore(), b.getStore(), x], 3)); l.push(a.getStore()); })); },
	async exitAsync(l, a) { await a.run(1, () => a.exit(async () => { await wait(); l.push(a.getStore()); })); },
	exitThrows(l, a) { a.run(1, () => { thrown(l, () => a.exit(() => { throw new Error('x'); })); l.push(a.getStore()); }); },
	enterWith(l, a) { thrown(l, () => a.enterWith(1)); l.push(a.getStore()); },
	disable(l, a) { a.run(1, () => { thrown(l, () => a.disable()); l.push(a.getStore()); }); },
	wrong(l, a) { thrown(l, () => a.run(1)); thrown(l, () => a.run(1, 2)); thrown(l, () => a.exit()); thrown(l, () => AsyncLocalStorage()); thrown(l, () => a.run.call({}, 1, () => 1)); thrown(l, () => a.getStore.call({})); thrown(l, () => AsyncLocalStorage.prototype.getStore()); },
	options(l) { const x = new AsyncLocalStorage({ defaultValue: 7, name: 'n' }); l.push(x.getStore(), x.name, x.run(undefined, () => x.getStore()), x.run(1, () => x.exit(() => x.getStore()))); for (const o of [null, 1, { name: 1 }, { name: undefined }, { defaultValue: null }, []]) thrown(l, () => { const y = new AsyncLocalStorage(o); return [y.getStore(), y.name]; }); },
	shape(l, a) { l.push(Object.getOwnPropertyNames(AsyncLocalStorage).sort(), Object.getOwnPropertyNames(AsyncLocalStorage.prototype).sort(), Object.keys(a), String(a), AsyncLocalStorage.length, AsyncLocalStorage.name, a.run.length, a.exit.length, bare === AsyncLocalStorage); },
	subclassOfStorage(l) { class S extends AsyncLocalStorage { get both() { return [this.getStore(), 2]; } } const s = new S(); l.push(s.run(1, () => s.both), s instanceof AsyncLocalStorage); },
	module(l) { l.push(early.getStore(), earlySnapshot(() => early.getStore()), earlyResource.runInAsyncScope(() => early.getStore())); },

	// AsyncResource.
	resource(l, a) { const r = a.run(1, () => new AsyncResource('X')); const f = function (...args) { return [who(this), a.getStore(), ...args]; }; l.push(r.runInAsyncScope(f, { x: 1 }, 2, 3), r.runInAsyncScope(f), r.runInAsyncScope(f, null), r.runInAsyncScope(f, 1), a.run(4, () => r.runInAsyncScope(() => a.getStore()))); },
	resourceBind(l, a) { const r = a.run(1, () => new AsyncResource('X')); const f = r.bind(function (x) { return [who(this), a.getStore(), x]; }); const g = function () { return who(this); }; l.push(f.call({ x: 2 }, 3), r.bind(g, { x: 4 }).call({ x: 5 }), r.bind(g, null).call({ x: 6 }), r.bind(g)(), f.length, f.name, Object.keys(f)); thrown(l, () => f.asyncResource === r); },
	resourceStaticBind(l, a) { const f = a.run(1, () => AsyncResource.bind(function (x) { return [who(this), a.getStore(), x]; }, 'T', { x: 1 })); l.push(f(2), f.call({ x: 3 }), f.length, AsyncResource.bind(function () { return who(this); })()); thrown(l, () => f.asyncResource instanceof AsyncResource); },
	resourceIds(l) { const r = new AsyncResource('X'); l.push(r.asyncId(), r.triggerAsyncId(), r.emitDestroy() === r); },
	resourceWrong(l) { thrown(l, () => typeof new AsyncResource()); thrown(l, () => typeof new AsyncResource(1)); thrown(l, () => typeof new AsyncResource('')); thrown(l, () => AsyncResource('x')); thrown(l, () => new AsyncResource('x').runInAsyncScope()); thrown(l, () => new AsyncResource('x', 'y') && 1); thrown(l, () => new AsyncResource('x', { triggerAsyncId: -5, requireManualDestroy: 1 }) && 1); },
	resourceSubclass(l, a) { class R extends AsyncResource { constructor() { super('R'); } go(f) { return this.runInAsyncScope(f, null); } } const r = a.run(1, () => new R()); l.push(r.go(() => a.getStore())); },
	async resourceAwaits(l, a) { const r = a.run(1, () => new AsyncResource('X')); await r.runInAsyncScope(async () => { await wait(); l.push(a.getStore()); }); l.push(a.getStore()); },
	resourceThrows(l, a) { const r = a.run(1, () => new AsyncResource('X')); thrown(l, () => r.runInAsyncScope(() => { throw new Error('x'); })); l.push(a.getStore()); },
	resourceEmitter(l, a) { class E extends EventEmitter {} const e = new E(), r = a.run(1, () => new AsyncResource('X')); e.on('x', r.bind(() => l.push(a.getStore()))); a.run(2, () => e.emit('x')); },
	resourceShape(l) { l.push(Object.getOwnPropertyNames(AsyncResource).sort(), Object.getOwnPropertyNames(AsyncResource.prototype).sort(), AsyncResource.length, AsyncResource.prototype.runInAsyncScope.length); },
	emitterAsyncResource(l, a) { const e = a.run(1, () => new EventEmitter.EventEmitterAsyncResource({ name: 'q' })); e.on('x', () => l.push(a.getStore())); a.run(2, () => e.emit('x')); l.push(e.asyncResource instanceof AsyncResource); },
	hooks(l) { const h = createHook({ init() { l.push('no'); } }); l.push(h.enable() === h, h.disable() === h, executionAsyncId(), triggerAsyncId()); thrown(l, () => Object.keys(executionAsyncResource())); },

	// Stores that channels fill.
	channelStore(l, a) { const c = channel('peers'); c.bindStore(a, (x) => x * 2); l.push(c.runStores(2, () => a.getStore()), a.getStore(), c.unbindStore(a), c.runStores(2, () => a.getStore())); },
	async tracing(l, a) { const t = tracingChannel('peers'); t.start.bindStore(a, (x) => x.n); await t.tracePromise(async () => { await wait(); l.push(a.getStore()); }, { n: 5 }); l.push(a.getStore()); t.start.unbindStore(a); },
	async microtaskOrder(l, a) { a.run(1, () => queueMicrotask(() => l.push(`m${a.getStore()}`))); a.run(2, () => Promise.resolve().then(() => l.push(`p${a.getStore()}`))); a.run(3, () => process.nextTick(() => l.push(`t${a.getStore()}`))); await wait(); },
	jsonCallbacks(l, a) { a.run(1, () => { JSON.stringify({ toJSON() { l.push(a.getStore()); } }); [2, 1].sort(() => { l.push(a.getStore()); return 0; }); 'x'.replace(/x/, () => l.push(a.getStore())); }); },
	getters(l, a) { const o = { get x() { return a.getStore(); } }; const p = new Proxy({}, { get: () => a.getStore() }); a.run(1, () => l.push(o.x, p.y)); l.push(o.x, p.y); },
};

export default {
	async fetch(request, env, ctx) {
		const out = [];
		for (const [name, test] of Object.entries(cases)) {
			const l = [];
			try {
				await Promise.race([test(l, new AsyncLocalStorage(), new AsyncLocalStorage(), ctx), wait(2000).then(() => l.push('it takes too long'))]);
			} catch (e) {
				l.push(`thrown: ${e.name} ${e.code} ${e.message}`);
			}
			out.push(`${name}: ${JSON.stringify(l)}`);
		}
		return new Response(out.join('\n'));
	},
};
