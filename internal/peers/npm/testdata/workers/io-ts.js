// io-ts: types; and fp-ts, superstruct, class-validator, inversify, neverthrow, ts-pattern, remeda
// GET /
import "reflect-metadata";
import * as t from "io-ts";
import { PathReporter } from "io-ts/lib/PathReporter.js";
import { pipe } from "fp-ts/lib/function.js";
import * as O from "fp-ts/lib/Option.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import * as s from "superstruct";
import { IsEmail, Length, validateSync, ValidateNested } from "class-validator";
import { plainToInstance, Type, Expose } from "class-transformer";
import { Container, injectable, inject } from "inversify";
import { match, P } from "ts-pattern";
import * as R from "remeda";
import { calls } from "./lib/calls.js";
class Inner { x; } Length(2, 3)(Inner.prototype, "x");
class U { email; inner; } IsEmail()(U.prototype, "email"); ValidateNested()(U.prototype, "inner"); Type(() => Inner)(U.prototype, "inner");
export default calls({
  iots: () => PathReporter.report(t.type({ a: t.number, b: t.union([t.string, t.null]) }).decode({ a: "1", b: 2 })),
  fpts: async () => [pipe(O.some(2), O.map((n) => n * 2), O.getOrElse(() => 0)), await pipe(TE.tryCatch(async () => { throw new Error("x"); }, (e) => e.message), TE.match((e) => "L" + e, (v) => v))()],
  superstruct: () => { const [e] = s.validate({ a: "x", b: [1] }, s.object({ a: s.number(), b: s.optional(s.array(s.string())) })); return [e.message, e.path, [...e.failures()].length]; },
  superstructBad: () => s.assert(1, s.string()),
  classes: () => validateSync(plainToInstance(U, { email: "no", inner: { x: "a" } })).map((e) => [e.property, e.constraints, e.children?.map((c) => c.constraints)]),
  inversify: () => { const c = new Container(); class A { x = 1; } injectable()(A); class B { constructor(a) { this.a = a; } } injectable()(B); inject(A)(B, undefined, 0); c.bind(A).toSelf().inSingletonScope(); c.bind(B).toSelf(); return [c.get(B).a.x, c.get(A) === c.get(B).a]; },
  inversifyBad: () => new Container().get("nope"),
  pattern: () => match({ t: "x", v: [1, 2] }).with({ t: "x", v: P.array(P.number) }, ({ v }) => v.length).otherwise(() => 0),
  patternBad: () => match(5).with(6, () => 1).exhaustive(),
  remeda: () => [R.pipe([1, 2, 3, 4], R.filter((n) => n > 1), R.map((n) => n * 2), R.take(2)), R.groupBy(["a", "bb"], (x) => String(x.length)), R.mergeDeep({ a: { b: 1 } }, { a: { c: 2 } })],
});
