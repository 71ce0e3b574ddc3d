// xstate: state machines, documents that merge
// GET /
import { createMachine, createActor, assign, setup, fromPromise, waitFor } from "xstate";
import * as Y from "yjs";
import { calls } from "./lib/calls.js";
export default calls({
  xstate: () => { const m = setup({ actions: { inc: assign({ n: ({ context }) => context.n + 1 }) }, guards: { max: ({ context }) => context.n < 2 } }).createMachine({ id: "t", initial: "off", context: { n: 0 }, states: { off: { on: { T: { target: "on", guard: "max", actions: "inc" } } }, on: { on: { T: "off" } } } }); const a = createActor(m); const o = []; a.subscribe((s) => o.push([s.value, s.context.n])); a.start(); for (let i = 0; i < 6; i++) a.send({ type: "T" }); return [o, a.getSnapshot().can({ type: "T" }), JSON.stringify(a.getPersistedSnapshot())]; },
  xstatep: async () => { const m = createMachine({ initial: "l", states: { l: { invoke: { src: fromPromise(async () => 5), onDone: { target: "d", actions: assign({ r: ({ event }) => event.output }) }, onError: "f" } }, d: { type: "final" }, f: {} } }); const a = createActor(m).start(); const s = await waitFor(a, (s) => s.status === "done"); return [s.value, s.context]; },
  yjs: () => { const d = new Y.Doc(); d.clientID = 1; const t = d.getText("t"); t.insert(0, "hello"); t.format(0, 2, { bold: true }); const m = d.getMap("m"); m.set("a", { b: 1 }); d.getArray("l").push([1, "é"]); const d2 = new Y.Doc(); d2.clientID = 2; Y.applyUpdate(d2, Y.encodeStateAsUpdate(d)); d2.getText("t").insert(5, " w"); Y.applyUpdate(d, Y.encodeStateAsUpdate(d2, Y.encodeStateVector(d))); return [d.toJSON(), t.toDelta(), Y.encodeStateAsUpdateV2(d), Y.encodeStateVector(d)]; },
  yjserr: () => Y.applyUpdate(new Y.Doc(), new Uint8Array([1, 2, 3])),
  yjserr2: () => { const d = new Y.Doc(); d.getText("x"); return d.getArray("x"); },
});
