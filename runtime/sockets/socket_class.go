package sockets

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// socketClass is the class Socket. It is not a global.
var socketClass = webidl.NewClass("Socket", socketIDL{})

type socketIDL struct{}

func (socketIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("readable", func(s *socket, c webidl.Call) goja.Value { return s.readable.Object() }),
		webidl.ReadOnly("writable", func(s *socket, c webidl.Call) goja.Value { return s.writable.Object() }),
		webidl.ReadOnly("closed", func(s *socket, c webidl.Call) goja.Value { return s.closed.Value() }),
		webidl.ReadOnly("opened", func(s *socket, c webidl.Call) goja.Value { return s.opened.Value() }),
		webidl.ReadOnly("upgraded", func(s *socket, c webidl.Call) goja.Value { return c.Bool(s.upgraded) }),
		webidl.ReadOnly("secureTransport", func(s *socket, c webidl.Call) goja.Value { return c.String(string(s.transport)) }),
		webidl.Promising("close", 0, func(s *socket, c webidl.Call) goja.Value { return s.close() }),
		webidl.Method("startTls", 0, func(s *socket, c webidl.Call) goja.Value { return s.startTLS(c) }),
	}
}
