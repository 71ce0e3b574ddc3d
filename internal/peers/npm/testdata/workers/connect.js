// @connectrpc/connect: a router and its client in memory
// GET /
import { createClient, createRouterTransport, ConnectError, Code } from "@connectrpc/connect";
import { StringValueSchema, Int32ValueSchema } from "@bufbuild/protobuf/wkt";
import { create, toJson, toBinary } from "@bufbuild/protobuf";
import { calls, hex } from "./lib/calls.js";
const service = { kind: "service", typeName: "t.S", name: "S", methods: [], method: {}, file: { name: "t" }, proto: {}, toString: () => "service t.S" };
for (const [n, kind] of [["say", "unary"], ["count", "server_streaming"]]) {
  const m = { kind: "rpc", name: n[0].toUpperCase() + n.slice(1), localName: n, parent: service, methodKind: kind, input: StringValueSchema, output: StringValueSchema, idempotency: 0, toString: () => "rpc t.S." + n, proto: {} };
  service.methods.push(m); service.method[n] = m;
}
const client = () => createClient(service, createRouterTransport(({ service: s }) => s(service, {
  say(r) { if (r.value === "bad") throw new ConnectError("no", Code.InvalidArgument); return { value: r.value + "!" }; },
  async *count(r) { for (let i = 0; i < 3; i++) yield { value: r.value + i }; },
})));
export default calls({
  say: async () => (await client().say({ value: "hi" })).value,
  count: async () => { const l = []; for await (const m of client().count({ value: "c" })) l.push(m.value); return l; },
  bad: () => client().say({ value: "bad" }),
  code: () => new ConnectError("x", Code.NotFound).message,
  json: () => toJson(StringValueSchema, create(StringValueSchema, { value: "é" })),
  from: () => { const e = ConnectError.from(new Error("y")); return [e.code, e.rawMessage]; },
  binary: () => hex(toBinary(Int32ValueSchema, create(Int32ValueSchema, { value: -5 }))),
});
