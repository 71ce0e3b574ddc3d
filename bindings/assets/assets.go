// Package assets is the binding to static assets, env.ASSETS, and what serves them in front of the Worker. Which file
// answers a request, and how, is for the package of the same name at the top to say.
package assets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/dop251/goja"

	"devserver/assets"
	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/compat"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
	"devserver/watch"
)

// Kind is the kind assets.
type Kind struct{}

// Key implements bindings.Kind.
func (Kind) Key() string { return "assets" }

// settings is the decoded configuration.
type settings struct {
	name     string // "" if the Worker has no binding
	dir      string // absolute
	html     assets.HTMLHandling
	notFound assets.NotFoundHandling
	base     string
	first    string // the rules of run_worker_first with newlines between them
	all      bool   // run_worker_first = true
}

// binding serves a directory.
type binding struct {
	settings settings
	routing  assets.Routing

	site  *assets.Site
	row   bindings.Row
	close func()
}

func (b *binding) Name() string      { return b.settings.name }
func (b *binding) Config() any       { return b.settings }
func (b *binding) Row() bindings.Row { return b.row }

// Open begins to watch the files that say how assets are served. The directory need not be there yet.
func (b *binding) Open(ctx context.Context, host bindings.Host) error {
	dir := b.settings.dir
	name := dir
	if rel, err := filepath.Rel(host.Dir, dir); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	b.row = bindings.Row{Resource: "Assets in " + name, Mode: "local"}
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		b.row.Problem, b.row.Fix = fmt.Sprintf("the assets directory %s does not exist", dir), "make it, for example by building the site: its files are served as soon as they are there"
	case err != nil:
		b.row.Problem = fmt.Sprintf("the assets directory %s cannot be used: %v", dir, err)
	case !info.IsDir():
		b.row.Problem, b.row.Fix = fmt.Sprintf("the assets directory %s is a file", dir), "name the directory that it is in"
	}
	b.site = assets.NewSite(dir, assets.Settings{
		HTML: b.settings.html, NotFound: b.settings.notFound, BasePath: b.settings.base, First: b.routing,
	}, reporter(host))
	b.site.Refresh()
	b.close = follow(b.site, dir, host.Notice)
	return nil
}

// reporter words what is wrong with a file, and that nothing is any more.
func reporter(host bindings.Host) func(file string, problems []assets.Problem) {
	var mu sync.Mutex
	faulty := map[string]bool{}
	return func(file string, problems []assets.Problem) {
		mu.Lock()
		defer mu.Unlock()
		var list config.Diagnostics
		for _, p := range problems {
			list = append(list, config.Diagnostic{
				Severity: config.Warning, Code: config.CodeValue, Pos: config.Position{File: file, Line: p.Line, Column: p.Column}, Message: p.Message, Fix: p.Fix,
			})
		}
		if len(list) > 0 {
			host.Problems(list)
		} else if faulty[file] {
			host.Notice(filepath.Base(file) + " is fine now")
		}
		faulty[file] = len(list) > 0
	}
}

// follow reads the files that say how assets are served when they change, so that what is wrong with them is said at
// once, and not with the next request. It also looks, once, for what cannot be deployed. It returns how to end that.
func follow(site *assets.Site, dir string, notice func(string)) (end func()) {
	since := time.Now()
	watcher := watch.New(watch.Options{})
	var files, missing []string
	for _, name := range []string{assets.HeadersFile, assets.RedirectsFile, assets.IgnoreFile} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			files = append(files, path)
		} else {
			missing = append(missing, path)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		watcher.Set(files, missing, since)
		for range watcher.Events() {
			site.Refresh()
		}
	})
	wg.Go(func() {
		for _, text := range site.Survey(ctx) {
			notice(text)
		}
	})
	return func() {
		cancel()
		watcher.Close()
		wg.Wait()
	}
}

// Close implements bindings.Binding.
func (b *binding) Close() error {
	if b.close != nil {
		b.close()
	}
	return nil
}

// Value makes a Fetcher of the assets.
func (b *binding) Value(r *webidl.Realm) goja.Value { return fetch.NewFetcher(r, target{b.site}) }

// Before implements bindings.Front.
func (b *binding) Before(req *http.Request, u *weburl.URL, flags compat.Set) *http.Response {
	return b.site.Before(req, u, flags.Enabled("assets_navigation_prefers_asset_serving"))
}

// Alone implements bindings.Front.
func (b *binding) Alone(req *http.Request, u *weburl.URL) *http.Response { return b.site.Fetch(req, u) }

// target is what env.ASSETS sends requests to.
type target struct{ site *assets.Site }

// RoundTrip implements fetch.Target.
func (t target) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	u, err := weburl.Parse(fetch.IncomingURL(req, ""))
	if err != nil {
		return nil, err
	}
	return t.site.Fetch(req, u), nil
}

// Decode implements bindings.Kind.
func (Kind) Decode(section *config.Section) ([]bindings.Binding, config.Diagnostics) {
	node := section.Node
	if node.Kind() != config.Object {
		return nil, nil // the table of kinds in config has reported it
	}
	var problems config.Diagnostics
	report := func(at *config.Node, code, message, fix string) {
		problems = append(problems, at.Diagnostic(config.Error, code, message, fix))
	}
	b := &binding{}
	s := &b.settings
	s.name, _ = node.Get("binding").AsString()
	html, _ := node.Get("html_handling").AsString()
	notFound, _ := node.Get("not_found_handling").AsString()
	s.html, s.notFound = assets.HTMLHandling(html), assets.NotFoundHandling(notFound)
	var ok bool
	if s.dir, ok = node.Get("directory").AsPath(); !ok {
		problems = append(problems, node.Missing("directory", "the directory whose files are the assets"))
	}
	if base, given := node.Get("base_path").AsString(); given {
		normal, problem := assets.NormalizeBasePath(base)
		if problem != "" {
			report(node.Get("base_path"), config.CodeValue, problem, `write the path that the assets are below: "/docs"`)
		}
		s.base = normal
	}
	first := node.Get("run_worker_first")
	if s.all, _ = first.AsBool(); s.all {
		b.routing = assets.Routing{All: true}
	}
	if rules, isList := first.AsStrings(); isList {
		routing, found := assets.ParseRoutes(rules)
		for _, p := range found {
			at := first
			if p.Index >= 0 {
				at = first.Items()[p.Index]
			}
			report(at, config.CodeValue, p.Message, p.Fix)
		}
		b.routing = routing
		for _, rule := range rules {
			s.first += rule + "\n"
		}
	}
	if slices.ContainsFunc(problems, func(d config.Diagnostic) bool { return d.Severity == config.Error }) {
		return nil, problems
	}
	return []bindings.Binding{b}, problems
}
