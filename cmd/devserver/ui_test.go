package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"devserver/bindings"
	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/runtime/console"
	"devserver/server"
)

// show is what a ui prints about events.
func show(style style, level string, events ...server.Event) string {
	var b bytes.Buffer
	out := newOutput(&b, true, nil)
	ui := newUI(out, style, level)
	ui.dir, ui.url = "/home/me", "http://localhost:8787"
	for _, e := range events {
		ui.Report(e)
	}
	out.Close()
	return b.String()
}

func inColor() style {
	return newStyle(io.Discard, func(name string) string {
		if name == "FORCE_COLOR" {
			return "1"
		}
		return ""
	})
}

func TestRequestLines(t *testing.T) {
	for _, test := range []struct {
		event       server.Answered
		plain, tint string
	}{
		{server.Answered{Method: "GET", Path: "/path", Status: 200, Took: 7 * time.Millisecond}, "   GET /path 200 OK (7ms)\n", "\x1b[32m200"},
		{server.Answered{Method: "DELETE", Path: "/", Status: 302, Took: 1500 * time.Microsecond}, "DELETE / 302 Found (2ms)\n", "\x1b[36m302"},
		{server.Answered{Method: "PROPFIND", Path: "/ä 𝄞", Status: 404}, "PROPFIND /ä%20𝄞 404 Not Found (0ms)\n", "\x1b[33m404"},
		{server.Answered{Method: "HEAD", Path: "/\x1b[2J\n\u202e\u009b\xff", Status: 500, Took: 61 * time.Second}, "  HEAD /%1B[2J%0A%E2%80%AE%C2%9B%FF 500 Internal Server Error (61000ms)\n", "\x1b[31m500"},
		{server.Answered{Method: "GET", Path: "/gone", Status: 499}, "   GET /gone 499 Client Closed Request (0ms)\n", "\x1b[33m499"},
		{server.Answered{Method: "GET", Path: "/odd", Status: 299}, "   GET /odd 299 (0ms)\n", "\x1b[32m299"},
	} {
		if got := show(style{}, "log", test.event); got != test.plain {
			t.Errorf("plain %q, want %q", got, test.plain)
		}
		if got := show(inColor(), "log", test.event); !strings.Contains(got, test.tint) || strings.Contains(got, "\x1b[2J") {
			t.Errorf("in colour %q, want %q in it", got, test.tint)
		}
	}
}

// loaded is a Worker with something of everything.
func loaded() server.Loaded {
	return server.Loaded{
		Primary: true,
		Number:  1, Took: 38 * time.Millisecond,
		Config: &config.Config{
			Name: "shop", File: "/home/me/app/wrangler.toml", LocalFiles: []string{"/home/me/app/devserver.toml"}, Dir: "/home/me/app", Env: "staging",
			Vars:    []config.Var{{Name: "A", Source: "/home/me/app/.dev.vars"}, {Name: "B", Source: "vars"}},
			Origins: []config.Origin{{Host: "a.example", Demo: true}, {Host: "b.example:443", ConnectTo: "[::1]:1", CA: "/home/me/app/ca.pem", ServerName: "b"}},
			Ignored: []config.Ignored{
				{Path: "triggers", Note: "not yet", Pos: config.Position{File: "/home/me/app/wrangler.toml", Line: 3, Column: 1}},
				{Path: "logpush", DeployOnly: true}, {Path: "placement", DeployOnly: true},
			},
			Files: []string{"/home/me/app/wrangler.toml"},
		},
		Rows: []server.BindingRow{
			{Name: "MY_CERT", Row: bindings.Row{Resource: "mTLS Certificate x", Mode: "no certificate", Problem: "it is not in the store", Fix: "upload it"}},
			{Name: "LONG", Row: bindings.Row{Resource: strings.Repeat("ä", 200) + "\x1b[2J", Mode: "local"}},
		},
		Problems: config.Diagnostics{
			{Severity: config.Warning, Pos: config.Position{File: "/home/me/app/wrangler.toml", Line: 1, Column: 2}, Path: "nmae", Message: "is not known", Fix: `did you mean "name"?`},
			{Severity: config.Info, Message: "by the way"},
		},
		Warnings: []bundle.Message{{Text: "suspicious", File: "src/index.ts", Line: 5, Column: 6}},
		Notes:    []string{"a flag is unknown"},
	}
}

