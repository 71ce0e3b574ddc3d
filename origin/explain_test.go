package origin_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
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
// within the handshake (525), TLS 1.3 after it (520); so it is with a body in flight, and over HTTP/2.
func TestClientCertificateCauses(t *testing.T) {
	ca := testpki.New("origin root")
	other := testpki.New("other root")
	inter := ca.Intermediate("inter")
	issuerAt := testpki.Template(func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://pki.example/inter.crt"} })
	late := ca.Intermediate("late inter", testpki.Expired)
	wrongKey := ca.Client("worker")
	wrongKey.Key = ca.Client("another").Key
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		name   string
		client *testpki.Leaf
		code   origin.Code // empty: accepted
		says   string
		more   testpki.Origin      // Cert, ClientCAs
		roots  []*x509.Certificate // besides the root
		only   uint16              // TLS version; 0: both
		status int                 // 0: by the version
	}{
		{name: "accepted", client: ca.Client("worker")},
		{name: "accepted RSA", client: ca.Client("worker", testpki.Key(testpki.RSA2048))},
		{name: "accepted Ed25519", client: ca.Client("worker", testpki.Key(testpki.Ed25519))},
		{name: "accepted with intermediate", client: inter.Client("worker")},
		{name: "none", code: origin.CertRequired, says: "env.MY_CERT.fetch"},
		{name: "unknown CA", client: other.Client("worker"), code: origin.ClientCAUnknown, says: "issued by CN=other root; the origin accepts [CN=origin root]"},
		{name: "unknown CA with a chain", client: other.Intermediate("theirs", issuerAt).Client("worker", issuerAt), code: origin.ClientCAUnknown, says: "ends at CN=theirs, issued by CN=other root"},
		{name: "self-signed", client: &testpki.Leaf{Cert: other.Cert, Key: other.Key, Chain: []*x509.Certificate{other.Cert}}, code: origin.ClientCAUnknown, says: "signed itself"},
		{name: "the CA's name, another key", client: testpki.New("origin root").Client("worker"), code: origin.ClientCAUnknown, says: "another key"},
		{name: "nothing known of the issuer", client: inter.Client("worker").Bare(), code: origin.ClientCAUnknown, says: "intermediates"},
		{name: "intermediate missing, AIA", client: inter.Client("worker", issuerAt).Bare(), code: origin.ChainIncomplete, says: "http://pki.example/inter.crt"},
		{name: "intermediate missing, the origin has it", client: inter.Client("worker").Bare(), code: origin.ChainIncomplete, says: "append the certificate of CN=inter",
			more: testpki.Origin{Cert: inter.Server("127.0.0.1")}},
		{name: "intermediate missing, we have it", client: inter.Client("worker").Bare(), code: origin.ChainIncomplete, says: "trusted here", roots: []*x509.Certificate{inter.Cert}},
		{name: "intermediate missing, the origin names it", client: inter.Client("worker").Bare(), code: origin.ChainIncomplete, says: "names it",
			more: testpki.Origin{ClientCAs: []*testpki.CA{ca, testpki.New("inter")}}},
		{name: "expired", client: ca.Client("worker", testpki.Expired), code: origin.ClientCertExpired, says: "the client certificate expired on 20"},
		{name: "intermediate expired", client: late.Client("worker"), code: origin.ClientCertExpired, says: "CN=late inter expired on 20"},
		{name: "not yet valid", client: ca.Client("worker", testpki.NotYetValid), code: origin.ClientCertTooEarly, says: "clock"},
		{name: "wrong usage", client: ca.Client("worker", testpki.WrongUsage), code: origin.ClientCertUsage, says: "clientAuth"},
		{name: "wrong key", client: wrongKey, code: origin.KeyMismatch, says: "does not belong"},
		{name: "no signature in common", client: ca.Client("worker", testpki.Signer(p224)), code: origin.ClientCertSignature, says: "ECDSA key on P-224",
			only: tls.VersionTLS13, status: 525},
	} {
		for version, status := range map[uint16]int{tls.VersionTLS12: 525, tls.VersionTLS13: 520} {
			if c.only != 0 && c.only != version {
				continue
			}
			o := c.more
			o.MinVersion, o.MaxVersion = version, version
			o.Cert = cmp.Or(o.Cert, ca.Server("127.0.0.1"))
			if o.ClientCAs == nil {
				o.ClientCAs = []*testpki.CA{ca}
			}
			o.Config = func(c *tls.Config) { c.NextProtos = []string{"h2", "http/1.1"} }
			server := testpki.Serve(t, o)
			for _, way := range []struct {
				name  string
				http2 bool
				body  int64
			}{{"get", false, 0}, {"post", false, 1 << 20}, {"http2", true, 0}, {"http2 post", true, 1 << 20}} {
				t.Run(c.name+" "+tls.VersionName(version)+" "+way.name, func(t *testing.T) {
					options := origin.Options{Roots: append(c.roots, ca.Cert), HTTP2: way.http2}
					if c.client != nil {
						options.Identity = identity(c.client)
					}
					client := newClient(t, options)
					method, body := "GET", io.Reader(nil)
					if way.body > 0 {
						method, body = "POST", io.LimitReader(zeros{}, way.body)
					}
					res, err := fetch(t, client, method, "https", server.Addr, "/path?query", nil, body, way.body)
					if c.code == "" {
						if err != nil {
							t.Fatal(err)
						}
						defer res.Body.Close()
						if got, _ := io.ReadAll(res.Body); string(got) != "worker" {
							t.Errorf("the origin saw %q", got)
						}
						return
					}
					e, is := errors.AsType[*origin.Error](err)
					if !is || e.Code != c.code || e.Status != cmp.Or(c.status, status) {
						t.Fatalf("got %v, want %s with %d", err, c.code, cmp.Or(c.status, status))
					}
					text := e.Explanation()
					for _, part := range []string{c.says, "request: " + method + " /path\n", "fix: "} {
						if !strings.Contains(text, part) {
							t.Errorf("%q is not in the explanation:\n%s", part, text)
						}
					}
					if c.client == nil {
						return
					}
					if e.Identity != "worker" && c.name != "self-signed" || !e.Seen.Asked || e.Seen.Presented == "" || len(e.Seen.Accepts) == 0 {
						t.Errorf("identity %q, seen %+v", e.Identity, e.Seen)
					}
					if stage := e.Seen.Stage; strings.HasPrefix(stage, "in the TLS handshake") != (e.Status == 525) {
						t.Errorf("stage %q with %d", stage, e.Status)
					}
				})
			}
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
	suites := testpki.Serve(t, testpki.Origin{Cert: ca.ServerWith([]testpki.Option{testpki.Key(testpki.RSA2048)}, "127.0.0.1"), MaxVersion: tls.VersionTLS12,
		Config: func(c *tls.Config) { c.CipherSuites = []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256} }})
	nameless := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), Config: func(c *tls.Config) { c.Certificates = nil; c.GetCertificate = noCertificate }})
	issuerAt := testpki.Template(func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://pki.example/inter.crt"} })
	forgot := testpki.Serve(t, testpki.Origin{Cert: ca.Intermediate("inter").ServerWith([]testpki.Option{issuerAt}, "127.0.0.1").Bare()})
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
		{"incomplete chain", incomplete.Addr, origin.ServerUntrusted, 526, "issued by CN=inter; the origin sent nothing else, and if that is an intermediate"},
		{"old TLS", old.Addr, origin.TLSVersion, 525, "TLS 1.2"},
		{"not TLS", raw(t, "220 mail.example ESMTP\r\n"), origin.NotTLS, 525, "http://"},
		{"http on the port", raw(t, "HTTP/1.1 400 Bad Request\r\n\r\n"), origin.NotTLS, 525, "http://"},
		{"closed in handshake", raw(t, ""), origin.TLSClosed, 525, "log"},
		{"no cipher suite", suites.Addr, origin.TLSVersion, 525, "cipher"},
		{"name not served", nameless.Addr, origin.NameUnknown, 525, "an address is not sent as SNI"},
		{"incomplete chain with AIA", forgot.Addr, origin.ServerUntrusted, 526, "http://pki.example/inter.crt"},
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

func noCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }

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
		{"HTTP/2 only", "\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00\x00\x05\x00\xff\xff\xff", origin.HTTP2Only},
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
		Config: func(c *tls.Config) { c.NextProtos = []string{"h2", "http/1.1"} },
	})
	for _, http2 := range []bool{false, true} {
		client := newClient(t, origin.Options{
			Identity: identity(testpki.New("other").Client("stranger")), Roots: []*x509.Certificate{ca.Cert}, HTTP2: http2,
		})
		for _, size := range []int64{1 << 20, 8 << 20} {
			for range 15 {
				body := io.LimitReader(zeros{}, size)
				res, err := fetch(t, client, "POST", "https", server.Addr, "/", nil, body, size)
				if err == nil {
					res.Body.Close()
				}
				e, is := errors.AsType[*origin.Error](err)
				if !is || e.Code != origin.ClientCAUnknown {
					t.Fatalf("%d bytes, HTTP/2 %t: got %v, want %s", size, http2, err, origin.ClientCAUnknown)
				}
				if number, _, _ := e.Alert(); number != 48 {
					t.Fatalf("%d bytes, HTTP/2 %t: alert %d", size, http2, number)
				}
			}
		}
	}
}

