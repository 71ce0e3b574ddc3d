package webidl

import (
	"iter"
	"sync"

	"github.com/dop251/goja"
)

// Class describes a Web IDL interface. It is defined once per process, when a realm first needs it, and shared by all
// realms from then on.
type Class struct {
	Name string
	// Shown is the name of the constructor, if that is not Name.
	Shown string

	// Parent is the interface that this one inherits from, or nil.
	Parent *Class
	// Length is how many arguments the constructor requires: fewer are a TypeError.
	Length int
	// Construct makes the Go value behind a new object, which is c.This. Nil means that scripts cannot construct the
	// class ("Illegal constructor").
	Construct func(c Call) any
	// Callable is what calling the constructor without new does; nil means that it is a TypeError.
	Callable func(c Call) goja.Value

	Members []Member
	Statics []Member

	// base is the prototype that a class without Parent inherits from; nil means Object.prototype.
	base func(r *Realm) *goja.Object
	// create, if not nil, makes the bare object of an instance.
	create func(r *Realm, proto *goja.Object) *goja.Object
	// complete, if not nil, gives an instance properties of its own.
	complete func(r *Realm, obj *goja.Object, impl any)
	// wildcard, if not nil, is asked for properties that nothing else has.
	wildcard    func(c Call, name string) goja.Value
	wildcardHas func(r *Realm, name string) bool

	definition Definition
	once       sync.Once
	members    table
	statics    table
}

// Definition is the body of a class: Define fills in everything but the name. It is an interface, and called late, so
// that the members of a class may name the class itself, and each other's.
type Definition interface{ Define(class *Class) }

// NewClass makes a class.
func NewClass(name string, definition Definition) *Class {
	return &Class{Name: name, definition: definition}
}

func (c *Class) define() {
	c.once.Do(func() {
		c.definition.Define(c)
		c.members = newTable(c.Members)
		c.statics = newTable(c.Statics)
	})
}

// lineage is the class and those it inherits from, each defined: another realm may be about to, and where a class has
// its parent is known only then.
func (c *Class) lineage() iter.Seq[*Class] {
	return func(yield func(*Class) bool) {
		for ; c != nil; c = c.Parent {
			if c.define(); !yield(c) {
				return
			}
		}
	}
}

// table finds members by the name or symbol of their property.
type table struct {
	list     []*Member
	byName   map[string]*Member
	bySymbol map[*goja.Symbol]*Member
}

func newTable(list []Member) table {
	t := table{byName: make(map[string]*Member, len(list))}
	for i := range list {
		m := &list[i]
		t.list = append(t.list, m)
		if m.symbol != nil {
			if t.bySymbol == nil {
				t.bySymbol = map[*goja.Symbol]*Member{}
			}
			t.bySymbol[m.symbol] = m
			continue
		}
		t.byName[m.name] = m
	}
	return t
}

// Member is one property of a class: an attribute, an operation or a constant. The functions below make them.
type Member struct {
	name     string
	symbol   *goja.Symbol
	length   int
	call     func(c Call) goja.Value    // an operation
	get      func(c Call) goja.Value    // an attribute
	set      func(c Call, v goja.Value) // a writable attribute
	constant func(r *Realm) goja.Value  // a constant
	same     string                     // the value is that of the member so named
	lenient  bool                       // an operation that takes fewer arguments than its length says
	hidden   bool                       // not enumerable
	promise  bool                       // exceptions become rejections
}

// Attribute is a writable attribute.
func Attribute[T any](name string, get func(this T, c Call) goja.Value, set func(this T, c Call, v goja.Value)) Member {
	m := ReadOnly(name, get)
	m.set = func(c Call, v goja.Value) { set(implOf[T](c), c, v) }
	return m
}

// ReadOnly is a read-only attribute.
func ReadOnly[T any](name string, get func(this T, c Call) goja.Value) Member {
	return Member{name: name, get: func(c Call) goja.Value { return get(implOf[T](c), c) }}
}

// Method is an operation; length is how many arguments it requires.
func Method[T any](name string, length int, fn func(this T, c Call) goja.Value) Member {
	return Member{name: name, length: length, call: func(c Call) goja.Value { return fn(implOf[T](c), c) }}
}

// Promising is an operation that returns a promise: whatever it throws, and a wrong this or too few arguments, rejects
// the promise instead.
func Promising[T any](name string, length int, fn func(this T, c Call) goja.Value) Member {
	m := Method(name, length, fn)
	m.promise = true
	return m
}

// Lenient is the operation with all its arguments optional, whatever its length.
func (m Member) Lenient() Member {
	m.lenient = true
	return m
}

// PromisingReadOnly is a read-only attribute whose type is a promise: a wrong this rejects instead of throwing.
func PromisingReadOnly[T any](name string, get func(this T, c Call) goja.Value) Member {
	m := ReadOnly(name, get)
	m.promise = true
	return m
}

// Static is a static operation, or a function of a namespace object; length is how many arguments it requires.
func Static(name string, length int, fn func(c Call) goja.Value) Member {
	return Member{name: name, length: length, call: fn}
}

// StaticReadOnly is a read-only static attribute.
func StaticReadOnly(name string, get func(c Call) goja.Value) Member {
	return Member{name: name, get: get}
}

// Constant is a constant.
func Constant(name string, value any) Member {
	return Member{name: name, constant: func(r *Realm) goja.Value { return r.VM.ToValue(value) }}
}

// Alias is the same function object under a symbol, as Symbol.iterator is for entries.
func Alias(symbol *goja.Symbol, name string) Member {
	return Member{symbol: symbol, same: name, hidden: true}
}

// illegalInvocation is what a member throws that is called on something else than an object of its class, in Workers' words.
const illegalInvocation = "Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."

// ErrIllegalInvocation is the error of a member that is called on something else than an object of its class.
var ErrIllegalInvocation = TypeErrorf(illegalInvocation)

// implOf is the brand check.
func implOf[T any](c Call) T {
	impl, ok := As[T](c.Realm, c.This)
	if !ok {
		panic(c.Realm.TypeError(illegalInvocation))
	}
	return impl
}
