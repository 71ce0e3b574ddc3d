package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const minimal = "name = \"w\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n"

// mustLoad loads files without any problem but those of Info.
func mustLoad(t *testing.T, flags string, files ...file) *Config {
	t.Helper()
	c, ds := load(t, strings.Fields(flags), files)
	for _, d := range ds {
		if d.Severity != Info {
			t.Fatal(ds)
		}
	}
	return c
}

func TestDecode(t *testing.T) {
	toml := minimal + `compatibility_flags = ["nodejs_compat"]
minify = true
keep_names = false
no_bundle = true
tsconfig = "tsconfig.build.json"
jsx_factory = "h"
jsx_fragment = "F"
define = { "A.B" = "1", C = "'c'" }
alias = { react = "preact/compat" }
limits = { cpu_ms = 50.5, subrequests = 100 }
rules = [{ type = "Text", globs = ["**/*.md", "**/*.csv"], fallthrough = true }]
[dev]
ip = "0.0.0.0"
port = 0
host = "example.com"
upstream_protocol = "https"
`
	json := `{
  "name": "w", "main": "index.js", "compatibility_date": "2026-01-01", "compatibility_flags": ["nodejs_compat"],
  "minify": true, "keep_names": false, "no_bundle": true, "tsconfig": "tsconfig.build.json",
  "jsx_factory": "h", "jsx_fragment": "F", "define": { "A.B": "1", "C": "'c'" }, "alias": { "react": "preact/compat" },
  "limits": { "cpu_ms": 50.5, "subrequests": 100 },
  "rules": [{ "type": "Text", "globs": ["**/*.md", "**/*.csv"], "fallthrough": true }],
  "dev": { "ip": "0.0.0.0", "port": 0, "host": "example.com", "upstream_protocol": "https" }
}`
	for _, f := range []file{{"wrangler.toml", toml}, {"wrangler.json", json}, {"wrangler.jsonc", "// x\n" + json}} {
		t.Run(f.name, func(t *testing.T) {
			c := mustLoad(t, "", f)
			if c.Name != "w" || c.Main != filepath.Join(c.Dir, "index.js") || c.File != filepath.Join(c.Dir, f.name) || c.UserFile != c.File {
				t.Errorf("%+v", c)
			}
			if c.CompatibilityDate != "2026-01-01" || !cmp.Equal(c.CompatibilityFlags, []string{"nodejs_compat"}) {
				t.Errorf("compatibility %s %q", c.CompatibilityDate, c.CompatibilityFlags)
			}
			if c.Dev.Port == nil || *c.Dev.Port != 0 || c.Dev.IP != "0.0.0.0" || c.Dev.Host != "example.com" || c.Dev.UpstreamProtocol != "https" {
				t.Errorf("dev %+v", c.Dev)
			}
			if want := (Limits{CPU: 50500 * time.Microsecond, Subrequests: 100}); c.Limits != want {
				t.Errorf("limits %+v", c.Limits)
			}
			b := c.Build
			if !b.Minify || b.KeepNames || !b.NoBundle || b.TSConfig != filepath.Join(c.Dir, "tsconfig.build.json") || b.JSXFactory != "h" || b.JSXFragment != "F" {
				t.Errorf("build %+v", b)
			}
			if len(b.Define) != 2 || b.Define[0].Key != "A.B" || b.Define[1].Value != "'c'" || len(b.Alias) != 1 || b.Alias[0].Value != "preact/compat" || b.Alias[0].Pos.Line == 0 {
				t.Errorf("pairs %+v %+v", b.Define, b.Alias)
			}
			if len(b.Rules) != 1 || b.Rules[0].Type != "Text" || len(b.Rules[0].Globs) != 2 || b.Rules[0].Fallthrough == nil || !*b.Rules[0].Fallthrough {
				t.Errorf("rules %+v", b.Rules)
			}
			var ignored []string
			for _, i := range c.Ignored {
				ignored = append(ignored, i.Path)
			}
			slices.Sort(ignored)
			if len(ignored) > 0 || len(c.Sections) > 0 || len(c.Vars) > 0 {
				t.Errorf("%q %+v %+v", ignored, c.Sections, c.Vars)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	c := mustLoad(t, "index.js")
	if c.CompatibilityDate != DefaultCompatibilityDate || c.File != "" || c.Dev.Port != nil || !c.Build.KeepNames || c.Dir == "" || c.Main != filepath.Join(c.Dir, "index.js") {
		t.Errorf("%+v", c)
	}
}

func TestFlagsWin(t *testing.T) {
	c := mustLoad(t, "src/other.js --name n --compatibility-date 2025-05-05 --compatibility-flags a,b --var A:flag --var C:x:y --env e",
		file{"wrangler.toml", minimal + "compatibility_flags = [\"c\"]\n[env.e]\nvars = { A = \"file\", B = \"file\" }\n"}, file{"src/other.js", "x"})
	if c.Name != "n" || c.Main != filepath.Join(c.Dir, "src", "other.js") || c.CompatibilityDate != "2025-05-05" || !cmp.Equal(c.CompatibilityFlags, []string{"a", "b"}) {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff([]string{"A=flag", "B=file", "C=x:y"}, pairsOf(c.Vars)); diff != "" {
		t.Error(diff)
	}
	if !c.Vars[0].Secret || c.Vars[0].Source != "--var" || c.Vars[1].Secret || c.Vars[1].Source != "vars" {
		t.Errorf("%+v", c.Vars)
	}
}

func TestEnvironments(t *testing.T) {
	text := minimal + `minify = true
compatibility_flags = ["top"]
vars = { A = "top" }
alias = { a = "b" }
kv_namespaces = [{ binding = "KV", id = "top" }]
[env.staging]
compatibility_flags = ["staging"]
kv_namespaces = [{ binding = "KV", id = "staging" }]
vars = { A = "staging" }
[env.named]
name = "other"
main = "other.js"
minify = false
vars = { A = "named" }
kv_namespaces = []
`
	tests := []struct {
		env, name, main, flag, kv, a string
		minify                       bool
	}{
		{"", "w", "index.js", "top", "top", "A=top", true},
		{"staging", "w-staging", "index.js", "staging", "staging", "A=staging", true},
		{"named", "other", "other.js", "top", "", "A=named", false},
	}
	for _, tt := range tests {
		t.Run(tt.env, func(t *testing.T) {
			c, ds := load(t, []string{"--env", tt.env}, []file{{"wrangler.toml", text}, {"other.js", "x"}})
			if ds.HasErrors() {
				t.Fatal(ds)
			}
			kv := ""
			if s := c.Section("kv_namespaces"); s != nil {
				kv, _ = s.Node.Items()[0].Get("id").AsString()
			}
			if c.Env != tt.env || c.Name != tt.name || filepath.Base(c.Main) != tt.main || c.CompatibilityFlags[0] != tt.flag || kv != tt.kv || c.Build.Minify != tt.minify || len(c.Build.Alias) != 1 {
				t.Errorf("%+v, KV %q", c, kv)
			}
			if diff := cmp.Diff([]string{tt.a}, pairsOf(c.Vars)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every layout of every kind in which the name of a binding can stand.
func TestBindings(t *testing.T) {
	c := mustLoad(t, "", file{"wrangler.toml", minimal + `
ai = { binding = "AI" }
version_metadata = { binding = "VERSION" }
kv_namespaces = [{ binding = "KV", id = "abc" }, { binding = "KV2" }]
wasm_modules = { WASM = "a.wasm" }
[[mtls_certificates]]
binding = "CERT"
certificate_id = "id"
[durable_objects]
bindings = [{ name = "DO", class_name = "Counter" }]
[[queues.producers]]
binding = "QUEUE"
queue = "jobs"
[[queues.consumers]]
queue = "jobs"
[assets]
directory = "public"
[[send_email]]
name = "MAIL"
[[ratelimits]]
name = "LIMIT"
namespace_id = "1"
simple = { limit = 1, period = 10 }
[unsafe]
bindings = [{ name = "U", type = "x" }]
`})
	var got []string
	for _, b := range c.Bindings {
		got = append(got, b.Key+" "+b.Name+" "+b.Detail)
	}
	want := []string{
		"mtls_certificates CERT id", "kv_namespaces KV abc", "kv_namespaces KV2 ", "durable_objects DO Counter", "queues QUEUE jobs",
		"ratelimits LIMIT 1", "send_email MAIL ", "unsafe U x", "ai AI ", "version_metadata VERSION ", "wasm_modules WASM a.wasm",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b := c.Bindings[0]; b.Title != "mTLS Certificate" || b.Pos != (Position{c.File, 10, 11}) {
		t.Errorf("%+v", b)
	}
	if c.Section("assets") == nil || c.Section("r2_buckets") != nil {
		t.Error("sections are those that are set")
	}
	if len(c.Ignored) != 0 {
		t.Errorf("%+v", c.Ignored)
	}
}

// TestWranglersDefaults: the file that a build has written sets everything, most of it to nothing.
func TestWranglersDefaults(t *testing.T) {
	for text, want := range map[string]string{
		`"python_modules": {"exclude": ["**/*.pyc"]}, "dev": {"enable_containers": true}`:   "",
		`"python_modules": { "exclude" : [ "**/*.pyc" ] }, "containers": [], "exports": {}`: "",
		`"python_modules": {"exclude": ["**/*.pyc", "x"]}`:                                  "python_modules",
		`"python_modules": {"exclude": ["x"]}, "dev": {"enable_containers": false}`:         "python_modules",
		`"dev": {"enable_containers": true, "inspector_port": 9229}`:                        "dev.inspector_port",
	} {
		c, ds := Load(Options{Dir: mustHave(t, []file{{"index.js", "x"}, {"wrangler.json", `{"name": "w", "main": "index.js", "compatibility_date": "2026-01-01", ` + text + `}`}}...)})
		if ds.HasErrors() {
			t.Fatalf("%s: %s", text, ds)
		}
		var got []string
		for _, i := range c.Ignored {
			got = append(got, i.Path)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: reported %q, want %q", text, got, want)
		}
	}
}

func TestIgnored(t *testing.T) {
	c := mustLoad(t, "--env e", file{"wrangler.toml", minimal + `account_id = "x"
workers_dev = false
logpush = true
routes = ["example.com/*"]
[triggers]
crons = ["* * * * *"]
[dev]
inspector_port = 1
[env.e]
routes = []
tail_consumers = [{ service = "t" }, { service = "u", environment = "v" }]
streaming_tail_consumers = [{ service = "s" }]
`})
	got := make(map[string]bool)
	for _, i := range c.Ignored {
		got[i.Path] = i.DeployOnly
		if i.Note == "" || i.Pos.Line == 0 {
			t.Errorf("%+v", i)
		}
	}
	if diff := cmp.Diff([]TailConsumer{{"t", ""}, {"u", "v"}}, c.TailConsumers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]TailConsumer{{"s", ""}}, c.TailStreams); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := map[string]bool{"account_id": true, "logpush": true, "dev.inspector_port": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// No key is in two tables, and everything that has no effect says why.
func TestKeysAreComplete(t *testing.T) {
	seen := make(map[string]bool)
	for _, k := range keys() {
		if seen[k.name] || k.schema == nil || (k.note == "") != (k.effect == used) {
			t.Errorf("%+v", k)
		}
		seen[k.name] = true
	}
	for _, k := range kinds() {
		if seen[k.key] || k.title == "" || k.entry == nil || (k.inner != "") != (k.layout == within) || (k.name == "") != (k.layout == mapping) {
			t.Errorf("%+v", k)
		}
		seen[k.key] = true
		if f, ok := k.entry.(fields); ok {
			for _, key := range append(k.detail, k.name) {
				if f[key] == nil {
					t.Errorf("%s has no key %s", k.key, key)
				}
			}
		}
	}
	for name := range removed() {
		if seen[name] {
			t.Errorf("%s is there and removed", name)
		}
	}
}

func TestVars(t *testing.T) {
	vars := file{"wrangler.toml", minimal + "vars = { A = \"toml\", J = { z = 1, a = [true, 1.0] }, N = 5 }\n[env.e]\nvars = { A = \"toml\", J = 1, N = 5 }\n"}
	tests := []struct {
		name, flags string
		files       []file
		want        map[string]string // name: value and the file it is from
	}{
		{"the file", "", nil, map[string]string{"A": "toml vars", "J": `{"z":1,"a":[true,1]} vars`, "N": "5 vars"}},
		{".dev.vars wins", "", []file{{".dev.vars", "A=dev\nB=dev"}, {".env", "C=env"}}, map[string]string{"A": "dev .dev.vars", "B": "dev .dev.vars"}},
		{".dev.vars.<env> comes instead", "--env e", []file{{".dev.vars", "A=dev\nB=dev"}, {".dev.vars.e", "A=e"}}, map[string]string{"A": "e .dev.vars.e"}},
		{".dev.vars is for every environment that has none", "--env e", []file{{".dev.vars", "A=dev"}, {".dev.vars.f", "A=f"}}, map[string]string{"A": "dev .dev.vars"}},
		{".dev.vars is not expanded", "", []file{{".dev.vars", "B=1\nA=$B"}}, map[string]string{"A": "$B .dev.vars", "B": "1 .dev.vars"}},
		{".env", "--env e", []file{{".env", "A=1\nB=1\nC=1\nD=1"}, {".env.local", "B=2\nC=2\nD=2"}, {".env.e", "C=3\nD=${A}${B}"}, {".env.e.local", "D=${C}4"}},
			map[string]string{"A": "1 .env", "B": "2 .env.local", "C": "3 .env.e", "D": "34 .env.e.local"}},
		{".env switched off", "--environ CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV=false", []file{{".env", "A=1"}}, map[string]string{"A": "toml vars"}},
		{"the environment is not mixed in", "--environ B=outer", []file{{".env", "A=$B"}}, map[string]string{"A": " .env"}},
		{"unless asked for", "--environ B=outer --environ CLOUDFLARE_INCLUDE_PROCESS_ENV=TRUE", []file{{".env", "A=$B"}}, map[string]string{"A": "outer .env", "B": "outer environment"}},
		{"--env-file", "--env-file x.env --env-file y.env", []file{{"x.env", "A=x\nB=x"}, {"y.env", "B=y"}, {".dev.vars", "C=dev"}}, map[string]string{"A": "x x.env", "B": "y y.env"}},
		{"--var wins over all", "--var A:v=:w", []file{{".dev.vars", "A=dev"}}, map[string]string{"A": "v=:w --var"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := mustLoad(t, tt.flags, append(tt.files, vars)...)
			got := make(map[string]string)
			for _, v := range c.Vars {
				value, isString := v.Value.(string)
				if !isString {
					value = string(v.Value.(json.RawMessage))
				}
				got[v.Name] = value + " " + filepath.Base(v.Source)
				if v.Secret != (v.Source != "vars") {
					t.Errorf("%s from %s is secret: %t", v.Name, v.Source, v.Secret)
				}
			}
			for name, want := range tt.want {
				if got[name] != want {
					t.Errorf("%s is %q, want %q", name, got[name], want)
				}
			}
			if _, there := got["C"]; there && tt.want["C"] == "" {
				t.Error("C should not be there")
			}
		})
	}
}

func TestSecretsRequired(t *testing.T) {
	wrangler := file{"wrangler.toml", minimal + "secrets = { required = [\"A\"] }\nvars = { V = \"x\" }\n"}
	c := mustLoad(t, "--environ A=outer --environ B=outer", wrangler, file{".env", "V=env\nC=env\n"})
	if diff := cmp.Diff([]string{"V=env", "A=outer"}, pairsOf(c.Vars)); diff != "" {
		t.Error(diff)
	}
}

func TestLocal(t *testing.T) {
	wrangler := file{"wrangler.toml", minimal + "mtls_certificates = [{ binding = \"A\", certificate_id = \"x\" }, { binding = \"B\", certificate_id = \"x\" }]\n"}
	c := mustLoad(t, "", wrangler, file{"devserver.toml", `proxied_zones = ["theirs.example"]
[mtls_certificates.A]
cert = "a.pem"
key = "a.key"
[mtls_certificates.B]
cert = "certs/b.pem"
[origins."One.example"]
connect_to = "127.0.0.1:9443"
ca = "certs/ca.pem"
server_name = "one"
[origins."two.example:8443"]
connect_to = "localhost:1"
[origins."three.example"]
insecure = true
[origins."four.example"]
response_timeout = 0.5
[origins."five.example"]
response_timeout = 0
`}, file{"devserver.local.toml", `proxied_zones = ["Mine.example", "other.example"]
[mtls_certificates.A]
demo = true
[origins."two.example:8443"]
demo = true
`})
	local := c.Section("mtls_certificates").Local
	if a := local.Get("A"); a.Get("cert") != nil || a.Get("demo") == nil || filepath.Base(a.Pos().File) != "devserver.local.toml" {
		t.Errorf("an entry should come instead of the whole entry: %s", a)
	}
	if path, ok := local.Get("B").Get("cert").AsPath(); !ok || path != filepath.Join(c.Dir, "certs", "b.pem") {
		t.Errorf("cert is %s", path)
	}
	for i := range c.Origins {
		c.Origins[i].Pos = Position{}
	}
	want := []Origin{
		{Host: "one.example", ConnectTo: "127.0.0.1:9443", CA: filepath.Join(c.Dir, "certs", "ca.pem"), ServerName: "one"},
		{Host: "two.example:8443", Demo: true},
		{Host: "three.example", Insecure: true},
		{Host: "four.example", ResponseTimeout: 500 * time.Millisecond},
		{Host: "five.example", ResponseTimeout: -1},
	}
	if diff := cmp.Diff(want, c.Origins); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if want := []string{"mine.example", "other.example"}; !slices.Equal(c.ProxiedZones, want) {
		t.Errorf("proxied zones %q, want %q", c.ProxiedZones, want)
	}
	if len(c.LocalFiles) != 2 {
		t.Errorf("local files %q", c.LocalFiles)
	}
}

func TestHostFault(t *testing.T) {
	for _, s := range []string{"a", "a.example", "a.example:1", "127.0.0.1:8443", "[::1]", "[::1]:8443", "::1"} {
		if f := hostFault(s); f != "" {
			t.Errorf("%s %s", s, f)
		}
	}
	for _, s := range []string{"", "https://a", "a/b", "a:", ":1", "a:0", "a:65536", "a:http", "u@a", "*.a", "[::1", "[x]", "a:1:2", "[::1]:"} {
		if hostFault(s) == "" {
			t.Errorf("%q should be no host", s)
		}
	}
}

func TestFind(t *testing.T) {
	conf := func(main string) string { return strings.Replace(minimal, "index.js", main, 1) }
	tests := []struct {
		name, flags string
		files       []file
		want        string
	}{
		{"here", "", []file{{"wrangler.toml", conf("index.js")}}, "wrangler.toml"},
		{"above", "--dir a/b", []file{{"wrangler.toml", conf("index.js")}, {"a/b/x", "x"}}, "wrangler.toml"},
		{"from the script", "a/b/w.js", []file{{"a/wrangler.toml", conf("b/w.js")}, {"a/b/w.js", "x"}}, "a/wrangler.toml"},
		{"the nearest", "--dir a", []file{{"wrangler.toml", conf("index.js")}, {"a/wrangler.toml", conf("../index.js")}}, "a/wrangler.toml"},
		{"a directory of that name is none", "--dir a", []file{{"wrangler.toml", conf("index.js")}, {"a/wrangler.toml/x", "x"}}, "wrangler.toml"},
		{"by name", "--config a/my.toml", []file{{"a/my.toml", conf("../index.js")}, {"wrangler.json", "{}"}}, "a/my.toml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := mustLoad(t, tt.flags, tt.files...)
			if !strings.HasSuffix(filepath.ToSlash(c.File), "/001/"+tt.want) && !strings.HasSuffix(filepath.ToSlash(c.File), "/"+tt.want) || c.Dir != filepath.Dir(c.File) {
				t.Errorf("found %s in %s", c.File, c.Dir)
			}
		})
	}
}

func TestRedirect(t *testing.T) {
	c := mustLoad(t, "", file{"wrangler.toml", "name = \"author\"\n"}, file{"devserver.toml", "[origins.a]\ndemo = true\n"}, file{".dev.vars", "A=1"},
		file{".wrangler/deploy/config.json", `{"configPath": "../../dist/wrangler.json"}`},
		file{"dist/wrangler.json", `{"name": "built", "main": "index.js", "compatibility_date": "2026-01-01"}`}, file{"dist/index.js", "x"})
	if c.Name != "built" || filepath.Base(c.Dir) != "dist" || filepath.Base(c.UserFile) != "wrangler.toml" || c.Main != filepath.Join(c.Dir, "index.js") {
		t.Errorf("%+v", c)
	}
	if len(c.Origins) != 1 || len(c.Vars) != 1 {
		t.Error("local settings and secrets are beside the author's file")
	}
}

// What would be read if it came into being has to be watched as well.
func TestFiles(t *testing.T) {
	c := mustLoad(t, "--env e", file{"wrangler.toml", minimal + "[env.e]\n"}, file{".env", "A=1"})
	got := make(map[string]bool)
	for _, f := range c.Files {
		rel, err := filepath.Rel(c.Dir, f)
		if err != nil || got[rel] {
			t.Errorf("%s: %v", f, err)
		}
		got[rel] = true
	}
	for _, name := range []string{"wrangler.json", "wrangler.jsonc", "wrangler.toml", deployConfig, "index.js", "devserver.toml", "devserver.local.toml",
		".dev.vars.e", ".dev.vars", ".env", ".env.local", ".env.e", ".env.e.local"} {
		if !got[name] {
			t.Errorf("%s is not among %q", name, c.Files)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("too much: %v", got)
	}
	if c, ds := load(t, nil, []file{{"wrangler.toml", "= broken"}}); !ds.HasErrors() || len(c.Files) < 6 {
		t.Errorf("a broken file has to be watched: %q", c.Files)
	}
}

func TestUnreadable(t *testing.T) {
	for _, flags := range []string{"--config wrangler.yaml", "--config /dev/zero.toml", "--environ CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV=no", "--compatibility-date soon", "--name X"} {
		if _, ds := load(t, strings.Fields(flags), []file{{"wrangler.toml", minimal}, {"wrangler.yaml", "name: w"}}); !ds.HasErrors() {
			t.Errorf("%s: %v", flags, ds)
		}
	}
	dir := t.TempDir()
	huge := filepath.Join(dir, "huge.toml")
	if err := os.WriteFile(huge, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(huge, maxFile+1); err != nil {
		t.Fatal(err)
	}
	if _, ds := Load(Options{Dir: dir, Path: huge}); !strings.Contains(ds.String(), "larger than") {
		t.Error(ds)
	}
}

func TestSuggest(t *testing.T) {
	words := []string{"compatibility_date", "compatibility_flags", "main", "minify", "mtls_certificates", "ai", "kv_namespaces", "vars"}
	tests := map[string]string{
		"compatability_date": "compatibility_date", "compatibilityDate": "compatibility_date", "mian": "main", "minfy": "minify",
		"mtls_certificate": "mtls_certificates", "MTLS-Certificates": "mtls_certificates", "kv_namespace": "kv_namespaces",
		"x": "", "xy": "", "database": "", "": "", "var": "vars", "ia": "ai",
		"certificates": "mtls_certificates", "namespaces": "kv_namespaces", "date": "",
	}
	for word, want := range tests {
		if got := Suggest(word, words); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestDiagnosticsSorted(t *testing.T) {
	at := func(line int, code, path string) Diagnostic {
		return Diagnostic{Code: code, Path: path, Pos: Position{"/f", line, 1}}
	}
	ds := Diagnostics{at(3, CodeType, "c"), at(1, CodeType, "a"), at(3, CodeType, "c"), at(1, CodeMissing, "a"), at(1, CodeType, "b")}
	want := Diagnostics{at(1, CodeType, "a"), at(1, CodeMissing, "a"), at(1, CodeType, "b"), at(3, CodeType, "c")}
	if diff := cmp.Diff(want, ds.Sorted()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(ds) != 5 {
		t.Error("the original has changed")
	}
	if got := ds.RelativeTo("/"); got[0].Pos.File != "f" || ds[0].Pos.File != "/f" || ds.RelativeTo("/g")[0].Pos.File != "/f" {
		t.Errorf("%v", got)
	}
}

// FuzzLoad loads any text as every file. Nothing must panic, and every problem
// has to be in the file it names.
func FuzzLoad(f *testing.F) {
	archives, _ := filepath.Glob("testdata/load/*.txtar")
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for part := range strings.SplitSeq(string(data), "\n-- ") {
			_, text, _ := strings.Cut(part, " --\n")
			f.Add(text, strings.Contains(text, "{\n"))
		}
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		names := []string{"wrangler.toml", "devserver.toml"}
		if isJSON {
			names = []string{"wrangler.json"}
			os.Remove(filepath.Join(dir, "devserver.toml"))
		}
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		c, ds := Load(Options{Dir: dir, Path: names[0], Env: "staging"})
		for _, d := range ds {
			if d.Message == "" || d.Code == "" {
				t.Errorf("an empty problem: %+v", d)
			}
			if d.Pos.Line > 0 && filepath.Dir(d.Pos.File) == dir {
				d.Pos.File = "/f"
				checkPosition(t, d.Pos, asRead([]byte(text)))
			}
		}
		if c.File == "" || !ds.HasErrors() && c.Main == "" {
			t.Errorf("%+v", c)
		}
	})
}

// TestLateDate has a date after the last at which something is known to change.
func TestLateDate(t *testing.T) {
	dir := mustHave(t, file{"wrangler.toml", "main = \"index.js\"\ncompatibility_date = \"2999-01-01\"\n"}, file{"index.js", "x"})
	c, ds := Load(Options{Dir: dir})
	if ds.HasErrors() || len(ds) != 1 || !strings.Contains(ds[0].String(), ":2:22: compatibility_date: is later than "+DefaultCompatibilityDate) || c.CompatibilityDate != "2999-01-01" {
		t.Errorf("%s %s", c.CompatibilityDate, ds)
	}
}
