// Package engine reaches what goja has and does not export: the fields of its buffers, of the views over them, and of its
// own functions. With them, buffers can be resized and the engine's built-ins be completed, at no cost for scripts that
// do neither, and without an engine of our own.
//
// Where a field is, is found once by its name, and its type is compared with the one that this package relies on. An engine
// that is laid out in another way is an error (see [Supported]), never a guess.
package engine

import (
	"cmp"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
)

// Buffer is an ArrayBuffer. Its fields point into the engine's object.
type Buffer struct {
	Object   *goja.Object
	Data     *[]byte // the capacity is that of the memory behind it
	Detached *bool
}

// TypedArray is a typed array. Its fields point into the engine's object. Nobody but the engine looks at the length when an
// element is read or written: it must never be more than there is memory for.
type TypedArray struct {
	Object      *goja.Object
	Buffer      Buffer
	Offset      *int   // in elements
	Length      *int   // in elements
	ElementSize int    // in bytes
	Kind        string // the name of its class, such as "Uint8Array", whatever a script has done to it
	constructor **goja.Object
	elements    unsafe.Pointer // to the interface that reads and writes elements
}

// DataView is a DataView. Its fields point into the engine's object.
type DataView struct {
	Object *goja.Object
	Buffer Buffer
	Offset *int // in bytes
	Length *int // in bytes
}

// Function is a function of the engine's, or one that was made of a Go function. What its fields are set to is done in its
// place from then on; everything else about it stays.
type Function struct {
	Call      *func(goja.FunctionCall) goja.Value
	Construct *func(args []goja.Value, newTarget *goja.Object) *goja.Object // newTarget may be nil, for the function itself
}

// BufferOf returns the ArrayBuffer that v is, or false.
func BufferOf(v goja.Value) (Buffer, bool) {
	l := layout()
	object, self, kind := l.self(v)
	if kind == nil || kind != l.buffer.kind {
		return Buffer{}, false
	}
	return l.bufferAt(object, self), true
}

// TypedArrayOf returns the typed array that v is, or false.
func TypedArrayOf(v goja.Value) (TypedArray, bool) {
	l := layout()
	object, self, kind := l.self(v)
	if kind == nil || kind != l.typed.kind {
		return TypedArray{}, false
	}
	return TypedArray{
		Object:      object,
		Buffer:      l.viewed(self, l.typed.buffer),
		Offset:      at[int](self, l.typed.offset),
		Length:      at[int](self, l.typed.length),
		ElementSize: *at[int](self, l.typed.size),
		Kind:        l.kinds[reflect.NewAt(l.elementsType, unsafe.Add(self, l.typed.elements)).Elem().Elem().Type()],
		constructor: at[*goja.Object](self, l.typed.constructor),
		elements:    unsafe.Add(self, l.typed.elements),
	}, true
}

// Class returns the constructor of the typed array's class, whatever its prototype is.
func (a TypedArray) Class() *goja.Object { return *a.constructor }

// Get returns the i-th element, or nil if there is none.
func (a TypedArray) Get(i int) goja.Value {
	if !a.has(i) {
		return nil
	}
	return (*(*elements)(a.elements)).get(*a.Offset + i)
}

// Set sets the i-th element, if there is one. v must be a number, or a BigInt where the elements are.
func (a TypedArray) Set(i int, v goja.Value) {
	if a.has(i) {
		(*(*elements)(a.elements)).set(*a.Offset+i, v)
	}
}

func (a TypedArray) has(i int) bool {
	return 0 <= i && i < *a.Length && (*a.Offset+i+1)*a.ElementSize <= len(*a.Buffer.Data)
}

// DataViewOf returns the DataView that v is, or false.
func DataViewOf(v goja.Value) (DataView, bool) {
	l := layout()
	object, self, kind := l.self(v)
	if kind == nil || kind != l.view.kind {
		return DataView{}, false
	}
	return DataView{object, l.viewed(self, l.view.buffer), at[int](self, l.view.offset), at[int](self, l.view.length)}, true
}

// FunctionOf returns the function that v is, or false if it is a script's own, or none.
func FunctionOf(v goja.Value) (Function, bool) {
	l := layout()
	_, self, kind := l.self(v)
	if kind == nil {
		return Function{}, false
	}
	for _, f := range l.functions {
		if kind == f.kind {
			return Function{
				at[func(goja.FunctionCall) goja.Value](self, f.call),
				at[func([]goja.Value, *goja.Object) *goja.Object](self, f.construct),
			}, true
		}
	}
	return Function{}, false
}

// IsBound reports whether v is what Function.prototype.bind makes.
func IsBound(v goja.Value) bool {
	l := layout()
	_, _, kind := l.self(v)
	return kind != nil && kind == l.bound
}

