package server

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// movedOrigin says that the Worker sees another origin than the client: the one of a route, or of --host. URLs in
// headers change with it, as they do in wrangler, so that redirects and the comparison of Origin with request.url work.
// Nil is for an origin that stays.
type movedOrigin struct {
	client, worker place
}

// place is an origin as it stands in headers: a scheme and a host with its port, unless that is the scheme's.
type place struct{ scheme, host string }

func newPlace(scheme, host string) place {
	host = strings.ToLower(host)
	if name, port, err := net.SplitHostPort(host); err == nil && (scheme == "http" && port == "80" || scheme == "https" && port == "443") {
		host = name
		if strings.Contains(name, ":") {
			host = "[" + name + "]"
		}
	}
	return place{scheme, host}
}

// hostname is the host without its port.
func (p place) hostname() string {
	u := url.URL{Host: p.host}
	return u.Hostname()
}

// move has the URLs in a request's headers name the origin that the Worker sees.
func move(r *http.Request, scheme, host string) *movedOrigin {
	here := "http"
	if r.TLS != nil {
		here = "https"
	}
	if host == "" {
		if scheme == here {
			return nil
		}
		host = r.Host
	}
	m := &movedOrigin{client: newPlace(here, r.Host), worker: newPlace(scheme, host)}
	if m.client.host == "" {
		return nil
	}
	rewriteURLs(r.Header, m.client, m.worker)
	return m
}

// back has the URLs in a response's headers name the origin that the client sees. It changes the map, not its slices.
func (m *movedOrigin) back(h http.Header) {
	if m == nil {
		return
	}
	rewriteURLs(h, m.worker, m.client)
	cookies := slices.Clone(h["Set-Cookie"])
	if len(cookies) > 0 {
		h["Set-Cookie"] = cookies
	}
	for i, cookie := range cookies {
		from := "Domain=" + m.worker.hostname()
		if at := strings.Index(cookie, from); at >= 0 {
			if rest := cookie[at+len(from):]; rest == "" || rest[0] == ';' || rest[0] == ',' {
				cookies[i] = cookie[:at] + "Domain=" + m.client.hostname() + rest
			}
		}
	}
}

// urlInHeader is a URL in the value of a header: its origin, and what follows.
var urlInHeader = regexp.MustCompile(`(?i)(https?)://([^/?#\s,;"']+)([^\s,;"']*)`)

// rewriteURLs puts one origin in the place of another, of whatever scheme, in all headers but Set-Cookie.
func rewriteURLs(h http.Header, from, to place) {
	for name, values := range h {
		if name == "Set-Cookie" {
			continue
		}
		for i, value := range values {
			if !strings.Contains(value, from.host) {
				continue
			}
			values = slices.Clone(values) // it may be that of a cached response
			h[name] = values
			values[i] = urlInHeader.ReplaceAllStringFunc(value, func(found string) string {
				parts := urlInHeader.FindStringSubmatch(found)
				if newPlace(strings.ToLower(parts[1]), parts[2]).host != from.host {
					return found
				}
				return to.scheme + "://" + to.host + parts[3]
			})
		}
	}
}
