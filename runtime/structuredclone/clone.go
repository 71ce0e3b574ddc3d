// Package structuredclone copies JavaScript values, with everything they refer to.
//
// https://html.spec.whatwg.org/#safe-passing-of-structured-data
package structuredclone

import (
	"bytes"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/webidl"
)

// Clone copies value: StructuredSerializeWithTransfer and StructuredDeserializeWithTransfer in one go, for a copy that
// stays in its realm. What is in transfer, objects that are [webidl.Transferable] and ArrayBuffers, which may also be
// given as views of them, is moved instead of copied; moved are the objects that have taken over, in the same order.
// Clone throws a DataCloneError for what cannot be cloned or moved, and whatever the getters of value throw.
//
// Values may be nested as deep as they like: cloning does not recurse.
func Clone(r *webidl.Realm, value goja.Value, transfer []goja.Value) (clone goja.Value, moved []*goja.Object) {
	c := &cloner{engine: engine{r}, clones: map[*goja.Object]*goja.Object{}}
	moves := c.transfer(transfer)
	clone = c.clone(value)
	for len(c.unfinished) > 0 {
		last := len(c.unfinished) - 1
		if !c.unfinished[last].fill(c) {
			c.unfinished = c.unfinished[:last]
		}
	}
	for _, move := range moves {
		moved = append(moved, move())
	}
	return clone, moved
}

// transfer looks at a transfer list. The functions that it returns do the moving and return what has taken over.
func (c *cloner) transfer(list []goja.Value) (moves []func() *goja.Object) {
	for _, item := range list {
		if view, ok := c.realm.View(item); ok {
			item = view.Buffer
		}
		obj, ok := item.(*goja.Object)
		if !ok {
			panic(c.realm.TypeError("Object is not transferable"))
		}
		if webidl.IsArrayBuffer(obj) {
			switch {
			case arraybuffer.IsShared(c.realm, obj):
				panic(c.realm.TypeError("Object is not transferable"))
			case c.realm.Pinned(obj):
				c.refuse("Object is not transferable.")
			}
			c.transferred = append(c.transferred, obj)
			moves = append(moves, func() *goja.Object {
				taker := c.clones[obj]
				if taker == nil { // the value does not have it
					taker = c.buffer(obj, obj.Export().(goja.ArrayBuffer).Bytes())
				}
				arraybuffer.Move(c.realm, obj, taker)
				return taker
			})
			continue
		}
		port, ok := webidl.As[webidl.Transferable](c.realm, obj)
		switch {
		case !ok:
			c.refuse("Object is not transferable")
		case port.Detached() || c.clones[obj] != nil:
			c.refuse("%s is detached or is transferred twice.", c.describe(obj))
		}
		taker, move := port.Transfer(c.realm)
		c.clones[obj] = taker
		moves = append(moves, func() *goja.Object {
			move()
			return taker
		})
	}
	return moves
}

// engine is what copying needs of a realm's own classes.
type engine struct{ realm *webidl.Realm }

// cloner is one call of Clone.
type cloner struct {
	engine
	// clones is the standard's memory: it keeps identities, and ends cycles.
	clones      map[*goja.Object]*goja.Object
	transferred []*goja.Object
	// unfinished are the containers whose contents are being cloned, the innermost last. They take the place of a
	// recursive algorithm's stack.
	unfinished []container
}

// container is a clone that lacks some of its contents.
type container interface {
	// fill clones some of what is missing, at least one thing, but returns once that has put another container on top.
	// It returns false if there was nothing to do.
	fill(c *cloner) bool
}

// refuse throws the error of a value that cannot be cloned.
func (c engine) refuse(format string, args ...any) {
	panic(c.realm.ErrorValue(webidl.DOMErrorf("DataCloneError", format, args...)))
}

// clone returns the clone of v. If that is a container it is still empty, and on the stack of unfinished ones.
func (c *cloner) clone(v goja.Value) goja.Value {
	obj, ok := v.(*goja.Object)
	if !ok {
		if _, ok := v.(*goja.Symbol); ok {
			c.refuse("Symbol(%s) could not be cloned.", v)
		}
		return v
	}
	if clone := c.clones[obj]; clone != nil {
		return clone
	}
	c.realm.CheckTime()
	clone, rest := c.object(obj)
	c.clones[obj] = clone
	if rest != nil {
		c.unfinished = append(c.unfinished, rest)
	}
	return clone
}

// The engine tells the kinds of objects apart by the Go types it would export them to.
var (
	ordinaryType    = reflect.TypeFor[map[string]any]()
	mapType         = reflect.TypeFor[[][2]any]()
	setType         = reflect.TypeFor[[]any]()
	arrayBufferType = reflect.TypeFor[goja.ArrayBuffer]()
	bigIntType      = reflect.TypeFor[*big.Int]()
)

