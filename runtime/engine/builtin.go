package engine

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
)

// A Completion does a built-in of the engine's in its place, in every engine of the process, from when a script touches it first:
// what is not touched costs nothing.
type Completion struct {
	// Path is where it is found from the global object: "Set", "String.prototype.split".
	Path string
	// Symbol, unless it is nil, is the key of a property of what Path leads to; that must be an object whose properties the
	// engine makes step by step, such as "Function.prototype".
	Symbol *goja.Symbol
	// Call, unless it is nil, returns what is done when it is called. It is given what the engine does.
	Call func(vm *goja.Runtime, native Native) Native
	// Construct is the same for new.
	Construct func(vm *goja.Runtime, native Constructor) Constructor
	// Remove says that the engine has it and should not.
	Remove bool
}

type (
	// Native is a function of the engine's.
	Native = func(call goja.FunctionCall) goja.Value
	// Constructor is what makes an object of the engine's. newTarget may be nil, for the constructor itself.
	Constructor = func(args []goja.Value, newTarget *goja.Object) *goja.Object
)

// CompleteMethod has a method of the engine's be done by another function from now on, in one engine. A property that is no
// function of the engine's, because a script has replaced it, stays.
func CompleteMethod(object *goja.Object, name string, by func(native Native) Native) {
	if fn, ok := FunctionOf(object.Get(name)); ok && *fn.Call != nil {
		*fn.Call = by(*fn.Call)
	}
}

func (c Completion) apply(vm *goja.Runtime, v goja.Value) {
	fn, ok := FunctionOf(v)
	if !ok {
		return
	}
	if c.Call != nil && *fn.Call != nil {
		*fn.Call = c.Call(vm, *fn.Call)
	}
	if c.Construct != nil && *fn.Construct != nil {
		*fn.Construct = c.Construct(vm, *fn.Construct)
	}
}

var completing sync.Mutex

// Complete makes completions. It is for once, before a script runs in any engine: what the engine makes built-ins with is the
// process's. The property of an object that the engine does not make step by step is completed with the object.
func Complete(completions []Completion) error {
	completing.Lock()
	defer completing.Unlock()
	if err := Supported(); err != nil {
		return err
	}
	vm := goja.New()
	for _, c := range completions {
		if err := complete(vm, c); err != nil {
			return fmt.Errorf("%s cannot be completed: %w", c.name(), err)
		}
	}
	return nil
}

// name is how errors call it.
func (c Completion) name() string {
	if c.Symbol != nil {
		return c.Path + "[" + c.Symbol.String() + "]"
	}
	return c.Path
}

func complete(vm *goja.Runtime, c Completion) error {
	parts := strings.Split(c.Path, ".")
	last := len(parts) - 1
	if c.Symbol != nil {
		last++
	}
	owner := vm.GlobalObject()
	for _, part := range parts[:last] {
		next, ok := owner.Get(part).(*goja.Object)
		if !ok {
			return fmt.Errorf("%s is no object", part)
		}
		owner = next
	}
	if c.Symbol != nil {
		props, ok := templateField(owner, "symProps", reflect.Map)
		if !ok || c.Remove {
			return fmt.Errorf("its properties are not made step by step, or cannot be removed")
		}
		return wrap(props, reflect.ValueOf(c.Symbol), c.apply)
	}
	name := parts[last]
	if props, ok := template(owner); ok {
		if c.Remove {
			return remove(owner, props, name)
		}
		return wrap(props, reflect.ValueOf(name), c.apply)
	}
	props, ok := template(vm.GlobalObject())
	if !ok {
		return fmt.Errorf("the global object has no template")
	}
	return wrap(props, reflect.ValueOf(parts[0]), func(vm *goja.Runtime, v goja.Value) {
		for _, part := range parts[1:] {
			object, ok := v.(*goja.Object)
			if !ok {
				return
			}
			v = object.Get(part)
		}
		c.apply(vm, v)
	})
}

// template returns the functions that make the properties of one of the engine's objects, by their names.
func template(object *goja.Object) (reflect.Value, bool) {
	return templateField(object, "props", reflect.Map)
}

