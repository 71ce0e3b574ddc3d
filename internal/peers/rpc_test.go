//go:build peers

package peers

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"devserver/config"
	"devserver/server"
)

// rpcUnlikes are the cases in which devserver differs from Miniflare on purpose: what it answers, and why.
var rpcUnlikes = map[string]struct{ ours, why string }{
	"fetch nothing": {"throws TypeError TypeError: Failed to execute 'fetch' on 'Fetcher': 1 argument required, but only 0 present. {}",
		"workerd names the type of the parameter that is missing; all our operations say how many there should be"},
	"fetch of no Response": {"throws TypeError TypeError: Incorrect type for Promise: the Promise did not resolve to 'Response'. {remote: true}",
		"workerd says something else of a class's handler than of an object's; here it is one"},
	"fetch cf": {`{cacheTtl: 5, mine: "x"}`, "workerd derives cacheControl from cacheTtl for the cache of the edge, which is not there"},
	"call: a class that is no entrypoint": {"throws TypeError TypeError: The exported class NotAnEntrypoint has no methods that other Workers can call: it does not extend WorkerEntrypoint. {remote: true}",
		"workerd says \"internal error\" and explains it in its log"},
	"dispose: dup afterwards": {`"throws Error Error: RPC stub used after being disposed. {}"`, "workerd says \"internal error\""},
	"exports: of a plain function": {`"throws TypeError TypeError: Failed to execute '(called as function)' on 'LoopbackServiceStub': parameter 1 is not of type 'Options'. {}"`,
		"workerd takes every function for the class of a Durable Object"},
	"value: an error whose message is no text": {"Error Error: [object Object] {}", "workerd sends the object and cannot receive it"},
	"value: an error in a circle":              {"true", "workerd sends the circle and cannot receive it"},
	"value: an error's stack":                  {`"of my own"`, "workerd does not send the stack of an error that is a value"},
	"value: a SharedArrayBuffer": {`"throws DOMException DataCloneError \"#<SharedArrayBuffer> could not be cloned.\" 25"`,
		"workerd sends it and cannot receive it"},
	"value: a boxed symbol":      {`throws DOMException DataCloneError "#<Symbol> could not be cloned." 25`, "the engine has no Symbol.prototype[Symbol.toStringTag] for it"},
	"function: as a constructor": {`"throws TypeError TypeError: F is not a constructor {}"`, "workerd calls what is constructed"},
	"target: a stub of a stub":   {`"method 1"`, "workerd loses the methods; what works here is nothing that one can rely on"},
	"name: toJSON":               {`"undefined"`, "for the engine a property that can be called is a function, which JSON leaves out"},
	"exports: constructed":       {`"throws TypeError TypeError: ctx.exports.Other is not a constructor {}"`, "workerd calls what is constructed"},
}

// rpcWorker is a Worker of testdata/rpc/workers.json: its script, and its service bindings in Miniflare's form.
type rpcWorker struct {
	Name, Script string
	Services     map[string]rpcService
}

type rpcService struct {
	Name       string          `json:"name"`
	Entrypoint string          `json:"entrypoint,omitempty"`
	Props      json.RawMessage `json:"props,omitempty"`
}

// TestServices has three Workers call each other on both sides: by fetch() and by RPC. The cases are functions in
// testdata/rpc/caller.js; the answer to each is a text that shows all that a script can tell of what it got.
func TestServices(t *testing.T) {
	t.Parallel()
	var workers []rpcWorker
	if err := json.Unmarshal(rpcFile(t, "workers.json"), &workers); err != nil {
		t.Fatal(err)
	}
	miniflare := startMiniflareWorkers(t, workers)
	ours := serveWorkers(t, workers)
	var cases []string
	if err := json.Unmarshal([]byte(ours.ask(t, get("/")).body), &cases); err != nil {
		t.Fatal(err)
	}
	var different atomic.Int64
	compare := func(name string) {
		path := "/" + url.PathEscape(name)
		got, want := ours.ask(t, get(path)), miniflare.ask(t, get(path))
		if unlike, ok := rpcUnlikes[name]; ok {
			different.Add(1)
			if got.body != unlike.ours {
				t.Errorf("%s\n      got %s\n     want %s\n(%s)", name, got.body, unlike.ours, unlike.why)
			}
			if got.body == want.body {
				t.Errorf("%s is not different any more", name)
			}
			return
		}
		if got.status != want.status || got.body != want.body {
			t.Errorf("%s\n      got %s %s\nminiflare %s %s", name, got.status, got.body, want.status, want.body)
		}
	}
	// Those that do something many times are on their own: they leave no time for others.
	var light, heavy []string
	for _, name := range cases {
		if strings.Contains(name, "thousand") || strings.Contains(name, "hundred") {
			heavy = append(heavy, name)
		} else {
			light = append(light, name)
		}
	}
	concurrently(light, compare)
	for _, name := range heavy {
		compare(name)
	}
	t.Logf("%d cases, %d of them different on purpose", len(cases), different.Load())
}

// serveWorkers runs Workers of testdata/rpc on devserver.
func serveWorkers(t testing.TB, workers []rpcWorker) *peer {
	t.Helper()
	dir := t.TempDir()
	var options server.Options
	for _, w := range workers {
		project := filepath.Join(dir, w.Name)
		type service struct {
			Binding    string          `json:"binding"`
			Service    string          `json:"service"`
			Entrypoint string          `json:"entrypoint,omitempty"`
			Props      json.RawMessage `json:"props,omitempty"`
		}
		services := []service{}
		for _, binding := range slices.Sorted(maps.Keys(w.Services)) {
			s := w.Services[binding]
			services = append(services, service{binding, s.Name, s.Entrypoint, s.Props})
		}
		configuration, err := json.Marshal(map[string]any{"name": w.Name, "main": w.Script, "compatibility_date": compatibilityDate, "services": services})
		if err != nil {
			t.Fatal(err)
		}
		write := func(name string, content []byte) {
			if err := os.WriteFile(filepath.Join(project, name), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		os.MkdirAll(project, 0o700)
		write("wrangler.json", configuration)
		write(w.Script, rpcFile(t, w.Script))
		options.Projects = append(options.Projects, func() (*config.Config, config.Diagnostics) {
			return config.Load(config.Options{Dir: project, Path: filepath.Join(project, "wrangler.json")})
		})
	}
	peer, seen := serveWith(t, &project{dir: dir}, options)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("devserver said:\n%s", seen.take())
		}
	})
	return peer
}

func rpcFile(t testing.TB, name string) []byte {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "rpc", name))
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// startMiniflareWorkers runs Workers of testdata/rpc on Miniflare.
func startMiniflareWorkers(t testing.TB, workers []rpcWorker) *peer {
	t.Helper()
	type module struct {
		Type     string `json:"type"`
		Path     string `json:"path"`
		Contents string `json:"contents"`
	}
	var options []map[string]any
	for _, w := range workers {
		options = append(options, map[string]any{
			"name": w.Name, "compatibilityDate": compatibilityDate, "serviceBindings": w.Services,
			"modules": []module{{"ESModule", w.Script, string(rpcFile(t, w.Script))}},
		})
	}
	text, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "workers.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return runMiniflare(t, "miniflare_workers.mjs", miniflareFolder(t), file)
}
