// ramda: functions
// GET /
import * as R from "ramda";
import { calls } from "./lib/calls.js";

export default calls({
  pipe: () => [R.pipe(R.filter((n) => n > 1), R.map(R.multiply(2)), R.sum)([1, 2, 3]), R.compose(R.toUpper, R.join("-"))(["a", "b"])],
  curry: () => [R.add(1)(2), R.curry((a, b, c) => a + b + c)(1)(R.__, 3)(2), R.flip(R.subtract)(1, 5), R.converge(R.divide, [R.sum, R.length])([1, 2, 3])],
  lenses: () => [R.over(R.lensPath(["a", 0, "b"]), R.inc, { a: [{ b: 1 }] }), R.set(R.lensProp("x"), 5, {}), R.view(R.lensIndex(1), [1, 2])],
  lists: () => [R.groupBy(R.prop("k"), [{ k: "a", n: 1 }, { k: "b" }, { k: "a" }]), R.sortWith([R.descend(R.prop("n")), R.ascend(R.prop("s"))], [{ n: 1, s: "b" }, { n: 1, s: "a" }, { n: 2 }]), R.zip([1, 2], ["a", "b"]), R.splitEvery(2, [1, 2, 3]), R.transpose([[1, 2], [3]]), R.uniqWith(R.equals, [[1], [1]]), R.aperture(2, [1, 2, 3]), R.scan(R.add, 0, [1, 2])],
  objects: () => [R.evolve({ a: R.inc, b: { c: R.toUpper } }, { a: 1, b: { c: "x" }, d: 0 }), R.mergeDeepRight({ a: { x: 1 } }, { a: { y: 2 } }), R.pathOr("none", ["a", "b"], {}), R.project(["a"], [{ a: 1, b: 2 }]), R.invertObj({ a: "x" }), R.where({ a: R.gt(5) }, { a: 3 })],
  equality: () => [R.equals(new Map([[1, [2]]]), new Map([[1, [2]]])), R.equals([NaN, -0], [NaN, 0]), R.identical(NaN, NaN), R.eqProps("a", { a: 1 }, { a: 1, b: 2 })],
  show: () => [R.toString({ a: [1, "x", undefined], d: new Date(0), f: null }), R.type(/x/), R.type(async () => {}), R.toString(new Map([[1, 2]]))],
  transducers: () => R.into([], R.compose(R.map(R.inc), R.filter((n) => n % 2 === 0), R.take(2)), [1, 2, 3, 4, 5, 6, 7]),
  logic: () => [R.cond([[R.equals(0), R.always("zero")], [R.T, (n) => `${n}`]])(5), R.tryCatch(() => { throw new Error("x"); }, (e, v) => [e.message, v])("arg"), R.until((n) => n > 100, R.multiply(2))(1), R.allPass([R.is(Number), R.lt(2)])(3)],
  async: () => R.andThen(R.inc, Promise.resolve(1)),
  throws: () => R.pipe()(1),
  type: () => R.reduce(R.add, 0, 5),
});
