package config

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
)

// archive is a text that holds files, each behind a line "-- name --", and a
// comment before the first: the txtar format.
type archive struct {
	comment string
	files   []file
}

type file struct{ name, text string }

func readArchive(t *testing.T, name string) archive {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var a archive
	into := &a.comment
	for line := range strings.Lines(string(data)) {
		head, isHead := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "-- ")
		if head, isTail := strings.CutSuffix(head, " --"); isHead && isTail {
			a.files = append(a.files, file{name: head})
			into = &a.files[len(a.files)-1].text
			continue
		}
		*into += line
	}
	return a
}

func (a archive) write(t *testing.T, name string) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(a.comment)
	for _, f := range a.files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.name, f.text)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
