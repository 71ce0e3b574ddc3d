package fetch_test

import (
	"encoding/json"
	"os"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/blob"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

func newIsolate(t testing.TB, env fetch.Environment) *jstest.Isolate {
	iso := jstest.New(t, fetch.Globals(), streams.Globals(), events.Globals(), blob.Globals(), weburl.Globals(),
		textcodec.Globals(), timers.Globals(), []webidl.Global{webidl.ClassGlobal(webidl.DOMExceptionClass)})
	fetch.Attach(iso.Realm, env)
	return iso
}

// TestWorkerd holds what scripts see against what workerd answered to the same scripts, testdata/workerd.json.
func TestWorkerd(t *testing.T) {
	data, err := os.ReadFile("testdata/workerd.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases [][2]string
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		script, want := c[0], c[1]
		departure, departs := departures[script]
		if departs {
			want = departure.want
		}
		seen[script] = true
		t.Run(script, func(t *testing.T) {
			got := newIsolate(t, fetch.Environment{Target: &origin{}}).Run(t, `
				const O = 'http://127.0.0.1:7481', env = {};
				try {
					const v = await (async () => {`+script+`})();
					return typeof v === 'string' ? v : v === undefined ? 'undefined' : JSON.stringify(v) ?? String(v);
				} catch (e) {
					return 'THROWS ' + String(e) + (e && e.retryable ? ' retryable' : '');
				}`)
			switch {
			case got != want:
				t.Errorf("got  %s\nwant %s", got, want)
			case departs && got == c[1]:
				t.Errorf("this is no departure (%s)", departure.why)
			}
		})
	}
	for script := range departures {
		if !seen[script] {
			t.Errorf("departures: no such script: %s", script)
		}
	}
}

// departures are the scripts to which the answer is another one here, and why.
var departures = map[string]departure{
	`return (Object.getPrototypeOf(Request).name + Object.getPrototypeOf(Body?.prototype ?? {}))`: {"Body[object Object]", inheritance},

	`return ([Headers.length, Request.length, Response.length, fetch.length, Headers.prototype.append.length].join())`:   {"0,1,0,1,2", standard},
	`return (String(new Headers())+String(new Request('http://a'))+String(new Response())+String(new Headers().keys()))`: {"[object Headers][object Request][object Response][object Headers Iterator]", standard},
	`return Object.prototype.toString.call(new Headers().entries())`:                                                     {"[object Headers Iterator]", standard},
	`return (Headers.prototype[Symbol.iterator].name)`:                                                                   {"entries", standard},
	`const r=new Request('http://a'); r.url='x'; return r.url`:                                                           {"THROWS TypeError: Cannot set property url of #<Request> which has only a getter", "the class layer always assigns as strict code does, and modules are strict"},
	`return (new Headers().forEach(5))`:                                                                                  {"THROWS TypeError: The callback is not a function", wording},
	`return (new Headers().get())`:                                                                                       {"THROWS TypeError: Failed to execute 'get' on 'Headers': 1 argument required, but only 0 present.", wording},
	`return (new Headers().append('a'))`:                                                                                 {"THROWS TypeError: Failed to execute 'append' on 'Headers': 2 arguments required, but only 1 present.", wording},
	`return (new Request())`:                                                                                             {"THROWS TypeError: Failed to construct 'Request': 1 argument required, but only 0 present.", wording},
	`return (Response.json())`:                                                                                           {"THROWS TypeError: Failed to execute 'json' on 'Response': 1 argument required, but only 0 present.", wording},
	`return (Response.redirect())`:                                                                                       {"THROWS TypeError: Failed to execute 'redirect' on 'Response': 1 argument required, but only 0 present.", wording},
	`return (fetch())`:                                                                                                   {"THROWS TypeError: Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': 1 argument required, but only 0 present.", wording},
	`return (new Headers({a:'1'}).entries() instanceof Iterator)`:                                                        {"THROWS ReferenceError: Iterator is not defined", engine},
	`return (new Headers({'':'1'}))`:                                                                                     {"THROWS TypeError: Invalid header name.", notHTTP},
	`return (new Headers({'é':'1'}))`:                                                                                    {"THROWS TypeError: Invalid header name.", notHTTP},
	`return (new Headers().get(''))`:                                                                                     {"THROWS TypeError: Invalid header name.", notHTTP},
	`return (new Response('x',{status:4294967496}).status)`:                                                              {"THROWS RangeError: Responses may only be constructed with status codes in the range 200 to 599, inclusive.", "one error for all statuses out of range"},
	`const r=await fetch('data:,x',{method:'POST',body:'x'}); return [r.status,[...r.headers],await r.text()]`: {`[200,[["content-type","text/plain;charset=US-ASCII"]],"x"]`, standard},
	`return (fetch('data:;base64,***'))`: {"THROWS TypeError: Fetch API cannot load: data:;base64,***", standard},
	`const c=new AbortController(); const p=fetch(O+'/echo',{signal:c.signal}); c.abort('zz'); return p`:                                                                                              {"THROWS zz", standard},
	`const c=new AbortController(); const r=await fetch(O+'/echo',{signal:c.signal}); c.abort('zz'); return r.text()`:                                                                                 {"THROWS zz", standard},
	`return (fetch(O+'/echo',{method:'POST',body:new ReadableStream({pull(c){c.error(new Error('uperr'))}})}).then(r=>r.text()))`:                                                                     {"THROWS Error: uperr", "a body that broke off must not look complete to the origin"},
	`const f=new FixedLengthStream(3); const w=f.writable.getWriter(); w.write(new Uint8Array(2)); w.close().catch(()=>0); return fetch(O+'/echo',{method:'POST',body:f.readable}).then(r=>r.text())`: {"THROWS TypeError: FixedLengthStream did not see all expected bytes before close().", "it says what is wrong"},
	`return (fetch(O+'/echo',{method:'POST',body:'x',headers:{'content-type':''}}).then(r=>r.text()))`:                                                                                                {"POST /echo content-length:1 content-type: x", "an empty header is sent, as every other one is"},
}

type departure struct{ want, why string }

const (
	standard    = "as the standard has it"
	wording     = "the class layer words it for all classes"
	engine      = "the engine's"
	notHTTP     = "it would not be HTTP on the wire"
	inheritance = "classes inherit the statics of their parents"
)
