// Runs the Worker of a file on Miniflare 5 with queues and email, and tells on standard output on which port ("port N"), until
// standard input ends:
//
//   node events.mjs <folder of the npm package miniflare> <file> <compatibility date>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file, compatibilityDate] = process.argv.slice(2);
const { Miniflare, convertV4MiniflareOptions } = createRequire(join(folder, "package.json"))(folder);
const consumer = { maxBatchTimeout: 0, maxBatchSize: 2, maxRetries: 1, deadLetterQueue: "dead" };
const miniflare = new Miniflare(convertV4MiniflareOptions({
  modules: true, script: readFileSync(file, "utf8"), compatibilityDate, port: 0, host: "127.0.0.1", cf: false, unsafeTriggerHandlers: true,
  queueProducers: { JOBS: "jobs", IDLE: "idle" },
  queueConsumers: { jobs: consumer, idle: { maxBatchTimeout: 60, maxBatchSize: 100 }, dead: { maxBatchTimeout: 0, maxBatchSize: 1 } },
  email: { send_email: [{ name: "MAIL", destination_address: "a@x.test" }] },
}));
console.log(`port ${new URL(await miniflare.ready).port}`);
for await (const _ of process.stdin);
await miniflare.dispose();
