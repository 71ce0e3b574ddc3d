package server_test

import (
	"testing"

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
				return config.Load(config.Options{Dir: cfg.Dir, Path: worker + "/wrangler.toml"})
			})
		}
	})
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
