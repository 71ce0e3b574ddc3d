package testwasm

import (
	"fmt"
	"strings"
)

// Case is a module and what JavaScript sees of it: Script is the body of a function of the WebAssembly.Module m, which
// returns functions; Want is what those return or throw, one a line.
type Case struct {
	Name   string
	Module Module
	Script string
	Want   string
}

// Prelude is what [Case.Run] needs.
const Prelude = `"use strict";
const show = (v) => typeof v === "bigint" ? v + "n" : Array.isArray(v) ? "[" + v.map(show) + "]" : Object.is(v, -0) ? "-0" : String(v);
const attempt = (f) => { try { return show(f()) } catch (e) { return e instanceof Error ? e.name + ": " + e.message : "threw " + show(e) } };
const compile = (...bytes) => new WebAssembly.Module(new Uint8Array(bytes));
`

// Compile is an expression that compiles the module.
func (c *Case) Compile() string {
	return "compile(" + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(c.Module.Bytes())), ","), "[]") + ")"
}

// Run is an expression of what the script gives with the module that an expression gives.
func (c *Case) Run(module string) string {
	return "((m) => {" + c.Script + "})(" + module + ").map(attempt).join(\"\\n\")"
}

const instance = "const i = new WebAssembly.Instance(m), e = i.exports;\n"

