package webidl

import "github.com/dop251/goja"

// ParseJSON is JSON.parse: see [Realm.ParseJSONValue].
func (r *Realm) ParseJSON(text string) goja.Value { return r.ParseJSONValue(r.String(text)) }

// ParseJSONValue is JSON.parse of a JavaScript string. It throws a SyntaxError, or a RangeError for a text, which may come
// from anybody, that nests too deep.
func (r *Realm) ParseJSONValue(text goja.Value) goja.Value {
	return r.parseJSON(text.(goja.String), nil)
}

// StringifyJSON is JSON.stringify of one argument; undefined, if that is the result, is "" and false.
func (r *Realm) StringifyJSON(v goja.Value) (string, bool) {
	text := r.StringifyJSONValue(v)
	if goja.IsUndefined(text) {
		return "", false
	}
	return text.String(), true
}

// StringifyJSONValue is JSON.stringify of one argument.
func (r *Realm) StringifyJSONValue(v goja.Value) goja.Value {
	in := &r.intrinsics
	if in.stringifyJSON == nil {
		in.stringifyJSON = in.method("JSON", "stringify")
	}
	text, err := in.stringifyJSON(nil, v)
	r.Rethrow(err)
	return text
}
