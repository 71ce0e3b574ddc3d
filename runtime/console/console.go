// Package console is the console of an isolate, and the way it shows values, which is Node's:
// https://console.spec.whatwg.org
package console

import (
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Level says how much a message matters.
type Level int

// The levels, in rising order of importance.
const (
	Debug Level = iota
	Log
	Info
	Warn
	Error
)

func (l Level) String() string {
	return [...]string{"debug", "log", "info", "warn", "error"}[l]
}

// Sink takes the messages of an isolate's console, on the isolate's goroutine. A message may have several lines; the
// last has no newline.
type Sink interface {
	Console(level Level, text string)
}

// Filter is a [Sink] that does not want every level: what is logged at the others is not even formatted.
type Filter interface{ Enabled(level Level) bool }

// Colored is a [Sink] that may want values in the colours of a terminal.
type Colored interface{ Colors() bool }

// Recorder is a realm's host that is told what is logged by the methods named after levels, before it is formatted. It may
// run the Worker's code, and must not throw.
type Recorder interface {
	ConsoleLogged(level Level, args []goja.Value)
}

// maxText is where a message is cut off, in bytes.
const maxText = 1 << 20

// console is the state of one isolate's console.
type console struct {
	sink   Sink
	filter Filter
	colors bool
	indent string // of the groups that are open
	counts map[string]int
	timers map[string]time.Time
}

// Host is a realm's host that says where its console's messages go.
type Host interface{ ConsoleSink() Sink }

// Init implements the initialization of [webidl.State].
func (s *console) Init(r *webidl.Realm) {
	if host, ok := r.Host.(Host); ok {
		s.attach(host.ConsoleSink())
	}
}

// Attach sends what the realm's console logs to sink, for a realm whose host is no [Host]. Without either, nothing is
// kept.
func Attach(r *webidl.Realm, sink Sink) { webidl.State[console](r).attach(sink) }

func (s *console) attach(sink Sink) {
	s.sink = sink
	s.filter, _ = sink.(Filter)
	if colored, ok := sink.(Colored); ok {
		s.colors = colored.Colors()
	}
}

func (s *console) enabled(level Level) bool {
	return s.sink != nil && (s.filter == nil || s.filter.Enabled(level))
}

// log formats args and prints them: https://console.spec.whatwg.org/#logger
func (s *console) log(r *webidl.Realm, level Level, args []goja.Value) {
	if s.enabled(level) {
		s.print(level, Format(r, args, Options{Depth: DefaultDepth, Colors: s.colors}))
	}
}

// Warning has the realm's console say something that the Worker's author should know: a warning of the platform's.
func Warning(r *webidl.Realm, text string) { webidl.State[console](r).print(Warn, text) }

// print hands a text to the sink, indented as the open groups have it.
func (s *console) print(level Level, text string) {
	if !s.enabled(level) {
		return
	}
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "... (cut off)"
	}
	if s.indent != "" {
		text = s.indent + strings.ReplaceAll(text, "\n", "\n"+s.indent)
	}
	s.sink.Console(level, text)
}
