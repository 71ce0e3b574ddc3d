// Package demo is an origin that demands a client certificate during the TLS handshake and
// answers whose certificate it saw. It lives in memory and on the loopback interface, so the
// documented example runs without a network and without any set-up.
package demo

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"devserver/origin"
)

// Origin is a running demo origin. It is safe for concurrent use.
type Origin struct {
	listener net.Listener
	server   *http.Server
	ca       *authority
	identity origin.Identity
}

// Start makes the certificates and begins to listen on a free port of 127.0.0.1. It takes
// about a millisecond. Every start has new keys, which are never written anywhere.
func Start() (*Origin, error) {
	ca, err := newAuthority()
	if err != nil {
		return nil, fmt.Errorf("demo origin: %w", err)
	}
	client, err := ca.client("devserver demo client")
	if err != nil {
		return nil, fmt.Errorf("demo origin: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("demo origin: %w", err)
	}
	o := &Origin{
		listener: listener,
		ca:       ca,
		identity: origin.Identity{Name: "demo", Certificate: client},
		server: &http.Server{
			Handler:           http.HandlerFunc(greet),
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0), // the refused side explains it better
		},
	}
	clients := x509.NewCertPool()
	clients.AddCert(ca.cert)
	go o.server.Serve(tls.NewListener(listener, &tls.Config{
		MinVersion:     tls.VersionTLS12,
		ClientAuth:     tls.RequireAndVerifyClientCert,
		ClientCAs:      clients,
		GetCertificate: ca.serverFor,
	}))
	return o, nil
}

// Addr is where it listens, 127.0.0.1:port.
func (o *Origin) Addr() string { return o.listener.Addr().String() }

// Roots is what to trust for reaching it.
func (o *Origin) Roots() []*x509.Certificate { return []*x509.Certificate{o.ca.cert} }

// ClientIdentity is a client that it accepts.
func (o *Origin) ClientIdentity() origin.Identity { return o.identity }

// Close stops listening and drops its connections.
func (o *Origin) Close() error {
	// The server may not have got to know its listener yet.
	return errors.Join(o.server.Close(), ignoreClosed(o.listener.Close()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// greet tells a newcomer what has just happened.
func greet(w http.ResponseWriter, r *http.Request) {
	client := r.TLS.PeerCertificates[0] // the handshake fails without one
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, `Hello from %s, the demo origin of devserver.
It demanded a client certificate during the TLS handshake, and this is the one it saw:

  subject  %s
  issuer   %s
  valid    until %s
  over     %s

Your Worker presented it: %s %s
`, r.Host, client.Subject, client.Issuer, client.NotAfter.UTC().Format(time.DateOnly),
		tls.VersionName(r.TLS.Version), r.Method, r.URL.RequestURI())
}
