package timers_test

import (
	"slices"
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

func globals() []webidl.Global { return append(timers.Globals(), events.Globals()...) }

func TestTimers(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{Script: `const s = []; await new Promise(done => { setTimeout(() => s.push('10'), 10); setTimeout(() => s.push('5'), 5); setTimeout(() => s.push('neg'), -5); setTimeout(() => s.push('nan'), NaN); setTimeout(() => s.push('none')); setTimeout(() => s.push('str'), '7'); setTimeout(done, 20) }); return s.join()`, Want: "neg,nan,none,5,str,10"},
		{Script: `return await new Promise(done => setTimeout((...args) => done(args.join()), 0, 'a', 1, undefined))`, Want: "a,1,"},
		{Script: `return await new Promise(done => setTimeout(function () { done(this === globalThis) }))`, Want: "true"},
		{Script: `const a = setTimeout(() => {}), b = setInterval(() => {}, 1e9), c = setTimeout(() => {}); clearInterval(b); return [a, b, c].join()`, Want: "1,2,3"},
		{Script: `let n = 0; return await new Promise(done => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); done(n) } }, 1) })`, Want: "3"},
		{Script: `let n = 0; return await new Promise(done => { const id = setInterval(() => { if (++n === 2) { clearTimeout(id); setTimeout(() => done(n), 10) } }, 1) })`, Want: "2"},
		{Script: `let n = 0; clearTimeout(setTimeout(() => n++)); await new Promise(done => setTimeout(done, 2)); return n`, Want: "0"},
		{Script: `let n = 0; const b = []; await new Promise(done => { setTimeout(() => clearTimeout(b[0])); b.push(setTimeout(() => n++)); setTimeout(done, 2) }); return n`, Want: "0"},
		{Script: `for (const v of [undefined, null, 0, -1, 1.5, NaN, Infinity, 'x', {}, 99]) { clearTimeout(v); clearInterval(v) } return 'fine'`, Want: "fine"},
		{Script: `let n = 0; const id = setTimeout(() => n++); clearTimeout(String(id)); await new Promise(done => setTimeout(done, 2)); return n`, Want: "0"},
		{Script: `let n = 0; const id = setTimeout(() => n++); clearTimeout(id + 0.5); await new Promise(done => setTimeout(done, 2)); return n`, Want: "1"},
		{Script: `setTimeout('alert(1)')`, Want: "thrown: TypeError: Failed to execute 'setTimeout' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'."},
		{Script: `setInterval()`, Want: "thrown: TypeError: Failed to execute 'setInterval' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'."},
		{Script: `setTimeout(() => {}, Symbol())`, Want: "thrown: TypeError: Cannot convert a Symbol value to a number"},
		{Script: `const s = []; setTimeout(() => s.push('timer')); queueMicrotask(() => s.push('microtask')); s.push('sync'); await new Promise(done => setTimeout(done, 1)); return s.join()`, Want: "sync,microtask,timer"},
		{Script: `const s = []; setTimeout(() => { s.push(1); queueMicrotask(() => s.push('1m')) }); setTimeout(() => s.push(2)); await new Promise(done => setTimeout(done, 1)); return s.join()`, Want: "1,1m,2"},
		{Script: `const s = []; const p = Promise.resolve().then(() => s.push('a')); queueMicrotask(() => { s.push('b'); queueMicrotask(() => s.push('d')) }); p.then(() => s.push('c')); await new Promise(done => setTimeout(done)); return s.join()`, Want: "a,b,c,d"},
		{Script: `queueMicrotask(5)`, Want: "thrown: TypeError: Failed to execute 'queueMicrotask' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'."},
		{Script: `await scheduler.wait(1); return String(scheduler) + typeof Scheduler`, Want: "[object Scheduler]function"},
		{Script: `return await scheduler.wait(-5)`, Want: "undefined"},
		{Script: `await scheduler.wait()`, Want: "thrown: TypeError: Failed to execute 'wait' on 'Scheduler': parameter 1 is not of type 'number'."},
		{Script: `await scheduler.wait(1, { signal: 1 })`, Want: "thrown: TypeError: Incorrect type for the 'signal' field on 'WaitOptions': the provided value is not of type 'AbortSignal'."},
		{Script: `await scheduler.wait(1e6, { signal: AbortSignal.abort('why') })`, Want: "thrown: why"},
		{Script: `const c = new AbortController(); setTimeout(() => c.abort('late'), 2); await scheduler.wait(1e6, { signal: c.signal })`, Want: "thrown: late"},
		{Script: `const c = new AbortController(); await scheduler.wait(1, { signal: c.signal }); c.abort(); return 'done'`, Want: "done"},
	}, globals())
}

// TestIdle: a timer taken back keeps nothing waiting, one that is due next year does not come now, and what waits
// for a timer that is gone hangs.
func TestIdle(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{Script: `await new Promise(done => clearTimeout(setTimeout(done, 1e6)))`, Want: "hung"},
		{Script: `const c = new AbortController(); scheduler.wait(1e6, { signal: c.signal }).catch(() => {}); c.abort(); await new Promise(() => {})`, Want: "hung"},
		{Script: `for (const ms of [2 ** 31, 2 ** 53, 1e300, Infinity]) setTimeout(() => { throw 'early' }, ms); await scheduler.wait(3); return 'fine'`, Want: "fine"},
	}, globals())
}

func TestUncaught(t *testing.T) {
	iso := jstest.New(t, globals())
	got := iso.Run(t, `
		let n = 0;
		setTimeout(() => { throw new Error('in timer') });
		queueMicrotask(() => { throw 'in microtask' });
		await new Promise(done => {
			const id = setInterval(() => { if (++n === 2) { clearInterval(id); setTimeout(done) } throw 'in interval ' + n }, 2);
		});
		return n`)
	if got != "2" {
		t.Errorf("the interval ran %s times", got)
	}
	if want := []string{"in microtask", "Error: in timer", "in interval 1", "in interval 2"}; !slices.Equal(iso.Uncaught, want) {
		t.Errorf("uncaught %q, want %q", iso.Uncaught, want)
	}
}

func TestGlobalScope(t *testing.T) {
	for _, script := range []string{`setTimeout(() => {})`, `setInterval(() => {})`, `clearTimeout(1)`, `await scheduler.wait(1)`} {
		iso := jstest.New(t, globals())
		iso.SetIOContext(false)
		if got := iso.Run(t, script); !strings.HasPrefix(got, "thrown: Error: Disallowed operation called within global scope.") {
			t.Errorf("%s outside a handler: %s", script, got)
		}
		if got := iso.Run(t, `return await new Promise(done => queueMicrotask(() => done('ran')))`); got != "ran" {
			t.Errorf("queueMicrotask outside a handler: %s", got)
		}
	}
}
