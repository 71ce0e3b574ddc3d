package server

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"

	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
)

//go:embed errorpage.html
var errorPageHTML string

var errorPage = template.Must(template.New("error").Parse(errorPageHTML))

// page is what an error page says, as text for programs and as HTML for browsers.
type page struct {
	Title   string
	Request string // "GET http://localhost:8787/path"; may be empty
	Text    string // the error, over several lines
	Fix     string

	// Of an exception, for browsers: what was thrown, where, and the stack.
	Message string
	Whole   string // of a message that is too long for a heading
	Place
	Stack   []frame
	Library []frame // the frames of packages
	More    string  // causes, and the properties of the error

	Problems []problem // of the sources
	answered bool      // by the Worker, with what the page tells
}

// problem is one of the sources, for browsers.
type problem struct {
	Text string
	Place
	Notes []string
	Fix   string
}

// Rest is the error itself, if the page tells it in no other way.
func (p page) Rest() string {
	if p.Message != "" && !p.answered || len(p.Problems) > 0 {
		return ""
	}
	return p.Text
}

// Footer says why there is a page.
func (p page) Footer() string {
	if p.answered {
		return "The Worker answered with the response of a call that failed; for a browser, devserver makes a page of it. The terminal has it too."
	}
	return "devserver shows this page because the request came from a browser. The terminal has it too."
}

// longestHeading is how long a message may be in a heading, in characters.
const longestHeading = 240

// head sets the heading, for which a message may be too long.
func (p *page) head(message string) {
	first, _, more := strings.Cut(message, "\n")
	runes := []rune(first)
	if len(runes) > longestHeading {
		first, more = string(runes[:longestHeading])+"…", true
	}
	p.Message = first
	if more {
		p.Whole = message
	}
}

func workerPage(e *runtime.Error, r *http.Request, g *generation) page {
	title := "The Worker threw an exception"
	switch e.Kind {
	case runtime.Hung:
		title = "The Worker hung"
	case runtime.Limit:
		title = "The Worker exceeded a limit"
	case runtime.Internal:
		title = "devserver failed"
	}
	p := page{Title: title, Request: requestLine(r), Text: e.Text(), Fix: e.Fix}
	p.thrown(e, g.place(e.Stack))
	return p
}

// requestLine is the method and the URL of a request, as the client has them.
func requestLine(r *http.Request) string {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return r.Method + " " + scheme + r.Host + r.RequestURI
}

// thrown has the page tell what was thrown, and where.
func (p *page) thrown(e *runtime.Error, place Place) {
	if len(e.Stack) == 0 {
		return
	}
	p.head(e.Error())
	p.Place = place
	p.More = behindStack(e)
	for _, line := range e.Stack {
		if f := parseFrame(line); f.Library {
			p.Library = append(p.Library, f)
		} else {
			p.Stack = append(p.Stack, f)
		}
	}
}

// behindStack is what a console prints of an error behind its stack: causes, the errors of an AggregateError, properties.
func behindStack(e *runtime.Error) string {
	last := "\n    " + e.Stack[len(e.Stack)-1]
	_, behind, found := strings.Cut(e.Text(), last+" {\n")
	if !found {
		return ""
	}
	behind = strings.TrimSuffix(strings.TrimSuffix(behind, "}"), "\n")
	return strings.ReplaceAll("\n"+behind, "\n  ", "\n")[1:]
}

func failurePage(f *Failure) page {
	p := page{Title: "The Worker could not be loaded"}
	switch {
	case f.Build != nil:
		p.Title, p.Text = "The Worker could not be built", f.Build.Error()
		for _, m := range f.Build.Messages {
			p.Problems = append(p.Problems, buildProblem(m))
		}
	case f.Worker != nil:
		p.Title, p.Text, p.Fix = "The Worker could not be started", f.Worker.Text(), f.Worker.Fix
		p.thrown(f.Worker, f.Place)
	case f.Other != nil:
		p.Text = f.Other.Error()
	default:
		p.Title = "The configuration has errors"
		var lines []string
		for _, problem := range f.Problems {
			if problem.Severity == config.Error {
				text := problem.String()
				if filepath.IsAbs(f.dir) {
					text = strings.ReplaceAll(text, strings.TrimSuffix(f.dir, string(filepath.Separator))+string(filepath.Separator), "")
				}
				lines = append(lines, text)
			}
		}
		p.Text = strings.Join(lines, "\n")
	}
	return p
}

