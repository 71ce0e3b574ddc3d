package origin_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/internal/testpki"
	"devserver/origin"
)

// events collects what a client reports.
type events struct {
	mu   sync.Mutex
	list []origin.Event
}

func (e *events) observe(event origin.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.list = append(e.list, event)
}

// codes are those of the events so far, LOCAL_TRUST left out: nearly every test trusts its own root.
func (e *events) codes() []string {
	var list []string
	for _, event := range e.all() {
		if event.Code != origin.NoticeLocalTrust {
			list = append(list, event.Code)
		}
	}
	return list
}

func (e *events) all() []origin.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.list)
}

func (e *events) want(t *testing.T, codes ...string) {
	t.Helper()
	if got := e.codes(); !slices.Equal(got, codes) {
		t.Errorf("events %v, want %v", got, codes)
	}
}

func TestNotices(t *testing.T) {
	ca := testpki.New("root")
	silent := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1")})
	asking := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequestClientCert})
	plainHTTP := httptest.NewServer(say("plain"))
	defer plainHTTP.Close()
	soon := testpki.Valid(time.Now().Add(-time.Hour), time.Now().Add(12*24*time.Hour+time.Minute))
	for _, c := range []struct {
		name   string
		client *testpki.Leaf
		url    string
		want   []string
		says   string
	}{
		{"never asked", ca.Client("worker"), silent.URL, []string{origin.NoticeNotRequested}, "did not ask"},
		{"asked", ca.Client("worker"), asking.URL, nil, ""},
		{"http", ca.Client("worker"), plainHTTP.URL, []string{origin.NoticePlainHTTP}, "has no TLS"},
		{"expires", ca.Client("worker", soon), asking.URL, []string{origin.NoticeExpires}, "the client certificate, CN=worker, is valid until 2"},
		{"not yet valid", ca.Client("worker", testpki.NotYetValid), asking.URL, []string{origin.NoticeExpires}, "is not valid before 2"},
		{"expires, not presented", ca.Client("worker", soon), silent.URL, []string{origin.NoticeNotRequested}, ""},
		{"expired and accepted", ca.Client("worker", testpki.Expired), asking.URL, []string{origin.NoticeExpires}, "expired on"},
		{"plain fetch", nil, silent.URL, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen events
			options := origin.Options{Roots: []*x509.Certificate{ca.Cert}, Observe: seen.observe}
			if c.client != nil {
				options.Identity = identity(c.client)
			}
			client := newClient(t, options)
			u, _ := url.Parse(c.url)
			for range 3 { // said once, on new connections and resumed sessions too
				res, err := fetch(t, client, "GET", u.Scheme, u.Host, "/", nil, nil, 0)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				client.CloseIdle()
			}
			seen.want(t, c.want...)
			if all := seen.all(); c.says != "" && !strings.Contains(all[0].Text, c.says) {
				t.Errorf("%q is not in %q", c.says, all[0].Text)
			}
			for _, e := range seen.all() {
				if e.Fix == "" {
					t.Errorf("%s has no fix", e.Code)
				}
			}
		})
	}
}

func TestCallAnswered(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}})
	var seen events
	client := newClient(t, origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, Observe: seen.observe, Calls: true})
	mustGet(t, client, server.Addr, "worker")
	mustGet(t, client, server.Addr, "worker")
	client.CloseIdle()
	mustGet(t, client, server.Addr, "worker")
	var texts []string
	for _, e := range seen.all() {
		if e.Code == origin.CallAnswered {
			texts = append(texts, e.Text)
		}
	}
	want := []string{"GET / 200, TLS 1.3, certificate presented", "GET / 200, TLS 1.3, certificate presented, kept connection",
		"GET / 200, TLS 1.3, certificate presented, resumed session"}
	if !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
}

// redirected fetches to as if it were where a redirect from led.
func redirected(t *testing.T, c *origin.Client, from, to string) {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	before, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	req := &http.Request{Method: "GET", URL: &url.URL{Scheme: u.Scheme, Host: u.Host, Opaque: "/"}, Header: http.Header{},
		Response: &http.Response{Request: &http.Request{URL: &url.URL{Scheme: before.Scheme, Host: before.Host, Opaque: "/"}}}}
	res, err := c.RoundTrip(req.WithContext(t.Context()))
	if err == nil {
		res.Body.Close()
	}
}

