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
	if f.identity != nil && !f.asked {
		p.client.notice(NoticeNotRequested, f.host, "")
	}
	if f.presented() {
		if chain := f.identity.chain(); len(chain) > 0 && time.Until(chain[0].NotAfter) < soon {
			p.client.notice(NoticeExpires, f.host, subject(chain[0])+", "+timeLeft(chain[0], time.Now()))
		}
	}
	if err := p.onlyHere(f); err != nil {
		p.client.notice(NoticeLocalTrust, f.host, fmt.Sprintf(" (%v)", err))
	}
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
