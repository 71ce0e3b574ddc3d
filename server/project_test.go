package server_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"devserver/config"
	"devserver/server"
)

// serveAll serves the Workers in some directories of the project, the first of which answers requests.
func serveAll(t *testing.T, files map[string]string, workers ...string) *project {
	t.Helper()
	return serveWith(t, files, func(o *server.Options) {
		dir := o.Projects[0] // it knows the directory
		cfg, _ := dir()
		o.Projects = nil
		for _, worker := range workers {
			o.Projects = append(o.Projects, func() (*config.Config, config.Diagnostics) {
				return config.Load(config.Options{Dir: cfg.Dir, Path: wranglerFile(filepath.Join(cfg.Dir, worker))})
			})
		}
	})
}

// wranglerFile is the configuration in a directory.
func wranglerFile(dir string) string {
	for _, name := range []string{"wrangler.toml", "wrangler.json"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
	}
	return dir
}

// TestEachProjectReloadsOnItsOwn has two Workers, of which the first answers: what happens to one is nothing to the other.
func TestEachProjectReloadsOnItsOwn(t *testing.T) {
	toml := func(name string) string { return "name = '" + name + "'\nmain = 'w.js'\n" }
	p := serveAll(t, map[string]string{
		"wrangler.toml": toml("none"), "w.js": "export default {}",
		"a/wrangler.toml": toml("a"), "a/w.js": `export default { fetch() { return new Response("one") } }`,
		"b/wrangler.toml": toml("b"), "b/w.js": `export default { fetch() { return new Response("b") } }`,
	}, "a", "b")
	for _, want := range []string{"b", "a"} { // the one that answers comes last
		if e := await[server.Loaded](p); e.Name != want || e.Number != 1 || e.Primary != (want == "a") {
			t.Fatalf("got %s #%d, primary: %v", e.Name, e.Number, e.Primary)
		}
	}
	p.write("b/w.js", "syntax error")
	if e := await[server.Failed](p); e.Name != "b" || e.Serving != 1 || e.Primary {
		t.Errorf("b: %+v", e)
	}
	p.write("a/w.js", `export default { fetch() { return new Response("two") } }`)
	if e := await[server.Loaded](p); e.Name != "a" || e.Number != 2 {
		t.Errorf("a: %+v", e)
	}
	if _, body := p.get("/"); body != "two" {
		t.Errorf("a answers %q", body)
	}
	p.write("b/w.js", `export default { fetch() { return new Response("c") } }`)
	if e := await[server.Loaded](p); e.Name != "b" || e.Number != 2 || len(e.Changed) != 1 {
		t.Errorf("b: %+v", e)
	}
}

// workers are the files of some Workers: of each its script, and the service bindings that it has, as TOML.
func workers(scripts map[string]string, services map[string]string) map[string]string {
	files := map[string]string{"wrangler.toml": "name = 'unused'\nmain = 'w.js'\n", "w.js": "export default {}"}
	for name, script := range scripts {
		files[name+"/w.js"] = script
		files[name+"/wrangler.toml"] = "name = '" + name + "'\nmain = 'w.js'\ncompatibility_date = '2026-11-01'\n" + services[name]
	}
	return files
}

const callB = `export default { async fetch(request, env) {
	try { return new Response(await env.B.call(new URL(request.url).searchParams.get("x"))) } catch (e) { return new Response(e.name + ": " + e.message, { status: 500 }) }
} }`

// script is a Worker b whose method answers with a prefix.
func scriptB(prefix string) string {
	return `import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint { async call(x) { await scheduler.wait(1); return "` + prefix + `" + x } }
export class Named extends WorkerEntrypoint { who() { return "named" } }`
}

