package origin_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"devserver/internal/testpki"
	"devserver/origin"
)

// identity is a leaf as the client of an origin.
func identity(leaf *testpki.Leaf) *origin.Identity {
	return &origin.Identity{Name: leaf.Cert.Subject.CommonName, Certificate: leaf.TLS()}
}

func policies(t *testing.T, list ...origin.Policy) *origin.Policies {
	t.Helper()
	set, err := origin.NewPolicies(list...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func newClient(t *testing.T, o origin.Options) *origin.Client {
	c := origin.New(o)
	t.Cleanup(func() { c.Close() })
	return c
}

// get fetches https://host/ and returns the body.
func get(t *testing.T, c *origin.Client, host string) (string, error) {
	t.Helper()
	res, err := fetch(t, c, "GET", "https", host, "/", nil, nil, 0)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func mustGet(t *testing.T, c *origin.Client, host, want string) {
	t.Helper()
	if got, err := get(t, c, host); err != nil || got != want {
		t.Fatalf("%s: got %q, %v; want %q", host, got, err, want)
	}
}

// mustFail checks the code of the error.
func mustFail(t *testing.T, c *origin.Client, host string, code origin.Code) *origin.Error {
	t.Helper()
	got, err := get(t, c, host)
	e, is := errors.AsType[*origin.Error](err)
	if !is || e.Code != code {
		t.Fatalf("%s: got %q, %v; want %s", host, got, err, code)
	}
	return e
}

func TestIdentitiesDoNotMix(t *testing.T) {
	for _, c := range []struct {
		version uint16
		http2   bool
	}{{tls.VersionTLS12, false}, {tls.VersionTLS13, false}, {tls.VersionTLS12, true}, {tls.VersionTLS13, true}} {
		t.Run(fmt.Sprintf("%s, HTTP/2 %t", tls.VersionName(c.version), c.http2), func(t *testing.T) {
			ca := testpki.New("root")
			var resumed atomic.Int32
			server := testpki.Serve(t, testpki.Origin{
				Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, MinVersion: c.version, MaxVersion: c.version, Config: withHTTP2,
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.TLS.DidResume {
						resumed.Add(1)
					}
					if r.Header.Get("X-Reconnect") != "" {
						w.Header().Set("Connection", "close")
					}
					io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
				}),
			})
			var work sync.WaitGroup
			for i := range 4 {
				name := fmt.Sprintf("worker-%d", i)
				c := newClient(t, origin.Options{Identity: identity(ca.Client(name)), Roots: []*x509.Certificate{ca.Cert}, HTTP2: c.http2})
				work.Go(func() {
					for j := range 40 {
						header := http.Header{}
						if j%3 == 0 {
							header["X-Reconnect"] = []string{"1"}
						}
						res, err := fetch(t, c, "GET", "https", server.Addr, "/", header, nil, 0)
						if err != nil {
							t.Error(err)
							return
						}
						body, _ := io.ReadAll(res.Body)
						res.Body.Close()
						if string(body) != name {
							t.Errorf("the origin saw %q, want %q", body, name)
						}
					}
				})
			}
			work.Wait()
			if resumed.Load() == 0 {
				t.Error("no session was resumed, so this proves nothing about tickets")
			}
		})
	}
}

// A certificate that the origin's list of authorities does not name is presented all the same.
func TestAlwaysPresents(t *testing.T) {
	ca, other := testpki.New("root"), testpki.New("other")
	server := testpki.Serve(t, testpki.Origin{
		Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequireAnyClientCert,
	})
	c := newClient(t, origin.Options{Identity: identity(other.Client("stranger")), Roots: []*x509.Certificate{ca.Cert}})
	mustGet(t, c, server.Addr, "stranger")
	plain := newClient(t, origin.Options{Roots: []*x509.Certificate{ca.Cert}})
	mustFail(t, plain, server.Addr, origin.CertRequired)
}

func TestPolicies(t *testing.T) {
	ca := testpki.New("root")
	a := testpki.Serve(t, testpki.Origin{Cert: ca.Server("shop.example", "untrusted.example"), Handler: say("a")})
	b := testpki.Serve(t, testpki.Origin{Cert: ca.Server("internal.name"), Handler: say("b")})
	c := newClient(t, origin.Options{Policies: policies(t,
		origin.Policy{Host: "Shop.example", ConnectTo: a.Addr, Roots: []*x509.Certificate{ca.Cert}},
		origin.Policy{Host: "shop.example:8443", ConnectTo: b.Addr, ServerName: "internal.name", Roots: []*x509.Certificate{ca.Cert}},
		origin.Policy{Host: "untrusted.example", ConnectTo: a.Addr},
		origin.Policy{Host: "wrong.example", ConnectTo: a.Addr, Roots: []*x509.Certificate{ca.Cert}},
	)})
	mustGet(t, c, "shop.example", "a shop.example")
	mustGet(t, c, "shop.example:99", "a shop.example:99")
	mustGet(t, c, "shop.example.", "a shop.example.")
	mustGet(t, c, "shop.example:8443", "b shop.example:8443")
	mustFail(t, c, "untrusted.example", origin.ServerUntrusted)
	e := mustFail(t, c, "wrong.example", origin.ServerNameMismatch)
	if !strings.Contains(e.Why, "shop.example") {
		t.Errorf("%q does not say what names there are", e.Why)
	}
}

func TestPolicyOverPlainHTTP(t *testing.T) {
	server := httptest.NewServer(say("plain"))
	defer server.Close()
	c := newClient(t, origin.Options{Policies: policies(t,
		origin.Policy{Host: "plain.example", ConnectTo: server.Listener.Addr().String()})})
	res, err := fetch(t, c, "GET", "http", "plain.example", "/", nil, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != "plain plain.example" {
		t.Errorf("got %q, %v", body, err)
	}
}

// say answers its name and the Host it was asked for.
func say(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", name, r.Host) }
}

func TestNewPolicies(t *testing.T) {
	set := policies(t,
		origin.Policy{Host: "a.example"}, origin.Policy{Host: "a.example:1"}, origin.Policy{Host: "::1"}, origin.Policy{Host: "[::1]:2"})
	for _, c := range []struct{ host, port, want string }{
		{"a.example", "1", "a.example:1"}, {"A.example.", "1", "a.example:1"}, {"a.example", "2", "a.example"},
		{"b.example", "1", ""}, {"[::1]", "2", "[::1]:2"}, {"::1", "3", "::1"},
	} {
		if got := set.Lookup(c.host, c.port).Host; got != c.want {
			t.Errorf("%s port %s: policy %q, want %q", c.host, c.port, got, c.want)
		}
	}
	for _, bad := range [][]origin.Policy{
		{{Host: ""}}, {{Host: "https://a.example"}}, {{Host: "a"}, {Host: "A."}},
		{{Host: "a", ConnectTo: "127.0.0.1"}}, {{Host: "a", ConnectTo: "127.0.0.1:"}},
	} {
		if _, err := origin.NewPolicies(bad...); err == nil {
			t.Errorf("%v was accepted", bad)
		}
	}
}

func TestSetPolicies(t *testing.T) {
	ca := testpki.New("root")
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.RemoteAddr) })
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("a.example", "b.example"), Handler: handler})
	moved := testpki.Serve(t, testpki.Origin{Cert: ca.Server("b.example"), Handler: say("moved")})
	at := func(host, addr string) origin.Policy {
		return origin.Policy{Host: host, ConnectTo: addr, Roots: []*x509.Certificate{ca.Cert}}
	}
	c := newClient(t, origin.Options{Policies: policies(t, at("a.example", server.Addr), at("b.example", server.Addr))})
	kept, err := get(t, c, "a.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, c, "b.example"); err != nil {
		t.Fatal(err)
	}
	c.SetPolicies(policies(t, at("a.example", server.Addr), at("b.example", moved.Addr)))
	mustGet(t, c, "a.example", kept) // the very same connection
	mustGet(t, c, "b.example", "moved b.example")
}

