//go:build peers

package peers

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"devserver/bindings/all"
	"devserver/config"
	"devserver/internal/subprocess"
)

var (
	corruptions = flag.Int("corruptions", 1000, "how many corrupted configurations are compared with wrangler")
	corruptSeed = flag.Uint64("seed", 1, "the seed of the corruptions")
)

// wranglerAPI answers what wrangler, in a process of its own, makes of configurations: testdata/config.mjs says what can
// be asked.
type wranglerAPI struct {
	mu   sync.Mutex
	in   io.WriteCloser
	out  *bufio.Reader
	pipe *os.File // what out reads
}

func startWranglerAPI(t *testing.T, environ ...string) *wranglerAPI {
	t.Helper()
	wrangler := os.Getenv("DEVSERVER_WRANGLER")
	node, err := exec.LookPath("node")
	if wrangler == "" || err != nil {
		t.Skip("DEVSERVER_WRANGLER does not name the folder of the npm package wrangler, or there is no node")
	}
	cmd := exec.Command(node, "testdata/config.mjs", wrangler)
	cmd.Env = append(os.Environ(), "WRANGLER_SEND_METRICS=false", "CI=1")
	cmd.Env = append(cmd.Env, environ...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = theirs
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Wait()
		out.Close()
	})
	return &wranglerAPI{in: in, out: bufio.NewReaderSize(out, 1<<20), pipe: out}
}

// ask sends a request and decodes the answer.
func (w *wranglerAPI) ask(t *testing.T, request map[string]any, answer any) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	line, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	w.pipe.SetReadDeadline(time.Now().Add(subprocess.Patience))
	reply, err := w.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("wrangler has not answered %s: %v", line, err)
	}
	var failed struct{ Failed string }
	if err := errors.Join(json.Unmarshal(reply, &failed), json.Unmarshal(reply, answer)); err != nil || failed.Failed != "" {
		t.Fatalf("%s: %v %s\n%s", line, err, failed.Failed, reply)
	}
}

// checked loads a configuration as devserver does before it opens anything.
func checked(o config.Options) (*config.Config, config.Diagnostics) {
	c, ds := config.Load(o)
	for _, kind := range all.Kinds() {
		if section := c.Section(kind.Key()); section != nil {
			_, more := kind.Decode(section)
			ds = append(ds, more...)
		}
	}
	return c, ds.Sorted()
}

