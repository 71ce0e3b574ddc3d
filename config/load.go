package config

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"
)

func (l *loader) load() {
	l.find()
	var root *Node
	if l.config.File != "" {
		root = l.read(l.config.File)
	}
	file := l.chooseEnv(root)
	l.checkKeys(file)
	l.worker(file)
	l.dev(file.get("dev", topOnly))
	l.host(file)
	l.limits(file.get("limits", inherited))
	l.build(file)
	l.triggers(file.get("triggers", inherited))
	l.config.TailConsumers = tailConsumers(file.get("tail_consumers", notInherited))
	l.config.Doors = doors(file.get("connect", notInherited))
	l.config.TailStreams = tailConsumers(file.get("streaming_tail_consumers", notInherited))

	beside := l.config.Dir
	if l.config.UserFile != "" {
		beside = filepath.Dir(l.config.UserFile)
	}
	local := l.localSettings(beside)
	l.checkLocal(root, local)
	l.bindings(file, local)
	l.origins(local.Get("origins"))
	l.proxiedZones(local.Get("proxied_zones"))
	l.cf(local.Get("cf"))
	l.vars(file, beside)
	l.ignored(file)
	l.config.loaded = loaded{l.options, file, local}
}

// dev decodes the table of the same name, whose types have been checked.
func (l *loader) dev(dev *Node) {
	d := &l.config.Dev
	d.IP, _ = dev.Get("ip").AsString()
	d.GenerateTypes, _ = dev.Get("generate_types").AsBool()
	protocol, _ := dev.Get("upstream_protocol").AsString()
	d.UpstreamProtocol = cmp.Or(l.options.UpstreamProtocol, protocol)
	d.LocalProtocol, _ = dev.Get("local_protocol").AsString()
	port := dev.Get("port")
	if f, ok := port.AsNumber(); ok {
		if f != math.Trunc(f) || f < 0 || !(f <= math.MaxUint16) {
			l.report(port.Diagnostic(Error, CodeValue, fmt.Sprintf("is not a port: %s", port), "choose one from 1 to 65535, or 0 for any that is free"))
			return
		}
		n := int(f)
		d.Port = &n
	}
}

func (l *loader) limits(limits *Node) {
	if ms, ok := l.positive(limits.Get("cpu_ms")); ok {
		l.config.Limits.CPU = time.Duration(ms * float64(time.Millisecond))
	}
	if n, ok := l.positive(limits.Get("subrequests")); ok {
		l.config.Limits.Subrequests = int(n)
	}
}

// positive is the value of a number that has to be above 0 and of a sane size.
func (l *loader) positive(n *Node) (float64, bool) {
	f, ok := n.AsNumber()
	if ok && !(f > 0 && f <= math.MaxInt32) {
		l.report(n.Diagnostic(Warning, CodeValue, fmt.Sprintf("should be above 0 and not above %d, but is %s: it has no effect", math.MaxInt32, n), ""))
		return 0, false
	}
	return f, ok
}

// build decodes what the bundler is told.
func (l *loader) build(file wranglerFile) {
	b := &l.config.Build
	b.Define = override(pairs(file.get("define", notInherited)), l.options.Define)
	b.Alias = override(pairs(file.get("alias", topOnly)), l.options.Alias)
	factory, _ := file.get("jsx_factory", inherited).AsString()
	b.JSXFactory = cmp.Or(l.options.JSXFactory, factory)
	fragment, _ := file.get("jsx_fragment", inherited).AsString()
	b.JSXFragment = cmp.Or(l.options.JSXFragment, fragment)
	b.TSConfig, _ = file.get("tsconfig", inherited).AsPath()
	if l.options.TSConfig != "" {
		b.TSConfig = l.abs(l.options.TSConfig)
	}
	b.Minify, _ = file.get("minify", inherited).AsBool()
	if l.options.Minify != nil {
		b.Minify = *l.options.Minify
	}
	b.NoBundle, _ = file.get("no_bundle", inherited).AsBool()
	if l.options.Bundle != nil {
		b.NoBundle = !*l.options.Bundle
	}
	keep, set := file.get("keep_names", inherited).AsBool()
	b.KeepNames = keep || !set
	if file.get("rules", inherited).Kind() == Array {
		for _, n := range file.get("rules", inherited).Items() {
			r := Rule{Pos: n.Pos()}
			r.Type, _ = n.Get("type").AsString()
			r.Globs, _ = n.Get("globs").AsStrings()
			if through, ok := n.Get("fallthrough").AsBool(); ok {
				r.Fallthrough = &through
			}
			b.Rules = append(b.Rules, r)
		}
	}
	find, set := file.get("find_additional_modules", inherited).AsBool()
	b.FindAdditionalModules = find || !set && b.NoBundle
	b.BaseDir, _ = file.get("base_dir", inherited).AsPath()
	l.customBuild(file.get("build", inherited))
}

// customBuild decodes the command that makes the entry point.
func (l *loader) customBuild(build *Node) {
	b := &l.config.Build
	if b.Command, _ = build.Get("command").AsString(); b.Command == "" {
		return
	}
	b.CWD = l.config.Dir
	if cwd, ok := build.Get("cwd").AsPath(); ok {
		b.CWD = cwd
	}
	switch dirs := build.Get("watch_dir"); dirs.Kind() {
	case String:
		dir, _ := dirs.AsPath()
		b.WatchDirs = []string{dir}
	case Array:
		for _, n := range dirs.Items() {
			if dir, ok := n.AsPath(); ok {
				b.WatchDirs = append(b.WatchDirs, dir)
			}
		}
	default:
		b.WatchDirs = []string{filepath.Join(l.config.Dir, "src")}
	}
}

// pairs are the strings in an object.
func pairs(n *Node) []Pair {
	var list []Pair
	for i, key := range n.Keys() {
		if s, ok := n.Items()[i].AsString(); ok {
			list = append(list, Pair{key, s, n.Items()[i].KeyPos()})
		}
	}
	return list
}

// override is base with each of over instead of the one with its key.
func override(base, over []Pair) []Pair {
	for _, p := range over {
		base = append(slices.DeleteFunc(base, func(b Pair) bool { return b.Key == p.Key }), p)
	}
	return base
}

// ignored lists what is set, to something else than wrangler's default, and has no effect.
func (l *loader) ignored(file wranglerFile) {
	add := func(n *Node, name string, k key) {
		// What a boolean asks for is usually its being true.
		if b, isBool := n.AsBool(); !n.Empty() && k.effect != used && !(isBool && !b) && !isWranglersDefault(n, name) {
			l.config.Ignored = append(l.config.Ignored, Ignored{n.Path(), n.KeyPos(), k.note, k.effect == deployOnly})
		}
	}
	for _, k := range keys() {
		add(file.get(k.name, k.scope), k.name, k)
	}
	for _, k := range ignoredDevKeys() {
		add(file.get("dev", topOnly).Get(k.name), "dev."+k.name, k)
	}
	slices.SortStableFunc(l.config.Ignored, func(a, b Ignored) int { return a.Pos.Line - b.Pos.Line })
}
