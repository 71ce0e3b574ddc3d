package node

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Bundle is the host of an isolate whose script node:fs shows in the folder /bundle.
type Bundle interface {
	// BundleFiles tells of every file: its path in the folder, and what is in it.
	BundleFiles(visit func(name string, data func() []byte))
}

// fsNatives is what the file system asks of Go: everything else is in the isolate's memory.
var fsNatives = webidl.NewClass("fs", fsIDL{})

type fsIDL struct{}

func (fsIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		// bundle() lists the files of the script: [name, function that returns a Buffer] each.
		webidl.Static("bundle", 0, func(c webidl.Call) goja.Value {
			var list []goja.Value
			if host, ok := c.Realm.Host.(Bundle); ok {
				host.BundleFiles(func(name string, data func() []byte) {
					read := c.Realm.Function("read", 0, func(c webidl.Call) goja.Value { return newBuffer(c.Realm, append([]byte{}, data()...)) })
					list = append(list, c.Realm.Array(c.String(name), read))
				})
			}
			return c.Realm.Array(list...)
		}),
	}
}
