package server

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// requestBody is the body of a request, of which the Worker may read as much as it likes, while it answers and before.
// The connection can take another request only after all of it.
type requestBody struct {
	io.ReadCloser
	ended  atomic.Bool // it has been read to its end
	duplex bool        // net/http leaves it alone: it is for leave to read the rest
}

func (b *requestBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.ended.Store(true)
	}
	return n, err
}

// share has net/http send a response while the body is still coming, from which it may be made. net/http would throw the
// rest of the body away first. With HTTP/2 it never does.
func (b *requestBody) share(w http.ResponseWriter) {
	b.duplex = http.NewResponseController(w).EnableFullDuplex() == nil
}

// How much of a body that nobody wants is read, and for how long, so that the connection can be used again.
const (
	unwantedBytes = 64 << 20
	unwantedTime  = time.Second
)

// leave reads the rest of the body when the response has been written. net/http would do so too, but wait for the client to
// go away before that, and then meet itself at the next request. If there is too much, the connection ends: first in the
// direction of the client, which learns of the response before it learns of that.
func (b *requestBody) leave(w http.ResponseWriter, r *http.Request, status int) {
	if b.ended.Load() || !b.duplex || r.ProtoMajor != 1 || r.Header["Expect"] != nil { // a client that waits to be asked for it is told to close
		return
	}
	controller := http.NewResponseController(w)
	controller.Flush()
	controller.SetReadDeadline(time.Now().Add(unwantedTime))
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for n := 0; n < unwantedBytes; {
		read, err := b.Read(buffer[:])
		if err == io.EOF {
			controller.SetReadDeadline(time.Time{})
			return
		}
		if err != nil {
			break
		}
		n += read
	}
	_, sized := w.Header()["Content-Length"]
	conn, _, err := controller.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(unwantedTime))
	if !sized && r.Method != http.MethodHead && r.ProtoMinor > 0 && status != http.StatusNoContent && status != http.StatusNotModified {
		io.WriteString(conn, "0\r\n\r\n") // the last chunk
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	for {
		if _, err := conn.Read(buffer[:]); err != nil {
			return
		}
	}
}