// corruptible are the files that are corrupted.
var corruptible = map[string]string{
	"wrangler.toml": `# the Worker
name = "shop"
main = "index.js"
compatibility_date = "2026-01-01"
compatibility_flags = ["nodejs_compat"]
account_id = "abc"
workers_dev = true
minify = false
tsconfig = "tsconfig.json"
routes = ["example.com/*", { pattern = "shop.example.com", custom_domain = true }]
rules = [{ type = "Text", globs = ["**/*.md"], fallthrough = true }]
mtls_certificates = [
  { binding = "MY_CERT", certificate_id = "efwu2n6s" },
]
kv_namespaces = [{ binding = "KV", id = "0123456789abcdef0123456789abcdef" }]
services = [{ binding = "API", service = "api", entrypoint = "Admin" }]
tail_consumers = [{ service = "logs" }]

[dev]
ip = "localhost"
port = 8_787
local_protocol = "http"
upstream_protocol = "https"

[limits]
cpu_ms = 50

[build]
command = "true"
watch_dir = "src"

[assets]
directory = "public"
html_handling = "auto-trailing-slash"
run_worker_first = ["/api/*"]

[vars]
GREETING = "hello"
NUMBER = 1.5e3
FLAG = true
NESTED = { a = [1, 2, 3], "b c" = 'd' }
TEXT = """
two
lines"""

[define]
VERSION = "'1'"

[alias]
foo = "./bar"

[triggers]
crons = ["*/5 * * * *"]

[[queues.producers]]
binding = "QUEUE"
queue = "jobs"

[[queues.consumers]]
queue = "jobs"
max_batch_size = 10

[[r2_buckets]]
binding = "BUCKET"
bucket_name = "files"

[[d1_databases]]
binding = "DB"
database_name = "db"
database_id = "id"

[[send_email]]
name = "MAIL"
destination_address = "a@example.com"

[durable_objects]
bindings = [{ name = "COUNTER", class_name = "Counter" }]

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]

[version_metadata]
binding = "VERSION_META"

[observability]
enabled = true
head_sampling_rate = 0.5

[env.staging]
name = "shop-staging"
vars = { GREETING = "hi", NUMBER = 2, FLAG = false, NESTED = {}, TEXT = "" }
mtls_certificates = [{ binding = "MY_CERT", certificate_id = "staging" }]
route = "staging.example.com/*"

[[env.staging.kv_namespaces]]
binding = "KV"
id = "fedcba9876543210fedcba9876543210"
`,
	"wrangler.jsonc": `// the Worker
{
  "$schema": "./node_modules/wrangler/config-schema.json",
  "name": "shop", /* a comment */
  "main": "index.js",
  "compatibility_date": "2026-01-01",
  "compatibility_flags": ["nodejs_compat"],
  "minify": true,
  "keep_names": false,
  "routes": [{ "pattern": "example.com/*", "zone_name": "example.com" }],
  "rules": [{ "type": "Data", "globs": ["**/*.dat"] }],
  "mtls_certificates": [
    { "binding": "MY_CERT", "certificate_id": "efwu2n6s" }
  ],
  "services": [{ "binding": "API", "service": "api", "props": { "who": "me" } }],
  "kv_namespaces": [{ "binding": "KV", "id": "abc", "preview_id": "def" }],
  "hyperdrive": [{ "binding": "HYPER", "id": "abc", "localConnectionString": "postgres://u:p@localhost/db" }],
  "workflows": [{ "binding": "FLOW", "name": "flow", "class_name": "Flow" }],
  "ratelimits": [{ "name": "LIMIT", "namespace_id": "1", "simple": { "limit": 10, "period": 60 } }],
  "analytics_engine_datasets": [{ "binding": "AE", "dataset": "d" }],
  "secrets_store_secrets": [{ "binding": "SECRET", "store_id": "s", "secret_name": "n" }],
  "ai": { "binding": "AI" },
  "browser": { "binding": "BROWSER" },
  "images": { "binding": "IMAGES" },
  "placement": { "mode": "smart" },
  "secrets": { "required": ["TOKEN"] },
  "site": { "bucket": "public", "include": ["*.html"] },
  "limits": { "cpu_ms": 100, "subrequests": 50 },
  "dev": { "port": 8787, "host": "example.com", "inspector_port": 9229 },
  "vars": { "GREETING": "h\u00e9llo\n", "LIST": [1, -2.5e-3, null, true], "O": { "a": {} } },
  "triggers": { "crons": ["0 0 * * *"] },
  "queues": { "producers": [{ "binding": "QUEUE", "queue": "jobs", "delivery_delay": 5 }] },
  "durable_objects": { "bindings": [{ "name": "COUNTER", "class_name": "Counter", "script_name": "other" }] },
  "env": {
    "staging": {
      "vars": { "GREETING": "hi" },
      "services": [{ "binding": "API", "service": "api-staging" }],
      "workers_dev": false,
    },
  },
}
`,
	".dev.vars": `# secrets
API_KEY=abcdef
export TOKEN = "to\nken" # the token
URL='https://user:pass@example.com/?a=b#c'
MULTI="line one
line two"
EMPTY=
BACK=` + "`it's \"here\"`" + `
COLON: value
JSON={"a": 1}
dotted.name-x=1
  SPACED  =  padded out
LAST=end`,
	"devserver.toml": `proxied_zones = ["example.com"]

[mtls_certificates.MY_CERT]
cert = "client.pem"
key = "client.key"

[origins."a-secured-origin.com"]
connect_to = "127.0.0.1:9443"
server_name = "a-secured-origin.com"
response_timeout = 30

[cf]
country = "DE"
asn = 1
`,
}

// corrupt changes a text once to three times.
func corrupt(r *rand.Rand, name, text string) (string, string) {
	var done []string
	for range []int{1, 1, 1, 1, 1, 2, 2, 3}[r.IntN(8)] {
		var how string
		text, how = corruptOnce(r, name, text)
		done = append(done, how)
	}
	return text, strings.Join(done, ", ")
}

