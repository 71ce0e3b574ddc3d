//go:build peers

package matrix_test

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"devserver/internal/subprocess"
	"devserver/internal/testpki"
)

// A showing is one situation as a developer meets it: a Worker on devserver, the program, makes a call that fails or that
// is remarked upon, and each surface has to say what is needed to mend it.
type showing struct {
	number  int // in the list of situations
	name    string
	product product // of the origin; the zero product: none
	setup   setup
	version uint16 // of TLS; 0: 1.3
	noTLS   bool   // the origin speaks HTTP alone
	client  client
	url     string // instead of the origin's
	query   string // what the Worker does besides: see surfacesWorker

	code   string   // of the call or the notice; empty: nothing is to be said
	alert  string   // that the origin sends
	says   []string // on each surface; ORIGIN, CLOSED and REDIRECT stand for host and port
	thrown string   // what the Worker is thrown in any case: it is its own mistake

	answered bool // by the origin, which refuses: what is said stands in the terminal and the log
	notice   bool // nothing fails: as above
	begun    bool // the response has begun: it is its body that fails
	unusable bool // the binding has no certificate: that is thrown in any case
}

// Credentials besides those of the matrix.
const (
	encrypted credential = "encrypted"
	rotated   credential = "rotated"
)

// showings are the situations from 1 to 31, those of them made with servers that others wrote where these can make them.
var showings = []showing{
	{number: 1, name: "never asks", product: nginxServer, client: client{credential: good}, notice: true,
		code: "MTLS_NOT_REQUESTED", says: []string{"did not ask", "ssl_verify_client"}},
	{number: 2, name: "optional, presented", product: apacheServer, setup: setup{asks: optional}, client: client{credential: good}},
	{number: 3, name: "required, accepted", product: haproxyServer, setup: setup{asks: required}, client: client{credential: good}},
	{number: 4, name: "required, plain fetch", product: opensslServer, setup: setup{asks: required}, client: client{credential: none},
		code: "CERT_REQUIRED", alert: "116 certificate_required", says: []string{"env.MY_CERT.fetch", "CN=Clients Root"}},
	{number: 4, name: "required, plain fetch, TLS 1.2", product: opensslServer, setup: setup{asks: required}, version: tls.VersionTLS12, client: client{credential: none},
		code: "CERT_REQUIRED", alert: "40 handshake_failure", says: []string{"env.MY_CERT.fetch"}},
	{number: 5, name: "nginx, plain fetch", product: nginxServer, setup: setup{asks: required}, client: client{credential: none}, answered: true,
		code: "ORIGIN_HTTP_REJECT", says: []string{"env.MY_CERT.fetch", "400"}},
	{number: 5, name: "nginx, expired", product: nginxServer, setup: setup{asks: required}, client: client{credential: expired}, answered: true,
		code: "ORIGIN_HTTP_REJECT", says: []string{"expired on", "400", "CLIENT_CERT_EXPIRED", "put the new one into EXPIRED.pem"}},
	{number: 6, name: "wrong CA", product: haproxyServer, setup: setup{asks: required}, client: client{credential: foreign},
		code: "CLIENT_CA_UNKNOWN", alert: "48 unknown_ca", says: []string{"CN=Other Root", "CN=Clients Root"}},
	{number: 6, name: "wrong CA, TLS 1.2", product: apacheServer, setup: setup{asks: required}, version: tls.VersionTLS12, client: client{credential: foreign},
		code: "CLIENT_CA_UNKNOWN", alert: "48 unknown_ca", says: []string{"CN=Other Root", "CN=Clients Root"}},
	{number: 7, name: "intermediate missing", product: opensslServer, setup: setup{asks: required, namesIntermediate: true}, client: client{credential: bare},
		code: "CHAIN_INCOMPLETE", alert: "48 unknown_ca", says: []string{"append the certificate of CN=Clients Intermediate"}},
	{number: 8, name: "expired", product: opensslServer, setup: setup{asks: required}, client: client{credential: expired},
		code: "CLIENT_CERT_EXPIRED", alert: "45 certificate_expired", says: []string{"expired on", "renew it, and put the new one into EXPIRED.pem"}},
	{number: 9, name: "not yet valid", product: goServer, setup: setup{asks: required}, client: client{credential: early},
		code: "CLIENT_CERT_NOT_YET_VALID", alert: "45 certificate_expired", says: []string{"not valid before", "clock"}},
	{number: 10, name: "wrong usage", product: opensslServer, setup: setup{asks: required}, client: client{credential: wrongUsage},
		code: "CLIENT_CERT_EKU", alert: "43 unsupported_certificate", says: []string{"clientAuth"}},
	{number: 11, name: "the key of another certificate", url: "https://CLOSED/", client: client{credential: swapped}, unusable: true,
		code: "KEY_MISMATCH", says: []string{"WITH_ANOTHER_KEY.pem", "CN=worker"}},
	{number: 12, name: "an encrypted key", url: "https://CLOSED/", client: client{credential: encrypted}, unusable: true,
		code: "KEY_ENCRYPTED", says: []string{"passphrase_file", "devserver.toml"}},
	{number: 13, name: "a key of P-224", url: "https://CLOSED/", client: client{credential: p224}, unusable: true,
		code: "KEY_UNSUPPORTED", says: []string{"P-224", "P-256"}},
	{number: 14, name: "weak key", product: opensslServer, setup: setup{asks: required}, client: client{credential: weak},
		code: "CLIENT_CERT_WEAK", alert: "42 bad_certificate", says: []string{"1024", "2048"}},
	{number: 15, name: "no signature algorithm in common", product: nginxServer, setup: setup{asks: required, rsaOnly: true}, client: client{credential: good},
		code: "SIGALG", says: []string{"P-256", "PSSWithSHA256", "issued for an RSA key"}},
	{number: 16, name: "refused with a body under way", product: opensslServer, setup: setup{asks: required}, client: client{credential: foreign}, query: "size=4194304",
		code: "CLIENT_CA_UNKNOWN", alert: "48 unknown_ca", says: []string{"CN=Other Root", "after the TLS handshake"}},
	{number: 17, name: "asks per path, TLS 1.2", product: apacheServer, setup: setup{asks: late}, version: tls.VersionTLS12, client: client{credential: good},
		code: "CERT_ASKED_LATE", says: []string{"renegotiation", "SSLVerifyClient"}},
	{number: 17, name: "asks per path, TLS 1.3", product: apacheServer, setup: setup{asks: late}, client: client{credential: good}, answered: true,
		code: "CERT_ASKED_LATE", says: []string{"post-handshake", "SSLVerifyClient", "403"}},
	{number: 18, name: "by address, a name is wanted", product: nginxServer, setup: setup{asks: required, onlyByName: true}, client: client{credential: good, name: byAddress},
		code: "SNI_REFUSED", alert: "112 unrecognized_name", says: []string{"server_name", "not sent as SNI", "an address"}},
	{number: 19, name: "server: self-signed", product: haproxyServer, setup: setup{cert: selfSigned, asks: required}, client: client{credential: good},
		code: "SERVER_UNTRUSTED", says: []string{"signed itself", "--cacert"}},
	{number: 19, name: "server: unknown root", product: nginxServer, setup: setup{cert: unknownRoot}, client: client{credential: none},
		code: "SERVER_UNTRUSTED", says: []string{"CN=Other Root", "--cacert"}},
	{number: 20, name: "server: another name", product: apacheServer, setup: setup{cert: otherName}, client: client{credential: good},
		code: "SERVER_NAME_MISMATCH", says: []string{`server_name = "elsewhere.test"`}},
	{number: 20, name: "server: expired", product: nginxServer, setup: setup{cert: serverExpired}, client: client{credential: good},
		code: "SERVER_CERT_EXPIRED", says: []string{"the origin's certificate expired on", "renew it at the origin"}},
	{number: 20, name: "server: not yet valid", product: nginxServer, setup: setup{cert: serverEarly}, client: client{credential: good},
		code: "SERVER_CERT_EXPIRED", says: []string{"the origin's certificate is not valid before", "clock"}},
	{number: 20, name: "server: intermediate missing", product: opensslServer, setup: setup{cert: serverBare}, client: client{credential: good},
		code: "SERVER_UNTRUSTED", says: []string{"CN=Servers Intermediate", "forgotten"}},
	{number: 20, name: "server: a certificate for clients", product: nginxServer, setup: setup{cert: clientsOnly}, client: client{credential: good},
		code: "SERVER_CERT_INVALID", says: []string{"extendedKeyUsage = serverAuth"}},
	{number: 21, name: "https:// to a port of http://", product: nginxServer, noTLS: true, client: client{credential: good},
		code: "NOT_TLS", says: []string{"use http://"}},
	{number: 21, name: "http:// to a port of https://", product: nginxServer, setup: setup{asks: required}, client: client{credential: good, plain: true}, notice: true,
		code: "MTLS_PLAIN_HTTP", says: []string{"use https://"}},
	{number: 22, name: "TLS 1.1 only", product: opensslServer, version: tls.VersionTLS11, client: client{credential: good},
		code: "TLS_VERSION", alert: "70 protocol_version", says: []string{"neither TLS 1.2 nor TLS 1.3"}},
	{number: 22, name: "no cipher suite in common", product: haproxyServer, setup: setup{oddCiphers: true}, client: client{credential: good},
		code: "TLS_VERSION", alert: "40 handshake_failure", says: []string{"cipher suite"}},
	{number: 23, name: "refused", url: "https://CLOSED/", client: client{credential: good},
		code: "CONNECTION_REFUSED", says: []string{"start it", `[origins."CLOSED"] connect_to`}},
	{number: 23, name: "no such name", url: "https://nosuch.invalid/", client: client{credential: good},
		code: "DNS_FAILED", says: []string{`[origins."nosuch.invalid"] connect_to`}},
	{number: 23, name: "no way there", url: "https://255.255.255.255/", client: client{credential: good},
		code: "NETWORK_UNREACHABLE", says: []string{"255.255.255.255:443"}},
	{number: 24, name: "hangs up in the handshake", product: goServer, setup: setup{hangsUpAtOnce: true}, client: client{credential: good},
		code: "TLS_CLOSED", says: []string{"devserver mtls-certificate test GOOD https://ORIGIN"}},
	{number: 24, name: "hangs up before the response", product: haproxyServer, setup: setup{asks: required, answer: hangUp}, client: client{credential: good},
		code: "ORIGIN_CLOSED", says: []string{"devserver mtls-certificate test GOOD https://ORIGIN"}},
	{number: 24, name: "hangs up in the response", product: nginxServer, setup: setup{asks: required, answer: halfBody}, client: client{credential: good}, begun: true,
		code: "RESPONSE_TRUNCATED", says: []string{"log"}},
	{number: 25, name: "redirected to another origin", product: nginxServer, setup: setup{asks: required}, client: client{credential: good}, url: "https://REDIRECT/?to=https://ORIGIN/", notice: true,
		code: "MTLS_CROSS_ORIGIN_REDIRECT", says: []string{"REDIRECT", "the certificate was presented here too", `redirect: "manual"`}},
	{number: 25, name: "redirected to http://", product: nginxServer, noTLS: true, client: client{credential: good}, url: "https://REDIRECT/?to=http://ORIGIN/", notice: true,
		code: "MTLS_PLAIN_HTTP", says: []string{"use https://"}},
	{number: 25, name: "redirected in a circle", client: client{credential: good}, url: "https://REDIRECT/?to=loop", thrown: "TypeError: Too many redirects."},
	{number: 25, name: "a redirect that wants the body again", client: client{credential: good}, url: "https://REDIRECT/?to=loop", query: "size=10&stream=1", thrown: "TypeError: A request with a one-time-use body"},
	{number: 26, name: "HTTP/2 only", product: goServer, setup: setup{asks: required, http2Only: true}, client: client{credential: good},
		code: "HTTP2_ONLY", says: []string{"--mtls-http2"}},
	{number: 27, name: "streaming both ways", product: nginxServer, setup: setup{asks: required}, client: client{credential: good}, query: "size=4194304&stream=1"},
	{number: 28, name: "a kept connection is given up", client: client{credential: good}, url: "https://REDIRECT/?once=2", query: "kept=1",
		code: "ORIGIN_CLOSED", says: []string{"asked for: a certificate of CN=Clients Root", "kept from an earlier request", "another attempt"}},
	{number: 29, name: "rotated", product: nginxServer, setup: setup{asks: required}, client: client{credential: rotated}},
	{number: 30, name: "a proxy in the environment", product: nginxServer, client: client{credential: good, name: byProxy}, setup: setup{asks: required}, notice: true,
		code: "MTLS_PROXY_IGNORED", says: []string{"a proxy is set", "directly"}},
	{number: 31, name: "Cloudflare in front", product: nginxServer, setup: setup{asks: required, answer: asCloudflare}, client: client{credential: good},
		code: "PROXIED_ZONE", says: []string{"cf-ray", "--proxied-zones=warn"}},
}

