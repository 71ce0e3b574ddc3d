package language

import (
	"reflect"
	"strings"
	"unicode/utf16"
	"unsafe"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// The engine copies both strings for each x += y. Here the longer one keeps room behind its end: what is appended to the
// string that was returned last goes there, and nothing is copied. Strings remain immutable, as nobody sees the room.

const (
	// longString is the length from which strings are kept, in code units. Below, copying is as quick.
	longString = 1 << 10
	// longestString is V8's limit.
	longestString = 1<<29 - 24
	// keptStrings is how many are kept: as many as a script appends to by turns.
	keptStrings = 8
)

// appends is what one realm keeps of its strings.
type appends struct {
	kept [keptStrings]growing
	next int // the one to give up
	plus goja.Callable
}

// growing is a string with room behind it, as ASCII or as UTF-16; one of them is nil.
type growing struct {
	ascii *strings.Builder
	units []uint16 // with the byte order mark in front that the engine has there
}

// The engine's own types of strings, which it does not export.
var (
	asciiType = reflect.TypeOf(goja.StringFromUTF16([]uint16{'a'}))
	unitsType = reflect.TypeOf(goja.StringFromUTF16([]uint16{0x100}))
)

var plusProgram = goja.MustCompile("append", "(a, b) => a + b", true)

// Append returns the function that does what the operator + does, in amortised constant time where strings are put
// together piece by piece.
func Append(r *webidl.Realm) goja.Value {
	a := webidl.State[appends](r)
	return r.VM.ToValue(func(call goja.FunctionCall) goja.Value {
		left, right := call.Argument(0), call.Argument(1)
		if s, ok := left.(goja.String); ok {
			if piece, ok := right.(goja.String); ok {
				return a.append(r, s, piece)
			}
		}
		if a.plus == nil {
			plus, err := r.VM.RunProgram(plusProgram)
			r.Rethrow(err)
			a.plus, _ = goja.AssertFunction(plus)
		}
		sum, err := a.plus(goja.Undefined(), left, right)
		r.Rethrow(err)
		return sum
	})
}

func (a *appends) append(r *webidl.Realm, s, piece goja.String) goja.Value {
	length := s.Length() + piece.Length()
	if length > longestString {
		panic(r.ErrorValue(webidl.RangeErrorf("Invalid string length")))
	}
	if s.Length() < longString || piece.Length() == 0 {
		return s.Concat(piece)
	}
	g := a.find(s)
	if g == nil {
		g = &a.kept[a.next]
		a.next = (a.next + 1) % keptStrings
		if !g.begin(s, length+length/4) {
			return s.Concat(piece)
		}
	}
	return g.append(piece)
}

// find returns what s is the whole of, or nil.
func (a *appends) find(s goja.String) *growing {
	switch reflect.TypeOf(s) {
	case asciiType:
		text := s.String()
		for i := range a.kept {
			if b := a.kept[i].ascii; b != nil && b.Len() == len(text) && unsafe.StringData(b.String()) == unsafe.StringData(text) {
				return &a.kept[i]
			}
		}
	case unitsType:
		v := reflect.ValueOf(s)
		for i := range a.kept {
			if u := a.kept[i].units; len(u) == v.Len() && unsafe.Pointer(unsafe.SliceData(u)) == v.UnsafePointer() {
				return &a.kept[i]
			}
		}
	}
	return nil
}

// begin takes a copy of s, with room for a string of some length; false if s is of a kind that it does not know.
func (g *growing) begin(s goja.String, room int) bool {
	*g = growing{}
	switch reflect.TypeOf(s) {
	case asciiType:
		g.ascii = new(strings.Builder)
		g.ascii.Grow(room)
		g.ascii.WriteString(s.String())
		return true
	case unitsType:
		g.units = append(make([]uint16, 0, room+1), unitsOf(s)...)
		return true
	}
	return false
}

// append adds a piece and returns the whole.
func (g *growing) append(piece goja.String) goja.Value {
	switch reflect.TypeOf(piece) {
	case asciiType:
		if g.ascii != nil {
			g.ascii.WriteString(piece.String())
			return reflect.ValueOf(g.ascii.String()).Convert(asciiType).Interface().(goja.Value)
		}
		for _, c := range []byte(piece.String()) {
			g.units = append(g.units, uint16(c))
		}
	case unitsType:
		g.widen()
		g.units = append(g.units, unitsOf(piece)[1:]...)
	default: // one that came from Go, and has not been looked at
		text := piece.String()
		if isASCII(text) && g.ascii != nil {
			g.ascii.WriteString(text)
			return reflect.ValueOf(g.ascii.String()).Convert(asciiType).Interface().(goja.Value)
		}
		g.widen()
		g.units = append(g.units, utf16.Encode([]rune(text))...)
	}
	return reflect.ValueOf(g.units).Convert(unitsType).Interface().(goja.Value)
}

// widen makes UTF-16 of ASCII.
func (g *growing) widen() {
	if g.ascii == nil {
		return
	}
	text := g.ascii.String()
	g.units = make([]uint16, 1, len(text)+len(text)/4+1)
	g.units[0] = unitsOf(goja.StringFromUTF16([]uint16{0x100}))[0]
	for _, c := range []byte(text) {
		g.units = append(g.units, uint16(c))
	}
	g.ascii = nil
}

func unitsOf(s goja.String) []uint16 {
	return reflect.ValueOf(s).Convert(reflect.TypeFor[[]uint16]()).Interface().([]uint16)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
