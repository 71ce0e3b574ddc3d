package webidl

import (
	"cmp"

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

	ctor, proto *lazyObject
	space       *lazyObject // of a namespace, which has neither
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

// lazyObject is a proxy over an object whose properties come from a table of members: a class's constructor or its
// prototype object, or a namespace object.
type lazyObject struct {
	binding *binding
	table   *table
	object  *goja.Object // the proxy
	target  *goja.Object
	traps   goja.ProxyTrapConfig
	made    map[*Member]goja.Value // function objects of operations and values of constants
	melted  bool
}

func (b *binding) prototype() *goja.Object {
	if b.proto != nil {
		return b.proto.object
	}
	r := b.realm
	l := &lazyObject{binding: b, table: &b.class.members, target: r.VM.NewObject()}
	b.proto = l
	if b.class.base != nil {
		l.target.SetPrototype(b.class.base(r))
	}
	l.install()
	return l.object
}

func (b *binding) constructor() *goja.Object {
	if b.ctor != nil {
		return b.ctor.object
	}
	r := b.realm
	l := &lazyObject{binding: b, table: &b.class.statics, target: r.VM.ToValue(bareConstructor).(*goja.Object)}
	b.ctor = l
	l.traps.Construct = b.construct
	l.traps.Apply = b.apply
	l.install()
	return l.object
}

// namespace is https://webidl.spec.whatwg.org/#namespace-object, of which there is one in a realm.
func (b *binding) namespace() *goja.Object {
	if b.space != nil {
		return b.space.object
	}
	r := b.realm
	b.space = &lazyObject{binding: b, table: &b.class.statics, target: r.VM.CreateObject(r.VM.NewObject())}
	b.space.install()
	return b.space.object
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
	impl := class.Construct(Call{Realm: r, This: obj, Args: args})
	r.impls[obj] = impl
	if class.complete != nil {
		class.complete(r, obj, impl)
	}
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
	for c := range class.lineage() {
		if c.create != nil {
			return c.create(r, proto)
		}
	}
	return r.VM.CreateObject(proto)
}

// of is the same object, constructor or prototype, of another class, made if need be.
func (l *lazyObject) of(class *Class) *lazyObject {
	b := l.binding.realm.binding(class)
	if l == l.binding.proto {
		b.prototype()
		return b.proto
	}
	b.constructor()
	return b.ctor
}

// ancestor looks for who has a property that this object has not: the lazy object of the class whose table find
// accepts, or the nearest melted one, which may have anything. It is nil if neither is among the ancestors. Ancestors
// that do not exist yet are not made for being asked.
func (l *lazyObject) ancestor(find func(t *table) bool) *lazyObject {
	for class := range l.binding.class.Parent.lineage() {
		if b, ok := l.binding.realm.bindings[class]; ok {
			if l == l.binding.proto && b.proto != nil && b.proto.melted {
				return b.proto
			}
			if l == l.binding.ctor && b.ctor != nil && b.ctor.melted {
				return b.ctor
			}
		}
		t := &class.statics
		if l == l.binding.proto {
			t = &class.members
		}
		if find(t) {
			return l.of(class)
		}
	}
	return nil
}

// own returns a property of the object that is not a member, or nil.
func (l *lazyObject) own(name string) goja.Value {
	b := l.binding
	switch {
	case l == b.proto && name == "constructor":
		return b.constructor()
	case l != b.ctor:
		return nil
	}
	switch name {
	case "prototype":
		return b.prototype()
	case "name":
		return b.realm.String(cmp.Or(b.class.Shown, b.class.Name))
	case "length":
		return b.realm.Int(b.class.Length)
	}
	return nil
}

// defineOwn puts the properties of own, the class's tag and the prototype on the real object.
func (l *lazyObject) defineOwn() {
	const yes, no = goja.FLAG_TRUE, goja.FLAG_FALSE
	b := l.binding
	if b.class.Parent != nil {
		l.target.SetPrototype(l.of(b.class.Parent).object)
	}
	if l == b.proto {
		l.target.DefineDataProperty("constructor", b.constructor(), yes, yes, no)
	}
	if l != b.ctor {
		if l.table.bySymbol[goja.SymToStringTag] != nil {
			return // it has one of its own
		}
		l.target.DefineDataPropertySymbol(goja.SymToStringTag, b.realm.String(b.class.Name), no, yes, no)
		return
	}
	l.target.DefineDataProperty("length", l.own("length"), no, yes, no)
	l.target.DefineDataProperty("name", l.own("name"), no, yes, no)
	l.target.DefineDataProperty("prototype", b.prototype(), no, no, no)
}

// install makes the proxy. Only the trap of the hot path is a closure of the object's own; the others are the realm's.
func (l *lazyObject) install() {
	r := l.binding.realm
	construct, apply := l.traps.Construct, l.traps.Apply
	l.traps = *r.rareTraps()
	l.traps.Get, l.traps.Construct, l.traps.Apply = l.get, construct, apply
	if l.binding.class.Parent == nil {
		l.traps.GetPrototypeOf = nil
	}
	l.object = r.VM.ToValue(r.VM.NewProxy(l.target, &l.traps)).(*goja.Object)
}

// rareTraps are the traps of all lazy objects but for the hottest: they find out by the target whose trap they are.
func (r *Realm) rareTraps() *goja.ProxyTrapConfig {
	if r.traps != nil {
		return r.traps
	}
	of := func(target *goja.Object) *lazyObject {
		for _, b := range r.bindings {
			if b.proto != nil && b.proto.target == target {
				return b.proto
			}
			if b.ctor != nil && b.ctor.target == target {
				return b.ctor
			}
			if b.space != nil && b.space.target == target {
				return b.space
			}
		}
		panic("webidl: a trap without its object")
	}
	melted := func(target *goja.Object) *lazyObject {
		l := of(target)
		l.melt()
		return l
	}
	r.traps = &goja.ProxyTrapConfig{
		GetPrototypeOf: func(target *goja.Object) *goja.Object {
			l := of(target)
			return l.of(l.binding.class.Parent).object
		},
		GetSym: func(target *goja.Object, sym *goja.Symbol, receiver goja.Value) goja.Value {
			return of(target).getSymbol(sym, receiver)
		},
		Set: func(target *goja.Object, name string, value, receiver goja.Value) bool {
			return of(target).set(name, value, receiver)
		},
		Has: func(target *goja.Object, name string) bool { return of(target).has(name) },
		HasSym: func(target *goja.Object, sym *goja.Symbol) bool {
			return melted(target).reflect("has", sym).ToBoolean()
		},
		GetOwnPropertyDescriptor: func(target *goja.Object, name string) goja.PropertyDescriptor {
			return melted(target).descriptor(r.String(name))
		},
		GetOwnPropertyDescriptorSym: func(target *goja.Object, sym *goja.Symbol) goja.PropertyDescriptor {
			return melted(target).descriptor(sym)
		},
		DefineProperty: func(target *goja.Object, name string, d goja.PropertyDescriptor) bool {
			melted(target)
			if d.Getter != nil || d.Setter != nil {
				return target.DefineAccessorProperty(name, d.Getter, d.Setter, d.Configurable, d.Enumerable) == nil
			}
			return target.DefineDataProperty(name, d.Value, d.Writable, d.Configurable, d.Enumerable) == nil
		},
		DefinePropertySym: func(target *goja.Object, sym *goja.Symbol, d goja.PropertyDescriptor) bool {
			melted(target)
			if d.Getter != nil || d.Setter != nil {
				return target.DefineAccessorPropertySymbol(sym, d.Getter, d.Setter, d.Configurable, d.Enumerable) == nil
			}
			return target.DefineDataPropertySymbol(sym, d.Value, d.Writable, d.Configurable, d.Enumerable) == nil
		},
		DeleteProperty: func(target *goja.Object, name string) bool {
			melted(target)
			return target.Delete(name) == nil
		},
		DeletePropertySym: func(target *goja.Object, sym *goja.Symbol) bool {
			melted(target)
			return target.DeleteSymbol(sym) == nil
		},
		OwnKeys: func(target *goja.Object) *goja.Object {
			return melted(target).reflect("ownKeys").(*goja.Object)
		},
		SetPrototypeOf: func(target, proto *goja.Object) bool {
			melted(target)
			return target.SetPrototype(proto) == nil
		},
		PreventExtensions: func(target *goja.Object) bool {
			return melted(target).reflect("preventExtensions").ToBoolean()
		},
	}
	return r.traps
}

// get is [[Get]]: the hot path of every access to a platform object.
func (l *lazyObject) get(target *goja.Object, name string, receiver goja.Value) goja.Value {
	if l.melted { // and there is a wildcard
		if v := l.binding.realm.intrinsics.getWithReceiver(target, name, receiver); v != nil && (!goja.IsUndefined(v) || l.reflect("has", l.binding.realm.String(name)).ToBoolean()) {
			return v
		}
		return l.wild(name, receiver)
	}
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
	if l.binding.class.Parent != nil {
		if a := l.ancestor(func(t *table) bool { return t.byName[name] != nil }); a != nil {
			if a.melted {
				return l.binding.realm.intrinsics.getWithReceiver(a.target, name, receiver)
			}
			return a.member(a.table.byName[name], receiver)
		}
	}
	if name == "__proto__" {
		return l.binding.realm.intrinsics.getWithReceiver(target, name, receiver)
	}
	if v := target.Get(name); v != nil {
		return v
	}
	return l.wild(name, receiver)
}

func (l *lazyObject) getSymbol(sym *goja.Symbol, receiver goja.Value) goja.Value {
	if l.melted {
		return l.target.GetSymbol(sym)
	}
	if m, ok := l.table.bySymbol[sym]; ok {
		return l.member(m, receiver)
	}
	if sym == goja.SymToStringTag && l != l.binding.ctor {
		return l.binding.realm.String(l.binding.class.Name)
	}
	if a := l.ancestor(func(t *table) bool { return t.bySymbol[sym] != nil }); a != nil {
		return a.getSymbol(sym, receiver)
	}
	return l.target.GetSymbol(sym)
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
func (l *lazyObject) set(name string, value, receiver goja.Value) bool {
	r := l.binding.realm
	if m, ok := l.table.byName[name]; ok && m.get != nil {
		if m.set == nil {
			panic(r.TypeError("Cannot set property %s of #<%s> which has only a getter", name, l.binding.class.Name))
		}
		m.set(Call{Realm: r, This: receiver}, value)
		return true
	}
	a := l.ancestor(func(t *table) bool { m := t.byName[name]; return m != nil && m.get != nil })
	if a != nil && !a.melted {
		return a.set(name, value, receiver)
	}
	l.melt()
	return r.intrinsics.setWithReceiver(l.target, r.String(name), value, receiver)
}

func (l *lazyObject) has(name string) bool {
	if _, ok := l.table.byName[name]; ok || l.own(name) != nil || l.hasWild(name) {
		return true
	}
	l.melt()
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
	l.defineOwn()
	kept := goja.ProxyTrapConfig{Construct: l.traps.Construct, Apply: l.traps.Apply}
	if l == l.binding.proto && l.binding.class.wildcardClass() != nil {
		kept.Get, kept.Has = l.traps.Get, l.traps.Has
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
		l.target.DefineDataPropertySymbol(m.symbol, l.value(m), writable, goja.FLAG_TRUE, enumerable)
		return
	}
	l.target.DefineDataProperty(m.name, l.value(m), writable, writable, enumerable)
}

func (l *lazyObject) accessors(m *Member) (getter, setter goja.Value) {
	r := l.binding.realm
	getter = r.function(m, "get "+m.name, 0, func(fc goja.FunctionCall) goja.Value { return l.callGetter(m, fc.This) })
	if m.set != nil {
		setter = r.function(m, "set "+m.name, 1, func(fc goja.FunctionCall) goja.Value {
			m.set(Call{Realm: r, This: fc.This}, fc.Argument(0))
			return goja.Undefined()
		})
	}
	return getter, setter
}
