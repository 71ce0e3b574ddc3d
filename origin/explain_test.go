package origin_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"devserver/internal/testpki"
	"devserver/origin"
)

// TestClientCertificateCauses makes real handshakes that the origin refuses. TLS 1.2 refuses
// within the handshake (525), TLS 1.3 after it (520).
func TestClientCertificateCauses(t *testing.T) {
	ca := testpki.New("origin root")
	other := testpki.New("other root")
	for _, c := range []struct {
		name   string
		client *testpki.Leaf
		code   origin.Code // empty: accepted
		says   string
	}{
		{"accepted", ca.Client("worker"), "", ""},
		{"accepted RSA", ca.Client("worker", testpki.Key(testpki.RSA2048)), "", ""},
		{"accepted Ed25519", ca.Client("worker", testpki.Key(testpki.Ed25519)), "", ""},
		{"none", nil, origin.CertRequired, "env.MY_CERT.fetch"},
		{"unknown CA", other.Client("worker"), origin.ClientCAUnknown, "issued by CN=other root; the origin accepts [CN=origin root]"},
		{"intermediate missing", ca.Intermediate("inter").Client("worker").Bare(), origin.ClientCAUnknown, "intermediates"},
		{"expired", ca.Client("worker", testpki.Expired), origin.ClientCertExpired, "expired on 20"},
		{"not yet valid", ca.Client("worker", testpki.NotYetValid), origin.ClientCertTooEarly, "clock"},
		{"wrong usage", ca.Client("worker", testpki.WrongUsage), origin.ClientCertUsage, "clientAuth"},
	} {
		for version, status := range map[uint16]int{tls.VersionTLS12: 525, tls.VersionTLS13: 520} {
			t.Run(c.name+" "+tls.VersionName(version), func(t *testing.T) {
				server := testpki.Serve(t, testpki.Origin{
					Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, MinVersion: version, MaxVersion: version,
				})
				options := origin.Options{Roots: []*x509.Certificate{ca.Cert}}
				if c.client != nil {
					options.Identity = identity(c.client)
				}
				client := newClient(t, options)
				if c.code == "" {
					mustGet(t, client, server.Addr, "worker")
					return
				}
				e := mustFail(t, client, server.Addr, c.code)
				if e.Status != status {
					t.Errorf("status %d, want %d", e.Status, status)
				}
				if text := e.Explanation(); !strings.Contains(text, c.says) {
					t.Errorf("%q is not in the explanation:\n%s", c.says, text)
				}
				if c.client != nil && e.Identity != "worker" {
					t.Errorf("identity %q", e.Identity)
				}
			})
		}
	}
}

func TestServerCauses(t *testing.T) {
	ca := testpki.New("origin root")
	serve := func(options ...testpki.Option) string {
		return testpki.Serve(t, testpki.Origin{Cert: ca.ServerWith(options, "127.0.0.1")}).Addr
	}
	old := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	named := testpki.Serve(t, testpki.Origin{Cert: ca.Server("other.example")})
	incomplete := testpki.Serve(t, testpki.Origin{Cert: ca.Intermediate("inter").Server("127.0.0.1").Bare()})
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unused.Close()

	trusting := newClient(t, origin.Options{Roots: []*x509.Certificate{ca.Cert}})
	for _, c := range []struct {
		name, host string
		code       origin.Code
		status     int
		says       string
	}{
		{"refused", unused.Addr().String(), origin.ConnectionRefused, 521, "connect_to"},
		{"no such name", "nowhere.invalid", origin.DNSFailed, 530, "nowhere.invalid"},
		{"name mismatch", named.Addr, origin.ServerNameMismatch, 526, "other.example"},
		{"expired", serve(testpki.Expired), origin.ServerCertExpired, 526, "clock"},
		{"wrong usage", serve(testpki.Usage(x509.ExtKeyUsageClientAuth)), origin.ServerCertInvalid, 526, "usage"},
		{"incomplete chain", incomplete.Addr, origin.ServerUntrusted, 526, "issued by CN=inter"},
		{"old TLS", old.Addr, origin.TLSVersion, 525, "TLS 1.2"},
		{"not TLS", raw(t, "220 mail.example ESMTP\r\n"), origin.NotTLS, 525, "http://"},
		{"http on the port", raw(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), origin.NotTLS, 525, "http://"},
		{"closed in handshake", raw(t, ""), origin.TLSClosed, 525, "log"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := mustFail(t, trusting, c.host, c.code)
			if e.Status != c.status {
				t.Errorf("status %d, want %d", e.Status, c.status)
			}
			if text := e.Explanation(); !strings.Contains(text, c.says) {
				t.Errorf("%q is not in the explanation:\n%s", c.says, text)
			}
		})
	}
	t.Run("untrusted", func(t *testing.T) {
		e := mustFail(t, newClient(t, origin.Options{}), serve(), origin.ServerUntrusted)
		if e.Status != 526 || !strings.Contains(e.Explanation(), "--cacert") {
			t.Errorf("got %s", e.Explanation())
		}
	})
}

