package main

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"devserver/origin"
	"devserver/origin/inspect"
)

// inspectionScreen lays out a report for a person.
func inspectionScreen(r *inspect.Report, st style, width int) string {
	v := &inspectionView{sheet: sheet{style: st, width: width}, r: r}
	v.paragraph(st.bold+"→"+st.reset, st.bold, "GET "+r.URL+" with "+r.Identity.Name)
	v.gap()
	v.resolved()
	v.connected()
	v.secured()
	v.server()
	v.asked()
	v.identity()
	v.answered()
	v.gap()
	v.verdict()
	v.commands()
	return v.text.String()
}

// inspectionView is a report being laid out.
type inspectionView struct {
	sheet
	r *inspect.Report
}

func (v *inspectionView) mark(good bool) string {
	if good {
		return v.style.ok()
	}
	return v.style.fail()
}

func (v *inspectionView) resolved() {
	dns := v.r.DNS
	if v.r.ConnectTo != "" {
		v.fact(v.style.info(), "Route", v.r.ConnectTo+", instead of "+net.JoinHostPort(v.r.Host, v.r.Port), "")
	}
	if dns == nil {
		return
	}
	text := dns.Name + ": " + strings.Join(dns.Addresses, ", ")
	if dns.Error != "" {
		text = dns.Name + ": " + dns.Error
	}
	v.fact(v.mark(dns.Error == ""), "DNS", text, took(v.r.Timings.DNS))
}

func (v *inspectionView) connected() {
	made := slices.IndexFunc(v.r.TCP, func(t inspect.Attempt) bool { return t.Error == "" })
	for i, try := range v.r.TCP {
		switch {
		case try.Error == "":
			v.fact(v.style.ok(), "TCP", try.Address, took(try.Took))
		case made >= 0 && i > made:
			v.detail("", try.Address+" was given up: another address was faster")
		default:
			mark := v.style.fail()
			if made >= 0 {
				mark = v.style.warn()
			}
			v.fact(mark, "TCP", try.Address+": "+try.Error, took(try.Took))
		}
	}
}

func (v *inspectionView) secured() {
	t := v.r.TLS
	if t == nil {
		if slices.ContainsFunc(v.r.TCP, func(t inspect.Attempt) bool { return t.Error == "" }) && v.r.Server == nil {
			text := v.r.Result.Error
			if v.r.Spoke != "" {
				text = fmt.Sprintf("the answer is not TLS: it begins with %q", v.r.Spoke)
			}
			v.fact(v.style.fail(), "TLS", text, took(v.r.Timings.TLS))
		}
		return
	}
	text := t.Version + ", " + t.CipherSuite
	if t.Curve != "" {
		text += ", " + t.Curve
	}
	aside := took(v.r.Timings.TLS)
	if t.Explored {
		aside = ""
	}
	v.fact(v.style.ok(), "TLS", text, aside)
	more := []string{"SNI " + t.SNI, "no ALPN, so HTTP/1.1"}
	if t.SNI == "" {
		more[0] = "no SNI, because the host is an address"
	}
	if t.ALPN != "" {
		more[1] = "ALPN " + t.ALPN
	}
	switch t.Resumed {
	case inspect.Yes:
		more = append(more, "session resumed")
	case inspect.No:
		more = append(more, "session not resumed")
	}
	v.detail("", joined(more...))
	if t.Explored {
		v.detail("", "seen on another connection, on which nothing was presented")
	}
}

func (v *inspectionView) server() {
	s := v.r.Server
	if s == nil || len(s.Chain) == 0 {
		return
	}
	leaf := s.Chain[0]
	v.fact(v.mark(s.Accepted), "Server", leaf.Subject, "")
	v.detail("issuer", leaf.Issuer)
	names := strings.Join(leaf.Names[:min(len(leaf.Names), 10)], ", ")
	if more := len(leaf.Names) - 10; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	v.detail("names", names)
	v.detail("valid", joined(validity(leaf), leaf.Key))
	v.list("sent with", subjectsOf(s.Chain[1:]))
	switch {
	case !s.Accepted:
		v.fact(v.style.fail(), "Trust", s.Problem, "")
	case s.Root == "":
		v.fact(v.style.warn(), "Trust", "not verified: insecure = true in devserver.toml", "")
	default:
		v.fact(v.style.ok(), "Trust", s.Root+", from "+s.RootFrom, "")
	}
	if s.Accepted {
		switch s.Public {
		case inspect.No:
			v.fact(v.style.warn(), "", "the system's roots alone do not accept it", "")
		case inspect.Unknown:
			v.detail("", "whether it is publicly trusted cannot be told: "+s.PublicNo)
		}
	}
}

func (v *inspectionView) asked() {
	request := v.r.Request
	switch request.Asked {
	case inspect.No:
		v.fact(v.style.warn(), "Asked", "the origin did not ask for a certificate", "")
		return
	case inspect.Unknown:
		return
	}
	switch len(request.Authorities) {
	case 0:
		v.fact(v.style.ok(), "Asked", "for a certificate, and names no authorities", "")
	case 1:
		v.fact(v.style.ok(), "Asked", "for a certificate of "+request.Authorities[0], "")
	default:
		v.fact(v.style.ok(), "Asked", fmt.Sprintf("for a certificate of one of %d authorities", len(request.Authorities)), "")
		v.list("", request.Authorities)
	}
	v.detail("schemes", strings.Join(request.Schemes, ", "))
}

