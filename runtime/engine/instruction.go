package engine

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/dop251/goja"
)

// What an operator does is an instruction of the engine's virtual machine, and some of them can take as long as a script likes,
// where no interruption reaches them: a power of a BigInt, a list of all that an iterator gives. [Mend] puts instructions of
// this package in their places, in a compiled program. They do the same, and look whether they are to stop.

// instruction is what the engine's programs are made of: an interface of its own with this method, whose argument is its
// machine. Two interfaces with the same methods are laid out alike (see elements).
type instruction interface {
	exec(vm unsafe.Pointer)
}

// machine is where the fields of the engine's machine are, and what its instructions and values look like.
type machine struct {
	err                                            error
	of                                             uintptr // in goja.Runtime
	runtime, pc, stack, sp, iterators, interrupted uintptr
	iterator, iteratorSize                         uintptr // in an entry of iterators
	iterated, next                                 uintptr // in an iterator
	array                                          reflect.Type
	values, length, count                          uintptr // in an array
	program                                        reflect.Type
	code                                           uintptr // in a program

	mended              map[unsafe.Pointer]instruction // by the type of the instruction
	await               words                          // one of those that leave a function for a while
	toNumeric, iterateP instruction
	execute             func(i instruction, vm unsafe.Pointer)
	kinds               sync.Map // of instructions, by type: *known

	bigInt, integer, float unsafe.Pointer // types of values
	negativeZero           goja.Value
	proxy                  unsafe.Pointer // the type of what is behind an object
}

var theMachine = sync.OnceValue(func() *machine {
	m := &machine{}
	if err := m.find(); err != nil {
		return &machine{err: fmt.Errorf("this version of goja is not the one that devserver was made for: %w", err)}
	}
	made = m
	return m
})

// made is the machine as the instructions of this package know it, without a look whether it could be made: or else there are none.
// It is set once, before the first.
var made *machine

// words are what an interface is made of: its type, with its methods, and the value, or a pointer to it.
type words struct{ kind, data unsafe.Pointer }

func wordsOf(v goja.Value) words { return *(*words)(unsafe.Pointer(&v)) }

