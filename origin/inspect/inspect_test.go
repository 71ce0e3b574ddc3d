package inspect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/origin"
)

// at inspects an address as a client.
func at(t *testing.T, o Options, addr string, client *testpki.Leaf) *Report {
	t.Helper()
	o.URL = &url.URL{Scheme: "https", Host: addr, Path: "/"}
	o.Identity = origin.Identity{Name: "worker", Certificate: client.TLS()}
	return Run(t.Context(), o)
}

func pool(cas ...*testpki.CA) func() (*x509.CertPool, error) {
	return func() (*x509.CertPool, error) {
		p := x509.NewCertPool()
		for _, ca := range cas {
			p.AddCert(ca.Cert)
		}
		return p, nil
	}
}

// TestProduction has what would be different in production: the roots.
func TestProduction(t *testing.T) {
	ca, other := testpki.New("Root"), testpki.New("Other")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}})
	for _, c := range []struct {
		name   string
		system func() (*x509.CertPool, error)
		client *testpki.Leaf
		public Answer
		status int
	}{
		{"public", pool(ca), ca.Client("worker"), Yes, 200},
		{"local trust", pool(other), ca.Client("worker"), No, 526},
		{"no roots here", pool(), ca.Client("worker"), Unknown, 0},
		{"public, refused", pool(ca), other.Client("worker"), Yes, 520},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := at(t, Options{Trust: []Trust{{From: "the test", Roots: []*x509.Certificate{ca.Cert}}}, SystemRoots: c.system}, server.Addr, c.client)
			if r.Server == nil || r.Server.Public != c.public || r.Production.Status != c.status || r.Server.RootFrom != "the test" {
				t.Errorf("got %+v and %+v", r.Server, r.Production)
			}
		})
	}
}

// TestResumed has a session that is taken up, and one that cannot be.
func TestResumed(t *testing.T) {
	ca := testpki.New("Root")
	for _, want := range []Answer{Yes, No} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, MaxVersion: version,
				Config: func(c *tls.Config) { c.SessionTicketsDisabled = want == No }})
			r := at(t, Options{Trust: []Trust{{Roots: []*x509.Certificate{ca.Cert}}}}, server.Addr, ca.Client("worker"))
			if r.TLS == nil || r.TLS.Resumed != want || r.TLS.Version != tls.VersionName(version) {
				t.Errorf("want %s, got %+v", want, r.TLS)
			}
		}
	}
}

// TestExplore has origins whose certificate is not accepted: what they ask for is seen, and they never see ours.
func TestExplore(t *testing.T) {
	ca := testpki.New("Root")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		seen := make(chan int, 10)
		server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequestClientCert, MaxVersion: version,
			Config: func(c *tls.Config) {
				c.VerifyConnection = func(state tls.ConnectionState) error { seen <- len(state.PeerCertificates); return nil }
			}})
		r := at(t, Options{}, server.Addr, ca.Client("worker"))
		if r.Result.Code != origin.ServerUntrusted || r.TLS == nil || !r.TLS.Explored || r.Request.Asked != Yes || r.Match.Fits != Yes {
			t.Errorf("%s: got %+v, %+v, %+v", tls.VersionName(version), r.Result, r.TLS, r.Request)
		}
		if !slices.Equal(r.Request.Authorities, []string{"CN=Root"}) {
			t.Errorf("authorities %q", r.Request.Authorities)
		}
		if n := <-seen; n != 0 {
			t.Errorf("the origin saw %d certificates", n)
		}
	}
}

