//go:build peers

package peers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// workerdBinary finds workerd, or skips.
func workerdBinary(t testing.TB) string {
	t.Helper()
	path := os.Getenv("DEVSERVER_WORKERD")
	if path == "" {
		t.Skip("DEVSERVER_WORKERD does not name workerd's binary, which the npm package workerd has")
	}
	path, err := exec.LookPath(path)
	if err != nil {
		t.Skipf("DEVSERVER_WORKERD: %v", err)
	}
	return path
}

// startWorkerd runs a project on workerd.
func startWorkerd(t testing.TB, p *project) *process {
	t.Helper()
	w, ok := tryWorkerd(t, p)
	if !ok {
		t.Fatalf("workerd does not listen:\n%s", w.Log)
	}
	return w
}

// tryWorkerd is startWorkerd for Workers that may be refused; ok says that it listens. It tells on a pipe on which port.
func tryWorkerd(t testing.TB, p *project) (w *process, ok bool) {
	t.Helper()
	binary := workerdBinary(t)
	events, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	cmd := exec.Command(binary, "serve", "--control-fd=3", filepath.Join(p.dir, "config.capnp"))
	cmd.ExtraFiles = []*os.File{theirs}
	w = start(t, "workerd", cmd)
	theirs.Close()
	events.SetReadDeadline(time.Now().Add(patience))
	for in := bufio.NewScanner(events); in.Scan(); {
		var event struct {
			Event string
			Port  int
		}
		if json.Unmarshal(in.Bytes(), &event) == nil && event.Event == "listen" {
			w.addr = fmt.Sprintf("127.0.0.1:%d", event.Port)
			return w, true
		}
	}
	w.Kill()
	return w, false
}