func TestProxy(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.VerifyClientCertIfGiven})
	var seen []string
	var mu sync.Mutex
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.Method+" "+r.RequestURI)
		mu.Unlock()
		if r.Method != "CONNECT" {
			io.WriteString(w, "from the proxy")
			return
		}
		up, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		defer up.Close()
		down, buffered, _ := http.NewResponseController(w).Hijack()
		defer down.Close()
		io.WriteString(down, "HTTP/1.1 200 OK\r\n\r\n")
		go io.Copy(up, buffered)
		io.Copy(down, up)
	}))
	defer proxy.Close()
	via := func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
	var notices []string
	options := origin.Options{
		Roots: []*x509.Certificate{ca.Cert}, Proxy: via,
		Observe: func(e origin.Event) { notices = append(notices, e.Code) },
	}

	options.Identity = identity(ca.Client("worker"))
	mustGet(t, newClient(t, options), server.Addr, "worker")
	if len(seen) > 0 {
		t.Fatalf("an identity went through the proxy: %v", seen)
	}
	if fmt.Sprint(notices) != fmt.Sprint([]string{origin.NoticeProxyIgnored, origin.NoticeLocalTrust}) {
		t.Errorf("notices %v", notices)
	}

	options.Identity = nil
	plain := newClient(t, options)
	mustGet(t, plain, server.Addr, "no certificate")
	res, err := fetch(t, plain, "GET", "http", "some.example", "/a%2Fb|c", nil, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	want := []string{"CONNECT " + server.Addr, "GET http://some.example/a%2Fb|c"}
	if fmt.Sprint(seen) != fmt.Sprint(want) {
		t.Errorf("the proxy saw %v, want %v", seen, want)
	}
}

