package bundle_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/bundle"
	"devserver/runtime"
	"devserver/runtime/compat"
)

// writtenFunctions are functions whose code the bundler writes otherwise. They return the same wherever their texts are evaluated.
var writtenFunctions = []struct {
	name, source string
	async        bool // what it returns is a promise, and only some engines know the text
	want         string
}{
	{"append", `function (x) { let s = "a"; s += x; for (const c of "bc") s += c + (() => { let t = ""; t += "z"; return t })(); return s; }`, false, `function(x) {
    let s = "a";
    s += x;
    for (const c of "bc") s += c + (() => {
      let t = "";
      t += "z";
      return t;
    })();
    return s;
  }`},
	{"arrow", `(x, s = "") => s += x + "!"`, false, `(x, s = "") => s += x + "!"`},
	{"object", `(x) => ({ x, y: [(1, x)] })`, false, `(x) => ({ x, y: [(1, x)] })`},
	{"parenthesis", `(x) => (0, x)`, false, `(x) => (0, x)`},
	{"regex", `(x) => [/[\/\]]\p{L}+/v.test("/é"), "a1".replace(/\d/g, x), /(?<y>\d{4})/d.source]`, false, `(x) => [/[\/\]]\p{L}+/v.test("/\xE9"), "a1".replace(/\d/g, x), /(?<y>\d{4})/d.source]`},
	{"bigint", `(x) => [2n ** 3n - -3n, -5n * 2n].join()`, false, `(x) => [2n ** 3n - -3n, -5n * 2n].join()`},
	{"parameters", `async function (x, call = async (y) => await y) { return await call(x); }`, true, `async function(x, call = async (y) => await y) {
    return await call(x);
  }`},
	{"names", `function (x) { function inner(y) { return y + 1 } const other = () => inner(2); class C { m() { return 1 } } return [x, inner(1), other(), new C().m()]; }`, false, `function(x) {
    function inner(y) {
      return y + 1;
    }
    const other = () => inner(2);
    class C {
      m() {
        return 1;
      }
    }
    return [x, inner(1), other(), new C().m()];
  }`},
	{"privates", `function (x) { return new class { get = 1; #get = 2; #set = x; has(o) { return [#get in o, this.#get, this.#set, this.get] } }().has({}) }`, false, ``},
	{"class", `function (x) { return new (class A { s = ""; static t = /a/y; m(x) { this.s += x + ";"; return [this.s, A.t.test("ab")] } })().m(x) }`, false, ``},
	{"import", `(x) => x ? 1 : import(x)`, false, `(x) => x ? 1 : import(x)`},
	{"eval", `function (z) { const q = 3; return [eval("q * 2"), z, typeof eval] }`, false, `function(z) {
    const q = 3;
    return [eval("q * 2"), z, typeof eval];
  }`},
	{"method", `({ add(x) { let s = ""; s += x; return s } }).add`, false, ""},
	{"loop", `async function (x) { const all = []; for await (const { v } of [{ v: 1 }, { v: x }]) all.push(v); for await (let v of (0, [4, 5])) { if (v === 4) continue; all.push(v); } return all; }`, true, `async function(x) {
    const all = [];
    for await (const { v } of ([{ v: 1 }, { v: x }])) {
        all.push(v);
      }
    for await (let v of ((0, [4, 5]))) {
        if (v === 4) continue;
        all.push(v);
      }
    return all;
  }`},
	{"assigned", `async function (x) { const all = []; let v; for await (v of [1, x]) all.push(v); next: for await (const w of [6, 7]) { for (const y of [1]) continue next; } return all; }`, true, ``},
	{"generator", `async function (x) { async function* g(a, ...r) { const b = await Promise.resolve(a); yield b; yield* inner(...r); return (await 5) + 1; } async function* inner() { for await (const v of arguments) yield (await v) + 1; } const all = []; for await (const v of g(x, 1, 2)) all.push(v); return all; }`, true, ``},
	{"generators", `async function* (x) { const y = await x; let s = ""; s += y; yield s; yield* [1, await 2]; }`, true, `async function*(x) {
      const y = await x;
      let s = "";
      s += y;
      yield s;
      yield* [1, await 2];
    }`},
	{"generatorComputed", `async function (x) { class C { async *[(0, Symbol.asyncIterator)]() { yield await x; } } const all = []; for await (const v of new C()) all.push(v); return all; }`, true, ``},
	{"generatorMethod", `({ async *m(x) { yield x; } }).m`, true, `async *m(x) {
      yield x;
    }`},
}

