//go:build peers

package peers

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"devserver/internal/testpki"
	"devserver/server"
)

// TestConsole prints a few thousand values with the console of a Worker, and with that of Node.js, whose util.inspect the
// terminals of people have shown for years. Stacks are made up, because those of two engines differ.
func TestConsole(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	cases, err := os.ReadFile("testdata/console.mjs")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("console.mjs", string(cases))
	write("node.mjs", "import { Console } from 'node:console'; import { run, cases } from './console.mjs'; const real = process.stdout;\n"+
		"globalThis.console = new Console(real, real); process.on('warning', () => {}); process.removeAllListeners('warning'); process.emitWarning = (w) => console.error(String(w));\n"+
		"console.log(JSON.stringify(cases.map(([name]) => name))); run();")
	cmd := exec.Command(node, "--no-warnings", "node.mjs")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "NO_COLOR=1", "TZ=UTC")
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	first, rest, _ := strings.Cut(string(text), "\n")
	var names []string
	if err := json.Unmarshal([]byte(first), &names); err != nil {
		t.Fatal(err)
	}
	want := printedPieces(rest)

	p := newProject(t, testpki.New("peers"), "import { run } from './console.mjs';\nexport default { fetch() { run(); return new Response('ok') } };", nil)
	if err := os.WriteFile(filepath.Join(p.dir, "console.mjs"), cases, 0o644); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var printed strings.Builder
	ours, _ := serveWith(t, p, server.Options{Report: func(e server.Event) {
		if line, ok := e.(server.Console); ok {
			mu.Lock()
			defer mu.Unlock()
			printed.WriteString(line.Text + "\n")
		}
	}})
	res, err := http.Get("http://" + ours.addr + "/")
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if string(body) != "ok" {
		t.Fatalf("%.500s", body)
	}
	mu.Lock()
	got := printedPieces(printed.String())
	mu.Unlock()
	if len(names) < 300 || len(want) != len(names) || len(got) != len(names) {
		t.Fatalf("%d cases; Node.js has printed %d, devserver %d", len(names), len(want), len(got))
	}
	bad := map[string]int{}
	for i, name := range names {
		if got[i] == want[i] || consoleDifference(name, want[i], got[i]) {
			continue
		}
		_, value, _ := strings.Cut(name, " of ")
		if bad[value]++; bad[value] <= 2 {
			t.Errorf("%s\n got  %s\n want %s", name, strings.ReplaceAll(got[i], "\n", "\n      "), strings.ReplaceAll(want[i], "\n", "\n      "))
		}
	}
	n := 0
	for _, count := range bad {
		n += count
	}
	t.Logf("%d cases: %d differ", len(names), n)
}

// printedPieces are what was printed behind each mark.
func printedPieces(text string) (pieces []string) {
	for i := 0; ; i++ {
		_, after, ok := strings.Cut(text, "\u241e"+strconv.Itoa(i)+"\n")
		if !ok {
			return pieces
		}
		piece, _, more := strings.Cut(after, "\u241e")
		if !more {
			return pieces
		}
		pieces, text = append(pieces, piece), after
	}
}

// consoleDifference reports whether two texts may differ.
func consoleDifference(name, want, got string) bool { return false }
