package origin

import (
	"context"
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/asn1"
)

// facts is what is known about one connection, for explanations. It is written while
// dialling and read-only afterwards.
type facts struct {
	host       string // host:port of the origin
	addr       string // what was dialled, if not host
	serverName string // verified name; empty without TLS
	identity   *Identity

	handshaken bool   // the TLS handshake was completed on our side
	resumed    bool   // from a ticket: the origin had no need to ask again
	version    uint16 // TLS version; 0 before the handshake is done

	asked    bool     // the origin sent a CertificateRequest
	issuers  []string // the authorities it named in it
	mismatch error    // why our certificate does not fit the request; nil if it does
}

type factsKey struct{}

// presentCertificate makes the GetClientCertificate of an identity, nil for none. The pair
// is returned even if it does not fit what the origin asked for, as OpenSSL does: with
// tls.Config.Certificates Go would silently send none, and the origin would complain about
// the wrong thing.
func presentCertificate(id *Identity) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		f, _ := request.Context().Value(factsKey{}).(*facts)
		if f != nil {
			f.asked = true
			f.issuers = issuerNames(request.AcceptableCAs)
		}
		if id == nil {
			return &tls.Certificate{}, nil
		}
		if f != nil {
			f.mismatch = request.SupportsCertificate(&id.Certificate)
		}
		return &id.Certificate, nil
	}
}

// issuerNames decodes distinguished names. One that cannot be decoded is left out.
func issuerNames(raw [][]byte) []string {
	var names []string
	for _, der := range raw {
		var rdns pkix.RDNSequence
		if rest, err := asn1.Unmarshal(der, &rdns); err == nil && len(rest) == 0 {
			var name pkix.Name
			name.FillFromRDNSequence(&rdns)
			names = append(names, name.String())
		}
	}
	return names
}

// handshake makes TLS over an open connection and fills in f. It owns raw: on an error it
// is closed.
func handshake(ctx context.Context, raw *tls.Conn, f *facts) error {
	if err := raw.HandshakeContext(context.WithValue(ctx, factsKey{}, f)); err != nil {
		raw.NetConn().Close()
		return err
	}
	state := raw.ConnectionState()
	f.handshaken, f.resumed, f.version = true, state.DidResume, state.Version
	return nil
}
