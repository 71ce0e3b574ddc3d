// mobx: observables, reactions and strictness
// GET /
import { observable, autorun, computed, makeAutoObservable, reaction, runInAction, toJS, configure, flow, when, isObservable, spy } from "mobx";
import { calls } from "./lib/calls.js";

configure({ enforceActions: "never" });
class Store {
  a = 1;
  list = [1];
  map = new Map([["k", 1]]);
  constructor() { makeAutoObservable(this); }
  get double() { return this.a * 2; }
  increment() { this.a++; }
  *load(n) { this.a = yield Promise.resolve(n); return this.double; }
}
export default calls({
  autorun: () => { const s = new Store(), seen = []; const stop = autorun(() => seen.push([s.double, s.list.length, s.map.size])); s.increment(); s.list.push(2); s.map.set("z", 1); stop(); s.increment(); return [seen, toJS(s)]; },
  reaction: () => { const s = observable({ n: 1, deep: { x: [1] } }), seen = []; reaction(() => s.deep.x.slice(), (x, old) => seen.push([x, old])); runInAction(() => { s.deep.x.push(2); s.deep.x.push(3); }); return [seen, isObservable(s.deep)]; },
  flow: async () => { const s = new Store(); return [await s.load(5), s.a]; },
  when: async () => { const b = observable.box(0); const p = when(() => b.get() > 1); b.set(2); return [await p, b.get()]; },
  spy: () => { const seen = []; const stop = spy((e) => seen.push(e.type)); observable({ a: 1 }).a = 2; stop(); return seen; },
  arrays: () => { const l = observable([3, 1, 2]); l.replace([...l].sort()); l.remove(2); return [l.length, Array.isArray(l), l.map((x) => x * 2), JSON.stringify(l), l.concat([9]).length]; },
  cycle: () => { const c = computed(() => c.get()); return c.get(); },
  error: () => makeAutoObservable(Object.create(null), { nope: true }),
});
