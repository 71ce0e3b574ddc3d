// Package inspect makes one call to an origin with a client certificate, the way an mTLS binding does, and tells all that
// can be seen of it from this side: which addresses were tried, what TLS agreed on, who the origin is and why that is
// believed, what it asked for, what was presented, how it answered, and what deployed code would get.
//
// The call is an origin.Client's own, so what is shown here is what a Worker's call goes through. Run makes the report;
// laying it out for people is left to others.
package inspect

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"devserver/origin"
)

// Options say what is inspected.
type Options struct {
	// URL of the request, a GET; https:// with a host.
	URL *url.URL
	// Identity is presented if the origin asks.
	Identity origin.Identity
	// ID and Source say more about the identity, for people: its ID in the store, and where it was found.
	ID, Source string
	// CertFile and KeyFile are where the identity stands, for other programs. Empty: in no file.
	CertFile, KeyFile string
	// Policies say how origins are reached. Nil: none is particular.
	Policies *origin.Policies
	// Trust are the roots that are trusted besides the system's, with those of the origin's policy.
	Trust []Trust
	// HTTP2 offers HTTP/2 to the origin. False: HTTP/1.1 only, without ALPN.
	HTTP2 bool
	// MaxVersion is the latest version of TLS that is offered. 0: TLS 1.3.
	MaxVersion uint16
	// SystemRoots is x509.SystemCertPool, unless something else is given.
	SystemRoots func() (*x509.CertPool, error)
	// Now is time.Now, unless something else is given. It does not change when certificates expire.
	Now func() time.Time
}

// mostBody bounds how much of a response is read.
const mostBody = 1 << 20

// run is one inspection.
type run struct {
	Options
	policy origin.Policy
	client *origin.Client
	watch  *watcher
	report *Report
}

// Run makes the call and reports on it. It takes as long as ctx lets it; that ctx has ended is a result like others.
func Run(ctx context.Context, o Options) *Report {
	if o.SystemRoots == nil {
		o.SystemRoots = x509.SystemCertPool
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &run{Options: o, watch: newWatcher(o.Now)}
	var roots []*x509.Certificate
	for _, t := range o.Trust {
		roots = append(roots, t.Roots...)
	}
	r.client = origin.New(origin.Options{
		Identity: &o.Identity, Policies: o.Policies, Roots: roots, HTTP2: o.HTTP2, Observe: r.watch.observe,
	})
	defer r.client.Close()

	host, port := strings.ToLower(strings.TrimSuffix(o.URL.Hostname(), ".")), o.URL.Port()
	if port == "" {
		port = "443"
	}
	r.policy = o.Policies.Lookup(host, port)
	chain := r.chain()
	r.report = &Report{
		URL: o.URL.String(), Host: host, Port: port, ConnectTo: r.policy.ConnectTo,
		Identity: Identity{Name: o.Identity.Name, ID: o.ID, Source: o.Source, Chain: describeAll(chain, o.Now())},
	}
	r.call(ctx)
	r.report.Commands = r.commandLines()
	return r.report
}

// chain parses the identity's certificates, leaf first.
func (r *run) chain() []*x509.Certificate {
	var chain []*x509.Certificate
	for _, der := range r.Identity.Certificate.Certificate {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			break
		}
		chain = append(chain, c)
	}
	return chain
}

// call makes the request and fills in the report.
func (r *run) call(ctx context.Context) {
	started := r.Now()
	response, err := r.fetch(ctx)
	ended := r.Now()
	r.watch.seal()
	r.report.Response = response
	r.timings(started, ended)

	failure := r.failure(ctx, err)
	r.connection()
	r.server(failure)
	r.asked()
	if failure != nil {
		if header, ok := errors.AsType[tls.RecordHeaderError](failure.Err); ok {
			r.report.Spoke = string(header.RecordHeader[:])
		}
		if number, name, ok := failure.Alert(); ok {
			r.report.Alert = &Alert{number, name, failure.Seen.Stage}
		}
	}
	if failure != nil && failure.Status == 526 {
		r.explore(ctx)
	}
	if response != nil && r.report.TLS != nil {
		r.resume(ctx)
	}
	r.report.Notices = r.watch.notices
	r.report.Result = r.result(failure)
	r.report.Production = r.production(failure)
}

