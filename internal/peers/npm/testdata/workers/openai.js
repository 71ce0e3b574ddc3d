// openai: completions, streams, errors
// GET /
import OpenAI, { toFile, APIError } from "openai";
import { calls } from "./lib/calls.js";

const make = (env, options) => new OpenAI({ apiKey: "sk-x", baseURL: `${env.ORIGIN}/openai`, maxRetries: 0, ...options });
const messages = [{ role: "user", content: "hi" }];
const failed = (e) => [e.constructor.name, e instanceof APIError, e.status, e.message, e.code];
export default calls({
  chat: async (env) => { const c = await make(env).chat.completions.create({ model: "m", messages, temperature: 0 }); return [c.choices[0].message, c.usage]; },
  stream: async (env) => { let text = ""; for await (const chunk of await make(env).chat.completions.create({ model: "s", messages, stream: true })) text += chunk.choices[0]?.delta?.content ?? "|"; return text; },
  helper: async (env) => { const deltas = []; const s = make(env).chat.completions.stream({ model: "s", messages }); s.on("content", (d) => deltas.push(d)); return [(await s.finalChatCompletion()).choices[0].message.content, deltas]; },
  models: async (env) => { const ids = []; for await (const m of make(env).models.list()) ids.push(m.id); return ids; },
  embeddings: async (env) => (await make(env).embeddings.create({ model: "e", input: ["a"], encoding_format: "float" })).data[0].embedding,
  file: async () => { const f = await toFile(new TextEncoder().encode("abc"), "a.txt", { type: "text/plain" }); return [f.name, f.size, f.type, await f.text()]; },
  withResponse: async (env) => { const { data, response } = await make(env).models.retrieve("m1").withResponse(); return [data.id, response.status]; },
  stubbed: () => make({ ORIGIN: "http://stub.example" }, { fetch: async (url, init) => Response.json({ id: `${init.method} ${url}` }) }).models.retrieve("x"),
  unauthorized: (env) => make(env).models.retrieve("secret").catch(failed),
  rateLimit: (env) => make(env).models.retrieve("busy").catch(failed),
  retries: async (env) => { let n = 0; const c = make(env, { maxRetries: 2, fetch: async () => (++n < 3 ? new Response("", { status: 500, headers: { "retry-after-ms": "1" } }) : Response.json({ id: "late" })) }); return [(await c.models.retrieve("x")).id, n]; },
  connection: () => make({ ORIGIN: "http://stub.example" }, { fetch: async () => { throw new TypeError("refused"); } }).models.list().catch(failed),
  key: () => new OpenAI({ apiKey: undefined }),
});
