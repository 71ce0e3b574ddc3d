package runtime_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestErrorsInV8sWords has the engine fail in many ways: the error that the script sees says so as V8 does.
func TestErrorsInV8sWords(t *testing.T) {
	t.Parallel()
	cases := []struct{ code, want string }{
		{`u.x`, "TypeError: Cannot read properties of undefined (reading 'x')"},
		{`nul.x.y`, "TypeError: Cannot read properties of null (reading 'x')"},
		{`nul["a b"]`, "TypeError: Cannot read properties of null (reading 'a b')"},
		{`obj.a.run()`, "TypeError: Cannot read properties of undefined (reading 'run')"},
		{`u.x = 1`, "TypeError: Cannot set properties of undefined (setting 'x')"},
		{`nul[num] = 1`, "TypeError: Cannot set properties of null (setting '1')"},
		{`u()`, "TypeError: u is not a function"},
		{`obj.list[0].go(1, 2)`, "TypeError: obj.list[0].go is not a function"},
		{`obj[key]()`, "TypeError: obj[key] is not a function"},
		{`obj.method().x.y(num)()`, "TypeError: Cannot read properties of undefined (reading 'y')"},
		{`(() => 5)()()`, "TypeError: (intermediate value)(...) is not a function"},
		{`new obj.list()`, "TypeError: obj.list is not a constructor"},
		{`new u`, "TypeError: u is not a constructor"},
		{`C()`, "TypeError: Class constructor C cannot be invoked without 'new'"},
		{`[1].map(num)`, "TypeError: number 1 is not a function"},
		{`[1].filter()`, "TypeError: undefined is not a function"},
		{`[].reduce((a, b) => a)`, "TypeError: Reduce of empty array with no initial value"},
		{`const { a } = u`, "TypeError: Cannot destructure property 'a' of 'u' as it is undefined."},
		{`const { a } = obj.missing`, "TypeError: Cannot destructure property 'a' of 'obj.missing' as it is undefined."},
		{`const { list: { x }, missing: { y } } = obj`, "TypeError: Cannot read properties of undefined (reading 'y')"},
		{`const [a] = obj`, "TypeError: obj is not iterable"},
		{`for (const x of obj.list[0]);`, "TypeError: obj.list[0] is not iterable"},
		{`[...u]`, "TypeError: u is not iterable"},
		{`new Set(num)`, "TypeError: number 1 is not iterable (cannot read property Symbol(Symbol.iterator))"},
		{`frozen.a = 2`, "TypeError: Cannot assign to read only property 'a' of object '#<Object>'"},
		{`new C().only = 2`, "TypeError: Cannot set property only of #<C> which has only a getter"},
		{`delete frozen.a`, "TypeError: Cannot delete property 'a' of #<Object>"},
		{`num in key`, "TypeError: Cannot use 'in' operator to search for '1' in list"},
		{`String({ toString: 1, valueOf: 2 })`, "TypeError: Cannot convert object to primitive value"},
		{`early; let early = 1`, "ReferenceError: Cannot access 'early' before initialization"},
		{`missing.x`, "ReferenceError: missing is not defined"},
		{`(1).toFixed(101)`, "RangeError: toFixed() digits argument must be between 0 and 100"},
		{`"x".repeat(-1)`, "RangeError: Invalid count value: -1"},
		{`decodeURIComponent("%")`, "URIError: URI malformed"},
		{`await null.x`, "TypeError: Cannot read properties of null (reading 'x')"},
		// What scripts make is theirs.
		{`throw new TypeError("Cannot read property 'x' of undefined")`, "TypeError: Cannot read property 'x' of undefined"},
		{`throw new RangeError("Invalid count value")`, "RangeError: Invalid count value"},
		{`class E extends TypeError {} throw new E("No initial value")`, "TypeError: No initial value"},
	}
	var body strings.Builder
	body.WriteString(`const u = undefined, nul = null, num = 1, key = "list", obj = { list: [{}], method() { return {} } }, frozen = Object.freeze({ a: 1 });
		class C { get only() { return 1 } }
		const lines = [];
		const tell = (e) => lines.push([e instanceof TypeError || e instanceof RangeError || e instanceof ReferenceError || e instanceof URIError, e.constructor.name === e.name || e.constructor.name === "E", e.name + ": " + e.message].join(" "));
	`)
	for _, c := range cases {
		fmt.Fprintf(&body, "try { await (async () => { %s\n })() } catch (e) { tell(e) }\n", c.code)
	}
	body.WriteString("return Response.json(lines);")
	w, _ := load(t, fetchScript(body.String()), nil)
	_, text, err := get(t, w, "/")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	if err := json.Unmarshal([]byte(text), &lines); err != nil || len(lines) != len(cases) {
		t.Fatalf("%d lines, want %d: %v\n%s", len(lines), len(cases), err, text)
	}
	for i, c := range cases {
		if want := "true true " + c.want; lines[i] != want {
			t.Errorf("%s\n\tgot  %s\n\twant %s", c.code, lines[i], want)
		}
	}
}

// TestErrorsOfScriptsThatNameNone has the class of an error be what a script gets at by another way.
func TestErrorsOfScriptsThatNameNone(t *testing.T) {
	t.Parallel()
	w, _ := load(t, fetchScript(`const fail = (f) => { try { f() } catch (e) { return e } };
		const e = fail(() => null.x), name = "Type" + "Error", second = fail(() => null.y);
		return new Response([e.message, e.constructor.name, e.constructor === second.constructor, Object.prototype.toString.call(e), second.message, fail(() => decodeURIComponent("%")).message].join())`), nil)
	_, text, err := get(t, w, "/")
	if want := "Cannot read properties of null (reading 'x'),TypeError,true,[object Error],Cannot read properties of null (reading 'y'),URI malformed"; err != nil || text != want {
		t.Errorf("got %s (%v), want %s", text, err, want)
	}
}
