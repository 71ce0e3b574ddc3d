package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"devserver/runtime"
	"devserver/server"
)

func TestWidths(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "äé": 2, "日本語": 6, "🎉": 2, "e\u0301": 1, "\x1b[31mred\x1b[0m": 3, "a\u200db": 2, "\xff": 1,
	} {
		if got := widthOf(text); got != want {
			t.Errorf("%q takes %d columns, want %d", text, got, want)
		}
		if got := widthOf([]byte(text)); got != want {
			t.Errorf("as bytes, %q takes %d columns, want %d", text, got, want)
		}
	}
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日…"},
	} {
		if got := fitted(test.text, test.most); got != test.want || widthOf(got) > test.most {
			t.Errorf("%q in %d columns is %q, want %q", test.text, test.most, got, test.want)
		}
	}
}

func TestWrapped(t *testing.T) {
	const line = "one two \x1b[1mthree\x1b[0m four five six seven eight nine ten"
	if got, want := wrapped(line, 32, 2), "one two \x1b[1mthree\x1b[0m four five six\nseven eight nine ten"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, whole := range []string{"fix: devserver mtls-certificate upload --cert cert.pem --key key.pem", strings.Repeat("x", 100)} {
		if got := wrapped(whole, 40, 2); got != whole {
			t.Errorf("%q is broken: %q", whole, got)
		}
	}
	if got := wrapped(line, 20, 2); got != line {
		t.Errorf("in a terminal that is too narrow: %q", got)
	}
}

// TestNarrow shows everything in terminals of several widths: what is laid out in columns fits.
func TestNarrow(t *testing.T) {
	for _, columns := range []int{40, 60, 80, 160} {
		e := loaded()
		e.Rows[0].Resource = "mTLS Certificate 8f0b3b5e-1111-2222-3333-444455556666"
		e.Rows[1].Name = "日本語"
		got := showIn(columns, e)
		table := false
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			table = strings.HasPrefix(line, "Binding") || table && line != ""
			if table && widthOf(line) > columns {
				t.Errorf("in %d columns:\n%s", columns, line)
			}
		}
		modes := map[int]bool{}
		for line := range strings.Lines(got) {
			if i := strings.Index(line, "no certificate"); i >= 0 && !strings.Contains(line, ":") {
				modes[widthOf(line[:i])] = true
			}
			if i := strings.LastIndex(line, "local\n"); i >= 0 {
				modes[widthOf(line[:i])] = true
			}
		}
		if len(modes) != 1 {
			t.Errorf("in %d columns the modes stand at %v:\n%s", columns, modes, got)
		}
	}
}

// showIn is what is printed about events in a terminal that is so wide.
func showIn(columns int, events ...server.Event) string {
	var b strings.Builder
	out := newOutput(&b, true, nil)
	ui := newUI(out, style{columns: func() int { return columns }}, "log")
	ui.dir, ui.url, ui.width, ui.pathWidth = "/home/me", "http://localhost:8787", func() int { return columns }, pathWidth(columns)
	for _, e := range events {
		ui.Report(e)
	}
	out.Close()
	return b.String()
}

// TestColumns has statuses stand below each other, whatever the method and the characters of the path.
func TestColumns(t *testing.T) {
	got := showIn(80, server.Answered{Method: "GET", Path: "/a", Status: 404}, server.Answered{Method: "PROPFIND", Path: "/日本語/🎉", Status: 404},
		server.Handled{Event: "CRON", Which: "*/5 * * * *", Outcome: "404", OK: true, Name: "jobs"})
	places := map[int]bool{}
	for line := range strings.Lines(got) {
		places[widthOf(line[:strings.Index(line, "404")])] = true
	}
	if len(places) != 1 {
		t.Errorf("they stand at %v:\n%s", places, got)
	}
}

// TestWhereItWasThrown shows the source of an exception, in which nothing is taken for a command.
func TestWhereItWasThrown(t *testing.T) {
	place := server.Place{Where: "src/a.ts:9", Source: []server.SourceLine{
		{Number: 7, Text: "left out"}, {Number: 8, Text: "function f() {"}, {Number: 9, Text: "\treturn x\x1b[2J"},
		{Number: 10, Text: "  throw 日本(y)", Current: true, Caret: "          "}, {Number: 11, Text: "}"}, {Number: 12, Text: "left out"},
	}}
	e := &runtime.Error{Name: "Error", Message: "boom", Stack: []string{"at f (src/a.ts:10:11)"}}
	want := `✘ Uncaught Error: boom
     8 | function f() {
     9 |   return x�[2J
    10 |   throw 日本(y)
       |             ^
    11 | }
    at f (src/a.ts:10:11)
  while answering GET /x
`
	event := server.Exception{Error: e, Method: "GET", Path: "/x", Place: place}
	if got := showIn(80, event); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	place.Source[3].Text, place.Source[3].Caret = strings.Repeat("a;", 100)+"!"+strings.Repeat("b;", 100), strings.Repeat(" ", 200)
	lines := strings.Split(showIn(60, event), "\n")
	if i := strings.IndexRune(lines[3], '!'); i < 0 || utf8.RuneCountInString(lines[3][:i]) != strings.IndexByte(lines[4], '^') || widthOf(lines[3]) > 60 {
		t.Errorf("a long line is shown as\n%s\n%s", lines[3], lines[4])
	}
}

// TestSeveralWorkers says of each line whose it is.
func TestSeveralWorkers(t *testing.T) {
	got := showIn(80, server.Console{Name: "api", Text: "one\ntwo"}, server.Console{Name: "jobs", Text: "three"})
	if want := "[api] one\n[api] two\n[jobs] three\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	e := loaded()
	e.Name, e.Config.Name, e.Primary, e.Crons = "jobs", "jobs", false, []server.CronRow{{Schedule: "* * * * *"}}
	contains(t, showIn(160, e), "scheduled?cron=*+*+*+*+*&worker=jobs\"\n")
}

// TestHelpIsNarrow has all help in a terminal of 80 columns, and nothing of it lost.
func TestHelpIsNarrow(t *testing.T) {
	p := newProject(t, nil)
	for _, name := range append(commandNames(), "configuration") {
		delete(p.env, "COLUMNS")
		_, wide, _ := p.run("help", name)
		p.env["COLUMNS"] = "80"
		code, narrow, _ := p.run("help", name)
		if code != exitOK || strings.Join(strings.Fields(wide), " ") != strings.Join(strings.Fields(narrow), " ") {
			t.Errorf("%s: exit %d\n%s", name, code, narrow)
		}
		for line := range strings.Lines(narrow) {
			if !strings.HasPrefix(line, "  ") && widthOf(strings.TrimSuffix(line, "\n")) > 80 {
				t.Errorf("%s: %s", name, line)
			}
		}
		if name == "dev" && !strings.Contains(narrow, "\n  -e, --env NAME                  the environment in it to use\n  --port N                        listen on this port, and no other; 0: any that\n                                  is free\n") {
			t.Errorf("%s", narrow)
		}
	}
}
