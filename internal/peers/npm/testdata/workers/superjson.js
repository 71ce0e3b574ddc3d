// superjson: what JSON cannot say
// GET /
import superjson, { SuperJSON } from "superjson";
import { calls } from "./lib/calls.js";

class Money { constructor(n) { this.n = n; } twice() { return this.n * 2; } }
const own = new SuperJSON({ dedupe: true });
own.registerClass(Money, { identifier: "money" });
own.registerSymbol(Symbol.for("s"), "s");
own.registerCustom({ isApplicable: (v) => v instanceof URL, serialize: (u) => u.href, deserialize: (s) => new URL(s) }, "url");
own.allowErrorProps("code");
const value = { d: new Date(0), m: new Map([[{ a: 1 }, new Set([1n])]]), r: /x/gi, u: undefined, n: NaN, z: -0, i: -Infinity, t: new Uint8Array([1, 2]), e: new TypeError("bad"), url: new URL("http://x/y") };
export default calls({
  serialize: () => superjson.serialize(value),
  roundTrip: () => superjson.parse(superjson.stringify(value)),
  cycles: () => { const a = { l: [] }; a.self = a; a.l.push(a); const b = superjson.parse(superjson.stringify(a)); return [b.self === b, b.l[0] === b]; },
  shared: () => { const x = { v: 1 }; return own.serialize({ a: x, b: x }); },
  classes: () => { const back = own.parse(own.stringify({ m: new Money(4), s: Symbol.for("s"), u: new URL("http://a/") })); return [back.m instanceof Money, back.m.twice(), back.s, back.u.href]; },
  errors: () => own.serialize(Object.assign(new RangeError("r"), { code: "C", secret: 1 })),
  keys: () => superjson.serialize({ "a.b": new Date(0), "c\\d": { "e.f": 1n } }),
  prototype: () => superjson.parse('{"json":{"a":1},"meta":{"values":{"__proto__.x":["Date"]}}}'),
  unknownClass: () => superjson.deserialize({ json: {}, meta: { values: [["class", "none"]] } }),
  unknownSymbol: () => superjson.stringify(Symbol("x")),
  malformed: () => superjson.parse("{"),
});
