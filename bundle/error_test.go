package bundle_test

import (
	"strings"
	"testing"

	"devserver/bundle"
)

func TestBuildErrors(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  []string // parts of the error's text, in order
	}{
		"syntax": {map[string]string{"index.ts": "const a = 1;\n\tconst b = ;\n"},
			[]string{"index.ts:2:12: Unexpected \";\"\n  2 |  const b = ;\n    |            ^"}},
		"a column counts characters": {map[string]string{"index.ts": `const ä = "日𝒳"; const b = ;`},
			[]string{"index.ts:1:27: Unexpected", "\n    |                            ^"}},
		"all at once": {map[string]string{"index.ts": "import a from './a';\nimport b from './b';\nexport default { a, b }"},
			[]string{`index.ts:1:15: Could not resolve "./a"`, "There is no such file", `index.ts:2:15: Could not resolve "./b"`}},
		"a package that is not installed": {map[string]string{"index.ts": "import x from '@scope/x/sub'; export default x"},
			[]string{`index.ts:1:15: Could not resolve "@scope/x/sub"`, "npm install @scope/x"}},
		"a path that a package does not export": {map[string]string{"index.ts": "import x from 'p/no'; export default x", "node_modules/p/package.json": `{"exports": {".": "./i.js"}}`, "node_modules/p/i.js": ""},
			[]string{`index.ts:1:15: Could not resolve "p/no"`, `The path "./no" is not exported by package "p"`}},
		"a name that a module does not export": {map[string]string{"index.ts": "import { nope } from './a'; export default nope", "a.ts": "export const a = 1"},
			[]string{`index.ts:1:10: No matching export in "a.ts" for import "nope"`}},
		"a module of Node.js": {map[string]string{"src/index.ts": "import a from './a';\nexport default a", "src/a.ts": "import x from 'node:fs';\nexport default x"},
			[]string{`src/a.ts:1:15: Could not import "node:fs": devserver does not provide it yet`, "1 | import x from 'node:fs';", "It is a module of Node.js"}},
		"a module of Node.js, bare": {map[string]string{"index.ts": "import x from 'fs/promises'; export default x"},
			[]string{`index.ts:1:15: The package "fs/promises" wasn't found on the file system, and devserver does not provide node:fs/promises yet`}},
		"a module of Cloudflare": {map[string]string{"index.ts": "export { x } from 'cloudflare:nothing'"},
			[]string{`index.ts:1:19: Could not import "cloudflare:nothing"`}},
		"a name that a built-in module does not export": {map[string]string{"index.ts": "import { env,\n  Nothing as N } from 'cloudflare:workers'; export default [env, N]"},
			[]string{`index.ts:2:3: "cloudflare:workers" does not export "Nothing"`, "2 |   Nothing as N"}},
		"a file that is not code, by another name than default": {map[string]string{"index.ts": "import { m } from './m.wasm'; export default m", "m.wasm": ""},
			[]string{`"./da39a3ee5e6b4b0d3255bfef95601890afd80709-m.wasm" does not export "m"`, "only a default export"}},
		"a file that is not code and is not there": {map[string]string{"index.ts": "import m from './m.wasm'; export default m"},
			[]string{`index.ts:1:15: Could not resolve "./m.wasm"`, "There is no such file."}},
		"no loader": {map[string]string{"index.ts": "import m from './m.png'; export default m", "m.png": ""},
			[]string{`index.ts:1:15: No loader is configured for ".png" files`}},
		"no entry": {map[string]string{"other.ts": ""},
			[]string{"The Worker's main file ", "index.ts does not exist"}},
		"a bad tsconfig": {map[string]string{"index.ts": "export default 1", "tsconfig.json": "{,}"},
			[]string{"tsconfig.json:1:2: "}},
		"a regular expression": {map[string]string{"index.ts": "import './a';\nexport default 1", "a.ts": "let x: string = 'ä𝒳'; /(/; const good = /[/]/, bad = /(é/g,\n  flags = /a/uv;\nconsole.log(bad, good, flags)"},
			[]string{"a.ts:1:23: Invalid regular expression: /(/: Unterminated group", "a.ts:1:54: Invalid regular expression: /(é/g: Unterminated group\n  1 | ", "\n    |                                                      ^^^^^\n", "a.ts:2:11: Invalid regular expression flags"}},
		"a regular expression of a package": {map[string]string{"index.ts": "import p from 'p';\nexport default p", "node_modules/p/index.js": "export default\n  /[b-a]/"},
			[]string{"node_modules/p/index.js:2:3: Invalid regular expression: /[b-a]/: Range out of order in character class\n  2 |   /[b-a]/\n"}},
		"a long line": {map[string]string{"index.js": strings.Repeat("a();", 100) + "const b = ;" + strings.Repeat("a();", 100)},
			[]string{"index.js:1:411: ", "const b = ;", "^"}},
	} {
		t.Run(name, func(t *testing.T) {
			entry := "index.ts"
			for _, candidate := range []string{"index.js", "src/index.ts"} {
				if _, ok := test.files[candidate]; ok {
					entry = candidate
				}
			}
			b := bundler(t, project(t, test.files), entry, func(o *bundle.Options) {
				o.Exports = func(string) []string { return []string{"env", "WorkerEntrypoint"} }
			})
			got := buildError(t, b).Error()
			rest := got
			for _, want := range test.want {
				_, after, found := strings.Cut(rest, want)
				if !found {
					t.Fatalf("got error\n%s\nwhich lacks, after what came before,\n%s", got, want)
				}
				rest = after
			}
			for _, unwanted := range []string{"\x1b", "as external", "esbuild"} {
				if strings.Contains(got, unwanted) {
					t.Errorf("the error has %q in it:\n%s", unwanted, got)
				}
			}
		})
	}
}

