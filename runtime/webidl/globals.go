package webidl

import (
	"github.com/dop251/goja"
)

// Global is one name that the platform puts on the global object.
type Global struct {
	Name string
	make func(r *Realm) goja.Value
	// enumerable is what Web IDL says of the kind of property: operations and attributes of the global are, classes
	// and namespaces are not.
	enumerable bool
	constant   bool // not writable
	operation  bool // a member of the scope's parent: see [Globals.Install]
	lazy       bool // see [Global.Lazily]
}

// ClassGlobal is the global of a class.
func ClassGlobal(class *Class) Global {
	return Global{Name: class.Name, make: func(r *Realm) goja.Value { return r.Constructor(class) }}
}

// As is the global under another name.
func (g Global) As(name string) Global {
	g.Name = name
	return g
}

// Lazily is the global, made no earlier than it is needed even where all globals are installed at once: there it is an
// accessor until then, as process and Buffer are in Node. It is for globals that take long to make.
func (g Global) Lazily() Global {
	g.lazy = true
	return g
}

// FunctionGlobal is a global function; length is how many arguments it requires.
func FunctionGlobal(name string, length int, fn func(c Call) goja.Value) Global {
	return operationGlobal(&Member{name: name, length: length, call: fn})
}

// PromisingFunctionGlobal is a global function that returns a promise: what it throws becomes a rejection.
func PromisingFunctionGlobal(name string, length int, fn func(c Call) goja.Value) Global {
	return operationGlobal(&Member{name: name, length: length, call: fn, promise: true})
}

// operationGlobal is an operation of the global object, which is what its this must be, or undefined or null.
func operationGlobal(m *Member) Global {
	call := m.call
	m.call = func(c Call) goja.Value {
		if c.This != c.Realm.VM.GlobalObject() && !IsNullish(c.This) {
			panic(c.Realm.TypeError(illegalInvocation))
		}
		return call(c)
	}
	return Global{Name: m.name, enumerable: true, operation: true, make: func(r *Realm) goja.Value {
		return r.function(m, m.name, m.length, r.operation(m, ""))
	}}
}

// ValueGlobal is a global object, such as console or crypto, made when it is first touched.
func ValueGlobal(name string, make func(r *Realm) goja.Value) Global {
	return Global{Name: name, enumerable: true, make: make}
}

// NamespaceGlobal is a namespace object, such as console, made when it is first touched.
func NamespaceGlobal(name string, make func(r *Realm) goja.Value) Global {
	return Global{Name: name, make: make}
}

// ConstantGlobal is a global that cannot be assigned to.
func ConstantGlobal(name string, make func(r *Realm) goja.Value) Global {
	return Global{Name: name, enumerable: true, constant: true, make: make}
}

// Globals is the list of the platform's globals. It is made once per process, or once per set of compatibility flags.
type Globals struct {
	// Scope is the class of the global object, which has a parent; nil means that it is an ordinary object.
	Scope *Class

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
// reflect on the global object, which then also is an object of its class: operations are on the prototype of the
// class's parent.
func (g *Globals) Install(r *Realm, upfront []string, all bool) {
	global := r.VM.GlobalObject()
	lazy := &lazyGlobals{realm: r, globals: g, object: global, parent: global.Prototype()}
	if all {
		g.installAll(lazy)
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

func (g *Globals) installAll(l *lazyGlobals) {
	r := l.realm
	var operations *goja.Object
	if g.Scope != nil {
		// Nothing may be lazy about the prototypes of the global object: every name that is not defined is looked up in them.
		for class := range g.Scope.lineage() {
			r.Prototype(class)
			r.bindings[class].proto.melt()
		}
		operations = r.Prototype(g.Scope.Parent)
		l.object.SetPrototype(r.Prototype(g.Scope))
		l.object.Delete("GoError") // the engine's own
		l.object.DeleteSymbol(goja.SymToStringTag)
	}
	for i := range g.list {
		global := &g.list[i]
		if global.lazy {
			l.installAccessor(global)
			continue
		}
		v := global.make(r)
		if global.operation && operations != nil {
			operations.DefineDataProperty(global.Name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			continue
		}
		l.install(global, v)
	}
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
	l.object.DefineDataProperty(g.Name, v, goja.ToFlag(!g.constant), goja.FLAG_TRUE, goja.ToFlag(g.enumerable))
	l.leave(g.Name)
}

// installAccessor makes a global an accessor, which becomes an ordinary property when it is used.
func (l *lazyGlobals) installAccessor(g *Global) {
	get := l.realm.Function("get "+g.Name, 0, func(Call) goja.Value {
		v := g.make(l.realm)
		l.install(g, v)
		return v
	})
	set := l.realm.Function("set "+g.Name, 1, func(c Call) goja.Value {
		l.install(g, c.Arg(0))
		return c.Undefined()
	})
	l.object.DefineAccessorProperty(g.Name, get, set, goja.FLAG_TRUE, goja.ToFlag(g.enumerable))
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
