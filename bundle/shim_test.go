package bundle_test

import (
	"strings"
	"testing"

	"devserver/bundle"
)

// TestShims: packages that do what the runtime does are replaced, for import as for require, unless the configuration
// says what is to be taken.
func TestShims(t *testing.T) {
	shims := func(o *bundle.Options) {
		o.Shims = true
		o.Builtin = func(specifier string) bool { return specifier == "node:util" }
	}
	files := map[string]string{
		"node_modules/node-fetch/index.js":          `export default "the package"; export const Blob = 1;`,
		"node_modules/node-fetch/package.json":      `{"name":"node-fetch","main":"index.js"}`,
		"node_modules/debug/src/index.js":           `module.exports = require("./node.js");`,
		"node_modules/debug/src/node.js":            `module.exports = "for servers";`,
		"node_modules/debug/src/browser.js":         `module.exports = "for browsers";`,
		"node_modules/debug/package.json":           `{"name":"debug","main":"./src/index.js","browser":"./src/browser.js"}`,
		"import.js":                                 `import fetch, { isRedirect } from "node-fetch"; export default [typeof fetch, isRedirect(302), fetch.isRedirect === isRedirect].join();`,
		"require.js":                                `const fetch = require("node-fetch"); export default [typeof fetch, typeof fetch.isRedirect, "default" in fetch].join();`,
		"package.js":                                `import x from "node-fetch"; export default x;`,
		"url.js":                                    `import { parseURL } from "whatwg-url"; let e; try { parseURL("x") } catch (x) { e = x } export default e.message;`,
		"empty.js":                                  `import x from "isomorphic-fetch"; export default String(Object.isFrozen(x));`,
		"debug.js":                                  `import x from "debug"; export default x;`,
		"beside/debug.js":                           `import x from "debug"; export default x;`,
		"beside/node_modules/wrangler/package.json": `{"name":"wrangler"}`,
		"blob.js":                                   `import { Blob } from "node-fetch"; export default Blob;`,
	}
	dir := t.TempDir()
	write(t, dir, files)
	for _, test := range []struct {
		entry, want string
		change      func(*bundle.Options)
	}{
		{"import.js", "function,true,true", shims},
		{"require.js", "function,function,false", shims},
		{"package.js", "the package", func(*bundle.Options) {}},
		{"package.js", "the package", func(o *bundle.Options) {
			shims(o)
			o.Alias = map[string]string{"node-fetch": "./node_modules/node-fetch/index.js"}
		}},
		{"url.js", "[unenv] whatwg-url.parseURL is not implemented yet!", shims},
		{"empty.js", "true", shims},
		{"debug.js", "for browsers", shims},
		{"beside/debug.js", "for servers", func(o *bundle.Options) { shims(o); o.Dir = "" }},
		{"beside/debug.js", "for browsers", func(o *bundle.Options) { o.Dir = "" }},
	} {
		script := build(t, bundler(t, dir, test.entry, test.change))
		if _, exports := evaluate(t, script); exports.Get("default").String() != test.want {
			t.Errorf("%s: %s, want %s", test.entry, exports.Get("default"), test.want)
		}
	}
	failed := buildError(t, bundler(t, dir, "blob.js", shims))
	if text := failed.Error(); !strings.Contains(text, `blob.js:1:10: "node-fetch" does not export "Blob" here`) || !strings.Contains(text, "wrangler replaces") {
		t.Error(text)
	}
}