func (v *inspectionView) identity() {
	id := v.r.Identity
	if len(id.Chain) == 0 {
		return
	}
	leaf := id.Chain[0]
	mark := v.style.ok()
	switch {
	case leaf.DaysLeft < 0 || time.Now().Before(leaf.NotBefore):
		mark = v.style.fail()
	case leaf.DaysLeft < 30 || !forClients(leaf):
		mark = v.style.warn()
	}
	presented := "Presented"
	if v.r.Request.Asked != inspect.Yes || v.r.Server == nil || !v.r.Server.Accepted {
		mark, presented = v.style.info(), "Identity" // it did not come to that
	}
	v.fact(mark, presented, leaf.Subject, "")
	if v.r.TLS == nil {
		v.detail("", "was not presented")
		return
	}
	v.detail("issuer", leaf.Issuer)
	usage := "for every use"
	if len(leaf.Usages) > 0 {
		usage = "for " + strings.Join(leaf.Usages, " and ")
	}
	chain := ""
	if len(id.Chain) == 1 {
		chain = "no chain"
	}
	v.detail("valid", joined(validity(leaf), leaf.Key, usage, chain))
	v.list("sent with", subjectsOf(id.Chain[1:]))
	v.detail("from", joined(id.Source, prefixed("ID ", id.ID)))
	v.detail("SHA-256", leaf.SHA256)
	if v.r.Request.Asked == inspect.Yes {
		v.fact(v.mark(v.r.Match.Fits != inspect.No), "Match", v.r.Match.Reason, "")
	}
}

func forClients(c inspect.Certificate) bool {
	return len(c.Usages) == 0 || slices.Contains(c.Usages, "clientAuth") || slices.Contains(c.Usages, "any")
}

func (v *inspectionView) answered() {
	if a := v.r.Alert; a != nil {
		v.fact(v.style.fail(), "Alert", fmt.Sprintf("%d %s, %s", a.Number, a.Name, a.Stage), "")
	}
	a := v.r.Response
	if a == nil {
		return
	}
	mark := v.style.ok()
	if a.Status >= 400 {
		mark = v.style.fail()
	}
	size := counted(int(a.Bytes), "byte", "%d bytes")
	if a.More {
		size += " and more"
	}
	v.fact(mark, "Answer", a.Text+", "+size, took(v.r.Timings.FirstByte))
	v.detail("", joined(a.Type, prefixed("server: ", a.Server)))
	if a.Location != "" {
		v.detail("leads to", a.Location+" (not followed; a Worker's fetch would, and present the certificate there too)")
	}
}

func (v *inspectionView) verdict() {
	r := v.r.Result
	switch {
	case r.Exit == 0:
		v.paragraph(v.style.ok(), v.style.bold, r.What)
	case r.Code == inspect.CodeNotRequested:
		v.paragraph(v.style.warn(), v.style.bold, r.What+" ("+r.Code+")")
	default:
		v.paragraph(v.style.fail(), v.style.bold, r.What+" ("+r.Code+")")
	}
	if r.Why != "" {
		v.paragraph("", "", r.Why)
	}
	if r.Error != "" && v.r.TLS != nil {
		v.paragraph("", v.style.dim, r.Error)
	}
	if r.Fix != "" {
		v.paragraph("", v.style.cyan, "fix: "+r.Fix)
	}
	p := v.r.Production
	text := p.Text
	if p.Why != "" {
		text += ": " + p.Why
	}
	mark := v.style.info()
	if p.Status >= 520 && r.Exit == 0 {
		mark = v.style.warn()
	}
	v.paragraph(mark, "", "in production: "+text)
	for _, n := range v.r.Notices {
		if !slices.Contains(shownElsewhere, n.Code) {
			v.paragraph(v.style.warn(), "", n.Text)
		}
	}
}

// shownElsewhere are notices that say what other lines of the screen say better.
var shownElsewhere = []string{origin.NoticeNotRequested, origin.NoticeExpires, origin.NoticeLocalTrust, origin.NoticeProxiedZone, origin.CallAnswered}

func (v *inspectionView) commands() {
	c := v.r.Commands
	if c.None != "" {
		return
	}
	v.gap()
	v.command(c.Curl)
	v.gap()
	v.command(c.OpenSSL)
}

func validity(c inspect.Certificate) string {
	until := c.NotAfter.Format(time.DateOnly)
	switch now := time.Now(); {
	case now.Before(c.NotBefore):
		return "not before " + c.NotBefore.Format(time.DateTime) + " UTC"
	case now.After(c.NotAfter):
		return "until " + c.NotAfter.Format(time.DateTime) + " UTC: it has expired"
	}
	return "until " + until + ", for " + counted(c.DaysLeft, "more day", "%d more days")
}

func subjectsOf(chain []inspect.Certificate) []string {
	var list []string
	for _, c := range chain {
		list = append(list, c.Subject+", issued by "+c.Issuer)
	}
	return list
}

// joined puts short facts on a line; empty ones are left out.
func joined(facts ...string) string {
	return strings.Join(slices.DeleteFunc(facts, func(fact string) bool { return fact == "" }), " · ")
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// counted is a number of things; many has a %d for it.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strings.Replace(many, "%d", strconv.Itoa(n), 1)
}

// took is a duration in milliseconds, "" for none.
func took(d inspect.Duration) string {
	if d == 0 {
		return ""
	}
	ms := float64(time.Duration(d).Microseconds()) / 1000
	if ms < 10 {
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
}
