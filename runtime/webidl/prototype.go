package webidl

import (
	"github.com/dop251/goja"
)

// binding is what one realm has of a class: its constructor and its prototype object, each made when it is first
// needed.
//
// Making a class's members costs about a microsecond each, and a request touches a handful of the several hundred that
// the platform has. So both objects are native proxies, over real objects that stay empty at first: a member is made,
// or an attribute's getter simply called, when it is asked for. Whatever would show the difference (own keys, property
// descriptors, definitions, deletions) first melts the proxy: all members are put on the real object, in the order of
// the description, and the traps are taken away, so that from then on the proxy is that object. Scripts cannot tell.
type binding struct {
	realm *Realm
	class *Class

	ctor, proto lazyObject
}

func (r *Realm) binding(class *Class) *binding {
	b := r.bindings[class]
	if b == nil {
		class.define()
		b = &binding{realm: r, class: class}
		r.bindings[class] = b
	}
	return b
}

// lazyObject is a proxy over an object whose properties come from a table of members.
type lazyObject struct {
	binding *binding
	table   *table
	object  *goja.Object // the proxy
	target  *goja.Object
	traps   goja.ProxyTrapConfig
	made    map[*Member]goja.Value // function objects of operations and values of constants
	melted  bool

	// own returns a property that is not a member ("constructor", "prototype", "name" …), or nil.
	own func(name string) goja.Value
	// parent returns the lazy object that this one inherits from, or nil.
	parent func() *lazyObject
	// define puts the properties of own on target; it is called by melt.
	define func()
}

