package webidl

import "github.com/dop251/goja"

// ParseJSON is JSON.parse, on the engine's own parser. It throws a SyntaxError.
func (r *Realm) ParseJSON(text string) goja.Value {
	v, err := r.intrinsics.method("JSON", "parse")(nil, r.String(text))
	r.Rethrow(err)
	return v
}

// StringifyJSON is JSON.stringify of one argument; undefined, if that is the result, is "" and false.
func (r *Realm) StringifyJSON(v goja.Value) (string, bool) {
	text, err := r.intrinsics.method("JSON", "stringify")(nil, v)
	r.Rethrow(err)
	if goja.IsUndefined(text) {
		return "", false
	}
	return text.String(), true
}
