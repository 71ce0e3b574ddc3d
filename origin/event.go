package origin

// An Event is something worth a line in the terminal: a call that failed or is explained, a notice, or, if
// Options.Calls asks for them, a call that was answered. It holds no key material.
type Event struct {
	Code     string // Err.Code, or one of the codes below
	Host     string // host:port of the origin
	Identity string // the identity's name; empty for a plain client
	Text     string // one sentence
	Fix      string // what to do about it, of a notice; may be empty
	Err      *Error // of a call that failed, or whose response is explained; nil for anything else
}

// Codes of notices. All but NoticeInsecure are given once per origin.
const (
	// NoticeNotRequested: the origin made TLS without asking for the certificate.
	NoticeNotRequested = "MTLS_NOT_REQUESTED"
	// NoticePlainHTTP: an http:// URL was fetched with an identity, which needs TLS.
	NoticePlainHTTP = "MTLS_PLAIN_HTTP"
	// NoticeProxyIgnored: a proxy is configured, but identities are never shown to one.
	NoticeProxyIgnored = "MTLS_PROXY_IGNORED"
	// NoticeCrossOrigin: the certificate was presented where a redirect led to.
	NoticeCrossOrigin = "MTLS_CROSS_ORIGIN_REDIRECT"
	// NoticeExpires: the certificate will soon expire, has expired, or is not valid yet.
	NoticeExpires = "MTLS_CERT_EXPIRES"
	// NoticeProxiedZone: Cloudflare proxies the origin, where a deployed Worker would get 520.
	NoticeProxiedZone = "MTLS_PROXIED_ZONE"
	// NoticeLocalTrust: the origin's certificate is trusted because of local settings only.
	NoticeLocalTrust = "LOCAL_TRUST"
	// NoticeInsecure: the origin's certificate is not verified. It is given on each call.
	NoticeInsecure = "ORIGIN_INSECURE"
	// NoticeRepeated: the kept connection had died before anything was written, and the request was sent on another.
	NoticeRepeated = "CALL_REPEATED"
)

// CallAnswered is the Code of the Event about a call that was answered.
const CallAnswered = "CALL_ANSWERED"

var noticeText = map[string]string{
	NoticeNotRequested: "the origin did not ask for a certificate in the TLS handshake, so it has not authenticated this request by one",
	NoticePlainHTTP:    "an http:// URL has no TLS, so no certificate was presented",
	NoticeProxyIgnored: "a proxy is set in the environment; requests with a client certificate go to the origin directly",
	NoticeCrossOrigin:  "a redirect led here from another origin, and the certificate was presented here too",
	NoticeProxiedZone:  "Cloudflare proxies this origin: a deployed Worker cannot use a client certificate there and gets 520",
	NoticeLocalTrust:   "the origin's certificate is trusted because of local settings only: a deployed Worker gets 526 from it",
	NoticeInsecure:     "the origin's certificate is NOT VERIFIED (insecure = true): whoever is in between can read and change this request",
}

// noticeFix says what to do about a notice, where something can be done.
var noticeFix = map[string]string{
	NoticeNotRequested: "if it should, have it ask: nginx: ssl_verify_client; Apache: SSLVerifyClient; HAProxy: verify; Node.js: requestCert",
	NoticePlainHTTP:    "use https://",
	NoticeProxyIgnored: "none is needed, unless the origin can be reached through the proxy only: then open another way to it, and name that with connect_to",
	NoticeCrossOrigin:  `if it should not be, follow redirects yourself: { redirect: "manual" }`,
	NoticeLocalTrust:   "before you deploy, give the origin a publicly trusted certificate",
	NoticeInsecure:     "have it verified: ca = FILE instead of insecure",
}

// mostNotices bounds what is remembered, for a Worker that visits very many origins.
const mostNotices = 1000

// notice reports code for host, with details, unless that has been done before.
func (c *Client) notice(code, host, detail string) {
	c.noticeOf(code, host, noticeText[code]+detail, noticeFix[code])
}

// noticeOf is notice in other words.
func (c *Client) noticeOf(code, host, text, fix string) {
	if c.observe == nil {
		return
	}
	key := code + " " + host
	c.mu.Lock()
	if c.noticed[key] || len(c.noticed) >= mostNotices {
		c.mu.Unlock()
		return
	}
	c.noticed[key] = true
	c.mu.Unlock()
	c.observe(Event{Code: code, Host: host, Identity: c.identityName(), Text: text, Fix: fix})
}

// say reports something other than a failure.
func (c *Client) say(code, host, text string) {
	if c.observe != nil {
		c.observe(Event{Code: code, Host: host, Identity: c.identityName(), Text: text, Fix: noticeFix[code]})
	}
}

// failed reports a call's error.
func (c *Client) failed(err *Error) {
	if c.observe != nil {
		c.observe(Event{Code: err.Code, Host: err.Host, Identity: err.Identity, Text: err.What, Err: err})
	}
}
