package server

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseFrame(t *testing.T) {
	for text, want := range map[string]frame{
		"at total (src/orders.ts:6:16)":              {File: "src/orders.ts", Line: 6, Column: 16},
		"at src/index.ts:1:2":                        {File: "src/index.ts", Line: 1, Column: 2},
		"at f (node_modules/hono/dist/hono.js:10:1)": {File: "node_modules/hono/dist/hono.js", Line: 10, Column: 1, Library: true},
		"at a b (c) (x.ts:3:4)":                      {File: "x.ts", Line: 3, Column: 4},
		"at native":                                  {},
		"something else":                             {},
		"at f (src/index.ts:99999999999999999999:1)": {File: "src/index.ts", Line: 1<<63 - 1, Column: 1},
	} {
		want.Text = text
		if got := parseFrame(text); got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}

// TestExcerpt: the place is marked, and a stack that the Worker made up shows no file that it was not made of.
func TestExcerpt(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "src", "a.ts")
	secret := filepath.Join(dir, "secret.txt")
	os.MkdirAll(filepath.Dir(source), 0o755)
	os.WriteFile(source, []byte("one\r\n\t😀two();\nthree\n"), 0o644)
	os.WriteFile(secret, []byte("secret"), 0o644)
	lines := excerpt(frame{File: "src/a.ts", Line: 2, Column: 4}, dir, []string{source})
	if len(lines) != 4 || lines[0].Text != "one" || !lines[1].Current || lines[1].Caret != "\t " || lines[2].Current {
		t.Errorf("%+v", lines)
	}
	for _, f := range []frame{
		{File: "secret.txt", Line: 1}, {File: "../" + filepath.Base(dir) + "/secret.txt", Line: 1}, {File: secret, Line: 1}, {File: "src/../secret.txt", Line: 1},
		{File: "src/a.ts", Line: 0}, {File: "src/a.ts", Line: 5}, {File: "", Line: 1}, {File: "src/a.ts\x00", Line: 1},
	} {
		if lines := excerpt(f, dir, []string{source}); lines != nil {
			t.Errorf("%+v shows %+v", f, lines)
		}
	}
	// A line that nobody has written by hand is shown around the place.
	long := strings.Repeat("a;", 5000) + "!" + strings.Repeat("b;", 5000)
	os.WriteFile(source, []byte(long), 0o644)
	line := excerpt(frame{File: "src/a.ts", Line: 1, Column: 10_001}, dir, []string{source})[0]
	if text := []rune(line.Text); len(text) > longest+2 || string(text[len([]rune(line.Caret))]) != "!" {
		t.Errorf("%d characters, with the caret below %q", len(text), text[len([]rune(line.Caret))])
	}
	if line := excerpt(frame{File: "src/a.ts", Line: 1, Column: 30_000}, dir, []string{source})[0]; len(line.Text) > longest+10 {
		t.Errorf("a column that is not there: %+v", line)
	}
	if lines := excerpt(frame{File: strings.ToUpper("src/a.ts"), Line: 1}, dir, []string{source}); lines != nil {
		t.Errorf("by another name: %+v", lines)
	}
}