func (m *machine) find() (err error) {
	field := func(of reflect.Type, name string, kind reflect.Kind) reflect.StructField {
		if err != nil {
			return reflect.StructField{Type: reflect.TypeFor[struct{}]()}
		}
		f, ok := of.FieldByName(name)
		if !ok || f.Type.Kind() != kind {
			err = fmt.Errorf("%v has no field %s that is a %v", of, name, kind)
			return reflect.StructField{Type: reflect.TypeFor[struct{}]()}
		}
		return f
	}
	element := func(f reflect.StructField) reflect.Type {
		if err != nil {
			return f.Type
		}
		return f.Type.Elem()
	}
	same := func(f reflect.StructField, want reflect.Type) {
		if err == nil && f.Type != want {
			err = fmt.Errorf("the field %s is a %v and not a %v", f.Name, f.Type, want)
		}
	}
	vm := field(reflect.TypeFor[goja.Runtime](), "vm", reflect.Pointer)
	m.of = vm.Offset
	of := element(vm)
	if err != nil {
		return err
	}
	runtime := field(of, "r", reflect.Pointer)
	same(runtime, reflect.TypeFor[*goja.Runtime]())
	stack := field(of, "stack", reflect.Slice)
	same(reflect.StructField{Name: "stack", Type: element(stack)}, reflect.TypeFor[goja.Value]())
	iterators := field(of, "iterStack", reflect.Slice)
	m.runtime, m.stack, m.iterators = runtime.Offset, stack.Offset, iterators.Offset
	m.pc, m.sp, m.interrupted = field(of, "pc", reflect.Int).Offset, field(of, "sp", reflect.Int).Offset, field(of, "interrupted", reflect.Uint32).Offset
	if err != nil {
		return err
	}
	m.iteratorSize = element(iterators).Size()
	iterator := field(element(iterators), "iter", reflect.Pointer)
	m.iterator = iterator.Offset
	if err != nil {
		return err
	}
	next := field(element(iterator), "next", reflect.Func)
	same(next, reflect.TypeFor[func(goja.FunctionCall) goja.Value]())
	m.next = next.Offset
	iterated := field(element(iterator), "iterator", reflect.Pointer)
	same(iterated, reflect.TypeFor[*goja.Object]())
	m.iterated = iterated.Offset

	runner := goja.New()
	_, _, m.array = layout().self(runner.NewArray(1))
	if err = layout().err; err != nil {
		return err
	}
	values := field(m.array.Elem(), "values", reflect.Slice)
	same(values, reflect.TypeFor[[]goja.Value]())
	m.values = values.Offset
	m.length, m.count = field(m.array.Elem(), "length", reflect.Uint32).Offset, field(m.array.Elem(), "objCount", reflect.Int).Offset

	m.program = reflect.TypeFor[goja.Program]()
	code := field(m.program, "code", reflect.Slice)
	m.code = code.Offset
	if err != nil {
		return err
	}
	if !isInstruction(code.Type.Elem(), of) {
		return fmt.Errorf("%v has not the one method of an instruction", code.Type.Elem())
	}

	m.integer, m.float, m.bigInt = wordsOf(runner.ToValue(1)).kind, wordsOf(runner.ToValue(0.5)).kind, wordsOf(runner.ToValue(big.NewInt(1))).kind
	m.negativeZero = runner.ToValue(math.Copysign(0, -1))
	if err := m.findProxy(runner); err != nil {
		return err
	}
	if x, ok := bigOf(m, runner.ToValue(big.NewInt(1234567))); !ok || x.Int64() != 1234567 {
		return fmt.Errorf("a BigInt is no *big.Int")
	}
	if v := wordsOf(runner.ToValue(1000)); *(*int64)(v.data) != 1000 {
		return fmt.Errorf("a whole number is no int64")
	}
	found := make(map[string]words)
	sample, err := goja.Compile("", "(function f(a, b) { [...a]; f(...a); [...b] = a; for (b of a); for (b in a); a * b; a ** b; a << b; a / b; a % b; a + b; a - b; a & b; a | b; a ^ b; a >> b; a >>> b; ~a; ++a; --a; a instanceof b; `${a}b`; async function g() { await a } return a++ })", true)
	if err != nil {
		return err
	}
	m.each(unsafe.Pointer(sample), func(at *words, kind reflect.Type) {
		found[kind.Name()] = *at
		if kind.Kind() == reflect.Pointer && kind.Elem().Name() == "yieldMarker" {
			m.await = *at
		}
	})
	if m.await.data == nil {
		return errors.New("the engine has no instruction to await")
	}
	m.mended = make(map[unsafe.Pointer]instruction)
	for name, mend := range mended {
		at, ok := found[name]
		if !ok {
			return fmt.Errorf("the engine has no instruction %s", name)
		}
		m.mended[at.kind] = mend(asInstruction(&at))
	}
	take := func(name string) (w words) {
		w, ok := found[name]
		if !ok && err == nil {
			err = fmt.Errorf("the engine has no instruction %s", name)
		}
		return w
	}
	// The linker leaves out methods that nobody calls whom it knows of, and of the engine it knows nothing.
	m.execute = instruction.exec
	number, iterate := take("_toNumber"), take("_iterateP")
	m.toNumeric, m.iterateP = asInstruction(&number), asInstruction(&iterate)
	return err
}

func asInstruction(w *words) instruction { return *(*instruction)(unsafe.Pointer(w)) }

// isInstruction reports whether an interface has the one method of an instruction, whose argument is the machine.
func isInstruction(of, machine reflect.Type) bool {
	if of.Kind() != reflect.Interface || of.NumMethod() != 1 || of.Method(0).Name != "exec" {
		return false
	}
	exec := of.Method(0).Type
	return exec.NumIn() == 1 && exec.NumOut() == 0 && exec.In(0) == reflect.PointerTo(machine)
}

// known is what there is to know of a kind of instructions.
type known struct {
	kind     reflect.Type
	programs []uintptr
}

// each visits the instructions of a program, and of the functions in it.
func (m *machine) each(program unsafe.Pointer, visit func(at *words, kind reflect.Type)) {
	code := *at[[]words](program, m.code)
	for i := range code {
		k := m.kindOf(&code[i])
		visit(&code[i], k.kind)
		for _, offset := range k.programs {
			if inner := *at[unsafe.Pointer](code[i].data, offset); inner != nil {
				m.each(inner, visit)
			}
		}
	}
}

