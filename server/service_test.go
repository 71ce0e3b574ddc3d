package server_test

import (
	"encoding/json"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"devserver/server"
)

var record = flag.Bool("record", false, "write down what the cases of service bindings answer, instead of comparing it")

// TestServiceCases has three Workers call each other: the cases that internal/peers compares with Miniflare, against
// what they are known to answer.
func TestServiceCases(t *testing.T) {
	folder := filepath.Join("..", "internal", "peers", "testdata", "rpc")
	read := func(name string) []byte {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	var list []struct {
		Name, Script string
		Services     map[string]struct {
			Name, Entrypoint string
			Props            json.RawMessage
		}
	}
	if err := json.Unmarshal(read("workers.json"), &list); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"wrangler.json": `{"name":"unused","main":"w.js"}`, "w.js": "export default {}"}
	var names []string
	for _, w := range list {
		services := []map[string]any{}
		for binding, s := range w.Services {
			service := map[string]any{"binding": binding, "service": s.Name}
			if s.Entrypoint != "" {
				service["entrypoint"] = s.Entrypoint
			}
			if s.Props != nil {
				service["props"] = s.Props
			}
			services = append(services, service)
		}
		configuration, _ := json.Marshal(map[string]any{"name": w.Name, "main": "w.js", "compatibility_date": "2026-11-01", "services": services})
		files[w.Name+"/wrangler.json"], files[w.Name+"/w.js"] = string(configuration), string(read(w.Script))
		names = append(names, w.Name)
	}
	p := serveAll(t, files, names...)
	await[server.Loaded](p)
	var cases []string
	_, text := p.get("/")
	if err := json.Unmarshal([]byte(text), &cases); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	got := map[string]string{}
	for _, name := range cases {
		if testing.Short() && name == "end: a thousand at once" {
			continue // the race detector makes that many isolates take longer than a request may
		}
		_, got[name] = p.get("/" + url.PathEscape(name))
	}
	if *record {
		text, _ := json.MarshalIndent(got, "", "  ")
		os.WriteFile(filepath.Join(folder, "answers.json"), append(text, '\n'), 0o644)
		return
	}
	want := map[string]string{}
	if err := json.Unmarshal(read("answers.json"), &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != len(cases) {
		t.Errorf("%d answers for %d cases: go test ./server -run TestServiceCases -record", len(want), len(cases))
	}
	for name := range got {
		if got[name] != want[name] && name != "value: env" { // its order is that of the configuration
			t.Errorf("%s\ngot  %s\nwant %s", name, got[name], want[name])
		}
	}
}
