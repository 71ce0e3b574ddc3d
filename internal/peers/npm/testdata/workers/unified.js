// unified: Markdown to HTML by plugins
// GET /
import { unified } from "unified";
import remarkParse from "remark-parse";
import remarkGfm from "remark-gfm";
import remarkRehype from "remark-rehype";
import rehypeRaw from "rehype-raw";
import rehypeSanitize from "rehype-sanitize";
import rehypeStringify from "rehype-stringify";
import { calls } from "./lib/calls.js";
const run = (text) => unified().use(remarkParse).use(remarkGfm).use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw).use(rehypeSanitize).use(rehypeStringify).process(text).then(String);
export default calls({
  basic: () => run("# Hi *x*\n\n- a\n- [x] b\n\n1. c\n\n`d` **e** ~~f~~ <u>g</u><script>h</script>"),
  table: () => run("| a | b |\n|:-:|--|\n| 1 | `2\\|3` |"),
  link: () => run("[x](javascript:1) <https://a.b/?c=d&e> www.x.y ![i](j \"k\")\n\n[l]: /m 'n'\n[l]"),
  code: () => run("```js\nlet a = '<b>';\n```\n\n    indented\n\n> quote\n\n---\n\nfoot[^1]\n\n[^1]: note 🎉"),
  tree: () => unified().use(remarkParse).parse("*a* b").children[0].children.map((c) => [c.type, c.position.start]),
  entities: () => run("&amp; &copy; &#x1F600; a\\*b"),
  bad: () => unified().use(remarkParse).processSync("x").value,
  frozen: () => unified().freeze().use(remarkParse),
});
