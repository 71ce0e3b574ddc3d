// @opentelemetry/sdk-trace-base: spans, and other telemetry
// GET /
import { trace, context, propagation, SpanStatusCode, SpanKind } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { PostHog } from "posthog-node";
import { Logger } from "tslog";
import { GrowthBook } from "@growthbook/growthbook";
import { Webhook } from "svix";
import { calls } from "./lib/calls.js";
const time = [1e9, 5];
function spans() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return [provider.getTracer("t", "1"), exporter];
}
export default calls({
  span: () => { const [t, x] = spans(); const s = t.startSpan("a", { kind: SpanKind.CLIENT, attributes: { k: 1, l: ["x"] }, startTime: time }); s.addEvent("e", { q: true }, time); s.recordException(new Error("boom"), time); s.setStatus({ code: SpanStatusCode.ERROR, message: "m" }); s.end(time); const [f] = x.getFinishedSpans(); return [f.name, f.kind, f.attributes, f.status, f.events.map((e) => [e.name, Object.keys(e.attributes)]), f.duration, f.spanContext().traceId.length, f.resource.attributes["telemetry.sdk.language"]]; },
  nested: () => { const [t, x] = spans(); const a = t.startSpan("a"); const b = t.startSpan("b", {}, trace.setSpan(context.active(), a)); b.end(); a.end(); const [g, f] = x.getFinishedSpans(); return [g.parentSpanContext?.spanId === f.spanContext().spanId, g.spanContext().traceId === f.spanContext().traceId]; },
  otlp: async (env) => { const x = new OTLPTraceExporter({ url: env.ORIGIN + "/v1/traces", headers: { "x-a": "b" } }); const [t, m] = spans(); const s = t.startSpan("a", { startTime: time }); s.end(time); return new Promise((y) => x.export(m.getFinishedSpans().slice(0, 0), (r) => y([r.code, r.error?.message]))); },
  posthog: async (env) => { const p = new PostHog("k", { host: env.ORIGIN, flushAt: 1, flushInterval: 0, fetch: async (u, o) => { return { status: 200, ok: true, text: async () => "{}", json: async () => ({ u: u.length }) }; } }); p.capture({ distinctId: "d", event: "e", properties: { a: 1 } }); await p.shutdown(); return typeof p.capture; },
  tslog: () => { const out = []; const l = new Logger({ type: "hidden", name: "n" }); l.attachTransport((o) => out.push(o[0], o._meta.logLevelName)); l.info("x"); l.error("y"); return out; },
  growthbook: () => { const g = new GrowthBook({ attributes: { id: "5", country: "de" }, features: { f: { defaultValue: false, rules: [{ condition: { country: { $in: ["de"] } }, force: true }] }, e: { defaultValue: "c", rules: [{ variations: ["a", "b"], key: "x" }] } } }); return [g.isOn("f"), g.getFeatureValue("e", "z"), g.evalFeature("none").source]; },
  svix: () => { const w = new Webhook("whsec_" + btoa("secret-secret-secret-sec")); return w.sign("msg_1", new Date(1e12), '{"a":1}'); },
  svixerr: () => new Webhook("whsec_" + btoa("x")).verify("{}", { "svix-id": "a", "svix-timestamp": "1", "svix-signature": "v1,x" }),
  svixerr2: () => new Webhook("whsec_" + btoa("x")).verify("{}", {}),
});
