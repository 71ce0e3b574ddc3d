// Runs several Workers on Miniflare, of which the first answers, and tells on standard output on which port ("port N"),
// until standard input ends:
//
//   node miniflare_workers.mjs <folder of the npm package miniflare> <file of Miniflare's option "workers", as JSON>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file] = process.argv.slice(2);
const { Miniflare, convertV4MiniflareOptions = (options) => options } = createRequire(join(folder, "package.json"))(folder);
const miniflare = new Miniflare(convertV4MiniflareOptions({
  workers: JSON.parse(readFileSync(file, "utf8")), port: 0, host: "127.0.0.1", cf: false, unsafeTriggerHandlers: true,
}));
console.log(`port ${new URL(await miniflare.ready).port}`);
for await (const _ of process.stdin);
await miniflare.dispose();
