//go:build peers

package peers

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"devserver/internal/testpki"
)

//go:embed testdata/rewriter.js
var rewriterWorker string

// documents are what each case of the Worker is tried on: what pages have, and what the tokenizer's states are for.
var documents = []string{
	`<!DOCTYPE html><html lang=en><head><title>T &amp; t</title><meta charset=utf-8></head><body class="a b"><p id=x>one <b>two</b> three<br>four</p><!-- c --><ul><li>1<li class=k>2</ul></body></html>`,
	`text only é€😀`,
	``,
	`<p`, `<p a`, `<p a=`, `<p a='`, `<`, `</`, `</p`, `<!`, `<!-`, `<!--`, `<!--a-`, `<!d`, `<!doctype`, `<!doctype a public`, `<?`, `<![`,
	`a < b <3 </ > <> </> c`,
	`<p a b=1 c='2' d="3" a=4 e = 5 f/g =h i=/ j=/>x</p>`,
	"<p\n\ta\r\n=\f'b'c='d'\"e\" =f <g>x</p >",
	`<P CLASS="A b" iD=X>é</P><É é=ü>x</É>`,
	`<p class='a&quot;b' id="x&y">&lt;</p>`,
	`<br/><br /><p/>in<img src=x>out`,
	`<div><p>a<div>b</p>c</div>d</div>e</p>f`,
	`<div><span>a<i>b</div>c`,
	`<ul><li>a<ul><li>b</ul><li>c</ul>`,
	`<!--a--><!--b--!><!--><!---><!--->--><!--a--b---c--><!--<!--a--><!--a--!b-->`,
	`<!x><?y z?></ w><!doctypehtml><!DOCTYPE a PUBLIC "b" 'c'><!doctype a system "b" c><!doctype a publi><!doctype a public b>`,
	`a</>b<!---->c<![CDATA[d]]>e`,
	`<title>a<b>c</title d><textarea></textare></textarea/><style><p></style><xmp><p></xmp><iframe><p></iframe><noscript><p></noscript><noembed><p></noembed><noframes><p></noframes>`,
	`<script>a<b</script><script><!--</script>b<script><!--<script>a</script>b--></script>c`,
	`<script><!--<script </script/>-</script>d`, `<script><!-- - -- <a </script>e`, `<script><!--></script>f`, `<script><!-<script></script>g`,
	`<script><!--<scripting></script>h`, `<script><!--<script>--></script>i`, `<script></scriptx></script>j`, `<script/>k</script>l`,
	`<plaintext><p></plaintext>`,
	`<svg><p>a</p></svg><svg><g/><a b=c/>x</a><![CDATA[<p>]]]>]]><title><p>t</p></title><desc/><foreignObject><div>h</div></foreignObject><style><p></style></svg><p>x`,
	`<svg/><p>x<![CDATA[y]]>`, `<svg></p><![CDATA[y]]>`, `<svg><font><b></font><font color=x><i>`, `<svg><script><p></script></svg>`,
	`<math><mi><p>a</mi><annotation-xml encoding="text/HTML"><p>b</p></annotation-xml><annotation-xml><c/></annotation-xml><mo/>d</math>`,
	`<math><svg><desc><math><mtext><p>`,
	`<template><p>a</template><table><td>b<tr>c</table>`,
	`<select><option>a<option>b</select><select><script>c</script></select><select><input><xmp><p></xmp>`,
	`<select><template><template></template><p></template><style>`, `<select><xmp><p>`, `<frameset><noframes><p></noframes><frame><script>`,
	`<select><textarea><p></textarea><title><p>`,
	`<esi:include src=x/><p>a</esi:include>`,
	"a\x00b<p\x00c d\x00=e>\x00</p\x00c><!--\x00--><title>\x00</title>",
	"\xef\xbb\xbf<p>a\xef\xbb\xbf",
	`<a><b class=k><a class=k><b>x</b></a><i></i><a></a></b></a><a class="k j"><i id=x></a>`,
	strings.Repeat(`<p class=k>some text and <i>more</i> of it</p>`, 50),
	`<p>` + strings.Repeat("é", 3000) + `</p>`,
	`<a href=/x>1</a><A HREF='/y'>2</A><a>3</a>`,
}

var selectors = []string{
	"*", "p", "a[href]", ".k", "#x", "div > *", "div p", "li:first-child", ":nth-child(2)", "p:nth-of-type(odd)", ":not(p)", "svg *",
	"title", "[class~=b]", "ul li li", "*:not([class])", "br, img, p", "a b", "script, style", "math *", "select",
}