var (
	keyWords = regexp.MustCompile(`[A-Za-z_]{3,}`)
	literals = regexp.MustCompile(`"[^"\n]*"|\btrue\b|\bfalse\b|[0-9][0-9_.e]*|\[[^\[\]\n]*\]|\{[^{}\n]*\}`)
)

// unusual are texts that parsers stumble over.
var unusual = []string{
	"\uFEFF", "\u00A0", "\u2028", "\u2029", "\u0085", "\u200B", "\u202E", "é", "e\u0301", "日本語", "😀", "ß", "\x00", "\x01", "\x1b[31m", "\x7f", "\x80", "\xff", "\xc0\xaf",
	"\xed\xa0\x80", "\xf4\x90\x80\x80", "\r", "\r\n", "\v", "\f", "\t", "“", "‘", "\\u0000", "\\ud800", "\\uD83D\\uDE00", "\\x41", "\\U0001F600", "\\e", "＝", "：",
}

// values are of every type.
var values = []string{
	`"text"`, `""`, "0", "1", "-1", "1.5", "1e400", "-0", "007", "0x1F", "0b1", "1_000", "9007199254740993", "18446744073709551616", "inf", "nan", "+1", ".5", "5.", "true", "false", "True", "null", "undefined", "[]", "{}",
	"[1]", `["a", 1]`, `[["a"]]`, `{ a = 1 }`, `{"a": 1}`, `{ "a": 1, }`, `[1,]`, "2026-01-01", "2026-01-01T00:00:00Z", "07:32:00", "2026-13-45", `'single'`, "`back`", `"""multi"""`, `'''lit'''`, `"unclosed`, "bare", `"\q"`, `"a" "b"`, "", "//", "#",
}

func corruptOnce(r *rand.Rand, name, text string) (string, string) {
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	at := r.IntN(len(text) + 1)
	lines := strings.SplitAfter(text, "\n")
	line := r.IntN(len(lines))
	switch kind := r.IntN(16); kind {
	case 0: // a byte becomes another
		if at == len(text) {
			return text + "x", "added a byte"
		}
		const interesting = "\"'`=:,.#/\\[]{}()-+_ \t\n0aZ$*@!~;\x00\x7f\xc3"
		return text[:at] + string(interesting[r.IntN(len(interesting))]) + text[min(at+1, len(text)):], "replaced a byte"
	case 1: // a byte is lost
		return text[:at] + text[min(at+1, len(text)):], "deleted a byte"
	case 2: // a byte is added
		const interesting = "\"'`=:,.#/\\[]{}()-+_ \t\n0aZ$*"
		return text[:at] + string(interesting[r.IntN(len(interesting))]) + text[at:], "inserted a byte"
	case 3:
		return text[:at], "truncated"
	case 4:
		return text[:at] + pick(unusual) + text[at:], "inserted the unusual"
	case 5:
		return strings.Join(slices.Insert(slices.Clone(lines), r.IntN(len(lines)), lines[line]), ""), "repeated a line"
	case 6:
		return strings.Join(slices.Delete(slices.Clone(lines), line, line+1), ""), "deleted a line"
	case 7:
		other := r.IntN(len(lines))
		lines[line], lines[other] = lines[other], lines[line]
		return strings.Join(lines, ""), "swapped lines"
	case 8, 9: // a word is misspelt, or becomes another that is there
		places := keyWords.FindAllStringIndex(text, -1)
		if len(places) == 0 {
			return text, "nothing"
		}
		place := places[r.IntN(len(places))]
		word := text[place[0]:place[1]]
		if kind == 8 {
			i := r.IntN(len(word))
			word = word[:i] + string(rune('a'+r.IntN(26))) + word[i+1:]
		} else {
			other := places[r.IntN(len(places))]
			word = text[other[0]:other[1]]
		}
		return text[:place[0]] + word + text[place[1]:], "renamed a word"
	case 10, 11, 12, 13, 14: // a value becomes one of another type
		places := literals.FindAllStringIndex(text, -1)
		if len(places) == 0 {
			return text, "nothing"
		}
		place := places[r.IntN(len(places))]
		return text[:place[0]] + pick(values) + text[place[1]:], "replaced a value"
	default:
		end := min(at+r.IntN(200), len(text))
		return text[:at] + text[at:end] + text[at:], "repeated a passage"
	}
}

