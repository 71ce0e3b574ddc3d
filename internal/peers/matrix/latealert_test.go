//go:build peers

package matrix_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"sync"
	"testing"

	"devserver/origin"
)

// TestLateAlert has a client certificate refused over TLS 1.3 while a body of 1 MiB is on its way: the reset of the
// connection races the alert that says why, and the alert must win each time. MATRIX_LATE_ALERTS is how often.
func TestLateAlert(t *testing.T) {
	a := newAuthorities()
	s := setup{version: tls.VersionTLS13, cert: proper, asks: required, answer: echo}
	for _, p := range []product{goServer, haproxyServer} {
		for _, offer := range offers {
			t.Run(p.name+" "+offer.name, func(t *testing.T) {
				if why := p.missing(); why != "" {
					t.Skip(why)
				}
				n := number(t, "MATRIX_LATE_ALERTS", 500)
				server := p.start(t, a, s)
				o := newClient(t, server, origin.Options{Identity: a.identity(foreign), Roots: []*x509.Certificate{a.servers.Cert}, HTTP2: offer.http2})
				var mu sync.Mutex
				got := map[string]int{}
				each(n, 8, func(int) {
					_, err := post(t.Context(), o, bodySize)
					code := "no error"
					if e, ok := errors.AsType[*origin.Error](err); ok {
						code = e.Code
					} else if err != nil {
						code = err.Error()
					}
					mu.Lock()
					got[code]++
					mu.Unlock()
				})
				if want := map[string]int{origin.ClientCAUnknown: n}; !maps.Equal(got, want) {
					t.Errorf("got %v, want %v", got, want)
				}
			})
		}
	}
}

// newClient makes a client to which host is server.
func newClient(t testing.TB, s *server, options origin.Options) *origin.Client {
	t.Helper()
	policies, err := origin.NewPolicies(origin.Policy{Host: host, ConnectTo: s.addr})
	if err != nil {
		t.Fatal(err)
	}
	options.Policies = policies
	o := origin.New(options)
	t.Cleanup(func() { o.Close() })
	return o
}

// post streams a body of size bytes to https://host/ and returns the answer.
func post(ctx context.Context, o *origin.Client, size int64) (string, error) {
	req := (&http.Request{
		Method: http.MethodPost, URL: &url.URL{Scheme: "https", Host: host, Opaque: "/"}, Header: http.Header{},
		Body: io.NopCloser(io.LimitReader(tildes{}, size)), ContentLength: -1,
	}).WithContext(ctx)
	return text(o.RoundTrip(req))
}

// text reads a response to its end.
func text(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(res.Body)
	return b.String(), err
}

// each calls do n times, some at once.
func each(n, atOnce int, do func(i int)) {
	var work sync.WaitGroup
	next := make(chan int)
	for range atOnce {
		work.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	work.Wait()
}

// number is how often something is done, unless the environment says otherwise.
func number(t testing.TB, variable string, usual int) int {
	t.Helper()
	value := os.Getenv(variable)
	if value == "" {
		return usual
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s is not a number of times", variable, value)
	}
	return n
}
