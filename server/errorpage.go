package server

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"

	"devserver/config"
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
	Place
	Stack   []frame
	Library []frame // the frames of packages
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
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	p := page{Title: title, Request: r.Method + " " + scheme + r.Host + r.URL.RequestURI(), Text: e.Text(), Fix: e.Fix}
	p.thrown(e, g.place(e.Stack))
	return p
}

// thrown has the page tell what was thrown, and where.
func (p *page) thrown(e *runtime.Error, place Place) {
	if len(e.Stack) == 0 {
		return
	}
	p.Message, p.Place = e.Error(), place
	for _, line := range e.Stack {
		if f := parseFrame(line); f.Library {
			p.Library = append(p.Library, f)
		} else {
			p.Stack = append(p.Stack, f)
		}
	}
}

func failurePage(f *Failure) page {
	p := page{Title: "The Worker could not be loaded"}
	switch {
	case f.Build != nil:
		p.Title, p.Text = "The Worker could not be built", f.Build.Error()
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
				lines = append(lines, problem.String())
			}
		}
		p.Text = strings.Join(lines, "\n")
	}
	return p
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
