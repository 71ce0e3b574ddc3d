package webidl

import (
	"reflect"

	"github.com/dop251/goja"
)

// Property is one line of what a console shows of a platform object.
type Property struct {
	// Name is the name of an attribute; it is shown in brackets if Internal is set, as that of something a script
	// cannot reach.
	Name     string
	Internal bool
	Value    goja.Value
}

// Inspector is a Go value that says itself which properties a console shows of its object. Without it, a console shows
// the attributes of the class.
type Inspector interface{ Inspect(r *Realm) []Property }

// ClassOf returns the class of a platform object, the nearest one if a script has subclassed it, or nil if obj is none.
func (r *Realm) ClassOf(obj *goja.Object) *Class {
	if r.impls[obj] == nil {
		return nil
	}
	for proto := obj.Prototype(); proto != nil; proto = proto.Prototype() {
		if class := r.ClassOfPrototype(proto); class != nil {
			return class
		}
		if proto.ExportType() == proxyType {
			return nil // a script's: to ask it for its prototype would run the script
		}
	}
	return nil
}

var proxyType = reflect.TypeFor[goja.Proxy]()

// ClassOfPrototype returns the class whose prototype obj is, or nil.
func (r *Realm) ClassOfPrototype(obj *goja.Object) *Class {
	for class, b := range r.bindings {
		if b.proto != nil && b.proto.object == obj {
			return class
		}
	}
	return nil
}

// ClassOfConstructor returns the class whose constructor obj is, or nil.
func (r *Realm) ClassOfConstructor(obj *goja.Object) *Class {
	for class, b := range r.bindings {
		if b.ctor != nil && b.ctor.object == obj {
			return class
		}
	}
	return nil
}

// Properties returns what a console shows of a platform object of a class: what its [Inspector] says, or else its
// attributes, those of the class before those it inherits. Attributes that throw are left out.
func (r *Realm) Properties(obj *goja.Object, class *Class) []Property {
	if inspector, ok := r.impls[obj].(Inspector); ok {
		return inspector.Inspect(r)
	}
	var list []Property
	for c := range class.lineage() {
		for _, m := range c.members.list {
			if m.get == nil || m.hidden || m.symbol != nil {
				continue
			}
			if err := r.Try(func() {
				list = append(list, Property{Name: m.name, Value: m.get(Call{Realm: r, This: obj})})
			}); err != nil {
				continue
			}
		}
	}
	return list
}

// Entries returns up to limit of the pairs that a platform object is iterable over, and how many there are, or false
// if its class is not [PairIterable].
func (r *Realm) Entries(obj *goja.Object, class *Class, limit int) (pairs [][2]goja.Value, size int, ok bool) {
	entries := class.members.bySymbol[goja.SymIterator]
	if entries == nil || entries.same != "entries" {
		return nil, 0, false
	}
	it, ok := As[*Iterator](r, class.members.byName["entries"].call(Call{Realm: r, This: obj}))
	if !ok {
		return nil, 0, false
	}
	for {
		v, ok := it.Next()
		if !ok {
			return pairs, size, true
		}
		size++
		if pair, ok := v.(*goja.Object); ok && len(pairs) < limit {
			pairs = append(pairs, [2]goja.Value{pair.Get("0"), pair.Get("1")})
		}
	}
}

// IsProxy reports whether an object is a proxy, which may run script whatever it is asked.
func IsProxy(obj *goja.Object) bool { return obj.ExportType() == proxyType }