func (b *binding) prototype() *goja.Object {
	l := &b.proto
	if l.object != nil {
		return l.object
	}
	r := b.realm
	l.binding, l.table = b, &b.class.members
	l.target = r.VM.NewObject()
	switch {
	case b.class.Parent != nil:
		parent := r.binding(b.class.Parent)
		l.target.SetPrototype(parent.prototype())
		l.parent = func() *lazyObject { return &parent.proto }
	case b.class.base != nil:
		l.target.SetPrototype(b.class.base(r))
	}
	l.own = func(name string) goja.Value {
		if name == "constructor" {
			return b.constructor()
		}
		return nil
	}
	l.define = func() {
		l.target.DefineDataProperty("constructor", b.constructor(), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		l.target.DefineDataPropertySymbol(goja.SymToStringTag, r.String(b.class.Name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	l.install()
	return l.object
}

func (b *binding) constructor() *goja.Object {
	l := &b.ctor
	if l.object != nil {
		return l.object
	}
	r := b.realm
	l.binding, l.table = b, &b.class.statics
	l.target = r.VM.ToValue(bareConstructor).(*goja.Object)
	if b.class.Parent != nil {
		parent := r.binding(b.class.Parent)
		l.target.SetPrototype(parent.constructor())
		l.parent = func() *lazyObject { return &parent.ctor }
	}
	l.own = func(name string) goja.Value {
		switch name {
		case "prototype":
			return b.prototype()
		case "name":
			return r.String(b.class.Name)
		case "length":
			return r.Int(b.class.Length)
		}
		return nil
	}
	l.define = func() {
		l.target.DefineDataProperty("length", r.Int(b.class.Length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		l.target.DefineDataProperty("name", r.String(b.class.Name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		l.target.DefineDataProperty("prototype", b.prototype(), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	l.traps.Construct = b.construct
	l.traps.Apply = b.apply
	l.install()
	l.traps.GetSym = func(target *goja.Object, sym *goja.Symbol, receiver goja.Value) goja.Value {
		if sym == goja.SymHasInstance {
			return r.intrinsics.hasInstance()
		}
		return l.getSymbol(target, sym, receiver)
	}
	return l.object
}

// bareConstructor is never called: the proxy over it has traps for both ways.
func bareConstructor(goja.ConstructorCall) *goja.Object { return nil }

func (b *binding) construct(_ *goja.Object, args []goja.Value, newTarget *goja.Object) *goja.Object {
	r, class := b.realm, b.class
	if class.Construct == nil {
		panic(r.TypeError("Illegal constructor"))
	}
	if len(args) < class.Length {
		panic(r.missingArguments("construct", class.Name, class.Length, len(args)))
	}
	proto := b.prototype()
	if newTarget != b.ctor.object {
		if p, ok := newTarget.Get("prototype").(*goja.Object); ok {
			proto = p
		}
	}
	obj := r.create(class, proto)
	r.impls[obj] = class.Construct(Call{Realm: r, This: obj, Args: args})
	return obj
}

func (b *binding) apply(_ *goja.Object, this goja.Value, args []goja.Value) goja.Value {
	if b.class.Callable != nil {
		return b.class.Callable(Call{Realm: b.realm, This: this, Args: args})
	}
	if b.class.Construct == nil {
		panic(b.realm.TypeError("Illegal constructor"))
	}
	panic(b.realm.TypeError("Failed to construct '%s': Please use the 'new' operator, this object constructor cannot be called as a function.", b.class.Name))
}

// create makes the bare object of an instance.
func (r *Realm) create(class *Class, proto *goja.Object) *goja.Object {
	for c := class; c != nil; c = c.Parent {
		if c.create != nil {
			return c.create(r, proto)
		}
	}
	return r.VM.CreateObject(proto)
}

func (l *lazyObject) install() {
	l.traps.Get = l.get
	l.traps.GetSym = l.getSymbol
	l.traps.Set = l.set
	l.traps.Has = func(_ *goja.Object, name string) bool { return l.has(name) }
	l.traps.HasSym = func(target *goja.Object, sym *goja.Symbol) bool {
		l.melt()
		return l.reflect("has", sym).ToBoolean()
	}
	l.traps.GetOwnPropertyDescriptor = func(_ *goja.Object, name string) goja.PropertyDescriptor {
		l.melt()
		return l.descriptor(l.binding.realm.String(name))
	}
	l.traps.GetOwnPropertyDescriptorSym = func(_ *goja.Object, sym *goja.Symbol) goja.PropertyDescriptor {
		l.melt()
		return l.descriptor(sym)
	}
	l.traps.DefineProperty = func(target *goja.Object, name string, d goja.PropertyDescriptor) bool {
		l.melt()
		if d.Getter != nil || d.Setter != nil {
			return target.DefineAccessorProperty(name, d.Getter, d.Setter, d.Configurable, d.Enumerable) == nil
		}
		return target.DefineDataProperty(name, d.Value, d.Writable, d.Configurable, d.Enumerable) == nil
	}
	l.traps.DefinePropertySym = func(target *goja.Object, sym *goja.Symbol, d goja.PropertyDescriptor) bool {
		l.melt()
		if d.Getter != nil || d.Setter != nil {
			return target.DefineAccessorPropertySymbol(sym, d.Getter, d.Setter, d.Configurable, d.Enumerable) == nil
		}
		return target.DefineDataPropertySymbol(sym, d.Value, d.Writable, d.Configurable, d.Enumerable) == nil
	}
	l.traps.DeleteProperty = func(target *goja.Object, name string) bool {
		l.melt()
		return target.Delete(name) == nil
	}
	l.traps.DeletePropertySym = func(target *goja.Object, sym *goja.Symbol) bool {
		l.melt()
		return target.DeleteSymbol(sym) == nil
	}
	l.traps.OwnKeys = func(target *goja.Object) *goja.Object {
		l.melt()
		return l.reflect("ownKeys").(*goja.Object)
	}
	l.traps.SetPrototypeOf = func(target, proto *goja.Object) bool {
		l.melt()
		return target.SetPrototype(proto) == nil
	}
	l.traps.PreventExtensions = func(target *goja.Object) bool {
		l.melt()
		return l.reflect("preventExtensions").ToBoolean()
	}
	vm := l.binding.realm.VM
	l.object = vm.ToValue(vm.NewProxy(l.target, &l.traps)).(*goja.Object)
}

// get is [[Get]]: the hot path of every access to a platform object.
func (l *lazyObject) get(target *goja.Object, name string, receiver goja.Value) goja.Value {
	if m, ok := l.table.byName[name]; ok {
		return l.member(m, receiver)
	}
	if v := l.own(name); v != nil {
		return v
	}
	return l.inherited(target, name, receiver)
}

// inherited looks a name up beyond this object's own properties.
func (l *lazyObject) inherited(target *goja.Object, name string, receiver goja.Value) goja.Value {
	if l.parent != nil {
		if p := l.parent(); !p.melted {
			return p.get(p.target, name, receiver)
		}
		return l.binding.realm.intrinsics.getWithReceiver(target, name, receiver)
	}
	if name == "__proto__" {
		return l.binding.realm.intrinsics.getWithReceiver(target, name, receiver)
	}
	return target.Get(name)
}

func (l *lazyObject) getSymbol(target *goja.Object, sym *goja.Symbol, receiver goja.Value) goja.Value {
	if l.melted {
		return target.GetSymbol(sym)
	}
	if m, ok := l.table.bySymbol[sym]; ok {
		return l.member(m, receiver)
	}
	if sym == goja.SymToStringTag && l == &l.binding.proto {
		return l.binding.realm.String(l.binding.class.Name)
	}
	if l.parent != nil {
		if p := l.parent(); !p.melted {
			return p.getSymbol(p.target, sym, receiver)
		}
	}
	return target.GetSymbol(sym)
}

// member is the value of a member's property, for a receiver.
func (l *lazyObject) member(m *Member, receiver goja.Value) goja.Value {
	if m.get != nil {
		return l.callGetter(m, receiver)
	}
	return l.value(m)
}

func (l *lazyObject) callGetter(m *Member, receiver goja.Value) goja.Value {
	c := Call{Realm: l.binding.realm, This: receiver}
	if m.promise {
		return c.Realm.PromiseOf(func() goja.Value { return m.get(c) })
	}
	return m.get(c)
}

// value is the function object of an operation, or the value of a constant: the same one each time.
func (l *lazyObject) value(m *Member) goja.Value {
	if m.same != "" {
		m = l.table.byName[m.same]
	}
	if v, ok := l.made[m]; ok {
		return v
	}
	r := l.binding.realm
	var v goja.Value
	if m.constant != nil {
		v = m.constant(r)
	} else {
		v = r.function(m, m.name, m.length, r.operation(m, l.binding.class.Name))
	}
	if l.made == nil {
		l.made = make(map[*Member]goja.Value, 4)
	}
	l.made[m] = v
	return v
}

// set is [[Set]].
func (l *lazyObject) set(target *goja.Object, name string, value, receiver goja.Value) bool {
	r := l.binding.realm
	if m, ok := l.table.byName[name]; ok && m.get != nil {
		if m.set == nil {
			panic(r.TypeError("Cannot set property %s of #<%s> which has only a getter", name, l.binding.class.Name))
		}
		m.set(Call{Realm: r, This: receiver}, value)
		return true
	}
	if l.parent != nil {
		if p := l.parent(); !p.melted && receiver != l.object {
			return p.set(p.target, name, value, receiver)
		}
	}
	l.melt()
	return r.intrinsics.setWithReceiver(target, r.String(name), value, receiver)
}

func (l *lazyObject) has(name string) bool {
	if _, ok := l.table.byName[name]; ok || l.own(name) != nil {
		return true
	}
	return l.reflect("has", l.binding.realm.String(name)).ToBoolean()
}

// reflect calls a function of Reflect on the real object.
func (l *lazyObject) reflect(name string, args ...goja.Value) goja.Value {
	in := &l.binding.realm.intrinsics
	v, err := in.method("Reflect", name)(nil, append([]goja.Value{l.target}, args...)...)
	in.realm.Rethrow(err)
	return v
}

func (l *lazyObject) descriptor(key goja.Value) goja.PropertyDescriptor {
	d, ok := l.reflect("getOwnPropertyDescriptor", key).(*goja.Object)
	if !ok {
		return goja.PropertyDescriptor{}
	}
	flag := func(name string) goja.Flag { return goja.ToFlag(d.Get(name).ToBoolean()) }
	p := goja.PropertyDescriptor{Configurable: flag("configurable"), Enumerable: flag("enumerable")}
	if get := d.Get("get"); get != nil || d.Get("set") != nil {
		p.Getter, p.Setter = get, d.Get("set")
		return p
	}
	p.Value, p.Writable = d.Get("value"), flag("writable")
	return p
}

// melt puts all members on the real object and takes the traps away, but for those that make a constructor one.
func (l *lazyObject) melt() {
	if l.melted {
		return
	}
	l.melted = true
	for _, m := range l.table.list {
		l.defineMember(m)
	}
	l.define()
	kept := goja.ProxyTrapConfig{Construct: l.traps.Construct, Apply: l.traps.Apply}
	if kept.Construct != nil {
		kept.GetSym = l.traps.GetSym
	}
	l.traps = kept
}

func (l *lazyObject) defineMember(m *Member) {
	enumerable := goja.ToFlag(!m.hidden)
	if m.get != nil {
		getter, setter := l.accessors(m)
		if m.symbol != nil {
			l.target.DefineAccessorPropertySymbol(m.symbol, getter, setter, goja.FLAG_TRUE, enumerable)
			return
		}
		l.target.DefineAccessorProperty(m.name, getter, setter, goja.FLAG_TRUE, enumerable)
		return
	}
	writable := goja.ToFlag(m.constant == nil)
	if m.symbol != nil {
		l.target.DefineDataPropertySymbol(m.symbol, l.value(m), writable, writable, enumerable)
		return
	}
	l.target.DefineDataProperty(m.name, l.value(m), writable, writable, enumerable)
}

func (l *lazyObject) accessors(m *Member) (getter, setter goja.Value) {
	r := l.binding.realm
	getter = r.function(m, "get "+m.name, 0, func(fc goja.FunctionCall) goja.Value { return l.callGetter(m, fc.This) })
	if m.set != nil {
		setter = r.function(m, "set "+m.name, 1, func(fc goja.FunctionCall) goja.Value {
			if len(fc.Arguments) == 0 {
				panic(r.missingArguments("set the '"+m.name+"' property on", l.binding.class.Name, 1, 0))
			}
			m.set(Call{Realm: r, This: fc.This}, fc.Argument(0))
			return goja.Undefined()
		})
	}
	return getter, setter
}
