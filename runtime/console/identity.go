package console

import (
	"slices"

	"github.com/dop251/goja"
)

// identity is what an object's prototypes say that it is.
type identity struct {
	constructor string // "" if no prototype has one
	tag         string // Symbol.toStringTag, if it says more than the constructor
	fallback    string // the kind of object that the engine knows it to be
	size        string // such as "(3)"
}

// prefix is "Foo(2) [tag] ", and what stands for it where there is no constructor.
func (id identity) prefix() string {
	name, tag := id.constructor, ""
	if id.tag != "" && id.tag != id.constructor {
		tag = " [" + id.tag + "]"
	}
	if name == "" {
		if id.tag == id.fallback {
			tag = ""
		}
		return "[" + id.fallback + id.size + ": null prototype]" + tag + " "
	}
	return name + id.size + tag + " "
}

func prefixUnless(id identity, plain string) string {
	id.fallback = plain
	if prefix := id.prefix(); prefix != plain+" " {
		return prefix
	}
	return ""
}

// identify finds out what an object's prototypes say that it is.
func (in *inspector) identify(obj *goja.Object) identity {
	id := identity{fallback: "Object"}
	if proto := obj.Prototype(); proto != nil {
		l := in.lineageOf(proto)
		id.constructor, id.tag = l.constructor, l.tag
	}
	if p, ok := in.natives.describe(obj, goja.SymToStringTag); ok {
		id.tag = ""
		if p.hidden && !in.ShowHidden && p.value != nil && goja.IsString(p.value) {
			id.tag = p.value.String()
		}
	}
	return id
}

// lineage is what objects inherit from a prototype.
type lineage struct {
	constructor, tag string
	custom           goja.Callable // their way of showing themselves, or nil
}

// lineageOf returns the lineage of objects whose prototype is proto: the name of the nearest constructor that they are
// instances of, and their Symbol.toStringTag.
func (in *inspector) lineageOf(proto *goja.Object) lineage {
	if l, ok := in.lineages[proto]; ok {
		return l
	}
	var l lineage
	chain := in.chain(proto)
	for _, proto := range chain {
		if l.constructor = in.constructorAt(proto, chain); l.constructor != "" {
			break
		}
	}
	for _, proto := range chain {
		if class := in.realm.ClassOfPrototype(proto); class != nil {
			l.tag = class.Name
			break
		}
		if p, ok := in.natives.describe(proto, goja.SymToStringTag); ok {
			if p.value != nil && goja.IsString(p.value) {
				l.tag = p.value.String()
			}
			break
		}
	}
	for _, proto := range chain {
		if in.realm.ClassOfPrototype(proto) != nil || proto.Prototype() == nil {
			break // a class of the platform, or Object.prototype
		}
		if p, ok := in.natives.describe(proto, in.customSymbol()); ok && p.value != nil {
			l.custom, _ = goja.AssertFunction(p.value)
			break
		}
	}
	if in.lineages == nil {
		in.lineages = map[*goja.Object]lineage{}
	}
	in.lineages[proto] = l
	return l
}

// chain is a prototype and its prototypes, as far as they can be told.
func (in *inspector) chain(proto *goja.Object) []*goja.Object {
	var chain []*goja.Object
	for ; proto != nil && len(chain) < maxPrototypes; proto = proto.Prototype() {
		var ok bool
		if proto, ok = in.unwrap(proto); !ok {
			break
		}
		chain = append(chain, proto)
	}
	return chain
}

// constructorAt is the name of a prototype's constructor, if what inherits from chain is an instance of it.
func (in *inspector) constructorAt(proto *goja.Object, chain []*goja.Object) string {
	if class := in.realm.ClassOfPrototype(proto); class != nil {
		return class.Name
	}
	p, _ := in.natives.describe(proto, in.realm.String("constructor"))
	constructor, ok := p.value.(*goja.Object)
	if !ok {
		return ""
	}
	if constructor, ok = in.unwrap(constructor); !ok {
		return ""
	}
	instances, ok := in.lookup(constructor, in.realm.String("prototype")).(*goja.Object)
	if !ok || !slices.Contains(chain, instances) {
		return ""
	}
	return in.functionName(constructor)
}

// inherited are the properties that an object inherits from the prototypes of a script's classes: from the nearest three,
// and no methods.
func (in *inspector) inherited(obj *goja.Object) []property {
	proto := obj.Prototype()
	if proto == nil || in.realm.ClassOf(obj) != nil {
		return nil
	}
	chain := in.chain(proto)
	nearest := slices.IndexFunc(chain, func(p *goja.Object) bool { return in.constructorAt(p, chain) != "" })
	if nearest < 0 || nearest == 0 && in.isBuiltin(chain[0]) {
		return nil
	}
	var list []property
	own := in.natives.find("Object.prototype.hasOwnProperty")
	has := func(obj *goja.Object, key goja.Value) bool {
		v, err := own(obj, key)
		return err == nil && v.ToBoolean()
	}
	add := func(i int, key goja.Value) {
		if slices.ContainsFunc(chain[:i], func(nearer *goja.Object) bool { return has(nearer, key) }) || has(obj, key) {
			return
		}
		p, ok := in.natives.describe(chain[i], key)
		if p.value != nil && isFunctionValue(p.value) || p.name == "constructor" || !ok {
			return
		}
		p.inherited = true
		list = append(list, p)
	}
	for i, proto := range chain[:min(3, len(chain))] {
		if i > 0 && in.isBuiltin(proto) {
			break
		}
		for _, name := range proto.GetOwnPropertyNames() {
			add(i, in.realm.String(name))
		}
		for _, symbol := range in.natives.symbols(proto) {
			add(i, symbol)
		}
	}
	return list
}

func isFunctionValue(v goja.Value) bool {
	obj, ok := v.(*goja.Object)
	return ok && isFunction(obj)
}

// isBuiltin reports whether a prototype is that of a class of the language or the platform.
func (in *inspector) isBuiltin(proto *goja.Object) bool {
	if in.realm.ClassOfPrototype(proto) != nil {
		return true
	}
	p, _ := in.natives.describe(proto, in.realm.String("constructor"))
	constructor, ok := p.value.(*goja.Object)
	return ok && slices.Contains(builtins, in.functionName(constructor))
}

// builtins are the classes of the language.
var builtins = []string{
	"Object", "Function", "Array", "Map", "Set", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry", "Promise", "Date", "RegExp", "Error",
	"AggregateError", "EvalError", "RangeError", "ReferenceError", "SuppressedError", "SyntaxError", "TypeError", "URIError", "ArrayBuffer",
	"SharedArrayBuffer", "DataView", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
	"Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array", "Number", "String", "Boolean", "Symbol", "BigInt",
	"Proxy", "Iterator", "DisposableStack", "AsyncDisposableStack",
}

// functionName is the name property of a function, if it is a string of its own.
func (in *inspector) functionName(f *goja.Object) string {
	if class := in.realm.ClassOfConstructor(f); class != nil {
		return class.Name
	}
	if p, ok := in.natives.describe(f, in.realm.String("name")); ok && p.value != nil && goja.IsString(p.value) {
		return p.value.String()
	}
	return ""
}
