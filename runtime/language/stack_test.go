package language_test

import (
	"strings"
	"testing"

	"devserver/internal/jstest"
)

// stacks are Workers' pieces of code that make an error, and the lines of its stack, as far as they are the piece's: what is
// compared is each line's beginning, up to its place.
var stacks = []struct{ code, want string }{
	{`function f() { return new Error('m') } return f()`, "Error: m|f"},
	{`return new TypeError`, "TypeError"},
	{`class A { m() { return new Error } } return new A().m()`, "Error|A.m"},
	{`class A { m() { return new Error } } class B extends A {} return new B().m()`, "Error|B.m"},
	{`class A { static s() { return new Error } } return A.s()`, "Error|A.s"},
	{`class A { get g() { return new Error } } return new A().g`, "Error|get g"},
	{`class A { #p() { return new Error } m() { return this.#p() } } return new A().m()`, "Error|#p|A.m"},
	{`let e; class A { constructor() { e = new Error } } new A(); return e`, "Error|new A"},
	{`let e; class A { constructor() { e = f() } } function f() { return new Error } new A(); return e`, "Error|f|new A"},
	{`let e; class A { constructor() { [1].forEach(() => { e = new Error }) } } new A(); return e`, "Error|?|Array.forEach|new A"},
	{`let e; function F() { e = new Error } new F(); return e`, "Error|new F"},
	{`let e; new Promise(function run() { e = new Error }); return e`, "Error|run|new Promise"},
	{`const o = { m() { return new Error } }; return o.m()`, "Error|Object.m"},
	{`const o = { other: function m() { return new Error } }; return o.other()`, "Error|Object.m [as other]"},
	{`const o = {}; o.m = function () { return new Error }; return o.m()`, "Error|o.m"},
	{`function P() {} P.prototype.m = function () { return new Error }; return new P().m()`, "Error|P.m"},
	{`function f() { return new Error } return [f.call([]), 1][0]`, "Error|Array.f"},
	{`return [1].map(function f() { return new Error })[0]`, "Error|f|Array.map"},
	{`return JSON.parse('{"a":1}', function f() { return new Error })`, "Error|Object.f|JSON.parse"},
	{`function f() { try { null.x } catch (e) { return e } } return f()`, "TypeError: Cannot read properties of null (reading 'x')|f"},
	{`function f() { try { [].reduce(f) } catch (e) { return e } } return f()`, "TypeError: Reduce of empty array with no initial value|Array.reduce|f"},
	{`try { (1).toFixed(200) } catch (e) { return e }`, "RangeError: toFixed() digits argument must be between 0 and 100|Number.toFixed"},
	// The constructors of an error's own class are left out, and what is before Error called as a function.
	{`class E extends Error { constructor(m) { super(m); this.name = 'E' } } return new E('m')`, "E: m"},
	{`class E extends Error {} class F extends E { constructor() { super('f') } } function f() { return new F } return f()`, "Error: f|f"},
	{`function f() { return Error('m') } return f()`, "Error: m|f"},
	// Frames are those at the time of making, the name is that at the time of asking, and the message the one given.
	{`const e = new Error('a'); e.message = 'b'; e.name = 'C'; return e`, "C: a"},
	{`const e = new Error('a'); e.stack; e.name = 'C'; return e`, "Error: a"},
	{`const e = new Error('a'); e.name = Symbol('x'); return e`, "<error: TypeError: Cannot convert a Symbol value to a string>"},
	// Limits.
	{`function f(n) { return n ? f(n - 1) : new Error } Error.stackTraceLimit = 2; return f(9)`, "Error|f|f"},
	{`function f(n) { return n ? f(n - 1) : new Error } Error.stackTraceLimit = 12; return f(20)`, "Error" + strings.Repeat("|f", 12)},
	{`function f(n) { return n ? f(n - 1) : new Error } return f(20)`, "Error" + strings.Repeat("|f", 10)},
	// Others than errors.
	{`const o = { name: 'N', message: 'M' }; function f() { Error.captureStackTrace(o) } f(); return o`, "N: M|f"},
	{`const o = []; function f() { Error.captureStackTrace(o) } f(); return o`, "Error|f"},
	{`const o = {}; function f() { g() } function g() { h() } function h() { Error.captureStackTrace(o, g) } f(); return o`, "Error|f"},
	{`const o = {}; Error.captureStackTrace(o, parseInt); return o`, "Error"},
}