// An origin, or a system, that sends a reset in the place of the alert.
func TestResetAfterHandshake(t *testing.T) {
	ca := testpki.New("origin root")
	serve := func(auth tls.ClientAuthType, version uint16) string {
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
				secured := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{ca.Server("127.0.0.1").TLS()}, ClientAuth: auth, ClientCAs: ca.Pool(), MaxVersion: version})
				secured.Handshake()
				secured.Read(make([]byte, 1)) // the request has begun
				conn.(*net.TCPConn).SetLinger(0)
				conn.Close()
			}
		}()
		return listener.Addr().String()
	}
	for _, c := range []struct {
		name    string
		auth    tls.ClientAuthType
		version uint16
		client  *testpki.Leaf
		code    origin.Code
		says    string
	}{
		{"likely expired", tls.RequestClientCert, tls.VersionTLS13, ca.Client("w", testpki.Expired), origin.ResetAfterHandshake, "likely to be this: the client certificate expired"},
		{"nothing to be seen", tls.RequestClientCert, tls.VersionTLS13, ca.Client("w"), origin.ResetAfterHandshake, "may have been lost"},
		{"not asked", tls.NoClientCert, tls.VersionTLS13, ca.Client("w"), origin.OriginClosed, "log"},
		{"TLS 1.2 refuses earlier", tls.RequestClientCert, tls.VersionTLS12, ca.Client("w"), origin.OriginClosed, "crashed"},
		{"none presented", tls.RequestClientCert, tls.VersionTLS13, nil, origin.OriginClosed, "env.MY_CERT.fetch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			options := origin.Options{Roots: []*x509.Certificate{ca.Cert}}
			if c.client != nil {
				options.Identity = identity(c.client)
			}
			e := mustFail(t, newClient(t, options), serve(c.auth, c.version), c.code)
			if text := e.Explanation(); e.Status != 520 || !strings.Contains(text, c.says) || strings.Contains(text, "likely") != strings.Contains(c.says, "likely") {
				t.Errorf("%q is not in\n%s", c.says, text)
			}
		})
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
