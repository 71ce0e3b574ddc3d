package structuredclone_test

import (
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// opaque is a class whose objects cannot be cloned, and open one whose objects can, while they are not locked.
type (
	opaque struct{}
	open   struct {
		n      int
		locked bool
	}
)

func (o *open) Clone(r *webidl.Realm, _ *goja.Object) (*goja.Object, error) {
	if o.locked {
		return nil, webidl.DOMErrorf("DataCloneError", "it is locked")
	}
	return r.New(openClass, &open{n: o.n}), nil
}

var (
	opaqueClass = webidl.NewClass("Opaque", opaqueIDL{})
	openClass   = webidl.NewClass("Open", openIDL{})
)

type (
	opaqueIDL struct{}
	openIDL   struct{}
)

func (opaqueIDL) Define(class *webidl.Class) {
	class.Construct = func(webidl.Call) any { return opaque{} }
}

func (openIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		return &open{n: int(c.Realm.Float(c.Arg(0))), locked: c.Arg(1).ToBoolean()}
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("n", func(o *open, c webidl.Call) goja.Value { return c.Realm.Int(o.n) }),
	}
}

func globals() [][]webidl.Global {
	return [][]webidl.Global{
		structuredclone.Globals(),
		{webidl.ClassGlobal(webidl.DOMExceptionClass), webidl.ClassGlobal(opaqueClass), webidl.ClassGlobal(openClass)},
	}
}

