package origin_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"testing"

	"devserver/internal/testpki"
	"devserver/origin"
)

// BenchmarkKeepAlive compares a Client with a bare http.Transport, both over kept mTLS
// connections, from parallel callers.
func BenchmarkKeepAlive(b *testing.B) {
	ca := testpki.New("root")
	server := testpki.Serve(b, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}})
	pair := ca.Client("worker").TLS()
	client := origin.New(origin.Options{
		Identity: &origin.Identity{Name: "worker", Certificate: pair}, Roots: []*x509.Certificate{ca.Cert},
	})
	defer client.Close()
	bare := &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true,
		TLSClientConfig: &tls.Config{RootCAs: ca.Pool(), Certificates: []tls.Certificate{pair}}}
	defer bare.CloseIdleConnections()
	for _, c := range []struct {
		name string
		via  http.RoundTripper
	}{{"Client", client}, {"http.Transport", bare}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					roundTrip(b, c.via, server.Addr)
				}
			})
		})
	}
}

// BenchmarkHandshake makes a new connection for every request: full handshakes by new
// clients, and resumed ones of the same client.
func BenchmarkHandshake(b *testing.B) {
	ca := testpki.New("root")
	server := testpki.Serve(b, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}})
	options := origin.Options{
		Identity: &origin.Identity{Name: "worker", Certificate: ca.Client("worker").TLS()},
		Roots:    []*x509.Certificate{ca.Cert},
	}
	b.Run("new client", func(b *testing.B) {
		for b.Loop() {
			client := origin.New(options)
			roundTrip(b, client, server.Addr)
			client.Close()
		}
	})
	b.Run("resumed", func(b *testing.B) {
		client := origin.New(options)
		defer client.Close()
		for b.Loop() {
			roundTrip(b, client, server.Addr)
			client.CloseIdle()
		}
	})
}

func roundTrip(b *testing.B, via http.RoundTripper, host string) {
	res, err := via.RoundTrip(&http.Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: host, Opaque: "/"}, Header: http.Header{}})
	if err != nil {
		b.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
}
