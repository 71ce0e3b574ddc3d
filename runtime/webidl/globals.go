package webidl

import (
	"github.com/dop251/goja"
)

// Global is one name that the platform puts on the global object.
type Global struct {
	Name string
	make func(r *Realm) goja.Value
	// enumerable is what Web IDL says of the kind of property: operations and attributes of the global are, classes
	// are not.
	enumerable bool
}

// ClassGlobal is the global of a class.
func ClassGlobal(class *Class) Global {
	return Global{Name: class.Name, make: func(r *Realm) goja.Value { return r.Constructor(class) }}
}

// FunctionGlobal is a global function; length is how many arguments it requires.
func FunctionGlobal(name string, length int, fn func(c Call) goja.Value) Global {
	return Global{Name: name, enumerable: true, make: func(r *Realm) goja.Value { return r.Function(name, length, fn) }}
}

// PromisingFunctionGlobal is a global function that returns a promise: what it throws becomes a rejection.
func PromisingFunctionGlobal(name string, length int, fn func(c Call) goja.Value) Global {
	m := &Member{name: name, length: length, call: fn, promise: true}
	return Global{Name: name, enumerable: true, make: func(r *Realm) goja.Value {
		return r.function(m, name, length, r.operation(m, ""))
	}}
}

// ValueGlobal is a global object, such as console or crypto, made when it is first touched.
func ValueGlobal(name string, make func(r *Realm) goja.Value) Global {
	return Global{Name: name, enumerable: true, make: make}
}

// Globals is the list of the platform's globals. It is made once per process, or once per set of compatibility flags.
type Globals struct {
	list   []Global
	byName map[string]*Global
}

// NewGlobals makes the list. A name given twice is a programmer's mistake and panics.
func NewGlobals(lists ...[]Global) *Globals {
	g := &Globals{byName: map[string]*Global{}}
	for _, list := range lists {
		g.list = append(g.list, list...)
	}
	for i := range g.list {
		global := &g.list[i]
		if g.byName[global.Name] != nil {
			panic("webidl: global " + global.Name + " is given twice")
		}
		g.byName[global.Name] = global
	}
	return g
}

// Names returns the names of all globals, in order.
func (g *Globals) Names() []string {
	names := make([]string, len(g.list))
	for i := range g.list {
		names[i] = g.list[i].Name
	}
	return names
}

// Install gives the realm's global object its globals: each comes into being as an own property when it is first
// touched. Until then it is found, but it is not an own property; upfront names those that a script could tell the
// difference for, because it assigns, deletes or redefines them. all installs every one at once, for scripts that
// reflect on the global object.
func (g *Globals) Install(r *Realm, upfront []string, all bool) {
	global := r.VM.GlobalObject()
	lazy := &lazyGlobals{realm: r, globals: g, object: global, parent: global.Prototype()}
	if all {
		for i := range g.list {
			lazy.install(&g.list[i], g.list[i].make(r))
		}
		return
	}
	for _, name := range upfront {
		if known, ok := g.byName[name]; ok {
			lazy.install(known, known.make(r))
		}
	}
	proto := r.VM.NewDynamicObject(lazy)
	proto.SetPrototype(lazy.parent)
	global.SetPrototype(proto)
}

// lazyGlobals is the prototype of the global object.
type lazyGlobals struct {
	realm   *Realm
	globals *Globals
	object  *goja.Object
	parent  *goja.Object
	made    map[string]goja.Value // not yet own properties of the global object
	gone    map[string]bool       // deleted or assigned, or own properties of the global object, which answers for them
}

// install makes a global an own property of the global object.
func (l *lazyGlobals) install(g *Global, v goja.Value) {
	l.object.DefineDataProperty(g.Name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.ToFlag(g.enumerable))
	l.leave(g.Name)
}

func (l *lazyGlobals) leave(name string) {
	if l.gone == nil {
		l.gone = make(map[string]bool, 8)
	}
	l.gone[name] = true
}

// Get implements goja.DynamicObject. A global that is asked for a second time becomes an own property, which is the
// faster to find, but not the first time: the first new property of a global object costs about half a microsecond.
func (l *lazyGlobals) Get(name string) goja.Value {
	g, ok := l.globals.byName[name]
	if !ok || l.gone[name] {
		return l.parent.Get(name)
	}
	if v, ok := l.made[name]; ok {
		l.install(g, v)
		return v
	}
	v := g.make(l.realm)
	if l.made == nil {
		l.made = make(map[string]goja.Value, 4)
	}
	l.made[name] = v
	return v
}

// Set implements goja.DynamicObject.
func (l *lazyGlobals) Set(name string, v goja.Value) bool {
	l.leave(name)
	return l.object.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE) == nil
}

// Has implements goja.DynamicObject.
func (l *lazyGlobals) Has(name string) bool {
	return l.globals.byName[name] != nil && !l.gone[name]
}

// Delete implements goja.DynamicObject.
func (l *lazyGlobals) Delete(name string) bool {
	l.leave(name)
	return true
}

// Keys implements goja.DynamicObject.
func (l *lazyGlobals) Keys() []string { return nil }
