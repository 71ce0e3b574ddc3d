package language

import (
	"strconv"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// findAdditions put the methods that find in the place of the engine's, which hand holes of sparse lists to native functions
// as what is no value at all: [, 1].find(Boolean) would end the isolate.
var findAdditions = []addition{
	method("Array", "find", 1, func(c webidl.Call) goja.Value { _, v := find(c, false); return v }),
	method("Array", "findIndex", 1, func(c webidl.Call) goja.Value { i, _ := find(c, false); return c.Realm.Number(i) }),
	method("Array", "findLast", 1, func(c webidl.Call) goja.Value { _, v := find(c, true); return v }),
	method("Array", "findLastIndex", 1, func(c webidl.Call) goja.Value { i, _ := find(c, true); return c.Realm.Number(i) }),
}

// find implements https://tc39.es/ecma262/#sec-findviapredicate: -1 and undefined if there is nothing.
func find(c webidl.Call, fromEnd bool) (index float64, value goja.Value) {
	list := c.This.ToObject(c.Realm.VM)
	length := lengthOfList(list)
	predicate := function(c.Realm, c.Arg(0))
	for i := range length {
		if i%4096 == 4095 {
			c.Realm.CheckTime()
		}
		if fromEnd {
			i = length - 1 - i
		}
		v := orUndefined(list.Get(strconv.Itoa(i)))
		// The predicate may keep what it is given.
		args := []goja.Value{v, c.Realm.Int(i), list}
		if predicate(goja.FunctionCall{This: c.Arg(1), Arguments: args}).ToBoolean() {
			return float64(i), v
		}
	}
	return -1, goja.Undefined()
}

// function is a function as the engine's own methods call it: what it throws goes on. Anything else is a TypeError.
func function(r *webidl.Realm, v goja.Value) func(goja.FunctionCall) goja.Value {
	call, ok := goja.AssertFunction(v)
	if !ok {
		panic(r.TypeError("%s is not a function", inspect(v)))
	}
	if direct, ok := v.Export().(func(goja.FunctionCall) goja.Value); ok {
		return direct
	}
	return func(fc goja.FunctionCall) goja.Value {
		result, err := call(fc.This, fc.Arguments...)
		r.Rethrow(err)
		return result
	}
}
