// Package messaging is MessageChannel and its two ports: https://html.spec.whatwg.org/#channel-messaging
//
// Both ends of a channel are in one isolate. As in Workers, a message is delivered in a microtask of its own, and a
// channel does not keep its isolate alive.
package messaging

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// MessagePort is the Go value behind a MessagePort object: https://html.spec.whatwg.org/#message-ports
type MessagePort struct {
	events.Target
	peer     *MessagePort // the port at the other end; nil once the port is closed or has been transferred
	started  bool
	detached bool
	queue    []message
}

// message is a message under way.
type message struct {
	data  goja.Value
	ports []goja.Value
}

// Channel makes two entangled ports.
func Channel(r *webidl.Realm) (*MessagePort, *MessagePort) {
	a, b := newPort(r), newPort(r)
	a.peer, b.peer = b, a
	return a, b
}

func newPort(r *webidl.Realm) *MessagePort {
	p := &MessagePort{}
	p.Init(r, MessagePortClass, p)
	// As in Workers, and other than in the standard, to listen for messages is to start the port.
	p.OnAdded(func(kind string) {
		if kind == "message" {
			p.Start()
		}
	})
	return p
}

// Entangled implements [events.Port]: it reports whether there is a port at the other end.
func (p *MessagePort) Entangled() bool { return p.peer != nil }

// Detached implements [webidl.Transferable].
func (p *MessagePort) Detached() bool { return p.detached }

// Transfer implements [webidl.Transferable]. The messages that have not been delivered move, too.
func (p *MessagePort) Transfer(r *webidl.Realm) (*goja.Object, func()) {
	to := newPort(r)
	return to.Object(), func() {
		to.queue, p.queue = p.queue, nil
		if to.peer = p.peer; to.peer != nil {
			to.peer.peer = to
		}
		p.peer, p.detached = nil, true
	}
}

// Post puts a message into the queue of the port at the other end, if there is one.
func (p *MessagePort) Post(data goja.Value, ports []goja.Value) {
	target := p.peer
	if target == nil {
		return
	}
	target.queue = append(target.queue, message{data, ports})
	if target.started {
		target.deliverSoon()
	}
}

// Start has messages delivered, those that have come so far and those to come.
func (p *MessagePort) Start() {
	if p.started {
		return
	}
	p.started = true
	for range p.queue {
		p.deliverSoon()
	}
}

func (p *MessagePort) deliverSoon() { p.Realm().Microtask(p.deliver) }

// deliver fires the event of the first message in the queue.
func (p *MessagePort) deliver() {
	if len(p.queue) == 0 { // they went on to another port
		return
	}
	m := p.queue[0]
	p.queue[0] = message{}
	p.queue = p.queue[1:]
	if !p.Listens("message") {
		return
	}
	event := events.NewMessageEvent(p.Realm(), "message", m.data)
	if len(m.ports) > 0 {
		event.Ports = p.Realm().FrozenArray(m.ports...)
	}
	p.Fire(event)
}

// Close ends the channel: both ports are told, the other one first, and no more messages can be posted. Those that were
// posted before are still delivered. As in Workers, the events are fired at once, and at this port, too.
func (p *MessagePort) Close() {
	p.detached = true
	other := p.peer
	if other == nil {
		return
	}
	p.peer, other.peer = nil, nil
	other.closed()
	p.closed()
}

func (p *MessagePort) closed() {
	if p.Listens("close") {
		p.Fire(events.NewEvent(p.Realm(), "close"))
	}
}
