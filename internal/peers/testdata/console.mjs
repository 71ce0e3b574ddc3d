// What is printed by a Worker's console and by that of Node.js: each of cases prints something.

class Plain { a = 1; }
class Sub extends Plain { b = [1]; }
class Tagged { get [Symbol.toStringTag]() { return "Tag"; } x = 1; }
class Private { #secret = 1; get shown() { return 1; } }
class List extends Array {}
class Table extends Map {}
class Custom { constructor() { this.v = 1; } [Symbol.for("nodejs.util.inspect.custom")](depth, options) { return `Custom<${depth === null ? "null" : typeof depth}>`; } }
class Broken extends Error { constructor(m) { super(m); this.name = "Broken"; this.code = "E_BROKEN"; } }
class Mine extends Error {}
function Old() { this.x = 1; }
Old.prototype.say = function say() {};
const plainError = (e) => { e.stack = `${e.name}: ${e.message}\n    at place (file.js:1:2)`; return e; };
const nothing = (e) => { e.stack = ""; return e; };
const circular = { name: "c" }; circular.self = circular; circular.list = [circular, { circular }];
const two = {}; two.other = { two }; two.third = two.other;
const circularMap = new Map(); circularMap.set("me", circularMap);
const deep = { a: { b: { c: { d: { e: 1 } } } } };
const sparse = [1, , 3]; sparse[10] = 4;
const extra = [1, 2]; extra.name = "x"; extra[-1] = "m";
const withSymbol = { [Symbol("s")]: 1, [Symbol()]: 2, [Symbol.iterator]: 3 };
const hidden = Object.defineProperty({ a: 1 }, "hidden", { value: 2, enumerable: false });
const accessors = { get g() { return 1; }, set s(v) {}, get gs() { return 1; }, set gs(v) {} };
const throwing = { get boom() { throw new Error("no"); } };
const nullProto = Object.assign(Object.create(null), { a: 1 });
const inherited = Object.create({ up: 1 }, { own: { value: 1, enumerable: true } });
const named = Object.assign(function named() {}, { prop: 1 });
const dateWith = Object.assign(new Date(0), { note: "n" });
const regexpWith = Object.assign(/x/g, { note: 1 });
const buffer = new Uint8Array([1, 2, 3, 255]).buffer;
const constructorless = Object.create(Object.create(null)); constructorless.z = 1;
const odd = { constructor: "text" };
const longKey = { "a-b": 1, "a b": 2, "0": 3, "ä": 4, "a'b": 5, 'a"b': 6, "": 7, "1a": 8, $: 9, _: 10 };

// values are printed in several ways each.
const values = {
  undefined, null: null, true: true, zero: 0, "-0": -0, nan: NaN, infinity: -Infinity, float: 1.5e300, small: 1e-7, bigint: 12345678901234567890n, "-bigint": -1n,
  string: "text", "'": "it's", '"\'': "\"it's\"", "`": "`\"'", control: "a\nb\tc\u0007\u001b[31m\u007f\u0085", unicode: "ä日本語🎉\ud800", empty: "",
  lines: "first line of a text\nsecond line of a text", long: "x".repeat(200), longLines: ("word ".repeat(10) + "\n").repeat(4),
  symbol: Symbol("s"), symbolEmpty: Symbol(), symbolOdd: Symbol("a b\n"), iterator: Symbol.iterator,
  object: { a: 1, b: "two" }, emptyObject: {}, deep, circular, two, circularMap, longKey, nullProto, constructorless, inherited, odd, hidden, accessors, throwing, withSymbol,
  plain: new Plain(), sub: new Sub(), tagged: new Tagged(), private: new Private(), old: new Old(), anonymous: new (class {})(), custom: new Custom(), inCustom: { c: new Custom() },
  array: [1, 2, 3], emptyArray: [], nested: [[[[1]]], []], sparse, extra, list: List.from([1, 2]), emptyList: new List(), holes: new Array(5), undefineds: [undefined, null], mixed: [1, "a", {}, [], () => {}],
  hundred: Array.from({ length: 100 }, (_, i) => i), many: Array.from({ length: 150 }, (_, i) => i * 7), seven: [1, 2, 3, 4, 5, 6, 7], words: "the quick brown fox jumps over the lazy dog and runs away from it all".split(" "),
  wide: ["日本語", "中文", "한국어", "ä", "🎉🎉", "x", "yy", "zzz"], bigints: [1n, 2n, 3n, 40n, 500n, 6000n, 7n], negatives: [-1, -10, 100, 1000, -10000, 5, 6, 7], bools: new Array(30).fill(true),
  objects: Array.from({ length: 8 }, (_, i) => ({ id: i, name: "name " + i })), longObject: Object.fromEntries(Array.from({ length: 30 }, (_, i) => ["key" + i, i])),
  map: new Map([["a", 1], [{ k: 1 }, new Map([[1, 2]])]]), emptyMap: new Map(), set: new Set([1, "a", { x: 1 }]), emptySet: new Set(), table: new Table([[1, 2]]), mapWith: Object.assign(new Map([[1, 2]]), { p: 1 }),
  bigSet: new Set(Array.from({ length: 120 }, (_, i) => i)), bigMap: new Map(Array.from({ length: 120 }, (_, i) => [i, i])),
  weakMap: new WeakMap(), weakSet: new WeakSet(), mapIterator: new Map([["a", 1]]).entries(), mapKeys: new Map([["a", 1]]).keys(), setIterator: new Set([1, 2]).values(), arrayIterator: [1][Symbol.iterator](), stringIterator: "ab"[Symbol.iterator](),
  date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), invalidDate: new Date(NaN), dateWith, regexp: /a\/b/giu, regexpWith,
  error: plainError(new Error("message")), typeError: plainError(new TypeError("type")), cause: plainError(new Error("outer", { cause: plainError(new TypeError("inner")) })), causeText: plainError(new Error("outer", { cause: "text" })), causeObject: plainError(new Error("outer", { cause: { a: 1 } })),
  aggregate: plainError(new AggregateError([plainError(new Error("one")), 2], "several")), broken: plainError(new Broken("br")), mine: plainError(new Mine("m")), errorProps: Object.assign(plainError(new Error("p")), { status: 404, info: { a: 1 } }),
  stackless: nothing(new Error("no stack")), stacklessMine: nothing(new Mine("none")), emptyMessage: plainError(new Error("")), errorName: plainError(Object.assign(new Error("m"), { name: "Renamed" })), errorLines: plainError(new Error("line one\nline two")),
  function: function foo() {}, arrow: () => {}, anonymousFunction: (() => function () {})(), async: async function later() {}, named, class: Plain, subclass: Sub, anonymousClass: (() => class {})(), classStatic: class Stat { static s = 1; }, generator: function* gen() {},
  builtin: Math.max, math: Math, json: JSON, globalSymbol: Symbol.for("g"), native: Array,
  promise: Promise.resolve(1), pending: new Promise(() => {}), promiseObject: Promise.resolve({ a: 1 }),
  u8: new Uint8Array([1, 2, 3]), u8empty: new Uint8Array(), f64: new Float64Array([1.5, -0, NaN]), i64: new BigInt64Array([1n, -2n]), u8many: new Uint8Array(150), buffer, emptyBuffer: new ArrayBuffer(0), bigBuffer: new ArrayBuffer(60), view: new DataView(buffer, 1, 2),
  boxedNumber: new Number(3), boxedZero: new Number(-0), boxedString: new String("text"), boxedBoolean: new Boolean(false), boxedSymbol: Object(Symbol("b")), boxedBigInt: Object(5n), boxedWith: Object.assign(new String("ab"), { p: 1 }),
  proxy: new Proxy({ a: 1 }, {}), proxyArray: new Proxy([1, 2], {}), proxyFunction: new Proxy(function f() {}, {}), proxyTraps: new Proxy({ a: 1 }, { get() { return "trapped"; }, ownKeys() { return ["z"]; } }),
  arguments: (function () { return arguments; })(1, "a"), generatorObject: (function* gen() {})(), weakRef: typeof WeakRef === "undefined" ? null : { ok: true },
  mapInObject: { m: new Map([["k", { deep: { deeper: { deepest: 1 } } }]]) }, dateInArray: [new Date(0), new Date(NaN)], functions: { f() {}, async g() {}, *h() {}, i: () => {}, C: class {} }, classInArray: [Plain, new Plain()],
  longStringIn: { text: "y".repeat(120), other: 1 }, linesIn: { text: "one\ntwo" }, quotesIn: { a: "it's", b: '"', c: "`'\"" }, undefinedIn: { a: undefined, b: null }, numberKeys: { 2: "b", 1: "a", x: "c" }, dunder: { ["__proto__"]: 1 }, toJSON: { toJSON() { return "j"; } },
  toStringOwn: { toString() { return "own"; } }, toStringClass: new (class Shown { toString() { return "shown"; } })(), primitive: { [Symbol.toPrimitive]() { return 42; } }, jsonDate: { d: new Date(0) }, url: { href: "x" },
  emptyNull: Object.create(null), tagObject: { [Symbol.toStringTag]: "T" }, tagNull: Object.assign(Object.create(null), { [Symbol.toStringTag]: "N" }), getterChain: { a: { get b() { return { c: 1 }; } } }, arrayInMap: new Map([["list", [1, [2, [3, [4]]]]]]), setInSet: new Set([new Set([new Set([new Set([1])])])]),
};
const ways = {
  log: (v) => console.log(v), object: (v) => console.log({ v }), array: (v) => console.log([v]), second: (v) => console.log("text", v, 1),
  s: (v) => console.log("%s|", v), d: (v) => console.log("%d|", v), i: (v) => console.log("%i|", v), f: (v) => console.log("%f|", v),
  j: (v) => console.log("%j|", v), o: (v) => console.log("%o|", v), O: (v) => console.log("%O|", v), deepest: (v) => console.dir(v, { depth: null }),
  dir: (v) => console.dir(v), dir0: (v) => console.dir({ v }, { depth: 0 }), hidden: (v) => console.dir(v, { showHidden: true }), table: (v) => console.table(v), tableIn: (v) => console.table([v, { v }]), error: (v) => console.error(v), map: (v) => console.log(new Map([["k", v]])),
  group: (v) => { console.group(v); console.log(v); console.groupEnd(); },
};
const single = {
  nothing: () => console.log(), percent: () => console.log("%%", 1), percentAlone: () => console.log("100%", 5), percentEnd: () => console.log("%s%", 5), missing: () => console.log("%s %s", 1), more: () => console.log("%s", 1, 2, "three", { a: 1 }), unknown: () => console.log("%x %s", 1),
  css: () => console.log("%cred%c plain", "color: red", ""), twoObjects: () => console.log({ a: 1 }, [2]), notFirst: () => console.log(1, "%s", 2), escaped: () => console.log("%%s", 1), symbolFormat: () => console.log("%s %d", Symbol("a"), Symbol("b")), numbers: () => console.log("%d %i %f", "42.5", "42.9px", "1.5x"), bigs: () => console.log("%d %i %s", 5n, 6n, 7n),
  negativeZero: () => console.log("%s %d %o", -0, -0, -0), count: () => { console.count(); console.count(); console.count("x"); console.countReset(); console.count(); }, countMissing: () => console.countReset("never"),
  groups: () => { console.group("a", 1); console.group(); console.log("inner\nsecond"); console.warn("w"); console.groupEnd(); console.info("b"); console.groupCollapsed("c"); console.debug("d"); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log("out"); },
  groupObject: () => { console.group("g"); console.log({ a: "x".repeat(60), b: "y".repeat(60) }); console.table([{ a: 1 }]); console.groupEnd(); },
  assertTrue: () => console.assert(true, "no"), assertFalse: () => console.assert(false), assertText: () => console.assert(0, "text %s", 1), assertObject: () => console.assert("", { a: 1 }), assertMore: () => console.assert(null, 1, 2),
  tableColumns: () => console.table([{ a: 1, b: 2, c: 3 }], ["c", "a"]), tableMissing: () => console.table([{ a: 1 }], ["z"]), tableArrays: () => console.table([[1, 2], [3, 4, 5]]), tablePrimitives: () => console.table(["a", "b"]), tableMixed: () => console.table([1, { a: 2 }, [3], null, undefined, "x"]), tableObject: () => console.table({ x: { a: 1 }, y: { b: 2 } }), tableMap: () => console.table(new Map([["a", 1], ["b", { c: 1 }]])), tableSet: () => console.table(new Set([1, "x"])), tableEmpty: () => console.table([]), tableNumber: () => console.table(5), tableString: () => console.table("text"), tableWide: () => console.table([{ 日本: "語", b: "🎉" }]), tableNested: () => console.table([{ a: { b: { c: 1 } }, f: () => {}, d: new Date(0) }]), tableIterator: () => console.table(new Map([["a", 1]]).entries()), tableLines: () => console.table([{ a: "x\ny" }]),
  dirDepth: () => console.dir(deep, { depth: 1 }), dirDeep: () => console.dir(deep, { depth: Infinity }), dirxml: () => console.dirxml({ a: 1 }, [2]), timeEndMissing: () => console.timeEnd("never"), timeLogMissing: () => console.timeLog("never"), levels: () => { console.debug("d"); console.info("i"); console.warn("w"); console.error("e"); },
  compactLong: () => console.log({ a: 1, b: { c: 2, d: { e: 3 } }, f: "g".repeat(30), h: "i".repeat(30) }), compactEdge: () => console.log({ aaaaaaaaaaaaaaaaaa: "bbbbbbbbbbbbbbbbbbbbbbbb", cccccccccccccccccccc: "dddd" }), compactEdge2: () => console.log({ aaaaaaaaaaaaaaaaaa: "bbbbbbbbbbbbbbbbbbbbbbbbb", cccccccccccccccccccc: "dddddd" }), entries: () => console.log([{ a: 1, b: 2 }, { a: 3, b: 4 }, { a: 5, b: [1, 2, { c: 3 }] }]),
};

export const cases = [...Object.entries(single)];
for (const [value, v] of Object.entries(values)) for (const [way, print] of Object.entries(ways)) cases.push([`${way} of ${value}`, () => print(v)]);
export const mark = "\u241e";

// run prints everything, with a mark and a number before each.
export function run() {
  cases.forEach(([, print], i) => {
    console.log(mark + i);
    try { print(); } catch (e) { console.log("throws " + e); }
  });
  console.log(mark + cases.length);
}
