package runtime_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime"
	"devserver/runtime/queue"
	"devserver/runtime/webidl"
)

// sink is a queue that keeps what it is sent.
type sink struct{ got []queue.Outgoing }

func (s *sink) Send(messages []queue.Outgoing, batch bool) (queue.Metrics, error) {
	if err := queue.Check(messages, batch); err != nil {
		return queue.Metrics{}, err
	}
	before := s.Metrics()
	s.got = append(s.got, messages...)
	return before, nil
}

func (s *sink) Metrics() queue.Metrics {
	m := queue.Metrics{Count: len(s.got)}
	for _, o := range s.got {
		m.Bytes += o.Body.Size()
		m.Oldest = time.UnixMilli(0).Add(time.Second)
	}
	return m
}

type queueBinding struct{ *sink }

func (queueBinding) Name() string                       { return "Q" }
func (b queueBinding) Value(r *webidl.Realm) goja.Value { return queue.New(r, b.sink) }

func TestQueueProducer(t *testing.T) {
	const illegal = "TypeError: Illegal invocation"
	for _, test := range []struct{ call, want string }{
		{`Q.send()`, "TypeError: Failed to execute 'send' on 'WorkerQueue': parameter 1 is not of type 'Value'."},
		{`Q.send(undefined)`, "TypeError: Message body cannot be undefined"},
		{`Q.send(null)`, `json null`},
		{`Q.send({ a: 1, d: new Date(0), u: undefined })`, `json {"a":1,"d":"1970-01-01T00:00:00.000Z"}`},
		{`Q.send(() => 1)`, `Error: "undefined" is not valid JSON (15000)`},
		{`Q.send(1n)`, "TypeError: Do not know how to serialize a BigInt"},
		{`Q.send("t", { contentType: "text" })`, "text t"},
		{`Q.send("t", { contentType: "TEXT" })`, "text t"},
		{`Q.send(1, { contentType: "text" })`, `TypeError: Content Type "text" requires a value of type string, but received: number`},
		{`Q.send({}, { contentType: "text" })`, `TypeError: Content Type "text" requires a value of type string, but received: object`},
		{`Q.send(null, { contentType: "text" })`, `TypeError: Content Type "text" requires a value of type string, but received: object`},
		{`Q.send("x", { contentType: "bytes" })`, `TypeError: Content Type "bytes" requires a value of type ArrayBufferView, but received: string`},
		{`Q.send(new ArrayBuffer(3), { contentType: "bytes" })`, `TypeError: Content Type "bytes" requires a value of type ArrayBufferView, but received: object`},
		{`Q.send(new Uint16Array([1, 0x4142]).subarray(1), { contentType: "bytes" })`, "bytes BA"},
		{`Q.send(new Map([[1, new Set([2])]]), { contentType: "v8" })`, "v8 "},
		{`Q.send(() => 1, { contentType: "v8" })`, "DataCloneError: () => 1 could not be cloned."},
		{`Q.send("x", { contentType: "xml" })`, "TypeError: Unsupported queue message content type: xml"},
		{`Q.send("x", "y")`, "TypeError: Failed to execute 'send' on 'WorkerQueue': parameter 2 is not of type 'SendOptions'."},
		{`Q.send("x", null)`, `json "x"`},
		{`Q.send("x", { contentType: 1 })`, "TypeError: Unsupported queue message content type: 1"},
		{`Q.send("x", { delaySeconds: "abc" })`, `json "x" +0`},
		{`Q.send("x", { delaySeconds: 1.5 })`, `json "x" +1`},
		{`Q.send("x", { delaySeconds: NaN })`, `json "x" +0`},
		{`Q.send("x", { delaySeconds: 86400 })`, `json "x" +86400`},
		{`Q.send("x", { delaySeconds: 86401 })`, "Error: message delay 86401 is invalid: it is from 0 to 86400 seconds (15000)"},
		{`Q.send("x", { delaySeconds: -1 })`, "Error: message delay -1 is invalid: it is from 0 to 86400 seconds (15000)"},
		{`Q.send("x", { delaySeconds: 1e12 })`, "TypeError: Value out of range. Must be between -2147483648 and 2147483647 (inclusive)."},
		{`Q.send("x".repeat(128000), { contentType: "text" })`, "text " + strings.Repeat("x", 128_000)},
		{`Q.send("x".repeat(128001), { contentType: "text" })`, "Error: message length of 128001 bytes exceeds limit of 128000 (15000)"},
		{`Q.send("x".repeat(127999))`, "Error: message length of 128001 bytes exceeds limit of 128000 (15000)"},
		{`Q.sendBatch()`, "TypeError: Failed to execute 'sendBatch' on 'WorkerQueue': parameter 1 is not of type 'Sequence'."},
		{`Q.sendBatch("ab")`, "TypeError: Failed to execute 'sendBatch' on 'WorkerQueue': parameter 1 is not of type 'Sequence'."},
		{`Q.sendBatch([])`, "TypeError: sendBatch() requires at least one message"},
		{`Q.sendBatch([1])`, "TypeError: Incorrect type: the provided value is not of type 'MessageSendRequest'."},
		{`Q.sendBatch([{}])`, "TypeError: Message body cannot be undefined"},
		{`Q.sendBatch([{ body: "a" }, { body: { b: 1 }, contentType: "json", delaySeconds: 1 }], { delaySeconds: 7 })`, `json "a" +7, json {"b":1} +1`},
		{`Q.sendBatch([{ body: "a", contentType: "TEXT" }])`, "TypeError: Unsupported queue message content type: TEXT"},
		{`Q.sendBatch([{ body: "a", contentType: "foo" }])`, "TypeError: Unsupported queue message content type: foo"},
		{`Q.sendBatch((function* () { yield { body: 1 }; yield { body: 2 } })())`, "json 1, json 2"},
		{`Q.sendBatch(new Set([{ body: 1 }]))`, "json 1"},
		{`Q.sendBatch(Array.from({ length: 101 }, (_, i) => ({ body: i })))`, "Error: batch message count of 101 exceeds limit of 100 (15000)"},
		{`Q.sendBatch([{ body: "x".repeat(128001), contentType: "text" }])`, "Error: message in batch has length 128001 bytes which exceeds single message size limit of 128000 (15000)"},
		{`Q.sendBatch([1, 2, 3].map(() => ({ body: "x".repeat(100000), contentType: "text" })))`, "Error: batch size of 300000 bytes exceeds limit of 288000 (15000)"},
		{`(0, Q.send)(1)`, illegal},
		{`Q.metrics().then(JSON.stringify).then((text) => { throw text })`, `{"backlogCount":0,"backlogBytes":0}`},
		{`Q.send(1).then(() => Q.metrics()).then(JSON.stringify).then((text) => { throw text })`, `{"backlogCount":1,"backlogBytes":1,"oldestMessageTimestamp":"1970-01-01T00:00:01.000Z"}`},
	} {
		s := &sink{}
		w, _ := load(t, fetchScript(`const Q = env.Q; try { await (`+test.call+`) } catch (e) { return new Response(e.name ? e.name + ": " + e.message : e) } return new Response("sent")`),
			func(o *runtime.Options) { o.Bindings = append(o.Bindings, queueBinding{s}) })
		got := answer(t, w)
		if got == "sent" {
			var list []string
			for _, m := range s.got {
				text := fmt.Sprintf("%s %s", m.Body.Type, m.Body.Data)
				if m.Delay != nil {
					text += fmt.Sprintf(" +%d", *m.Delay)
				}
				list = append(list, text)
			}
			got = strings.Join(list, ", ")
		}
		if got != test.want && !(test.want == illegal && strings.HasPrefix(got, illegal)) {
			t.Errorf("%.100s: %.200s, want %.200s", test.call, got, test.want)
		}
	}
}

