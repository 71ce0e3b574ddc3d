//go:build peers

package matrix_test

import (
	"crypto/tls"
	"net/http"
)

// asking is when a server wants a client certificate.
type asking string

const (
	never    asking = "never"
	optional asking = "optional"
	required asking = "required"
	late     asking = "late" // only after it has read the request
)

// answer is what a server does with a request.
type answer string

const (
	echo         answer = "echo" // says whose certificate it saw and how much it was sent
	hangUp       answer = "hang up"
	halfBody     answer = "half a body"
	asCloudflare answer = "as Cloudflare"
)

// setup is how a server is configured, in words that each of them can be configured with. What is expected of the
// client follows from it, see expect.
type setup struct {
	version uint16 // the only TLS version that it speaks; 0: it does not speak TLS
	cert    certificate
	asks    asking
	answer  answer

	namesIntermediate bool // it names clients' intermediate among the issuers, without having it
	checksRevocation  bool
	oddCiphers        bool // it has cipher suites only that few have
	rsaOnly           bool // it accepts nothing but RSA signatures of clients
	onlyByName        bool // it refuses a client that does not ask for host by name
	hangsUpAtOnce     bool // it hangs up when it has seen the client's first message
	http2Only         bool // it speaks no HTTP but version 2
}

// event is what a server writes in its journal about a request.
type event int

const (
	nothing      event = iota // that a client came is not even mentioned
	acceptedCert              // answered; the certificate was seen
	acceptedNone              // answered; there was no certificate
	noCert
	untrustedCert
	expiredCert
	earlyCert
	unfitCert
	weakCert
	revokedCert
	badSignature
	hungUp // the client hung up, or sent an alert of its own
	noVersion
	noCipher
	noName
	noTLS     // it does not speak TLS, the client did
	plainText // it speaks TLS, the client did not
	lateCert  // could not ask any more
	closedEarly
	closedAtOnce
)

// expectation is what the client should say, and the server.
type expectation struct {
	status int      // of the response, or that the edge would give
	code   string   // of the error or notice; empty: neither
	says   []string // what must be in the explanation or notice
	event  event
}

// client is who asks, and how.
type client struct {
	credential credential
	name       string // in the URL; empty: host
	plain      bool   // the URL is an http:// one
	http2      bool   // it offers HTTP/2
}

// algorithm is what nobody has in common with the client.
func (c client) algorithm() string {
	if c.credential == p224 {
		return "P-224"
	}
	return "ECDSA"
}

// rsa reports whether the client signs with RSA.
func (c client) rsa() bool { return c.credential == goodRSA || c.credential == weak }

// refusals are the server's reasons to refuse a credential, with what the client should make of them.
var refusals = map[credential]struct {
	code  string
	event event
	says  []string
}{
	foreign:         {"CLIENT_CA_UNKNOWN", untrustedCert, []string{"Other Root"}},
	foreignChain:    {"CLIENT_CA_UNKNOWN", untrustedCert, []string{"Other Intermediate", "Other Root"}},
	bare:            {"CLIENT_CA_UNKNOWN", untrustedCert, []string{"Clients Intermediate", "intermediate"}}, // nobody can know
	bareWithAddress: {"CHAIN_INCOMPLETE", untrustedCert, []string{"Clients Intermediate"}},
	expired:         {"CLIENT_CERT_EXPIRED", expiredCert, []string{"expired on"}},
	early:           {"CLIENT_CERT_NOT_YET_VALID", earlyCert, []string{"not valid before", "clock"}},
	wrongUsage:      {"CLIENT_CERT_EKU", unfitCert, []string{"clientAuth"}},
	weak:            {"CLIENT_CERT_WEAK", weakCert, []string{"1024"}},
	revoked:         {"CLIENT_CERT_REVOKED", revokedCert, []string{"revoked"}},
	swapped:         {"KEY_MISMATCH", badSignature, []string{"key"}},
}