// The expectations are what workerd does, but where a comment says otherwise.
func TestStructuredClone(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		// primitives
		{`return [structuredClone(null), structuredClone(undefined), structuredClone(NaN), Object.is(structuredClone(-0), -0), structuredClone(10n ** 30n)].join()`,
			",,NaN,true,1000000000000000000000000000000"},
		{`return structuredClone('\ud800').charCodeAt(0).toString(16)`, "d800"},
		{`return structuredClone(Symbol('x'))`, "thrown: DataCloneError: Symbol(x) could not be cloned."},

		// wrappers
		{`const c = structuredClone(Object(1n)); return [typeof c, c.valueOf(), Object.prototype.toString.call(c)].join()`, "object,1,[object BigInt]"},
		{`const c = structuredClone(Object('s\ud800')); return [typeof c, c.charCodeAt(1), c instanceof String].join()`, "object,55296,true"},
		{`const c = structuredClone(new Boolean(false)); return [typeof c, c.valueOf(), c instanceof Boolean].join()`, "object,false,true"},
		{`const c = structuredClone(new Number(-0)); return Object.is(c.valueOf(), -0)`, "true"},
		{`return structuredClone(Object(Symbol('x')))`, "thrown: DataCloneError: #<Symbol> could not be cloned."}, // V8 says [object Symbol]

		// dates and regular expressions
		{`const c = structuredClone(new Date(5)); return c instanceof Date && c.getTime()`, "5"},
		{`return structuredClone(new Date(NaN)).getTime()`, "NaN"},
		{`const r = /a\/b/gi; r.lastIndex = 3; const c = structuredClone(r); return [c, c.lastIndex, c !== r].join()`, `/a\/b/gi,0,true`},

		// errors keep their names, as in Workers
		{`class My extends Error { get name() { return 'My' } }; const c = structuredClone(new My('m')); return [c.name, c.message, c.constructor.name, c instanceof Error].join()`, "My,m,Error,true"},
		{`const c = structuredClone(new RangeError('m', { cause: { a: 1 } })); return [c instanceof RangeError, c.cause.a, Object.hasOwn(c, 'name')].join()`, "true,1,false"},

		// the global object
		{`return structuredClone(globalThis)`, "thrown: DataCloneError: #<ServiceWorkerGlobalScope> could not be cloned."},

		// objects
		{`return JSON.stringify(structuredClone({get a(){ return 1 }, b: [1,,3], c: undefined, d: {e: 'f'}}))`, `{"a":1,"b":[1,null,3],"d":{"e":"f"}}`},
		{`class A { constructor() { this.x = 1 } get y() { return 2 } }; const c = structuredClone(new A); return [c.constructor === Object, c.x, c.y].join()`, "true,1,"},
		{`const o = Object.create(null); o.a = 1; const c = structuredClone(o); return Object.getPrototypeOf(c) === Object.prototype`, "true"},
		{`const o = {}; Object.defineProperty(o,'h',{value:1}); o[Symbol('x')] = 2; const c = structuredClone(o); return JSON.stringify(c) + Object.getOwnPropertySymbols(c).length`, "{}0"},
		{`const o = {}; Object.defineProperty(o, '__proto__', {value: {z:1}, enumerable: true}); const c = structuredClone(o); return [Object.getOwnPropertyNames(c), Object.getPrototypeOf(c) === Object.prototype].join()`, "__proto__,true"},
		{`const o = {a: 1, get b() { delete this.c; return 2 }, c: 3}; return JSON.stringify(structuredClone(o))`, `{"a":1,"b":2}`},
		{`const o = {a: 1, get b() { this.d = 9; return 2 }, c: 3}; return JSON.stringify(structuredClone(o))`, `{"a":1,"b":2,"c":3}`},
		{`const seen = []; const node = (name, more) => ({ get [name]() { seen.push(name); return more } });
			structuredClone([node('a', [node('b'), node('c', new Map([[node('d'), node('e')]]))]), node('f')]); return seen.join()`, "a,b,c,d,e,f"},
		{`return structuredClone({get a(){ throw new RangeError('boo') }})`, "thrown: RangeError: boo"},
		{`return structuredClone(JSON).constructor.name + structuredClone(Math)`, "Object[object Object]"},

		// arrays
		{`const a = structuredClone([1,,3,,]); return [1 in a, a.length].join()`, "false,4"},
		{`const a = [1,2]; a.foo = 'x'; const c = structuredClone(a); return [c.foo, c.length, Array.isArray(c)].join()`, "x,2,true"},
		{`const a = []; a[4294967294] = 1; return structuredClone(a).length`, "4294967295"},

		// identities and cycles
		{`const o = {a:1}; o.self = o; const c = structuredClone(o); return c.self === c && c !== o`, "true"},
		{`const s = {x:1}; const c = structuredClone({a: s, b: [s]}); return c.a === c.b[0] && c.a !== s`, "true"},
		{`const m = new Map(); m.set('k', m); const c = structuredClone(m); return c.get('k') === c`, "true"},
		{`let o = {}; for (let i = 0; i < 100000; i++) o = i % 2 ? {o} : [o]; let c = structuredClone(o), n = 0; while (c = Array.isArray(c) ? c[0] : c.o) n++; return n`, "100000"},

		// collections
		{`const m = new Map([[{a:1}, new Set([1])], [2, 3]]); m.extra = 1; const c = structuredClone(m);
			return [c instanceof Map, c.size, [...c.keys()][0].a, [...c.values()][0].has(1), c.get(2), c.extra].join()`, "true,2,1,true,3,"},
		{`class M extends Map {}; const c = structuredClone(new M([[1,2]])); return [c.constructor === Map, c.get(1)].join()`, "true,2"},
		{`const s = new Set([1, 'a', {b: 2}]); const c = structuredClone(s); return [c instanceof Set, c.size, c.has('a'), [...c][2].b].join()`, "true,3,true,2"},
		{`const m = new Map([[1, 2]]); structuredClone(m); Map.prototype.set = Map.prototype.forEach = () => { throw 1 }; return structuredClone(m).get(1)`, "2"},

		// errors
		{`const e = new TypeError('m', {cause: {x: 1}}); const c = structuredClone(e); return [c instanceof TypeError, c.name, c.message, c.stack === e.stack, JSON.stringify(c.cause), Object.getOwnPropertyNames(c)].join()`,
			`true,TypeError,m,true,{"x":1},stack,message,cause`},
		{`const e = new TypeError('m'); e.extra = 1; e.name = 'Foo'; const c = structuredClone(e); return [Object.prototype.toString.call(c), c.name, c.message, c.constructor.name, c.extra, Object.keys(c)].join()`,
			"[object Error],Foo,m,Error,1,extra,name"}, // workerd: name,extra
		{`class MyErr extends Error { get name() { return 'RangeError' } }; const c = structuredClone(new MyErr('x')); return [c.constructor.name, c.name, c.message].join()`, "RangeError,RangeError,x"},
		{`const c = structuredClone(new AggregateError([1, new TypeError('y')], 'x')); return [c instanceof AggregateError, c.message, c.errors[0], c.errors[1]].join()`, "true,x,1,TypeError: y"},
		{`return Error.prototype.toString.call(structuredClone(new Error('')))`, "Error"},
		{`const e = new Error('x'); e.stack = 'custom'; return structuredClone(e).stack`, "custom"},
		{`const e = new Error('x'); e.message = {toString(){ return 'obj' }}; return structuredClone(e)`, "thrown: DataCloneError: toString(){ return 'obj' } could not be cloned."},
		{`const e = new Error('x'); e.message = {e}; e.cause = e; const c = structuredClone(e); return c.cause === c && c.message.e === c && c !== e`, "true"}, // workerd cannot do that
		{`return structuredClone(new Error('x', {cause: () => 1}))`, "thrown: DataCloneError: () => 1 could not be cloned."},

		// buffers and views
		{`const b = new Uint8Array([1, 2]).buffer; const c = structuredClone(b); new Uint8Array(c)[0] = 9; return [c.byteLength, new Uint8Array(b)[0]].join()`, "2,1"},
		{`const b = new ArrayBuffer(8); const u = new Uint8Array(b, 2, 3); u[0] = 7; const c = structuredClone(u); return [c.length, c.buffer.byteLength, c.byteOffset, c[0]].join()`, "3,8,2,7"},
		{`const b = new ArrayBuffer(8); const u = new Uint16Array(b, 2, 3); const c = structuredClone({u, b, d: new DataView(b, 1)}); return [c.u.buffer === c.b, c.d.buffer === c.b, c.u.length, c.d.byteOffset, c.d.byteLength].join()`, "true,true,3,1,7"},
		{`const d = new DataView(new ArrayBuffer(8), 2, 3); const c = structuredClone(d); return [c instanceof DataView, c.byteOffset, c.byteLength].join()`, "true,2,3"},
		{`const c = structuredClone(new Float64Array([1.5, -0])); return [c.constructor.name, c[0], Object.is(c[1], -0)].join()`, "Float64Array,1.5,true"},
		{`const c = structuredClone(new BigInt64Array([-5n])); return c.constructor.name + c[0]`, "BigInt64Array-5"},
		{`return structuredClone(new (class extends Uint8Array {})([1,2])).constructor.name`, "Uint8Array"},
		{`const u = new Uint8Array([1]); Object.defineProperty(u, 'buffer', {value: 5}); return structuredClone(u).join()`, "1"},

		// transfer
		{`const b = new Uint8Array([5]).buffer; const c = structuredClone({b}, {transfer: [b]}); return [c.b.byteLength, b.byteLength, new Uint8Array(c.b)[0]].join()`, "1,0,5"},
		{`const u = new Uint8Array([1,2]); const c = structuredClone(u, {transfer: [u.buffer]}); return [c.join(), u.length].join()`, "1,2,0"},
		{`const u = new Uint8Array([1,2]); const c = structuredClone(5, {transfer: [u]}); return [c, u.length].join()`, "5,0"},
		{`const b = new ArrayBuffer(2); return structuredClone(5, {transfer: [b, b]})`, "5"},
		{`const b = new ArrayBuffer(2); structuredClone(b, {transfer: [b]}); return structuredClone(b)`, "thrown: DataCloneError: An ArrayBuffer is detached and could not be cloned."},
		{`const u = new Uint8Array(2); structuredClone(u.buffer, {transfer: [u.buffer]}); return structuredClone(u)`, "thrown: DataCloneError: An ArrayBuffer is detached and could not be cloned."},
		{`return structuredClone(1, {transfer: [{}]})`, "thrown: DataCloneError: Object is not transferable"}, // a TypeError on workerd
		{`return structuredClone(1, {transfer: [5]})`, "thrown: TypeError: Object is not transferable"},
		{`return structuredClone(1, {transfer: 5})`, "thrown: TypeError: Incorrect type for the 'transfer' field on 'StructuredCloneOptions': the provided value is not of type 'Array'."},
		{`const b = new ArrayBuffer(2); return structuredClone(new Map([[1, b]]), {transfer: new Set([b])}).get(1).byteLength + b.byteLength`, "2"},
		{`return structuredClone(1, 5)`, "thrown: TypeError: Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'StructuredCloneOptions'."},
		{`return structuredClone(1, {transfer: undefined}) + structuredClone(1, null) + structuredClone(1, [])`, "3"},
		// The standard detaches nothing if cloning fails; workerd does.
		{`const b = new ArrayBuffer(2); try { structuredClone({f() {}, b}, {transfer: [b]}) } catch {} return b.byteLength`, "2"},

		{`const s = new Set(); for (let i = 0; i < 3; i++) s.add(new Set([i])); return [...structuredClone(s)].map(x => [...x][0]).join()`, "0,1,2"},
		{`const m = new Map([['a', 1]]); const o = [{ get x() { m.set('b', 2); return 1 } }, m]; return structuredClone(o)[1].size`, "2"},
		{`const m = new Map([[{ get x() { m.set('b', 2); return 1 } }, 1]]); return structuredClone(m).size`, "1"},

		// what cannot be cloned
		{`return structuredClone(function foo(a){ return a })`, "thrown: DataCloneError: function foo(a){ return a } could not be cloned."},
		{`return structuredClone(class A {})`, "thrown: DataCloneError: class A {} could not be cloned."},
		{`return structuredClone(async function f(){})`, "thrown: DataCloneError: async function f(){} could not be cloned."},
		{`return structuredClone({a: {b: () => 1}})`, "thrown: DataCloneError: () => 1 could not be cloned."},
		{`return structuredClone(new Map([[Symbol('k'), 1]]))`, "thrown: DataCloneError: Symbol(k) could not be cloned."},
		{`return structuredClone(new WeakMap())`, "thrown: DataCloneError: #<WeakMap> could not be cloned."},
		{`return structuredClone(Promise.resolve())`, "thrown: DataCloneError: #<Promise> could not be cloned."},
		{`return structuredClone((function*(){})())`, "thrown: DataCloneError: [object Generator] could not be cloned."},
		{`return structuredClone(new Map().entries())`, "thrown: DataCloneError: [object Map Iterator] could not be cloned."},
		{`return structuredClone([].values())`, "thrown: DataCloneError: [object Array Iterator] could not be cloned."},
		{`return structuredClone(new Proxy({a: 1}, {}))`, "thrown: DataCloneError: #<Object> could not be cloned."},
		{`return structuredClone(new Proxy(function(){}, {}))`, "thrown: DataCloneError: function () { [native code] } could not be cloned."},
		{`return structuredClone((function(){ return arguments })(1,2))`, "thrown: DataCloneError: #<Object> could not be cloned."},
		{`try { structuredClone(() => 1) } catch (e) { return [e.name, e.code, e instanceof DOMException].join() }`, "DataCloneError,25,true"},
		{`try { structuredClone() } catch (e) { return e.name }`, "TypeError"},

		// platform objects
		{`return structuredClone(new Opaque())`, `thrown: DataCloneError: Could not serialize object of type "Opaque". This type does not support serialization.`},
		{`class X extends Opaque {}; return structuredClone({x: new X()})`, `thrown: DataCloneError: Could not serialize object of type "X". This type does not support serialization.`},
		{`const o = new Open(3); const c = structuredClone({a: o, b: o}); return [c.a.n, c.a !== o, c.a === c.b].join()`, "3,true,true"},
		{`return structuredClone(new Open(3, true))`, "thrown: DataCloneError: it is locked"},
		{`return String(structuredClone(Object.create(Opaque.prototype)))`, "[object Object]"},
		{`const e = new DOMException('m','AbortError'); const c = structuredClone(e); return [c instanceof DOMException, c.name, c.message, c.code, c.stack === e.stack].join()`, "true,AbortError,m,20,true"},
	}, globals()...)
}

func BenchmarkStructuredClone(b *testing.B) {
	iso := jstest.New(b, globals()...)
	program := goja.MustCompile("", `structuredClone({ id: 7, name: "x", tags: ["a", "b", "c"], nested: { at: 1.5, list: [1, 2, 3, 4] } })`, true)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := iso.VM.RunProgram(program); err != nil {
			b.Fatal(err)
		}
	}
}
