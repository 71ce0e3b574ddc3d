// Runs the Worker of a file on Miniflare, and tells on standard output on which port ("port N"), until standard input ends:
//
//   node miniflare.mjs <folder of the npm package miniflare> <file> <compatibility date>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file, compatibilityDate] = process.argv.slice(2);
const { Miniflare, convertV4MiniflareOptions = (options) => options } = createRequire(join(folder, "package.json"))(folder);
const miniflare = new Miniflare(convertV4MiniflareOptions({
  modules: true, script: readFileSync(file, "utf8"), compatibilityDate, port: 0, host: "127.0.0.1", cf: false,
}));
console.log(`port ${new URL(await miniflare.ready).port}`);
for await (const _ of process.stdin);
await miniflare.dispose();
