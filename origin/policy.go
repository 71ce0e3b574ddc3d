package origin

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Policy says how one origin is reached. The zero Policy reaches every origin the ordinary
// way: resolve its name, trust the system's roots, verify its own name.
type Policy struct {
	// Host is the origin this policy is about: "host" for every port, or "host:port".
	Host string
	// ConnectTo is the "address:port" dialled instead of the origin's own. The URL, the
	// Host header and the verified name stay the origin's. Never through a proxy.
	ConnectTo string
	// ServerName is sent as SNI and verified in the origin's certificate, instead of its host.
	ServerName string
	// Roots are trusted for this origin, besides the system's and the client's.
	Roots []*x509.Certificate
	// ResponseTimeout is how long the origin may take from the end of the request to the header of its response. 0: as
	// long as the client says; negative: as long as it likes.
	ResponseTimeout time.Duration
	// Insecure accepts any certificate of the origin's. Each call to it gives notice.
	Insecure bool
}

// equal compares what matters on the network.
func (p *Policy) equal(q *Policy) bool {
	return p.Host == q.Host && p.ConnectTo == q.ConnectTo && p.ServerName == q.ServerName && p.ResponseTimeout == q.ResponseTimeout && p.Insecure == q.Insecure &&
		slices.EqualFunc(p.Roots, q.Roots, (*x509.Certificate).Equal)
}

// Policies is an immutable set of them. The nil set is empty.
type Policies struct {
	byHost map[string]*Policy
	zones  ProxiedZones
}

// anyOrigin is the policy for origins that no policy names.
var anyOrigin = &Policy{}

// NewPolicies checks and indexes policies. Hosts are compared without case, a trailing dot
// or IPv6 brackets; naming one twice is an error.
func NewPolicies(policies ...Policy) (*Policies, error) {
	set := &Policies{byHost: make(map[string]*Policy, len(policies))}
	for _, p := range policies {
		key, err := policyKey(p.Host)
		if err != nil {
			return nil, err
		}
		if set.byHost[key] != nil {
			return nil, fmt.Errorf("origin %q is given twice", p.Host)
		}
		if p.ConnectTo != "" {
			_, port, err := net.SplitHostPort(p.ConnectTo)
			if err != nil || port == "" {
				return nil, fmt.Errorf("origin %q: connect_to %q is not address:port", p.Host, p.ConnectTo)
			}
		}
		p.Host = key
		p.Roots = slices.Clone(p.Roots)
		set.byHost[key] = &p
	}
	return set, nil
}

// Lookup finds the policy for host and port: the one for "host:port", else the one for
// "host", else the zero Policy.
func (s *Policies) Lookup(host, port string) Policy { return *s.lookup(normalHost(host), port) }

// lookup wants host as normalHost makes it.
func (s *Policies) lookup(host, port string) *Policy {
	if s == nil || len(s.byHost) == 0 {
		return anyOrigin
	}
	return cmp.Or(s.byHost[net.JoinHostPort(host, port)], s.byHost[host], anyOrigin)
}

// policyKey brings "Host", "host:port", "::1" and "[::1]:443" into the form lookup uses.
func policyKey(s string) (string, error) {
	if host, port, err := net.SplitHostPort(s); err == nil && host != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return "", fmt.Errorf("origin %q: %q is not a port", s, port)
		}
		return net.JoinHostPort(normalHost(host), port), nil
	}
	host := normalHost(s)
	if _, err := netip.ParseAddr(host); err == nil {
		return host, nil
	}
	if host == "" || strings.ContainsAny(host, ":/ ") {
		return "", fmt.Errorf("origin %q is neither a host nor host:port", s)
	}
	return host, nil
}

// normalHost is a host as it is compared: lower case, no trailing dot, no brackets.
func normalHost(host string) string {
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
