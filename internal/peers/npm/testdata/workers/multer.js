// multer: bodies of requests, and frames of WebSockets
// GET /
import bodyParser from "body-parser";
import multer from "multer";
import busboy from "busboy";
import WebSocket, { Receiver, Sender } from "ws";
import fs from "fs-extra";
import { Readable } from "node:stream";
import { calls } from "./lib/calls.js";
const req = (type, body, more) => Object.assign(Readable.from([Buffer.from(body)]), { headers: { "content-type": type, "content-length": String(Buffer.byteLength(body)), ...more }, method: "POST", url: "/" });
const P = (mw, r) => new Promise((y) => mw(r, { setHeader() {}, end: (x) => y(["end", x]) }, (e) => y(e ? [e.name, e.message, e.status, e.type, e.code] : r.body)));
const mp = ['--B', 'Content-Disposition: form-data; name="a"', '', 'é', '--B', 'Content-Disposition: form-data; name="f"; filename="x.txt"', 'Content-Type: text/x', '', 'file', '--B--', ''].join("\r\n");
export default calls({
  fserr: () => fs.readJson("/tmp/nope.json").catch((e) => JSON.stringify(e)),
  bp: async () => [await P(bodyParser.json(), req("application/json", '{"a":1}')), await P(bodyParser.json(), req("application/json", "{bad")), await P(bodyParser.json({ limit: 3 }), req("application/json", '{"a":1}')), await P(bodyParser.urlencoded({ extended: true }), req("application/x-www-form-urlencoded", "a[b]=1&a[c]=%C3%A9")), await P(bodyParser.text(), req("text/plain", "é")), await P(bodyParser.raw({ type: "*/*" }), req("x/y", "z")), await P(bodyParser.json(), req("application/json; charset=x", "{}")), await P(bodyParser.json(), req("application/json", "{}", { "content-encoding": "nope" }))],
  multer: async () => { const r = req("multipart/form-data; boundary=B", mp); const e = await new Promise((y) => multer({ storage: multer.memoryStorage() }).single("f")(r, {}, y)); return [e?.message, r.body, r.file?.originalname, r.file?.buffer, r.file?.mimetype, r.file?.size]; },
  multererr: async () => { const r = req("multipart/form-data; boundary=B", mp); const e = await new Promise((y) => multer({ limits: { fileSize: 2 } }).single("f")(r, {}, y)); const r2 = req("multipart/form-data; boundary=B", mp); const e2 = await new Promise((y) => multer().single("q")(r2, {}, y)); return [e?.name, e?.code, e?.field, e?.message, e2?.code, e2?.field]; },
  busboy: () => new Promise((y, n) => { const o = []; const b = busboy({ headers: { "content-type": "multipart/form-data; boundary=B" } }); b.on("field", (k, v, i) => o.push(k, v, i)); b.on("file", (k, s, i) => { let x = ""; s.on("data", (d) => x += d).on("end", () => o.push(k, i, x)); }); b.on("close", () => y(o)); b.on("error", n); b.end(Buffer.from(mp)); }),
  busboyerr: () => busboy({ headers: {} }),
  busboyerr2: () => new Promise((y, n) => { const b = busboy({ headers: { "content-type": "multipart/form-data; boundary=B" } }); b.on("error", n); b.on("close", y); b.end("--B\r\nnope"); }),
  busboyq: () => new Promise((y) => { const o = []; const b = busboy({ headers: { "content-type": "application/x-www-form-urlencoded" } }); b.on("field", (k, v) => o.push(k, v)).on("close", () => y(o)); b.end("a=1&b=%C3%A9+x"); }),
  ws: async () => { const r = new Receiver({ isServer: true, allowSynchronousEvents: true }); const o = []; r.on("message", (d, b) => o.push(String(d), b)); r.on("ping", (d) => o.push("ping", String(d))); r.on("conclude", (c, m) => o.push(c, String(m))); const f = (data, opts) => Buffer.concat(Sender.frame(Buffer.from(data), { fin: true, rsv1: false, mask: true, readOnly: false, generateMask: (b) => b.fill(7), ...opts })); r.write(f("hé", { opcode: 1 })); r.write(f("p", { opcode: 9 })); r.write(f("\x03\xe8", { opcode: 8 })); await new Promise((y) => setTimeout(y, 10)); return [o, WebSocket.OPEN, f("x", { opcode: 2 })]; },
  wserr: () => new Promise((y) => { const r = new Receiver({ isServer: true }); r.on("error", (e) => y([e.name, e.code, e.message])); r.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0])); }),
  wserr2: () => new WebSocket("nope"),
});
