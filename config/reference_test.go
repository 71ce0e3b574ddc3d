package config

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestReference sets every key that there is, to a value that it may have, and sees that what the reference says of it is
// what happens.
func TestReference(t *testing.T) {
	schemas := make(map[string]schema)
	for _, k := range keys() {
		schemas[k.name] = k.schema
	}
	for name, s := range devKeys() {
		schemas["dev."+name] = s
	}
	for _, k := range kinds() {
		schemas[k.key] = k.schema()
	}
	for _, info := range Reference() {
		t.Run(info.Name, func(t *testing.T) {
			all := map[string]any{"name": "w", "main": "index.js", "compatibility_date": "2026-01-01"}
			value := any("x")
			if s := schemas[info.Name]; s != nil {
				value = sample(s)
			}
			switch info.Name {
			case "name", "main", "compatibility_date":
				return // tested by themselves
			case "placement":
				value = map[string]any{"mode": "smart"}
			case "observability":
				value = map[string]any{"enabled": true}
			case "r2_buckets":
				value = []any{map[string]any{"binding": "B", "bucket_name": "bucket"}}
			case "ratelimits":
				value = []any{map[string]any{"name": "B", "namespace_id": "1", "simple": map[string]any{"limit": 1, "period": 10}}}
			case "dev.host":
				value = "x.example"
			}
			if name, below := strings.CutPrefix(info.Name, "dev."); below {
				all["dev"] = map[string]any{name: value}
			} else {
				all[info.Name] = value
			}
			text, err := json.Marshal(all)
			if err != nil {
				t.Fatal(err)
			}
			dir := mustHave(t, []file{{"index.js", "x"}, {"wrangler.json", string(text)}}...)
			c, ds := Load(Options{Dir: dir})
			if ds.HasErrors() != (info.Status == KeyRemoved || info.Status == KeyRefused) {
				t.Fatalf("%s: %s", text, ds)
			}
			if info.Status == KeyRefused {
				if c, ds = Load(Options{Dir: dir, Script: "index.js"}); ds.HasErrors() {
					t.Fatalf("%s, with a script: %s", text, ds)
				}
			}
			if slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Code == CodeUnknownKey }) {
				t.Errorf("%s is not known: %s", text, ds)
			}
			ignored := slices.ContainsFunc(c.Ignored, func(i Ignored) bool {
				return i.Path == info.Name && i.Note == info.Note && i.DeployOnly == (info.Status == KeyDeployOnly)
			})
			if text, _ := json.Marshal(value); wranglersDefaults[info.Name] == string(text) {
				if ignored || info.Status != KeyUnsupported {
					t.Errorf("reported as without effect: %v, though it is wrangler's default; %+v", ignored, info)
				}
				return
			}
			if ignored != (info.Status == KeyDeployOnly || info.Status == KeyUnsupported || info.Status == KeyRefused) {
				t.Errorf("%s: reported as without effect: %v; %+v", text, ignored, c.Ignored)
			}
			if info.Status == KeyBinding && c.Section(info.Name) == nil {
				t.Errorf("%s has no section", text)
			}
		})
	}
}

// sample is a value that a schema allows.
func sample(s schema) any {
	switch s := s.(type) {
	case primitive:
		return map[primitive]any{text: "x", number: 1, boolean: true}[s]
	case oneOf:
		return s[0]
	case listOf:
		return []any{sample(s.element)}
	case mapOf:
		return map[string]any{"a": sample(s.value)}
	case either:
		return sample(s[0])
	case lax:
		return sample(s.schema)
	case where:
		return sample(s.schema)
	case required:
		return sample(s.schema)
	case fields:
		m := map[string]any{}
		for name, f := range s {
			if _, must := f.(required); must {
				m[name] = sample(f)
			}
		}
		if len(m) == 0 && len(s) > 0 {
			name := s.names()[0]
			m[name] = sample(s[name])
		}
		return m
	}
	return map[string]any{"a": 1}
}
