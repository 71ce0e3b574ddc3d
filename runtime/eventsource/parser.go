package eventsource

import (
	"bytes"
	"strconv"
	"strings"

	"devserver/runtime/textcodec"
)

// message is one event of a stream.
type message struct {
	kind, data, lastEventID string
}

// parser turns the bytes of an event stream into events, however they are cut:
// https://html.spec.whatwg.org/#parsing-an-event-stream
type parser struct {
	// message is told of each event, and retry of each reconnection time, in milliseconds.
	message func(message)
	retry   func(milliseconds int64)

	line  []byte // the beginning of one whose end has not come yet
	begun bool   // the first line, which may have a byte order mark, has been seen
	cr    bool   // the last byte was a CR: a LF now belongs to it

	data        strings.Builder
	kind        string
	lastEventID string
}

const utf8BOM = "\xEF\xBB\xBF"

func (p *parser) feed(chunk []byte) {
	for len(chunk) > 0 {
		if p.cr && chunk[0] == '\n' {
			chunk = chunk[1:]
		}
		p.cr = false
		end := bytes.IndexAny(chunk, "\r\n")
		if end < 0 {
			p.line = append(p.line, chunk...)
			return
		}
		line := chunk[:end]
		if len(p.line) > 0 {
			line = append(p.line, line...)
			p.line = p.line[:0]
		}
		p.cr = chunk[end] == '\r'
		chunk = chunk[end+1:]
		if !p.begun {
			p.begun = true
			line = bytes.TrimPrefix(line, []byte(utf8BOM))
		}
		p.interpret(line)
	}
}

// held is how many bytes wait for the end of an event.
func (p *parser) held() int { return len(p.line) + p.data.Len() }

// interpret implements https://html.spec.whatwg.org/#event-stream-interpretation for a line.
func (p *parser) interpret(line []byte) {
	if len(line) == 0 {
		p.dispatch()
		return
	}
	name, rest, _ := bytes.Cut(line, []byte{':'})
	value := textcodec.DecodeUTF8WithoutBOM(bytes.TrimPrefix(rest, []byte{' '}))
	switch string(name) {
	case "event":
		p.kind = value
	case "data":
		p.data.WriteString(value)
		p.data.WriteByte('\n')
	case "id":
		if !strings.Contains(value, "\x00") {
			p.lastEventID = value
		}
	case "retry":
		if n, ok := digits(value); ok {
			p.retry(n)
		}
	}
}

// dispatch implements https://html.spec.whatwg.org/#dispatchMessage An event without data is one whose identifier
// counts, and nothing else; it has no type then.
func (p *parser) dispatch() {
	m := message{kind: p.kind, lastEventID: p.lastEventID}
	if p.data.Len() > 0 {
		m.data = strings.TrimSuffix(p.data.String(), "\n")
		if m.kind == "" {
			m.kind = "message"
		}
	} else {
		m.kind = ""
	}
	p.data.Reset()
	p.kind = ""
	p.message(m)
}

// digits converts a number of ASCII digits only; one that is too large becomes the largest there is.
func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.ParseInt(s, 10, 64)
	return n, true
}
