// rxjs: operators, subjects, schedulers, errors
// GET /
import { of, from, map, filter, mergeMap, concatMap, switchMap, scan, reduce, toArray, lastValueFrom, firstValueFrom, Subject, BehaviorSubject, ReplaySubject, combineLatest, forkJoin, zip, merge, concat, catchError, retry, throwError, timer, interval, take, takeUntil, share, bufferCount, groupBy, distinctUntilChanged, defer, EMPTY, range, pairwise, delay, finalize, timeout, Observable, tap, withLatestFrom, expand } from "rxjs";
import { TestScheduler } from "rxjs/testing";
import { calls } from "./lib/calls.js";

const all = (o) => lastValueFrom(o.pipe(toArray()));
export default calls({
  operators: () => all(from([1, 2, 3, 4, 5]).pipe(filter((x) => x % 2), map((x) => x * 10), scan((a, b) => a + b, 0))),
  flatten: async () => [await all(of(1, 2).pipe(mergeMap((x) => of(x, -x)))), await all(of(1, 2).pipe(concatMap((x) => of(x).pipe(delay(2 - x))))), await all(of(1, 2, 3).pipe(switchMap((x) => of(x).pipe(delay(1)))))],
  combine: async () => [await all(combineLatest([of(1, 2), of("a")])), await firstValueFrom(forkJoin({ a: of(1), b: Promise.resolve(2) })), await all(zip(of(1, 2), of("x", "y"))), await all(concat(of(1), merge(of(2), EMPTY), range(3, 2)))],
  subjects: () => { const log = []; const s = new Subject(), b = new BehaviorSubject(0), r = new ReplaySubject(2); s.subscribe((v) => log.push(`s${v}`)); b.subscribe((v) => log.push(`b${v}`)); for (const x of [1, 2, 3]) { s.next(x); b.next(x); r.next(x); } r.subscribe((v) => log.push(`r${v}`)); s.complete(); s.next(9); return [log, b.value]; },
  group: () => all(from(["aa", "b", "cc"]).pipe(groupBy((s) => s.length), mergeMap((g) => g.pipe(reduce((a, s) => a + s, `${g.key}:`))))),
  windows: () => all(range(1, 7).pipe(bufferCount(3), pairwise(), distinctUntilChanged())),
  time: () => all(interval(1).pipe(take(3), withLatestFrom(timer(0)), takeUntil(timer(500)))),
  marbles: () => { const log = []; new TestScheduler((a, b) => log.push(JSON.stringify(a) === JSON.stringify(b))).run(({ cold, expectObservable }) => expectObservable(cold("-a-b|").pipe(delay(2))).toBe("---a-b|")); return log; },
  shared: async () => { let n = 0; const o = defer(() => of(++n)).pipe(delay(1), share()); return [await Promise.all([firstValueFrom(o), firstValueFrom(o)]), n]; },
  retry: async () => { let n = 0; return [await firstValueFrom(defer(() => (++n < 3 ? throwError(() => new Error("x")) : of("ok"))).pipe(retry(5))), n]; },
  caught: () => all(throwError(() => new Error("boom")).pipe(catchError((e) => of(e.message)), finalize(() => {}))),
  expand: () => all(of(1).pipe(expand((x) => (x < 50 ? of(x * 3) : EMPTY)))),
  throws: () => lastValueFrom(throwError(() => new RangeError("thrown"))),
  empty: () => firstValueFrom(EMPTY),
  timeout: () => firstValueFrom(new Observable(() => {}).pipe(timeout(2))),
});
