package server

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"devserver/bindings"
	"devserver/bindings/queues"
	"devserver/bindings/unsupported"
	"devserver/bindings/vars"
	"devserver/bundle"
	"devserver/config"
	"devserver/origin"
	"devserver/runtime"
	"devserver/runtime/compat"
	"devserver/runtime/console"
	"devserver/runtime/queue"
	"devserver/server/cron"
)

// generation is one loaded Worker with its bindings. Requests that it has begun to answer finish on it, however many
// generations have come since.
type generation struct {
	project  *project
	number   int
	config   *config.Config
	problems config.Diagnostics
	notes    []string
	crons    []*cron.Schedule
	script   *bundle.Script
	worker   *runtime.Worker
	alone    bool           // there is no script: what stands before the Worker answers everything
	front    bindings.Front // nil if nothing does
	compat   compat.Set
	// consumers are what is configured about consuming queues.
	consumers []queues.Consumer

	bound   []bound
	plain   []runtime.Binding // variables, and stand-ins for what is not supported
	users   sync.WaitGroup    // requests
	sockets sockets           // WebSockets of clients
	// connections are those that were made to connect().
	connections connections

	before  <-chan struct{} // closed when the generations before it have retired; nil for the first
	retired chan struct{}   // closed when this one has
}

// bound is an open binding. It passes from one generation to the next as long as its configuration stays the same.
type bound struct {
	kind string
	bindings.Binding
}

// decode works out the bindings that are configured.
func (g *generation) decode(kinds []bindings.Kind) config.Diagnostics {
	var problems config.Diagnostics
	supported := map[string]bool{}
	for _, kind := range kinds {
		supported[kind.Key()] = true
		section := g.config.Section(kind.Key())
		if section == nil {
			continue
		}
		list, found := kind.Decode(section)
		problems = append(problems, found...)
		for _, b := range list {
			g.bound = append(g.bound, bound{kind.Key(), b})
		}
	}
	for _, v := range g.config.Vars {
		g.plain = append(g.plain, vars.Var{Var: v})
	}
	for _, ref := range g.config.Bindings {
		if !supported[ref.Key] {
			g.plain = append(g.plain, unsupported.Binding{Ref: ref})
		}
	}
	crons, found := schedules(g.config.Crons)
	g.crons = crons
	problems = append(problems, found...)
	g.consumers, found = queues.Consumers(g.config.Section("queues"))
	return append(problems, found...)
}

// open opens the bindings that the previous generation, which may be nil, does not hand on.
func (g *generation) open(ctx context.Context, previous *generation, changed []string) error {
	host := bindings.Host{
		Dir:      g.config.Dir,
		Getenv:   g.project.session.options.Getenv,
		Policies: g.project.policies,
		Roots:    g.project.session.options.Roots,
		HTTP2:    g.project.session.options.HTTP2,
		Observe:  g.project.session.observe,

		ResponseTimeout: g.project.session.options.responseTimeout(),

		Calls:  g.project.session.options.Calls,
		Worker: g.project.session.worker,
		Target: g.project.session.target,
		Mail:   g.project.session.mail,
		Queue:  func(name string) queue.Target { return g.project.session.broker.Queue(name) },
		Notice: func(text string) { g.project.session.options.Report(Notice{text}) },
		Problems: func(list config.Diagnostics) {
			g.project.session.options.Report(Problems{Name: g.project.label(), Dir: g.config.Dir, Problems: list})
		},
		Demo: func() (origin.Identity, error) {
			d, err := g.project.session.startDemo()
			if err != nil {
				return origin.Identity{}, err
			}
			return d.ClientIdentity(), nil
		},
	}
	for i, b := range g.bound {
		old, exists := previous.find(b)
		if exists && !old.uses(changed) {
			g.keep(i, old)
			continue
		}
		host.Replaces = exists && old.usable()
		err := b.Open(ctx, host)
		switch {
		case err != nil && host.Replaces:
			// Its files are being replaced, one after the other perhaps: what works goes on until they are whole.
			b.Close()
			g.keep(i, old)
			host.Notice(fmt.Sprintf("binding %s stays as it was: %v", b.Name(), err))
		case err != nil:
			return fmt.Errorf("binding %q: %w", b.Name(), err)
		}
	}
	return nil
}

