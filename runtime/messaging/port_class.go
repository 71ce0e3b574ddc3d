package messaging

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// Globals returns the globals of this package.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.ClassGlobal(MessageChannelClass), webidl.ClassGlobal(MessagePortClass)}
}

// MessageChannelClass is the class MessageChannel: https://html.spec.whatwg.org/#message-channels
var MessageChannelClass = webidl.NewClass("MessageChannel", messageChannelIDL{})

type messageChannelIDL struct{}

// channel is the Go value behind a MessageChannel object.
type channel struct{ port1, port2 *MessagePort }

func (messageChannelIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		a, b := Channel(c.Realm)
		return &channel{a, b}
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("port1", func(ch *channel, _ webidl.Call) goja.Value { return ch.port1.Object() }),
		webidl.ReadOnly("port2", func(ch *channel, _ webidl.Call) goja.Value { return ch.port2.Object() }),
	}
}

// MessagePortClass is the class MessagePort.
var MessagePortClass = webidl.NewClass("MessagePort", messagePortIDL{})

type messagePortIDL struct{}

func (messagePortIDL) Define(class *webidl.Class) {
	class.Parent = events.EventTargetClass
	class.Members = []webidl.Member{
		webidl.Method("postMessage", 1, postMessage),
		webidl.Method("start", 0, func(p *MessagePort, c webidl.Call) goja.Value {
			p.Start()
			return c.Undefined()
		}),
		webidl.Method("close", 0, func(p *MessagePort, c webidl.Call) goja.Value {
			p.Close()
			return c.Undefined()
		}),
		events.Handler[*MessagePort]("message"),
	}
}

// postMessage implements https://html.spec.whatwg.org/#message-port-post-message-steps
func postMessage(p *MessagePort, c webidl.Call) goja.Value {
	r := c.Realm
	list := transferList(c)
	if slices.Contains(list, goja.Value(p.Object())) {
		c.Throw(webidl.DOMErrorf("DataCloneError", "A MessagePort cannot be sent through itself."))
	}
	if len(list) > 0 {
		webidl.State[transferNotice](r).give(r)
	}
	target := p.peer
	doomed := target != nil && slices.Contains(list, goja.Value(target.Object()))
	data, moved := structuredclone.Clone(r, c.Arg(0), list)
	if doomed { // the message would go to a port that is within it
		return c.Undefined()
	}
	var ports []goja.Value
	for _, obj := range moved {
		if _, ok := webidl.As[*MessagePort](r, obj); ok {
			ports = append(ports, obj)
		}
	}
	p.Post(data, ports)
	return c.Undefined()
}

// transferList converts the second argument of postMessage: a sequence, or a dictionary that has one.
func transferList(c webidl.Call) []goja.Value {
	v := c.Arg(1)
	if webidl.IsNullish(v) {
		return nil
	}
	if webidl.Iterates(v) {
		return c.Realm.Sequence(v)
	}
	if _, ok := v.(*goja.Object); !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute 'postMessage' on 'MessagePort': parameter 2 is not of type 'Array or PostMessageOptions'."))
	}
	return structuredclone.TransferList(c.Realm, c.Dictionary(1), "PostMessageOptions")
}

// transferNotice says once per isolate that what works here does not work once the Worker is deployed.
type transferNotice struct{ given bool }

func (n *transferNotice) give(r *webidl.Realm) {
	host, ok := r.Host.(console.Host)
	if n.given || !ok {
		return
	}
	n.given = true
	host.ConsoleSink().Console(console.Warn, `MessagePort.postMessage: deployed Workers take no transfer lists, and throw "Transfer list is not supported".`)
}