func TestMatch(t *testing.T) {
	ca, other := testpki.New("Root"), testpki.New("Other")
	inter := ca.Intermediate("Inter")
	all := []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256, tls.PSSWithSHA256, tls.Ed25519}
	for _, c := range []struct {
		name    string
		client  *testpki.Leaf
		accepts []*testpki.CA
		schemes []tls.SignatureScheme
		fits    Answer
		says    string
	}{
		{"issuer", ca.Client("w"), []*testpki.CA{other, ca}, all, Yes, "the certificate is issued by CN=Root"},
		{"intermediate's issuer", inter.Client("w"), []*testpki.CA{ca}, all, Yes, "CN=Inter is issued by CN=Root"},
		{"intermediate missing", inter.Client("w").Bare(), []*testpki.CA{ca}, all, No, "does not accept CN=Inter"},
		{"stranger", other.Client("w"), []*testpki.CA{ca}, all, No, "does not accept CN=Other"},
		{"stranger's intermediate", inter.Client("w"), []*testpki.CA{other}, all, No, "ends at CN=Inter, issued by CN=Root"},
		{"anybody", other.Client("w"), nil, all, Yes, "names no authorities"},
		{"no signature", ca.Client("w"), []*testpki.CA{ca}, []tls.SignatureScheme{tls.Ed25519}, No, "no signature"},
	} {
		request := &tls.CertificateRequestInfo{Version: tls.VersionTLS13, SignatureSchemes: c.schemes}
		for _, ca := range c.accepts {
			request.AcceptableCAs = append(request.AcceptableCAs, ca.Cert.RawSubject)
		}
		certificate := c.client.TLS()
		if m := match(request, &certificate, c.client.Chain); m.Fits != c.fits || !strings.Contains(m.Reason, c.says) {
			t.Errorf("%s: got %+v", c.name, m)
		}
	}
}

// TestUnreachable has a name that does not resolve, and one whose addresses all refuse.
func TestUnreachable(t *testing.T) {
	r := at(t, Options{}, "nowhere.invalid", testpki.New("Root").Client("w"))
	if r.DNS == nil || r.DNS.Error == "" || r.Result.Exit != 6 || len(r.TCP) != 0 || r.Match.Fits != Unknown {
		t.Errorf("got %+v, %+v, %+v", r.DNS, r.TCP, r.Result)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	r = at(t, Options{}, "localhost:"+port, testpki.New("Root").Client("w"))
	if r.DNS == nil || len(r.DNS.Addresses) == 0 || len(r.TCP) != len(r.DNS.Addresses) || r.TCP[0].Error == "" || r.Result.Exit != 7 {
		t.Errorf("got %+v, %+v, %+v", r.DNS, r.TCP, r.Result)
	}
}

// TestCancelled has a caller who gives up: the report is still whole.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := Run(ctx, Options{
		URL:      &url.URL{Scheme: "https", Host: "127.0.0.1:1", Path: "/"},
		Identity: origin.Identity{Certificate: testpki.New("Root").Client("w").TLS()},
	})
	if r.Result.Exit != 28 || r.Result.What == "" || r.Production.Status != 522 {
		t.Errorf("got %+v, %+v", r.Result, r.Production)
	}
}

// TestExitCodes has a code, and one only, for each cause.
func TestExitCodes(t *testing.T) {
	seen := map[string]int{}
	last := -1
	for _, e := range exitCodes {
		if e.exit <= last || e.exit > 125 || e.exit == 1 || e.exit == 2 || e.what == "" {
			t.Errorf("exit code %d (%s)", e.exit, e.what)
		}
		last = e.exit
		for _, code := range e.codes {
			if before, ok := seen[code]; ok {
				t.Errorf("%s has %d and %d", code, before, e.exit)
			}
			seen[code] = e.exit
		}
	}
	for status, want := range map[int]int{525: 35, 526: 60, 520: 56} {
		if got := exitOf("SOMETHING_NEW", status); got != want {
			t.Errorf("%d: %d", status, got)
		}
	}
}

func TestQuote(t *testing.T) {
	for text, want := range map[string]string{
		"": "''", "client.pem": "client.pem", "/a b/c": "'/a b/c'", "it's": `'it'\''s'`, "$(rm)": "'$(rm)'", "a;b": "'a;b'",
		"https://o.test/?a=b&c": "'https://o.test/?a=b&c'", "~/x": "'~/x'", "*": "'*'", "\n": "'\n'",
	} {
		if got := Quote(text); got != want {
			t.Errorf("%q becomes %s, want %s", text, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	now := time.Now()
	leaf := testpki.New("Root").ServerWith([]testpki.Option{testpki.Valid(now.Add(-time.Hour), now.Add(-time.Minute)), testpki.Key(testpki.Ed25519)}, "o.test", "::1")
	d := Describe(leaf.Cert, now)
	if d.Subject != "CN=o.test" || d.Issuer != "CN=Root" || d.DaysLeft != -1 || d.Key != "Ed25519" || !slices.Equal(d.Names, []string{"o.test", "::1"}) ||
		!slices.Equal(d.Usages, []string{"serverAuth"}) || len(d.SHA256) != 64 {
		t.Errorf("got %+v", d)
	}
}