// distrusted is what the client should make of a server's certificate.
var distrusted = map[certificate]struct {
	code string
	says []string
}{
	selfSigned:    {"SERVER_UNTRUSTED", []string{"signed itself", "ca"}},
	unknownRoot:   {"SERVER_UNTRUSTED", []string{"Other Root", "ca"}},
	otherName:     {"SERVER_NAME_MISMATCH", []string{"elsewhere.test", host}},
	serverExpired: {"SERVER_CERT_EXPIRED", []string{"valid from"}},
	serverEarly:   {"SERVER_CERT_EXPIRED", []string{"valid from"}},
	serverBare:    {"SERVER_UNTRUSTED", []string{"Servers Intermediate", "intermediate"}},
	clientsOnly:   {"SERVER_CERT_INVALID", nil},
}

// expect derives from a server's configuration what happens to a client: from what the protocols say and what is known
// of the server, not from what the code under test makes of it.
func (s setup) expect(p product, c client) expectation {
	named := c.name == "" || c.name == host
	switch {
	case c.plain && s.version != 0:
		return p.plain
	case s.version == 0:
		return expectation{525, "NOT_TLS", []string{"http://"}, noTLS}
	case s.hangsUpAtOnce:
		return expectation{525, "TLS_CLOSED", nil, closedAtOnce}
	case s.version < tls.VersionTLS12:
		return expectation{525, "TLS_VERSION", []string{"1.2"}, noVersion}
	case s.oddCiphers:
		return expectation{525, "TLS_VERSION", []string{"cipher"}, noCipher}
	case s.onlyByName && !named && p.nameless != nil:
		return *p.nameless
	case s.onlyByName && !named:
		return expectation{525, "SNI_REFUSED", nil, noName}
	}
	if d, bad := distrusted[s.cert]; bad {
		return expectation{526, d.code, d.says, hungUp}
	}
	if s.asks == late {
		if c.http2 && p.http2 {
			return p.lateHTTP2
		}
		return p.late[s.version]
	}
	if s.asks != never && c.credential != none && (s.rsaOnly && !c.rsa() || c.credential == p224 && s.version == tls.VersionTLS13) {
		return expectation{525, "SIGALG", []string{c.algorithm()}, hungUp}
	}
	if refusal := s.refusal(p, c); refusal.code != "" {
		if p.refusesByHTTP && refusal.event != badSignature {
			return expectation{http.StatusBadRequest, "ORIGIN_HTTP_REJECT", p.knows(c, refusal), refusal.event}
		}
		return refusal
	}
	seen := acceptedCert
	if c.credential == none || s.asks == never {
		seen = acceptedNone
	}
	switch {
	case s.answer == hangUp:
		return expectation{520, "ORIGIN_CLOSED", nil, closedEarly}
	case s.http2Only && !(c.http2 && p.http2):
		return p.http2Only
	case s.answer == halfBody:
		return expectation{520, "RESPONSE_TRUNCATED", nil, seen}
	case s.answer == asCloudflare && c.credential != none:
		return expectation{520, "PROXIED_ZONE", []string{"cf-ray"}, seen}
	case s.asks == never && c.credential != none:
		return expectation{http.StatusOK, "MTLS_NOT_REQUESTED", nil, seen}
	}
	return expectation{http.StatusOK, "", nil, seen}
}

// knows is what the client can say of itself when the server does not tell why it refuses.
func (p product) knows(c client, refusal expectation) []string {
	switch c.credential {
	case revoked:
		return nil
	case none:
		return refusal.says
	}
	return append([]string{refusal.code}, refusal.says...)
}

// refusal is why the server does not want this client; without a code if it does.
func (s setup) refusal(p product, c client) expectation {
	status := 525 // in the handshake
	if s.version == tls.VersionTLS13 {
		status = 520 // after it
	}
	switch {
	case s.asks == never, s.asks == optional && c.credential == none:
		return expectation{}
	case c.credential == none:
		return expectation{status, "CERT_REQUIRED", []string{"binding"}, noCert}
	case c.credential == revoked && !s.checksRevocation:
		return expectation{}
	case s.namesIntermediate && c.credential == bare:
		return expectation{status, "CHAIN_INCOMPLETE", []string{"Clients Intermediate"}, untrustedCert}
	}
	r := refusals[c.credential]
	return expectation{status, r.code, r.says, r.event}
}
