package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/runtime/console"
	"devserver/server"
)

// jsonLog shows what happens as JSON, an object on each line, for programs. docs/log.md says what is in them; members that
// are empty are left out, and new ones may come.
type jsonLog struct {
	out   *output
	shown int
	url   string
	now   func() time.Time
}

// logEntry is one line.
type logEntry struct {
	Time   string `json:"time"`             // RFC 3339, UTC, with milliseconds
	Level  string `json:"level"`            // debug, info, warn or error
	Event  string `json:"event"`            // what the line is about: see below
	Worker string `json:"worker,omitempty"` // its name, where there are several

	Message string `json:"message,omitempty"`
	Why     string `json:"why,omitempty"`
	Fix     string `json:"fix,omitempty"`

	// listening
	Version string   `json:"version,omitempty"`
	PID     int      `json:"pid,omitempty"`
	URL     string   `json:"url,omitempty"`
	URLs    []string `json:"urls,omitempty"` // for other machines
	Port    int      `json:"port,omitempty"`

	// loaded, reloaded, failed
	Number      int           `json:"number,omitempty"` // of what answers from now on, or still does
	Changed     []string      `json:"changed,omitempty"`
	Config      string        `json:"config,omitempty"`
	Environment string        `json:"environment,omitempty"`
	Bindings    []jsonBinding `json:"bindings,omitempty"`
	Problems    []jsonProblem `json:"problems,omitempty"`
	Reason      string        `json:"reason,omitempty"` // build, start, configuration or other

	// request, exception
	Method string `json:"method,omitempty"`
	Path   string `json:"path,omitempty"` // without the query, which may hold secrets
	Status int    `json:"status,omitempty"`

	// handled, exception
	Kind  string `json:"kind,omitempty"`  // of event: CRON, QUEUE
	Which string `json:"which,omitempty"` // the schedule, for instance
	Note  string `json:"note,omitempty"`  // what happens next

	TookMS *float64 `json:"took_ms,omitempty"`

	Stack []string `json:"stack,omitempty"`

	// origin
	Code     string            `json:"code,omitempty"`
	Host     string            `json:"host,omitempty"`
	Identity string            `json:"identity,omitempty"`
	Facts    map[string]string `json:"facts,omitempty"`
	Cause    string            `json:"cause,omitempty"`
}

type jsonBinding struct {
	Name     string `json:"name"`
	Resource string `json:"resource,omitempty"`
	Mode     string `json:"mode,omitempty"`
	Problem  string `json:"problem,omitempty"`
	Fix      string `json:"fix,omitempty"`
}

