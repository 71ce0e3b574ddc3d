package server

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestLocalCertificate(t *testing.T) {
	home := filepath.Join(t.TempDir(), "new")
	now := time.Now()
	get := func(now time.Time, hosts ...string) tls.Certificate {
		t.Helper()
		c, path, err := LocalCertificate(home, now, hosts...)
		if err != nil || path != filepath.Join(home, localCertificateFile) {
			t.Fatalf("%q %v", path, err)
		}
		roots := x509.NewCertPool()
		roots.AddCert(c.Leaf)
		for _, name := range append([]string{"localhost", "shop.localhost", "127.0.0.1", "::1"}, hosts...) {
			if _, err := c.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: now}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		return c
	}
	first := get(now)
	if !get(now.Add(time.Hour)).Leaf.Equal(first.Leaf) {
		t.Error("it is made anew without a reason")
	}
	if get(now.Add(localValidity - localRenewal + time.Minute)).Leaf.Equal(first.Leaf) {
		t.Error("it is not made anew before it expires")
	}
	other := get(now.Add(localValidity), "192.0.2.7")
	if !get(now.Add(localValidity), "192.0.2.7").Leaf.Equal(other.Leaf) || !get(now.Add(localValidity)).Leaf.Equal(other.Leaf) {
		t.Error("one that is good for more is made anew")
	}
	both := get(now.Add(localValidity), "192.0.2.8")
	if err := both.Leaf.VerifyHostname("192.0.2.7"); err != nil {
		t.Errorf("the address of an earlier start is forgotten: %v", err)
	}
	if err := os.WriteFile(filepath.Join(home, localCertificateFile), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	get(now)

	// Where nothing can be kept.
	for _, home := range []string{"", filepath.Join(home, localCertificateFile)} {
		c, path, err := LocalCertificate(home, now)
		if c.Leaf == nil || path != "" || (err == nil) != (home == "") {
			t.Errorf("%q: %q %v", home, path, err)
		}
	}
}
