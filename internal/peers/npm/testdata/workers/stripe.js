// stripe: the API, its errors, and webhooks
// GET /
import Stripe from "stripe";
import { calls } from "./lib/calls.js";

const make = (env, options) => { const url = new URL(env.ORIGIN); return new Stripe("sk_test_x", { host: url.hostname, port: url.port, protocol: "http", httpClient: Stripe.createFetchHttpClient(), maxNetworkRetries: 0, telemetry: false, ...options }); };
const crypto = Stripe.createSubtleCryptoProvider();
const payload = JSON.stringify({ id: "evt_1", object: "event", type: "charge.succeeded", data: { object: { id: "ch_1" } } });
const header = () => Stripe.webhooks.generateTestHeaderStringAsync({ payload, secret: "whsec_x", timestamp: 1700000000, cryptoProvider: crypto });
const failed = (e) => [e.type, e.code, e.statusCode, e.message, e.param];
export default calls({
  retrieve: (env) => make(env).customers.retrieve("cus_1"),
  create: (env) => make(env).customers.create({ name: "Zoë", metadata: { a: "1" }, preferred_locales: ["de", "en"] }, { idempotencyKey: "key-1" }),
  list: async (env) => { const ids = []; for await (const c of make(env).customers.list({ limit: 2 })) ids.push(c.id); return ids; },
  raw: async (env) => (await make(env).rawRequest("GET", "/v1/customers/cus_1")).id,
  webhook: async () => (await Stripe.webhooks.constructEventAsync(payload, await header(), "whsec_x", 1e12, crypto)).type,
  node: () => new Stripe("x").webhooks.constructEvent(payload, new Stripe("x").webhooks.generateTestHeaderString({ payload, secret: "s", timestamp: 1700000000 }), "s", 1e12).id,
  signature: async () => Stripe.webhooks.constructEventAsync(payload, await header(), "other", 1e12, crypto).catch((e) => [e.type, e.message.slice(0, 60)]),
  card: (env) => make(env).charges.create({ amount: 1, currency: "eur" }, { idempotencyKey: "key-2" }).catch(failed),
  missing: (env) => make(env).customers.retrieve("none").catch(failed),
  argument: (env) => make(env).customers.retrieve(),
  key: () => new Stripe(),
});
