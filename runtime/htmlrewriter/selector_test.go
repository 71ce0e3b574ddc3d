package htmlrewriter

import (
	"strings"
	"testing"
)

// What is refused, and with which words, is workerd's.
func TestSelectorErrors(t *testing.T) {
	for selector, want := range map[string]error{
		"":                   errEmptySelector,
		"p,":                 errEmptySelector,
		"> p":                errEmptySelector,
		"*|":                 errEmptySelector,
		"1":                  errEmptySelector,
		":not()":             errEmptySelector,
		"p >":                errDanglingCombinator,
		"p )":                errDanglingCombinator,
		"p + i":              errNextSibling,
		"p ~ i":              errSubsequentSibling,
		"p || i":             errUnexpectedToken,
		"p)":                 errUnexpectedToken,
		"p!":                 errUnexpectedToken,
		"[a=b x]":            errUnexpectedToken,
		":nth-child(x)":      errUnexpectedToken,
		":nth-child(1 of p)": errUnexpectedToken,
		":nth-child()":       errUnexpectedEnd,
		":nth-child(2n+)":    errUnexpectedEnd,
		"p:":                 errUnexpectedEnd,
		"[]":                 errUnexpectedEnd,
		"[a=":                errUnexpectedEnd,
		"[1]":                errNoAttributeName,
		"[a!=b]":             errTokenInAttribute,
		"[a=1]":              errTokenInAttribute,
		".*":                 errClassName,
		"svg|p":              errNamespace,
		"[*|a]":              errNamespace,
		":hover":             errPseudo,
		":last-child":        errPseudo,
		":not(a b)":          errPseudo,
		"::before":           errPseudo,
	} {
		if _, err := parseSelector(selector); err != want {
			t.Errorf("%q: got %v, want %v", selector, err, want)
		}
	}
}

func TestSelectorSyntax(t *testing.T) {
	for _, c := range []struct{ html, selector, want string }{
		{`<p class="a:b">`, `.a\:b`, "p"},
		{`<p class=1>`, `.\31`, "p"},
		{"<p class=k\uFFFD>", `.k\`, "p"},
		{`<p a='x y'>`, `[a='x\20 y'`, "p"},
		{`<p a="x]">`, `[a="x]" /* c */ ]`, "p"},
		{`<p a=b>`, `*|p[|a=b]`, "p"},
		{`<p>`, `|p`, ""},
		{`<p a=x>`, `[a^=''], [a$=''], [a*='']`, ""},
		{`<p a=''>`, `[a~='']`, "p"},
		{`<b><b><b><b>`, `:nth-child(-N + 1)`, "b b b b"},
		{`<b></b><b></b><b></b><i>`, `:nth-child(2n +1)`, "b b"},
		{`<b></b><b></b><b></b><i>`, `:nth-child(even)`, "b i"},
		{`<b class=a></b><b class="a c"></b><i class=c>`, `:not(b.a)`, "i"},
		{`<b class=a></b><b class="a c"></b><i class=c>`, `:not(:not(b))`, "b b"},
	} {
		var got []string
		_, err := rewrite(t, c.html, nil, []on{{selector: c.selector, element: func(tok token) { got = append(got, tok.(*Element).TagName()) }}}, documentHandlers{})
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s, %s: got %s, want %s; %v", c.html, c.selector, got, c.want, err)
		}
	}
}

// Namespaces, as workerd has them.
func TestNamespaces(t *testing.T) {
	for _, c := range [][2]string{
		{"<math><mi><b>a</mi><c/>", "math:M mi:M b:x c:x"},
		{"<math><mi><p></p></mi><c/>", "math:M mi:M p:x c:M"},
		{"<svg><desc><div>a</div></desc><c/>", "svg:s desc:s div:x c:s"},
		{"<svg><desc><svg></svg></desc><c/>", "svg:s desc:s svg:s c:s"},
		{"<svg><desc></title><c/>", "svg:s desc:s c:x"},
		{"<svg><svg><p><c/>", "svg:s svg:s p:x c:x"},
		{"<math><svg></p><c/>", "math:M svg:s c:x"},
		{"<svg/><c/>", "svg:s c:x"},
		{"<svg><desc/><c/>", "svg:s desc:s c:s"},
		{"<svg><font size=1><c/>", "svg:s font:x c:x"},
		{"<svg><font x=1><c/>", "svg:s font:s c:s"},
		{"<svg><desc><p><b></p></desc><c/>", "svg:s desc:s p:x b:x c:s"},
		{"<svg><desc><svg><p></p></desc><c/>", "svg:s desc:s svg:s p:x c:s"},
		{"<math><annotation-xml encoding=TEXT/html></annotation-xml><c/>", "math:M annotation-xml:M c:M"},
		{"<math><annotation-xml></annotation-xml><c/>", "math:M annotation-xml:M c:M"},
	} {
		var got []string
		_, err := rewrite(t, c[0], nil, []on{{selector: "*", element: func(tok token) {
			e := tok.(*Element)
			ns := e.NamespaceURI()
			got = append(got, e.TagName()+":"+ns[strings.LastIndexByte(ns, '/')+1:][:1])
		}}}, documentHandlers{})
		if err != nil || strings.Join(got, " ") != c[1] {
			t.Errorf("%s: got %s, want %s; %v", c[0], got, c[1], err)
		}
	}
}

func TestAmbiguity(t *testing.T) {
	for html, refused := range map[string]bool{
		"<select><xmp>": true, "<select><script></script><title>": true, "<select></select><xmp>": false, "<select><input><xmp>": false,
		"<select><template></template><style>": true, "<select><template><style>": true, "<frameset><script>": true, "<frameset><noframes>": false,
		"<svg><select><title>": true, "<select><textarea></textarea><title>": false,
	} {
		_, err := rewrite(t, html, nil, nil, documentHandlers{})
		if _, ok := err.(ambiguityError); ok != refused {
			t.Errorf("%s: %v", html, err)
		}
	}
}

// What is held on to has a limit; what nobody wants is not held.
func TestMemory(t *testing.T) {
	ignore := func(token) {}
	long := strings.Repeat("x", maxMemory)
	for _, c := range []struct {
		html    string
		rules   []on
		refused bool
	}{
		{"<p a='" + long, []on{{selector: "p", element: ignore}}, true},
		{"<q a='" + long, []on{{selector: "p", element: ignore}}, false},
		{"<!--" + long, []on{{selector: "p", element: ignore}}, false},
		{"<p><!--" + long, []on{{selector: "p", comments: ignore}}, true},
		{"<p>" + long, []on{{selector: "p", text: ignore}}, false},
		{strings.Repeat("<p>", maxDepth), []on{{selector: "p", text: ignore}}, false},
		{strings.Repeat("<p>", maxDepth+1), []on{{selector: "p", text: ignore}}, true},
	} {
		var cuts []int
		for i := inputSize; i < len(c.html); i += inputSize {
			cuts = append(cuts, i)
		}
		out, err := rewrite(t, c.html, cuts, c.rules, documentHandlers{})
		if refused := err == error(errMemory); refused != c.refused || !refused && out != c.html {
			t.Errorf("%.10s: %v", c.html, err)
		}
	}
}