// TestRewriter compares HTMLRewriter: all cases on all documents, whole and cut.
func TestRewriter(t *testing.T) {
	t.Parallel()
	r := startRewriters(t)
	random := rand.New(rand.NewPCG(1, 2))
	for _, name := range r.cases {
		t.Run(name, func(t *testing.T) {
			var all []rewriting
			for _, document := range some(random, documents) {
				c := rewriting{name: name, selector: "*", document: document}
				all = append(all, c)
				c.selector = selectors[random.IntN(len(selectors))]
				all = append(all, c)
				c.cuts = randomCuts(random, document)
				all = append(all, c)
			}
			r.compareAll(t, all)
		})
	}
	t.Logf("%d documents are the same", r.same.Load())
}

// TestRewriterSelectors compares which selectors are accepted, what is said of the others, and what the former select.
func TestRewriterSelectors(t *testing.T) {
	t.Parallel()
	r := startRewriters(t)
	var all []rewriting
	random := rand.New(rand.NewPCG(3, 4))
	for _, selector := range oddSelectors {
		for _, i := range some(random, []int{0, 6, 8, 11, 35, 50}) {
			all = append(all, rewriting{name: "show elements", selector: selector, document: documents[i%len(documents)]})
		}
	}
	r.compareAll(t, all)
}

var oddSelectors = []string{
	"", " ", "*", "p", "P", "p ", " p", "p,", ",p", "p,,i", "p i", "p>i", "p > i", "p >", "> p", "p > > i", "p + i", "p ~ i", "p || i", "p & i", "&",
	"p:first-child", "p:first-of-type", "p:last-child", "p:only-child", "p:last-of-type", "p:only-of-type", ":root", ":empty", ":scope", ":hover", ":link", ":host", ":host(p)",
	":nth-child(1)", ":nth-child(2n+1)", ":nth-child(2N + 1)", ":nth-child( odd )", ":nth-child(EVEN)", ":nth-child(-n+2)", ":nth-child(n)", ":nth-child(+3)", ":nth-child(-3)",
	":nth-child(n-1)", ":nth-child(2n -1)", ":nth-child(2n- 1)", ":nth-child()", ":nth-child(x)", ":nth-child(2n+)", ":nth-child(1.5)", ":nth-child(1 of p)", ":nth-child", ":nth-child(2", ":nth-child(0n+2)",
	":nth-of-type(2)", "p:nth-of-type(2n)", ":nth-last-child(1)", ":nth-last-of-type(1)", ":nth-last-child(x)", ":NTH-CHILD(2)", ":nth-child(+n)", ":nth-child(99999999999)", ":nth-child(- n)", ":nth-child(3n+0)", ":nth-child(--n)",
	":not(p)", ":not(p, i)", ":not(.k)", ":not(p.k)", ":not()", ":not(*)", ":not(:not(p))", ":not(p i)", ":not(p > i)", ":not(:hover)", ":not", ":not(p", ":not(p) i", "p:not(.k):not(#x)", ":not(,)", ":not(:first-child)", ":not([class=k])", ":not(p))",
	":is(p)", ":where(p)", ":has(p)", ":matches(p)", "::before", ":before", "::", ":", "p:", ": p", "p::after", "::slotted(p)", ":1", ":(p)", ":first-child(1)", ":first-line",
	".k", ".K", ".", ". k", ".1", ".\\31", ".k.j", ".k .j", ".-k", ".--k", ".-", "._", ".é", ".k\\", "p.k", "p .k", ".k:not(.j)", "..k", ".*",
	"#x", "#X", "#", "# x", "#1", "#\\31", "#-", "#--", "#x#y", "p#x.k[class]", "#é",
	"[class]", "[CLASS]", "[ class ]", "[class=k]", "[class='k']", "[class=\"k\"]", "[class=K]", "[class=K i]", "[class=k s]", "[class=K I]", "[class=k x]", "[class=k i i]", "[class=k i s]", "[class=k'i']",
	"[class~=k]", "[class~=K i]", "[class^=k]", "[class$=j]", "[class*=' ']", "[class|=k]", "[class^='']", "[class$='']", "[class*='']", "[class~='']", "[class='']", "[class|='']", "[lang=EN]", "[lang=EN s]", "[type=TEXT]",
	"[]", "[", "[class", "[class=", "[class=k", "[class=]", "[class k]", "[class==k]", "[class!=k]", "[=k]", "[1]", "['a']", "[class=1]", "[class=-1]", "[class=#k]", "[class=k]]", "[class].k", "[é]", "[é=ü]", "[class = k]", "[class=\\6b]", "[class='\\6b']", "[class='k", "[class='k\n']", "[class=k]p",
	"svg|p", "*|p", "|p", "*|*", "|*", "*|", "|", "p|", "[*|class]", "[|class]", "[svg|class]", "[*|]", "[|]", "[*]", "[*class]", "*p", "p*", "*|p.k", ":not(*|p)", "p|*", "* | p",
	"p /* c */ i", "p/**/i", "/* c", "p{", "p}", "p)", "p )", "p]", "(p)", "p(", "p()", "1", "1p", "-p", "--p", "-1", "@p", "$p", "!p", "%", "p!", "p;", "\"p\"", "'p'", "p\\:x", "\\70", "\\", "p\x00", "<!--", "-->", "é", "É", "url(x)", "p>>i", "p, i", "p\ti", "p\ni", "p>/**/i", ".k>i", "*>*", "* *", "a:b", "esi\\:include", "a:not(b):not(c)", "p:first-child:nth-child(1)", "u+0", "p +", "p ~", "+ p", "~ p",
}

