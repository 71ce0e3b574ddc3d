package wasm

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// tag is https://webassembly.github.io/spec/js-api/#tags. The engine has none that JavaScript could share, so that tags
// and exceptions are JavaScript's alone.
type tag struct {
	unclonable
	params []valueType
	js     bool // WebAssembly.JSTag
}

// exception is https://webassembly.github.io/spec/js-api/#exceptions
type exception struct {
	unclonable
	tag     *tag
	payload []goja.Value
	stack   goja.Value
}

func (s *store) tagClass() *goja.Object {
	return s.class("Tag", 1, func(c arguments) any {
		d := c.descriptor("a tag type")
		list, ok := d.Get("parameters").(*goja.Object)
		if !ok {
			c.typeError("Argument 0 must be a tag type with 'parameters'")
		}
		t := &tag{unclonable: "Tag"}
		for i, v := range c.Realm.Sequence(list) {
			p, ok := typeNamed(text(c, v))
			if !ok {
				c.typeErrorf("Argument 0 parameter type at index #%d must be a value type", i)
			}
			t.params = append(t.params, p)
		}
		return t
	}, func(*classBuilder) {})
}

func (s *store) exceptionClass() *goja.Object {
	tagArgument := func(c arguments, what string) *tag {
		t, ok := webidl.As[*tag](c.Realm, c.Arg(0))
		if !ok {
			c.typeError("Argument 0 must be a " + what)
		}
		return t
	}
	return s.class("Exception", 2, func(c arguments) any {
		t := tagArgument(c, "WebAssembly tag")
		if t.js {
			c.typeError("Argument 0 cannot be WebAssembly.JSTag")
		}
		if !webidl.Iterates(c.Arg(1)) {
			c.typeError("Exception values must be an iterable object")
		}
		list := c.Realm.Sequence(c.Arg(1))
		if len(list) != len(t.params) {
			c.typeError("Number of exception values does not match signature length")
		}
		e := &exception{unclonable: "Exception", tag: t, stack: goja.Undefined()}
		for i, v := range list {
			if t.params[i] == typeV128 {
				c.typeError("Invalid type v128")
			}
			e.payload = append(e.payload, s.toJS(t.params[i], s.fromJS(t.params[i], v)))
		}
		if options, ok := c.Arg(2).(*goja.Object); ok {
			if trace := options.Get("traceStack"); trace != nil && trace.ToBoolean() {
				e.stack = c.String(strings.Join(append([]string{"Error"}, webidl.StackFrames(s.error("Error", "").Get("stack").String())...), "\n    "))
			}
		} else if !webidl.IsNullish(c.Arg(2)) {
			c.typeError("Argument 2 is not an object")
		}
		return e
	}, func(b *classBuilder) {
		b.method("getArg", 2, func(c arguments) goja.Value {
			e := receiver[*exception](c, "Exception")
			t := tagArgument(c, "WebAssembly.Tag")
			i := c.uint32(c.Arg(1), "Index")
			if t != e.tag {
				c.typeError("First argument does not match the exception tag")
			}
			if int64(i) >= int64(len(e.payload)) {
				panic(c.Realm.RangeError("%s: Index out of range", c.where))
			}
			return e.payload[i]
		})
		b.method("is", 1, func(c arguments) goja.Value {
			e := receiver[*exception](c, "Exception")
			return c.Bool(tagArgument(c, "WebAssembly.Tag") == e.tag)
		})
		b.getter("stack", "WebAssembly.Exception.stack()", func(c arguments) goja.Value {
			return receiver[*exception](c, "Exception").stack
		})
	})
}
