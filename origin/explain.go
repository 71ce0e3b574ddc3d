package origin

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/http2"
)

// explain finds the cause of err and words it. What is an *Error already stays as it is.
func explain(err error, f *facts) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Host: f.host, Err: err, Seen: f.seen(0, time.Now())}
	if f.identity != nil {
		e.Identity = f.identity.Name
	}
	if proxied, ok := errors.AsType[*errProxied](err); ok {
		explainZone(e, proxied)
		return e
	}
	for _, find := range []func(*Error, *facts) bool{
		explainClient, explainConnect, explainServerCertificate, explainAlert, explainTLS, explainResponse,
	} {
		if find(e, f) {
			return e
		}
	}
	e.Code, e.Status, e.What = RequestFailed, 520, "the request failed"
	e.Fix = f.look()
	return e
}

// explainClient: it has nothing to do with the network.
func explainClient(e *Error, f *facts) bool {
	if !errors.Is(e.Err, errClosed) {
		return false
	}
	e.Code, e.Status = ClientClosed, 520
	e.What = "the connection pool was closed before the request was sent"
	e.Why = "the configuration was reloaded, or devserver is ending"
	e.Fix = "make the request again"
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
		} else {
			e.Why = "the resolver did not say: it may be out of reach, and the network or a VPN down"
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
		e.Fix = "check that the address is right and no firewall drops the packets"
	default:
		e.Code, e.Status = NetworkUnreachable, 523
		e.What = fmt.Sprintf("%s cannot be reached", f.addr)
		e.Fix = "check that the address is right and the network it is in can be reached from here"
	}
	if f.addr != f.host && e.Why == "" {
		e.Why = fmt.Sprintf("connect_to sends %s to %s", f.host, f.addr)
	}
	return true
}

func connectToHint(host string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil || port != "443" && port != "80" {
		name = host
	}
	return fmt.Sprintf("say where it is locally: [origins.%q] connect_to = \"address:port\" in devserver.toml", name)
}

// look says how to look closer.
func (f *facts) look() string {
	switch {
	case f.serverName == "":
		return "curl -v http://" + strings.TrimSuffix(f.host, ":80") + " shows each step of the way"
	case f.identity == nil:
		return "curl -v https://" + strings.TrimSuffix(f.host, ":443") + " shows each step of the way"
	}
	return fmt.Sprintf("devserver mtls-certificate test %s https://%s shows each step of the way", f.identity.Name, strings.TrimSuffix(f.host, ":443"))
}

// settingFor says where a setting for an origin belongs.
func settingFor(host, setting string) string {
	return fmt.Sprintf("%s for [origins.%q] in devserver.toml", setting, host)
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
		e.Fix = "fetch it by one of these names (connect_to can say where that is), or set " + settingFor(f.host, "server_name = "+strconv.Quote(aName(hostname.Certificate)))
		if !sentAsSNI(hostname.Host) {
			e.Why += "; an address is not sent as SNI, so this is the certificate for whoever names nobody"
		}
	case isInvalid && invalid.Reason == x509.Expired:
		e.Code = ServerCertExpired
		which := "the origin's certificate"
		if !invalid.Cert.Equal(leaf) {
			which = "a certificate in the origin's chain, " + subject(invalid.Cert) + ","
		}
		now := time.Now()
		e.What = which + " " + validity(invalid.Cert, now)
		e.Why = fmt.Sprintf("%s is valid from %s to %s", subject(invalid.Cert), day(invalid.Cert.NotBefore), day(invalid.Cert.NotAfter))
		e.Fix = "renew it at the origin; if the dates look right, check this machine's clock, which says " + day(now)
		if now.Before(invalid.Cert.NotBefore) {
			e.What = which + " is not valid before " + day(invalid.Cert.NotBefore)
			e.Fix = "check the clocks: this machine's says " + day(now)
		}
	case untrusted && leaf != nil:
		e.Code = ServerUntrusted
		e.What = "the origin's certificate is not signed by a root that is trusted here"
		last := failed.UnverifiedCertificates[len(failed.UnverifiedCertificates)-1]
		if selfIssued(last) {
			e.Why = fmt.Sprintf("its chain ends at %s, which signed itself", subject(last))
		} else {
			e.Why = fmt.Sprintf("its chain ends at %s, issued by %s", subject(last), issuer(last))
		}
		if last == leaf && !selfIssued(leaf) {
			e.Why += "; the origin sent nothing else, and if that is an intermediate, it has forgotten to send it"
			if len(leaf.IssuingCertificateURL) > 0 {
				e.Why += " (it can be had from " + leaf.IssuingCertificateURL[0] + ")"
			}
		}
		e.Fix = "trust its CA locally: --cacert FILE, NODE_EXTRA_CA_CERTS, or " + settingFor(f.host, "ca = FILE") +
			"; a deployed Worker needs a publicly trusted certificate there"
	default:
		e.Code = ServerCertInvalid
		e.What = "the origin's certificate cannot be accepted"
		e.Why = failed.Err.Error()
		e.Fix = "have another one issued for the origin; " + f.look()
		if isInvalid && invalid.Reason == x509.IncompatibleUsage {
			e.What = "the origin's certificate is not meant for servers"
			e.Why = "its extended key usage does not include serverAuth, or an authority in its chain does not allow that"
			e.Fix = "have it issued with extendedKeyUsage = serverAuth"
		}
	}
	return true
}

