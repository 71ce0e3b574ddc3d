package origin

import (
	"errors"
	"fmt"
	"net"
	"reflect"
	"strings"
	"time"
)

// TLS alerts that origins send about a client, https://www.iana.org/assignments/tls-parameters
// (TLS Alerts).
const (
	alertHandshakeFailure       = 40
	alertBadCertificate         = 42
	alertUnsupportedCertificate = 43
	alertCertificateRevoked     = 44
	alertCertificateExpired     = 45
	alertCertificateUnknown     = 46
	alertUnknownCA              = 48
	alertAccessDenied           = 49
	alertDecryptError           = 51
	alertProtocolVersion        = 70
	alertInsufficientSecurity   = 71
	alertInternalError          = 80
	alertUnrecognizedName       = 112
	alertCertificateRequired    = 116
	alertNoApplicationProtocol  = 120
)

// remoteAlert is the number of the TLS alert that the other side sent. crypto/tls keeps the
// type of it to itself outside QUIC, so the number is read by reflection; if that changes
// one day, causes become less precise and TestAlertNumber fails.
func remoteAlert(err error) (number uint8, ok bool) {
	for op, found := errors.AsType[*net.OpError](err); found; op, found = errors.AsType[*net.OpError](op.Err) {
		if op.Op != "remote error" || op.Err == nil {
			continue
		}
		if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
			return uint8(v.Uint()), true
		}
	}
	return 0, false
}

// explainAlert: the origin said in an alert that it does not want us.
func explainAlert(e *Error, f *facts) bool {
	alert, ok := remoteAlert(e.Err)
	if !ok {
		return false
	}
	e.Status = 525
	when := "during the TLS handshake"
	if f.handshaken {
		e.Status = 520
		when = "right after the TLS handshake, as TLS 1.3 has it"
	}
	switch {
	case alert == alertProtocolVersion:
		e.tlsVersion()
		e.What = "the origin speaks neither TLS 1.2 nor TLS 1.3"
		e.Fix = "enable TLS 1.2 or 1.3 at the origin"
	case // Before the origin has come to ask for a certificate there is only the protocol to disagree about.
		!f.handshaken && !f.asked() && (alert == alertHandshakeFailure || alert == alertInsufficientSecurity):
		e.tlsVersion()
	case alert == alertUnrecognizedName:
		e.nameUnknown(f)
	case alert == alertNoApplicationProtocol:
		e.http2Only()
	case f.identity == nil:
		explainNoCertificate(e, f, alert, when)
	default:
		explainRefusedCertificate(e, f, alert, when)
	}
	return true
}

func explainNoCertificate(e *Error, f *facts, alert uint8, when string) {
	switch {
	case alert == alertCertificateRequired,
		f.asked() && (alert == alertHandshakeFailure || alert == alertBadCertificate):
		e.certRequired()
		e.Why = "plain fetch has no certificate; the origin refused " + when
	default:
		e.otherAlert(f, alert, when)
	}
}

func (e *Error) certRequired() {
	e.Code = CertRequired
	e.What = "the origin requires a client certificate and none was presented"
	e.Fix = "use the fetch of an mTLS binding, such as env.MY_CERT.fetch"
}

func explainRefusedCertificate(e *Error, f *facts, alert uint8, when string) {
	chain, now := f.identity.chain(), time.Now()
	if len(chain) == 0 {
		e.otherAlert(f, alert, when)
		return
	}
	leaf := chain[0]
	// OpenSSL and Go answer the same fault with different alerts, so the certificate itself
	// is looked at before the general ones are believed.
	aboutCertificate := alert == alertBadCertificate || alert == alertCertificateExpired ||
		alert == alertCertificateUnknown || alert == alertUnsupportedCertificate
	var v *verdict
	switch {
	case alert == alertUnknownCA:
		v = f.unknownIssuer(chain)
	case alert == alertDecryptError:
		v = f.wrongKey(leaf)
	case aboutCertificate:
		v = f.suspect(now)
	}
	switch {
	case v != nil:
		e.is(v)
	case alert == alertCertificateExpired:
		e.Code = ClientCertExpired
		e.What = "the origin finds the client certificate expired"
		e.Why = fmt.Sprintf("it is valid from %s to %s; the clocks may differ, or an intermediate has expired", day(leaf.NotBefore), day(leaf.NotAfter))
		e.Fix = "compare the origin's clock with this machine's, which says " + day(now)
	case alert == alertCertificateRevoked:
		e.Code = ClientCertRevoked
		e.What = "the origin says that the client certificate has been revoked"
		e.Why = fmt.Sprintf("its serial number is %x, its issuer %s", leaf.SerialNumber, issuer(leaf))
		e.Fix = "ask the issuer for another one, and " + f.identity.renew()
	case aboutCertificate || alert == alertAccessDenied:
		e.Code = ClientCertRejected
		e.What = fmt.Sprintf("the origin rejected the client certificate (%s)", e.alertName())
		e.Why = fmt.Sprintf("it refused %s; the certificate's subject is %s, its issuer %s", when, subject(leaf), issuer(leaf))
		e.Fix = "the origin's log says what it did not like; " + f.look()
	case f.signature != nil && (alert == alertHandshakeFailure || alert == alertInsufficientSecurity):
		e.signature(f)
	default:
		e.otherAlert(f, alert, when)
	}
}

func (e *Error) otherAlert(f *facts, alert uint8, when string) {
	e.Code = TLSFailed
	e.What = fmt.Sprintf("the origin refused TLS (%s)", e.alertName())
	e.Why = fmt.Sprintf("it sent alert %d %s", alert, when)
	e.Fix = "the origin's log says why; " + f.look()
	if alert == alertInternalError {
		e.Fix = "often it has no certificate for the name that was asked for: check the host of the URL, or server_name; its log may say more"
	}
}

// nameUnknown: the origin has nothing for the name in SNI.
func (e *Error) nameUnknown(f *facts) {
	e.Code = NameUnknown
	e.What = fmt.Sprintf("the origin does not serve the name %q", f.serverName)
	e.Why = "that name was sent to it as SNI, by which it chooses its certificate"
	e.Fix = "check the host of the URL, or set " + settingFor(f.host, `server_name = "NAME"`)
	if !sentAsSNI(f.serverName) {
		e.What = "the origin wants a host name in the TLS handshake, and the URL has an address"
		e.Why = "an address is not sent as SNI, by which the origin chooses its certificate"
		e.Fix = "use its host name in the URL (connect_to can say where that is), or set " + settingFor(f.host, `server_name = "NAME"`)
	}
}

// alertName is the alert as crypto/tls words it.
func (e *Error) alertName() string {
	for op, found := errors.AsType[*net.OpError](e.Err); found; op, found = errors.AsType[*net.OpError](op.Err) {
		if op.Op == "remote error" && op.Err != nil {
			return strings.TrimPrefix(op.Err.Error(), "tls: ")
		}
	}
	return "an alert"
}
