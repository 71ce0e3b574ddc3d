package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/rpc"
	"devserver/runtime/webidl"
)

// worker is a Worker of the session as its bindings to it have it.
func (s *Session) worker(name, environment string) bindings.Worker {
	return &named{s, name, environment}
}

// named is the Worker that has a name, if there is one: it is looked up for each call, so that the latest generation
// answers.
type named struct {
	session           *Session
	name, environment string
}

// find returns the project of the Worker; nil if there is none.
func (w *named) find() *project {
	names := []string{w.name}
	if w.environment != "" {
		names = []string{w.name + "-" + w.environment, w.name}
	}
	for _, name := range names {
		if p := w.session.find(name); p != nil {
			return p
		}
	}
	return nil
}

// find returns the first project whose Worker has a name.
func (s *Session) find(name string) *project {
	i := slices.IndexFunc(s.projects, func(p *project) bool { return p.named(name) })
	if i < 0 {
		return nil
	}
	return s.projects[i]
}

// configuration is the latest that was read.
func (p *project) configuration() *config.Config {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.config
}

// known is the configuration that the Worker is known by: of the generation that answers or, if there is none, the latest
// that was read. So what cannot be read for a moment keeps its name.
func (p *project) known() *config.Config {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.current != nil {
		return p.current.config
	}
	return p.config
}

// acquire returns the generation that answers now, which must be released.
func (w *named) acquire() (*generation, error) {
	p := w.find()
	if p == nil {
		what, fix := w.missing()
		return nil, webidl.Errorf("%s. %s", what, fix)
	}
	g, failure := p.acquire()
	if g != nil {
		return g, nil
	}
	reason := "it is being loaded"
	if failure != nil {
		reason = failure.Error()
	}
	return nil, webidl.Errorf("The Worker %q, which this binding calls, could not be loaded: %s", w.name, reason)
}

// missing says that no such Worker runs, and how to start it.
func (w *named) missing() (what, fix string) {
	var files []string
	for _, p := range w.session.projects {
		if cfg := p.configuration(); cfg != nil && cfg.File != "" {
			files = append(files, cfg.File)
		}
	}
	missing := filepath.Join(w.name, "wrangler.toml")
	if len(files) > 0 { // its directory is beside the others', most often
		missing = filepath.Join(filepath.Dir(filepath.Dir(files[0])), missing)
	}
	command := "devserver"
	for _, file := range append(files, missing) {
		command += " -c " + relative(w.session.options.Dir, file)
	}
	return fmt.Sprintf("No Worker named %q is running", w.name), "Start it together with this one: " + command
}

// Fetch implements rpc.Worker.
func (w *named) Fetch(req *http.Request, e rpc.Entrypoint) (*http.Response, error) {
	g, err := w.acquire()
	if err != nil {
		return nil, err
	}
	defer g.users.Done()
	return g.worker.Fetch(req, e)
}

// Call implements rpc.Worker.
func (w *named) Call(i *rpc.Invocation, e rpc.Entrypoint) {
	g, err := w.acquire()
	if err != nil {
		i.Fail(err)
		return
	}
	defer g.users.Done()
	g.worker.Call(i, e)
}

// Connect implements rpc.Connector.
func (w *named) Connect(ctx context.Context, conn net.Conn, addr string, e rpc.Entrypoint) {
	g, err := w.acquire()
	if err != nil {
		conn.Close()
		return
	}
	defer g.users.Done()
	g.worker.Connect(ctx, conn, addr, e)
}

// Problem implements bindings.Worker.
func (w *named) Problem(entrypoint string) (problem, fix string) {
	p := w.find()
	if p == nil {
		what, fix := w.missing()
		return "calls will fail: n" + what[1:], "s" + fix[1:]
	}
	g, _ := p.acquire()
	if g == nil {
		return fmt.Sprintf("the Worker %q could not be loaded; calls fail until it can", w.name), "see what is said about it"
	}
	defer g.users.Done()
	exports := g.worker.Exports()
	if len(exports) > 0 && !slices.Contains(exports, entrypoint) {
		return fmt.Sprintf("the Worker %q has no entrypoint %q", w.name, entrypoint),
			"it exports " + strings.Join(exports, ", ") + ": name one of them as entrypoint, or export it: export class " + entrypoint + " extends WorkerEntrypoint { … }"
	}
	return "", ""
}
