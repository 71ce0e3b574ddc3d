package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/watch"
)

// project is one Worker of the session, with its configuration, its sources and many generations.
type project struct {
	session *Session
	read    Load
	plain   *origin.Client // what the global fetch goes through

	mu      sync.RWMutex
	current *generation    // nil before the first that could be loaded
	failure *Failure       // why the latest attempt failed; nil if it did not
	config  *config.Config // the latest that was read; nil before the first
	loading chan struct{}  // closed when the attempt under way is over; nil if there is none

	// Owned by the goroutine that runs the project.
	number   int
	bundler  *bundle.Bundler
	bundling bundleOptions
	programs runtime.Programs // the compiled script
	watcher  *watch.Watcher
	clock    *clock // fires the schedules; nil unless that is asked for
	build    customBuild
	policies *origin.Policies // how origins are reached
	retiring sync.WaitGroup
	doors    doors
	again    chan struct{} // holds a token if it is to be loaded again
}

func newProject(s *Session, read Load) *project {
	p := &project{session: s, read: read, again: make(chan struct{}, 1), plain: origin.New(origin.Options{
		Roots:   s.options.Roots,
		Proxy:   http.ProxyFromEnvironment,
		HTTP2:   s.options.HTTP2,
		Observe: s.observe,
		Calls:   s.options.Calls,

		ResponseTimeout: s.options.responseTimeout(),
	})}
	if s.options.Cron {
		p.clock = newClock(p.fireCron)
	}
	return p
}

// label is how events name the Worker; empty if there is no other.
func (p *project) label() string {
	if len(p.session.projects) == 1 {
		return ""
	}
	return labelOf(p.known())
}

// named reports whether that is the name of the Worker.
func (p *project) named(name string) bool {
	cfg := p.known()
	return cfg != nil && cfg.Name == name
}

// namesakes says that a Worker before this one in the session has its name, and so gets the calls.
func (p *project) namesakes() []string {
	cfg := p.configuration()
	for _, other := range p.session.projects {
		if other == p || cfg.Name == "" {
			break
		}
		if before := other.known(); before != nil && before.Name == cfg.Name {
			return []string{fmt.Sprintf("two Workers have the name %q: calls to it reach that of %s, and never that of %s; give one of them another name", cfg.Name, before.File, cfg.File)}
		}
	}
	return nil
}

func labelOf(cfg *config.Config) string {
	switch {
	case cfg == nil:
		return ""
	case cfg.Name != "":
		return cfg.Name
	}
	return filepath.Base(cfg.Dir)
}

// start loads the Worker for the first time. What came of it is reported by say.
func (p *project) start(ctx context.Context, started time.Time) (say func()) {
	p.watcher = watch.New(watch.Options{Notice: func(text string) { p.session.options.Report(Notice{text}) }})
	return p.attempt(ctx, started, nil)
}

// follow loads the Worker again whenever a file changes that it was made of, until ctx ends.
func (p *project) follow(ctx context.Context) {
	if p.clock != nil {
		var clock sync.WaitGroup
		clock.Go(func() { p.clock.run(ctx) })
		defer clock.Wait()
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.again:
			p.build = customBuild{}
			p.attempt(ctx, time.Now(), nil)()
		case event, ok := <-p.watcher.Events():
			if !ok {
				return
			}
			p.attempt(ctx, time.Now(), event.Paths)()
		}
	}
}

