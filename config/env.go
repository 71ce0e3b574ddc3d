package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// wranglerFile is a parsed wrangler file, seen from one environment. The zero
// value is a file in which nothing is set.
type wranglerFile struct {
	root *Node
	env  *Node // env.NAME; nil at the top level
}

// get is the value of a key, as far as it reaches the environment; null is absent.
func (f wranglerFile) get(key string, s scope) *Node {
	top, own := f.root.Get(key), f.env.Get(key)
	switch {
	case f.env == nil || s == topOnly:
		own = top
	case s == inherited && own.Kind() <= Null:
		own = top
	}
	if own.Kind() == Null {
		return nil
	}
	return own
}

// chooseEnv finds the table of the chosen environment. One that does not exist
// is an Error if the file has others, and else a Warning, with the top level
// in its place.
func (l *loader) chooseEnv(root *Node) wranglerFile {
	file := wranglerFile{root: root}
	name := l.options.Env
	if name == "" || root == nil {
		return file
	}
	if l.config.File != l.config.UserFile {
		l.checkTarget(root, name)
		return file
	}
	all := root.Get("env")
	if file.env = all.Get(name); file.env.Kind() == Object {
		return file
	}
	if file.env != nil {
		l.report(file.env.WrongType("an object"))
		file.env = nil
		return file
	}
	d := Diagnostic{
		Severity: Error, Code: CodeEnvironment, Pos: all.KeyPos(), Path: "env",
		Message: fmt.Sprintf("there is no environment %q here, only %s", name, quotedList(all.Keys())),
		Fix:     didYouMean(name, all.Keys()),
	}
	if d.Fix == "" {
		d.Fix = fmt.Sprintf("add a section env.%s, or choose another with --env", name)
	}
	if len(all.Keys()) == 0 && all.Kind() == Object {
		d.Message = fmt.Sprintf("there is no environment %q here: env is empty", name)
	} else if len(all.Keys()) == 0 {
		d.Severity = Warning
		d.Pos = Position{File: l.config.File}
		d.Message = fmt.Sprintf("there is no environment %q here, nor any other: the top level is used", name)
	}
	l.report(d)
	return file
}

// checkTarget compares the chosen environment with the one that a build tool
// has written a redirected configuration for.
func (l *loader) checkTarget(root *Node, name string) {
	target := root.Get("targetEnvironment")
	if s, ok := target.AsString(); ok && s != "" && s != name {
		l.report(target.Diagnostic(Error, CodeEnvironment,
			fmt.Sprintf("the application was built for the environment %q, not for %q", s, name),
			fmt.Sprintf("build it again with CLOUDFLARE_ENV=%s, or leave out --env", name)))
	}
}

// checkKeys reports unknown, misplaced, removed and mistyped keys at the top
// level and in the chosen environment, and what the latter does not inherit.
func (l *loader) checkKeys(file wranglerFile) {
	schemas, scopes := make(fields), make(map[string]scope)
	for _, k := range keys() {
		schemas[k.name], scopes[k.name] = k.schema, k.scope
	}
	for _, k := range kinds() {
		schemas[k.key], scopes[k.key] = k.schema(), k.scope
	}
	top := slices.Sorted(maps.Keys(schemas))
	report := func(ds ...Diagnostic) {
		for _, d := range ds {
			l.report(withPlace(d, top))
		}
	}

	l.checkRemoved(file.root)
	l.checkRoutes(file.root)
	for _, item := range file.root.Items() {
		l.checkKey(item, schemas, top, report)
	}
	if file.env == nil {
		return
	}
	l.checkRemoved(file.env)
	l.checkRoutes(file.env)
	own := slices.DeleteFunc(slices.Clone(top), func(name string) bool { return scopes[name] == topOnly })
	for _, item := range file.env.Items() {
		if _, known := schemas[item.key]; known && scopes[item.key] == topOnly {
			l.report(item.misplaced())
			continue
		}
		l.checkKey(item, schemas, own, report)
	}
	for _, name := range top {
		if scopes[name] == notInherited {
			l.checkInheritance(file, name)
		}
	}
}

func (l *loader) checkKey(item *Node, schemas fields, known []string, report func(...Diagnostic)) {
	s, ok := schemas[item.key]
	switch {
	case ok:
		verify(s, item, report)
	case removed()[item.key] == "":
		report(item.unknown(known))
	}
}

func (l *loader) checkRemoved(table *Node) {
	for name, fix := range removed() {
		if n := table.Get(name); n != nil {
			d := n.Diagnostic(Error, CodeRemoved, "no longer exists", fix)
			d.Pos = n.KeyPos()
			l.report(d)
		}
	}
}

// checkRoutes wants either route or routes.
func (l *loader) checkRoutes(table *Node) {
	if route, routes := table.Get("route"), table.Get("routes"); route != nil && routes != nil {
		d := route.Diagnostic(Error, CodeConflict, fmt.Sprintf("and routes, on line %d, exclude each other", routes.KeyPos().Line), "move it into routes")
		d.Pos = route.KeyPos()
		l.report(d)
	}
}

// misplaced is the Warning for a key of the top level in an environment.
func (n *Node) misplaced() Diagnostic {
	d := n.Diagnostic(Warning, CodeUnknownKey, "has no effect in an environment", "move it to the top level")
	d.Pos = n.KeyPos()
	return d
}

// withPlace improves on the fix for an unknown key that is a key of the top
// level: in TOML it has most probably come to stand below a [table].
func withPlace(d Diagnostic, top []string) Diagnostic {
	if d.Code != CodeUnknownKey || !strings.HasSuffix(d.Pos.File, ".toml") || !strings.ContainsAny(d.Path, ".[") {
		return d
	}
	if name := d.Path[strings.LastIndex(d.Path, ".")+1:]; slices.Contains(top, name) {
		d.Fix = fmt.Sprintf("%s is a key of the top level: move it above the first [table]", name)
	}
	return d
}

// checkInheritance warns of what is at the top level and not in the
// environment, though the environment does not inherit it.
func (l *loader) checkInheritance(file wranglerFile, name string) {
	top, own := file.root.Get(name), file.env.Get(name)
	if top.Empty() {
		return
	}
	lost := func(n *Node, what string) {
		d := n.Diagnostic(Warning, CodeInheritance, what, fmt.Sprintf("add it to %s as well, if it should be there", childPath(file.env.Path(), name)))
		d.Pos = n.KeyPos()
		l.report(d)
	}
	if own.Kind() <= Null {
		lost(top, fmt.Sprintf("is at the top level, but not in %s, which does not inherit it", file.env.Path()))
		return
	}
	if name == "vars" || name == "define" {
		for i, key := range top.Keys() {
			if own.Get(key) == nil {
				lost(top.Items()[i], fmt.Sprintf("is at the top level, but not in %s, which does not inherit it", own.Path()))
			}
		}
		return
	}
	for _, k := range kinds() {
		if k.key != name {
			continue
		}
		there := k.refs(own)
		for _, ref := range k.refs(top) {
			if !slices.ContainsFunc(there, func(r namedNode) bool { return r.Name == ref.Name }) {
				lost(ref.node, fmt.Sprintf("the %s binding %q is at the top level, but not in %s, which does not inherit it", k.title, ref.Name, own.Path()))
			}
		}
	}
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return strings.Join(quoted, ", ")
}
