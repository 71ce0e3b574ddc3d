package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime"
	"devserver/runtime/webidl"
)

// hostile is a Worker that does what body says for /, and answers "fine" to everything else.
func hostile(body string) runtime.Script {
	return fetchScript(`if (new URL(request.url).pathname !== "/") return new Response("fine");` + "\n" + body)
}

// attack runs a hostile handler and then checks that the Worker still answers.
func attack(t *testing.T, s runtime.Script, change func(*runtime.Options)) (body string, err error) {
	t.Helper()
	w, _ := load(t, s, func(o *runtime.Options) {
		o.CPULimit = 5 * time.Second
		if change != nil {
			change(o)
		}
	})
	_, body, err = get(t, w, "/")
	if _, next, err := get(t, w, "/next"); err != nil || next != "fine" {
		t.Errorf("the next request: %q, %v", next, err)
	}
	if e, ok := errors.AsType[*runtime.Error](err); ok && e.Kind == runtime.Internal {
		t.Errorf("a mistake of devserver's own: %v", e)
	}
	return body, err
}

// TestReplacedBuiltIns has scripts take away what the platform itself stands on. The platform works on, or throws.
func TestReplacedBuiltIns(t *testing.T) {
	uses := map[string]string{
		"structuredClone": `structuredClone(new M([[1, new Uint8Array(2)]]))`,
		"Response":        `await new Response("x").json().catch(() => {})`,
		"stream":          `await new Response(new ReadableStream({ start(c) { c.enqueue(new U(1)); c.close() } })).text()`,
		"console":         `console.log(new M(), new Error("x"), [1], { a: 1 }, new U(3))`,
		"URLSearchParams": `new URLSearchParams({ a: "b" }).forEach(() => {}); [...new Headers({ a: "b" })]`,
		"DOMException":    `try { atob("é") } catch (e) { String(e) }`,
		"RangeError":      `new TextDecoder("nonsense")`,
		"AbortSignal":     `await AbortSignal.timeout(1); AbortSignal.any([AbortSignal.abort()]).throwIfAborted()`,
		"crypto":          `crypto.getRandomValues(new U(4)); await crypto.subtle.digest("SHA-256", new U(4))`,
	}
	replacements := []string{
		"globalThis.Map = 5", "globalThis.Error = 5", "globalThis.RangeError = {}", "globalThis.Promise = null", "globalThis.Object = 1",
		"globalThis.Reflect = undefined", "delete globalThis.JSON", "globalThis.Uint8Array = () => {}", "globalThis.TypeError = 1",
		"Promise.prototype.then = 5", "Map.prototype.set = null", "Map.prototype = 5", "Object.freeze = null", "Reflect.get = Reflect.set = 0",
		"Reflect.getOwnPropertyDescriptor = () => 5", "JSON.parse = JSON.stringify = 1", "Array.prototype[Symbol.iterator] = () => 5",
		"delete Object.getPrototypeOf(Uint8Array).prototype[Symbol.toStringTag]",
		"Object.defineProperty(DataView.prototype, 'buffer', { get() { return 5 } })",
		"Object.defineProperty(Object.getPrototypeOf(Uint8Array).prototype, 'buffer', { get() { return {} } })",
		"Error.prototype.toString = () => { throw 1 }", "Function.prototype.call = Function.prototype.apply = null",
	}
	for _, replacement := range replacements {
		t.Run(replacement, func(t *testing.T) {
			for use, code := range uses {
				body, err := attack(t, hostile(`const M = Map, U = Uint8Array; try { `+replacement+` } catch {}
					try { `+code+` } catch {}
					return new Response("survived")`), nil)
				if _, ok := errors.AsType[*runtime.Error](err); err != nil && !ok {
					t.Errorf("%s: %v", use, err)
				} else if err == nil && body != "survived" {
					t.Errorf("%s: got %q", use, body)
				}
			}
		})
	}
}

