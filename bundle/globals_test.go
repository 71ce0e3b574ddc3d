package bundle_test

import (
	"strings"
	"testing"
)

func TestGlobals(t *testing.T) {
	for name, test := range map[string]struct {
		code     string
		assigned string
		reflects bool
	}{
		"nothing":              {`const a = fetch, b = globalThis.crypto; let c = self?.caches; typeof globalThis; typeof self !== "undefined" && self["fetch"](a, b, c)`, "", false},
		"text":                 {"use('fetch = 1', \"globalThis\", `self.x = ${1}`, /globalThis = 1/) // fetch = 1", "", false},
		"property names":       {`use({ self: 1, globalThis: 2 }, o.self, o.fetch = 1, o?.globalThis)`, "", false},
		"assignment":           {`fetch = 1; Response ??= 2; caches++; --crypto`, "Response caches crypto fetch", false},
		"member assignment":    {`globalThis.fetch = 1; self["Response"] += 2; ++globalThis.caches; globalThis.self.crypto = 1`, "Response caches crypto fetch", false},
		"deletion":             {`delete globalThis.fetch; delete self["caches"]`, "caches fetch", false},
		"patterns":             {`[fetch, { a: caches }] = x; ({ crypto, b: Response = 1 } = x); for (Headers of x); for (Request in x); for ({ URL } of x);`, "Headers Request Response URL a b caches crypto fetch", false},
		"class fields":         {`class A { fetch = 1; static caches = 2; m() { crypto = 1 } } use(A)`, "crypto", false},
		"several declarations": {`const a = (fetch = 1, 2), crypto = [a, a], { caches } = a, b = (() => { caches2 = 1; })(); for (let URL = 1, Blob = 2;;) use(b, caches, URL, Blob)`, "caches2 fetch", false},
		"declared patterns":    {`const { fetch, a: [b] } = x; let [c] = x; use(fetch, b, c)`, "", false},
		"definition":           {`Object.defineProperty(globalThis, "fetch", { value: 1 })`, "", true},
		"keys":                 {`Object.keys(globalThis)`, "", true},
		"in":                   {`use("fetch" in self)`, "", true},
		"alias":                {`const g = globalThis; g.fetch = 1`, "", true},
		"conditional":          {`const g = typeof self !== "undefined" ? self : null; use(g)`, "", true},
		"shorthand":            {`use({ globalThis })`, "", true},
		"computed":             {`use(globalThis[x])`, "", true},
		"hasOwnProperty":       {`use(globalThis.hasOwnProperty("fetch"))`, "", true},
		"chain":                {`use(globalThis.self)`, "", true},
		"Function":             {`use(Function("return this")())`, "", true},
		"eval":                 {`(0, eval)("this")`, "", true},
		"spread":               {`use({ ...globalThis })`, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, map[string]string{"index.js": "export default { fetch(x, o, use) { " + test.code + "\n } }"})
			script := build(t, bundler(t, dir, "index.js"))
			if got := strings.Join(script.Assigned, " "); got != test.assigned || script.ReflectsGlobal != test.reflects {
				t.Errorf("got %q, %v, want %q, %v of\n%s", got, script.ReflectsGlobal, test.assigned, test.reflects, script.Code)
			}
		})
	}
}
