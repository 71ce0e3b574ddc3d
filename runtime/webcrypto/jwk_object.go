package webcrypto

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// toJWK converts an object to a JsonWebKey: https://w3c.github.io/webcrypto/#JsonWebKey-dictionary
func toJWK(r *webidl.Realm, obj *goja.Object) *jwk {
	members := r.Dictionary(obj)
	w := &jwk{kty: "undefined"}
	if kty, ok := members.String("kty"); ok {
		w.kty = kty
	}
	w.use, _ = members.String("use")
	w.alg, _ = members.String("alg")
	if ops, ok := members.Get("key_ops"); ok {
		w.keyOps = []string{}
		for _, op := range r.Sequence(ops) {
			w.keyOps = append(w.keyOps, r.USVString(op))
		}
	}
	if ext, ok := members.Get("ext"); ok {
		w.notExt = !ext.ToBoolean()
	}
	for _, m := range w.strings() {
		*m.value, _ = members.String(m.name)
	}
	_, w.multiPrime = members.Get("oth")
	return w
}

// object makes the JsonWebKey of a key, which is extractable.
func (w *jwk) object(r *webidl.Realm) *goja.Object {
	obj := r.VM.NewObject()
	obj.Set("kty", w.kty)
	obj.Set("key_ops", r.Strings(w.keyOps))
	if w.alg != "" {
		obj.Set("alg", w.alg)
	}
	obj.Set("ext", true)
	for _, m := range w.strings() {
		if *m.value != "" {
			obj.Set(m.name, *m.value)
		}
	}
	return obj
}

// parseJWK parses what has been unwrapped as a JSON Web Key. It throws the SyntaxError of text that is no JSON.
func parseJWK(r *webidl.Realm, data []byte) (*jwk, error) {
	obj, ok := r.ParseJSON(string(data)).(*goja.Object)
	if !ok {
		return nil, dataErrorf("Missing \"kty\" field or corrupt JSON unwrapping key?")
	}
	return toJWK(r, obj), nil
}
