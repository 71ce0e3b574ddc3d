// solid-js: rendering on the server
// GET /
import { renderToString, renderToStringAsync, ssr, escape, createComponent, Dynamic, isServer, ssrElement } from "solid-js/web";
import { createSignal, createMemo, createResource, For, Show, ErrorBoundary, Suspense, createContext, useContext, createRoot } from "solid-js";
import { calls } from "./lib/calls.js";
const Ctx = createContext("d");
export default calls({
  signal: () => createRoot(() => { const [n, set] = createSignal(1); const d = createMemo(() => n() * 2); set(5); return [n(), d()]; }),
  string: () => renderToString(() => ssr(["<b class=\"", "\">", "</b>"], escape("a\"<", true), escape("<x>"))),
  list: () => renderToString(() => createComponent(For, { each: [1, 2], children: (n) => ssr(["<i>", "</i>"], n) })),
  show: () => renderToString(() => createComponent(Show, { when: false, fallback: "no", get children() { return "yes"; } })),
  context: () => renderToString(() => createComponent(Ctx.Provider, { value: "v", get children() { return createComponent(() => useContext(Ctx), {}); } })),
  element: () => renderToString(() => ssrElement("p", { style: { color: "red" }, classList: { a: true, b: false } }, "t", false)),
  async: () => renderToStringAsync(() => createComponent(Suspense, { fallback: "…", get children() { return createComponent(() => { const [r] = createResource(async () => "data"); return ssr(["<u>", "</u>"], () => escape(r())); }, {}); } })),
  server: () => isServer,
  bad: () => renderToString(() => { throw new TypeError("bad"); }),
});