// byProxy is the name of an origin for which a proxy is set.
const byProxy = "proxied.test"

// surfacesWorker makes the call that it is asked for. Below /page it lets everything through to the browser.
const surfacesWorker = `export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const { binding, url, size, stream, redirect, kept } = Object.fromEntries(searchParams);
    const init = { redirect };
    if (size) {
      init.method = "POST";
      init.body = new Uint8Array(Number(size)).fill(126);
      if (stream) init.body = new Blob([init.body]).stream();
    }
    const fetcher = binding ? env[binding] : globalThis;
    if (kept) await (await fetcher.fetch(kept)).text();
    const call = () => fetcher.fetch(url, init);
    if (pathname.startsWith("/page")) return call();
    const told = (e) => e && { name: e.name, message: e.message, code: e.code, retryable: e.retryable, cause: told(e.cause) };
    try {
      const response = await call();
      const answer = { status: response.status, header: response.headers.get("x-devserver-mtls") };
      try { answer.body = await response.text() } catch (e) { answer.error = told(e) }
      return Response.json(answer);
    } catch (e) {
      return Response.json({ error: told(e) });
    }
  },
}`

// caught is what the Worker has of a call.
type caught struct {
	Status int
	Header string // the code
	Body   string
	Error  *thrown
}

func (c caught) String() string {
	if c.Status == 0 {
		return c.Error.String()
	}
	text := fmt.Sprintf("%d %s\n%s", c.Status, c.Header, c.Body)
	if c.Error != nil {
		text += "\nthe body: " + c.Error.String()
	}
	return text
}

