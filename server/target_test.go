package server_test

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"devserver/internal/testpki"
	"devserver/origin"
	"devserver/server"
)

// outcome is a Worker that says what its fetch came to. The path of the request is what it fetches, by the binding or,
// below /plain/, without.
const outcome = `export default { async fetch(request, env) {
	const [, who, scheme, host, path] = new URL(request.url).pathname.split("/");
	const signal = path === "aborted" ? AbortSignal.abort() : undefined;
	try {
		const res = await (who === "plain" ? globalThis : env.MY_CERT).fetch(scheme + "://" + host + "/" + (path ?? ""), { signal });
		return new Response(res.status + " " + res.headers.get("x-devserver-mtls") + " " + await res.text());
	} catch (e) {
		return new Response(e.name + ": " + e.message + " retryable=" + e.retryable + " " + Object.keys(e) + " " + e.cause);
	}
} }`

// withCert is a project with a binding of a client of ca's.
func withCert(ca *testpki.CA, local string) map[string]string {
	client := ca.Client("worker")
	return map[string]string{
		"wrangler.toml":  wrangler + "mtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"x\" }]\n",
		"src/index.js":   outcome,
		"devserver.toml": local + "\n[mtls_certificates.MY_CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\nca = \"ca.pem\"\n",
		"ca.pem":         string(ca.PEM()),
		"client.pem":     string(client.ChainPEM()),
		"client.key":     string(client.KeyPEM(testpki.PKCS8)),
	}
}

// TestFailures is what a Worker sees of failures, in both modes. What is thrown was compared with workerd.
func TestFailures(t *testing.T) {
	ca := testpki.New("test CA")
	refuses := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{testpki.New("other")}}).Addr
	accepts := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}}).Addr
	hangsUp := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})}).Addr
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	unused.Close()

	const lost, internal = "Error: Network connection lost. retryable=true retryable Error: ", "Error: internal error; reference = REFERENCE retryable=undefined  Error: "
	for _, c := range []struct {
		name, path  string
		edge, throw string // what the answer begins with
	}{
		{"accepted", "/cert/https/" + accepts, "200 null worker", "200 null worker"},
		{"refused", "/cert/https/" + refuses, "520 CLIENT_CA_UNKNOWN CLIENT_CA_UNKNOWN: ", internal + "CLIENT_CA_UNKNOWN: the origin does not trust"},
		{"untrusted", "/plain/https/" + accepts, "526 SERVER_UNTRUSTED SERVER_UNTRUSTED: ", internal + "SERVER_UNTRUSTED: "},
		{"nobody listens", "/cert/https/" + unused.Addr().String(), "521 CONNECTION_REFUSED ", lost + "CONNECTION_REFUSED: "},
		{"nobody listens, plain", "/plain/http/" + unused.Addr().String(), "521 CONNECTION_REFUSED ", lost + "CONNECTION_REFUSED: "},
		{"hangs up", "/cert/https/" + hangsUp, "520 ORIGIN_CLOSED ", lost + "ORIGIN_CLOSED: "},
		{"no such name", "/plain/https/nowhere.invalid", "530 DNS_FAILED ", internal + "DNS_FAILED: "},
		{"listed zone", "/cert/https/api.zone.example", "520 PROXIED_ZONE ", internal + "PROXIED_ZONE: "},
		{"aborted", "/cert/https/" + accepts + "/aborted", "AbortError: The operation was aborted", "AbortError: The operation was aborted"},
		{"bad argument", "/cert/ftp/" + accepts, "TypeError: Fetch API cannot load: ftp:", "TypeError: Fetch API cannot load: ftp:"},
	} {
		for mode, want := range map[bool]string{false: c.edge, true: c.throw} {
			t.Run(fmt.Sprintf("%s, throw %t", c.name, mode), func(t *testing.T) {
				p := serveWith(t, withCert(ca, `proxied_zones = ["zone.example"]`), func(o *server.Options) { o.ThrowErrors = mode })
				await[server.Loaded](p)
				_, body := p.get(c.path)
				got := regexp.MustCompile(`reference = [0-9a-v]{24} `).ReplaceAllString(body, "reference = REFERENCE ")
				if !strings.HasPrefix(got, want) {
					t.Errorf("got %q, want %q…", got, want)
				}
			})
		}
	}
}

// TestProxiedZonesAllowed: the switch and the list reach the binding, and a change of the list does too.
func TestProxiedZonesAllowed(t *testing.T) {
	ca := testpki.New("test CA")
	addr := testpki.Serve(t, testpki.Origin{Cert: ca.Server("zone.example"), ClientCAs: []*testpki.CA{ca}}).Addr
	files := withCert(ca, fmt.Sprintf("proxied_zones = [\"zone.example\"]\n[origins.\"zone.example\"]\nconnect_to = %q\n", addr))
	allowing := serveWith(t, files, func(o *server.Options) { o.AllowProxiedZones = true })
	await[server.Loaded](allowing)
	if _, body := allowing.get("/cert/https/zone.example"); body != "200 null worker" {
		t.Errorf("allowed: got %q", body)
	}
	if e := await[server.Origin](allowing); e.Code != origin.NoticeProxiedZone {
		t.Errorf("noticed %+v", e)
	}

	p := serve(t, files)
	await[server.Loaded](p)
	if _, body := p.get("/cert/https/zone.example"); !strings.HasPrefix(body, "520 PROXIED_ZONE") {
		t.Errorf("listed: got %q", body)
	}
	p.write("devserver.toml", strings.Replace(files["devserver.toml"], `["zone.example"]`, `[]`, 1))
	await[server.Loaded](p)
	if _, body := p.get("/cert/https/zone.example"); body != "200 null worker" {
		t.Errorf("no longer listed: got %q", body)
	}
}

// TestCrossOriginRedirect: fetch tells the client whose redirect it follows.
func TestCrossOriginRedirect(t *testing.T) {
	ca := testpki.New("test CA")
	to := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}})
	from := testpki.Serve(t, testpki.Origin{Cert: ca.Server("127.0.0.1"), ClientCAs: []*testpki.CA{ca}, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, to.URL, http.StatusFound)
	})})
	p := serve(t, withCert(ca, ""))
	await[server.Loaded](p)
	if _, body := p.get("/cert/https/" + from.Addr); body != "200 null worker" {
		t.Errorf("got %q", body)
	}
	for {
		if e := await[server.Origin](p); e.Code == origin.NoticeCrossOrigin {
			if e.Host != to.Addr || !strings.Contains(e.Text, from.URL) {
				t.Errorf("noticed %+v", e)
			}
			return
		}
	}
}
