package webidl

import (
	"github.com/dop251/goja"
)

// Call is one call from JavaScript. Args belongs to the engine and must not be kept after the call returns.
type Call struct {
	Realm *Realm
	This  goja.Value
	Args  []goja.Value
}

// Object returns the object that the call is made on. It may be used only where the brand is known: in members of a
// class, and in a constructor.
func (c Call) Object() *goja.Object { return c.This.(*goja.Object) }

// Arg returns the argument at index i; one that was not given is undefined.
func (c Call) Arg(i int) goja.Value {
	if i < len(c.Args) {
		return c.Args[i]
	}
	return goja.Undefined()
}

// Has reports whether the argument at index i was given and is not undefined.
func (c Call) Has(i int) bool { return i < len(c.Args) && !goja.IsUndefined(c.Args[i]) }

// Throw throws err into JavaScript: see [Realm.ErrorValue] for what becomes of which error.
func (c Call) Throw(err error) { panic(c.Realm.ErrorValue(err)) }

// Check throws err into JavaScript unless it is nil.
func (c Call) Check(err error) {
	if err != nil {
		c.Throw(err)
	}
}

// USVString converts the argument at index i; lone surrogates become U+FFFD.
func (c Call) USVString(i int) string { return c.Realm.USVString(c.Arg(i)) }

// ByteString converts the argument at index i; a character above U+00FF is a TypeError. The result has one byte per
// character.
func (c Call) ByteString(i int) string { return c.Realm.ByteString(c.Arg(i)) }

// Dictionary converts the argument at index i; undefined and null are the empty dictionary.
func (c Call) Dictionary(i int) Dictionary { return c.Realm.Dictionary(c.Arg(i)) }

// Function converts the argument at index i to a callback function; what names it in the TypeError.
func (c Call) Function(i int, what string) Callback { return c.Realm.Callback(c.Arg(i), what) }

// Undefined is what an operation without a result returns.
func (c Call) Undefined() goja.Value { return goja.Undefined() }

// String makes a JavaScript string.
func (c Call) String(s string) goja.Value { return c.Realm.String(s) }

// Bool makes a JavaScript boolean.
func (c Call) Bool(b bool) goja.Value { return c.Realm.Bool(b) }

// Callback is a JavaScript function that Go calls.
type Callback struct {
	realm *Realm
	Value *goja.Object
	call  goja.Callable
}

// IsZero reports whether there is no function.
func (f Callback) IsZero() bool { return f.call == nil }

// Call calls the function. The error is a *goja.Exception, whose value [Realm.Thrown] returns, or says that the
// isolate is being stopped; [Realm.Rethrow] passes it on.
func (f Callback) Call(this goja.Value, args ...goja.Value) (goja.Value, error) {
	return f.call(this, args...)
}

// Callback converts v to a callback function; what names it in the TypeError.
func (r *Realm) Callback(v goja.Value, what string) Callback {
	call, ok := goja.AssertFunction(v)
	if !ok {
		panic(r.TypeError("%s is not a function", what))
	}
	return Callback{realm: r, Value: v.(*goja.Object), call: call}
}

// Function makes a function object. It throws a TypeError when it is called with fewer than length arguments.
func (r *Realm) Function(name string, length int, fn func(c Call) goja.Value) *goja.Object {
	m := Member{name: name, length: length, call: fn}
	return r.function(&m, name, length, r.operation(&m, ""))
}

// function makes the function object of a member.
func (r *Realm) function(m *Member, name string, length int, fn func(goja.FunctionCall) goja.Value) *goja.Object {
	f := r.VM.ToValue(fn).(*goja.Object)
	f.DefineDataProperty("name", r.VM.ToValue(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	if length != 0 {
		f.DefineDataProperty("length", r.VM.ToValue(length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	return f
}

// operation is what a member's function does when it is called: check the number of arguments, then call.
func (r *Realm) operation(m *Member, class string) func(goja.FunctionCall) goja.Value {
	return func(fc goja.FunctionCall) goja.Value {
		c := Call{Realm: r, This: fc.This, Args: fc.Arguments}
		if m.promise {
			return r.PromiseOf(func() goja.Value { return m.invoke(c, class) })
		}
		return m.invoke(c, class)
	}
}

func (m *Member) invoke(c Call, class string) goja.Value {
	if len(c.Args) < m.length && !m.lenient {
		panic(c.Realm.missingArguments("execute '"+m.name+"' on", class, m.length, len(c.Args)))
	}
	return m.call(c)
}

// missingArguments words a call with too few arguments. workerd begins such messages in the same way, down to the class
// that it says global functions are on, but goes on with the C++ type of the first parameter that is missing.
func (r *Realm) missingArguments(doing, class string, want, got int) *goja.Object {
	if class == "" {
		class = "ServiceWorkerGlobalScope"
	}
	noun := "arguments"
	if want == 1 {
		noun = "argument"
	}
	return r.TypeError("Failed to %s '%s': %d %s required, but only %d present.", doing, class, want, noun, got)
}
