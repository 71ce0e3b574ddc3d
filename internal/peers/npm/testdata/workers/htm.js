// htm: templates, rendered by preact
// GET /
import { h, Fragment, createContext } from "preact";
import { useState, useMemo, useContext, useId } from "preact/hooks";
import { renderToString, renderToStringAsync } from "preact-render-to-string";
import { Suspense, lazy } from "preact/compat";
import htm from "htm";
import { calls } from "./lib/calls.js";
const html = htm.bind(h);
const C = createContext(1);
const App = ({ n }) => { const [s] = useState(n); const m = useMemo(() => s * 2, [s]); return html`<div class="a" data-x=${m} ...${{ id: "i" }}><${Fragment}>x<br/>${[1, 2].map((k) => html`<i key=${k}>${k}</i>`)}<//>${"<esc>"}</div>`; };
export default calls({
  render: () => renderToString(html`<${App} n=${2} />`),
  context: () => renderToString(html`<${C.Provider} value=${5}><${() => html`<b>${useContext(C)} ${useId()}</b>`} /><//>`),
  many: () => html`<a/><b c=${1}/>`.length,
  async: () => renderToStringAsync(html`<${Suspense} fallback="…"><${lazy(async () => ({ default: () => html`<p>late</p>` }))} /><//>`),
  styles: () => renderToString(html`<p style=${{ color: "red", fontSize: 12 }} hidden dangerouslySetInnerHTML=${{ __html: "<u/>" }} />`),
  svg: () => renderToString(html`<svg viewBox="0 0 1 1"><path xlinkHref="#a" strokeWidth=${2} /></svg>`),
  bad: () => renderToString(html`<${() => { throw new Error("x"); }} />`),
});
