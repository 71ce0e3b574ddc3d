package wasm

import (
	"fmt"
	"unicode/utf8"
)

// reader reads WebAssembly's binary format. Its methods panic with a *malformed, which [caught] turns into an error.
// https://webassembly.github.io/spec/core/binary/index.html
type reader struct {
	code []byte
	pos  int
	base int // the offset of code in the module, for messages
}

// malformed says what is wrong with a module, and where; -1 is nowhere.
type malformed struct {
	what string
	at   int
}

func (m *malformed) Error() string {
	if m.at < 0 {
		return m.what
	}
	return fmt.Sprintf("%s @+%d", m.what, m.at)
}

// caught runs fn and returns what it found to be malformed, or nil.
func caught(fn func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *malformed:
			err = x
		default:
			panic(x)
		}
	}()
	fn()
	return nil
}

func (r *reader) fail(format string, args ...any) {
	panic(&malformed{what: fmt.Sprintf(format, args...), at: r.base + r.pos})
}

func (r *reader) done() bool { return r.pos >= len(r.code) }

func (r *reader) byte() byte {
	if r.done() {
		r.fail("expected 1 byte")
	}
	b := r.code[r.pos]
	r.pos++
	return b
}

// peek is the next byte.
func (r *reader) peek() byte {
	b := r.byte()
	r.pos--
	return b
}

func (r *reader) bytes(n uint32) []byte {
	if uint64(len(r.code)-r.pos) < uint64(n) {
		r.fail("expected %d bytes, fell off end", n)
	}
	b := r.code[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return b
}

// u32 reads an unsigned LEB128 number.
func (r *reader) u32() uint32 {
	var v uint64
	for shift := 0; ; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			if v > 1<<32-1 {
				r.fail("extra bits in varint")
			}
			return uint32(v)
		}
		if shift == 28 {
			r.fail("length overflow while decoding leb128")
		}
	}
}

// i32 reads a signed LEB128 number.
func (r *reader) i32() int32 {
	var v int64
	for shift := 0; ; {
		b := r.byte()
		v |= int64(b&0x7f) << shift
		shift += 7
		if b < 0x80 {
			if b&0x40 != 0 {
				v |= -1 << shift
			}
			return int32(v)
		}
		if shift >= 35 {
			r.fail("length overflow while decoding leb128")
		}
	}
}

// skipLEB passes over a LEB128 number of any kind.
func (r *reader) skipLEB() {
	for n := 1; r.byte() >= 0x80; n++ {
		if n == 10 {
			r.fail("length overflow while decoding leb128")
		}
	}
}

// name reads a string.
func (r *reader) name() string {
	at := r.pos
	s := string(r.bytes(r.u32()))
	if !utf8.ValidString(s) {
		r.pos = at
		r.fail("invalid UTF-8 string")
	}
	return s
}

// count reads the length of a vector, of which each element takes a byte at least.
func (r *reader) count() int {
	n := r.u32()
	if int64(n) > int64(len(r.code)-r.pos) {
		r.fail("a vector of %d elements is longer than what is left", n)
	}
	return int(n)
}

// writer writes the binary format.
type writer []byte

func (w *writer) byte(b ...byte) { *w = append(*w, b...) }

func (w *writer) u32(v uint32) {
	for v >= 0x80 {
		*w = append(*w, byte(v)|0x80)
		v >>= 7
	}
	*w = append(*w, byte(v))
}

// i64 writes a signed LEB128 number.
func (w *writer) i64(v int64) {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			*w = append(*w, b)
			return
		}
		*w = append(*w, b|0x80)
	}
}

func (w *writer) name(s string) {
	w.u32(uint32(len(s)))
	*w = append(*w, s...)
}

// sized writes what fill writes, after its length.
func (w *writer) sized(fill func(w *writer)) {
	var part writer
	fill(&part)
	w.u32(uint32(len(part)))
	*w = append(*w, part...)
}

func (w *writer) section(id byte, fill func(w *writer)) {
	w.byte(id)
	w.sized(fill)
}

// vector is a vector under construction.
type vector struct {
	writer
	n uint32
}

func (v *vector) next() *writer {
	v.n++
	return &v.writer
}

func (w *writer) vector(v *vector) {
	w.u32(v.n)
	*w = append(*w, v.writer...)
}
