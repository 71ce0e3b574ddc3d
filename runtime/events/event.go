package events

import (
	"devserver/runtime/webidl"
)

// Phase is where in its way an event is: https://dom.spec.whatwg.org/#dom-event-eventphase
type Phase int

// The phases. Targets have no parents here, so an event is either at its target or not being dispatched.
const (
	None Phase = iota
	CapturingPhase
	AtTarget
	BubblingPhase
)

// AnyEvent is an [Event], or anything that embeds one.
type AnyEvent interface{ BaseEvent() *Event }

// Event is the Go value behind an Event object: https://dom.spec.whatwg.org/#interface-event
type Event struct {
	face

	kind                          string
	bubbles, cancelable, composed bool
	trusted                       bool

	target, currentTarget *Target
	phase                 Phase

	// The flags of https://dom.spec.whatwg.org/#stop-propagation-flag and after.
	stopPropagation, stopImmediatePropagation bool
	canceled                                  bool
	inPassiveListener                         bool
	dispatching                               bool
}

// NewEvent makes a plain event of a type, such as "abort".
func NewEvent(r *webidl.Realm, kind string) *Event {
	e := &Event{}
	e.Init(r, EventClass, e, kind)
	return e
}

// Init readies an event that Go makes. impl is the Go value of its object, which embeds the event, and class the
// object's class.
func (e *Event) Init(r *webidl.Realm, class *webidl.Class, impl any, kind string) {
	e.face = face{realm: r, class: class, impl: impl}
	e.kind = kind
}

// BaseEvent returns e.
func (e *Event) BaseEvent() *Event { return e }

// Type returns the event's type, such as "abort".
func (e *Event) Type() string { return e.kind }

// SetCancelable makes the event one whose default action preventDefault prevents. Events that Go makes are not, at
// first.
func (e *Event) SetCancelable() { e.cancelable = true }

// DefaultPrevented reports whether a listener has called preventDefault on a cancelable event.
func (e *Event) DefaultPrevented() bool { return e.canceled }

// Target returns the target that the event was dispatched at last, or nil.
func (e *Event) Target() *Target { return e.target }

// preventDefault implements https://dom.spec.whatwg.org/#set-the-canceled-flag
func (e *Event) preventDefault() {
	if e.cancelable && !e.inPassiveListener {
		e.canceled = true
	}
}

// initialize implements https://dom.spec.whatwg.org/#concept-event-initialize
func (e *Event) initialize(kind string, bubbles, cancelable bool) {
	e.stopPropagation, e.stopImmediatePropagation, e.canceled = false, false, false
	e.trusted = false
	e.target = nil
	e.kind, e.bubbles, e.cancelable = kind, bubbles, cancelable
}
