package bundle_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"devserver/bundle"
)

// TestSavesAreLikeStarts has a Bundler that keeps what it has made of files build what one does that begins anew, whatever
// changes: what a file becomes depends on others, too.
func TestSavesAreLikeStarts(t *testing.T) {
	defer bundle.SplitAlways()()
	files := map[string]string{
		"node_modules/lib/index.js":   `export let n = "a"; export function f(x) { let page = x; page += n; return page.replace(/[a-c]/g, "d"); } export class C { static make = () => new C(); }`,
		"node_modules/other/index.js": `export const eval2 = 1; export function g(page, k) { page += k; return page; } export async function h() { await 0; }`,
		"node_modules/third/index.js": `import { f } from "lib"; export const third = (x) => { var y = () => f(x); return y; };`,
		"one.js":                      `export const one = 1;`,
		"two.js":                      `export const two = 2;`,
		"index.js":                    `import { f } from "lib"; import { g } from "other"; import { third } from "third"; import { one } from "./one"; import { two } from "./two"; export default { fetch: () => [f(one), g(two), third(1)] };`,
	}
	texts := []string{
		`export const NAME = 5;`,
		`export const NAME = 5; // the same but for a comment`,
		"export const NAME = `\n// one.js\n`;",
		`export const NAME = eval("1 + 1");`,
		`export let NAME = ""; export const more = () => { NAME += "x"; };`,
		`export const page = "text", NAME = 6;`,
		`export const NAME = async function* () { yield* [1]; };`,
		`export const NAME = async () => { for await (const x of []) throw x; };`,
		`import { join } from "node:path"; export const NAME = join("a", "b");`,
		`const __builtin = 1; export const NAME = () => __builtin;`,
		`const __append = 1; export const NAME = () => __append;`,
		`export const NAME = function other() {}; NAME.x = class other {};`,
		`export const NAME = class { #get = 1; has(x) { return #get in x; } };`,
		`globalThis.NAME = 1; export const NAME = Object.keys(globalThis);`,
		`/x/.test("x"); export const NAME = "/";`,
		`addEventListener("fetch", () => {}); export const NAME = 1;`,
		`export const NAME = () => import("node:path");`,
		`export const NAME = await 1;`,
	}
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 2))
		dir := project(t, maps.Clone(files))
		kept := bundler(t, dir, "index.js")
		build(t, kept)
		for range 12 {
			name := []string{"one", "two"}[r.IntN(2)]
			text := texts[r.IntN(len(texts))]
			write(t, dir, map[string]string{name + ".js": strings.ReplaceAll(text, "NAME", name)})
			got, want := build(t, kept), build(t, bundler(t, dir, "index.js"))
			if difference := differs(got, want); difference != "" {
				t.Fatalf("seed %d: %s: %s", seed, text, difference)
			}
		}
	}
}

func differs(got, want *bundle.Script) string {
	switch gotMap, wantMap := sourceMapOf(got.LoadSourceMap), sourceMapOf(want.LoadSourceMap); {
	case got.Code != want.Code:
		return "got\n" + got.Code + "\nwant\n" + want.Code
	case gotMap != wantMap:
		return "got the map\n" + gotMap + "\nwant\n" + wantMap
	case !slices.Equal(got.Assigned, want.Assigned) || !slices.Equal(got.Builtins, want.Builtins):
		return "other names"
	case got.ReflectsGlobal != want.ReflectsGlobal || got.DirectEval != want.DirectEval || got.Loads != want.Loads || got.Async != want.Async || got.ServiceWorker != want.ServiceWorker:
		return "other properties"
	case len(got.Parts) != len(want.Parts):
		return "other parts"
	}
	for i, p := range got.Parts {
		q := want.Parts[i]
		if p.Code != q.Code || p.Origin != q.Origin || sourceMapOf(p.LoadSourceMap) != sourceMapOf(q.LoadSourceMap) {
			return "got the part\n" + p.Code + "\nwant\n" + q.Code
		}
	}
	return ""
}

func sourceMapOf(load func(string) ([]byte, error)) string {
	text, err := load("")
	if err != nil {
		return err.Error()
	}
	return string(text)
}
