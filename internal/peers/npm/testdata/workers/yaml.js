// yaml: parsing, documents, writing, errors
// GET /
import YAML, { parse, stringify, parseDocument, parseAllDocuments, isMap, visit } from "yaml";
import { calls } from "./lib/calls.js";

export default calls({
  parse: () => parse("a: 1\nb:\n  - x\n  - {c: d, e: [1, 2.5, .inf]}\nf: |\n  line 1\n  line 2\ng: >-\n  folded\n  text\nh: ~\ni: 0x1F\nj: \"\\u00e9\\n\"\nk: 'it''s'\n"),
  anchors: () => parse("base: &b {x: 1}\nuse: *b\nmerge:\n  <<: *b\n  y: 2\n", { merge: true }),
  stringify: () => stringify({ a: [1, { b: "c: d" }], s: "multi\nline\n", e: "", n: null, t: true, q: "yes", num: "12", d: new Date(0), long: "word ".repeat(30) }),
  document: () => { const doc = parseDocument("# head\na: 1 # one\nb: [x, y]\n"); doc.set("c", 3); doc.addIn(["b"], "z"); doc.get("b").flow = false; return [String(doc), doc.toJS(), isMap(doc.contents)]; },
  all: () => parseAllDocuments("a\n---\nb: 1\n...\n---\n- c\n").map((d) => d.toJS()),
  visit: () => { const seen = []; visit(parseDocument("a: [1, {b: 2}]"), { Scalar: (key, node) => void seen.push(node.value) }); return seen; },
  schema: () => [parse("a: yes\nb: 010\nc: 2026-01-02", { version: "1.1" }), parse("a: 010", { schema: "core" }), parse("!!set {a, b}", { version: "1.1" })],
  tag: () => parse("!up x", { customTags: [{ tag: "!up", resolve: (s) => s.toUpperCase() }] }),
  map: () => parse("? [a, b]\n: 1\n2: x", { mapAsMap: true }),
  bigint: () => parse("9007199254740993", { intAsBigInt: true }),
  bad: () => parse("a: [1, 2\nb: 3"),
  duplicate: () => parse("a: 1\na: 2"),
  warnings: () => parseDocument("a: !unknown x\n\tb: 1").errors.map((e) => [e.code, e.linePos]),
});
