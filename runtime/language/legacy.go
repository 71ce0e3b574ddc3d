package language

import (
	"math"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// legacyAdditions are what the standard keeps for old code: https://tc39.es/ecma262/#sec-additional-built-in-properties.
var legacyAdditions = []addition{
	htmlMethod("anchor", "a", "name"), htmlMethod("big", "big", ""), htmlMethod("blink", "blink", ""), htmlMethod("bold", "b", ""),
	htmlMethod("fixed", "tt", ""), htmlMethod("fontcolor", "font", "color"), htmlMethod("fontsize", "font", "size"),
	htmlMethod("italics", "i", ""), htmlMethod("link", "a", "href"), htmlMethod("small", "small", ""), htmlMethod("strike", "strike", ""),
	htmlMethod("sub", "sub", ""), htmlMethod("sup", "sup", ""),

	{word: "toGMTString", install: func(r *webidl.Realm) {
		proto := r.IntrinsicPrototype("Date")
		define(proto, "toGMTString", proto.Get("toUTCString"))
	}},
	method("Date", "getYear", 0, func(c webidl.Call) goja.Value {
		year, err := c.Realm.IntrinsicMethod("Date", "getFullYear")(c.This)
		c.Realm.Rethrow(err)
		return c.Realm.Number(year.ToFloat() - 1900)
	}),
	method("Date", "setYear", 1, func(c webidl.Call) goja.Value {
		call := func(method string, args ...goja.Value) goja.Value {
			v, err := c.Realm.IntrinsicMethod("Date", method)(c.This, args...)
			c.Realm.Rethrow(err)
			return v
		}
		time := call("getTime").ToFloat()
		year := c.Arg(0).ToNumber().ToFloat()
		if math.IsNaN(year) {
			return call("setTime", c.Realm.Number(year))
		}
		if whole := math.Trunc(year); 0 <= whole && whole <= 99 {
			year = whole + 1900
		}
		if math.IsNaN(time) {
			call("setTime", c.Realm.Int(0))
			return call("setFullYear", c.Realm.Number(year), c.Realm.Int(0), c.Realm.Int(1))
		}
		return call("setFullYear", c.Realm.Number(year))
	}),

	objectAccessor("__defineGetter__", "get"), objectAccessor("__defineSetter__", "set"),
	objectLookup("__lookupGetter__", "get"), objectLookup("__lookupSetter__", "set"),
}

// htmlMethod makes a method that puts a string into an element: https://tc39.es/ecma262/#sec-createhtml. Its names are
// ordinary words, so a script has to call it.
func htmlMethod(name, tag, attribute string) addition {
	length := 0
	if attribute != "" {
		length = 1
	}
	a := method("String", name, length, func(c webidl.Call) goja.Value {
		s := thisString(c, "String.prototype."+name)
		open := "<" + tag
		if attribute != "" {
			open += " " + attribute + `="` + strings.ReplaceAll(c.Realm.ToString(c.Arg(0)).String(), `"`, "&quot;") + `"`
		}
		return c.String(open + ">").(goja.String).Concat(s).Concat(c.String("</" + tag + ">").(goja.String))
	})
	a.and = shows(func(text string) bool {
		return strings.Contains(text, "."+name+"(") || strings.Contains(text, "String.prototype")
	})
	return a
}

// objectAccessor makes __defineGetter__ or __defineSetter__.
func objectAccessor(name, kind string) addition {
	return method("Object", name, 2, func(c webidl.Call) goja.Value {
		obj := c.This.ToObject(c.Realm.VM)
		if _, ok := goja.AssertFunction(c.Arg(1)); !ok {
			c.Throw(webidl.TypeErrorf("Object.prototype.%s: Expecting function", name))
		}
		descriptor := c.Realm.VM.NewObject()
		descriptor.Set(kind, c.Arg(1))
		descriptor.Set("enumerable", true)
		descriptor.Set("configurable", true)
		_, err := c.Realm.IntrinsicFunction("Object", "defineProperty")(goja.Undefined(), obj, c.Arg(0), descriptor)
		c.Realm.Rethrow(err)
		return goja.Undefined()
	})
}

// objectLookup makes __lookupGetter__ or __lookupSetter__.
func objectLookup(name, kind string) addition {
	return method("Object", name, 1, func(c webidl.Call) goja.Value {
		describe := c.Realm.IntrinsicFunction("Object", "getOwnPropertyDescriptor")
		for obj := c.This.ToObject(c.Realm.VM); obj != nil; obj = obj.Prototype() {
			found, err := describe(goja.Undefined(), obj, c.Arg(0))
			c.Realm.Rethrow(err)
			if descriptor, ok := found.(*goja.Object); ok {
				return orUndefined(descriptor.Get(kind))
			}
		}
		return goja.Undefined()
	})
}