type jsonProblem struct {
	Level   string `json:"level"`
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Code    string `json:"code,omitempty"`
	Path    string `json:"path,omitempty"` // in the configuration
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

func newJSONLog(out *output, level string) *jsonLog {
	return &jsonLog{out: out, shown: shownAt(level), now: time.Now}
}

// write writes a line, if its level is shown.
func (l *jsonLog) write(level string, e logEntry) {
	needed := map[string]int{"error": showErrors, "warn": showWarnings, "info": showAll, "debug": showDetails}[level]
	if l.shown < needed {
		return
	}
	e.Time, e.Level = l.now().UTC().Format("2006-01-02T15:04:05.000Z"), level
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(e) != nil {
		return // there is nothing in it that cannot be encoded
	}
	l.out.line(func(b []byte) []byte { return appendASCIIControls(b, line.Bytes()) })
}

// appendASCIIControls appends JSON, with the control characters in it that JSON does not escape as \u00XX.
func appendASCIIControls(b, text []byte) []byte {
	for len(text) > 0 {
		n := firstControl(text)
		b, text = append(b, text[:n]...), text[n:]
		if len(text) == 0 {
			break
		}
		r, size := utf8.DecodeRune(text)
		const hex = "0123456789abcdef"
		b = append(b, '\\', 'u', '0', '0', hex[r>>4&0xf], hex[r&0xf])
		text = text[size:]
	}
	return b
}

func milli(d time.Duration) *float64 {
	ms := float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
	return &ms
}

func (l *jsonLog) begin(listening *server.Listening, secured string, warnings []string) {
	l.url = listening.URL()
	l.write("info", logEntry{
		Event: "listening", Message: secured, Version: buildVersion(), PID: os.Getpid(),
		URL: l.url, URLs: listening.Elsewhere(), Port: listening.Port,
	})
	for _, text := range warnings {
		l.warn(text, "")
	}
	for _, w := range warningsAbout(listening) {
		l.warn(w.what, w.fix)
	}
}

func (l *jsonLog) warn(what, fix string) {
	l.write("warn", logEntry{Event: "notice", Message: what, Fix: fix})
}

func (l *jsonLog) stopping() { l.write("info", logEntry{Event: "stopping"}) }

// Report shows an event. It does not wait for who reads.
func (l *jsonLog) Report(event server.Event) {
	switch e := event.(type) {
	case server.Answered:
		l.write("info", logEntry{Event: "request", Method: e.Method, Path: e.Path, Status: e.Status, TookMS: milli(e.Took)})
	case server.Console:
		level := map[console.Level]string{console.Warn: "warn", console.Error: "error"}[e.Level]
		l.write(cmp.Or(level, "info"), logEntry{Event: "console", Worker: e.Name, Code: "console." + e.Level.String(), Message: e.Text})
	case server.Loaded:
		l.loaded(e)
	case server.Failed:
		l.failed(e)
	case server.Exception:
		x := exceptionEntry(e.Error)
		x.Event, x.Worker, x.Method, x.Path, x.Kind = "exception", e.Name, e.Method, e.Path, e.Event
		l.write("error", x)
	case server.Origin:
		l.origin(e)
	case server.Notice:
		l.warn(e.Text, "")
	case server.Handled:
		x := logEntry{Event: "handled", Worker: e.Name, Kind: e.Event, Which: e.Which, Message: e.Outcome, Note: e.Note, TookMS: milli(e.Took)}
		level := "info"
		if !e.OK {
			level = "error"
		}
		l.write(level, x)
	}
}

func exceptionEntry(e *runtime.Error) logEntry {
	message, _, _ := strings.Cut(e.Text(), "\n")
	return logEntry{Message: message, Fix: e.Fix, Stack: e.Stack}
}

func (l *jsonLog) loaded(e server.Loaded) {
	x := logEntry{
		Event: "loaded", Worker: e.Name, Number: e.Number, URL: l.url, Changed: e.Changed, TookMS: milli(e.Took),
		Config: e.Config.File, Environment: e.Config.Env, Problems: jsonProblems(e.Problems),
	}
	if e.Number > 1 {
		x.Event = "reloaded"
	}
	for _, row := range e.Rows {
		x.Bindings = append(x.Bindings, jsonBinding{row.Name, row.Resource, row.Mode, row.Problem, row.Fix})
	}
	for _, key := range e.Config.Ignored {
		level := "warn"
		if key.DeployOnly {
			level = "info"
		}
		x.Problems = append(x.Problems, jsonProblem{Level: level, File: key.Pos.File, Line: key.Pos.Line, Column: key.Pos.Column, Path: key.Path, Message: "has no effect: " + key.Note})
	}
	for _, m := range e.Warnings {
		x.Problems = append(x.Problems, buildProblem("warn", m))
	}
	for _, note := range e.Notes {
		x.Problems = append(x.Problems, jsonProblem{Level: "warn", Message: note})
	}
	l.write("info", x)
}

func (l *jsonLog) failed(e server.Failed) {
	x := logEntry{Event: "failed", Worker: e.Name, Reason: "configuration", Number: e.Serving, Changed: e.Changed, Problems: jsonProblems(e.Problems)}
	switch {
	case e.Build != nil:
		x.Reason = "build"
		for _, m := range e.Build.Messages {
			x.Problems = append(x.Problems, buildProblem("error", m))
		}
	case e.Failure.Worker != nil:
		x.Reason = "start"
		why := exceptionEntry(e.Failure.Worker)
		x.Message, x.Fix, x.Stack = why.Message, why.Fix, why.Stack
	case e.Other != nil:
		x.Reason, x.Message = "other", e.Other.Error()
	}
	x.Message = cmp.Or(x.Message, e.Failure.Error())
	l.write("error", x)
}

func buildProblem(level string, m bundle.Message) jsonProblem {
	return jsonProblem{Level: level, File: m.File, Line: m.Line, Column: m.Column, Message: m.Text}
}

func jsonProblems(list config.Diagnostics) []jsonProblem {
	var problems []jsonProblem
	for _, d := range list {
		level := map[config.Severity]string{config.Error: "error", config.Warning: "warn", config.Info: "info"}[d.Severity]
		problems = append(problems, jsonProblem{level, d.Pos.File, d.Pos.Line, d.Pos.Column, string(d.Code), d.Path, d.Message, d.Fix})
	}
	return problems
}

func (l *jsonLog) origin(e server.Origin) {
	x := logEntry{Event: "origin", Code: e.Code, Host: e.Host, Identity: e.Identity, Message: e.Text, Fix: e.Fix}
	switch {
	case e.Err != nil:
		x.Message, x.Why, x.Fix, x.Method, x.Path, x.Status = e.Err.What, e.Err.Why, e.Err.Fix, e.Err.Method, e.Err.Path, e.Err.Status
		x.Code = cmp.Or(e.Code, e.Err.Code)
		x.Facts = map[string]string{}
		for _, fact := range e.Err.Facts() {
			x.Facts[fact.Label] = fact.Text
		}
		if e.Err.Err != nil {
			x.Cause = e.Err.Err.Error()
		}
		level := "error"
		if e.Err.Status < 500 { // the Worker has got the response
			level = "warn"
		}
		l.write(level, x)
	case e.Code == origin.CallAnswered || e.Code == origin.NoticeRepeated:
		l.write("debug", x)
	default:
		l.write("warn", x)
	}
}
