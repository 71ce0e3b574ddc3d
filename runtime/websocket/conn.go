package websocket

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// message is what one end of a WebSocket tells the other: a text, bytes, or that it will say no more.
type message struct {
	op   opcode // opText, opBinary, opClose, or opLost
	text string // the text, or why it closes
	data []byte // owned by whoever has the message
	code uint16 // of opClose
	err  error  // of opLost
	far  bool   // it came over a connection
}

// opLost is no opcode of the protocol: it ends the messages of a connection that ended without a close frame.
const opLost opcode = 0xFF

func (m *message) size() int { return len(m.text) + len(m.data) }

// maxMessage is how long a received message may be, in bytes, and maxMessageIncreased what a compatibility flag makes of it.
const (
	maxMessage          = 32 << 20
	maxMessageIncreased = 128 << 20
)

// conn speaks the protocol over a connection: https://www.rfc-editor.org/rfc/rfc6455
//
// What it makes of a peer's mistakes is what workerd does, which is more patient than the standard in some: a text that is
// not UTF-8 is mended, frames may be masked or not in either direction, and a close frame may carry any code.
//
// One goroutine may read and several may write.
type conn struct {
	stream  io.ReadWriteCloser
	reader  *bufio.Reader
	client  bool      // it masks what it sends
	limit   int       // of received messages
	inflate *inflater // nil unless permessage-deflate was agreed on
	deflate bool

	mu     sync.Mutex // guards what follows
	writer *bufio.Writer
	header []byte // scratch
	closed bool   // a close frame has been written: nothing may follow it
}

const bufferSize = 4 << 10

func newConn(stream io.ReadWriteCloser, client bool, x extension, limit int) *conn {
	c := &conn{stream: stream, client: client, limit: limit, reader: bufio.NewReaderSize(stream, bufferSize), writer: bufio.NewWriterSize(stream, bufferSize)}
	if x.on {
		c.inflate, c.deflate = &inflater{takeover: x.peerTakeover}, !x.uncompressed
	}
	return c
}

// read returns the next message, answering pings on the way.
func (c *conn) read() (message, error) {
	var m message
	var begun, compressed bool
	for {
		f, err := readFrame(c.reader)
		if err != nil {
			return message{}, err
		}
		if err := c.check(f, begun); err != nil {
			return message{}, err
		}
		if f.op.isControl() {
			end, closing, err := c.control(f)
			if err != nil || closing {
				return end, err
			}
			continue
		}
		if !begun {
			m.op, compressed, begun = f.op, f.compressed, true
		}
		if room := c.limit - len(m.data); f.length > uint64(room) {
			return message{}, &protocolError{codeTooBig, fmt.Sprintf("Message is too large: %d > %d", f.length, room)}
		}
		if m.data, err = c.payload(m.data, f); err != nil {
			return message{}, err
		}
		if !f.final {
			continue
		}
		if compressed {
			if m.data, err = c.inflate.message(m.data, c.limit); err != nil {
				return message{}, err
			}
		}
		if m.op == opText {
			m.text, m.data = validText(m.data), nil
		}
		return m, nil
	}
}

// check refuses frames that may not come here; begun says that a message has begun and not ended.
func (c *conn) check(f frame, begun bool) error {
	switch {
	case f.reserved:
		return breach("Received frame had RSV bits 2 or 3 set")
	case f.compressed && c.inflate == nil:
		return breach("Received a WebSocket frame whose compression bit was set, but the compression extension was not negotiated for this connection.")
	case f.compressed && f.op != opText && f.op != opBinary:
		return breach("Received a frame whose compression bit was set, and which does not begin a message")
	case f.op > opPong || f.op > opBinary && !f.op.isControl():
		return breach(fmt.Sprintf("Unknown opcode %d", f.op))
	case f.op.isControl() && !f.final:
		return breach("Received fragmented control frame")
	case f.op.isControl() && f.length > maxControl:
		return breach("Received control frame that is too long")
	case f.op == opContinuation && !begun:
		return breach("Unexpected continuation frame")
	case begun && (f.op == opText || f.op == opBinary):
		return breach("Missing continuation frame")
	}
	return nil
}

// control deals with a control frame. It returns the message of one that closes.
func (c *conn) control(f frame) (end message, closing bool, err error) {
	p, err := c.payload(nil, f)
	if err != nil {
		return message{}, false, err
	}
	switch f.op {
	case opPing:
		// That the peer cannot be written to any more is for those to notice who have something to say.
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.write(opPong, p, false) == nil {
			c.writer.Flush()
		}
	case opClose:
		if len(p) < 2 {
			return message{op: opClose, code: codeNone}, true, nil
		}
		return message{op: opClose, code: binary.BigEndian.Uint16(p), text: validText(p[2:])}, true, nil
	}
	return message{}, false, nil
}

// payload appends the payload of a frame to p. Memory is taken as bytes come, not as the header announces them.
func (c *conn) payload(p []byte, f frame) ([]byte, error) {
	const step = 64 << 10
	start, missing := len(p), int(f.length)
	for missing > 0 {
		n := min(missing, max(step, len(p)))
		p = slices.Grow(p, n)
		at := len(p)
		p = p[:at+n]
		if _, err := io.ReadFull(c.reader, p[at:]); err != nil {
			return nil, err
		}
		missing -= n
	}
	if f.masked {
		applyMask(f.mask, p[start:])
	}
	return p, nil
}

// validText makes a string of bytes, each that is not UTF-8 replaced.
func validText(p []byte) string {
	if utf8.Valid(p) {
		return string(p)
	}
	return string([]rune(string(p)))
}

// send writes a message, which it takes over; flush has it go out at once.
func (c *conn) send(m message, flush bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := m.data
	switch {
	case m.op == opText && c.plain(len(m.text)):
		return c.flush(c.writeText(m.text), flush)
	case m.op == opText:
		p = []byte(m.text)
	case m.op == opClose && m.code != codeNone:
		p = append(binary.BigEndian.AppendUint16(nil, m.code), clip(m.text, maxControl-2)...)
	}
	compressed := c.deflate && m.op != opClose && len(p) >= worthCompressing
	if compressed {
		p = compress(p)
	}
	err := c.flush(c.write(m.op, p, compressed), flush)
	c.closed = c.closed || m.op == opClose
	return err
}

// plain reports whether a text of so many bytes can be written as it is.
func (c *conn) plain(size int) bool { return !c.client && (!c.deflate || size < worthCompressing) }

// clip shortens a text to a number of bytes.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

func (c *conn) flush(err error, flush bool) error {
	if err != nil || !flush {
		return err
	}
	return c.writer.Flush()
}

func (c *conn) writeText(text string) error {
	if c.closed {
		return nil
	}
	c.writeHeader(&frame{op: opText, final: true, length: uint64(len(text))})
	_, err := c.writer.WriteString(text)
	return err
}

// write writes one frame. It masks p in place. Frames after a close frame are dropped.
func (c *conn) write(op opcode, p []byte, compressed bool) error {
	if c.closed {
		return nil
	}
	f := frame{op: op, final: true, compressed: compressed, masked: c.client, length: uint64(len(p))}
	if f.masked {
		rand.Read(f.mask[:])
		applyMask(f.mask, p)
	}
	c.writeHeader(&f)
	_, err := c.writer.Write(p)
	return err
}

func (c *conn) writeHeader(f *frame) {
	c.header = f.appendTo(c.header[:0])
	c.writer.Write(c.header)
}
