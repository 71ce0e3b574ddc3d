// pako: deflate, gzip, raw, streams, errors
// GET /
import * as pako from "pako";
import { calls, hex } from "./lib/calls.js";

const text = "the quick brown fox jumps over the lazy dog, ".repeat(20) + "ü€🎉";
const data = new TextEncoder().encode(text);
const str = (bytes) => new TextDecoder().decode(bytes);
export default calls({
  deflate: () => [pako.deflate(data), pako.deflate(data, { level: 1 }), pako.deflate(data, { level: 0 }).length],
  inflate: () => str(pako.inflate(pako.deflate(data))) === text,
  gzip: () => { const z = pako.gzip(data, { header: { name: "x", time: 5 } }); return [hex(z.subarray(0, 12)), str(pako.ungzip(z)) === text]; },
  raw: () => [pako.deflateRaw(data), pako.inflateRaw(pako.deflateRaw("short")).length],
  stream: () => { const d = new pako.Deflate({ level: 9, chunkSize: 16 }); d.push(data.subarray(0, 100), false); d.push(data.subarray(100), true); const i = new pako.Inflate({ to: "string" }); i.push(d.result, true); return [d.result.length, i.result === text, d.err, i.msg]; },
  options: () => [pako.deflate(data, { strategy: 3 }).length, pako.deflate(data, { windowBits: 9, memLevel: 1 }).length],
  native: async () => new Response(new Blob([pako.gzip(data)]).stream().pipeThrough(new DecompressionStream("gzip"))).text().then((t) => t === text),
  bad: () => pako.inflate(new Uint8Array([1, 2, 3])),
  truncated: () => pako.inflate(pako.deflate(data).subarray(0, 30)),
  checksum: () => { const z = pako.deflate(data); z[z.length - 1] ^= 1; return pako.inflate(z); },
});
