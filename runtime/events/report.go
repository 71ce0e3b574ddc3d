package events

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// reporting says that an error event is being dispatched: what its listeners throw is not reported in the same way.
type reporting struct{ underway bool }

// FireError tells the global object of an exception that nothing caught, and reports whether a listener has prevented
// what else would happen: https://html.spec.whatwg.org/#report-an-exception
func FireError(r *webidl.Realm, value goja.Value) (handled bool) {
	state := webidl.State[reporting](r)
	if state.underway || !GlobalTarget(r).Listens("error") {
		return false
	}
	state.underway = true
	defer func() { state.underway = false }()
	e := NewErrorEvent(r, "Uncaught "+uncaughtText(r, value), value)
	e.Filename, e.Line, e.Column = thrownAt(r, value)
	e.SetCancelable()
	return !GlobalTarget(r).Fire(e)
}

// uncaughtText is a thrown value as V8 has it in its messages. It may run script.
func uncaughtText(r *webidl.Realm, value goja.Value) (text string) {
	text = "exception"
	r.Try(func() {
		obj, ok := value.(*goja.Object)
		switch {
		case !ok:
			text = value.String()
		case obj.ClassName() == "Error":
			text = obj.String()
		default:
			text = "#<" + obj.Get("constructor").ToObject(r.VM).Get("name").String() + ">"
		}
	})
	return text
}

// thrownAt returns where an error was made, as far as its stack tells, or where the script is if that is no error.
func thrownAt(r *webidl.Realm, value goja.Value) (file string, line, column uint32) {
	frames := slices.DeleteFunc(append(stackOf(r, value), r.CallStack(1)...), func(frame string) bool {
		return strings.HasSuffix(frame, "(<anonymous>)") // a function of ECMAScript's own
	})
	if len(frames) == 0 {
		return "", 0, 0
	}
	place := strings.TrimPrefix(frames[0], "at ")
	if _, inner, ok := strings.Cut(place, " ("); ok {
		place = strings.TrimSuffix(inner, ")")
	}
	rest, col, _ := cutLast(place, ":")
	file, row, _ := cutLast(rest, ":")
	return file, number(row), number(col)
}

// stackOf returns the frames of an error's stack, none for anything else.
func stackOf(r *webidl.Realm, value goja.Value) (frames []string) {
	if obj, ok := value.(*goja.Object); ok && obj.ClassName() == "Error" {
		r.Try(func() {
			if stack := obj.Get("stack"); stack != nil {
				frames = webidl.StackFrames(stack.String())
			}
		})
	}
	return frames
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func number(s string) uint32 {
	n, _ := strconv.ParseUint(s, 10, 32)
	return uint32(n)
}
