// jsonata: queries; and jmespath, fuse.js, lunr, flexsearch, expr-eval
// GET /
import jsonata from "jsonata";
import jmespath from "jmespath";
import Fuse from "fuse.js";
import lunr from "lunr";
import FlexSearch from "flexsearch";
import { Parser } from "expr-eval";
import { calls } from "./lib/calls.js";
const data = { orders: [{ id: 1, price: 10, tags: ["a", "b"] }, { id: 2, price: 20.5, tags: [] }] };
export default calls({
  jsonata: async () => [await jsonata("$sum(orders.price)").evaluate(data), await jsonata("orders[price > 15].{ 'i': id, 'up': $uppercase('x' & id) }").evaluate(data), await jsonata("$map([1..5], function($v) { $v * $v })").evaluate({}), await jsonata("$replace('abc', /b(.)/, '$1-')").evaluate({})],
  jsonataBad: () => { try { jsonata("orders["); } catch (e) { return [e.code, e.position, e.message]; } },
  jsonataWorse: () => jsonata("$nope()").evaluate({}).catch((e) => [e.code, e.message]),
  jmespath: () => [jmespath.search(data, "orders[?price > `15`].id | [0]"), jmespath.search(data, "sort_by(orders, &price)[-1].tags"), jmespath.search(data, "orders[].{a: id, b: length(tags)}")],
  jmespathBad: () => jmespath.search(data, "orders[?"),
  fuse: () => new Fuse([{ t: "Old Man's War" }, { t: "The Lock Artist" }], { keys: ["t"], includeScore: true, includeMatches: true }).search("lok").map((r) => [r.refIndex, r.score.toFixed(4), r.matches]),
  lunr: () => lunr(function () { this.ref("id"); this.field("t"); this.add({ id: 1, t: "quick brown foxes" }); this.add({ id: 2, t: "lazy dog" }); }).search("fox~1 +quick").map((r) => [r.ref, r.score.toFixed(4)]),
  lunrBad: () => lunr(function () { this.ref("id"); this.field("t"); }).search("nope:x"),
  flex: () => { const i = new FlexSearch.Index({ tokenize: "forward" }); i.add(1, "quick brown fox"); i.add(2, "lazy dog"); return [i.search("qui"), i.search("dog"), i.search("x")]; },
  expr: () => [Parser.evaluate("2 ^ x + max(1, y)", { x: 3, y: 5 }), new Parser().parse("x * (y + 1)").simplify({ y: 2 }).toString()],
  exprBad: () => Parser.evaluate("2 +"),
});
