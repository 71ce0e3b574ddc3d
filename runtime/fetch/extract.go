package fetch

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/blob"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// extract implements https://fetch.spec.whatwg.org/#concept-bodyinit-extract for a BodyInit, null or undefined. What
// iterates over bytes is a body, too, as in Workers, and what has bytes already is one within handlers only.
func extract(r *webidl.Realm, init goja.Value) (*content, string) {
	if webidl.IsNullish(init) {
		return nil, ""
	}
	obj, ok := init.(*goja.Object)
	if !ok {
		text := r.USVString(init)
		r.Rethrow(r.CheckIO())
		return textContent(text), "text/plain;charset=UTF-8"
	}
	switch impl := r.Impl(obj).(type) {
	case *streams.ReadableStream:
		if impl.Disturbed() {
			panic(r.ErrorValue(errDisturbed))
		}
		if impl.Locked() {
			panic(r.TypeError("This ReadableStream is locked to a reader, and cannot be used as a body."))
		}
		return streamContent(impl), ""
	case *weburl.SearchParams:
		r.Rethrow(r.CheckIO())
		return textContent(impl.String()), "application/x-www-form-urlencoded;charset=UTF-8"
	case blob.AnyBlob:
		r.Rethrow(r.CheckIO())
		return blobContent(impl.AsBlob())
	case *blob.FormData:
		r.Rethrow(r.CheckIO())
		return formContent(r, impl)
	}
	if data, ok := r.Bytes(obj); ok {
		r.Rethrow(r.CheckIO())
		return dataContent(slices.Clone(data)), ""
	}
	if obj.ClassName() != "String" && (webidl.Iterates(obj) || iteratesAsync(obj)) {
		return streamContent(streamFrom(r, obj)), ""
	}
	text := r.USVString(obj)
	r.Rethrow(r.CheckIO())
	return textContent(text), "text/plain;charset=UTF-8"
}

func iteratesAsync(obj *goja.Object) bool {
	return !webidl.IsNullish(obj.GetSymbol(webidl.SymAsyncIterator))
}

// streamFrom is ReadableStream.from.
func streamFrom(r *webidl.Realm, iterable *goja.Object) *streams.ReadableStream {
	from, _ := goja.AssertFunction(r.Constructor(streams.ReadableStreamClass).Get("from"))
	v, err := from(goja.Undefined(), iterable)
	r.Rethrow(err)
	stream, _ := webidl.As[*streams.ReadableStream](r, v)
	return stream
}
