// svelte: components as its compiler makes them, rendered on the server; stores
// GET /
import { render } from "svelte/server";
import { writable, derived, readable, get } from "svelte/store";
import { setContext, getContext, createContext } from "svelte";
import * as $ from "svelte/internal/server";
import { calls } from "./lib/calls.js";
import { compile } from "svelte/compiler";

// What the compiler makes of a list with a condition, an attribute and a head.
function List($$renderer, $$props) {
  $$renderer.component(($$renderer) => {
    let { items, name = "none" } = $$props;
    $.head("h", $$renderer, ($$renderer) => {
      $$renderer.title(($$renderer) => $$renderer.push(`<title>${$.escape(name)}</title>`));
    });
    $$renderer.push(`<ul${$.attr("title", name)}${$.attr_class($.clsx(["a", { b: items.length > 1 }]))}${$.attr_style("", { color: "red" })}>`);
    for (const item of $.ensure_array_like(items)) $$renderer.push(`<li>${$.escape(item)}</li>`);
    $$renderer.push(`</ul>${$.html("<hr>")}`);
    if ($$props.bad) throw new Error("in a component");
    $$renderer.push(`<p>${$.escape(getContext("c"))}</p>`);
  });
}
const out = ({ head, body }) => [head, body];
export default calls({
  render: () => out(render(List, { props: { items: ["a", "<b>"], name: "It's \"x\"" }, context: new Map([["c", "context"]]) })),
  empty: () => out(render(List, { props: { items: [] } })),
  async: async () => out(await render(List, { props: { items: [1] } })),
  stores: () => { const log = []; const a = writable(1); const b = derived(a, (n) => n * 2); const stop = b.subscribe((n) => log.push(n)); a.set(5); a.update((n) => n + 1); stop(); a.set(0); return [log, get(b), get(readable("r"))]; },
  compile: () => { const { js, css, warnings } = compile('<script>let { n } = $props(); let d = $derived(n * 2);</script>\n{#each [1, 2] as x (x)}<p class:on={x > 1}>{d} {x}</p>{:else}none{/each}\n<img src="x">\n<style>p { color: red }</style>', { generate: "server", filename: "A.svelte", dev: false }); return [js.code, css.code, warnings.map((w) => w.code)]; },
  client: () => compile("<button onclick={() => n++}>{n}</button><script>let n = $state(0)</script>", { generate: "client", filename: "B.svelte" }).js.code,
  throws: () => out(render(List, { props: { items: [], bad: true } })),
  syntax: () => compile("{#if}", {}),
  outside: () => setContext("a", 1),
});
