// Package queue is what Workers send to queues and get from them: https://developers.cloudflare.com/queues/configuration/javascript-apis/
//
// message.go is what a message is made of, producer_class.go the binding that sends, and batch.go what a consumer gets and
// decides. Queues themselves are elsewhere, behind [Target].
package queue

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// ContentType says how the body of a message is carried.
type ContentType string

// The content types.
const (
	Text  ContentType = "text"
	Bytes ContentType = "bytes"
	JSON  ContentType = "json"
	V8    ContentType = "v8" // whatever structuredClone can copy
)

// Body is the body of a message, between isolates. It does not change.
type Body struct {
	Type ContentType
	// Data is the body as UTF-8, or as bytes. Of V8 it is nothing.
	Data  []byte
	value *structuredclone.Data // of V8
	size  int                   // of V8
}

// Size is how large the body is, in bytes; with V8 about what its serialization would be.
func (b Body) Size() int {
	if b.Type == V8 {
		return b.size
	}
	return len(b.Data)
}

// Message is a message on its way to a consumer.
type Message struct {
	ID        string
	Timestamp time.Time
	Body      Body
	Attempts  int // how often it has been delivered, this time included
}

// Outgoing is a message that is sent.
type Outgoing struct {
	Body  Body
	Delay *int // in seconds; nil if none is asked for
}

// Metrics are how much a queue holds that is ready to be delivered.
type Metrics struct {
	Count  int
	Bytes  int
	Oldest time.Time // zero if there is nothing
}

// Target is a queue that messages are sent to. Its methods may be called from any goroutine.
type Target interface {
	// Send takes messages; batch says that they were sent as one. A delay that a message has none of its own for is the
	// queue's to choose. The error, which is usually a [*Refused], says why none was taken.
	Send(messages []Outgoing, batch bool) (Metrics, error)
	Metrics() Metrics
}

// Refused is an error of a queue's.
type Refused struct {
	Status string // as an HTTP response would have it: "Payload Too Large"
	Reason string
}

func (e *Refused) Error() string { return e.Reason }

// ParseBody makes the body of a message that comes from no isolate, of bytes: text, bytes or json.
func ParseBody(as ContentType, data []byte) (Body, error) {
	switch as {
	case Text:
		return Body{Type: as, Data: bytes.ToValidUTF8(data, []byte("\uFFFD"))}, nil
	case Bytes:
		return Body{Type: as, Data: data}, nil
	case JSON:
		if !json.Valid(data) {
			return Body{}, errors.New("the message is not valid JSON; for a text, say contentType=text")
		}
		return Body{Type: as, Data: bytes.ToValidUTF8(data, []byte("\uFFFD"))}, nil
	default:
		return Body{}, fmt.Errorf("the content type is %q, and should be json, text or bytes", as)
	}
}

// encode takes a value to where another isolate can have it.
func encode(r *webidl.Realm, value goja.Value, as ContentType) Body {
	switch as {
	case Text:
		s, ok := value.(goja.String)
		if !ok {
			panic(r.TypeError(`Content Type "text" requires a value of type string, but received: %s`, typeOf(value)))
		}
		return Body{Type: Text, Data: []byte(r.USVString(s))}
	case Bytes:
		if r.ViewKind(value) == "" {
			panic(r.TypeError(`Content Type "bytes" requires a value of type ArrayBufferView, but received: %s`, typeOf(value)))
		}
		data, _ := r.Bytes(value)
		return Body{Type: Bytes, Data: append([]byte{}, data...)}
	case JSON:
		text, ok := r.StringifyJSON(value)
		if !ok {
			panic(&notJSON{})
		}
		return Body{Type: JSON, Data: []byte(text)}
	default:
		data := structuredclone.Serialize(r, value, nil)
		return Body{Type: V8, value: data, size: data.Size()}
	}
}

// decode makes the value of a body.
func (b Body) decode(r *webidl.Realm) goja.Value {
	switch b.Type {
	case Text:
		return r.String(string(b.Data))
	case Bytes:
		return r.Uint8Array(append([]byte{}, b.Data...))
	case JSON:
		return r.ParseJSON(string(b.Data))
	default:
		return b.value.Deserialize(r)
	}
}

// typeOf is the typeof operator.
func typeOf(v goja.Value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case *goja.Symbol:
		return "symbol"
	case *goja.Object:
		if _, ok := goja.AssertFunction(v); ok {
			return "function"
		}
		return "object"
	case goja.String:
		return "string"
	}
	switch {
	case goja.IsUndefined(v):
		return "undefined"
	case goja.IsNull(v):
		return "object"
	}
	switch v.Export().(type) {
	case bool:
		return "boolean"
	case int64, float64:
		return "number"
	}
	return "bigint"
}