// keep takes an open binding over from the previous generation.
func (g *generation) keep(i int, old bound) {
	g.bound[i] = old
	if user, ok := old.Binding.(bindings.OriginUser); ok {
		user.SetPolicies(g.project.policies)
	}
}

// find looks for an open binding with the same configuration.
func (g *generation) find(wanted bound) (bound, bool) {
	if g == nil {
		return bound{}, false
	}
	i := slices.IndexFunc(g.bound, func(b bound) bool { return b.kind == wanted.kind && b.Config() == wanted.Config() })
	if i < 0 {
		return bound{}, false
	}
	return g.bound[i], true
}

// uses reports whether a binding depends on one of some files.
func (b bound) uses(files []string) bool {
	user, ok := b.Binding.(bindings.FileUser)
	return ok && slices.ContainsFunc(user.Files(), func(file string) bool { return slices.Contains(files, file) })
}

// usable reports whether a binding works as it is.
func (b bound) usable() bool {
	partial, ok := b.Binding.(bindings.Partial)
	return !ok || partial.Usable()
}

// files are those that the bindings depend on.
func (g *generation) files() []string {
	var files []string
	for _, b := range g.bound {
		if user, ok := b.Binding.(bindings.FileUser); ok {
			files = append(files, user.Files()...)
		}
	}
	return files
}

// unknownCompatibilityFlag says where the flag stands, and what may have been meant.
func (g *generation) unknownCompatibilityFlag(i int) config.Diagnostic {
	var known []string
	for flag := range (compat.Set{}).All() {
		known = append(known, flag)
	}
	name := g.config.CompatibilityFlags[i]
	d := config.Diagnostic{
		Severity: config.Warning, Code: config.CodeValue, Path: "compatibility_flags",
		Message: fmt.Sprintf("%q is not a flag that is known here", name),
	}
	if i < len(g.config.FlagPositions) {
		d.Pos = g.config.FlagPositions[i]
	}
	if near := config.Suggest(name, known); near != "" {
		d.Fix = fmt.Sprintf("did you mean %q?", near)
	}
	return d
}

// start loads the script into the runtime.
func (g *generation) start() *runtime.Error {
	flags, problems := compat.Resolve(g.config.CompatibilityDate, g.config.CompatibilityFlags)
	g.notes, g.compat = append(g.notes, problems...), flags
	for i, name := range g.config.CompatibilityFlags {
		if !flags.Knows(name) {
			g.problems = append(g.problems, g.unknownCompatibilityFlag(i))
		}
	}
	modules := runtime.ModulesFor(flags)
	if polyfilled := slices.DeleteFunc(slices.Sorted(slices.Values(g.script.Builtins)), func(name string) bool { return !modules.Polyfilled(name) }); len(polyfilled) > 0 {
		g.notes = append(g.notes, fmt.Sprintf("%s: with the compatibility date %s wrangler deploys polyfills, most functions of which throw; here it is what it is in Workers of a later date",
			strings.Join(polyfilled, ", "), g.config.CompatibilityDate))
	}
	var env []runtime.Binding
	env = append(env, g.plain...)
	for _, b := range g.bound {
		if b.Name() != "" {
			env = append(env, b)
		}
		if only, ok := b.Binding.(bindings.ScriptOnly); ok && !g.script.ServiceWorker {
			message, fix := only.ScriptOnly()
			return &runtime.Error{Kind: runtime.StartUp, Message: message, Fix: fix}
		}
		if front, ok := b.Binding.(bindings.Front); ok {
			g.front = front
		}
	}
	files := moduleFiles(g.script.Modules)
	for _, b := range g.bound {
		if has, ok := b.Binding.(bindings.Moduler); ok {
			for name, text := range has.Modules() {
				files = append(files, runtime.ModuleFile{Name: name, Type: "Text", Bytes: []byte(text)})
			}
		}
	}
	var limit time.Duration
	if g.project.session.options.EnforceLimits {
		limit = g.config.Limits.CPU
	}
	worker, err := runtime.Load(runtime.Options{
		Script: runtime.Script{
			Name: g.script.Name, Code: g.script.Code, SourceMap: g.script.LoadSourceMap, Parts: scriptParts(g.script),
			Assigned: g.script.Assigned, ReflectsGlobal: g.script.ReflectsGlobal, Loads: g.script.Loads, DirectEval: g.script.DirectEval,
			Files: files, ServiceWorker: g.script.ServiceWorker, WrittenText: g.script.WrittenText,
		},
		Bindings: env,
		Compat:   flags,
		Fetch:    g.project.session.target(g.project.plain),
		Caches:   g.project.session.caches,

		Programs:    &g.project.programs,
		WebAssembly: g.project.session.wasm,

		CF:       cfObject(g.config.CF),
		CPULimit: limit,
		Name:     g.config.Name,
		Tail:     g.tails(), TailStream: g.tailStreams(),
		Log: &workerLog{options: &g.project.session.options, place: g.place, worker: g.project.label(), limit: g.config.Limits.CPU},
	})
	if err != nil {
		return err
	}
	g.worker = worker
	return nil
}

