// Package server is what listens: it loads the Worker, answers HTTP requests with it, and loads it anew when one of its
// files changes.
//
// session.go is the life of the program between start and end, generation.go one loaded Worker with its bindings,
// handler.go the way of one request.
package server

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"devserver/bindings"
	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/origin/demo"
	"devserver/runtime/cache"
	"devserver/runtime/console"
	"devserver/runtime/wasm"
	"devserver/watch"
)

// Options of a Session.
type Options struct {
	// Load reads the configuration. It is called for each attempt to load the Worker.
	Load func() (*config.Config, config.Diagnostics)
	// Kinds are the kinds of bindings there are.
	Kinds []bindings.Kind
	// Getenv reads the environment.
	Getenv func(string) string
	// Roots are trusted for every origin, besides the system's.
	Roots []*x509.Certificate
	// ConnectTo are settings of origins that come before those of the configuration.
	ConnectTo []config.Origin
	// ThrowErrors has calls to origins that fail throw, as workerd does. Otherwise they get the response of the edge.
	ThrowErrors bool
	// HTTP2 offers HTTP/2 to origins.
	HTTP2 bool
	// AllowProxiedZones lets calls with a certificate to what Cloudflare proxies through, with a notice.
	AllowProxiedZones bool
	// Calls has Report told of calls to origins that were answered, too.
	Calls bool
	// EnforceLimits applies the configured limits, which are meant for the edge, here.
	EnforceLimits bool
	// Report is told what happens. It must not block.
	Report func(Event)
	// Console is the lowest level of the Worker's console that Report is told of, and Colors asks for objects to be
	// printed in the colours of a terminal.
	Console console.Level
	Colors  bool
}

// Session is one run of the program: one project, many generations of its Worker.
type Session struct {
	options Options
	plain   *origin.Client // what the global fetch goes through
	caches  *cache.Memory  // of the Cache API, for all generations
	wasm    *wasm.Cache    // of compiled WebAssembly, the same
	local   []endpoint     // devserver's own

	mu      sync.RWMutex
	current *generation // nil before the first that could be loaded
	failure *Failure    // why the latest attempt failed; nil if it did not

	// Owned by the goroutine of Run.
	number   int
	bundler  *bundle.Bundler
	bundling bundleOptions
	watcher  *watch.Watcher
	build    customBuild
	demo     func() (*demo.Origin, error)
	origins  originSettings
	retiring sync.WaitGroup
}

// NewSession makes a session. Nothing is read before [Session.Run].
func NewSession(options Options) *Session {
	s := &Session{options: options, demo: sync.OnceValues(demo.Start), caches: cache.NewMemory(cache.MemoryOptions{}), wasm: wasm.NewCache()}
	s.plain = origin.New(origin.Options{
		Roots:   options.Roots,
		Proxy:   http.ProxyFromEnvironment,
		HTTP2:   options.HTTP2,
		Observe: s.observe,
		Calls:   options.Calls,

		ResponseTimeout: options.responseTimeout(),
	})
	s.local = s.endpoints()
	return s
}

// responseTimeout is how long origins may take to answer: as long as the edge lets them, or as workerd does, for ever.
func (o *Options) responseTimeout() time.Duration {
	if o.ThrowErrors {
		return 0
	}
	return origin.EdgeResponseTimeout
}

func (s *Session) observe(e origin.Event) { s.options.Report(Origin{e}) }

// Run loads the Worker, calls ready once the first attempt is over, whatever came of it, and loads the Worker again
// whenever a file changes that it was made of, until ctx ends. Then it lets what runs finish, for a moment, and closes
// everything.
func (s *Session) Run(ctx context.Context, started time.Time, ready func()) {
	watcher := watch.New(watch.Options{Notice: func(text string) { s.options.Report(Notice{text}) }})
	s.watcher = watcher
	defer s.close()
	defer watcher.Close()
	s.attempt(ctx, watcher, started, nil)
	ready()
	for {
		select {
		case <-ctx.Done():
			return
		case event, ok := <-watcher.Events():
			if !ok {
				return
			}
			s.attempt(ctx, watcher, time.Now(), event.Paths)
		}
	}
}

// attempt loads the Worker and, if that succeeds, has it answer from now on.
func (s *Session) attempt(ctx context.Context, watcher *watch.Watcher, started time.Time, changed []string) {
	next, files, failure := s.load(ctx, changed)
	// Watched before anything is said, so that whoever saves on seeing it is heard.
	watcher.Set(files.read, files.missed, cmp.Or(files.since, started))
	if failure != nil {
		s.mu.Lock()
		s.failure = failure
		serving := 0
		if s.current != nil {
			serving = s.current.number
		}
		s.mu.Unlock()
		s.options.Report(Failed{Failure: *failure, Changed: changed, Serving: serving})
		return
	}
	s.number++
	next.number = s.number
	s.mu.Lock()
	previous := s.current
	s.current, s.failure = next, nil
	s.mu.Unlock()
	if previous != nil {
		next.before = previous.retired
		s.retiring.Go(func() { previous.retire(next) })
	}
	s.options.Report(Loaded{
		Number: next.number, Config: next.config, Problems: next.problems, Rows: next.rows(),
		Warnings: next.script.Warnings, Notes: next.notes, Changed: changed, Took: time.Since(started),
	})
}

