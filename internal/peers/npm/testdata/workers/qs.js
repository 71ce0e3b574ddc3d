// qs: parsing and writing query strings
// GET /
import qs from "qs";
import { calls } from "./lib/calls.js";

export default calls({
  parse: () => [qs.parse("a[b][c]=d&e[]=1&e[]=2&f=%C3%BC+x&g.h=1", { allowDots: true }), qs.parse("a=b;c=d", { delimiter: ";" }), qs.parse("?x=1", { ignoreQueryPrefix: true })],
  arrays: () => [qs.parse("a[1]=x&a[0]=y"), qs.parse("a[100]=x"), qs.parse("a=1,2", { comma: true }), qs.parse("a[]=", { allowEmptyArrays: true }), qs.parse("a=1&a=2", { duplicates: "last" })],
  limits: () => [qs.parse("a[b][c][d][e][f][g]=x"), qs.parse("a=1&b=2&c=3", { parameterLimit: 2 }), qs.parse("a[b][c]=d", { depth: 1 })],
  safe: () => [qs.parse("__proto__[x]=1&constructor=y"), qs.parse("a[hasOwnProperty]=b", { allowPrototypes: true }), qs.parse("a", { strictNullHandling: true })],
  stringify: () => [qs.stringify({ a: { b: [1, 2] }, c: null, d: undefined, e: "ü &", f: new Date(0), g: true }), qs.stringify({ a: [1, 2] }, { arrayFormat: "repeat" }), qs.stringify({ a: [1, { b: 2 }] }, { encode: false, indices: false }), qs.stringify({ a: { b: 1 } }, { allowDots: true, addQueryPrefix: true })],
  formats: () => [qs.stringify({ a: "b c" }, { format: "RFC1738" }), qs.stringify({ a: "æ" }, { charset: "iso-8859-1" }), qs.stringify({ b: 1, a: 2 }, { sort: (x, y) => x.localeCompare(y), filter: ["a", "b"] }), qs.stringify({ a: "☺" }, { charset: "iso-8859-1", charsetSentinel: true })],
  custom: () => [qs.parse("a=b", { decoder: (s) => s.toUpperCase() }), qs.stringify({ a: 1 }, { encoder: (s) => `<${s}>` })],
  strictDepth: () => qs.parse("a[b][c][d]=1", { depth: 1, strictDepth: true }),
  tooMany: () => qs.parse("a=1&b=2", { parameterLimit: 1, throwOnLimitExceeded: true }),
  charset: () => qs.parse("a=1", { charset: "x" }),
  cycle: () => { const a = {}; a.a = a; return qs.stringify(a); },
});
