package origin

// An Event is something worth a line in the terminal: a call that failed, or a notice that
// is given once per origin. It holds no key material.
type Event struct {
	Code     string // Err.Code, or one of the Notice codes
	Host     string // host:port of the origin
	Identity string // the identity's name; empty for a plain client
	Text     string // one sentence
	Err      *Error // nil for a notice
}

// Codes of notices.
const (
	// NoticeNotRequested: the origin made TLS without asking for the certificate.
	NoticeNotRequested = "MTLS_NOT_REQUESTED"
	// NoticePlainHTTP: an http:// URL was fetched with an identity, which needs TLS.
	NoticePlainHTTP = "MTLS_PLAIN_HTTP"
	// NoticeProxyIgnored: a proxy is configured, but identities are never shown to one.
	NoticeProxyIgnored = "MTLS_PROXY_IGNORED"
)

var noticeText = map[string]string{
	NoticeNotRequested: "the origin did not ask for a certificate, so it has not authenticated this request by one",
	NoticePlainHTTP:    "an http:// URL has no TLS, so no certificate was presented; use https://",
	NoticeProxyIgnored: "a proxy is set in the environment; requests with a client certificate go to the origin directly",
}

// mostNotices bounds what is remembered, for a Worker that visits very many origins.
const mostNotices = 1000

// notice reports code for host unless that has been done before.
func (c *Client) notice(code, host string) {
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
	c.observe(Event{Code: code, Host: host, Identity: c.identityName(), Text: noticeText[code]})
}

// failed reports a call's error.
func (c *Client) failed(err *Error) {
	if c.observe != nil {
		c.observe(Event{Code: err.Code, Host: err.Host, Identity: err.Identity, Text: err.What, Err: err})
	}
}
