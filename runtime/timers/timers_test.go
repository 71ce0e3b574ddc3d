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
		{`const s = []; await new Promise(done => { setTimeout(() => s.push('10'), 10); setTimeout(() => s.push('5'), 5); setTimeout(() => s.push('neg'), -5); setTimeout(() => s.push('nan'), NaN); setTimeout(() => s.push('none')); setTimeout(() => s.push('str'), '7'); setTimeout(done, 20) }); return s.join()`, "neg,nan,none,5,str,10"},
		{`return await new Promise(done => setTimeout((...args) => done(args.join()), 0, 'a', 1, undefined))`, "a,1,"},
		{`return await new Promise(done => setTimeout(function () { done(this === globalThis) }))`, "true"},
		{`const a = setTimeout(() => {}), b = setInterval(() => {}, 1e9), c = setTimeout(() => {}); clearInterval(b); return [a, b, c].join()`, "1,2,3"},
		{`let n = 0; return await new Promise(done => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); done(n) } }, 1) })`, "3"},
		{`let n = 0; return await new Promise(done => { const id = setInterval(() => { if (++n === 2) { clearTimeout(id); setTimeout(() => done(n), 10) } }, 1) })`, "2"},
		{`let n = 0; clearTimeout(setTimeout(() => n++)); await new Promise(done => setTimeout(done, 2)); return n`, "0"},
		{`let n = 0; const b = []; await new Promise(done => { setTimeout(() => clearTimeout(b[0])); b.push(setTimeout(() => n++)); setTimeout(done, 2) }); return n`, "0"},
		{`for (const v of [undefined, null, 0, -1, 1.5, NaN, Infinity, 'x', {}, 99]) { clearTimeout(v); clearInterval(v) } return 'fine'`, "fine"},
		{`let n = 0; const id = setTimeout(() => n++); clearTimeout(String(id)); await new Promise(done => setTimeout(done, 2)); return n`, "0"},
		{`let n = 0; const id = setTimeout(() => n++); clearTimeout(id + 0.5); await new Promise(done => setTimeout(done, 2)); return n`, "1"},
		{`setTimeout('alert(1)')`, "thrown: TypeError: Failed to execute 'setTimeout' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'."},
		{`setInterval()`, "thrown: TypeError: Failed to execute 'setInterval' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'."},
		{`setTimeout(() => {}, Symbol())`, "thrown: TypeError: Cannot convert a Symbol value to a number"},
		{`const s = []; setTimeout(() => s.push('timer')); queueMicrotask(() => s.push('microtask')); s.push('sync'); await new Promise(done => setTimeout(done, 1)); return s.join()`, "sync,microtask,timer"},
		{`const s = []; setTimeout(() => { s.push(1); queueMicrotask(() => s.push('1m')) }); setTimeout(() => s.push(2)); await new Promise(done => setTimeout(done, 1)); return s.join()`, "1,1m,2"},
		{`const s = []; const p = Promise.resolve().then(() => s.push('a')); queueMicrotask(() => { s.push('b'); queueMicrotask(() => s.push('d')) }); p.then(() => s.push('c')); await new Promise(done => setTimeout(done)); return s.join()`, "a,b,c,d"},
		{`queueMicrotask(5)`, "thrown: TypeError: Failed to execute 'queueMicrotask' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'."},
		{`await scheduler.wait(1); return String(scheduler) + typeof Scheduler`, "[object Scheduler]undefined"},
		{`return await scheduler.wait(-5)`, "undefined"},
		{`await scheduler.wait()`, "thrown: TypeError: Failed to execute 'wait' on 'Scheduler': parameter 1 is not of type 'number'."},
		{`await scheduler.wait(1, { signal: 1 })`, "thrown: TypeError: Incorrect type for the 'signal' field on 'WaitOptions': the provided value is not of type 'AbortSignal'."},
		{`await scheduler.wait(1e6, { signal: AbortSignal.abort('why') })`, "thrown: why"},
		{`const c = new AbortController(); setTimeout(() => c.abort('late'), 2); await scheduler.wait(1e6, { signal: c.signal })`, "thrown: late"},
		{`const c = new AbortController(); await scheduler.wait(1, { signal: c.signal }); c.abort(); return 'done'`, "done"},
	}, globals())
}

// TestIdle: a timer taken back keeps nothing waiting, one that is due next year does not come now, and what waits
// for a timer that is gone hangs.
func TestIdle(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`await new Promise(done => clearTimeout(setTimeout(done, 1e6)))`, "hung"},
		{`const c = new AbortController(); scheduler.wait(1e6, { signal: c.signal }).catch(() => {}); c.abort(); await new Promise(() => {})`, "hung"},
		{`for (const ms of [2 ** 31, 2 ** 53, 1e300, Infinity]) setTimeout(() => { throw 'early' }, ms); await scheduler.wait(3); return 'fine'`, "fine"},
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
