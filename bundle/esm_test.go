package bundle_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestESMPackages shows that the type of a package means what it should, and that nobody sees how it is remembered.
func TestESMPackages(t *testing.T) {
	dir := project(t, map[string]string{
		"index.js": `import { own, viaNode } from "esm"; import { pure } from "pure"; import { replaced } from "swapped"; import cjs from "cjs";
			export default { fetch: () => [own, viaNode, cjs, pure, replaced, globalThis.effects ?? "none"].join() };`,
		"node_modules/cjs/index.js":         `Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "default"; exports.toString = () => "exports";`,
		"node_modules/esm/package.json":     `{"type": "module", "main": "./lib/index.js"}`,
		"node_modules/esm/lib/index.js":     "import cjs from 'cjs';\nexport { own } from './other.js';\nexport const viaNode = String(cjs);\n",
		"node_modules/esm/lib/other.js":     "export const own = 'own';\n",
		"node_modules/pure/package.json":    `{"type": "module", "main": "index.js", "sideEffects": false}`,
		"node_modules/pure/index.js":        `export { pure } from "./pure.js"; export * from "./unused.js";`,
		"node_modules/pure/pure.js":         `export const pure = "pure";`,
		"node_modules/pure/unused.js":       `globalThis.effects = "some"; export const unused = 1;`,
		"node_modules/swapped/package.json": `{"type": "module", "main": "index.js", "browser": {"./node.js": "./browser.js"}}`,
		"node_modules/swapped/index.js":     `export { replaced } from "./node.js";`,
		"node_modules/swapped/node.js":      `export const replaced = "node";`,
		"node_modules/swapped/browser.js":   `export const replaced = "browser";`,
	})
	b := bundler(t, dir, "index.js")
	for range 2 {
		script := build(t, b)
		// Of ES modules, Node.js gives the whole of module.exports for its default; of others, bundlers give exports.default.
		if got, want := fetch(t, script), "own,exports,default,pure,browser,none"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		sourceMap, _ := script.LoadSourceMap("")
		if strings.Contains(script.Code+string(sourceMap)+strings.Join(script.Inputs, " ")+strings.Join(script.Missing, " "), "#type") {
			t.Errorf("the mark shows:\n%s\n%s\n%q", script.Code, sourceMap, script.Inputs)
		}
		if !slices.Contains(script.Inputs, filepath.Join(dir, "node_modules/esm/lib/other.js")) {
			t.Errorf("got inputs %q", script.Inputs)
		}
	}
	write(t, dir, map[string]string{"node_modules/esm/lib/other.js": "export const own = ;\n"})
	if failed := buildError(t, b); failed.Messages[0].File != "node_modules/esm/lib/other.js" || failed.Messages[0].Line != 1 {
		t.Errorf("got %v", failed)
	}
	write(t, dir, map[string]string{"node_modules/esm/lib/other.js": "export const own = 'changed';\n", "node_modules/esm/package.json": `{"main": "./lib/index.js"}`})
	if got, want := fetch(t, build(t, b)), "changed,default,default,pure,browser,none"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
