// What the engine says of mistakes. Each case is named by its own source.
const u = undefined, nul = null, num = 1, str = "s", obj = {}, fn = () => {}, arr = [1], sym = Symbol("q"), big = 1n;
const deep = { a: { b: null }, list: [{}], key: "k", method() {} };
class Base { #p = 1; static read(o) { return o.#p } static call(o) { return o.#m() } static write(o) { o.#p = 2 } #m() {} static #s = 1; }
class Derived extends Base { constructor(early) { if (early) this.x = 1; super(); } }
class Getter { get only() { return 1 } }
const frozen = Object.freeze({ a: 1, list: Object.freeze([1]) });
const circular = { name: "c" }; circular.self = circular;
const cases = [
  // Properties of what has none.
  () => u.x, () => nul.x, () => obj.a.b, () => deep.a.b.c, () => obj.a.b.c, () => deep.list[3].x, () => obj[num].y, () => u[0], () => nul[str], () => u[sym],
  () => obj.missing.method(), () => deep.a.b.run(), () => u(), () => nul(), () => { u.x = 1 }, () => { nul.x = 1 }, () => { obj.a.b = 1 }, () => { deep.a.b[str] = 1 }, () => { u[0]++ },
  () => { delete u.x }, () => u?.x.y ?? u.z, () => deep.a?.b.c, () => arr[5].name, () => fn().x, () => (() => nul)().x, () => this.x, () => super_().x,
  // Calls.
  () => obj.missing(), () => deep.a.missing(), () => obj[str](), () => obj["not there"](), () => arr[0](), () => num(), () => str(), () => obj(), () => deep.list[0].go(), () => deep.method().x(),
  () => fn()(), () => "text".foo(), () => (5).foo(), () => arr.foo(), () => new num(), () => new obj(), () => new fn(), () => new u(), () => new obj.missing(), () => new deep.a.b(), () => new deep.method(), () => Base(), () => Derived(),
  () => arr.map(1), () => arr.map(), () => arr.forEach(obj), () => arr.filter(str), () => arr.reduce(nul), () => arr.sort(1), () => arr.find(nul), () => arr.some(u), () => new Set([1]).forEach(1), () => new Map().forEach(),
  () => Promise(), () => new Promise(), () => new Promise(1), () => Map(), () => new Map([1]), () => new Map(1), () => new Set(1), () => new WeakMap([[1, 2]]), () => new WeakSet([1]), () => new WeakMap().set(1, 2), () => new WeakSet().add(str),
  () => Symbol.prototype.toString.call(1), () => Map.prototype.get.call({}, 1), () => Set.prototype.add.call([], 1), () => Promise.prototype.then.call(1), () => Date.prototype.getTime.call({}), () => String.prototype.trim.call(null), () => Array.prototype.map.call(null, fn),
  // Names.
  () => notDefined, () => notDefined.x, () => notDefined(), () => { notDefined = 1 }, () => { early; let early = 1 }, () => { call(); const call = 1 },
  // Destructuring, iteration, spread.
  () => { const { a } = u }, () => { const { a } = nul }, () => { const { a: { b } } = {} }, () => { const [a] = u }, () => { const [a] = {} }, () => { const [a] = num }, () => { const [[a]] = [1] }, () => (({ a }) => a)(), () => (([a]) => a)(), () => { for (const x of 1); }, () => { for (const x of obj); }, () => { for (const x of u); },
  () => [...u], () => [...obj], () => [...num], () => fn(...u), () => fn(...num), () => Math.max(...obj), () => new Set(obj), () => Array.from({ [Symbol.iterator]: 1 }), () => Object.fromEntries(1), () => Object.fromEntries([1]), () => Object.fromEntries(), () => { const { ...r } = nul }, () => { let a; [a] = num }, () => { for (const [k, v] of [1]); },
  () => { for (const x of { [Symbol.iterator]() { return 1 } }); }, () => { for (const x of { [Symbol.iterator]() { return { next() { return 1 } } } }); }, () => { function* g() { yield* 1 } [...g()] },
  // Operators.
  () => 1 in str, () => str in u, () => obj instanceof 1, () => obj instanceof fn, () => obj instanceof obj, () => 1n + 1, () => 1n * "2", () => +1n, () => Math.max(1n), () => 1n / 0n, () => 2n ** -1n, () => 1n >>> 1n, () => BigInt(1.5), () => BigInt("x"), () => BigInt(u), () => BigInt(sym), () => sym + "", () => `${sym}`, () => +sym, () => Number(sym), () => String({ toString: 1, valueOf: 2 }), () => +{ toString() { return {} }, valueOf() { return {} } },
  () => ({ [Symbol.toPrimitive]: 1 }) + 1, () => ({ [Symbol.toPrimitive]() { return {} } }) + 1, () => Object.create(null) + "",
  // Objects.
  () => Object.keys(u), () => Object.keys(nul), () => Object.entries(u), () => Object.assign(u), () => Object.assign(nul, {}), () => Object.create(u), () => Object.create(1), () => Object.defineProperty(1, "x", {}), () => Object.defineProperty({}, "x", 1), () => Object.defineProperty({}, "x", { get: 1 }), () => Object.defineProperty({}, "x", { get() {}, value: 1 }), () => Object.defineProperty(frozen, "a", { value: 2 }), () => Object.defineProperty(frozen, "z", { value: 2 }), () => Object.setPrototypeOf({}, 1), () => Object.setPrototypeOf(u, {}), () => Object.setPrototypeOf(frozen, {}), () => { const a = {}; const b = Object.create(a); Object.setPrototypeOf(a, b) },
  () => { frozen.a = 2 }, () => { frozen.z = 2 }, () => { delete frozen.a }, () => { frozen.list[0] = 2 }, () => frozen.list.push(2), () => frozen.list.pop(), () => frozen.list.sort(), () => { new Getter().only = 2 }, () => { str.length = 2 }, () => { str[0] = "x" }, () => { num.x = 1 }, () => { fn.name = "x" }, () => { Object.preventExtensions([]).push(1) }, () => { Math.PI = 3 },
  () => Reflect.ownKeys(1), () => Reflect.construct(fn, []), () => Reflect.construct(1), () => Reflect.apply(1), () => new Proxy(1, {}), () => new Proxy({}, 1), () => Proxy({}, {}), () => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); proxy.x }, () => new Proxy({}, { get: 1 }).x, () => new Proxy({}, { set() { return false } }).x = 1,
  () => Object.getOwnPropertyDescriptor(u, "x"), () => Object.groupBy(nul, fn), () => structuredClone(fn), () => structuredClone(sym), () => Symbol() + 1, () => new Symbol(), () => new BigInt(1), () => Symbol.keyFor("x"), () => Function.prototype.toString.call({}), () => fn.call.call(1), () => fn.bind.call(1), () => fn.apply(u, 1), () => Error.captureStackTrace(1),
  // Classes.
  () => Base.read({}), () => Base.call({}), () => Base.write({}), () => new Derived(true), () => { class A extends u {} }, () => { class A extends num {} }, () => { class A extends nul {} new A() }, () => { class A extends obj {} }, () => { class A extends fn {} }, () => { class A extends Base { constructor() {} } new A() }, () => { class A extends Base { constructor() { super(); super() } } new A() }, () => { class A extends Base { constructor() { return 1 } } new A() }, () => { class A { static { A.x.y } } }, () => { class A { f = this.g.h } new A() }, () => { new (class { constructor() { this.a.b } })() },
  // Ranges and syntax.
  () => new Array(-1), () => { arr.length = -1 }, () => arr.with(9, 1), () => "x".repeat(-1), () => "x".repeat(Infinity), () => "x".repeat(2 ** 30), () => (1).toFixed(101), () => (1).toPrecision(0), () => (1).toPrecision(101), () => (1).toExponential(-1), () => (1).toString(1), () => 1n.toString(99), () => "x".normalize("q"), () => String.fromCodePoint(-1), () => String.fromCodePoint(1.5), () => new Date(NaN).toISOString(), () => new Uint8Array(-1), () => new Uint32Array(new ArrayBuffer(3)), () => new Uint32Array(new ArrayBuffer(8), 1), () => new Uint8Array(new ArrayBuffer(2), 5), () => new DataView(new ArrayBuffer(1), 2), () => new DataView(new ArrayBuffer(1)).getInt16(0), () => new DataView(1), () => new Uint8Array([1]).set([1, 2]), () => new ArrayBuffer(-1), () => BigInt.asIntN(-1, 1n),
  () => decodeURIComponent("%"), () => encodeURIComponent("\ud800"), () => decodeURI("%zz"), () => new RegExp("["), () => new RegExp("("), () => new RegExp("a", "zz"), () => new RegExp("*"), () => /x/.exec.call(1), () => "x".matchAll(/x/), () => "x".replaceAll(/x/, ""), () => "x".startsWith(/x/), () => "x".includes(/x/), () => RegExp.prototype.exec.call({}),
  () => JSON.parse("hello"), () => JSON.parse(""), () => JSON.parse("{"), () => JSON.parse('{"a":}'), () => JSON.parse("[1,]"), () => JSON.parse("{'a':1}"), () => JSON.parse(u), () => JSON.parse(obj), () => JSON.parse('"a'), () => JSON.parse("1 2"), () => JSON.parse("nul"), () => JSON.parse('{"a":1,}'), () => JSON.stringify(circular), () => JSON.stringify({ a: { b: circular } }), () => JSON.stringify(1n), () => JSON.stringify({ toJSON() { throw new Error("own") } }),
  () => [].reduce((a, b) => a), () => [].reduceRight(fn), () => new Uint8Array().reduce(fn), () => [].at.call(u), () => Array.from(u), () => Array.from([1], 1), () => Array.prototype.concat.call(u), () => [].flatMap(1), () => arr.toSorted(1), () => [1, 2].toSpliced.call(nul), () => Array.fromAsync, () => "x".at.call(u), () => "x".padStart(2 ** 30), () => "x".concat(sym), () => "x".localeCompare(sym), () => parseInt(sym), () => isNaN(1n), () => new Intl.NumberFormat("xx-invalid-locale-too-long"), () => (1).toLocaleString("x"), () => new Date(1n), () => Date.UTC(sym), () => Symbol(sym), () => atob("*"), () => Atomics.add([], 0, 1), () => new WeakRef(1), () => new FinalizationRegistry(), () => Iterator.from(1), () => [].values().map(1), () => new Iterator(),
  () => { (function* () { yield 1 })().next.call({}) }, () => { const g = (function* () { g.next() })(); g.next() }, () => (function* () {})().throw(new RangeError("own")), () => { throw new TypeError("Cannot read property 'x' of undefined") }, () => { throw new TypeError("Not a function: own") }, () => { throw Object.assign(new Error("m"), { code: 1 }) }, () => { null.f() }, () => { undefined.f }, () => { (void 0)() }, () => { (1, 2)() }, () => { [](1) }, () => { ({}).x.y }, () => { "".x.y }, () => { /a/.b.c },
  () => { obj.fn?.x.y; obj.z.fn?.() }, () => obj?.[str].x, () => obj.a?.() || obj.a(), () => deep[deep.key](), () => deep[deep.key].x, () => deep[`t${num}`].x, () => deep[1 + 1].x, () => deep["a b"].x, () => deep[sym].x, () => deep[u].x, () => deep[nul](), () => (deep.x || deep.y).z, () => (deep.x, deep.y)(), () => deep.x`t`, () => fn().map((x) => x), () => deep.list.map((x) => x.a.b), () => deep.list.map(({ a: { b } }) => b), () => Object.keys(deep).map((k) => deep[k].x.y), () => new (class { run() { return this.items.length } })().run(), () => { const { run } = new (class { run() { return this.items } })(); run() }, () => { let x = 5; x.y.z }, () => { var v; v.push(1) }, () => { let list; list.length }, () => { let map; map.get("k").value }, () => arr.at(9).id, () => new Map().get("k").v, () => "abc".match(/x/)[0], () => document.body, () => window.x, () => process_.env,
];
const awaited = [
  async () => (await null).x, async () => { for await (const x of 1); }, async () => { for await (const x of u); }, async () => { await Promise.reject(new TypeError("own")) }, async () => { const { a } = await u }, async () => (await fn())(), async () => u.x, async () => { await 1; return nul.y }, async () => Promise.all(1), async () => Promise.race(), async () => Promise.any([]), async () => { const p = new Promise((r) => setTimeout(() => r(p))); await p }, async () => Array.fromAsync(1), async () => new Response().json(), async () => new Response("{a").json(), async () => { const [a] = await fn() },
];
const told = (e) => (e instanceof Error ? `${e.name}: ${e.message}` : String(e));
export default {
  async fetch() {
    const lines = [];
    for (const run of cases) {
      let line = "no error";
      try { run(); } catch (e) { line = told(e); }
      lines.push([String(run), line]);
    }
    for (const run of awaited) lines.push([String(run), await run().then(() => "no error", told)]);
    for (const run of awaited) lines.push([".catch " + run, await run().then(() => "no error").catch((e) => told(e))]);
    return Response.json(lines);
  },
};
