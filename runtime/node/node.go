// Package node is the part of Node.js that Workers have: the modules node:* and the globals Buffer, process, global,
// setImmediate and clearImmediate. https://developers.cloudflare.com/workers/runtime-apis/nodejs/
//
// A module is a source in js/, written as CommonJS, and what Go does for it, its natives. To add one:
//
//   - js/<name>.js assigns module.exports, which is what import's default and require give; its enumerable properties
//     are the named exports. It gets require, for other modules ("buffer", "internal/errors"), and native. It runs in the
//     engine as it is: no optional syntax of the newest editions (async generators, for await, regular expressions with
//     \p{…}), but classes, async functions and private fields.
//   - <name>.go has the natives, if there are any: a [webidl.Class] that has only statics, whose functions are made when
//     the source asks native for them.
//   - one line in registry.go, which also names the compatibility flag that a Worker needs for it.
//   - exports.txt has the names that the module exports in Workers: an import of any other is an error of the build, and
//     a test compares the list with what the source exports.
//
// A source is compiled on its first use and shared by all isolates of the process; it is evaluated on its first use in
// an isolate. A Worker that uses none of it pays nothing.
package node

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// prefix is what the specifiers of Node.js's modules begin with.
const prefix = "node:"

// Has reports whether a Worker with these flags has a module: "node:buffer", or "buffer" where bare names are modules.
func Has(flags compat.Set, specifier string) bool {
	name, ok := strings.CutPrefix(specifier, prefix)
	if !ok && !flags.Enabled(compat.NodejsCompatV2) {
		return false
	}
	return has(flags, name) || Polyfilled(flags, specifier)
}

// Polyfilled reports whether a Worker that is bundled may import a module only because wrangler puts a polyfill in the place of
// what Workers with these flags lack. Most functions of these throw; here the module is that of Workers of a later date.
func Polyfilled(flags compat.Set, specifier string) bool {
	name := strings.TrimPrefix(specifier, prefix)
	_, ok := registry[name]
	return ok && !strings.HasPrefix(name, internal) && !has(flags, name) && flags.Enabled(compat.NodejsCompat) && flags.Enabled(compat.NodejsCompatV2)
}

func has(flags compat.Set, name string) bool {
	m, ok := registry[name]
	switch {
	case !ok || strings.HasPrefix(name, internal):
		return false
	case name == "async_hooks" && flags.Enabled(compat.NodejsALS):
		return true
	}
	return flags.Enabled(compat.NodejsCompat) && (m.flag == "" || flags.Enabled(m.flag))
}

// Missing says which compatibility flag gives a Worker a module that it does not have; "" means that none does.
func Missing(flags compat.Set, specifier string) string {
	name, _ := strings.CutPrefix(specifier, prefix)
	m, ok := registry[name]
	switch {
	case !ok || strings.HasPrefix(name, internal) || Has(flags, specifier):
		return ""
	case !flags.Enabled(compat.NodejsCompat):
		return `It is a module of Node.js. Add "nodejs_compat" to compatibility_flags, or set compatibility_date to 2026-08-04 or later.`
	case m.flag != "" && !flags.Enabled(m.flag):
		return "It is a module of Node.js. Add \"" + m.flag + "\" to compatibility_flags, or set a later compatibility_date."
	}
	return ""
}

// Exports lists what a module exports, but for its default; nil means that there is no such module.
func Exports(specifier string) []string { return exports()[strings.TrimPrefix(specifier, prefix)] }

//go:embed exports.txt
var exportsText string

// exports are the names that modules export in Workers, by module.
var exports = sync.OnceValue(func() map[string][]string {
	lists := make(map[string][]string)
	for line := range strings.Lines(exportsText) {
		name, list, _ := strings.Cut(line, ":")
		lists[name] = strings.Fields(list)
	}
	return lists
})

