package webidl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dop251/goja"
)

// Error is a Go error whose JavaScript class is fixed where it is made. Algorithms that know nothing of the engine
// return it; [Realm.ErrorValue] turns it into the JavaScript object.
type Error struct {
	// Name is "TypeError", "RangeError", "SyntaxError" or "Error", or else the name of a DOMException, such as
	// "AbortError".
	Name    string
	Message string
	// Cause becomes the cause property; nil leaves it out.
	Cause error
	// DOM makes it a DOMException.
	DOM bool
	// Code becomes the code property, which errors of Node.js have; "" leaves it out.
	Code string
	// Retryable sets the property that Workers put on errors of the network.
	Retryable bool
}

func (e *Error) Error() string { return e.Name + ": " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// TypeErrorf makes a TypeError.
func TypeErrorf(format string, args ...any) error {
	return &Error{Name: "TypeError", Message: fmt.Sprintf(format, args...)}
}

// RangeErrorf makes a RangeError.
func RangeErrorf(format string, args ...any) error {
	return &Error{Name: "RangeError", Message: fmt.Sprintf(format, args...)}
}

// Errorf makes a plain Error.
func Errorf(format string, args ...any) error {
	return &Error{Name: "Error", Message: fmt.Sprintf(format, args...)}
}

// DOMErrorf makes a DOMException.
func DOMErrorf(name, format string, args ...any) error {
	return &Error{Name: name, Message: fmt.Sprintf(format, args...), DOM: true}
}

// Thrown is an error that carries a JavaScript value that was thrown, or is to be thrown, as it is. Its value is for the
// loop; its text, which [Realm.Thrown] takes, for any goroutine.
type Thrown struct {
	Value goja.Value
	text  string
}

// Thrown makes the error of a value. It is called on the loop: the text of an error is what the error's toString says.
func (r *Realm) Thrown(v goja.Value) *Thrown { return &Thrown{Value: v, text: r.textOf(v)} }

// Error returns the text that the value had when the error was made.
func (t *Thrown) Error() string {
	if t.text == "" {
		return "an exception of the Worker"
	}
	return t.text
}

// textOf describes a thrown value in one line. It runs script only if v is an error, or pretends to be one.
func (r *Realm) textOf(v goja.Value) (text string) {
	switch obj, ok := v.(*goja.Object); {
	case v == nil:
		return ""
	case !ok:
		return v.String()
	case obj.ExportType() == proxyType || obj.ClassName() != "Error":
		return ""
	default:
		if err := r.Try(func() { text = obj.String() }); err != nil {
			return ""
		}
		return text
	}
}

// ForeignError is an error that came from another realm, as data.
type ForeignError interface {
	error
	// Value makes the value that was thrown there, for r to throw.
	Value(r *Realm) goja.Value
}

// ErrorValue returns the JavaScript value for a Go error: the value itself for [Thrown] and *goja.Exception, an
// object of the class it names for [Error], a plain Error for anything else. It panics on, and so passes on, an
// interruption of the isolate.
func (r *Realm) ErrorValue(err error) goja.Value {
	if thrown, ok := errors.AsType[*Thrown](err); ok {
		return thrown.Value
	}
	if ex, ok := errors.AsType[*goja.Exception](err); ok {
		return ex.Value()
	}
	if foreign, ok := errors.AsType[ForeignError](err); ok {
		return foreign.Value(r)
	}
	if interrupted, ok := errors.AsType[*goja.InterruptedError](err); ok {
		panic(interrupted)
	}
	if overflow, ok := errors.AsType[*goja.StackOverflowError](err); ok {
		panic(overflow)
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return r.newError("Error", err.Error())
	}
	var obj *goja.Object
	if e.DOM {
		obj = r.DOMException(e.Name, e.Message)
	} else {
		obj = r.newError(e.Name, e.Message)
	}
	if e.Cause != nil {
		obj.DefineDataProperty("cause", r.ErrorValue(e.Cause), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	if e.Code != "" {
		obj.Set("code", e.Code)
	}
	if strings.HasPrefix(e.Code, "ERR_") { // one of Node.js's, which workerd makes in a script
		obj.Set("name", e.Name)
		obj.Set("toString", r.Function("", 0, func(c Call) goja.Value {
			return r.String(e.Name + " [" + e.Code + "]: " + e.Message)
		}))
	}
	if e.Retryable {
		obj.Set("retryable", true)
	}
	return obj
}

// Rethrow throws the error of a call into JavaScript on to the caller of the native function that made the call.
func (r *Realm) Rethrow(err error) {
	if err != nil {
		panic(r.ErrorValue(err))
	}
}

// TypeError makes a TypeError object, to be thrown with panic.
func (r *Realm) TypeError(format string, args ...any) *goja.Object {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	return r.newError("TypeError", format)
}

// RangeError makes a RangeError object, to be thrown with panic.
func (r *Realm) RangeError(format string, args ...any) *goja.Object {
	return r.newError("RangeError", fmt.Sprintf(format, args...))
}

func (r *Realm) newError(name, message string) *goja.Object {
	if name == "TypeError" {
		return r.VM.NewTypeError("%s", message) // the engine's own, whatever the global is by now
	}
	if r.stacks.traced[0] {
		r.TraceErrors(name) // the script asks for stacks, but does not name the class
	}
	obj, err := r.VM.New(r.intrinsics.get(name), r.VM.ToValue(message))
	r.Rethrow(err)
	return obj
}

// Try runs fn, which may throw, and returns what it threw, or nil. Interruptions of the isolate pass through.
func (r *Realm) Try(fn func()) error {
	if ex := r.VM.Try(fn); ex != nil {
		return ex
	}
	return nil
}
