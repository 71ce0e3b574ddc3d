// Keeps what its tailStream handler gets in the cache, a line for each event after one that names the kind of the invocation,
// and answers requests with it. Two handlers may run at the same time, but not for invocations of the same kind.
const kinds = ["fetch", "fetch Named", "fetch Other", "jsrpc Named", "jsrpc Other", "jsrpc", "queue", "scheduled", "email", "connect", "connect Named", "custom", "trace"];
const key = (kind) => `http://log.test/${encodeURIComponent(kind)}`;
const kept = async (kind) => (await (await caches.open("log")).match(key(kind)))?.text() ?? "";
const keep = async (kind, text) => (await caches.open("log")).put(key(kind), new Response(text, { headers: { "cache-control": "max-age=600" } }));

const show = (event) => JSON.stringify(event, (name, value) => {
	if (name === "headers") return value.filter((h) => /^x-/.test(h.name) && h.name !== "x-forwarded-proto" && h.name !== "x-real-ip").map((h) => ({ ...h, more: 1 }));
	if (name === "cfJson") return typeof value;
	if (name === "stack") return value && value.split("\n").every((line) => /^    at /.test(line)) ? "stack" : String(value);
	if (name === "cpuTime" || name === "wallTime" || name === "scheduledTime" || name === "timestamp") return typeof value;
	if (typeof value === "bigint") return `${value}n`;
	if (value instanceof Map) return `Map(${value.size})`;
	return typeof value === "string" ? value.replace(/127\.0\.0\.1:\d+|localhost:\d+/, "HOST").replace(/x{30000}/, "X") : value;
});

// shape is what a script can tell of an object besides its JSON.
const shape = (value) => {
	if (typeof value !== "object" || value === null) return typeof value;
	if (Array.isArray(value)) return `[${value.length ? shape(value[0]) : ""}]`;
	return `${value.constructor.name}${Object.prototype.toString.call(value)}{${Object.keys(value).filter((k) => k !== "cfJson").map((k) => `${k}${Object.getOwnPropertyDescriptor(value, k).writable ? "=" : ":"}${k === "message" ? "" : shape(value[k])}`)}}`;
};

export default {
	tailStream(onset, env, ctx) {
		const { info, entrypoint } = onset.event;
		const { pathname = "", search = "" } = info.url ? new URL(info.url) : {};
		if (/^\/(log|cases)$/.test(pathname)) return;
		const kind = info.type + (entrypoint ? " " + entrypoint : "");
		const mode = /consumer=(\w+)/.exec(search)?.[1];
		let text = `== ${kind}\n` + show(onset) + "\n";
		if (mode === "shape") text += shape(onset) + "\n";
		const add = (event) => {
			text += show(event) + "\n";
			if (mode === "shape") text += shape(event) + "\n";
		};
		const end = async () => keep(kind, (await kept(kind)) + text);
		switch (mode) {
		case "object":
			return {
				log(e) { text += "log " + (this !== undefined && "exception" in this); add(e); },
				exception(e) { text += "exception "; add(e); },
				outcome(e) { text += "outcome "; add(e); return end(); },
			};
		case "instance":
			return new (class Handler { spanOpen(e) { text += "spanOpen "; add(e); } outcome(e) { text += "outcome "; add(e); return end(); } })();
		case "none": text += "none\n"; return end().then(() => undefined);
		case "number": text += "number\n"; return end().then(() => 5);
		case "throw": text += "throw\n"; ctx.waitUntil(end()); throw new Error("no");
		case "reject": text += "reject\n"; return end().then(() => { throw new Error("no"); });
		case "empty": text += "empty\n"; return end().then(() => ({}));
		case "bad": { text += "bad\n"; return end().then(() => ({ log: 5, outcome() { return kept(kind).then((before) => keep(kind, before + "after\n")); } })); }
		case "throws": return (e) => { add(e); if (e.event.type === "outcome") return end(); throw new Error("event"); };
		case "late": return scheduler.wait(50).then(() => (e) => { add(e); if (e.event.type === "outcome") return end(); });
		case "slow": return async (e) => { await scheduler.wait(10); add(e); if (e.event.type === "outcome") return end(); };
		}
		return (event) => { add(event); if (event.event.type === "outcome") return end(); };
	},
	async fetch() {
		let all = "";
		for (const kind of kinds) {
			const text = await kept(kind);
			if (text) { await keep(kind, ""); all += text; }
		}
		return new Response(all);
	},
};
