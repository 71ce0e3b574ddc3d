//go:build peers

package peers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"devserver/internal/testpki"
)

// TestStacks compares the stacks of errors with workerd's: the cases are in testdata/stacks.js, those that differ in
// testdata/stacks_unlikes.json, each by its name, with why and with what it is here.
func TestStacks(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("testdata", "stacks.js"))
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
	text, err := os.ReadFile(filepath.Join("testdata", "stacks_unlikes.json"))
	if err != nil {
		t.Fatal(err)
	}
	var unlikes map[string]struct{ Why, Ours string }
	if err := json.Unmarshal(text, &unlikes); err != nil {
		t.Fatal(err)
	}
	same := 0
	for i := range want {
		name, ours, theirs := want[i][0], got[i][1], want[i][1]
		unlike, listed := unlikes[name]
		switch {
		case listed && unlike.Why == "":
			t.Errorf("%s: nothing says why it differs", name)
		case ours == theirs && listed:
			t.Errorf("%s: is not different any more: %s", name, ours)
		case ours != theirs && (!listed || unlike.Ours != ours):
			t.Errorf("%s\n   got %s\nworkerd %s", name, ours, theirs)
		case ours == theirs:
			same++
		}
		delete(unlikes, name)
	}
	for name := range unlikes {
		t.Errorf("there is no case %s", name)
	}
	t.Logf("%d of %d as in workerd", same, len(want))
}
