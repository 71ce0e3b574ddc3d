// markdown-it: Markdown
// GET /
import MarkdownIt from "markdown-it";
import { calls } from "./lib/calls.js";

const md = new MarkdownIt({ html: false, linkify: true, typographer: true, breaks: true });
export default calls({
  blocks: () => md.render("# T\n\n- a\n  - b\n\n1. x\n\n> q\n\n```js\nlet a = '<';\n```\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\n---\nline\nbreak"),
  inline: () => md.renderInline("*em* **strong** ~~s~~ `code` [l](http://x 'T') ![i](a.png) \\* &amp; <b>"),
  typography: () => md.renderInline("\"quotes\" -- dash --- (c) (tm) ... 'a' +-"),
  linkify: () => md.renderInline("see http://ex.org/ä?b=c and foo@bar.com, www.a.de."),
  commonmark: () => new MarkdownIt("commonmark").render("<div>html</div>\n\n[a]: /u\n\n[a]"),
  tokens: () => md.parse("a *b*", {}).map((t) => [t.type, t.content, t.children?.length]),
  plugin: () => { const m = new MarkdownIt().use((it) => { it.core.ruler.push("up", (state) => { for (const t of state.tokens) for (const c of t.children ?? []) c.content = c.content.toUpperCase(); }); }); m.renderer.rules.em_open = () => "<i>"; return m.render("x *y*"); },
  highlight: () => new MarkdownIt({ highlight: (s, lang) => `<pre>${lang}:${s.length}</pre>` }).render("```go x\ncode\n```"),
  unicode: () => md.render("*中文*字 **é**è 🎉 ¡_hola_!"),
  type: () => md.render(5),
  rule: () => md.enable("nothing"),
});
