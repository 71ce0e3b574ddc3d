//go:build peers

package peers

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"devserver/internal/subprocess"
)

// moduleProjects are Workers whose responses depend on how they are bundled. Each has a wrangler.toml, of which the name
// and the date are left out. Modules that are not code have the endings of the default rules, or .md for text, .dat for
// data, .mjs for ES modules that are not bundled and .cjs for CommonJS.
var moduleProjects = map[string]map[string]string{
	"text": {"main": "index.js", "index.js": `import t from "./a.txt"; import h from "./h.html"; import s from "./s.sql"; export default { fetch: () => Response.json([t, h, s]) }`,
		"a.txt": "täxt\n", "h.html": "<p>", "s.sql": "SELECT 1"},
	"data":                      {"main": "index.js", "index.js": `import b from "./a.bin"; export default { fetch: () => new Response(Object.prototype.toString.call(b) + b.byteLength) }`, "a.bin": "\x00\x01\xff"},
	"data is a copy of its own": {"main": "index.js", "index.js": `import b from "./a.bin"; const v = new Uint8Array(b); v[0] = 65; export default { fetch: () => new Response(b) }`, "a.bin": "xyz"},
	"a rule of one's own": {"main": "index.js", "toml": `rules = [{ type = "Text", globs = ["**/*.md"], fallthrough = true }]`,
		"index.js": `import m from "./a.md"; import t from "./a.txt"; export default { fetch: () => new Response(m + t) }`, "a.md": "# a", "a.txt": "t"},
	"a rule that shuts out": {"main": "index.js", "toml": `rules = [{ type = "Text", globs = ["**/*.md"] }]`,
		"index.js": `import m from "./a.md"; export default { fetch: () => new Response(m) }`, "a.md": "# a"},
	"a rule for data": {"main": "index.js", "toml": `rules = [{ type = "Data", globs = ["**/*.dat"], fallthrough = true }]`,
		"index.js": `import d from "./deep/a.dat"; export default { fetch: () => new Response(d) }`, "deep/a.dat": "data"},
	"WebAssembly": {"main": "index.js", "index.js": `import m from "./a.wasm"; import n from "./a.wasm?module"; export default { fetch: () => new Response([m === n, m instanceof WebAssembly.Module, new WebAssembly.Instance(m).exports.f()].join()) }`,
		"a.wasm": fortyTwo},
	"text in a package": {"main": "index.js", "index.js": `import t from "p/a.txt"; export default { fetch: () => new Response(t) }`,
		"node_modules/p/package.json": "{}", "node_modules/p/a.txt": "packed"},
	"the same text twice":        {"main": "index.js", "index.js": `import a from "./a.txt"; import b from "./b/b.txt"; export default { fetch: () => new Response(a + b) }`, "a.txt": "x", "b/b.txt": "x"},
	"text, imported dynamically": {"main": "index.js", "index.js": `export default { fetch: async () => new Response((await import("./a.txt")).default) }`, "a.txt": "x"},
	"additional modules": {"main": "index.js", "toml": "find_additional_modules = true\nrules = [{ type = \"ESModule\", globs = [\"**/*.mjs\"] }]",
		"index.js":    `export default { async fetch(r) { const name = new URL(r.url).searchParams.get("l") ?? "en"; return new Response((await import("./lang/" + name + ".mjs")).default) } }`,
		"lang/en.mjs": "export default 'hello'", "lang/fr.mjs": "export default 'bonjour'"},
	"additional modules import each other": {"main": "index.js", "toml": "find_additional_modules = true\nrules = [{ type = \"ESModule\", globs = [\"**/*.mjs\"] }]",
		"index.js": `import { n, add } from "./a.mjs"; export default { async fetch() { const before = n; add(); return new Response(n - before + (await import("./b.mjs")).text) } }`,
		"a.mjs":    `export let n = 1; export const add = () => n++; export { text } from "./b.mjs"`, "b.mjs": `export const text = "b"`},
	"additional text": {"main": "index.js", "toml": "find_additional_modules = true",
		"index.js": `export default { async fetch() { const name = "./t/a.txt"; return new Response((await import(name)).default) } }`, "t/a.txt": "found"},
	"an additional module that is not there": {"main": "index.js", "toml": "find_additional_modules = true\nrules = [{ type = \"ESModule\", globs = [\"**/*.mjs\"] }]",
		"index.js": `export default { async fetch() { const name = "./nothing.mjs"; try { await import(name) } catch (e) { return new Response(e.name) } } }`, "x.mjs": "export default 1"},
	"no_bundle": {"main": "index.js", "toml": "no_bundle = true\nrules = [{ type = \"ESModule\", globs = [\"**/*.mjs\"] }]",
		"index.js": `import { x } from "./lib/x.mjs"; import t from "./a.txt"; export default { fetch: () => new Response(x + t + typeof process + this) }`, "lib/x.mjs": `import y from "../y.mjs"; export const x = "x" + y`, "y.mjs": "export default 'y'", "a.txt": "t"},
	"no_bundle with CommonJS": {"main": "index.js", "toml": "no_bundle = true\nrules = [{ type = \"CommonJS\", globs = [\"**/*.cjs\"] }]",
		"index.js": `import c from "./c.cjs"; export default { fetch: () => new Response(c.c) }`, "c.cjs": "module.exports = { c: 'cjs' }"},
	"alias of a package": {"main": "index.js", "toml": "[alias]\nreact = \"./mine.js\"", "index.js": `import r from "react"; export default { fetch: () => new Response(r) }`, "mine.js": "export default 'mine'"},
	"alias to a package": {"main": "index.js", "toml": "[alias]\na = \"b\"", "index.js": `import r from "a"; export default { fetch: () => new Response(r) }`,
		"node_modules/b/package.json": `{"main": "b.js"}`, "node_modules/b/b.js": "module.exports = 'b'"},
	"alias of a path": {"main": "src/index.js", "toml": "[alias]\n\"./x\" = \"./src/y.js\"", "src/index.js": `import x from "./x"; export default { fetch: () => new Response(x) }`, "src/x.js": "export default 'x'", "src/y.js": "export default 'y'"},
	"define":          {"main": "index.js", "toml": "[define]\nWHO = \"'world'\"\n\"a.b\" = '{\"c\":2}'", "index.js": `export default { fetch: () => new Response(WHO + a.b.c) }`},
	"tsconfig paths": {"main": "src/index.ts", "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
		"src/index.ts": `import { x } from "@/deep/x"; export default { fetch: (): Response => new Response(x) }`, "src/deep/x.ts": `export const x: string = "path"`},
	"another tsconfig": {"main": "index.ts", "toml": `tsconfig = "tsconfig.build.json"`, "tsconfig.json": `{}`, "tsconfig.build.json": `{ "compilerOptions": { "paths": { "x": ["./y.ts"] } } }`,
		"index.ts": `import x from "x"; export default { fetch: () => new Response(x) }`, "y.ts": "export default 'y'"},
	"JSX settings": {"main": "index.jsx", "toml": "jsx_factory = \"h\"\njsx_fragment = \"F\"",
		"index.jsx": `const h = (t, p, ...c) => t === F ? c.join("+") : "<" + t + ">" + c.join(""); const F = 1; export default { fetch: () => new Response(<><a>x</a><b/></>) }`},
	"minify":           {"main": "index.js", "toml": "minify = true", "index.js": `function greeting(name) { return "hello " + name } class Thing {} export default { fetch: () => new Response(greeting(Thing.name) + greeting.name) }`},
	"names":            {"main": "index.js", "index.js": `import { f } from "./a"; const g = (() => function f() {})(); export default { fetch: () => new Response([f.name, g.name, (class {}).name].join()) }`, "a.js": "export function f() {}"},
	"import.meta":      {"main": "index.js", "index.js": `export default { fetch: () => new Response(String(import.meta.url)) }`},
	"a service worker": {"main": "index.js", "index.js": `addEventListener("fetch", (event) => { event.waitUntil(Promise.resolve()); event.passThroughOnException(); event.respondWith(answer(event.request)) }); async function answer(r) { return new Response(r.method + (event => typeof event)() + WHO) }`, "toml": "[vars]\nWHO = \"you\""},
	"a service worker, imported": {"main": "index.js", "index.js": `import { answer } from "./a"; addEventListener("fetch", (event) => event.respondWith(answer(event)));`,
		"a.js": `export const answer = (e) => new Response([e.type, e instanceof FetchEvent, Object.prototype.toString.call(e), typeof e.request.url, e.cancelable, e.bubbles].join())`},
	"a service worker, sloppy":    {"main": "index.js", "index.js": `undeclared = 1; addEventListener("fetch", function (event) { event.respondWith(new Response([undeclared, this === globalThis, (function () { return this === globalThis })()].join())) })`},
	"a service worker, two":       {"main": "index.js", "index.js": `addEventListener("fetch", (e) => { if (e.request.url.includes("a=1")) e.respondWith(new Response("first")) }); addEventListener("fetch", (e) => { try { e.respondWith(Promise.resolve(new Response("second"))) } catch (x) { } })`},
	"a service worker, twice":     {"main": "index.js", "index.js": `addEventListener("fetch", (e) => { let t = ""; let answer; e.respondWith(new Promise(r => answer = r)); try { e.respondWith(new Response("x")) } catch (x) { t += x } setTimeout(() => { try { e.respondWith(new Response("x")) } catch (x) { t += x } answer(new Response(t)) }, 0) })`},
	"a service worker that fails": {"main": "index.js", "index.js": `addEventListener("fetch", (e) => { throw new Error("no") })`},
	"a class":                     {"main": "index.js", "index.js": `import { WorkerEntrypoint } from "cloudflare:workers"; export default class extends WorkerEntrypoint { fetch(r) { return new Response([this.env.WHO, typeof this.ctx.waitUntil, arguments.length, Object.keys(this.ctx.props)].join()) } }`, "toml": "[vars]\nWHO = \"you\""},
	"env at module scope": {"main": "index.js", "toml": "[vars]\nWHO = \"you\"", "index.js": `import { env, withEnv } from "cloudflare:workers"; const who = env.WHO;
		export default { async fetch(r, e) { const inside = await withEnv({ WHO: "me" }, async () => { const a = env.WHO; await Promise.resolve(); return a + env.WHO }); return new Response([who, env.WHO, inside, env.WHO, Object.keys(env), "WHO" in env, "X" in env, JSON.stringify(env)].join()) } }`},
	"classes of cloudflare:workers": {"main": "index.js", "index.js": `import * as w from "cloudflare:workers"; const tell = (f) => { try { return String(f()) } catch (e) { return e.name } };
		export default { fetch: () => Response.json([tell(() => new w.RpcPromise()), tell(() => new w.RpcStub(1)), tell(() => new w.WorkerEntrypoint()), tell(() => new w.DurableObject({}, {})), typeof w.RpcTarget, typeof w.WorkflowEntrypoint, tell(() => { class T extends w.RpcTarget { x() { return 3 } } return new T().x() }), typeof w.waitUntil]) }`},
	"ctx.exports": {"main": "index.js", "index.js": `import { WorkerEntrypoint } from "cloudflare:workers"; export class Other extends WorkerEntrypoint { fetch(r) { return new Response("other " + r.method + new URL(r.url).pathname) } }
		export default { async fetch(r, env, ctx) { const res = await ctx.exports.Other.fetch("http://x/y", { method: "POST", body: "z" }); return new Response(Object.keys(ctx.exports) + await res.text()) } }`},
	"NonRetryableError": {"main": "index.js", "index.js": `import { NonRetryableError } from "cloudflare:workflows"; const e = new NonRetryableError("m"), n = new NonRetryableError("m", "N"); export default { fetch: () => Response.json([e.name, e.message, e instanceof Error, n.name, Object.keys(e)]) }`},
	"JSON":              {"main": "index.js", "index.js": `import j, { k } from "./j.json"; export default { fetch: () => Response.json([j, k]) }`, "j.json": `{"k": 3}`},
}