// fetch makes the request and reads the response.
func (r *run) fetch(ctx context.Context) (*Response, error) {
	if err := r.client.Inspect(r.URL, r.watch.inspection(r.MaxVersion)); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, r.watch.trace()), http.MethodGet, r.URL.String(), nil)
	if err != nil {
		return nil, err
	}
	res, err := r.client.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	seen := &Response{
		Status: res.StatusCode, Text: res.Status, Proto: res.Proto,
		Type: res.Header.Get("Content-Type"), Server: res.Header.Get("Server"), Location: res.Header.Get("Location"),
	}
	seen.Bytes, err = io.Copy(io.Discard, io.LimitReader(res.Body, mostBody))
	seen.More = seen.Bytes == mostBody
	return seen, err
}

// failure is why there is no whole response; nil if there is one.
func (r *run) failure(ctx context.Context, err error) *origin.Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*origin.Error](err); ok {
		return e
	}
	e := &origin.Error{Code: origin.RequestFailed, Status: 520, What: "the request failed", Host: net.JoinHostPort(r.report.Host, r.report.Port), Err: err}
	if ctx.Err() == nil {
		return e
	}
	e.Err = fmt.Errorf("given up after %v", time.Duration(r.report.Timings.Total).Round(100*time.Millisecond))
	e.Fix = "look at what the origin is doing, or give it longer: --max-time SECONDS"
	switch {
	case r.watch.reached == "":
		e.Code, e.Status, e.What = origin.ConnectTimeout, 522, "no TCP connection came about in time"
	case r.watch.state == nil:
		e.Code, e.Status, e.What = origin.TLSTimeout, 525, "the TLS handshake did not end in time"
	case r.report.Response == nil:
		e.Code, e.Status, e.What = origin.ResponseTimeout, 524, "the origin did not answer in time"
	default:
		e.Code, e.Status, e.What = origin.ResponseTimeout, 524, "the response did not end in time"
	}
	return e
}

func (r *run) timings(started, ended time.Time) {
	w := r.watch
	r.report.DNS, r.report.TCP = w.dns, w.tries
	t := &r.report.Timings
	t.DNS, t.Total = Duration(w.dnsTook), Duration(ended.Sub(started))
	since := func(from, to time.Time) Duration {
		if from.IsZero() || to.IsZero() || to.Before(from) {
			return 0
		}
		return Duration(to.Sub(from))
	}
	t.TCP = since(w.tcpStart, w.tcpDone)
	if w.tlsDone.IsZero() && r.report.Response != nil {
		w.tlsDone = w.verifiedAt
	}
	t.TLS = since(w.tcpDone, w.tlsDone)
	if w.tlsDone.IsZero() {
		t.TLS = since(w.tcpDone, ended) // until it failed
	}
	t.FirstByte = since(w.tlsDone, w.firstByte)
}

// connection says what TLS agreed on, as far as it got.
func (r *run) connection() {
	if state := r.watch.tls(); state != nil {
		r.report.TLS = describeTLS(*state, r.sni())
	}
}

func describeTLS(state tls.ConnectionState, sni string) *TLS {
	t := &TLS{
		Version: versionName(state.Version), CipherSuite: tls.CipherSuiteName(state.CipherSuite),
		ALPN: state.NegotiatedProtocol, SNI: sni, Resumed: Unknown,
	}
	if state.CurveID != 0 {
		t.Curve = state.CurveID.String()
	}
	return t
}