// TestBrandChecksRunNoScript passes objects with getters and cycles where bytes may be.
func TestBrandChecksRunNoScript(t *testing.T) {
	for _, test := range []struct{ name, body, want string }{
		{"getter", `let n = 0; const o = { get x() { n++; return 1 } }; o.self = o;
			new Response(o); await crypto.subtle.digest("SHA-256", o).catch(() => {}); try { new TextDecoder().decode(o) } catch {}
			new Blob([o]); return new Response("" + n)`, "0"},
		{"deep", `let o = {}; for (let i = 0; i < 1e4; i++) o = { o }; return new Response(o)`, "[object Object]"},
		{"proxy", `let n = 0; const trap = () => { n++; throw 1 };
			const p = new Proxy({}, { get: trap, ownKeys: trap, has: trap, getOwnPropertyDescriptor: trap, getPrototypeOf: trap });
			await crypto.subtle.digest("SHA-256", p).catch(() => {}); return new Response("" + n)`, "0"},
		{"DataView", `const v = new DataView(new Uint8Array([120, 104, 105, 120]).buffer, 1, 2); v.x = { get y() { throw 1 } };
			return new Response(v)`, "hi"},
		{"Uint16Array", `return new Response(new Uint16Array([0x6968]).subarray(0))`, "hi"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if body, err := attack(t, hostile(test.body), nil); err != nil || body != test.want {
				t.Errorf("got %q, %v, want %q", body, err, test.want)
			}
		})
	}
}

func TestLoneSurrogatesInRecords(t *testing.T) {
	for _, test := range []struct{ init, want string }{
		{`{ "\ud800": "x" }`, "%EF%BF%BD=x"},
		{`{ "\ud800": "x", "\ud801": "y", b: "z" }`, "%EF%BF%BD=y&b=z"},
		{`{ "\ufffd": "x" }`, "%EF%BF%BD=x"},
		{`{ get a() { delete this.b; return 1 }, b: 2 }`, "a=1"},
	} {
		if body, err := attack(t, hostile(`return new Response(String(new URLSearchParams(`+test.init+`)))`), nil); err != nil || body != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.init, body, err, test.want)
		}
	}
}

// TestPlatformFramesAreDropped looks at stacks that come through a task and a reaction.
func TestPlatformFramesAreDropped(t *testing.T) {
	for _, how := range []string{
		`await new Promise(r => setTimeout(r, 1)); fail()`,
		`await new Promise((_, no) => setTimeout(() => { try { fail() } catch (e) { no(e) } }, 1))`,
		`return new Response(new ReadableStream({ pull() { fail() } })).text()`,
	} {
		w, _ := load(t, fetchScript(`function fail() { throw new Error("deep") }`+"\n"+how), nil)
		_, _, err := get(t, w, "/")
		e, _ := errors.AsType[*runtime.Error](err)
		if e == nil || len(e.Stack) == 0 || !strings.HasPrefix(e.Stack[0], "at fail (test.js:") {
			t.Errorf("%s: got %+v", how, e)
			continue
		}
		for _, line := range append(e.Stack, strings.Split(e.Detail, "\n")...) {
			if strings.Contains(line, "task:") || strings.Contains(line, "reaction:") || strings.Contains(line, "native") {
				t.Errorf("%s: %s", how, line)
			}
		}
	}
}

// panicking is a binding with a method that is broken.
type panicking struct{}

func (panicking) Name() string { return "BROKEN" }
func (panicking) Value(r *webidl.Realm) goja.Value {
	return r.Function("broken", 0, func(c webidl.Call) goja.Value {
		return c.Args[len(c.Args)] // as a bug would: a runtime error, not a value that was thrown
	})
}

// TestPanicOfANative ends the request, even if the script tries to catch it, and no other.
func TestPanicOfANative(t *testing.T) {
	for _, body := range []string{
		`env.BROKEN()`,
		`try { env.BROKEN() } catch {}; return new Response("went on")`,
		`await new Promise(r => setTimeout(() => { env.BROKEN(); r() }, 1))`,
		`await Promise.resolve().then(env.BROKEN); return new Response("went on")`,
		`return new Response(new ReadableStream({ pull() { env.BROKEN() } }))`,
	} {
		t.Run(body, func(t *testing.T) {
			w, _ := load(t, hostile(body), func(o *runtime.Options) { o.Bindings = []runtime.Binding{panicking{}} })
			_, got, err := get(t, w, "/")
			if err == nil || !strings.Contains(err.Error(), "index out of range") {
				t.Errorf("got %q, %v", got, err)
			}
			if _, next, err := get(t, w, "/next"); err != nil || next != "fine" {
				t.Errorf("the next request: %q, %v", next, err)
			}
		})
	}
}

