package engine

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"
)

// Frame is one call that is under way: what the engine's own frames tell, and what V8's tell besides.
type Frame struct {
	goja.StackFrame
	Function  *goja.Object // nil if it is not known
	This      goja.Value   // nil if there is none, as in arrow functions
	Construct bool         // by new, or super; or it is an arrow function in a constructor
	Async     bool         // not under way: it awaits what the frame before it will return
}

// Native reports whether a frame is that of a function that is not a script's.
func (f *Frame) Native() bool { return f.prg() == nil }

func (f *Frame) prg() unsafe.Pointer { return (*stackFrame)(unsafe.Pointer(&f.StackFrame)).prg }

// GoName is the name of the Go function behind a native one, such as "github.com/dop251/goja.(*Runtime).arrayproto_map-fm";
// empty if it has none.
func (f *Frame) GoName() string {
	fn, ok := FunctionOf(f.Function)
	if !ok || *fn.Call == nil {
		return ""
	}
	if at := runtime.FuncForPC(reflect.ValueOf(*fn.Call).Pointer()); at != nil {
		return at.Name()
	}
	return ""
}

// Source is the text of the function of a frame, and the source that it is in with the offset at which it begins there; -1 if
// that is not known.
func (f *Frame) Source() (source string, offset int) {
	program := f.prg()
	l := stackLayout()
	if program == nil || l.err != nil {
		return "", -1
	}
	text := *at[*file.File](program, l.programFile)
	if text == nil {
		return "", -1
	}
	source = text.Source()
	if text := textOf(f.Function); text != "" && source != "" {
		from := uintptr(unsafe.Pointer(unsafe.StringData(text))) - uintptr(unsafe.Pointer(unsafe.StringData(source)))
		if from < uintptr(len(source)) {
			return source, int(from)
		}
	}
	return source, -1
}

// textOf is the text that a script's function has: a part of that of its script.
func textOf(function *goja.Object) string {
	_, self, kind := layout().self(function)
	if kind == nil || kind.Elem().Kind() != reflect.Struct {
		return ""
	}
	if f, ok := kind.Elem().FieldByName("src"); ok && f.Type.Kind() == reflect.String {
		return reflect.NewAt(kind.Elem(), self).Elem().FieldByIndex(f.Index).String()
	}
	return ""
}

// PositionAt is where a place in the frame's source is, by its source map.
func (f *Frame) PositionAt(offset int) file.Position {
	l := stackLayout()
	if l.err != nil || f.prg() == nil {
		return file.Position{}
	}
	source := *at[*file.File](f.prg(), l.programFile)
	if source == nil {
		return file.Position{}
	}
	return source.Position(offset)
}

// Offset is where in its source a frame is: in the script as it was given to the engine, in bytes.
func (f *Frame) Offset() int {
	l := stackLayout()
	if l.err != nil || f.prg() == nil {
		return 0
	}
	pc := (*stackFrame)(unsafe.Pointer(&f.StackFrame)).pc
	items := *at[[]sourceMapItem](f.prg(), l.programMap)
	offset := 0
	for _, item := range items {
		if item.pc > pc {
			break
		}
		offset = item.at
	}
	return offset
}

// Calls are the calls that are under way, the innermost first, up to so many that are a script's: those of natives in
// between do not count. It leaves out the calls whose source has a name that skip reports, and the natives that those call.
// Within, unless it is nil, is a function whose call is left out with all that is within it; found is false if there is no
// such call, and nothing is left out.
func Calls(vm *goja.Runtime, most int, within *goja.Object, skip func(source string) bool) (frames []Frame, found bool) {
	l := stackLayout()
	if l.err != nil {
		return nil, false
	}
	w := walk{layout: l, most: most, skip: skip}
	machine := *at[unsafe.Pointer](unsafe.Pointer(vm), l.vm)
	w.stack = *at[[]goja.Value](machine, l.stack)
	w.calls = *at[[]struct{}](machine, l.calls)
	w.innermost = call{
		program: *at[unsafe.Pointer](machine, l.program), newTarget: *at[goja.Value](machine, l.newTarget),
		pc: *at[int](machine, l.pc), base: *at[int](machine, l.base),
	}
	from := len(w.calls)
	if within != nil {
		for i := from; i >= 0 && !found; i-- {
			if c := w.call(i); functionOf(c.base, w.stack) == within && (c.program != nil || c.base > 0) {
				found, from = true, i-1
			}
		}
	}
	if most <= 0 {
		return nil, found
	}
	w.frames = make([]Frame, 0, min(most, from+1))
	for i := from; i >= 0 && w.add(i); i-- {
	}
	if runner := *at[unsafe.Pointer](machine, l.runner); runner != nil && w.room() {
		w.awaiting(l.promiseOf(runner))
	}
	return w.frames, found
}