// object makes the clone of an object, as yet without what the container will fill in.
func (c *cloner) object(obj *goja.Object) (*goja.Object, container) {
	r := c.realm
	if obj == r.VM.GlobalObject() {
		c.refuse("#<ServiceWorkerGlobalScope> could not be cloned.")
	}
	if impl := r.Impl(obj); impl != nil {
		return c.platformObject(obj, impl), nil
	}
	switch class := obj.ClassName(); class {
	case "Boolean", "Number", "String":
		return c.wrapper(obj, class), nil
	case "Date":
		return c.construct("Date", c.call("Date", "getTime", obj)), nil
	case "RegExp":
		return c.construct("RegExp", obj), nil
	case "Error":
		return c.error(obj)
	case "Array":
		clone := r.VM.NewArray()
		clone.Set("length", obj.Get("length"))
		return clone, &properties{from: obj, to: clone, keys: obj.Keys()}
	case "Object", "Math", "JSON":
	default:
		c.refuse("%s could not be cloned.", c.describe(obj))
	}
	switch kind := obj.ExportType(); {
	case kind == ordinaryType:
		return c.ordinary(obj)
	case kind == mapType:
		clone := c.construct("Map")
		return clone, c.entries(obj, clone, "Map", "set")
	case kind == setType:
		clone := c.construct("Set")
		return clone, c.entries(obj, clone, "Set", "add")
	case kind == arrayBufferType:
		return c.arrayBuffer(obj), nil
	case kind == bigIntType:
		return c.wrapper(obj, "BigInt"), nil
	case kind.Kind() == reflect.Slice:
		if view, ok := r.View(obj); ok {
			return c.view(obj, view), nil
		}
	}
	c.refuse("%s could not be cloned.", c.describe(obj))
	return nil, nil
}

func (c *cloner) platformObject(obj *goja.Object, impl any) *goja.Object {
	cloneable, ok := impl.(webidl.Cloneable)
	if !ok {
		c.refuseObject(obj)
	}
	clone, err := cloneable.Clone(c.realm, obj)
	c.realm.Rethrow(err)
	return clone
}

// ordinary clones an object that the engine shows as a plain one, which DataViews are, too, and a few kinds that
// cannot be cloned.
func (c *cloner) ordinary(obj *goja.Object) (*goja.Object, container) {
	r := c.realm
	for proto := obj.Prototype(); proto != nil && proto.Prototype() != nil; proto = proto.Prototype() {
		switch proto {
		case r.IntrinsicPrototype("DataView"):
			if view, ok := r.View(obj); ok {
				return c.view(obj, view), nil
			}
		case r.IntrinsicPrototype("WeakMap"), r.IntrinsicPrototype("WeakSet"), r.IteratorPrototype():
			c.refuse("%s could not be cloned.", c.describe(obj))
		}
	}
	clone := r.VM.NewObject()
	return clone, &properties{from: obj, to: clone, keys: obj.Keys()}
}

// wrapper clones the object around a primitive value.
func (c *cloner) wrapper(obj *goja.Object, class string) *goja.Object {
	return c.call(class, "valueOf", obj).ToObject(c.realm.VM)
}

func (c *cloner) arrayBuffer(obj *goja.Object) *goja.Object {
	buffer := obj.Export().(goja.ArrayBuffer)
	if buffer.Detached() {
		c.refuse("An ArrayBuffer is detached and could not be cloned.")
	}
	if arraybuffer.IsShared(c.realm, obj) {
		return arraybuffer.Share(c.realm, obj)
	}
	data := buffer.Bytes()
	if !slices.Contains(c.transferred, obj) {
		data = bytes.Clone(data)
	}
	return c.buffer(obj, data)
}

// buffer makes an ArrayBuffer like another of bytes, which it takes over.
func (c engine) buffer(like *goja.Object, data []byte) *goja.Object {
	if max, ok := arraybuffer.Max(c.realm, like); ok {
		return arraybuffer.Resizable(c.realm, data, max)
	}
	return c.realm.ArrayBuffer(data)
}

func (c *cloner) view(obj *goja.Object, view webidl.View) *goja.Object {
	args := []goja.Value{c.clone(view.Buffer)}
	for _, n := range c.bounds(obj, view) {
		args = append(args, c.realm.Int(n))
	}
	return c.construct(view.Kind, args...)
}

// bounds are the arguments, after its buffer, that make a view like another: the offset and the length, which a view that follows
// its buffer has not.
func (c engine) bounds(obj *goja.Object, view webidl.View) []int {
	offset, length, resizable := arraybuffer.Bounds(c.realm, obj)
	switch {
	case !resizable:
		return []int{view.Offset, view.Length}
	case arraybuffer.IsOutOfBounds(c.realm, obj):
		c.refuse("%s could not be cloned.", c.describe(obj))
	case length < 0:
		return []int{offset}
	}
	return []int{offset, length}
}

