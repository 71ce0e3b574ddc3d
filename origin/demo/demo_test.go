package demo_test

import (
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"devserver/internal/testpki"
	"devserver/origin"
	"devserver/origin/demo"
)

func start(t testing.TB) *demo.Origin {
	t.Helper()
	o, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.Close() })
	return o
}

// visit fetches https://host/path with the demo origin standing in for the host.
func visit(t *testing.T, o *demo.Origin, id *origin.Identity, host string) (*http.Response, string, error) {
	t.Helper()
	name := (&url.URL{Host: host}).Hostname()
	policies, err := origin.NewPolicies(origin.Policy{Host: name, ConnectTo: o.Addr(), Roots: o.Roots()})
	if err != nil {
		t.Fatal(err)
	}
	c := origin.New(origin.Options{Identity: id, Policies: policies})
	t.Cleanup(func() { c.Close() })
	res, err := c.RoundTrip(&http.Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: host, Opaque: "/path?q"}})
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res, string(body), err
}

func TestDemo(t *testing.T) {
	o := start(t)
	id := o.ClientIdentity()
	for _, host := range []string{"a-secured-origin.com", "another.example:8443", "127.0.0.1", "localhost"} {
		res, body, err := visit(t, o, &id, host)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != 200 {
			t.Errorf("status %s", res.Status)
		}
		for _, part := range []string{host, "CN=devserver demo client", "CN=devserver demo CA", "TLS 1.3", "GET /path?q"} {
			if !strings.Contains(body, part) {
				t.Errorf("%q is missing in\n%s", part, body)
			}
		}
	}
}

func TestDemoRefuses(t *testing.T) {
	o, other := start(t), start(t)
	stranger := other.ClientIdentity()
	forged := &origin.Identity{Name: "forged", Certificate: testpki.New("devserver demo CA").Client("devserver demo client").TLS()}
	for _, c := range []struct {
		name string
		id   *origin.Identity
		code origin.Code
	}{
		{"nobody", nil, origin.CertRequired},
		// The CA of the same name with another key: Go's server finds a bad signature.
		{"client of another start", &stranger, origin.ClientCAUnknown},
		{"forged", forged, origin.ClientCAUnknown},
	} {
		_, body, err := visit(t, o, c.id, "a-secured-origin.com")
		if e, is := errors.AsType[*origin.Error](err); !is || e.Code != c.code {
			t.Errorf("%s: got %q, %v; want %s", c.name, body, err, c.code)
		}
	}
}

func TestClose(t *testing.T) {
	o := start(t)
	id := o.ClientIdentity()
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	_, body, err := visit(t, o, &id, "a-secured-origin.com")
	if e, is := errors.AsType[*origin.Error](err); !is || e.Code != origin.ConnectionRefused {
		t.Errorf("after Close: %q, %v", body, err)
	}
	if roots := o.Roots(); len(roots) != 1 || roots[0].KeyUsage != x509.KeyUsageCertSign {
		t.Errorf("roots %v", roots)
	}
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		o, err := demo.Start()
		if err != nil {
			b.Fatal(err)
		}
		o.Close()
	}
}
