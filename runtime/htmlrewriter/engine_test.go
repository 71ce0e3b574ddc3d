package htmlrewriter

import (
	"fmt"
	"strings"
	"testing"
)

// on is a selector and what is to be done with what it selects.
type on struct {
	selector                string
	element, comments, text func(token)
}

// rewrite drives an engine, giving it the document in parts that end at cuts.
func rewrite(t testing.TB, html string, cuts []int, rules []on, document documentHandlers) (string, error) {
	t.Helper()
	e := newEngine(utf8Charset)
	wrap := func(fn func(token)) handler {
		if fn == nil {
			return nil
		}
		return fn
	}
	for _, r := range rules {
		list, err := parseSelector(r.selector)
		if err != nil {
			t.Fatalf("%s: %v", r.selector, err)
		}
		e.on(list, elementHandlers{wrap(r.element), wrap(r.comments), wrap(r.text)})
	}
	e.onDocument(document)
	return drive(e, html, cuts)
}

func drive(e *engine, html string, cuts []int) (string, error) {
	from := 0
	for {
		switch ev := e.next(); ev.kind {
		case needInput:
			if len(cuts) > 0 {
				e.feed([]byte(html[from:cuts[0]]))
				from, cuts = cuts[0], cuts[1:]
			} else if from < len(html) {
				e.feed([]byte(html[from:]))
				from = len(html)
			} else {
				e.finish()
			}
		case needCall:
			ev.handler.(func(token))(ev.token)
		case documentDone:
			return string(e.out), nil
		case failed:
			return string(e.out), ev.err
		}
	}
}

// everywhere cuts a text at every byte.
func everywhere(s string) []int {
	var cuts []int
	for i := 1; i < len(s); i++ {
		cuts = append(cuts, i)
	}
	return cuts
}

func TestSelect(t *testing.T) {
	const html = `<div id=a class="x y"><p title=T>1<b>2</b></p><p>3</p><ul><li>a<li class=k>b</ul></div><br><svg><g/><circle r="1"/><title>t</title></svg><p lang=en-US type=Text>z`
	for _, c := range []struct{ selector, want string }{
		{"*", "div p b p ul li li br svg g circle title p"},
		{"p", "p p p"},
		{"div > p", "p p"},
		{"div b", "b"},
		{"div p b", "b"},
		{"div > b", ""},
		{"#a, br", "div br"},
		{".y", "div"},
		{".Y", ""},
		{"[title]", "p"},
		{"[title=T]", "p"},
		{"[title=t]", ""},
		{"[title=t i]", "p"},
		{"[lang=EN-us]", "p"},
		{"[lang=EN-us s]", ""},
		{"[lang|=en]", "p"},
		{"[type=text]", "p"},
		{"[class~=y]", "div"},
		{"[class^=x]", "div"},
		{"[class$=y]", "div"},
		{"[class*=' ']", "div"},
		{"p:first-child", "p"},
		{"p:nth-child(2)", "p"},
		{":nth-child(odd)", "div p b ul li li svg g title"},
		{"p:first-of-type", "p p"},
		{"p:nth-of-type(2n)", "p"},
		{"li:not(.k)", "li"},
		{":not(p):not(li)", "div b ul br svg g circle title"},
		{"ul li", "li li"},
		{"li li", "li"},
		{"svg > *", "g circle title"},
		{"DIV > P", "p p"},
	} {
		for _, cuts := range [][]int{nil, everywhere(html)} {
			var got []string
			out, err := rewrite(t, html, cuts, []on{{selector: c.selector, element: func(tok token) { got = append(got, tok.(*Element).TagName()) }}}, documentHandlers{})
			if err != nil || out != html || strings.Join(got, " ") != c.want {
				t.Errorf("%s: got %s, want %s; %v %q", c.selector, got, c.want, err, out)
			}
		}
	}
}

