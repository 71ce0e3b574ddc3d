package node

import (
	"errors"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// assertNatives is what assert.js asks of Go.
var assertNatives = webidl.NewClass("assert", assertIDL{})

type assertIDL struct{}

func (assertIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		// caught(fn, none) calls fn and returns what it throws, or none. Unlike a catch clause, it also catches an overflow
		// of the stack.
		webidl.Static("caught", 2, func(c webidl.Call) goja.Value {
			call, _ := goja.AssertFunction(c.Arg(0))
			_, err := call(goja.Undefined())
			if _, ok := errors.AsType[*goja.StackOverflowError](err); ok {
				err = webidl.RangeErrorf("Maximum call stack size exceeded")
			}
			if err != nil {
				return c.Realm.ErrorValue(err)
			}
			return c.Arg(1)
		}),
	}
}
