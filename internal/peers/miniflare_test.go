//go:build peers

package peers

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// miniflareFolder is that of the npm package miniflare, or the test is skipped.
func miniflareFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("DEVSERVER_MINIFLARE")
	if folder == "" {
		t.Skip("DEVSERVER_MINIFLARE does not name the folder of the npm package miniflare")
	}
	return folder
}

// wranglersMiniflare is the folder of the newer one that wrangler comes with, or the test is skipped.
func wranglersMiniflare(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(os.Getenv("DEVSERVER_WRANGLER"), "node_modules", "miniflare")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("DEVSERVER_WRANGLER does not name the folder of an npm package wrangler that has its own Miniflare")
	}
	return folder
}

var portLine = regexp.MustCompile(`^port (\d+)$`)

// runMiniflare runs one of the scripts in testdata that start Miniflare, which is in a folder, with the workerd that
// DEVSERVER_WORKERD names, or skips.
func runMiniflare(t testing.TB, script, folder string, args ...string) *peer {
	t.Helper()
	workerd := workerdBinary(t)
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skipf("Miniflare needs Node.js: %v", err)
	}
	path, err := filepath.Abs(filepath.Join("testdata", script))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, append([]string{path, folder}, args...)...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "MINIFLARE_WORKERD_PATH="+workerd, "HOME="+home, "XDG_CONFIG_HOME="+home)
	if _, err := cmd.StdinPipe(); err != nil { // it ends with its standard input
		t.Fatal(err)
	}
	m := start(t, "miniflare", cmd)
	m.addr = "127.0.0.1:" + m.Await(t, portLine)
	return &m.peer
}
