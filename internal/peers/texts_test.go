//go:build peers

package peers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"devserver/internal/testpki"
)

// compareTexts runs a Worker of testdata on both sides, which answers with a list of names, each with a text, and compares
// the texts. unlikes are those that differ, by their names, with what they are here.
func compareTexts(t *testing.T, script string, unlikes map[string]string) {
	t.Helper()
	p := newProject(t, testpki.New("peers"), string(testdata(t, script)), nil)
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
	t.Logf("%d of %d as in workerd", same, len(want))
}

// testdata is a file of that folder.
func testdata(t testing.TB, name ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"testdata"}, name...)...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// decodeTestdata decodes a file of that folder, which is JSON.
func decodeTestdata(t testing.TB, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(testdata(t, name), into); err != nil {
		t.Fatal(err)
	}
}
