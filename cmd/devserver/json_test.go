package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/runtime/console"
	"devserver/server"
)

// logged is what a log prints about events, an object for each line.
func logged(t *testing.T, level string, events ...server.Event) []map[string]any {
	t.Helper()
	var b bytes.Buffer
	out := newOutput(&b, false, nil)
	log := newJSONLog(out, level)
	log.now = func() time.Time { return time.Date(2026, 11, 22, 1, 2, 3, 4e6, time.FixedZone("", 3600)) }
	log.begin(&server.Listening{Port: 8788, Moved: true}, "", []string{"a flag has no effect"})
	for _, e := range events {
		log.Report(e)
	}
	log.stopping()
	out.Close()
	var lines []map[string]any
	for line := range strings.Lines(b.String()) {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if object["time"] != "2026-11-22T00:02:03.004Z" {
			t.Errorf("time %v", object["time"])
		}
		if i := firstControl([]byte(line)); i < len(line) {
			t.Errorf("a control character in %q", line)
		}
		lines = append(lines, object)
	}
	return lines
}

// eventsOfAllKinds are one of each.
func eventsOfAllKinds() []server.Event {
	again := loaded()
	again.Number, again.Changed = 2, []string{"/home/me/app/src/index.ts"}
	exception := &runtime.Error{Message: "boom\x1b[2J", Stack: []string{"at fetch (src/index.ts:1:2)"}, Fix: "do not"}
	return []server.Event{
		loaded(), again,
		server.Failed{Failure: server.Failure{Build: &bundle.Error{Messages: []bundle.Message{{Text: "Unexpected }", File: "src/a.ts", Line: 3, Column: 2}}}}, Serving: 2},
		server.Failed{Failure: server.Failure{Worker: exception}},
		server.Failed{Failure: server.Failure{Other: errors.New("no")}},
		server.Failed{Failure: server.Failure{Problems: config.Diagnostics{{Severity: config.Error, Message: "should be a string", Path: "main"}}}},
		server.Answered{Method: "GET", Path: "/p\u009b", Status: 200, Took: 1500 * time.Microsecond},
		server.Handled{Event: "CRON", Which: "* * * * *", Outcome: "ok", OK: true},
		server.Handled{Event: "CRON", Outcome: "exception"},
		server.Console{Name: "w", Level: console.Warn, Text: "two\nlines \x07\x7f\u0085<b>"},
		server.Exception{Error: exception, Method: "GET", Path: "/"},
		server.Origin{Event: origin.Event{Host: "a.example", Code: origin.CallAnswered, Text: "fine"}},
		server.Origin{Event: origin.Event{Host: "a.example", Code: "X", Text: "odd"}},
		server.Notice{Text: "by the way"},
	}
}

func TestJSONLog(t *testing.T) {
	lines := logged(t, "debug", eventsOfAllKinds()...)
	var got []string
	for _, line := range lines {
		got = append(got, line["event"].(string)+" "+line["level"].(string))
	}
	want := []string{
		"listening info", "notice warn", "notice warn", "loaded info", "reloaded info", "failed error", "failed error", "failed error", "failed error",
		"request info", "handled info", "handled error", "console warn", "exception error", "origin debug", "origin warn", "notice warn", "stopping info",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	find := func(event string) map[string]any {
		return lines[slices.IndexFunc(lines, func(l map[string]any) bool { return l["event"] == event })]
	}
	check := func(event string, want map[string]any) {
		t.Helper()
		got := find(event)
		for name, value := range want {
			if got[name] != value {
				t.Errorf("%s: %s is %#v, want %#v", event, name, got[name], value)
			}
		}
	}
	check("request", map[string]any{"method": "GET", "path": "/p\u009b", "status": 200.0, "took_ms": 1.5})
	check("console", map[string]any{"worker": "w", "code": "console.warn", "message": "two\nlines \x07\x7f\u0085<b>"})
	check("exception", map[string]any{"method": "GET", "path": "/", "fix": "do not"})
	check("failed", map[string]any{"reason": "build", "number": 2.0})
	if bound := find("loaded")["bindings"].([]any)[0].(map[string]any); bound["name"] != "MY_CERT" || bound["mode"] != "no certificate" {
		t.Errorf("%v", bound)
	}
	if problem := find("failed")["problems"].([]any)[0].(map[string]any); problem["file"] != "src/a.ts" || problem["line"] != 3.0 {
		t.Errorf("%v", problem)
	}
}

func TestJSONLogLevels(t *testing.T) {
	for level, want := range map[string]string{"none": "", "error": "error", "warn": "error warn", "log": "error info warn", "debug": "debug error info warn"} {
		levels := map[string]bool{}
		for _, line := range logged(t, level, eventsOfAllKinds()...) {
			levels[line["level"].(string)] = true
		}
		if got := strings.Join(slices.Sorted(maps.Keys(levels)), " "); got != want {
			t.Errorf("--log-level %s shows %q, want %q", level, got, want)
		}
	}
}

// TestJSONLogKeepsSecrets runs a project with a secret, and looks for it.
func TestJSONLogKeepsSecrets(t *testing.T) {
	const secret = "s3cr3t-value"
	p := newProject(t, map[string]string{
		"wrangler.toml": wranglerToml, "index.js": answering("fine"),
		".dev.vars": "KEY=" + secret + "\n",
	})
	r := p.begin("--log-format", "json", "--log-level", "debug", "--var", "OTHER:"+secret)
	seen := r.see(`"event":"loaded"`)
	contains(t, seen, `"name":"KEY"`, `"name":"OTHER"`)
	var first logEntry
	if err := json.Unmarshal([]byte(strings.SplitN(seen, "\n", 2)[0]), &first); err != nil || first.Event != "listening" {
		t.Fatalf("%v %s", err, seen)
	}
	r.url = first.URL
	if status, _ := r.get("/path?token=" + secret); status != 200 {
		t.Errorf("%d", status)
	}
	r.see(`"event":"request"`)
	r.stop()
	if all := r.screen.all() + r.errors.all(); strings.Contains(all, secret) {
		t.Errorf("the secret is in\n%s", all)
	}
}