// serverName is the name that the origin's certificate must be for.
func (r *run) serverName() string {
	if r.policy.ServerName != "" {
		return r.policy.ServerName
	}
	return r.report.Host
}

// sni is what is sent of it: an address is not.
func (r *run) sni() string {
	if name := r.serverName(); net.ParseIP(name) == nil {
		return name
	}
	return ""
}

// server says who the origin is, and whether that is believed.
func (r *run) server(failure *origin.Error) {
	if state := r.watch.tls(); state != nil {
		s := &Server{Chain: describeAll(state.PeerCertificates, r.Now()), Accepted: true}
		s.Public, s.PublicNo = public(state.PeerCertificates, r.serverName(), r.SystemRoots)
		if len(state.VerifiedChains) > 0 {
			verified := state.VerifiedChains[0]
			root := verified[len(verified)-1]
			s.Root, s.RootFrom = origin.DistinguishedName(root.RawSubject), "the system's roots"
			if t := whose(r.Trust, root); t != nil {
				s.RootFrom = t.From
			}
		}
		r.report.Server = s
		return
	}
	if failure == nil {
		return
	}
	if refused, ok := errors.AsType[*tls.CertificateVerificationError](failure.Err); ok {
		s := &Server{Chain: describeAll(refused.UnverifiedCertificates, r.Now()), Problem: failure.What}
		s.Public, s.PublicNo = public(refused.UnverifiedCertificates, r.serverName(), r.SystemRoots)
		r.report.Server = s
	}
}

// asked says whether the origin wanted a certificate, and whether ours fits.
func (r *run) asked() {
	switch {
	case r.watch.request != nil:
		r.report.Request = describeRequest(r.watch.request)
		r.report.Match = match(r.watch.request, &r.Identity.Certificate, r.chain())
	case r.watch.state != nil || r.report.Response != nil:
		r.report.Request = Request{Asked: No}
		r.report.Match = Match{Unknown, "nothing was presented"}
	default:
		r.report.Request = Request{Asked: Unknown}
		r.report.Match = Match{Unknown, "it did not come to that"}
	}
}

func describeRequest(request *tls.CertificateRequestInfo) Request {
	asked := Request{Asked: Yes, Authorities: origin.AuthorityNames(request.AcceptableCAs)}
	for _, scheme := range request.SignatureSchemes {
		asked.Schemes = append(asked.Schemes, schemeName(scheme))
	}
	return asked
}

// resume makes a second connection, which may take up the TLS session of the first.
func (r *run) resume(ctx context.Context) {
	r.client.CloseIdle()
	if state, err := r.client.Handshake(ctx, r.URL); err == nil {
		r.report.TLS.Resumed = answer(state.DidResume)
	}
}

// explore makes another connection to an origin whose certificate was not accepted, to see what it would have asked for.
// Everything is accepted on it, so nothing is presented or sent.
func (r *run) explore(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, exploreTimeout)
	defer cancel()
	dialer := tls.Dialer{Config: &tls.Config{
		InsecureSkipVerify: true, ServerName: r.serverName(), MinVersion: tls.VersionTLS12, MaxVersion: r.MaxVersion,
		VerifyConnection: func(state tls.ConnectionState) error {
			r.report.TLS = describeTLS(state, r.sni())
			r.report.TLS.Explored = true
			return nil
		},
		GetClientCertificate: func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			r.report.Request = describeRequest(request)
			r.report.Match = match(request, &r.Identity.Certificate, r.chain())
			return &tls.Certificate{}, nil
		},
	}}
	// It may well fail: an origin with TLS 1.2 that insists on a certificate does not go on without.
	connection, err := dialer.DialContext(ctx, "tcp", r.watch.reached)
	if err != nil {
		return
	}
	connection.Close()
	if r.report.Request.Asked == Unknown {
		r.report.Request.Asked = No
	}
}

// exploreTimeout bounds what is only an extra.
const exploreTimeout = 5 * time.Second
