package node

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Notices is the host of an isolate that passes sentences on to the author of the Worker, each of them once.
type Notices interface {
	Notice(text string)
}

// certificateNatives is what internal/certificates.js asks of Go.
var certificateNatives = webidl.NewClass("certificates", certificatesIDL{})

type certificatesIDL struct{}

func (certificatesIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		// notice(what, fix) tells the author of the Worker something, and where the script is that it is about.
		webidl.Static("notice", 2, func(c webidl.Call) goja.Value {
			if host, ok := c.Realm.Host.(Notices); ok {
				host.Notice(c.Arg(0).String() + place(c.Realm) + "; " + c.Arg(1).String())
			}
			return goja.Undefined()
		}),
	}
}

// place is " (at index.js:1:2)" for where the script is, or nothing if that cannot be told.
func place(r *webidl.Realm) string {
	lines := r.CallStack(1)
	if len(lines) == 0 {
		return ""
	}
	line := lines[0]
	if _, inner, ok := strings.Cut(line, " ("); ok {
		line = "at " + strings.TrimSuffix(inner, ")")
	}
	return " (" + line + ")"
}
