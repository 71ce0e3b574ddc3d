package htmlrewriter

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
	"devserver/runtime/webidl"
)

// page is about 1 MiB of HTML with a link in every 200 bytes or so.
var page = bytes.Repeat([]byte(`<div class="item odd"><h2 id=h>Heading &amp; more</h2><p>Some text of a paragraph, with <b>bold</b> words and a `+
	`<a class="link" href="/path/to/page?x=1">link</a> in it.</p><img src="/i.png" alt=""></div>`+"\n"), 5000)

// BenchmarkEngine is what rewriting costs without JavaScript.
func BenchmarkEngine(b *testing.B) {
	ignore := handler(func(token) {})
	for name, add := range map[string]func(e *engine){
		"none":     func(e *engine) {},
		"no match": func(e *engine) { e.on(selectorList("video[src]"), elementHandlers{element: ignore}) },
		"a[href]":  func(e *engine) { e.on(selectorList("a[href]"), elementHandlers{element: ignore}) },
		"text":     func(e *engine) { e.onDocument(documentHandlers{text: ignore}) },
		"ten descendants": func(e *engine) {
			e.on(selectorList(strings.Repeat("div p a[href], ", 9)+"div p a[href]"), elementHandlers{element: ignore})
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			b.ReportAllocs()
			for b.Loop() {
				e := newEngine(utf8Charset)
				add(e)
				in := page
				for done := false; !done; {
					switch ev := e.next(); ev.kind {
					case needInput:
						e.out = e.out[:0]
						if len(in) == 0 {
							e.finish()
						} else {
							n := min(len(in), inputSize)
							e.feed(in[:n])
							in = in[n:]
						}
					case documentDone:
						done = true
					}
				}
			}
		})
	}
}

func selectorList(s string) []complexSelector {
	list, err := parseSelector(s)
	if err != nil {
		panic(err)
	}
	return list
}

// BenchmarkRewriting is what it costs to call a handler in JavaScript for each link.
func BenchmarkRewriting(b *testing.B) {
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		vm := goja.New()
		r := webidl.NewRealm(vm, eventloop.New(vm, nil))
		v, err := vm.RunString(`(e) => { e.setAttribute("href", e.getAttribute("href") + "#") }`)
		if err != nil {
			b.Fatal(err)
		}
		e := newEngine(utf8Charset)
		e.on(selectorList("a[href]"), elementHandlers{element: &callback{fn: r.Callback(v, ""), this: goja.Undefined()}})
		body := newRewriting(r, e, io.NopCloser(bytes.NewReader(page)))
		body.HandToGo(r.Loop)
		done := make(chan struct{})
		go func() {
			defer close(done)
			io.Copy(io.Discard, body)
		}()
		r.Loop.Run(b.Context(), func() bool { return !body.NeedsLoop() })
		<-done
		r.Loop.Close()
	}
}
