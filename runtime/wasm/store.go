package wasm

import (
	"context"
	"errors"
	"math"
	"strings"

	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero/api"

	"devserver/runtime/webidl"
)

// Host is what the owner of a realm gives: the engine of its Worker, and a context that ends with the isolate. Without one
// a realm has an engine of its own.
type Host interface {
	WebAssembly() *Engine
	Context() context.Context
}

// store is what one isolate has of WebAssembly: https://webassembly.github.io/spec/js-api/#store
type store struct {
	realm  *webidl.Realm
	engine *Engine
	ctx    context.Context
	classes

	instances []*instance
	modules   []api.Module // to be closed with the isolate
	hosts     []host

	// references are the functions by what the engine calls them; those of the first known instances are in it.
	references map[uint64]*function
	known      int
	functions  map[*goja.Object]*function

	values  []goja.Value // those that are in externrefs, by number less 1
	numbers map[*goja.Object]uint64

	exposed []*memory // those that have a buffer

	depth   int
	pending any // what is to be thrown on, or panicked with, when the engine has left WebAssembly
}

// host is a JavaScript function that WebAssembly may call.
type host struct {
	call  goja.Callable
	value *goja.Object
}

// Init is called by the realm.
func (s *store) Init(r *webidl.Realm) {
	s.realm = r
	s.references = map[uint64]*function{}
	s.functions = map[*goja.Object]*function{}
	s.numbers = map[*goja.Object]uint64{}
	s.ctx = &storeContext{context.Background(), s}
	if h, ok := r.Host.(Host); ok {
		s.engine = h.WebAssembly()
		context.AfterFunc(h.Context(), s.close)
		return
	}
	s.engine = &Engine{}
}

func storeFor(r *webidl.Realm) *store { return webidl.State[store](r) }

// close lets go of the instances. It is called when no code of the isolate runs any more.
func (s *store) close() {
	for _, m := range s.modules {
		m.Close(context.Background())
	}
}

// helper makes an instance of one of our own modules.
func (s *store) helper(code []byte, from func(name string) api.Module) (api.Module, error) {
	mod, err := s.engine.helper(s.ctx, code, from)
	if err == nil {
		s.modules = append(s.modules, mod)
	}
	return mod, err
}

// holder makes an instance of a module of holderCode.
func (s *store) holder(code []byte) (api.Module, error) { return s.helper(code, nil) }

// storeContext is how host functions, which all isolates share, find the store.
type storeContext struct {
	context.Context
	store *store
}

type storeKey struct{}

// Value implements context.Context.
func (c *storeContext) Value(key any) any {
	if _, ok := key.(storeKey); ok {
		return c.store
	}
	return c.Context.Value(key)
}

func storeOf(ctx context.Context) *store {
	if c, ok := ctx.(*storeContext); ok {
		return c.store
	}
	return ctx.Value(storeKey{}).(*store)
}

// errUnwind takes the engine out of WebAssembly: what for is pending.
var errUnwind = errors.New("unwind")

// maxNesting is how deep calls may nest that go from JavaScript into WebAssembly and back. JavaScript alone may not go
// much deeper, and is stopped for good where it does, which this is not.
const maxNesting = 400

// run calls a function of the engine and throws what it ends with. m is the module that it is in, if that is known.
func (s *store) run(f api.Function, m *Module, stack []uint64) {
	if s.depth >= maxNesting {
		panic(s.realm.RangeError("Maximum call stack size exceeded"))
	}
	s.depth++
	err := f.CallWithStack(s.ctx, stack)
	s.depth--
	s.refresh()
	if err != nil {
		s.fail(err, m)
	}
}

// fail throws what a call of the engine returned.
func (s *store) fail(err error, m *Module) {
	if x := s.pending; x != nil {
		s.pending = nil
		panic(x)
	}
	text := err.Error()
	if strings.HasPrefix(strings.TrimPrefix(text, "wasm error: "), "stack overflow") {
		panic(s.realm.RangeError("Maximum call stack size exceeded"))
	}
	panic(s.error("RuntimeError", m.trapMessage(text)))
}

// host runs fn, which WebAssembly called. What it throws goes through WebAssembly to whoever called that.
func (s *store) host(fn func()) {
	defer func() {
		if x := recover(); x != nil {
			s.pending = x
			panic(errUnwind)
		}
	}()
	fn()
}

// tick is called now and then by code that runs for long. It passes on the interruption that does not reach the code.
func (s *store) tick() {
	if s.realm.Loop.Exceeded() {
		s.host(func() { panic(&goja.InterruptedError{}) })
	}
}