func TestCrossOriginRedirect(t *testing.T) {
	ca := testpki.New("root")
	asking := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}})
	refusing := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{testpki.New("other")}})
	silent := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1")})
	for _, c := range []struct {
		name, from, to string
		plain          bool
		want           []string
	}{
		{"presented to another origin", silent.URL, asking.URL, false, []string{origin.NoticeCrossOrigin}},
		{"from http", "http://" + asking.Addr, asking.URL, false, []string{origin.NoticeCrossOrigin}},
		{"presented and refused", silent.URL, refusing.URL, false, []string{origin.ClientCAUnknown, origin.NoticeCrossOrigin}},
		{"same origin", asking.URL, asking.URL, false, nil},
		{"not asked there", asking.URL, silent.URL, false, []string{origin.NoticeNotRequested}},
		{"plain fetch", asking.URL, silent.URL, true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var seen events
			options := origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, Observe: seen.observe}
			if c.plain {
				options.Identity = nil
			}
			redirected(t, newClient(t, options), c.from, c.to)
			seen.want(t, c.want...)
			if all := seen.all(); slices.Contains(c.want, origin.NoticeCrossOrigin) && !strings.Contains(all[len(all)-1].Text, "from "+c.from) {
				t.Errorf("%q does not say where from", all[len(all)-1].Text)
			}
		})
	}
}

func TestInsecure(t *testing.T) {
	ca := testpki.New("root")
	server := testpki.Serve(t, testpki.Origin{Cert: ca.ServerWith([]testpki.Option{testpki.Expired}, "other.example"), ClientCAs: []*testpki.CA{ca}})
	other := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1")})
	var seen events
	client := newClient(t, origin.Options{
		Identity: identity(ca.Client("worker")), Observe: seen.observe,
		Policies: policies(t, origin.Policy{Host: server.Addr, Insecure: true}),
	})
	mustGet(t, client, server.Addr, "worker")
	mustGet(t, client, server.Addr, "worker")
	seen.want(t, origin.NoticeInsecure, origin.NoticeInsecure)
	if all := seen.all(); !slices.ContainsFunc(all, func(e origin.Event) bool { return e.Code == origin.NoticeLocalTrust && strings.Contains(e.Text, "526") }) {
		t.Errorf("nobody says what production does: %+v", all)
	}
	mustFail(t, client, other.Addr, origin.ServerUntrusted)
	client.SetPolicies(policies(t, origin.Policy{Host: server.Addr}))
	if _, err := get(t, client, server.Addr); err == nil {
		t.Error("a connection that was not verified outlived insecure = true")
	}
}

