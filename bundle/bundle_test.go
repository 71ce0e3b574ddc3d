package bundle_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"devserver/bundle"
)

// project writes files to a new directory. A key ends in its name, a value in one newline.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, files)
	return dir
}

func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// builtins is what the tests' runtime has.
func builtins(specifier string) bool {
	return slices.Contains([]string{"cloudflare:workers", "cloudflare:sockets", "node:path"}, specifier)
}

func bundler(t testing.TB, dir, entry string, change ...func(*bundle.Options)) *bundle.Bundler {
	options := bundle.Options{Entry: filepath.Join(dir, entry), Dir: dir, Builtin: builtins}
	for _, f := range change {
		f(&options)
	}
	b := bundle.New(options)
	t.Cleanup(b.Close)
	return b
}

func build(t testing.TB, b *bundle.Bundler) *bundle.Script {
	t.Helper()
	script, err := b.Build()
	if err != nil {
		t.Fatalf("build: %v", err)
	}
	return script
}

func buildError(t testing.TB, b *bundle.Bundler) *bundle.Error {
	t.Helper()
	_, err := b.Build()
	var failed *bundle.Error
	if !errors.As(err, &failed) {
		t.Fatalf("build: got %v, want a *bundle.Error", err)
	}
	return failed
}

// prelude is what the runtime adds to goja's language before any user code.
const prelude = `
for (const name of ["asyncIterator", "dispose", "asyncDispose", "metadata"])
	Object.defineProperty(Symbol, name, {value: Symbol("Symbol." + name)});
`

const builtinModules = `files => (load => {
	load.import = async name => load("" + name);
	load.code = code => code;
	return load;
})(((cache, make, table, base) => (name, dir) => {
	if (typeof name === "object") {
		[table, base] = [name, dir];
		return;
	}
	const path = [];
	for (const part of (base + "/" + name).split("/")) part === ".." ? path.pop() : part !== "." && path.push(part);
	return table[path.join("/")]?.() ?? (cache[name] ??= make(name, files[name] ?? files[path.join("/")]));
})({}, (name, file) => {
	if (file) return {default: file};
	switch (name) {
	case "cloudflare:workers": return {WorkerEntrypoint: class WorkerEntrypoint { base() { return "base" } }, env: {NAME: "value"}};
	case "cloudflare:sockets": return {connect: () => "connected"};
	case "devserver:append": return {default: (a, b) => a + b};
	case "devserver:generators": return {default: generators(Symbol.asyncIterator, {[Symbol.asyncIterator]() { return this }}, function AsyncGeneratorFunction() {}, String, (f) => String(f).includes(".start;"))()};
	case "node:path": return {default: {join: (...a) => a.join("/")}, join: (...a) => a.join("/")};
	}
	throw new Error('No such module "' + name + '".');
}, {}, "."))`

// evaluate runs the script, in parts if it has some, and returns its exports.
func evaluate(t testing.TB, script *bundle.Script) (*goja.Runtime, *goja.Object) {
	t.Helper()
	vm := goja.New()
	if _, err := vm.RunString(prelude); err != nil {
		t.Fatal(err)
	}
	files := map[string]any{}
	for _, m := range script.Modules {
		if files[m.Name] = string(m.Bytes); m.Type != bundle.Text {
			files[m.Name] = vm.NewArrayBuffer(m.Bytes)
		}
	}
	generators, err := os.ReadFile("../runtime/language/js/generators.js")
	if err != nil {
		t.Fatal(err)
	}
	made, err := vm.RunString(string(generators))
	if err != nil {
		t.Fatal(err)
	}
	vm.Set("generators", made)
	value, err := vm.RunString(builtinModules)
	if err != nil {
		t.Fatal(err)
	}
	loader, _ := goja.AssertFunction(value)
	modules, err := loader(nil, vm.ToValue(files))
	if err != nil {
		t.Fatal(err)
	}
	args := []goja.Value{modules}
	run := func(code string, sourceMap func(string) ([]byte, error)) goja.Value {
		program, err := goja.Parse(script.Name, code, parser.WithSourceMapLoader(sourceMap))
		if err != nil {
			t.Fatalf("goja cannot parse this: %v\n%s", err, code)
		}
		compiled, err := goja.CompileAST(program, !script.DirectEval)
		if err != nil {
			t.Fatalf("goja cannot compile this: %v\n%s", err, code)
		}
		value, err := vm.RunProgram(compiled)
		if err != nil {
			t.Fatal(err)
		}
		if script.DirectEval {
			inner, _ := goja.AssertFunction(value)
			if value, err = inner(nil, vm.Get("eval")); err != nil {
				t.Fatal(err)
			}
		}
		worker, ok := goja.AssertFunction(value)
		if !ok {
			t.Fatalf("the script is no function but %v", value)
		}
		result, err := worker(goja.Undefined(), args...)
		if err != nil {
			t.Fatalf("evaluate: %v\n%s", err, code)
		}
		return result
	}
	if len(script.Parts) == 0 {
		return vm, settled(t, run(script.Code, script.LoadSourceMap)).ToObject(vm)
	}
	args = append(args, vm.NewObject())
	for _, part := range script.Parts {
		value = run(part.Code, part.LoadSourceMap)
	}
	return vm, value.ToObject(vm)
}

