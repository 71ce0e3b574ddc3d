// A Worker that rewrites what it is posted, and answers what came of it: the document, and what handlers were told.
// X-Case names what is done; X-Cuts says where the document is cut into chunks; X-Selector is for some cases.

// show tells about all that it is given, and changes nothing.
const show = (log) => ({
	element(e) {
		const attributes = [...e.attributes].map(([k, v]) => `${k}=${JSON.stringify(v)}`)
		log.push(`<${e.tagName} ${attributes.join(" ")}> ${e.namespaceURI.split("/").pop()} ${e.removed}`)
		try { e.onEndTag((t) => { log.push(`</${t.name}> of ${e === undefined}`) }) } catch (error) { log.push(String(error)) }
	},
	comments(c) { log.push(`<!--${c.text}--> ${c.removed}`) },
	text: texts(log),
})

// texts joins what is told about the parts of one text.
const texts = (log) => {
	let text = ""
	return (t) => {
		text += t.text
		if (t.lastInTextNode) { log.push(JSON.stringify(text)); text = "" }
	}
}

const html = { html: true }
const element = (fn) => (log, selector) => [selector, { element: fn }]

const cases = {
	"nothing": () => [],
	"show": (log, selector) => [selector, show(log), null, {
		doctype(d) { log.push(`doctype ${JSON.stringify([d.name, d.publicId, d.systemId])}`) },
		comments(c) { log.push(`all <!--${c.text}-->`) },
		text: texts(log),
		end() { log.push("end") },
	}],
	"show elements": (log, selector) => [selector, { element: show(log).element }],
	"show text": (log, selector) => [selector, { text: show(log).text }],
	"show comments": (log, selector) => [selector, { comments: show(log).comments }],
	"set": element((e) => { e.setAttribute("x", "1\"<&'"); e.setAttribute("CLASS", "k"); e.setAttribute("é", "ü€") }),
	"unset": element((e) => { e.removeAttribute("class"); e.removeAttribute("ID"); e.removeAttribute("none") }),
	"rename": element((e) => { e.tagName = "New" }),
	"around": element((e) => { e.before("<1>").after("<2>", html).before("3&", html).after("4").prepend("<5>", html).append("<6>").prepend("7").append("8") }),
	"inner": element((e) => { e.append("0").prepend("00").setInnerContent("<b>inner</b>", html).append("1").prepend("2") }),
	"inner twice": element((e) => { e.setInnerContent("1").setInnerContent("2") }),
	"replace": element((e) => { e.before("a").after("b").append("c").replace("<r>", html).replace("<s>").prepend("d").append("e") }),
	"remove": element((e) => { e.before("a").after("b").remove() }),
	"unwrap": element((e) => { e.before("a").after("b").prepend("c").append("d").removeAndKeepContent() }),
	"end": element((e) => { try { e.append("<a>").onEndTag((t) => { t.before("<b>").after("<c>", html).before("d").after("e"); t.name = "end-" + t.name }) } catch {} }),
	"end twice": element((e) => { try { e.onEndTag((t) => { t.before("never") }); e.onEndTag((t) => { t.before("once") }) } catch {} }),
	"end removed": element((e) => { try { e.onEndTag((t) => { t.after("x").remove() }) } catch {} }),
	"end kept": element((e) => { try { e.removeAndKeepContent(); e.onEndTag((t) => { t.before("x") }) } catch {} }),
	"streams": element((e) => { e.before(new Response("<é€>")).after(new Response("<2>").body, html).append(stream("3", "<", "4>"), html).prepend(new Response(null)) }),
	"stream replaces": element((e) => { e.replace(stream("<1", ">é"), html) }),
	"stream within": element((e) => { e.setInnerContent(stream("<1", ">é")) }),
	"text around": (log, selector) => [selector, { text(t) { if (t.lastInTextNode) t.before("[").after("]") } }],
	"text replaced": (log, selector) => [selector, { text(t) { t.lastInTextNode ? t.replace("<t>") : t.remove() } }],
	"text markup": (log, selector) => [selector, { text(t) { t.lastInTextNode ? t.replace("<t>", html) : t.remove() } }],
	"text gone": (log, selector) => [selector, { text(t) { t.remove() } }],
	"comments changed": (log, selector) => [selector, { comments(c) { c.text = c.text.toUpperCase() + " é" } }],
	"comments around": (log, selector) => [selector, { comments(c) { c.before("<1>").after("<2>", html).before("3").after("4") } }],
	"comments replaced": (log, selector) => [selector, { comments(c) { c.replace("<1>").replace("<2>", html) } }],
	"comments gone": (log, selector) => [selector, { comments(c) { c.after("!").remove() } }],
	"document": (log) => [null, {
		doctype(d) { log.push(d.name) }, comments(c) { c.remove() }, text(t) { if (t.lastInTextNode) t.after("|") },
		end(e) { e.append("<1>").append("<2>", html) },
	}, null, { end(e) { e.append("first") } }],
	"several": (log, selector) => [
		selector, { element(e) { log.push(1); e.setAttribute("n", "1") } },
		"*", { element(e) { log.push("* " + e.getAttribute("n")) }, text(t) { if (t.lastInTextNode) t.before("*") } },
		selector, { element(e) { log.push(2); e.after("2"); e.append("2") }, text(t) { if (t.lastInTextNode) t.before("s") } },
		null, { text(t) { if (t.lastInTextNode) t.before("d") } },
	],
	"within what is gone": (log, selector) => [
		selector, { element(e) { e.setInnerContent("gone") } },
		`${selector} *`, { element(e) { log.push(e.tagName + e.removed); e.before("x").after("x").append("x") }, text(t) { if (t.lastInTextNode) log.push("t"); t.before("x") }, comments(c) { log.push("c" + c.removed); c.before("x") } },
	],
	"async": (log, selector) => [selector, {
		async element(e) { log.push("+"); await null; await new Promise((f) => setTimeout(f, 1)); e.after("a"); log.push("-") },
		async text(t) { await null; if (t.lastInTextNode) { log.push("text"); t.before("b") } },
	}],
	"attributes": element((e) => { e.after(JSON.stringify([e.getAttribute("CLASS"), e.hasAttribute("id"), e.getAttribute("é"), e.getAttribute("none"), [...e.attributes]])) }),
	"throws": (log, selector) => [selector, { element(e) { e.before("before"); throw new RangeError("no") } }],
	"throws at the end": (log) => [null, { end() { throw new RangeError("no") } }],
	"rejects": (log, selector) => [selector, { async text(t) { throw new RangeError("no") } }],
	"bad name": element((e) => { e.tagName = "1" }),
	"bad attribute": element((e) => { e.setAttribute("a b", "") }),
	"bad comment": (log, selector) => [selector, { comments(c) { c.text = "a-->b" } }],
}

