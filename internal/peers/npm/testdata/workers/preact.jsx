// preact: preact-render-to-string, hooks, signals of its own
// GET /
/** @jsxImportSource preact */
import { createContext, Component, Fragment } from "preact";
import { useState, useMemo, useContext, useId, useReducer } from "preact/hooks";
import { Suspense, lazy } from "preact/compat";
import { renderToString, renderToStringAsync } from "preact-render-to-string";
import { renderToReadableStream } from "preact-render-to-string/stream";
import { calls } from "./lib/calls.js";

const Theme = createContext("light");
function Counter({ start }) {
  const [n] = useState(start);
  const [m] = useReducer((a) => a, 2);
  return <p class={useContext(Theme)} id={useId()}>{useMemo(() => n * m, [n, m])}</p>;
}
class Old extends Component {
  state = { x: "state" };
  getChildContext() {
    return { c: 1 };
  }
  render({ children }, { x }) {
    return <div>{x}{children}</div>;
  }
}
const Lazy = lazy(async () => ({ default: () => <b>lazy</b> }));
export default calls({
  list: () => renderToString(<ul>{[1, 2, 3].map((n) => <li key={n}>{n} {"<&\">"}</li>)}</ul>),
  hooks: () => renderToString(<Theme.Provider value="dark"><Counter start={4} /><Counter start={5} /></Theme.Provider>),
  classes: () => renderToString(<Old><i>{0}{null}{false}</i></Old>),
  attributes: () => renderToString(<input type="text" value="a&quot;" disabled style={{ color: "red", marginTop: 3 }} dangerouslySetInnerHTML={{ __html: "x" }} onClick={() => {}} />),
  pretty: () => renderToString(<Fragment><br /><svg viewBox="0 0 1 1"><path strokeLinecap="round" /></svg></Fragment>),
  async: () => renderToStringAsync(<Suspense fallback={<i>wait</i>}><Lazy /></Suspense>),
  stream: async () => new Response(renderToReadableStream(<main><Counter start={1} /></main>)).text(),
  throws: () => renderToString(<Throws />),
});
function Throws() {
  throw new RangeError("in a component");
}