// buildProblem is a problem that the bundler has found.
func buildProblem(m bundle.Message) problem {
	found := problem{Text: m.Text, Notes: m.Notes, Fix: m.Hint}
	if m.File == "" {
		return found
	}
	found.Where = fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
	if m.LineText != "" {
		before := string([]rune(m.LineText)[:min(max(m.Column-1, 0), utf8.RuneCountInString(m.LineText))])
		line := SourceLine{Number: m.Line, Text: m.LineText, Current: true, Caret: blank(before), length: m.Length}
		line.shorten(utf8.RuneCountInString(line.Caret))
		found.Source = []SourceLine{line}
	}
	return found
}

// callPage is for a response that stands for a call to an origin that failed, which the Worker has handed on.
func callPage(r *http.Request, status int, explanation string) page {
	p := page{Title: "A call to an origin failed: " + strconv.Itoa(status) + " " + origin.EdgeReason(status), Request: requestLine(r), answered: true}
	first, rest, _ := strings.Cut(explanation, "\n")
	p.head(first)
	var lines []string
	for line := range strings.Lines(rest) {
		line = strings.TrimSuffix(line, "\n")
		if fix, ok := strings.CutPrefix(line, "fix: "); ok {
			p.Fix = fix
		} else {
			lines = append(lines, line)
		}
	}
	p.Text = strings.Join(lines, "\n")
	return p
}

// explained returns what a response says of a call to an origin that failed, if that is all that it is: the Worker has
// answered with what the call got.
func explained(res *http.Response) (explanation string, ok bool) {
	h := header{res.Header}
	if h.get(origin.CauseHeader) == "" || origin.EdgeReason(res.StatusCode) == "" || h.get("Content-Type") != origin.ExplanationType || res.ContentLength > 64<<10 {
		return "", false
	}
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(text), res.Body), res.Body}
	return string(text), err == nil && strings.HasPrefix(string(text), h.get(origin.CauseHeader)+": ")
}

// navigates reports whether a browser asks for a page, to show it: not for what fetch() gets, or an image.
func navigates(r *http.Request) bool {
	if r.Method != http.MethodGet || r.Header.Get("Upgrade") != "" {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "document", "iframe", "frame":
		return true
	case "": // not a browser of today's
		return strings.Contains(r.Header.Get("Accept"), "text/html")
	}
	return false
}

// json is the page for programs that read JSON.
func (p page) json() any {
	type frames = []string
	texts := func(list []frame) frames {
		var lines frames
		for _, f := range list {
			lines = append(lines, f.Text)
		}
		return lines
	}
	return struct {
		Title   string `json:"title"`
		Message string `json:"message"`
		Where   string `json:"where,omitempty"`
		Stack   frames `json:"stack,omitempty"`
		Library frames `json:"libraryStack,omitempty"`
		Fix     string `json:"fix,omitempty"`
	}{p.Title, cmp.Or(p.Message, p.Text), p.Where, texts(p.Stack), texts(p.Library), p.Fix}
}

// writeErrorPage answers with a page for browsers, with JSON for who accepts that, and with plain text for everyone else.
func writeErrorPage(w http.ResponseWriter, r *http.Request, status int, p page) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	accept := r.Header.Get("Accept")
	if !strings.Contains(accept, "text/html") && strings.Contains(accept, "application/json") {
		header.Set("Content-Type", "application/json")
		w.WriteHeader(status)
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(true)
		encoder.Encode(map[string]any{"error": p.json()})
		return
	}
	if !strings.Contains(accept, "text/html") {
		header.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		text := p.Text
		if p.Fix != "" {
			text += "\n\n" + p.Fix
		}
		w.Write([]byte(text + "\n"))
		return
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	policy := "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
	if _, ok := w.(*livePage); ok {
		policy += "; script-src 'self'; connect-src 'self'"
	}
	header.Set("Content-Security-Policy", policy)
	w.WriteHeader(status)
	errorPage.Execute(w, p)
}