function stream(...chunks) {
	return new ReadableStream({
		start(c) {
			for (const chunk of chunks) c.enqueue(new TextEncoder().encode(chunk))
			c.close()
		},
	})
}

// cut cuts bytes into a stream of chunks.
function cut(bytes, cuts) {
	if (cuts.length === 0) return bytes
	return ReadableStream.from((async function* () {
		let from = 0
		for (const to of [...cuts, bytes.length]) {
			await new Promise((f) => setTimeout(f, 0))
			if (to > from) yield bytes.slice(from, to)
			from = to
		}
	})())
}

async function run(request) {
	const selector = decodeURIComponent(request.headers.get("x-selector") ?? "*")
	const bytes = new Uint8Array(await request.arrayBuffer())
	const cuts = (request.headers.get("x-cuts") ?? "").split(",").filter(Boolean).map(Number)
	const log = []
	let out = ""
	try {
		const rewriter = new HTMLRewriter()
		const rules = cases[decodeURIComponent(request.headers.get("x-case"))](log, selector)
		for (let i = 0; i < rules.length; i += 2) rules[i] === null ? rewriter.onDocument(rules[i + 1]) : rewriter.on(rules[i], rules[i + 1])
		const headers = { "content-type": request.headers.get("content-type") ?? "text/html" }
		for await (const chunk of rewriter.transform(new Response(cut(bytes, cuts), { headers })).body)
			out += String.fromCharCode(...chunk)
	} catch (error) {
		log.push(String(error))
	}
	return [JSON.stringify(out), ...log].join("\n")
}

export default {
	async fetch(request) {
		if (request.method === "GET") return Response.json(Object.keys(cases))
		return new Response(await run(request))
	},
}