// Cases are what workerd and devserver do the same.
var Cases = []Case{
	{"resizable buffers", Module{}, `const m1 = new WebAssembly.Memory({ initial: 1, maximum: 4 }), page = 65536, fixed = m1.buffer, r = m1.toResizableBuffer(), u = new Uint8Array(r);
		const s = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true }), s1 = s.buffer, s2 = s.toResizableBuffer();
		return [() => [r === m1.buffer, fixed.detached, m1.toResizableBuffer() === r, r.resizable, r.maxByteLength, r.byteLength],
			() => { m1.grow(1); return [r.byteLength, m1.buffer === r, u.length] }, () => r.resize(5 * page), () => r.resize(page), () => r.resize(2 * page + 1), () => { r.resize(3 * page); return [r.byteLength, u.length] },
			() => r.transfer(), () => structuredClone(r, { transfer: [r] }),
			() => { const f = m1.toFixedLengthBuffer(); return [f === m1.buffer, r.detached, f.resizable, m1.toFixedLengthBuffer() === f, f.byteLength, u.length] },
			() => new WebAssembly.Memory({ initial: 1 }).toResizableBuffer(),
			() => [s2 === s.buffer, s2.growable, s2.maxByteLength, Object.isFrozen(s1), Object.isFrozen(s2)],
			() => { s.grow(1); return [s1.byteLength, s2.byteLength, s.buffer === s2] }, () => { s2.grow(3 * page); return s2.byteLength }, () => s2.grow(3 * page + 1),
			() => { const f = s.toFixedLengthBuffer(); return [f === s1, f.byteLength, f.growable, Object.isFrozen(f), s.buffer === f] }]`,
		"[true,true,true,true,262144,65536]\n[131072,true,131072]\nRangeError: ArrayBuffer.prototype.resize: Invalid length parameter\nRangeError: ArrayBuffer.prototype.resize: Invalid length parameter\nRangeError: ArrayBuffer.prototype.resize: Invalid length parameter\n[196608,196608]\n" +
			"TypeError: ArrayBuffer is not detachable and could not be cloned.\nDataCloneError: Object is not transferable.\n[true,true,false,true,196608,0]\nTypeError: WebAssembly.Memory.toResizableBuffer(): Memory must have a maximum\n" +
			"[true,true,262144,true,true]\n[65536,131072,true]\n196608\nRangeError: SharedArrayBuffer.prototype.grow: Invalid length parameter\n[false,196608,false,true,true]"},
	{"functions", Module{Funcs: []Func{
		{Export: "add", Type: "i32 i32 -> i32", Code: "local.get 0; local.get 1; i32.add"},
		{Export: "none", Type: "->"},
	}}, instance + `return [() => e.add(40, 2), () => e.add(2147483647, 1), () => e.add("7", {valueOf: () => 8.9}), () => e.add(), () => e.none(1, 2),
		() => [e.add.name, e.add.length, typeof e.add], () => e.add === i.exports.add, () => Object.isFrozen(e), () => Object.getPrototypeOf(e),
		() => e.add(1n, 2), () => e.add(Symbol(), 2), () => i.exports === e]`,
		"42\n-2147483648\n15\n0\nundefined\n[0,2,function]\ntrue\ntrue\nnull\nTypeError: Cannot convert a BigInt value to a number\nTypeError: Cannot convert a Symbol value to a number\ntrue"},
	{"64-bit integers", Module{Funcs: []Func{
		{Export: "inc", Type: "i64 -> i64", Code: "local.get 0; i64.const 1; i64.add"},
		{Export: "wrap", Type: "i64 -> i32", Code: "local.get 0; i32.wrap_i64"},
		{Export: "extend", Type: "i32 -> i64", Code: "local.get 0; i64.extend_i32_s"},
	}}, instance + `return [() => e.inc(41n), () => e.inc(2n ** 63n - 1n), () => e.inc(-(2n ** 64n) - 5n), () => e.inc(true), () => e.inc("12"), () => e.inc(1), () => e.inc(),
		() => e.wrap(2n ** 40n + 3n), () => e.extend(-1)]`,
		"42n\n-9223372036854775808n\n-4n\n2n\n13n\nTypeError: Cannot convert 1 to a BigInt\nTypeError: Cannot convert undefined to a BigInt\n3\n-1n"},
	{"floats", Module{Funcs: []Func{
		{Export: "f32", Type: "f32 f32 -> f32", Code: "local.get 0; local.get 1; f32.add"},
		{Export: "f64", Type: "f64 f64 -> f64", Code: "local.get 0; local.get 1; f64.mul"},
		{Export: "sqrt", Type: "f64 -> f64", Code: "local.get 0; f64.sqrt"},
	}}, instance + `return [() => e.f32(0.1, 0.2), () => e.f64(0.1, 3), () => e.f64(-0, 1), () => e.sqrt(-1), () => e.sqrt(2), () => e.f32(1e39, 0), () => e.f32(undefined, 1)]`,
		"0.30000001192092896\n0.30000000000000004\n-0\nNaN\n1.4142135623730951\nInfinity\nNaN"},
	{"several results", Module{
		Imports: []Import{{Module: "m", Name: "two", Func: "i32 -> i32 i64"}},
		Funcs: []Func{
			{Export: "both", Type: "-> i32 i64 f64", Code: "i32.const 1; i64.const 2; f64.const 0.5"},
			{Export: "pass", Type: "i32 -> i32 i64", Code: "local.get 0; call 0"},
		},
	}, `const e = new WebAssembly.Instance(m, { m: { two: (n) => [[n, 5n], [1], new Set([n, 7n]), 5, [1, 2]][n] } }).exports;
		return [() => e.both(), () => Array.isArray(e.both()), () => e.pass(0), () => e.pass(1), () => e.pass(2), () => e.pass(3), () => e.pass(4)]`,
		"[1,2n,0.5]\ntrue\n[0,5n]\nTypeError: multi-return length mismatch\n[2,7n]\nTypeError: number 5 is not iterable (cannot read property Symbol(Symbol.iterator))\nTypeError: Cannot convert 2 to a BigInt"},
	{"traps", Module{
		Types:    []string{"->", "-> i32"},
		Tables:   []Table{{"funcref", Limits{Min: 3, Max: -1}}},
		Memories: []Limits{{Min: 1, Max: -1}},
		Elements: []Element{{Offset: "i32.const 0", Funcs: []int{0}}},
		Funcs: []Func{
			{Export: "unreachable", Type: "->", Code: "unreachable"},
			{Export: "div", Type: "i32 i32 -> i32", Code: "local.get 0; local.get 1; i32.div_s"},
			{Export: "divu", Type: "i32 i32 -> i32", Code: "local.get 0; local.get 1; i32.div_u"},
			{Export: "rem", Type: "i32 i32 -> i32", Code: "local.get 0; local.get 1; i32.rem_s"},
			{Export: "div64", Type: "i64 i64 -> i64", Code: "local.get 0; local.get 1; i64.div_s"},
			{Export: "rem64", Type: "i64 i64 -> i64", Code: "local.get 0; local.get 1; i64.rem_u"},
			{Export: "trunc", Type: "f64 -> i32", Code: "local.get 0; i32.trunc_f64_s"},
			{Export: "sat", Type: "f64 -> i32", Code: "local.get 0; i32.trunc_sat_f64_s"},
			{Export: "load", Type: "i32 -> i32", Code: "local.get 0; i32.load 2 0"},
			{Export: "store", Type: "i32 ->", Code: "local.get 0; i32.const 1; i32.store 2 65536"},
			{Export: "null", Type: "->", Code: "i32.const 1; call_indirect 0 0"},
			{Export: "other", Type: "-> i32", Code: "i32.const 0; call_indirect 1 0"},
			{Export: "get", Type: "-> funcref", Code: "i32.const 3; table.get 0"},
			{Export: "fill", Type: "->", Code: "i32.const -1; i32.const 0; i32.const 9; memory.fill"},
			{Export: "recurse", Type: "-> i32", Code: "call 14; i32.const 1; i32.add"},
		},
	}, instance + `return [() => e.unreachable(), () => e.div(1, 0), () => e.div(-2147483648, -1), () => e.divu(1, 0), () => e.rem(1, 0), () => e.rem(-2147483648, -1),
		() => e.div64(1n, 0n), () => e.div64(-(2n ** 63n), -1n), () => e.rem64(5n, 0n), () => e.trunc(1e20), () => e.trunc(NaN), () => e.trunc(-3.9), () => e.sat(1e20), () => e.sat(NaN),
		() => e.load(65533), () => e.load(-1), () => e.load(65532), () => e.store(0), () => e.null(), () => e.other(), () => e.get(), () => e.fill(), () => e.recurse(), () => e.div(8, 2),
		() => { try { e.unreachable() } catch (x) { return [x instanceof WebAssembly.RuntimeError, x instanceof Error, Object.getPrototypeOf(WebAssembly.RuntimeError) === Error] } }]`,
		"RuntimeError: unreachable\nRuntimeError: divide by zero\nRuntimeError: divide result unrepresentable\nRuntimeError: divide by zero\nRuntimeError: remainder by zero\n0\nRuntimeError: divide by zero\nRuntimeError: divide result unrepresentable\nRuntimeError: remainder by zero\nRuntimeError: float unrepresentable in integer range\nRuntimeError: float unrepresentable in integer range\n-3\n2147483647\n0\nRuntimeError: memory access out of bounds\nRuntimeError: memory access out of bounds\n0\nRuntimeError: memory access out of bounds\nRuntimeError: null function\nRuntimeError: function signature mismatch\nRuntimeError: table index is out of bounds\nRuntimeError: memory access out of bounds\nRangeError: Maximum call stack size exceeded\n4\n[true,true,true]"},
	{"imports", Module{
		Imports: []Import{{Module: "m", Name: "f", Func: "i32 -> i32"}, {Module: "m", Name: "g", Func: "->"}},
		Funcs: []Func{
			{Export: "f", Type: "i32 -> i32", Code: "local.get 0; call 0; i32.const 1; i32.add"},
			{Export: "g", Type: "->", Code: "call 1"},
		},
		Exports: []Export{{"again", 0, 0}},
	}, `const thrown = new TypeError("mine"), seen = [];
		const e = new WebAssembly.Instance(m, { m: { f(n) { seen.push(this === undefined, arguments.length); if (n === 1) throw thrown; if (n === 2) throw 7; if (n === 3) return { valueOf: () => 42.9 }; if (n === 4) return 1n; return n }, g: () => 5 } }).exports;
		return [() => e.f(41), () => e.f(1), () => { try { e.f(1) } catch (x) { return x === thrown } }, () => e.f(2), () => e.f(3), () => e.f(4), () => e.g(), () => seen.slice(0, 2), () => e.again(6), () => [e.again.name, e.f.name], () => e.again === e.f]`,
		"42\nTypeError: mine\ntrue\nthrew 7\n43\nTypeError: Cannot convert a BigInt value to a number\nundefined\n[true,1]\n6\n[0,2]\nfalse"},
	{"linking", Module{
		Imports: []Import{{Module: "a", Name: "f", Func: "i32 -> i32"}},
		Funcs:   []Func{{Export: "f", Type: "i32 -> i32", Code: "local.get 0; call 0; i32.const 2; i32.mul"}},
	}, `const one = new WebAssembly.Instance(m, { a: { f: (n) => n + 1 } }), two = new WebAssembly.Instance(m, { a: one.exports });
		const it = (imports) => () => new WebAssembly.Instance(m, imports);
		return [() => one.exports.f(4), () => two.exports.f(4), it(), it(5), it(null), it({}), it({ a: 5 }), it({ a: {} }), it({ a: { f: 5 } }), () => WebAssembly.Instance(m), () => new WebAssembly.Instance({}),
			() => new WebAssembly.Instance(m, { a: Object.assign(() => 1, { f: Math.abs }) }).exports.f(-4)]`,
		"10\n20\nTypeError: WebAssembly.Instance(): Imports argument must be present and must be an object\nTypeError: WebAssembly.Instance(): Argument 1 must be an object\nTypeError: WebAssembly.Instance(): Argument 1 must be an object\nTypeError: WebAssembly.Instance(): Import #0 \"a\": module is not an object or function\nTypeError: WebAssembly.Instance(): Import #0 \"a\": module is not an object or function\nLinkError: WebAssembly.Instance(): Import #0 \"a\" \"f\": function import requires a callable\nLinkError: WebAssembly.Instance(): Import #0 \"a\" \"f\": function import requires a callable\nTypeError: WebAssembly.Instance must be invoked with 'new'\nTypeError: WebAssembly.Instance(): Argument 0 must be a WebAssembly.Module\n8"},
	{"re-entrance", Module{
		Imports: []Import{{Module: "m", Name: "f", Func: "i32 -> i32"}},
		Funcs:   []Func{{Export: "f", Type: "i32 -> i32", Code: "local.get 0; i32.const 1; i32.add; call 0; local.get 0; i32.add"}},
	}, `const e = new WebAssembly.Instance(m, { m: { f: (n) => n < 20 ? e.f(n) : 1000 } }).exports, deep = new WebAssembly.Instance(m, { m: { f: (n) => deep.f(n) } }).exports;
		const caught = new WebAssembly.Instance(m, { m: { f: (n) => { if (n > 5) throw n; try { return caught.f(n) } catch (x) { return x * 100 } } } }).exports;
		return [() => e.f(0), () => e.f(19), () => deep.f(1), () => caught.f(0), () => e.f(0)]`,
		"1190\n1019\nRangeError: Maximum call stack size exceeded\n610\n1190"},
	{"memory", Module{
		Memories: []Limits{{Min: 1, Max: 3, Export: "memory"}},
		Data:     []Data{{"i32.const 8", "hello"}},
		Funcs: []Func{
			{Export: "get", Type: "i32 -> i32", Code: "local.get 0; i32.load8_u"},
			{Export: "set", Type: "i32 i32 ->", Code: "local.get 0; local.get 1; i32.store8"},
			{Export: "grow", Type: "i32 -> i32", Code: "local.get 0; memory.grow"},
			{Export: "size", Type: "-> i32", Code: "memory.size"},
		},
	}, instance + `const b = e.memory.buffer, bytes = new Uint8Array(b);
		return [() => new TextDecoder().decode(bytes.subarray(8, 13)), () => { bytes[100] = 77; return e.get(100) }, () => { e.set(101, 300); return bytes[101] }, () => e.memory.buffer === b,
			() => [e.memory.grow(1), b.byteLength, bytes.length, e.memory.buffer.byteLength, e.size()], () => e.get(100), () => { const c = e.memory.buffer; return [e.grow(1), c.byteLength, e.memory.buffer.byteLength] },
			() => e.grow(1), () => e.memory.grow(1), () => e.memory.grow(-1), () => e.memory.grow(), () => e.memory.grow(0), () => new Uint8Array(e.memory.buffer)[101],
			() => structuredClone(e.memory.buffer, { transfer: [e.memory.buffer] }), () => e.memory.buffer.transfer(), () => structuredClone(e.memory), () => e.get(100), () => structuredClone(e.memory.buffer).byteLength]`,
		"hello\n77\n44\ntrue\n[1,0,0,131072,2]\n77\n[2,0,196608]\n-1\nRangeError: WebAssembly.Memory.grow(): Maximum memory size exceeded\nTypeError: WebAssembly.Memory.grow(): Argument 0 must be non-negative\nTypeError: WebAssembly.Memory.grow(): Argument 0 must be convertible to a valid number\n3\n44\nDataCloneError: Object is not transferable.\nTypeError: ArrayBuffer is not detachable and could not be cloned.\nDataCloneError: #<Memory> could not be cloned.\n77\n196608"},
	{"memory that grows in the midst of a call", Module{
		Imports:  []Import{{Module: "m", Name: "f", Func: "->"}},
		Memories: []Limits{{Min: 1, Max: -1, Export: "memory"}},
		Funcs: []Func{
			{Export: "run", Type: "-> i32", Code: "i32.const 1; memory.grow; drop; call 0; i32.const 70000; i32.load8_u"},
			{Export: "same", Type: "-> i32", Code: "i32.const 16; i32.const 5; i32.store8; call 0; i32.const 16; i32.load8_u"},
		},
	}, `let old, seen; const e = new WebAssembly.Instance(m, { m: { f() { const b = new Uint8Array(e.memory.buffer); seen = [old.byteLength, b.length]; b[70000] = 9; b[16]++; e.memory.grow(1) } } }).exports;
		old = e.memory.buffer;
		return [() => e.run(), () => seen, () => e.memory.buffer.byteLength, () => e.same(), () => e.memory.buffer.byteLength]`,
		"9\n[0,131072]\n196608\n6\n262144"},
	{"memories of JavaScript's", Module{
		Imports: []Import{{Module: "m", Name: "memory", Memory: &Limits{Min: 1, Max: 4}}},
		Funcs:   []Func{{Export: "get", Type: "i32 -> i32", Code: "local.get 0; i32.load 2 0"}},
		Exports: []Export{{"memory", 2, 0}},
	}, `const M = WebAssembly.Memory, memory = new M({ initial: 1, maximum: 4 }), e = new WebAssembly.Instance(m, { m: { memory } }).exports, f = new WebAssembly.Instance(m, { m: { memory: e.memory } }).exports;
		const it = (d) => () => new WebAssembly.Instance(m, { m: { memory: new M(d) } });
		return [() => e.memory === memory && f.memory === memory, () => { new Int32Array(memory.buffer)[4] = -7; return e.get(16) }, () => [memory.grow(1), f.get(100000)], it({ initial: 0, maximum: 4 }), it({ initial: 1 }), it({ initial: 1, maximum: 5 }), it({ initial: 1, maximum: 4, shared: true }),
			() => new WebAssembly.Instance(m, { m: { memory: {} } }), () => new M(), () => new M({}), () => new M({ initial: 65537 }), () => new M({ initial: 3, maximum: 1 }), () => new M({ initial: -1 }), () => new M({ initial: 1, shared: true }), () => M({ initial: 1 }),
			() => String(new M({ initial: 1, maximum: 2, shared: true }).buffer), () => Object.isFrozen(new M({ initial: 1, maximum: 2, shared: true }).buffer), () => { const s = new M({ initial: 1, maximum: 2, shared: true }), b = s.buffer; s.grow(1); return [b.byteLength, s.buffer.byteLength, b === s.buffer] }]`,
		"true\n-7\n[1,0]\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"memory\": memory import has 0 pages which is smaller than the declared initial of 1\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"memory\": memory import has no maximum limit, expected at most 4294967295\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"memory\": memory import has a larger maximum size 5 than the module's declared maximum 4\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"memory\": mismatch in shared state of memory, declared = 0, imported = 1\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"memory\": memory import must be a WebAssembly.Memory object\nTypeError: WebAssembly.Memory(): Argument 0 must be a memory descriptor\nTypeError: WebAssembly.Memory(): Property 'initial' is required\nRangeError: WebAssembly.Memory(): Property 'initial': value 65537 is above the upper bound 65536\nRangeError: WebAssembly.Memory(): Property 'maximum': value 1 is below the lower bound 3\nTypeError: WebAssembly.Memory(): Property 'initial' must be non-negative\nTypeError: WebAssembly.Memory(): If shared is true, maximum property should be defined.\nTypeError: WebAssembly.Memory(): WebAssembly.Memory must be invoked with 'new'\n[object SharedArrayBuffer]\ntrue\n[65536,131072,false]"},
	{"tables", Module{
		Types:    []string{"-> i32"},
		Tables:   []Table{{"funcref", Limits{Min: 4, Max: 6, Export: "table"}}},
		Elements: []Element{{Offset: "i32.const 1", Funcs: []int{0, 1}}},
		Funcs: []Func{
			{Export: "seven", Type: "-> i32", Code: "i32.const 7"},
			{Type: "-> i32", Code: "i32.const 8"},
			{Export: "at", Type: "i32 -> i32", Code: "local.get 0; call_indirect 0 0"},
			{Export: "ref", Type: "-> funcref", Code: "ref.func 1"},
			{Export: "put", Type: "i32 funcref ->", Code: "local.get 0; local.get 1; table.set 0"},
		},
	}, instance + `const t = e.table;
		return [() => [t.length, t.get(0), t.get(1) === e.seven, t.get(2).name, t.get(2)()], () => t.get(2) === t.get(2), () => e.ref() === t.get(2), () => t.get(4), () => t.get(-1), () => t.get(), () => [e.at(1), e.at(2)], () => e.at(0),
			() => { t.set(0, e.seven); return [e.at(0), t.get(0) === e.seven] }, () => t.set(0, () => 1), () => t.set(9, null), () => t.set(0, null), () => e.at(0), () => [t.grow(1), t.length, t.get(4)], () => [t.grow(1, e.ref()), t.get(5)()], () => t.grow(1), () => t.grow(0, 5),
			() => { e.put(3, e.at); return t.get(3) === e.at }, () => e.put(3, Math.abs), () => e.put(3, null), () => t.get(3)]`,
		"[4,null,true,1,8]\ntrue\ntrue\nRangeError: WebAssembly.Table.get(): invalid address 4 in funcref table of size 4\nTypeError: WebAssembly.Table.get(): Argument 0 must be non-negative\nTypeError: WebAssembly.Table.get(): Argument 0 must be convertible to a valid number\n[7,8]\nRuntimeError: null function\n[7,true]\nTypeError: WebAssembly.Table.set(): Argument 1 is invalid for table: function-typed object must be null (if nullable) or a Wasm function object\nRangeError: WebAssembly.Table.set(): invalid address 9 in funcref table of size 4\nundefined\nRuntimeError: null function\n[4,5,null]\n[5,8]\nRangeError: WebAssembly.Table.grow(): failed to grow table by 1\nTypeError: WebAssembly.Table.grow(): Argument 1 is invalid: function-typed object must be null (if nullable) or a Wasm function object\ntrue\nTypeError: type incompatibility when transforming from/to JS\nundefined\nnull"},
	{"tables of JavaScript's", Module{
		Types:    []string{"i32 -> i32"},
		Imports:  []Import{{Module: "m", Name: "t", Table: &Table{"funcref", Limits{Min: 2, Max: 4}}}, {Module: "m", Name: "f", Func: "i32 -> i32"}},
		Elements: []Element{{Offset: "i32.const 1", Funcs: []int{0}}},
		Funcs:    []Func{{Export: "call", Type: "i32 i32 -> i32", Code: "local.get 1; local.get 0; call_indirect 0 0"}},
		Exports:  []Export{{"t", 1, 0}},
	}, `const T = WebAssembly.Table, t = new T({ element: "anyfunc", initial: 2, maximum: 4 });
		const one = new WebAssembly.Instance(m, { m: { t, f: (n) => n + 1 } }).exports, f = t.get(1), two = new WebAssembly.Instance(m, { m: { t, f } }).exports;
		const it = (d) => () => new WebAssembly.Instance(m, { m: { t: new T(d), f } });
		return [() => one.t === t, () => [f.name, f(4), one.call(1, 5), two.call(1, 6)], () => t.get(1) === f, () => { t.grow(1); t.set(2, f); return two.call(2, 7) }, it({ element: "anyfunc", initial: 1, maximum: 4 }), it({ element: "anyfunc", initial: 2 }), it({ element: "anyfunc", initial: 2, maximum: 9 }), it({ element: "externref", initial: 2, maximum: 4 }),
			() => new WebAssembly.Instance(m, { m: { t: {}, f } }), () => new T(), () => new T({}), () => new T({ element: "anyfunc" }), () => new T({ element: "anyfunc", initial: 1 }, () => 1), () => new T({ element: "anyfunc", initial: 1 }, f).get(0) === f, () => new T({ element: "anyfunc", initial: 10000001 }), () => T({}),
			() => { const x = new T({ element: "externref", initial: 2 }, "hi"); x.set(1, x); return [x.get(0), x.get(1) === x, x.grow(1), x.get(2)] }]`,
		"true\n[0,5,6,7]\ntrue\n8\nLinkError: WebAssembly.Instance(): table import 0 is smaller than initial 2, got 1\nLinkError: WebAssembly.Instance(): table import 0 has no maximum length; required: 4\nLinkError: WebAssembly.Instance(): table import 0 has a larger maximum size 9 than the module's declared maximum 4\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"t\": imported table does not match the expected type\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"t\": table import requires a WebAssembly.Table\nTypeError: WebAssembly.Table(): Argument 0 must be a table descriptor\nTypeError: WebAssembly.Table(): Descriptor property 'element' must be a WebAssembly reference type\nTypeError: WebAssembly.Table(): Property 'initial' is required\nTypeError: WebAssembly.Table(): Argument 2 must be undefined or a value of type compatible with the type of the new table: function-typed object must be null (if nullable) or a Wasm function object.\ntrue\nRangeError: WebAssembly.Table(): Property 'initial': value 10000001 is above the upper bound 10000000\nTypeError: WebAssembly.Table(): WebAssembly.Table must be invoked with 'new'\n[hi,true,2,undefined]"},
	{"globals", Module{
		Globals: []Global{{"i32", "i32.const 42", "answer"}, {"mut i64", "i64.const -5", "count"}, {"mut f64", "f64.const 0.5", "half"}, {"mut externref", "ref.null externref", "any"}, {"mut funcref", "ref.func 0", "func"}},
		Funcs:   []Func{{Export: "inc", Type: "-> i64", Code: "global.get 1; i64.const 1; i64.add; global.set 1; global.get 1"}},
	}, instance + `const G = WebAssembly.Global;
		return [() => [e.answer.value, e.count.value, e.half.value, e.any.value, e.func.value === e.inc], () => e.inc(), () => e.count.value, () => { e.count.value = 10n; return e.inc() }, () => { e.count.value = 5 }, () => { e.answer.value = 1 }, () => { e.any.value = e; return e.any.value === e }, () => { e.any.value = undefined; return e.any.value },
			() => { e.func.value = null; return e.func.value }, () => { e.func.value = () => 1 }, () => e.answer.valueOf(), () => new G(), () => new G({ value: "x" }), () => new G({ value: "i32" }, 5.7).value, () => new G({ value: "f32", mutable: true }, 0.1).value, () => new G({ value: "i64" }).value, () => new G({ value: "i64" }, 5),
			() => new G({ value: "externref" }).value, () => new G({ value: "anyfunc" }, e.inc).value === e.inc, () => new G({ value: "v128" }), () => G({ value: "i32" }), () => G.prototype.valueOf.call({})]`,
		"[42,-5n,0.5,null,true]\n-4n\n-4n\n11n\nTypeError: Cannot convert 5 to a BigInt\nTypeError: set WebAssembly.Global.value): Can't set the value of an immutable global.\ntrue\nundefined\nnull\nTypeError: set WebAssembly.Global.value): function-typed object must be null (if nullable) or a Wasm function object\n42\nTypeError: WebAssembly.Global(): Argument 0 must be a global descriptor\nTypeError: WebAssembly.Global(): Descriptor property 'value' must be a WebAssembly type\n5\n0.10000000149011612\n0n\nTypeError: Cannot convert 5 to a BigInt\nundefined\ntrue\nTypeError: WebAssembly.Global(): A global of type 'v128' cannot be created in JavaScript\nTypeError: WebAssembly.Global(): WebAssembly.Global must be invoked with 'new'\nTypeError: WebAssembly.Global.valueOf(): Receiver is not a WebAssembly.Global"},
	{"globals of JavaScript's", Module{
		Imports:  []Import{{Module: "m", Name: "base", Global: "i32"}, {Module: "m", Name: "n", Global: "mut i64"}, {Module: "m", Name: "x", Global: "externref"}},
		Memories: []Limits{{Min: 1, Max: -1, Export: "memory"}},
		Data:     []Data{{"global.get 0", "A"}},
		Globals:  []Global{{"i32", "global.get 0", "copy"}},
		Funcs:    []Func{{Export: "step", Type: "-> i32", Code: "global.get 1; i64.const 1; i64.add; global.set 1; global.get 0"}, {Export: "x", Type: "-> externref", Code: "global.get 2"}},
		Exports:  []Export{{"n", 3, 1}, {"base", 3, 0}},
	}, `const G = WebAssembly.Global, n = new G({ value: "i64", mutable: true }, 1n), ok = { base: 7, n, x: "any" };
		const it = (more) => { const i = new WebAssembly.Instance(m, { m: { ...ok, ...more } }); return i.exports }, e = it({});
		return [() => [e.step(), n.value, e.n === n, e.copy.value, e.base.value, new Uint8Array(e.memory.buffer)[7], e.x()], () => { n.value = 5n; e.step(); return e.n.value }, () => it({ base: new G({ value: "i32" }, 9) }).step(), () => it({ base: new G({ value: "i32", mutable: true }, 9) }), () => it({ base: new G({ value: "i64" }, 9n) }),
			() => it({ base: 1n }), () => it({ base: "1" }), () => it({ base: undefined }), () => it({ n: 5n }), () => it({ n: new G({ value: "i64" }, 5n) }), () => it({ n: new G({ value: "i32", mutable: true }, 5) }), () => it({ x: null }).x(), () => it({ base: 65536 }), () => it({ base: -1 })]`,
		"[7,2n,true,7,7,65,any]\n6n\n9\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"base\": imported global does not match the expected mutability\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"base\": imported global does not match the expected type\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"base\": global import must be a number, valid Wasm reference, or WebAssembly.Global object\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"base\": global import must be a number, valid Wasm reference, or WebAssembly.Global object\nLinkError: WebAssembly.Instance(): Import #0 \"m\" \"base\": global import must be a number, valid Wasm reference, or WebAssembly.Global object\nLinkError: WebAssembly.Instance(): Import #1 \"m\" \"n\": imported mutable global must be a WebAssembly.Global object\nLinkError: WebAssembly.Instance(): Import #1 \"m\" \"n\": imported global does not match the expected mutability\nLinkError: WebAssembly.Instance(): Import #1 \"m\" \"n\": imported global does not match the expected type\nnull\nRuntimeError: WebAssembly.Instance(): data segment 0 is out of bounds (offset 65536, length 1, memory size 65536)\nRuntimeError: WebAssembly.Instance(): data segment 0 is out of bounds (offset 4294967295, length 1, memory size 65536)"},
	{"references", Module{
		Imports: []Import{{Module: "m", Name: "f", Func: "externref funcref -> externref"}},
		Funcs: []Func{
			{Export: "same", Type: "externref -> externref", Code: "local.get 0"},
			{Export: "null", Type: "externref -> i32", Code: "local.get 0; ref.is_null"},
			{Export: "call", Type: "externref funcref -> externref", Code: "local.get 0; local.get 1; call 0"},
			{Export: "me", Type: "-> funcref", Code: "ref.func 1"},
		},
	}, `const o = {}, s = Symbol("s"), e = new WebAssembly.Instance(m, { m: { f: (x, f) => f ? [x, f === e.same, f(x)] : x } }).exports;
		return [() => [e.same(o) === o, e.same(s) === s, e.same("text"), e.same(undefined), e.same(), e.same(null), e.same(5n), e.same(-0)], () => [e.null(null), e.null(undefined), e.null(0)], () => e.call(1, null), () => e.call(o, e.same)[2] === o, () => e.call(1, e.me())[1], () => e.me() === e.same, () => e.call(1, () => 2), () => e.call(1)]`,
		"[true,true,text,undefined,undefined,null,5n,-0]\n[1,0,0]\n1\ntrue\ntrue\ntrue\nTypeError: type incompatibility when transforming from/to JS\nTypeError: type incompatibility when transforming from/to JS"},
	{"start", Module{
		Imports: []Import{{Module: "m", Name: "f", Func: "i32 ->"}},
		Funcs:   []Func{{Type: "->", Code: "i32.const 3; call 0"}},
		Start:   "1",
	}, `const seen = [], it = (f) => () => { new WebAssembly.Instance(m, { m: { f } }); return seen };
		return [it((n) => { seen.push(n) }), it(() => { throw new RangeError("no") }), () => Object.keys(new WebAssembly.Instance(m, { m: { f() {} } }).exports).length]`,
		"[3]\nRangeError: no\n0"},
	{"a start function that traps", Module{Funcs: []Func{{Type: "->", Code: "unreachable"}}, Start: "0"},
		`return [() => new WebAssembly.Instance(m)]`, "RuntimeError: unreachable"},
	{"a segment out of bounds", Module{Tables: []Table{{"funcref", Limits{Min: 1, Max: -1}}}, Funcs: []Func{{Type: "->"}}, Elements: []Element{{Offset: "i32.const 1", Funcs: []int{0}}}},
		`return [() => new WebAssembly.Instance(m)]`, "RuntimeError: WebAssembly.Instance(): table index is out of bounds"},
	{"what a module is made of", Module{
		Imports:  []Import{{Module: "a", Name: "f", Func: "->"}, {Module: "", Name: "é", Global: "i32"}, {Module: "b", Name: "t", Table: &Table{"funcref", Limits{Max: -1}}}, {Module: "b", Name: "m", Memory: &Limits{Max: -1}}},
		Exports:  []Export{{"", 0, 0}, {"toString", 2, 0}, {"__proto__", 1, 0}, {"g", 3, 0}},
		Customs:  []Custom{{"one", "abc"}, {"two", ""}, {"one", "d"}},
		Elements: nil,
	}, `const M = WebAssembly.Module; return [() => JSON.stringify(M.imports(m)), () => JSON.stringify(M.exports(m)), () => M.customSections(m, "one").map((b) => b.byteLength), () => M.customSections(m, "three").length, () => M.customSections(m), () => M.imports({}), () => M.exports(), () => String(m), () => Object.keys(m),
		() => M(1), () => structuredClone(m), () => [WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])), WebAssembly.validate(new Uint8Array(3))], () => WebAssembly.validate()]`,
		"[{\"module\":\"a\",\"name\":\"f\",\"kind\":\"function\"},{\"module\":\"\",\"name\":\"é\",\"kind\":\"global\"},{\"module\":\"b\",\"name\":\"t\",\"kind\":\"table\"},{\"module\":\"b\",\"name\":\"m\",\"kind\":\"memory\"}]\n[{\"name\":\"\",\"kind\":\"function\"},{\"name\":\"toString\",\"kind\":\"memory\"},{\"name\":\"__proto__\",\"kind\":\"table\"},{\"name\":\"g\",\"kind\":\"global\"}]\n[3,1]\n0\nTypeError: WebAssembly.Module.customSections(): Argument 1 is required\nTypeError: WebAssembly.Module.imports(): Argument 0 must be a WebAssembly.Module\nTypeError: WebAssembly.Module.exports(): Argument 0 must be a WebAssembly.Module\n[object WebAssembly.Module]\n[]\nTypeError: WebAssembly.Module(): WebAssembly.Module must be invoked with 'new'\nError: Unable to deserialize cloned data.\n[true,false]\nTypeError: WebAssembly.validate(): Argument 0 must be a buffer source"},
	{"vectors cannot be seen", Module{
		Funcs: []Func{{Export: "v", Type: "-> v128", Code: "v128.const_zero"}, {Export: "take", Type: "v128 ->"}, {Export: "inner", Type: "-> i32", Locals: "v128", Code: "v128.const_zero; local.set 0; i32.const 1"}},
	}, instance + `return [() => e.v(), () => e.take(1), () => e.inner()]`,
		"TypeError: type incompatibility when transforming from/to JS\nTypeError: type incompatibility when transforming from/to JS\n1"},
	{"tail calls and atomics", Module{
		Memories: []Limits{{Min: 1, Max: 2, Shared: true, Export: "memory"}},
		Funcs: []Func{
			{Export: "count", Type: "i32 i32 -> i32", Code: "local.get 0; i32.eqz; if; local.get 1; return; end; local.get 0; i32.const 1; i32.sub; local.get 1; i32.const 1; i32.add; return_call 0"},
			{Export: "add", Type: "i32 -> i32", Code: "i32.const 0; local.get 0; i32.atomic.rmw.add 2 0"},
		},
	}, instance + `return [() => e.count(1000000, 0), () => [e.add(5), e.add(6)], () => new Int32Array(e.memory.buffer)[0], () => String(e.memory.buffer)]`,
		"1000000\n[0,5]\n11\n[object SharedArrayBuffer]"},
	{"loops", Module{Funcs: []Func{
		{Export: "sum", Type: "i32 -> i32", Locals: "i32 i32", Code: "loop 0; local.get 1; local.get 2; i32.add; local.set 1; local.get 2; i32.const 1; i32.add; local.tee 2; local.get 0; i32.lt_s; br_if 0; end; local.get 1"},
		{Export: "fib", Type: "i32 -> i32", Code: "local.get 0; i32.const 2; i32.lt_s; if i32; local.get 0; else; local.get 0; i32.const 1; i32.sub; call 1; local.get 0; i32.const 2; i32.sub; call 1; i32.add; end"},
	}}, instance + `return [() => e.sum(10), () => e.sum(1000000), () => e.fib(20)]`, "45\n1783293664\n6765"},
	{"tags and exceptions", Module{}, `const t = new WebAssembly.Tag({ parameters: ["i32", "i64"] }), x = new WebAssembly.Exception(t, [1.5, 2n]), E = WebAssembly.Exception;
		return [() => [x.is(t), x.is(new WebAssembly.Tag({ parameters: [] })), x.getArg(t, 0), x.getArg(t, 1)], () => x.getArg(t, 2), () => x.getArg(), () => x.is(5), () => String(x), () => x instanceof Error, () => new E(t, [1]), () => new E(5, []), () => new E(t), () => new E(WebAssembly.JSTag, [1]), () => new WebAssembly.Tag({}), () => new WebAssembly.Tag({ parameters: ["x"] }), () => structuredClone(t)]`,
		"[true,false,1,2n]\nRangeError: WebAssembly.Exception.getArg(): Index out of range\nTypeError: WebAssembly.Exception.getArg(): Argument 0 must be a WebAssembly.Tag\nTypeError: WebAssembly.Exception.is(): Argument 0 must be a WebAssembly.Tag\n[object WebAssembly.Exception]\nfalse\nTypeError: WebAssembly.Exception(): Number of exception values does not match signature length\nTypeError: WebAssembly.Exception(): Argument 0 must be a WebAssembly tag\nTypeError: WebAssembly.Exception(): Exception values must be an iterable object\nTypeError: WebAssembly.Exception(): Argument 0 cannot be WebAssembly.JSTag\nTypeError: WebAssembly.Tag(): Argument 0 must be a tag type with 'parameters'\nTypeError: WebAssembly.Tag(): Argument 0 parameter type at index #0 must be a value type\nDataCloneError: #<Tag> could not be cloned."},
	{"errors", Module{}, `const C = WebAssembly.CompileError, x = new C("m", { cause: 1 });
		return [() => [String(x), x.cause, Object.getPrototypeOf(C) === Error, C.name, C.length, String(C("y")), Object.prototype.toString.call(x), Object.keys(x).length], () => [x instanceof C, x instanceof WebAssembly.LinkError], () => class extends C {}.name + new (class Mine extends C {})("z").message, () => Object.keys(WebAssembly).slice(0, 3), () => Object.prototype.toString.call(WebAssembly),
			() => new WebAssembly.Module(new Uint8Array(8))]`,
		"[CompileError: m,1,true,CompileError,1,CompileError: y,[object Error],0]\n[true,false]\nz\n[compile,validate,instantiate]\n[object WebAssembly]\nCompileError: WebAssembly.Module(): Wasm code generation disallowed by embedder"},
}