// Iterated returns what v, an array iterator, goes through; nil if it is at its end, or no array iterator.
func Iterated(v goja.Value) *goja.Object {
	l := layout()
	_, self, kind := l.self(v)
	if kind == nil || kind != l.iterator.kind {
		return nil
	}
	return *at[*goja.Object](self, l.iterator.object)
}

// SparseArray returns the length of v if it is an array of the engine's with less than an eighth of the items that its length
// allows, each of which is a plain value; to list its keys takes the time that its items take.
func SparseArray(v goja.Value) (length int64, ok bool) {
	l := layout()
	_, self, kind := l.self(v)
	switch {
	case kind == nil:
	case kind == l.sparse.kind:
		return int64(*at[uint32](self, l.sparse.length)), *at[int](self, l.sparse.accessors) == 0
	case kind == l.dense.kind:
		length = int64(*at[uint32](self, l.dense.length))
		return length, int64(len(*at[[]goja.Value](self, l.dense.values))) < length/8 && *at[int](self, l.dense.accessors) == 0
	}
	return 0, false
}

// Supported reports whether the engine is laid out as this package expects. If it is not, nothing is found to be a buffer, a
// view or a function, and no program is mended.
func Supported() error {
	return cmp.Or(layout().err, stackLayout().err, propertyLayout().err, theMachine().err)
}

// laidOut is where the fields are. The offsets are bytes from the beginning of the engine's structures, of which the kinds are
// the types of pointers.
type laidOut struct {
	err      error
	selfAt   uintptr
	selfType reflect.Type
	buffer   struct {
		kind                   reflect.Type
		object, data, detached uintptr
	}
	typed struct {
		kind                                                reflect.Type
		buffer, offset, length, size, constructor, elements uintptr
	}
	elementsType reflect.Type            // of the interface that reads and writes elements
	kinds        map[reflect.Type]string // by what implements it
	view         struct {
		kind                   reflect.Type
		buffer, offset, length uintptr
	}
	functions []functionLayout
	bound     reflect.Type // what bind makes
	proxy     reflect.Type
	// collections are the kinds of maps, sets, and of what goes through them.
	collections map[reflect.Type]bool
	iterator    struct {
		kind   reflect.Type
		object uintptr
	}
	sparse struct { // arrays that are kept as a list of what they have
		kind              reflect.Type
		length, accessors uintptr
	}
	dense struct { // and all others
		kind                      reflect.Type
		values, length, accessors uintptr
	}
	jobs      uintptr // of goja.Runtime
	callsThen uintptr // the code of the jobs that call then
}

// functionLayout is one of the kinds of functions that the engine has.
type functionLayout struct {
	kind            reflect.Type
	call, construct uintptr
}

// layout looks at one object of each kind, in an engine that is made for it.
var layout = sync.OnceValue(func() *laidOut {
	l := &laidOut{}
	if l.err = l.find(goja.New()); l.err != nil {
		return &laidOut{err: fmt.Errorf("this version of goja is not the one that devserver was made for: %w", l.err)}
	}
	return l
})

