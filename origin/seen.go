package origin

import (
	"crypto/x509"
	"fmt"
	"strings"
	"time"
)

// Seen is what was seen of TLS during a call.
type Seen struct {
	Asked     bool     // the origin asked for a certificate
	Accepts   []string // the authorities that it named then, decoded; empty: it named none
	Presented string   // the certificate that was presented: subject, issuer, how long it is valid, source; empty if none was
	Stage     string   // how far the call had come: "in the TLS handshake", …; empty without TLS
}

// seen sums up what is known. sent is how much of the request has been written, if that is known.
func (f *facts) seen(sent int64, now time.Time) Seen {
	s := Seen{Asked: f.asked(), Accepts: f.ask().issuers}
	if f.presented() {
		if chain := f.identity.chain(); len(chain) > 0 {
			s.Presented = subject(chain[0])
			if !selfIssued(chain[0]) {
				s.Presented += ", issued by " + issuer(chain[0])
			}
			s.Presented += ", " + validity(chain[0], now)
			if f.identity.Source != "" {
				s.Presented += " (" + f.identity.Source + ")"
			}
		}
	}
	switch {
	case f.serverName == "":
	case !f.handshaken:
		s.Stage = "in the TLS handshake"
	case sent > 0:
		s.Stage = fmt.Sprintf("after the TLS handshake and %s of the request", size(sent))
	default:
		s.Stage = "after the TLS handshake"
	}
	return s
}

// certificate says what was presented by the identity of this name.
func (s Seen) certificate(identity string) string {
	switch {
	case s.Presented != "":
		return strings.TrimPrefix(identity+", "+s.Presented, ", ")
	case identity == "" && s.Asked:
		return "none"
	case identity != "":
		return identity + " (not presented)"
	}
	return ""
}

// askedFor says what the origin wanted.
func (s Seen) askedFor() string {
	switch {
	case !s.Asked:
		return ""
	case len(s.Accepts) == 0:
		return "a certificate, of any authority"
	}
	return "a certificate of " + strings.Join(shorten(s.Accepts), "; ")
}

// shorten keeps a list of issuers readable; an origin may name hundreds.
func shorten(list []string) []string {
	if len(list) <= 5 {
		return list
	}
	return append(list[:5:5], fmt.Sprintf("and %d more", len(list)-5))
}

// validity says how long a certificate is still valid.
func validity(c *x509.Certificate, now time.Time) string {
	switch days := int(c.NotAfter.Sub(now).Hours() / 24); {
	case now.After(c.NotAfter):
		return "expired on " + day(c.NotAfter)
	case now.Before(c.NotBefore):
		return "not valid before " + day(c.NotBefore)
	case days == 0:
		return "valid until " + day(c.NotAfter) + ", less than a day"
	case days == 1:
		return "valid until " + day(c.NotAfter) + ", 1 more day"
	default:
		return fmt.Sprintf("valid until %s, %d more days", c.NotAfter.UTC().Format(time.DateOnly), days)
	}
}

func size(n int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.bytes {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.bytes), unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
