package console_test

import (
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/internal/jstest"
	"devserver/runtime/console"
)

// TestInspect compares with what Node 22 shows, or workerd, where that differs: testdata/inspect.txt holds expressions, each
// on a line that begins with "-- ", and what util.inspect makes of them.
func TestInspect(t *testing.T) {
	for expression, want := range blocks(t, "testdata/inspect.txt") {
		t.Run(expression, func(t *testing.T) {
			if got := inspect(t, expression, console.Options{Depth: console.DefaultDepth}); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// blocks yields what stands on the lines that begin with "-- ", each with the lines after it.
func blocks(t *testing.T, name string) iter.Seq2[string, string] {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string, string) bool) {
		for block := range strings.SplitSeq(strings.TrimPrefix(string(data), "-- "), "\n-- ") {
			head, body, _ := strings.Cut(block, "\n")
			if !yield(head, strings.TrimSuffix(body, "\n")) {
				return
			}
		}
	}
}

func inspect(t *testing.T, expression string, o console.Options) (text string) {
	t.Helper()
	iso := jstest.New(t, console.Globals())
	if err := iso.Loop.Do(func() {
		v, err := iso.VM.RunString("(" + expression + "\n)")
		if err != nil {
			t.Fatal(err)
		}
		iso.VM.Set("subject", func(goja.FunctionCall) goja.Value {
			text = console.Inspect(iso.Realm, v, o)
			return goja.Undefined()
		})
		if _, err := iso.VM.RunString("subject()"); err != nil {
			t.Fatal(err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return text
}

// TestFormat compares with Node 22 as TestInspect does: testdata/format.txt holds argument lists, and what util.format
// makes of them.
func TestFormat(t *testing.T) {
	for arguments, want := range blocks(t, "testdata/format.txt") {
		t.Run(arguments, func(t *testing.T) {
			var log recorder
			iso := jstest.New(t, console.Globals())
			console.Attach(iso.Realm, &log)
			iso.Run(t, "console.log("+arguments+")")
			if got := log.text(); got != "log "+want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
