package inspect

import (
	"slices"
	"strconv"

	"devserver/origin"
)

// production is what deployed code would get, as far as that shows from here. It trusts public roots only, and resolves
// the name itself.
func (r *run) production(failure *origin.Error) Production {
	server := r.report.Server
	elsewhere := r.policy.ConnectTo != ""
	switch {
	case r.proxied():
		return edge(520, "Cloudflare proxies the origin, and mTLS bindings are not for such zones")
	case server != nil && server.Public == No:
		p := edge(526, "the system's roots alone do not accept the origin's certificate")
		switch {
		case failure == nil:
			p.Why += "; if they did, " + r.report.Response.Text
		case failure.Status != 526:
			p.Why += "; if they did, " + edge(failure.Status, "").Text
		}
		return p
	case server != nil && server.Accepted && server.Public == Unknown:
		return Production{Text: "unknown", Why: "whether the origin's certificate is publicly trusted cannot be told here: " + server.PublicNo}
	case failure != nil && server == nil && elsewhere && r.watch.reached == "":
		return Production{Text: "unknown", Why: "connect_to leads elsewhere, and it is there that the call failed"}
	case failure != nil && failure.Code == origin.ResponseTimeout:
		return edge(failure.Status, "but only after 100 seconds")
	case failure != nil:
		return edge(failure.Status, "")
	case elsewhere:
		return Production{r.report.Response.Status, r.report.Response.Text, "if the origin that its name leads to is set up like this one"}
	}
	return Production{r.report.Response.Status, r.report.Response.Text, "as here"}
}

// proxied reports whether Cloudflare stands before the origin: the client made an error of it, or gave notice.
func (r *run) proxied() bool {
	return r.report.Result.Code == origin.ProxiedZone ||
		slices.ContainsFunc(r.report.Notices, func(n Notice) bool { return n.Code == origin.NoticeProxiedZone })
}

func edge(status int, why string) Production {
	return Production{status, strconv.Itoa(status) + " " + origin.EdgeReason(status), why}
}
