package websocket

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// pair is the Go value behind a WebSocketPair object, which has its two WebSockets as properties.
type pair struct{ first, second *WebSocket }

// WebSocketPairClass is the class WebSocketPair: https://developers.cloudflare.com/workers/runtime-apis/websockets/#websocketpair
var WebSocketPairClass = webidl.NewClass("WebSocketPair", pairIDL{})

type pairIDL struct{}

func (pairIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		c.Check(c.Realm.CheckIO())
		p := &pair{}
		p.first, p.second = newPair(c.Realm)
		for name, w := range map[string]*WebSocket{"0": p.first, "1": p.second} {
			c.Object().DefineDataProperty(name, w.Object(), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		return p
	}
	class.Members = []webidl.Member{
		webidl.SymbolMethod(goja.SymIterator, "entries", 0, func(p *pair, c webidl.Call) goja.Value {
			rest := []*WebSocket{p.first, p.second}
			return c.Realm.New(pairIteratorClass, &webidl.Iterator{Next: func() (goja.Value, bool) {
				if len(rest) == 0 {
					return nil, false
				}
				w := rest[0]
				rest = rest[1:]
				return w.Object(), true
			}})
		}),
	}
}

var pairIteratorClass = webidl.NewIteratorClass("PairIterator")

// requestResponsePair is the Go value behind a WebSocketRequestResponsePair object.
type requestResponsePair struct{ request, response string }

// RequestResponsePairClass is the class WebSocketRequestResponsePair: a message and what is answered to it without waking
// a hibernating object.
var RequestResponsePairClass = webidl.NewClass("WebSocketRequestResponsePair", requestResponsePairIDL{})

type requestResponsePairIDL struct{}

func (requestResponsePairIDL) Define(class *webidl.Class) {
	class.Length = 2
	class.Construct = func(c webidl.Call) any {
		return &requestResponsePair{request: c.USVString(0), response: c.USVString(1)}
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("request", func(p *requestResponsePair, c webidl.Call) goja.Value { return c.String(p.request) }),
		webidl.ReadOnly("response", func(p *requestResponsePair, c webidl.Call) goja.Value { return c.String(p.response) }),
	}
}

// Globals returns the globals of this package.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(WebSocketClass),
		webidl.ClassGlobal(WebSocketPairClass),
		webidl.ClassGlobal(RequestResponsePairClass),
	}
}