func templateField(object *goja.Object, name string, want reflect.Kind) (reflect.Value, bool) {
	_, self, kind := layout().self(object)
	if kind == nil || kind.Elem().Kind() != reflect.Struct {
		return reflect.Value{}, false
	}
	f, ok := kind.Elem().FieldByName("tmpl")
	if !ok || f.Type.Kind() != reflect.Pointer {
		return reflect.Value{}, false
	}
	offset, of := uintptr(0), kind.Elem()
	for _, i := range f.Index {
		offset += of.Field(i).Offset
		of = of.Field(i).Type
	}
	props, ok := f.Type.Elem().FieldByName(name)
	if !ok || props.Type.Kind() != want {
		return reflect.Value{}, false
	}
	return reflect.NewAt(props.Type, unsafe.Add(*at[unsafe.Pointer](self, offset), props.Offset)).Elem(), true
}

// remove takes a property out of the template of an object.
func remove(object *goja.Object, props reflect.Value, name string) error {
	names, ok := templateField(object, "propNames", reflect.Slice)
	key := reflect.ValueOf(name).Convert(props.Type().Key())
	if !ok || names.Type().Elem() != key.Type() || !props.MapIndex(key).IsValid() {
		return fmt.Errorf("there is no %s", name)
	}
	kept := reflect.MakeSlice(names.Type(), 0, names.Len())
	for i := range names.Len() {
		if names.Index(i).String() != name {
			kept = reflect.Append(kept, names.Index(i))
		}
	}
	names.Set(kept)
	props.SetMapIndex(key, reflect.Value{})
	return nil
}

// wrap has made be given what the engine makes for a property, whose key is a string or a symbol.
func wrap(props, key reflect.Value, made func(vm *goja.Runtime, v goja.Value)) error {
	if !key.CanConvert(props.Type().Key()) {
		return fmt.Errorf("its key is a %v", props.Type().Key())
	}
	key = key.Convert(props.Type().Key())
	factory := props.MapIndex(key)
	if !factory.IsValid() {
		return fmt.Errorf("there is no %v", key)
	}
	want := reflect.TypeFor[func(*goja.Runtime) goja.Value]()
	if !factory.Type().ConvertibleTo(want) {
		return fmt.Errorf("it is made by a %v", factory.Type())
	}
	native := factory.Convert(want).Interface().(func(*goja.Runtime) goja.Value)
	property, err := propertyOf(native(goja.New()))
	if err != nil {
		return err
	}
	props.SetMapIndex(key, reflect.ValueOf(func(vm *goja.Runtime) goja.Value {
		v := native(vm)
		made(vm, property(v))
		return v
	}).Convert(factory.Type()))
	return nil
}

// propertyOf returns what takes the value out of a property like the one given, if that is more than a value.
func propertyOf(v goja.Value) (func(goja.Value) goja.Value, error) {
	if _, ok := v.(*goja.Object); ok {
		return func(v goja.Value) goja.Value { return v }, nil
	}
	kind := reflect.TypeOf(v)
	if kind.Kind() != reflect.Pointer || kind.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("it is a %v", kind)
	}
	value, ok := kind.Elem().FieldByName("value")
	if !ok || value.Type != reflect.TypeFor[goja.Value]() {
		return nil, fmt.Errorf("%v has no value", kind)
	}
	return func(v goja.Value) goja.Value { return *at[goja.Value](wordsOf(v).data, value.Offset) }, nil
}

// few is how many items a built-in goes through in some milliseconds.
const few = 1 << 16

// Stoppable returns what a built-in of the engine's may be given instead of an iterable, so that it stops when the script is
// to stop: the next method may be a function of the engine's, which no interruption reaches. It is nil for what has few
// items, and for what is no iterable, unless that is to be asked later: some built-ins look at other things first.
func Stoppable(vm *goja.Runtime, v goja.Value, later bool) goja.Value {
	switch v := v.(type) {
	case *goja.Object:
		l, m := layout(), theMachine()
		_, self, kind := l.self(v)
		switch {
		case kind == m.array && *at[uint32](self, m.length) < few:
			return nil
		case kind == l.buffer.kind, l.collections[kind]:
			return nil
		}
		return stoppable(vm, v, v, later)
	case goja.String:
		if v.Length() >= few {
			return stoppable(vm, v, v.ToObject(vm), later)
		}
	}
	return nil
}

