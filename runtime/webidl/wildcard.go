package webidl

import "github.com/dop251/goja"

// Wildcard has the objects of a class answer for properties that they do not have: of what is on the other side of a call,
// say, which only that side knows. Like the named properties of https://webidl.spec.whatwg.org/#idl-named-properties with
// neither LegacyOverrideBuiltIns nor a list of names: every property that is found otherwise, on Object.prototype too, is
// itself, and array indices are never asked for. get returns nil for a property that is not there; has says what the operator in does.
func (c *Class) Wildcard(get func(c Call, name string) goja.Value, has func(r *Realm, name string) bool) {
	c.wildcard, c.wildcardHas = get, has
}

// Operable has the objects of a class be functions: calling one calls call.
func (c *Class) Operable(call func(c Call) goja.Value) {
	c.create = func(r *Realm, proto *goja.Object) *goja.Object {
		var self *goja.Object
		self = r.VM.ToValue(func(fc goja.FunctionCall) goja.Value {
			return call(Call{Realm: r, This: self, Args: fc.Arguments})
		}).(*goja.Object)
		self.Delete("name")
		self.Delete("length")
		self.SetPrototype(proto)
		return self
	}
}

// wildcardClass is the class, this one or an ancestor, that has a wildcard; nil if none has.
func (c *Class) wildcardClass() *Class {
	for class := range c.lineage() {
		if class.wildcard != nil {
			return class
		}
	}
	return nil
}

// wild looks a property up that nothing else has.
func (l *lazyObject) wild(name string, receiver goja.Value) goja.Value {
	if l != l.binding.proto || isIndex(name) {
		return nil
	}
	class := l.binding.class.wildcardClass()
	if class == nil || l.binding.realm.Impl(receiver) == nil {
		return nil
	}
	return class.wildcard(Call{Realm: l.binding.realm, This: receiver}, name)
}

// hasWild reports whether wild may find something.
func (l *lazyObject) hasWild(name string) bool {
	if l != l.binding.proto || isIndex(name) {
		return false
	}
	class := l.binding.class.wildcardClass()
	return class != nil && class.wildcardHas(l.binding.realm, name)
}

// isIndex reports whether a name is one that the engine takes for an element's.
func isIndex(name string) bool {
	if name == "" || len(name) > 10 || name != "0" && name[0] == '0' {
		return false
	}
	for _, c := range []byte(name) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
