package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"devserver/server"
)

func TestReadyFile(t *testing.T) {
	p := newProject(t, map[string]string{"wrangler.toml": wranglerToml, "index.js": answering("fine"), "run/ready.json": "of an earlier devserver"})
	r := p.start("--ready-file", "run/ready.json")
	path := filepath.Join(p.dir, "run", "ready.json")
	r.wants("fine") // it is written before
	text, err := os.ReadFile(path)
	var got readiness
	if err != nil || json.Unmarshal(text, &got) != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if got.URL != r.url || !strings.HasSuffix(r.url, ":"+strconv.Itoa(got.Port)) || got.PID != os.Getpid() {
		t.Errorf("%s, served at %s", text, r.url)
	}
	r.stop()
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("at the end it is left behind: %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Another devserver's file is not removed, and a folder in its place is no reason to remove anything.
func TestReadyFileOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	one, two := readyFile{path: path}, readyFile{path: path}
	for _, f := range []*readyFile{&one, &two} {
		if err := f.write(&server.Listening{Port: 1000 + len(one.text)}); err != nil {
			t.Fatal(err)
		}
	}
	one.remove()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the first devserver removes the file of the second: %v", err)
	}
	two.remove()
	if _, err := os.Stat(path); err == nil {
		t.Error("the second devserver leaves its file behind")
	}
}