// TestRewriterRandom compares documents that are made of any parts, in any order.
func TestRewriterRandom(t *testing.T) {
	t.Parallel()
	r := startRewriters(t)
	var all []rewriting
	seeds := uint64(2000)
	if testing.Short() {
		seeds = 500
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 7))
		var document strings.Builder
		for range 1 + random.IntN(25) {
			document.WriteString(parts[random.IntN(len(parts))])
		}
		c := rewriting{
			name:     r.cases[random.IntN(len(r.cases))],
			selector: selectors[random.IntN(len(selectors))],
			document: document.String(),
		}
		if random.IntN(3) == 0 {
			c.name = "show"
		}
		if random.IntN(2) == 0 {
			c.cuts = randomCuts(random, c.document)
		}
		all = append(all, c)
	}
	r.compareAll(t, all)
	t.Logf("%d documents are the same", r.same.Load())
}

// A tag such as <script a=> is not among them: see rewriterDifferences.
var parts = []string{
	"a", " ", "b c", "é€", "&amp;", "<", ">", "</", "/>", "\"", "'", "=", "-", "--", "!", "\n", "<!", "]]>", "-->", "<!--", "<!-->", "<!--x-->", "<!--x--!>", "<?x>", "</x>", "</>",
	"<p>", "<p class=k>", "<P ID='x' CLASS=\"k j\">", "</p>", "<p/>", "<p a=>", "<p a = b c>", "<div>", "</div>", "<span id=x>", "</span>", "<br>", "<br/>", "<img a=b>", "<ul>", "<li>", "</li>", "</ul>",
	"<b>", "</b>", "<i>", "</i>", "<a href=x>", "</a>", "<title>", "</title>", "<textarea>", "</textarea>", "<style>", "</style>", "<script>", "</script>", "</script ", "<scRipt", "<xmp>", "</xmp>",
	"<svg>", "</svg>", "<svg/>", "<math>", "</math>", "<mi>", "</mi>", "<g/>", "<g>", "</g>", "<desc>", "</desc>", "<foreignObject>", "</foreignObject>", "<font>", "<font color=x>", "<![CDATA[", "<annotation-xml encoding=text/html>", "</annotation-xml>",
	"<select>", "</select>", "<option>", "<template>", "</template>", "<input>", "<table>", "<tr>", "<td>", "</table>", "<noscript>", "</noscript>", "<custom-element-x y=z>", "</custom-element-x>",
	"<!doctype html>", "<!DOCTYPE a PUBLIC 'b' \"c\">", "<form action=x", " class=k", " id=x", "class", "\t", "\r\n", "<h1>", "</h1>", "<aaaaaaaaaaaaaaaa>", "</aaaaaaaaaaaaaaaa>",
}

// encoded are documents in other encodings.
var encoded = []struct{ contentType, document string }{
	{"text/html;charset=windows-1252", "<p class=\xe9\x80>\xff\x81</p>\xa9<!--\xfc-->"},
	{"text/html; charset=latin1", "<p class=\xe9>\xff</p>"},
	{"text/html; charset=\"iso-8859-2\"", "<p class=\xb1>\xe6</p><!--\xb1-->"},
	{"text/html; charset=iso-8859-8-i", "<p class=\xe0>\xe1</p>"},
	{"text/html; charset=koi8-r", "<p class=\xc1>\xc2</p>"},
	{"text/html; charset=x-user-defined", "<p class=\x81>\xff</p>"},
	{"text/html; charset=shift_jis", "<p class=\x83e>\x83\x5c\x82\xa0</p><!--\x93\xfa-->"},
	{"text/html; charset=euc-jp", "<p class=\xc6\xfc>\xcb\xdc</p>"},
	{"text/html; charset=euc-kr", "<p class=\xc7\xd1>\xb1\xdb</p>"},
	{"text/html; charset=big5", "<p class=\xa4\xa4>\xa4\xe5</p>"},
	{"text/html; charset=gbk", "<p class=\xd6\xd0>\xce\xc4</p>"},
	{"text/html; charset=gb18030", "<p class=\xd6\xd0>\x81\x30\x81\x30</p>"},
	{"text/html; charset=utf-16le", "<p>"}, {"text/html; charset=iso-2022-jp", "<p>"}, {"text/html; charset=replacement", "<p>"}, {"text/html; charset=none", "<p>"},
	{"text/html; CHARSET=UTF8", "<p>\xc3\xa9"}, {"text/html; charset", "<p>"}, {"text/plain", "<p>"},
}

