// marked: Markdown
// GET /
import { marked, Marked, Lexer, Renderer } from "marked";
import { calls } from "./lib/calls.js";

export default calls({
  blocks: () => marked.parse("# T & <b>\n\nSetext\n---\n\n* a\n  * b\n* **c** `d`\n\n1. x\n2. y\n\n> quote\n> more\n\n```js\nlet a = '<';\n```\n\n    indented\n\n***\n"),
  inline: () => marked.parseInline("*em* **strong** ~~del~~ `co<de` [l](http://x \"t\") ![i](a.png) <http://auto.link> www.x.org \\* a  \nb &copy; <i>html</i>"),
  table: () => marked.parse("| a | b |\n|:--|--:|\n| 1 | `|` |\n| *x* | |"),
  tasks: () => marked.parse("- [x] done\n- [ ] to do\n\n[ref]: http://r.example 'T'\n\nSee [ref] and [none]."),
  options: () => [marked.parse("a\nb", { breaks: true }), marked.parse("~~x~~ www.a.b", { gfm: false })],
  tokens: () => new Lexer().lex("# h\n\np *e*").map((t) => [t.type, t.raw]),
  extension: () => new Marked({ extensions: [{ name: "at", level: "inline", start: (s) => s.indexOf("@"), tokenizer(s) { const m = /^@(\w+)/.exec(s); if (m) return { type: "at", raw: m[0], name: m[1] }; }, renderer: (t) => `<a>${t.name}</a>` }] }).parse("hi @bob"),
  renderer: () => { const m = new Marked(); m.use({ renderer: { heading({ tokens, depth }) { return `<x${depth}>${this.parser.parseInline(tokens)}</x${depth}>`; } }, walkTokens: (t) => { if (t.type === "text") t.text = t.text.toUpperCase?.(); } }); return m.parse("## a _b_"); },
  async: () => new Marked({ async: true, walkTokens: async () => {} }).parse("*x*"),
  unicode: () => marked.parse("# Größe 你好 🎉\n\n*é*a _ñ_"),
  type: () => marked.parse(5),
  undefinedInput: () => marked.parse(undefined),
});
