// Package htmlrewriter is HTMLRewriter: https://developers.cloudflare.com/workers/runtime-apis/html-rewriter/
//
// It is three layers. A tokenizer splits the document into lexemes as it streams by, with the states of the HTML
// standard; a builder stands in for the tree that is never made. The engine, which belongs to nobody's thread, matches
// selectors, makes tokens of what handlers want, and puts out the rest byte by byte as it came. A rewriting drives an
// engine: it is the body of the new response, and calls the handlers.
//
// What the standard leaves to a tree builder is decided as in lol-html, the parser of workerd: this is what Workers see.
package htmlrewriter

import (
	"io"

	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// HTMLRewriter is the Go value behind an HTMLRewriter: handlers for any number of documents.
type HTMLRewriter struct {
	elements  []elementRule
	documents []documentHandlers
}

type elementRule struct {
	selectors []complexSelector
	handlers  elementHandlers
}

const esiFlag = "html_rewriter_treats_esi_include_as_void_tag"

// callback is a handler in JavaScript.
type callback struct {
	fn   webidl.Callback
	this goja.Value
}

var errErrorResponse = webidl.TypeErrorf("HTMLRewriter cannot transform an error response")

// transform returns a response whose body is that of res, rewritten. A response without a body is returned itself. Nothing
// is read, and no handler is called, before the new body is read.
func (h *HTMLRewriter) transform(r *webidl.Realm, res *fetch.Response, object goja.Value) (goja.Value, error) {
	if res.Failed() {
		return nil, errErrorResponse
	}
	if res.Stream() == nil {
		return object, nil
	}
	if err := r.CheckIO(); err != nil {
		return nil, err
	}
	cs := utf8Charset
	if label, ok := res.Charset(); ok {
		var err error
		if cs, err = charsetOf(label); err != nil {
			return nil, webidl.TypeErrorf("Parser error: %s", err)
		}
	}
	e := h.engine(cs)
	e.esi = r.Compat().Enabled(esiFlag)
	transformed, err := res.Transform(func(body io.ReadCloser) io.ReadCloser { return newRewriting(r, e, body) })
	if err != nil {
		return nil, err
	}
	return r.New(fetch.ResponseClass, transformed), nil
}

// engine makes an engine with all handlers.
func (h *HTMLRewriter) engine(cs *charset) *engine {
	e := newEngine(cs)
	for _, rule := range h.elements {
		e.on(rule.selectors, rule.handlers)
	}
	for _, handlers := range h.documents {
		e.onDocument(handlers)
	}
	return e
}
