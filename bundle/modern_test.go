package bundle_test

import (
	"strings"
	"testing"

	"devserver/bundle"
	"devserver/runtime/ecmaregexp"
)

// TestModernSyntax runs what current engines parse and goja may not. Each snippet is the body of an async function, with
// declarations before it.
func TestModernSyntax(t *testing.T) {
	for name, test := range map[string]struct{ before, code, want string }{
		"logical assignment":     {"", `let a = null, b = 0, c = 1; a ??= 1; b ||= 2; c &&= 3; return [a, b, c]`, "1,2,3"},
		"nullish and optional":   {"", `const o = { f() { return this?.x }, x: 2 }; return [o?.f?.(), o?.["x"], o.y?.z.w.v ?? 4, delete o?.x]`, "2,2,4,true"},
		"numbers":                {"", `return [1_000, 0b1_0, 0o7, 1_0n ** 2n, 2 ** 3 ** 2, .5, 1e3, 0xE+1]`, "1000,2,7,100,512,0.5,1000,15"},
		"optional catch":         {"", `try { throw 1 } catch { return "caught" }`, "caught"},
		"labels":                 {"", `a: { b: for (;;) { break a } } c: for (const x of [1, 2]) { continue c } return "out"`, "out"},
		"spread":                 {"", `const { a, ...r } = { a: 1, b: 2, c: 3 }, [x, , ...y] = [1, 2, 3, 4]; return [JSON.stringify({ ...r, ...null }), x, ...y, Math.max(...y)]`, `{"b":2,"c":3},1,3,4,4`},
		"templates":              {`const tag = (s, ...v) => s.raw.join("|") + v;`, "return tag`a\\n${1}b${`}${2}`}` + `\\`${{ a: `x` }.a}/` + String.raw`\\u00e9/${1 / 1}/`", `a\n|b|1,}2` + "`x/" + `\u00e9/1/`},
		"regular expressions":    {"", `let a = 6, g = 2; return [/[/\]]/.test("/"), a / 2 / g, /(?<y>\d{4})/.exec("in 2026").groups.y, /(?<=a)b/.test("ab"), /./s.test("\n"), "x1y".replace(/\d/y, ""), [/}/, /{/].length, a++ / 2, (a) / 7 / g]`, "true,1.5,2026,true,true,x1y,2,3,0.5"},
		"division after a brace": {"", `const o = {valueOf() { return 8 }}; return [{ a: 4 }.a / 2 / 1, o / 2 / 2, (() => { return 4 })() / 2, [6][0] / 3 / 1]`, "2,2,2,2"},
		"classes": {`class A { #p = 1; static s = 2; static #t = 3; static { this.u = A.#t } get v() { return this.#p } set v(x) { this.#p = x } #m() { return 5 } static has(o) { return #p in o } m() { return this.#m() } ["c" + 1] = 7; 'q r' = 8; 9 = 9 }
			class B extends A { constructor() { super(); this.w = super.m() } get #acc() { return 1 } static async *gen() { yield 1 } acc() { return this.#acc } }`,
			`const b = new B; b.v = 4; return [b.v, A.s, A.u, A.has(b), A.has({}), b.w, b.c1, b["q r"], b[9], b.acc(), B.name, (await B.gen().next()).value]`, "4,2,3,true,false,5,7,8,9,1,B,1"},
		"fields with modifiers' names": {`class A { get = 1; set = 2; async = 3; static = 4; of = 5; static get = 6; static async; static set; static static = 7; #get = 8; #async = 9; get; p() { return [this.#get, this.#async] } }
			class B { get; set; async; static }
			class C { get() { return 1 } set() {} async() { return 2 } static() { return 3 } static async() { return 4 } static get() { return 5 } get get() { return 6 } static set set(v) {} async async1() {} get async() { return 6 } }
			class D extends (class { get = 1 }) { set = (() => { class E { async = 2 } return new E().async })() }
			class F extends function () { this.z = 1 } { async = class { get = 3 } }`,
			`const a = new A, b = new B, d = new D, f = new F; return [a.get, a.set, a.async, a.static, a.of, A.get, A.async, A.static, ...a.p(), Object.keys(b).sort(), new C().static(), C.async(), C.get(), d.get, d.set, f.z, new f.async().get]`,
			",2,3,4,5,6,,7,8,9,async,get,set,static,3,4,5,1,2,1,3"},
		"objects with modifiers' names": {"", `const get = 1, set = 2, async = 3, of = 4; const o = { get, set, async, of, static: 5, await: 6 }; const p = { get get() { return 7 }, set set(v) {}, async async() {}, get: 8, async *gen() {}, *g() {}, [get + ""]: 9, get [set]() { return 10 } };
			return [o.get, o.set, o.async, o.of, o.static, o.await, p.get, p[1], p[2], async + of]`, "1,2,3,4,5,6,8,9,10,7"},
		"async as a name": {`function async(x) { return x }`, `const f = async => async, g = async async => async; return [async(1), f(2), await g(3), await (async () => 4)(), async` + "\n" + `(5)]`, "1,2,3,4,5"},
		"async generators' intrinsics": {`async function* f(a, b = 1) {} const o = { async *m() {}, async *[Symbol.asyncIterator]() {}, async *["c" + 1]() {}, async *"d e"() {}, g: async function* () {} };
			class A { async *m() {} static async *s() {} async *#p() {} static async *#q() {} static all() { return [A.#q, new A().#p] } async *["k" + 1]() {} } const late = typeof hoisted().next; async function* hoisted() {} function early() { return inner(); async function* inner() {} }`,
			`const AGF = Object.getPrototypeOf(f), all = [o.m, o[Symbol.asyncIterator], o.c1, o["d e"], o.g, A.prototype.m, A.s, ...A.all(), A.prototype.k1, hoisted, async function* () {}];
			return [all.every((f) => Object.getPrototypeOf(f) === AGF && Object.getPrototypeOf(f.prototype) === AGF.prototype && Object.getPrototypeOf(f()) === f.prototype), AGF[Symbol.toStringTag], String(f()), f.length, f.name, o.g.name, o["d e"].name, late, Object.getPrototypeOf(early()) !== AGF, (() => { try { new f } catch (e) { return e.name } })()]`,
			"true,AsyncGeneratorFunction,[object AsyncGenerator],1,f,g,d e,function,true,TypeError"},
		"async generators' requests": {`async function* g() { try { const r = yield 1; return Promise.reject(r) } catch (e) { yield e } finally { yield "f" } }
			class B { async *b() { yield this.x } } class C extends B { x = 4; async *#p() { yield* super.b(); return 5 } async *m(...a) { const r = yield* this.#p(); yield [r, a, arguments.length].join() } }`,
			`const i = g(), r = await Promise.all([i.next(), i.next("x"), i.return(Promise.resolve(2)), i.next(), i.next()]), all = []; for await (const v of new C().m(7, 8)) all.push(v);
			return [JSON.stringify(r), ...all, await Object.getPrototypeOf(Object.getPrototypeOf(i)).next.call(function* () {}()).catch((e) => e.name)]`,
			`[{"value":1,"done":false},{"value":"x","done":false},{"value":"f","done":false},{"value":2,"done":true},{"done":true}],4,5,7,8,2,TypeError`},
		"async generators lowered by TypeScript": {`var __await = function (v) { return this instanceof __await ? (this.v = v, this) : new __await(v) };
			var __asyncGenerator = function (self, args, body) {
				const g = body.apply(self, args || []), i = { [Symbol.asyncIterator]() { return this } };
				const step = async (n, v) => { let r = g[n](v); while (r.value instanceof __await) r = g.next(await r.value.v); return r };
				i.next = (v) => step("next", v); i.return = (v) => step("return", v);
				return i;
			};
			function old() { return __asyncGenerator(this, arguments, function* () { yield yield __await(1); yield yield __await(2) }) }
			async function* own(of) { for await (const v of of) yield v * 2; yield* of }`,
			`const r = []; for await (const v of old()) r.push(v); for await (const v of own(old())) r.push(v); return r`, "1,2,2,4"},
		"async generators in fields": {`class A { x; [Symbol.asyncIterator] = async function* () { yield 1 }; static s = async function* () { yield 2 }; #p = this.x || async function* () { yield 3 }; static { } async *function() { yield* this; yield* A.s(); yield* this.#p() } }`,
			`const r = [A.s.name]; for await (const v of new A().function()) r.push(v); return r`, "s,1,2,3"},
		"async generators behind templates": {"function outer(a) { if (a) { return `${a} ${a} ${a}` } return inner(`x${a}y${a}z`); async function* inner(t) { yield t } }",
			`const r = []; for await (const v of outer("")) r.push(v); return r + outer(1) + Object.getPrototypeOf(outer(0))[Symbol.toStringTag]`, "xyz1 1 1AsyncGenerator"},
		"delegation in plain generators": {`class A { static async *a() { yield* [1] } static *b(x) { yield* x } }`, `const r = [...A.b([3, 4])]; for await (const v of A.a()) r.push(v); return r`, "3,4,1"},
		"for await closes": {`const log = []; const it = (o) => ({ [Symbol.asyncIterator]: () => ({ next: () => ({ value: 1 }), return() { log.push("closed"); return {} }, ...o }) }); const fails = async (f) => { try { await f() } catch (e) { log.push(e.name + " " + e.message) } }`,
			`for await (const v of it()) break; await fails(async () => { for await (const v of it()) throw new Error("x") }); await fails(async () => { for await (const v of it({ next: () => 1 })); });
			await fails(async () => { for await (const v of it({ return: () => 1 })) break }); await fails(async () => { for await (const v of null); }); for await (const v of [Promise.resolve(2), 3]) log.push(v); return log.join("|")`,
			"closed|closed|Error x|TypeError Iterator result 1 is not an object|TypeError Iterator result 1 is not an object|TypeError Cannot read properties of null (reading 'Symbol(Symbol.asyncIterator)')|2|3"},
		"async generators":     {`async function* g() { try { const x = yield 1; yield* [x, 3]; yield await 4 } finally { yield 5 } } const o = { async *h() { yield* g() } }`, `const i = g(); const r = [(await i.next()).value, (await i.next("x")).value]; for await (const v of i) r.push(v); for await (const v of o.h()) { r.push(v); break } return r`, "1,x,3,4,5,1"},
		"for await":            {"", `const r = []; for await (const x of [Promise.resolve(1), 2]) r.push(x); return r`, "1,2"},
		"using":                {`const log = []; const d = n => ({ [Symbol.dispose]() { log.push(n) }, async [Symbol.asyncDispose]() { log.push("a" + n) } });`, `{ using a = d(1); await using b = d(2); for (using c of [d(3)]) log.push("in") } return log`, "in,3,a2,1"},
		"decorators":           {`const seen = []; function dec(v, c) { seen.push(c.kind + String(c.name)); if (c.kind === "method") return function () { return "d" + v.call(this) } } @dec class A { @dec accessor a = 1; @dec m() { return "m" } @dec f = 2; @dec static s() {} }`, `return [new A().m(), new A().a, A.name, ...seen.sort()]`, "dm,1,A,accessora,classA,fieldf,methodm,methods"},
		"destructuring":        {"", `let a, b, o = {}; [a, b = 2] = [1]; ({ a: o.x, b: [o.y = 5] = [] } = { a: 3 }); const { length } = "four", [{ z = () => 1 } = {}] = []; for (const [k, v] of Object.entries({ q: 1 })) o[k] = v; return [a, b, o.x, o.y, length, z.name, o.q]`, "1,2,3,5,4,z,1"},
		"generators":           {`function* g() { const x = yield 1; return x / 2 / 1 }`, `const i = g(); i.next(); return [i.next(8).value, ...(function* () { yield* [1, 2] })()]`, "4,1,2"},
		"new.target and super": {`function F() { return new.target === F } const p = { f() { return "p" } }, o = { __proto__: p, f() { return super.f() + 1 } };`, `return [typeof new F(), o.f()]`, "object,p1"},
		"a comma and an arrow": {"", `const f = (a, b = (1, 2), { c } = { c: 3 }, ...d) => ({ a, b, c, d }); const g = async ({ x }, [y]) => x + y; return [JSON.stringify(f(1)), await g({ x: 1 }, [2])]`, `{"a":1,"b":2,"c":3,"d":[]},3`},
		"switch and comments":  {"", `switch (3) { case 1: /* } */ break; default: // {` + "\n" + ` return "d" /* / */ + /\//.source; }`, `d\/`},
		"if with a regex":      {"", `let n = 0; if (n === 0) /a'/.test("a'") && n++; while (n < 2) /"/.test('"') && n++; return n`, "2"},
		"the last character":   {"", `return ["\u{10FFFF}".codePointAt(0), "a\u{1F600}".length, /\u{1F600}/u.test("😀"), "􏿿".length, { "\u{10FFFF}": 1 }["\udbff\udfff"]]`, "1114111,3,true,2,1"},
		"unreached regexes":    {"", `if (false) { return [/(?i:a)b/, /[\p{L}--[a-z]]/v, /a/d, /\p{Script=Greek}/u] } return "ok"`, "ok"},
	} {
		t.Run(name, func(t *testing.T) {
			source := test.before + "\nexport default { fetch: async () => String(await (async () => { " + test.code + " })()) }"
			dir := project(t, map[string]string{"index.js": source})
			for _, minify := range []bool{false, true} {
				b := bundler(t, dir, "index.js", func(o *bundle.Options) { o.Minify = minify })
				script := build(t, b)
				if name != "unreached regexes" { // that the engine alone does not take
					script = unmarked(script)
				}
				if got := fetch(t, script); got != test.want {
					t.Errorf("minify %v: got %q, want %q", minify, got, test.want)
				}
			}
		})
	}
}

// unmarked is a script with its regular expressions, for the engine alone.
func unmarked(script *bundle.Script) *bundle.Script {
	plain := *script
	plain.Code, plain.Parts = ecmaregexp.Unmarked(script.Code), nil
	return &plain
}

// TestMarks: all regular expressions are the runtime's.
func TestMarks(t *testing.T) {
	const list = `/^[$_\p{ID_Start}]$/u, /\P{L}"\\\//u, /[[\p{L}--[a-z]]é😀]/v, /a(?<x>b)/d, /(?-i:É)a/i, /\p{L}/, /(?:a)/gu, /[/]/gi`
	script := build(t, bundler(t, project(t, map[string]string{"index.js": "export const list = () => [" + list + "];"}), "index.js"))
	if strings.Contains(script.Code, "(?:a)") || strings.Count(script.Code, "/"+ecmaregexp.MarkPrefix) != 8 {
		t.Errorf("without marks:\n%s", script.Code)
	}
	text := ecmaregexp.Unmarked(script.Code)
	for want := range strings.SplitSeq(list, ", ") {
		if !strings.Contains(text, want) {
			t.Errorf("without %s:\n%s", want, text)
		}
	}
}
