//go:build peers

// Package npm compares devserver with workerd by what Workers that are made of npm packages answer. The Workers are ours,
// in testdata/workers; the packages, those of testdata/package.json, are installed beforehand:
//
//	cp internal/peers/npm/testdata/package.json DIR && (cd DIR && npm install --ignore-scripts)
//	DEVSERVER_NPM=DIR DEVSERVER_WORKERD=…/bin/workerd DEVSERVER_WRANGLER=… make peers
//
// A Worker begins with a comment: the package, a colon, what of it is used, and the requests that are sent, each a line
// with the method, the path and perhaps a body, followed by its headers on lines that are indented:
//
//	// express: routes and middleware
//	// GET /users/5
//	// POST /users {"name":"x"}
//	//   content-type: application/json
//
// testdata/heavy are Workers that take long: they are for the table, by -workers testdata/heavy.
//
// On workerd runs what wrangler makes of it; devserver is given the source. Both have a variable ORIGIN, the URL of an
// origin that answers with what it was sent.
package npm

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"devserver/bundle"
	"devserver/internal/subprocess"
	worker "devserver/runtime"
	"devserver/runtime/compat"
)

var (
	workers = flag.String("workers", "testdata/workers", "the folder with the Workers to compare")
	show    = flag.Bool("show", false, "show what workerd answers, and what the origin gets from it")
	bundles = flag.String("bundles", "", "a folder in which wrangler's bundles are kept from one run to the next")
)

// compatibilityDate is one at which nodejs_compat is on by default.
const compatibilityDate = "2026-08-05"

// patience is how long a test waits for what must happen.
const patience = 30 * time.Second

// differences are the Workers that do not answer as on workerd, and why they cannot.
var differences = map[string]string{}

// subject is a Worker that is made of a package.
type subject struct {
	name     string // of its file, without the ending
	file     string // absolute
	pkg      string // the npm package
	requests []*request
}

// request is one that a Worker is sent.
type request struct {
	method, path, body string
	header             http.Header
}

var (
	titleLine   = regexp.MustCompile(`^// (@?[\w./-]+): `)
	requestLine = regexp.MustCompile(`^// ([A-Z]+) (/\S*) ?(.*)$`)
	headerLine  = regexp.MustCompile(`^//   ([\w-]+): (.*)$`)
)

// subjects reads the Workers of a folder.
func subjects(t *testing.T, dir string) []*subject {
	t.Helper()
	var all []*subject
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		path, err := filepath.Abs(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue // a folder, with what Workers share
		}
		s := &subject{name: strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name())), file: path}
		for in := bufio.NewScanner(bytes.NewReader(text)); in.Scan() && strings.HasPrefix(in.Text(), "//"); {
			if m := titleLine.FindStringSubmatch(in.Text()); m != nil && s.pkg == "" {
				s.pkg = m[1]
			} else if m := requestLine.FindStringSubmatch(in.Text()); m != nil {
				s.requests = append(s.requests, &request{method: m[1], path: m[2], body: m[3], header: http.Header{}})
			} else if m := headerLine.FindStringSubmatch(in.Text()); m != nil && len(s.requests) > 0 {
				s.requests[len(s.requests)-1].header.Add(m[1], m[2])
			}
		}
		if s.pkg == "" || len(s.requests) == 0 {
			t.Errorf("%s does not begin with a package and a request", entry.Name())
			continue
		}
		all = append(all, s)
	}
	return all
}

// TestPackages runs each Worker on both, and compares what they answer. With -v it shows how large and how fast they are, but
// not with -short: then several run side by side.
func TestPackages(t *testing.T) {
	installed := os.Getenv("DEVSERVER_NPM")
	if installed == "" {
		t.Skip("DEVSERVER_NPM does not name a folder in which the packages of testdata/package.json are installed")
	}
	if _, err := os.Stat(filepath.Join(installed, "node_modules")); err != nil {
		t.Skipf("DEVSERVER_NPM: %v", err)
	}
	programs := findPrograms(t)
	all := subjects(t, *workers)

	// Bundling comes first, so that nothing else runs where time is measured.
	projects := make([]*project, len(all))
	t.Run("bundle", func(t *testing.T) {
		for i, s := range all {
			t.Run(s.name, func(t *testing.T) { projects[i] = programs.bundle(t, s, installed) })
		}
	})

	var empty time.Duration
	if !testing.Short() {
		empty = programs.emptyStart(t)
	}
	var rows []row
	t.Run("answer", func(t *testing.T) {
		for i, s := range all {
			t.Run(s.name, func(t *testing.T) {
				if projects[i] == nil {
					t.Skip("wrangler has not bundled it")
				}
				if testing.Short() {
					t.Parallel()
				}
				theirs, ours := compare(t, programs, s, projects[i])
				if !testing.Short() {
					rows = append(rows, measure(t, s, projects[i], theirs, ours, empty))
				}
			})
		}
	})
	if len(rows) > 0 {
		t.Log(table(rows, installed))
	}
}