// Awaiting are the calls of the asynchronous functions that await a promise, up to so many.
func Awaiting(promise *goja.Object, most int) []Frame {
	l := stackLayout()
	if l.err != nil {
		return nil
	}
	w := walk{layout: l, most: most}
	w.awaiting(promise)
	return w.frames
}

// walk goes through the calls under way.
type walk struct {
	layout    *stackLaidOut
	most      int
	skip      func(source string) bool
	stack     []goja.Value
	calls     []struct{} // of which the layout knows the size
	innermost call
	frames    []Frame
	scripts   int // how many of the frames are a script's
}

func (w *walk) room() bool { return w.scripts < w.most && len(w.frames) < 4*w.most }

// call is the i-th, the outermost first. The innermost is not among those that the engine has put aside.
func (w *walk) call(i int) call {
	if i == len(w.calls) {
		return w.innermost
	}
	return w.layout.callAt(unsafe.Add(unsafe.Pointer(unsafe.SliceData(w.calls)), uintptr(i)*w.layout.callSize))
}

// add adds the frame of the i-th call, and reports whether there is room for others.
func (w *walk) add(i int) bool {
	c := w.call(i)
	if c.program == nil && c.base <= 0 {
		return true
	}
	f := w.layout.frame(c, w.stack, c.base)
	if c.program != nil && w.skip(f.SrcName()) {
		for len(w.frames) > 0 && w.frames[len(w.frames)-1].Native() {
			w.frames = w.frames[:len(w.frames)-1]
		}
		return true
	}
	// What a constructor calls keeps its new.target, unless it is called from Go, as constructors are: then the engine
	// leaves a mark where it has to stop.
	if f.Construct && i > 0 {
		f.Construct = w.call(i-1).pc == -2
	}
	w.frames = append(w.frames, f)
	if c.program != nil {
		w.scripts++
		if !f.Construct && w.room() {
			w.addConstructor(c, i)
		}
	}
	return w.room()
}

// addConstructor adds the frame that a native constructor does not have, between the function that it calls, which is the
// i-th call, and the one that has new.
func (w *walk) addConstructor(c call, i int) {
	for i--; i >= 0; i-- {
		outer := w.call(i)
		if outer.program == nil && outer.base <= 0 {
			continue // the engine has empty ones in between
		}
		if outer.program == nil {
			return
		}
		n, ok := w.layout.constructs(outer)
		if at := c.base - n - 2; ok && at >= 0 && at < len(w.stack) {
			constructor, _ := w.stack[at].(*goja.Object)
			if _, native := FunctionOf(constructor); native {
				w.frames = append(w.frames, Frame{Function: constructor, Construct: true})
			}
		}
		return
	}
}

// awaiting adds the frames of the asynchronous functions that await a promise.
func (w *walk) awaiting(promise *goja.Object) {
	l := w.layout
	for w.room() {
		runner := l.awaits(promise)
		if runner == nil {
			return
		}
		context := unsafe.Add(runner, l.runnerContext)
		c := l.callAt(context)
		if c.program == nil {
			return
		}
		f := l.frame(c, *at[[]goja.Value](context, l.contextStack), 1)
		f.Async, f.Construct = true, false
		w.frames = append(w.frames, f)
		w.scripts++
		promise = l.promiseOf(runner)
	}
}

// call is what the engine keeps of one.
type call struct {
	program   unsafe.Pointer
	newTarget goja.Value
	pc, base  int
}

// functionOf is the function of a call whose part of the stack begins at base.
func functionOf(base int, stack []goja.Value) *goja.Object {
	if base <= 0 || base > len(stack) {
		return nil
	}
	fn, _ := stack[base-1].(*goja.Object)
	return fn
}

