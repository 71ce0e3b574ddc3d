package websocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	peer "github.com/coder/websocket"
	"go.uber.org/goleak"

	"devserver/internal/jstest"
	"devserver/runtime/fetch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sizes are where the length of a frame changes its form, and where compression begins.
var sizes = []int{0, 1, 7, 125, 126, worthCompressing - 1, worthCompressing, 65535, 65536, 1 << 20}

// data is bytes that compress by about half.
func data(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = "abcdefghijklmnop"[rand.IntN(16)]
	}
	return p
}

var modes = []peer.CompressionMode{peer.CompressionDisabled, peer.CompressionContextTakeover, peer.CompressionNoContextTakeover}

// echo reads n messages and sends them back.
func echo(t *testing.T, c *conn, n int) {
	for range n {
		m, err := c.read()
		if err != nil {
			t.Error(err)
			return
		}
		if err := c.send(m, true); err != nil {
			t.Error(err)
			return
		}
	}
}

// exchange has a peer send messages of all sizes to an echo, and checks what comes back.
func exchange(t *testing.T, c *peer.Conn) {
	t.Helper()
	c.SetReadLimit(-1)
	for _, kind := range []peer.MessageType{peer.MessageText, peer.MessageBinary} {
		for _, n := range sizes {
			sent := data(n)
			if err := c.Write(t.Context(), kind, sent); err != nil {
				t.Fatal(err)
			}
			got, received, err := c.Read(t.Context())
			if err != nil || got != kind || !bytes.Equal(received, sent) {
				t.Fatalf("%d bytes came back as %d of kind %v, %v", n, len(received), got, err)
			}
		}
	}
}

func TestServerAgainstAnotherImplementation(t *testing.T) {
	for _, mode := range modes {
		t.Run(fmt.Sprint(mode), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer, x := acceptOffer(r.Header)
				if x.on != (mode != peer.CompressionDisabled) {
					t.Errorf("offered %q, agreed %v", r.Header["Sec-Websocket-Extensions"], x.on)
				}
				stream, buffer, err := http.NewResponseController(w).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				defer stream.Close()
				fmt.Fprintf(buffer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
					fetch.AcceptKey(r.Header.Get("Sec-WebSocket-Key")))
				if answer != "" {
					fmt.Fprintf(buffer, "Sec-WebSocket-Extensions: %s\r\n", answer)
				}
				buffer.WriteString("\r\n")
				buffer.Flush()
				c := newConn(stream, false, x, maxMessage)
				echo(t, c, 2*len(sizes))
				if m, err := c.read(); err != nil || m.op != opClose || m.code != 3456 || m.text != "bye" {
					t.Errorf("got %+v, %v", m, err)
				}
				c.send(message{op: opClose, code: 3456, text: "bye"}, true)
			}))
			defer server.Close()
			c, _, err := peer.Dial(t.Context(), server.URL, &peer.DialOptions{CompressionMode: mode})
			if err != nil {
				t.Fatal(err)
			}
			exchange(t, c)
			if err := c.Close(3456, "bye"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestClientAgainstAnotherImplementation(t *testing.T) {
	for _, mode := range modes {
		t.Run(fmt.Sprint(mode), func(t *testing.T) {
			var done = make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(done)
				c, err := peer.Accept(w, r, &peer.AcceptOptions{CompressionMode: mode})
				if err != nil {
					t.Error(err)
					return
				}
				exchange(t, c)
				if err := c.Ping(c.CloseRead(context.Background())); err != nil {
					t.Error(err)
				}
				if err := c.Close(4000, "done"); err != nil {
					t.Error(err)
				}
			}))
			defer server.Close()
			req, _ := http.NewRequest("GET", server.URL, nil)
			for name, value := range map[string]string{"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
				"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Extensions": deflateName} {
				req.Header.Set(name, value)
			}
			res, err := http.DefaultTransport.RoundTrip(req)
			if err != nil || res.StatusCode != 101 {
				t.Fatal(res, err)
			}
			x, err := agreed(res.Header)
			if err != nil {
				t.Fatal(err)
			}
			c := newConn(res.Body.(io.ReadWriteCloser), true, x, maxMessage)
			defer c.stream.Close()
			echo(t, c, 2*len(sizes))
			if m, err := c.read(); err != nil || m.code != 4000 || m.text != "done" { // the ping comes before
				t.Errorf("got %+v, %v", m, err)
			}
			c.send(message{op: opClose, code: 4000, text: "done"}, true)
			<-done
		})
	}
}

// wire bytes, as a client that does not mask sends them.
func raw(op opcode, final bool, payload string) []byte {
	f := frame{op: op, final: final, length: uint64(len(payload))}
	return append(f.appendTo(nil), payload...)
}

