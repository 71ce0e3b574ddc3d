package bundle_test

import (
	"slices"
	"strings"
	"testing"
)

// TestImportsOfTheBuildBefore has a build that looked ahead depend on what is imported now, and find what is there now.
func TestImportsOfTheBuildBefore(t *testing.T) {
	dir := project(t, map[string]string{
		"node_modules/lib/package.json":  `{"type": "module", "main": "a.js"}`,
		"node_modules/lib/a.js":          `export default "a";`,
		"node_modules/lib/b.js":          `export default "b";`,
		"node_modules/gone/package.json": `{"type": "module", "main": "index.js"}`,
		"node_modules/gone/index.js":     `export default "gone";`,
		"index.js":                       `import lib from "lib"; import gone from "gone"; export default { fetch: () => [lib, gone] };`,
	})
	b := bundler(t, dir, "index.js")
	if got := fetch(t, build(t, b)); got != "a,gone" {
		t.Fatalf("got %s", got)
	}
	write(t, dir, map[string]string{
		"node_modules/lib/package.json": `{"type": "module", "main": "b.js"}`,
		"index.js":                      `import lib from "lib"; export default { fetch: () => [lib] };`,
	})
	script := build(t, b)
	if got := fetch(t, script); got != "b" {
		t.Errorf("got %s", got)
	}
	for _, file := range slices.Concat(script.Inputs, script.Missing) {
		if strings.Contains(file, "gone") || strings.HasSuffix(file, "a.js") {
			t.Errorf("depends on %s", file)
		}
	}
}