func TestStacks(t *testing.T) {
	for _, c := range stacks {
		t.Run(c.code, func(t *testing.T) {
			got := jstest.New(t).Run(t, `const e = (() => {`+c.code+`})();
				return e.stack.split('\n    at ').map((line, i) => i === 0 ? line : line.includes(' (') ? line.slice(0, line.indexOf(' (')) : '?').join('|')`)
			want := c.want
			// What is around the piece has frames, too.
			if rest := strings.TrimPrefix(got, want); rest == got || strings.Trim(rest, "|?") != "" {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestAsyncStacks(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`async function one() { await null; throw new Error('m') } async function two() { await one() } class A { async three() { const p = two(); await p } }
			try { await new A().three() } catch (e) { return e.stack.split('\n').slice(0, 4).map(s => s.trim().replace(/\(.*:(\d+):(\d+)\)/, '$2')).join() }`,
			"Error: m,at one 56,at async two 96,at async A.three 153"},
	})
}

func TestStackProperty(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const d = Object.getOwnPropertyDescriptor(new Error, 'stack'); return [typeof d.get, typeof d.set, d.enumerable, d.configurable, 'value' in d]`, "function,function,false,true,false"},
		{`const get = e => Object.getOwnPropertyDescriptor(e, 'stack').get; return get(new Error) === get(new TypeError)`, "true"},
		{`return Reflect.ownKeys(new Error('x', { cause: 1 })).join() + ';' + Reflect.ownKeys(new AggregateError([], 'x'))`, "stack,message,cause;stack,message,errors"},
		{`const e = new Error('x'); e.stack = 5; return e.stack + typeof Object.getOwnPropertyDescriptor(e, 'stack').get`, "5function"},
		{`const e = new Error('x'); return [delete e.stack, e.stack, 'stack' in e]`, "true,,false"},
		{`const e = new Error('x'); Object.defineProperty(e, 'stack', { value: 1 }); return e.stack`, "1"},
		{`const e = Object.freeze(new Error('x')); return e.stack.split('\n')[0]`, "Error: x"},
		{`const e = Object.create(new Error('x')); e.stack = 3; return [e.stack, Object.hasOwn(e, 'stack')]`, ",false"},
		{`const a = new Error, b = {}; Object.defineProperty(b, 'stack', Object.getOwnPropertyDescriptor(a, 'stack')); return b.stack`, "undefined"},
		{`Error.stackTraceLimit = 'x'; const e = new Error; return [e.stack, 'stack' in e]`, ",true"},
		{`delete Error.stackTraceLimit; return new Error().stack`, "undefined"},
		{`Error.captureStackTrace(Object.freeze({}))`, "thrown: TypeError: Cannot define property stack, object is not extensible"},
		{`Error.captureStackTrace(new Proxy({}, {}))`, "thrown: TypeError: invalid_argument"},
	})
}

// TestCallSites is what depd does, and with it express.
func TestCallSites(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`function outer() { const o = {}, old = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites; Error.captureStackTrace(o); const [site] = o.stack; Error.prepareStackTrace = old;
			return [site.getFunctionName(), site.getLineNumber(), site.isEval(), site.getThis(), String(site).startsWith('outer (')] }
			return outer()`, "outer,1,false,,true"},
		{`const o = {}; Error.captureStackTrace(o); return typeof o.stack`, "string"},
		{`class A { constructor() { this.sites = sites() } m() { return sites() } } function sites() { Error.prepareStackTrace = (e, sites) => sites; return new Error().stack }
			return [new A().sites[1], new A().m()[1]].map(s => [s.getTypeName(), s.getMethodName(), s.isConstructor(), s.isToplevel()].join()).join(';')`, ",,true,false;A,m,false,false"},
		{`let n = 0; Error.prepareStackTrace = () => ++n; const e = new Error; return [n, e.stack, e.stack, n]`, "0,1,1,1"},
		{`Error.prepareStackTrace = () => { throw new Error('no') }; return new Error().stack`, "thrown: Error: no"},
		{`Error.prepareStackTrace = e => 'p:' + e.stack; return new Error('x').stack.split('\n')[0]`, "p:Error: x"},
		{`Error.prepareStackTrace = e => e.message; let c; try { null.x } catch (e) { c = e } return c.stack`, "Cannot read properties of null (reading 'x')"},
	})
}