// TestRewriterEncodings compares what becomes of documents in other encodings.
func TestRewriterEncodings(t *testing.T) {
	t.Parallel()
	r := startRewriters(t)
	var all []rewriting
	for _, d := range encoded {
		for _, name := range []string{"nothing", "show", "set", "around", "attributes", "comments changed", "text around", "rename", "document"} {
			all = append(all, rewriting{name: name, selector: "p", document: d.document, contentType: d.contentType})
		}
		all = append(all, rewriting{name: "show", selector: ".é, .ą, .日, .中", document: d.document, contentType: d.contentType})
	}
	r.compareAll(t, all)
}

// rewriterDifferences are documents that come out otherwise than on workerd, and why.
var rewriterDifferences = []struct {
	why  string
	here string // what comes out
	rewriting
}{
	{"bytes that are no text stay what they are, though a handler has looked at them", `"<p>[aÿ]</p>"`, rewriting{name: "show text", selector: "p", document: "<p>[a\xff]</p>"}},
	{"a tag that ends where a value should be has the content that it always has", `"<script a=><p></script>x<New>"`,
		rewriting{name: "rename", selector: "p", document: "<script a=><p></script>x<p>"}},
}

func TestRewriterDifferences(t *testing.T) {
	t.Parallel()
	r := startRewriters(t)
	for _, d := range rewriterDifferences {
		want, got := r.theirs.ask(t, d.request()), r.ours.ask(t, d.request())
		if here, _, _ := strings.Cut(got.body, "\n"); here != d.here {
			t.Errorf("%q: got %s, want %s", d.document, here, d.here)
		}
		if want.body == got.body {
			t.Errorf("%q: there is no difference any more (%s)", d.document, d.why)
		}
	}
}

// rewriting is one document and what is done with it.
type rewriting struct {
	name, selector, document string
	cuts                     []string
	contentType              string
}

func (c rewriting) request() string {
	headers := []string{"X-Case: " + url.PathEscape(c.name), "X-Selector: " + url.PathEscape(c.selector), "X-Cuts: " + strings.Join(c.cuts, ",")}
	if c.contentType != "" {
		headers = append(headers, "Content-Type: "+c.contentType)
	}
	return "POST / HTTP/1.1\r\nHost: worker.localhost\r\nConnection: close\r\n" + strings.Join(headers, "\r\n") +
		fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n%s", len(c.document), c.document)
}

// randomCuts are up to eight places to cut a document at.
func randomCuts(random *rand.Rand, document string) []string {
	at := map[int]bool{}
	for range random.IntN(8) {
		at[random.IntN(len(document)+1)] = true
	}
	var cuts []string
	for i := range len(document) + 1 {
		if at[i] {
			cuts = append(cuts, fmt.Sprint(i))
		}
	}
	return cuts
}

// rewriters are the two programs.
type rewriters struct {
	theirs, ours *peer
	cases        []string
	same         atomic.Int64
}

func startRewriters(t *testing.T) *rewriters {
	workerdBinary(t)
	p := newProject(t, testpki.New("peers"), rewriterWorker, nil)
	r := &rewriters{theirs: &startWorkerd(t, p).peer, ours: serve(t, p)}
	if err := json.Unmarshal([]byte(r.theirs.ask(t, get("/")).body), &r.cases); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *rewriters) compare(t *testing.T, c rewriting) {
	t.Helper()
	want, got := r.theirs.ask(t, c.request()), r.ours.ask(t, c.request())
	if want.body != got.body || got.body == "" {
		t.Errorf("%s, %q, cut at %s:\n%s\n- workerd:\n%s\n- devserver:\n%s", c.name, c.selector, c.cuts, c.document, want.body, got.body)
		return
	}
	r.same.Add(1)
}

func (r *rewriters) compareAll(t *testing.T, all []rewriting) {
	t.Helper()
	concurrently(all, func(c rewriting) { r.compare(t, c) })
}
