// @modelcontextprotocol/sdk: a server and a client in memory, and over Streamable HTTP
// GET /
import { McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { z } from "zod";
import { calls } from "./lib/calls.js";
function server() {
  const s = new McpServer({ name: "s", version: "1.0.0" });
  s.registerTool("add", { title: "Add", description: "adds", inputSchema: { a: z.number(), b: z.number().optional() } }, async ({ a, b = 1 }) => ({ content: [{ type: "text", text: String(a + b) }] }));
  s.registerTool("fail", { description: "fails", inputSchema: {} }, async () => { throw new Error("boom"); });
  s.registerResource("greet", new ResourceTemplate("greet://{name}", { list: undefined }), { title: "G" }, async (uri, { name }) => ({ contents: [{ uri: uri.href, text: "hi " + name }] }));
  s.registerPrompt("p", { argsSchema: { q: z.string() } }, ({ q }) => ({ messages: [{ role: "user", content: { type: "text", text: q } }] }));
  return s;
}
async function client() {
  const [a, b] = InMemoryTransport.createLinkedPair();
  await server().connect(a);
  const c = new Client({ name: "c", version: "1" });
  await c.connect(b);
  return c;
}
const post = async (t, body) => { const r = await t.handleRequest(new Request("http://x/mcp", { method: "POST", headers: { "content-type": "application/json", accept: "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18" }, body: JSON.stringify(body) })); return [r.status, r.headers.get("content-type"), (await r.text()).replace(/id: .*\n/g, "")]; };
const init = { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "c", version: "1" } } };
export default calls({
  tools: async () => (await client()).listTools(),
  call: async () => (await client()).callTool({ name: "add", arguments: { a: 2 } }),
  bad: async () => (await client()).callTool({ name: "add", arguments: { a: "x" } }),
  fails: async () => (await client()).callTool({ name: "fail", arguments: {} }),
  none: async () => (await client()).callTool({ name: "none", arguments: {} }),
  resource: async () => (await client()).readResource({ uri: "greet://ann" }),
  nores: async () => (await client()).readResource({ uri: "x://y" }),
  templates: async () => (await client()).listResourceTemplates(),
  prompt: async () => (await client()).getPrompt({ name: "p", arguments: { q: "é" } }),
  info: async () => { const c = await client(); return [c.getServerVersion(), c.getServerCapabilities()]; },
  http: async () => { const t = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true }); await server().connect(t); return post(t, init); },
  sse: async () => { const t = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined }); await server().connect(t); return post(t, init); },
  json: async () => { const t = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true }); await server().connect(t); const r = await t.handleRequest(new Request("http://x/mcp", { method: "POST", headers: { "content-type": "application/json", accept: "application/json, text/event-stream" }, body: "{" })); return [r.status, await r.text()]; },
  method: async () => { const t = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: undefined }); await server().connect(t); const r = await t.handleRequest(new Request("http://x/mcp", { method: "PUT" })); return [r.status, r.headers.get("allow"), await r.text()]; },
});
