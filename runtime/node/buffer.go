package node

import (
	"bytes"
	"math"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// maxBuffer is the length of the longest Buffer.
const maxBuffer = math.MaxInt32

// buffers is what an isolate has of the class Buffer: https://nodejs.org/api/buffer.html#class-buffer
//
// A Buffer is a Uint8Array with another prototype. There are about a hundred methods, of which a request uses a few, so
// the prototype makes each when it is asked for: it is a dynamic object, all of whose properties are enumerable, writable
// and configurable, as those of Buffer.prototype are. Between it and Uint8Array.prototype stands an object with the
// rest: constructor, accessors, symbols.
type buffers struct {
	realm       *webidl.Realm
	constructor *goja.Object
	prototype   *goja.Object
	construct   goja.Constructor // Uint8Array's
}

// buffersOf returns the class of a realm.
func buffersOf(r *webidl.Realm) *buffers { return webidl.State[buffers](r) }

// Init implements the initialization of [webidl.State].
func (b *buffers) Init(r *webidl.Realm) {
	b.realm = r
	uint8Array := r.Intrinsic("Uint8Array")
	b.construct, _ = goja.AssertConstructor(uint8Array)
	b.constructor = r.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
		c := webidl.Call{Realm: r, Args: call.Arguments}
		var obj *goja.Object
		if v := c.Arg(0); goja.IsNumber(v) {
			if goja.IsString(c.Arg(1)) {
				throwCoded(r, "ERR_INVALID_ARG_TYPE", "string", "string", v)
			}
			obj = b.New(make([]byte, b.sizeOf(v)))
		} else {
			obj = b.from(c)
		}
		if call.NewTarget != nil && call.NewTarget != b.constructor {
			if p, ok := call.NewTarget.Get("prototype").(*goja.Object); ok {
				obj.SetPrototype(p)
			}
		}
		return obj
	}).(*goja.Object)
	b.constructor.DefineDataProperty("name", r.String("Buffer"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	b.constructor.DefineDataProperty("length", r.Int(3), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)

	middle := r.VM.CreateObject(r.IntrinsicPrototype("Uint8Array"))
	middle.DefineDataProperty("constructor", b.constructor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	b.prototype = r.VM.NewDynamicObject(newLazyMethods(b, bufferMethods, middle))
	b.prototype.SetPrototype(middle)
	b.constructor.Set("prototype", b.prototype)
	statics := newLazyMethods(b, bufferStatics, uint8Array)
	for _, name := range statics.Keys() { // own properties: packages copy them
		changes := goja.ToFlag(name != "poolSize")
		b.constructor.DefineDataProperty(name, statics.Get(name), changes, changes, goja.FLAG_TRUE)
	}
	b.constructor.SetPrototype(uint8Array)

	accessor := func(name string, get func(this goja.Value) goja.Value) {
		getter := r.Builtin("get "+name, 0, func(c webidl.Call) goja.Value {
			if _, ok := bufferBytes(c.This); !ok {
				return goja.Undefined()
			}
			return get(c.This)
		})
		middle.DefineAccessorProperty(name, getter, nil, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
	accessor("parent", func(this goja.Value) goja.Value { return this.(*goja.Object).Get("buffer") })
	accessor("offset", func(this goja.Value) goja.Value { return this.(*goja.Object).Get("byteOffset") })
	symbol, err := r.IntrinsicFunction("Symbol", "for")(nil, r.String("nodejs.util.inspect.custom"))
	r.Rethrow(err)
	if custom, ok := symbol.(*goja.Symbol); ok {
		show := r.Builtin("inspect", 2, func(c webidl.Call) goja.Value { return inspectBuffer(b, c) })
		middle.DefineDataPropertySymbol(custom, show, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// bufferMethod is a method of Buffer, or a function on it.
type bufferMethod struct {
	name   string
	length int
	call   func(b *buffers, c webidl.Call) goja.Value
}

// methodTable finds methods by name.
type methodTable struct {
	list   []bufferMethod
	byName map[string]*bufferMethod
}

func newMethodTable(lists ...[]bufferMethod) *methodTable {
	t := &methodTable{byName: map[string]*bufferMethod{}}
	for _, list := range lists {
		t.list = append(t.list, list...)
	}
	for i := range t.list {
		t.byName[t.list[i].name] = &t.list[i]
	}
	return t
}

// lazyMethods is an object whose functions are made when they are asked for.
type lazyMethods struct {
	class  *buffers
	table  *methodTable
	parent *goja.Object
	made   map[string]goja.Value // also what scripts have put there
	added  []string              // names of the latter
	gone   map[string]bool
}

func newLazyMethods(b *buffers, table *methodTable, parent *goja.Object) *lazyMethods {
	return &lazyMethods{class: b, table: table, parent: parent, made: make(map[string]goja.Value, 8)}
}

// Get implements goja.DynamicObject.
func (l *lazyMethods) Get(name string) goja.Value {
	if v, ok := l.made[name]; ok {
		return v
	}
	m := l.table.byName[name]
	if m == nil || l.gone[name] {
		return nil
	}
	var v goja.Value
	switch other := strings.Replace(name, "Uint", "UInt", 1); {
	case name == "poolSize": // workerd has no pool
		v = l.class.realm.Int(0)
	case name == "allocUnsafeSlow":
		v = l.Get("allocUnsafe")
	case name == "toLocaleString":
		v = l.Get("toString")
	case other != name: // readUint8 is readUInt8
		v = l.Get(other)
	case name == "allocUnsafe": // libraries call it with new, too, in the place of Uint8Array
		realm := l.class.realm
		fn := realm.VM.ToValue(func(c goja.ConstructorCall) *goja.Object {
			return m.call(l.class, webidl.Call{Realm: realm, Args: c.Arguments}).(*goja.Object)
		}).(*goja.Object)
		fn.DefineDataProperty("name", realm.String(name), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		fn.DefineDataProperty("length", realm.Int(m.length), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		v = fn
	default:
		v = l.class.realm.Builtin(m.name, m.length, func(c webidl.Call) goja.Value { return m.call(l.class, c) })
	}
	l.made[name] = v
	return v
}

// Set implements goja.DynamicObject.
func (l *lazyMethods) Set(name string, v goja.Value) bool {
	if !l.Has(name) {
		l.added = append(l.added, name)
	}
	delete(l.gone, name)
	l.made[name] = v
	return true
}

// Has implements goja.DynamicObject.
func (l *lazyMethods) Has(name string) bool {
	if _, ok := l.made[name]; ok {
		return true
	}
	return l.table.byName[name] != nil && !l.gone[name]
}

// Delete implements goja.DynamicObject.
func (l *lazyMethods) Delete(name string) bool {
	delete(l.made, name)
	if l.gone == nil {
		l.gone = map[string]bool{}
	}
	l.gone[name] = true
	return true
}

// Keys implements goja.DynamicObject.
func (l *lazyMethods) Keys() []string {
	var keys []string
	for i := range l.table.list {
		if name := l.table.list[i].name; !l.gone[name] {
			keys = append(keys, name)
		}
	}
	for _, name := range l.added {
		if _, ok := l.made[name]; ok {
			keys = append(keys, name)
		}
	}
	return keys
}

// New makes a Buffer of data, which it takes over.
func (b *buffers) New(data []byte) *goja.Object { return b.on(b.realm.ArrayBuffer(data), 0, len(data)) }

// on makes a Buffer that shows part of an ArrayBuffer.
func (b *buffers) on(buffer *goja.Object, offset, length int) *goja.Object {
	obj, err := b.construct(nil, buffer, b.realm.Int(offset), b.realm.Int(length))
	b.realm.Rethrow(err)
	obj.SetPrototype(b.prototype)
	return obj
}

// newBuffer makes a Buffer of data, which it takes over.
func newBuffer(r *webidl.Realm, data []byte) *goja.Object { return buffersOf(r).New(data) }

var bytesType = reflect.TypeFor[[]byte]()

// bufferBytes returns the bytes that a Uint8Array shows, not copied, or false if v is none.
func bufferBytes(v goja.Value) ([]byte, bool) {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ExportType() != bytesType {
		return nil, false
	}
	if obj.Get("0") == nil {
		return nil, true // empty, or detached: to export it would reach into memory that is not its own
	}
	data, ok := obj.Export().([]byte)
	return data, ok
}

// this returns the bytes of the Buffer that a method is called on.
func (b *buffers) this(c webidl.Call) []byte {
	data, ok := bufferBytes(c.This)
	if !ok {
		if view, isView := b.realm.Bytes(c.This); isView {
			return view
		}
		throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", "argument", []string{"Buffer", "Uint8Array"}, c.This)
	}
	return data
}

// viewArgument returns the bytes of an argument that must be a Uint8Array.
func (b *buffers) viewArgument(v goja.Value, name string, kind bool) []byte {
	data, ok := bufferBytes(v)
	if !ok {
		if kind { // workerd shows the type in place of the value
			v = b.realm.String(typeOf(v))
		}
		throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", name, []string{"Buffer", "Uint8Array"}, v)
	}
	return data
}

// typeOf is typeof.
func typeOf(v goja.Value) string {
	switch {
	case goja.IsUndefined(v):
		return "undefined"
	case goja.IsNumber(v):
		return "number"
	case goja.IsString(v):
		return "string"
	case goja.IsBigInt(v):
		return "bigint"
	}
	if _, ok := v.(*goja.Symbol); ok {
		return "symbol"
	}
	if obj, ok := v.(*goja.Object); ok {
		if _, callable := goja.AssertFunction(obj); callable {
			return "function"
		}
		return "object"
	}
	if goja.IsNull(v) {
		return "object"
	}
	return "boolean"
}

// sizeOf converts an argument that is the length of a new Buffer.
func (b *buffers) sizeOf(v goja.Value) int {
	r := b.realm
	if !goja.IsNumber(v) {
		throwCoded(r, "ERR_INVALID_ARG_TYPE", "size", "number", v)
	}
	size := v.ToFloat()
	switch {
	case math.IsNaN(size):
		throwCoded(r, "ERR_INVALID_ARG_SIZE", "size", v)
	case size < 0:
		r.Rethrow(webidl.RangeErrorf("Invalid typed array length: %s", v.String()))
	case size > maxBuffer:
		throwCoded(r, "ERR_OUT_OF_RANGE", "size", "0 to 2147483647", v)
	}
	return int(size)
}

// from implements Buffer.from.
func (b *buffers) from(c webidl.Call) *goja.Object {
	r, v := b.realm, c.Arg(0)
	if goja.IsString(v) {
		return b.New(encodingOf(r, c.Arg(1)).encode(v))
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		b.invalidFrom(v)
	}
	if webidl.IsArrayBuffer(obj) {
		return b.fromArrayBuffer(obj, c)
	}
	if data, ok := bufferBytes(obj); ok {
		return b.New(bytes.Clone(data))
	}
	if kind := r.ViewKind(obj); kind != "" || obj.ClassName() == "Array" {
		return b.fromList(obj)
	}
	if _, callable := goja.AssertFunction(obj); callable {
		b.invalidFrom(v)
	}
	// An object that stands for something else: new String("x"), and what JSON.stringify makes of a Buffer.
	if valueOf, ok := goja.AssertFunction(obj.Get("valueOf")); ok {
		inner, err := valueOf(obj)
		r.Rethrow(err)
		if !webidl.IsNullish(inner) && inner != goja.Value(obj) && (goja.IsString(inner) || isObject(inner)) {
			return b.from(webidl.Call{Realm: r, Args: append([]goja.Value{inner}, c.Args[1:]...)})
		}
	}
	if length := obj.Get("length"); length != nil && !goja.IsUndefined(length) {
		if !goja.IsNumber(length) {
			return b.New(nil)
		}
		return b.fromList(obj)
	}
	if memory, ok := obj.Get("buffer").(*goja.Object); ok && (webidl.IsArrayBuffer(memory) || tagKind(r, memory) == "SharedArrayBuffer") {
		return b.New(nil)
	}
	if data, ok := obj.Get("data").(*goja.Object); ok && data.ClassName() == "Array" {
		if kind := obj.Get("type"); kind != nil && goja.IsString(kind) && kind.String() == "Buffer" {
			return b.fromList(data)
		}
	}
	if toPrimitive, ok := goja.AssertFunction(obj.GetSymbol(goja.SymToPrimitive)); ok {
		inner, err := toPrimitive(obj, r.String("string"))
		r.Rethrow(err)
		if goja.IsString(inner) {
			return b.New(encodingOf(r, c.Arg(1)).encode(inner))
		}
	}
	b.invalidFrom(v)
	return nil
}

func isObject(v goja.Value) bool {
	_, ok := v.(*goja.Object)
	return ok
}

func (b *buffers) invalidFrom(v goja.Value) {
	r := b.realm
	text := "The first argument must be of type string or an instance of Buffer, TypedArray, ArrayBuffer, SharedArrayBuffer, or Array or an Array-like Object."
	errors := Require(r, "internal/errors").(*goja.Object)
	received, _ := goja.AssertFunction(errors.Get("received"))
	what, err := received(goja.Undefined(), v)
	r.Rethrow(err)
	throwError(r, "NodeTypeError", "ERR_INVALID_ARG_TYPE", text+what.String())
}

// fromArrayBuffer makes a Buffer that shares the memory of an ArrayBuffer.
func (b *buffers) fromArrayBuffer(buffer *goja.Object, c webidl.Call) *goja.Object {
	r := b.realm
	size := int(buffer.Get("byteLength").ToInteger())
	offset := 0
	if c.Has(1) {
		if f := c.Arg(1).ToNumber().ToFloat(); !math.IsNaN(f) {
			offset = int(min(max(f, -1), float64(size)+1))
		}
	}
	if offset < 0 || offset > size {
		throwError(r, "NodeRangeError", "ERR_BUFFER_OUT_OF_BOUNDS", `"offset" is outside of buffer bounds`)
	}
	length := size - offset
	if c.Has(2) {
		f := c.Arg(2).ToNumber().ToFloat()
		switch {
		case !(f > 0):
			length = 0
		case f > float64(length):
			throwError(r, "NodeRangeError", "ERR_BUFFER_OUT_OF_BOUNDS", `"length" is outside of buffer bounds`)
		default:
			length = int(f)
		}
	}
	return b.on(buffer, offset, length)
}

// fromList makes a Buffer of the numbers in a list, such as an array.
func (b *buffers) fromList(list *goja.Object) *goja.Object {
	length := list.Get("length").ToNumber().ToFloat()
	if !(length > 0) {
		return b.New(nil)
	}
	if length > maxBuffer {
		throwCoded(b.realm, "ERR_OUT_OF_RANGE", "size", "0 to 2147483647", length)
	}
	obj, err := b.construct(nil, list)
	b.realm.Rethrow(err)
	obj.SetPrototype(b.prototype)
	return obj
}

// bufferStatics are the functions on Buffer.
var bufferStatics = newMethodTable([]bufferMethod{
	{name: "poolSize"},
	{"from", 3, func(b *buffers, c webidl.Call) goja.Value { return b.from(c) }},
	{"of", 0, func(b *buffers, c webidl.Call) goja.Value {
		data := make([]byte, len(c.Args))
		for i, v := range c.Args {
			data[i] = byte(v.ToInteger())
		}
		return b.New(data)
	}},
	{"alloc", 3, func(b *buffers, c webidl.Call) goja.Value {
		data := make([]byte, b.sizeOf(c.Arg(0)))
		if c.Has(1) && len(data) > 0 {
			b.fillWith(data, c.Arg(1), c.Arg(2))
		}
		return b.New(data)
	}},
	{"allocUnsafe", 1, allocate},
	{"allocUnsafeSlow", 1, allocate},
	{"isBuffer", 1, func(b *buffers, c webidl.Call) goja.Value {
		obj, ok := c.Arg(0).(*goja.Object)
		if ok && obj.ExportType() != bytesType {
			ok = false
		}
		return c.Bool(ok && b.isBuffer(obj))
	}},
	{"compare", 2, func(b *buffers, c webidl.Call) goja.Value {
		return b.realm.Int(bytes.Compare(b.viewArgument(c.Arg(0), "a", true), b.viewArgument(c.Arg(1), "b", true)))
	}},
	{"isEncoding", 1, func(b *buffers, c webidl.Call) goja.Value {
		v := c.Arg(0)
		return c.Bool(goja.IsString(v) && encodingNamed(v.String()) != unknownEncoding)
	}},
	{"concat", 2, concat},
	{"byteLength", 2, func(b *buffers, c webidl.Call) goja.Value {
		v := c.Arg(0)
		if goja.IsString(v) {
			e := utf8Encoding
			if goja.IsString(c.Arg(1)) {
				e = encodingNamed(c.Arg(1).String())
			}
			return b.realm.Int(e.size(v))
		}
		if data, ok := b.realm.Bytes(v); ok {
			return b.realm.Int(len(data))
		}
		throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", "string", []string{"string", "Buffer", "ArrayBuffer"}, v)
		return nil
	}},
})

func allocate(b *buffers, c webidl.Call) goja.Value { return b.New(make([]byte, b.sizeOf(c.Arg(0)))) }

// isBuffer reports whether a Uint8Array is a Buffer, or of a class that extends it.
func (b *buffers) isBuffer(obj *goja.Object) bool {
	for proto := obj.Prototype(); proto != nil; proto = proto.Prototype() {
		if proto == b.prototype {
			return true
		}
	}
	return false
}

func concat(b *buffers, c webidl.Call) goja.Value {
	r := b.realm
	invalid := func(v goja.Value) {
		errors := Require(r, "internal/errors").(*goja.Object)
		received, _ := goja.AssertFunction(errors.Get("received"))
		what, err := received(goja.Undefined(), v)
		r.Rethrow(err)
		throwError(r, "NodeTypeError", "ERR_INVALID_ARG_TYPE", `The "list" argument must be an (Buffer|Uint8Array)[].`+what.String())
	}
	list, ok := c.Arg(0).(*goja.Object)
	if !ok || list.ClassName() != "Array" {
		invalid(c.Arg(0))
	}
	count := int(list.Get("length").ToInteger())
	parts := make([][]byte, count)
	size := 0
	for i := range count {
		item := list.Get(itoa(i))
		data, ok := bufferBytes(item)
		if !ok {
			if item == nil {
				item = goja.Undefined()
			}
			invalid(item)
		}
		parts[i] = data
		size += len(data)
	}
	if c.Has(1) {
		size = b.index(c.Arg(1), "length", 0, 1<<53-1)
	}
	if size > maxBuffer {
		throwCoded(r, "ERR_OUT_OF_RANGE", "size", "0 to 2147483647", size)
	}
	out := make([]byte, size)
	at := out
	for _, part := range parts {
		at = at[copy(at, part):]
	}
	return b.New(out)
}

// index converts an argument that must be an integer from low to high.
func (b *buffers) index(v goja.Value, name string, low, high int) int {
	r := b.realm
	if !goja.IsNumber(v) {
		throwCoded(r, "ERR_INVALID_ARG_TYPE", name, "number", v)
	}
	f := v.ToFloat()
	switch {
	case f != math.Trunc(f) || math.IsInf(f, 0):
		throwCoded(r, "ERR_OUT_OF_RANGE", name, "an integer", v)
	case f < float64(low) || f > float64(high):
		throwCoded(r, "ERR_OUT_OF_RANGE", name, ">= "+itoa(low)+" && <= "+itoa(high), v)
	}
	return int(f)
}

// slicing converts the start and end of a part as Array.prototype.slice does.
func slicing(c webidl.Call, i, length int) (start, end int) {
	at := func(v goja.Value, otherwise int) int {
		if webidl.IsNullish(v) && goja.IsUndefined(v) {
			return otherwise
		}
		f := math.Trunc(v.ToNumber().ToFloat())
		switch {
		case math.IsNaN(f):
			return 0
		case f < 0:
			return int(max(f+float64(length), 0))
		}
		return int(min(f, float64(length)))
	}
	start, end = at(c.Arg(i), 0), at(c.Arg(i+1), length)
	return start, max(start, end)
}

// part is slice and subarray: another Buffer on the same memory.
func part(b *buffers, c webidl.Call) goja.Value {
	view, ok := b.realm.View(c.This)
	if !ok || view.Kind != "Uint8Array" {
		throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", "argument", []string{"Buffer", "Uint8Array"}, c.This)
	}
	start, end := slicing(c, 0, view.Length)
	return b.on(view.Buffer, view.Offset+start, end-start)
}

// swap is swap16 and its kin.
func swap(size int) func(b *buffers, c webidl.Call) goja.Value {
	return func(b *buffers, c webidl.Call) goja.Value {
		data := b.this(c)
		if len(data)%size != 0 {
			throwError(b.realm, "NodeRangeError", "ERR_INVALID_BUFFER_SIZE", "Buffer size must be a multiple of "+itoa(size*8)+"-bits")
		}
		for ; len(data) > 0; data = data[size:] {
			for i := range size / 2 {
				data[i], data[size-1-i] = data[size-1-i], data[i]
			}
		}
		return c.This
	}
}

const hexDigits = "0123456789abcdef"

// inspectBuffer is what a console shows of a Buffer.
func inspectBuffer(b *buffers, c webidl.Call) goja.Value {
	data := b.this(c)
	const most = 50
	shown := data[:min(len(data), most)]
	text := make([]byte, 0, 3*len(shown)+32)
	text = append(text, "<Buffer "...)
	for i, x := range shown {
		if i > 0 {
			text = append(text, ' ')
		}
		text = append(text, hexDigits[x>>4], hexDigits[x&15])
	}
	if rest := len(data) - len(shown); rest > 0 {
		text = append(text, " ... "+itoa(rest)+" more byte"...)
		if rest > 1 {
			text = append(text, 's')
		}
	}
	return c.String(string(append(text, '>')))
}

// isASCII and isUTF8 answer for buffer.isAscii and buffer.isUtf8.
func isASCII(data []byte) bool {
	for _, c := range data {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