func (l *stackLaidOut) frame(c call, stack []goja.Value, base int) (f Frame) {
	s := (*stackFrame)(unsafe.Pointer(&f.StackFrame))
	s.prg, s.pc = c.program, c.pc
	f.Function = functionOf(base, stack)
	this := base // a script's function has this behind itself, a native one before
	if c.program == nil {
		this = base - 2
	} else {
		s.funcName = *at[string](c.program, l.programName)
	}
	if this >= 0 && this < len(stack) {
		f.This = stack[this]
	}
	if c.program != nil && c.newTarget != nil {
		_, f.Construct = c.newTarget.(*goja.Object)
	}
	return f
}

// stackFrame is laid out as the engine's goja.StackFrame.
type stackFrame struct {
	prg      unsafe.Pointer
	funcName string
	pc       int
}

// sourceMapItem is where in the source the instructions are from a place in the code on.
type sourceMapItem struct{ pc, at int }

type stackLaidOut struct {
	err                                          error
	vm                                           uintptr // of goja.Runtime
	program, pc, base, newTarget, stack, calls   uintptr // of the virtual machine
	runner                                       uintptr
	callProgram, callPC, callBase, callNewTarget uintptr
	callSize                                     uintptr
	programName, programFile, programMap, code   uintptr
	runnerContext, runnerCapability              uintptr
	contextStack                                 uintptr
	capabilityPromise                            uintptr
	promise                                      reflect.Type
	reactions, reactionRunner                    uintptr
	new                                          uintptr // the type of the instruction
}

func (l *stackLaidOut) callAt(p unsafe.Pointer) call {
	return call{*at[unsafe.Pointer](p, l.callProgram), *at[goja.Value](p, l.callNewTarget), *at[int](p, l.callPC), *at[int](p, l.callBase)}
}

// constructs reports whether a call is at a new, and with how many arguments.
func (l *stackLaidOut) constructs(c call) (n int, ok bool) {
	code := *at[[][2]unsafe.Pointer](c.program, l.code)
	if c.pc < 0 || c.pc >= len(code) || uintptr(code[c.pc][0]) != l.new {
		return 0, false
	}
	return int(*(*uint32)(code[c.pc][1])), true
}

func (l *stackLaidOut) promiseOf(runner unsafe.Pointer) *goja.Object {
	capability := *at[unsafe.Pointer](runner, l.runnerCapability)
	if capability == nil {
		return nil
	}
	return *at[*goja.Object](capability, l.capabilityPromise)
}

// awaits is what runs the asynchronous function that awaits a promise; nil if there is none, or something else waits, too.
func (l *stackLaidOut) awaits(promise *goja.Object) unsafe.Pointer {
	if promise == nil {
		return nil
	}
	_, self, kind := layout().self(promise)
	if kind == nil || kind != l.promise {
		return nil
	}
	reactions := *at[[]unsafe.Pointer](self, l.reactions)
	if len(reactions) != 1 {
		return nil
	}
	return *at[unsafe.Pointer](reactions[0], l.reactionRunner)
}

// stackLayout looks for the fields once.
var stackLayout = sync.OnceValue(func() *stackLaidOut {
	l := &stackLaidOut{}
	if err := layout().err; err != nil {
		l.err = err
	} else if err := l.find(); err != nil {
		l.err = fmt.Errorf("this version of goja is not the one that devserver was made for: %w", err)
	}
	return l
})

