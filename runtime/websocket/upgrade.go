package websocket

import (
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"devserver/runtime/compat"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// closingPatience is how long a peer that is sent away may take to answer.
const closingPatience = 2 * time.Second

// negotiate chooses the extension for a client of ours, and says so in the response.
func negotiate(r *webidl.Realm, req *http.Request, header http.Header) extension {
	delete(header, "Sec-Websocket-Extensions")
	if !r.Compat().Enabled(compat.WebSocketCompression) {
		return extension{}
	}
	answer, x := acceptOffer(req.Header)
	if answer != "" {
		header["Sec-Websocket-Extensions"] = []string{answer}
	}
	return x
}

// serve gives the connection of a client to the other WebSocket of the pair.
func (w *WebSocket) serve(req *http.Request, header http.Header) fetch.Upgrade {
	s := &served{extension: negotiate(w.realm, req, header), limit: maxSize(w.realm)}
	peer := w.peer
	s.wire = newWire(host(w.realm).Context(), w.realm.Loop, &peer.in, nil)
	peer.out = s.wire
	w.peer, peer.peer = nil, nil
	for {
		m, ok := w.in.take() // what peer has sent so far
		if !ok {
			break
		}
		s.wire.send(m)
	}
	s.upgrade.serve = s.Serve
	return s
}

// served is a client's connection that ends in the Worker.
type served struct {
	upgrade
	wire      *wire
	extension extension
	limit     int
}

// Serve implements [fetch.Upgrade].
func (s *served) Serve(client io.ReadWriteCloser) {
	s.wire.run(newConn(client, false, s.extension, s.limit))
}

// GoAway implements [fetch.Upgrade].
func (s *served) GoAway(code uint16, reason string) { s.wire.goAway(code, reason, closingPatience) }

// NeedsLoop implements [fetch.Body].
func (s *served) NeedsLoop() bool { return true }

// Fail implements [fetch.Body].
func (s *served) Fail(error) { s.GoAway(codeInternalError, "") }

// Close implements [fetch.Body]. When it returns, the script's being told is on the loop.
func (s *served) Close() error {
	s.upgrade.close()
	s.wire.abandon()
	<-s.wire.over
	return nil
}

// passThrough gives the connection of a client to a server that the Worker has connected to and not listened to. Bytes
// are copied as they are, unless the two agreed on different extensions.
func passThrough(far fetch.Upgraded, req *http.Request, header http.Header, r *webidl.Realm) fetch.Upgrade {
	p := &passed{far: far}
	p.upgrade.serve = p.Serve
	chosen := far.Header["Sec-Websocket-Extensions"]
	switch {
	case len(chosen) == 0:
		delete(header, "Sec-Websocket-Extensions")
	case req.Header.Get("Sec-WebSocket-Extensions") == far.Offer:
		header["Sec-Websocket-Extensions"] = chosen
	default:
		x := negotiate(r, req, header)
		limit := maxSize(r)
		p.translate = func(client io.ReadWriteCloser) {
			y, err := agreed(far.Header)
			if err != nil {
				return
			}
			relay(newConn(client, false, x, limit), newConn(far.Conn, true, y, limit))
		}
	}
	return p
}

// passed is a client's connection that is passed through to a server.
type passed struct {
	upgrade
	far       fetch.Upgraded
	translate func(client io.ReadWriteCloser) // nil if bytes can be copied
}

// Serve implements [fetch.Upgrade].
func (p *passed) Serve(client io.ReadWriteCloser) {
	defer p.far.Conn.Close()
	defer client.Close()
	if p.translate != nil {
		p.translate(client)
		return
	}
	both(func() { io.Copy(p.far.Conn, client) }, func() { io.Copy(client, p.far.Conn) }, func() {
		p.far.Conn.Close()
		client.Close()
	})
}

// both runs two functions at once, calls end when one has returned, and waits for the other.
func both(a, b, end func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		a()
		end()
	}()
	b()
	end()
	<-done
}

// relay passes messages on between two connections until one ends.
func relay(a, b *conn) {
	pass := func(from, to *conn) {
		for {
			m, err := from.read()
			if err != nil {
				return
			}
			if to.send(m, from.reader.Buffered() == 0 || m.op == opClose) != nil {
				return
			}
		}
	}
	both(func() { pass(a, b) }, func() { pass(b, a) }, func() {
		a.stream.Close()
		b.stream.Close()
	})
}

// GoAway implements [fetch.Upgrade].
func (p *passed) GoAway(uint16, string) { p.Close() }

// NeedsLoop implements [fetch.Body].
func (p *passed) NeedsLoop() bool { return false }

// Fail implements [fetch.Body].
func (p *passed) Fail(error) { p.Close() }

// Close implements [fetch.Body].
func (p *passed) Close() error {
	p.upgrade.close()
	return p.far.Conn.Close()
}

// upgrade is an Upgrade that may also be read from and written to, by those who have no connection to give it.
type upgrade struct {
	serve func(io.ReadWriteCloser)
	once  sync.Once
	end   net.Conn // of a pipe, the other end of which is served
}

func (u *upgrade) pipe() net.Conn {
	u.once.Do(func() {
		near, far := net.Pipe()
		u.end = near
		go u.serve(far)
	})
	return u.end
}

// Read implements io.Reader.
func (u *upgrade) Read(p []byte) (int, error) {
	n, err := u.pipe().Read(p)
	if err == io.ErrClosedPipe {
		err = io.EOF
	}
	return n, err
}

// Write implements io.Writer.
func (u *upgrade) Write(p []byte) (int, error) { return u.pipe().Write(p) }

// InMemory implements [fetch.Body].
func (u *upgrade) InMemory() bool { return false }

// close closes the pipe, if there is one.
func (u *upgrade) close() {
	u.once.Do(func() {})
	if u.end != nil {
		u.end.Close()
	}
}
