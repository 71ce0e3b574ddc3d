package origin

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"
)

// explain finds the cause of err and words it. What is an *Error already stays as it is.
func explain(err error, f *facts) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Host: f.host, Err: err}
	if f.identity != nil {
		e.Identity = f.identity.Name
	}
	for _, find := range []func(*Error, *facts) bool{
		explainClient, explainConnect, explainServerCertificate, explainAlert, explainTLS, explainResponse,
	} {
		if find(e, f) {
			return e
		}
	}
	e.Code, e.Status, e.What = RequestFailed, 520, "the request failed"
	return e
}

// explainClient: it has nothing to do with the network.
func explainClient(e *Error, f *facts) bool {
	if !errors.Is(e.Err, errClosed) {
		return false
	}
	e.Code, e.Status = ClientClosed, 520
	e.What = "the connection pool was closed before the request was sent"
	e.Why = "the configuration was reloaded, or the server is stopping"
	return true
}

// explainConnect: there is no TCP connection.
func explainConnect(e *Error, f *facts) bool {
	dns, isDNS := errors.AsType[*net.DNSError](e.Err)
	op, isOp := errors.AsType[*net.OpError](e.Err)
	switch {
	case errors.Is(e.Err, errConnectTimeout):
		e.Code, e.Status = ConnectTimeout, 522
		e.What = fmt.Sprintf("%s did not answer the TCP handshake", f.addr)
		e.Fix = "check that the address is right and no firewall drops the packets"
	case isDNS:
		e.Code, e.Status = DNSFailed, 530
		e.What = fmt.Sprintf("the name %q could not be resolved", dns.Name)
		if dns.IsNotFound {
			e.Why = "no such host is known to the resolver"
		}
		e.Fix = connectToHint(f.host)
	case !isOp || op.Op != "dial":
		return false
	case errors.Is(e.Err, syscall.ECONNREFUSED) || errors.Is(e.Err, syscall.ECONNRESET):
		e.Code, e.Status = ConnectionRefused, 521
		e.What = fmt.Sprintf("nothing accepts connections at %s", f.addr)
		e.Why = "the origin is not running, or listens on another port"
		e.Fix = "start it, or " + connectToHint(f.host)
	case op.Timeout() || errors.Is(e.Err, syscall.ETIMEDOUT):
		e.Code, e.Status = ConnectTimeout, 522
		e.What = fmt.Sprintf("%s did not answer the TCP handshake", f.addr)
	default:
		e.Code, e.Status = NetworkUnreachable, 523
		e.What = fmt.Sprintf("%s cannot be reached", f.addr)
	}
	if f.addr != f.host && e.Why == "" {
		e.Why = fmt.Sprintf("connect_to sends %s to %s", f.host, f.addr)
	}
	return true
}

func connectToHint(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	return fmt.Sprintf("say where it is locally: [origins.%q] connect_to = \"address:port\" in devserver.toml", name)
}

// explainServerCertificate: we refused the origin's certificate.
func explainServerCertificate(e *Error, f *facts) bool {
	failed, ok := errors.AsType[*tls.CertificateVerificationError](e.Err)
	if !ok {
		return false
	}
	e.Status = 526
	var leaf *x509.Certificate
	if len(failed.UnverifiedCertificates) > 0 {
		leaf = failed.UnverifiedCertificates[0]
	}
	hostname, wrongName := errors.AsType[x509.HostnameError](failed.Err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](failed.Err)
	_, untrusted := errors.AsType[x509.UnknownAuthorityError](failed.Err)
	switch {
	case wrongName:
		e.Code = ServerNameMismatch
		e.What = fmt.Sprintf("the origin's certificate is not for %q", hostname.Host)
		e.Why = "it is for " + names(hostname.Certificate)
		e.Fix = fmt.Sprintf("fetch it by one of these names, or set server_name for [origins.%q] in devserver.toml", f.host)
	case isInvalid && invalid.Reason == x509.Expired:
		e.Code = ServerCertExpired
		e.What = "the origin's certificate is expired or not valid yet"
		e.Why = fmt.Sprintf("%s is valid from %s to %s", invalid.Cert.Subject, day(invalid.Cert.NotBefore), day(invalid.Cert.NotAfter))
		e.Fix = "renew it; if the dates look right, check this machine's clock"
	case untrusted && leaf != nil:
		e.Code = ServerUntrusted
		e.What = "the origin's certificate is not signed by a root that is trusted here"
		last := failed.UnverifiedCertificates[len(failed.UnverifiedCertificates)-1]
		if last.Subject.String() == last.Issuer.String() {
			e.Why = fmt.Sprintf("its chain ends at %s, which signed itself", last.Subject)
		} else {
			e.Why = fmt.Sprintf("its chain ends at %s, issued by %s", last.Subject, last.Issuer)
		}
		e.Fix = fmt.Sprintf("trust its CA locally: --cacert FILE, or ca = FILE for [origins.%q] in devserver.toml; "+
			"a deployed Worker needs a publicly trusted certificate there", f.host)
	default:
		e.Code = ServerCertInvalid
		e.What = "the origin's certificate cannot be accepted"
		e.Why = failed.Err.Error()
	}
	return true
}

