//go:build peers

package peers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"devserver/internal/testpki"
)

// TestErrors compares what the engine says of mistakes with what V8 does: the cases are in testdata/errors.js, the messages
// that differ in testdata/errors_unlikes.json, each by its source, with what is said here.
func TestErrors(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "errors.js"))
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, testpki.New("peers"), string(source), nil)
	answers := func(body string) (lines [][2]string) {
		if err := json.Unmarshal([]byte(body), &lines); err != nil {
			t.Fatalf("%v\n%.500s", err, body)
		}
		return lines
	}
	want := answers(startWorkerd(t, p).ask(t, get("/")).body)
	got := answers(serve(t, p).ask(t, get("/")).body)
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%d answers, workerd gives %d", len(got), len(want))
	}
	text, err := os.ReadFile(filepath.Join("testdata", "errors_unlikes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var unlikes map[string]string // by the case's source as workerd shows it
	if err := json.Unmarshal(text, &unlikes); err != nil {
		t.Fatal(err)
	}
	same := 0
	for i := range want {
		name, ours, theirs := want[i][0], got[i][1], want[i][1]
		unlike, listed := unlikes[name]
		switch {
		case ours == theirs && listed:
			t.Errorf("%s: is not different any more: %s", name, ours)
		case ours != theirs && (!listed || unlike != ours):
			t.Errorf("%s\n   got %s\nworkerd %s", name, ours, theirs)
		case ours == theirs:
			same++
		}
		delete(unlikes, name)
	}
	for name := range unlikes {
		t.Errorf("there is no case %s", name)
	}
	t.Logf("%d of %d as workerd says it", same, len(want))
}