// TestCorruptions gives wrangler and devserver the same corrupted configurations. What wrangler accepts, devserver does,
// and what it refuses, devserver refuses and says where. Of variables, what is read is the same, too. Where they differ,
// it is for one of the reasons in configDifferences.
func TestCorruptions(t *testing.T) {
	t.Parallel()
	w := startWranglerAPI(t)
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("index.js", "export default {}")
	r := rand.New(rand.NewPCG(*corruptSeed, 1))
	counts := map[string]int{}
	names := []string{"wrangler.toml", "wrangler.toml", "wrangler.toml", "wrangler.toml", "wrangler.jsonc", "wrangler.jsonc", "wrangler.jsonc", ".dev.vars", ".dev.vars", "devserver.toml"}
	for i := range *corruptions {
		name := names[i%len(names)]
		for _, other := range names {
			os.Remove(filepath.Join(dir, other))
		}
		text, how := corrupt(r, name, corruptible[name])
		write(name, text)
		file := name
		if !strings.HasPrefix(name, "wrangler") {
			file = "wrangler.toml"
			write(file, "name = \"shop\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\nmtls_certificates = [{ binding = \"MY_CERT\", certificate_id = \"efwu2n6s\" }]\n")
		}
		env := ""
		if i%3 == 2 && strings.HasPrefix(name, "wrangler") {
			env = "staging"
		}
		c, ds := loadInTime(t, config.Options{Dir: dir, Path: file, Env: env}, text)
		for _, d := range ds {
			if d.Severity == config.Error && d.Pos.Line == 0 && d.Code != config.CodeFile && !(d.Code == config.CodeMissing && d.Path == "main") && d.Code != config.CodeEnvironment {
				t.Errorf("%d %s: a refusal without a position: %s", i, how, d)
			}
		}
		problem := ""
		switch name {
		case "devserver.toml": // has no peer
			counts[fmt.Sprintf("devserver.toml refused %t", ds.HasErrors())]++
			continue
		case ".dev.vars":
			problem = compareVars(t, w, c, ds, filepath.Join(dir, file))
		default:
			problem = compareConfig(t, w, c, ds, filepath.Join(dir, file), env, counts)
		}
		counts[name]++
		if problem != "" {
			t.Errorf("%d %s (%s, env %q): %s\n%s", i, name, how, env, problem, differing(corruptible[name], text))
		}
	}
	t.Logf("%v", counts)
}

// loadInTime loads a configuration, and fails the test if that never ends.
func loadInTime(t *testing.T, o config.Options, text string) (*config.Config, config.Diagnostics) {
	t.Helper()
	type result struct {
		c  *config.Config
		ds config.Diagnostics
	}
	done := make(chan result, 1)
	go func() {
		c, ds := checked(o)
		done <- result{c, ds}
	}()
	select {
	case r := <-done:
		return r.c, r.ds
	case <-time.After(patience):
		t.Fatalf("loading does not end:\n%s", text)
		panic("unreachable")
	}
}

func compareConfig(t *testing.T, w *wranglerAPI, c *config.Config, ds config.Diagnostics, file, env string, counts map[string]int) string {
	t.Helper()
	request := map[string]any{"op": "read", "config": file}
	if env != "" {
		request["env"] = env
	}
	var answer struct{ Error string }
	w.ask(t, request, &answer)
	refused := slices.IndexFunc(ds, func(d config.Diagnostic) bool { return d.Severity == config.Error })
	switch {
	case answer.Error == "" && refused >= 0:
		for _, d := range ds {
			if d.Severity == config.Error && !explainedHere(d) {
				return fmt.Sprintf("wrangler accepts it, devserver has %s: %s", d.Code, d)
			}
		}
		counts["refused here only"]++
	case answer.Error != "" && refused < 0:
		if !explainedThere(answer.Error, c) {
			return "devserver accepts it, wrangler has " + answer.Error
		}
		counts["refused by wrangler only"]++
	case refused >= 0:
		counts["refused by both"]++
	default:
		counts["accepted by both"]++
	}
	return ""
}

