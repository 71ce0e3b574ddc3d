package bundle_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/bundle"
)

// TestParts says into how many parts a Worker comes apart, its import clauses among them.
func TestParts(t *testing.T) {
	defer bundle.SplitAlways()()
	const lib = "node_modules/lib/index.js"
	for name, test := range map[string]struct {
		files map[string]string
		parts int
		want  string
	}{
		"a package": {map[string]string{
			lib:        `export const a = 1; export function f() { return a + 1; } export default class C { x = f(); }`,
			"index.js": `import C, { a, f } from "lib"; export default { fetch: () => [a, f(), new C().x] };`,
		}, 2, "1,2,2"},
		"a source before the package": {map[string]string{
			lib:        `export const a = globalThis.order.push("lib");`,
			"first.js": `globalThis.order = ["first"]; export const b = 5;`,
			"index.js": `import { b } from "./first"; import { a } from "lib"; export default { fetch: () => [a, b, order] };`,
		}, 3, "2,5,first,lib"},
		"a CommonJS package": {map[string]string{
			lib:        `exports.a = 1; exports.f = function () { return this === undefined ? "none" : "some"; };`,
			"index.js": `import lib, { a, f } from "lib"; export default { fetch: () => [a, (0, f)(), lib.f()] };`,
		}, 2, "1,none,some"},
		"direct eval": {map[string]string{
			lib:        `const local = 1; export function f(x) { return eval("local + x"); }`,
			"index.js": `import { f } from "lib"; const here = 5; export default { fetch: () => [f(2), eval("here"), globalThis.eval("typeof here")] };`,
		}, 2, "3,5,undefined"},
		"built-in modules": {map[string]string{
			lib:        `import { join } from "node:path"; export const a = join("a", "b");`,
			"index.js": `import { a } from "lib"; import * as sockets from "cloudflare:sockets"; import path from "node:path"; export default { fetch: () => [a, sockets.connect(), path.join("c")] };`,
		}, 3, "a/b,connected,c"},
		"a variable that changes": {map[string]string{
			lib:        `export let n = 0; export function inc() { n++; }`,
			"index.js": `import { n, inc } from "lib"; inc(); export default { fetch: () => [n] };`,
		}, 0, "1"},
		"a variable that changes within a package": {map[string]string{
			lib:        `let n = 0; export function inc() { return ++n; } export const n2 = { n: 5 };`,
			"index.js": `import { inc, n2 } from "lib"; inc(); export default { fetch: () => [inc(), n2.n] };`,
		}, 2, "2,5"},
		"a variable that is set by a statement": {map[string]string{
			lib:        `function dec(c) { c.seen = true; return c; } let C = class {}; C = dec(C); export { C };`,
			"index.js": `import { C } from "lib"; export default { fetch: () => [C.seen] };`,
		}, 2, "true"},
		"patterns and blocks": {map[string]string{
			lib: `export const { a, b: [c, , d = 3], ...rest } = { a: 1, b: [2], e: 4 };
				if (a) { var inner = a + 1; } for (var i = 0; i < 3; i++) var last = i;
				export { inner, last, i }; export const o = { a() { return 7; }, inner: 8, get last() { return 9; } };`,
			"index.js": `import { a, c, d, rest, inner, last, i, o } from "lib"; export default { fetch: () => [a, c, d, rest.e, inner, last, i, o.a(), o.inner, o.last] };`,
		}, 0, "1,2,3,4,2,2,3,7,8,9"},
		"sources that use each other around a package": {map[string]string{
			lib:        `export const a = "lib";`,
			"one.js":   `import { two } from "./two"; import { a } from "lib"; export const one = () => a + two();`,
			"two.js":   `import { one } from "./one"; export const two = () => typeof one;`,
			"index.js": `import { one } from "./one"; export default { fetch: () => [one()] };`,
		}, 0, "libfunction"},
		"a later source that an earlier one uses": {map[string]string{
			lib:        `export const a = "lib";`,
			"one.js":   `import "./two"; export const one = () => "one";`,
			"two.js":   `import { one } from "./one"; import "lib"; export const two = () => one();`,
			"index.js": `import { two } from "./two"; import { a } from "lib"; import { one } from "./one"; export default { fetch: () => [two(), a, one()] };`,
		}, 3, "one,lib,one"},
		"strings that are appended to": {map[string]string{
			lib:        `export function f(x) { let s = "a"; s += x; return s; }`,
			"index.js": `import { f } from "lib"; export default { fetch() { let s = "b"; s += f("c"); return s; } };`,
		}, 3, "bac"},
		"only sources": {map[string]string{"index.js": `export default { fetch: () => [1] };`}, 0, "1"},
		"awaits at top level": {map[string]string{
			lib:        `export const a = 1;`,
			"index.js": `import { a } from "lib"; await a; export default { fetch: () => [a] };`,
		}, 0, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			script := build(t, bundler(t, project(t, test.files), "index.js"))
			if len(script.Parts) != test.parts {
				t.Errorf("got %d parts, want %d", len(script.Parts), test.parts)
				for _, p := range script.Parts {
					t.Logf("%s", p.Code)
				}
			}
			if got := fetch(t, script); got != test.want {
				t.Errorf("got %s, want %s\n%s", got, test.want, script.Code)
			}
			whole := *script
			whole.Parts = nil
			if got := fetch(t, &whole); got != test.want {
				t.Errorf("in one piece: got %s, want %s", got, test.want)
			}
		})
	}
}