func (m *machine) kindOf(at *words) *known {
	if k, ok := m.kinds.Load(at.kind); ok {
		return k.(*known)
	}
	f, _ := m.program.FieldByName("code")
	k := &known{kind: reflect.NewAt(f.Type.Elem(), unsafe.Pointer(at)).Elem().Elem().Type()}
	if k.kind.Kind() == reflect.Pointer && k.kind.Elem().Kind() == reflect.Struct {
		for _, f := range reflect.VisibleFields(k.kind.Elem()) {
			if f.Type == reflect.PointerTo(m.program) {
				offset, of := uintptr(0), k.kind.Elem()
				for _, i := range f.Index {
					offset += of.Field(i).Offset
					of = of.Field(i).Type
				}
				k.programs = append(k.programs, offset)
			}
		}
	}
	m.kinds.Store(at.kind, k)
	return k
}

// Mend has the instructions of a program that can go on for ever be done by others. It is for a program that has not run.
func Mend(program *goja.Program) {
	if m := theMachine(); m.err == nil {
		m.mend(unsafe.Pointer(program))
	}
}

// MendCaller mends the program of the script that has called the function under way, and which nobody else has yet.
func MendCaller(vm *goja.Runtime) {
	m := theMachine()
	if m.err != nil {
		return
	}
	frames, _ := Calls(vm, 1, nil, func(string) bool { return false })
	for i := range frames {
		if program := frames[i].prg(); program != nil {
			m.mend(program)
			return
		}
	}
}

func (m *machine) mend(program unsafe.Pointer) {
	m.each(program, func(at *words, _ reflect.Type) {
		if mended := m.mended[at.kind]; mended != nil {
			*(*instruction)(unsafe.Pointer(at)) = mended
		} else if *at == m.await {
			*(*instruction)(unsafe.Pointer(at)) = &_await{asInstruction(at)}
		}
	})
}

// Interrupted reports whether the script of an engine is to stop.
func Interrupted(vm *goja.Runtime) bool {
	m := theMachine()
	return m.err == nil && m.isInterrupted(*at[unsafe.Pointer](unsafe.Pointer(vm), m.of))
}

// CheckTime stops the script of an engine if it is to stop. It is for what goes on for as long as a script likes: an interruption
// reaches only what is between two instructions.
func CheckTime(vm *goja.Runtime) {
	if Interrupted(vm) {
		panic(&goja.InterruptedError{})
	}
}

func (m *machine) isInterrupted(vm unsafe.Pointer) bool {
	return atomic.LoadUint32(at[uint32](vm, m.interrupted)) != 0
}

func (m *machine) check(vm unsafe.Pointer) {
	if m.isInterrupted(vm) {
		panic(&goja.InterruptedError{})
	}
}

// top is the value so deep in the stack.
func (m *machine) top(vm unsafe.Pointer, depth int) *goja.Value {
	return &(*at[[]goja.Value](vm, m.stack))[*at[int](vm, m.sp)-1-depth]
}

// mended are the instructions that are done here, by their names in the engine. Those that take their places have the same
// names, by which the wording of errors knows what is done.
var mended = map[string]func(original instruction) instruction{
	"_pushArraySpread":  func(o instruction) instruction { return &_pushArraySpread{o} },
	"_pushSpread":       func(o instruction) instruction { return &_pushSpread{o} },
	"_newArrayFromIter": func(o instruction) instruction { return &_newArrayFromIter{o} },
	"_iterate":          func(o instruction) instruction { return &_iterate{o} },
	"_iterateP":         func(o instruction) instruction { return &_iterateP{o} },
	"_mul":              func(o instruction) instruction { return &_mul{o} },
	"_exp":              func(o instruction) instruction { return &_exp{o} },
	"_sal":              func(o instruction) instruction { return &_sal{o} },
	"_div":              func(o instruction) instruction { return &_div{o} },
	"_enumerate":        func(o instruction) instruction { return &_enumerate{o} },
	"_toString":         func(o instruction) instruction { return &_toString{o} },
	"_mod":              func(o instruction) instruction { return &_mod{o} },
	"_add":              func(o instruction) instruction { return &_add{o} },
	"_sub":              func(o instruction) instruction { return &_sub{o} },
	"_and":              func(o instruction) instruction { return &_and{o} },
	"_or":               func(o instruction) instruction { return &_or{o} },
	"_xor":              func(o instruction) instruction { return &_xor{o} },
	"_sar":              func(o instruction) instruction { return &_sar{o} },
	"_shr":              func(o instruction) instruction { return &_shr{o} },
	"_bnot":             func(o instruction) instruction { return &_bnot{o} },
	"_inc":              func(o instruction) instruction { return &_inc{o} },
	"_op_instanceof":    func(o instruction) instruction { return &_op_instanceof{o} },
	"_dec":              func(o instruction) instruction { return &_dec{o} },
}