// moduleFiles are the modules as the runtime takes them.
func moduleFiles(modules []bundle.Module) []runtime.ModuleFile {
	files := make([]runtime.ModuleFile, len(modules))
	for i, m := range modules {
		files[i] = runtime.ModuleFile{Name: m.Name, Type: string(m.Type), Bytes: m.Bytes}
	}
	return files
}

// scriptParts are the parts of a script as the runtime takes them.
func scriptParts(script *bundle.Script) []runtime.ScriptPart {
	parts := make([]runtime.ScriptPart, len(script.Parts))
	for i, p := range script.Parts {
		parts[i] = runtime.ScriptPart{Code: p.Code, Origin: p.Origin, SourceMap: p.LoadSourceMap, WrittenText: p.WrittenText}
	}
	return parts
}

// rows are the lines of the table of env.
func (g *generation) rows() []BindingRow {
	var rows []BindingRow
	add := func(name string, b any) {
		row := BindingRow{Name: name}
		if d, ok := b.(bindings.Describer); ok {
			row.Row = d.Row()
		}
		rows = append(rows, row)
	}
	for _, b := range g.bound {
		add(b.Name(), b.Binding)
	}
	for _, b := range g.plain {
		add(b.Name(), b)
	}
	for _, c := range g.config.TailConsumers {
		rows = append(rows, BindingRow{Row: g.project.session.named(c).tailRow("tail consumer")})
	}
	for _, door := range g.config.Doors {
		rows = append(rows, doorRow(door))
	}
	for _, c := range g.config.TailStreams {
		rows = append(rows, BindingRow{Row: g.project.session.named(c).tailRow("streaming tail consumer")})
	}
	return rows
}

// retire waits until nothing uses the generation, and closes the bindings that next, which may be nil, does not have.
func (g *generation) retire(next *generation) {
	g.except(next, func(b bindings.Binding) {
		if r, ok := b.(bindings.Retirer); ok {
			r.Retire()
		}
	})
	ctx := context.Background()
	if next != nil {
		g.sockets.leave(codeServiceRestart, "the Worker was reloaded", socketGrace)
		g.connections.leave(socketGrace)
	} else {
		g.sockets.leave(codeGoingAway, "devserver is shutting down", 0)
		g.connections.leave(0)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, closingGrace)
		defer cancel()
	}
	g.worker.Close()
	done := make(chan struct{})
	go func() {
		g.users.Wait()
		close(done)
	}()
	select {
	case <-done:
		g.worker.Wait(ctx)
	case <-ctx.Done():
	}
	if g.before != nil {
		// It may share its bindings with generations before it, whose requests may still be under way.
		select {
		case <-g.before:
		case <-ctx.Done():
		}
	}
	g.closeExcept(next)
	close(g.retired)
}

// closeExcept closes the bindings that another generation does not have.
func (g *generation) closeExcept(other *generation) {
	g.except(other, func(b bindings.Binding) { b.Close() })
}

// except calls do with each binding that another generation, which may be nil, does not have.
func (g *generation) except(other *generation, do func(bindings.Binding)) {
	for _, b := range g.bound {
		if other == nil || !slices.ContainsFunc(other.bound, func(o bound) bool { return o.Binding == b.Binding }) {
			do(b.Binding)
		}
	}
}

// siteManifest is the module that Workers Sites have.
const siteManifest = "__STATIC_CONTENT_MANIFEST"