func TestProxiedZones(t *testing.T) {
	ca := testpki.New("root")
	var arrived int
	header := http.Header{}
	server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("shop.example", "api.shop.example", "myshop.example"), ClientCAs: []*testpki.CA{ca}, ClientAuth: tls.RequestClientCert,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			arrived++
			for name, values := range header {
				w.Header()[name] = values
			}
			io.WriteString(w, "answer")
		})})
	cloudflare := http.Header{"Server": {"cloudflare"}, "Cf-Ray": {"8f2-FRA"}}
	for _, c := range []struct {
		name, host string
		header     http.Header
		zones      origin.ProxiedZones
		plain      bool
		arrives    int
		says       string // empty: answered
		want       []string
	}{
		{"answers as Cloudflare", "shop.example", cloudflare, origin.ProxiedZones{}, false, 1, "the request HAS reached the origin", []string{origin.ProxiedZone}},
		{"listed", "shop.example", nil, origin.ProxiedZones{Hosts: []string{"Shop.example"}}, false, 0, "nothing was sent", []string{origin.ProxiedZone}},
		{"below a listed one", "api.shop.example", nil, origin.ProxiedZones{Hosts: []string{"shop.example"}}, false, 0, "nothing was sent", []string{origin.ProxiedZone}},
		{"only looks like it", "myshop.example", nil, origin.ProxiedZones{Hosts: []string{"shop.example"}}, false, 1, "", nil},
		{"warned, answers", "shop.example", cloudflare, origin.ProxiedZones{Warn: true}, false, 1, "", []string{origin.NoticeProxiedZone}},
		{"warned, listed", "shop.example", nil, origin.ProxiedZones{Hosts: []string{"shop.example"}, Warn: true}, false, 1, "", []string{origin.NoticeProxiedZone}},
		{"plain fetch", "shop.example", cloudflare, origin.ProxiedZones{Hosts: []string{"shop.example"}}, true, 1, "", nil},
		{"server alone", "shop.example", http.Header{"Server": {"cloudflare"}}, origin.ProxiedZones{}, false, 1, "", nil},
		{"cf-ray alone", "shop.example", http.Header{"Cf-Ray": {"8f2-FRA"}}, origin.ProxiedZones{}, false, 1, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			arrived, header = 0, c.header
			var seen events
			options := origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}, Observe: seen.observe,
				Policies: policies(t, origin.Policy{Host: c.host, ConnectTo: server.Addr}).WithProxiedZones(c.zones)}
			if c.plain {
				options.Identity = nil
			}
			client := newClient(t, options)
			if c.says == "" {
				mustGet(t, client, c.host, "answer")
			} else if e := mustFail(t, client, c.host, origin.ProxiedZone); e.Status != 520 || !strings.Contains(e.Explanation(), c.says) {
				t.Errorf("%d, and %q is not in\n%s", e.Status, c.says, e.Explanation())
			}
			if arrived != c.arrives {
				t.Errorf("%d requests arrived, want %d", arrived, c.arrives)
			}
			seen.want(t, c.want...)
		})
	}
}

// nginxPage is what nginx answers, in the form that it has.
func nginxPage(text string) string {
	return "<html>\r\n<head><title>400 " + text + "</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>" +
		text + "</center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
}

