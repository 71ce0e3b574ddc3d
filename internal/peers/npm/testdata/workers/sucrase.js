// sucrase: transforms
// GET /
import { transform, getFormattedTokens } from "sucrase";
import { calls } from "./lib/calls.js";
export default calls({
  ts: () => transform("enum E { A = 1, B = 'x' } class C<T> { constructor(private a: T) {} } export const x = <T,>(y: T) => y!;", { transforms: ["typescript"] }).code,
  jsx: () => transform("<A b={1}>c &amp; d</A>", { transforms: ["jsx"], production: true }).code,
  cjs: () => transform("import a, { b as c } from 'x'; export default a; export * from 'y'; await import('z')", { transforms: ["imports"] }).code,
  flow: () => transform("type A = {| b: ?string |}; const c = (d: any)", { transforms: ["flow"] }).code,
  map: () => transform("let a: number = 1", { transforms: ["typescript"], sourceMapOptions: { compiledFilename: "a.js" }, filePath: "a.ts" }).sourceMap.mappings,
  tokens: () => getFormattedTokens("a + 1", { transforms: [] }),
  bad: () => transform("let = ", { transforms: ["typescript"] }),
});