// fileSet is what an attempt depended on, whether it succeeded or not: files that were read, and places where one that
// appears would matter.
type fileSet struct {
	read, missed []string
	since        time.Time // when the first of them was looked at; zero for the beginning of the attempt
}

// add adds files, of which some may not exist.
func (f *fileSet) add(files ...string) {
	for _, file := range files {
		if _, err := os.Stat(strings.TrimSuffix(file, watch.AnyName)); err != nil {
			f.missed = append(f.missed, file)
		} else {
			f.read = append(f.read, file)
		}
	}
}

// load makes the next generation. Whatever it opened is closed again if it fails.
func (s *Session) load(ctx context.Context, changed []string) (*generation, fileSet, *Failure) {
	var files fileSet
	cfg, problems := s.options.Load()
	files.add(cfg.Files...)
	next := &generation{session: s, config: cfg, retired: make(chan struct{})}
	next.problems = append(problems, next.decode(s.options.Kinds)...).Sorted()
	if next.problems.HasErrors() {
		if cfg.Main != "" {
			files.add(cfg.Main)
		}
		return nil, files, &Failure{Problems: next.problems}
	}
	if err := s.setOrigins(cfg, &files); err != nil {
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	if err := s.runBuild(ctx, cfg, changed, &files); err != nil {
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	script, failure := s.bundle(cfg, &files)
	if failure != nil {
		failure.Problems = next.problems
		return nil, files, failure
	}
	next.script = script
	if err := next.open(ctx, s.current, changed); err != nil {
		next.closeExcept(s.current)
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	files.add(next.files()...)
	if err := next.start(); err != nil {
		next.closeExcept(s.current)
		return nil, files, &Failure{Problems: next.problems, Worker: err}
	}
	return next, files, nil
}

// bundle bundles the Worker's sources.
func (s *Session) bundle(cfg *config.Config, files *fileSet) (*bundle.Script, *Failure) {
	if options := newBundleOptions(cfg); s.bundler == nil || !options.equal(s.bundling) {
		if s.bundler != nil {
			s.bundler.Close()
		}
		s.bundler, s.bundling = bundle.New(options.options()), options
	}
	script, err := s.bundler.Build()
	if err == nil {
		files.add(script.Inputs...)
		files.missed = append(files.missed, script.Missing...)
		for _, dir := range script.Dirs {
			files.read = append(files.read, filepath.Join(dir, watch.AnyName))
		}
		return script, nil
	}
	files.add(cfg.Main)
	if b, ok := errors.AsType[*bundle.Error](err); ok {
		files.add(b.Inputs...)
		files.missed = append(files.missed, b.Missing...)
		return nil, &Failure{Build: b}
	}
	return nil, &Failure{Other: err}
}

// acquire returns the generation that answers now, which must be released, or why there is none.
func (s *Session) acquire() (*generation, *Failure) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.current == nil {
		return nil, s.failure
	}
	s.current.users.Add(1)
	return s.current, nil
}

// closingGrace is how long requests in flight may go on once the session is over.
const closingGrace = 2 * time.Second

// close ends the session.
func (s *Session) close() {
	s.mu.Lock()
	last := s.current
	s.current, s.failure = nil, &Failure{Other: errors.New("devserver is shutting down")}
	s.mu.Unlock()
	if last != nil {
		s.retiring.Go(func() { last.retire(nil) })
	}
	s.retiring.Wait()
	if s.bundler != nil {
		s.bundler.Close()
	}
	s.plain.Close()
	if s.origins.demo != nil {
		s.origins.demo.Close()
	}
}

// originSettings are how origins are reached.
type originSettings struct {
	demo     *demo.Origin
	policies *origin.Policies
}

// setOrigins works out how origins are reached, and tells the global fetch.
func (s *Session) setOrigins(cfg *config.Config, files *fileSet) error {
	origins := slices.Concat(s.options.ConnectTo, cfg.Origins)
	for _, o := range origins {
		if o.CA != "" {
			files.add(o.CA)
		}
	}
	list, err := Policies(origins, s.startDemo)
	if err != nil {
		return err
	}
	policies, err := origin.NewPolicies(list...)
	if err != nil {
		return err
	}
	policies = policies.WithProxiedZones(origin.ProxiedZones{Hosts: cfg.ProxiedZones, Warn: s.options.AllowProxiedZones})
	s.origins.policies = policies
	s.plain.SetPolicies(policies)
	return nil
}

func (s *Session) startDemo() (*demo.Origin, error) {
	d, err := s.demo()
	if err == nil {
		s.origins.demo = d
	}
	return d, err
}
