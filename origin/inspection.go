package origin

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
)

// Inspection looks at the TLS handshakes that a Client makes with one origin, and changes nothing about them but the
// version that they begin with. Its functions may be nil, and must not block.
type Inspection struct {
	// MaxVersion is the latest version of TLS that is offered. 0: as always.
	MaxVersion uint16
	// Asked is called when the origin asks for a certificate. See AuthorityNames for what it accepts.
	Asked func(*tls.CertificateRequestInfo)
	// Verified is called when the origin's certificate has been accepted, which in TLS 1.3 is before it asks for ours.
	Verified func(tls.ConnectionState)
}

// Inspect has i look at the handshakes with the origin of an https:// URL. It must come before the first call to that
// origin, and after SetPolicies.
func (c *Client) Inspect(u *url.URL, i Inspection) error {
	p, addr, err := c.secure(u)
	if err != nil {
		return err
	}
	config, err := p.config(addr)
	if err != nil {
		return err
	}
	if i.MaxVersion != 0 {
		config.MaxVersion = i.MaxVersion
	}
	if present := config.GetClientCertificate; present != nil && i.Asked != nil {
		config.GetClientCertificate = func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			i.Asked(request)
			return present(request)
		}
	}
	if i.Verified != nil {
		verify := config.VerifyConnection
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if verify != nil {
				if err := verify(state); err != nil {
					return err
				}
			}
			i.Verified(state)
			return nil
		}
	}
	return nil
}

// Handshake makes one more connection to the origin of an https:// URL, as a call would that finds none idle, and closes
// it without a request. Its error is an *Error.
func (c *Client) Handshake(ctx context.Context, u *url.URL) (tls.ConnectionState, error) {
	p, addr, err := c.secure(u)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	connection, err := p.dialTLS(ctx, "tcp", addr)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer connection.Close()
	state, _ := TLSState(connection)
	return state, nil
}

// secure finds the pool for an https:// URL.
func (c *Client) secure(u *url.URL) (p *pool, addr string, err error) {
	host, port, err := endpoint(u)
	switch {
	case err != nil:
		return nil, "", err
	case u.Scheme != "https":
		return nil, "", errors.New("the URL is not https://")
	}
	return c.pool(host, port), net.JoinHostPort(host, port), nil
}

// AuthorityNames decodes the AcceptableCAs of a tls.CertificateRequestInfo. Those that cannot be decoded are left out.
func AuthorityNames(acceptable [][]byte) []string { return issuerNames(acceptable) }

// TLSState is how TLS was made on a connection of a Client's, such as httptrace shows; false if there is none.
func TLSState(connection net.Conn) (tls.ConnectionState, bool) {
	if ours, ok := connection.(*conn); ok {
		connection = ours.Conn
	}
	if secured, ok := connection.(*tls.Conn); ok {
		return secured.ConnectionState(), true
	}
	return tls.ConnectionState{}, false
}

// Alert is the TLS alert by which the origin refused; false if it sent none. The name is that of the registry:
// https://www.iana.org/assignments/tls-parameters (TLS Alerts).
func (e *Error) Alert() (number uint8, name string, ok bool) {
	number, ok = remoteAlert(e.Err)
	return number, alertNames[number], ok
}

var alertNames = map[uint8]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 22: "record_overflow", 40: "handshake_failure",
	42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked", 45: "certificate_expired",
	46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error",
	51: "decrypt_error", 70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
	86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation", 109: "missing_extension",
	110: "unsupported_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
	115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
}
