//go:build unix

package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNobodyReads has devserver write to a pipe whose reader goes away, as in devserver | head -1: it ends in good order.
func TestNobodyReads(t *testing.T) {
	testNobodyReads(t, func(url string) {
		if res, err := http.Get(url); err == nil { // which is worth a line; the end may come before the answer
			res.Body.Close()
		}
	})
}

// TestNobodyIsThere is the same, but that there is nothing to write: whoever started devserver has been killed.
func TestNobodyIsThere(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the next line that is written tells")
	}
	testNobodyReads(t, func(string) {})
}

func testNobodyReads(t *testing.T, then func(url string)) {
	t.Helper()
	p := newProject(t, map[string]string{"wrangler.toml": wranglerToml, "index.js": answering("fine")})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "--port", "0", "--ready-file", "ready")
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "DEVSERVER_TEST_COMMAND=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	overdue := time.AfterFunc(patience, func() { cmd.Process.Signal(syscall.SIGKILL) })
	defer overdue.Stop()
	url := ""
	for lines := bufio.NewScanner(out); url == "" && lines.Scan(); {
		if _, after, ok := strings.Cut(lines.Text(), "Ready on "); ok {
			url, _, _ = strings.Cut(after, " ")
		}
	}
	out.Close()
	then(url)
	if err := cmd.Wait(); err != nil {
		t.Errorf("it ends with %v", err)
	}
	if _, err := os.Stat(p.dir + "/ready"); !os.IsNotExist(err) {
		t.Errorf("it leaves the ready file behind: %v", err)
	}
}
