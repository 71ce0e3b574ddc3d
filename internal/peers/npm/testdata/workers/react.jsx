// react-dom: renderToString, renderToStaticMarkup, renderToReadableStream
// GET /
// GET /static
// GET /stream
// GET /hooks
// GET /throws
// GET /attributes
// GET /stream-throws
import React, { Suspense, createContext, use, useContext, useId, useMemo, useReducer, useState, memo, forwardRef, Component } from "react";
import { renderToString, renderToStaticMarkup, renderToReadableStream } from "react-dom/server";

const Theme = createContext("light");
const Row = memo(function Row({ n }) {
  return <tr className="row"><td>{n}</td><td>{`<${n}> & "q" 'a'`}</td></tr>;
});
const Input = forwardRef((props, ref) => <input ref={ref} {...props} />);
class Old extends Component {
  state = { x: 1 };
  static getDerivedStateFromProps(props, state) {
    return { x: state.x + props.add };
  }
  render() {
    return <s>{this.state.x}</s>;
  }
}
function Hooks() {
  const [n] = useState(() => 3);
  const [r] = useReducer((a, b) => a + b, 4);
  const id = useId();
  return <label htmlFor={id}>{n}{r}{useMemo(() => n * r, [n, r])}{useContext(Theme)}</label>;
}
function App() {
  return <Theme.Provider value="dark"><table><tbody>{Array.from({ length: 20 }, (_, n) => <Row key={n} n={n} />)}</tbody></table><Hooks /><Old add={4} /></Theme.Provider>;
}
function Later({ promise }) {
  return <b>{use(promise)}</b>;
}
function Bad() {
  throw new Error("in a component");
}
const page = (body) => new Response(body, { headers: { "content-type": "text/html" } });
export default {
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/": return page(renderToString(<App />));
      case "/static": return page(renderToStaticMarkup(<App />));
      case "/hooks": return page(renderToString(<><Hooks /><Hooks />{null}{false}{"a"}{"b"}{0}</>));
      case "/attributes": return page(renderToString(<div style={{ color: "red", marginTop: 3, lineHeight: 2, "--v": "x" }} data-a={true} aria-hidden={false} tabIndex={1} onClick={() => {}} hidden><Input type="checkbox" defaultChecked disabled value="x&y" /><select defaultValue="b"><option value="a">A</option><option value="b">B</option></select><textarea defaultValue={"<t>"} /><svg viewBox="0 0 1 1" xlinkHref="#a"><path strokeWidth="2" /></svg><p dangerouslySetInnerHTML={{ __html: "<hr>" }} /></div>));
      case "/stream": {
        const stream = await renderToReadableStream(<html><body><Suspense fallback={<i>wait</i>}><Later promise={new Promise((r) => setTimeout(r, 5, "later"))} /></Suspense><App /></body></html>, { bootstrapScripts: ["/a.js"] });
        await stream.allReady;
        return page(stream);
      }
      case "/stream-throws": {
        const errors = [];
        const stream = await renderToReadableStream(<main><Suspense fallback={<i>wait</i>}><Bad /></Suspense></main>, { onError: (e) => { errors.push(e.message); return "digest"; } });
        await stream.allReady;
        const text = await new Response(stream).text();
        return page(errors.join() + text.slice(0, text.indexOf("data-msg")));
      }
    }
    try {
      return page(renderToString(<Bad />));
    } catch (e) {
      return new Response(e.message, { status: 500 });
    }
  },
};
