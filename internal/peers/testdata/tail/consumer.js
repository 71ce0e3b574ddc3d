// Keeps what its tail handler gets in the cache, a line for each item, and answers requests with it. Two handlers may run at
// the same time, but not for items of the same kind.
const kinds = ["FetchEventInfo", "JsRpcEventInfo", "QueueEventInfo", "ScheduledEventInfo", "EmailEventInfo", "Named"];
const key = (kind) => `http://log.test/${kind}`;
const kept = async (kind) => (await (await caches.open("log")).match(key(kind)))?.text() ?? "";
const keep = async (kind, text) => (await caches.open("log")).put(key(kind), new Response(text, { headers: { "cache-control": "max-age=600" } }));

// volatile are properties whose values are never the same, or not the same on two systems.
const volatile = { wallTime: 1, cpuTime: 1, timestamp: 1, eventTimestamp: 1, scheduledTime: 1, cf: 1, scriptName: 1 };

// show is all that a script can tell of a value.
function show(value, name) {
	if (name in volatile) return typeof value;
	if (name === "stack") return value && value.split("\n").every((line) => /^    at /.test(line)) ? "stack" : String(value);
	if (name === "headers") value = Object.fromEntries(Object.entries(value).filter(([n]) => /^x-t|^auth|cookie/.test(n)));
	if (typeof value === "string") return JSON.stringify(value.replace(/127\.0\.0\.1:\d+/, "HOST")).replace(/x{30000}/, "X");
	if (typeof value !== "object" || value === null) return String(value);
	if (value instanceof Map) return `Map(${value.size})`;
	if (Array.isArray(value)) return `[${value.map((v) => show(v))}]`;
	const proto = Object.getPrototypeOf(value);
	const members = proto === Object.prototype ? "" : `${proto.constructor.name}${Object.prototype.toString.call(value)}<${Object.getOwnPropertyNames(proto).sort()}>`;
	return members + "{" + Object.keys(value).map((k) => {
		const d = Object.getOwnPropertyDescriptor(value, k);
		return `${k}${proto === Object.prototype ? "" : d.writable ? "=" : ""}:${show(value[k], k)}`;
	}) + "}";
}

export default {
	async tail(items) {
		for (const item of items) {
			const request = item.event.request;
			if (request && /^\/(log|cases)$/.test(new URL(request.url).pathname)) continue;
			const kind = item.entrypoint && request ? item.entrypoint : item.event.constructor.name;
			await keep(kind, (await kept(kind)) + show(item) + (request ? " unredacted " + show(request.getUnredacted()) : "") + "\n");
		}
	},
	async fetch() {
		let all = "";
		for (const kind of kinds) {
			const text = await kept(kind);
			if (text) await keep(kind, "");
			all += text;
		}
		return new Response(all);
	},
};
