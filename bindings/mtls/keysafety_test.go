package mtls_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	youmark "github.com/youmark/pkcs8"

	"devserver/bindings/all"
	"devserver/config"
	"devserver/internal/testpki"
	"devserver/server"
)

// canaries are the spellings of a private key that no output may show: of its secret number, and of the DER and PEM that
// hold it, in pieces that are short enough to be found in what shows only a part.
type canaries []string

// keyCanaries are those of a private key.
func keyCanaries(t *testing.T, leaf *testpki.Leaf) canaries {
	t.Helper()
	var secret []byte
	switch key := leaf.Key.(type) {
	case *rsa.PrivateKey:
		secret = key.D.Bytes()
	case *ecdsa.PrivateKey:
		var err error
		if secret, err = key.Bytes(); err != nil {
			t.Fatal(err)
		}
	case ed25519.PrivateKey:
		secret = key.Seed()
	}
	c := canaries{new(big.Int).SetBytes(secret).String()}
	c.pieces(secret)
	// What comes before the secret in the DER is the same in every key.
	der, err := x509.MarshalPKCS8PrivateKey(leaf.Key)
	if err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString(der)
	start := strings.Index(string(der), string(secret[:8]))
	if start < 0 {
		t.Fatal("the key is not in its PKCS#8")
	}
	for i := (start+2)/3*4 + 4; i+16 <= (start+len(secret))/3*4; i += 4 {
		c = append(c, encoded[i:i+16])
	}
	return c
}

// pieces adds each eight bytes of the secret as bytes, in hexadecimal, in base64, and as the decimal numbers that
// Go and JavaScript print.
func (c *canaries) pieces(secret []byte) {
	for i := 0; i+9 <= len(secret); i++ {
		piece := secret[i : i+8]
		decimal := strings.Trim(fmt.Sprint(piece), "[]")
		*c = append(*c, string(piece), hex.EncodeToString(piece), strings.ToUpper(hex.EncodeToString(piece)), decimal,
			strings.ReplaceAll(decimal, " ", ","), strings.ReplaceAll(decimal, " ", ", "), base64.StdEncoding.EncodeToString(secret[i:i+9]))
	}
}

// in returns the first canary that the text shows, or "".
func (c canaries) in(text string) string {
	for _, canary := range c {
		if strings.Contains(text, canary) {
			return canary
		}
	}
	return ""
}

func (c canaries) scan(t *testing.T, where, text string) {
	t.Helper()
	if canary := c.in(text); canary != "" {
		i := strings.Index(text, canary)
		t.Errorf("%s shows a private key or passphrase: %q", where, text[max(0, i-60):i+len(canary)])
	}
}

func TestCanariesAreFound(t *testing.T) {
	for _, kind := range []testpki.KeyType{testpki.RSA2048, testpki.P256, testpki.Ed25519} {
		leaf := testpki.New("Root").Client("client", testpki.Key(kind))
		c := keyCanaries(t, leaf)
		der, _ := x509.MarshalPKCS8PrivateKey(leaf.Key)
		for _, leak := range []string{
			string(leaf.KeyPEM(testpki.PKCS8)), string(der), hex.EncodeToString(der), fmt.Sprint(der), strings.ReplaceAll(fmt.Sprint(der), " ", ","),
		} {
			if c.in(leak) == "" {
				t.Errorf("key %d: not found in %.60q", kind, leak)
			}
		}
		if canary := c.in(string(leaf.ChainPEM()) + hex.EncodeToString(leaf.Cert.Raw) + fmt.Sprint(leaf.Cert.Raw)); canary != "" {
			t.Errorf("key %d: its certificate counts as a leak: %q", kind, canary)
		}
	}
}

