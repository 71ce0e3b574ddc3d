// Package internal holds what only helps tests. This test is the import policy of ARCHITECTURE.md.
package internal

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// levels are the floors of the house: a package may import packages of lower floors only, unless an exception says
// more. A package that is on no floor fails the test, so that each new one is given its place on purpose.
var levels = [][]string{
	{"runtime/exactmath"},
	{"config", "watch", "origin", "runtime/compat", "runtime/ecmaregexp", "runtime/engine", "runtime/eventloop", "runtime/sourcetext", "server/cron"},
	{"bundle", "runtime/webidl", "origin/demo", "origin/inspect"},
	{"runtime/console", "runtime/timers", "runtime/textcodec", "runtime/weburl", "runtime/arraybuffer", "runtime/intl"},
	{"runtime/events", "runtime/urlpattern", "runtime/structuredclone", "runtime/language", "assets"},
	{"runtime/streams", "runtime/tracing"},
	{"runtime/blob", "runtime/webcrypto", "runtime/messaging", "runtime/performance", "runtime/textstream", "runtime/compression"},
	{"runtime/fetch"},
	{"runtime/cache", "runtime/eventsource", "runtime/htmlrewriter", "runtime/sockets", "runtime/websocket", "runtime/queue", "runtime/rpc", "runtime/email"},
	{"runtime/node", "runtime/wasm"},
	{"runtime"},
	{"bindings", "server/broker"},
	{"bindings/mtls", "bindings/services", "bindings/email", "bindings/queues", "bindings/vars", "bindings/assets", "bindings/sites", "bindings/blobs", "bindings/versionmetadata", "bindings/unsupported"},
	{"bindings/all"},
	{"server"},
	{"cmd/devserver"},
}

// never are imports that the floors alone would allow. The first is a package or, with /..., all below it.
var never = []struct{ from, to, why string }{
	{"runtime/...", "config", "the runtime is told what it needs through its own types"},
	{"bindings", "runtime", "a binding makes values; the runtime takes bindings through an interface that it owns"},
	{"bindings/mtls", "runtime", "as above"},
	{"bindings/services", "runtime", "as above"},
	{"bindings/...", "server", "bindings belong to the session, and do not know it"},
}

// helpers may be imported by tests only.
var helpers = []string{"internal/subprocess", "internal/testpki", "internal/jstest", "internal/testwasm", "internal/suites"}

type pkg struct {
	ImportPath  string
	Imports     []string
	TestImports []string
}

func TestImports(t *testing.T) {
	floor := map[string]int{}
	for level, names := range levels {
		for _, name := range names {
			floor[name] = level
		}
	}
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "devserver/")
		if slices.Contains(helpers, name) || name == "internal" || strings.HasPrefix(name, "examples") {
			continue
		}
		level, ok := floor[name]
		if !ok {
			t.Errorf("%s is on no floor: give it one in internal/deps_test.go and ARCHITECTURE.md", name)
			continue
		}
		for _, path := range p.Imports {
			imported, ours := strings.CutPrefix(path, "devserver/")
			if !ours {
				continue
			}
			if slices.Contains(helpers, imported) {
				t.Errorf("%s imports %s outside its tests", name, imported)
				continue
			}
			if below, known := floor[imported]; known && below >= level {
				t.Errorf("%s (floor %d) imports %s (floor %d): imports go down only", name, level, imported, below)
			}
			for _, rule := range never {
				if imported == rule.to && covers(rule.from, name) {
					t.Errorf("%s imports %s: %s", name, imported, rule.why)
				}
			}
		}
	}
}

func covers(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == prefix || strings.HasPrefix(name, prefix+"/")
	}
	return pattern == name
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}
