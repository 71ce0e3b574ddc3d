// underscore: collections, functions and objects
// GET /
import _ from "underscore";
import { calls } from "./lib/calls.js";

export default calls({
  chain: () => _.chain([3, 1, 2]).sortBy().map((x) => x * 2).reject((x) => x === 4).value(),
  groups: () => [_.groupBy(["a", "bb", "cc"], "length"), _.countBy([1, 2, 3], (n) => n % 2 ? "odd" : "even"), _.partition([1, 2, 3], (n) => n > 1), _.indexBy([{ id: 5 }], "id")],
  arrays: () => [_.zip(["a", "b"], [1, 2]), _.unzip([["a", 1], ["b", 2]]), _.flatten([1, [2, [3]]], 1), _.range(0, 10, 3), _.chunk([1, 2, 3], 2), _.sortedIndex([10, 20], 15)],
  objects: () => [_.pick({ a: 1, b: 2 }, "a"), _.omit({ a: 1, b: 2 }, (v) => v > 1), _.invert({ a: "x" }), _.defaults({ a: 1 }, { a: 2, b: 3 }), _.get({ a: [{ b: 1 }] }, ["a", 0, "b"])],
  equal: () => [_.isEqual({ a: [1, new Date(0), /x/g, new Map([[1, 2]])] }, { a: [1, new Date(0), /x/g, new Map([[1, 2]])] }), _.isEqual(0, -0), _.isEqual(NaN, NaN), _.isEmpty(new Set()), _.isArguments((function () { return arguments; })())],
  functions: () => { let n = 0; const once = _.once(() => ++n); once(); once(); const add = _.partial((a, b) => a - b, _, 1); return [n, add(5), _.compose((x) => x + 1, (x) => x * 2)(3), _.memoize((x) => ++n)(1), _.after(2, () => 9)() ?? "not yet"]; },
  later: async () => { const seen = []; const f = _.debounce((...args) => seen.push(args), 5); f(1); f(2, 3); const wait = (f) => function () { return new Promise((done) => setTimeout(() => done(f.apply(this, arguments)), 10)); }; return [await wait((a, b) => a + b)(1, 2), seen]; },
  strings: () => [_.escape("<a href='x'>&`"), _.unescape("&lt;&amp;"), _.result({ f() { return this.x; }, x: 5 }, "f"), _.noConflict === undefined],
  template: () => _.template("a <%= x %>")({ x: 1 }),
  error: () => _.reduce(null, "nope", 1).x.y,
});
