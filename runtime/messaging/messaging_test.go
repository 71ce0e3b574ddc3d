package messaging_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/messaging"
	"devserver/runtime/structuredclone"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
)

func globals() [][]webidl.Global {
	return [][]webidl.Global{
		messaging.Globals(), events.Globals(), structuredclone.Globals(), timers.Globals(),
		{webidl.ClassGlobal(webidl.DOMExceptionClass)},
	}
}

// prelude makes a channel whose messages are logged, and waits until what was posted has been delivered.
const prelude = `const { port1, port2 } = new MessageChannel(); const seen = [];
	const listen = (port = port2) => { port.onmessage = e => { seen.push(e.data) } };
	const tick = () => new Promise(r => setTimeout(r)); const result = () => seen.join();
`

// The expectations are what workerd does, but where a comment says otherwise.
func TestMessagePort(t *testing.T) {
	for _, c := range []jstest.Case{
		{`return [port1 instanceof EventTarget, port1 === port1, String(port1), port1.onmessage].join()`, "true,true,[object MessagePort],"},
		{`return new MessagePort()`, "thrown: TypeError: Illegal constructor"},
		{`listen(); port1.postMessage({ a: [1, new Date(5)] }); await tick(); return JSON.stringify(seen)`, `[{"a":[1,"1970-01-01T00:00:00.005Z"]}]`},
		{`const o = { a: 1 }; listen(); port1.postMessage(o); o.a = 2; await tick(); return seen[0].a`, "1"},

		// when messages come
		{`listen(); port1.postMessage('m'); Promise.resolve().then(() => seen.push('micro')); setTimeout(() => seen.push('timer')); seen.push('sync'); await tick(); return result()`, "sync,m,micro,timer"},
		{`port1.postMessage(1); port1.postMessage(2); await tick(); listen(); seen.push('set'); await tick(); return result()`, "set,1,2"},
		{`port1.postMessage(1); await tick(); port2.addEventListener('message', e => seen.push(e.data)); await tick(); return result()`, "1"},
		{`port1.postMessage(1); port2.start(); await tick(); listen(); await tick(); return result()`, ""},
		{`port2.onmessage = null; port1.postMessage(1); await tick(); return String(port2.onmessage) + result()`, "null"},
		{`listen(); listen(port1); port1.postMessage('to 2'); port2.postMessage('to 1'); await tick(); return result()`, "to 2,to 1"},
		{`port2.onmessage = e => { seen.push(e.data); throw new Error('lost') }; port1.postMessage(1); port1.postMessage(2); await tick(); return result()`, "1,2"},

		// the event; of workerd's, source is the port that gets it, and origin is null
		{`port2.onmessage = e => { seen.push(e.type, e.isTrusted, e.target === port2, e.bubbles, e.cancelable, e.origin, e.lastEventId, e.source, e.ports.length, Object.isFrozen(e.ports)) };
			port1.postMessage(1); await tick(); return result()`, "message,true,true,false,false,,,,0,true"},

		// closing
		{`listen(); port1.postMessage(1); port1.close(); port1.postMessage(2); port2.postMessage(3); await tick(); return result()`, "1"},
		{`for (const [n, p] of [[1, port1], [2, port2]]) p.addEventListener('close', e => seen.push(n + e.type)); port1.close(); seen.push('closed'); port1.close(); port2.close(); return result()`, "2close,1close,closed"},
		{`port1.close(); port1.postMessage(() => {})`, "thrown: DataCloneError: () => {} could not be cloned."},

		// what cannot be sent
		{`port1.postMessage(port2)`, `thrown: DataCloneError: Could not serialize object of type "MessagePort". This type does not support serialization.`},
		{`port1.postMessage(1, 5)`, "thrown: TypeError: Failed to execute 'postMessage' on 'MessagePort': parameter 2 is not of type 'Array or PostMessageOptions'."},
		{`port1.postMessage(1, { transfer: 5 })`, "thrown: TypeError: Incorrect type for the 'transfer' field on 'PostMessageOptions': the provided value is not of type 'Array'."},
		{`port1.postMessage(1, null); port1.postMessage(1, {}); port1.postMessage(1, [])`, "undefined"},

		// transfer, as the standard has it: workerd refuses it
		{`listen(); const b = new Uint8Array([1, 2]).buffer; port1.postMessage(b, [b]); await tick(); return [b.byteLength, new Uint8Array(seen[0])].join(';')`, "0;1,2"},
		{`listen(); const b = new ArrayBuffer(2); port1.postMessage(null, { transfer: [b] }); await tick(); return b.byteLength`, "0"},
		{`port1.postMessage(1, [port1])`, "thrown: DataCloneError: A MessagePort cannot be sent through itself."},
		{`const c = new MessageChannel(); port1.postMessage(1, [c.port1, c.port1])`, "thrown: DataCloneError: #<MessagePort> is detached or is transferred twice."},
		{`const c = new MessageChannel(); c.port1.close(); port1.postMessage(1, [c.port1])`, "thrown: DataCloneError: #<MessagePort> is detached or is transferred twice."},
		{`const c = new MessageChannel(); try { port1.postMessage(() => {}, [c.port1]) } catch {} listen(c.port2); c.port1.postMessage('still'); await tick(); return result()`, "still"},
		{`const c = new MessageChannel(); c.port2.postMessage('early'); let moved;
			port2.onmessage = e => { moved = e.ports[0]; seen.push(e.data.port === moved, moved !== c.port1); listen(moved) };
			port1.postMessage({ port: c.port1 }, [c.port1]); c.port2.postMessage('late'); await tick();
			listen(c.port2); moved.postMessage('back'); c.port1.postMessage('nowhere'); await tick(); return result()`, "true,true,early,late,back"},
		{`const c = new MessageChannel(); const moved = structuredClone(c.port1, { transfer: [c.port1] }); listen(c.port2); moved.postMessage('hi'); await tick(); return result()`, "hi"},
		{`listen(); port1.postMessage('lost', [port2]); await tick(); return result()`, ""},

		// a channel keeps nothing alive
		{`await new Promise(r => { port2.onmessage = r })`, "hung"},
	} {
		t.Run(c[0], func(t *testing.T) {
			if got := jstest.New(t, globals()...).Run(t, prelude+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// sink keeps what is logged.
type sink struct{ lines []string }

func (s *sink) Console(_ console.Level, text string) { s.lines = append(s.lines, text) }
func (s *sink) ConsoleSink() console.Sink            { return s }

// TestTransferNotice checks that a Worker's author is told, once, of what does not work once the Worker is deployed.
func TestTransferNotice(t *testing.T) {
	iso, host := jstest.New(t, globals()...), &sink{}
	iso.Host = host
	iso.Run(t, prelude+`port1.postMessage(1); port1.postMessage(1, []); for (let i = 0; i < 2; i++) port1.postMessage(1, [new ArrayBuffer(1)])`)
	if len(host.lines) != 1 {
		t.Errorf("said %q", host.lines)
	}
}
