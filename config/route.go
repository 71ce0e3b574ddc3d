package config

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
)

// host decides on the host in request.url: that of a flag, or else of "dev",
// or else of the first route, as in production.
func (l *loader) host(file wranglerFile) {
	d := &l.config.Dev
	for _, f := range []struct{ flag, value string }{{"--host", l.options.Host}, {"--local-upstream", l.options.LocalUpstream}} {
		if fault := hostFault(f.value); f.value != "" && fault != "" {
			l.report(Diagnostic{Severity: Error, Code: CodeValue, Path: f.flag, Message: fmt.Sprintf("%q %s", f.value, fault), Fix: "for example example.com"})
			return
		}
	}
	node := file.get("dev", topOnly).Get("host")
	own, _ := node.AsString()
	if fault := hostFault(own); own != "" && fault != "" {
		l.report(node.Diagnostic(Warning, CodeValue, fault+": it has no effect", `for example host = "example.com"`))
		own = ""
	}
	if d.Host = cmp.Or(l.options.Host, l.options.LocalUpstream, own); d.Host != "" || l.options.KeepHost {
		return
	}
	first, zone, at := l.firstRoute(file)
	if first == "" {
		return
	}
	if d.Host = cmp.Or(routeHost(first), routeHost(zone)); d.Host == "" {
		d := Diagnostic{Severity: Warning, Code: CodeValue, Path: "--route", Message: fmt.Sprintf("%q names no host, so request.url has the local one", first), Fix: "say which it should have: --host example.com"}
		if at != nil {
			d.Pos, d.Path = at.Pos(), at.Path()
		}
		l.report(d)
		return
	}
	d.Route = first
}

// firstRoute is the pattern of the first route, and its zone; "" if there is none.
func (l *loader) firstRoute(file wranglerFile) (pattern, zone string, at *Node) {
	if len(l.options.Routes) > 0 {
		return l.options.Routes[0], "", nil
	}
	at = file.get("route", inherited)
	if text, ok := at.AsString(); at == nil || ok && text == "" {
		at = nil
		if routes := file.get("routes", inherited); routes.Kind() == Array && !routes.Empty() {
			at = routes.Items()[0]
		}
	}
	pattern, ok := at.AsString()
	if !ok {
		pattern, _ = at.Get("pattern").AsString()
		zone, _ = at.Get("zone_name").AsString()
	}
	return pattern, zone, at
}

// routeHost is the host that the pattern of a route means, without its
// wildcards; "" if it is for every host.
func routeHost(pattern string) string {
	for _, every := range []string{"*/", "http://*/", "https://*/"} {
		if strings.HasPrefix(pattern, every) {
			return ""
		}
	}
	pattern = strings.NewReplacer("*.", "", "*", "").Replace(pattern)
	if !strings.HasPrefix(pattern, "http://") && !strings.HasPrefix(pattern, "https://") {
		pattern = "http://" + pattern
	}
	u, err := url.Parse(pattern)
	if err != nil || hostFault(u.Host) != "" {
		return ""
	}
	return strings.ToLower(u.Host)
}