// raw answers whatever comes with bytes and hangs up.
func raw(t *testing.T, answer string) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096))
				io.WriteString(conn, answer)
			}()
		}
	}()
	return listener.Addr().String()
}

func TestResponseCauses(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		code         origin.Code
	}{
		{"closed", "", origin.OriginClosed},
		{"closed in the head", "HTTP/1.1 200 OK\r\nX: ", origin.OriginClosed},
		{"not HTTP", "SSH-2.0-server\r\n\r\n", origin.BadResponse},
		{"bad header", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", origin.BadResponse},
		{"truncated", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", origin.ResponseTruncated},
		{"truncated chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", origin.ResponseTruncated},
	} {
		t.Run(c.name, func(t *testing.T) {
			var events []origin.Event
			client := newClient(t, origin.Options{Observe: func(e origin.Event) { events = append(events, e) }})
			res, err := fetch(t, client, "GET", "http", record(t, c.answer).addr, "/", nil, nil, 0)
			if err == nil {
				_, err = io.ReadAll(res.Body)
				res.Body.Close()
			}
			e, is := errors.AsType[*origin.Error](err)
			if !is || e.Code != c.code || e.Status != 520 {
				t.Fatalf("got %v, want %s with 520", err, c.code)
			}
			if len(events) != 1 || events[0].Err != e || events[0].Code != c.code {
				t.Errorf("observed %+v", events)
			}
		})
	}
}

// TestLateAlert: in TLS 1.3 the origin refuses while a large body is on its way. The alert
// must win over the reset that comes with it.
func TestLateAlert(t *testing.T) {
	ca := testpki.New("origin root")
	server := testpki.Serve(t, testpki.Origin{
		Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, MinVersion: tls.VersionTLS13,
	})
	client := newClient(t, origin.Options{
		Identity: identity(testpki.New("other").Client("stranger")), Roots: []*x509.Certificate{ca.Cert},
	})
	for _, size := range []int64{1 << 20, 8 << 20} {
		for range 15 {
			body := io.LimitReader(zeros{}, size)
			res, err := fetch(t, client, "POST", "https", server.Addr, "/", nil, body, size)
			if err == nil {
				res.Body.Close()
			}
			if e, is := errors.AsType[*origin.Error](err); !is || e.Code != origin.ClientCAUnknown {
				t.Fatalf("%d bytes: got %v, want %s", size, err, origin.ClientCAUnknown)
			}
		}
	}
}

// A response that came before the origin reset the connection wins over the reset.
func TestEarlyResponse(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4096))
			io.WriteString(conn, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
			conn.Close() // with unread data: a reset
		}
	}()
	client := newClient(t, origin.Options{})
	for range 20 {
		res, err := fetch(t, client, "POST", "http", listener.Addr().String(), "/", nil, io.LimitReader(zeros{}, 8<<20), 8<<20)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 413 || err != nil || string(body) != "no" {
			t.Fatalf("got %s %q, %v", res.Status, body, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestEdge(t *testing.T) {
	e := &origin.Error{Code: origin.ClientCAUnknown, Status: 525, What: "what", Why: "why", Fix: "fix",
		Host: "a.example:443", Identity: "MY_CERT", Err: errors.New("remote error")}
	res := origin.Edge(e)
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 525 || res.Header.Get("x-devserver-mtls") != "CLIENT_CA_UNKNOWN" ||
		res.Header.Get("Content-Type") != "text/plain;charset=UTF-8" || res.ContentLength != int64(len(body)) {
		t.Errorf("got %d %v, %d bytes", res.StatusCode, res.Header, res.ContentLength)
	}
	for _, part := range []string{"CLIENT_CA_UNKNOWN", "what", "why", "fix", "a.example:443", "MY_CERT", "remote error"} {
		if !strings.Contains(string(body), part) {
			t.Errorf("%q is missing in\n%s", part, body)
		}
	}
}
