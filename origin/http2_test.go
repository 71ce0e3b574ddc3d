package origin_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/origin"
)

// counting counts the connections that a client makes.
func counting(n *atomic.Int32) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		n.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
}

// describe answers what the origin saw of a request.
func describe(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	who := "nobody"
	if len(r.TLS.PeerCertificates) > 0 {
		who = r.TLS.PeerCertificates[0].Subject.CommonName
	}
	length := strings.Join(r.Header["Content-Length"], "")
	fmt.Fprintf(w, "%s %s %s %s %d %s %s", r.Proto, r.Method, r.RequestURI, who, len(body), r.Header.Get("X-A"), length+r.Header.Get("User-Agent"))
}

func withHTTP2(c *tls.Config) { c.NextProtos = []string{"h2", "http/1.1"} }

func TestHTTP2(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Config: withHTTP2, Handler: http.HandlerFunc(describe)})
	var dialled atomic.Int32
	options := origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, HTTP2: true, Dial: counting(&dialled)}
	client := newClient(t, options)
	options.HTTP2 = false
	old := newClient(t, options)
	for _, c := range []struct {
		name, method, target, body string
		client                     *origin.Client
		want                       string
	}{
		{"get", "GET", "/a%2Fb|c?q", "", client, "HTTP/2.0 GET /a%2Fb|c?q worker 0 1 "},
		{"double slash", "GET", "//double/x", "", client, "HTTP/2.0 GET //double/x worker 0 1 "},
		{"post nothing", "POST", "/", "", client, "HTTP/2.0 POST / worker 0 1 0"},
		{"post", "POST", "/", "hello", client, "HTTP/2.0 POST / worker 5 1 5"},
		{"not asked for", "GET", "/", "", old, "HTTP/1.1 GET / worker 0 1 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var body io.Reader
			if c.body != "" {
				body = strings.NewReader(c.body)
			}
			res, err := fetch(t, c.client, c.method, "https", server.Addr, c.target, http.Header{"x-a": {"1"}}, body, int64(len(c.body)))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if got, _ := io.ReadAll(res.Body); string(got) != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if n := dialled.Load(); n != 2 {
		t.Errorf("%d connections, want one for each client", n)
	}
}

// Calls that begin together share the first connection.
func TestHTTP2Shares(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Config: withHTTP2})
	var dialled atomic.Int32
	client := newClient(t, origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, HTTP2: true, Dial: counting(&dialled)})
	var calls sync.WaitGroup
	for range 30 {
		calls.Go(func() {
			if got, err := get(t, client, server.Addr); err != nil || got != "worker" {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	calls.Wait()
	if n := dialled.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// An origin without HTTP/2 gets HTTP/1.1, on the connection on which it chose that.
func TestHTTP2NotSpoken(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Handler: http.HandlerFunc(describe)})
	var dialled atomic.Int32
	client := newClient(t, origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, HTTP2: true, Dial: counting(&dialled)})
	for _, want := range []string{"HTTP/1.1 POST / worker 4  4", "HTTP/1.1 POST / worker 4  4"} {
		res, err := fetch(t, client, "POST", "https", server.Addr, "/", nil, strings.NewReader("body"), 4)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if n := dialled.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// An upgrade needs HTTP/1.1, whatever else the origin speaks.
func TestHTTP2Upgrade(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), Config: withHTTP2, Handler: http.HandlerFunc(describe)})
	client := newClient(t, origin.Options{Roots: []*x509.Certificate{ca.Cert}, HTTP2: true})
	res, err := fetch(t, client, "GET", "https", server.Addr, "/", http.Header{"upgrade": {"websocket"}}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, _ := io.ReadAll(res.Body); !strings.HasPrefix(string(got), "HTTP/1.1 GET") {
		t.Errorf("got %q", got)
	}
}

// TestRetire: nothing is kept of an identity that has been replaced, and what has begun goes on.
func TestRetire(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %t", http2), func(t *testing.T) {
			ca := testpki.New("root")
			more := make(chan string)
			var resumed atomic.Int32
			server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Config: withHTTP2,
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.TLS.DidResume {
						resumed.Add(1)
					}
					io.WriteString(w, r.RemoteAddr+" ")
					if r.URL.Path == "/stream" {
						http.NewResponseController(w).Flush()
						io.WriteString(w, <-more)
					}
				})})
			var open atomic.Int32
			closed := make(chan bool, 10)
			client := newClient(t, origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, HTTP2: http2,
				Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, addr)
					if err == nil {
						open.Add(1)
						conn = &closeOnce{Conn: conn, closed: func() { open.Add(-1); closed <- true }}
					}
					return conn, err
				}})
			stream, err := fetch(t, client, "GET", "https", server.Addr, "/stream", nil, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer stream.Body.Close()
			before, err := get(t, client, server.Addr)
			if err != nil {
				t.Fatal(err)
			}

			resumed.Store(0)
			client.Retire()
			if n := open.Load(); n != 1 {
				t.Errorf("%d connections are open, want the one with a request on it", n)
			}
			after, err := get(t, client, server.Addr)
			if err != nil || after == before {
				t.Errorf("got %q on the connection %q, %v", after, before, err)
			}
			if resumed.Load() > 0 {
				t.Error("a session was resumed")
			}
			more <- "the end"
			if rest, err := io.ReadAll(stream.Body); err != nil || !strings.HasSuffix(string(rest), "the end") {
				t.Errorf("the stream ended with %q, %v", rest, err)
			}
			for open.Load() > 1 { // the stream's connection is closed after it, long before it would be for being idle
				select {
				case <-closed:
				case <-time.After(20 * time.Second):
					t.Fatal("the connection of the stream is kept")
				}
			}
		})
	}
}

// closeOnce tells when a connection is closed for the first time.
type closeOnce struct {
	net.Conn
	once   sync.Once
	closed func()
}

func (c *closeOnce) Close() error {
	c.once.Do(c.closed)
	return c.Conn.Close()
}
