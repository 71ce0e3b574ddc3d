package origin

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/net/http2"

	"devserver/internal/testpki"
)

// TestAlerts has what no Go server sends: the alert and the certificate alone decide.
func TestAlerts(t *testing.T) {
	ca := testpki.New("root")
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	id := func(leaf *testpki.Leaf) *Identity { return &Identity{Name: "w", Certificate: leaf.TLS()} }
	good, expired, weak := id(ca.Client("w")), id(ca.Client("w", testpki.Expired)), id(ca.Client("w", testpki.Signer(short)))
	stranger := id(testpki.New("other").Client("w"))
	asked := facts{serverName: "a.example", handshaken: true, wanted: &certificateAsk{acceptable: [][]byte{ca.Cert.RawSubject}, issuers: []string{"CN=root"}}}
	for _, c := range []struct {
		name   string
		alert  uint8
		client *Identity
		facts  facts
		code   Code
		status int
	}{
		{"revoked", 44, good, asked, ClientCertRevoked, 520},
		{"weak", 42, weak, asked, ClientCertWeak, 520},
		{"OpenSSL says bad certificate to one that is expired", 42, expired, asked, ClientCertExpired, 520},
		{"Java says certificate unknown to an unknown CA", 46, stranger, asked, ClientCAUnknown, 520},
		{"the origin's clock is ahead", 45, good, asked, ClientCertExpired, 520},
		{"nothing to be seen", 42, good, asked, ClientCertRejected, 520},
		{"access denied", 49, good, asked, ClientCertRejected, 520},
		{"a right key that is not believed", 51, good, asked, TLSFailed, 520},
		{"internal error", 80, good, facts{serverName: "a.example"}, TLSFailed, 525},
		{"no common cipher suite", 40, good, facts{serverName: "a.example"}, TLSVersion, 525},
		{"handshake failure after the question", 40, nil, facts{serverName: "a.example", wanted: &certificateAsk{}}, CertRequired, 525},
		{"no protocol in common", 120, nil, facts{serverName: "a.example"}, HTTP2Only, 525},
		{"name unknown", 112, nil, facts{serverName: "a.example"}, NameUnknown, 525},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := c.facts
			f.host, f.identity = "a.example:443", c.client
			e := explain(&net.OpError{Op: "remote error", Err: tls.AlertError(c.alert)}, &f)
			if e.Code != c.code || e.Status != c.status && c.code != HTTP2Only || e.What == "" || e.Fix == "" {
				t.Errorf("%s %d\n%s", e.Code, e.Status, e.Explanation())
			}
			if number, name, ok := e.Alert(); !ok || number != c.alert || name == "" {
				t.Errorf("alert %d %q", number, name)
			}
		})
	}
}

// TestOtherErrors has the errors for which no server is at hand.
func TestOtherErrors(t *testing.T) {
	ca := testpki.New("root")
	id := &Identity{Name: "w", Certificate: ca.Client("w").TLS()}
	tls13 := facts{host: "a:443", addr: "a:443", serverName: "a", handshaken: true, wanted: &certificateAsk{}, identity: id, version: tls.VersionTLS13}
	tls12 := tls13
	tls12.version = tls.VersionTLS12
	for _, c := range []struct {
		name string
		err  error
		f    facts
		code Code
	}{
		{"renegotiation", &net.OpError{Op: "local error", Err: errors.New("tls: no renegotiation")}, tls12, CertAskedLate},
		{"no route", &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}, facts{host: "a:443", addr: "a:443"}, NetworkUnreachable},
		{"dial timed out", &net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}, facts{host: "a:443", addr: "a:443"}, ConnectTimeout},
		{"reset", &net.OpError{Op: "write", Err: syscall.ECONNRESET}, tls13, ResetAfterHandshake},
		{"end", io.EOF, tls13, OriginClosed},
		{"reset, TLS 1.2", syscall.EPIPE, tls12, OriginClosed},
		{"HTTP/2 stream", http2.StreamError{StreamID: 1, Code: http2.ErrCodeInternal}, tls13, OriginClosed},
		{"HTTP/2 wants 1.1", http2.StreamError{StreamID: 1, Code: http2.ErrCodeHTTP11Required}, tls13, HTTP1Required},
		{"HTTP/2 goes away", errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1, ErrCode=NO_ERROR"), tls13, OriginClosed},
		{"HTTP/2 goes away before a body", errors.New("http2: Transport: cannot retry err [http2: Transport received Server's graceful shutdown GOAWAY] after Request.Body was written; define Request.GetBody to avoid this error"), tls13, OriginClosed},
		{"truncated", fmt.Errorf("%w: %w", errTruncated, io.ErrUnexpectedEOF), tls13, ResponseTruncated},
		{"closed client", errClosed, facts{host: "a:443"}, ClientClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := explain(c.err, &c.f)
			if e.Code != c.code || e.Status < 520 || e.What == "" || e.Fix == "" {
				t.Errorf("%s %d\n%s", e.Code, e.Status, e.Explanation())
			}
		})
	}
}

