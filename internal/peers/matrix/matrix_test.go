//go:build peers

// Package matrix_test holds what origin says about failures against what third-party servers do: each situation, made
// with each server that can make it, over each version of TLS, without and with a body. What is expected is derived
// from how the server was configured, and the server's own journal must say the same.
package matrix_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/origin"
)

const (
	deadline = 5 * time.Second // of one call
	bodySize = 1 << 20
	filler   = "~" // what bodies consist of: no server writes it
)

// methods are the calls that are made in each situation: without a body, and with one that is streamed.
var methods = []string{http.MethodGet, http.MethodPost}

// offers are the ways to speak HTTP: by version 1.1 alone, as Workers do, and with version 2 offered.
var offers = []struct {
	name  string
	http2 bool
}{{"HTTP/1.1", false}, {"HTTP/2", true}}

// unrelated are notices that all these origins cause, by their certificates.
var unrelated = []string{origin.NoticeLocalTrust}

// vague are the codes that name no cause.
var vague = []string{origin.TLSFailed, origin.RequestFailed}

// outcome is what became of a call.
type outcome struct {
	status      int
	major       int    // of the version of HTTP that the response came by
	code        string // of the last event; it is the error's, if there is one
	explanation string
	body        string
}

// call makes a call to a server and describes how it ended.
func call(t testing.TB, a *authorities, s *server, c client, method string) outcome {
	t.Helper()
	var mu sync.Mutex
	var events []origin.Event
	name := cmp.Or(c.name, host)
	u := &url.URL{Scheme: "https", Host: name, Opaque: "/"}
	if name == byAddress {
		u.Host = s.addr
	}
	if c.plain {
		u.Scheme = "http"
	}
	policies, err := origin.NewPolicies(origin.Policy{Host: u.Host, ConnectTo: s.addr})
	if err != nil {
		t.Fatal(err)
	}
	o := origin.New(origin.Options{
		Identity: a.identity(c.credential), Policies: policies, Roots: []*x509.Certificate{a.servers.Cert}, HTTP2: c.http2,
		Observe: func(e origin.Event) {
			mu.Lock()
			defer mu.Unlock()
			if !slices.Contains(unrelated, e.Code) {
				events = append(events, e)
			}
		},
	})
	defer o.Close()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	req := (&http.Request{Method: method, URL: u, Header: http.Header{}}).WithContext(ctx)
	if method == http.MethodPost {
		req.Body = io.NopCloser(io.LimitReader(tildes{}, bodySize))
		req.ContentLength = -1
	}
	var out outcome
	res, err := o.RoundTrip(req)
	if err == nil {
		out.status, out.major = res.StatusCode, res.ProtoMajor
		if res.StatusCode == http.StatusOK { // the others' is cut off if the server hangs up with the request unread
			var text []byte
			text, err = io.ReadAll(res.Body)
			out.body = string(text)
		}
		res.Body.Close()
	}
	mu.Lock()
	defer mu.Unlock()
	for _, e := range events {
		if c.plain && e.Err != nil {
			continue // how the server takes it is its affair
		}
		out.code = e.Code
		out.explanation += e.Code + ": " + e.Text + "\n"
		if e.Err != nil {
			out.explanation += e.Err.Explanation()
		}
	}
	if e, explained := errors.AsType[*origin.Error](err); explained {
		out.status = e.Status
		if !c.plain && e.Code != out.code {
			out.code = "error " + e.Code + ", event " + out.code
		}
	} else if err != nil {
		out.status, out.code, out.explanation = 0, "?", err.Error()
	}
	return out
}

// tildes is an endless body.
type tildes struct{}

func (tildes) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte(filler), len(p)))
	return len(p), nil
}

