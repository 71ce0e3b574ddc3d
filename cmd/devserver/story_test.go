package main

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain is the tests, or devserver itself for a test that needs it as a program.
func TestMain(m *testing.M) {
	if os.Getenv("DEVSERVER_TEST_COMMAND") != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

// project is a folder that devserver is run in.
type project struct {
	t   *testing.T
	dir string
	env map[string]string
}

// newProject makes a folder with files, and an empty certificate store.
func newProject(t *testing.T, files map[string]string) *project {
	t.Helper()
	p := &project{t: t, dir: t.TempDir(), env: map[string]string{"DEVSERVER_HOME": t.TempDir()}}
	for name, content := range files {
		p.write(name, content)
	}
	return p
}

func (p *project) write(name, content string) {
	p.t.Helper()
	path := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	// Written beside and renamed, so that nobody sees the half of it.
	if err := os.WriteFile(path+"~", []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Rename(path+"~", path); err != nil {
		p.t.Fatal(err)
	}
}

// age lets the files grow older than what the watcher takes for a change during the start: a clock's coarseness.
func (p *project) age() { time.Sleep(30 * time.Millisecond) }

func (p *project) process(args []string, stdout, stderr io.Writer) process {
	var environ []string
	for name, value := range maps.All(p.env) {
		environ = append(environ, name+"="+value)
	}
	return process{
		args: args, dir: p.dir, environ: environ, started: time.Now(),
		stdin: strings.NewReader(""), stdout: stdout, stderr: stderr,
	}
}

// run runs a command that ends by itself.
func (p *project) run(args ...string) (code int, stdout, stderr string) {
	p.t.Helper()
	var out, errs bytes.Buffer
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	code = run(ctx, p.process(args, &out, &errs))
	if ctx.Err() != nil {
		p.t.Fatalf("devserver %q does not end; it has printed\n%s%s", args, out.String(), errs.String())
	}
	return code, out.String(), errs.String()
}

// running is a devserver that serves.
type running struct {
	t      *testing.T
	url    string
	screen screen
	errors screen
	stop   func() (code int)
	ended  chan struct{} // closed when it has ended
}

var ready = regexp.MustCompile(`Ready on (http://\S+) \(\d+ ms\)`)

// start starts devserver and waits until it says where it serves.
func (p *project) start(args ...string) *running {
	p.t.Helper()
	r := p.begin(args...)
	r.url = ready.FindStringSubmatch(r.see("Ready on "))[1]
	return r
}

// begin starts devserver on a free port.
func (p *project) begin(args ...string) *running {
	p.t.Helper()
	r := &running{t: p.t, ended: make(chan struct{})}
	r.screen.changed.L, r.errors.changed.L = &r.screen.mu, &r.errors.mu
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		defer close(r.ended)
		code <- run(ctx, p.process(append([]string{"--port", "0"}, args...), &r.screen, &r.errors))
	}()
	r.stop = sync.OnceValue(func() int {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		select {
		case code := <-code:
			return code
		case <-time.After(patience):
			p.t.Error("devserver does not end")
			return -1
		}
	})
	p.t.Cleanup(func() { r.stop() })
	return r
}

// see waits until a text is printed, and returns all that was printed since the last call up to the end of its line.
func (r *running) see(text string) string {
	r.t.Helper()
	seen, ok := r.screen.see(text)
	if !ok {
		r.t.Fatalf("%q is not printed, only\n%s%s", text, seen, r.errors.all())
	}
	return seen
}

// get asks the Worker.
func (r *running) get(path string) (status int, body string) {
	r.t.Helper()
	res, err := http.Get(r.url + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

// wants asks for /, and compares what the Worker answers.
func (r *running) wants(body string) {
	r.t.Helper()
	if status, got := r.get("/"); status != http.StatusOK || got != body {
		r.t.Errorf("GET / answers %d %q, want 200 %q", status, got, body)
	}
}

// screen is what was printed.
type screen struct {
	mu      sync.Mutex
	changed sync.Cond
	text    string
	read    int
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text += string(b)
	s.changed.Broadcast()
	return len(b), nil
}

func (s *screen) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text
}

func (s *screen) see(text string) (seen string, ok bool) {
	var late bool
	timer := time.AfterFunc(patience, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		late = true
		s.changed.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		fresh := s.text[s.read:]
		if i := strings.Index(fresh, text); i >= 0 {
			if end := strings.IndexByte(fresh[i:], '\n'); end >= 0 {
				s.read += i + end + 1
				return fresh[:i+end+1], true
			}
		}
		if late {
			return fresh, false
		}
		s.changed.Wait()
	}
}

// contains checks that a text has all parts.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing from\n%s", part, text)
		}
	}
}
