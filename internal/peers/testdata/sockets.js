import { connect } from "cloudflare:sockets";

const tell = async (f) => {
	try {
		const patience = new Promise((resolve) => setTimeout(resolve, 1000, "nothing comes"));
		return JSON.stringify(await Promise.race([f(), patience])) ?? "undefined";
	} catch (e) {
		return String(e);
	}
};
const bytes = (text) => new TextEncoder().encode(text);
const text = (chunk) => new TextDecoder().decode(chunk);
const all = async (socket) => {
	let said = "";
	for await (const chunk of socket.readable) said += text(chunk);
	return said;
};

// Each gets the address of a server that answers lines with themselves, "quit" with "bye", and one where nothing listens.
const cases = {
	members: (addr) => {
		const s = connect(addr);
		return [Object.getOwnPropertyNames(s), Object.prototype.toString.call(s), s.secureTransport, s.upgraded, String(s.readable), String(s.writable)];
	},
	"no port": () => connect("host"),
	"a bad port": () => connect("host:99999"),
	"a URL": () => connect("http://host:80"),
	"no fields": () => connect({}),
	"a number": () => connect(1),
	"a bad option": (addr) => connect(addr, { secureTransport: "bad" }),
	opened: async (addr) => Object.keys(await connect(addr).opened),
	fields: async (addr) => {
		const [hostname, port] = addr.split(":");
		await connect({ hostname, port: Number(port) }).opened;
	},
	"there and back": async (addr) => {
		const s = connect(addr);
		await s.writable.getWriter().write(bytes("hello\n"));
		return text((await s.readable.getReader().read()).value);
	},
	"a string": async (addr) => {
		const s = connect(addr);
		await s.writable.getWriter().write("hello\n");
		return text((await s.readable.getReader().read()).value);
	},
	"what it ends": async (addr) => {
		const s = connect(addr), w = s.writable.getWriter();
		await w.write("unfinished");
		w.close();
		return [await all(s), await tell(() => s.closed)];
	},
	"what the other ends": async (addr) => {
		const s = connect(addr), w = s.writable.getWriter();
		await w.write("quit\n");
		return [await all(s), await tell(() => s.closed), await tell(() => w.write(bytes("x")))];
	},
	"half open": async (addr) => {
		const s = connect(addr, { allowHalfOpen: true }), w = s.writable.getWriter();
		await w.write("quit\n");
		return [await all(s), await tell(() => w.write(bytes("x"))), await tell(() => w.close())];
	},
	closed: async (addr) => {
		const s = connect(addr), w = s.writable.getWriter();
		await s.opened;
		return [await tell(() => s.close()), await tell(() => s.closed), await tell(() => s.close()), await tell(() => s.readable.getReader().read()), await tell(() => w.write(bytes("x")))];
	},
	"closed while reading": async (addr) => {
		const s = connect(addr);
		await s.opened;
		const read = tell(() => s.readable.getReader().read());
		await tell(() => s.close());
		return read;
	},
	"the reading cancelled": async (addr) => {
		const s = connect(addr);
		await s.opened;
		await s.readable.cancel();
		return tell(() => s.writable.getWriter().write(bytes("x")));
	},
	refused: async (_, nobody) => {
		const s = connect(nobody);
		return [await tell(() => s.opened), await tell(() => s.closed), await tell(() => s.readable.getReader().read())];
	},
	"startTls not asked for": (addr) => connect(addr).startTls(),
	"a pipe": async (addr) => {
		const s = connect(addr);
		const piped = new Response("through\n").body.pipeTo(s.writable);
		const said = await all(s);
		await piped;
		return said;
	},
	"a response": async (addr) => {
		const s = connect(addr);
		await s.writable.getWriter().write("quit\n");
		return new Response(s.readable).text();
	},
};

export default {
	async fetch(request, env) {
		const results = {};
		for (const [name, run] of Object.entries(cases)) results[name] = await tell(async () => run(env.ADDR, env.NOBODY));
		return Response.json(results);
	},
};
