// p-queue: what runs when, and what is kept
// GET /
import PQueue from "p-queue";
import pLimit from "p-limit";
import pRetry, { AbortError } from "p-retry";
import async from "async";
import Bluebird from "bluebird";
import { LRUCache } from "lru-cache";
import Keyv from "keyv";
import mitt from "mitt";
import { CronExpressionParser } from "cron-parser";
import { calls } from "./lib/calls.js";
export default calls({
  pqueue: async () => { const q = new PQueue({ concurrency: 2 }); const o = []; q.on("idle", () => o.push("idle")); await Promise.all([3, 1, 2].map((n) => q.add(async () => { o.push(n); return n; }, { priority: n }))); await q.onIdle(); return [o, q.size, q.pending]; },
  pqerr: () => new PQueue({ concurrency: 0 }),
  pqtimeout: () => new PQueue({ timeout: 5, throwOnTimeout: true }).add(() => new Promise(() => {})),
  plimit: async () => { const l = pLimit(1); return Promise.all([l(() => 1), l(async () => 2), l((x) => x, 3)]); },
  plimiterr: () => pLimit(0),
  pretry: async () => { let n = 0; return pRetry(async (i) => { n++; if (n < 3) throw new Error("again"); return [n, i]; }, { retries: 4, minTimeout: 1 }); },
  pretryerr: () => pRetry(() => { throw new AbortError("stop"); }),
  pretryerr2: () => pRetry(() => { throw new Error("x"); }, { retries: 1, minTimeout: 1 }),
  pretryerr3: () => pRetry(() => { throw "str"; }, { retries: 0 }),
  async: async () => [await async.map([1, 2, 3], async (x) => x * 2), await async.parallel({ a: (c) => c(null, 1), b: (c) => setTimeout(() => c(null, 2), 1) }), await async.waterfall([(c) => c(null, 1), (a, c) => c(null, a + 1)]), await async.auto({ a: async () => 1, b: ["a", async (r) => r.a + 1] }), await async.reduce([1, 2, 3], 0, async (a, b) => a + b)],
  asyncerr: () => async.series([(c) => c(new Error("no"))]),
  asyncerr2: () => async.auto({ a: ["b", (r, c) => c()] }),
  asyncq: async () => { const o = []; const q = async.queue(async (t) => { o.push(t); }, 2); q.push([1, 2, 3]); await q.drain(); return o; },
  bluebird: async () => [await Bluebird.map([1, 2, 3], (x) => x + 1, { concurrency: 2 }), await Bluebird.props({ a: 1, b: Bluebird.resolve(2) }), await Bluebird.delay(1, "d"), await Bluebird.reduce([1, 2], (a, b) => a + b, 0), await Bluebird.try(() => 5), await Bluebird.resolve([1, 2]).spread((a, b) => a + b), await Bluebird.promisify((x, cb) => cb(null, x))(3), await Bluebird.each([1], (x) => x), Bluebird.resolve(1).isFulfilled()],
  bluebirderr: () => Bluebird.reject(new Error("x")).timeout(10),
  bluebirderr2: () => new Bluebird(() => {}).timeout(2),
  bbcatch: () => Bluebird.reject(new TypeError("t")).catch(RangeError, () => "range").catch(TypeError, (e) => "type " + e.message),
  bbco: () => Bluebird.coroutine(function* () { return (yield Bluebird.resolve(1)) + 1; })(),
  cronparser: () => { const i = CronExpressionParser.parse("*/15 2 * * 1-5", { currentDate: "2024-03-09T00:00:00Z", tz: "Europe/Berlin" }); return [i.next().toISOString(), i.next().toISOString(), i.prev().toISOString(), i.stringify()]; },
  cronerr: () => CronExpressionParser.parse("61 * * * *"),
  lru: () => { const c = new LRUCache({ max: 2, ttl: 10000, dispose: (v, k, r) => o.push([k, r]) }); const o = []; c.set("a", 1).set("b", 2).set("c", 3); return [c.get("a"), c.peek("b"), [...c.keys()], c.size, o, c.info("b")?.value, [...c.dump()].map((x) => x[0])]; },
  lruerr: () => new LRUCache({}),
  lruerr2: () => new LRUCache({ maxSize: 5 }).set("a", 1),
  lrufetch: () => new LRUCache({ max: 5, fetchMethod: async (k) => k + "!" }).fetch("z"),
  keyv: async () => { const k = new Keyv({ namespace: "x" }); await k.set("a", { b: [1] }, 10000); await k.set("z", new Date(0)); return [await k.get("a"), await k.has("q"), await k.delete("a"), await k.get("a"), await k.getMany?.(["z", "q"])]; },
  mitt: () => { const e = mitt(), o = []; e.on("*", (t, v) => o.push(t, v)); e.emit("x", 1); return o; },
});