// Names are the modules that a Worker with these flags has, sorted, without "node:".
func Names(flags compat.Set) []string {
	var names []string
	for name := range registry {
		if has(flags, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Namespace returns what an import of a module gives: its exports as properties, and the whole of them as default. It
// throws if the Worker has no such module.
func Namespace(r *webidl.Realm, specifier string) *goja.Object {
	name := strings.TrimPrefix(specifier, prefix)
	s := webidl.State[modules](r)
	if ns := s.namespaces[name]; ns != nil {
		return ns
	}
	if !Has(r.Compat(), prefix+name) {
		r.Rethrow(webidl.Errorf("No such module \"node:%s\".", name))
	}
	exported := s.require(r, name)
	object, _ := exported.(*goja.Object)
	ns := r.VM.NewDynamicObject(&namespace{names: Exports(name), exported: exported, object: object})
	ns.SetPrototype(nil)
	if s.namespaces == nil {
		s.namespaces = map[string]*goja.Object{}
	}
	s.namespaces[name] = ns
	return ns
}

// namespace is what an import of a module gives.
type namespace struct {
	names    []string
	exported goja.Value
	object   *goja.Object // the same, unless it is no object
}

// Get implements goja.DynamicObject.
func (n *namespace) Get(name string) goja.Value {
	switch {
	case name == "default":
		return n.exported
	case n.object == nil || !slices.Contains(n.names, name):
		return nil
	}
	if v := n.object.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

// Set implements goja.DynamicObject: a module's namespace does not change.
func (n *namespace) Set(string, goja.Value) bool { return false }

// Has implements goja.DynamicObject.
func (n *namespace) Has(name string) bool {
	return name == "default" || n.object != nil && slices.Contains(n.names, name)
}

// Delete implements goja.DynamicObject.
func (n *namespace) Delete(name string) bool { return !n.Has(name) }

// Keys implements goja.DynamicObject.
func (n *namespace) Keys() []string { return append([]string{"default"}, n.names...) }

// Require returns what a module exports, as require does. It throws if there is no such module.
func Require(r *webidl.Realm, name string) goja.Value {
	return webidl.State[modules](r).require(r, strings.TrimPrefix(name, prefix))
}

// modules are those that an isolate has used.
type modules struct {
	loaded     map[string]*goja.Object // the objects that sources know as module
	namespaces map[string]*goja.Object
	requires   *goja.Object
	process    *process // nil until somebody asks for it
}

// letAssign has what a module makes when it is asked for be replaced when it is assigned: to scripts, nothing is a getter.
func letAssign(r *webidl.Realm, exported *goja.Object) {
	for _, name := range engine.ReadOnlyGetters(exported) {
		exported.DefineAccessorProperty(name, nil, r.Builtin(name, 1, func(c webidl.Call) goja.Value {
			if object, ok := c.This.(*goja.Object); ok {
				object.DefineDataProperty(name, c.Arg(0), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			}
			return c.Undefined()
		}), goja.FLAG_NOT_SET, goja.FLAG_NOT_SET)
	}
}

func (s *modules) require(r *webidl.Realm, name string) goja.Value {
	if m := s.loaded[name]; m != nil {
		return m.Get("exports")
	}
	def, ok := registry[name]
	if !ok {
		r.Rethrow(webidl.Errorf("No such module \"node:%s\".", name))
	}
	if def.load != nil {
		return def.load(r)
	}
	if s.requires == nil {
		s.loaded = map[string]*goja.Object{}
		s.requires = r.Builtin("require", 1, func(c webidl.Call) goja.Value { return s.require(r, c.Arg(0).String()) })
	}
	m := r.VM.NewObject()
	exported := r.VM.NewObject()
	m.Set("exports", exported)
	s.loaded[name] = m
	native := goja.Undefined()
	if def.native != nil {
		native = r.Namespace(def.native)
	}
	source, err := programs.get(name)
	r.Rethrow(err)
	source.needs.Install(r)
	start, err := r.VM.RunProgram(source.program)
	if err == nil {
		call, _ := goja.AssertFunction(start)
		_, err = call(goja.Undefined(), exported, s.requires, m, native)
	}
	if err != nil {
		delete(s.loaded, name) // so that the next attempt fails in the same way
		r.Rethrow(err)
	}
	if exported, ok := m.Get("exports").(*goja.Object); ok && !strings.HasPrefix(name, internal) {
		letAssign(r, exported)
	}
	if name == "events" && s.process != nil {
		s.process.inherit(m.Get("exports"))
	}
	return m.Get("exports")
}