// aName is a name that a certificate is for.
func aName(c *x509.Certificate) string {
	if i := slices.IndexFunc(c.DNSNames, func(name string) bool { return !strings.HasPrefix(name, "*.") }); i >= 0 {
		return c.DNSNames[i]
	}
	if len(c.DNSNames) > 0 {
		return "www" + strings.TrimPrefix(c.DNSNames[0], "*")
	}
	if len(c.IPAddresses) > 0 {
		return c.IPAddresses[0].String()
	}
	return "NAME"
}

// names lists what a certificate is for.
func names(c *x509.Certificate) string {
	list := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		list = append(list, ip.String())
	}
	if len(list) == 0 {
		return fmt.Sprintf("no host name at all (its subject is %s)", subject(c))
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
		e.askedLate("by renegotiation")
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
		e.Fix = "check that the port serves TLS and the origin is not overloaded; " + f.look()
	case closed(e.Err):
		e.Code, e.Status = TLSClosed, 525
		e.What = "the origin closed the connection during the TLS handshake"
		e.Why = "no TLS alert said why; if the port is right, its log may"
		e.Fix = f.look()
		if f.asked() && f.identity == nil {
			e.Why = "it asked for a client certificate and none was presented; plain fetch has none"
			e.Fix = "use the fetch of an mTLS binding, such as env.MY_CERT.fetch"
		}
	case strings.Contains(text, "unsupported protocol version") || strings.Contains(text, "unsupported version"):
		e.tlsVersion()
	case f.signature != nil:
		e.Status = 525
		e.signature(f)
	default:
		e.Code, e.Status = TLSFailed, 525
		e.What = "the TLS handshake with the origin failed"
		e.Fix = f.look()
		if f.mismatch != nil {
			e.Why = "the certificate does not fit what the origin accepts: " + f.mismatch.Error()
		}
	}
	return true
}

// signature: the key of the certificate has no signature algorithm that the origin takes.
func (e *Error) signature(f *facts) {
	e.Code = ClientCertSignature
	e.What = "the origin takes no signature that the key of the client certificate can make"
	var takes []string
	for _, scheme := range f.ask().schemes {
		takes = append(takes, scheme.String())
	}
	key := "the key"
	if chain := f.identity.chain(); len(chain) > 0 {
		key = keyName(chain[0])
	}
	e.Why = fmt.Sprintf("%s is what there is; the origin takes %s", key, strings.Join(takes, ", "))
	e.Fix = "have the certificate issued for " + keyFor(f.ask().schemes) + ", and " + f.identity.renew()
}

// keyFor is a kind of key that can make one of the signatures.
func keyFor(schemes []tls.SignatureScheme) string {
	for _, kind := range []struct {
		key     string
		schemes []tls.SignatureScheme
	}{
		{"an ECDSA key on P-256", []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256}},
		{"an RSA key of 2048 bits or more", []tls.SignatureScheme{tls.PSSWithSHA256, tls.PSSWithSHA384, tls.PSSWithSHA512, tls.PKCS1WithSHA256, tls.PKCS1WithSHA384, tls.PKCS1WithSHA512}},
		{"an ECDSA key on P-384", []tls.SignatureScheme{tls.ECDSAWithP384AndSHA384}},
		{"an ECDSA key on P-521", []tls.SignatureScheme{tls.ECDSAWithP521AndSHA512}},
		{"an Ed25519 key", []tls.SignatureScheme{tls.Ed25519}},
	} {
		if slices.ContainsFunc(kind.schemes, func(s tls.SignatureScheme) bool { return slices.Contains(schemes, s) }) {
			return kind.key
		}
	}
	return "another kind of key"
}

// keyName names the kind of a certificate's key.
func keyName(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("an RSA key of %d bits", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "an ECDSA key on " + key.Curve.Params().Name
	}
	return "a key for " + c.PublicKeyAlgorithm.String()
}

func (e *Error) tlsVersion() {
	e.Code, e.Status = TLSVersion, 525
	e.What = "the origin and devserver have no TLS version or cipher suite in common"
	e.Why = "devserver, as the edge, speaks TLS 1.2 and 1.3, with the cipher suites that are held to be safe"
	e.Fix = "enable TLS 1.2 or 1.3 at the origin, and a cipher suite with ECDHE and AES-GCM or ChaCha20"
}

