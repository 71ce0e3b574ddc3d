// A Worker whose handlers for events do what they are told, by the schedule, the subject or the message, and whose fetch
// handler has the cases of a queue's producer. What the consumers get is sent to LOG, by the queue.
import { EmailMessage } from "cloudflare:email";

const mail = (fields) => new EmailMessage("b@y.test", "a@x.test", fields.join("\r\n") + "\r\n\r\nhi");

const producers = {
	"nothing": (q) => q.send(), "undefined": (q) => q.send(undefined), "null": (q) => q.send(null), "object": (q) => q.send({ a: 1 }),
	"bigint": (q) => q.send(1n), "text": (q) => q.send("t", { contentType: "text" }), "TEXT": (q) => q.send("t", { contentType: "TEXT" }),
	"text of a number": (q) => q.send(1, { contentType: "text" }), "text of an object": (q) => q.send({}, { contentType: "text" }),
	"text of null": (q) => q.send(null, { contentType: "text" }), "bytes of text": (q) => q.send("x", { contentType: "bytes" }),
	"bytes of a buffer": (q) => q.send(new ArrayBuffer(3), { contentType: "bytes" }), "bytes": (q) => q.send(new Uint8Array(3), { contentType: "bytes" }),
	"v8": (q) => q.send(new Map([[1, 2]]), { contentType: "v8" }), "v8 of a function": (q) => q.send(() => 1, { contentType: "v8" }),
	"another type": (q) => q.send("x", { contentType: "xml" }), "type of a number": (q) => q.send("x", { contentType: 1 }),
	"options of text": (q) => q.send("x", "y"), "options null": (q) => q.send("x", null), "delay of text": (q) => q.send("x", { delaySeconds: "abc" }),
	"delay too far": (q) => q.send("x", { delaySeconds: 86401 }), "delay before": (q) => q.send("x", { delaySeconds: -1 }), "delay huge": (q) => q.send("x", { delaySeconds: 1e12 }),
	"largest": (q) => q.send("x".repeat(128000), { contentType: "text" }), "too large": (q) => q.send("x".repeat(128001), { contentType: "text" }),
	"a function": (q) => q.send(() => 1),
	"batch of nothing": (q) => q.sendBatch(), "batch empty": (q) => q.sendBatch([]), "batch of text": (q) => q.sendBatch("ab"), "batch of numbers": (q) => q.sendBatch([1]),
	"batch without body": (q) => q.sendBatch([{}]), "batch": (q) => q.sendBatch([{ body: 1 }, { body: "b", contentType: "text" }]), "batch TEXT": (q) => q.sendBatch([{ body: "a", contentType: "TEXT" }]),
	"batch of another type": (q) => q.sendBatch([{ body: "a", contentType: "foo" }]), "batch generated": (q) => q.sendBatch((function* () { yield { body: 1 }; })()),
	"batch of a set": (q) => q.sendBatch(new Set([{ body: 1 }])), "batch of 101": (q) => q.sendBatch(Array.from({ length: 101 }, () => ({ body: 1 }))),
	"batch with a large one": (q) => q.sendBatch([{ body: "x".repeat(128001), contentType: "text" }]), "batch too large": (q) => q.sendBatch([1, 2, 3].map(() => ({ body: "x".repeat(100000), contentType: "text" }))),
	"NaN": (q) => q.send(NaN), "a date": (q) => q.send(new Date(0)), "an invalid date": (q) => q.send(new Date(NaN)), "a symbol": (q) => q.send(Symbol("s")), "cyclic": (q) => { const o = {}; o.o = o; return q.send(o); },
	"toJSON throws": (q) => q.send({ toJSON() { throw new RangeError("no"); } }), "toJSON of nothing": (q) => q.send({ toJSON() {} }), "a map": (q) => q.send(new Map([[1, 2]])), "holes": (q) => q.send([, undefined, () => 1]),
	"json": (q) => q.send("x", { contentType: "json" }), "json of bigint": (q) => q.send({ a: 1n }, { contentType: "json" }), "a boxed string": (q) => q.send(new String("x"), { contentType: "text" }),
	"empty text": (q) => q.send("", { contentType: "text" }), "lone surrogate": (q) => q.send("\ud800", { contentType: "text" }), "bytes of a view": (q) => q.send(new Uint8Array(8).subarray(2, 4), { contentType: "bytes" }),
	"bytes of floats": (q) => q.send(new Float64Array(2), { contentType: "bytes" }), "bytes of a DataView": (q) => q.send(new DataView(new ArrayBuffer(4), 1), { contentType: "bytes" }), "bytes of an array": (q) => q.send([1], { contentType: "bytes" }),
	"no bytes": (q) => q.send(new Uint8Array(0), { contentType: "bytes" }), "bytes sent twice": async (q) => { const b = new Uint8Array(3); await q.send(b, { contentType: "bytes" }); return [b.length, await q.send(b, { contentType: "bytes" }).then(() => "sent", (e) => e.message)]; },
	"v8 of an error": (q) => q.send(new RangeError("r"), { contentType: "v8" }), "v8 of a symbol": (q) => q.send(Symbol("s"), { contentType: "v8" }), "v8 of an instance": (q) => q.send(new (class A { x = 1; })(), { contentType: "v8" }),
	"v8 of null": (q) => q.send(null, { contentType: "v8" }), "v8 of a request": (q) => q.send(new Request("http://a/"), { contentType: "v8" }), "v8 of cycles": (q) => { const o = []; o[0] = o; return q.send(o, { contentType: "v8" }); },
	"delay 0": (q) => q.send("x", { delaySeconds: 0 }), "delay of a fraction": (q) => q.send("x", { delaySeconds: 1.9 }), "delay null": (q) => q.send("x", { delaySeconds: null }), "delay undefined": (q) => q.send("x", { delaySeconds: undefined }),
	"delay true": (q) => q.send("x", { delaySeconds: true }), "delay of digits": (q) => q.send("x", { delaySeconds: "5" }), "delay NaN": (q) => q.send("x", { delaySeconds: NaN }), "delay of a day": (q) => q.send("x", { delaySeconds: 86400 }),
	"delay of bigint": (q) => q.send("x", { delaySeconds: 5n }), "type null": (q) => q.send("x", { contentType: null }), "type undefined": (q) => q.send("x", { contentType: undefined }), "type empty": (q) => q.send("x", { contentType: "" }),
	"options a number": (q) => q.send("x", 5), "options a function": (q) => q.send("x", () => 1), "option throws": (q) => q.send("x", { get contentType() { throw new RangeError("opt"); } }), "more arguments": (q) => q.send("x", {}, 5),
	"batch null": (q) => q.sendBatch(null), "batch a number": (q) => q.sendBatch(5), "batch an object": (q) => q.sendBatch({}), "batch of null": (q) => q.sendBatch([null]), "batch of undefined": (q) => q.sendBatch([{ body: undefined }]),
	"batch delayed": (q) => q.sendBatch([{ body: 1 }], { delaySeconds: 5 }), "batch delayed by text": (q) => q.sendBatch([{ body: 1 }], { delaySeconds: "a" }), "batch message delayed": (q) => q.sendBatch([{ body: 1, delaySeconds: 3 }]), "batch message delayed by text": (q) => q.sendBatch([{ body: 1, delaySeconds: "a" }]),
	"batch options of text": (q) => q.sendBatch([{ body: 1 }], "x"), "batch of 100": (q) => q.sendBatch(Array.from({ length: 100 }, () => ({ body: 1 }))), "batch throws midway": (q) => q.sendBatch((function* () { yield { body: 1 }; throw new RangeError("mid"); })()),
	"batch of all types": (q) => q.sendBatch([{ body: "a", contentType: "text" }, { body: new Uint8Array(1), contentType: "bytes" }, { body: { a: 1 }, contentType: "json" }, { body: new Set(), contentType: "v8" }]),
	"batch with one bad": (q) => q.sendBatch([{ body: "a" }, { body: 1, contentType: "text" }]), "batch of promises": (q) => q.sendBatch([Promise.resolve({ body: 1 })]), "batch body throws": (q) => q.sendBatch([{ get body() { throw new RangeError("b"); } }]),
	"metrics with arguments": (q) => q.metrics(5), "metrics": (q) => q.metrics(), "detached": (q) => (0, q.send)(1), "members": (q) => [q.constructor.name, Object.getOwnPropertyNames(Object.getPrototypeOf(q)).sort(), q.send.length],
};

