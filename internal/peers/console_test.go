//go:build peers

package peers

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	t.Parallel()
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
	for i, d := range consoleDifferences { // a pattern excuses what is known, and not what comes into being
		if consoleSeen[i] != d.count {
			t.Errorf("%d differ, and %d did, because %s", consoleSeen[i], d.count, d.why)
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

// consoleDifferences are where the two differ, how often, and why: by the name of the value or of the way, or by both.
var consoleDifferences = []struct {
	count int
	why   string
	names *regexp.Regexp
}{
	{41, "no getter and no trap runs for being printed, and Symbol.toStringTag of a class is one", regexp.MustCompile(`^table(In)? of (accessors|getterChain|proxyTraps)$|of tag|table(In)? of throwing$`)},
	{23, "a Worker does not fail for what it prints: where Node.js throws, something is printed", regexp.MustCompile(`^[dijf] of |of throwing$`)},
	{49, "the engine does not show what an iterator has yet to give", regexp.MustCompile(`of (map|set|array|string)(Iterator|Keys)$|^tableIterator$`)},
	{41, "the engine has the text of a function as it was bundled, and its built-ins have other properties", regexp.MustCompile(`^s of |of (builtin|math|native)$|of (functions|mixed)$|^(o|hidden) of named$`)},
	{15, "stacks are made anew, and the properties that are not enumerable are others", regexp.MustCompile(`^(o|hidden) of `)},
	{8, "half of a surrogate pair is no character, and becomes U+FFFD where text leaves the engine", regexp.MustCompile(`of unicode$`)},
	{13, "control characters in a symbol's description are escaped, too", regexp.MustCompile(`of symbolOdd$`)},
	{2, "a timer that was not started is reported as in browsers", regexp.MustCompile(`^time(End|Log)Missing$`)},
	{48, "cells of several lines", regexp.MustCompile(`^tableIn of `)},
	{5, "the columns of a table come in the order in which they are met", regexp.MustCompile(`^table of (circular|mixed|objects|extra|arguments|two|classInArray|toJSON|toStringOwn|inCustom|custom)$|^tableMixed$|^table of (proxyArray|list|extra)$`)},
	{5, "console.dir has objects print themselves as console.log does", regexp.MustCompile(`^(dir|dir0|deepest|hidden) of (custom|inCustom)$`)},
	{3, "what objects are called at depth 0 changes from one version to the next", regexp.MustCompile(`^dir0 of (regexpWith|nullProto|constructorless)$`)},
}

// consoleDifference reports whether two texts may differ.
func consoleDifference(name, want, got string) bool {
	if asWorkerd(want) == asWorkerd(got) {
		return true
	}
	for i, d := range consoleDifferences {
		if d.names.MatchString(name) {
			consoleSeen[i]++
			return true
		}
	}
	return false
}

// consoleSeen is how many differences were met, by their place in the list.
var consoleSeen = map[int]int{}

var (
	bracketed = regexp.MustCompile(`\[(Symbol\([^\n]*?\)|byteLength|byteOffset|buffer|BYTES_PER_ELEMENT|length|maxByteLength|resizable)\]: `)
	proxied   = regexp.MustCompile(`Proxy\(([^\n]*)\)`)
	space     = regexp.MustCompile(`\s+`)
)

// asWorkerd is a text as workerd's node:util has it, whose version is a later one: less is in brackets, and proxies are shown.
// Lines are broken elsewhere then.
func asWorkerd(text string) string {
	return space.ReplaceAllString(proxied.ReplaceAllString(bracketed.ReplaceAllString(text, "$1: "), "$1"), " ")
}
