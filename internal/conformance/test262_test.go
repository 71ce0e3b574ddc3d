//go:build conformance

package conformance_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/dop251/goja"
	"github.com/pelletier/go-toml/v2"

	"devserver/bundle"
	"devserver/runtime"
	"devserver/runtime/compat"
)

// The environment of the run.
const (
	test262Variable   = "DEVSERVER_TEST262" // a checkout of tc39/test262
	selectionVariable = "TEST262_SELECT"    // a regular expression that the paths have to match, instead of all
	engineVariable    = "TEST262_ENGINE"    // "bare" runs the tests on the engine alone
	resultsVariable   = "TEST262_RESULTS"   // the file that gets the results, one a line; what is in it already is not run again
)

// TestLanguage runs test262, the test suite of ECMAScript, as Workers: each test in its strict variant, bundled with what
// it includes and evaluated at module scope. It counts by feature, and fails on nothing: the share of the tests is the
// result.
func TestLanguage(t *testing.T) {
	root := os.Getenv(test262Variable)
	if root == "" {
		t.Skipf("%s names no checkout of test262", test262Variable)
	}
	suite := &test262{root: root, bare: os.Getenv(engineVariable) == "bare", harness: make(map[string]string), dir: t.TempDir()}
	selection := regexp.MustCompile(os.Getenv(selectionVariable))
	var paths []string
	for _, folder := range []string{"language", "built-ins", "annexB"} {
		filepath.WalkDir(filepath.Join(root, "test", folder), func(path string, entry fs.DirEntry, err error) error {
			name := strings.TrimPrefix(filepath.ToSlash(path), filepath.ToSlash(root)+"/test/")
			if err == nil && strings.HasSuffix(path, ".js") && !strings.Contains(name, "_FIXTURE") && selection.MatchString(name) {
				paths = append(paths, name)
			}
			return err
		})
	}
	// Those of all of Unicode take the longest.
	slow := func(path string) int { return strings.Count(path, "/property-escapes/generated/") }
	slices.SortStableFunc(paths, func(a, b string) int { return slow(a) - slow(b) })
	for _, name := range []string{"assert.js", "sta.js", "doneprintHandle.js"} {
		suite.include(t, name)
	}
	results := make([]verdict262, len(paths))
	record := newRecord262(t, os.Getenv(resultsVariable))
	var work sync.WaitGroup
	next := make(chan int)
	for range goruntime.NumCPU() {
		work.Go(func() {
			for i := range next {
				results[i] = record.of(paths[i], suite.run)
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	work.Wait()
	report262(t, paths, results)
	if suite.bare {
		return
	}
	text, err := os.ReadFile(expectations262File)
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Failure []expectation262 `toml:"failure"`
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&expected); err != nil {
		t.Fatalf("%s: %v", expectations262File, err)
	}
	for _, problem := range judge262(expected.Failure, paths, results) {
		t.Error(problem)
	}
}

// verdict262 is what became of a test.
type verdict262 struct {
	Features []string `json:"features,omitempty"`
	Skipped  string   `json:"skipped,omitempty"` // why it is no strict test of a Worker
	Failure  string   `json:"failure,omitempty"` // empty: it passes
}

// record262 keeps the results in a file, so that a run that was broken off can go on.
type record262 struct {
	mu   sync.Mutex
	file *os.File
	had  map[string]verdict262
}

// line262 is one line of the file.
type line262 struct {
	Path string `json:"path"`
	verdict262
}

func newRecord262(t *testing.T, name string) *record262 {
	r := &record262{had: make(map[string]verdict262)}
	if name == "" {
		return r
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	for decoder := json.NewDecoder(file); ; {
		var line line262
		if err := decoder.Decode(&line); err != nil {
			break // at the end, or in a line that was not finished
		}
		r.had[line.Path] = line.verdict262
	}
	r.file = file
	return r
}

// of is the result of a test, which is run if there is none so far.
func (r *record262) of(path string, run func(path string) verdict262) verdict262 {
	if v, ok := r.had[path]; ok {
		return v
	}
	v := run(path)
	if r.file != nil {
		text, _ := json.Marshal(line262{path, v})
		r.mu.Lock()
		r.file.Write(append(text, '\n'))
		r.mu.Unlock()
	}
	return v
}

type test262 struct {
	root, dir string
	bare      bool

	mu      sync.Mutex
	harness map[string]string
}

// include reads a file of the harness.
func (s *test262) include(t testing.TB, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, ok := s.harness[name]
	if !ok {
		content, err := os.ReadFile(filepath.Join(s.root, "harness", name))
		if err != nil && t != nil {
			t.Fatal(err)
		}
		text = string(content)
		s.harness[name] = text
	}
	return text
}

// meta262 is what a test says of itself.
type meta262 struct {
	flags, includes, features []string
	phase, negative           string
}

var (
	frontMatter = regexp.MustCompile(`(?s)/\*---\r?\n(.*?)---\*/`)
	listForm    = regexp.MustCompile(`(?m)^(flags|includes|features):[ \t]*(?:\[([^\]]*)\]|((?:\n[ \t]+- .*)+))`)
	phaseForm   = regexp.MustCompile(`(?m)^negative:\s*\n(?:[ \t]+.*\n)*?[ \t]+phase:\s*(\w+)`)
	typeForm    = regexp.MustCompile(`(?m)^negative:\s*\n(?:[ \t]+.*\n)*?[ \t]+type:\s*(\w+)`)
)

func parse262(source string) (m meta262) {
	match := frontMatter.FindStringSubmatch(source)
	if match == nil {
		return m
	}
	for _, list := range listForm.FindAllStringSubmatch(match[1], -1) {
		var items []string
		for _, item := range strings.FieldsFunc(list[2]+list[3], func(c rune) bool { return c == ',' || c == '\n' }) {
			if item = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(item), "- ")); item != "" {
				items = append(items, item)
			}
		}
		switch list[1] {
		case "flags":
			m.flags = items
		case "includes":
			m.includes = items
		case "features":
			m.features = items
		}
	}
	if phase := phaseForm.FindStringSubmatch(match[1]); phase != nil {
		m.phase = phase[1]
	}
	if name := typeForm.FindStringSubmatch(match[1]); name != nil {
		m.negative = name[1]
	}
	return m
}

// host262 is what the suite wants of its host, as far as a Worker can have it.
const host262 = `var $262 = { global: globalThis, gc() {}, detachArrayBuffer(b) { if (!b.detached) structuredClone(b, { transfer: [b] }); },
	createRealm() { throw new Error("there is one realm") }, evalScript(s) { return (0, eval)(s) }, agent: { start() { throw new Error("there is one agent") } } };
var print = () => {};
`

func (s *test262) run(path string) (v verdict262) {
	content, err := os.ReadFile(filepath.Join(s.root, "test", filepath.FromSlash(path)))
	if err != nil {
		return verdict262{Failure: err.Error()}
	}
	source := string(content)
	m := parse262(source)
	v.Features = m.features
	is := func(flag string) bool { return slices.Contains(m.flags, flag) }
	if is("noStrict") || is("raw") {
		v.Skipped = "not strict"
		return v
	}
	var text strings.Builder
	if !is("module") {
		text.WriteString("\"use strict\";\n")
	}
	text.WriteString(host262)
	for _, name := range append([]string{"assert.js", "sta.js"}, m.includes...) {
		text.WriteString(s.include(nil, name) + "\n")
	}
	if is("async") {
		text.WriteString("let __settle; globalThis.__done = new Promise((resolve, reject) => { __settle = (e) => e === undefined ? resolve() : reject(e); });\nfunction $DONE(e) { __settle(e); }\nglobalThis.$DONE = $DONE;\n")
	}
	text.WriteString(source)
	if is("async") && s.bare {
		text.WriteString("\n;await globalThis.__done;\n")
	}
	name, message := s.evaluate(path, text.String(), m)
	switch {
	case m.negative == "" && name != "":
		v.Failure = name + ": " + message
	case m.negative != "" && name == "":
		v.Failure = "should have failed with " + m.negative
	case m.negative != "" && name != m.negative && !(m.phase == "parse" && name == "SyntaxError"):
		v.Failure = "failed with " + name + " instead of " + m.negative + ": " + message
	}
	return v
}

// evaluate runs a test and returns the name and the message of what it throws; empty if it ends well.
func (s *test262) evaluate(path, source string, m meta262) (name, message string) {
	defer func() {
		if e := recover(); e != nil {
			name, message = "panic", fmt.Sprint(e)
		}
	}()
	if s.bare {
		return evaluateBare(source)
	}
	// It may have a default export of its own, so that the Worker is another module.
	worker := "import " + strconv.Quote("./"+filepath.Base(path)) + ";\nexport default { fetch() {} };\n"
	if slices.Contains(m.flags, "async") {
		worker += "await globalThis.__done;\n"
	}
	entry, err := s.layOut(path, source, worker)
	if err != nil {
		return "error", err.Error()
	}
	defer os.RemoveAll(filepath.Dir(entry))
	if slices.Contains(m.flags, "module") {
		// esbuild knows by the text alone only those modules that import or export.
		os.WriteFile(filepath.Join(filepath.Dir(entry), "package.json"), []byte(`{"type":"module"}`), 0o644)
	}
	options := bundle.Options{Entry: entry}
	if !slices.Contains(m.flags, "module") {
		// A test that is none is a script, where "this" is the global object. It is not at the top of a Worker's modules.
		options.Define = map[string]string{"this": "globalThis"}
	}
	if slices.Contains(m.features, "dynamic-import") {
		// Some work out what they import: modules with such names have to be found.
		options.FindAdditionalModules = true
		options.Rules = []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*_FIXTURE.js"}}}
	}
	b := bundle.New(options)
	defer b.Close()
	script, err := b.Build()
	if err != nil {
		return "SyntaxError", err.Error()
	}
	flags, _ := compat.Resolve("2026-08-01", nil)
	loaded, fail := runtime.Load(runtime.Options{
		Script: runtime.Script{Name: script.Name, Code: script.Code, WrittenText: script.WrittenText, Assigned: script.Assigned, ReflectsGlobal: script.ReflectsGlobal, Loads: script.Loads, DirectEval: script.DirectEval},
		Compat: flags, CPULimit: time.Minute,
	})
	if fail != nil {
		thrown := thrownName.FindStringSubmatch(fail.Message) // of an object that is no Error
		if fail.Name == "" && thrown != nil {
			return thrown[1], fail.Message
		}
		return cmp.Or(fail.Name, "error"), fail.Message
	}
	loaded.Close()
	return "", ""
}

var thrownName = regexp.MustCompile(`^Uncaught (\w+) \{`)

var fixtureName = regexp.MustCompile(`[\w./-]*_FIXTURE\.\w+`)

// layOut puts a test into a folder of its own under its own name, which it may import, and the fixtures that it, or they, name. The
// entry is a Worker of that text.
func (s *test262) layOut(path, source, worker string) (entry string, err error) {
	dir, err := os.MkdirTemp(s.dir, "")
	if err != nil {
		return "", err
	}
	from := filepath.Join(s.root, "test", filepath.Dir(filepath.FromSlash(path)))
	entry = filepath.Join(dir, filepath.Base(path))
	var add func(text string) error
	add = func(text string) error {
		for _, name := range fixtureName.FindAllString(text, -1) {
			to := filepath.Join(dir, filepath.FromSlash(name))
			if !strings.HasPrefix(to, dir) {
				continue
			}
			content, err := os.ReadFile(filepath.Join(from, filepath.FromSlash(name)))
			if _, there := os.Stat(to); err != nil || there == nil {
				continue // a test may name what there is not
			}
			if err := cmp.Or(os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, content, 0o644), add(string(content))); err != nil {
				return err
			}
		}
		return nil
	}
	if err := cmp.Or(os.WriteFile(entry, []byte(source), 0o644), add(source)); err != nil {
		return "", err
	}
	entry = filepath.Join(dir, "worker-of-the-test.js")
	return entry, os.WriteFile(entry, []byte(worker), 0o644)
}

func evaluateBare(source string) (name, message string) {
	vm := goja.New()
	vm.SetMaxCallStackSize(1000)
	timer := time.AfterFunc(time.Minute, func() { vm.Interrupt("too long") })
	defer timer.Stop()
	program, err := goja.Compile("test.js", "(async function(){"+source+"\n})", true)
	if err != nil {
		return "SyntaxError", err.Error()
	}
	v, err := vm.RunProgram(program)
	if err == nil {
		call, _ := goja.AssertFunction(v)
		v, err = call(goja.Undefined())
	}
	var thrown goja.Value
	if exception, ok := errors.AsType[*goja.Exception](err); ok {
		thrown = exception.Value()
	} else if err != nil {
		return "error", err.Error()
	} else if promise, ok := v.Export().(*goja.Promise); ok && promise.State() == goja.PromiseStateRejected {
		thrown = promise.Result()
	} else if promise.State() == goja.PromiseStatePending {
		return "error", "never settles"
	}
	if thrown == nil {
		return "", ""
	}
	if obj, ok := thrown.(*goja.Object); ok {
		if n := obj.Get("name"); n != nil && !goja.IsUndefined(n) {
			return n.String(), fmt.Sprint(obj.Get("message"))
		}
		return "Test262Error", obj.String()
	}
	return "error", thrown.String()
}

// later262 are the features of test262 that are younger than ES2025, or proposals. Their tests are counted by feature only.
var later262 = strings.Fields(`Array.fromAsync Atomics.pause Error.isError Intl.Era-monthcode Intl.Locale-info Iterator.prototype.join
	Math.sumPrecise ShadowRealm Temporal await-dictionary canonical-tz decorators error-stack-accessor explicit-resource-management
	export-defer immutable-arraybuffer import-bytes import-defer import-text iterator-chunking iterator-includes iterator-sequencing
	joint-iteration json-parse-with-source legacy-regexp nonextensible-applies-to-private source-phase-imports
	source-phase-imports-module-source uint8array-base64 upsert`)

// unclaimed262 are the features of ES2015 to ES2025 that devserver does not claim to have. In the total they count as failed.
var unclaimed262 = map[string]string{
	"IsHTMLDDA":                        "there is no document.all",
	"cross-realm":                      "a Worker has one realm",
	"host-gc-required":                 "nothing is told of what is collected",
	"tail-call-optimization":           "as everywhere but in Safari",
	"Atomics.waitAsync":                "a Worker has one thread",
	"arbitrary-module-namespace-names": "the engine's modules are functions",
}

// report262 logs the tables, by folder of the suite and by feature.
func report262(t *testing.T, paths []string, results []verdict262) {
	type count struct{ all, pass int }
	folders, features, later := map[string]*count{}, map[string]*count{}, map[string]*count{}
	add := func(m map[string]*count, key string, pass bool) {
		if m[key] == nil {
			m[key] = &count{}
		}
		m[key].all++
		if pass {
			m[key].pass++
		}
	}
	var total, claimed count
	for i, v := range results {
		if v.Skipped != "" {
			continue
		}
		pass := v.Failure == ""
		if slices.ContainsFunc(v.Features, func(feature string) bool { return slices.Contains(later262, feature) }) {
			for _, feature := range v.Features {
				if slices.Contains(later262, feature) {
					add(later, feature, pass)
				}
			}
			continue
		}
		parts := strings.SplitN(paths[i], "/", 4)
		add(folders, strings.Join(parts[:min(2, len(parts)-1)], "/"), pass)
		for _, feature := range v.Features {
			add(features, feature, pass)
		}
		if len(v.Features) == 0 {
			add(features, "(none)", pass)
		}
		has := !slices.ContainsFunc(v.Features, func(feature string) bool { return unclaimed262[feature] != "" })
		for _, c := range []struct {
			*count
			counts, pass bool
		}{{&total, true, pass && has}, {&claimed, has, pass}} {
			if c.counts {
				if c.all++; c.pass {
					c.count.pass++
				}
			}
		}
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(name string, c count, note string) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f %%\t %s\n", name, c.pass, c.all, 100*float64(c.pass)/float64(max(1, c.all)), note)
	}
	for _, m := range []map[string]*count{folders, features, later} {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			note := ""
			if why := unclaimed262[key]; why != "" {
				note = "not claimed: " + why
			} else if slices.Contains(later262, key) {
				note = "after ES2025"
			}
			row(key, *m[key], note)
		}
		fmt.Fprintln(w, "\t\t\t\t")
	}
	row("claimed features", claimed, "")
	row("ES2015 to ES2025, strict", total, "unclaimed features counted as failed")
	w.Flush()
	t.Log("\n" + b.String())
}