// TestFunctionTexts has Workers send the texts of functions, as frameworks do to have them run in browsers, and evaluates them where
// nothing of the runtime is.
func TestFunctionTexts(t *testing.T) {
	for _, apart := range []bool{false, true} {
		t.Run(fmt.Sprint("apart ", apart), func(t *testing.T) {
			files := map[string]string{}
			if apart {
				defer bundle.SplitAlways()()
				files["node_modules/lib/index.js"] = `export let lib = (x) => { let s = ""; s += x; return s }; globalThis.lib = lib;`
			}
			var source strings.Builder
			if apart {
				source.WriteString("import { lib } from \"lib\"; globalThis.used = lib;\n")
			}
			source.WriteString("const functions = {\n")
			for _, f := range writtenFunctions {
				fmt.Fprintf(&source, "%s: %s,\n", f.name, f.source)
			}
			source.WriteString(`};
				const collect = async (v) => { v = await v; if (v?.next) { const all = []; for await (const w of v) all.push(w); v = all } return JSON.stringify(v) };
				export default { async fetch() {
					const texts = {}, results = {};
					for (const [name, f] of Object.entries(functions)) { texts[name] = String(f); results[name] = name === "eval" ? "[6,\"7\",\"function\"]" : await collect(f("7")); }
					return new Response(JSON.stringify({ texts, results }));
				} }`)
			files["index.js"] = source.String()
			script := build(t, bundler(t, project(t, files), "index.js"))
			if apart && len(script.Parts) == 0 {
				t.Fatal("there are no parts")
			}
			texts, results := functionTexts(t, script)
			for _, f := range writtenFunctions {
				text := texts[f.name]
				if f.want != "" && text != f.want {
					t.Errorf("%s: got\n%s\nwant\n%s", f.name, text, f.want)
				}
				code := "(" + text + ")"
				if strings.HasPrefix(text, "add(") || strings.HasPrefix(text, "async *m(") {
					name, _, _ := strings.Cut(strings.TrimPrefix(text, "async *"), "(")
					code = "({" + text + "})." + name
				}
				var got string
				var err error
				if node, missing := exec.LookPath("node"); missing == nil {
					got, err = inNode(node, code)
				} else if f.async || f.name == "regex" {
					continue // the bare engine has neither asynchronous generators nor the flag v
				} else {
					var v goja.Value
					if v, err = goja.New().RunString("'use strict'; JSON.stringify(" + code + `("7"))`); err == nil {
						got = v.String()
					}
				}
				if err != nil || got != results[f.name] {
					t.Errorf("%s elsewhere: got %s, %v, want %s, of\n%s", f.name, got, err, results[f.name], text)
				}
			}
		})
	}
}

func inNode(node, code string) (string, error) {
	out, err := exec.Command(node, "-e", `(async (f) => { let v = await f("7"); if (v?.next) { const all = []; for await (const w of v) all.push(w); v = all } console.log(JSON.stringify(v)) })(`+code+`)`).CombinedOutput()
	if err != nil {
		return string(out), err
	}
	return strings.TrimSpace(string(out)), nil
}

func functionTexts(t *testing.T, script *bundle.Script) (texts, results map[string]string) {
	t.Helper()
	var parts []runtime.ScriptPart
	for _, p := range script.Parts {
		parts = append(parts, runtime.ScriptPart{Code: p.Code, Origin: p.Origin, SourceMap: p.LoadSourceMap, WrittenText: p.WrittenText})
	}
	flags, _ := compat.Resolve("2026-08-01", nil)
	w, err := runtime.Load(runtime.Options{Compat: flags, CPULimit: time.Minute, Script: runtime.Script{
		Name: script.Name, Code: script.Code, Parts: parts, SourceMap: script.LoadSourceMap, WrittenText: script.WrittenText,
		Assigned: script.Assigned, ReflectsGlobal: script.ReflectsGlobal, Loads: script.Loads, DirectEval: script.DirectEval,
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	res, failed := w.RoundTrip(httptest.NewRequest("GET", "http://localhost/", nil))
	if failed != nil {
		t.Fatal(failed)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	var answer struct{ Texts, Results map[string]string }
	if err := json.Unmarshal(body, &answer); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return answer.Texts, answer.Results
}

// What is not bundled reads as it is in its file: white space, comments, quotes and names.
func TestUnbundledText(t *testing.T) {
	functions := map[string]string{
		"tabs":      "function  (a,b) {\n\t\t// why\n\t\tconst shared = [ 'x', 0x10, undefined, ]\n\t\treturn shared.length + Number(a)\n\t}",
		"arrow":     "x => ({ a : x, 'b' : `é${x}`, r: /[\\/é]/u.source })",
		"asyncs":    "async  (x)=> { for (const y of [x]) { await y } ; return x }",
		"generates": "async function * ( x ) { for await (const y of [x]) { yield  y } }",
		"classes":   "class  Named { m ( x ) { return x }\n\tstatic f = 1 }",
	}
	var entry, other strings.Builder
	for name, text := range functions {
		fmt.Fprintf(&entry, "const %s = %s;\n", name, text)
		fmt.Fprintf(&other, "export const %s = %s\n", name, text)
	}
	twice := `function same() { return 1 } { let f = function(){return 2}; let g = function () { return 2 }; globalThis.f = f }`
	dir := project(t, map[string]string{
		"index.js": "import * as o from './other.mjs'; import * as third from './third.mjs'; const shared = 1;\n" + entry.String() + twice + `
			export default { fetch() {
				const texts = { same: String(same), twice: String(globalThis.f) };
				for (const [name, f] of Object.entries({ tabs, arrow, asyncs, generates, classes })) texts[name] = String(f);
				for (const name in o) texts["other " + name] = String(o[name]);
				return Response.json({ Texts: texts, Results: { shared: String(shared + third.shared) } });
			} }`,
		"other.mjs": other.String(), "third.mjs": "export const shared = 2, tabs = 1",
	})
	script := build(t, bundler(t, dir, "index.js", func(o *bundle.Options) {
		o.NoBundle, o.FindAdditionalModules, o.Rules = true, true, []bundle.Rule{{Type: bundle.ESModule, Globs: []string{"**/*.mjs"}}}
	}))
	texts, _ := functionTexts(t, script)
	want := map[string]string{"same": "function same() { return 1 }", "twice": "function() {\n    return 2;\n  }"}
	for name, text := range functions {
		want[name], want["other "+name] = text, text
	}
	for name, text := range want {
		if texts[name] != text {
			t.Errorf("%s: got\n%s\nwant\n%s", name, texts[name], text)
		}
	}
}