func TestTokens(t *testing.T) {
	show := func(got *[]string) func(token) {
		return func(tok token) {
			switch tok := tok.(type) {
			case *Element:
				s := "<" + tok.TagName()
				for i := 0; ; i++ {
					name, value, ok := tok.Attribute(i)
					if !ok {
						break
					}
					s += fmt.Sprintf(" %s=%q", name, value)
				}
				*got = append(*got, s)
			case *Comment:
				*got = append(*got, "!"+tok.Text())
			case *Text:
				if n := len(*got); n > 0 && strings.HasPrefix((*got)[n-1], "'") && !strings.HasSuffix((*got)[n-1], "|") {
					(*got)[n-1] += tok.text
				} else {
					*got = append(*got, "'"+tok.text)
				}
				if tok.last {
					(*got)[len(*got)-1] += "|"
				}
			case *Doctype:
				part := func(s *string) string {
					if s == nil {
						return "nil"
					}
					return fmt.Sprintf("%q", *s)
				}
				*got = append(*got, "D"+part(tok.Name)+part(tok.PublicID)+part(tok.SystemID))
			}
		}
	}
	for _, c := range []struct{ html, want string }{
		{"a<b c>d</b>e", `'a| <b c="" 'd| 'e|`},
		{"a < b", "'a < b|"},
		{"<", "'<|"},
		{"</", "'</|"},
		{"<a b='c'd=e/f g = \"h\" i", ""},
		{"<a b='c'd=e/f g = \"h\" i>", `<a b="c" d="e/f" g="h" i=""`},
		{"<a =b==c>", `<a =b="=c"`},
		{"<a/b/>x", `<a b="" 'x|`},
		{"x</>y", "'x| 'y|"},
		{"<!--a--><!-->b<!--->c<!--d--!>e<!--f-->", "!a ! 'b| ! 'c| !d 'e| !f"},
		{"<!--a--b--->", "!a--b-"},
		{"<!--a-", "!a"},
		{"<!--<!--a-->", "!<!--a"},
		{"<!x y><?p?></ z>", "!x y !?p? ! z"},
		{"<!", "!"},
		{"<!DOCTYPE html>", `D"html"nilnil`},
		{"<!doctype HTML PUBLIC \"a\" 'b'>", `D"html""a""b"`},
		{"<!doctype html system 'b'", `D"html"nil"b"`},
		{"<!doctype>", `Dnilnilnil`},
		{"<!doctype html publi>", `D"html"nilnil`},
		{"<title>a<b>&amp;</titl></title>c", "<title 'a<b>&amp;</titl>| 'c|"},
		{"<style></style x><p>", "<style <p"},
		{"<script>a<!--<script></script>b</script>c--></script>d", "<script 'a<!--<script></script>b| 'c-->| 'd|"},
		{"<script><!--<script></script></script>a", "<script '<!--<script></script>| 'a|"},
		{"<script><!--<scripT x></scripT ></script>a", "<script '<!--<scripT x></scripT >| 'a|"},
		{"<script><!-->a</script>b", "<script '<!-->a| 'b|"},
		{"<plaintext>a</plaintext>", "<plaintext 'a</plaintext>|"},
		{"<svg><![CDATA[a<b>]]]>c]]></svg><![CDATA[d]]>", "<svg 'a<b>]| 'c]]>| ![CDATA[d]]"},
		{"<textarea>a</textarea", "<textarea 'a</textarea|"},
	} {
		for name, cuts := range map[string][]int{"whole": nil, "bytes": everywhere(c.html)} {
			var got []string
			fn := show(&got)
			out, err := rewrite(t, c.html, cuts, []on{{selector: "*", element: fn}}, documentHandlers{handler(fn), handler(fn), handler(fn), nil})
			if err != nil || out != c.html || strings.Join(got, " ") != c.want {
				t.Errorf("%s, %s:\ngot  %s\nwant %s; %v %q", c.html, name, strings.Join(got, " "), c.want, err, out)
			}
		}
	}
}
