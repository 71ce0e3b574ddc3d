//go:build peers

package npm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"devserver/internal/subprocess"
)

// programs are the programs that are compared, and wrangler, which makes of a Worker what workerd runs.
type programs struct {
	workerd, devserver string
	wranglers          *subprocess.Wranglers
	dir                string // for the projects
}

// findPrograms finds them, or skips; it builds devserver.
func findPrograms(t *testing.T) *programs {
	t.Helper()
	p := &programs{workerd: os.Getenv("DEVSERVER_WORKERD")}
	if p.workerd == "" {
		t.Skip("DEVSERVER_WORKERD does not name workerd's binary")
	}
	p.wranglers = subprocess.StartWranglers(t, "NODE_ENV=development") // as for development
	var err error
	p.dir = t.TempDir() // of the whole test: the projects outlive the subtests that make them
	if p.devserver, err = subprocess.BuildDevserver(p.dir); err != nil {
		t.Fatal(err)
	}
	return p
}

// project is a folder with a Worker and its wrangler.toml, and what wrangler makes of it.
type project struct {
	dir, main string // the file of the Worker, relative to dir
	out       string // the folder of the bundle
}

// bundle makes a project of a Worker and has wrangler bundle it. The packages are where both bundlers look for them.
func (p *programs) bundle(t *testing.T, s *subject, installed string) *project {
	t.Helper()
	dir := filepath.Join(p.dir, "projects", s.name)
	if *bundles != "" {
		dir = filepath.Join(*bundles, s.name)
	}
	made := &project{dir: dir, main: filepath.Base(s.file), out: filepath.Join(dir, "out")}
	text, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	if before, err := os.ReadFile(filepath.Join(dir, made.main)); err == nil && bytes.Equal(before, text) {
		return made
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	shared := filepath.Join(filepath.Dir(s.file), "lib")
	if _, err := os.Stat(shared); err == nil {
		if err := os.CopyFS(filepath.Join(dir, "lib"), os.DirFS(shared)); err != nil {
			t.Fatal(err)
		}
	}
	toml := fmt.Sprintf("name = \"peer\"\nmain = %q\ncompatibility_date = %q\n", made.main, compatibilityDate)
	for _, err := range []error{
		os.MkdirAll(dir, 0o755),
		os.Symlink(filepath.Join(installed, "node_modules"), filepath.Join(dir, "node_modules")),
		os.WriteFile(filepath.Join(dir, "wrangler.toml"), []byte(toml), 0o600),
		os.WriteFile(filepath.Join(dir, made.main), text, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if output, err := p.wranglers.Run(t, dir, "deploy", "--dry-run", "--outdir", made.out); err != nil {
		os.RemoveAll(dir)
		t.Fatalf("%v\n%s", err, output)
	}
	return made
}

// embedKinds are what workerd takes files of the bundle for.
var embedKinds = map[string]string{".js": "esModule", ".wasm": "wasm", ".txt": "text", ".html": "text", ".sql": "text", ".bin": "data"}

// startWorkerd runs what wrangler made.
func (p *programs) startWorkerd(t *testing.T, made *project, o *origin) *server {
	t.Helper()
	var first, others []string
	err := filepath.WalkDir(made.out, func(path string, entry fs.DirEntry, err error) error {
		kind := embedKinds[filepath.Ext(path)]
		if err != nil || entry.IsDir() || kind == "" {
			return err
		}
		name, _ := filepath.Rel(made.out, path)
		module := fmt.Sprintf("(name = %q, %s = embed %q)", name, kind, name)
		if name == strings.TrimSuffix(made.main, filepath.Ext(made.main))+".js" {
			first = append(first, module)
		} else {
			others = append(others, module)
		}
		return nil
	})
	if err != nil || len(first) != 1 {
		t.Fatalf("wrangler has not made one main module: %v, %v", first, err)
	}
	return p.serveWorkerd(t, made.out, strings.Join(append(first, others...), ", "), o.server.URL)
}

// emptyStart is how long workerd takes to start with a Worker that does nothing: the shortest of a few times.
func (p *programs) emptyStart(t *testing.T) time.Duration {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "empty.js"), []byte("export default {}"), 0o600); err != nil {
		t.Fatal(err)
	}
	shortest := time.Hour
	for range 3 {
		shortest = min(shortest, p.serveWorkerd(t, dir, `(name = "empty.js", esModule = embed "empty.js")`, "").started)
	}
	return shortest
}

const workerdConfig = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (modules = [%s], compatibilityDate = %q, bindings = [(name = "ORIGIN", text = %q)])),
    (name = "internet", network = (allow = ["private", "local", "public"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
`

// serveWorkerd runs modules, whose files are in a folder. workerd tells on a pipe on which port it listens.
func (p *programs) serveWorkerd(t *testing.T, dir, modules, origin string) *server {
	t.Helper()
	config := filepath.Join(dir, "config.capnp")
	if err := os.WriteFile(config, fmt.Appendf(nil, workerdConfig, modules, compatibilityDate, origin), 0o600); err != nil {
		t.Fatal(err)
	}
	events, theirs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer events.Close()
	cmd := exec.Command(p.workerd, "serve", "--control-fd=3", config)
	cmd.ExtraFiles = []*os.File{theirs}
	process := subprocess.Start(t, cmd)
	theirs.Close()
	events.SetReadDeadline(time.Now().Add(patience))
	for in := bufio.NewScanner(events); in.Scan(); {
		var event struct {
			Event string
			Port  int
		}
		if json.Unmarshal(in.Bytes(), &event) == nil && event.Event == "listen" {
			return &server{fmt.Sprintf("http://127.0.0.1:%d", event.Port), time.Since(process.Started), process.Log}
		}
	}
	t.Fatalf("workerd does not listen:\n%s", process.Log)
	return nil
}

// readyLine is what devserver prints when it listens.
var readyLine = regexp.MustCompile(`Ready on (http://\S+)`)

// startDevserver runs a Worker from its source.
func (p *programs) startDevserver(t *testing.T, made *project, o *origin) *server {
	t.Helper()
	cmd := exec.Command(p.devserver, "--config", filepath.Join(made.dir, "wrangler.toml"), "--port", "0", "--var", "ORIGIN:"+o.server.URL)
	process := subprocess.Start(t, cmd)
	addr := strings.TrimSuffix(process.Await(t, readyLine), "/")
	return &server{addr, time.Since(process.Started), process.Log}
}
