//go:build peers

package matrix_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"devserver/internal/testpki"
	"devserver/origin"
)

// who is an identity at one time: after a rotation it has another certificate, with another common name.
type who struct {
	cn     string
	client *origin.Client
}

// TestIdentities lets 8 identities call the same origins at random, over connections that are kept or not, with sessions
// resumed or not, through redirects from one origin to another, and while their certificates are replaced. The origins
// compare whom they see with whom the request says it is from. MATRIX_REQUESTS is how many requests there are.
func TestIdentities(t *testing.T) {
	n := number(t, "MATRIX_REQUESTS", 20_000)
	ca := testpki.New("root")
	var served, mismatched, resumed, redirected, again atomic.Int64
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cn := r.TLS.PeerCertificates[0].Subject.CommonName
		served.Add(1)
		if r.TLS.DidResume {
			resumed.Add(1)
		}
		if used := r.Context().Value(connection{}).(*atomic.Bool); used.Swap(true) {
			again.Add(1)
		}
		if want := r.Header.Get("X-From"); cn != want {
			if mismatched.Add(1) < 10 {
				t.Errorf("a request from %s came as %s", want, cn)
			}
		}
		if r.Header.Get("X-Leave") != "" {
			w.Header().Set("Connection", "close")
		}
		io.Copy(io.Discard, r.Body)
		if to := r.Header.Get("X-Redirect"); to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusTemporaryRedirect)
			return
		}
		io.WriteString(w, cn)
	})
	origins := serveOrigins(t, ca, handler)

	var people [8]atomic.Pointer[who]
	var generations [8]atomic.Int64
	rotate := func(i int) {
		cn := fmt.Sprintf("worker-%d-%d", i, generations[i].Add(1))
		next := &who{cn, origin.New(origin.Options{
			Identity: identity(ca.Client(cn)), Roots: []*x509.Certificate{ca.Cert}, HTTP2: i%2 == 1,
		})}
		if last := people[i].Swap(next); last != nil {
			last.client.Close()
		}
	}
	for i := range people {
		rotate(i)
		defer func() { people[i].Load().client.Close() }()
	}
	each(n, 16, func(int) {
		i := rand.IntN(len(people))
		switch rand.IntN(400) {
		case 0:
			rotate(i)
		case 1:
			people[i].Load().client.CloseIdle()
		}
		for { // until it is not closed by a rotation meanwhile
			p := people[i].Load()
			from, to := origins[rand.IntN(len(origins))], ""
			if rand.IntN(5) == 0 {
				to = origins[rand.IntN(len(origins))]
			}
			// Not over HTTP/2: it would end the requests of others on the same connection, too.
			leave := i%2 == 0 && rand.IntN(10) == 0
			body, err := p.call(t, from, to, leave)
			if e, ok := errors.AsType[*origin.Error](err); ok && e.Code == origin.ClientClosed {
				continue
			}
			if err == nil && to != "" {
				redirected.Add(1)
				body, err = p.call(t, to, "", false)
				if e, ok := errors.AsType[*origin.Error](err); ok && e.Code == origin.ClientClosed {
					continue
				}
			}
			if err != nil || body != p.cn {
				t.Errorf("%s: got %q, %v", p.cn, body, err)
			}
			return
		}
	})
	rotations := -int64(len(people))
	for i := range generations {
		rotations += generations[i].Load()
	}
	t.Logf("%d requests served: %d on a used connection, %d over a resumed session, %d redirects, %d rotations; %d mismatches",
		served.Load(), again.Load(), resumed.Load(), redirected.Load(), rotations, mismatched.Load())
	if served.Load() < int64(n) || again.Load() == 0 || resumed.Load() == 0 || redirected.Load() == 0 || rotations == 0 {
		t.Error("too little happened to prove anything")
	}
}

// call makes one request; to is where the origin shall redirect it to. It returns the answer, or nothing for a redirect.
func (p *who) call(t testing.TB, from, to string, leave bool) (string, error) {
	header := http.Header{"X-From": {p.cn}}
	if to != "" {
		header.Set("X-Redirect", "https://"+to+"/")
	}
	if leave {
		header.Set("X-Leave", "1")
	}
	req := (&http.Request{
		Method: http.MethodGet, URL: &url.URL{Scheme: "https", Host: from, Opaque: "/"}, Header: header,
	}).WithContext(t.Context())
	if rand.IntN(3) == 0 {
		req.Method, req.Body, req.ContentLength = http.MethodPost, io.NopCloser(strings.NewReader("some body")), -1
	}
	res, err := p.client.RoundTrip(req)
	if err == nil && to != "" {
		if location := res.Header.Get("Location"); res.StatusCode != http.StatusTemporaryRedirect || location != "https://"+to+"/" {
			t.Errorf("%s: no redirect but %d to %q", p.cn, res.StatusCode, location)
		}
	}
	return text(res, err)
}

// connection is the key under which a connection's context knows whether it has been used.
type connection struct{}

// serveOrigins starts origins of both versions of TLS, two of each.
func serveOrigins(t testing.TB, ca *testpki.CA, handler http.Handler) []string {
	var addrs []string
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13, tls.VersionTLS12, tls.VersionTLS13} {
		config := &tls.Config{
			Certificates: []tls.Certificate{ca.Server("127.0.0.1").TLS()}, ClientCAs: ca.Pool(),
			ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: version, MaxVersion: version,
		}
		l := listen(t)
		web := &http.Server{Handler: handler, TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0),
			ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
				return context.WithValue(ctx, connection{}, new(atomic.Bool))
			}}
		go web.ServeTLS(l, "", "")
		t.Cleanup(func() { web.Close() })
		addrs = append(addrs, l.Addr().String())
	}
	return addrs
}
