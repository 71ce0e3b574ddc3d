// immer: drafts, patches, maps and sets
// GET /
import { produce, produceWithPatches, applyPatches, enablePatches, enableMapSet, createDraft, finishDraft, current, original, isDraft, freeze, immerable, nothing, castDraft } from "immer";
import { calls } from "./lib/calls.js";

enablePatches();
enableMapSet();
class Box { [immerable] = true; n = 1; add() { return produce(this, (d) => { d.n++; }); } get twice() { return this.n * 2; } }
const base = freeze({ a: { b: [1, 2, { c: 3 }] }, x: { y: 1 }, m: new Map([["k", { v: 1 }]]), s: new Set([1]) }, true);
export default calls({
  produce: () => { const next = produce(base, (d) => { d.a.b.push(4); d.a.b[2].c++; delete d.x.y; }); return [next, next.m === base.m, base.a.b.length, Object.isFrozen(next.a)]; },
  same: () => produce(base, (d) => { d.x.y = 1; }) === base,
  arrays: () => produce([3, 1, 2], (d) => { d.sort(); d.splice(1, 1); d.unshift(0); d.length = 2; d.reverse(); }),
  collections: () => { const next = produce(base, (d) => { d.m.get("k").v = 2; d.m.set("n", {}); d.s.add(2).delete(1); }); return [next.m, next.s, base.m.get("k"), base.s]; },
  patches: () => { const [next, patches, inverse] = produceWithPatches(base, (d) => { d.a.b.shift(); d.x = 5; d.m.delete("k"); }); return [patches, inverse, applyPatches(base, patches), applyPatches(next, inverse).x]; },
  classes: () => { const b = new Box().add(); return [b instanceof Box, b.n, b.twice]; },
  drafts: () => { const d = createDraft(base); d.a.b[0] = 9; const seen = [isDraft(d), current(d).a.b[0], original(d).a.b[0]]; return [seen, finishDraft(d).a.b]; },
  curried: () => [1, 2].map((n) => produce((d, m) => { d.n = m; })({ n: 0 }, n)),
  undefined: () => produce({}, () => nothing),
  nested: () => produce({ l: [{ done: false }, { done: true }] }, (d) => { d.l.find((t) => !t.done).done = true; d.l = d.l.filter((t) => t.done); }),
  revoked: () => { let d; produce(base, (x) => { d = x.a; }); try { return d.b; } catch (e) { return e.name; } },
  both: () => produce(base, (d) => { d.x = 1; return {}; }),
  frozen: () => { try { base.x.y = 2; } catch (e) { return [e.name, base.x.y]; } },
  primitive: () => produce(5n, (d) => d * 2n),
});
