package origin

import (
	"crypto/x509"
	"fmt"
	"net"
	"time"
)

// soon is how long before its end a certificate is worth a notice.
const soon = 30 * 24 * time.Hour

// judge gives the notices that the first handshake with an origin has reason for.
func (p *pool) judge(f *facts) {
	if p.client.observe == nil {
		return
	}
	if f.identity != nil && !f.asked() {
		p.client.notice(NoticeNotRequested, f.host, "")
	}
	if f.presented() {
		if chain, now := f.identity.chain(), time.Now(); len(chain) > 0 && (chain[0].NotAfter.Sub(now) < soon || now.Before(chain[0].NotBefore)) {
			p.client.expires(f.host, chain[0], now)
		}
	}
	if err := p.onlyHere(f); err != nil {
		p.client.notice(NoticeLocalTrust, f.host, fmt.Sprintf(" (%v)", err))
	}
}

// expires gives notice of the dates of the certificate.
func (c *Client) expires(host string, cert *x509.Certificate, now time.Time) {
	text, fix := "the client certificate, "+subject(cert)+", ", "renew it, and "+c.identity.renew()
	switch {
	case now.After(cert.NotAfter):
	case now.Before(cert.NotBefore):
		text, fix = text+"is ", "use one that is valid already, or check the clocks: this machine's says "+day(now)
	default:
		text += "is "
	}
	c.noticeOf(NoticeExpires, host, text+validity(cert, now), fix)
}

// onlyHere is why a deployed Worker would not trust the origin, whom we do trust; nil if it would, or if that cannot be
// told. An origin that is somewhere else locally says nothing about the real one.
func (p *pool) onlyHere(f *facts) error {
	if p.policy.ConnectTo != "" || len(f.peers) == 0 {
		return nil
	}
	if len(f.known) == 0 && p.policy.ServerName == "" && !p.policy.Insecure && !replacedRoots() {
		return nil // it has been verified in just this way
	}
	roots, ok := publicRoots()
	if !ok {
		return nil
	}
	host, _, err := net.SplitHostPort(f.host)
	if err != nil {
		return nil
	}
	options := x509.VerifyOptions{Roots: roots, DNSName: host, Intermediates: x509.NewCertPool()}
	for _, c := range f.peers[1:] {
		options.Intermediates.AddCert(c)
	}
	_, err = f.peers[0].Verify(options)
	return err
}
