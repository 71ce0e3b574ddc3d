package console

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// Globals returns the globals of this package.
func Globals() []webidl.Global {
	return []webidl.Global{webidl.NamespaceGlobal("console", func(r *webidl.Realm) goja.Value { return r.Namespace(namespace) })}
}

// namespace is the namespace console: https://console.spec.whatwg.org/#console-namespace
var namespace = webidl.NewClass("console", namespaceIDL{})

type namespaceIDL struct{}

func (namespaceIDL) Define(class *webidl.Class) {
	for _, method := range methods {
		class.Statics = append(class.Statics, webidl.Static(method.name, 0, func(c webidl.Call) goja.Value {
			method.call(webidl.State[console](c.Realm), c)
			return c.Undefined()
		}))
	}
}

// methods are the functions of console, in order.
var methods = []struct {
	name string
	call func(s *console, c webidl.Call)
}{
	{"debug", at(Debug)},
	{"error", at(Error)},
	{"info", at(Info)},
	{"log", at(Log)},
	{"warn", at(Warn)},
	{"dir", dir},
	{"dirxml", func(s *console, c webidl.Call) { s.log(c.Realm, Log, c.Args) }},
	{"table", (*console).table},
	{"trace", trace},
	{"group", group},
	{"groupCollapsed", group},
	{"groupEnd", func(s *console, _ webidl.Call) { s.indent = strings.TrimSuffix(s.indent, "  ") }},
	{"clear", func(s *console, _ webidl.Call) { s.indent = "" }},
	{"count", count},
	{"countReset", countReset},
	{"assert", assert},
	{"profile", func(*console, webidl.Call) {}},
	{"profileEnd", func(*console, webidl.Call) {}},
	{"time", startTimer},
	{"timeLog", logTimer},
	{"timeEnd", endTimer},
	{"timeStamp", func(*console, webidl.Call) {}},
}

func at(level Level) func(s *console, c webidl.Call) {
	return func(s *console, c webidl.Call) {
		s.log(c.Realm, level, c.Args)
		if host, ok := c.Realm.Host.(Recorder); ok {
			host.ConsoleLogged(level, c.Args)
		}
	}
}

// dir implements https://console.spec.whatwg.org/#dir
func dir(s *console, c webidl.Call) {
	if !s.enabled(Log) {
		return
	}
	options := Options{Depth: DefaultDepth, Colors: s.colors}
	if d, ok := c.Arg(1).(*goja.Object); ok {
		dict := c.Realm.Dictionary(d)
		if depth, ok := dict.Get("depth"); ok {
			options.Depth = depthOf(c.Realm, depth)
		}
		options.ShowHidden = dict.Bool("showHidden")
	}
	s.print(Log, Inspect(c.Realm, c.Arg(0), options))
}

func depthOf(r *webidl.Realm, v goja.Value) int {
	if goja.IsNull(v) {
		return MaxDepth
	}
	return int(min(max(r.Float(v), -1), MaxDepth))
}

// trace implements https://console.spec.whatwg.org/#trace
func trace(s *console, c webidl.Call) {
	if !s.enabled(Log) {
		return
	}
	text := "Trace"
	if len(c.Args) > 0 {
		text += ": " + Format(c.Realm, c.Args, Options{Depth: DefaultDepth, Colors: s.colors})
	}
	s.print(Log, text+callStack(c.Realm))
}

// group implements https://console.spec.whatwg.org/#group
func group(s *console, c webidl.Call) {
	if len(c.Args) > 0 {
		s.log(c.Realm, Log, c.Args)
	}
	if len(s.indent) < 2*maxGroups {
		s.indent += "  "
	}
}

// maxGroups is how deep groups indent.
const maxGroups = 100

// label is the first argument of the counting and timing functions.
func label(c webidl.Call) string {
	if !c.Has(0) {
		return "default"
	}
	return c.USVString(0)
}

// count implements https://console.spec.whatwg.org/#count
func count(s *console, c webidl.Call) {
	name := label(c)
	if s.counts == nil {
		s.counts = map[string]int{}
	}
	s.counts[name]++
	s.print(Info, name+": "+strconv.Itoa(s.counts[name]))
}

// countReset implements https://console.spec.whatwg.org/#countreset
func countReset(s *console, c webidl.Call) {
	name := label(c)
	if _, ok := s.counts[name]; !ok {
		s.print(Warn, fmt.Sprintf("Count for '%s' does not exist", name))
		return
	}
	delete(s.counts, name)
}

// assert implements https://console.spec.whatwg.org/#assert
func assert(s *console, c webidl.Call) {
	if c.Arg(0).ToBoolean() || !s.enabled(Error) {
		return
	}
	text := "Assertion failed"
	if len(c.Args) > 1 {
		if _, ok := c.Args[1].(goja.String); ok {
			text += ":"
		}
		text += " " + Format(c.Realm, c.Args[1:], Options{Depth: DefaultDepth, Colors: s.colors})
	}
	s.print(Error, text)
}

// startTimer implements https://console.spec.whatwg.org/#time
func startTimer(s *console, c webidl.Call) {
	name := label(c)
	if _, ok := s.timers[name]; ok {
		s.print(Warn, fmt.Sprintf("Timer '%s' already exists", name))
		return
	}
	if s.timers == nil {
		s.timers = map[string]time.Time{}
	}
	s.timers[name] = time.Now()
}

// logTimer implements https://console.spec.whatwg.org/#timelog
func logTimer(s *console, c webidl.Call) {
	name := label(c)
	started, ok := s.timers[name]
	if !ok {
		s.print(Warn, fmt.Sprintf("Timer '%s' does not exist", name))
		return
	}
	text := name + ": " + elapsed(time.Since(started))
	if len(c.Args) > 1 && s.enabled(Info) {
		text += " " + Format(c.Realm, append([]goja.Value{c.String("%s")}, c.Args[1:]...), Options{Depth: DefaultDepth, Colors: s.colors})
	}
	s.print(Info, text)
}

// endTimer implements https://console.spec.whatwg.org/#timeend
func endTimer(s *console, c webidl.Call) {
	c.Args = c.Args[:min(len(c.Args), 1)]
	logTimer(s, c)
	delete(s.timers, label(c))
}

// elapsed is a duration as Node prints it: 1.234ms, 1.234s, 1:02.345 (m:ss.mmm) or 1:02:03 (h:mm:ss).
func elapsed(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case d >= time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d:%02d:%02d (h:mm:ss)", d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second)
	case d >= time.Minute:
		d = d.Round(time.Millisecond)
		return fmt.Sprintf("%d:%06.3f (m:ss.mmm)", d/time.Minute, (d % time.Minute).Seconds())
	case d >= time.Second:
		return strconv.FormatFloat(ms/1000, 'f', 3, 64) + "s"
	}
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(ms, 'f', 3, 64), 64)
	return strconv.FormatFloat(rounded, 'f', -1, 64) + "ms"
}
