package htmlrewriter_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/htmlrewriter"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// globals are those that the scripts use, and a function rewrite(html, handlers, …): pairs of a selector, or null for
// the document, and its handlers.
func globals() [][]webidl.Global {
	return [][]webidl.Global{
		events.Globals(), streams.Globals(), fetch.Globals(), timers.Globals(), textcodec.Globals(), htmlrewriter.Globals(),
	}
}

const prelude = `
	const rewrite = (html, ...rules) => {
		const r = new HTMLRewriter()
		for (let i = 0; i < rules.length; i += 2) rules[i] === null ? r.onDocument(rules[i + 1]) : r.on(rules[i], rules[i + 1])
		return r.transform(new Response(html)).text()
	}
	const chunks = (...list) => new ReadableStream({ async start(c) {
		for (const s of list) { await scheduler.wait(1); c.enqueue(new TextEncoder().encode(s)) }
		c.close()
	} })
	const thrown = (fn) => { try { fn(); return "nothing" } catch (e) { return String(e) } };
`

func table(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			t.Helper()
			if got := jstest.New(t, globals()...).Run(t, prelude+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

func TestElement(t *testing.T) {
	table(t, []jstest.Case{
		{`return rewrite("<p  A=1 >x</p>", "p", { element(e) { e.setAttribute("b", 'q"&') } })`, `<p A=1 b="q&quot;&">x</p>`},
		{`return rewrite("<p a='1' b c=2/>", "p", { element(e) { e.removeAttribute("B") } })`, `<p a='1' c=2/>`},
		{`return rewrite("<p A=&amp;>", "p", { element(e) { e.setAttribute("c", e.getAttribute("a") + e.hasAttribute("x") + e.getAttribute("x")) } })`, `<p A=&amp; c="&amp;falsenull">`},
		{`return rewrite("<P>x</P>", "p", { element(e) { e.setAttribute("t", e.tagName); e.tagName = "Div" } })`, `<Div t="p">x</Div>`},
		{`return rewrite("a<p>b</p>c", "p", { element(e) { e.before("<1>").before("2").after("3").after("4").prepend("5").prepend("6").append("7").append("<8>", { html: true }) } })`,
			`a&lt;1&gt;2<p>65b7<8></p>43c`},
		{`return rewrite("a<br>c", "br", { element(e) { e.before("1").after("2").prepend("3").append("4").setInnerContent("5") } })`, `a1<br>2c`},
		{`return rewrite("a<p>b<i>c</i></p>d", "p", { element(e) { e.replace("x") } }, "i", { element(e) { if (!e.removed) throw 1 } })`, `axd`},
		{`return rewrite("a<p>b<i>c</i></p>d", "p", { element(e) { e.setInnerContent("<x>") } })`, `a<p>&lt;x&gt;</p>d`},
		{`return rewrite("a<p>b</p>d", "p", { element(e) { e.remove(); return e.removed ? 0 : 1 } })`, `ad`},
		{`return rewrite("a<p>b</p>d", "p", { element(e) { e.removeAndKeepContent() } })`, `abd`},
		{`return rewrite("<p>b</p>", "p", { element(e) { e.onEndTag((t) => { t.before("1"); t.after("2"); t.name += "x" }) } })`, `<p>b1</px>2`},
		{`return rewrite("<p>b</p>", "p", { element(e) { e.onEndTag((t) => t.remove()) } })`, `<p>b`},
		{`return rewrite("<p>b", "p", { element(e) { e.append("lost") } })`, `<p>b`},
		{`return rewrite("<p a=1 b=2>", "p", { element(e) { e.after(JSON.stringify([...e.attributes])) } })`, `<p a=1 b=2>`},
		{`return rewrite("<br a=1 B='2&amp;'>", "br", { element(e) { e.after(JSON.stringify([...e.attributes]), { html: true }) } })`, `<br a=1 B='2&amp;'>[["a","1"],["b","2&amp;"]]`},
		{`return rewrite("<svg><a/></svg>", "a", { element(e) { e.after(e.namespaceURI) } })`, `<svg><a/>http://www.w3.org/2000/svg</svg>`},
		{`let n; await rewrite("<br a=1>", "br", { element(e) { const it = e.attributes; e.setAttribute("b", ""); n = thrown(() => it.next()) } }); return n`,
			"Error: The attributes of this element have been modified during iteration. You must create a new iterator after modifying attributes."},
		{`let n; await rewrite("<p>", "p", { element(e) { n = thrown(() => e.tagName = "1") } }); return n`, "TypeError: Parser error: The first character of the tag name should be an ASCII alphabetical character."},
		{`let n; await rewrite("<p>", "p", { element(e) { n = thrown(() => e.setAttribute("a=", "")) } }); return n`, "TypeError: Parser error: `=` character is forbidden in the attribute name"},
		{`let n; await rewrite("<br>", "br", { element(e) { n = thrown(() => e.onEndTag(() => {})) } }); return n`, "TypeError: Parser error: No end tag."},
	})
}

func TestOtherTokens(t *testing.T) {
	table(t, []jstest.Case{
		{`return rewrite("a<p>b<i>c</i>d</p>e", "p", { text(x) { x.replace(x.text.toUpperCase() + (x.lastInTextNode ? "." : "")) } })`, `a<p>B.<i>C.</i>D.</p>e`},
		{`return rewrite("a<p>b</p>", null, { text(x) { if (x.text) x.before("<").after(">", { html: true }) } })`, `&lt;a><p>&lt;b></p>`},
		{`return rewrite("<p>a</p>", "p", { text(x) { x.remove() } })`, `<p></p>`},
		{`return rewrite("<p><!--a--><!--b--></p>", "p", { comments(c) { c.text === "a" ? c.text = "c" : c.replace("<x>", { html: true }) } })`, `<p><!--c--><x></p>`},
		{`return rewrite("<!--a-->", null, { comments(c) { c.before("1").after("2").remove() } })`, `12`},
		{`let n; await rewrite("<!--a-->", null, { comments(c) { n = thrown(() => c.text = "-->") } }); return n`, "TypeError: Parser error: Comment text shouldn't contain a comment-closing sequence."},
		{`let n; await rewrite("<!DOCTYPE HTML PUBLIC 'a'>", null, { doctype(d) { n = [d.name, d.publicId, d.systemId].join() } }); return n`, `html,a,`},
		{`return rewrite("a", null, { end(e) { e.append("<1>").append("<2>", { html: true }) } })`, `a&lt;1&gt;<2>`},
		{`let n; await rewrite("a", null, { end(e) { n = thrown(() => e.append(new Response("x"))) } }); return n`,
			"TypeError: Replacing content in HTML comments using a ReadableStream or Response object is not implemented. You must provide a string."},
	})
}

func TestContentStreams(t *testing.T) {
	table(t, []jstest.Case{
		{`return rewrite("<p>a</p>", "p", { element(e) { e.append(new Response("<x>")); e.prepend(chunks("1", "<2>"), { html: true }); e.after(new Response("y").body) } })`, `<p>1<2>a&lt;x&gt;</p>y`},
		{`return rewrite("<p>a</p>", "p", { element(e) { e.replace(new Response(null)) } })`, `<p>a</p>`},
		{`const euro = new Uint8Array([0xe2, 0x82, 0xac]); return rewrite("<p></p>", "p", { element(e) { e.append(new ReadableStream({ start(c) { for (const b of euro) c.enqueue(new Uint8Array([b])); c.close() } })) } })`, `<p>€</p>`},
		{`return rewrite("<p></p>", "p", { element(e) { e.append(new Response(new Uint8Array([255]))) } })`, `thrown: TypeError: Parser error: Invalid UTF-8`},
		{`return rewrite("<p></p>", "p", { element(e) { const s = new Response("x").body; e.append(s); e.append(s) } })`, `thrown: TypeError: The ReadableStream has been locked to a reader.`},
		{`return rewrite("<p></p>", "p", { element(e) { e.append(new ReadableStream({ pull() { throw new RangeError("no") } })) } })`, `thrown: RangeError: no`},
	})
}

func TestHandlers(t *testing.T) {
	table(t, []jstest.Case{
		// One after the other, each awaited.
		{`const log = []; const h = (name) => ({ async element(e) { log.push(name + "+"); await scheduler.wait(1); log.push(name + "-") } });
			await rewrite("<p><i>", "*", h("1"), "p", h("2")); return log.join()`, `1+,1-,2+,2-,1+,1-`},
		{`const log = []; await rewrite("<!doctype a><p>x", null, { end() { log.push("e1") }, text() { log.push("d") } }, "p", { text() { log.push("p") } }, null, { end() { log.push("e2") } }); return log.join()`, `p,d,p,d,e2,e1`},
		{`class H { constructor() { this.n = 0 } element(e) { e.setAttribute("n", ++this.n) } }; return rewrite("<p><p>", "p", new H())`, `<p n="1"><p n="2">`},
		{`return rewrite("a<p>b", "p", { element() { throw new RangeError("no") } })`, `thrown: RangeError: no`},
		{`return rewrite("a<p>b", "p", { async element() { throw "no" } })`, `thrown: no`},
		{`return rewrite("a<p>b", "p", { element() { return { then(_, no) { no("thenable") } } } })`, `thrown: thenable`},
		{`const r = new HTMLRewriter().on("p", { element() { throw 1 } }).transform(new Response("a<p>b")).body.getReader();
			const { value } = await r.read(); return new TextDecoder().decode(value) + await r.read().catch(String)`, `a1`},
		// The token lives until the handler's promise is settled, or microtasks have run.
		{`let saved, within; await rewrite("<p>", "p", { element(e) { saved = e; Promise.resolve().then(() => within = e.tagName) } }); return within + thrown(() => saved.tagName)`,
			"pTypeError: This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler."},
		{`let saved; await rewrite("<p a=1>", "p", { async element(e) { saved = e.attributes; await 1 } }); return thrown(() => saved.next())`,
			"TypeError: This content token is no longer valid. Content tokens are only valid during the execution of the relevant content handler."},
		{`let first; let n = 0; await rewrite("<p>".repeat(5000), "p", { element(e) { first ??= e; n++ } }); return n + thrown(() => first.tagName)`, "5000TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		// What the handler has before it can be read while it waits.
		{`let go; const r = new HTMLRewriter().on("p", { element(e) { e.before("!"); return new Promise((f) => go = f) } }).transform(new Response("abc<p>")).body.getReader();
			const a = new TextDecoder().decode((await r.read()).value); go(); return a + "|" + new TextDecoder().decode((await r.read()).value)`, `abc|!<p>`},
		{`const r = new HTMLRewriter().on("p", { element(e) { return new Promise(() => {}) } }).transform(new Response("<p>")); return "not read"`, `not read`},
		{`return rewrite(chunks("<", "p", ">", "a</", "p>"), "p", { element(e) { e.append("x") } })`, `<p>ax</p>`},
		{`return rewrite(new ReadableStream({ start(c) { c.enqueue(new Uint8Array([97])) }, pull(c) { c.error(new RangeError("src")) } }), "p", {})`, `thrown: RangeError: src`},
		// Transforms of transforms.
		{`const a = new HTMLRewriter().on("p", { element(e) { e.tagName = "q" } }), b = new HTMLRewriter().on("q", { element(e) { e.append("x") } });
			return b.transform(a.transform(new Response("<p></p>"))).text()`, `<q>x</q>`},
		{`const a = new HTMLRewriter().on("p", { element(e) { e.append("x") } }); const one = a.transform(new Response("<p></p>")), two = a.transform(new Response("<p>2</p>")); return await two.text() + await one.text()`, `<p>2x</p><p>x</p>`},
	})
}

func TestTransform(t *testing.T) {
	table(t, []jstest.Case{
		{`const r = new Response(null, { status: 204 }); return new HTMLRewriter().transform(r) === r`, `true`},
		{`return thrown(() => new HTMLRewriter().transform(Response.error()))`, `TypeError: HTMLRewriter cannot transform an error response`},
		{`return thrown(() => new HTMLRewriter().transform("x"))`, `TypeError: Failed to execute 'transform' on 'HTMLRewriter': parameter 1 is not of type 'Response'.`},
		{`const r = new Response("x"); await r.text(); return thrown(() => new HTMLRewriter().transform(r))`, `TypeError: The ReadableStream has been locked to a reader.`},
		{`return thrown(() => new HTMLRewriter().transform(new Response("x", { headers: { "content-type": "text/html; charset=nope" } })))`, `TypeError: Parser error: Unknown character encoding has been provided.`},
		{`return thrown(() => new HTMLRewriter().transform(new Response("x", { headers: { "content-type": "text/html; charset=utf-16" } })))`, `TypeError: Parser error: Expected ASCII-compatible encoding.`},
		{`const r = new Response("hello", { status: 203, statusText: "s", headers: { "content-type": "text/html", "x-a": "b" } }); const t = new HTMLRewriter().transform(r);
			return [r.bodyUsed, t.status, t.statusText, JSON.stringify([...t.headers]), t !== r, t.bodyUsed, await t.text()].join()`, `true,203,s,[["content-type","text/html"],["x-a","b"]],true,false,hello`},
		{`return thrown(() => new HTMLRewriter().on("a", { element: null }))`, `TypeError: Incorrect type for the 'element' field on 'ElementContentHandlers': the provided value is not of type 'function'.`},
		{`return thrown(() => new HTMLRewriter().on("a", 1))`, `TypeError: Failed to execute 'on' on 'HTMLRewriter': parameter 2 is not of type 'ElementContentHandlers'.`},
		{`return thrown(() => new HTMLRewriter().on("a:hover", {}))`, `TypeError: Parser error: Unsupported pseudo-class or pseudo-element in selector.`},
		{`return thrown(() => new HTMLRewriter().onDocument({ end: 1 }))`, `TypeError: Incorrect type for the 'end' field on 'DocumentContentHandlers': the provided value is not of type 'function'.`},
		{`return rewrite("<select><xmp>", "p", {}).catch((e) => String(e).slice(0, 74))`, "TypeError: Parser error: The parser has encountered a text content tag (`<"},
		{`return rewrite("<a>".repeat(16385), "p", {})`, `thrown: TypeError: Parser error: The memory limit has been exceeded.`},
		{`return (await rewrite("<a>".repeat(16384), "p", {})).length`, `49152`},
		// Bytes of another encoding: é is E9 there, and € is not.
		{`const r = new HTMLRewriter().on("p", { element(e) { e.setAttribute("b", e.getAttribute("a") + "é"); e.append("é€") } }).transform(new Response(new Uint8Array([...'<p a=\xe9>\xff</p>'].map((c) => c.charCodeAt())), { headers: { "content-type": "text/html;charset=iso-8859-2" } }));
			return escape(String.fromCharCode(...new Uint8Array(await r.arrayBuffer())))`, `%3Cp%20a%3D%E9%20b%3D%22%E9%E9%22%3E%FF%E9%26%238364%3B%3C/p%3E`},
	})
}

func TestEncodings(t *testing.T) {
	for _, c := range [][2]string{
		{"shift_jis", "<p>%26%23233%3B%93%FA"}, {"euc-jp", "<p>%26%23233%3B%C6%FC"}, {"big5", "<p>%26%23233%3B%A4%E9"}, {"gbk", "<p>%A8%A6%C8%D5"},
	} {
		got := jstest.New(t, globals()...).Run(t, `const r = new HTMLRewriter().onDocument({ end(e) { e.append("é日") } });
			const bytes = new Uint8Array(await r.transform(new Response("<p>", { headers: { "content-type": "text/html; charset=`+c[0]+`" } })).arrayBuffer());
			return "<p>" + escape(String.fromCharCode(...bytes.slice(3)))`)
		if got != c[1] {
			t.Errorf("%s: got %s, want %s", c[0], got, c[1])
		}
	}
}
