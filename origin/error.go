package origin

import (
	"cmp"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Code is the stable name of a cause. It never changes once released; texts may.
type Code = string

// Codes of an Error. In brackets the status that the edge would answer with.
const (
	DNSFailed          Code = "DNS_FAILED"           // [530] the name does not resolve
	ConnectionRefused  Code = "CONNECTION_REFUSED"   // [521] nothing listens there
	ConnectTimeout     Code = "CONNECT_TIMEOUT"      // [522] no answer to the TCP handshake
	NetworkUnreachable Code = "NETWORK_UNREACHABLE"  // [523] no route, or connecting failed otherwise
	NotTLS             Code = "NOT_TLS"              // [525] the port speaks something else
	TLSTimeout         Code = "TLS_TIMEOUT"          // [525] the TLS handshake did not end
	TLSVersion         Code = "TLS_VERSION"          // [525] no common protocol version or cipher suite
	TLSClosed          Code = "TLS_CLOSED"           // [525] hung up during the handshake
	TLSFailed          Code = "TLS_FAILED"           // [525] any other handshake failure
	NameUnknown        Code = "SNI_REFUSED"          // [525] the origin does not serve the name that was asked for
	ServerUntrusted    Code = "SERVER_UNTRUSTED"     // [526] the origin's certificate has no trusted root
	ServerNameMismatch Code = "SERVER_NAME_MISMATCH" // [526] … is for other names
	ServerCertExpired  Code = "SERVER_CERT_EXPIRED"  // [526] … is expired, or not valid yet
	ServerCertInvalid  Code = "SERVER_CERT_INVALID"  // [526] … is wrong in another way

	// The origin refused this client: 525 during the handshake, 520 after it (TLS 1.3).
	CertRequired        Code = "CERT_REQUIRED"             // it wants a certificate, none was presented
	ClientCAUnknown     Code = "CLIENT_CA_UNKNOWN"         // it does not trust the issuer
	ChainIncomplete     Code = "CHAIN_INCOMPLETE"          // an intermediate was not presented
	ClientCertExpired   Code = "CLIENT_CERT_EXPIRED"       // the certificate, or one of its chain
	ClientCertTooEarly  Code = "CLIENT_CERT_NOT_YET_VALID" //
	ClientCertUsage     Code = "CLIENT_CERT_EKU"           // the certificate is not meant for clients
	ClientCertWeak      Code = "CLIENT_CERT_WEAK"          // its key or signature is too weak
	ClientCertRevoked   Code = "CLIENT_CERT_REVOKED"       //
	ClientCertSignature Code = "SIGALG"                    // no signature algorithm in common
	ClientCertRejected  Code = "CLIENT_CERT_REJECTED"      // without a reason that can be seen from here
	KeyMismatch         Code = "KEY_MISMATCH"              // the private key is not the certificate's
	CertAskedLate       Code = "CERT_ASKED_LATE"           // it asked only after the request
	ResetAfterHandshake Code = "RESET_AFTER_HANDSHAKE"     // a reset came in the place of an alert

	ResponseTimeout   Code = "RESPONSE_TIMEOUT"   // [524] no response in time
	OriginClosed      Code = "ORIGIN_CLOSED"      // [520] hung up before the response
	BadResponse       Code = "BAD_RESPONSE"       // [520] what came back is not HTTP
	HTTP2Only         Code = "HTTP2_ONLY"         // [520] it speaks HTTP/2 alone
	HTTP1Required     Code = "HTTP1_REQUIRED"     // [520] it does not answer this over HTTP/2
	ResponseTruncated Code = "RESPONSE_TRUNCATED" // [520] hung up within the response body
	RequestFailed     Code = "REQUEST_FAILED"     // [520] anything else
	ClientClosed      Code = "CLIENT_CLOSED"      // [520] the Client was closed
	ProxiedZone       Code = "PROXIED_ZONE"       // [520] Cloudflare proxies it: no certificate can be used there

	// HTTPReject explains a response that reaches the Worker as it is: the origin took the handshake, and refuses the
	// certificate with an error page.
	HTTPReject Code = "ORIGIN_HTTP_REJECT"
)

// Error is why a call got no response, or, for HTTPReject and some CertAskedLate, why it got that one. It never
// contains key material.
type Error struct {
	Code     Code
	Status   int    // what a deployed Worker would see: 52x or 530, or the status of the response that is explained
	What     string // what happened, one sentence
	Why      string // what is known about the cause; may be empty
	Fix      string // what to do about it; may be empty
	Host     string // host:port of the origin
	Identity string // name of the identity that was used; empty without
	Method   string // of the request; empty if there was none
	Path     string // of the request, without the query
	Seen     Seen   // what the explanation rests on
	Err      error  // the cause as the network reported it
}

func (e *Error) Error() string {
	s := e.Host + ": " + e.What
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// CauseHeader carries the Code in a response made by Edge. A Client removes it from what
// origins answer, so its presence is proof.
const CauseHeader = "X-Devserver-Mtls"

// ExplanationType is the Content-Type of a response made by Edge.
const ExplanationType = "text/plain;charset=UTF-8"

// Edge is the response that a deployed Worker would get instead of the error, with the
// explanation as its body and the code in CauseHeader.
func Edge(err *Error) *http.Response {
	text := err.Explanation()
	return &http.Response{
		Status:     strconv.Itoa(err.Status) + " " + EdgeReason(err.Status),
		StatusCode: err.Status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Content-Type": {ExplanationType},
			CauseHeader:    {err.Code},
		},
		Body:          io.NopCloser(strings.NewReader(text)),
		ContentLength: int64(len(text)),
	}
}

// EdgeReason is the status text that goes with the status of an Error; "" for any other status.
func EdgeReason(status int) string { return edgeReasons[status] }

var edgeReasons = map[int]string{
	520: "Origin Error",
	521: "Origin Down",
	522: "Origin Connection Time-out",
	523: "Origin Unreachable",
	524: "A Timeout Occurred",
	525: "Origin SSL Handshake Error",
	526: "Origin SSL Certificate Error",
	530: "Origin DNS Error",
}

// Fact is a line of an explanation.
type Fact struct{ Label, Text string }

// Facts are what is known about the call and its connection, for a person; What, Why and Fix are not among them.
func (e *Error) Facts() []Fact {
	list := []Fact{{"certificate", e.Seen.certificate(e.Identity)}, {"asked for", e.Seen.askedFor()}, {"alert", e.alertText()}}
	kept := list[:0]
	for _, fact := range list {
		if fact.Text != "" {
			kept = append(kept, fact)
		}
	}
	return kept
}

// Explanation is the error in plain words for a person, several lines, ending in a newline.
func (e *Error) Explanation() string {
	var b strings.Builder
	line := func(label, text string) {
		if text != "" {
			b.WriteString(label + ": " + text + "\n")
		}
	}
	line(e.Code, e.What)
	if e.Method != "" {
		line("request", e.Method+" "+cmp.Or(e.Path, "/"))
	}
	line("origin", e.Host)
	for _, fact := range e.Facts() {
		line(fact.Label, fact.Text)
	}
	line("why", e.Why)
	line("fix", e.Fix)
	if e.Err != nil {
		line("cause", e.Err.Error())
	}
	return b.String()
}

// alertText is the alert by which the origin refused, and how far the call had come; "" if it sent none.
func (e *Error) alertText() string {
	number, name, ok := e.Alert()
	if !ok {
		return ""
	}
	return strings.TrimSuffix(strconv.Itoa(int(number))+" "+cmp.Or(name, "unknown")+", "+e.Seen.Stage, ", ")
}
