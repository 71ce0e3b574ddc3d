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
	alertProtocolVersion        = 70
	alertInsufficientSecurity   = 71
	alertUnrecognizedName       = 112
	alertCertificateRequired    = 116
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
	if alert == alertProtocolVersion {
		e.tlsVersion()
		return true
	}
	if f.identity == nil {
		explainNoCertificate(e, f, alert, when)
		return true
	}
	explainRefusedCertificate(e, f, alert, when)
	return true
}

func explainNoCertificate(e *Error, f *facts, alert uint8, when string) {
	switch {
	case alert == alertCertificateRequired,
		f.asked && (alert == alertHandshakeFailure || alert == alertBadCertificate):
		e.Code = CertRequired
		e.What = "the origin requires a client certificate and none was presented"
		e.Why = "plain fetch has no certificate; the origin refused " + when
		e.Fix = "use the fetch of an mTLS binding, such as env.MY_CERT.fetch"
	default:
		e.otherAlert(alert, when)
	}
}

func explainRefusedCertificate(e *Error, f *facts, alert uint8, when string) {
	chain := f.identity.chain()
	if len(chain) == 0 {
		e.otherAlert(alert, when)
		return
	}
	leaf, last, now := chain[0], chain[len(chain)-1], time.Now()
	// OpenSSL and Go answer the same fault with different alerts, so the certificate itself
	// is looked at before the general ones are believed.
	aboutCertificate := alert == alertBadCertificate || alert == alertCertificateExpired ||
		alert == alertCertificateUnknown || alert == alertUnsupportedCertificate
	switch {
	case alert == alertUnknownCA:
		e.Code = ClientCAUnknown
		e.What = fmt.Sprintf("the origin does not trust the issuer of the client certificate, %s", leaf.Issuer)
		e.Why = fmt.Sprintf("the chain that was presented ends at %s, issued by %s", last.Subject, last.Issuer)
		if len(f.issuers) > 0 {
			e.Why += fmt.Sprintf("; the origin accepts [%s]", strings.Join(shorten(f.issuers), "; "))
		}
		e.Fix = "use a certificate from an authority the origin accepts; if intermediates are missing, append them to the certificate file"
	case aboutCertificate && now.After(leaf.NotAfter):
		e.Code = ClientCertExpired
		e.What = fmt.Sprintf("the client certificate expired on %s", day(leaf.NotAfter))
		e.Fix = "renew the certificate and upload it again"
	case aboutCertificate && now.Before(leaf.NotBefore):
		e.Code = ClientCertTooEarly
		e.What = fmt.Sprintf("the client certificate is not valid before %s", day(leaf.NotBefore))
		e.Fix = "check this machine's clock, which says " + day(now)
	case aboutCertificate && !forClients(leaf):
		e.Code = ClientCertUsage
		e.What = "the certificate is not meant for clients"
		e.Why = "its extended key usage does not include clientAuth"
		e.Fix = "issue it with extendedKeyUsage = clientAuth"
	case alert == alertCertificateExpired:
		e.Code = ClientCertExpired
		e.What = "the origin finds the client certificate expired"
		e.Why = fmt.Sprintf("it is valid from %s to %s; the clocks may differ, or an intermediate has expired", day(leaf.NotBefore), day(leaf.NotAfter))
	case aboutCertificate || alert == alertCertificateRevoked || alert == alertAccessDenied:
		e.Code = ClientCertRejected
		e.What = fmt.Sprintf("the origin rejected the client certificate (%s)", e.alertName())
		e.Why = fmt.Sprintf("it refused %s; the certificate's subject is %s, its issuer %s", when, leaf.Subject, leaf.Issuer)
		e.Fix = "the origin's log says what it did not like"
	case f.mismatch != nil && (alert == alertHandshakeFailure || alert == alertInsufficientSecurity):
		e.Code = ClientCertSignature
		e.What = "the client certificate does not fit what the origin accepts"
		e.Why = f.mismatch.Error()
	default:
		e.otherAlert(alert, when)
	}
}

func (e *Error) otherAlert(alert uint8, when string) {
	e.Code = TLSFailed
	e.What = fmt.Sprintf("the origin refused TLS (%s)", e.alertName())
	e.Why = fmt.Sprintf("it sent alert %d %s", alert, when)
	if alert == alertUnrecognizedName {
		e.Fix = "the origin does not serve this name; check the host of the URL, or server_name"
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

// shorten keeps a list of issuers readable; an origin may name hundreds.
func shorten(list []string) []string {
	if len(list) <= 5 {
		return list
	}
	return append(list[:5:5], fmt.Sprintf("and %d more", len(list)-5))
}
