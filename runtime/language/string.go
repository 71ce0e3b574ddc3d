package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// stringAdditions are about lone surrogates: https://tc39.es/ecma262/#sec-string.prototype.iswellformed.
var stringAdditions = []addition{
	method("String", "isWellFormed", 0, func(c webidl.Call) goja.Value {
		s := thisString(c, "String.prototype.isWellFormed")
		return c.Bool(nextLone(s, 0) < 0)
	}),
	method("String", "toWellFormed", 0, func(c webidl.Call) goja.Value {
		s := thisString(c, "String.prototype.toWellFormed")
		i := nextLone(s, 0)
		if i < 0 {
			return s
		}
		units := codeUnits(s)
		for ; i >= 0; i = nextLone(s, i+1) {
			units[i] = 0xfffd
		}
		return goja.StringFromUTF16(units)
	}),
}

// thisString is this as a string, for a method of strings.
func thisString(c webidl.Call, method string) goja.String {
	if goja.IsUndefined(c.This) || goja.IsNull(c.This) {
		c.Throw(webidl.TypeErrorf("%s called on null or undefined", method))
	}
	return c.Realm.ToString(c.This)
}

// nextLone is where the next lone surrogate is, or -1.
func nextLone(s goja.String, from int) int {
	for i, n := from, s.Length(); i < n; i++ {
		switch c := s.CharAt(i); {
		case c&0xf800 != 0xd800:
		case c&0xfc00 == 0xd800 && i+1 < n && s.CharAt(i+1)&0xfc00 == 0xdc00:
			i++
		default:
			return i
		}
	}
	return -1
}
