package wasm

import (
	"unsafe"

	"github.com/dop251/goja"
	"github.com/tetratelabs/wazero/api"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// memory is a linear memory: https://webassembly.github.io/spec/js-api/#memories. Its buffer shows the engine's own bytes.
// The engine may move them when the memory grows; a memory that is exposed is looked at whenever WebAssembly has run.
type memory struct {
	unclonable
	store  *store
	mod    api.Module
	name   string
	memory api.Memory
	limits

	object    *goja.Object
	buffer    *goja.Object // nil until it is asked for, and after the memory has grown
	resizable bool         // the buffer grows with the memory
	bytes     []byte       // what the buffer shows
}

func (m *memory) source() (api.Module, string) { return m.mod, m.name }

func (s *store) newMemory(mod api.Module, name string, l limits) *memory {
	return &memory{unclonable: "Memory", store: s, mod: mod, name: name, memory: mod.ExportedMemory(name), limits: l}
}

// createMemory makes a memory that no instance has defined.
func (s *store) createMemory(l limits) (*memory, error) {
	code := holderCode(kindMemory, sectionMemory, func(w *writer) { writeMemory(w, l) })
	mod, err := s.holder(code)
	if err != nil {
		return nil, err
	}
	return s.newMemory(mod, "x", l), nil
}

func (m *memory) pages() uint32 { return m.memory.Size() >> 16 }

func (m *memory) view() []byte {
	view, _ := m.memory.Read(0, m.memory.Size())
	return view
}

// bufferObject is https://webassembly.github.io/spec/js-api/#dom-memory-buffer
func (m *memory) bufferObject() *goja.Object {
	if m.buffer != nil {
		return m.buffer
	}
	m.show(false)
	return m.buffer
}

// show makes the buffer, of fixed length or resizable: https://webassembly.github.io/spec/js-api/#create-a-fixed-length-memory-buffer
func (m *memory) show(resizable bool) {
	r := m.store.realm
	if m.buffer == nil {
		m.store.exposed = append(m.store.exposed, m)
	} else if !m.shared {
		m.detach()
	}
	m.bytes, m.resizable = m.view(), resizable
	most := int(m.max) << 16
	switch {
	case resizable && m.shared:
		m.buffer = arraybuffer.Growable(r, m.bytes, most)
	case resizable:
		m.buffer = arraybuffer.Resizable(r, m.bytes, most)
	case m.shared:
		m.buffer = arraybuffer.Shared(r, m.bytes)
	default:
		m.buffer = r.ArrayBuffer(m.bytes)
	}
	if resizable {
		arraybuffer.OwnedBy(r, m.buffer, m.resize)
	}
	if m.shared {
		_, err := r.IntrinsicFunction("Object", "freeze")(nil, m.buffer)
		r.Rethrow(err)
	} else {
		r.PinBuffer(m.buffer)
	}
}

// resize is https://webassembly.github.io/spec/js-api/#hostresizearraybuffer: memory grows by whole pages.
func (m *memory) resize(bytes int) bool {
	before := int(m.memory.Size())
	if bytes < before || bytes%(1<<16) != 0 {
		return false
	}
	_, ok := m.grow(uint32((bytes - before) >> 16))
	return ok
}

// grow is https://webassembly.github.io/spec/js-api/#dom-memory-grow; it reports whether the memory could grow.
func (m *memory) grow(delta uint32) (before uint32, ok bool) {
	before = m.pages()
	most := uint32(maxPages)
	if m.hasMax {
		most = min(most, m.max)
	}
	if uint64(before)+uint64(delta) > uint64(most) {
		return 0, false
	}
	if _, ok := m.memory.Grow(delta); !ok {
		return 0, false
	}
	m.release()
	return before, true
}

// release has a buffer made anew that no longer shows the memory, or not all of it. A SharedArrayBuffer stays as it is, and a
// resizable buffer shows the memory as it is now.
func (m *memory) release() {
	if m.buffer == nil {
		return
	}
	if m.resizable {
		m.bytes = m.view()
		arraybuffer.Moved(m.store.realm, m.buffer, m.bytes)
		m.store.refresh()
		return
	}
	if !m.shared {
		m.detach()
	}
	m.buffer, m.bytes = nil, nil
	m.store.refresh()
}

// detach detaches the buffer, which shows memory that goes on being the instance's.
func (m *memory) detach() {
	if b, ok := engine.BufferOf(m.buffer); ok {
		arraybuffer.Detach(m.store.realm, b)
	}
}

// refresh releases the buffers of memories that have grown.
func (s *store) refresh() {
	for i := 0; i < len(s.exposed); i++ {
		m := s.exposed[i]
		if m.buffer != nil {
			if view := m.view(); len(view) == len(m.bytes) && unsafe.SliceData(view) == unsafe.SliceData(m.bytes) {
				continue
			} else if m.resizable {
				m.bytes = view
				arraybuffer.Moved(m.store.realm, m.buffer, view)
				continue
			}
		}
		s.exposed = append(s.exposed[:i], s.exposed[i+1:]...)
		i--
		m.release()
	}
}

func (s *store) memoryClass() *goja.Object {
	return s.class("Memory", 1, func(c arguments) any {
		d := c.descriptor("a memory descriptor")
		c.address(d)
		l := c.limits(d, 1<<16, 1<<16)
		if shared := d.Get("shared"); shared != nil && shared.ToBoolean() {
			if !l.hasMax {
				c.typeError("If shared is true, maximum property should be defined.")
			}
			l.shared = true
		}
		if l.min > maxPages {
			panic(c.Realm.RangeError("WebAssembly.Memory(): could not allocate memory: devserver's limit is %d pages", maxPages))
		}
		m, err := s.createMemory(l)
		if err != nil {
			panic(c.Realm.RangeError("WebAssembly.Memory(): could not allocate memory: %v", err))
		}
		return m
	}, func(b *classBuilder) {
		b.method("grow", 1, func(c arguments) goja.Value {
			m := receiver[*memory](c, "Memory")
			delta := c.uint32(c.Arg(0), "Argument 0")
			before, ok := m.grow(delta)
			if !ok {
				panic(c.Realm.RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded"))
			}
			return c.Realm.Int(int(before))
		})
		b.method("toFixedLengthBuffer", 0, func(c arguments) goja.Value {
			m := receiver[*memory](c, "Memory")
			if m.resizable {
				m.show(false)
			}
			return m.bufferObject()
		})
		b.method("toResizableBuffer", 0, func(c arguments) goja.Value {
			m := receiver[*memory](c, "Memory")
			if !m.hasMax {
				c.typeError("Memory must have a maximum")
			}
			if !m.resizable {
				m.show(true)
			}
			return m.buffer
		})
		b.getter("buffer", "WebAssembly.Memory.buffer", func(c arguments) goja.Value {
			return receiver[*memory](c, "Memory").bufferObject()
		})
	})
}

// unclonable is what structuredClone says of most objects: their class.
type unclonable string

// Clone implements webidl.Cloneable.
func (u unclonable) Clone(*webidl.Realm, *goja.Object) (*goja.Object, error) {
	return nil, webidl.DOMErrorf("DataCloneError", "#<%s> could not be cloned.", string(u))
}