func (l *stackLaidOut) find() (err error) {
	none := reflect.TypeFor[struct{}]()
	field := func(of reflect.Type, name string, kind reflect.Kind, offset *uintptr) reflect.Type {
		if err != nil {
			return none
		}
		f, ok := of.FieldByName(name)
		if !ok || f.Type.Kind() != kind {
			err = fmt.Errorf("%v has no field %s that is a %v", of, name, kind)
			return none
		}
		if offset != nil {
			*offset = f.Offset
		}
		return f.Type
	}
	elem := func(t reflect.Type) reflect.Type {
		if err != nil {
			return none
		}
		return t.Elem()
	}
	same := func(got, want reflect.Type) {
		if err == nil && got != want {
			err = fmt.Errorf("there is a %v where a %v was", got, want)
		}
	}
	value, object := reflect.TypeFor[goja.Value](), reflect.TypeFor[*goja.Object]()

	vm := elem(field(reflect.TypeFor[goja.Runtime](), "vm", reflect.Pointer, &l.vm))
	program := elem(field(vm, "prg", reflect.Pointer, &l.program))
	field(vm, "pc", reflect.Int, &l.pc)
	field(vm, "sb", reflect.Int, &l.base)
	same(field(vm, "newTarget", reflect.Interface, &l.newTarget), value)
	same(elem(field(vm, "stack", reflect.Slice, &l.stack)), value)
	context := elem(field(vm, "callStack", reflect.Slice, &l.calls))
	runner := elem(field(vm, "curAsyncRunner", reflect.Pointer, &l.runner))

	field(context, "prg", reflect.Pointer, &l.callProgram)
	field(context, "pc", reflect.Int, &l.callPC)
	field(context, "sb", reflect.Int, &l.callBase)
	same(field(context, "newTarget", reflect.Interface, &l.callNewTarget), value)
	l.callSize = context.Size()

	field(program, "funcName", reflect.String, &l.programName)
	same(field(program, "src", reflect.Pointer, &l.programFile), reflect.TypeFor[*file.File]())
	item := elem(field(program, "srcMap", reflect.Slice, &l.programMap))
	var pc, place uintptr
	field(item, "pc", reflect.Int, &pc)
	field(item, "srcPos", reflect.Int, &place)
	if err == nil && (pc != 0 || place != unsafe.Offsetof(sourceMapItem{}.at) || item.Size() != unsafe.Sizeof(sourceMapItem{})) {
		err = fmt.Errorf("%v is laid out in another way", item)
	}
	instruction := elem(field(program, "code", reflect.Slice, &l.code))

	frame := reflect.TypeFor[goja.StackFrame]()
	var offsets [3]uintptr
	field(frame, "prg", reflect.Pointer, &offsets[0])
	field(frame, "funcName", reflect.String, &offsets[1])
	field(frame, "pc", reflect.Int, &offsets[2])
	if err == nil && (offsets != [3]uintptr{0, unsafe.Offsetof(stackFrame{}.funcName), unsafe.Offsetof(stackFrame{}.pc)} || frame.Size() != unsafe.Sizeof(stackFrame{})) {
		err = fmt.Errorf("%v is laid out in another way", frame)
	}

	generator := field(runner, "gen", reflect.Struct, &l.runnerContext)
	var execution, inner uintptr
	suspended := field(generator, "ctx", reflect.Struct, &execution)
	same(field(suspended, "context", reflect.Struct, &inner), context)
	l.runnerContext += execution
	if err == nil && inner != 0 {
		err = fmt.Errorf("%v is laid out in another way", suspended)
	}
	same(elem(field(suspended, "stack", reflect.Slice, &l.contextStack)), value)
	capability := elem(field(runner, "promiseCap", reflect.Pointer, &l.runnerCapability))
	same(field(capability, "promise", reflect.Pointer, &l.capabilityPromise), object)
	l.promise = reflect.TypeFor[*goja.Promise]()
	reaction := elem(elem(field(l.promise.Elem(), "fulfillReactions", reflect.Slice, &l.reactions)))
	same(field(reaction, "asyncRunner", reflect.Pointer, &l.reactionRunner), reflect.PointerTo(runner))
	if err != nil {
		return err
	}
	l.new, err = newInstruction(program, instruction, l.code)
	return err
}

// newInstruction is what tells an instruction that is a new from others.
func newInstruction(program, instruction reflect.Type, code uintptr) (uintptr, error) {
	compiled := goja.MustCompile("", "new X(1, 2)", true)
	if instruction.Kind() != reflect.Interface || reflect.TypeOf(compiled).Elem() != program {
		return 0, fmt.Errorf("%v are no instructions", instruction)
	}
	all := reflect.NewAt(reflect.SliceOf(instruction), unsafe.Add(unsafe.Pointer(compiled), code)).Elem()
	for i := range all.Len() {
		if t := all.Index(i).Elem().Type(); t.Name() == "_new" && t.Kind() == reflect.Uint32 {
			return uintptr((*at[[][2]unsafe.Pointer](unsafe.Pointer(compiled), code))[i][0]), nil
		}
	}
	return 0, fmt.Errorf("there is no instruction _new")
}
