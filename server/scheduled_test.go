package server_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"devserver/config"
	"devserver/server"
)

const scheduledWorker = `export default {
	async scheduled(controller, env, ctx) {
		console.log(controller.cron, controller.scheduledTime)
		if (controller.cron === "throw") throw new Error("boom")
		if (controller.cron === "noretry") controller.noRetry()
	},
	fetch(request) { return new Response("worker " + new URL(request.url).pathname) },
}`

func TestScheduledEndpoint(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": scheduledWorker})
	await[server.Loaded](p)
	for _, test := range []struct {
		path   string
		status int
		body   string
		log    string // what the Worker prints; empty if it is not run
	}{
		{"/cdn-cgi/local/scheduled?time=1700000000000", 200, "ok", " 1700000000000"},
		{"/cdn-cgi/local/scheduled?cron=*/5+*+*+*+*&time=-1&format=json", 200, `{"noRetry":false,"outcome":"ok"}`, "*/5 * * * * -1"},
		{"/cdn-cgi/handler/scheduled?cron=a&time=1", 200, "ok", "a 1"},
		{"/cdn-cgi/mf/scheduled?cron=a&time=1", 200, "ok", "a 1"},
		{"/cdn-cgi/local/scheduled?cron=noretry&time=1&format=json&worker=w", 200, `{"noRetry":true,"outcome":"ok"}`, "noretry 1"},
		{"/cdn-cgi/local/scheduled?cron=throw&time=1", 500, "exception", "throw 1"},
		{"/cdn-cgi/local/scheduled?cron=throw&time=1&format=json", 500, `{"noRetry":false,"outcome":"exception"}`, "throw 1"},
		{"/cdn-cgi/local/scheduled?time=soon", 400, `time is "soon", and should be milliseconds since 1970`, ""},
		{"/cdn-cgi/local/scheduled?time=8640000000000001", 400, "should be milliseconds", ""},
		{"/cdn-cgi/local/scheduled?worker=other", 404, `no Worker "other" runs in this session`, ""},
		{"/__scheduled", 200, "worker /__scheduled", ""},
		{"/cdn-cgi/handler/other", 200, "worker /cdn-cgi/handler/other", ""},
		{"/cdn-cgi/local/schedule", 404, "/cdn-cgi/local/scheduled", ""},
	} {
		status, body := p.get(test.path)
		if status != test.status || !strings.Contains(body, test.body) {
			t.Errorf("%s: %d %q", test.path, status, body)
		}
		if test.log == "" {
			continue
		}
		if e := await[server.Console](p); e.Text != test.log {
			t.Errorf("%s: printed %q", test.path, e.Text)
		}
		e := await[server.Handled](p)
		if e.Event != "CRON" || e.OK != (status == 200) || !strings.HasPrefix(test.log, e.Which) {
			t.Errorf("%s: %+v", test.path, e)
		}
		if !e.OK {
			if e := await[server.Exception](p); e.Event != "scheduled(throw)" || e.Error.Error() != "Error: boom" {
				t.Errorf("%s: %+v", test.path, e)
			}
		}
	}
}

func TestTestScheduled(t *testing.T) {
	p := serveWith(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": scheduledWorker}, func(o *server.Options) { o.TestScheduled = true })
	await[server.Loaded](p)
	if status, body := p.get("/__scheduled?cron=x"); status != 200 || body != "Ran scheduled event" {
		t.Errorf("%d %q", status, body)
	}
	if status, body := p.get("/__scheduled?cron=throw"); status != 500 || !strings.HasPrefix(body, "exception") {
		t.Errorf("%d %q", status, body)
	}
	if status, _ := p.get("/__scheduled", "Host", "attacker.example"); status != 403 {
		t.Errorf("a foreign host: %d", status)
	}
}

// attacks are requests that a page elsewhere can have a browser make.
var attacks = [][]string{
	{"Host", "attacker.example"}, {"Host", "localhost.attacker.example"}, {"Origin", "https://attacker.example"}, {"Origin", "null"},
	{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"},
}

// TestEndpointsAreClosed has pages elsewhere use each endpoint by each of its names: no handler runs.
func TestEndpointsAreClosed(t *testing.T) {
	p := serveWith(t, map[string]string{
		"wrangler.toml": wrangler,
		"src/index.js":  `const ran = () => console.log("ran"); export default { fetch() { return new Response("") }, scheduled: ran, email: ran, queue: ran }`,
	}, func(o *server.Options) { o.TestScheduled = true })
	await[server.Loaded](p)
	for _, path := range []string{"/cdn-cgi/local/scheduled", "/cdn-cgi/handler/scheduled", "/cdn-cgi/mf/scheduled", "/__scheduled", "/cdn-cgi/local/email", "/cdn-cgi/handler/email", "/cdn-cgi/local/queue"} {
		for _, method := range []string{"GET", "POST"} {
			for _, headers := range attacks {
				req, _ := http.NewRequest(method, p.url+path+"?from=a@b.c&to=d@e.f", strings.NewReader("Message-ID: <a@b>\r\n\r\n"))
				for i := 0; i < len(headers); i += 2 {
					if req.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
						req.Host = headers[i+1]
					}
				}
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != 403 {
					t.Errorf("%s %s %v: %d", method, path, headers, res.StatusCode)
				}
			}
		}
	}
	p.get("/cdn-cgi/local/scheduled")
	await[server.Console](p)
	if len(p.events) > 1 { // its own report
		t.Errorf("%d events after the last: something ran", len(p.events))
	}
}

func TestScheduledWithoutWorker(t *testing.T) {
	p := serve(t, map[string]string{"wrangler.toml": wrangler, "src/index.js": "syntax error"})
	await[server.Failed](p)
	if status, body := p.get("/cdn-cgi/local/scheduled"); status != 503 || !strings.Contains(body, "src/index.js") {
		t.Errorf("%d %q", status, body)
	}
}

func TestSchedulesAreChecked(t *testing.T) {
	p := serve(t, map[string]string{
		"wrangler.toml": wrangler + "[triggers]\ncrons = [\"*/5 * * * *\", \"0 0 * * 0\", \"0 0 31 2 *\"]\n",
		"src/index.js":  scheduledWorker,
	})
	e := await[server.Loaded](p)
	if len(e.Crons) != 1 || e.Crons[0].Schedule != "*/5 * * * *" || e.Crons[0].Fires || e.Crons[0].Next.Minute()%5 != 0 {
		t.Errorf("%+v", e.Crons)
	}
	for i, want := range []string{"for Sunday write SUN", "is never due"} {
		j := slices.IndexFunc(e.Problems, func(d config.Diagnostic) bool { return strings.Contains(d.String(), want) })
		if j < 0 || e.Problems[j].Pos.Line != 5 || e.Problems[j].Severity != config.Warning || !strings.HasSuffix(e.Problems[j].Path, []string{"crons[1]", "crons[2]"}[i]) {
			t.Errorf("%q: %v", want, e.Problems)
		}
	}
}