// TestConfigurationIsBroken: a Worker whose configuration cannot be read any more is known by its name, and goes on answering.
func TestConfigurationIsBroken(t *testing.T) {
	p := serveAll(t, workers(map[string]string{"a": callB, "b": scriptB("one ")}, map[string]string{"a": "services = [{ binding = 'B', service = 'b' }]\n"}), "a", "b")
	await[server.Loaded](p)
	await[server.Loaded](p)
	p.write("b/wrangler.toml", "name = 'b\n")
	if e := await[server.Failed](p); e.Name != "b" || e.Serving != 1 {
		t.Errorf("%+v", e)
	}
	if status, body := p.get("/?x=x"); status != 200 || body != "one x" {
		t.Errorf("%d %s", status, body)
	}
	p.write("b/wrangler.toml", "name = 'c'\nmain = 'w.js'\ncompatibility_date = '2026-11-01'\n")
	if e := await[server.Loaded](p); e.Name != "c" {
		t.Errorf("%+v", e)
	}
	if status, body := p.get("/?x=x"); status != 500 || !strings.Contains(body, `No Worker named "b" is running`) {
		t.Errorf("%d %s", status, body)
	}
}

// TestServiceIsNotRunning says which Worker is missing, where the bindings are shown and where it is called.
func TestServiceIsNotRunning(t *testing.T) {
	p := serveAll(t, workers(map[string]string{"a": callB, "c": scriptB("c")}, map[string]string{
		"a": "services = [{ binding = 'B', service = 'b' }, { binding = 'C', service = 'c', entrypoint = 'Nmed' }, { binding = 'D', service = 'c', entrypoint = 'Named' }]\n",
	}), "a", "c")
	await[server.Loaded](p)
	rows := await[server.Loaded](p).Rows
	for i, want := range []struct{ resource, mode, problem, fix string }{
		{"Worker b", "not running", `no Worker named "b" is running`, "devserver -c a/wrangler.toml -c c/wrangler.toml -c b/wrangler.toml"},
		{"Worker c#Nmed", "not running", `the Worker "c" has no entrypoint "Nmed"`, "it exports "},
		{"Worker c#Named", "local", "", ""},
	} {
		row := rows[i]
		if row.Resource != want.resource || row.Mode != want.mode || !strings.Contains(row.Problem, want.problem) || !strings.Contains(row.Fix, want.fix) {
			t.Errorf("got %+v\nwant %+v", row, want)
		}
	}
	if status, body := p.get("/"); status != 500 || !strings.Contains(body, `No Worker named "b" is running. Start it together with this one: devserver -c a/`) {
		t.Errorf("%d %s", status, body)
	}
}

// TestServiceReloads has one Worker call another a thousand times, many at once, while that is reloaded over and over: no
// call fails, and the latest version answers.
// TestNamesakes: of two Workers of one name the first gets the calls, and the author is told which one that is.
func TestNamesakes(t *testing.T) {
	p := serveAll(t, map[string]string{
		"wrangler.toml": "name = 'none'\nmain = 'w.js'\n", "w.js": "export default {}",
		"a/wrangler.toml": "name = 'a'\nmain = 'w.js'\nservices = [{ binding = 'B', service = 'b' }]\n", "a/w.js": `export default { fetch(r, env) { return env.B.fetch(r) } }`,
		"b/wrangler.toml": "name = 'b'\nmain = 'w.js'\n", "b/w.js": `export default { fetch() { return new Response("the first") } }`,
		"c/wrangler.toml": "name = 'b'\nmain = 'w.js'\n", "c/w.js": `export default { fetch() { return new Response("the second") } }`,
	}, "a", "b", "c")
	told := map[string]string{} // by the folder of the configuration
	for range 3 {
		e := await[server.Loaded](p)
		told[filepath.Base(filepath.Dir(e.Config.File))] = strings.Join(e.Notes, "\n")
	}
	if got := told["c"]; !strings.Contains(got, `two Workers have the name "b"`) || !strings.Contains(got, filepath.Join("b", "wrangler.toml")+", and never that of ") ||
		!strings.Contains(got, filepath.Join("c", "wrangler.toml")+"; give one of them another name") {
		t.Errorf("the second is told %q", got)
	}
	if told["a"]+told["b"] != "" {
		t.Errorf("the others are told %q", told)
	}
	if _, body := p.get("/"); body != "the first" {
		t.Errorf("the call reaches %q", body)
	}
	p.write("c/wrangler.toml", "name = 'c'\nmain = 'w.js'\n")
	if e := await[server.Loaded](p); e.Name != "c" || len(e.Notes) != 0 {
		t.Errorf("renamed: %s %q", e.Name, e.Notes)
	}
}