// names lists what a certificate is for.
func names(c *x509.Certificate) string {
	list := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	if len(list) == 0 {
		return fmt.Sprintf("no host name at all (its subject is %s)", c.Subject)
	}
	if len(list) > 10 {
		list = append(list[:10], fmt.Sprintf("%d more", len(list)-10))
	}
	return strings.Join(list, ", ")
}

// explainTLS: TLS failed without an alert from the origin.
func explainTLS(e *Error, f *facts) bool {
	_, notTLS := errors.AsType[tls.RecordHeaderError](e.Err)
	text := e.Err.Error()
	switch {
	case strings.Contains(text, "tls: no renegotiation"):
		e.askedLate()
	case f.serverName == "" || f.handshaken:
		return false
	case notTLS:
		e.Code, e.Status = NotTLS, 525
		e.What = "the origin does not speak TLS on this port"
		e.Why = fmt.Sprintf("the answer of %s does not look like a TLS handshake", f.addr)
		e.Fix = "use http://, or the port that serves https://"
	case errors.Is(e.Err, errHandshakeTimeout):
		e.Code, e.Status = TLSTimeout, 525
		e.What = "the origin accepted the connection but did not finish the TLS handshake"
		e.Fix = "check that the port serves TLS and the origin is not overloaded"
	case closed(e.Err):
		e.Code, e.Status = TLSClosed, 525
		e.What = "the origin closed the connection during the TLS handshake"
		e.Why = "no TLS alert said why; its log may"
		if f.asked && f.identity == nil {
			e.Why = "it asked for a client certificate and none was presented; plain fetch has none"
			e.Fix = "use the fetch of an mTLS binding, such as env.MY_CERT.fetch"
		}
	case strings.Contains(text, "unsupported protocol version") || strings.Contains(text, "unsupported version"):
		e.tlsVersion()
	default:
		e.Code, e.Status = TLSFailed, 525
		e.What = "the TLS handshake with the origin failed"
		if f.mismatch != nil {
			e.Why = "the certificate does not fit what the origin accepts: " + f.mismatch.Error()
		}
	}
	return true
}

func (e *Error) tlsVersion() {
	e.Code, e.Status = TLSVersion, 525
	e.What = "the origin and devserver have no TLS version in common"
	e.Why = "devserver, as the edge, speaks TLS 1.2 and 1.3"
	e.Fix = "enable TLS 1.2 or 1.3 at the origin"
}

func (e *Error) askedLate() {
	e.Code, e.Status = CertAskedLate, 520
	e.What = "the origin asked for a certificate only after it had seen the request"
	e.Why = "it wants one for some paths only, by renegotiation; Workers cannot answer that"
	e.Fix = "let the origin ask for every request of this host, or serve the path from a host or port that does"
}

// explainResponse: the connection stood, the answer failed.
func explainResponse(e *Error, f *facts) bool {
	e.Status = 520
	text := e.Err.Error()
	switch {
	case errors.Is(e.Err, errTruncated):
		e.Code = ResponseTruncated
		e.What = "the origin closed the connection before the response was complete"
	case strings.Contains(text, "malformed HTTP") || strings.Contains(text, "malformed MIME header") ||
		strings.Contains(text, "server response headers exceeded") || strings.Contains(text, "unsupported transfer encoding"):
		e.Code = BadResponse
		e.What = "the origin's answer is not valid HTTP/1.1"
		e.Why = "if the port is right, it may speak HTTP/2 only, or TLS where http:// was used"
	case closed(e.Err) || strings.Contains(text, "server closed idle connection") || strings.Contains(text, "connection broken"):
		e.Code = OriginClosed
		e.What = "the origin closed the connection without a response"
		if f.asked && f.identity == nil {
			e.Why = "it had asked for a client certificate and none was presented; plain fetch has none"
			e.Fix = "use the fetch of an mTLS binding, such as env.MY_CERT.fetch"
		} else if f.asked {
			e.Why = "it may have refused the certificate without a TLS alert, or crashed; its log may say"
		}
	default:
		return false
	}
	return true
}

// closed reports whether the other side hung up, orderly or not.
func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrClosed)
}
