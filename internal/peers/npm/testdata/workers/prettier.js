// prettier: formatting
// GET /
import * as prettier from "prettier/standalone";
import babel from "prettier/plugins/babel";
import estree from "prettier/plugins/estree";
import postcss from "prettier/plugins/postcss";
import markdown from "prettier/plugins/markdown";
import { calls } from "./lib/calls.js";
const f = (text, parser) => prettier.format(text, { parser, plugins: [babel, estree, postcss, markdown] });
export default calls({
  js: () => f("const a={b:1,'c-d':[1,2,3]};async function*x(){for await(const y of z)yield y?.w??`${a}`}class Q{#p=1;static{f()}}", "babel"),
  json: () => f('{"a":1,"b":[1,2,{"c":null}]}', "json"),
  css: () => f("a{color:red;b:c}@media (x){d{e:f}}", "css"),
  md: () => f("# a\n* b\n* c\n\n|x|y|\n|-|-|\n|1|2|", "markdown"),
  bad: () => f("let = ", "babel"),
  parser: () => f("x", "nope"),
});