// settled returns what a promise has been fulfilled with; other values are returned as they are.
func settled(t testing.TB, value goja.Value) goja.Value {
	t.Helper()
	promise, ok := value.Export().(*goja.Promise)
	if !ok {
		return value
	}
	switch promise.State() {
	case goja.PromiseStateFulfilled:
		return promise.Result()
	case goja.PromiseStateRejected:
		t.Fatalf("rejected: %v", promise.Result())
	}
	t.Fatal("the promise is still pending")
	return nil
}

// fetch calls default.fetch() and returns its result as text.
func fetch(t testing.TB, script *bundle.Script) string {
	t.Helper()
	vm, exports := evaluate(t, script)
	handler := exports.Get("default").ToObject(vm)
	if _, isClass := goja.AssertConstructor(handler); isClass {
		instance, err := vm.New(handler)
		if err != nil {
			t.Fatal(err)
		}
		handler = instance
	}
	f, ok := goja.AssertFunction(handler.Get("fetch"))
	if !ok {
		t.Fatal("default.fetch is no function")
	}
	value, err := f(handler)
	if err != nil {
		t.Fatalf("fetch: %v", err)
	}
	return settled(t, value).String()
}

func TestBundle(t *testing.T) {
	for name, test := range map[string]struct {
		entry string
		files map[string]string
		want  string
	}{
		"JavaScript": {"worker.js", map[string]string{
			"worker.js": `export default { async fetch() { return "ok" } };`,
		}, "ok"},
		"TypeScript": {"src/index.ts", map[string]string{
			"src/index.ts": `import { a } from "./a"; import { type B, b } from "./b.js"; enum E { X = 1 } export default { async fetch(): Promise<string> { return a + (b as B) + E.X } } satisfies { fetch(): Promise<string> };`,
			"src/a.ts":     `export const a: string = "a";`,
			"src/b.ts":     `export type B = string; export const b: B = "b";`,
		}, "ab1"},
		"TSX": {"index.tsx", map[string]string{
			"index.tsx": `/** @jsx h */ function h(tag: string, p: any, ...c: any[]) { return "<" + tag + ">" + c.join("") } export default { fetch: () => <p>x{1 + 1}</p> }`,
		}, "<p>x2"},
		"JSX in .js": {"index.js", map[string]string{
			"index.js": `const React = { createElement: (tag, p, ...c) => tag + c }; export default { fetch: () => <b>1</b> }`,
		}, "b1"},
		"mjs and cjs": {"index.mjs", map[string]string{
			"index.mjs": `import c, { named } from "./c.cjs"; export default { fetch: () => c.named + named }`,
			"c.cjs":     `exports.named = "n"`,
		}, "nn"},
		"packages": {"index.ts", map[string]string{
			"index.ts":                       `import esm from "esm"; import cjs from "cjs"; import sub from "@s/p/sub"; import main from "old"; import map from "map"; export default { fetch: () => [esm, cjs.x, sub, main, map].join() }`,
			"node_modules/esm/package.json":  `{"exports": {"node": "./node.js", "workerd": "./workerd.js", "default": "./default.js"}, "type": "module"}`,
			"node_modules/esm/workerd.js":    `export default "workerd"`,
			"node_modules/esm/node.js":       `export default "node"`,
			"node_modules/esm/default.js":    `export default "default"`,
			"node_modules/cjs/index.js":      `module.exports = { x: require("./lib").y }`,
			"node_modules/cjs/lib/index.js":  `exports.y = "lib"`,
			"node_modules/@s/p/package.json": `{"exports": {"./sub": "./lib/sub.mjs"}}`,
			"node_modules/@s/p/lib/sub.mjs":  `export default "sub"`,
			"node_modules/old/package.json":  `{"browser": "b.js", "main": "m.js"}`,
			"node_modules/map/package.json":  `{"browser": {"./a.js": "./b.js", "./c.js": false}}`,
			"node_modules/map/index.js":      `module.exports = require("./a") + typeof require("./c").x`,
			"node_modules/map/a.js":          `module.exports = "server"`,
			"node_modules/map/b.js":          `module.exports = "mapped"`,
			"node_modules/map/c.js":          `exports.x = 1`,
			"node_modules/old/b.js":          `module.exports = "browser"`,
			"node_modules/old/m.js":          `module.exports = "main"`,
		}, "workerd,lib,sub,browser,mappedundefined"},
		"CommonJS entry": {"index.cjs", map[string]string{
			"index.cjs": `module.exports = { fetch() { return "cjs" } }`,
		}, "cjs"},
		"compiled CommonJS entry": {"index.js", map[string]string{
			"index.js": `"use strict"; Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { fetch() { return "compiled" } };`,
		}, "compiled"},
		"top-level await": {"index.ts", map[string]string{
			"index.ts": `import { x } from "./x"; const y = await x; export default { fetch: () => y }`,
			"x.ts":     `export const x = await Promise.resolve("awaited")`,
		}, "awaited"},
		"class": {"index.ts", map[string]string{
			"index.ts": `import { WorkerEntrypoint } from "cloudflare:workers"; export default class extends WorkerEntrypoint { fetch() { return this.base() } }`,
		}, "base"},
		"built-in modules": {"index.ts", map[string]string{
			"index.ts": `import { env as e } from "cloudflare:workers"; import * as workers from "cloudflare:workers"; import path, { join } from "node:path"; import bare from "path"; import cjs from "cjs"; import "cloudflare:sockets";
				export default { async fetch() { const p = await import("node:path"), s = await import("cloudflare:sockets"); return [e.NAME, workers.env.NAME, path.join("a", "b"), join("c"), bare === path, cjs, p.default === path, s.connect()].join() } }`,
			"node_modules/cjs/index.js": `module.exports = require("path").join("c", "j") + require("node:path").join("s")`,
		}, "value,value,a/b,c,true,c/js,true,connected"},
		"a built-in module imported by a cycle, before its importer runs": {"index.ts", map[string]string{
			"index.ts": `import { early } from "./a"; import { env } from "cloudflare:workers"; export function name() { return env.NAME } export default { fetch: () => early }`,
			"a.ts":     `import { name } from "./index"; export const early = name()`,
		}, "value"},
		"dynamic import": {"index.ts", map[string]string{
			"index.ts": `globalThis.log = []; export default { async fetch() { log.push("before"); const m = await import("./lazy"); const { default: d } = await import("./c.cjs"); return [...log, m.x, d.y].join() } }`,
			"lazy.ts":  `globalThis.log.push("lazy"); export const x = 1`,
			"c.cjs":    `exports.y = 2`,
		}, "before,lazy,1,2"},
		"import of a name made at run time": {"index.ts", map[string]string{
			"index.ts": `export default { async fetch() { const n = "./no" + 1; try { await import(n) } catch (e) { return e.message + (await import("cloudflare:" + ["workers"])).env.NAME } } }`,
		}, `No such module "./no1".value`},
		"import() evaluates what it is given at once": {"index.ts", map[string]string{
			"index.ts": `function* names() { return import(yield "node:" + this) } const o = { import(x) { return x } }, log = [];
				export default { async fetch() {
					const it = names.call(1); it.next();
					try { import((() => { throw "thrown" })()) } catch (e) { log.push(e) }
					log.push((await import(await "node:path")).default.join("a", "b"), (await it.next("node:path").value).join("c"), o.import("method"));
					log.push(await import({ toString() { throw "rejected" } }, { with: {} }).catch(e => e));
					return log.join() } }`,
		}, "thrown,a/b,c,method,rejected"},
		"names outside of the Basic Multilingual Plane": {"index.ts", map[string]string{
			"index.ts": "var 𐒰 = 1, x: any = {}; class A { #𐒰 = 2; get() { return this.#𐒰 } } x.𐒰 = 3;\n" +
				"const s = '😀\\u{10FFFF}é\\\\u{1F600}', t = `a${`😀${𐒰}\\u{10400}${1}\\\\u{1}`}b`;\n" +
				"export default { fetch: () => [𐒰, s, t, String.raw`😀`, /^😀$/u.test('😀'), new A().get(), x['𐒰']].join() }",
		}, "1,😀􏿿é\\u{1F600},a😀1𐐀1\\u{1}b,😀,true,2,3"},
		"yield* of a plain generator": {"index.js", map[string]string{
			"index.js": `let gets = 0;
				const list = { [Symbol.iterator]() { return this }, next: () => ({ value: 1, done: false }), get return() { gets++; return null } };
				function* g() { yield* list } const it = g(); it.next();
				export default { fetch: () => [it.return(2).value, gets].join() }`,
		}, "2,1"},
		"import() at top level": {"index.js", map[string]string{
			"index.js": `import("node:path").then(p => { x = p.join("a", "b") }); let x; export default { fetch: () => x }`,
		}, "a/b"},
		"direct eval": {"index.js", map[string]string{
			"index.js": `const loc = "local", e = eval, o = { eval, f() { return this.eval } };
				class A { #p = "private"; read() { return eval("this.#p") } } class B extends A { x = eval("super.read()") }
				let made = class extends A { y = eval("loc") };
				export default { fetch: () => [eval("loc"), new B().x, new made().y, made.name, e("typeof loc"), (0, eval)("typeof loc"), o.f() === e, eval(5, 6), eval()].join() }`,
		}, "local,private,local,made,undefined,undefined,true,5,"},
		"glob import": {"index.ts", map[string]string{
			"index.ts":   "export default { async fetch() { const n = 'b'; return (await import(`./pages/${n}.ts`)).default } }",
			"pages/a.ts": `export default "A"`, "pages/b.ts": `export default "B"`,
		}, "B"},
		"import.meta": {"index.ts", map[string]string{
			"index.ts": `export default { fetch: () => new String(import.meta.url) + typeof import.meta + import.meta.env }`,
		}, "undefined" + "object" + "undefined"},
		"definitions": {"index.ts", map[string]string{
			"index.ts": `export default { fetch: () => [process.env.NODE_ENV, globalThis.process.env.NODE_ENV, navigator.userAgent, FLAG].join() }`,
		}, "development,development,Cloudflare-Workers,7"},
		"data": {"index.ts", map[string]string{
			"index.ts": `import t from "./t.txt"; import h from "./h.html"; import s from "./s.sql"; import b from "./b.bin"; import j, { k } from "./j.json"; export default { fetch: () => [t, h, s, b instanceof ArrayBuffer, new Uint8Array(b), j.k, k].join() }`,
			"t.txt":    "text\n", "h.html": "<p>", "s.sql": "SELECT 1", "b.bin": "\x00\xff", "j.json": `{"k": 3}`,
		}, "text\n,<p>,SELECT 1,true,0,255,3,3"},
		"tsconfig paths": {"src/index.ts", map[string]string{
			"src/index.ts":  `import { x } from "@/deep/x"; export default { fetch: () => x }`,
			"src/deep/x.ts": `export const x = "path"`,
			"tsconfig.json": "{ /* c */ \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"], }, }, }",
		}, "path"},
		"alias": {"index.ts", map[string]string{
			"index.ts":                    `import x from "aliased"; import fs from "fs"; export default { fetch: () => x + fs }`,
			"node_modules/real/index.js":  `module.exports = "real"`,
			"node_modules/memfs/index.js": `module.exports = "memfs"`,
		}, "realmemfs"},
		"hashbang": {"index.js", map[string]string{
			"index.js": "#!/usr/bin/env node\nexport default { fetch: () => 'run' }",
		}, "run"},
		"spaces and Unicode in paths": {"my src/wörker ü.ts", map[string]string{
			"my src/wörker ü.ts": `import { x } from "./日本/a b"; export default { fetch: () => x }`,
			"my src/日本/a b.ts":   `export const x = "ä日𝒳"`,
		}, "ä日𝒳"},
		"collisions keep their names": {"index.ts", map[string]string{
			"index.ts": `import { f as g, C as D } from "./a"; function f() {} class C { static self = C } const h = () => {}; function Used() { class Used {} return Used }
				export default { fetch: () => [f, g, C, D, h, Used, Used(), class {}, () => {}].map(x => x.name).join() }`,
			"a.ts": `export function f() {} export class C { static self = C; static make() { return new C } }`,
		}, "f,f,C,C,h,Used,Used,,"},
		"function expressions keep their names": {"index.ts", map[string]string{
			"index.ts": `import { f } from "./a"; const inner = function inner2() {}, own = function own() { return own }, o = { p: () => {}, "q": class {}, r: function s() {}, async t() {}, ["u"]: () => {} }, { d = () => {} } = {}, par = ((a) => {}), call = f => f, arg = call(function arg2() {}); let late; late = async () => {};
				(function iife() {})(); const iife = 1; call(function own() {}), (class own {});
				function outer() { const f2 = function f() {}; const f3 = async function* f() {}; return [f2, f3] }
				export default { fetch: () => [f, inner, own, o.p, o.q, o.r, o.t, o.u, d, par, arg, late, ...outer(), class X extends o.q {}].map(x => x.name).join() }`,
			"a.ts": `const outer = 1; export var f = function f() { return outer }`,
		}, "f,inner2,own,p,q,s,t,u,d,par,arg2,late,f,f,X"},
		"require() of what is known only at run time": {"index.ts", map[string]string{
			"index.ts": `import c from "./c.cjs"; const n = "path"; export default { async fetch() { try { c.load("node:" + n) } catch (e) { return [e.message, c.join("a"), typeof c.f, c.f === c.load].join() } } }`,
			"c.cjs":    `exports.load = n => require(n); exports.join = x => require("node:path").join(x, "b"); exports.f = typeof require == "function" && require`,
		}, `Dynamic require of "node:path" is not supported,a/b,function,false`},
		"asynchronous functions in parameters": {"index.ts", map[string]string{
			"index.ts": `async function f({ g = async ({ x }) => await x() + 1 }, h = async y => [await import("node:path"), await y][1], i = async function () { return await 3 }) { return [await g({ x: async () => 1 }), await h(2), await i()] }
				const o = { async m(a = async () => ({ b: await 4 })) { return (await a()).b } }, j = async (a = async (b = async () => await 5) => await b()) => await a(), k = (f = async () => { return await 6 }) => f();
				export default { fetch: async () => [...await f({}), await o.m(), await j(), await k()].join() }`,
		}, "2,2,3,4,5,6"},
		"a built-in module in two files": {"index.ts", map[string]string{
			"index.ts": `import { env } from "cloudflare:workers"; import { name } from "./a"; export default { fetch: () => name + env.NAME }`,
			"a.ts":     `import { env } from "cloudflare:workers"; export const name = env.NAME`,
		}, "valuevalue"},
		"a default class keeps its name": {"index.ts", map[string]string{
			"index.ts": `export default class { fetch() { return this.constructor.name } }`,
		}, "default"},
		"the user's names may be ours": {"index.ts", map[string]string{
			"index.ts": `import { env } from "cloudflare:workers"; const __builtin = 1, m = 2, __require = 3, __name = 4, __toESM = 5; export default { async fetch() { const $$builtin = 6; return [env.NAME, __builtin, m, __require, __name, __toESM, $$builtin, typeof await import("./c.cjs")].join() } }`,
			"c.cjs":    `module.exports = n => require(n)`,
		}, "value,1,2,3,4,5,6,object"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, test.files)
			for _, minify := range []bool{false, true} {
				b := bundler(t, dir, test.entry, func(o *bundle.Options) {
					o.Minify = minify
					o.Define = map[string]string{"FLAG": "7"}
					o.Alias = map[string]string{"aliased": "real", "fs": "memfs"}
				})
				if got := fetch(t, unmarked(build(t, b))); got != test.want {
					t.Errorf("minify %v: got %q, want %q", minify, got, test.want)
				}
			}
		})
	}
}