func answer(t *testing.T, w *runtime.Worker) string {
	t.Helper()
	res, err := w.RoundTrip(httptest.NewRequest("GET", "http://a.test/", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	return string(body)
}

// TestQueueProducerOfOldWorkers has the default content type (queues_json_messages) and the errors
// (queue_expose_error_codes) of older compatibility dates.
func TestQueueProducerOfOldWorkers(t *testing.T) {
	s := &sink{} // before queues_json_messages and queue_expose_error_codes
	w, _ := load(t, fetchScript(`await env.Q.send(new Map([[1, 2]])); const out = []
		for (const f of [() => env.Q.send("x".repeat(200000), { contentType: "text" }), () => env.Q.send(1, { delaySeconds: -1 }), () => env.Q.sendBatch([{ body: () => 1, contentType: "json" }])])
			await f().catch((e) => out.push(e.message))
		return new Response(out.join("; "))`), func(o *runtime.Options) {
		compatibility(t, "2024-03-01")(o)
		o.Bindings = append(o.Bindings, queueBinding{s})
	})
	if got, want := answer(t, w), "Queue send failed: message length of 200000 bytes exceeds limit of 128000; Queue send failed: Internal Server Error; Queue sendBatch failed: Internal Server Error"; got != want {
		t.Error(got)
	}
	if len(s.got) != 1 || s.got[0].Body.Type != queue.V8 {
		t.Errorf("%+v", s.got)
	}
}

// sent are messages that a script has sent.
func sent(t *testing.T, expressions ...string) *queue.Batch {
	t.Helper()
	s := &sink{}
	w, _ := load(t, fetchScript("await env.Q.sendBatch(["+strings.Join(expressions, ",")+"]); return new Response('')"),
		func(o *runtime.Options) { o.Bindings = append(o.Bindings, queueBinding{s}) })
	answer(t, w)
	b := &queue.Batch{Queue: "jobs", Metrics: queue.Metrics{Count: 3, Bytes: 4}}
	for i, m := range s.got {
		b.Messages = append(b.Messages, queue.Message{ID: string(rune('a' + i)), Timestamp: time.UnixMilli(1000), Body: m.Body, Attempts: i + 1})
	}
	return b
}

func TestQueueConsumer(t *testing.T) {
	for _, test := range []struct {
		name, handler string
		want          runtime.Outcome
		verdict       string // of a and b: - is acknowledged, + again, with the delay
		log, err      string
	}{
		{"what it gets", `queue(b) { const m = b.messages[0]; console.log(b.constructor.name, JSON.stringify(b), m.constructor.name, Array.isArray(b.messages), m.timestamp instanceof Date, b.messages[1].body.get(1).has(2), Object.keys(m).join()) }`,
			"ok", "--", `QueueController {"metadata":{"metrics":{"backlogCount":3,"backlogBytes":4}},"queue":"jobs","messages":[{"attempts":1,"body":{"x":1},"timestamp":"1970-01-01T00:00:01.000Z","id":"a"},{"attempts":2,"body":{},"timestamp":"1970-01-01T00:00:01.000Z","id":"b"}]} QueueMessage true true true attempts,body,timestamp,id`, ""},
		{"throws", `queue() { throw new Error("boom") }`, "exception", "++", "", "Error: boom"},
		{"retryAll", `queue(b) { b.retryAll() }`, "ok", "++", "", ""},
		{"retryAll later", `queue(b) { b.retryAll({ delaySeconds: 9 }) }`, "ok", "+9+9", "", ""},
		{"retry one", `queue(b) { b.messages[0].retry() }`, "ok", "+-", "", ""},
		{"retry one later", `queue(b) { b.messages[1].retry({ delaySeconds: 5 }); b.messages[1].retry() }`, "ok", "-+5", "", ""},
		{"acknowledged before it throws", `queue(b) { b.messages[0].ack(); throw new Error("x") }`, "exception", "-+", "", "Error: x"},
		{"all acknowledged before it throws", `queue(b) { b.ackAll(); throw new Error("x") }`, "exception", "--", "", "Error: x"},
		{"one first, then all", `queue(b) { b.messages[0].ack(); b.retryAll() }`, "ok", "-+", "", ""},
		{"one first, then all of them", `queue(b) { b.messages[0].retry({ delaySeconds: 1 }); b.ackAll() }`, "ok", "+1-", "", ""},
		{"the first counts", `queue(b) { const [m, n] = b.messages; m.ack(); m.retry(); n.retry(); n.ack() }`, "ok", "-+",
			"Received a call to retry() on message a after ack() was already called. Calling retry() on a message after calling ack() has no effect.\n" +
				"Received a call to ack() on message b after retry() was already called. Calling ack() on a message after calling retry() has no effect.", ""},
		{"all first", `queue(b) { const [m] = b.messages; b.retryAll(); b.ackAll(); m.ack(); }`, "ok", "++",
			"Received a call to ackAll() after retryAll() was already called. Calling ackAll() after calling retryAll() has no effect.\n" +
				"Received a call to ack() on message a after retryAll() was already called. Calling ack() on a message after calling retryAll() has no effect.", ""},
		{"all acknowledged first", `queue(b) { b.ackAll(); b.retryAll(); b.messages[0].retry(); }`, "ok", "--",
			"Received a call to retryAll() after ackAll() was already called. Calling retryAll() after calling ackAll() has no effect.\n" +
				"Received a call to retry() on message a after ackAll() was already called. Calling retry() on a message after calling ackAll() has no effect.", ""},
		{"wrong options", `queue(b) { b.messages[0].retry("x") }`, "exception", "++", "", "TypeError: Failed to execute 'retry' on 'QueueMessage': parameter 1 is not of type 'QueueRetryOptions'."},
		{"waitUntil is waited for", `queue(b, env, ctx) { ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("done"); r() }, 5))) }`, "ok", "--", "done", ""},
		{"waitUntil fails", `queue(b, env, ctx) { ctx.waitUntil(Promise.reject(new Error("late"))) }`, "exception", "++", "Error: late", ""},
		{"hangs", `queue() { return new Promise(() => {}) }`, "exception", "++", "", "had hung"},
		{"is not there", ``, "exception", "++", "", "Handler does not export a queue() function."},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := sent(t, `{ body: { x: 1 } }`, `{ body: new Map([[1, new Set([2])]]), contentType: "v8" }`)
			w, log := load(t, handlers(test.handler), nil)
			got := w.Dispatch(t.Context(), "default", runtime.Queue{Batch: b})
			check(t, got, test.want, test.err)
			verdict := ""
			for _, id := range []string{"a", "b"} {
				again, delay := b.Verdict(id, got.Outcome != runtime.OK)
				if !again {
					verdict += "-"
					continue
				}
				if verdict += "+"; delay != nil {
					verdict += fmt.Sprint(*delay)
				}
			}
			if said := strings.Join(log.lines, "\n") + log.reported(); verdict != test.verdict || said != test.log {
				t.Errorf("%s, said %q\nwant %s and %q", verdict, said, test.verdict, test.log)
			}
		})
	}
}

