//go:build conformance

package conformance_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/pelletier/go-toml/v2"

	"devserver/bindings/all"
	"devserver/config"
	"devserver/server"
)

// The environment of the run.
const (
	nodeVariable        = "DEVSERVER_NODE_TESTS"   // a checkout of nodejs/node, or its folder test alone
	nodeWorkerdVariable = "DEVSERVER_WORKERD"      // workerd's binary; without it, what is written down of it counts
	nodeSelectVariable  = "NODE_TESTS_SELECT"      // a regular expression that the names have to match, instead of all
	nodeOnlyVariable    = "NODE_TESTS_ONLY"        // "workerd" runs them there alone and writes that down; "recorded" runs what workerd passes
	nodeUpdateVariable  = "NODE_TESTS_UPDATE"      // "1" writes down what workerd passes, and what fails here
	nodeReportVariable  = "NODE_TESTS_REPORT"      // the file that gets every outcome, one a line
	nodeExpectations    = "testdata/node.toml"     // what workerd passes and devserver does not
	nodeRecord          = "testdata/node_list.txt" // what workerd passes
)

// nodeDate is the compatibility date of both sides.
const nodeDate = "2026-11-01"

//go:embed testdata/node_harness.js
var nodeHarness string

// nodeModules are the modules whose tests are run: by the beginnings of the names of their tests, after "test-".
var nodeModules = []struct {
	name     string
	prefixes []string
}{
	{"assert", []string{"assert"}},
	{"async_hooks", []string{"async-local-storage", "async-hooks"}},
	{"buffer", []string{"buffer"}},
	{"console", []string{"console"}},
	{"crypto", []string{"crypto"}},
	{"diagnostics_channel", []string{"diagnostics-channel"}},
	{"dns", []string{"dns"}},
	{"events", []string{"event-emitter", "events", "event-capture-rejections"}},
	{"fs", []string{"fs"}},
	{"http", []string{"http"}},
	{"https", []string{"https"}},
	{"module", []string{"module"}},
	{"net", []string{"net"}},
	{"os", []string{"os"}},
	{"path", []string{"path"}},
	{"perf_hooks", []string{"perf-hooks", "performance"}},
	{"process", []string{"process", "next-tick"}},
	{"querystring", []string{"querystring"}},
	{"stream", []string{"stream", "stream2", "stream3", "streams", "readable", "writable"}},
	{"string_decoder", []string{"string-decoder"}},
	{"timers", []string{"timers"}},
	{"tls", []string{"tls"}},
	{"url", []string{"url", "whatwg-url"}},
	{"util", []string{"util"}},
	{"zlib", []string{"zlib"}},
}

// nodeScript is a test of Node.js's suite.
type nodeScript struct {
	name, module string
	worker       string
}

// nodeOutcome is what became of a script.
type nodeOutcome struct {
	State   string // "pass", "fail" or "skip"
	Message string
}

// TestNodeSuite runs the tests of Node.js's own suite that are plain scripts, each as a Worker, here and on workerd. What
// workerd passes has to pass here, but for what is expected to fail for a reason.
func TestNodeSuite(t *testing.T) {
	root := os.Getenv(nodeVariable)
	if root == "" {
		t.Skipf("%s names no checkout of nodejs/node", nodeVariable)
	}
	scripts, only := nodeScripts(t, filepath.Join(root, "test")), os.Getenv(nodeOnlyVariable)
	expected, record := readNodeExpectations(t), readNodeRecord(t)
	if only == "recorded" {
		scripts = slices.DeleteFunc(scripts, func(s nodeScript) bool { return !record[s.name] })
	}
	if len(scripts) == 0 {
		t.Fatalf("%s: no test is selected", root)
	}
	theirs := make([]nodeOutcome, len(scripts))
	if binary := os.Getenv(nodeWorkerdVariable); binary != "" {
		nodeOnWorkerd(t, binary, scripts, theirs)
	} else {
		t.Logf("%s names no workerd: what is written down of it counts", nodeWorkerdVariable)
		for i, s := range scripts {
			theirs[i].State = "fail"
			if record[s.name] {
				theirs[i].State = "pass"
			}
		}
	}
	here := make([]nodeOutcome, len(scripts))
	if only == "workerd" {
		for i, s := range scripts {
			if delete(record, s.name); theirs[i].State == "pass" {
				record[s.name] = true
			}
		}
		writeNodeRecord(t, record)
		reportNode(t, scripts, theirs, here)
		return
	}
	each(len(scripts), nodeAtOnce, func(i int) { here[i] = nodeHere(t, scripts[i]) })
	reportNode(t, scripts, theirs, here)
	if os.Getenv(nodeUpdateVariable) == "1" {
		updateNode(t, scripts, theirs, here, expected, record)
		return
	}
	for i, s := range scripts {
		reason, listed := expected.reason(s.name)
		theirPass, pass := theirs[i].State == "pass", here[i].State == "pass"
		switch {
		case slices.Contains(expected.Unsteady, s.name):
		case theirPass != record[s.name]:
			t.Errorf("%s: workerd's outcome is another than is written down: %s %s", s.name, theirs[i].State, theirs[i].Message)
		case listed && pass:
			t.Errorf("%s: passes, although it is expected to fail (%s)", s.name, reason)
		case listed && !theirPass:
			t.Errorf("%s: is expected to fail here, and fails on workerd too", s.name)
		case listed && reason == "":
			t.Errorf("%s: is expected to fail for no reason", s.name)
		case theirPass && !pass && !listed:
			t.Errorf("%s: passes on workerd, and not here: %s %s", s.name, here[i].State, here[i].Message)
		}
	}
}

