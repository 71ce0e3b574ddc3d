//go:build peers

package peers

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

// TestBuffers does the same random things to resizable buffers and their views on both sides.
func TestBuffers(t *testing.T) {
	t.Parallel()
	worker, err := os.ReadFile("testdata/buffers.js")
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, testpki.New("peers"), string(worker), nil)
	theirs, ours := startWorkerd(t, p), serve(t, p)
	for seed := 1; seed <= 20; seed++ {
		path := fmt.Sprintf("/%d", seed)
		want, got := theirs.ask(t, get(path)), ours.ask(t, get(path))
		if want.status != "200 OK" || got.status != "200 OK" {
			t.Fatalf("seed %d: workerd answers %s %s, devserver %s %s", seed, want.status, want.body, got.status, got.body)
		}
		steps, lines := strings.Split(want.body, "\n"), strings.Split(got.body, "\n")
		for i, step := range steps { // what follows a difference may differ because of it
			if i >= len(lines) || lines[i] != step {
				t.Errorf("seed %d, after %q\nworkerd:   %s\ndevserver: %s", seed, steps[max(0, i-1)], step, strings.Join(lines[min(i, len(lines)):min(i+1, len(lines))], ""))
				break
			}
		}
	}
}