func TestLoaded(t *testing.T) {
	want := `shop · app/wrangler.toml · environment staging · app/devserver.toml · secrets from app/.dev.vars

Binding        Resource                                                            Mode
env.MY_CERT    mTLS Certificate x                                                  no certificate
env.LONG       äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…    local

Origin           Reached at
a.example        the demo origin in devserver
b.example:443    [::1]:1                         as b, trusting app/ca.pem

▲ env.MY_CERT: it is not in the store
  fix: upload it
▲ app/wrangler.toml:3:1: triggers: has no effect: not yet
No effect before the Worker is deployed: logpush, placement
▲ app/wrangler.toml:1:2: nmae: is not known
  fix: did you mean "name"?
· by the way
▲ app/src/index.ts:5:6: suspicious
▲ a flag is unknown
Every request gets a fresh isolate: module-level variables start anew each time.
Ready on http://localhost:8787 (38 ms)
`
	if got := show(style{}, "log", loaded()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	again := loaded()
	again.Number, again.Took = 2, 12*time.Millisecond
	again.Changed = []string{"/home/me/app/src/index.ts", "/elsewhere/x", "/home/me/c", "/home/me/d", "/home/me/e"}
	want += "reloaded #2 in 12 ms · app/src/index.ts, /elsewhere/x, c and 2 more changed\n"
	if got := show(style{}, "log", loaded(), again); got != want {
		t.Errorf("a reload of the same prints\n%s", strings.TrimPrefix(got, want))
	}
	again.Rows = again.Rows[:1]
	if got := show(style{}, "log", loaded(), again); strings.Count(got, "Binding ") != 2 || strings.Count(got, "fresh isolate") != 1 {
		t.Errorf("a reload with other bindings prints\n%s", got)
	}
}

func TestInsecureIsSaid(t *testing.T) {
	e := loaded()
	e.Config.Origins = []config.Origin{{Host: "a.example", Insecure: true}, {Host: "b.example", ConnectTo: "b:1"}}
	contains(t, show(style{}, "log", e), "a.example    its own address    NOT VERIFIED\n", "▲ the certificate of a.example is NOT VERIFIED (insecure = true): whoever")
	contains(t, show(style{}, "warn", e), "▲ the certificate of a.example is NOT VERIFIED")
	if got := show(style{}, "log", loaded()); strings.Contains(got, "NOT VERIFIED") {
		t.Errorf("without a reason it warns:\n%s", got)
	}
}

func TestFailed(t *testing.T) {
	for _, test := range []struct {
		name    string
		failure server.Failure
		serving int
		want    string
	}{
		{"build", server.Failure{Build: &bundle.Error{Messages: []bundle.Message{
			{Text: "Unexpected }", File: "src/a.ts", Line: 3, Column: 2, Length: 1, LineText: "  }"}, {Text: "no file"},
		}}}, 2, `✘ The Worker could not be built · app/src/a.ts changed
  app/src/a.ts:3:2: Unexpected }
    3 |   }
      |  ^
  no file
  the last good version (#2) still answers
`},
		{"start", server.Failure{Worker: &runtime.Error{Kind: runtime.StartUp, Name: "Error", Message: "no", Stack: []string{"at src/a.ts:1:1"}, Fix: "mend it"}}, 0,
			`✘ The Worker could not be started · app/src/a.ts changed
  Error: no
    at src/a.ts:1:1
  fix: mend it
  nothing answers on http://localhost:8787 yet: waiting for a save that mends it
`},
		{"other", server.Failure{Other: errors.New("open /home/me/app/x: denied")}, 1,
			"✘ The Worker could not be loaded · app/src/a.ts changed\n  open app/x: denied\n  the last good version (#1) still answers\n"},
		{"configuration", server.Failure{Problems: config.Diagnostics{
			{Severity: config.Error, Pos: config.Position{File: "/home/me/app/w.toml", Line: 1, Column: 2}, Path: "main", Message: "is wrong", Fix: "right it"},
		}}, 1, "✘ The configuration has errors · app/src/a.ts changed\n✘ app/w.toml:1:2: main: is wrong\n  fix: right it\n  the last good version (#1) still answers\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			event := server.Failed{Primary: true, Dir: "/home/me/app", Failure: test.failure, Serving: test.serving, Changed: []string{"/home/me/app/src/a.ts"}}
			if got := show(style{}, "log", event); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestOriginBlocks(t *testing.T) {
	failure := server.Origin{Event: origin.Event{Code: "CERT_REQUIRED", Host: "a:443", Identity: "MY_CERT", Err: &origin.Error{
		Code: "CERT_REQUIRED", Status: 525, What: "it wants a certificate", Why: "none was shown", Fix: "show one", Err: errors.New("remote\x1b error"),
		Method: "GET", Path: "/who\n", Identity: "MY_CERT", Seen: origin.Seen{Asked: true, Accepts: []string{"CN=a\x1b"}, Presented: "CN=me, 89 days left"},
	}}}
	page := failure
	page.Code = "ORIGIN_HTTP_REJECT"
	page.Err = &origin.Error{Code: "ORIGIN_HTTP_REJECT", Status: 400, What: "it is refused"}
	insecure := server.Origin{Event: origin.Event{Code: origin.NoticeInsecure, Host: "a:443", Text: "not verified"}}
	answered := server.Origin{Event: origin.Event{Code: origin.CallAnswered, Host: "a:443", Text: "GET / 200"}}
	notice := server.Origin{Event: origin.Event{Code: "MTLS_NOT_REQUESTED", Host: "a:443", Text: "nobody asked", Fix: "have it ask"}}
	got := show(style{}, "log", failure, failure, page, notice, notice, insecure, insecure, answered)
	want := `✘ GET /who%0A → a:443 (MY_CERT): it wants a certificate CERT_REQUIRED 525
  certificate: MY_CERT, CN=me, 89 days left
  asked for: a certificate of CN=a�
  none was shown
  fix: show one
  cause: remote� error
✘ GET /who%0A → a:443 (MY_CERT): it wants a certificate CERT_REQUIRED 525
▲ a:443 (MY_CERT): it is refused ORIGIN_HTTP_REJECT 400
▲ a:443: nobody asked MTLS_NOT_REQUESTED
  fix: have it ask
▲ a:443: not verified ORIGIN_INSECURE
▲ a:443: not verified ORIGIN_INSECURE
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := show(style{}, "debug", answered, answered); got != "· a:443: GET / 200\n· a:443: GET / 200\n" {
		t.Errorf("calls that were answered are shown as\n%s", got)
	}
	if got := show(style{}, "log", failure, loaded(), failure); strings.Count(got, "fix: show one") != 2 {
		t.Errorf("a new Worker's first failure is not explained:\n%s", got)
	}
}

func TestConsole(t *testing.T) {
	for _, test := range []struct {
		level       console.Level
		text        string
		plain, tint string
	}{
		{console.Log, "one\ntwo", "one\ntwo\n", "one\ntwo\n"},
		{console.Debug, "d", "d\n", "d\n"},
		{console.Warn, "w", "w\n", "\x1b[33mw\x1b[0m\n"},
		{console.Error, "e", "e\n", "\x1b[31me\x1b[0m\n"},
		{console.Error, "\x1b[1mown\x1b[0m", "\x1b[1mown\x1b[0m\n", "\x1b[1mown\x1b[0m\n"},
	} {
		event := server.Console{Level: test.level, Text: test.text}
		if got := show(style{}, "log", event); got != test.plain {
			t.Errorf("%v plain %q", test.level, got)
		}
		if got := show(inColor(), "log", event); got != test.tint {
			t.Errorf("%v in colour %q", test.level, got)
		}
	}
}

func TestLogLevels(t *testing.T) {
	events := []server.Event{
		loaded(), server.Answered{Method: "GET", Path: "/answered", Status: 200},
		server.Console{Level: console.Log, Text: "a log"}, server.Console{Level: console.Warn, Text: "a warning"}, server.Console{Level: console.Error, Text: "an error"},
		server.Exception{Error: &runtime.Error{Name: "TypeError", Message: "thrown"}, Method: "GET", Path: "/thrown"},
		server.Notice{Text: "a notice"}, server.Notice{Text: "a notice"}, server.Failed{Failure: server.Failure{Other: errors.New("failed")}},
	}
	lines := []string{"watched: app/wrangler.toml", "Ready on", "by the way", "logpush", "GET /answered", "a log", "is not in the store", "triggers: has no effect", "a warning", "a notice", "an error", "✘ Uncaught TypeError: thrown", "while answering GET /thrown", "failed"}
	for level, want := range map[string]string{
		"debug": "1 11111 1111 1111", "log": "0 11111 1111 1111", "info": "0 11111 1111 1111",
		"warn": "0 00000 1111 1111", "error": "0 00000 0000 1111", "none": "0 00000 0000 0000",
	} {
		text := show(style{}, level, events...)
		for i, line := range lines {
			if want := int(strings.ReplaceAll(want, " ", "")[i] - '0'); strings.Count(text, line) != want {
				t.Errorf("--log-level %s shows %q %d times, want %d", level, line, strings.Count(text, line), want)
			}
		}
	}
}

func TestBegin(t *testing.T) {
	begin := func(l *server.Listening, level string) string {
		var b bytes.Buffer
		out := newOutput(&b, true, nil)
		newUI(out, style{}, level).begin(l, "", []string{"--types has no effect"})
		out.Close()
		return b.String()
	}
	all := &server.Listening{Port: 8788, Moved: true, Everywhere: true}
	contains(t, begin(all, "log"), "devserver (", "▲ --types has no effect", "▲ port 8787 is taken: this is port 8788\n", "▲ every machine in your network can use this Worker")
	contains(t, begin(all, "warn"), "▲ --types has no effect", "▲ port 8787 is taken", "▲ every machine")
	if got := begin(all, "error"); got != "" {
		t.Errorf("--log-level error shows\n%s", got)
	}
	if got := begin(&server.Listening{Port: 8787}, "log"); strings.Contains(got, "taken") || strings.Contains(got, "every machine") {
		t.Errorf("without a reason it warns:\n%s", got)
	}
}

func TestColored(t *testing.T) {
	for _, test := range []struct {
		env  string
		want bool
	}{
		{"", true}, {"NO_COLOR=1", false}, {"NO_COLOR=", true}, {"TERM=dumb", false}, {"TERM=xterm", true},
		{"FORCE_COLOR=0", false}, {"FORCE_COLOR=1 NO_COLOR=1", true},
	} {
		p := process{environ: append(strings.Fields(test.env), "WT_SESSION=1")}
		if got := colored(true, p.getenv); got != test.want {
			t.Errorf("on a terminal with %q: %v", test.env, got)
		}
		if got, want := colored(false, p.getenv), strings.HasPrefix(test.env, "FORCE_COLOR=1"); got != want {
			t.Errorf("elsewhere with %q: %v", test.env, got)
		}
	}
}

// gate is a writer that lets nothing through while it is shut.
type gate struct {
	shut    chan struct{}
	entered chan struct{}
	bytes.Buffer
}

func (g *gate) Write(b []byte) (int, error) {
	select {
	case g.entered <- struct{}{}:
	default:
	}
	<-g.shut
	return g.Buffer.Write(b)
}

// TestSlowReader has nobody read for a while: nothing waits for it, and what is left out is said.
func TestSlowReader(t *testing.T) {
	g := &gate{shut: make(chan struct{}), entered: make(chan struct{}, 1)}
	out := newOutput(g, true, nil)
	line := []byte(strings.Repeat("x", 1023) + "\n")
	add := func(b []byte) []byte { return append(b, line...) }
	out.line(add)
	<-g.entered // the first line is being written
	const fits, more = mostPending >> 10, 5
	for range fits + more {
		out.line(add)
	}
	close(g.shut)
	out.Close()
	got := g.String()
	if n := strings.Count(got, "x\n"); n != 1+fits {
		t.Errorf("%d lines are written, want %d", n, 1+fits)
	}
	if want := "... 5 lines were left out, because nobody was reading\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it ends with %q, want %q", got[len(got)-100:], want)
	}
	out.line(add)
	out.Close()
	if g.String() != got {
		t.Error("it writes after it was closed")
	}
}

func BenchmarkAnswered(b *testing.B) {
	for _, level := range []string{"log", "warn"} {
		b.Run(level, func(b *testing.B) {
			out := newOutput(io.Discard, true, nil)
			defer out.Close()
			ui := newUI(out, inColor(), level)
			var event server.Event = server.Answered{Method: "GET", Path: "/some/path", Status: 200, Took: 3 * time.Millisecond}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					ui.Report(event)
				}
			})
		})
	}
}
