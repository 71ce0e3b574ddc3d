package subprocess

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

//go:embed wrangler.mjs
var wranglerScript string

// Wranglers is a process that runs commands of the npm package wrangler, one after another: each takes a fraction of what it
// takes in a process of its own.
type Wranglers struct {
	process *Process
	mu      sync.Mutex
	in      io.Writer
	out     *bufio.Reader
	pipe    *os.File // what out reads
}

// StartWranglers starts it, with more environment variables. The test is skipped where there is no wrangler.
func StartWranglers(t testing.TB, environ ...string) *Wranglers {
	t.Helper()
	dir := t.TempDir()
	cmd := Wrangler(t, dir)
	script := filepath.Join(dir, "wrangler.mjs")
	if err := os.WriteFile(script, []byte(wranglerScript), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Args = []string{cmd.Args[0], "--no-warnings", script, os.Getenv("DEVSERVER_WRANGLER")}
	cmd.Env = append(cmd.Env, environ...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{theirs}
	w := &Wranglers{process: Start(t, cmd), in: in, out: bufio.NewReaderSize(out, 1<<20), pipe: out}
	theirs.Close()
	t.Cleanup(func() {
		w.process.Kill()
		out.Close()
	})
	return w
}

// Kill ends the process, and with it what Serve has started.
func (w *Wranglers) Kill() { w.process.Kill() }

// Run runs a command in a directory, and returns what it prints. It fails as the command does.
func (w *Wranglers) Run(t testing.TB, dir string, args ...string) (output string, err error) {
	t.Helper()
	a := w.ask(t, dir, "", args)
	if a.Code != 0 || a.Error != "" {
		err = fmt.Errorf("wrangler ends with %d %s", a.Code, a.Error)
	}
	return a.Output, err
}

// Serve runs a command until it has printed what a regular expression of JavaScript's matches, and returns its first group.
// The command goes on.
func (w *Wranglers) Serve(t testing.TB, dir, ready string, args ...string) string {
	t.Helper()
	a := w.ask(t, dir, ready, args)
	if a.Ready == "" {
		t.Fatalf("wrangler ends before it prints %s: %s\n%s", ready, a.Error, a.Output)
	}
	return a.Ready
}

type wranglerAnswer struct {
	Code                 int
	Ready, Output, Error string
}

func (w *Wranglers) ask(t testing.TB, dir, ready string, args []string) (a wranglerAnswer) {
	t.Helper()
	line, err := json.Marshal(map[string]any{"dir": dir, "args": args, "ready": ready})
	if err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.in.Write(append(line, '\n')); err != nil {
		t.Fatalf("wrangler: %v\n%s", err, w.process.Log)
	}
	w.pipe.SetReadDeadline(time.Now().Add(2 * Patience))
	text, err := w.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	if err != nil {
		w.process.Kill() // or its answer would be taken for that to the next command
		t.Fatalf("wrangler has not answered %s: %v\n%s", line, err, w.process.Log)
	}
	return a
}