// each calls a function for 0 … n-1, from some goroutines.
func each(n, workers int, do func(i int)) {
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

var (
	nodeFlags    = regexp.MustCompile(`(?m)^// Flags:(.*)$`)
	nodeRequires = regexp.MustCompile(`\brequire\(\s*['"]([^'"]+)['"]\s*\)`)
	nodeKey      = regexp.MustCompile(`[\w.-]+\.(?:pem|crt|pfx|cer|der|csr|key)`)
	nodeQuoted   = regexp.MustCompile("['\"`]([\\w./-]+)['\"`]")
)

// notPlain are the modules that a script cannot do without other processes, threads or Node.js's inner parts.
var notPlain = []string{"child_process", "cluster", "worker_threads", "inspector", "dgram", "repl", "http2", "v8", "wasi", "sqlite"}

// nodeScripts reads the tests that are plain scripts, sorted by name.
func nodeScripts(t *testing.T, dir string) []nodeScript {
	selection := regexp.MustCompile(os.Getenv(nodeSelectVariable))
	entries, err := os.ReadDir(filepath.Join(dir, "parallel"))
	if err != nil {
		t.Fatal(err)
	}
	var scripts []nodeScript
	for _, entry := range entries {
		name, isScript := strings.CutSuffix(entry.Name(), ".js")
		module := nodeModule(name)
		if !isScript || module == "" || !selection.MatchString(name) {
			continue
		}
		source, err := os.ReadFile(filepath.Join(dir, "parallel", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if text := string(source); plainNode(text) {
			scripts = append(scripts, nodeScript{name, module, nodeWorker(t, dir, name, text)})
		}
	}
	return scripts
}

// nodeModule is the module that a test is of; empty if it is none of ours.
func nodeModule(test string) string {
	rest, ok := strings.CutPrefix(test, "test-")
	for _, m := range nodeModules {
		for _, prefix := range m.prefixes {
			if ok && (rest == prefix || strings.HasPrefix(rest, prefix+"-")) {
				return m.name
			}
		}
	}
	return ""
}

// plainNode reports whether a test is a script that needs nothing but modules of Node.js and the folder common.
func plainNode(source string) bool {
	if flags := nodeFlags.FindStringSubmatch(source); flags != nil && strings.TrimSpace(flags[1]) != "--no-warnings" {
		return false
	}
	for _, m := range nodeRequires.FindAllStringSubmatch(source, -1) {
		name := strings.TrimPrefix(m[1], "node:")
		common, isCommon := strings.CutPrefix(name, "../common")
		switch {
		case strings.HasPrefix(name, "internal/") || slices.Contains(notPlain, name) || name == "inspector/promises":
			return false
		case isCommon && !slices.Contains([]string{"", "/", "/index", "/index.js", "/fixtures", "/fixtures.js", "/tmpdir", "/tmpdir.js", "/countdown", "/crypto", "/hijackstdio"}, common):
			return false
		case strings.HasPrefix(name, ".") && !isCommon && !strings.HasPrefix(name, "../fixtures/"):
			return false
		}
	}
	return true
}

// nodeWorker is a Worker that runs a script and answers with its outcome.
func nodeWorker(t *testing.T, dir, name, source string) string {
	fixtures := map[string]string{}
	var modules strings.Builder
	add := func(name string) {
		path := filepath.Join(dir, "fixtures", filepath.FromSlash(name))
		if info, err := os.Stat(path); err != nil || info.IsDir() || info.Size() > 1<<20 {
			return
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fixtures[name] = base64.StdEncoding.EncodeToString(content)
	}
	if strings.Contains(source, "common/fixtures") || strings.Contains(source, "../fixtures/") {
		for _, key := range nodeKey.FindAllString(source, -1) {
			add("keys/" + key)
		}
		if strings.Contains(source, ".pem`") || strings.Contains(source, "getKeyFileName") || strings.Contains(source, "readKey(`") || regexp.MustCompile(`readKey\(\w+[,)]`).MatchString(source) {
			keys, _ := os.ReadDir(filepath.Join(dir, "fixtures", "keys"))
			for _, key := range keys {
				if nodeKey.MatchString(key.Name()) {
					add("keys/" + key.Name())
				}
			}
		}
		for _, quoted := range nodeQuoted.FindAllStringSubmatch(source, -1) {
			name := strings.TrimPrefix(strings.TrimPrefix(quoted[1], "../fixtures/"), "/")
			add(name)
			if info, err := os.Stat(filepath.Join(dir, "fixtures", name)); err == nil && info.IsDir() && name != "keys" && name != "." && name != "" {
				filepath.WalkDir(filepath.Join(dir, "fixtures", name), func(path string, entry fs.DirEntry, err error) error {
					if err == nil && !entry.IsDir() && len(fixtures) < 200 {
						relative, _ := filepath.Rel(filepath.Join(dir, "fixtures"), path)
						add(filepath.ToSlash(relative))
					}
					return nil
				})
			}
		}
		// Scripts among them that are required.
		for _, m := range nodeRequires.FindAllStringSubmatch(source, -1) {
			name, ok := strings.CutPrefix(m[1], "../fixtures/")
			if !ok {
				continue
			}
			for _, file := range []string{name, name + ".js", name + ".json"} {
				content, err := os.ReadFile(filepath.Join(dir, "fixtures", filepath.FromSlash(file)))
				if err != nil {
					continue
				}
				text := string(content)
				if strings.HasSuffix(file, ".json") {
					text = "module.exports = " + text + ";"
				}
				fmt.Fprintf(&modules, "%q: function (exports, require, module) {%s\n},\n", "fixtures/"+strings.TrimSuffix(name, ".js"), text)
			}
		}
	}
	list, err := json.Marshal(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(source, "#!") {
		source = "//" + source
	}
	return "const script = function (exports, require, module, __filename, __dirname) {" + source +
		fmt.Sprintf("\n};\nconst scriptName = %q;\n", name) + "const fixtures = " + string(list) + ";\nconst scripts = {" + modules.String() + "};\n" + nodeHarness
}

// nodeHere runs a script on devserver.
func nodeHere(t *testing.T, s nodeScript) (outcome nodeOutcome) {
	dir, err := os.MkdirTemp("", "node-suite-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	os.WriteFile(filepath.Join(dir, "worker.js"), []byte(s.worker), 0o600)
	os.WriteFile(filepath.Join(dir, "wrangler.toml"), fmt.Appendf(nil, "name = \"suite\"\nmain = \"worker.js\"\ncompatibility_date = %q\nlimits = { cpu_ms = %d }\n", nodeDate, nodeLimit.Milliseconds()), 0o600)
	var failed string
	session := server.NewSession(server.Options{
		Projects: []server.Load{func() (*config.Config, config.Diagnostics) { return config.Load(config.Options{Dir: dir}) }},
		Kinds:    all.Kinds(),
		Getenv:   func(string) string { return "" },

		EnforceLimits: true,
		ThrowErrors:   true, // as workerd does: deployed Workers get a response of the edge

		Report: func(e server.Event) {
			if f, ok := e.(server.Failed); ok {
				failed = f.Error()
			}
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ready := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { session.Run(ctx, time.Now(), func() { close(ready) }) })
	<-ready
	defer wg.Wait()
	defer cancel()
	if failed != "" {
		return nodeOutcome{"fail", failed}
	}
	answer := httptest.NewRecorder()
	limit, stop := context.WithTimeout(context.Background(), nodeLimit)
	defer stop()
	session.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(limit, http.MethodGet, "http://localhost/", nil))
	if json.Unmarshal(answer.Body.Bytes(), &outcome) != nil {
		return nodeOutcome{"fail", fmt.Sprintf("status %d: %.300s", answer.Code, answer.Body.String())}
	}
	return outcome
}

const (
	// nodeBatch is how many scripts one workerd runs.
	nodeBatch = 48
	// nodeLimit is how long a script may run here, which is slower than it is on V8.
	nodeLimit = 3 * time.Minute
	// nodeAtOnce is how many scripts run at the same time: most of those that fail wait for what does not happen.
	nodeAtOnce = 16
)

// nodeOnWorkerd runs scripts on workerd.
func nodeOnWorkerd(t *testing.T, binary string, scripts []nodeScript, outcomes []nodeOutcome) {
	batches := (len(scripts) + nodeBatch - 1) / nodeBatch
	each(batches, goruntime.NumCPU(), func(b int) {
		var batch []int
		for i := b * nodeBatch; i < min((b+1)*nodeBatch, len(scripts)); i++ {
			batch = append(batch, i)
		}
		// A Worker that ends the process, or keeps it busy, takes those beside it down: they are run again, alone.
		for _, i := range nodeRound(t, binary, scripts, batch, outcomes) {
			if len(nodeRound(t, binary, scripts, []int{i}, outcomes)) > 0 {
				outcomes[i] = nodeOutcome{"fail", "it answers nothing: " + outcomes[i].Message}
			}
		}
	})
}

// nodeRound runs some scripts in one workerd, and returns those that gave no answer.
func nodeRound(t *testing.T, binary string, scripts []nodeScript, batch []int, outcomes []nodeOutcome) (again []int) {
	dir, err := os.MkdirTemp("", "node-suite-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	var services, sockets strings.Builder
	for _, i := range batch {
		os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.js", i)), []byte(scripts[i].worker), 0o600)
		fmt.Fprintf(&services, "(name = \"s%d\", worker = (modules = [(name = \"worker.js\", esModule = embed \"%d.js\")], compatibilityDate = %q)),\n", i, i, nodeDate)
		fmt.Fprintf(&sockets, "(name = \"s%d\", address = \"127.0.0.1:0\", http = (), service = \"s%d\"),\n", i, i)
	}
	capnp := "using Workerd = import \"/workerd/workerd.capnp\";\nconst config :Workerd.Config = (services = [(name = \"internet\", network = (allow = [\"private\", \"local\", \"public\"])),\n" +
		services.String() + "], sockets = [\n" + sockets.String() + "]);\n"
	os.WriteFile(filepath.Join(dir, "config.capnp"), []byte(capnp), 0o600)
	events, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	cmd := exec.Command(binary, "serve", "--control-fd=3", filepath.Join(dir, "config.capnp"))
	cmd.ExtraFiles = []*os.File{write}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	err = cmd.Start()
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	ports := map[string]int{}
	for in := bufio.NewScanner(events); len(ports) < len(batch) && in.Scan(); {
		var event struct {
			Event, Socket string
			Port          int
		}
		if json.Unmarshal(in.Bytes(), &event) == nil && event.Event == "listen" {
			ports[event.Socket] = event.Port
		}
	}
	if len(ports) < len(batch) {
		cmd.Process.Kill()
		cmd.Wait()
		for _, i := range batch {
			outcomes[i].Message = fmt.Sprintf("%.300s", said.String())
		}
		return batch
	}
	client := &http.Client{Timeout: 20 * time.Second}
	var mu sync.Mutex
	each(len(batch), nodeAtOnce, func(k int) {
		i := batch[k]
		answer, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/", ports[fmt.Sprintf("s%d", i)]))
		var outcome nodeOutcome
		if err == nil {
			err = json.NewDecoder(answer.Body).Decode(&outcome)
			answer.Body.Close()
		}
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			outcomes[i].Message = err.Error()
			again = append(again, i)
		} else {
			outcomes[i] = outcome
		}
	})
	cmd.Process.Kill()
	cmd.Wait()
	return again
}

// reportNode logs the table by module.
func reportNode(t *testing.T, scripts []nodeScript, theirs, here []nodeOutcome) {
	type count struct{ all, theirs, here, both int }
	counts := map[string]*count{}
	var total count
	var report strings.Builder
	for i, s := range scripts {
		c := counts[s.module]
		if c == nil {
			c = &count{}
			counts[s.module] = c
		}
		for _, c := range []*count{c, &total} {
			c.all++
			if theirs[i].State == "pass" {
				c.theirs++
			}
			if here[i].State == "pass" {
				c.here++
			}
			if theirs[i].State == "pass" && here[i].State == "pass" {
				c.both++
			}
		}
		fmt.Fprintf(&report, "%s\t%s\t%s\t%s\t%.300q\t%.300q\n", s.module, s.name, theirs[i].State, here[i].State, theirs[i].Message, here[i].Message)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, c *count) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%.1f %%\t\n", name, c.all, c.theirs, c.here, c.theirs-c.both, 100*float64(c.both)/float64(max(1, c.theirs)))
	}
	fmt.Fprintln(w, "module\tscripts\tworkerd passes\tdevserver passes\tworkerd's that fail here\tof workerd's\t")
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		row(name, counts[name])
	}
	row("all", &total)
	w.Flush()
	t.Log("\n" + b.String())
	if name := os.Getenv(nodeReportVariable); name != "" {
		if err := os.WriteFile(name, []byte(report.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// nodeFailures are the tests that are expected to fail here, with reasons.
type nodeFailures struct {
	// Unsteady are tests that workerd passes at times, as the machine is busy or has a network: they are not judged.
	Unsteady []string       `toml:"unsteady,multiline"`
	Failures []*nodeFailure `toml:"failure"`
}

type nodeFailure struct {
	Reason string   `toml:"reason"`
	Tests  []string `toml:"tests,multiline"`
}

func (f *nodeFailures) reason(name string) (reason string, listed bool) {
	for _, failure := range f.Failures {
		if slices.Contains(failure.Tests, name) {
			return failure.Reason, true
		}
	}
	return "", false
}

func readNodeExpectations(t *testing.T) *nodeFailures {
	t.Helper()
	text, err := os.ReadFile(nodeExpectations)
	if err != nil {
		t.Fatal(err)
	}
	var f nodeFailures
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&f); err != nil {
		t.Fatalf("%s: %v", nodeExpectations, err)
	}
	return &f
}

// readNodeRecord reads the names of the tests that workerd passes.
func readNodeRecord(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(nodeRecord)
	if err != nil {
		t.Fatal(err)
	}
	record := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if name := strings.TrimSpace(line); name != "" && !strings.HasPrefix(name, "#") {
			record[name] = true
		}
	}
	return record
}

// updateNode writes down what came out.
func updateNode(t *testing.T, scripts []nodeScript, theirs, here []nodeOutcome, expected *nodeFailures, record map[string]bool) {
	t.Helper()
	reasons := map[string]string{}
	for _, f := range expected.Failures {
		for _, name := range f.Tests {
			reasons[name] = f.Reason
		}
	}
	for i, s := range scripts {
		if delete(record, s.name); theirs[i].State == "pass" {
			record[s.name] = true
		}
		if slices.Contains(expected.Unsteady, s.name) {
			continue
		}
		reason := reasons[s.name]
		if delete(reasons, s.name); theirs[i].State == "pass" && here[i].State != "pass" {
			reasons[s.name] = reason
		}
	}
	byReason := map[string]*nodeFailure{}
	for name, reason := range reasons {
		if byReason[reason] == nil {
			byReason[reason] = &nodeFailure{Reason: reason}
		}
		byReason[reason].Tests = append(byReason[reason].Tests, name)
	}
	next := nodeFailures{Unsteady: expected.Unsteady}
	for _, f := range byReason {
		slices.Sort(f.Tests)
		next.Failures = append(next.Failures, f)
	}
	slices.SortFunc(next.Failures, func(a, b *nodeFailure) int { return cmp.Compare(a.Tests[0], b.Tests[0]) })
	var b bytes.Buffer
	b.WriteString("# The tests of Node.js's suite that workerd passes and devserver does not, and why. See CONTRIBUTING.md.\n\n")
	if err := toml.NewEncoder(&b).Encode(next); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(nodeExpectations, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	writeNodeRecord(t, record)
}

func writeNodeRecord(t *testing.T, record map[string]bool) {
	t.Helper()
	names := "# The tests of Node.js's suite, as plain scripts, that workerd passes. See CONTRIBUTING.md.\n" + strings.Join(slices.Sorted(maps.Keys(record)), "\n") + "\n"
	if err := os.WriteFile(nodeRecord, []byte(names), 0o644); err != nil {
		t.Fatal(err)
	}
}
