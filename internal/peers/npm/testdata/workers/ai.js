// ai: language models' SDKs
// GET /
import { generateText, streamText, generateObject, tool, simulateReadableStream, stepCountIs, embed, cosineSimilarity } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createAnthropic } from "@ai-sdk/anthropic";
import { z } from "zod";
import Groq from "groq-sdk";
import Replicate from "replicate";
import { Ollama } from "ollama/browser";
import { encode, decode, countTokens } from "gpt-tokenizer";
import { PromptTemplate, ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda, RunnableSequence } from "@langchain/core/runnables";
import { StringOutputParser, JsonOutputParser } from "@langchain/core/output_parsers";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { HumanMessage, SystemMessage, trimMessages } from "@langchain/core/messages";
import { calls } from "./lib/calls.js";
const json = (o, status = 200) => async () => new Response(JSON.stringify(o), { status, headers: { "content-type": "application/json" } });
const sse = (lines) => async () => new Response(lines.map((l) => `data: ${l}\n\n`).join(""), { headers: { "content-type": "text/event-stream" } });
const chat = { id: "i", object: "chat.completion", created: 1, model: "m", choices: [{ index: 0, message: { role: "assistant", content: "hé" }, finish_reason: "stop" }], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
export default calls({
  openai: async () => { const r = await generateText({ model: createOpenAI({ apiKey: "k", fetch: json(chat) }).chat("m"), prompt: "x" }); return [r.text, r.finishReason, r.usage.totalTokens]; },
  stream: async () => { const o = createOpenAI({ apiKey: "k", fetch: sse([JSON.stringify({ id: "i", choices: [{ index: 0, delta: { role: "assistant", content: "a" } }] }), JSON.stringify({ id: "i", choices: [{ index: 0, delta: { content: "b" } }] }), JSON.stringify({ id: "i", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }), "[DONE]"]) }); const r = streamText({ model: o.chat("m"), prompt: "x" }); let t = ""; for await (const p of r.textStream) t += p + "|"; return t; },
  ui: async () => { const o = createOpenAI({ apiKey: "k", fetch: sse([JSON.stringify({ id: "i", choices: [{ index: 0, delta: { content: "a" } }] }), JSON.stringify({ id: "i", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }), "[DONE]"]) }); const r = streamText({ model: o.chat("m"), prompt: "x" }).toTextStreamResponse(); return [r.status, r.headers.get("content-type"), await r.text()]; },
  anthropic: async () => { const r = await generateText({ model: createAnthropic({ apiKey: "k", fetch: json({ id: "i", type: "message", role: "assistant", model: "m", content: [{ type: "text", text: "hi" }], stop_reason: "end_turn", usage: { input_tokens: 1, output_tokens: 1 } }) })("m"), prompt: "x" }); return r.text; },
  aierr: () => generateText({ model: createOpenAI({ apiKey: "k", fetch: json({ error: { message: "bad key", type: "t", code: "c" } }, 401) }).chat("m"), prompt: "x", maxRetries: 0 }),
  aierr2: () => generateText({ model: createOpenAI({ apiKey: "k", fetch: json({}) }).chat("m"), messages: [{ role: "x", content: 5 }] }),
  object: async () => (await generateObject({ model: createOpenAI({ apiKey: "k", fetch: json({ ...chat, choices: [{ index: 0, message: { role: "assistant", content: '{"a":5}' }, finish_reason: "stop" }] }) }).chat("m"), schema: z.object({ a: z.number() }), prompt: "x" })).object,
  badobject: () => generateObject({ model: createOpenAI({ apiKey: "k", fetch: json(chat) }).chat("m"), schema: z.object({ a: z.number() }), prompt: "x" }),
  cosine: () => cosineSimilarity([1, 2], [2, 1]),
  groq: async () => (await new Groq({ apiKey: "k", fetch: json(chat) }).chat.completions.create({ model: "m", messages: [] })).choices[0].message.content,
  groqerr: () => new Groq({ apiKey: "k", maxRetries: 0, fetch: json({ error: { message: "no" } }, 404) }).models.list(),
  replicate: async () => (await new Replicate({ auth: "k", fetch: json({ id: "p", status: "succeeded", output: ["x"] }) }).predictions.get("p")).output,
  replicateerr: () => new Replicate({ auth: "k", fetch: json({ detail: "no" }, 422) }).predictions.get("p"),
  ollama: async () => (await new Ollama({ fetch: json({ message: { content: "o" }, done: true }) }).chat({ model: "m", messages: [] })).message.content,
  ollamaerr: () => new Ollama({ fetch: json({ error: "gone" }, 404) }).chat({ model: "m", messages: [] }),
  tokens: () => [encode("hello wörld"), decode(encode("hello wörld")), countTokens("a b c")],
  prompt: async () => [await PromptTemplate.fromTemplate("a {b}").format({ b: 5 }), (await ChatPromptTemplate.fromMessages([["system", "s"], ["human", "{q}"]]).formatMessages({ q: "é" })).map((m) => [m.getType(), m.content])],
  prompterr: () => PromptTemplate.fromTemplate("a {b}").format({}),
  chain: () => RunnableSequence.from([PromptTemplate.fromTemplate("{x}"), new FakeListChatModel({ responses: ["answer"] }), new StringOutputParser(), RunnableLambda.from((s) => s.toUpperCase())]).invoke({ x: 1 }),
  lstream: async () => { const out = []; for await (const c of await new FakeListChatModel({ responses: ["abc"] }).pipe(new StringOutputParser()).stream("x")) out.push(c); return out; },
  parse: () => new JsonOutputParser().parse('```json\n{"a":[1,2]}\n```'),
  parseerr: () => new JsonOutputParser().parse("nope"),
  batch: () => RunnableLambda.from((n) => n * 2).batch([1, 2, 3]),
});