func (l *laidOut) find(vm *goja.Runtime) (err error) {
	field := func(of reflect.Type, name string, want reflect.Type) uintptr {
		f, ok := of.FieldByName(name)
		switch {
		case err != nil:
		case !ok:
			err = fmt.Errorf("%v has no field %s", of, name)
		case want != nil && f.Type != want:
			err = fmt.Errorf("the field %s of %v is a %v and not a %v", name, of, f.Type, want)
		}
		return f.Offset
	}
	object := reflect.TypeFor[goja.Object]()
	l.selfAt = field(object, "self", nil)
	if err != nil {
		return err
	}
	self, _ := object.FieldByName("self")
	if l.selfType = self.Type; self.Type.Kind() != reflect.Interface {
		return fmt.Errorf("the field self of %v is no interface", object)
	}
	// structure is what is behind an object, and the type of a pointer to it; something empty after an error.
	structure := func(script string) (kind, of reflect.Type) {
		kind = reflect.TypeFor[*struct{}]()
		if err != nil {
			return kind, kind.Elem()
		}
		var v goja.Value
		if v, err = vm.RunString(script); err == nil {
			if _, _, found := l.self(v); found != nil && found.Elem().Kind() == reflect.Struct {
				kind = found
			} else {
				err = fmt.Errorf("%s is a %v", script, found)
			}
		}
		return kind, kind.Elem()
	}
	var (
		integer = reflect.TypeFor[int]()
		pointer = reflect.TypeFor[*goja.Object]()
		of      reflect.Type
	)
	l.buffer.kind, of = structure("new ArrayBuffer(1)")
	l.buffer.object = field(of, "val", pointer)
	l.buffer.data = field(of, "data", reflect.TypeFor[[]byte]())
	l.buffer.detached = field(of, "detached", reflect.TypeFor[bool]())

	l.typed.kind, of = structure("new Uint16Array(1)")
	l.typed.buffer = field(of, "viewedArrayBuf", l.buffer.kind)
	l.typed.offset = field(of, "offset", integer)
	l.typed.length = field(of, "length", integer)
	l.typed.size = field(of, "elemSize", integer)
	l.typed.constructor = field(of, "defaultCtor", pointer)
	l.typed.elements = field(of, "typedArray", nil)

	l.view.kind, of = structure("new DataView(new ArrayBuffer(1))")
	l.view.buffer = field(of, "viewedArrayBuf", l.buffer.kind)
	l.view.offset = field(of, "byteOffset", integer)
	l.view.length = field(of, "byteLen", integer)

	for _, script := range []string{"Uint8Array", "BigInt"} { // the other one's properties are made step by step
		f := functionLayout{}
		f.kind, of = structure(script)
		f.call = field(of, "f", reflect.TypeFor[func(goja.FunctionCall) goja.Value]())
		f.construct = field(of, "construct", reflect.TypeFor[func([]goja.Value, *goja.Object) *goja.Object]())
		l.functions = append(l.functions, f)
	}
	l.bound, _ = structure("(function () {}).bind()")
	l.proxy, _ = structure("new Proxy({}, {})")
	l.collections = make(map[reflect.Type]bool)
	for _, script := range []string{"new Map", "new Set", "new Map().keys()", "new Set().keys()"} {
		kind, _ := structure(script)
		l.collections[kind] = true
	}

	l.iterator.kind, of = structure("[].values()")
	l.iterator.object = field(of, "obj", pointer)
	l.sparse.kind, of = structure("(() => { const a = []; a[1e6] = 1; return a; })()")
	l.sparse.length = field(of, "length", reflect.TypeFor[uint32]())
	l.sparse.accessors = field(of, "propValueCount", integer)
	l.dense.kind, of = structure("[1]")
	l.dense.values = field(of, "values", reflect.TypeFor[[]goja.Value]())
	l.dense.length = field(of, "length", reflect.TypeFor[uint32]())
	l.dense.accessors = field(of, "propValueCount", integer)
	if err != nil {
		return err
	}
	if err := l.findElements(vm); err != nil {
		return err
	}
	return l.findJobs(vm)
}

// findElements finds what reads and writes the elements of each class of typed arrays.
func (l *laidOut) findElements(vm *goja.Runtime) error {
	f, _ := l.typed.kind.Elem().FieldByName("typedArray")
	l.elementsType = f.Type
	if err := sameMethods(f.Type, reflect.TypeFor[elements]()); err != nil {
		return err
	}
	l.kinds = map[reflect.Type]string{reflect.TypeFor[*float16s](): "Float16Array"}
	for _, name := range typedArrays {
		array, err := vm.New(vm.Get(name), vm.ToValue(1))
		if err != nil {
			return err
		}
		_, self, _ := l.self(array)
		l.kinds[reflect.NewAt(l.elementsType, unsafe.Add(self, l.typed.elements)).Elem().Elem().Type()] = name
	}
	return nil
}

// self returns the engine's structure behind an object, and the type of a pointer to it; nil if v is no object.
func (l *laidOut) self(v goja.Value) (*goja.Object, unsafe.Pointer, reflect.Type) {
	object, ok := v.(*goja.Object)
	if !ok || object == nil || l.selfType == nil {
		return nil, nil, nil
	}
	self := any(*(*someInterface)(unsafe.Add(unsafe.Pointer(object), l.selfAt)))
	kind := reflect.TypeOf(self)
	if kind == nil || kind.Kind() != reflect.Pointer {
		return nil, nil, nil
	}
	return object, (*words)(unsafe.Pointer(&self)).data, kind
}

// someInterface is one with methods, which all interfaces with methods are laid out like. Nobody calls its own.
type someInterface interface{ none() }

func (l *laidOut) bufferAt(object *goja.Object, self unsafe.Pointer) Buffer {
	return Buffer{object, at[[]byte](self, l.buffer.data), at[bool](self, l.buffer.detached)}
}

// viewed is the buffer that a field of a view points to.
func (l *laidOut) viewed(view unsafe.Pointer, offset uintptr) Buffer {
	buffer := *at[unsafe.Pointer](view, offset)
	return l.bufferAt(*at[*goja.Object](buffer, l.buffer.object), buffer)
}

// typedArrays are the classes of typed arrays that the engine has.
var typedArrays = []string{
	"Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array",
	"Float64Array", "BigInt64Array", "BigUint64Array",
}

func at[T any](self unsafe.Pointer, offset uintptr) *T { return (*T)(unsafe.Add(self, offset)) }