func TestRejectionByPage(t *testing.T) {
	ca := testpki.New("root")
	inter := ca.Intermediate("inter")
	issuerAt := testpki.Template(func(c *x509.Certificate) { c.IssuingCertificateURL = []string{"http://pki.example/inter.crt"} })
	apache := "<html><body><h1>Forbidden</h1><p>Reason: Cannot perform Post-Handshake Authentication.<br /></p></body></html>"
	none, wrong := nginxPage("No required SSL certificate was sent"), nginxPage("The SSL certificate error")
	long := wrong + strings.Repeat(" ", 8<<10)
	for _, c := range []struct {
		name        string
		client      *testpki.Leaf
		auth        tls.ClientAuthType
		status      int
		contentType string
		page        string
		chunked     bool
		code        origin.Code // empty: nothing is said
		says        string
	}{
		{"nginx, plain fetch", nil, tls.RequestClientCert, 400, "text/html", none, false, origin.HTTPReject, "env.MY_CERT.fetch"},
		{"nginx, other name", ca.Client("w"), tls.NoClientCert, 400, "text/html", none, false, origin.HTTPReject, "server_name"},
		{"nginx, presented all the same", ca.Client("w"), tls.RequestClientCert, 400, "text/html", none, false, origin.HTTPReject, "says that no client certificate was sent"},
		{"nginx, expired", ca.Client("w", testpki.Expired), tls.RequestClientCert, 400, "text/html; charset=utf-8", wrong, false, origin.HTTPReject, "CLIENT_CERT_EXPIRED: the client certificate expired"},
		{"nginx, usage", ca.Client("w", testpki.WrongUsage), tls.RequestClientCert, 400, "text/html", wrong, false, origin.HTTPReject, "CLIENT_CERT_EKU"},
		{"nginx, wrong CA", testpki.New("other").Client("w"), tls.RequestClientCert, 400, "text/html", wrong, false, origin.HTTPReject, "CLIENT_CA_UNKNOWN"},
		{"nginx, chain", inter.Client("w", issuerAt).Bare(), tls.RequestClientCert, 400, "text/html", wrong, false, origin.HTTPReject, "CHAIN_INCOMPLETE"},
		{"nginx, nothing to be seen", ca.Client("w"), tls.RequestClientCert, 400, "text/html", wrong, false, origin.HTTPReject, "log"},
		{"Apache", ca.Client("w"), tls.NoClientCert, 403, "text/html; charset=iso-8859-1", apache, false, origin.CertAskedLate, "which curl can answer"},
		{"another page", ca.Client("w"), tls.RequestClientCert, 400, "text/html", nginxPage("Bad Request"), false, "", ""},
		{"another status", ca.Client("w"), tls.RequestClientCert, 200, "text/html", wrong, false, "", ""},
		{"another type", ca.Client("w"), tls.RequestClientCert, 400, "text/plain", wrong, false, "", ""},
		{"a stream is not waited for", ca.Client("w"), tls.RequestClientCert, 400, "text/html", wrong, true, "", ""},
		{"a long page is not read", ca.Client("w"), tls.RequestClientCert, 400, "text/html", long, false, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientAuth: c.auth,
				Config: func(config *tls.Config) { config.ClientCAs = ca.Pool() },
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Type", c.contentType)
					if !c.chunked {
						w.Header().Set("Content-Length", fmt.Sprint(len(c.page)))
					}
					w.WriteHeader(c.status)
					http.NewResponseController(w).Flush()
					io.WriteString(w, c.page)
				})})
			var seen events
			options := origin.Options{Roots: []*x509.Certificate{ca.Cert}, Observe: seen.observe}
			if c.client != nil {
				options.Identity = identity(c.client)
			}
			res, err := fetch(t, newClient(t, options), "GET", "https", server.Addr, "/who", nil, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, err := io.ReadAll(res.Body)
			if err != nil || string(body) != c.page || res.StatusCode != c.status || res.Header.Get(origin.CauseHeader) != "" {
				t.Errorf("the Worker gets %d %q, %v, %v", res.StatusCode, body, res.Header, err)
			}
			var e *origin.Error
			for _, event := range seen.all() {
				if event.Err != nil {
					e = event.Err
				}
			}
			switch {
			case c.code == "" && e != nil:
				t.Errorf("explained by\n%s", e.Explanation())
			case c.code != "" && e == nil:
				t.Error("not explained")
			case c.code != "":
				if text := e.Explanation(); e.Code != c.code || e.Status != c.status || !strings.Contains(text, c.says) || !strings.Contains(text, "request: GET /who\n") {
					t.Errorf("%s %d, and %q is not in\n%s", e.Code, e.Status, c.says, text)
				}
			}
		})
	}
}

// A page that breaks off reaches the Worker as far as it came, and then fails.
func TestRejectionPageTruncated(t *testing.T) {
	recorder := record(t, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 400\r\n\r\nhalf")
	res, err := fetch(t, newClient(t, origin.Options{}), "GET", "http", recorder.addr, "/", nil, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if e, is := errors.AsType[*origin.Error](err); string(body) != "half" || !is || e.Code != origin.ResponseTruncated {
		t.Errorf("got %q, %v", body, err)
	}
}

// What an origin asked for is known over a resumed session, too, where it does not ask again.
func TestAskedBeforeResumption(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			ca := testpki.New("root")
			server := testpki.Serve(t, testpki.Origin{
				Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, MinVersion: version, MaxVersion: version,
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.TLS.DidResume {
						panic(http.ErrAbortHandler)
					}
				}),
			})
			client := newClient(t, origin.Options{Identity: identity(ca.Client("worker")), Roots: []*x509.Certificate{ca.Cert}})
			mustGet(t, client, server.Addr, "")
			client.CloseIdle()
			e := mustFail(t, client, server.Addr, origin.OriginClosed)
			if !e.Seen.Asked || !slices.Equal(e.Seen.Accepts, []string{"CN=root"}) || !strings.HasPrefix(e.Seen.Presented, "CN=worker, issued by CN=root, valid until ") {
				t.Errorf("%+v", e.Seen)
			}
		})
	}
}
