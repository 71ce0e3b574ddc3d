// @lit-labs/ssr: templates and components of lit, rendered on the server
// GET /
import "@lit-labs/ssr/lib/install-global-dom-shim.js";
import { render } from "@lit-labs/ssr";
import { collectResult } from "@lit-labs/ssr/lib/render-result.js";
import { html, svg, nothing, LitElement, css } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { classMap } from "lit/directives/class-map.js";
import { styleMap } from "lit/directives/style-map.js";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { when } from "lit/directives/when.js";
import { ifDefined } from "lit/directives/if-defined.js";
import { calls } from "./lib/calls.js";

class MyElement extends LitElement {
  static properties = { name: { type: String }, n: { type: Number, reflect: true } };
  static styles = css`:host { color: red; }`;
  constructor() {
    super();
    this.n = 1;
  }
  render() {
    return html`<p>${this.name} ${this.n}<slot></slot></p>`;
  }
}
customElements.define("my-element", MyElement);
const show = (template) => collectResult(render(template));
export default calls({
  text: () => show(html`<p>${"<b>&"} ${1} ${null} ${undefined} ${nothing} ${[1, 2]}</p>`),
  attributes: () => show(html`<input .value=${"v"} ?disabled=${true} ?hidden=${false} @click=${() => {}} class="a ${"b"}" title=${ifDefined(undefined)}>`),
  directives: () => show(html`<ul>${repeat([1, 2], (n) => n, (n) => html`<li class=${classMap({ a: n > 1, b: true })} style=${styleMap({ color: "red", "--x": n })}>${n}</li>`)}</ul>${when(true, () => "yes")}${unsafeHTML("<hr>")}`),
  element: () => show(html`<my-element name="x" .n=${5}><b>child</b></my-element>`),
  svg: () => show(html`<svg>${svg`<path d=${"M0"}></path>`}</svg>`),
  nested: () => show(html`${html`<a>${html`<b>${"c"}</b>`}</a>`}`),
  throws: () => show(html`<p>${{ toString() { throw new Error("in toString"); } }}</p>`),
});