// TestPartsStay shows that a save changes only the part that it is in.
func TestPartsStay(t *testing.T) {
	defer bundle.SplitAlways()()
	dir := project(t, map[string]string{
		"node_modules/lib/index.js": `export const a = 1, b = 2;`,
		"first.js":                  "export const first = 1;",
		"index.js":                  `import { first } from "./first"; import { a } from "lib"; export default { fetch: () => [first, a] };`,
	})
	b := bundler(t, dir, "index.js")
	same := func(a, b *bundle.Part) bool { return a.Code == b.Code && a.Origin == b.Origin }
	before := build(t, b)
	for _, test := range []struct {
		text    string
		changed []bool
	}{
		{"export const first = 2;", []bool{true, false, false}},
		{"// a comment\n\nexport const first = 2;", []bool{true, false, false}},
		{"// a comment\n\nexport const first = 2, unused = 3;", []bool{false, false, false}},
	} {
		write(t, dir, map[string]string{"first.js": test.text})
		after := build(t, b)
		if len(before.Parts) != 3 || len(after.Parts) != 3 {
			t.Fatalf("got %d and %d parts", len(before.Parts), len(after.Parts))
		}
		for i, changed := range test.changed {
			if same(before.Parts[i], after.Parts[i]) == changed {
				t.Errorf("%s: part %d: changed: %v\n%s\n%s", test.text, i, !changed, after.Parts[i].Code, after.Parts[i].Origin)
			}
		}
		before = after
	}
}