// TestThrownValuesArePrintedOffTheLoop has the network print the reason of an abort; the race detector watches.
func TestThrownValuesArePrintedOffTheLoop(t *testing.T) {
	printed := make(chan string, 1)
	body, err := attack(t, hostile(`
		let calls = 0;
		class E extends Error { toString() { calls++; return "mine" } }
		const c = new AbortController();
		setTimeout(() => c.abort(new E("x")), 1);
		try { await fetch("http://upstream/", { signal: c.signal }) } catch (e) { return new Response(String(e instanceof E)) }`),
		func(o *runtime.Options) {
			o.Fetch = roundTripper(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				printed <- fmt.Sprint(context.Cause(r.Context()))
				return nil, r.Context().Err()
			})
		})
	if err != nil || body != "true" {
		t.Errorf("got %q, %v", body, err)
	}
	if got := <-printed; got != "mine" {
		t.Errorf("printed %q", got)
	}
}

// TestGuards has scripts try what would end the process: a Go stack that overflows, or more memory than there is.
func TestGuards(t *testing.T) {
	const overflow = "RangeError: Maximum call stack size exceeded"
	const length = "RangeError: Invalid string length"
	const generation = "EvalError: Code generation from strings disallowed for this context"
	for _, test := range []struct{ code, want string }{
		{`const e = new Error(); e.message = e; return String(e)`, overflow},
		{`const e = new TypeError(); e.name = e; return e.stack.split("\n")[0]`, "<error: " + overflow + ">"},
		{`const e = new Error("a", { cause: 1 }); e.name = "N"; return String(e)`, "N: a"},
		{`const a = []; a.push(a); return a.flat(Infinity)`, overflow},
		{`return [1, [2, , [3, [4]]]].flat(Infinity).join() + [1, [[2]]].flat().length + [[1]].flat(0).length`, "1,2,3,421"},
		{`return JSON.parse("[".repeat(3e6) + "]".repeat(3e6))`, overflow},
		{`return JSON.parse("[".repeat(3e6))`, overflow},
		{`return JSON.parse("{\"a\":".repeat(3e6))`, overflow},
		{`return JSON.parse(JSON.stringify("[".repeat(1e5))).length`, "100000"},
		{`return JSON.stringify(JSON.parse('{"a":[1,2]}', (k, v) => v === 2 ? 3 : v)) + JSON.parse.length + JSON.parse.name`, `{"a":[1,3]}2parse`},
		{`return JSON.parse("{")`, "SyntaxError: "},
		{`return await new Response("[".repeat(3e6)).json()`, overflow},
		{`return (await new Response('[{"a":1}]').json())[0].a`, "1"},
		{`return "x".repeat(2 ** 40)`, length},
		{`return "x".padEnd(2 ** 40) + "x".padStart(2 ** 40)`, length},
		{`return "ab".repeat(3) + "x".padEnd(3, "-") + "x".padStart(3) + "".repeat(2 ** 40) + "x".repeat()`, "abababx--  x"},
		{`return "x".repeat(-1)`, "RangeError: "},
		{`return String.prototype.repeat.call(null, 1)`, "TypeError: "},
		{`const o = {}; o.toString = String.bind(null, o); return String(o)`, overflow},
		{`const o = {}; Object.defineProperty(o, "x", { get: Reflect.get.bind(null, o, "x") }); return o.x`, overflow},
		{`const o = {}; o.toJSON = JSON.stringify.bind(null, o); return JSON.stringify(o)`, overflow},
		{`const d = { toISOString: Date.prototype.toJSON }; return Date.prototype.toJSON.call(d)`, overflow},
		{`const o = {}; o.toString = Object.prototype.toLocaleString; return String(o)`, overflow},
		{`const call = Function.prototype.call.bind(Object.prototype.hasOwnProperty); return call({ a: 1 }, "a") + call.name`, "truebound call"},
		{`const D = Date.bind(null, 2020, 1, 2); return new D() instanceof Date && new D().getMonth()`, "1"},
		{`return function () { return this.x + arguments[0] }.bind({ x: 1 }, 2)()`, "3"},
		{`return eval("1")`, generation},
		{`return (0, eval)("(".repeat(1e7))`, generation},
		{`return new Function("(".repeat(1e6))`, generation},
		{`return Function("return 1")()`, generation},
		{`return (() => {}).constructor("return 1")`, generation},
		{`return (async () => {}).constructor("return 1")`, generation},
		{`return Object.getPrototypeOf(function* () {}).constructor("yield 1")`, generation},
		{`const { constructor: F } = () => {}; return F("1")`, generation},
		{`const F = async function () {}.constructor; return F("1")`, generation},
		{`return [new Function()(), (() => {}) instanceof Function, ({}) instanceof Function, (() => {}).constructor === Function,
			Function.prototype === Object.getPrototypeOf(class {}), Function.name, Function.length].join()`, ",true,false,true,true,Function,1"},
		{`class F extends Function { constructor() { super("return 1") } }; return new F()`, generation},
	} {
		t.Run(test.code, func(t *testing.T) {
			body, err := attack(t, hostile(`try { return new Response(String(await (async () => { `+test.code+` })())) } catch (e) {
				return new Response(e.name + ": " + (e.name === "EvalError" || e.name === "RangeError" ? e.message : "")) }`), nil)
			if err != nil || body != test.want && !(strings.HasSuffix(test.want, ": ") && strings.HasPrefix(body, test.want)) {
				t.Errorf("got %.200q, %v, want %q", body, err, test.want)
			}
		})
	}
}

