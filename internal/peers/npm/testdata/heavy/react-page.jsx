// react-dom: a page of 1 MiB, as a string
// GET /
// GET /stream
import React from "react";
import { renderToReadableStream, renderToString } from "react-dom/server";

const words = "a row with some words in it, <markup> & \"quotes\" among them".split(" ");

function Row({ n }) {
  return (
    <tr className={n % 2 ? "odd" : "even"} data-n={n}>
      <td>{n}</td>
      <td><a href={`/items/${n}?sort=name`} title={words[n % words.length]}>{words.join(" ")}</a></td>
      <td style={{ width: n % 100, color: "red" }}>{n * 1.5}</td>
    </tr>
  );
}

// A row takes about 230 bytes.
const Page = () => (
  <html lang="en">
    <head><title>a page</title></head>
    <body><table><tbody>{Array.from({ length: 4600 }, (_, n) => <Row key={n} n={n} />)}</tbody></table></body>
  </html>
);

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const page = pathname === "/stream" ? await renderToReadableStream(<Page />) : renderToString(<Page />);
    return new Response(page, { headers: { "content-type": "text/html" } });
  },
};