// configDifferences are configurations that one side refuses and the other does not, and why. Each is tried by
// TestConfigDifferences; corruptions that come out the same way are told by what is reported.
var configDifferences = []struct {
	why      string
	file     string // the name of the wrangler file
	text     string
	here     string         // the code and the path of devserver's refusal, a space between; "" if it accepts
	reported *regexp.Regexp // what wrangler says; nil if it accepts
}{
	{"wrangler looks for the entry point later, when it refuses as well", "wrangler.toml", "name = \"w\"", "missing main", nil},
	{"as above: it is not there", "wrangler.toml", "main = \"other.js\"", "file main", nil},
	{"as above: it is a directory", "wrangler.toml", "main = \".\"", "file main", nil},
	{"wrangler looks at the assets later, when it refuses as well", "wrangler.toml", "main = \"index.js\"\nassets = { html_handling = \"none\" }", "missing assets.directory", nil},
	{"as above: without a Worker", "wrangler.toml", "assets = { directory = \"public\", run_worker_first = true }", "conflict assets.run_worker_first", nil},
	{"as above: rules", "wrangler.toml", "main = \"index.js\"\nassets = { directory = \"public\", run_worker_first = [] }", "value assets.run_worker_first", nil},
	{"as above: a rule", "wrangler.toml", "main = \"index.js\"\nassets = { directory = \"public\", run_worker_first = [\"#/a\"] }", "value assets.run_worker_first[0]", nil},
	{"as above: nothing but rules that exclude", "wrangler.toml", "main = \"index.js\"\nassets = { directory = \"public\", run_worker_first = [\"!/a\"] }", "value assets.run_worker_first", nil},
	{"workerd refuses it later", "wrangler.toml", "main = \"index.js\"\ncompatibility_date = \"2026-01-01 \"", "value compatibility_date", nil},
	{"nothing can listen there", "wrangler.toml", "main = \"index.js\"\ndev = { port = 70000 }", "value dev.port", nil},
	{"wrangler does not look further at a producer that has an unknown key: here what is missing is missing", "wrangler.toml",
		"main = \"index.js\"\nqueues = { producers = [{ bindin = \"Q\", queue = \"q\" }] }", "missing queues.producers[0].binding", nil},
	{"as above, for a producer that is an array", "wrangler.jsonc", `{ "main": "index.js", "queues": { "producers": [["a"]] } }`, "type queues.producers[0]", nil},
	{"wrangler takes any falsy value for none", "wrangler.jsonc", `{ "main": "index.js", "tail_consumers": "" }`, "type tail_consumers", nil},
	{"wrangler takes the elements of an array for environments of these numbers", "wrangler.jsonc", `{ "main": "index.js", "env": [] }`, "type env", nil},
	{"wrangler takes all keys of assets for names in env if it has no binding", "wrangler.toml",
		"main = \"index.js\"\nvars = { directory = \"x\" }\nassets = { directory = \"public\" }", "", regexp.MustCompile(`assigned to .*Assets bindings`)},
	{"wrangler takes the value of a variable called binding for a name in env", "wrangler.toml",
		"main = \"index.js\"\nvars = { binding = \"A\" }\nkv_namespaces = [{ binding = \"A\", id = \"x\" }]", "", regexp.MustCompile(`assigned to .*Environment Variable bindings`)},
	{"wrangler takes an unknown key, bindings, of a binding for more of them", "wrangler.toml",
		"main = \"index.js\"\nversion_metadata = { binding = \"V\", bindings = [{ name = \"A\" }] }\ndurable_objects = { bindings = [{ name = \"A\", class_name = \"C\" }] }", "",
		regexp.MustCompile(`assigned to .*Worker Version Metadata bindings`)},
	{"wrangler takes the value of a variable called binding for a name in env, and fails if it is not text", "wrangler.toml", "main = \"index.js\"\nvars = { binding = { a = 1 } }", "", regexp.MustCompile(`Cannot convert object to primitive value`)},
	{"wrangler overlooks the names of bindings that are called name", "wrangler.toml",
		"main = \"index.js\"\nsend_email = [{ name = \"A\" }, { name = \"A\" }]", "duplicate send_email[1].name", nil},
	{"as above", "wrangler.toml", "main = \"index.js\"\nvars = { A = \"x\" }\nsend_email = [{ name = \"A\" }]", "duplicate vars.A", nil},
	{"and takes binding for their name", "wrangler.toml",
		"main = \"index.js\"\nsend_email = [{ name = \"A\", binding = \"B\" }]\nkv_namespaces = [{ binding = \"B\", id = \"x\" }]", "", regexp.MustCompile(`assigned to .*Send Email`)},
}

