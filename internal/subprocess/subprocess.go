// Package subprocess runs the programs that tests compare devserver with, and devserver itself as a program.
package subprocess

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// Patience is how long a program may take to be ready.
const Patience = 60 * time.Second

// Process is a program that runs until the test ends.
type Process struct {
	Started time.Time
	Log     *Log // standard output, unless the command has another, and standard error
	cmd     *exec.Cmd
}

// Start starts a program in a process group of its own, which ends with the test.
func Start(t testing.TB, cmd *exec.Cmd) *Process {
	t.Helper()
	return StartLogging(t, cmd, NewLog())
}

// StartLogging is Start with a log that is there already.
func StartLogging(t testing.TB, cmd *exec.Cmd, log *Log) *Process {
	t.Helper()
	p := &Process{Log: log, cmd: cmd}
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	ownGroup(cmd)
	p.Started = time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		cmd.Wait()
		close(log.ended)
	}()
	t.Cleanup(p.Kill)
	return p
}

// Kill ends the program with its children, if it still runs.
func (p *Process) Kill() {
	killGroup(p.cmd)
	<-p.Log.ended
}

// Pid is the program's process ID.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Await waits until the program has written something that matches, and returns its first group. The test fails if
// the program ends before, or Patience does.
func (p *Process) Await(t testing.TB, pattern *regexp.Regexp) string {
	t.Helper()
	found, ok := p.Ready(pattern)
	if !ok {
		t.Fatalf("%s: nothing matches %s in:\n%s", filepath.Base(p.cmd.Path), pattern, p.Log)
	}
	return found
}

// Ready is Await that says whether it was written.
func (p *Process) Ready(pattern *regexp.Regexp) (found string, ok bool) {
	_, groups := p.Log.Line(0, pattern, Patience)
	if groups == nil {
		return "", false
	}
	return groups[1], true
}

// Log is what a program has written so far.
type Log struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
	ended   chan struct{} // closed when the program has ended
}

// NewLog makes an empty log, which may also be written to by the test.
func NewLog() *Log { return &Log{changed: make(chan struct{}, 1), ended: make(chan struct{})} }

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	l.text.Write(p)
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Mark is the present end of the log.
func (l *Log) Mark() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Len()
}

// Since is what was written after a mark.
func (l *Log) Since(mark int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text.Bytes()[mark:])
}

func (l *Log) String() string { return l.Since(0) }

// Line waits for a whole line after mark that matches, and returns it and the pattern's groups; nothing if none comes
// in time, or the program ends without it.
func (l *Log) Line(mark int, pattern *regexp.Regexp, wait time.Duration) (line string, groups []string) {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for last := false; ; {
		for line := range strings.Lines(l.Since(mark)) {
			line, whole := strings.CutSuffix(line, "\n")
			if m := pattern.FindStringSubmatch(line); whole && m != nil {
				return strings.TrimSpace(line), m
			}
		}
		if last {
			return "", nil
		}
		select {
		case <-l.changed:
		case <-l.ended:
			last = true
		case <-deadline.C:
			last = true
		}
	}
}

// Wrangler is a command of the npm package wrangler, in a directory. The test is skipped where there is none. Nothing
// that it keeps for its user is kept, as the user's home may be read-only.
func Wrangler(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	folder := os.Getenv("DEVSERVER_WRANGLER")
	node, err := exec.LookPath("node")
	if folder == "" || err != nil {
		t.Skip("DEVSERVER_WRANGLER does not name the folder of the npm package wrangler, or there is no node")
	}
	cmd := exec.Command(node, append([]string{filepath.Join(folder, "bin/wrangler.js")}, args...)...)
	home := t.TempDir()
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CI=1", "WRANGLER_SEND_METRICS=false", "CLOUDFLARE_CF_FETCH_ENABLED=false", "HOME="+home, "XDG_CONFIG_HOME="+home)
	return cmd
}

// BuildDevserver builds devserver into a directory.
func BuildDevserver(dir string) (path string, err error) {
	path = filepath.Join(dir, "devserver")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, "devserver/cmd/devserver")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, text)
	}
	return path, nil
}