func TestServiceReloads(t *testing.T) {
	p := serveAll(t, workers(map[string]string{"a": callB, "b": scriptB("one ")}, map[string]string{
		"a": "services = [{ binding = 'B', service = 'b' }]\n",
	}), "a", "b")
	await[server.Loaded](p)
	await[server.Loaded](p)
	const calls, atOnce = 1000, 20
	var next atomic.Int64
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for n := next.Add(1); n <= calls; n = next.Add(1) {
				if status, body := p.get(fmt.Sprintf("/?x=%d", n)); status != 200 || !strings.HasSuffix(body, fmt.Sprintf(" %d", n)) {
					t.Errorf("%d: %d %s", n, status, body)
				}
			}
		})
	}
	for i := range 5 {
		p.write("b/w.js", scriptB(fmt.Sprintf("version %d ", i)))
		if e := await[server.Loaded](p); e.Name != "b" {
			t.Errorf("%s was reloaded", e.Name)
		}
	}
	if _, body := p.get("/?x=last"); body != "version 4 last" {
		t.Errorf("got %q", body)
	}
	wg.Wait()
}

// TestServiceDepth has Workers call each other without end.
func TestServiceDepth(t *testing.T) {
	script := `import { WorkerEntrypoint } from "cloudflare:workers";
let n = 0;
export default class extends WorkerEntrypoint {
	async fetch(request) {
		const url = new URL(request.url), depth = Number(url.searchParams.get("depth"));
		try {
			if (url.pathname === "/fetch") return await this.env.SELF.fetch("http://self/fetch?depth=" + (depth + 1));
			return new Response(await this.call(1));
		} catch (e) { return new Response(depth + " " + e.message) }
	}
	async call(depth) {
		try { return await this.env.SELF.call(depth + 1) } catch (e) { return depth + " " + e.message }
	}
}`
	p := serveAll(t, workers(map[string]string{"a": script}, map[string]string{"a": "services = [{ binding = 'SELF', service = 'a' }]\n"}), "a")
	await[server.Loaded](p)
	for path, want := range map[string]string{"/fetch": "32 Subrequest depth limit exceeded.", "/": "33 Subrequest depth limit exceeded."} {
		if _, body := p.get(path); !strings.HasPrefix(body, want) {
			t.Errorf("%s: %s", path, body)
		}
	}
}

// TestAskedWhileLoading: a request that comes in while a save is being loaded is answered by what was saved.
func TestAskedWhileLoading(t *testing.T) {
	worker := func(version string) string {
		return "export default { fetch: () => new Response(\"" + version + "\") };"
	}
	loads, goOn := make(chan int, 10), make(chan struct{})
	number := 0
	p := serveWith(t, map[string]string{"wrangler.toml": "name = \"x\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n", "index.js": worker("first")}, func(o *server.Options) {
		load := o.Projects[0]
		o.Projects[0] = func() (*config.Config, config.Diagnostics) {
			number++
			loads <- number
			if number > 1 {
				<-goOn
			}
			return load()
		}
	})
	if _, text := p.get("/"); text != "first" {
		t.Fatalf("got %q", text)
	}
	p.write("index.js", worker("second"))
	for <-loads != 2 {
	}
	answered := make(chan string, 1)
	go func() {
		_, text := p.get("/")
		answered <- text
	}()
	select {
	case text := <-answered:
		t.Errorf("got %q at once", text)
	case <-time.After(100 * time.Millisecond):
	}
	close(goOn)
	if text := <-answered; text != "second" {
		t.Errorf("got %q", text)
	}
}
