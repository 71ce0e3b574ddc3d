// mustache: templates, partials, sections
// GET /
import Mustache from "mustache";
import { calls } from "./lib/calls.js";

export default calls({
  escape: () => Mustache.render("{{a}} {{{a}}} {{&a}}", { a: "<b>'\"/`=&" }),
  sections: () => Mustache.render("{{#l}}{{n}},{{/l}}{{^e}}empty{{/e}}{{#o}}{{x.y}}{{/o}}", { l: [{ n: 1 }, { n: 2 }], e: [], o: { x: { y: "z" } } }),
  lambda: () => Mustache.render("{{#bold}}Hi {{name}}.{{/bold}}", { name: "T", bold: () => (text, render) => `<b>${render(text)}</b>` }),
  partials: () => Mustache.render("{{>p}}\n  {{>q}}", { a: 1 }, { p: "[{{a}}]", q: "x\ny\n" }),
  tags: () => Mustache.render("<% a %>{{a}}{{=| |=}}|a|", { a: 1 }, {}, ["<%", "%>"]),
  implicit: () => Mustache.render("{{#l}}({{.}}){{/l}}{{! comment }}", { l: ["a", 0, false, ""] }),
  parse: () => Mustache.parse("a {{b}}{{#c}}d{{/c}}"),
  unclosed: () => Mustache.render("{{#a}}", {}),
  type: () => Mustache.render(5, {}),
});
