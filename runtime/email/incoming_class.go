package email

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// Incoming is a message that has arrived for a Worker, and what the handler has done with it.
type Incoming struct {
	From, To string // the envelope's
	Raw      []byte // without Bcc
	Header   Header
	Outbox   Outbox // for replies

	Reject   *string // why it was rejected; nil if it was not
	Forwards []Forward
	Replies  []Sent
}

// Forward is an address that a message was forwarded to.
type Forward struct {
	To, ID  string
	Headers []Field
}

// Receive reads a message that has arrived.
func Receive(from, to string, raw []byte) (*Incoming, error) {
	raw = Without(raw, "bcc")
	m := &Incoming{From: from, To: to, Raw: raw, Header: ParseHeader(raw)}
	if m.Header.Get("message-id") == "" {
		return nil, webidl.Errorf("invalid or no message id provided")
	}
	return m, nil
}

// Object makes what the handler is given. It is called on the loop.
func (m *Incoming) Object(r *webidl.Realm) *goja.Object {
	obj := r.New(incomingClass, m)
	headers, err := r.VM.New(r.Constructor(fetch.HeadersClass))
	r.Rethrow(err)
	add, _ := goja.AssertFunction(headers.Get("append"))
	for _, f := range m.Header {
		add(headers, r.String(f.Name), r.String(f.Value)) // what is no header is left out
	}
	own := func(name string, value goja.Value) {
		obj.DefineDataProperty(name, value, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	own("from", r.String(m.From))
	own("to", r.String(m.To))
	own("raw", streams.NewFromReader(r, io.NopCloser(bytes.NewReader(m.Raw)), int64(len(m.Raw))))
	own("rawSize", r.Int(len(m.Raw)))
	own("headers", headers)
	own("canBeForwarded", r.Bool(true))
	return obj
}

var incomingClass = webidl.NewClass("ForwardableEmailMessage", incomingIDL{})

type incomingIDL struct{}

func (incomingIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Method("setReject", 1, func(m *Incoming, c webidl.Call) goja.Value {
			reason := c.USVString(0)
			m.Reject = &reason
			return c.Undefined()
		}),
		webidl.Promising("forward", 1, func(m *Incoming, c webidl.Call) goja.Value {
			f := Forward{To: c.USVString(0)}
			f.ID = NewID(f.To)
			if headers, ok := c.Arg(1).(*goja.Object); ok {
				for _, pair := range c.Realm.Sequence(headers) {
					if pair, ok := pair.(*goja.Object); ok {
						f.Headers = append(f.Headers, Field{pair.Get("0").String(), pair.Get("1").String()})
					}
				}
			}
			m.Forwards = append(m.Forwards, f)
			return c.Realm.Resolved(result(c.Realm, f.ID))
		}),
		webidl.Promising("reply", 1, (*Incoming).reply),
	}
}

// reply answers the sender, by the rules of https://developers.cloudflare.com/email-routing/email-workers/reply-email-workers/
func (m *Incoming) reply(c webidl.Call) goja.Value {
	r := c.Realm
	if !m.replyable() {
		c.Throw(webidl.Errorf("Original email is not replyable"))
	}
	id, chain := m.Header.Get("message-id"), m.Header.Get("references")
	if reply, ok := webidl.As[*Message](r, c.Arg(0)); ok {
		return sending(r, reply, func(raw []byte) (Sent, error) {
			h := ParseHeader(raw)
			sent := Sent{What: "reply", From: reply.from, To: []string{m.From}, ID: NewID(reply.from)}
			added := "Message-ID: " + sent.ID + "\r\n"
			references := h.Get("references")
			switch {
			case !slices.Equal(h.Addresses("from"), []string{reply.from}):
				return sent, webidl.Errorf("From: header does not match mail from")
			case h.Has("message-id") && h.Get("message-id") == "":
				return sent, webidl.Errorf("invalid message-id")
			case h.Has("received"):
				return sent, webidl.Errorf("invalid headers set")
			case !h.Has("in-reply-to"):
				return sent, webidl.Errorf("no In-Reply-To header found in reply message")
			case h.Get("in-reply-to") != id:
				return sent, webidl.Errorf("In-Reply-To does not match original Message-ID")
			case references == "":
				added += "References: " + strings.TrimSpace(chain+" "+id) + "\r\n"
			case !strings.Contains(references, id) || !strings.Contains(references, chain):
				return sent, webidl.Errorf("provided References header is invalid")
			}
			sent.Raw = append([]byte(added), Without(raw, "message-id")...)
			m.Replies = append(m.Replies, sent)
			return sent, nil
		}, m.Outbox)
	}
	d, _ := build(c, "reply")
	d.to, d.cc = []string{m.From}, nil
	d.inReplyTo, d.chain = id, strings.TrimSpace(chain+" "+id)
	sent := Sent{What: "reply", From: d.from, To: d.to, ID: NewID(address(d.from))}
	sent.Raw = d.compose(sent.ID, time.Now())
	c.Check(m.Outbox.Put(sent))
	m.Replies = append(m.Replies, sent)
	return r.Resolved(result(r, sent.ID))
}

// mostReferences is how long a thread may be for a Worker to answer in it.
const mostReferences = 100

// replyable reports whether the message may be answered: none that a machine has sent, and none in a thread without an end.
func (m *Incoming) replyable() bool {
	h := m.Header
	if h.Has("x-auto-response-suppress") && !strings.EqualFold(h.Get("x-auto-response-suppress"), "none") ||
		h.Has("auto-submitted") && !strings.EqualFold(h.Get("auto-submitted"), "no") {
		return false
	}
	return h.Has("in-reply-to") == h.Has("references") && strings.Count(h.Get("references"), "@") < mostReferences
}