type (
	_pushArraySpread  struct{ instruction }
	_pushSpread       struct{ instruction }
	_newArrayFromIter struct{ instruction }
	_iterate          struct{ instruction }
	_iterateP         struct{ instruction }
	_enumerate        struct{ instruction }
	_mul              struct{ instruction }
	_exp              struct{ instruction }
	_sal              struct{ instruction }
	_div              struct{ instruction }
	_mod              struct{ instruction }
	_add              struct{ instruction }
	_sub              struct{ instruction }
	_and              struct{ instruction }
	_or               struct{ instruction }
	_xor              struct{ instruction }
	_sar              struct{ instruction }
	_shr              struct{ instruction }
	_bnot             struct{ instruction }
	_inc              struct{ instruction }
	_dec              struct{ instruction }
	_toString         struct{ instruction }
	_op_instanceof    struct{ instruction }
	_await            struct{ instruction }
)

// […, ...x]
func (i *_pushArraySpread) exec(vm unsafe.Pointer) {
	m := made
	_, self, _ := layout().self(*m.top(vm, 1))
	length, values, count := at[uint32](self, m.length), at[[]goja.Value](self, m.values), at[int](self, m.count)
	m.spread(vm, func(v goja.Value) {
		if *length == math.MaxUint32 {
			panic(m.rangeError(vm, "Invalid array length"))
		}
		*length++
		*values = append(*values, v)
		*count++
	})
}

// f(…, ...x)
func (i *_pushSpread) exec(vm unsafe.Pointer) {
	m := made
	sp := at[int](vm, m.sp)
	m.spread(vm, func(v goja.Value) {
		stack := at[[]goja.Value](vm, m.stack)
		for *sp >= len(*stack) {
			*stack = append(*stack, nil)
		}
		(*stack)[*sp] = v
		*sp++
	})
}

// spread takes what is on top of the stack, and gives visit what it goes through.
func (m *machine) spread(vm unsafe.Pointer, visit func(v goja.Value)) {
	m.iterateP.exec(vm)
	it := m.popIterator(vm)
	this := goja.FunctionCall{This: *at[*goja.Object](it, m.iterated)}
	next := *at[nextFunc](it, m.next)
	if next == nil {
		next = m.noNext(vm, this.This)
	}
	for {
		m.check(vm)
		v := next(this)
		result, ok := v.(*goja.Object)
		if !ok {
			panic(m.engine(vm).NewTypeError("Value is not an object: %s", inspected(v)))
		}
		if done := result.Get("done"); done != nil && done.ToBoolean() {
			return
		}
		if v = result.Get("value"); v == nil {
			v = goja.Undefined()
		}
		visit(v)
	}
}

type nextFunc = func(goja.FunctionCall) goja.Value

// popIterator takes the iterator that the engine has begun with last, which it would close if its next method threw.
func (m *machine) popIterator(vm unsafe.Pointer) unsafe.Pointer {
	stack := at[[]struct{}](vm, m.iterators)
	last := unsafe.Add(unsafe.Pointer(unsafe.SliceData(*stack)), uintptr(len(*stack)-1)*m.iteratorSize)
	it := *at[unsafe.Pointer](last, m.iterator)
	*at[unsafe.Pointer](last, m.iterator) = nil
	*stack = (*stack)[:len(*stack)-1]
	return it
}

// lastIterator is the one that the engine has begun with last.
func (m *machine) lastIterator(vm unsafe.Pointer) unsafe.Pointer {
	stack := at[[]struct{}](vm, m.iterators)
	last := unsafe.Add(unsafe.Pointer(unsafe.SliceData(*stack)), uintptr(len(*stack)-1)*m.iteratorSize)
	return *at[unsafe.Pointer](last, m.iterator)
}

// noNext is the next method of an iterator that has none.
func (m *machine) noNext(vm unsafe.Pointer, iterator goja.Value) nextFunc {
	next := goja.Value(goja.Undefined())
	if v := iterator.(*goja.Object).Get("next"); v != nil {
		next = v
	}
	return func(goja.FunctionCall) goja.Value {
		panic(m.engine(vm).NewTypeError("%s is not a function", inspected(next)))
	}
}