// expectations262File lists the tests that are expected to fail.
var expectations262File = filepath.Join("testdata", "test262.toml")

// expectation262 is one reason, and the tests that fail for it: paths, with * for any text.
type expectation262 struct {
	Reason string   `toml:"reason"`
	Tests  []string `toml:"tests"`
}

// judge262 says in what a run differs from what is expected: a test that fails, one that passes.
func judge262(expected []expectation262, paths []string, results []verdict262) (problems []string) {
	exact := make(map[string]string)
	type pattern struct{ text, reason string }
	var patterns []pattern
	for _, e := range expected {
		for _, text := range e.Tests {
			if strings.Contains(text, "*") {
				patterns = append(patterns, pattern{text, e.Reason})
			} else {
				exact[text] = e.Reason
			}
		}
	}
	for i, path := range paths {
		if results[i].Skipped != "" {
			continue
		}
		reason, expect := exact[path]
		for _, p := range patterns {
			if matches(p.text, path) {
				reason, expect = p.reason, true
			}
		}
		switch failure := results[i].Failure; {
		case failure != "" && !expect:
			problems = append(problems, fmt.Sprintf("%s: fails: %.200s", path, failure))
		case failure == "" && expect:
			problems = append(problems, fmt.Sprintf("%s: passes, although it is expected to fail: %s", path, reason))
		}
	}
	for _, e := range expected {
		if e.Reason == "" {
			problems = append(problems, "no reason is given for "+strings.Join(e.Tests, ", "))
		}
	}
	return problems
}

// TestJudge262 is the test of the judgement.
func TestJudge262(t *testing.T) {
	expected := []expectation262{{"because", []string{"a/known.js", "b/*"}}}
	for _, c := range []struct {
		path, failure string
		problem       bool
	}{{"a/known.js", "x", false}, {"a/known.js", "", true}, {"a/new.js", "x", true}, {"a/new.js", "", false}, {"b/1.js", "x", false}, {"b/1.js", "", true}} {
		if got := judge262(expected, []string{c.path}, []verdict262{{Failure: c.failure}}); (len(got) == 1) != c.problem {
			t.Errorf("%v: %q", c, got)
		}
	}
}
