package engine

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/dop251/goja"
)

// Detach detaches a buffer, and returns its bytes for whoever takes them over: https://tc39.es/ecma262/#sec-detacharraybuffer.
//
// The engine's methods of typed arrays go on reading and writing where the memory was, if a callback of theirs detaches it. So if one
// may be at work the buffer, which is empty then, keeps the address, and what is returned is a copy. A long one keeps it in any case:
// so far from where there would be none, there is memory of the process. Of one that keeps it, kept, the engine thinks that its views
// are as long as before.
func Detach(vm *goja.Runtime, b Buffer) (data []byte, kept bool) {
	data = *b.Data
	atWork := builtinsAtWork(vm)
	kept = atWork || len(data) >= 1<<20
	*b.Data, *b.Detached = nil, true
	if kept {
		*b.Data = data[:0:0]
	}
	if atWork {
		data = slices.Clone(data)
	}
	return data, kept
}

// builtinsAtWork reports whether the script that calls a function of Go's may have been called by one itself, other than by the
// event loop.
func builtinsAtWork(vm *goja.Runtime) bool {
	l := stackLayout()
	if l.err != nil {
		return true
	}
	machine := *at[unsafe.Pointer](unsafe.Pointer(vm), l.vm)
	w := walk{layout: l, calls: *at[[]struct{}](machine, l.calls), stack: *at[[]goja.Value](machine, l.stack)}
	entered, allowed, outermost := 0, 1, true
	for i := range w.calls {
		c := w.call(i)
		if c.pc == -2 { // the engine's mark of a script's function that is called by Go
			entered++
		}
		if fn := functionOf(c.base, w.stack); c.program == nil && fn != nil && outermost {
			outermost = false
			if frame := (Frame{Function: fn}); strings.HasPrefix(frame.GoName(), eventLoop) {
				allowed++ // a task
			}
		}
	}
	return entered > allowed
}

// eventLoop is how the names of the event loop's functions begin.
const eventLoop = "devserver/runtime/eventloop."