// askedLate: the origin asks per path, which curl can answer, so that "it works in curl" needs this explanation.
func (e *Error) askedLate(how string) {
	e.Code, e.Status = CertAskedLate, 520
	e.What = "the origin asked for a certificate only after it had seen the request"
	e.Why = "it wants one for some paths only, " + how + ", which curl can answer and Workers cannot"
	e.Fix = "have the origin ask on every connection (Apache: SSLVerifyClient in the virtual host, not in a Location), or serve the path from a host or port that does"
}

// http2Only: the origin does not speak HTTP/1.1.
func (e *Error) http2Only() {
	e.Code = HTTP2Only
	e.What = "the origin speaks HTTP/2 only"
	e.Why = "calls are made over HTTP/1.1 unless HTTP/2 is asked for"
	e.Fix = "start devserver with --mtls-http2"
}

// explainResponse: the connection stood, the answer failed.
func explainResponse(e *Error, f *facts) bool {
	e.Status = 520
	text := e.Err.Error()
	stream, isStream := errors.AsType[http2.StreamError](e.Err)
	switch {
	case strings.Contains(text, "timeout awaiting response headers"):
		e.Code, e.Status = ResponseTimeout, 524
		e.What = "the origin took the request and did not begin its response in time"
		e.Why = "it was given " + f.patience.String() + "; the edge waits 100 seconds"
		e.Fix = "make it answer sooner; to wait longer here, as zones may, set " + settingFor(f.host, "response_timeout = SECONDS")
	case errors.Is(e.Err, errTruncated):
		e.Code = ResponseTruncated
		e.What = "the origin closed the connection before the response was complete"
		e.Why = "it had announced more; what there was of the body has been handed on"
		e.Fix = "the origin's log may say why"
	case isStream && stream.Code == http2.ErrCodeHTTP11Required, strings.Contains(text, "HTTP_1_1_REQUIRED"):
		e.Code = HTTP1Required
		e.What = "the origin does not answer this request over HTTP/2"
		e.Why = "it said HTTP_1_1_REQUIRED, as origins do that ask for a certificate per path"
		e.Fix = "leave out --mtls-http2"
	case errors.Is(e.Err, errHTTP2First):
		e.http2Only()
	case strings.Contains(text, "malformed HTTP") || strings.Contains(text, "malformed MIME header") ||
		strings.Contains(text, "server response headers exceeded") || strings.Contains(text, "unsupported transfer encoding"):
		e.Code = BadResponse
		e.What = "the origin's answer is not valid HTTP/1.1"
		e.Why = "if the port is right, it may speak HTTP/2 only, or TLS where http:// was used"
		e.Fix = "check the scheme and the port of the URL"
	case f.asked() && f.identity != nil && f.version == tls.VersionTLS13 && reset(e.Err):
		explainReset(e, f)
	case strings.Contains(text, "graceful shutdown GOAWAY"):
		e.Code = OriginClosed
		e.What = "the origin ended the HTTP/2 connection before it took this request"
		e.Why = "the request has a body, which cannot be sent again from here"
		e.Fix = tryAgain
	case isStream:
		e.Code = OriginClosed
		e.What = fmt.Sprintf("the origin broke off the HTTP/2 stream without a response (%s)", stream.Code)
		e.Fix = "the origin's log may say why"
	case closed(e.Err) || strings.Contains(text, "server closed idle connection") || strings.Contains(text, "connection broken") ||
		strings.Contains(text, "http2: server sent GOAWAY"):
		e.Code = OriginClosed
		e.What = "the origin closed the connection without a response"
		e.Fix = "the origin's log may say why; " + f.look()
		if f.asked() && f.identity == nil {
			e.Why = "it had asked for a client certificate and none was presented; plain fetch has none"
			e.Fix = "use the fetch of an mTLS binding, such as env.MY_CERT.fetch"
		} else if f.asked() {
			e.Why = "it may have refused the certificate without a TLS alert, or crashed"
		}
		if f.serverName != "" && !f.offered {
			e.Why = strings.TrimPrefix(e.Why+"; if it speaks HTTP/2 only, it takes --mtls-http2", "; ")
		}
	default:
		return false
	}
	return true
}

// explainReset: where an alert was due there is a reset. Some systems throw away what they have received when a reset
// follows it; so this says what the alert is likely to have been.
func explainReset(e *Error, f *facts) {
	e.Code = ResetAfterHandshake
	e.What = "the origin reset the connection after the TLS handshake, without a response"
	e.Why = "in TLS 1.3 it is then that a certificate is refused; the alert that says why may have been lost to the reset"
	e.Fix = "the origin's log says whether it was the certificate; " + f.look()
	if v := f.suspect(time.Now()); v != nil {
		e.Why += "; it is likely to be this: " + v.what
		e.Fix = v.fix
	}
}

func reset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// closed reports whether the other side hung up, orderly or not.
func closed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, os.ErrClosed) || reset(err)
}
