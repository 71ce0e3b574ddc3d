// Runs the Worker of a file on Miniflare 5 with queues and email, and tells on standard output on which port ("port N"), until
// standard input ends. There are as many queues jobs0, jobs1 … as is said, each with a dead letter queue, dead0, dead1 …
//
//   node events.mjs <folder of the npm package miniflare> <file> <compatibility date> <variable LOG> <number of queues>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [folder, file, compatibilityDate, log, queues] = process.argv.slice(2);
const { Miniflare, convertV4MiniflareOptions } = createRequire(join(folder, "package.json"))(folder);
const queueProducers = { IDLE: "idle" }, queueConsumers = { idle: { maxBatchTimeout: 60, maxBatchSize: 100 } };
for (let i = 0; i < queues; i++) {
  queueProducers[`JOBS${i}`] = `jobs${i}`;
  queueConsumers[`jobs${i}`] = { maxBatchTimeout: 0, maxBatchSize: 2, maxRetries: 1, deadLetterQueue: `dead${i}` };
  queueConsumers[`dead${i}`] = { maxBatchTimeout: 0, maxBatchSize: 1 };
}
const miniflare = new Miniflare(convertV4MiniflareOptions({
  modules: true, script: readFileSync(file, "utf8"), compatibilityDate, port: 0, host: "127.0.0.1", cf: false, unsafeTriggerHandlers: true,
  bindings: { LOG: log }, queueProducers, queueConsumers,
  email: { send_email: [{ name: "MAIL", destination_address: "a@x.test" }] },
}));
console.log(`port ${new URL(await miniflare.ready).port}`);
for await (const _ of process.stdin);
await miniflare.dispose();
