package server

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// serveLocal answers for devserver's own endpoints. They can see and do more than the Worker, so only pages and programs
// on this machine may use them: a page elsewhere whose name was made to resolve to this machine names itself in Host,
// one that asks across origins in Origin, and of one that makes the browser ask without an Origin, by an image or a link,
// Sec-Fetch-Site tells.
func (s *Session) serveLocal(w http.ResponseWriter, r *http.Request, e *endpoint) {
	switch {
	case !s.localHost(r.Host):
		http.Error(w, "Invalid Host header", http.StatusForbidden)
	case !s.localOrigin(r.Header["Origin"]):
		http.Error(w, "Invalid Origin header", http.StatusForbidden)
	case slices.Contains(r.Header["Sec-Fetch-Site"], "cross-site"):
		http.Error(w, "Invalid Sec-Fetch-Site header: a page elsewhere asks for this", http.StatusForbidden)
	default:
		s.serveEndpoint(w, r, e)
	}
}

// localHost reports whether a Host header names this machine, or a host that the configuration names.
func (s *Session) localHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	p := s.primary()
	p.mu.RLock()
	defer p.mu.RUnlock()
	// A route's host does not count: whoever serves pages there need not be at this machine.
	return host != "" && p.current != nil && p.current.config.Dev.Route == "" && host == strings.ToLower(p.current.config.Dev.Host)
}

// localOrigin reports whether a request comes from a page on this machine, or from no page at all.
func (s *Session) localOrigin(origins []string) bool {
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	return len(origins) == 1 && err == nil && (u.Scheme == "http" || u.Scheme == "https") && s.localHost(u.Host)
}