// callHost has a JavaScript function called, whose parameters are on the stack, where its results go.
// https://webassembly.github.io/spec/js-api/#run-a-host-function
func (s *store) callHost(t *funcType, number int, stack []uint64) {
	s.host(func() {
		if !convertible(t) {
			panic(s.realm.TypeError("type incompatibility when transforming from/to JS"))
		}
		s.refresh()
		args := make([]goja.Value, len(t.params))
		for i, p := range t.params {
			args[i] = s.toJS(p, stack[i])
		}
		result, err := s.hosts[number].call(goja.Undefined(), args...)
		s.realm.Rethrow(err)
		switch len(t.results) {
		case 0:
		case 1:
			stack[0] = s.fromJS(t.results[0], result)
		default:
			copy(stack, s.results(t, result))
		}
	})
}

// results converts what a function returned that has several results.
func (s *store) results(t *funcType, v goja.Value) []uint64 {
	if _, object := v.(*goja.Object); !object {
		panic(s.realm.TypeError("%s is not iterable (cannot read property Symbol(Symbol.iterator))", webidl.Described(v)))
	}
	var list []goja.Value
	s.realm.VM.ForOf(v, func(item goja.Value) bool {
		list = append(list, item)
		return true
	})
	if len(list) != len(t.results) {
		panic(s.realm.TypeError("multi-return length mismatch"))
	}
	words := make([]uint64, len(list))
	for i, v := range list {
		words[i] = s.fromJS(t.results[i], v)
	}
	return words
}

// convertible reports whether all values of a function's type have a form in JavaScript.
func convertible(t *funcType) bool {
	for _, list := range [][]valueType{t.params, t.results} {
		for _, v := range list {
			if v == typeV128 {
				return false
			}
		}
	}
	return true
}

// toJS is https://webassembly.github.io/spec/js-api/#tojsvalue
func (s *store) toJS(t valueType, word uint64) goja.Value {
	switch t {
	case typeI32:
		return s.realm.VM.ToValue(int32(uint32(word)))
	case typeI64:
		return s.bigInt(int64(word))
	case typeF32:
		return s.realm.Number(float64(math.Float32frombits(uint32(word))))
	case typeF64:
		return s.realm.Number(math.Float64frombits(word))
	case typeFuncref:
		if word == 0 {
			return goja.Null()
		}
		return s.referred(word).value()
	case typeExternref:
		if word == 0 {
			return goja.Null()
		}
		return s.values[word-1]
	}
	panic(s.realm.TypeError("type incompatibility when transforming from/to JS"))
}

// fromJS is https://webassembly.github.io/spec/js-api/#towebassemblyvalue
func (s *store) fromJS(t valueType, v goja.Value) uint64 {
	if v == nil {
		v = goja.Undefined()
	}
	switch t {
	case typeI32:
		return uint64(uint32(s.int32(v)))
	case typeI64:
		return s.bigInt64(v)
	case typeF32:
		return uint64(math.Float32bits(float32(s.realm.Float(v))))
	case typeF64:
		return math.Float64bits(s.realm.Float(v))
	case typeFuncref:
		word, ok := s.function(v)
		if !ok {
			panic(s.realm.TypeError("type incompatibility when transforming from/to JS"))
		}
		return word
	case typeExternref:
		return s.number(v)
	}
	panic(s.realm.TypeError("type incompatibility when transforming from/to JS"))
}

func (s *store) int32(v goja.Value) int32 {
	if _, object := v.(*goja.Object); !object {
		if n, ok := v.Export().(int64); ok && n == int64(int32(n)) {
			return int32(n)
		}
	}
	return int32(s.realm.SignedInt(v, 32, webidl.Modulo))
}

// number is the externref of a value.
func (s *store) number(v goja.Value) uint64 {
	if goja.IsNull(v) {
		return 0
	}
	obj, ok := v.(*goja.Object)
	if n := s.numbers[obj]; ok && n != 0 {
		return n
	}
	s.values = append(s.values, v)
	n := uint64(len(s.values))
	if ok {
		s.numbers[obj] = n
	}
	return n
}

// function is the funcref of a value, which must be null or an exported function.
func (s *store) function(v goja.Value) (uint64, bool) {
	if goja.IsNull(v) {
		return 0, true
	}
	obj, _ := v.(*goja.Object)
	if f := s.functions[obj]; f != nil {
		return f.reference(), true
	}
	return 0, false
}

// referred is the function that a funcref, which is not null, refers to.
func (s *store) referred(word uint64) *function {
	for f := s.references[word]; ; f = s.references[word] {
		if f != nil {
			return f
		}
		if s.known == len(s.instances) {
			panic(s.error("RuntimeError", "a reference to an unknown function"))
		}
		i := s.instances[s.known]
		s.known++
		for _, n := range i.module.referenced {
			f := i.function(n)
			s.references[f.wordIn(i, n)] = f
		}
	}
}
