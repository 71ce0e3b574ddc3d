//go:build conformance

package conformance_test

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/dop251/goja"

	"devserver/bundle"
	"devserver/runtime"
	"devserver/runtime/compat"
)

// The environment of the run.
const (
	test262Variable   = "DEVSERVER_TEST262" // a checkout of tc39/test262
	selectionVariable = "TEST262_SELECT"    // a regular expression that the paths have to match, instead of all
	engineVariable    = "TEST262_ENGINE"    // "bare" runs the tests on the engine alone
	failuresVariable  = "TEST262_FAILURES"  // the file that gets the failures, one a line
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
	for _, name := range []string{"assert.js", "sta.js", "doneprintHandle.js"} {
		suite.include(t, name)
	}
	results := make([]verdict262, len(paths))
	var work sync.WaitGroup
	next := make(chan int)
	for range goruntime.NumCPU() {
		work.Go(func() {
			for i := range next {
				results[i] = suite.run(paths[i])
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	work.Wait()
	report262(t, paths, results)
}

// verdict262 is what became of a test.
type verdict262 struct {
	features []string
	skipped  string // why it is no strict test of a Worker
	failure  string // empty: it passes
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
const host262 = `var $262 = { global: globalThis, gc() {}, detachArrayBuffer(b) { structuredClone(b, { transfer: [b] }); },
	createRealm() { throw new Error("there is one realm") }, evalScript(s) { return (0, eval)(s) }, agent: { start() { throw new Error("there is one agent") } } };
var print = () => {};
`

func (s *test262) run(path string) (v verdict262) {
	content, err := os.ReadFile(filepath.Join(s.root, "test", filepath.FromSlash(path)))
	if err != nil {
		return verdict262{failure: err.Error()}
	}
	source := string(content)
	m := parse262(source)
	v.features = m.features
	is := func(flag string) bool { return slices.Contains(m.flags, flag) }
	if is("noStrict") || is("raw") {
		v.skipped = "not strict"
		return v
	}
	var text strings.Builder
	text.WriteString(host262)
	for _, name := range append([]string{"assert.js", "sta.js"}, m.includes...) {
		text.WriteString(s.include(nil, name) + "\n")
	}
	if is("async") {
		text.WriteString("let __settle; const __done = new Promise((resolve, reject) => { __settle = (e) => e === undefined ? resolve() : reject(e); });\nfunction $DONE(e) { __settle(e); }\nglobalThis.$DONE = $DONE;\n")
	}
	text.WriteString(source)
	if is("async") {
		text.WriteString("\n;await __done;\n")
	}
	name, message := s.evaluate(path, text.String(), is("module"))
	switch {
	case m.negative == "" && name != "":
		v.failure = name + ": " + message
	case m.negative != "" && name == "":
		v.failure = "should have failed with " + m.negative
	case m.negative != "" && name != m.negative && !(m.phase == "parse" && name == "SyntaxError"):
		v.failure = "failed with " + name + " instead of " + m.negative
	}
	return v
}

// evaluate runs a test and returns the name and the message of what it throws; empty if it ends well.
func (s *test262) evaluate(path, source string, module bool) (name, message string) {
	defer func() {
		if e := recover(); e != nil {
			name, message = "panic", fmt.Sprint(e)
		}
	}()
	if s.bare {
		return evaluateBare(source)
	}
	// A module that imports itself, or fixtures, has to be where it was.
	dir := filepath.Join(s.root, "test", filepath.Dir(filepath.FromSlash(path)))
	if !module {
		dir = s.dir
	}
	file, err := os.CreateTemp(dir, "test-*.js")
	if err != nil {
		return "error", err.Error()
	}
	defer os.Remove(file.Name())
	file.WriteString(source + "\nexport default { fetch() {} };\n")
	file.Close()
	b := bundle.New(bundle.Options{Entry: file.Name()})
	defer b.Close()
	script, err := b.Build()
	if err != nil {
		return "SyntaxError", err.Error()
	}
	flags, _ := compat.Resolve("2026-08-01", nil)
	worker, fail := runtime.Load(runtime.Options{
		Script: runtime.Script{Name: script.Name, Code: script.Code, Assigned: script.Assigned, ReflectsGlobal: script.ReflectsGlobal, Loads: script.Loads},
		Compat: flags, CPULimit: 10 * time.Second,
	})
	if fail != nil {
		return cmp.Or(fail.Name, "error"), fail.Message
	}
	worker.Close()
	return "", ""
}

func evaluateBare(source string) (name, message string) {
	vm := goja.New()
	vm.SetMaxCallStackSize(1000)
	timer := time.AfterFunc(10*time.Second, func() { vm.Interrupt("too long") })
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

// report262 logs the table: by folder of the suite, and by feature.
func report262(t *testing.T, paths []string, results []verdict262) {
	type count struct{ all, pass int }
	folders, features := map[string]*count{}, map[string]*count{}
	add := func(m map[string]*count, key string, pass bool) {
		if m[key] == nil {
			m[key] = &count{}
		}
		m[key].all++
		if pass {
			m[key].pass++
		}
	}
	var total count
	var failures strings.Builder
	for i, v := range results {
		if v.skipped != "" {
			continue
		}
		pass := v.failure == ""
		parts := strings.SplitN(paths[i], "/", 4)
		add(folders, strings.Join(parts[:min(2, len(parts)-1)], "/"), pass)
		for _, feature := range v.features {
			add(features, feature, pass)
		}
		if len(v.features) == 0 {
			add(features, "(none)", pass)
		}
		if total.all++; pass {
			total.pass++
		} else {
			fmt.Fprintf(&failures, "%s\t%.200q\n", paths[i], v.failure)
		}
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, m := range []map[string]*count{folders, features} {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			fmt.Fprintf(w, "%s\t%d\t%d\t%.1f %%\t\n", key, m[key].pass, m[key].all, 100*float64(m[key].pass)/float64(m[key].all))
		}
		fmt.Fprintln(w, "\t\t\t\t")
	}
	fmt.Fprintf(w, "all\t%d\t%d\t%.1f %%\t\n", total.pass, total.all, 100*float64(total.pass)/float64(max(1, total.all)))
	w.Flush()
	t.Log("\n" + b.String())
	if name := os.Getenv(failuresVariable); name != "" {
		if err := os.WriteFile(name, []byte(failures.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}