// TestConfigDifferences shows that each of the differences is there.
func TestConfigDifferences(t *testing.T) {
	t.Parallel()
	w := startWranglerAPI(t)
	for _, d := range configDifferences {
		t.Run(d.why, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, d.file)
			for name, text := range map[string]string{d.file: d.text, "index.js": "export default {}", "public/x": "x"} {
				os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700)
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, ds := checked(config.Options{Dir: dir, Path: file})
			var answer struct{ Error string }
			w.ask(t, map[string]any{"op": "read", "config": file}, &answer)
			if ds.HasErrors() != (d.here != "") || d.here != "" && !refusedHere(ds, d.here) {
				t.Errorf("devserver has %s, want %q", ds, d.here)
			}
			if (answer.Error != "") != (d.reported != nil) || d.reported != nil && !d.reported.MatchString(answer.Error) {
				t.Errorf("wrangler has %q, want %v", answer.Error, d.reported)
			}
		})
	}
}

// arrayPlaces are the places of elements in a path.
var arrayPlaces = regexp.MustCompile(`\[\d+\]`)

// refusedHere reports whether one of the problems is the refusal that is meant, in any environment and element.
func refusedHere(ds config.Diagnostics, want string) bool {
	return slices.ContainsFunc(ds, func(d config.Diagnostic) bool {
		return d.Severity == config.Error && refusal(d) == arrayPlaces.ReplaceAllString(want, "[]")
	})
}

func refusal(d config.Diagnostic) string {
	return d.Code + " " + arrayPlaces.ReplaceAllString(strings.TrimPrefix(d.Path, "env.staging."), "[]")
}

// calledName are kinds of bindings of which wrangler overlooks the names.
var calledName = regexp.MustCompile(`Send Email|Rate Limit`)

// explainedHere reports whether wrangler's not refusing is one of the differences.
func explainedHere(d config.Diagnostic) bool {
	for _, difference := range configDifferences {
		if difference.here != "" && refusal(d) == arrayPlaces.ReplaceAllString(difference.here, "[]") {
			return true
		}
	}
	return d.Code == config.CodeDuplicate && calledName.MatchString(d.Message)
}

// explainedThere reports whether devserver's not refusing what wrangler refuses is one of the differences.
func explainedThere(message string, c *config.Config) bool {
	for _, difference := range configDifferences {
		if difference.reported == nil || !difference.reported.MatchString(message) {
			continue
		}
		ofVariable := strings.Contains(difference.text, "vars = { binding")
		if !ofVariable || slices.ContainsFunc(c.Vars, func(v config.Var) bool { return v.Name == "binding" }) {
			return true
		}
	}
	return false
}

func compareVars(t *testing.T, w *wranglerAPI, c *config.Config, ds config.Diagnostics, file string) string {
	t.Helper()
	var answer struct {
		Error string
		Vars  map[string]any
	}
	w.ask(t, map[string]any{"op": "vars", "config": file}, &answer)
	if (answer.Error != "") != ds.HasErrors() {
		return fmt.Sprintf("wrangler %q, devserver %s", answer.Error, ds)
	}
	got := map[string]any{}
	for _, v := range c.Vars {
		got[v.Name] = v.Value
	}
	for name, value := range answer.Vars {
		if got[name] != value {
			return fmt.Sprintf("%s is %q, in wrangler %q", name, got[name], value)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		return fmt.Sprintf("devserver has %v, too", got)
	}
	return ""
}

// differing is the line at which a text begins to differ from another, and its neighbours.
func differing(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range b {
		if i >= len(a) || a[i] != b[i] {
			return fmt.Sprintf("from line %d: %q", i+1, strings.Join(b[i:min(i+3, len(b))], "\n"))
		}
	}
	return fmt.Sprintf("ends after line %d", len(b))
}