// TestCodeGenerationAtModuleScope is allowed, as of a compatibility flag, up to what the parser survives.
func TestCodeGenerationAtModuleScope(t *testing.T) {
	for _, test := range []struct{ code, want string }{
		{`eval("1 + 1")`, "2"},
		{`new Function("a", "b", "return a + b")(1, 2)`, "3"},
		{`new Function("return " + "(".repeat(1e3) + 1 + ")".repeat(1e3))()`, "1"},
		{`(() => { try { return new Function("(".repeat(1e3)) } catch (e) { return e.name } })()`, "SyntaxError"},
		{`(() => { try { return eval("let a; let a") } catch (e) { return e.name } })()`, "SyntaxError"},
		{`(() => { try { return new Function("let a; let a") } catch (e) { return e.name } })()`, "SyntaxError"},
		{`[eval("var made1 = 5; made1"), delete globalThis.made1, typeof made1, eval("function made2() {}"), typeof made2, eval("let x = 1"), eval("")].join()`, "5,true,undefined,,function,,"},
		{`[eval("'use strict'; (function () { return this })()"), eval("(function () { return this })()") === globalThis, eval("'a'"), eval(" /* */ \"use strict\"")].join()`, ",true,a,use strict"},
		{`[eval("2n ** 3n - -3n"), new Function("return 2n ** 3n")(), eval("({ 5n: 1, [6n]: 2 })")[6], Function("a", "return 3n * a").toString().split("\n").join(";")].join()`, "11,8,2,function anonymous(a;) {;return 3n * a;}"},
		{`String(eval("(a, f) => [-3n * a, a + 4n, f(0,5n), typeof 6n]"))`, "(a, f) => [-3n * a, a + 4n, f(0,5n), typeof 6n]"},
		{`(class F extends Function { constructor() { super("a", "b = 2", "return a + b") } x = 1 }, (f => [f(1), f.x, f instanceof Function, f.name, f.length].join())(new (class F extends Function { constructor() { super("a", "b = 2", "return a + b") } x = 7 })))`, "3,7,true,anonymous,1"},
		{`(f => [Object.getPrototypeOf(f) === Object.getPrototypeOf(function* () {}), [...f(2)]].join())(new (function* () {}.constructor)("a", "yield a; yield* [3, 4]"))`, "true,2,3,4"},
		{"[eval('#!\\n1'), (0, eval)('#!2\\n'), eval('#!'), eval('#!\\n\\'use strict\\'; (function () { return this })()')].join()", "1,,,"},
		{`["__devserver_begin" in globalThis, eval("Object.getOwnPropertyNames(globalThis).filter(n => n.startsWith('__dev')).length")].join()`, "false,0"},
		{`eval("'\ud800'").charCodeAt(0) + Function("return '\udc00'")().charCodeAt(0)`, "111616"},
		{`(() => { try { return new Function("(".repeat(1e6)) } catch (e) { return e.name } })()`, "RangeError"},
	} {
		w, _ := load(t, script(`const made = `+test.code+`; return { default: { fetch: () => new Response(String(made)) } }`), nil)
		if _, body, err := get(t, w, "/"); err != nil || body != test.want {
			t.Errorf("%s: got %q, %v, want %q", test.code, body, err, test.want)
		}
	}
}

