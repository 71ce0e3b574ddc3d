//go:build peers

package matrix_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// find looks for a program, also where Debian keeps daemons; empty if it is not installed.
func find(name string) string {
	for _, place := range []string{name, "/usr/sbin/" + name, "/usr/local/sbin/" + name} {
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	return ""
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
