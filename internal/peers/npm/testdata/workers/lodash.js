// lodash: collections, objects, strings, functions
// GET /
import _ from "lodash";
import merge from "lodash/merge";
import { calls } from "./lib/calls.js";

class Point { constructor() { this.x = 1; } }
Point.prototype.y = 2;
export default calls({
  arrays: () => [_.chunk([1, 2, 3, 4, 5], 2), _.difference([1, 2, 3], [2]), _.flattenDeep([1, [2, [3, [4]]]]), _.uniqBy([{ a: 1 }, { a: 1 }, { a: 2 }], "a"), _.zipObject(["a", "b"], [1, 2]), _.sortedIndex([1, 3], 2), _.range(0, 10, 3), _.xor([1, 2], [2, 3]), _.pullAt([1, 2, 3], 1)],
  collections: () => [_.groupBy([1.2, 1.8, 2.1], Math.floor), _.orderBy([{ a: 1, b: 2 }, { a: 1, b: 3 }, { a: 0 }], ["a", "b"], ["desc", "asc"]), _.keyBy([{ i: "x" }], "i"), _.countBy("abca"), _.partition([1, 2, 3], (n) => n % 2), _.reduceRight([[1], [2]], (a, b) => a.concat(b), [])],
  objects: () => [_.merge({ a: { b: 1 }, l: [1, 2] }, { a: { c: 2 }, l: [3] }), merge({}, { x: [{ y: 1 }] }, { x: [{ z: 2 }] }), _.get({ a: [{ b: 3 }] }, "a[0].b"), _.set({}, "x[0].y", 1), _.pick({ a: 1, b: 2 }, "a"), _.omit({ a: 1, b: { c: 1, d: 2 } }, "b.c"), _.invert({ a: "x" }), _.defaultsDeep({ a: { b: 1 } }, { a: { b: 2, c: 3 } }), _.mapKeys({ a: 1 }, (v, k) => k + v), _.transform([1, 2], (r, n) => { r.push(n * 2); })],
  clone: () => { const o = { d: new Date(0), r: /x/gi, m: new Map([[1, { a: 1 }]]), s: new Set([1]), t: new Uint8Array([1, 2]), p: new Point(), n: null }; o.self = o; const c = _.cloneDeep(o); return [c.self === c, c.d, c.r, c.m, c.s, c.t, c.p instanceof Point, c.m.get(1) !== o.m.get(1), _.isEqual(c, o)]; },
  equal: () => [_.isEqual({ a: [1, { b: NaN }] }, { a: [1, { b: NaN }] }), _.isEqual(new Map([["a", 1]]), new Map([["a", 1]])), _.isEqual(new Error("a"), new Error("b")), _.isMatch({ a: { b: 1, c: 2 } }, { a: { b: 1 } })],
  strings: () => [_.camelCase("--foo BAR-baz_é"), _.kebabCase("fooBarXMLHttp2"), _.startCase("hello world"), _.deburr("déjà vü Łódź"), _.truncate("a long sentence here", { length: 12, separator: " " }), _.pad("x", 5, "_"), _.escape("<&>\"'"), _.unescape("&lt;&#39;"), _.words("fred, barney & 🎉 pebbles"), _.toPairs("ab"), _.upperFirst("é"), _.split("👍🏽a", "")],
  types: () => [_.isPlainObject(new Point()), _.isTypedArray(new Float32Array()), _.isArguments((function () { return arguments; })()), _.isBuffer(Buffer.from("")), _.isNative(Array.prototype.push), _.isElement({}), _.toInteger("3.7"), _.toNumber("0b101"), _.isArrayLike("x"), _.toString([1, [2, -0]]), _.isError(new DOMException("x")), _.isSymbol(Symbol.iterator), _.isWeakMap(new WeakMap()), _.isDate(new Date(0))],
  functions: () => { const log = []; const once = _.once(() => log.push("once")); once(); once(); const curried = _.curry((a, b, c) => [a, b, c]); const memo = _.memoize((x) => log.push(x)); memo(1); memo(1); return [curried(1)(2, 3), _.partial((a, b) => a + b, 1)(2), _.flow([(x) => x + 1, (x) => x * 2])(3), log, _.ary((...a) => a.length, 1)(1, 2), _.attempt(() => { throw new Error("e"); }), _.times(3, String), curried(_, 2)(1, 3)]; },
  chain: () => _([1, 2, 3, 4]).filter((n) => n % 2).map((n) => n * n).reverse().value().concat(_.chain({ a: 1 }).toPairs().flatten().value()),
  async: () => new Promise((resolve) => { const log = []; const f = _.debounce((x) => log.push(x), 5); f(1); f(2); _.delay((x) => resolve([log, x]), 20, "later"); _.defer((x) => log.push(x), "deferred"); }),
  template: () => _.template("a <%= b %>")({ b: 1 }),
  type: () => _.debounce(5),
  curryType: () => _.flow(["x"])(1),
});