func TestExports(t *testing.T) {
	dir := project(t, map[string]string{
		"index.ts": `export * from "./a"; export * from "cloudflare:sockets"; export * as ns from "cloudflare:workers"; export { WorkerEntrypoint as W } from "cloudflare:workers";
			const s = 1; export { s as "a string", s as __proto__ }; export let later = 1; later = 2; export function f() {} export class K {}`,
		"a.ts": `export const a = 1; export default 5`,
	})
	for _, minify := range []bool{false, true} {
		vm, exports := evaluate(t, build(t, bundler(t, dir, "index.ts", func(o *bundle.Options) { o.Minify = minify })))
		vm.Set("e", exports)
		got, err := vm.RunString(`[Object.keys(e).filter(k => e[k] !== undefined).sort(), e.a, e.connect(), e.ns.env.NAME, e.W.name, e["a string"], Object.getOwnPropertyDescriptor(e, "__proto__")?.value, e.later, "default" in e && e.default, e.K.name].join("|")`)
		if err != nil {
			t.Fatal(err)
		}
		if want := "K,W,__proto__,a,a string,connect,f,later,ns|1|connected|value|WorkerEntrypoint|1|1|2||K"; got.String() != want {
			t.Errorf("minify %v: got  %s\nwant %s", minify, got, want)
		}
	}
}

