package testpki

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"testing"
)

// Origin describes a TLS server to be started by Serve.
type Origin struct {
	Cert      *Leaf // the server's own certificate; required
	ClientCAs []*CA // whose client certificates it accepts

	// ClientAuth defaults to tls.RequireAndVerifyClientCert when ClientCAs are given,
	// else to tls.NoClientCert.
	ClientAuth tls.ClientAuthType

	MinVersion, MaxVersion uint16 // zero: what crypto/tls allows by default

	// Handler defaults to one that answers with the common name of the client's
	// certificate, or with "no certificate".
	Handler http.Handler

	// Config changes anything else before the server starts.
	Config func(*tls.Config)
}

// Server is a running Origin.
type Server struct {
	Addr string // 127.0.0.1:port
	URL  string // https://127.0.0.1:port
}

// Serve starts the origin on a free loopback port and stops it when the test ends.
func Serve(t testing.TB, o Origin) *Server {
	t.Helper()
	config := &tls.Config{
		Certificates: []tls.Certificate{o.Cert.TLS()},
		ClientAuth:   o.ClientAuth,
		MinVersion:   o.MinVersion,
		MaxVersion:   o.MaxVersion,
	}
	if len(o.ClientCAs) > 0 {
		config.ClientCAs = x509.NewCertPool()
		for _, ca := range o.ClientCAs {
			config.ClientCAs.AddCert(ca.Cert)
		}
		if o.ClientAuth == tls.NoClientCert {
			config.ClientAuth = tls.RequireAndVerifyClientCert
		}
	}
	if o.Config != nil {
		o.Config(config)
	}
	handler := o.Handler
	if handler == nil {
		handler = http.HandlerFunc(whoAmI)
	}

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("testpki: listen: %v", err)
	}
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	go server.Serve(tls.NewListener(listener, config))
	t.Cleanup(func() { server.Close() })
	addr := listener.Addr().String()
	return &Server{Addr: addr, URL: "https://" + addr}
}

func whoAmI(w http.ResponseWriter, r *http.Request) {
	if len(r.TLS.PeerCertificates) == 0 {
		fmt.Fprint(w, "no certificate")
		return
	}
	fmt.Fprint(w, r.TLS.PeerCertificates[0].Subject.CommonName)
}