// judge compares an outcome with what is expected; empty if it is right.
func (o outcome) judge(want expectation, method string) string {
	switch {
	case slices.Contains(vague, o.code) || o.code == "?":
		return fmt.Sprintf("unknown: %d %s", o.status, o.code)
	case o.code != want.code:
		return fmt.Sprintf("got %d %s", o.status, orDash(o.code))
	case o.status != want.status:
		return fmt.Sprintf("got status %d", o.status)
	}
	for _, part := range want.says {
		if !strings.Contains(o.explanation, part) {
			return fmt.Sprintf("does not say %q", part)
		}
	}
	if want.status == http.StatusOK {
		cn, sent := "", int64(0)
		if want.event == acceptedCert {
			cn = "worker"
		}
		if method == http.MethodPost {
			sent = bodySize
		}
		if o.body != seen(cn, sent) {
			return fmt.Sprintf("the server %.60s", o.body)
		}
	}
	return ""
}

// row is one line of the table.
type row struct {
	situation situation
	product   string
	version   uint16
	want      []expectation // for each offer
	verdicts  []string      // for each offer and method; empty: right
	journal   string
}

// TestMatrix makes every situation with every server. The table of what came out is logged, and written to the file that
// MATRIX_OUT names.
func TestMatrix(t *testing.T) {
	a := newAuthorities()
	var rows []row
	var gaps []string
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			if why := p.missing(); why != "" {
				gaps = append(gaps, fmt.Sprintf("%s: all, %s", p.name, why))
				t.Skip(why)
			}
			servers := map[setup]*server{}
			for _, sit := range situations {
				for _, version := range sit.tlsVersions() {
					s := sit.at(version)
					if why := p.lacks(s, sit.client); why != "" {
						gap := fmt.Sprintf("%s: %s: %s", p.name, sit.name, why)
						if p.lacks(sit.at(other(version)), sit.client) != why {
							gap += " (" + tlsName(version) + ")"
						}
						if !slices.Contains(gaps, gap) {
							gaps = append(gaps, gap)
						}
						continue
					}
					if servers[s] == nil {
						servers[s] = p.start(t, a, s)
					}
					r := row{situation: sit, product: p.name, version: version}
					mark := servers[s].journal.Mark()
					for _, offer := range offers {
						c := sit.client
						c.http2 = offer.http2
						want := s.expect(p, c)
						r.want = append(r.want, want)
						for _, method := range methods {
							out := call(t, a, servers[s], c, method)
							verdict := out.judge(want, method)
							if verdict == "" && out.status == http.StatusOK && (out.major == 2) != (c.http2 && p.http2) {
								verdict = fmt.Sprintf("came by HTTP/%d", out.major)
							}
							r.verdicts = append(r.verdicts, verdict)
							if verdict != "" {
								t.Errorf("%d %s, %s, %s %s: %s; want %d %s %q\n%s", sit.number, sit.name, tlsName(version), method, offer.name,
									verdict, want.status, orDash(want.code), want.says, out.explanation)
							}
						}
					}
					if pattern := p.words[r.want[0].event]; pattern != nil {
						if r.journal, _ = servers[s].journal.Line(mark, pattern, 2*time.Second); r.journal == "" {
							t.Errorf("%d %s, %s: nothing in the server's journal matches %s:\n%s", sit.number, sit.name, tlsName(version),
								pattern, servers[s].journal.Since(mark))
						}
					}
					rows = append(rows, r)
				}
			}
		})
	}
	text := table(rows, gaps)
	t.Log("\n" + text)
	if name := os.Getenv("MATRIX_OUT"); name != "" {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// other is the other one of the two versions of TLS that are spoken.
func other(version uint16) uint16 {
	if version == tls.VersionTLS12 {
		return tls.VersionTLS13
	}
	return tls.VersionTLS12
}

func (s situation) tlsVersions() []uint16 {
	if s.versions != nil {
		return s.versions
	}
	return []uint16{tls.VersionTLS12, tls.VersionTLS13}
}

// at is the situation's setup with everything said.
func (s situation) at(version uint16) setup {
	full := s.setup
	full.version = version
	if full.cert == "" {
		full.cert = proper
	}
	if full.asks == "" {
		full.asks = never
	}
	if full.answer == "" {
		full.answer = echo
	}
	return full
}

func tlsName(version uint16) string {
	if version == 0 {
		return "no TLS"
	}
	return tls.VersionName(version)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
