package bundle_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dop251/goja"
)

func TestAppendStrings(t *testing.T) {
	for body, test := range map[string]struct {
		calls int // of append, in the bundle
		want  string
	}{
		`let s = ""; s += "a"; s += 1; return s`:                                                                                                                  {2, "a1"},
		`let s = 0; for (let i = 0; i < 3; i++) s += i; return s`:                                                                                                 {0, "3"},
		`let s = 0; s += "<" + 1 + ">"; return s`:                                                                                                                 {1, "0<1>"},
		"let s = ``; s += `a${s += 'b'}c`; return s":                                                                                                              {2, "abc"},
		`const o = { out: "", n: 0 }; o.out += "x"; o.n += 2; return o.out + o.n`:                                                                                 {1, "x2"},
		`class A { #s = ""; t = ""; add(x) { this.#s += x; this.t += x; return this.#s + this.t } } return new A().add("q")`:                                      {2, "qq"},
		`let s = "a"; const f = (c) => s += c; f("b"); return (true ? s += "c" : s, s)`:                                                                           {2, "abc"},
		`let s = "a"; return [true ? s += "b" : 0, false ? 0 : s += "c"].join()`:                                                                                  {2, "ab,abc"},
		`let s = "", t = "x"; s += t += "y"; return s + t`:                                                                                                        {2, "xyxy"},
		`let s = "a"; s += (s = "b", "c"); return s`:                                                                                                              {1, "ac"},
		`let s = ""; const f = () => { s += "1"; return "2" }; s += f(); return s`:                                                                                {2, "2"},
		`let s = ""; for (let i = 0; i < 3; s += "a", i++); return s`:                                                                                             {1, "aaa"},
		`let s = ""; s += function () { return 1 }(); s += (() => { let s = "q"; s += /a;b/.source; return s })(); return s`:                                      {3, "1qa;b"},
		`let n = 0; const o = { get p() { n++; return "a" }, set p(v) { this.v = v } }; o.p += "b"; return o.v + n`:                                               {1, "ab1"},
		`const o = { a: { s: "" }, f() { return this.a } }; let n = 0; const g = () => (n++, o); g().a.s += "x"; o.a.s += "y"; o["a"].s += "z"; return o.a.s + n`: {0, "xyz1"},
		`let s = ""; s += "a"
			+ "b"; return s`: {1, "ab"},
		`let s = "é"; s += /[\p{L}]/u.source; return s`: {1, `é[\p{L}]`},
	} {
		t.Run(body, func(t *testing.T) {
			script := build(t, bundler(t, project(t, map[string]string{"index.js": "export default { fetch() {" + body + "} }\n"}), "index.js"))
			if got := fetch(t, unmarked(script)); got != test.want {
				t.Errorf("got %s, want %s\n%s", got, test.want, script.Code)
			}
			if got := strings.Count(script.Code, "__append("); got != test.calls {
				t.Errorf("%d calls, want %d\n%s", got, test.calls, script.Code)
			}
			if script.Loads != (test.calls > 0) {
				t.Errorf("Loads: %v", script.Loads)
			}
		})
	}
	t.Run("await and yield", func(t *testing.T) {
		script := build(t, bundler(t, project(t, map[string]string{"index.js": `
			function* g() { let s = "a"; s += yield s; return s; }
			const it = g(); it.next();
			export default { fetch() { return it.next("b").value } }`}), "index.js"))
		if got := fetch(t, unmarked(script)); got != "ab" {
			t.Errorf("got %s\n%s", got, script.Code)
		}
	})
}

// TestColumnsBehindEdits has what stands behind a respelling, on its line, throw.
func TestColumnsBehindEdits(t *testing.T) {
	for body, want := range map[string]string{
		`let s = ""; s += "<"; s += f();`:                      "index.js:1:55",
		`let s = ""; s += "a" + f() + "b";`:                    "index.js:1:51",
		`let s = ""; s += /[\p{L}]/u.source + f();`:            "index.js:1:65",
		`const r = /[\p{L}]/u, s = f();`:                       "index.js:1:54",
		`let s = ""; if (s += "x", s === "x") { f(); s += 1 }`: "index.js:1:67",
	} {
		script := build(t, bundler(t, project(t, map[string]string{"index.js": "export default { fetch() { " + body + " } }; function f() { throw new Error(); }\n"}), "index.js"))
		vm, exports := evaluate(t, script)
		handler := exports.Get("default").ToObject(vm)
		f, _ := goja.AssertFunction(handler.Get("fetch"))
		_, err := f(handler)
		thrown, ok := errors.AsType[*goja.Exception](err)
		if !ok {
			t.Errorf("%s: %v", body, err)
			continue
		}
		var got []string
		for _, frame := range thrown.Stack() {
			p := frame.Position()
			got = append(got, fmt.Sprintf("%s:%d:%d", p.Filename, p.Line, p.Column))
		}
		if len(got) < 2 || got[1] != want {
			t.Errorf("%s: got %q, want %s", body, got, want)
		}
	}
}