// attempt loads the Worker and, if that succeeds, has it answer from now on. What came of it is reported by say.
func (p *project) attempt(ctx context.Context, started time.Time, changed []string) (say func()) {
	over := make(chan struct{})
	p.mu.Lock()
	p.loading = over
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.loading = nil
		p.mu.Unlock()
		close(over)
	}()
	next, files, failure := p.load(ctx, changed)
	// Watched before anything is said, so that whoever saves on seeing it is heard.
	p.watcher.Set(files.read, files.missed, cmp.Or(files.since, started))
	if failure != nil {
		p.mu.Lock()
		p.failure = failure
		serving := 0
		if p.current != nil {
			serving = p.current.number
		}
		p.mu.Unlock()
		if serving == 0 {
			p.session.live.next() // the page that says why is another
		}
		return func() {
			p.session.options.Report(Failed{Name: p.label(), Primary: p == p.session.primary(), Dir: p.config.Dir, Failure: *failure, Changed: changed, Serving: serving})
		}
	}
	p.number++
	next.number = p.number
	p.mu.Lock()
	previous := p.current
	p.current, p.failure = next, nil
	p.mu.Unlock()
	if previous != nil {
		next.before = previous.retired
		p.retiring.Go(func() { previous.retire(next) })
	}
	p.session.live.next()
	if p.clock != nil {
		p.clock.set(next.crons)
	}
	p.consume(next.consumers)
	p.accept()
	took := time.Since(started)
	return func() {
		p.session.options.Report(Loaded{
			Name: p.label(), Primary: p == p.session.primary(), Number: next.number, Config: next.config, Problems: next.problems, Rows: next.rows(),
			Warnings: next.script.Warnings, Crons: next.cronRows(), Notes: slices.Concat(next.notes, p.namesakes()), Changed: changed, Took: took,
		})
	}
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
func (p *project) load(ctx context.Context, changed []string) (*generation, fileSet, *Failure) {
	var files fileSet
	cfg, problems := p.read()
	p.mu.Lock()
	p.config = cfg
	p.mu.Unlock()
	files.add(cfg.Files...)
	next := &generation{project: p, config: cfg, retired: make(chan struct{})}
	next.problems = append(problems, next.decode(p.session.options.Kinds)...).Sorted()
	if next.problems.HasErrors() {
		if cfg.Main != "" {
			files.add(cfg.Main)
		}
		return nil, files, &Failure{Problems: next.problems, dir: filepath.Dir(cmp.Or(cfg.UserFile, cfg.File))}
	}
	if err := p.setOrigins(cfg, &files); err != nil {
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	if err := p.runBuild(ctx, cfg, changed, &files); err != nil {
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	if next.alone = cfg.Main == ""; next.alone {
		next.script = noScript
	} else {
		script, failure := p.bundle(cfg, &files)
		if failure != nil {
			failure.Problems = next.problems
			return nil, files, failure
		}
		next.script = script
	}
	if err := next.open(ctx, p.current, changed); err != nil {
		files.add(next.files()...)
		next.closeExcept(p.current)
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	files.add(next.files()...)
	if err := next.start(); err != nil {
		next.closeExcept(p.current)
		return nil, files, &Failure{Problems: next.problems, Worker: err, Place: next.place(err.Stack)}
	}
	if err := p.doors.set(cfg.Doors); err != nil {
		next.worker.Close()
		next.closeExcept(p.current)
		return nil, files, &Failure{Problems: next.problems, Other: err}
	}
	return next, files, nil
}

// noScript is the Worker of a project that has none, but assets only.
var noScript = &bundle.Script{Name: "no Worker", Code: `(function(){"use strict";return{default:{}}})`}

// bundle bundles the Worker's sources.
func (p *project) bundle(cfg *config.Config, files *fileSet) (*bundle.Script, *Failure) {
	if options := newBundleOptions(cfg); p.bundler == nil || !options.equal(p.bundling) {
		if p.bundler != nil {
			p.bundler.Close()
		}
		p.bundler, p.bundling = bundle.New(options.options()), options
	}
	script, err := p.bundler.Build()
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

// loadingLimit is how long a request waits for what is being loaded. It is not constant for the tests.
var loadingLimit = 2 * time.Second

// settle waits until what has been saved is loaded: whoever saves and asks at once wants to see that. Something that takes
// longer, such as a build command, is not waited for.
func (s *Session) settle(ctx context.Context) {
	var limit <-chan time.Time
	for _, p := range s.projects {
		p.mu.RLock()
		loading := p.loading
		p.mu.RUnlock()
		if loading == nil {
			continue
		}
		if limit == nil {
			limit = time.After(loadingLimit)
		}
		select {
		case <-loading:
		case <-limit:
			return
		case <-ctx.Done():
			return
		}
	}
}

// acquire returns the generation that answers now, which must be released, or why there is none.
func (p *project) acquire() (*generation, *Failure) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.current == nil {
		return nil, p.failure
	}
	p.current.users.Add(1)
	return p.current, nil
}

// close ends what runs, after a moment of grace.
func (p *project) close() {
	p.mu.Lock()
	last := p.current
	p.doors.close()
	p.current, p.failure = nil, &Failure{Other: errors.New("devserver is shutting down")}
	p.mu.Unlock()
	if last != nil {
		p.retiring.Go(func() { last.retire(nil) })
	}
	p.retiring.Wait()
	p.watcher.Close()
	if p.bundler != nil {
		p.bundler.Close()
	}
	p.plain.Close()
}

// setOrigins works out how origins are reached, and tells the global fetch.
func (p *project) setOrigins(cfg *config.Config, files *fileSet) error {
	origins := slices.Concat(p.session.options.ConnectTo, cfg.Origins)
	for _, o := range origins {
		if o.CA != "" {
			files.add(o.CA)
		}
	}
	list, err := Policies(origins, p.session.startDemo)
	if err != nil {
		return err
	}
	policies, err := origin.NewPolicies(list...)
	if err != nil {
		return err
	}
	policies = policies.WithProxiedZones(origin.ProxiedZones{Hosts: cfg.ProxiedZones, Warn: p.session.options.AllowProxiedZones})
	p.policies = policies
	p.plain.SetPolicies(policies)
	return nil
}
