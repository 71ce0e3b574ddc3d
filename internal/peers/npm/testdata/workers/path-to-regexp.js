// path-to-regexp: matching and making paths
// GET /
import * as ptr from "path-to-regexp";
import { calls } from "./lib/calls.js";

const { match, compile, parse, pathToRegexp, stringify } = ptr;
export default calls({
  exports: () => Object.keys(ptr).sort(),
  match: () => [match("/users/:id")("/users/5"), match("/files/*path")("/files/a/b%20c"), match("/a{/:b}")("/a"), match("/x")("/y")],
  options: () => [match("/a", { end: false })("/a/b"), match("/A", { sensitive: true })("/a"), match("/a", { trailing: false })("/a/"), match("/:x", { decode: false })("/%20")],
  compile: () => [compile("/users/:id{/:tab}")({ id: "ü 1" }), compile("/*p")({ p: ["a", "b"] }), compile("/:x", { encode: false })({ x: "a/b" })],
  regexp: () => { const { regexp, keys } = pathToRegexp("/:a-:b.json"); return [regexp, keys, regexp.exec("/1-2.json")?.slice()]; },
  parse: () => [parse("/a{/:b}/*c\\:d"), stringify(parse('/:a/:"x y"'))],
  list: () => match(["/a/:x", "/b/:y"])("/b/2"),
  missing: () => compile("/:id")({}),
  unterminated: () => parse("/:"),
  legacy: () => parse("/a?"),
});