// compare starts both programs with a Worker, and sends them its requests.
func compare(t *testing.T, programs *programs, s *subject, p *project) (theirs, ours *server) {
	o := startOrigin(t)
	theirs, ours = programs.startWorkerd(t, p, o), programs.startDevserver(t, p, o)
	o.take()
	var differs []string
	for _, req := range s.requests {
		want, wantSent := theirs.ask(t, req), o.take()
		got, gotSent := ours.ask(t, req), o.take()
		if want != got {
			differs = append(differs, fmt.Sprintf("%s %s\n%s", req.method, req.path, contrast(want, got)))
		}
		if *show {
			t.Logf("%s %s\n%s\n%s", req.method, req.path, want, wantSent)
		}
		if wantSent != gotSent {
			differs = append(differs, fmt.Sprintf("what the origin gets at %s %s\n%s", req.method, req.path, contrast(wantSent, gotSent)))
		}
	}
	switch reason := differences[s.name]; {
	case reason == "" && len(differs) > 0:
		t.Errorf("%s\n%s", strings.Join(differs, "\n"), ours.output)
	case reason != "" && len(differs) == 0:
		t.Errorf("there is no such difference any more: %s", reason)
	case reason != "":
		t.Logf("it differs: %s", reason)
	}
	return theirs, ours
}

// measure says how large a Worker is and how fast. empty is how long workerd takes to start with one that does nothing.
func measure(t *testing.T, s *subject, p *project, theirs, ours *server, empty time.Duration) row {
	r := row{pkg: s.pkg}
	r.evaluation.theirs = max(theirs.started-empty, 0)
	r.request.theirs, r.request.here = theirs.timeOf(t, s.requests[0]), ours.timeOf(t, s.requests[0])
	r.size, r.evaluation.here = evaluation(t, p)
	return r
}

// contrast shows the first line in which two texts differ, and the one before it.
func contrast(theirs, here string) string {
	a, b := strings.Split(theirs, "\n"), strings.Split(here, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	line := func(lines []string) string {
		if i >= len(lines) {
			return "(it ends)"
		}
		if text := lines[i]; len(text) > 2000 {
			return text[:2000] + "…"
		}
		return lines[i]
	}
	return fmt.Sprintf("workerd   %s\ndevserver %s", line(a), line(b))
}

// evaluation says how large the script is that devserver makes, and how long compiling and evaluating it takes.
func evaluation(t *testing.T, p *project) (size int, took time.Duration) {
	flags, _ := compat.Resolve(compatibilityDate, nil)
	modules := worker.ModulesFor(flags)
	bundler := bundle.New(bundle.Options{
		Entry: filepath.Join(p.dir, p.main), Builtin: modules.Has, Missing: modules.Missing, Exports: modules.Exports, Shims: modules.Bare(),
	})
	defer bundler.Close()
	script, err := bundler.Build()
	if err != nil {
		t.Fatal(err)
	}
	var files []worker.ModuleFile
	for _, m := range script.Modules {
		files = append(files, worker.ModuleFile{Name: m.Name, Type: string(m.Type), Bytes: m.Bytes})
		size += len(m.Bytes)
	}
	runtime.GC()
	started := time.Now()
	loaded, failure := worker.Load(worker.Options{
		Compat: flags,
		Script: worker.Script{
			Name: script.Name, Code: script.Code, SourceMap: script.LoadSourceMap, WrittenText: script.WrittenText, Assigned: script.Assigned,
			ReflectsGlobal: script.ReflectsGlobal, Loads: script.Loads, DirectEval: script.DirectEval, Files: files, ServiceWorker: script.ServiceWorker,
		},
	})
	took = time.Since(started)
	if failure != nil {
		return size + len(script.Code), 0 // it needs env at module scope
	}
	loaded.Close()
	return size + len(script.Code), took
}

// row is a line of the table.
type row struct {
	pkg                 string
	size                int // of the script that devserver makes, in bytes
	evaluation, request struct{ here, theirs time.Duration }
}

// table lays rows out as Markdown.
func table(rows []row, installed string) string {
	var b strings.Builder
	b.WriteString("\n| package | version | script, KB | cold evaluation, ms: here / workerd | request, ms: here / workerd |\n|---|---|--:|--:|--:|\n")
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.pkg, b.pkg) })
	for _, r := range rows {
		var manifest struct{ Version string }
		if text, err := os.ReadFile(filepath.Join(installed, "node_modules", r.pkg, "package.json")); err == nil {
			json.Unmarshal(text, &manifest)
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s / %s | %s / %s |\n", r.pkg, manifest.Version, (r.size+1023)/1024,
			ms(r.evaluation.here), ms(r.evaluation.theirs), ms(r.request.here), ms(r.request.theirs))
	}
	return b.String()
}

// server is a program that serves a Worker.
type server struct {
	url     string
	started time.Duration // how long it took until it listened
	output  *subprocess.Log
}

// client sends what it is told, and takes nothing for granted.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// ask sends a request, and returns the response as text: status, body, headers by name.
func (s *server) ask(t *testing.T, r *request) string {
	t.Helper()
	res := s.send(t, r)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n%s\n", res.StatusCode, body)
	if err != nil {
		fmt.Fprintf(&b, "… %v\n", err)
	}
	res.Header.Del("Date") // workerd alone adds none
	if r.method != http.MethodHead {
		res.Header.Del("Content-Length") // how a body is sent is the server's business
	}
	res.Header.Write(&b)
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

func (s *server) send(t *testing.T, r *request) *http.Response {
	t.Helper()
	req, err := http.NewRequest(r.method, s.url+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "worker.localhost"
	req.Header = r.header.Clone()
	if r.body == "" {
		req.Body = nil
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.output)
	}
	return res
}

// timeOf is the median time that a request takes, among as many as can be sent in a moment.
func (s *server) timeOf(t *testing.T, r *request) time.Duration {
	var times []time.Duration
	for until := time.Now().Add(100 * time.Millisecond); len(times) == 0 || time.Now().Before(until); {
		started := time.Now()
		res := s.send(t, r)
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
		times = append(times, time.Since(started))
	}
	slices.Sort(times)
	return times[len(times)/2]
}
