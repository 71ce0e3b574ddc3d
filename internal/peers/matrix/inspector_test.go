//go:build peers

package matrix_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

// refusedAtLoad are the credentials that the program takes from no file.
var refusedAtLoad = []credential{swapped, p224}

// TestInspector has `devserver mtls-certificate test` look at every situation: its verdict must be the one that the
// server's configuration leads to. The screens are written to the file that INSPECTOR_OUT names.
func TestInspector(t *testing.T) {
	program := filepath.Join(t.TempDir(), "devserver")
	if text, err := exec.Command("go", "build", "-o", program, "devserver/cmd/devserver").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	a := newAuthorities()
	var screens bytes.Buffer
	for _, p := range products {
		t.Run(p.name, func(t *testing.T) {
			if why := p.missing(); why != "" {
				t.Skip(why)
			}
			servers := map[setup]*server{}
			looks := 0
			for _, sit := range situations {
				for _, version := range sit.tlsVersions() {
					s, c := sit.at(version), sit.client
					if p.lacks(s, c) != "" || c.plain || c.credential == none || slices.Contains(refusedAtLoad, c.credential) {
						continue
					}
					if servers[s] == nil {
						servers[s] = p.start(t, a, s)
					}
					want := s.expect(p, c)
					args, run := inspection(t, program, a, servers[s], c)
					code := verdict(t, run("--json"))
					if code != seenAs(want) {
						t.Errorf("%d %s, %s: got %s, want %s\n%s", sit.number, sit.name, tlsName(version), code, seenAs(want), run())
					}
					looks++
					fmt.Fprintf(&screens, "## %s, %s: %s\n\n```\n$ devserver %s\n%s```\n\n", p.name, tlsName(version), sit.name, args, run())
				}
			}
			t.Logf("%d looks", looks)
		})
	}
	if name := os.Getenv("INSPECTOR_OUT"); name != "" {
		if err := os.WriteFile(name, screens.Bytes(), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// seenAs is what the inspector calls it, which has codes for answers, too.
func seenAs(want expectation) string {
	if want.status >= http.StatusBadRequest {
		return cmp.Or(want.code, "HTTP_STATUS")
	}
	return cmp.Or(want.code, "OK")
}

// inspection prepares a project with the credential of c, and returns the command and what runs it.
func inspection(t *testing.T, program string, a *authorities, s *server, c client) (args string, run func(more ...string) string) {
	t.Helper()
	dir := t.TempDir()
	leaf := a.credentials[c.credential]
	name := cmp.Or(c.name, host)
	if name == byAddress {
		name = s.addr
	}
	write(t, dir, map[string]string{
		"worker.js":     "export default { fetch() { return new Response() } }",
		"wrangler.toml": "name = \"w\"\nmain = \"worker.js\"\ncompatibility_date = \"2026-11-17\"\nmtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"0\" }]\n",
		"devserver.toml": "[mtls_certificates.MY_CERT]\ncert = \"client.pem\"\nkey = \"client.key\"\n" +
			fmt.Sprintf("[origins.%q]\nconnect_to = %q\nca = \"origin-ca.pem\"\n", name, s.addr),
		"client.pem": string(leaf.ChainPEM()), "client.key": string(leaf.KeyPEM(testpki.PKCS8)), "origin-ca.pem": string(a.servers.PEM()),
	})
	words := []string{"mtls-certificate", "test", "MY_CERT", "https://" + name + "/"}
	return strings.Join(words, " "), func(more ...string) string {
		cmd := exec.CommandContext(t.Context(), program, append(words, more...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "COLUMNS=100", "HOME="+dir)
		text, _ := cmd.Output() // the exit status says the same as the code
		return string(text)
	}
}

// verdict is the code of an inspection.
func verdict(t *testing.T, report string) string {
	t.Helper()
	var r struct {
		Result   struct{ Code string }
		Response struct{ Status int }
	}
	if err := json.Unmarshal([]byte(report), &r); err != nil {
		return fmt.Sprintf("%v in %q", err, report)
	}
	if r.Result.Code == "HTTP_STATUS" && r.Response.Status < http.StatusBadRequest {
		t.Errorf("%d is taken for an error", r.Response.Status)
	}
	return r.Result.Code
}
