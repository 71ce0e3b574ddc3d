package webidl

import (
	"reflect"
	"sort"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
)

// The engine makes its errors with constructors that it keeps, and says in its own words what is wrong. There is no way to
// tell it others, so this looks at, and replaces, what the engine does not export. Should a newer engine be built otherwise,
// engineLayout finds that out, and its words remain.

// layout has the places of what is needed of the engine.
type layout struct {
	errors                            [len(wordedErrors)]uintptr // of goja.Runtime
	vm                                uintptr
	prg, pc, stack, sp, sb, callStack uintptr // of the engine's virtual machine
	contextPrg, contextPC             uintptr // of an entry of callStack
	contextSize                       uintptr
	program                           reflect.Type
}

// engineLayout returns nil if the engine is not what it was.
var engineLayout = sync.OnceValue(func() *layout {
	var l layout
	ok := true
	find := func(t reflect.Type, name string, kind reflect.Kind) reflect.StructField {
		f, found := t.FieldByName(name)
		if ok = ok && found && f.Type.Kind() == kind; !ok {
			return reflect.StructField{Type: reflect.TypeFor[struct{}]()}
		}
		return f
	}
	runtime := reflect.TypeFor[goja.Runtime]()
	global := find(runtime, "global", reflect.Struct)
	for i, name := range wordedErrors {
		f := find(global.Type, name, reflect.Pointer)
		l.errors[i], ok = global.Offset+f.Offset, ok && f.Type == reflect.TypeFor[*goja.Object]()
	}
	pointer := find(runtime, "vm", reflect.Pointer)
	if l.vm = pointer.Offset; !ok {
		return nil
	}
	vm := pointer.Type.Elem()
	program := find(vm, "prg", reflect.Pointer)
	stack := find(vm, "stack", reflect.Slice)
	calls := find(vm, "callStack", reflect.Slice)
	l.prg, l.stack, l.callStack, l.pc, l.sp = program.Offset, stack.Offset, calls.Offset, find(vm, "pc", reflect.Int).Offset, find(vm, "sp", reflect.Int).Offset
	l.sb = find(vm, "sb", reflect.Int).Offset
	if !ok || stack.Type.Elem() != reflect.TypeFor[goja.Value]() {
		return nil
	}
	context := calls.Type.Elem()
	l.contextPrg, l.contextPC, l.contextSize = find(context, "prg", reflect.Pointer).Offset, find(context, "pc", reflect.Int).Offset, context.Size()
	l.program = program.Type.Elem()
	find(l.program, "code", reflect.Slice)
	items := find(l.program, "srcMap", reflect.Slice)
	file := find(l.program, "src", reflect.Pointer)
	if !ok {
		return nil
	}
	find(items.Type.Elem(), "pc", reflect.Int)
	find(items.Type.Elem(), "srcPos", reflect.Int)
	find(file.Type.Elem(), "src", reflect.String)
	if !ok {
		return nil
	}
	return &l
})

// constructor is where the engine keeps one of its constructors of errors.
func (l *layout) constructor(vm *goja.Runtime, at uintptr) **goja.Object {
	return (**goja.Object)(unsafe.Add(unsafe.Pointer(vm), at))
}

// moment is where the engine is: in an instruction of a program, or in a function of its own that one calls.
type moment struct {
	native bool
	name   string        // of the instruction's type
	op     reflect.Value // the instruction
	source string
	at     int // in the source
	stack  []goja.Value
	sb     int // of a native function: where its arguments begin in the stack
}

// now is where the engine is, or false if it runs no program.
func (l *layout) now(runtime *goja.Runtime) (m moment, ok bool) {
	vm := *(*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(runtime), l.vm))
	program := *(*unsafe.Pointer)(unsafe.Add(vm, l.prg))
	pc := *(*int)(unsafe.Add(vm, l.pc))
	stack := *(*[]goja.Value)(unsafe.Add(vm, l.stack))
	m.stack = stack[:min(max(*(*int)(unsafe.Add(vm, l.sp)), 0), len(stack))]
	if program == nil {
		m.native, m.sb = true, *(*int)(unsafe.Add(vm, l.sb))
		calls := *(*[]struct{})(unsafe.Add(vm, l.callStack))
		if len(calls) == 0 {
			return m, false
		}
		last := unsafe.Add(unsafe.Pointer(unsafe.SliceData(calls)), uintptr(len(calls)-1)*l.contextSize)
		program, pc = *(*unsafe.Pointer)(unsafe.Add(last, l.contextPrg)), *(*int)(unsafe.Add(last, l.contextPC))
		if program == nil {
			return m, false
		}
	}
	p := reflect.NewAt(l.program, program).Elem()
	code, items := p.FieldByName("code"), p.FieldByName("srcMap")
	if pc < 0 || pc >= code.Len() || p.FieldByName("src").IsNil() {
		return m, false
	}
	m.op = code.Index(pc).Elem()
	m.name = m.op.Type().Name()
	if m.name == "" && m.op.Kind() == reflect.Pointer {
		m.name = m.op.Type().Elem().Name()
	}
	m.source = p.FieldByName("src").Elem().FieldByName("src").String()
	i := sort.Search(items.Len(), func(i int) bool { return int(items.Index(i).FieldByName("pc").Int()) > pc }) - 1
	if i < 0 {
		return m, false
	}
	m.at = int(items.Index(i).FieldByName("srcPos").Int())
	return m, m.at >= 0 && m.at < len(m.source)
}

// top is the value so deep in the stack; nil if there is none.
func (m *moment) top(depth int) goja.Value {
	if depth >= len(m.stack) {
		return nil
	}
	return m.stack[len(m.stack)-1-depth]
}

// argument is one that a native function was called with; undefined if there are fewer.
func (m *moment) argument(i int) goja.Value {
	if m.sb < 0 || m.sb+i >= len(m.stack) || m.stack[m.sb+i] == nil {
		return goja.Undefined()
	}
	return m.stack[m.sb+i]
}

// function is the native function that is running, or nil.
func (m *moment) function() *goja.Object {
	if m.native && m.sb > 0 && m.sb <= len(m.stack) {
		fn, _ := m.stack[m.sb-1].(*goja.Object)
		return fn
	}
	return nil
}