// received reads messages until there is an error.
func received(stream []byte, x extension, limit int) (list []string, err error) {
	c := newConn(struct {
		io.Reader
		io.WriteCloser
	}{bytes.NewReader(stream), discard{}}, false, x, limit)
	for {
		m, err := c.read()
		if err != nil {
			return list, err
		}
		list = append(list, fmt.Sprintf("%d:%s%s", m.op, m.text, m.data))
		if m.op == opClose {
			return append(list, fmt.Sprint(m.code)), nil
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }

// TestFrames is what comes of frames. The codes and texts of errors are workerd's, but for the length of control frames,
// which workerd does not limit.
func TestFrames(t *testing.T) {
	text := func(final bool, s string) []byte { return raw(opText, final, s) }
	more := func(final bool, s string) []byte { return raw(opContinuation, final, s) }
	compressed := func(p []byte) []byte { p[0] |= 0x40; return p }
	for _, c := range []struct {
		name   string
		stream [][]byte
		want   string
		breach string
	}{
		{"a text", [][]byte{text(true, "hi")}, "1:hi", ""},
		{"fragments around a ping", [][]byte{text(false, "a"), raw(opPing, true, "p"), more(false, "b"), more(true, "c")}, "1:abc", ""},
		{"empty fragments", [][]byte{text(false, ""), more(false, ""), more(true, "")}, "1:", ""},
		{"no UTF-8", [][]byte{text(true, "a\xFF\xFEb")}, "1:a\uFFFD\uFFFDb", ""},
		{"a character in two fragments", [][]byte{text(false, "\xC3"), more(true, "\xA9")}, "1:é", ""},
		{"close", [][]byte{raw(opClose, true, "\x03\xE8bye"), text(true, "not read")}, "8:bye 1000", ""},
		{"close without a code", [][]byte{raw(opClose, true, "")}, "8: 1005", ""},
		{"close with half a code", [][]byte{raw(opClose, true, "\x03")}, "8: 1005", ""},
		{"close with any code", [][]byte{raw(opClose, true, "\x03\xE7")}, "8: 999", ""},
		{"a lone continuation", [][]byte{more(true, "x")}, "", "1002 Unexpected continuation frame"},
		{"a message in a message", [][]byte{text(false, "a"), text(true, "b")}, "", "1002 Missing continuation frame"},
		{"an unknown opcode", [][]byte{raw(3, true, "")}, "", "1002 Unknown opcode 3"},
		{"an unknown control frame", [][]byte{raw(11, true, "")}, "", "1002 Unknown opcode 11"},
		{"a control frame in pieces", [][]byte{raw(opPing, false, "")}, "", "1002 Received fragmented control frame"},
		{"a long control frame", [][]byte{raw(opPing, true, strings.Repeat("x", 126))}, "", "1002 Received control frame that is too long"},
		{"compression that was not agreed on", [][]byte{compressed(text(true, "x"))}, "",
			"1002 Received a WebSocket frame whose compression bit was set, but the compression extension was not negotiated for this connection."},
		{"reserved bits", [][]byte{{0xA1, 0}}, "", "1002 Received frame had RSV bits 2 or 3 set"},
		{"as long as allowed", [][]byte{text(true, strings.Repeat("x", 1000))}, "1:" + strings.Repeat("x", 1000), ""},
		{"too long", [][]byte{text(true, strings.Repeat("x", 1001))}, "", "1009 Message is too large: 1001 > 1000"},
		{"too long in pieces", [][]byte{text(false, strings.Repeat("x", 600)), more(true, strings.Repeat("x", 401))}, "",
			"1009 Message is too large: 401 > 400"},
		{"an absurd length", [][]byte{{0x82, 127, 0xFF, 0, 0, 0, 0, 0, 0, 0}}, "", "1009 Message is too large: 18374686479671623680 > 1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := received(bytes.Join(c.stream, nil), extension{}, 1000)
			if got := strings.Join(list, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			breach := ""
			if e, ok := errors.AsType[*protocolError](err); ok {
				breach = fmt.Sprint(e.code, " ", e.text)
			}
			if breach != c.breach {
				t.Errorf("broken by %q, want %q", breach, c.breach)
			}
		})
	}
}

func TestMaskedFrames(t *testing.T) {
	for n := range 40 {
		f := frame{op: opBinary, final: true, masked: true, mask: [4]byte{1, 2, 3, 4}, length: uint64(n)}
		sent := data(n)
		masked := bytes.Clone(sent)
		for i := range masked {
			masked[i] ^= f.mask[i%4]
		}
		list, _ := received(append(f.appendTo(nil), masked...), extension{}, 100)
		if len(list) != 1 || list[0] != "2:"+string(sent) {
			t.Errorf("%d bytes: got %q, want %q", n, list, sent)
		}
	}
}

// TestCompressedBombs: what a compressed message becomes counts, not what it is.
func TestCompressedBombs(t *testing.T) {
	p := compress(make([]byte, 1<<20))
	f := frame{op: opBinary, final: true, compressed: true, length: uint64(len(p))}
	stream := append(f.appendTo(nil), p...)
	if list, _ := received(stream, extension{on: true}, 1<<20); len(list) != 1 || len(list[0]) != 2+1<<20 {
		t.Errorf("a message of 1 MiB within the limit does not come")
	}
	_, err := received(stream, extension{on: true}, 1<<20-1)
	if e, ok := errors.AsType[*protocolError](err); !ok || e.code != codeTooBig {
		t.Errorf("got %v", err)
	}
	_, err = received(append(f.appendTo(nil), bytes.Repeat([]byte{0x07}, len(p))...), extension{on: true}, 1<<20) // there is no such block
	if e, ok := errors.AsType[*protocolError](err); !ok || e.code != codeInvalidData {
		t.Errorf("got %v", err)
	}
}

// TestAnnouncedLengths: a header alone takes no memory.
func TestAnnouncedLengths(t *testing.T) {
	f := frame{op: opBinary, final: true, length: maxMessage}
	stream := f.appendTo(nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	received(stream, extension{}, maxMessage)
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<20 {
		t.Errorf("%d bytes for a frame of which nothing came", allocated)
	}
}

func TestNegotiation(t *testing.T) {
	header := func(value string) http.Header { return http.Header{"Sec-Websocket-Extensions": {value}} }
	for offer, want := range map[string]bool{
		"permessage-deflate":                                                true,
		"permessage-deflate; client_max_window_bits":                        true,
		"permessage-deflate;server_max_window_bits=15":                      true,
		"permessage-deflate; server_max_window_bits=10":                     false,
		"permessage-deflate; server_max_window_bits=10, permessage-deflate": true,
		"permessage-deflate; something":                                     false,
		"x-webkit-deflate-frame":                                            false,
		"":                                                                  false,
	} {
		if _, x := acceptOffer(header(offer)); x.on != want {
			t.Errorf("offer %q: %v, want %v", offer, x.on, want)
		}
	}
	for answer, want := range map[string]extension{
		"":                   {},
		"permessage-deflate": {on: true, peerTakeover: true},
		"permessage-deflate; server_no_context_takeover":                           {on: true},
		"permessage-deflate; client_max_window_bits=9; server_no_context_takeover": {on: true, uncompressed: true},
	} {
		if x, err := agreed(header(answer)); err != nil || x != want {
			t.Errorf("answer %q: %+v, %v", answer, x, err)
		}
	}
	for _, answer := range []string{"foo", "permessage-deflate; foo", "permessage-deflate, permessage-deflate"} {
		if _, err := agreed(header(answer)); err == nil {
			t.Errorf("answer %q is accepted", answer)
		}
	}
}

// TestNothingAfterClose: what is sent after a close frame is not written.
func TestNothingAfterClose(t *testing.T) {
	near, far := net.Pipe()
	go func() {
		c := newConn(near, false, extension{}, maxMessage)
		c.send(message{op: opClose, code: 1000, text: strings.Repeat("é", 100)}, true)
		c.send(message{op: opText, text: "late"}, true)
		near.Close()
	}()
	got, _ := io.ReadAll(far)
	if want := string(raw(opClose, true, "\x03\xE8"+strings.Repeat("é", 61))); string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestQueueIsBounded: a peer that does not read is given up.
func TestQueueIsBounded(t *testing.T) {
	iso := jstest.New(t, nil)
	var in inbox
	in.loop, in.tell = iso.Loop, func() {}
	w := newWire(t.Context(), iso.Loop, &in, nil)
	w.most = 1000
	near, far := net.Pipe()
	defer far.Close()
	go w.run(newConn(near, false, extension{}, maxMessage))
	for range 10 {
		w.send(message{op: opText, text: strings.Repeat("x", 101)})
	}
	<-w.over
	if m, _ := in.take(); m.op != opLost || m.err != errQueueFull {
		t.Errorf("got %+v", m)
	}
}

func FuzzConn(f *testing.F) {
	f.Add(raw(opText, true, "hi"), false)
	f.Add(raw(opClose, true, "\x03\xE8"), false)
	f.Add(append(raw(opText, false, "a"), raw(opContinuation, true, "b")...), true)
	p := raw(opBinary, true, string(compress(data(300))))
	p[0] |= 0x40
	f.Add(p, true)
	f.Fuzz(func(t *testing.T, stream []byte, compressed bool) {
		list, err := received(stream, extension{on: compressed, peerTakeover: true}, 1<<16)
		for _, m := range list {
			if len(m) > 3<<16+2 {
				t.Fatalf("a message of %d bytes", len(m))
			}
		}
		if _, ok := errors.AsType[*protocolError](err); err != nil && !ok && err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Fatal(err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{64, 64 << 10} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := frame{op: opText, final: true, masked: true, length: uint64(n)}
			one := append(f.appendTo(nil), data(n)...)
			reader := bytes.NewReader(nil)
			c := newConn(struct {
				io.Reader
				io.WriteCloser
			}{reader, discard{}}, false, extension{}, maxMessage)
			b.SetBytes(int64(n))
			b.ReportAllocs()
			for b.Loop() {
				reader.Reset(one)
				if _, err := c.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
