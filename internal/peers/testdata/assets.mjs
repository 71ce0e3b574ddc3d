// Serves assets with wrangler's own Miniflare, one Worker for each host, and tells on standard output on which port
// ("port N"), until standard input ends:
//
//   node assets.mjs <folder of the npm package wrangler> <file with the Workers, as JSON>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file] = process.argv.slice(2);
const { Miniflare, convertV4MiniflareOptions, Log, LogLevel } = createRequire(join(folder, "package.json"))("miniflare");
const nobody = `export default { fetch() { return new Response("no Worker"); } }`;
const configured = JSON.parse(readFileSync(file, "utf8"));
const workers = configured.map((w) => ({
  name: w.name,
  modules: true,
  script: w.script || nobody,
  compatibilityDate: w.compatibility_date,
  compatibilityFlags: w.compatibility_flags || [],
  assets: {
    directory: w.directory,
    binding: w.script ? "ASSETS" : undefined,
    routerConfig: { has_user_worker: Boolean(w.script) },
    assetConfig: { html_handling: w.html_handling, not_found_handling: w.not_found_handling, base_path: w.base_path },
    run_worker_first: w.run_worker_first,
  },
}));
// Assets stand before a Worker that is reached through a service binding, as they do before the only one there is.
workers.unshift({
  name: "by-host",
  modules: true,
  script: `export default { fetch(request, env) { return env[new URL(request.url).hostname].fetch(request); } }`,
  compatibilityDate: configured[0].compatibility_date,
  serviceBindings: Object.fromEntries(configured.map((w) => [w.host, w.name])),
});
const miniflare = new Miniflare(convertV4MiniflareOptions({ workers, port: 0, host: "127.0.0.1", cf: false, log: new Log(LogLevel.WARN) }));
console.log(`port ${new URL(await miniflare.ready).port}`);
for await (const _ of process.stdin);
await miniflare.dispose();
