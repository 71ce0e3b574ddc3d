// hono: JSX on the server
// GET /
// GET /context
// GET /suspense
// GET /throws
// GET /attributes
/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { createContext, useContext, memo, Fragment, type FC } from "hono/jsx";
import { renderToReadableStream, Suspense } from "hono/jsx/streaming";
import { jsxRenderer } from "hono/jsx-renderer";

const app = new Hono();
const Theme = createContext("light");
const Item: FC<{ n: number }> = memo(({ n }) => <li class={n % 2 ? "odd" : "even"}>{n} &amp; {"<b>"}</li>);
const Themed: FC = () => <em>{useContext(Theme)}</em>;
const Later: FC = async () => <b>{await Promise.resolve("later")}</b>;
app.use("/", jsxRenderer(({ children, title }: any) => <html><head><title>{title}</title></head><body>{children}</body></html>));
app.get("/", (c) => (c as any).render(<ul>{[1, 2, 3].map((n) => <Item n={n} />)}</ul>, { title: "It's" }));
app.get("/context", (c) => c.html(<Theme.Provider value="dark"><Themed /><Fragment>x<Themed /></Fragment></Theme.Provider>));
app.get("/suspense", (c) => c.body(renderToReadableStream(<main><Suspense fallback={<i>wait</i>}><Later /></Suspense></main>), { headers: { "content-type": "text/html; charset=UTF-8" } }));
app.get("/attributes", (c) => c.html(<p style={{ color: "red", fontSize: 12, "--x": "y" }} hidden data-n={3} onclick="f('&quot;')" dangerouslySetInnerHTML={{ __html: "<hr>" }} />));
app.get("/throws", (c) => {
  const Bad: FC = () => {
    throw new Error("in a component");
  };
  return c.html(<Bad />);
});
app.onError((e, c) => c.text(e.message, 500));
export default app;