func TestDefaultExport(t *testing.T) {
	for declaration, want := range map[string]string{
		"export default function () {}":                      "function default",
		"export default function named() {}":                 "function named",
		"export default async () => {}":                      "function default",
		"export default class {}":                            "function default",
		"export default class Named { static self = Named }": "function Named",
		"export default 1 + 1":                               "number 2",
		"const x = { name: 'o' }; export default x":          "object o",
		"const x = { name: 'o' }; export { x as default }":   "object o",
		"export { default } from './a'":                      "function a",
		"export { a as default } from './a'":                 "object named",
		"import d from './a'; export default new d()":        "object undefined",
		"import * as a from './a'; export default a.a":       "object named",
		"export let x; export { x as default }; x = 's'":     "string s",
		"export const notDefault = 1":                        "undefined undefined",
	} {
		dir := project(t, map[string]string{"index.js": declaration, "a.js": "export default function a() {} export const a2 = { name: 'named' }; export { a2 as a }"})
		vm, exports := evaluate(t, build(t, bundler(t, dir, "index.js")))
		vm.Set("e", exports)
		got, err := vm.RunString(`typeof e.default + " " + (e.default?.name ?? (typeof e.default === "object" ? undefined : e.default))`)
		if err != nil || got.String() != want {
			t.Errorf("%s: got %v, %v, want %s", declaration, got, err, want)
		}
	}
}

