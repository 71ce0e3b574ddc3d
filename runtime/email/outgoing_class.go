package email

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/webidl"
)

// Sent is a message that a Worker has sent.
type Sent struct {
	What string // "email", "reply"
	From string
	To   []string
	ID   string // its Message-ID
	Raw  []byte
}

// Outbox takes what is sent. It is called on the loop, and must not take long.
type Outbox interface{ Put(Sent) error }

// Message is the Go value behind an EmailMessage: https://developers.cloudflare.com/email-routing/email-workers/send-email-workers/
type Message struct {
	from, to string
	raw      goja.Value
}

// MessageClass is the class EmailMessage of cloudflare:email.
var MessageClass = webidl.NewClass("EmailMessage", messageIDL{})

type messageIDL struct{}

func (messageIDL) Define(class *webidl.Class) {
	class.Length = 3
	class.Construct = func(c webidl.Call) any { return &Message{c.USVString(0), c.USVString(1), c.Arg(2)} }
	class.Members = []webidl.Member{
		webidl.ReadOnly("from", func(m *Message, c webidl.Call) goja.Value { return c.String(m.from) }),
		webidl.ReadOnly("to", func(m *Message, c webidl.Call) goja.Value { return c.String(m.to) }),
	}
}

// read gives the bytes of the message to done, on the loop.
func (m *Message) read(r *webidl.Realm, done func(raw []byte, err error)) {
	if stream, ok := webidl.As[*streams.ReadableStream](r, m.raw); ok {
		streams.ReadAll(r, stream, done)
		return
	}
	if data, ok := r.Bytes(m.raw); ok {
		done(slices.Clone(data), nil)
		return
	}
	done([]byte(r.USVString(m.raw)), nil)
}

// Rules are what a send_email binding may send: https://developers.cloudflare.com/email-routing/email-workers/send-email-workers/#types-of-bindings
type Rules struct {
	Destination  string   // the only one; "" allows every one
	Destinations []string // nil allows every one
	Senders      []string // the same
}

func (p *Rules) check(from string, to []string) error {
	if p.Senders != nil && !slices.Contains(p.Senders, from) {
		return webidl.Errorf("email from %s not allowed", from)
	}
	for _, address := range to {
		if p.Destination != "" && address != p.Destination || p.Destinations != nil && !slices.Contains(p.Destinations, address) {
			return webidl.Errorf("email to %s not allowed", address)
		}
	}
	return nil
}

type sender struct {
	rules  Rules
	outbox Outbox
}

// NewSender makes the value of a send_email binding.
func NewSender(r *webidl.Realm, rules Rules, outbox Outbox) *goja.Object {
	return r.New(senderClass, &sender{rules, outbox})
}

var senderClass = webidl.NewClass("SendEmail", senderIDL{})

type senderIDL struct{}

func (senderIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.Promising("send", 1, func(s *sender, c webidl.Call) goja.Value {
			r := c.Realm
			if m, ok := webidl.As[*Message](r, c.Arg(0)); ok {
				c.Check(s.rules.check(m.from, []string{m.to}))
				return sending(r, m, func(raw []byte) (Sent, error) {
					h := ParseHeader(raw)
					switch {
					case h.Get("message-id") == "":
						return Sent{}, webidl.Errorf("invalid message-id")
					case !slices.Equal(h.Addresses("from"), []string{m.from}):
						return Sent{}, webidl.Errorf("From: header does not match mail from")
					case h.Has("received"):
						return Sent{}, webidl.Errorf("invalid headers set")
					}
					sent := Sent{What: "email", From: m.from, To: []string{m.to}, ID: NewID(m.from)}
					sent.Raw = append([]byte("Message-ID: "+sent.ID+"\r\n"), Without(raw, "message-id")...)
					return sent, nil
				}, s.outbox)
			}
			d, recipients := build(c, "send")
			from := address(d.from)
			to := make([]string, len(recipients))
			for i, text := range recipients {
				to[i] = address(text)
			}
			if len(to) == 0 {
				c.Throw(webidl.TypeErrorf("an email needs at least one of to, cc and bcc"))
			}
			c.Check(s.rules.check(from, to))
			id := NewID(from)
			c.Check(s.outbox.Put(Sent{"email", d.from, to, id, d.compose(id, time.Now())}))
			return r.Resolved(result(r, id))
		}),
	}
}

// sending reads a message, has check make of it what is sent, and sends that.
func sending(r *webidl.Realm, m *Message, check func(raw []byte) (Sent, error), outbox Outbox) goja.Value {
	promise := r.NewPromise()
	m.read(r, func(raw []byte, err error) {
		var sent Sent
		if err == nil {
			sent, err = check(raw)
		}
		if err == nil {
			err = outbox.Put(sent)
		}
		if err != nil {
			promise.Reject(err)
			return
		}
		promise.Resolve(result(r, sent.ID))
	})
	return promise.Value()
}

