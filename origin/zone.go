package origin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// ProxiedZones says what becomes of calls with an identity to what Cloudflare proxies: "requests made to a service that
// is a proxied zone" get 520, https://developers.cloudflare.com/workers/runtime-apis/bindings/mtls/
type ProxiedZones struct {
	// Hosts are known to be proxied, each with the hosts below it. Others are known by how they answer.
	Hosts []string
	// Warn lets calls through, with a notice.
	Warn bool
}

// WithProxiedZones is a set of the same policies with other zones.
func (s *Policies) WithProxiedZones(zones ProxiedZones) *Policies {
	set := &Policies{zones: ProxiedZones{Warn: zones.Warn}}
	if s != nil {
		set.byHost = s.byHost
	}
	for _, host := range zones.Hosts {
		set.zones.Hosts = append(set.zones.Hosts, normalHost(host))
	}
	return set
}

// zone is what is known about proxied zones.
func (s *Policies) zone() ProxiedZones {
	if s == nil {
		return ProxiedZones{}
	}
	return s.zones
}

// cover reports whether host, as normalHost makes it, is in one of the zones.
func (z ProxiedZones) cover(host string) bool {
	return slices.ContainsFunc(z.Hosts, func(zone string) bool { return host == zone || strings.HasSuffix(host, "."+zone) })
}

// byCloudflare reports whether a response comes through Cloudflare.
func byCloudflare(res *http.Response) bool {
	return strings.EqualFold(res.Header.Get("Server"), "cloudflare") && res.Header.Get("Cf-Ray") != ""
}

// errProxied is the cause of a ProxiedZone. reached says that the origin has answered.
type errProxied struct{ reached bool }

func (e *errProxied) Error() string {
	if e.reached {
		return `the response has the headers "server: cloudflare" and "cf-ray"`
	}
	return "the host is listed under proxied_zones"
}

// explainZone: the call was stopped here, as the edge would have stopped it.
func explainZone(e *Error, proxied *errProxied) {
	e.Code, e.Status = ProxiedZone, 520
	e.What = fmt.Sprintf("%s is proxied by Cloudflare, and a Worker cannot use a client certificate there", e.Host)
	e.Why = "deployed code gets 520 for it, as is documented"
	if proxied.reached {
		e.Why += "; the request HAS reached the origin here, and its answer was thrown away"
	} else {
		e.Why += "; nothing was sent"
	}
	e.Fix = "have the origin answer under a host that is not proxied (DNS only); --proxied-zones=warn lets such calls through here, and only here"
}
