package origin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/netip"
	"time"
)

// facts is what is known about one connection, for explanations. It is written while
// dialling and read-only afterwards.
type facts struct {
	host       string              // host:port of the origin
	addr       string              // what was dialled, if not host
	patience   time.Duration       // how long it may take to answer; 0: for ever
	serverName string              // verified name; empty without TLS
	identity   *Identity           // nil without
	known      []*x509.Certificate // certificates that are trusted here, besides the system's

	handshaken bool                // the TLS handshake was completed on our side
	resumed    bool                // from a ticket: the origin had no need to ask again
	version    uint16              // TLS version; 0 before the handshake is done
	offered    bool                // HTTP/2 was offered
	http2      bool                // the origin chose it
	peers      []*x509.Certificate // the origin's chain, as far as it was seen

	wanted    *certificateAsk // nil: it asked for no certificate
	mismatch  error           // why our certificate does not fit the request; nil if it does
	signature error           // the same, but for the authorities
}

// certificateAsk is the origin's CertificateRequest, of now or of when the resumed session began.
type certificateAsk struct {
	acceptable [][]byte              // the authorities it named
	issuers    []string              // the same, decoded
	schemes    []tls.SignatureScheme // the signature algorithms it named
}

// asked reports whether the origin has asked for a certificate.
func (f *facts) asked() bool { return f.wanted != nil }

// presented reports whether the origin has got our certificate.
func (f *facts) presented() bool { return f.asked() && f.identity != nil }

// ask is what the origin asked for; empty if it did not.
func (f *facts) ask() certificateAsk {
	if f.wanted == nil {
		return certificateAsk{}
	}
	return *f.wanted
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
			f.wanted = &certificateAsk{request.AcceptableCAs, issuerNames(request.AcceptableCAs), request.SignatureSchemes}
		}
		if id == nil {
			return &tls.Certificate{}, nil
		}
		if f != nil {
			f.mismatch = request.SupportsCertificate(&id.Certificate)
			anyCA := *request
			anyCA.AcceptableCAs = nil
			f.signature = anyCA.SupportsCertificate(&id.Certificate)
		}
		return &id.Certificate, nil
	}
}

// issuerNames decodes distinguished names. One that cannot be decoded is left out.
func issuerNames(raw [][]byte) []string {
	var names []string
	for _, der := range raw {
		if name := DistinguishedName(der); name != unreadableName {
			names = append(names, name)
		}
	}
	return names
}

// handshake makes TLS over an open connection and fills in f. It owns raw: on an error it
// is closed.
func handshake(ctx context.Context, raw *tls.Conn, f *facts) error {
	err := raw.HandshakeContext(context.WithValue(ctx, factsKey{}, f))
	state := raw.ConnectionState()
	f.peers = state.PeerCertificates
	if err != nil {
		raw.NetConn().Close()
		return err
	}
	f.handshaken, f.resumed, f.version = true, state.DidResume, state.Version
	f.http2 = state.NegotiatedProtocol == protocolHTTP2
	return nil
}

// sentAsSNI reports whether a name is sent to the origin; addresses are not.
func sentAsSNI(name string) bool {
	_, err := netip.ParseAddr(name)
	return err != nil
}
