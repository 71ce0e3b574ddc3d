// Package watch reports when files change that something was made of, or appear where something was missed.
//
// It reports the first change at once and never waits for a burst of saves to end: who listens begins to work, and begins
// anew at the next report. Contents decide, not times: what is touched, rewritten with the same bytes or replaced by a copy
// of itself is no change.
package watch

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options may be left empty.
type Options struct {
	// Root is the project's directory. The directories between it and a watched file are watched too, so that one that
	// is moved or replaced as a whole is noticed. Without it only the directory that a file is in is.
	Root string

	// Poll looks at the files again and again instead of having the system report changes, for file systems where it
	// does not: network drives, some containers' volumes.
	Poll bool

	// PollInterval is how long to wait between two looks. The default is 300 ms.
	PollInterval time.Duration

	// Notice is called, on the watcher's goroutine, with a sentence that says why it polls although it was not told to.
	Notice func(text string)
}

// An Event names what has changed since the event before it.
type Event struct {
	Paths []string // as given to Set, sorted
}

// AnyName as the last part of a path that is given to Set means the names in the directory: that one comes or goes is a
// change, that a file is written is none.
const AnyName = "*"

// A Watcher watches a set of files. Its methods may be called from any goroutine.
type Watcher struct {
	options Options
	sets    chan set
	events  chan Event
	stop    chan struct{}
	stopped chan struct{}
	close   sync.Once
}

// A set is what a call of Set asks for.
type set struct {
	paths map[string]bool // true: was read; false: was missed
	since time.Time
	done  chan struct{}
}

// New returns a Watcher of nothing. Close must be called.
func New(options Options) *Watcher { return start(options, newNotifier) }