func TestLean(t *testing.T) {
	dir := project(t, map[string]string{"index.ts": `import { WorkerEntrypoint } from "cloudflare:workers"; import { helper } from "./a";
		const arrow = () => 1; function plain() { return helper() } class Api extends WorkerEntrypoint { #p = arrow(); go() { const inner = () => plain(); return inner } }
		export default { fetch: () => new Api() }`, "a.ts": "export function helper() {}"})
	script := build(t, bundler(t, dir, "index.ts"))
	for _, costly := range []string{"__name", "__export", "__toESM", "__commonJS", "defineProperty", "async function"} {
		if strings.Contains(script.Code, costly) {
			t.Errorf("the code of a plain module contains %s:\n%s", costly, script.Code)
		}
	}
	if want := `(function(__builtin){"use strict";const{WorkerEntrypoint}=__builtin("cloudflare:workers");` + "\n"; !strings.HasPrefix(script.Code, want) {
		t.Errorf("got head %q, want %q", script.Code[:min(len(script.Code), len(want))], want)
	}
	if !slices.Equal(script.Builtins, []string{"cloudflare:workers"}) || script.Async || script.ReflectsGlobal || len(script.Assigned) > 0 {
		t.Errorf("got builtins %v, async %v, reflects %v, assigned %v", script.Builtins, script.Async, script.ReflectsGlobal, script.Assigned)
	}
}

