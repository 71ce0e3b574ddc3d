// vue: @vue/server-renderer, reactivity, templates
// GET /
import { createSSRApp, h, ref, computed, reactive, watchEffect, defineComponent, provide, inject, Suspense, Teleport, defineAsyncComponent, nextTick, toRaw, effectScope } from "vue";
import { renderToString, renderToWebStream } from "@vue/server-renderer";
import { calls } from "./lib/calls.js";

const Child = defineComponent({
  props: { name: { type: String, required: true }, n: { type: Number, default: 2 } },
  setup(props, { slots }) {
    const twice = computed(() => props.n * 2);
    const theme = inject("theme", "none");
    return () => h("li", { class: ["a", { b: props.n > 2 }], style: { color: "red", "--x": 1 } }, [props.name, " ", twice.value, theme, slots.default?.({ n: 1 })]);
  },
});
const app = (setup) => createSSRApp({ setup });
export default calls({
  simple: () => renderToString(app(() => () => h("p", { title: '"<&' }, "<text> & 'more'"))),
  components: () => renderToString(app(() => { provide("theme", "dark"); const l = ref(["a", "b"]); return () => h("ul", l.value.map((name, n) => h(Child, { name, n: n + 2, key: n }, { default: ({ n }) => `slot ${n}` }))); })),
  async: () => renderToString(app(() => () => h(Suspense, null, { default: h(defineAsyncComponent(async () => ({ render: () => h("b", "async") }))), fallback: h("i") }))),
  teleport: async () => { const context = {}; const html = await renderToString(app(() => () => h(Teleport, { to: "#t" }, [h("q", "teleported")])), context); return [html, context.teleports]; },
  stream: async () => new Response(renderToWebStream(app(() => () => h("main", [h("input", { value: 3, disabled: true, checked: false }), h("textarea", { value: "<x>" })])))).text(),
  reactivity: async () => { const log = []; const state = reactive({ n: 1, l: [1], m: new Map([["a", { b: 1 }]]) }); const stop = watchEffect(() => log.push(state.n + state.l.length + state.m.get("a").b)); state.n++; await nextTick(); state.l.push(2); await nextTick(); state.m.get("a").b = 9; await nextTick(); stop(); state.n++; return [log, toRaw(state).n, state.l]; },
  scope: () => { const scope = effectScope(); const r = scope.run(() => computed(() => 5)); scope.stop(); return r.value; },
  throws: () => renderToString(app(() => { throw new Error("in setup"); })),
});