// fortyTwo is a WebAssembly module that exports a function f, which returns 42.
const fortyTwo = "\x00asm\x01\x00\x00\x00\x01\x05\x01\x60\x00\x01\x7f\x03\x02\x01\x00\x07\x05\x01\x01f\x00\x00\x0a\x06\x01\x04\x00\x41\x2a\x0b"

// TestModules runs each project as wrangler bundles it on workerd, and from its sources on devserver.
func TestModules(t *testing.T) {
	t.Parallel()
	workerdBinary(t)
	wranglers := subprocess.StartWranglers(t)
	for name, files := range moduleProjects {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &project{dir: t.TempDir()}
			for file, content := range files {
				if file != "main" && file != "toml" {
					if err := os.MkdirAll(filepath.Dir(filepath.Join(p.dir, file)), 0o755); err != nil {
						t.Fatal(err)
					}
					p.write(t, file, content)
				}
			}
			p.write(t, "wrangler.toml", fmt.Sprintf("name = \"peer\"\nmain = %q\ncompatibility_date = %q\n%s\n", files["main"], modulesDate, files["toml"]))
			theirs := bundled(t, wranglers, p)
			w := startWorkerd(t, theirs)
			d := serve(t, p)
			for _, path := range []string{"/", "/?l=fr&a=1"} {
				want, got := w.ask(t, get(path)), d.ask(t, get(path))
				if want.status != got.status || !strings.HasPrefix(want.status, "500") && want.body != got.body {
					t.Errorf("%s\ndevserver %s %s\nworkerd   %s %s", path, got.status, got.body, want.status, want.body)
				}
			}
		})
	}
}

