package node

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// throwCoded throws the error that a function of internal/errors makes: ERR_OUT_OF_RANGE("offset", ">= 0", value).
func throwCoded(r *webidl.Realm, code string, args ...any) {
	values := make([]goja.Value, len(args))
	for i, arg := range args {
		values[i] = r.VM.ToValue(arg)
	}
	errors := Require(r, "internal/errors").(*goja.Object)
	make, _ := goja.AssertFunction(errors.Get(code))
	v, err := make(goja.Undefined(), values...)
	r.Rethrow(err)
	panic(v)
}

// throwError throws an error of a class of internal/errors, such as "NodeTypeError".
func throwError(r *webidl.Realm, class, code, message string) {
	errors := Require(r, "internal/errors").(*goja.Object)
	v, err := r.VM.New(errors.Get(class), r.String(code), r.String(message))
	r.Rethrow(err)
	panic(v)
}