// TestOnlyHere: what deployed code would trust is found out with other roots than those that are trusted here.
func TestOnlyHere(t *testing.T) {
	private, public := testpki.New("private"), testpki.New("public")
	before := publicRoots
	defer func() { publicRoots = before }()
	publicRoots = func() (*x509.CertPool, bool) { return public.Pool(), true }
	inter := public.Intermediate("inter")
	t.Setenv("SSL_CERT_DIR", "")
	for _, c := range []struct {
		name   string
		leaf   *testpki.Leaf
		policy Policy
		roots  []*x509.Certificate
		says   string // empty: trusted by deployed code, too
		file   string // SSL_CERT_FILE
	}{
		{"public", inter.Server("a.example"), Policy{}, []*x509.Certificate{private.Cert}, "", ""},
		{"private", private.Server("a.example"), Policy{Roots: []*x509.Certificate{private.Cert}}, nil, "unknown authority", ""},
		{"private for the client", private.Server("a.example"), Policy{}, []*x509.Certificate{private.Cert}, "unknown authority", ""},
		{"intermediate forgotten", inter.Server("a.example").Bare(), Policy{}, []*x509.Certificate{inter.Cert}, "unknown authority", ""},
		{"by another name", public.Server("b.example"), Policy{ServerName: "b.example"}, nil, "a.example", ""},
		{"insecure, and good", public.Server("a.example"), Policy{Insecure: true}, nil, "", ""},
		{"insecure, and expired", public.ServerWith([]testpki.Option{testpki.Expired}, "a.example"), Policy{Insecure: true}, nil, "expired", ""},
		{"nothing special", private.Server("a.example"), Policy{}, nil, "", ""},
		{"nothing special, but other system roots", private.Server("a.example"), Policy{}, nil, "unknown authority", "private.pem"},
		{"somewhere else", private.Server("a.example"), Policy{Roots: []*x509.Certificate{private.Cert}, ConnectTo: "127.0.0.1:1"}, nil, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("SSL_CERT_FILE", c.file)
			client := New(Options{Roots: c.roots})
			defer client.Close()
			p := newPool(client, &c.policy)
			f := p.facts("a.example:443")
			f.peers = c.leaf.Chain
			err := p.onlyHere(f)
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// A reset is no refusal of the certificate once the origin has answered on the connection, or has read much of the request.
func TestResetLater(t *testing.T) {
	id := &Identity{Name: "w", Certificate: testpki.New("root").Client("w").TLS()}
	for _, c := range []struct {
		name   string
		reused bool
		sent   int64
		code   Code
		says   string
	}{
		{"at first", false, 100, ResetAfterHandshake, "in TLS 1.3 it is then that a certificate is refused"},
		{"with a body under way", false, 1 << 20, ResetAfterHandshake, "in TLS 1.3 it is then that a certificate is refused"},
		{"far within a body", false, 40 << 20, OriginClosed, "until then it took 40.0 MiB of the request"},
		{"on a kept connection", true, 100, OriginClosed, "the connection had been kept"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &facts{host: "a:443", serverName: "a", handshaken: true, wanted: &certificateAsk{}, identity: id, version: tls.VersionTLS13}
			call := &call{request: &http.Request{URL: &url.URL{Scheme: "https", Host: "a", Opaque: "/"}}, conn: newConn(nil, f), reused: c.reused}
			call.conn.sent.Store(c.sent)
			e := call.annotate(explain(&net.OpError{Op: "write", Err: syscall.ECONNRESET}, f))
			if e.Code != c.code || e.Status != 520 || !strings.Contains(e.Why, c.says) || e.Fix == "" {
				t.Error(e.Explanation())
			}
		})
	}
}
