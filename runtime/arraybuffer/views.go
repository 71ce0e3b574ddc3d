package arraybuffer

import (
	"math"
	"weak"

	"github.com/dop251/goja"

	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// bounds are those that a view of a resizable buffer was made with.
type bounds struct {
	offset int // in bytes
	length int // in elements, those of a DataView being bytes; follows if it ends where the buffer does
}

const follows = -1

// within returns the offset, in bytes, and the length, in elements, that a view has of so many bytes. Out of bounds, both are 0.
func (b bounds) within(bytes, elementSize int) (offset, length int, ok bool) {
	switch {
	case b.length == follows && b.offset <= bytes:
		return b.offset, (bytes - b.offset) / elementSize, true
	case b.length != follows && b.offset+b.length*elementSize <= bytes:
		return b.offset, b.length, true
	}
	return 0, 0, false
}

// add makes a view, which the engine has made, one of a resizable buffer.
func (s *shape) add(view *goja.Object, b bounds) {
	if len(s.views) >= s.sweep {
		for pointer := range s.views {
			if pointer.Value() == nil {
				delete(s.views, pointer)
			}
		}
		s.sweep = max(64, 2*len(s.views))
	}
	if s.views == nil {
		s.views = make(map[weak.Pointer[goja.Object]]bounds)
	}
	s.views[weak.Make(view)] = b
	s.fitView(view, b)
}

// fit brings the views into accord with the buffer's length.
func (s *shape) fit() {
	for pointer, b := range s.views {
		if view := pointer.Value(); view != nil {
			s.fitView(view, b)
		}
	}
}

func (s *shape) fitView(view *goja.Object, b bounds) {
	if a, ok := engine.TypedArrayOf(view); ok {
		offset, length, _ := b.within(len(*s.Data), a.ElementSize)
		*a.Offset, *a.Length = offset/a.ElementSize, length
	} else if d, ok := engine.DataViewOf(view); ok {
		*d.Offset, *d.Length, _ = b.within(len(*s.Data), 1)
	}
}

// viewed returns the shape of the buffer of a view, if the view may not be what the engine takes it for: nil if the buffer has
// a fixed length, or is detached. The bounds are those that the view was made with.
func viewed(r *webidl.Realm, v goja.Value) (*shape, bounds) {
	object, ok := v.(*goja.Object)
	if !ok {
		return nil, bounds{}
	}
	var buffer engine.Buffer
	if a, ok := engine.TypedArrayOf(object); ok {
		buffer = a.Buffer
	} else if d, ok := engine.DataViewOf(object); ok {
		buffer = d.Buffer
	} else {
		return nil, bounds{}
	}
	s := of(r, buffer.Object)
	if !s.resizable() || *s.Detached {
		return nil, bounds{}
	}
	return s, s.views[weak.Make(object)]
}

// outOfBounds reports whether a view is not within its buffer any more.
func (s *shape) outOfBounds(b bounds, elementSize int) bool {
	_, _, ok := b.within(len(*s.Data), elementSize)
	return !ok
}

// IsOutOfBounds reports whether v is a view whose buffer is detached or too short for it.
func IsOutOfBounds(r *webidl.Realm, v goja.Value) bool {
	size, detached := 1, false
	if a, ok := engine.TypedArrayOf(v); ok {
		size, detached = a.ElementSize, *a.Buffer.Detached
	} else if d, ok := engine.DataViewOf(v); ok {
		detached = *d.Buffer.Detached
	}
	if detached {
		return true
	}
	s, b := viewed(r, v)
	return s != nil && s.outOfBounds(b, size)
}

func errOutOfBounds(what string) error {
	return webidl.TypeErrorf("Cannot perform %s on a detached or out-of-bounds ArrayBuffer", what)
}

// makeTypedArray implements https://tc39.es/ecma262/#sec-initializetypedarrayfromarraybuffer for a resizable buffer.
func (s *shape) makeTypedArray(r *webidl.Realm, native engine.Constructor, args []goja.Value, newTarget *goja.Object) *goja.Object {
	view := native([]goja.Value{s.Object, r.Int(0), r.Int(0)}, newTarget)
	a, _ := engine.TypedArrayOf(view)
	offset, n, ok := toIndex(argument(args, 1))
	switch {
	case !ok:
		panic(r.RangeError("Start offset %s is outside the bounds of the buffer", r.Number(n)))
	case offset%a.ElementSize != 0:
		panic(r.RangeError("start offset of %s should be a multiple of %d", a.Kind, a.ElementSize))
	}
	b := bounds{offset, follows}
	if given := argument(args, 2); !goja.IsUndefined(given) {
		if b.length, n, ok = toIndex(given); !ok {
			panic(r.RangeError("Invalid typed array length: %s", r.Number(n)))
		}
	}
	switch {
	case *s.Detached:
		panic(r.ErrorValue(errOutOfBounds("Construct")))
	case b.length == follows && offset > len(*s.Data):
		panic(r.RangeError("Start offset %d is outside the bounds of the buffer", offset))
	case s.outOfBounds(b, a.ElementSize):
		panic(r.RangeError("Invalid typed array length: %d", b.length))
	}
	s.add(view, b)
	return view
}

// makeDataView implements https://tc39.es/ecma262/#sec-dataview-buffer-byteoffset-bytelength for a resizable buffer.
func (s *shape) makeDataView(r *webidl.Realm, native engine.Constructor, args []goja.Value, newTarget *goja.Object) *goja.Object {
	offset, n, ok := toIndex(argument(args, 1))
	if !ok {
		panic(r.RangeError("Start offset %s is outside the bounds of the buffer", r.Number(n)))
	}
	b := bounds{offset, follows}
	check := func() {
		switch {
		case *s.Detached:
			panic(r.ErrorValue(errOutOfBounds("DataView")))
		case offset > len(*s.Data):
			panic(r.RangeError("Start offset %d is outside the bounds of the buffer", offset))
		case s.outOfBounds(b, 1):
			panic(r.RangeError("Invalid DataView length %d", b.length))
		}
	}
	check()
	if given := argument(args, 2); !goja.IsUndefined(given) {
		length, n, ok := toIndex(given)
		if !ok {
			panic(r.RangeError("Invalid DataView length %s", r.Number(n)))
		}
		b.length = length
		if s.outOfBounds(b, 1) {
			check()
		}
	}
	view := native([]goja.Value{s.Object, r.Int(0), r.Int(0)}, newTarget)
	check() // getting the prototype may have run a script
	s.add(view, b)
	return view
}

// argument is the i-th of a call, or undefined.
func argument(args []goja.Value, i int) goja.Value {
	if i < len(args) && args[i] != nil {
		return args[i]
	}
	return goja.Undefined()
}

// integer implements https://tc39.es/ecma262/#sec-tointegerorinfinity.
func integer(v goja.Value) float64 {
	n := math.Trunc(v.ToNumber().ToFloat())
	if math.IsNaN(n) || n == 0 {
		return 0
	}
	return n
}

// toIndex implements https://tc39.es/ecma262/#sec-toindex. It returns the number, too, and false where it is no index.
func toIndex(v goja.Value) (i int, n float64, ok bool) {
	if goja.IsUndefined(v) {
		return 0, 0, true
	}
	if n = integer(v); n < 0 || n > 1<<53-1 {
		return 0, n, false
	}
	return int(n), n, true
}
