// effect: effects, layers, schemas, streams
// GET /
import { Effect, Layer, Context, Schema, Stream, Option, Result, Duration, Cause, Exit, Schedule, Ref, Fiber, Queue, Data, pipe, HashMap, Chunk, Match, Order, Array as Arr } from "effect";
import { calls } from "./lib/calls.js";

class NotFound extends Data.TaggedError("NotFound") {}
const run = (effect) => Effect.runPromise(effect);
const all = { Effect, Layer, Context, Schema, Stream, Option, Result, Duration, Cause, Exit, Schedule, Ref, Fiber, Queue, Data, pipe, HashMap, Chunk, Match, Order, Arr };
export default calls({
  exports: () => Object.entries(all).map(([k, v]) => [k, typeof v]),
  succeed: () => run(Effect.gen(function* () { const a = yield* Effect.succeed(1); const b = yield* Effect.promise(async () => 2); return a + b; })),
  pipe: () => pipe([3, 1, 2], Arr.sort(Order.Number ?? Order.number), Arr.map((n) => n * 2)),
  option: () => [Option.some(1).pipe(Option.map((n) => n + 1), Option.getOrElse(() => 0)), Option.isNone(Option.none())],
  ref: () => run(Effect.gen(function* () { const ref = yield* Ref.make(1); yield* Ref.update(ref, (n) => n + 5); return yield* Ref.get(ref); })),
  concurrency: () => run(Effect.all([1, 2, 3].map((n) => Effect.succeed(n).pipe(Effect.delay(Duration.millis(4 - n)))), { concurrency: "unbounded" })),
  catchTag: () => run(Effect.fail(new NotFound({ id: 5 })).pipe(Effect.catchTag("NotFound", (e) => Effect.succeed(`no ${e.id}`)))),
  exit: async () => { const exit = await Effect.runPromiseExit(Effect.fail("no")); return [exit._tag, Exit.isFailure(exit)]; },
  stream: () => run(Stream.range(1, 5).pipe(Stream.map((n) => n * n), Stream.filter((n) => n % 2 === 1), Stream.runCollect)),
  schema: () => { const S = Schema.Struct({ a: Schema.Number, b: Schema.String }); return Schema.decodeUnknownSync(S)({ a: 1, b: "x" }); },
  retry: async () => { let n = 0; return [await run(Effect.suspend(() => (++n < 3 ? Effect.fail("x") : Effect.succeed("ok"))).pipe(Effect.retry({ times: 5 }))), n]; },
  schemaError: () => Schema.decodeUnknownSync(Schema.Struct({ a: Schema.Number }))({ a: "x" }),
  fails: () => run(Effect.fail(new Error("failed"))),
  dies: () => Effect.runSync(Effect.die(new RangeError("died"))),
  asyncInSync: () => Effect.runSync(Effect.promise(async () => 1)),
});
