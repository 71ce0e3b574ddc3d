//go:build peers

package matrix_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"devserver/internal/subprocess"
	"devserver/internal/testpki"
)

// product is a program that can be an origin.
type product struct {
	name    string
	program string                                        // what must be installed; empty: nothing
	lacks   func(setup, client) string                    // why a situation cannot be made with it; empty if it can
	start   func(testing.TB, *authorities, setup) *server // runs it until the test ends
	words   map[event]*regexp.Regexp                      // how it puts the events in its journal

	refusesByHTTP bool                   // it refuses certificates not in TLS, but by a response
	http2         bool                   // it speaks HTTP/2, too
	http2Only     expectation            // what becomes of a call by HTTP/1.1 if it speaks only HTTP/2
	nameless      *expectation           // what becomes of a call without the right server name; nil: it is refused in TLS
	lateHTTP2     expectation            // the same as late, by HTTP/2
	plain         expectation            // what becomes of an http:// request to its https:// port
	late          map[uint16]expectation // what becomes of a request that it wants a certificate for too late, by TLS version
}

// server is a product that runs.
type server struct {
	addr    string
	journal *subprocess.Log
}

var products = []product{goServer, opensslServer, nginxServer, haproxyServer, apacheServer}

// missing says why a product cannot be run here; empty if it can.
func (p product) missing() string {
	if p.program != "" && find(p.program) == "" {
		return p.program + " is not installed"
	}
	return ""
}

// folder is a new directory with the files that the configurations of servers name.
func folder(t testing.TB, a *authorities, s setup) string {
	t.Helper()
	dir := t.TempDir()
	cert := a.certificates[s.cert]
	named := a.clients.PEM() // the issuers that are named to clients
	if s.namesIntermediate {
		named = append(named, a.intermediate.PEM()...)
	}
	write(t, dir, map[string]string{
		"server.pem":      string(cert.ChainPEM()),
		"server.key":      string(cert.KeyPEM(testpki.PKCS8)),
		"server.both":     string(cert.ChainPEM()) + string(cert.KeyPEM(testpki.PKCS8)),
		"clients.pem":     string(a.clients.PEM()),
		"named.pem":       string(named),
		"revocations.pem": string(a.revocations),
	})
	return dir
}

// listen opens a loopback port.
func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// inherit starts a program that finds an open port as its file descriptor 3: nobody can take it in between, and connections
// wait in its queue until the program is there.
func inherit(t testing.TB, l net.Listener, cmd *exec.Cmd) *server {
	t.Helper()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{socket}
	s := &server{l.Addr().String(), subprocess.Start(t, cmd).Log}
	socket.Close()
	l.Close()
	return s
}

// backend is what stands behind the servers that are proxies. They tell it the client's common name, and which answer
// they are configured to give.
func backend(t testing.TB) (addr string) {
	t.Helper()
	l := listen(t)
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		respond(w, r, r.Header.Get("X-Client"), answer(r.Header.Get("X-Answer")))
	})}
	go s.Serve(l)
	t.Cleanup(func() { s.Shutdown(context.Background()) })
	return l.Addr().String()
}

// respond answers a request of the client with this common name.
func respond(w http.ResponseWriter, r *http.Request, cn string, a answer) {
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	switch a {
	case halfBody:
		w.Header().Set("Content-Length", "1000000")
		io.WriteString(w, strings.Repeat("half", 100_000/4))
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case hangUp:
		panic(http.ErrAbortHandler)
	case asCloudflare:
		w.Header().Set("Server", "cloudflare")
		w.Header().Set("CF-Ray", "8f3c0ffee0ddba11-FRA")
	}
	io.WriteString(w, seen(cn, n))
}

// seen is what servers answer.
func seen(cn string, n int64) string { return fmt.Sprintf("saw [%s] and %d bytes", cn, n) }

// words compiles the patterns of a journal.
func words(list map[event]string) map[event]*regexp.Regexp {
	compiled := make(map[event]*regexp.Regexp, len(list))
	for e, pattern := range list {
		compiled[e] = regexp.MustCompile(pattern)
	}
	return compiled
}

// versionName is a TLS version as servers' configurations spell it.
func versionName(version uint16) string {
	return strings.ReplaceAll(tls.VersionName(version), " ", "v")
}
