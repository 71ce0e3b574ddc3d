package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"devserver/server"
)

const queueWorker = `export default {
	async queue(batch, env, ctx) {
		for (const m of batch.messages) console.log(batch.queue, JSON.stringify(m.body), m.body?.constructor?.name, m.attempts)
		if (batch.queue === "jobs" && batch.messages[0].body === "throw") throw new Error("boom")
	},
	async fetch(request, env) {
		const name = new URL(request.url).pathname.slice(1)
		const out = await env.Q.send(name, { contentType: "text" })
		return new Response(JSON.stringify(out))
	},
}`

func post(p *project, path, body string) (int, string) {
	p.t.Helper()
	res, err := http.Post(p.url+path, "text/plain", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

func TestQueue(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "[queues]\nproducers = [{ binding = 'Q', queue = 'jobs' }]\nconsumers = [{ queue = 'jobs', max_batch_size = 1, max_retries = 1, dead_letter_queue = 'dead' }, { queue = 'dead', max_batch_size = 1 }]\n",
		"src/index.js":  queueWorker,
	})
	if e := await[server.Loaded](p); len(e.Rows) != 1 || e.Rows[0].Resource != "Queue jobs" || e.Rows[0].Mode != "local" || len(e.Config.Ignored) > 0 {
		t.Errorf("%+v %+v", e.Rows, e.Config.Ignored)
	}
	printed := func(want string) {
		t.Helper()
		if e := await[server.Console](p); e.Text != want {
			t.Errorf("printed %q, want %q", e.Text, want)
		}
	}
	handled := func(which, outcome, note string) {
		t.Helper()
		if e := await[server.Handled](p); e.Event != "QUEUE" || e.Which != which || e.Outcome != outcome || e.Note != note {
			t.Errorf("%+v, want %s %s %s", e, which, outcome, note)
		}
	}
	if status, body := p.get("/hello"); status != 200 || body != `{"metadata":{"metrics":{"backlogCount":0,"backlogBytes":0}}}` {
		t.Errorf("%d %s", status, body)
	}
	printed(`jobs "hello" String 1`)
	handled("jobs", "1/1", "")

	p.get("/throw")
	printed(`jobs "throw" String 1`)
	if e := await[server.Exception](p); e.Event != "queue(jobs)" || e.Error.Error() != "Error: boom" {
		t.Errorf("%+v", e)
	}
	handled("jobs", "0/1", "1 to be retried")
	printed(`jobs "throw" String 2`)
	if e := await[server.Notice](p); !strings.Contains(e.Text, `was moved to the dead letters, the queue "dead", after 2 attempts`) {
		t.Error(e.Text)
	}
	printed(`dead "throw" String 1`)

	// The endpoint sends, too.
	for _, test := range []struct {
		query, body string
		status      int
		want        string
	}{
		{"queue=jobs", `{"a":[1]}`, 200, `jobs {"a":[1]} Object 1`},
		{"queue=jobs&contentType=text", `{"a"`, 200, `jobs "{\"a\"" String 1`},
		{"queue=jobs&contentType=bytes", "\x00\xff", 200, `jobs {"0":0,"1":255} Uint8Array 1`},
		{"queue=jobs", `{"a"`, 400, "not valid JSON"},
		{"queue=jobs&contentType=v8", `1`, 400, "json, text or bytes"},
		{"queue=jobs&delaySeconds=-1", `1`, 400, "message delay -1 is invalid"},
		{"queue=jobs&delaySeconds=soon", `1`, 400, "should be a number"},
		{"queue=none", `1`, 400, `nobody consumes a queue "none"`},
		{"", `1`, 400, "which queue?"},
		{"queue=jobs", `"` + strings.Repeat("x", 128_000) + `"`, 413, "longer than 128000 bytes"},
	} {
		status, body := post(p, "/cdn-cgi/local/queue?"+test.query, test.body)
		switch {
		case status != test.status:
			t.Errorf("%s: %d %s", test.query, status, body)
		case status == 200:
			printed(test.want)
		case !strings.Contains(body, test.want):
			t.Errorf("%s: %s", test.query, body)
		}
	}
}

// TestQueueBetweenWorkers has one Worker send and another consume, which is reloaded in between.
func TestQueueBetweenWorkers(t *testing.T) {
	consumer := func(word string) string {
		return `export default { queue(batch) { console.log("` + word + `", batch.messages.map((m) => m.body).join()) } }`
	}
	p := serveAll(t, map[string]string{
		"wrangler.toml": wrangler, "src/index.js": "export default {}",
		"a/wrangler.toml": "name = 'a'\nmain = 'w.js'\ncompatibility_date = '2026-11-01'\n[queues]\nproducers = [{ binding = 'Q', queue = 'jobs' }, { binding = 'N', queue = 'nobody' }]\n",
		"a/w.js":          `export default { async fetch(r, env) { await env.Q.sendBatch([{ body: 1 }, { body: "two" }]); await env.N.send(1); return new Response("") } }`,
		"b/wrangler.toml": "name = 'b'\nmain = 'w.js'\ncompatibility_date = '2026-11-01'\n[queues]\nconsumers = [{ queue = 'jobs', max_batch_size = 2 }]\n",
		"b/w.js":          consumer("one"),
	}, "a", "b")
	await[server.Loaded](p)
	await[server.Loaded](p)
	p.get("/")
	for notice, console := false, false; !notice || !console; { // in any order
		switch e := await[server.Event](p).(type) {
		case server.Notice:
			notice = true
			if !strings.Contains(e.Text, `nobody consumes the queue "nobody"`) {
				t.Error(e.Text)
			}
		case server.Console:
			console = true
			if e.Name != "b" || e.Text != "one 1,two" {
				t.Errorf("%+v", e)
			}
		}
	}
	p.write("b/w.js", consumer("two"))
	await[server.Loaded](p)
	p.get("/")
	if e := await[server.Console](p); e.Text != "two 1,two" {
		t.Errorf("after a reload: %+v", e)
	}
}

func TestQueueConfiguration(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + `[queues]
producers = [{ binding = "Q", queue = "q", delivery_delay = -1 }]
consumers = [
  { queue = "q", max_batch_size = 101 },
  { queue = "q" },
  { queue = "r", max_batch_timeout = 1.5, max_retries = 1000, max_concurrency = 0, retry_delay = 100000 },
]
`,
		"src/index.js": queueWorker,
	})
	text := await[server.Failed](p).Problems.String()
	for _, want := range []string{
		":5:", "delivery_delay: should be a whole number of seconds from 0 to 86400, but is -1", "max_batch_size: should be a whole number of messages from 1 to 100",
		`"q" has a consumer in this list already`, "max_batch_timeout: should be", "max_retries: should be", "max_concurrency: should be", "retry_delay: should be",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}