// errorNames are the classes that a cloned error can have.
var errorNames = []string{"Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "AggregateError"}

// error clones an error. As in Workers, but not in the standard, it keeps its name, its stack and its own properties.
func (c *cloner) error(obj *goja.Object) (*goja.Object, container) {
	class, keys := c.errorShape(obj)
	clone := c.construct("Error")
	clone.SetPrototype(c.realm.IntrinsicPrototype(class))
	return clone, &properties{from: obj, to: clone, keys: keys, hidden: 2}
}

// errorShape returns the class that a copy of an error has, and which properties.
func (c engine) errorShape(obj *goja.Object) (class string, keys []string) {
	keys = []string{"stack", "message"}
	class = "Error"
	own := slices.DeleteFunc(obj.GetOwnPropertyNames(), func(key string) bool { return slices.Contains(keys, key) })
	if v := obj.Get("name"); v != nil && slices.Contains(errorNames, v.String()) {
		class = v.String()
	} else if v != nil && !slices.Contains(own, "name") {
		own = append([]string{"name"}, own...)
	}
	return class, append(keys, own...)
}

// construct calls one of the engine's own constructors.
func (c engine) construct(class string, args ...goja.Value) *goja.Object {
	obj, err := c.realm.VM.New(c.realm.Intrinsic(class), args...)
	c.realm.Rethrow(err)
	return obj
}

// call calls a method of one of the engine's own classes.
func (c engine) call(class, method string, this goja.Value, args ...goja.Value) goja.Value {
	v, err := c.realm.IntrinsicMethod(class, method)(this, args...)
	c.realm.Rethrow(err)
	return v
}

// properties are the own properties of an object.
type properties struct {
	from, to *goja.Object
	keys     []string // those to come
	hidden   int      // how many of keys, at the start, are not enumerable
}

func (p *properties) fill(c *cloner) bool {
	if len(p.keys) == 0 {
		return false
	}
	depth := len(c.unfinished)
	for len(p.keys) > 0 && len(c.unfinished) == depth {
		c.realm.CheckTime()
		key := p.keys[0]
		p.keys = p.keys[1:]
		enumerable := goja.ToFlag(p.hidden <= 0)
		p.hidden--
		// A getter may have deleted a property that was there.
		if v := p.from.Get(key); v != nil {
			p.to.DefineDataProperty(key, c.clone(v), goja.FLAG_TRUE, goja.FLAG_TRUE, enumerable)
		}
	}
	return true
}

// entries are what is in a Map or a Set.
type entries struct {
	to     *goja.Object
	add    goja.Callable
	arity  int          // how many values make one entry
	values []goja.Value // those to come
	clones []goja.Value // of the values of the entry under way
}

// entries reads all of a Map or Set before any of it is cloned, since that may run code that changes it.
func (c *cloner) entries(from, to *goja.Object, class, add string) container {
	e := &entries{to: to, add: c.realm.IntrinsicMethod(class, add), arity: 1}
	if class == "Map" {
		e.arity = 2
	}
	c.call(class, "forEach", from, c.realm.VM.ToValue(func(fc goja.FunctionCall) goja.Value {
		if e.arity == 2 {
			e.values = append(e.values, fc.Argument(1))
		}
		e.values = append(e.values, fc.Argument(0))
		return goja.Undefined()
	}))
	return e
}

func (e *entries) fill(c *cloner) bool {
	if len(e.values) == 0 {
		return false
	}
	depth := len(c.unfinished)
	for len(e.values) > 0 && len(c.unfinished) == depth {
		c.realm.CheckTime()
		e.clones = append(e.clones, c.clone(e.values[0]))
		e.values = e.values[1:]
		if len(e.clones) == e.arity {
			_, err := e.add(e.to, e.clones...)
			c.realm.Rethrow(err)
			e.clones = e.clones[:0]
		}
	}
	return true
}

// refuseObject throws the error of an object of ours that cannot be cloned.
func (c engine) refuseObject(obj *goja.Object) {
	var class *webidl.Class
	for proto := obj.Prototype(); proto != nil && class == nil; proto = proto.Prototype() {
		class = c.realm.ClassOfPrototype(proto)
	}
	name := c.constructorName(obj)
	switch {
	case class != nil && slices.Contains([]string{"WeakRef", "FinalizationRegistry"}, class.Name): // the language's own
		c.refuse("%s could not be cloned.", c.describe(obj))
	case name == "" && class != nil:
		name = class.Name
	}
	c.refuse("Could not serialize object of type \"%s\". This type does not support serialization.", name)
}

// describe is what V8's messages call a value that is not a platform object.
func (c engine) describe(obj *goja.Object) string {
	if _, ok := goja.AssertFunction(obj); ok {
		return c.call("Function", "toString", obj).String()
	}
	name := c.constructorName(obj)
	var tag goja.Value
	if c.realm.Try(func() { tag = obj.GetSymbol(goja.SymToStringTag) }) == nil && tag != nil && tag.String() != name {
		return "[object " + tag.String() + "]"
	}
	return "#<" + name + ">"
}

// constructorName returns the name of an object's class.
func (c engine) constructorName(obj *goja.Object) string {
	name := "Object"
	c.realm.Try(func() {
		if constructor, ok := obj.Get("constructor").(*goja.Object); ok {
			name = strings.TrimSpace(constructor.Get("name").String())
		}
	})
	return name
}