func TestQueueWithoutWaitUntil(t *testing.T) {
	w, log := load(t, handlers(`queue(b, env, ctx) { ctx.waitUntil(new Promise((r) => setTimeout(() => { console.log("done"); r() }, 20))) }`),
		compatibility(t, "2026-11-01", "queue_consumer_no_wait_for_wait_until"))
	check(t, w.Dispatch(t.Context(), "default", runtime.Queue{Batch: &queue.Batch{}}), "ok", "")
	log.mu.Lock()
	early := len(log.lines)
	log.mu.Unlock()
	w.Close()
	if err := w.Wait(t.Context()); err != nil || early != 0 || strings.Join(log.lines, "") != "done" {
		t.Errorf("%v: %d lines before, %v", err, early, log.lines)
	}
}

func TestQueueListeners(t *testing.T) {
	b := sent(t, `{ body: 1 }`)
	w, log := load(t, listeners(`addEventListener("queue", (e) => { console.log(e.type, e.queue, e.messages[0].body, e instanceof ExtendableEvent, e.metadata.metrics.backlogCount); e.retryAll() })`), nil)
	check(t, w.Dispatch(t.Context(), "default", runtime.Queue{Batch: b}), "ok", "")
	if again, _ := b.Verdict("a", false); !again || strings.Join(log.lines, "") != "queue jobs 1 true 3" {
		t.Errorf("again: %v, %v", again, log.lines)
	}
	w, _ = load(t, listeners(""), nil)
	check(t, w.Dispatch(t.Context(), "default", runtime.Queue{Batch: b}), "exception", "No event listener registered for queue messages.")
}
