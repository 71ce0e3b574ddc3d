package console_test

import (
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

// recorder is a sink that keeps what it is given.
type recorder struct {
	messages []string
	from     console.Level
	colors   bool
}

func (r *recorder) Console(level console.Level, text string) {
	r.messages = append(r.messages, level.String()+" "+text)
}

func (r *recorder) Enabled(level console.Level) bool { return level >= r.from }

func (r *recorder) Colors() bool { return r.colors }

func (r *recorder) text() string { return strings.Join(r.messages, "\n") }

// logged runs a script and returns what it logs, a line for each message that begins with its level.
func logged(t *testing.T, log *recorder, script string) string {
	t.Helper()
	iso := jstest.New(t, console.Globals(), events.Globals(), timers.Globals(), []webidl.Global{webidl.ClassGlobal(webidl.DOMExceptionClass)})
	console.Attach(iso.Realm, log)
	if got := iso.Run(t, script); got != "undefined" {
		t.Fatalf("%s: %s", script, got)
	}
	return log.text()
}

func TestConsole(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`console.debug(1); console.log(2); console.info(3); console.warn(4); console.error(5); console.dirxml(6)`, "debug 1\nlog 2\ninfo 3\nwarn 4\nerror 5\nlog 6"},
		{`console.log()`, "log "},
		{`const { log } = console; log('detached')`, "log detached"},
		{`[1, 2].forEach(console.log)`, "log 1 0 [ 1, 2 ]\nlog 2 1 [ 1, 2 ]"},
		{`console.group('G', 1); console.log('in\nside'); console.group(); console.warn('deep'); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log('out')`,
			"log G 1\nlog   in\n  side\nwarn     deep\nlog out"},
		{`console.groupCollapsed('c'); console.clear(); console.log('x')`, "log c\nlog x"},
		{`console.count(); console.count('x'); console.count(); console.countReset(); console.count(undefined); console.countReset('nope')`,
			"info default: 1\ninfo x: 1\ninfo default: 2\ninfo default: 1\nwarn Count for 'nope' does not exist"},
		{`console.assert(true, 'no'); console.assert(false); console.assert(0, 'why %s', 'x', { a: 1 }); console.assert(null, { a: 1 })`,
			"error Assertion failed\nerror Assertion failed: why x { a: 1 }\nerror Assertion failed { a: 1 }"},
		{`console.timeEnd('t'); console.timeLog(); console.time('t'); console.time('t')`,
			"warn Timer 't' does not exist\nwarn Timer 'default' does not exist\nwarn Timer 't' already exists"},
		{`console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 }); console.dir({ a: { b: { c: { d: {} } } } }, { depth: null })`, "log { a: [Object] }\nlog {\n  a: { b: { c: { d: {} } } }\n}"},
		{`console.dir([1], { showHidden: true })`, "log [ 1, [length]: 1 ]"},
		{`console.dir('%s', {})`, "log '%s'"},
		{`console.profile(); console.profileEnd(); console.timeStamp()`, ""},
		{`console.log(typeof console, Object.keys(console).length, 'log' in console, console.log === console.log, console.nope)`, "log object 22 true true undefined"},
		{`const old = console.log; console.log = (...a) => old('>', ...a); console.log('x'); delete console.log; console.warn(console.log)`, "log > x\nwarn undefined"},
		{`console.mine = 1; console.log(Object.keys(console).includes('mine'), { ...console }.mine); delete console.mine; console.log(console.mine)`, "log true 1\nlog undefined"},
		{`console.table([{ a: 1, b: 'x' }, { a: 2, c: true }])`,
			"log ┌─────────┬───┬─────┬──────┐\n│ (index) │ a │ b   │ c    │\n├─────────┼───┼─────┼──────┤\n│ 0       │ 1 │ 'x' │      │\n│ 1       │ 2 │     │ true │\n└─────────┴───┴─────┴──────┘"},
		{`const s = Symbol.for('nodejs.util.inspect.custom'); class P { [s](depth, options, inspect) { return 'P' + depth + options.depth + inspect({ a: 1 }) + '\n.' } }; console.log(new P(), { p: new P() }, { [s]: () => ({ b: 2 }) })`,
			"log P22{ a: 1 }\n. {\n  p: P11{ a: 1 }\n  .\n} { b: 2 }"},
		{`console.table([['a', 1], ['b', 2]])`,
			"log ┌─────────┬─────┬───┐\n│ (index) │ 0   │ 1 │\n├─────────┼─────┼───┤\n│ 0       │ 'a' │ 1 │\n│ 1       │ 'b' │ 2 │\n└─────────┴─────┴───┘"},
		{`console.table([1, 'two', { a: 3 }])`,
			"log ┌─────────┬───┬────────┐\n│ (index) │ a │ Values │\n├─────────┼───┼────────┤\n│ 0       │   │ 1      │\n│ 1       │   │ 'two'  │\n│ 2       │ 3 │        │\n└─────────┴───┴────────┘"},
		{`console.table({ x: { a: 1, b: 2 } }, ['b'])`,
			"log ┌─────────┬───┐\n│ (index) │ b │\n├─────────┼───┤\n│ x       │ 2 │\n└─────────┴───┘"},
		{`console.table(new Map([['k', 'v']]))`,
			"log ┌───────────────────┬─────┬────────┐\n│ (iteration index) │ Key │ Values │\n├───────────────────┼─────┼────────┤\n│ 0                 │ 'k' │ 'v'    │\n└───────────────────┴─────┴────────┘"},
		{`console.table(new Set(['a']))`,
			"log ┌───────────────────┬────────┐\n│ (iteration index) │ Values │\n├───────────────────┼────────┤\n│ 0                 │ 'a'    │\n└───────────────────┴────────┘"},
		{`console.table([{ a: { deep: 1, x: 2, y: 3 } }]); console.table(5)`,
			"log ┌─────────┬──────────┐\n│ (index) │ a        │\n├─────────┼──────────┤\n│ 0       │ [Object] │\n└─────────┴──────────┘\nlog 5"},
	} {
		t.Run(test.script, func(t *testing.T) {
			if got := logged(t, &recorder{}, test.script); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestTimers(t *testing.T) {
	got := logged(t, &recorder{}, `console.time(); console.timeLog('default', 'x', { a: 1 }); console.timeEnd(); console.timeEnd()`)
	lines := strings.Split(got, "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "info default: ") || !strings.HasSuffix(lines[0], "ms x { a: 1 }") ||
		!strings.HasSuffix(lines[1], "ms") || lines[2] != "warn Timer 'default' does not exist" {
		t.Errorf("got %s", got)
	}
}

// TestErrors: errors are shown by their stacks, in the form that V8 writes them.
func TestErrors(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`function f() { return new Error('m') } console.log(f())`, "log Error: m\n    at f (<anonymous>:1:37)\n    at <anonymous>:1:67\n    at <anonymous>:2:3"},
		{`const e = new TypeError('m'); e.stack = e.stack.split('\n')[0]; console.log(e)`, "log [TypeError: m]"},
		{`const e = new Error('m'); e.stack = 'Error: m'; console.log({ e })`, "log { e: [Error: m] }"},
		{`const e = new Error('m'); e.stack = 'Error: m\n    at x'; console.log({ e })`, "log {\n  e: Error: m\n      at x\n}"},
		{`const e = new Error('m', { cause: 'c' }); e.stack = 'Error: m\n    at x'; console.log(e)`, "log Error: m\n    at x {\n  [cause]: 'c'\n}"},
		{`const e = new Error('m'); e.stack = 'Error: m\n    at x'; e.code = 7; console.log(e)`, "log Error: m\n    at x {\n  code: 7\n}"},
		{`const i = new Error('inner'); i.stack = 'Error: inner\n    at y'; const e = new Error('m', { cause: i }); e.stack = 'Error: m\n    at x'; console.log(e)`,
			"log Error: m\n    at x {\n  [cause]: Error: inner\n      at y\n}"},
		{`class MyError extends Error {} const e = new MyError('m'); e.stack = 'Error: m'; console.log(e)`, "log [MyError: m]"},
		{`class Mine extends Error {} const e = new Mine('m'); e.stack = 'Error: m'; console.log(e)`, "log [Mine [Error]: m]"},
		{`const e = new Error('m'); e.name = 'Other'; e.stack = 'Error: m'; console.log(e)`, "log [Error: m] { name: 'Other' }"},
		{`const a = new AggregateError([1, 2], 'all'); a.stack = 'AggregateError: all'; console.log(a)`, "log [AggregateError: all] { [errors]: [ 1, 2 ] }"},
		{`const e = new DOMException('gone', 'AbortError'); e.stack = 'AbortError: gone'; console.log(e)`, "log [DOMException [AbortError]: gone]"},
		{`const e = new Error('m'); Object.defineProperty(e, 'stack', { value: undefined }); console.log(e)`, "log [Error: m]"},
		{`const e = new Error('m'); e.stack = ''; Object.defineProperty(e, 'message', { get() { throw 1 } }); console.log(e)`, "log [Error]"},
		{`const e = new Error('m'); e.stack = 'Error: m\n    at x'; e.cause = e; console.log(e)`, "log <ref *1> Error: m\n    at x {\n  cause: [Circular *1]\n}"},
	} {
		t.Run(test.script, func(t *testing.T) {
			if got := logged(t, &recorder{}, test.script); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	got := logged(t, &recorder{}, `function f() { console.trace('here %s', 'x') } f()`)
	if !strings.HasPrefix(got, "log Trace: here x\n    at f (<anonymous>:1:") || strings.Contains(got, "native") {
		t.Errorf("got %s", got)
	}
	got = logged(t, &recorder{}, `await new Promise(done => setTimeout(function tick() { console.trace(); console.log(new Error('m')); done() }))`)
	if lines := strings.Split(got, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[1], "    at tick (<anonymous>:1:") || !strings.HasPrefix(lines[3], "    at tick (<anonymous>:1:") {
		t.Errorf("the frames of the loop are shown: %s", got)
	}
}

// TestPlatformObjects: they show their attributes, and their entries if they are iterable over pairs.
func TestPlatformObjects(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`console.log(new AbortController())`, "log AbortController {\n  signal: AbortSignal { aborted: false, reason: undefined, onabort: null }\n}"},
		{`console.log({ a: { b: { c: new EventTarget() } } })`, "log { a: { b: { c: EventTarget {} } } }"},
		{`console.log({ a: { b: { c: new AbortController() } } })`, "log { a: { b: { c: [AbortController] } } }"},
		{`class Mine extends EventTarget { x = 1 }; console.log(new Mine(), new EventTarget())`, "log Mine [EventTarget] { x: 1 } EventTarget {}"},
		{`console.log(EventTarget, AbortSignal, Event.prototype, class A extends EventTarget {})`, "log [class EventTarget] [class AbortSignal extends EventTarget] Object [Event] {} [class A extends EventTarget]"},
		{`const c = new CloseEvent('close', { code: 1 }); console.log(c)`,
			"log CloseEvent {\n  code: 1,\n  reason: '',\n  wasClean: false,\n  type: 'close',\n  target: null,\n  srcElement: null,\n  currentTarget: null,\n  eventPhase: 0,\n  cancelBubble: false,\n  bubbles: false,\n  cancelable: false,\n  returnValue: true,\n  defaultPrevented: false,\n  composed: false,\n  isTrusted: false,\n  timeStamp: 0\n}"},
	} {
		t.Run(test.script, func(t *testing.T) {
			if got := logged(t, &recorder{}, test.script); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestHostile: nothing that a script logs can throw, run its code, or make a message of any size.
func TestHostile(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`console.log({ get a() { throw new Error('ran') } })`, "log { a: [Getter] }"},
		{`const p = Proxy.revocable({}, {}); p.revoke(); console.log(p.proxy, [p.proxy])`, "log <Revoked Proxy> [ <Revoked Proxy> ]"},
		{`const trap = new Proxy({}, { get() { throw 'ran' } }); console.log(new Proxy({ a: 1 }, trap), Object.create(new Proxy({}, trap)))`, "log Proxy({ a: 1 }) {}"},
		{`let p = {}; for (let i = 0; i < 1e4; i++) p = new Proxy(p, {}); console.log(p)`, "log " + strings.Repeat("Proxy(", 100) + "{}" + strings.Repeat(")", 100)},
		{`const s = Symbol.for('nodejs.util.inspect.custom'), c = { [s]() { return String(this === c) } }; const o = {}; o.p = new Proxy(o, {}); console.log(new Proxy(c, {}), o)`, "log false <ref *1> { p: [Circular *1] }"},
		{`console.dir(new Uint8Array(1), { showHidden: true }); console.dir(new (class A { b = 1; get c() {} set d(x) {} e() {} }), { showHidden: true })`, "log Uint8Array(1) [\n  0,\n  [BYTES_PER_ELEMENT]: 1,\n  [length]: 1,\n  [byteLength]: 1,\n  [byteOffset]: 0,\n  [buffer]: ArrayBuffer { byteLength: 1 }\n]\nlog A { b: 1, [c]: [Getter], [d]: [Setter] }"},
		{`console.dir(Object.assign(new class A { get [Symbol('s')]() {} }, { x: 1 }), { showHidden: true })`, "log A { x: 1, [Symbol(s)]: [Getter] }"},
		{`class A { get [Symbol.toStringTag]() { throw 'ran' } }; console.log(new A())`, "log A {}"},
		{`const o = {}; Object.defineProperty(o, 'constructor', { get() { throw 'ran' } }); console.log(o)`, "log {}"},
		{`console.log('%s', { toString() { throw 'ran' } })`, "log [object]"},
		{`console.log('%d', { valueOf() { throw 'ran' } })`, "log [object]"},
		{`console.log('%j', { toJSON() { throw 'ran' } })`, "log [Circular]"},
		{`const m = new Map([[1, 2]]); globalThis.Map = 5; console.log(m)`, "log [object]"},
		{`const p = new AbortController(); Object.setPrototypeOf(p, new Proxy({}, { getPrototypeOf() { throw 'ran' } })); console.log(p)`, "log {}"},
		{`const s = Symbol.for('nodejs.util.inspect.custom'); console.log({ [s]() { throw 'ran' } }, { get [s]() { throw 'ran' } })`, "log {\n  Symbol(nodejs.util.inspect.custom): [Function: [nodejs.util.inspect.custom]]\n} { Symbol(nodejs.util.inspect.custom): [Getter] }"},
		{`const s = Symbol.for('nodejs.util.inspect.custom'); console.log({ [s]() { return this } }.x, { [s]() { return { [s]() { return 'deep' } } } })`, "log undefined deep"},
		{`const s = Symbol.for('nodejs.util.inspect.custom'), f = () => ({ [s]: f }); console.log(typeof f()[s]); console.log('%s', { a: 1, toString: 5 })`, "log function\nlog { a: 1, toString: 5 }"},
		{`const m = new Map(); for (let i = 0; i < 1e4; i++) m.set(i, i); console.table(new Set([1])); console.log(new Set(m.keys()).size)`, "log ┌───────────────────┬────────┐\n│ (iteration index) │ Values │\n├───────────────────┼────────┤\n│ 0                 │ 1      │\n└───────────────────┴────────┘\nlog 10000"},
		{`Object.getOwnPropertyDescriptor = null; console.log({ a: 1 })`, "log [object]"},
		{`let o = {}; for (let i = 0; i < 1e4; i++) o = { o }; console.log(o)`, "log { o: { o: { o: [Object] } } }"},
		{`const a = []; a[4e9] = 1; console.log(a)`, "log [ <4000000000 empty items>, 1 ]"},
		{`const a = []; a[4e8] = 1; console.log(a)`, "log [ <400000000 empty items>, 1 ]"},
		{`console.log(Array.from({ length: 200 }, () => 0).length, new Uint8Array(1e5))`, "log 200 Uint8Array(100000) [\n" + strings.Repeat("  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,\n", 8) + "  0, 0, 0, 0,\n  ... 99900 more items\n]"},
	} {
		t.Run(test.script, func(t *testing.T) {
			if got := logged(t, &recorder{}, test.script); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
	for _, script := range []string{
		`console.log('x'.repeat(2e6))`,
		`console.log('x'.repeat(1e6), 'x'.repeat(1e6), 'x'.repeat(1e6))`,
		`const o = {}; for (let i = 0; i < 1e5; i++) o['key' + i] = i; console.log(o)`,
		`const f = () => ({ [Symbol.for('nodejs.util.inspect.custom')]: f }); console.log(f())`,
		`console.log('%j', 'x'.repeat(2e6))`,
		`console.log(Array.from({ length: 100 }, () => 'x'.repeat(1e5)))`,
		`const wide = Array.from({ length: 100 }, (_, i) => 'x'.repeat(9000)); console.log([wide, wide, wide, wide].map(a => [...a]))`,
	} {
		if got := logged(t, &recorder{}, script); len(got) > 5<<20 {
			t.Errorf("%s: a message of %d bytes", script, len(got))
		}
	}
}

// TestFilter: what the sink does not want is not formatted.
func TestFilter(t *testing.T) {
	got := logged(t, &recorder{from: console.Warn}, `
		const spy = { toString() { throw new Error('formatted') } };
		let ran = 0; const witness = { toString() { ran++; return 'seen' } };
		console.log('%s', witness); console.debug('%s', witness); console.info('%s', witness); console.group('%s', witness); console.trace('%s', witness);
		console.count(); console.table([1]);
		console.warn(ran); console.error('%s', witness)`)
	if want := "warn   0\nerror   seen"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestColors(t *testing.T) {
	got := logged(t, &recorder{colors: true}, `console.log('plain', 1, 'x', { a: 'b', n: null, u: undefined, f() {} })`)
	want := "log plain \x1b[33m1\x1b[39m x { a: \x1b[32m'b'\x1b[39m, n: \x1b[1mnull\x1b[22m, u: \x1b[90mundefined\x1b[39m, f: \x1b[36m[Function: f]\x1b[39m }"
	if got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// TestDetached: a console without a sink does nothing.
func TestDetached(t *testing.T) {
	iso := jstest.New(t, console.Globals())
	if got := iso.Run(t, `console.log(1); console.table([1]); console.trace(); return 'fine'`); got != "fine" {
		t.Error(got)
	}
}

func BenchmarkLog(b *testing.B) {
	for _, bench := range []struct {
		name string
		from console.Level
		code string
	}{
		{"text", console.Debug, `console.log('GET /path 200')`},
		{"object", console.Debug, `console.log({ id: 1, user: { name: 'Ann', tags: ['a', 'b'] }, ok: true })`},
		{"dropped", console.Error, `console.log({ id: 1, user: { name: 'Ann', tags: ['a', 'b'] }, ok: true })`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			iso := jstest.New(b, console.Globals())
			console.Attach(iso.Realm, &recorder{from: bench.from})
			program := goja.MustCompile("", bench.code, true)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := iso.VM.RunProgram(program); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