// TestPartsNameTheSource has each part throw.
func TestPartsNameTheSource(t *testing.T) {
	defer bundle.SplitAlways()()
	dir := project(t, map[string]string{
		"node_modules/lib/index.js":   "// one\nexport function fail(f) {\n\n    f();\n}\n",
		"node_modules/other/index.js": "export const other = (f) => {\n  f();\n};\n",
		"src/first.ts":                "interface A {}\n\nexport const first = (f: any): any => { const x: A = {};\n f(x); };\n",
		"src/index.ts":                "import { fail } from \"lib\";\nimport { first } from \"./first\";\nimport { other } from \"other\";\nexport default { fetch() {\n  fail(() => first(() => other(() => {\n  throw new Error(\"x\"); })));\n} };\n",
	})
	script := build(t, bundler(t, dir, "src/index.ts"))
	if len(script.Parts) != 4 {
		t.Fatalf("got %d parts", len(script.Parts))
	}
	vm, exports := evaluate(t, script)
	handler := exports.Get("default").ToObject(vm)
	f, _ := goja.AssertFunction(handler.Get("fetch"))
	_, err := f(handler)
	thrown, ok := errors.AsType[*goja.Exception](err)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, frame := range thrown.Stack() {
		p := frame.Position()
		got = append(got, fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column))
	}
	want := []string{"src/index.ts:6:9", "node_modules/other/index.js:2:3", "src/index.ts:5:26", "src/first.ts:4:2", "src/index.ts:5:14", "node_modules/lib/index.js:4:5", "src/index.ts:5:3"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestPartsAreTheWhole compares parts with the whole for Workers made at random: packages and sources that import each
// other in all ways, in cycles, too.
func TestPartsAreTheWhole(t *testing.T) {
	defer bundle.SplitAlways()()
	apart := 0
	const rounds = 150
	for seed := range uint64(rounds) {
		files := randomWorker(rand.New(rand.NewPCG(seed, 1)))
		script := build(t, bundler(t, project(t, files), "index.js"))
		whole := *script
		whole.Parts = nil
		want, got := fetch(t, &whole), fetch(t, script)
		if len(script.Parts) > 0 {
			apart++
		}
		if got != want {
			t.Fatalf("seed %d: got\n%s\nwant\n%s\n%s", seed, got, want, files)
		}
	}
	if apart < rounds/2 {
		t.Errorf("only %d of %d came apart", apart, rounds)
	}
}

// randomWorker makes modules that note the order in which they run, and an entry that calls all that they export.
func randomWorker(r *rand.Rand) map[string]string {
	files := make(map[string]string)
	packages, sources := 1+r.IntN(4), 1+r.IntN(5)
	specifier := func(isPackage bool, i int) string {
		if isPackage {
			return fmt.Sprintf("p%d", i)
		}
		return fmt.Sprintf("./s%d.js", i)
	}
	module := func(isPackage bool, i int) string {
		name := fmt.Sprintf("s%d", i)
		if isPackage {
			name = fmt.Sprintf("p%d", i)
		}
		var text strings.Builder
		var calls []string
		take := func(from string, n int) {
			local := fmt.Sprintf("f%d", n)
			switch r.IntN(4) {
			case 0:
				fmt.Fprintf(&text, "import { fn as %s } from %q;\n", local, from)
			case 1:
				fmt.Fprintf(&text, "import * as ns%d from %q; const %s = (d) => ns%[1]d.fn(d) + ns%[1]d.count;\n", n, from, local)
			case 2:
				fmt.Fprintf(&text, "import %s, { count as count%d } from %q;\n", local, n, from)
				local = fmt.Sprintf("((d) => %s(d) + typeof count%d)", local, n)
			default:
				fmt.Fprintf(&text, "import { Box as Box%d } from %q; const %s = (d) => new Box%[1]d().get(d);\n", n, from, local)
			}
			calls = append(calls, local)
		}
		n := 0
		for j := range packages {
			if isPackage && j >= i || r.IntN(3) > 0 { // packages do not import in cycles
				continue
			}
			take(specifier(true, j), n)
			n++
		}
		for j := range sources {
			if isPackage || r.IntN(3) > 0 { // sources do
				continue
			}
			take(specifier(false, j), n)
			n++
		}
		fmt.Fprintf(&text, "(globalThis.log ??= []).push(%q);\n", name)
		changes := []string{"", "count++;", "", ""}[r.IntN(4)]
		fmt.Fprintf(&text, "export let count = %d;\nconst value = { fn: %[1]d, count() { return 1; } };\n", i)
		fmt.Fprintf(&text, "export function fn(d) { %s return d > 3 ? %q : [%q + value.fn, %s].join('(') + ')'; }\n", changes, "…"+name, name, strings.Join(append(suffixed(calls, "(d + 1)"), "value.count()"), ", "))
		fmt.Fprintf(&text, "export class Box { get(d) { return fn(d + 1); } }\nexport default (d) => fn(d + 1) + count;\n")
		return text.String()
	}
	for i := range packages {
		files[fmt.Sprintf("node_modules/p%d/index.js", i)] = module(true, i)
	}
	for i := range sources {
		files[fmt.Sprintf("s%d.js", i)] = module(false, i)
	}
	var entry strings.Builder
	var calls []string
	for _, i := range r.Perm(packages + sources) {
		from := specifier(true, i)
		if i >= packages {
			from = specifier(false, i-packages)
		}
		fmt.Fprintf(&entry, "import e%d, { fn as fn%[1]d, count as count%[1]d } from %[2]q;\n", i, from)
		calls = append(calls, fmt.Sprintf("e%d(0), fn%[1]d(0), count%[1]d", i))
	}
	fmt.Fprintf(&entry, "export default { fetch: () => [log, %s].join() };\n", strings.Join(calls, ", "))
	files["index.js"] = entry.String()
	return files
}

func suffixed(list []string, suffix string) []string {
	var with []string
	for _, s := range list {
		with = append(with, s+suffix)
	}
	return with
}
