// Package server is what listens: it loads the Worker, answers HTTP requests with it, and loads it anew when one of its
// files changes.
//
// session.go is the life of the program between start and end, project.go one of the Workers in it and its reloads,
// generation.go one loaded Worker with its bindings, handler.go the way of one request.
package server

import (
	"context"
	"crypto/x509"
	"sync"
	"time"

	"devserver/bindings"
	"devserver/config"
	"devserver/origin"
	"devserver/origin/demo"
	"devserver/runtime/cache"
	"devserver/runtime/console"
	"devserver/runtime/wasm"
	"devserver/server/broker"
)

// Load reads the configuration of one Worker. It is called for each attempt to load that Worker.
type Load func() (*config.Config, config.Diagnostics)

// Options of a Session.
type Options struct {
	// Projects are the Workers of the session. The first is the primary one, which answers HTTP requests; the others
	// are there for the Workers that have bindings to them.
	Projects []Load
	// Dir is where the user types commands: those that are proposed name files relative to it.
	Dir string
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
	// Cron runs the Workers on their schedules (triggers.crons).
	Cron bool
	// TestScheduled has the endpoint that runs the scheduled handler at /__scheduled, too.
	TestScheduled bool
	// EnforceLimits applies the configured limits, which are meant for the edge, here.
	EnforceLimits bool
	// LiveReload has pages that browsers show reload when a Worker was loaded again.
	LiveReload bool
	// Report is told what happens. It must not block.
	Report func(Event)
	// Console is the lowest level of the Worker's console that Report is told of, and Colors asks for objects to be
	// printed in the colours of a terminal.
	Console console.Level
	Colors  bool
}

// Session is one run of the program: the Workers that run in it, and what they share.
type Session struct {
	options  Options
	projects []*project     // the primary one first
	caches   *cache.Memory  // of the Cache API
	wasm     *wasm.Cache    // of compiled WebAssembly
	broker   *broker.Broker // of queues
	mail     *mailbox
	local    []endpoint  // devserver's own
	live     *liveReload // nil if pages are not to reload
	demo     func() (*demo.Origin, error)

	mu      sync.Mutex
	started *demo.Origin // nil until something asks for it
}

// NewSession makes a session. Nothing is read before [Session.Run].
func NewSession(options Options) *Session {
	s := &Session{options: options, demo: sync.OnceValues(demo.Start), caches: cache.NewMemory(cache.MemoryOptions{}), wasm: wasm.NewCache()}
	for _, load := range options.Projects {
		s.projects = append(s.projects, newProject(s, load))
	}
	s.broker = s.newBroker()
	s.mail = newMailbox(options.Report)
	if options.LiveReload {
		s.live = newLiveReload(options.Report)
	}
	s.local = s.endpoints()
	return s
}

// primary is the project whose Worker answers HTTP requests.
func (s *Session) primary() *project { return s.projects[0] }

// responseTimeout is how long origins may take to answer: as long as the edge lets them, or as workerd does, for ever.
func (o *Options) responseTimeout() time.Duration {
	if o.ThrowErrors {
		return 0
	}
	return origin.EdgeResponseTimeout
}

func (s *Session) observe(e origin.Event) { s.options.Report(Origin{e}) }

// Run loads the Workers, calls ready once the first attempt at each is over, whatever came of it, and loads a Worker again
// whenever a file changes that it was made of, until ctx ends. Then it lets what runs finish, for a moment, and closes
// everything.
func (s *Session) Run(ctx context.Context, started time.Time, ready func()) {
	defer s.close()
	defer context.AfterFunc(ctx, s.live.end)()
	var loading, running sync.WaitGroup
	outcomes := make([]func(), len(s.projects))
	for i, p := range s.projects {
		loading.Go(func() { outcomes[i] = p.start(ctx, started) })
	}
	loading.Wait()
	// A Worker's bindings to others are described once these are there; the primary Worker comes last, next to where it listens.
	for _, say := range outcomes[1:] {
		say()
	}
	outcomes[0]()
	ready()
	for _, p := range s.projects {
		running.Go(func() { p.follow(ctx) })
	}
	running.Wait()
}

// Reload loads all Workers again, as if everything that they are made of had changed.
func (s *Session) Reload() {
	for _, p := range s.projects {
		select {
		case p.again <- struct{}{}:
		default: // it is about to be
		}
	}
}

// closingGrace is how long requests in flight, and what was given to waitUntil, may go on once the session is over: time to
// finish what was about to, and no time that somebody at a keyboard notices.
const closingGrace = 100 * time.Millisecond

// close ends the session.
func (s *Session) close() {
	s.broker.Close()
	var closing sync.WaitGroup
	for _, p := range s.projects {
		closing.Go(p.close)
	}
	closing.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started != nil {
		s.started.Close()
	}
}

// startDemo returns the demo origin, which it starts on the first call.
func (s *Session) startDemo() (*demo.Origin, error) {
	d, err := s.demo()
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.started = d
	}
	return d, err
}
