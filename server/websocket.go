package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"devserver/runtime"
	"devserver/runtime/fetch"
)

// upgrade hands the client's connection to a WebSocket, and returns when that is over.
func (s *Session) upgrade(w http.ResponseWriter, g *generation, res *http.Response, socket fetch.Upgrade, answered func(status int)) {
	connection, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2
		e := &runtime.Error{Kind: runtime.Internal, Message: "the connection cannot become a WebSocket: " + err.Error()}
		answered(s.threw(w, res.Request, res.Request.URL.Path, g, e))
		return
	}
	fmt.Fprintf(buffer, "HTTP/1.1 101 %s\r\n", http.StatusText(http.StatusSwitchingProtocols))
	res.Header.Write(buffer)
	buffer.WriteString("\r\n")
	if err := buffer.Flush(); err != nil {
		connection.Close()
		answered(499)
		return
	}
	answered(http.StatusSwitchingProtocols)
	defer g.sockets.add(socket)()
	socket.Serve(rest(connection, buffer.Reader))
}

// rest is a connection of which some has been read.
func rest(c net.Conn, r *bufio.Reader) io.ReadWriteCloser {
	if r.Buffered() == 0 {
		return c
	}
	return struct {
		io.Reader
		io.WriteCloser
	}{r, c}
}

// Why WebSockets are closed: https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number
const (
	codeGoingAway      = 1001
	codeServiceRestart = 1012
)

// socketGrace is how long the WebSockets of a Worker go on after another has taken its place.
const socketGrace = time.Second

// sockets are the WebSockets of clients that a generation has.
type sockets struct {
	mu   sync.Mutex
	open map[fetch.Upgrade]struct{}
	gone func(fetch.Upgrade) // what becomes of those that come late; nil before
}

// add counts a WebSocket until remove is called.
func (s *sockets) add(socket fetch.Upgrade) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone != nil {
		s.gone(socket)
	}
	if s.open == nil {
		s.open = map[fetch.Upgrade]struct{}{}
	}
	s.open[socket] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, socket)
	}
}

// leave closes all WebSockets after a while.
func (s *sockets) leave(code uint16, reason string, after time.Duration) {
	time.AfterFunc(after, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.gone = func(socket fetch.Upgrade) { socket.GoAway(code, reason) }
		for socket := range s.open {
			s.gone(socket)
		}
	})
}
