package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"devserver/runtime"
	"devserver/runtime/fetch"
	"devserver/runtime/weburl"
)

// localPrefix is where devserver's own endpoints are; everything else, but for their aliases, belongs to the Worker.
const localPrefix = "/cdn-cgi/local/"

// Handler answers HTTP requests with the Worker.
func (s *Session) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Session) serve(w http.ResponseWriter, r *http.Request) {
	if !resolveTarget(r) {
		http.Error(w, "this is neither a path nor a URL", http.StatusBadRequest)
		return
	}
	if e, ours := s.localEndpoint(r.URL.Path); ours {
		s.serveLocal(w, r, e)
		return
	}
	if r.Body == http.NoBody {
		s.respond(w, r)
		return
	}
	body := &requestBody{ReadCloser: r.Body}
	r.Body = body
	body.leave(w, r, s.respond(w, r))
}

// respond has the Worker answer, and tells of it. It returns the status.
func (s *Session) respond(w http.ResponseWriter, r *http.Request) (status int) {
	started, path := time.Now(), r.URL.Path
	if page := s.live.page(w, r); page != nil {
		defer page.release()
		defer page.finish() // not if a panic cuts the body off
		w = page
	}
	s.answer(w, r, func(got int) {
		status = got
		s.options.Report(Answered{Method: r.Method, Path: path, Status: status, Took: time.Since(started)})
	})
	return status
}

// answer has the Worker answer. It calls answered once, with the status: at the end, or when the handshake of a WebSocket
// is over.
func (s *Session) answer(w http.ResponseWriter, r *http.Request, answered func(status int)) {
	s.settle(r.Context())
	g, failure := s.primary().acquire()
	if g == nil {
		answered(s.failed(w, r, failure))
		return
	}
	defer g.users.Done()
	path := r.URL.Path
	moved := atTheEdge(r, g.config)
	res, err := g.RoundTrip(r)
	if err != nil {
		answered(s.threw(w, r, path, g, err))
		return
	}
	defer res.Body.Close()
	if upgrade, ok := res.Body.(fetch.Upgrade); ok {
		s.upgrade(w, g, res, upgrade, answered)
		return
	}
	if navigates(r) {
		if explanation, ok := explained(res); ok {
			for name, values := range res.Header { // the Worker may have added some
				if !strings.HasPrefix(strings.ToLower(name), "content-") {
					w.Header()[name] = values
				}
			}
			writeErrorPage(w, r, res.StatusCode, callPage(r, res.StatusCode, explanation))
			answered(res.StatusCode)
			return
		}
	}
	header := w.Header()
	for name, values := range res.Header {
		if usual, ok := spelling[name]; ok {
			name = usual
		}
		header[name] = values
	}
	moved.back(header)
	if _, ok := header["Content-Type"]; !ok {
		header["Content-Type"] = nil // or net/http would guess one
	}
	if res.ContentLength >= 0 { // or net/http would send what it cannot hold back in chunks
		header["Content-Length"] = []string{strconv.FormatInt(res.ContentLength, 10)}
	}
	if body, ok := r.Body.(*requestBody); ok {
		body.share(w)
	}
	w.WriteHeader(res.StatusCode)
	if err := send(w, res); err != nil {
		http.NewResponseController(w).Flush() // what there was of the body
		op, isOp := errors.AsType[*net.OpError](err)
		if isOp && op.Op == "readfrom" { // what the body says, without who copied it
			err = op.Err
		}
		if clientLeft := r.Context().Err() != nil || isOp && op.Op == "write"; !clientLeft {
			e, ok := errors.AsType[*runtime.Error](err)
			if !ok {
				e = &runtime.Error{Message: "the response body ended early: " + err.Error()}
			}
			s.options.Report(Exception{Name: g.project.label(), Error: e, Method: r.Method, Path: path, Place: g.place(e.Stack)})
			answered(res.StatusCode)
		}
		// The status has been sent: cutting the connection is the only way left to say that the body is not whole.
		panic(http.ErrAbortHandler)
	}
	answered(res.StatusCode)
}

// spelling is how names are written that net/http spells in its own way.
var spelling = map[string]string{"Etag": "ETag", "Www-Authenticate": "WWW-Authenticate", "Cf-Ray": "CF-Ray", "Cf-Cache-Status": "CF-Cache-Status"}

// RoundTrip answers a request to the Worker: what stands before it does, or else it.
func (g *generation) RoundTrip(r *http.Request) (*http.Response, error) {
	if g.front == nil {
		return g.worker.RoundTrip(r)
	}
	u, err := weburl.Parse(fetch.IncomingURL(r, ""))
	switch {
	case err != nil && g.alone:
		return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: http.NoBody}, nil
	case g.alone:
		return g.front.Alone(r, u), nil
	case err == nil:
		if res := g.front.Before(r, u, g.compat); res != nil {
			return res, nil
		}
	}
	return g.worker.RoundTrip(r)
}

// send copies the body. One whose length is not known is being made, or comes from elsewhere: what there is of it is
// sent at once.
func send(w http.ResponseWriter, res *http.Response) error {
	if res.Body == http.NoBody {
		return nil
	}
	if res.ContentLength >= 0 {
		_, err := io.Copy(w, res.Body)
		return err
	}
	flusher := http.NewResponseController(w)
	flusher.Flush()
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for {
		n, err := res.Body.Read(buffer[:])
		if n > 0 {
			if _, err := w.Write(buffer[:n]); err != nil {
				return err
			}
			if err := flusher.Flush(); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// threw answers for a Worker that failed to.
func (s *Session) threw(w http.ResponseWriter, r *http.Request, path string, g *generation, err error) int {
	e, ok := errors.AsType[*runtime.Error](err)
	if !ok {
		e = &runtime.Error{Kind: runtime.Internal, Message: err.Error()}
	}
	if e.Kind == runtime.Gone {
		return 499 // nobody is there to see it; the request log shows it
	}
	s.options.Report(Exception{Name: g.project.label(), Error: e, Method: r.Method, Path: path, Place: g.place(e.Stack)})
	writeErrorPage(w, r, http.StatusInternalServerError, workerPage(e, r, g))
	return http.StatusInternalServerError
}

// failed answers while there is no Worker that could.
func (s *Session) failed(w http.ResponseWriter, r *http.Request, failure *Failure) int {
	if failure == nil {
		failure = &Failure{Other: errors.New("the Worker is being loaded")}
	}
	writeErrorPage(w, r, http.StatusServiceUnavailable, failurePage(failure))
	return http.StatusServiceUnavailable
}
