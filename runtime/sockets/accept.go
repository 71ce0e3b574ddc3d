package sockets

import (
	"net"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Accepted is a connection that was made to a Worker.
type Accepted struct {
	Conn net.Conn
	// Local and Remote are its two ends, "host:port"; Remote is empty if another Worker made it.
	Local, Remote string
}

// Accept makes the Socket of a connection that was made to a Worker, which owns it from then on: the end of what the other
// side sends does not close it. close, on the loop, closes it once what has been written has been sent, and returns a
// promise of that.
func Accept(r *webidl.Realm, a Accepted) (object *goja.Object, close func() goja.Value) {
	s := newSocket(r, nil, "")
	s.allowHalfOpen, s.accepted = true, &a
	s.connection.cuts = true
	s.open(s.context(), func() (net.Conn, error) { return a.Conn, nil })
	return r.New(socketClass, s), func() goja.Value {
		s.connection.refuse(errClosing) // now: closing takes a moment
		return s.close()
	}
}

// info is what the promise opened is fulfilled with.
func (s *socket) info() *goja.Object {
	local, remote := "", s.addr
	if s.accepted != nil {
		local, remote = s.accepted.Local, s.accepted.Remote
	}
	info := s.realm.VM.NewObject()
	for _, end := range [][2]string{{"remoteAddress", remote}, {"localAddress", local}} {
		info.Set(end[0], goja.Undefined())
		if end[1] != "" {
			info.Set(end[0], s.realm.String(end[1]))
		}
	}
	return info
}
