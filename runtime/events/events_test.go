package events_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

func globals() []webidl.Global {
	return append(events.Globals(), webidl.ClassGlobal(webidl.DOMExceptionClass))
}

func TestEvent(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const e = new Event('x'); return [e.type, e.bubbles, e.cancelable, e.composed, e.target, e.currentTarget, e.srcElement, e.eventPhase, e.isTrusted, e.timeStamp, e.composedPath().length].join()`,
			"x,false,false,false,,,,0,false,0,0"},
		{`const e = new Event('x', { bubbles: true, cancelable: 1, composed: 'y' }); return [e.bubbles, e.cancelable, e.composed].join()`, "true,true,true"},
		{`return new Event()`, "thrown: TypeError: Failed to construct 'Event': 1 argument required, but only 0 present."},
		{`return new Event('x', 5)`, "thrown: TypeError: The provided value is not of type 'object'."},
		{`return new Event('x', null).type + new Event(undefined).type`, "xundefined"},
		{`return new Event(Symbol())`, "thrown: TypeError: Cannot convert a Symbol value to a string"},
		{`return [Event.NONE, Event.CAPTURING_PHASE, new Event('x').AT_TARGET, Event.prototype.BUBBLING_PHASE].join()`, "0,1,2,3"},
		{`const e = new Event('x', { cancelable: true }); e.preventDefault(); return [e.defaultPrevented, e.returnValue].join()`, "true,false"},
		{`const e = new Event('x'); e.preventDefault(); return e.defaultPrevented`, "false"},
		{`const e = new Event('x', { cancelable: true }); e.returnValue = true; const before = e.defaultPrevented; e.returnValue = false; return [before, e.defaultPrevented].join()`, "false,true"},
		{`const e = new Event('x'); e.cancelBubble = true; e.cancelBubble = false; return e.cancelBubble`, "true"},
		{`const e = new Event('x', { cancelable: true }); e.preventDefault(); e.initEvent('y', true); return [e.type, e.bubbles, e.cancelable, e.defaultPrevented].join()`, "y,true,false,false"},
		{`class Mine extends Event { constructor() { super('mine'); this.k = 9 } }
		  const t = new EventTarget(); let k; t.addEventListener('mine', e => k = e.k + (e instanceof Mine)); t.dispatchEvent(new Mine()); return k`, "10"},
		{`return new CustomEvent('x', { detail: { a: 1 } }).detail.a + String(new CustomEvent('x').detail)`, "1null"},
		{`const e = new CustomEvent('x'); e.initCustomEvent('y', false, true, 7); return [e.type, e.cancelable, e.detail].join()`, "y,true,7"},
		{`const e = new ErrorEvent('error', { message: 'm', filename: 'f', lineno: 3, colno: 4, error: 7 }); return [e.message, e.filename, e.lineno, e.colno, e.error].join()`, "m,f,3,4,7"},
		{`const e = new ErrorEvent('error'); return [e.message, e.filename, e.lineno, e.colno, e.error].join('|')`, "||0|0|"},
		{`const p = Promise.resolve(); const e = new PromiseRejectionEvent('x', { promise: p, reason: 4 }); return [e.promise === p, e.reason].join()`, "true,4"},
		{`return new PromiseRejectionEvent('x', {})`, "thrown: TypeError: Failed to construct 'PromiseRejectionEvent': required member promise is undefined."},
		{`const e = new MessageEvent('message', { data: 1, origin: 'o', lastEventId: 'l', ports: [] }); return [e.data, e.origin, e.lastEventId, e.source, e.ports, e.ports === e.ports, Object.isFrozen(e.ports)].join('|')`, "1|o|l|||true|true"},
		{`const e = new MessageEvent('message'); return [String(e.data), e.origin, e.lastEventId, e.source, e.ports.length, e.ports === e.ports].join('|')`, "null||||0|true"},
		{`const e = new CloseEvent('close', { code: 1000, reason: 'r', wasClean: true }); return [e.code, e.reason, e.wasClean].join()`, "1000,r,true"},
		{`const e = new CloseEvent('close'); return [e.code, e.reason, e.wasClean].join()`, "0,,false"},
		{`return [CustomEvent, ErrorEvent, MessageEvent, CloseEvent].every(c => new c('x') instanceof Event)`, "true"},
		{`return Object.getOwnPropertyDescriptor(Event.prototype, 'type').get.call({})`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`return Object.getOwnPropertyDescriptor(CloseEvent.prototype, 'code').get.call(new Event('x'))`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
	}, globals())
}

func TestEventTarget(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const t = new EventTarget(); const seen = [];
		  const f = function (e) { seen.push(this === t, e.eventPhase, e.target === t, e.currentTarget === t, e.srcElement === t, e.composedPath()[0] === t, e.isTrusted) };
		  t.addEventListener('x', f); const e = new Event('x'); seen.push(t.dispatchEvent(e));
		  seen.push(e.eventPhase, e.currentTarget, e.target === t, e.composedPath().length); return seen.join()`,
			"true,2,true,true,true,true,false,true,0,,true,0"},
		{`const t = new EventTarget(); let s = ''; t.addEventListener('x', () => s += 'bubble'); t.addEventListener('x', () => s += 'capture ', true); t.dispatchEvent(new Event('x')); return s`, "capture bubble"},
		{`const t = new EventTarget(); let s = ''; t.addEventListener('x', e => { s += 'a'; e.stopPropagation() }, { capture: true }); t.addEventListener('x', () => s += 'b', true); t.addEventListener('x', () => s += 'c'); t.dispatchEvent(new Event('x')); return s`, "ab"},
		{`const t = new EventTarget(); let s = ''; t.addEventListener('x', e => { s += 'a'; e.stopImmediatePropagation() }); t.addEventListener('x', () => s += 'b'); t.dispatchEvent(new Event('x')); t.dispatchEvent(new Event('x')); return s`, "aa"},
		{`const t = new EventTarget(); let n = 0; t.addEventListener('x', () => n++, { once: true }); t.dispatchEvent(new Event('x')); t.dispatchEvent(new Event('x')); return n`, "1"},
		{`const t = new EventTarget(); let n = 0; t.addEventListener('x', () => { n++; if (n < 3) t.dispatchEvent(new Event('x')) }, { once: true }); t.dispatchEvent(new Event('x')); return n`, "1"},
		{`const t = new EventTarget(); let n = 0; const f = () => n++; t.addEventListener('x', f); t.addEventListener('x', f); t.addEventListener('x', f, { once: true }); t.addEventListener('x', f, true); t.dispatchEvent(new Event('x')); return n`, "2"},
		{`const t = new EventTarget(); let n = 0; const f = () => n++; t.addEventListener('x', f); t.addEventListener('x', f, true); t.removeEventListener('x', f); t.dispatchEvent(new Event('x')); t.removeEventListener('x', f, { capture: true }); t.dispatchEvent(new Event('x')); return n`, "1"},
		{`const t = new EventTarget(); let s = ''; const b = () => s += 'b'; t.addEventListener('x', () => { s += 'a'; t.removeEventListener('x', b); t.addEventListener('x', () => s += 'c') }); t.addEventListener('x', b); t.dispatchEvent(new Event('x')); s += '|'; t.dispatchEvent(new Event('x')); return s`, "a|ac"},
		{`const t = new EventTarget(); const e = new Event('x', { cancelable: true }); t.addEventListener('x', e => e.preventDefault()); return [t.dispatchEvent(e), e.defaultPrevented].join()`, "false,true"},
		{`const t = new EventTarget(); const e = new Event('x', { cancelable: true }); t.addEventListener('x', e => e.preventDefault(), { passive: true }); return [t.dispatchEvent(e), e.defaultPrevented].join()`, "true,false"},
		{`const t = new EventTarget(); const o = { handleEvent(e) { this.seen = e.type } }; t.addEventListener('x', o); t.dispatchEvent(new Event('x')); return o.seen`, "x"},
		{`const t = new EventTarget(); const o = {}; t.addEventListener('x', o); o.handleEvent = () => o.late = true; t.dispatchEvent(new Event('x')); return o.late`, "true"},
		{`const t = new EventTarget(); const f = () => { throw 'handleEvent of a function was read' }; Object.defineProperty(f, 'handleEvent', { get: f }); let n = 0; const g = () => n++; Object.defineProperty(g, 'handleEvent', { get: f }); t.addEventListener('x', g); t.dispatchEvent(new Event('x')); return n`, "1"},
		{`const t = new EventTarget(); t.addEventListener('x', null); t.addEventListener('x', undefined); t.removeEventListener('x', null); return t.dispatchEvent(new Event('x'))`, "true"},
		{`new EventTarget().addEventListener('x', 5)`, "thrown: TypeError: Failed to execute 'addEventListener' on 'EventTarget': parameter 2 is not of type 'function or HandlerObject'."},
		{`new EventTarget().addEventListener('x')`, "thrown: TypeError: Failed to execute 'addEventListener' on 'EventTarget': 2 arguments required, but only 1 present."},
		{`new EventTarget().addEventListener('x', () => {}, { signal: null })`, "thrown: TypeError: Incorrect type for the 'signal' field on 'AddEventListenerOptions': the provided value is not of type 'AbortSignal'."},
		{`const t = new EventTarget(), c = new AbortController(); let n = 0; t.addEventListener('x', () => n++, { signal: c.signal }); t.dispatchEvent(new Event('x')); c.abort(); t.dispatchEvent(new Event('x')); return n`, "1"},
		{`const t = new EventTarget(); let n = 0; t.addEventListener('x', () => n++, { signal: AbortSignal.abort() }); t.dispatchEvent(new Event('x')); return n`, "0"},
		{`const t = new EventTarget(), c = new AbortController(); let s = ''; t.addEventListener('x', () => { s += 'a'; c.abort() }); t.addEventListener('x', () => s += 'b', { signal: c.signal }); t.dispatchEvent(new Event('x')); return s`, "a"},
		{`new EventTarget().dispatchEvent({})`, "thrown: TypeError: Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'."},
		{`const t = new EventTarget(); let caught; t.addEventListener('x', e => { try { t.dispatchEvent(e) } catch (err) { caught = err } }); t.dispatchEvent(new Event('x')); return caught`, "InvalidStateError: The event is already being dispatched."},
		{`const t = new EventTarget(), e = new Event('x'); let n = 0; t.addEventListener('x', e => { n++; e.stopPropagation(); e.initEvent('y') }); t.dispatchEvent(e); t.dispatchEvent(e); return n + e.type`, "2x"},
		{`class Foo extends EventTarget { constructor() { super(); this.a = 1 } fire() { return this.dispatchEvent(new Event('x')) } }
		  const f = new Foo(); let self; f.addEventListener('x', e => self = e.target); f.fire(); return self === f && f instanceof EventTarget && f.a`, "1"},
		{`EventTarget.prototype.addEventListener.call({}, 'x', () => {})`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`let self; addEventListener('x', function (e) { self = this === globalThis && e.target === globalThis }); globalThis.dispatchEvent(new Event('x')); return self`, "true"},
		{`let n = 0; const f = () => n++; globalThis.addEventListener('x', f); removeEventListener('x', f); dispatchEvent(new Event('x')); return n`, "0"},
	}, globals())
}