// walker is a Worker that looks at its binding in every way JavaScript has, and answers with all it finds. It reaches
// the object graph by reflection: own names and symbols, prototypes, getters, what functions return when called wrongly.
const walker = `
function walk(root, name) {
	const seen = new Set(), out = [];
	const visit = (value, path) => {
		if (value === null || (typeof value !== "object" && typeof value !== "function")) { out.push(path + " = " + String(value)); return; }
		if (seen.has(value) || seen.size > 20000) return;
		seen.add(value);
		for (const look of [String, v => Object.prototype.toString.call(v), v => JSON.stringify(v), v => JSON.stringify(structuredClone(v))]) {
			try { out.push(path + " " + look(value)); } catch (e) { out.push(path + " throws " + e + " " + e.stack); }
		}
		if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) out.push(path + " bytes " + Array.from(new Uint8Array(value.buffer || value)).join(","));
		if (typeof value === "object" && value[Symbol.iterator]) {
			try { let n = 0; for (const item of value) { visit(item, path + "[" + n + "]"); if (++n > 100) break; } } catch {}
		}
		for (const key of Reflect.ownKeys(value)) {
			const at = path + "." + String(key);
			const d = Reflect.getOwnPropertyDescriptor(value, key);
			if (!d) continue;
			if ("value" in d) visit(d.value, at); else { visit(d.get, at + "(get)"); visit(d.set, at + "(set)"); }
			try { visit(Reflect.get(value, key, root), at + "()"); } catch (e) { out.push(at + " throws " + e + " " + e.stack); }
		}
		for (const key in value) out.push(path + " has " + key);
		visit(Reflect.getPrototypeOf(value), path + ".__proto__");
	};
	visit(root, name);
	return out;
}
export default { async fetch(request, env, ctx) {
	const path = new URL(request.url).pathname;
	if (path === "/throw") { const e = new Error("thrown with " + String(env.MY_CERT)); e.cert = env.MY_CERT; throw e; }
	if (path === "/return") return env.MY_CERT;
	const out = walk(env.MY_CERT, "MY_CERT").concat(walk(env, "env"), walk(ctx, "ctx"));
	console.log(env.MY_CERT, env, [env.MY_CERT], { cert: env.MY_CERT });
	console.dir(env.MY_CERT, { depth: null, showHidden: true });
	console.error("%o %O %s %j", env.MY_CERT, env.MY_CERT, env.MY_CERT, env.MY_CERT);
	console.table([env.MY_CERT]);
	for (const name of ["private_key", "privateKey", "key", "cert", "certificate", "signer", "Signer", "Certificate", "PrivateKey", "identity", "passphrase", "settings"])
		out.push(name + " " + String(env.MY_CERT[name]));
	for (const [what, call] of Object.entries({
		"fetch": () => env.MY_CERT.fetch("https://a-secured-origin.com/"),
		"refused": () => env.MY_CERT.fetch("https://closed.example/"),
		"bad URL": () => env.MY_CERT.fetch("nonsense"),
		"bad method": () => env.MY_CERT.fetch("https://a-secured-origin.com/", { method: "TRACE" }),
		"bad this": () => env.MY_CERT.fetch.call({}, "https://a-secured-origin.com/"),
		"clone": () => structuredClone(env.MY_CERT),
		"body": () => new Response(env.MY_CERT).text(),
		"request": () => new Request("https://a/", env.MY_CERT),
	})) {
		try {
			const result = await call();
			out.push(...walk(result, what));
			if (result instanceof Response) out.push(what + " " + result.status + " " + JSON.stringify([...result.headers]) + await result.text());
		} catch (e) {
			console.error(e);
			out.push(what + " throws " + e + " " + e.stack, ...walk(e, what));
		}
	}
	return new Response(out.join("\n"));
} }`

