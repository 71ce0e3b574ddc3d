// postcss: trees, plugins, source maps and errors
// GET /
import postcss from "postcss";
import { calls } from "./lib/calls.js";

const double = { postcssPlugin: "double", Declaration: { width(d) { if (!d.done) { d.done = true; d.value = d.value.replace(/\d+/, (n) => n * 2); } } }, AtRule: { nope(rule, { result }) { rule.warn(result, "no such rule", { word: "nope" }); rule.remove(); } } };
const css = "@import 'x';\n@media (min-width: 1px) { a > b::before { content: '\\201c'; width: 5px !important } }\n/* é */ :root { --x: { y: z } }\n@nope q;";
export default calls({
  parse: () => { const seen = []; postcss.parse(css).walk((n) => { seen.push([n.type, n.source.start.line, n.source.start.column]); }); return seen; },
  json: () => postcss.fromJSON(postcss.parse("a{b:c}").toJSON()).toString(),
  plugin: async () => { const r = await postcss([double]).process(css, { from: "a.css" }); return [r.css, r.warnings().map(String), r.messages.length]; },
  change: () => { const root = postcss.parse("a{b:c}"); root.first.append({ prop: "d", value: "e", important: true }).selectors = ["x", "y"]; root.prepend(postcss.comment({ text: "hi" })); root.append(postcss.rule({ selector: "q" }).append(postcss.decl({ prop: "r", value: "s" }))); return root.toString(); },
  map: () => { const r = postcss([double]).process("a{\n  width: 1px\n}", { from: "in.css", to: "out.css", map: { inline: false } }); return [r.css, r.map.toString()]; },
  inline: () => postcss().process("a{}", { from: "in.css", map: true }).css,
  list: () => [postcss.list.comma("a, b(c, d), 'e,f'"), postcss.list.space("1px  solid rgb(0, 0, 0)")],
  syntax: () => { try { postcss.parse("a {\n  b: c", { from: "/x/a.css" }); } catch (e) { return [e.name, e.message, e.reason, e.line, e.showSourceCode(false)]; } },
  unknown: () => postcss.parse("a { b }"),
  thrown: async () => (await postcss([() => { throw new RangeError("plugin"); }]).process("a{}", { from: undefined })).css,
});