// TestListenerExceptions: what a listener throws goes to the realm's owner and stops nothing.
func TestListenerExceptions(t *testing.T) {
	iso := jstest.New(t, globals())
	got := iso.Run(t, `
		const t = new EventTarget(), c = new AbortController(); let s = '';
		t.addEventListener('x', () => { throw new Error('first') });
		t.addEventListener('x', {});
		t.addEventListener('x', { get handleEvent() { throw 'third' } });
		t.addEventListener('x', () => s += 'reached');
		const wanted = t.dispatchEvent(new Event('x')); s += wanted;
		c.signal.onabort = () => { throw 'fourth' };
		c.abort();
		reportError('fifth');
		return s`)
	if want := "reachedtrue"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := []string{"Error: first", "TypeError: The listener's handleEvent is not a function.", "third", "fourth", "fifth"}
	if !slices.Equal(iso.Uncaught, want) {
		t.Errorf("uncaught %q, want %q", iso.Uncaught, want)
	}
}

func TestAbort(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return new AbortSignal()`, "thrown: TypeError: Illegal constructor"},
		{`const c = new AbortController(); return [c.signal === c.signal, c.signal.aborted, c.signal.reason, c.signal instanceof EventTarget, c.signal].join()`, "true,false,,true,[object AbortSignal]"},
		{`const c = new AbortController(); c.abort(); const r = c.signal.reason; return [c.signal.aborted, r instanceof DOMException, r.name, r.message, r.code].join()`, "true,true,AbortError,The operation was aborted,20"},
		{`const c = new AbortController(); c.abort('why'); c.abort('again'); return c.signal.reason`, "why"},
		{`return [AbortSignal.abort(undefined).reason.name, AbortSignal.abort(null).reason, AbortSignal.abort(0).reason].join()`, "AbortError,,0"},
		{`AbortSignal.abort('why').throwIfAborted()`, "thrown: why"},
		{`return new AbortController().signal.throwIfAborted()`, "undefined"},
		{`const c = new AbortController(); const s = []; c.signal.addEventListener('abort', e => s.push(e.type, e.isTrusted, e.target === c.signal, e.constructor === Event)); c.abort(); c.abort(); return s.join()`, "abort,true,true,true"},
		{`const c = new AbortController(), s = []; c.signal.addEventListener('abort', () => s.push(1)); c.signal.onabort = () => s.push('dropped'); c.signal.addEventListener('abort', () => s.push(3)); c.signal.onabort = function () { s.push(this === c.signal) }; c.abort(); return s.join()`, "1,true,3"},
		{`const c = new AbortController(), s = []; c.signal.onabort = () => s.push(1); c.signal.onabort = null; c.abort(); return s.length + String(c.signal.onabort)`, "0null"},
		{`const s = new AbortController().signal, o = {}; s.onabort = 5; const a = s.onabort; s.onabort = o; return [String(a), s.onabort === o].join()`, "null,true"},
		{`const c = new AbortController(); c.signal.onabort = {}; c.abort(); return c.signal.aborted`, "true"},
		{`const s = AbortSignal.timeout(5); const seen = await new Promise(resolve => { s.onabort = e => resolve(e.isTrusted) }); return [seen, s.aborted, s.reason, s.reason.name, s.reason.code].join()`, "true,true,TimeoutError: The operation was aborted due to timeout,TimeoutError,23"},
		{`AbortSignal.timeout()`, "thrown: TypeError: Failed to execute 'timeout' on 'AbortSignal': 1 argument required, but only 0 present."},
		{`const s = AbortSignal.timeout(-1); await new Promise(resolve => s.onabort = resolve); return s.aborted`, "true"},
		{`return [AbortSignal.timeout(Infinity).aborted, AbortSignal.timeout(1e300).aborted].join()`, "false,false"},
		{`const s = []; const t = [20, 1, 10].map(ms => { const t = AbortSignal.timeout(ms); return new Promise(resolve => t.onabort = () => { s.push(ms); resolve() }) }); await Promise.all(t); return s.join()`, "1,10,20"},
		{`const c = new AbortController(), a = AbortSignal.any([new AbortController().signal, c.signal]); c.abort('r'); return [a.aborted, a.reason].join()`, "true,r"},
		{`return AbortSignal.any([AbortSignal.abort('first'), AbortSignal.abort('second')]).reason`, "first"},
		{`return AbortSignal.any([]).aborted`, "false"},
		{`AbortSignal.any([1])`, "thrown: TypeError: Incorrect type for array element 0: the provided value is not of type 'AbortSignal'."},
		{`AbortSignal.any(5)`, "thrown: TypeError: The provided value cannot be converted to a sequence."},
		{`const c = new AbortController(), a = AbortSignal.any([c.signal]), b = AbortSignal.any([a, c.signal]), s = [];
		  b.onabort = () => s.push('b'); a.onabort = () => s.push('a'); c.signal.onabort = () => s.push('c', a.aborted, b.aborted, a.reason === c.signal.reason); c.abort(); return s.join()`, "c,true,true,true,a,b"},
		{`const c = new AbortController(), a = AbortSignal.any([c.signal]); let n = 0; a.onabort = () => n++; c.signal.onabort = () => { c.abort('again') }; c.abort(); return n`, "1"},
		{`return Object.getOwnPropertyDescriptor(AbortSignal.prototype, 'onabort').get.call(new EventTarget())`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`return Object.getOwnPropertyNames(AbortSignal).join()`, "length,name,prototype,abort,timeout,any"},
	}, globals())
}

// TestGoSide: abort algorithms run before listeners, and what only Go sees makes no object.
func TestGoSide(t *testing.T) {
	iso := jstest.New(t, globals())
	var order []string
	var gone *events.AbortSignal
	iso.Loop.Do(func() {
		s := events.NewAbortSignal(iso.Realm)
		s.Listen("abort", func(e *events.Event) { order = append(order, "listener of "+e.Type()) })
		s.OnAbort(func() { order = append(order, "algorithm") })
		remove := s.OnAbort(func() { order = append(order, "removed") })
		remove()
		iso.VM.Set("signal", s.Object())
		iso.VM.Set("push", func(what string) { order = append(order, what) })

		follower := events.AnyAbortSignal(iso.Realm, s)
		follower.OnAbort(func() { order = append(order, "follower "+follower.Reason().String()) })
		gone = follower
	})
	iso.Run(t, `signal.onabort = () => push('script')`)
	iso.Loop.Do(func() {
		webidlSignal, ok := webidl.As[*events.AbortSignal](iso.Realm, iso.VM.Get("signal"))
		if !ok {
			t.Fatal("no signal")
		}
		webidlSignal.SignalAbort(iso.String("stop"))
		gone.OnAbort(func() { order = append(order, "too late") })
	})
	if got, want := strings.Join(order, ", "), "algorithm, listener of abort, script, follower stop"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !gone.Aborted() || gone.Reason().String() != "stop" {
		t.Error("the follower is not aborted")
	}
}

// TestFire: events of Go's making reach scripts as trusted ones, with what Go put in them.
func TestFire(t *testing.T) {
	iso := jstest.New(t, globals())
	iso.Run(t, `
		globalThis.seen = [];
		addEventListener('message', e => seen.push(e.data, e.isTrusted, e instanceof MessageEvent));
		addEventListener('error', e => seen.push(e.message, e.error, e.lineno, e instanceof ErrorEvent));
		addEventListener('close', e => seen.push(e.code, e.reason, e.wasClean));
		addEventListener('unhandledrejection', e => { seen.push(e.reason); e.preventDefault() });`)
	var wanted bool
	iso.Loop.Do(func() {
		target := events.GlobalTarget(iso.Realm)
		target.Fire(events.NewMessageEvent(iso.Realm, "message", iso.String("hi")))
		failure := events.NewErrorEvent(iso.Realm, "broken", iso.Int(7))
		failure.Line = 3
		target.Fire(failure)
		target.Fire(events.NewCloseEvent(iso.Realm, 1001, "bye", true))
		wanted = target.Fire(events.NewPromiseRejectionEvent(iso.Realm, "unhandledrejection", goja.Undefined(), iso.String("why")))
	})
	if wanted {
		t.Error("preventDefault had no effect")
	}
	if got, want := iso.Run(t, `return seen.join()`), "hi,true,true,broken,7,3,true,1001,bye,true,why"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGlobalScope(t *testing.T) {
	for script, want := range map[string]string{
		`AbortSignal.timeout(1)`: "thrown: Error: Disallowed operation called within global scope.",
		`new AbortController()`:  "undefined", `AbortSignal.abort()`: "undefined", `AbortSignal.any([])`: "undefined",
	} {
		iso := jstest.New(t, globals())
		iso.SetIOContext(false)
		if got := iso.Run(t, script); !strings.HasPrefix(got, want) {
			t.Errorf("%s outside a handler: %s", script, got)
		}
		iso.SetIOContext(true)
		if got := iso.Run(t, script); got != "undefined" {
			t.Errorf("%s in a handler: %s", script, got)
		}
	}
}