// TestNoKeyReachesJavaScript walks the object graph of a Worker with an mTLS binding, and scans what it finds, what it
// prints, the error pages, and what the session reports.
func TestNoKeyReachesJavaScript(t *testing.T) {
	const passphrase = "CANARY-passphrase-7f3a"
	root := testpki.New("Root")
	for name, c := range map[string]struct {
		kind    testpki.KeyType
		encrypt bool
		damage  bool // the binding has no certificate
	}{
		"RSA": {kind: testpki.RSA2048}, "ECDSA": {kind: testpki.P256}, "Ed25519": {kind: testpki.Ed25519},
		"encrypted": {kind: testpki.Ed25519, encrypt: true}, "no certificate": {kind: testpki.Ed25519, encrypt: true, damage: true},
	} {
		t.Run(name, func(t *testing.T) {
			leaf := root.Client("the client", testpki.Key(c.kind))
			secrets := append(keyCanaries(t, leaf), passphrase)
			server := testpki.Serve(t, testpki.Origin{
				Cert: root.Server("a-secured-origin.com"), ClientCAs: []*testpki.CA{root}, ClientAuth: tls.RequireAndVerifyClientCert,
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					io.WriteString(w, "hello "+r.TLS.PeerCertificates[0].Subject.CommonName)
				}),
			})
			key := leaf.KeyPEM(testpki.PKCS8)
			local := "[mtls_certificates.MY_CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\n"
			if c.encrypt {
				der, err := youmark.MarshalPrivateKey(leaf.Key, []byte(passphrase), nil)
				if err != nil {
					t.Fatal(err)
				}
				key = pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
				local += "passphrase_env = \"PASSPHRASE\"\n"
			}
			given := passphrase
			if c.damage {
				given = passphrase + " but wrong"
			}
			local += fmt.Sprintf("\n[origins.\"a-secured-origin.com\"]\nconnect_to = %q\nca = \"ca.pem\"\n\n[origins.\"closed.example\"]\nconnect_to = \"127.0.0.1:1\"\n", server.Addr)
			s := newSession(t, given, map[string]string{
				"wrangler.toml": "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-11-01\"\nmtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"abc\" }]\n",
				"index.js":      walker, "devserver.toml": local,
				"ca.pem": string(root.PEM()), "client.pem": string(leaf.ChainPEM()), "client.key": string(key),
			})
			answer := s.get("/", "")
			want := "fetch 200"
			if c.damage {
				want = "has no certificate"
			}
			if !strings.Contains(answer, want) || !strings.Contains(answer, "MY_CERT.__proto__") {
				t.Fatalf("the Worker answers\n%s", answer)
			}
			if !c.damage && !strings.Contains(answer, "hello the client") {
				t.Error("the certificate was not presented, so there was nothing to find")
			}
			secrets.scan(t, "the object graph", answer)
			for _, path := range []string{"/throw", "/return"} {
				for _, accept := range []string{"text/html", "application/json", ""} {
					secrets.scan(t, "the error page "+path, s.get(path, accept))
				}
			}
			reported := s.reported()
			if !strings.Contains(reported, "MY_CERT") || !strings.Contains(reported, "Console") && !strings.Contains(reported, "Fetcher") {
				t.Errorf("the session reported only\n%.2000s", reported)
			}
			secrets.scan(t, "what the session reports", reported)
		})
	}
}

// session serves a Worker, and collects what is reported.
type session struct {
	t       *testing.T
	handler http.Handler
	mutex   sync.Mutex
	events  strings.Builder
}

func newSession(t *testing.T, passphrase string, files map[string]string) *session {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &session{t: t}
	own := server.NewSession(server.Options{
		Projects: []server.Load{func() (*config.Config, config.Diagnostics) { return config.Load(config.Options{Dir: dir}) }},
		Kinds:    all.Kinds(),
		Getenv: func(name string) string {
			if name == "PASSPHRASE" {
				return passphrase
			}
			return ""
		},
		Report: s.report,
	})
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() { own.Run(ctx, time.Now(), func() { close(ready) }) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	<-ready
	s.handler = own.Handler()
	return s
}

// report writes an event down in every way that a careless log could.
func (s *session) report(e server.Event) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	fmt.Fprintf(&s.events, "%T %v\n%+v\n%#v\n", e, e, e, e)
	if text, err := json.Marshal(e); err == nil {
		s.events.Write(append(text, '\n'))
	}
}

func (s *session) reported() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.events.String()
}

func (s *session) get(path, accept string) string {
	request := httptest.NewRequest("GET", "http://localhost"+path, nil)
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, request)
	return fmt.Sprint(recorder.Code, recorder.Header(), recorder.Body)
}