// TestDirectEval sees the variables around it, and asks as any other eval does.
func TestDirectEval(t *testing.T) {
	s := script(`const x = "module", f = loader.code, direct = () => eval(f("1"));
		const made = eval(f("const y = x; y")) + typeof y + (0, globalThis.eval)("typeof x");
		const long = (() => { try { return eval(f("(".repeat(1e6))) } catch (e) { return e.name } })();
		return { default: { fetch() { try { return new Response(direct()) } catch (e) { return new Response([made, long, e].join()) } } } }`)
	s.Code = strings.Replace("(function(eval){return "+s.Code[1:len(s.Code)-1]+"})", "(builtin)", "(loader)", 1)
	s.Loads, s.DirectEval = true, true
	w, _ := load(t, s, nil)
	const want = "moduleundefinedundefined,RangeError,EvalError: Code generation from strings disallowed for this context"
	if _, body, err := get(t, w, "/"); err != nil || body != want {
		t.Errorf("got %q, %v, want %q", body, err, want)
	}
}

// TestLostExports is about a script that leaves the engine in disorder: it is refused.
func TestLostExports(t *testing.T) {
	if _, fail := runtime.Load(runtime.Options{Script: script("return undefined")}); fail == nil || !strings.Contains(fail.Message, "exports") {
		t.Errorf("got %v", fail)
	}
}

// TestImportCall settles as import() does: what is wrong with its arguments is a rejection, in workerd's words.
func TestImportCall(t *testing.T) {
	for _, test := range []struct{ arguments, want string }{
		{`{ toString: () => "cloudflare:workers" }`, "env"},
		{`Symbol()`, "TypeError: Cannot convert a Symbol value to a string"},
		{`"./no.js"`, `Error: No such module "no.js".`},
		{`"no", null`, "TypeError: The second argument to import() must be an object"},
		{`"no", { with: null }`, "TypeError: The 'with' option must be an object"},
		{`"no", { with: { type: 1 } }`, "TypeError: Import attribute value must be a string"},
		{`"no", { with: { type: "json" } }`, "Error: Unrecognized import attributes specified"},
	} {
		s := fetchScript("const promise = builtin.import(" + test.arguments + `);
			return new Response(await promise.then((m) => "env" in m ? "env" : "?", (e) => String(e)))`)
		s.Loads = true
		w, _ := load(t, s, nil)
		if _, body, err := get(t, w, "/"); err != nil || body != test.want {
			t.Errorf("import(%s): got %q, %v, want %q", test.arguments, body, err, test.want)
		}
	}
}

