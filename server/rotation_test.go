package server_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/server"
)

// rotationOrigin demands a certificate and answers with its common name; /stream goes on when more says what with. closed
// gets the names of those whose connections end, as long as it has room.
func rotationOrigin(t *testing.T, ca *testpki.CA, more <-chan string, closed chan<- string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{
		ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
			if r.URL.Path == "/stream" {
				http.NewResponseController(w).Flush()
				io.WriteString(w, " "+<-more)
			}
		}),
		ConnState: func(c net.Conn, state http.ConnState) {
			if state != http.StateClosed {
				return
			}
			if peers := c.(*tls.Conn).ConnectionState().PeerCertificates; len(peers) > 0 {
				select {
				case closed <- peers[0].Subject.CommonName:
				default:
				}
			}
		},
	}
	go server.Serve(tls.NewListener(listener, &tls.Config{
		Certificates: []tls.Certificate{ca.Server("127.0.0.1").TLS()}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(),
	}))
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}

// TestRotation: a stream that has begun under the old certificate goes on when it is replaced, while new calls present
// the new one, on new connections, and the old ones that are idle are closed.
func TestRotation(t *testing.T) {
	ca := testpki.New("test CA")
	more := make(chan string)
	closed := make(chan string, 10)
	addr := rotationOrigin(t, ca, more, closed)
	files := withCert(ca, "")
	files["src/index.js"] = fmt.Sprintf(`export default { fetch(request, env) { return env.MY_CERT.fetch("https://%s" + new URL(request.url).pathname) } }`, addr)
	p := serve(t, files)
	await[server.Loaded](p)
	res, err := http.Get(p.url + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, body := p.get("/"); body != "worker" {
		t.Fatalf("got %q", body)
	}

	next := ca.Client("next")
	p.write("client.pem", string(next.ChainPEM())+string(next.KeyPEM(testpki.PKCS8)))
	p.write("devserver.toml", strings.Replace(files["devserver.toml"], "key = \"client.key\"\n", "", 1))
	for loaded := false; !loaded; {
		loaded = strings.Contains(await[server.Loaded](p).Rows[0].Resource, "next")
	}
	if _, body := p.get("/"); body != "next" {
		t.Errorf("after the rotation: %q", body)
	}
	select {
	case who := <-closed:
		if who != "worker" {
			t.Errorf("the connection of %q was closed, want the idle one of the old certificate", who)
		}
	case <-time.After(patience):
		t.Error("the idle connection of the old certificate stays open")
	}
	more <- "the end"
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "worker the end" {
		t.Errorf("the stream ended with %q, %v", body, err)
	}
}