export default {
	async fetch(request, env) {
		const url = new URL(request.url), name = url.searchParams.get("case");
		if (url.pathname === "/cases") return Response.json(Object.keys(producers));
		if (url.pathname === "/send") {
			await env["JOBS" + url.searchParams.get("queue")].sendBatch(JSON.parse(name).map((body) => ({ body })));
			return new Response("sent");
		}
		try {
			return new Response(JSON.stringify(await producers[name](env.IDLE)));
		} catch (e) {
			return new Response(`${e.name}: ${e.message}`);
		}
	},
	async queue(batch, env, ctx) {
		const [m] = batch.messages, say = String(m.body);
		const note = async (line) => { await (await fetch(env.LOG + batch.queue, { method: "POST", body: line })).text(); };
		await note(`${batch.queue} ${batch.messages.map((m) => `${JSON.stringify(m.body)}#${m.attempts}`).join(" ")} ${batch.constructor.name} ${Object.keys(m).sort()} ${m.id.length}`);
		if (batch.queue.startsWith("dead")) return;
		if (say === "throw") throw new Error("x");
		if (say === "retryAll") batch.retryAll();
		if (say === "retry") m.retry();
		if (say === "ackAll") batch.ackAll();
		if (say === "firstAck") { m.ack(); m.retry(); }
		if (say === "firstRetry") { m.retry(); m.ack(); }
		if (say === "oneThenAll") { m.retry(); batch.ackAll(); }
		if (say === "ackTwice") { m.ack(); m.ack(); }
		if (say === "retryTwice") { m.retry(); m.retry(); }
		if (say === "retryDelayed") m.retry({ delaySeconds: 0 });
		if (say === "retryAllDelayed") batch.retryAll({ delaySeconds: 0 });
		if (say === "retryAllThenAck") { batch.retryAll(); m.ack(); }
		if (say === "ackAllThenRetry") { batch.ackAll(); m.retry(); }
		if (say === "ackAllThenRetryAll") { batch.ackAll(); batch.retryAll(); }
		if (say === "retryAllThenAckAll") { batch.retryAll(); batch.ackAll(); }
		if (say === "each") for (const m of batch.messages) m.ack();
		if (say === "second") batch.messages[1]?.retry();
		if (say === "lateAck") { await scheduler.wait(5); m.retry(); }
		if (say === "bad") { const told = [() => m.retry({ delaySeconds: "a" }), () => m.retry(5), () => batch.retryAll({ delaySeconds: "a" }), () => (0, m.ack)(), () => new batch.constructor()].map((f) => { try { return String(f()); } catch (e) { return String(e); } }); await note(told.join("; ")); }
		if (say === "shape") await note([batch.constructor.name, Object.keys(batch), Object.getOwnPropertyNames(Object.getPrototypeOf(batch)).sort(), m.constructor.name, Object.getOwnPropertyNames(Object.getPrototypeOf(m)).sort(), m.timestamp.constructor.name, Array.isArray(batch.messages), Object.isFrozen(batch.messages)].join());
		if (say === "late") ctx.waitUntil(Promise.reject(new Error("late")));
		if (say === "hang") return new Promise(() => {});
	},
	async scheduled(c, env, ctx) {
		if (c.cron === "throw") throw new Error("x");
		if (c.cron === "noRetry") c.noRetry();
		if (c.cron === "both") { c.noRetry(); throw new Error("x"); }
		if (c.cron === "late") ctx.waitUntil(Promise.reject(new Error("late")));
		if (c.cron === "slow") ctx.waitUntil(new Promise((r) => setTimeout(r, 50)));
		if (c.cron === "hang") return new Promise(() => {});
		if (c.cron === "hangLate") ctx.waitUntil(new Promise(() => {}));
		if (c.cron === "thenable") return { then(_, reject) { reject(new Error("x")); } };
		if (c.cron === "detached") (0, c.noRetry)();
		if (c.cron === "shape" && JSON.stringify([c.constructor.name, Object.keys(c).sort(), typeof c.scheduledTime]) !== '["ScheduledController",["cron","scheduledTime"],"number"]') throw new Error("shape");
	},
	async email(m, env) {
		const subject = m.headers.get("subject"), own = ["From: b@y.test", "Message-ID: <r@y.test>"], answer = "In-Reply-To: <1@x.test>";
		const does = {
			reject: () => m.setReject("no"), throw: () => { throw new Error("x"); }, forward: () => m.forward("c@z.test"),
			raw: async () => m.setReject(await new Response(m.raw).text() + m.rawSize), envelope: () => m.setReject(m.from + " " + m.to),
			header: () => m.setReject(m.headers.get("x-one") + m.headers.get("bcc")), reply: () => m.reply(mail([...own, answer])),
			foreign: () => m.reply(mail(["From: other@y.test", answer])), noref: () => m.reply(mail(own)), wrongref: () => m.reply(mail([...own, "In-Reply-To: <2@x.test>"])),
			received: () => m.reply(mail([...own, "Received: x", answer])), references: () => m.reply(mail([...own, answer, "References: <9@x.test>"])),
			built: () => m.reply({ from: "b@y.test", subject: "s", text: "t" }), injected: () => m.reply({ from: "b@y.test", subject: "a\r\nb" }),
			send: () => env.MAIL.send(mail(own)), noid: () => env.MAIL.send(mail(["From: b@y.test"])), mismatch: () => env.MAIL.send(mail(["From: c@y.test", "Message-ID: <r@y.test>"])),
			sendreceived: () => env.MAIL.send(mail([...own, "Received: x"])), elsewhere: () => env.MAIL.send(new EmailMessage("b@y.test", "c@z.test", own.join("\r\n") + "\r\n\r\n")),
			sendbuilt: () => env.MAIL.send({ from: "b@y.test", to: "a@x.test", subject: "s", text: "t" }), builtelsewhere: () => env.MAIL.send({ from: "b@y.test", to: "c@z.test", subject: "s" }),
		};
		const result = does[subject] ? await Promise.resolve().then(does[subject]).then((r) => r && Object.keys(r).join(), (e) => { if (subject === "throw") throw e; return e.message; }) : undefined;
		if (result !== undefined) m.setReject(result);
	},
};