func TestStackNamesTheSource(t *testing.T) {
	dir := project(t, map[string]string{
		"src/index.ts": `import { fail } from "../lib/fail";
interface Long { a: string }
export default {
	fetch() {
		const text = "ä日"; return fail(text as string);
	}
}`,
		"lib/fail.ts": "export function fail(x: string): never {\n  throw new Error(x);\n}\n",
	})
	for name, change := range map[string]func(*bundle.Options){
		"plain":    func(o *bundle.Options) {},
		"minified": func(o *bundle.Options) { o.Minify = true },
	} {
		vm, exports := evaluate(t, build(t, bundler(t, dir, "src/index.ts", change)))
		handler := exports.Get("default").ToObject(vm)
		f, _ := goja.AssertFunction(handler.Get("fetch"))
		_, err := f(handler)
		var thrown *goja.Exception
		if !errors.As(err, &thrown) {
			t.Fatalf("%s: got %v, want an exception", name, err)
		}
		for i, want := range []string{"lib/fail.ts:2:9", "src/index.ts:5:29"} {
			position := thrown.Stack()[i].Position()
			if got := fmt.Sprintf("%s:%d:%d", position.Filename, position.Line, position.Column); got != want {
				t.Errorf("%s: frame %d: got %s, want %s", name, i, got, want)
			}
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	files := map[string]string{"src/index.ts": "export default { fetch: () => [f0, f1, f2, f3, f4, f5, f6, f7, f8, f9] };\n"}
	for i := range 10 {
		files[fmt.Sprintf("src/lib/m%d.ts", i)] = fmt.Sprintf("import { Box, helper } from '../deep/d%d';\nexport function f%[1]d(x: number): Box<number> {\n%s  return helper(x);\n}\n", i, strings.Repeat("  if (x > 1) { x = x * 2 + 1; } // grow\n", 30))
		files[fmt.Sprintf("src/deep/d%d.ts", i)] = "export class Box<T> { constructor(public value: T) {} }\nexport const helper = <T,>(x: T): Box<T> => new Box(x);\n"
		files["src/index.ts"] = fmt.Sprintf("import { f%d } from './lib/m%[1]d';\n", i) + files["src/index.ts"]
	}
	dir := project(b, files)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			bundler := bundler(b, dir, "src/index.ts")
			build(b, bundler)
			bundler.Close()
		}
	})
	b.Run("again", func(b *testing.B) {
		bundler := bundler(b, dir, "src/index.ts")
		build(b, bundler)
		for i := 0; b.Loop(); i++ {
			write(b, dir, map[string]string{"src/deep/d3.ts": files["src/deep/d3.ts"] + fmt.Sprint("export const n = ", i)})
			build(b, bundler)
		}
	})
}

// BenchmarkEvaluate is what an isolate pays for a small Worker: a new runtime, and the script run in it.
func BenchmarkEvaluate(b *testing.B) {
	dir := project(b, map[string]string{
		"index.ts": `import { WorkerEntrypoint } from "cloudflare:workers"; import { route } from "./route"; class Api extends WorkerEntrypoint { count = 0; go = () => this.count } const json = (x: unknown) => JSON.stringify(x); export { Api }; export default { async fetch(r: any) { return json(route(r)) } }`,
		"route.ts": `export function route(r: any) { return match(r) } const match = (r: any) => r.url; export class Table { constructor(public rows: any[]) {} }`,
	})
	script := build(b, bundler(b, dir, "index.ts"))
	program := goja.MustCompile(script.Name, script.Code, true)
	modules := goja.MustCompile("modules", builtinModules, true)
	b.ReportAllocs()
	for b.Loop() {
		vm := goja.New()
		worker, _ := vm.RunProgram(program)
		loader, _ := vm.RunProgram(modules)
		run, _ := goja.AssertFunction(worker)
		if _, err := run(goja.Undefined(), loader); err != nil {
			b.Fatal(err)
		}
	}
}
