package main

import (
	"strings"
	"testing"
	"time"

	"devserver/runtime"
	"devserver/server"
)

func TestHandled(t *testing.T) {
	for _, test := range []struct {
		event       server.Handled
		plain, tint string
	}{
		{server.Handled{Event: "CRON", Which: "* * * * *", Outcome: "ok", OK: true, Took: 7 * time.Millisecond, Note: "next 2026-11-22 12:01 UTC"},
			"  CRON * * * * * ok (7ms) · next 2026-11-22 12:01 UTC\n", "\x1b[32mok"},
		{server.Handled{Name: "jobs", Event: "CRON", Outcome: "exception"}, "  CRON exception (0ms) [jobs]\n", "\x1b[31mexception"},
		{server.Handled{Event: "CRON", Which: "\x1b[2J\n", Outcome: "ok", OK: true}, "  CRON ", "\x1b[32mok"},
	} {
		if got := show(style{}, "log", test.event); !strings.HasPrefix(got, test.plain) || strings.ContainsAny(strings.TrimSuffix(got, "\n"), "\x1b\n") {
			t.Errorf("plain %q, want %q", got, test.plain)
		}
		if got := show(inColor(), "log", test.event); !strings.Contains(got, test.tint) || strings.Contains(got, "\x1b[2J") {
			t.Errorf("in colour %q, want %q in it", got, test.tint)
		}
		if got := show(style{}, "warn", test.event); got != "" {
			t.Errorf("--log-level warn shows %q", got)
		}
	}
	contains(t, show(style{}, "error", server.Exception{Error: &runtime.Error{Name: "Error", Message: "boom"}, Event: "scheduled(* * * * *)"}),
		"✘ Uncaught Error: boom", "while handling scheduled(* * * * *)")
}

func TestCrons(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 1, 0, 0, time.UTC)
	e := loaded()
	e.Crons = []server.CronRow{{Schedule: "*/5 * * * *", Next: at}}
	contains(t, show(style{}, "log", e), "Cron           Next (UTC)          Mode\n*/5 * * * *    2026-11-22 12:01    by hand\n",
		"Schedules fire with --cron. By hand: curl \"http://localhost:8787/cdn-cgi/local/scheduled?cron=*/5+*+*+*+*\"\n")
	e.Crons[0].Fires = true
	if got := show(style{}, "log", e); !strings.Contains(got, "2026-11-22 12:01    fires\n") || strings.Contains(got, "By hand") {
		t.Error(got)
	}
	// When it is due next does not make it another Worker.
	again := e
	again.Number, again.Crons = 2, []server.CronRow{{Schedule: "*/5 * * * *", Next: at.Add(time.Hour), Fires: true}}
	if got := show(style{}, "log", e, again); strings.Count(got, "*/5 * * * *") != 1 {
		t.Error(got)
	}
}
