//go:build peers

package matrix_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"devserver/internal/subprocess"
	"devserver/internal/testpki"
)

// crowdWorker makes 500 calls at once, with two bindings in turns and, every tenth time, with none, and counts who the
// origins say that they saw.
const crowdWorker = `export default {
  async fetch(request, env) {
    const hosts = HOSTS;
    const seen = {};
    await Promise.all(Array.from({ length: 500 }, async (_, i) => {
      const name = i % 10 == 9 ? "NONE" : i % 2 ? "A" : "B";
      const to = "https://" + hosts[i % hosts.length] + (i % 7 ? "/" : "/?to=" + encodeURIComponent("https://" + hosts[(i + 3) % hosts.length] + "/"));
      const init = i % 3 ? {} : { method: "POST", body: new Blob([new Uint8Array(20000)]).stream() };
      if (i % 3 == 0 && to.includes("?")) init.body = new Uint8Array(20000);
      const response = await (name == "NONE" ? fetch(to, init) : env[name].fetch(to, init));
      const key = name + " " + (await response.text());
      seen[key] = (seen[key] ?? 0) + 1;
    }));
    return Response.json(seen);
  },
}`

// TestCrowd has many calls of two identities under way at once, through the program, to the same twenty origins; over both
// versions of TLS, with sessions resumed and connections kept, redirected from one to another, and with one identity's
// certificate replaced in between. No origin sees one where the other, or nobody, called.
func TestCrowd(t *testing.T) {
	binary, err := subprocess.BuildDevserver(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ca := testpki.New("root")
	var resumed, answers atomic.Int64
	var hosts []string
	for i := range 20 {
		config := &tls.Config{
			Certificates: []tls.Certificate{ca.Server("127.0.0.1").TLS()}, ClientCAs: ca.Pool(), ClientAuth: tls.VerifyClientCertIfGiven,
			MaxVersion: []uint16{tls.VersionTLS12, tls.VersionTLS13}[i%2],
		}
		l := listen(t)
		web := &http.Server{TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.TLS.DidResume {
				resumed.Add(1)
			}
			io.Copy(io.Discard, r.Body)
			if to := r.URL.Query().Get("to"); to != "" {
				http.Redirect(w, r, to, http.StatusTemporaryRedirect)
				return
			}
			if answers.Add(1)%50 == 0 && r.ProtoMajor == 1 { // by HTTP/2 it would end the requests of others, too
				w.Header().Set("Connection", "close")
			}
			cn := "nobody"
			if len(r.TLS.PeerCertificates) > 0 {
				cn = r.TLS.PeerCertificates[0].Subject.CommonName
			}
			io.WriteString(w, cn)
		})}
		go web.ServeTLS(l, "", "")
		t.Cleanup(func() { web.Close() })
		hosts = append(hosts, l.Addr().String())
	}
	list, _ := json.Marshal(hosts)
	for _, flags := range [][]string{nil, {"--mtls-http2"}} {
		t.Run(strings.Join(append([]string{"HTTP"}, flags...), " "), func(t *testing.T) {
			dir := t.TempDir()
			rotate := func(name, cn string) {
				leaf := ca.Client(cn)
				write(t, dir, map[string]string{name: string(leaf.ChainPEM()) + string(leaf.KeyPEM(testpki.PKCS8))})
			}
			rotate("a.pem", "a-1")
			rotate("b.pem", "b-1")
			write(t, dir, map[string]string{
				"worker.js":      strings.Replace(crowdWorker, "HOSTS", string(list), 1),
				"wrangler.toml":  "name = \"crowd\"\nmain = \"worker.js\"\ncompatibility_date = \"2026-01-01\"\nmtls_certificates = [{ binding = \"A\", certificate_id = \"a\" }, { binding = \"B\", certificate_id = \"b\" }]\n",
				"devserver.toml": "[mtls_certificates]\nA.cert = \"a.pem\"\nB.cert = \"b.pem\"\n", "ca.pem": string(ca.PEM()),
			})
			cmd := exec.Command(binary, append([]string{"--port", "0", "--cacert", "ca.pem"}, flags...)...)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "DEVSERVER_HOME="+dir)
			p := subprocess.Start(t, cmd)
			at := p.Await(t, regexp.MustCompile(`Ready on (http://\S+)`))
			round := func() (seen map[string]int) {
				res, err := http.Get(at)
				if err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
				if err := json.NewDecoder(res.Body).Decode(&seen); err != nil {
					t.Fatalf("%v\n%s", err, p.Log)
				}
				return seen
			}
			want := map[string]int{"A a-1": 200, "B b-1": 250, "NONE nobody": 50}
			for range 3 {
				if got := round(); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("got %v, want %v\n%s", got, want, p.Log)
				}
			}
			rotate("a.pem", "a-2")
			want = map[string]int{"A a-2": 200, "B b-1": 250, "NONE nobody": 50}
			for until := time.Now().Add(subprocess.Patience); ; {
				got := round()
				if got["A a-1"] == 0 && fmt.Sprint(got) == fmt.Sprint(want) {
					break
				}
				if got["A a-1"]+got["A a-2"] != 200 || got["B b-1"] != 250 || got["NONE nobody"] != 50 || time.Now().After(until) {
					t.Fatalf("got %v, want %v\n%s", got, want, p.Log)
				}
			}
			if resumed.Swap(0) == 0 {
				t.Error("no session was resumed, so this proves less than it says")
			}
		})
	}
}
