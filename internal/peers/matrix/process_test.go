//go:build peers

package matrix_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a program may take for what it does at once.
const patience = 15 * time.Second

// find looks for a program, also where Debian keeps daemons; empty if it is not installed.
func find(name string) string {
	for _, place := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	return ""
}

// run starts a program that ends with the test. What it prints goes to log.
func run(t testing.TB, cmd *exec.Cmd, log *journal) {
	t.Helper()
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended); log.touch() }()
	log.ended = ended
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) // lest its own children stay
		select {
		case <-ended:
		case <-time.After(patience):
			cmd.Process.Kill()
			<-ended
		}
	})
}

// write puts files into a directory.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// journal is what a server has written so far.
type journal struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
	ended   <-chan struct{} // closed when the program is gone; nil if there is none
}

func newJournal() *journal { return &journal{changed: make(chan struct{}, 1)} }

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	j.text.Write(p)
	j.mu.Unlock()
	j.touch()
	return len(p), nil
}

func (j *journal) touch() {
	select {
	case j.changed <- struct{}{}:
	default:
	}
}

// mark is the present end of the journal.
func (j *journal) mark() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Len()
}

// since is what was written after a mark.
func (j *journal) since(mark int) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return string(j.text.Bytes()[mark:])
}

// line waits for a line after mark that matches, and returns it; empty if none comes in time.
func (j *journal) line(mark int, pattern *regexp.Regexp, wait time.Duration) string {
	deadline := time.NewTimer(wait)
	defer deadline.Stop()
	for ended := false; ; {
		for line := range strings.Lines(j.since(mark)) {
			if pattern.MatchString(line) {
				return strings.TrimSpace(line)
			}
		}
		if ended {
			return ""
		}
		select {
		case <-j.changed:
		case <-j.ended:
			ended = true
		case <-deadline.C:
			ended = true
		}
	}
}