// stoppable is an iterable that stops, in the place of v, which is an object or becomes one.
func stoppable(vm *goja.Runtime, v goja.Value, object *goja.Object, later bool) goja.Value {
	var method goja.Callable
	if !later {
		var ok bool
		if method, ok = goja.AssertFunction(object.GetSymbol(goja.SymIterator)); !ok {
			return nil
		}
	}
	iterable := vm.NewObject()
	begin := vm.ToValue(func(goja.FunctionCall) goja.Value { return stoppableIterator(vm, must(method(v))) })
	must(nil, iterable.DefineAccessorPropertySymbol(goja.SymIterator, vm.ToValue(func(goja.FunctionCall) goja.Value {
		if later {
			its := object.GetSymbol(goja.SymIterator)
			var ok bool
			if method, ok = goja.AssertFunction(its); !ok {
				if its == nil {
					return goja.Undefined()
				}
				return its
			}
		}
		return begin
	}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return iterable
}

// stoppableIterator is an iterator that stops, in the place of another.
func stoppableIterator(vm *goja.Runtime, v goja.Value) goja.Value {
	iterator, ok := v.(*goja.Object)
	if !ok {
		return v
	}
	next, ok := goja.AssertFunction(iterator.Get("next"))
	if !ok {
		return iterator
	}
	stoppable := vm.NewObject()
	stoppable.Set("next", func(goja.FunctionCall) goja.Value {
		CheckTime(vm)
		return must(next(iterator))
	})
	stoppable.DefineAccessorProperty("return", vm.ToValue(func(goja.FunctionCall) goja.Value {
		method := iterator.Get("return")
		if method == nil || goja.IsUndefined(method) || goja.IsNull(method) {
			return goja.Undefined()
		}
		end, ok := goja.AssertFunction(method)
		if !ok {
			return method
		}
		return vm.ToValue(func(goja.FunctionCall) goja.Value { return must(end(iterator)) })
	}), nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return stoppable
}

// StoppableSet returns what a method of Set may be given instead of what is like a set, so that it stops when the script is to
// stop. It is nil for maps and sets as they are made, and for what is no object.
func StoppableSet(vm *goja.Runtime, v goja.Value) goja.Value {
	object, ok := v.(*goja.Object)
	if !ok || plainCollection(object) {
		return nil
	}
	like := vm.NewObject()
	property := func(name string, get func(v goja.Value) goja.Value) {
		must(nil, like.DefineAccessorProperty(name, vm.ToValue(func(goja.FunctionCall) goja.Value {
			v := object.Get(name)
			if v == nil {
				return goja.Undefined()
			}
			return get(v)
		}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE))
	}
	method := func(name string, called func(result goja.Value) goja.Value) {
		property(name, func(v goja.Value) goja.Value {
			fn, ok := goja.AssertFunction(v)
			if !ok {
				return v
			}
			return vm.ToValue(func(call goja.FunctionCall) goja.Value {
				CheckTime(vm)
				return called(must(fn(object, call.Arguments...)))
			})
		})
	}
	property("size", func(v goja.Value) goja.Value { return v })
	method("has", func(result goja.Value) goja.Value { return result })
	method("keys", func(iterator goja.Value) goja.Value { return stoppableIterator(vm, iterator) })
	return like
}

// plainCollection reports whether an object is a map or a set of the engine's with methods of the engine's.
func plainCollection(object *goja.Object) bool {
	l := layout()
	_, _, kind := l.self(object)
	proto := object.Prototype()
	if !l.collections[kind] || proto == nil {
		return false
	}
	fields, self := propertyLayout().of(object)
	if fields == nil || len(*names(self, fields)) > 0 {
		return false
	}
	for _, name := range []string{"has", "keys"} {
		if _, native := FunctionOf(Data(proto, name)); !native {
			return false
		}
	}
	return true
}

// IsShortArray reports whether v is an array of the engine's through which its built-ins go in some milliseconds.
func IsShortArray(v goja.Value) bool {
	m := theMachine()
	_, self, kind := layout().self(v)
	return kind != nil && kind == m.array && *at[uint32](self, m.length) < few
}

// must throws on what a call has thrown.
func must(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}