// modulesDate is one before nodejs_compat is on by default: what wrangler adds to bundles for it is not compared here.
const modulesDate = "2026-08-01"

// bundled has wrangler bundle a project, and makes a project for workerd of the result.
func bundled(t *testing.T, wranglers *subprocess.Wranglers, p *project) *project {
	t.Helper()
	out := t.TempDir()
	if output, err := wranglers.Run(t, p.dir, "deploy", "--dry-run", "--outdir", out); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	kinds := map[string]string{
		".txt": "text", ".html": "text", ".sql": "text", ".md": "text", ".bin": "data", ".dat": "data", ".wasm": "wasm",
		".js": "esModule", ".mjs": "esModule", ".cjs": "commonJsModule",
	}
	main, script := "", ""
	var others []string
	filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(out, path)
		kind := kinds[filepath.Ext(name)]
		if entry.IsDir() || kind == "" || name == "README.md" {
			return nil
		}
		module := fmt.Sprintf("(name = %q, %s = embed %q)", name, kind, name)
		if stem := strings.TrimSuffix(filepath.Base(p.main(t)), filepath.Ext(p.main(t))); name == stem+".js" {
			main = module
			content, _ := os.ReadFile(path)
			if !strings.Contains(string(content), "export") {
				script = fmt.Sprintf("serviceWorkerScript = embed %q", name)
			}
			return nil
		}
		others = append(others, module)
		return nil
	})
	code := "modules = [" + strings.Join(slices.Insert(others, 0, main), ", ") + "]"
	if script != "" {
		code = script
	}
	result := &project{dir: out}
	result.write(t, "config.capnp", fmt.Sprintf(`using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (%s, compatibilityDate = %q, bindings = [(name = "WHO", text = "you")]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
`, code, modulesDate))
	return result
}

// main is the entry of a project.
func (p *project) main(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(p.dir, "wrangler.toml"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(content), "main = \"")
	name, _, _ := strings.Cut(rest, "\"")
	return name
}