// inspected is a value as errors show it.
func inspected(v goja.Value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case *goja.Object:
		return "#<" + v.ClassName() + ">"
	default:
		return v.String()
	}
}

// for (… of x), […] = x
func (i *_iterate) exec(vm unsafe.Pointer) {
	i.instruction.exec(vm)
	made.needNext(vm)
}

func (i *_iterateP) exec(vm unsafe.Pointer) {
	i.instruction.exec(vm)
	made.needNext(vm)
}

// for (… in x). What an object has of a prototype that is a proxy, the engine looks for on the object itself, where it isn't. So it
// is given an object that has all the keys.
func (i *_enumerate) exec(vm unsafe.Pointer) {
	m := made
	at := m.top(vm, 0)
	if object, ok := (*at).(*goja.Object); ok && inheritsFromProxy(object) {
		*at = m.enumerated(vm, object)
	}
	i.instruction.exec(vm)
}

func inheritsFromProxy(object *goja.Object) bool {
	for p := object.Prototype(); p != nil; p = p.Prototype() {
		if _, _, kind := layout().self(p); kind == layout().proxy {
			return true
		}
	}
	return false
}

// enumerated is an object with the keys that for-in goes through: https://tc39.es/ecma262/#sec-enumerate-object-properties
func (m *machine) enumerated(vm unsafe.Pointer, object *goja.Object) goja.Value {
	r := m.engine(vm)
	keys, visited := r.CreateObject(nil), make(map[string]bool)
	for o := object; o != nil; o = o.Prototype() {
		m.check(vm)
		enumerable := o.Keys()
		for _, key := range enumerable {
			if !visited[key] {
				keys.DefineDataProperty(key, goja.Undefined(), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
			}
		}
		for _, key := range o.GetOwnPropertyNames() {
			visited[key] = true
		}
	}
	return keys
}

// needNext gives an iterator that has no next method one that throws: the engine calls it without a look.
func (m *machine) needNext(vm unsafe.Pointer) {
	it := m.lastIterator(vm)
	if next := at[nextFunc](it, m.next); *next == nil {
		*next = m.noNext(vm, *at[*goja.Object](it, m.iterated))
	}
}

// IsPromise reports whether an object is a promise, and not one that only inherits from Promise.prototype:
// https://tc39.es/ecma262/#sec-ispromise.
func IsPromise(object *goja.Object) bool {
	_, _, kind := layout().self(object)
	return kind != nil && kind == stackLayout().promise
}

// await x. The engine asks whatever object it is for its constructor, and not only promises, takes what is not one for a promise if
// that is Promise, and leaves the function alone with what a getter throws.
func (i *_await) exec(vm unsafe.Pointer) {
	m := made
	at := m.top(vm, 0)
	if object, ok := (*at).(*goja.Object); ok {
		known := true
		if _, self, kind := layout().self(object); kind != stackLayout().promise {
			known = false
		} else if fields, _ := propertyLayout().of(object); fields != nil && len(*names(self, fields)) > 0 {
			// One with properties of its own may have a constructor that is a getter.
			constructor := object.Get("constructor")
			known = constructor != nil && constructor.SameAs(m.engine(vm).GlobalObject().Get("Promise"))
		}
		if !known {
			r := m.engine(vm)
			promise, resolve, _ := r.NewPromise()
			if err := resolve(object); err != nil {
				panic(err)
			}
			*m.top(vm, 0) = r.ToValue(promise)
		}
	}
	i.instruction.exec(vm)
}

// [...x] = y
func (i *_newArrayFromIter) exec(vm unsafe.Pointer) {
	m := made
	it := m.lastIterator(vm)
	if next := at[nextFunc](it, m.next); *next != nil {
		native := *next
		*next = func(fc goja.FunctionCall) goja.Value {
			m.check(vm)
			return native(fc)
		}
	}
	i.instruction.exec(vm)
}

func (m *machine) engine(vm unsafe.Pointer) *goja.Runtime { return *at[*goja.Runtime](vm, m.runtime) }

func (m *machine) rangeError(vm unsafe.Pointer, message string) goja.Value {
	return RangeError(m.engine(vm), message)
}

// RangeError makes a RangeError, to be thrown with panic.
func RangeError(r *goja.Runtime, message string) goja.Value {
	err, fail := r.New(r.GlobalObject().Get("RangeError"), r.ToValue(message))
	if fail != nil {
		panic(fail)
	}
	return err
}
