package origin

import (
	"crypto/tls"
	"fmt"
	"net"
	"testing"

	"devserver/internal/testpki"
)

// TestAlertNumber holds crypto/tls to what remoteAlert relies on.
func TestAlertNumber(t *testing.T) {
	ca := testpki.New("root")
	ours, theirs := net.Pipe()
	defer ours.Close()
	go func() {
		defer theirs.Close()
		tls.Server(theirs, &tls.Config{
			MaxVersion: tls.VersionTLS12, Certificates: []tls.Certificate{ca.Server("a.example").TLS()},
			ClientAuth: tls.RequireAnyClientCert,
		}).Handshake()
	}()
	err := tls.Client(ours, &tls.Config{RootCAs: ca.Pool(), ServerName: "a.example"}).Handshake()
	if number, ok := remoteAlert(fmt.Errorf("wrapped: %w", err)); !ok || number != alertHandshakeFailure {
		t.Errorf("alert %d, %t in %v; want %d", number, ok, err, alertHandshakeFailure)
	}
	if number, ok := remoteAlert(net.ErrClosed); ok {
		t.Errorf("alert %d in an error that is none", number)
	}
}
