package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"devserver/config"
)

// TestConfigCommand shows where every kind of value is from, and that no secret is shown.
func TestConfigCommand(t *testing.T) {
	p := newProject(t, map[string]string{
		"wrangler.toml": `name = "shop"
main = "index.js"
compatibility_date = "2026-01-01"
route = "shop.example.com/*"
kv_namespaces = [{ binding = "KV", id = "x" }]
hyperdrive = [{ binding = "DB", id = "x", localConnectionString = "postgres://u:password1@h/db" }]
logpush = true
[vars]
A = "top"
[env.staging]
minify = true
kv_namespaces = [{ binding = "KV", id = "y" }]
[env.staging.vars]
B = "a \"quote\"\n"
"C.D" = { e = [1, true] }
`,
		".dev.vars.staging": "TOKEN=password2\n",
		"devserver.toml":    "[origins.\"a.example\"]\nconnect_to = \"127.0.0.1:1\"\n",
		"index.js":          "export default {}",
	})
	p.env["CLOUDFLARE_ENV"] = "staging"
	flags := []string{"--port", "9000", "--define", "X:1", "--var", "K:password3", "--compatibility-flags", "nodejs_compat", "--connect-to", "b.example::127.0.0.1:2"}
	code, stdout, stderr := p.run(append([]string{"config"}, flags...)...)
	if code != exitOK {
		t.Errorf("exit %d\n%s", code, stderr)
	}
	for line, from := range map[string]string{
		`name = "shop-staging"`:                          "wrangler.toml:1:1",
		`main = "index.js"`:                              "wrangler.toml:2:1",
		`compatibility_flags = ["nodejs_compat"]`:        "--compatibility-flags",
		`minify = true`:                                  "wrangler.toml:11:1",
		`keep_names = true`:                              "default",
		`logpush = true`:                                 "wrangler.toml:7:1; matters only to a deployed Worker",
		`port = 9000`:                                    "--port",
		`ip = "localhost"`:                               "default",
		`host = "shop.example.com"`:                      "wrangler.toml:4:9",
		`B = "a \"quote\"\n"`:                            "wrangler.toml:14:1",
		`"C.D" = { e = [1, true] }`:                      "wrangler.toml:15:1",
		`TOKEN = "(hidden)"`:                             ".dev.vars.staging:1:1",
		`K = "(hidden)"`:                                 "--var",
		`X = "1"`:                                        "--define",
		`connect_to = "127.0.0.1:1"`:                     "devserver.toml:2:1",
		`connect_to = "127.0.0.1:2"`:                     "--connect-to",
		`kv_namespaces = [{ binding = "KV", id = "y" }]`: "wrangler.toml:12:1",
	} {
		found := false
		for l := range strings.Lines(stdout) {
			text, aside, _ := strings.Cut(strings.TrimSpace(l), " # ")
			found = found || strings.TrimSpace(text) == line && (aside == from || strings.HasPrefix(aside, from+";"))
		}
		if !found {
			t.Errorf("%s from %s is missing from\n%s", line, from, stdout)
		}
	}
	var parsed map[string]any
	if err := toml.Unmarshal([]byte(stdout), &parsed); err != nil {
		t.Errorf("it is not TOML: %v\n%s", err, stdout)
	}
	contains(t, stderr, `hyperdrive: is at the top level, but not in env.staging`)

	code, asJSON, _ := p.run(append([]string{"config", "--json"}, flags...)...)
	var got struct {
		Workers []struct {
			File, Environment string
			Settings          []struct {
				Path       []string
				Value      any
				From, Name string
				Line       int
			}
			Problems []struct{ Severity, Code string }
		}
	}
	if err := json.Unmarshal([]byte(asJSON), &got); code != exitOK || err != nil || len(got.Workers) != 1 {
		t.Fatalf("exit %d, %v\n%s", code, err, asJSON)
	}
	w := got.Workers[0]
	if w.Environment != "staging" || !strings.HasSuffix(w.File, "wrangler.toml") || len(w.Settings) < 10 || len(w.Problems) == 0 || w.Settings[0].Value != "shop-staging" || w.Settings[0].Line != 1 {
		t.Errorf("%+v", w)
	}
	_, top, _ := p.run("config", "-e", "", "--json")
	delete(p.env, "CLOUDFLARE_ENV")
	_, top2, _ := p.run("config", "--json")
	for _, text := range []string{stdout, stderr, asJSON, top, top2} {
		if strings.Contains(text, "password") {
			t.Errorf("a secret is shown:\n%s", text)
		}
	}
	contains(t, top2, `"localConnectionString": "(hidden)"`)
}

// TestConfigCommandOfWhatCannotRun prints what there is, and fails.
func TestConfigCommandOfWhatCannotRun(t *testing.T) {
	p := newProject(t, map[string]string{"a.toml": "main = 5\n", "b.toml": "main = \"x.js\"\ncompatibility_date = \"2026-01-01\"\n", "x.js": ""})
	code, stdout, stderr := p.run("config", "-c", "a.toml", "-c", "b.toml")
	if code != exitFailed {
		t.Errorf("exit %d", code)
	}
	contains(t, stderr, "a.toml:1:8: main: should be a string, but is 5")
	contains(t, stdout, "# a.toml\n", "# b.toml\n", `main = "x.js"`)
	if code, _, stderr := p.run("config", "--jsn"); code != exitUsage || !strings.Contains(stderr, "did you mean --json?") {
		t.Errorf("exit %d %s", code, stderr)
	}
}

// TestConfigurationHelp names every key, with what becomes of it.
func TestConfigurationHelp(t *testing.T) {
	code, stdout, stderr := newProject(t, nil).run("help", "configuration")
	if code != exitOK {
		t.Fatalf("exit %d %s", code, stderr)
	}
	for _, k := range config.Reference() {
		contains(t, stdout, "  "+k.Name+" ", k.Note)
	}
	contains(t, stdout, "mtls_certificates            not inherited   mTLS Certificate: supported\n", "no effect: matters only to a deployed Worker", "refused: ")
}