func result(r *webidl.Realm, id string) *goja.Object {
	obj := r.VM.NewObject()
	obj.Set("messageId", id)
	return obj
}

// build reads an object that says what a message is to be made of. recipients are all that it goes to, also secretly.
func build(c webidl.Call, method string) (d *draft, recipients []string) {
	r := c.Realm
	obj, ok := c.Arg(0).(*goja.Object)
	if !ok {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s': parameter 1 is neither an EmailMessage nor an object that one is made of.", method))
	}
	text := func(name string) string {
		if v := obj.Get(name); !webidl.IsNullish(v) {
			return r.USVString(v)
		}
		return ""
	}
	d = &draft{subject: text("subject"), text: text("text"), html: text("html")}
	d.from = addressOf(r, obj.Get("from"))
	if d.from == "" {
		c.Throw(webidl.TypeErrorf("an email needs a from"))
	}
	d.replyTo = addressOf(r, obj.Get("replyTo"))
	d.to, d.cc = addressesOf(r, obj.Get("to")), addressesOf(r, obj.Get("cc"))
	recipients = slices.Concat(d.to, d.cc, addressesOf(r, obj.Get("bcc")))
	if headers, ok := obj.Get("headers").(*goja.Object); ok {
		for _, name := range headers.Keys() {
			value := r.USVString(headers.Get(name))
			lower := strings.ToLower(name)
			if lower == "received" || strings.ContainsAny(name, " :\r\n\t") || strings.ContainsFunc(value, control) {
				c.Throw(webidl.Errorf("invalid headers set"))
			}
			if !slices.Contains(managed, lower) {
				d.headers = append(d.headers, Field{name, value})
			}
		}
	}
	if list := obj.Get("attachments"); !webidl.IsNullish(list) {
		for _, item := range r.Sequence(list) {
			d.attachments = append(d.attachments, attach(c, item))
		}
	}
	for _, value := range append(recipients, d.from, d.replyTo, d.subject) {
		if strings.ContainsFunc(value, control) {
			c.Throw(webidl.Errorf("invalid headers set"))
		}
	}
	return d, recipients
}

func control(c rune) bool { return c < ' ' || c == 0x7f }

func attach(c webidl.Call, item goja.Value) attachment {
	r := c.Realm
	obj, ok := item.(*goja.Object)
	if !ok {
		c.Throw(webidl.Errorf("invalid attachment"))
	}
	text := func(name string) string {
		if v := obj.Get(name); !webidl.IsNullish(v) {
			return r.USVString(v)
		}
		return ""
	}
	a := attachment{disposition: text("disposition"), contentID: text("contentId"), filename: text("filename"), kind: text("type")}
	if a.disposition == "" {
		a.disposition = "attachment"
	}
	kind, sub, ok := strings.Cut(a.kind, "/")
	if !ok || kind == "" || sub == "" || a.disposition != "attachment" && a.disposition != "inline" || a.disposition == "inline" && a.contentID == "" {
		c.Throw(webidl.Errorf("invalid attachment"))
	}
	if strings.ContainsFunc(a.kind+a.filename+a.contentID, control) {
		c.Throw(webidl.Errorf("invalid headers set"))
	}
	if data, ok := r.Bytes(obj.Get("content")); ok {
		a.content = slices.Clone(data)
		return a
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text("content")), ""))
	if err != nil {
		c.Throw(webidl.Errorf("invalid attachment content"))
	}
	a.content = data
	return a
}

// addressOf is an address: a text, or an object with a name and an email.
func addressOf(r *webidl.Realm, v goja.Value) string {
	if webidl.IsNullish(v) {
		return ""
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		return r.USVString(v)
	}
	email, name := obj.Get("email"), obj.Get("name")
	if webidl.IsNullish(email) {
		return ""
	}
	if webidl.IsNullish(name) || name.String() == "" {
		return r.USVString(email)
	}
	return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`).Replace(r.USVString(name)) + `" <` + r.USVString(email) + ">"
}

func addressesOf(r *webidl.Realm, v goja.Value) (list []string) {
	if obj, ok := v.(*goja.Object); ok && webidl.Iterates(obj) {
		for _, item := range r.Sequence(obj) {
			list = append(list, addressOf(r, item))
		}
		return list
	}
	if text := addressOf(r, v); text != "" {
		list = append(list, text)
	}
	return list
}
