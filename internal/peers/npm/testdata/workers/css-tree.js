// css-tree: parsing, walking, generating
// GET /
import * as csstree from "css-tree";
import { calls } from "./lib/calls.js";
export default calls({
  generate: () => csstree.generate(csstree.parse("a > b:not(.c)::before , d[e='f' i] { color : RED; margin: calc(1px + 2 * (3em)) !important } @media (min-width:1px) { x{y:z} }")),
  walk: () => { const l = []; csstree.walk(csstree.parse("a{b:c} .d{e:f}"), (n) => l.push(n.type)); return l; },
  lexer: () => [csstree.lexer.matchProperty("border", "1px solid red").error, csstree.lexer.matchProperty("border", "1px foo").error?.message],
  object: () => csstree.toPlainObject(csstree.parse("a{b:c}")),
  ident: () => [csstree.ident.encode("1a b"), csstree.string.encode('a"b'), csstree.url.decode("url( 'x' )")],
  find: () => csstree.find(csstree.parse("a{b:#fff}"), (n) => n.type === "Hash").value,
  bad: () => { const e = []; csstree.parse("a{b:}", { onParseError: (x) => e.push(x.message) }); return e; },
  worse: () => csstree.lexer.match("<nope>", "x").error,
});
