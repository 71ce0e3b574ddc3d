package rpc

import (
	"errors"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// Failure is an exception on its way to another realm. It is a [webidl.ForeignError].
type Failure struct {
	text string
	data *structuredclone.Data // what was thrown; nil if err says it
	err  error
	// remote says that it was thrown on the other side: whoever gets it sees that in its property remote.
	remote bool
}

// Error implements error.
func (f *Failure) Error() string { return f.text }

// Value implements [webidl.ForeignError].
func (f *Failure) Value(r *webidl.Realm) goja.Value {
	var v goja.Value
	if f.data != nil {
		v = f.data.Deserialize(r)
	} else {
		v = r.ErrorValue(f.err)
	}
	if obj, ok := v.(*goja.Object); ok && f.remote {
		obj.DefineDataProperty("remote", r.Bool(true), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	return v
}

// Remote is an error of a Worker's that knows what was thrown.
type Remote interface {
	error
	Remote() *Failure
}

// FailureOf makes the Failure of an error that may be any goroutine's.
func FailureOf(err error) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[Remote](err); ok {
		if f := e.Remote(); f != nil {
			return f
		}
	}
	if t, ok := errors.AsType[*webidl.Thrown](err); ok {
		return thrownText(t.Error())
	}
	if e, ok := errors.AsType[*webidl.Error](err); ok {
		return &Failure{text: e.Error(), err: e}
	}
	return &Failure{text: err.Error(), err: webidl.Errorf("%s", err.Error())}
}

// thrownText makes the Failure of an exception of which only the text is left.
func thrownText(text string) *Failure {
	name, message, ok := strings.Cut(text, ": ")
	switch name {
	case "Error", "TypeError", "RangeError", "SyntaxError":
	default:
		name, message, ok = "Error", text, true
	}
	if !ok {
		message = ""
	}
	return &Failure{text: text, err: &webidl.Error{Name: name, Message: message}, remote: true}
}

// Described makes the Failure of an exception of which the class, the message and the stack are known.
func Described(name, message string) *Failure {
	switch name {
	case "TypeError", "RangeError", "SyntaxError":
	default:
		name = "Error"
	}
	return &Failure{text: name + ": " + message, err: &webidl.Error{Name: name, Message: message}, remote: true}
}

// NewFailure makes the Failure of a thrown value, on its loop.
func NewFailure(r *webidl.Realm, v goja.Value) *Failure { return scopeOf(r).failureOf(v) }

func (s *scope) failureOf(v goja.Value) *Failure {
	r := s.realm
	obj, isObject := v.(*goja.Object)
	_, isFunction := goja.AssertFunction(v)
	text := r.Thrown(v).Error()
	if !isObject || isFunction {
		var message string
		if r.Try(func() { message = v.String() }) != nil {
			message = "an exception that cannot be described"
		}
		return &Failure{text: message, err: webidl.Errorf("%s", message), remote: true}
	}
	f := &Failure{text: text, remote: true}
	if err := r.Try(func() { f.data = structuredclone.Serialize(r, obj, dataOnly{}) }); err == nil {
		return f
	}
	// It has something that cannot be sent: what remains is what everybody looks at.
	var name, message string
	r.Try(func() {
		name, message = obj.Get("name").String(), obj.Get("message").String()
	})
	return Described(name, message)
}

// dataOnly carries nothing but data.
type dataOnly struct{}

// Carry implements [structuredclone.Carrier].
func (dataOnly) Carry(*goja.Object) (structuredclone.External, error) { return nil, nil }