func start(options Options, newNotifier func() (notifier, error)) *Watcher {
	if options.PollInterval <= 0 {
		options.PollInterval = 300 * time.Millisecond
	}
	if options.Notice == nil {
		options.Notice = func(string) {}
	}
	w := &Watcher{
		options: options,
		sets:    make(chan set),
		events:  make(chan Event),
		stop:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go w.run(newNotifier)
	return w
}

// Set replaces what is watched: files that were read, and missing ones of interest. All paths are absolute. Since is the
// moment before the first of them was looked at. When Set returns, no later change goes unnoticed; one that was made between
// since and now is reported too, for paths that were not watched before.
func (w *Watcher) Set(files, missing []string, since time.Time) {
	s := set{paths: make(map[string]bool, len(files)+len(missing)), since: since, done: make(chan struct{})}
	for _, path := range missing {
		s.paths[filepath.Clean(path)] = false
	}
	for _, path := range files {
		s.paths[filepath.Clean(path)] = true
	}
	select {
	case w.sets <- s:
		<-s.done
	case <-w.stopped:
	}
}

// Events is where changes are reported. What changes while nobody receives is in the next event. The channel is closed by
// Close.
func (w *Watcher) Events() <-chan Event { return w.events }

// Close ends the watcher and waits for its goroutine.
func (w *Watcher) Close() {
	w.close.Do(func() { close(w.stop) })
	<-w.stopped
}

// state belongs to the watcher's goroutine.
type state struct {
	options  Options
	notifier notifier // nil: polling
	files    map[string]*file
	changed  map[string]bool

	entries map[entry][]*file // who depends on it
	dirs    map[string]bool   // watched
}

func (w *Watcher) run(newNotifier func() (notifier, error)) {
	defer close(w.stopped)
	defer close(w.events)
	s := &state{
		options: w.options,
		files:   make(map[string]*file),
		changed: make(map[string]bool),
		entries: make(map[entry][]*file),
		dirs:    make(map[string]bool),
	}
	if !w.options.Poll {
		n, err := newNotifier()
		if err == nil {
			s.notifier = n
		} else {
			w.options.Notice(pollingNotice(err))
		}
	}
	defer s.stopNotifier()

	for {
		var events chan<- Event
		var event Event
		if len(s.changed) > 0 {
			events, event.Paths = w.events, slices.Sorted(maps.Keys(s.changed))
		}
		var reports <-chan fsnotify.Event
		var lost <-chan error
		var tick <-chan time.Time
		if s.notifier != nil {
			reports, lost = s.notifier.Reports()
		} else {
			tick = time.After(w.options.PollInterval)
		}
		select {
		case <-w.stop:
			return
		case set := <-w.sets:
			s.apply(set)
			close(set.done)
		case events <- event:
			clear(s.changed)
		case report := <-reports:
			s.reported(report)
		case <-lost:
			s.rearrange("")
		case <-tick:
			s.checkAll(false)
		}
	}
}

// apply replaces the set of files.
func (s *state) apply(set set) {
	var added []*file
	for path := range s.files {
		if _, stays := set.paths[path]; !stays {
			delete(s.files, path)
			delete(s.changed, path)
		}
	}
	kept := slices.Collect(maps.Values(s.files))
	for path := range set.paths {
		if s.files[path] == nil {
			f := &file{path: path}
			s.files[path] = f
			added = append(added, f)
		}
	}
	s.arrange()
	// The way to a file may lead elsewhere now: what is still to be reported of the old way will not be looked at.
	for _, f := range kept {
		s.check(f, false)
	}
	for _, f := range added {
		f.last = look(f.path)
		if wasRead := set.paths[f.path]; wasRead != f.last.exists() || wasRead && f.last.newerThan(set.since) {
			s.changed[f.path] = true
		}
	}
}

// reported handles what the notifier says about one directory entry.
func (s *state) reported(report fsnotify.Event) {
	path := filepath.Clean(report.Name)
	touched := s.entries[entry{filepath.Dir(path), filepath.Base(path)}]
	rearrange := s.dirs[path] && report.Has(fsnotify.Remove|fsnotify.Rename)
	listed := s.entries[entry{filepath.Dir(path), AnyName}]
	for _, f := range touched {
		// A plain file that comes, goes or is written leaves the way to it as it was.
		rearrange = rearrange || report.Op != fsnotify.Write && report.Op != fsnotify.Chmod && !f.isPlain(path)
	}
	if rearrange {
		s.rearrange(path)
		return
	}
	for _, f := range slices.Concat(touched, listed) {
		s.check(f, true)
	}
}

// rearrange starts over where the way to some files has changed: below path there may be another tree of the same shape.
func (s *state) rearrange(path string) {
	for dir := range s.dirs {
		if isWithin(dir, path) {
			s.unwatch(dir)
		}
	}
	s.arrange()
	s.checkAll(true)
}

func (s *state) checkAll(thoroughly bool) {
	for _, f := range s.files {
		s.check(f, thoroughly)
	}
}

func (s *state) check(f *file, thoroughly bool) {
	if f.changed(thoroughly) {
		s.changed[f.path] = true
	}
}

// arrange finds the directories to watch and watches them. A directory may come or go meanwhile, so it looks again until
// nothing new turns up.
func (s *state) arrange() {
	if s.notifier == nil {
		return
	}
	for range 8 {
		s.findEntries()
		wanted := make(map[string]bool)
		for e := range s.entries {
			wanted[e.dir] = true
		}
		for dir := range s.dirs {
			if !wanted[dir] {
				s.unwatch(dir)
			}
		}
		again := false
		for dir := range wanted {
			if s.dirs[dir] {
				continue
			}
			if err := s.notifier.Add(dir); isMissing(err) {
				again = true
			} else if err != nil {
				s.stopNotifier()
				s.options.Notice(pollingNotice(fmt.Errorf("watch %s: %w", dir, err)))
				return
			} else {
				s.dirs[dir], again = true, true
			}
		}
		if !again {
			return
		}
	}
}

// findEntries works out which directory entries the files depend on.
func (s *state) findEntries() {
	clear(s.entries)
	tree := tree{root: s.options.Root, dirs: make(map[string]way)}
	for _, f := range s.files {
		var entries []entry
		entries, f.real = tree.to(f.path)
		for _, e := range entries {
			s.entries[e] = append(s.entries[e], f)
		}
	}
}

func (s *state) unwatch(dir string) {
	s.notifier.Remove(dir) // an error means that it is gone already
	delete(s.dirs, dir)
}

func (s *state) stopNotifier() {
	if s.notifier != nil {
		s.notifier.Close()
		s.notifier = nil
	}
}
