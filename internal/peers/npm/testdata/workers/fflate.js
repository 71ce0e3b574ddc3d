// fflate: deflate, gzip, zip, streams
// GET /
import { deflateSync, inflateSync, gzipSync, gunzipSync, zlibSync, unzlibSync, zipSync, unzipSync, decompressSync, strToU8, strFromU8, Gzip, Gunzip, Zip, ZipPassThrough, Unzip, UnzipInflate } from "fflate";
import { calls, hex } from "./lib/calls.js";

const text = "the quick brown fox jumps over the lazy dog, ".repeat(20) + "ü€🎉";
const data = strToU8(text);
export default calls({
  deflate: () => [deflateSync(data), deflateSync(data, { level: 1 }).length, deflateSync(data, { level: 0 }).length],
  inflate: () => strFromU8(inflateSync(deflateSync(data))) === text,
  gzip: () => [hex(gzipSync(data, { mtime: 0, filename: "x" })).slice(0, 40), strFromU8(gunzipSync(gzipSync(data, { mtime: 1 }))) === text],
  zlib: () => [hex(zlibSync(data)).slice(0, 20), unzlibSync(zlibSync(data)).length, decompressSync(zlibSync(data)).length],
  zip: () => { const z = zipSync({ "a.txt": data, dir: { "b.txt": [strToU8("x"), { level: 0, comment: "c" }] } }, { mtime: new Date(Date.UTC(2026, 0, 1)) }); const back = unzipSync(z, { filter: (f) => f.name !== "a.txt" }); return [z.length, Object.keys(unzipSync(z)), back]; },
  stream: () => { const out = []; const g = new Gzip({ mtime: 1 }, (chunk, last) => out.push(chunk.length, last)); g.push(data.subarray(0, 50)); g.push(data.subarray(50), true); return out; },
  gunzipStream: () => { let n = 0; const z = gzipSync(data); const g = new Gunzip((chunk) => { n += chunk.length; }); for (let i = 0; i < z.length; i += 20) g.push(z.subarray(i, i + 20), i + 20 >= z.length); return n; },
  unzipStream: () => { const names = []; const u = new Unzip((f) => { names.push(f.name); }); u.register(UnzipInflate); u.push(zipSync({ "q.txt": data }, { mtime: new Date(Date.UTC(2026, 0, 1)) }), true); return names; },
  bad: () => inflateSync(new Uint8Array([255, 255])),
  truncated: () => gunzipSync(gzipSync(data).subarray(0, 15)),
  notZip: () => unzipSync(data),
});