func TestCancel(t *testing.T) {
	ca := testpki.New("root")
	started := make(chan bool)
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			io.WriteString(w, "begun")
			http.NewResponseController(w).Flush()
		} else {
			started <- true
		}
		<-r.Context().Done()
	})})
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts in the kernel, never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	why := errors.New("the signal's reason")
	c := newClient(t, origin.Options{Roots: []*x509.Certificate{ca.Cert}})
	request := func(host, path string) (*http.Request, context.CancelCauseFunc) {
		ctx, cancel := context.WithCancelCause(t.Context())
		req := &http.Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: host, Opaque: path}}
		return req.WithContext(ctx), cancel
	}

	t.Run("before the response", func(t *testing.T) {
		req, cancel := request(server.Addr, "/")
		go func() { <-started; cancel(why) }()
		if _, err := c.RoundTrip(req); err != why {
			t.Errorf("got %v", err)
		}
	})
	t.Run("in the body", func(t *testing.T) {
		req, cancel := request(server.Addr, "/body")
		res, err := c.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		io.ReadFull(res.Body, make([]byte, 5))
		cancel(why)
		if _, err := io.ReadAll(res.Body); err != why {
			t.Errorf("got %v", err)
		}
	})
	t.Run("in the handshake", func(t *testing.T) {
		closed := make(chan bool, 1)
		c := newClient(t, origin.Options{Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			return closing{conn, closed}, err
		}})
		req, cancel := request(silent.Addr().String(), "/")
		go func() {
			conn, err := silent.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 1)) // the hello has begun
			cancel(why)
			io.Copy(io.Discard, conn)
			conn.Close()
		}()
		if _, err := c.RoundTrip(req); err != why {
			t.Errorf("got %v", err)
		}
		<-closed // the handshake was given up, too
	})
}

// closing tells when the connection is closed.
type closing struct {
	net.Conn
	closed chan bool
}

func (c closing) Close() error {
	err := c.Conn.Close()
	select {
	case c.closed <- true:
	default:
	}
	return err
}

func TestTimeouts(t *testing.T) {
	for _, c := range []struct {
		name string
		code origin.Code
		dial func(ctx context.Context, network, addr string) (net.Conn, error)
	}{
		{"connect", origin.ConnectTimeout, func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}},
		{"handshake", origin.TLSTimeout, func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go io.Copy(io.Discard, theirs)
			return ours, nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := origin.New(origin.Options{Dial: c.dial})
				defer client.Close()
				mustFail(t, client, "slow.example", c.code)
			})
		})
	}
}

func TestClose(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1")})
	c := newClient(t, origin.Options{Roots: []*x509.Certificate{ca.Cert}})
	mustGet(t, c, server.Addr, "no certificate")
	c.Close()
	c.Close()
	mustFail(t, c, server.Addr, origin.ClientClosed)
}

// A call that is dialling when the client is closed fails for that, however far it has come.
func TestCloseWhileDialling(t *testing.T) {
	for _, stage := range []string{"connecting", "handshake"} {
		t.Run(stage, func(t *testing.T) {
			begun := make(chan bool, 1)
			c := newClient(t, origin.Options{Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				begun <- true
				if stage == "connecting" {
					<-ctx.Done()
					return nil, &net.OpError{Op: "dial", Err: ctx.Err()}
				}
				ours, theirs := net.Pipe()
				go io.Copy(io.Discard, theirs)
				return ours, nil
			}})
			go func() { <-begun; c.Close() }()
			mustFail(t, c, "slow.example", origin.ClientClosed)
		})
	}
}

func TestKeyIsNeverPrinted(t *testing.T) {
	id := identity(testpki.New("root").Client("worker"))
	key := fmt.Sprintf("%v", id.Certificate.PrivateKey)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{id, *id, origin.Options{Identity: id}, []origin.Identity{*id}} {
			if out := fmt.Sprintf(verb, v); strings.Contains(out, key) || strings.Contains(out, "PrivateKey") {
				t.Errorf("%s of %T prints the key", verb, v)
			}
		}
	}
}
