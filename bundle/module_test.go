package bundle_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/bundle"
)

func yes() *bool { return new(true) }

func TestModules(t *testing.T) {
	const lang = `export default { async fetch() { const name = ["fr", "en"]; let all = []; for (const n of name) all.push((await import("./lang/" + n + ".mjs")).hello); return all.join() } }`
	for name, test := range map[string]struct {
		files  map[string]string
		change func(o *bundle.Options)
		want   string
	}{
		"a rule of the user's own": {map[string]string{
			"index.ts": `import t from "./a.md"; import u from "./b.txt"; export default { fetch: () => t + u }`, "a.md": "# a", "b.txt": "b",
		}, func(o *bundle.Options) {
			o.Rules = []bundle.Rule{{Type: bundle.Text, Globs: []string{"**/*.md"}, Fallthrough: yes()}}
		}, "# ab"},
		"a rule for another type of a default's files": {map[string]string{
			"index.ts": `import d from "./a.txt"; export default { fetch: () => new Uint8Array(d).join() }`, "a.txt": "a",
		}, func(o *bundle.Options) {
			o.Rules = []bundle.Rule{{Type: bundle.Data, Globs: []string{"**/*.txt"}, Fallthrough: yes()}}
		}, "97"},
		"a query": {map[string]string{
			"index.ts": `import m from "./a.wasm?module"; import n from "./a.wasm"; export default { fetch: () => m.byteLength + " " + (m === n) }`, "a.wasm": "12345",
		}, nil, "5 true"},
		"in a package": {map[string]string{
			"index.ts": `import t from "p/a.txt"; export default { fetch: () => t }`, "node_modules/p/a.txt": "packed", "node_modules/p/package.json": "{}",
		}, nil, "packed"},
		"required": {map[string]string{
			"index.js": `module.exports = { fetch: () => require("./a.txt") }`, "a.txt": "text",
		}, nil, "text"},
		"a glob is for a path": {map[string]string{
			"index.ts": `import t from "p.txt"; export default { fetch: () => t }`, "node_modules/p.txt/index.js": "module.exports = 'a package'",
		}, nil, "a package"},
		"additional modules": {map[string]string{
			"src/index.ts": lang, "src/lang/fr.mjs": `import w from "./word.mjs"; export const hello = "bonjour " + w`, "src/lang/word.mjs": "export default 'monde'",
			"src/lang/en.mjs": `export const hello = "hello"`,
		}, func(o *bundle.Options) {
			o.FindAdditionalModules, o.Rules = true, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.mjs"}}}
		}, "bonjour monde,hello"},
		"an additional module is evaluated once": {map[string]string{
			"index.js": `import { n } from "./n.mjs"; export default { async fetch() { const name = "./n.mjs"; const m = await import(name); m.add(); return n + "" + m.n } }`,
			"n.mjs":    `export let n = 1; export function add() { n++ }`,
		}, func(o *bundle.Options) {
			o.FindAdditionalModules, o.Rules = true, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.mjs"}}}
		}, "22"},
		"additional text": {map[string]string{
			"index.js": `export default { async fetch() { const name = "./t/a.txt"; return (await import(name)).default } }`, "t/a.txt": "found",
		}, func(o *bundle.Options) { o.FindAdditionalModules = true }, "found"},
		"not bundled": {map[string]string{
			"index.js": `import { env } from "cloudflare:workers"; import { x } from "./x.js"; import t from "./t.txt"; import c from "./c.cjs"; export default { fetch: () => [x, t, typeof process, c.c, env.NAME] + "" }`,
			"x.js":     `import "./index.js"; export const x = "x"`, "t.txt": "t", "c.cjs": "module.exports = {c: 'cjs'}",
		}, func(o *bundle.Options) {
			o.NoBundle, o.FindAdditionalModules, o.Define = true, true, map[string]string{"process": "1"}
			o.Rules = []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.js"}}, {Type: bundle.CommonJS, Globs: []string{"**/*.cjs"}}}
		}, "x,t,undefined,cjs,value"},
		"imports of composed names where nothing is bundled": {map[string]string{
			"index.js": "export default { async fetch() { const of = async (name) => [(await import(`./t/${name}.json`)).default, (await import('./t/' + name + '.json')).default, (await import('./t/a.json')).default]; return await of('a') + await of('b').catch(() => ', none, ') + \"import('./t/' + x)\" } }",
			"t/a.json": "text",
		}, func(o *bundle.Options) {
			o.NoBundle, o.FindAdditionalModules, o.Rules = true, true, []bundle.Rule{{Type: bundle.Text, Globs: []string{"**/*.json"}}}
		}, "text,text,text, none, import('./t/' + x)"},
		"namespaces where nothing is bundled": {map[string]string{
			"index.js": `import * as a from "./a.mjs"; const Symbol = 1; export default { async fetch() { const b = await import("./b.mjs"); return [a, b].map((n) => Object.prototype.toString.call(n) + Object.getPrototypeOf(n) + Object.keys(n) + n.default) + "" + (b === await import("./b.mjs")) + Symbol } }`,
			"a.mjs":    `export default 1; export let z = 2`, "b.mjs": `export default "b"; export * from "./a.mjs"`,
		}, func(o *bundle.Options) {
			o.NoBundle, o.Minify, o.FindAdditionalModules, o.Rules = true, true, true, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.mjs"}}}
		}, "[object Module]nulldefault,z1,[object Module]nulldefault,zbtrue1"},
		"base_dir": {map[string]string{
			"src/index.js": `import { x } from "../lib/x.mjs"; export default { fetch: async (name = "../lib/x.mjs") => x + (await import(name)).x }`, "lib/x.mjs": `export const x = "x"`,
		}, func(o *bundle.Options) {
			o.NoBundle, o.FindAdditionalModules, o.BaseDir, o.Rules = true, true, o.Dir, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.mjs"}}}
		}, "xx"},
		"an alias of a path": {map[string]string{
			"index.ts": `import a from "./a"; import b from "p"; import c from "p/sub"; export default { fetch: () => [a, b, c] + "" }`,
			"a.ts":     "export default 'a'", "b.ts": "export default 'b'", "node_modules/p/sub.js": "module.exports = 'sub'",
		}, func(o *bundle.Options) {
			o.Alias = map[string]string{"./a": "./b", "p": "./a"}
		}, "b,a,sub"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, test.files)
			entry := "index.ts"
			for _, candidate := range []string{"index.js", "src/index.ts", "src/index.js"} {
				if _, ok := test.files[candidate]; ok {
					entry = candidate
				}
			}
			b := bundler(t, dir, entry, func(o *bundle.Options) {
				if test.change != nil {
					test.change(o)
				}
			})
			if got := fetch(t, build(t, b)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestModuleErrors(t *testing.T) {
	javaScript := []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.js"}}}
	for name, test := range map[string]struct {
		files  map[string]string
		change func(o *bundle.Options)
		want   []string
	}{
		"a rule that was shut out": {map[string]string{"index.js": `import t from "./a.html"; export default t`, "a.html": ""},
			func(o *bundle.Options) { o.Rules = []bundle.Rule{{Type: bundle.Text, Globs: []string{"**/*.md"}}} },
			[]string{`The file ./a.html matched a module rule in your configuration ({"type":"Text","globs":["**/*.txt","**/*.html","**/*.sql"]}), but was ignored because a previous rule with the same type was not marked as ` + "`fallthrough = true`."}},
		"no rule":               {map[string]string{"index.js": `import x from "./x.mjs"; export default x`, "x.mjs": ""}, func(o *bundle.Options) { o.NoBundle = true }, []string{`index.js:1:15: No such module "x.mjs".`, `imported from "index.js"`, "no rule names it"}},
		"an extension left out": {map[string]string{"index.js": `import x from "./x"; export default x`, "x.js": ""}, func(o *bundle.Options) { o.NoBundle, o.FindAdditionalModules, o.Rules = true, true, javaScript }, []string{`No such module "x".`, "whole names"}},
		"a service worker": {map[string]string{"index.js": `addEventListener("fetch", () => {})`}, func(o *bundle.Options) { o.FindAdditionalModules = true },
			[]string{"`find_additional_modules` can only be used with an ES module entrypoint.", "Remove `find_additional_modules = true` from your configuration"}},
		"a package":  {map[string]string{"index.js": `import x from "p"; export default x`, "node_modules/p/index.js": ""}, func(o *bundle.Options) { o.NoBundle, o.FindAdditionalModules, o.Rules = true, true, javaScript }, []string{`No such module "p".`}},
		"TypeScript": {map[string]string{"index.ts": `export default 1 as number`}, func(o *bundle.Options) { o.NoBundle = true }, []string{`index.ts:1:18: Expected ";" but found "as"`}},
		"a bundled module": {map[string]string{"index.js": `import "./a.mjs"; export default 1`, "a.mjs": "import './b.js'", "b.js": ""}, func(o *bundle.Options) {
			o.FindAdditionalModules, o.Rules = true, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"*.mjs"}}}
		}, []string{`No such module "b.js".`, `imported from "a.mjs"`}},
	} {
		t.Run(name, func(t *testing.T) {
			entry := "index.js"
			if _, ok := test.files["index.ts"]; ok {
				entry = "index.ts"
			}
			got := buildError(t, bundler(t, project(t, test.files), entry, test.change)).Error()
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("got\n%s\nwhich lacks\n%s", got, want)
				}
			}
		})
	}
}