// TestReplacedBuiltInsAreKept has the platform work on with built-ins that the script is known to replace.
func TestReplacedBuiltInsAreKept(t *testing.T) {
	s := hostile(`const m = new Map([[1, 2]]); globalThis.Map = 5; globalThis.Reflect = 5; globalThis.RangeError = 5;
		const clone = structuredClone(m); const e = (() => { try { new TextDecoder("nonsense") } catch (e) { return e } })();
		return new Response(clone.get(1) + e.name)`)
	s.Assigned = []string{"Map", "Reflect", "RangeError"}
	if body, err := attack(t, s, nil); err != nil || body != "2RangeError" {
		t.Errorf("got %q, %v", body, err)
	}
}

// TestEndlessIterators has natives iterate over what does not end and never comes to JavaScript: an interruption does not
// reach them.
func TestEndlessIterators(t *testing.T) {
	for _, body := range []string{
		`new Blob(endless)`, `new Headers({ [Symbol.iterator]: () => ({ next: () => ({ value: ["a", "b"] }) }) })`, `AbortSignal.any(endless)`,
		`structuredClone(1, { transfer: endless })`, `Object.groupBy(endless, String)`, `Iterator.from({ next: Object }).drop(Infinity).next()`,
		`Iterator.from({ next: Object }).some(Boolean)`, `Iterator.from({ next: Object }).toArray()`,
	} {
		_, err := attack(t, hostile(`const endless = { [Symbol.iterator]: () => ({ next: Object }) }; try { `+body+` } catch {}; return new Response("survived")`),
			func(o *runtime.Options) { o.CPULimit = 50 * time.Millisecond })
		if e, ok := errors.AsType[*runtime.Error](err); !ok || e.Kind != runtime.Limit && e.Name != "TypeError" {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

// TestScriptThatTheEngineCannotCompile must not end the process.
func TestScriptThatTheEngineCannotCompile(t *testing.T) {
	_, err := runtime.Load(runtime.Options{Script: fetchScript("return new Response(String.raw`\\u{10FFFF}`)")})
	if err == nil || err.Kind != runtime.StartUp || !strings.Contains(err.Error(), "the engine cannot compile the script") {
		t.Errorf("got %v", err)
	}
}

// TestReadersEndWithTheIsolate leaves a goroutine behind that waits for a script that has been stopped; goleak looks for it.
func TestReadersEndWithTheIsolate(t *testing.T) {
	for _, body := range []string{
		`new HTMLRewriter().on("a", { element: () => new Promise(() => {}) }).transform(new Response("<a>")).text(); for (;;) await 0`,
		`new HTMLRewriter().on("a", { element: () => new Promise(() => {}) }).transform(new Response("<a>")).body.getReader().read(); for (;;) await 0`,
		`new HTMLRewriter().transform(new Response(new ReadableStream({}))).text(); for (;;) await 0`,
	} {
		if _, err := attack(t, hostile(`await scheduler.wait(1).then(() => {}); `+body), func(o *runtime.Options) { o.CPULimit = 50 * time.Millisecond }); err == nil {
			t.Errorf("%s: no error", body)
		}
	}
}

// TestErrorsThatCannotBeDescribed throws errors whose description does not end.
func TestErrorsThatCannotBeDescribed(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{`const e = new Error(); e.message = e; throw e`, "an exception that cannot be described"},
		{`throw { get stack() { return this.stack } }`, "Maximum call stack size exceeded"},
		{`throw { get stack() { for (;;); } }`, "CPU time limit"},
	} {
		if _, err := attack(t, hostile(test.body), func(o *runtime.Options) { o.CPULimit = time.Second }); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", test.body, err, test.want)
		}
	}
}

// TestPanicOffTheLoop has what a Worker calls panic, on a goroutine of its own.
func TestPanicOffTheLoop(t *testing.T) {
	w, _ := load(t, hostile(`await fetch("http://upstream/")`), func(o *runtime.Options) {
		o.Fetch = roundTripper(func(*http.Request) (*http.Response, error) { panic("broken binding") })
	})
	if _, err := w.RoundTrip(httptest.NewRequest("GET", "http://localhost/", nil)); err == nil || !strings.Contains(err.Error(), "broken binding") {
		t.Errorf("got %v", err)
	}
	if _, next, err := get(t, w, "/next"); err != nil || next != "fine" {
		t.Errorf("the next request: %q, %v", next, err)
	}
}