func TestBadOptions(t *testing.T) {
	dir := project(t, map[string]string{"index.ts": "export default 1"})
	for want, change := range map[string]func(*bundle.Options){
		`(define name):1:3`: func(o *bundle.Options) { o.Define = map[string]string{"a b": "1"} },
		"tsconfig":          func(o *bundle.Options) { o.TSConfig = dir + "/nothing.json" },
	} {
		if got := buildError(t, bundler(t, dir, "index.ts", change)); !strings.Contains(got.Error(), want) || len(got.Inputs) == 0 {
			t.Errorf("got %v, inputs %v, want %s", got, got.Inputs, want)
		}
	}
}

func TestNoErrorWhereThereIsNone(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a package of a Node.js module's name": {"index.ts": "import e from 'events'; export default { fetch: () => e }", "node_modules/events/index.js": "module.exports = 1"},
		"an unused import of types":            {"index.ts": "import fs from 'node:fs'; import type { X } from './nowhere'; export default { fetch: (x: X & fs.Y) => 1 }"},
		"a known export":                       {"index.ts": "import { env, WorkerEntrypoint as W } from 'cloudflare:workers'; export default { fetch: () => [env, W] }"},
		"a listener beside exports":            {"index.ts": "addEventListener('unhandledrejection', () => {}); export default { fetch: () => 1 }"},
		"no default export":                    {"index.ts": "export const x = 1"},
	} {
		t.Run(name, func(t *testing.T) {
			build(t, bundler(t, project(t, files), "index.ts", func(o *bundle.Options) {
				o.Exports = func(string) []string { return []string{"env", "WorkerEntrypoint"} }
			}))
		})
	}
}

func TestWarnings(t *testing.T) {
	dir := project(t, map[string]string{
		"index.js":                "import p from 'p'; export default { fetch: () => [p, NaN === p] }",
		"node_modules/p/index.js": "module.exports = p => NaN === p",
	})
	warnings := build(t, bundler(t, dir, "index.js")).Warnings
	if len(warnings) != 1 || warnings[0].File != "index.js" || warnings[0].Line != 1 {
		t.Errorf("got %v, want one warning about index.js", warnings)
	}
}
