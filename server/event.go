package server

import (
	"time"

	"devserver/bindings"
	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/runtime/console"
)

// Event is something that a person at the terminal may want to see: one of the types below. The server words them, and
// whoever gets them lays them out. They arrive from many goroutines. In a session of several Workers, Name is that of the
// one that an event is about; otherwise it is empty.
type Event any

type (
	// Loaded is a generation of the Worker that now answers: every request that begins after it is answered by this
	// generation or a later one.
	Loaded struct {
		Name     string
		Primary  bool // it answers HTTP requests
		Number   int  // 1 for the first, and one more for each
		Config   *config.Config
		Problems config.Diagnostics // warnings and notes
		Rows     []BindingRow
		Warnings []bundle.Message
		Crons    []CronRow
		Notes    []string
		Changed  []string      // the files whose change led to it; empty for the first
		Took     time.Duration // from the change, or the start, to now
	}

	// BindingRow is a line of the table of env.
	BindingRow struct {
		Name string
		bindings.Row
	}

	// CronRow is a schedule of the Worker.
	CronRow struct {
		Schedule string
		Next     time.Time // when it is due
		Fires    bool      // whether it is run then
	}

	// Failed is an attempt to load the Worker that came to nothing. What answered before still does.
	Failed struct {
		Name    string
		Primary bool   // it would answer HTTP requests
		Dir     string // what the bundler's names of files are relative to
		Failure
		Changed []string
		// Serving is the number of the generation that still answers; 0 if there is none.
		Serving int
	}

	// Answered is a request that has been answered. Path is without the query.
	Answered struct {
		Method, Path string
		Status       int
		Took         time.Duration
	}

	// Handled is an event besides a request that the Worker has handled.
	Handled struct {
		Name    string
		Event   string // "CRON"
		Which   string // the schedule; may be empty
		Outcome string // "ok", "exception"
		OK      bool   // whether that is good
		Took    time.Duration
		Note    string // what happens next; may be empty
	}

	// Console is what the Worker prints.
	Console struct {
		Name  string
		Level console.Level
		Text  string
	}

	// Exception is a failure of the Worker. Method and Path are those of the request that failed for it, and Event is the
	// event, as in "scheduled(* * * * *)"; both are empty if none did.
	Exception struct {
		Name         string
		Error        *runtime.Error
		Method, Path string
		Event        string
		Place
	}

	// Origin is a call to an origin that failed, or a notice about one.
	Origin struct{ origin.Event }

	// Problems is what is wrong with a file that is read while the Worker runs, such as the _headers of its assets.
	Problems struct {
		Name     string // of the Worker
		Dir      string
		Problems config.Diagnostics
	}

	// Notice is a sentence that is worth a line.
	Notice struct{ Text string }
)

// Failure is why a Worker could not be loaded. One of Build, Worker and Other is set, next to the Problems that do not stand in the
// way.
type Failure struct {
	Problems config.Diagnostics // Errors among them are the reason
	Build    *bundle.Error
	Worker   *runtime.Error
	Other    error

	Place // where Worker was thrown

	dir string // of the project: files in it are named without it
}

// Error says in a line what is wrong.
func (f *Failure) Error() string {
	switch {
	case f.Build != nil:
		return f.Build.Error()
	case f.Worker != nil:
		return f.Worker.Error()
	case f.Other != nil:
		return f.Other.Error()
	}
	for _, p := range f.Problems {
		if p.Severity == config.Error {
			return p.String()
		}
	}
	return "the Worker could not be loaded"
}