// bundleOptions are what of the configuration matters for bundling.
type bundleOptions struct {
	entry, dir    string
	build         config.Build
	define, alias map[string]string
	compat        compat.Set // decides which modules there are
	site          bool       // there is the module siteManifest
}

func newBundleOptions(cfg *config.Config) bundleOptions {
	pairs := func(list []config.Pair) map[string]string {
		m := map[string]string{}
		for _, p := range list {
			m[p.Key] = p.Value
		}
		return m
	}
	flags, _ := compat.Resolve(cfg.CompatibilityDate, cfg.CompatibilityFlags)
	return bundleOptions{
		entry: cfg.Main, dir: cfg.Dir, build: cfg.Build, compat: flags, site: cfg.Section("site") != nil,
		define: pairs(cfg.Build.Define), alias: pairs(cfg.Build.Alias),
	}
}

func (o bundleOptions) equal(other bundleOptions) bool {
	a, b := o.build, other.build
	return o.entry == other.entry && o.site == other.site && o.dir == other.dir && maps.Equal(o.define, other.define) && maps.Equal(o.alias, other.alias) &&
		slices.Equal(o.compat.Flags(), other.compat.Flags()) &&
		a.TSConfig == b.TSConfig && a.JSXFactory == b.JSXFactory && a.JSXFragment == b.JSXFragment && a.Minify == b.Minify &&
		a.KeepNames == b.KeepNames && a.NoBundle == b.NoBundle && a.FindAdditionalModules == b.FindAdditionalModules && a.BaseDir == b.BaseDir &&
		slices.EqualFunc(rules(a.Rules), rules(b.Rules), func(a, b bundle.Rule) bool { return a.String() == b.String() })
}

// rules are those of the configuration as the bundler takes them, without the ones for Python.
func rules(configured []config.Rule) []bundle.Rule {
	var list []bundle.Rule
	for _, r := range configured {
		if kind := bundle.Type(r.Type); kind.Known() {
			list = append(list, bundle.Rule{Type: kind, Globs: r.Globs, Fallthrough: r.Fallthrough})
		}
	}
	return list
}

func (o bundleOptions) options() bundle.Options {
	modules := runtime.ModulesFor(o.compat)
	return bundle.Options{
		Entry: o.entry, Dir: o.dir, TSConfig: o.build.TSConfig,
		JSXFactory: o.build.JSXFactory, JSXFragment: o.build.JSXFragment,
		Define: o.define, Alias: o.alias, Minify: o.build.Minify, DropNames: !o.build.KeepNames,
		Rules: rules(o.build.Rules), NoBundle: o.build.NoBundle,
		FindAdditionalModules: o.build.FindAdditionalModules, BaseDir: o.build.BaseDir,
		Builtin: func(name string) bool {
			return o.site && name == siteManifest || modules.Has(name) && !(o.build.NoBundle && modules.Polyfilled(name))
		},
		Missing: modules.Missing, Exports: modules.Exports,
		Shims: modules.Bare(),
	}
}

// workerLog passes on what a Worker says.
type workerLog struct {
	options *Options
	worker  string // as events name it
	place   func(stack []string) Place
	limit   time.Duration // limits.cpu_ms
}

// Console implements runtime.Log.
func (l *workerLog) Console(level console.Level, text string) {
	l.options.Report(Console{Name: l.worker, Level: level, Text: text})
}

// Enabled implements console.Filter.
func (l *workerLog) Enabled(level console.Level) bool { return level >= l.options.Console }

// Colors implements console.Colored.
func (l *workerLog) Colors() bool { return l.options.Colors }

// Exception implements runtime.Log.
func (l *workerLog) Exception(e *runtime.Error) {
	l.options.Report(Exception{Name: l.worker, Error: e, Place: l.place(e.Stack)})
}

var _ runtime.Notices = (*workerLog)(nil)

// Notice implements runtime.Notices.
func (l *workerLog) Notice(text string) { l.options.Report(Notice{text}) }

// Used implements runtime.Log.
func (l *workerLog) Used(cpu time.Duration) {
	if l.limit > 0 && cpu > l.limit && !l.options.EnforceLimits {
		l.options.Report(Notice{fmt.Sprintf("a request used %v of CPU here; its limit (limits.cpu_ms) is %v at the edge, where V8 is faster",
			cpu.Round(time.Millisecond), l.limit)})
	}
}