// thrown is an error in the Worker.
type thrown struct {
	Name, Message, Code string
	Retryable           bool
	Cause               *thrown
}

func (e *thrown) String() string {
	text := e.Name + ": " + e.Message
	if e.Code != "" {
		text += " [code " + e.Code + "]"
	}
	if e.Retryable {
		text += " [retryable]"
	}
	if e.Cause != nil {
		text += "\n[cause] " + e.Cause.String()
	}
	return text
}

// surfaces are all that a developer sees of one call.
type surfaces struct {
	terminal string // what the program prints
	response caught // what the Worker has of it
	page     string // what a browser shows of it, as text

	log      string // with --log-format json and --mtls-errors=throw: what the program prints
	error    caught // and what the Worker has of it
	uncaught string // and what a browser shows if the Worker does not catch
}

// TestSurfaces makes each situation in the program and looks at what is said of it: in the terminal, to the Worker, in the
// browser and in the log for programs. The texts are written to the file that SURFACES_OUT names.
func TestSurfaces(t *testing.T) {
	a := newAuthorities()
	closed := listen(t)
	closed.Close()
	binary, err := subprocess.BuildDevserver(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	origins := startOrigins(t, a)
	files := map[string]string{
		"worker.js": surfacesWorker, "wrangler.toml": "name = \"surfaces\"\nmain = \"worker.js\"\ncompatibility_date = \"2026-01-01\"\n",
		"devserver.toml": "", "servers.pem": string(a.servers.PEM()),
	}
	bind := func(name string, cert, key []byte) {
		files["wrangler.toml"] += fmt.Sprintf("[[mtls_certificates]]\nbinding = %q\ncertificate_id = \"id\"\n", name)
		files["devserver.toml"] += fmt.Sprintf("[mtls_certificates.%s]\ncert = \"%[1]s.pem\"\nkey = \"%[1]s.key\"\n", name)
		files[name+".pem"], files[name+".key"] = string(cert), string(key)
	}
	for c, leaf := range a.credentials {
		bind(bindingOf(c), leaf.ChainPEM(), leaf.KeyPEM(testpki.PKCS8))
	}
	old, proper := a.credentials[expired], a.credentials[good]
	bind(bindingOf(rotated), old.ChainPEM(), old.KeyPEM(testpki.PKCS8))
	bind(bindingOf(encrypted), proper.ChainPEM(), pem.EncodeToMemory(must(
		//lint:ignore SA1019 that is how such keys were encrypted
		x509.EncryptPEMBlock(rand.Reader, "EC PRIVATE KEY", must(x509.MarshalECPrivateKey(proper.Key.(*ecdsa.PrivateKey))), []byte("secret"), x509.PEMCipherAES256))))
	for i, c := range showings {
		if origins[i] == nil || c.client.name == byAddress {
			continue
		}
		_, port, _ := net.SplitHostPort(origins[i].addr)
		files["devserver.toml"] += fmt.Sprintf("[origins.%q]\nconnect_to = %q\n", net.JoinHostPort(cmp.Or(c.client.name, host), port), origins[i].addr)
		if c.client.name == byProxy {
			files["devserver.toml"] += fmt.Sprintf("server_name = %q\n", host)
		}
	}
	write(t, dir, files)
	run := func(args ...string) program {
		cmd := exec.Command(binary, append([]string{"--port", "0", "--cacert", "servers.pem"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "DEVSERVER_HOME="+dir, "HTTPS_PROXY=http://127.0.0.1:9", "NO_PROXY="+host+",nosuch.invalid,255.255.255.255")
		p := subprocess.Start(t, cmd)
		return program{p.Await(t, regexp.MustCompile(`(http://[\w.]+:\d+)`)), p.Log}
	}
	plain, throwing := run(), run("--mtls-errors=throw", "--log-format=json")

	redirect := serveRedirects(t, a)
	var book strings.Builder
	for i, c := range showings {
		if origins[i] == nil && c.product.name != "" {
			continue // not installed
		}
		t.Run(fmt.Sprintf("%d %s", c.number, c.name), func(t *testing.T) {
			places := map[string]string{"CLOSED": closed.Addr().String(), "REDIRECT": redirect}
			if origins[i] != nil {
				places["ORIGIN"] = c.named(origins[i].addr)
			}
			c.at(places)
			query := url.Values{"binding": {bindingOf(c.client.credential)}, "url": {c.url}}
			for _, more := range strings.Split(c.query, "&") {
				name, value, _ := strings.Cut(more, "=")
				query.Set(name, value)
			}
			if query.Has("kept") {
				query.Set("kept", c.url)
			}
			if c.client.credential == rotated {
				name := bindingOf(rotated)
				write(t, dir, map[string]string{name + ".key": files["GOOD.key"], name + ".pem": files["GOOD.pem"]})
				plain.await(t, query, "saw [worker]")
				throwing.await(t, query, "saw [worker]")
			}
			var out surfaces
			out.terminal = plain.ask(t, fmt.Sprintf("/call/%d", i), query, &out.response)
			passed := plain.ask(t, fmt.Sprintf("/page/%d", i), query, &out.page)
			if c.begun && !strings.Contains(passed, "Uncaught the response body ended early: Error: Network connection lost.\n") {
				t.Errorf("the terminal says %s", passed)
			}
			out.log = throwing.ask(t, fmt.Sprintf("/call/%d", i), query, &out.error)
			throwing.ask(t, fmt.Sprintf("/page/%d", i), query, &out.uncaught)
			fmt.Fprintf(&book, "## %d %s\n\n### terminal\n%s\n### response\n%s\n### page\n%s\n### log\n%s\n### error\n%s\n### uncaught\n%s\n\n",
				c.number, c.name, out.terminal, out.response, out.page, out.log, out.error, out.uncaught)
			c.judge(t, out)
		})
	}
	if name := os.Getenv("SURFACES_OUT"); name != "" {
		if err := os.WriteFile(name, []byte(book.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// bindingOf is the name of the binding with a credential; empty for none.
func bindingOf(c credential) string {
	if c == none || c == "" {
		return ""
	}
	return strings.ToUpper(regexp.MustCompile(`\W+`).ReplaceAllString(string(c), "_"))
}

// startOrigins starts the origin of each showing; nil where there is none.
func startOrigins(t *testing.T, a *authorities) []*server {
	list := make([]*server, len(showings))
	for i, c := range showings {
		if c.product.name == "" {
			continue
		}
		if why := c.product.missing(); why != "" {
			t.Logf("%d %s: left out: %s", c.number, c.name, why)
			continue
		}
		version := cmp.Or(c.version, tls.VersionTLS13)
		if c.noTLS {
			version = 0
		}
		list[i] = c.product.start(t, a, situation{setup: c.setup}.at(version))
	}
	return list
}

// named is host and port of an origin in URLs.
func (c showing) named(addr string) string {
	if c.client.name == byAddress {
		return addr
	}
	_, port, _ := net.SplitHostPort(addr)
	return net.JoinHostPort(cmp.Or(c.client.name, host), port)
}

// at fills in where the servers are.
func (c *showing) at(places map[string]string) {
	var pairs []string
	for name, addr := range places {
		pairs = append(pairs, name, addr)
	}
	place := strings.NewReplacer(pairs...)
	if c.url == "" {
		c.url = "https://ORIGIN/"
		if c.client.plain {
			c.url = "http://ORIGIN/"
		}
	}
	c.url = place.Replace(c.url)
	says := make([]string, len(c.says))
	for i, text := range c.says {
		says[i] = place.Replace(text)
	}
	if u, err := url.Parse(c.url); err == nil && !c.unusable && !c.notice {
		says = append(says, u.Host)
	}
	c.says = says
}

// serveRedirects starts an origin that demands certificates, and redirects: to the address in "to", or in a circle. With
// "once", it answers one request of a connection and hangs up at the next.
func serveRedirects(t *testing.T, a *authorities) string {
	l := listen(t)
	web := &http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{a.certificates[proper].TLS()}, ClientCAs: a.clients.Pool(), ClientAuth: tls.RequireAndVerifyClientCert},
		ErrorLog:  log.New(io.Discard, "", 0),
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connection{}, new(atomic.Bool))
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			query := r.URL.Query()
			if query.Has("once") {
				if r.Context().Value(connection{}).(*atomic.Bool).Swap(true) {
					panic(http.ErrAbortHandler)
				}
				return
			}
			to := query.Get("to")
			if to == "loop" {
				to = r.URL.String()
			}
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}),
	}
	go web.ServeTLS(l, "", "")
	t.Cleanup(func() { web.Close() })
	return l.Addr().String()
}

// program is a devserver that runs.
type program struct {
	url string
	log *subprocess.Log
}

// ask asks the Worker, as a program for what it answers in JSON, as a browser for a page, and returns what is printed.
func (p program) ask(t *testing.T, path string, query url.Values, answer any) string {
	t.Helper()
	mark := p.log.Mark()
	req, err := http.NewRequest(http.MethodGet, p.url+path+"?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	page, isPage := answer.(*string)
	if isPage {
		req.Header.Set("Accept", "text/html")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if isPage {
		*page = readable(string(body))
	} else if err = errors.Join(err, json.Unmarshal(body, answer)); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	// The line of the request comes last.
	if line, _ := p.log.Line(mark, regexp.MustCompile(`(GET|"path":) ?"?`+path+`[" ]`), subprocess.Patience); line == "" {
		t.Fatalf("there is no line of the request:\n%s", p.log.Since(mark))
	}
	return p.log.Since(mark)
}

// await asks until the answer has a text in it.
func (p program) await(t *testing.T, query url.Values, text string) {
	t.Helper()
	for until := time.Now().Add(subprocess.Patience); ; {
		var answer caught
		p.ask(t, "/until", query, &answer)
		if strings.Contains(answer.Body, text) {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("it stays at %s", answer)
		}
	}
}

// readable is the text of a page.
func readable(page string) string {
	_, page, _ = strings.Cut(page, "<main>")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "")
	return strings.TrimSpace(regexp.MustCompile(`\n\s*\n+`).ReplaceAllString(html.UnescapeString(page), "\n"))
}

// presents reports whether the origin gets the certificate.
func (c showing) presents() bool {
	s := c.setup
	return s.asks == required && c.client.credential != none && !c.client.plain && s.cert == "" && !s.onlyByName && !s.oddCiphers && !s.hangsUpAtOnce
}

// judge looks for what a developer needs on each surface.
func (c showing) judge(t *testing.T, out surfaces) {
	t.Helper()
	has := func(surface, text string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("the %s does not say %q:\n%s", surface, part, text)
			}
		}
	}
	binding := bindingOf(c.client.credential)
	switch {
	case c.thrown != "":
		has("Worker's error", out.response.String(), c.thrown)
		has("Worker's error with throw", out.error.String(), c.thrown)
		has("page", out.page, c.thrown)
		return
	case c.unusable:
		for name, e := range map[string]*thrown{"Worker's error": out.response.Error, "Worker's error with throw": out.error.Error} {
			if e == nil || e.Code != c.code {
				t.Fatalf("the %s is %v", name, e)
			}
			has(name, e.Message, append(c.says, binding, "fix: ")...)
		}
		has("page", out.page, append(c.says, binding, "fix: ")...)
		has("terminal", out.terminal, append(c.says, binding, "fix: ", c.code)...)
		return
	case c.code == "":
		for name, got := range map[string]caught{"response": out.response, "response with throw": out.error} {
			has(name, got.String(), "200", "saw [worker]")
		}
		if strings.ContainsAny(out.terminal, "✘▲") {
			t.Errorf("it does not go well:\n%s", out.terminal)
		}
		return
	}
	needed := append([]string{c.code, "fix: "}, c.says...)
	if c.alert != "" {
		needed = append(needed, "alert: "+c.alert)
	}
	if c.presents() && !c.notice {
		needed = append(needed, "certificate: "+binding+", CN=worker, issued by CN=", binding+".pem")
		leaf, date := c.client.credential, "valid until"
		if leaf == expired {
			date = "expired on"
		} else if leaf == early {
			date = "not valid before"
		}
		needed = append(needed, date)
	}
	has("terminal", out.terminal, needed...)
	if binding != "" {
		has("terminal", out.terminal, "("+binding+")")
	}
	c.judgeLog(t, out.log, needed)
	switch {
	case c.begun:
		if out.response.Status != 200 || out.response.Error == nil || out.response.Error.Message != "Network connection lost." {
			t.Errorf("the Worker has %s", out.response)
		}
		return
	case c.answered, c.notice:
		if out.response.Status == 0 || out.response.Status >= 500 || out.response.String() != out.error.String() {
			t.Errorf("the Worker has %s, and with throw %s", out.response, out.error)
		}
		return
	}
	if out.response.Header != c.code || out.response.Status < 520 {
		t.Errorf("the Worker has %s", out.response)
	}
	has("response", out.response.Body, needed...)
	without := slices.DeleteFunc(slices.Clone(needed), func(s string) bool { return s == "fix: " }) // it is a paragraph there
	has("page", out.page, without...)
	if e := out.error.Error; e == nil || e.Cause == nil || e.Cause.Code != c.code {
		t.Errorf("with throw, the Worker has %s", out.error)
	} else {
		if e.Retryable != (e.Message == "Network connection lost.") || !e.Retryable && !strings.HasPrefix(e.Message, "internal error; reference = ") {
			t.Errorf("it is not what workerd throws: %s", e)
		}
		has("cause", e.Cause.Message, needed...)
	}
	has("page with throw", out.uncaught, needed...)
}

// judgeLog looks for the same in the log for programs.
func (c showing) judgeLog(t *testing.T, text string, needed []string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var e struct {
			Event, Level, Code, Host, Identity, Message, Why, Fix, Cause string
			Facts                                                        map[string]string
			Status                                                       int
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		if e.Event != "origin" || e.Code != c.code {
			continue
		}
		level := "error"
		if c.notice || c.answered {
			level = "warn"
		}
		if e.Level != level || e.Identity != bindingOf(c.client.credential) {
			t.Errorf("level %s, identity %s", e.Level, e.Identity)
		}
		all := fmt.Sprintln(e.Code, e.Host, e.Status, e.Message, e.Why, e.Cause)
		for label, fact := range e.Facts {
			all += label + ": " + fact + "\n"
		}
		if e.Fix != "" {
			all += "fix: " + e.Fix
		}
		for _, part := range needed {
			if !strings.Contains(all, part) {
				t.Errorf("the log does not say %q: %s", part, line)
			}
		}
		return
	}
	t.Errorf("the log does not have it: %s", text)
}