func TestRuleWarnings(t *testing.T) {
	dir := project(t, map[string]string{"index.js": "export default 1"})
	no := new(false)
	text := func(glob string, through *bool) bundle.Rule {
		return bundle.Rule{Type: bundle.Text, Globs: []string{glob}, Fallthrough: through}
	}
	for name, test := range map[string]struct {
		rules []bundle.Rule
		want  string
	}{
		"none":                {nil, ""},
		"falling through":     {[]bundle.Rule{text("**/*.md", yes())}, ""},
		"not falling through": {[]bundle.Rule{text("**/*.md", no)}, ""},
		"the default": {[]bundle.Rule{text("**/*.md", nil)}, `The module rule {"type":"Text","globs":["**/*.md"]} does not have a fallback, the following rules will be ignored:
 {"type":"Text","globs":["**/*.txt","**/*.html","**/*.sql"]} (DEFAULT)
  Add ` + "`fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence this warning"},
		"another": {[]bundle.Rule{text("**/*.md", nil), text("**/*.x", no)}, `The module rule {"type":"Text","globs":["**/*.md"]} does not have a fallback, the following rules will be ignored:
 {"type":"Text","globs":["**/*.x"],"fallthrough":false}
 {"type":"Text","globs":["**/*.txt","**/*.html","**/*.sql"]} (DEFAULT)
  Add ` + "`fallthrough = true` to rule to allow next rule to be used or `fallthrough = false` to silence this warning"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, w := range build(t, bundler(t, dir, "index.js", func(o *bundle.Options) { o.Rules = test.rules })).Warnings {
				got = append(got, w.String())
			}
			if got := strings.Join(got, "\n"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestServiceWorkerFormat(t *testing.T) {
	for name, test := range map[string]struct {
		source string
		want   bool
	}{
		"a listener":                  {`addEventListener("fetch", e => e.respondWith(new Response("x")))`, true},
		"self":                        {`self.addEventListener("fetch", () => {})`, true},
		"nothing at all":              {`globalThis.x = 1`, true},
		"named exports":               {`addEventListener("fetch", () => {}); export const x = 1`, true},
		"CommonJS beside a listener":  {`addEventListener("fetch", () => {}); module.exports = {}`, true},
		"a default export":            {`addEventListener("error", () => {}); export default {}`, false},
		"CommonJS":                    {`module.exports = { fetch() {} }`, false},
		"named exports, no listeners": {`export const x = 1`, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, map[string]string{"index.js": test.source})
			script := build(t, bundler(t, dir, "index.js"))
			if warned := len(script.Warnings) > 0; warned != (name == "named exports") {
				t.Errorf("warnings %v", script.Warnings)
			}
			if script.ServiceWorker != test.want || strings.Contains(script.Code, `"use strict"`) == test.want {
				t.Errorf("got %v, want %v\n%s", script.ServiceWorker, test.want, script.Code)
			}
		})
	}
}

func TestModuleDependencies(t *testing.T) {
	dir := project(t, map[string]string{
		"src/index.js": `import t from "./t.txt"; export default t`, "src/t.txt": "t", "src/lang/a.mjs": "export {}", ".wrangler/x.mjs": "", "src/.git/x.mjs": "",
	})
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	b := bundler(t, dir, "src/index.js", func(o *bundle.Options) {
		o.FindAdditionalModules, o.Rules = true, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.mjs"}}}
	})
	script := build(t, b)
	if want := []string{dir + "/src", dir + "/src/lang"}; !slices.Equal(script.Dirs, want) {
		t.Errorf("directories %v, want %v", script.Dirs, want)
	}
	for _, file := range []string{"src/t.txt", "src/lang/a.mjs"} {
		if !slices.Contains(script.Inputs, filepath.Join(dir, file)) {
			t.Errorf("inputs %v lack %s", script.Inputs, file)
		}
	}
	if err := os.WriteFile(dir+"/src/t.txt", []byte("changed"), 0o644); err != nil {
		t.Fatal(err)
	}
	if m := build(t, b).Modules; len(m) != 1 || string(m[0].Bytes) != "changed" {
		t.Errorf("modules after a change: %+v", m)
	}
}
