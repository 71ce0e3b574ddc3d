package htmlrewriter

import (
	"fmt"
	"strings"
	"testing"
)

// FuzzRewriter rewrites any bytes, cut anywhere: without handlers, and with handlers that change nothing, they come out
// as they were; and what handlers are told does not depend on where they are cut.
func FuzzRewriter(f *testing.F) {
	for _, seed := range []string{
		`<!DOCTYPE html><p class=k id='x'>a<br/>b</p><!-- c --><script>a<!--<script></script>--></script><svg><![CDATA[x]]><desc><p></desc></svg>`,
		`<title>a</title><textarea></textare`, "<p a\x00=\xff>\xe2\x82", `<select><xmp>`, `<a =b/ c = "d" e='`, `</><!><!-><!---><?`,
		"<math><annotation-xml encoding=text/html></annotation-xml><plaintext>", "a\xe2\x82\xacb<i>\xf0\x9f", `<script a=><p></script>`,
	} {
		f.Add([]byte(seed), uint64(0x5555))
		f.Add([]byte(seed), ^uint64(0))
	}
	f.Fuzz(func(t *testing.T, document []byte, where uint64) {
		html := string(document)
		var cuts []int
		for i := 1; i < len(html); i++ {
			if where>>(i%64)&1 == 1 {
				cuts = append(cuts, i)
			}
		}
		if out, err := rewrite(t, html, cuts, nil, documentHandlers{}); out != html && !refused(err) {
			t.Fatalf("without handlers: %q became %q, %v", html, out, err)
		}
		whole, err := told(t, html, nil)
		inParts, partsErr := told(t, html, cuts)
		if whole != inParts || fmt.Sprint(err) != fmt.Sprint(partsErr) {
			t.Fatalf("%q\nwhole: %s %v\nin parts: %s %v", html, whole, err, inParts, partsErr)
		}
	})
}

// refused reports whether an error is that of a document that is refused.
func refused(err error) bool {
	_, ambiguous := err.(ambiguityError)
	return ambiguous || err == errMemory
}

// told returns what handlers are told that change nothing.
func told(t *testing.T, html string, cuts []int) (string, error) {
	var b strings.Builder
	tell := func(tok token) {
		switch tok := tok.(type) {
		case *Element:
			fmt.Fprintf(&b, "<%s %s", tok.TagName(), tok.NamespaceURI())
			for i := 0; ; i++ {
				name, value, ok := tok.Attribute(i)
				if !ok {
					break
				}
				fmt.Fprintf(&b, " %q=%q", name, value)
			}
			b.WriteString(">")
			tok.OnEndTag(func(end token) { fmt.Fprintf(&b, "</%s>", end.(*EndTag).Name()) })
		case *Comment:
			fmt.Fprintf(&b, "!%q", tok.Text())
		case *Text:
			b.WriteString(tok.text)
			if tok.last {
				b.WriteString("|")
			}
		case *Doctype:
			fmt.Fprintf(&b, "D%v%v%v", tok.Name != nil, tok.PublicID != nil, tok.SystemID != nil)
		}
	}
	out, err := rewrite(t, html, cuts, []on{{selector: "*, p > [class], a b", element: tell, comments: tell}}, documentHandlers{handler(tell), handler(tell), handler(tell), handler(tell)})
	if out != html && !refused(err) {
		t.Fatalf("with handlers that change nothing: %q became %q, %v", html, out, err)
	}
	if err != nil && !strings.HasPrefix(html, out) {
		t.Fatalf("%q is refused after %q", html, out)
	}
	return b.String(), err
}
