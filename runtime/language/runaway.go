package language

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"golang.org/x/text/unicode/norm"

	"devserver/runtime/engine"
)

// An interruption reaches what is between two instructions of a script, and not the engine's built-ins. Those that go on for as
// long as what they are given lets them are completed here, in all engines of the process: they look at the time themselves.

// Prepare completes the engine's built-ins, once. It must be called before the first script runs.
var Prepare = sync.OnceValue(func() error { return engine.Complete(completions()) })

// longText is the length from which on a string is long, in code units.
const longText = 1 << 18

func completions() []engine.Completion {
	var list []engine.Completion
	for _, name := range []string{"Set", "Map", "WeakSet", "WeakMap"} {
		list = append(list, engine.Completion{Path: name, Construct: iterating})
	}
	list = append(list, engine.Completion{Path: "AggregateError", Call: iteratingCall(true), Construct: iterating})
	for name := range elementSizes {
		list = append(list, engine.Completion{Path: name + ".from", Call: iteratingCall(false)}, engine.Completion{Path: name, Construct: func(vm *goja.Runtime, native engine.Constructor) engine.Constructor {
			return func(args []goja.Value, newTarget *goja.Object) *goja.Object {
				if len(args) > 0 {
					if _, isObject := args[0].(*goja.Object); isObject {
						if _, ok := engine.TypedArrayOf(args[0]); !ok {
							args = withStoppable(vm, args, false)
						}
					}
				}
				return native(args, newTarget)
			}
		}})
	}
	for _, path := range []string{
		"Object.fromEntries", "Promise.all", "Promise.allSettled", "Promise.any", "Promise.race",
	} {
		list = append(list, engine.Completion{Path: path, Call: iteratingCall(true)})
	}
	list = append(list, engine.Completion{Path: "Array.from", Call: iteratingCall(false)})
	for _, name := range []string{
		"union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf", "isDisjointFrom",
	} {
		list = append(list, engine.Completion{Path: "Set.prototype." + name, Call: ofSets})
	}
	for _, path := range []string{
		"Object.keys", "Object.values", "Object.entries", "Object.getOwnPropertyNames", "Object.getOwnPropertyDescriptors",
		"Object.freeze", "Object.seal",
	} {
		list = append(list, engine.Completion{Path: path, Call: listing})
	}
	for name, complete := range map[string]func(call *stringCall) goja.Value{
		"normalize": normalize, "split": splitLong, "replaceAll": replaceAllLong,
		"toUpperCase": inPieces, "toLowerCase": inPieces, "toLocaleUpperCase": inPieces, "toLocaleLowerCase": inPieces,
	} {
		list = append(list, engine.Completion{Path: "String.prototype." + name, Call: onLongText(complete)})
	}
	return append(list,
		engine.Completion{Path: "BigInt", Call: toBigInt},
		engine.Completion{Path: "BigInt.prototype.length", Remove: true},
		engine.Completion{Path: "Promise.any", Call: saysAllRejected},
		engine.Completion{Path: "BigInt.asIntN", Call: asN(true)},
		engine.Completion{Path: "BigInt.asUintN", Call: asN(false)},
		engine.Completion{Path: "BigInt.prototype.toString", Call: bigIntToString},
		engine.Completion{Path: "String", Call: func(vm *goja.Runtime, native engine.Native) engine.Native {
			return func(call goja.FunctionCall) goja.Value {
				if x, ok := engine.LargeBigInt(call.Argument(0)); ok {
					return vm.ToValue(engine.Digits(x, 10, func() { engine.CheckTime(vm) }))
				}
				return native(call)
			}
		}},
		engine.Completion{Path: "String.prototype.concat", Call: func(vm *goja.Runtime, native engine.Native) engine.Native {
			return func(call goja.FunctionCall) goja.Value {
				call.Arguments = writtenOut(vm, call.Arguments)
				return native(call)
			}
		}},
		engine.Completion{Path: "Array.prototype.join", Call: func(vm *goja.Runtime, native engine.Native) engine.Native {
			return func(call goja.FunctionCall) goja.Value {
				if items := engine.ItemsWithLargeBigInt(call.This); items != nil {
					call.This = vm.NewArray(anyOf(writtenOut(vm, items))...)
				}
				return native(call)
			}
		}},
		engine.Completion{Path: "JSON.stringify", Call: stringifyLong},
		engine.Completion{Path: "String.prototype.trim", Call: trimming(true, true)},
		engine.Completion{Path: "String.prototype.trimStart", Call: trimming(true, false)},
		engine.Completion{Path: "String.prototype.trimLeft", Call: trimming(true, false)},
		engine.Completion{Path: "String.prototype.trimEnd", Call: trimming(false, true)},
		engine.Completion{Path: "String.prototype.trimRight", Call: trimming(false, true)},
		engine.Completion{Path: "Function.prototype", Symbol: goja.SymHasInstance, Call: hasInstance},
		engine.Completion{Path: "parseFloat", Call: parseFloat},
		engine.Completion{Path: "String.raw", Call: raw},
		engine.Completion{Path: "escape", Call: escaping(nil)},
		engine.Completion{Path: "unescape", Call: escaping(beforeEscape)},
	)
}

// writtenOut is a list in which the digits of large BigInts are in their places.
func writtenOut(vm *goja.Runtime, list []goja.Value) []goja.Value {
	for i, v := range list {
		if x, ok := engine.LargeBigInt(v); ok {
			list = slices.Clone(list)
			list[i] = vm.ToValue(engine.Digits(x, 10, func() { engine.CheckTime(vm) }))
		}
	}
	return list
}

func anyOf(list []goja.Value) []any {
	items := make([]any, len(list))
	for i, v := range list {
		items[i] = v
		if v == nil {
			items[i] = goja.Undefined() // a hole, which is written as undefined is
		}
	}
	return items
}

// stringifyLong has a long string written as JSON a piece at a time.
func stringifyLong(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		text, ok := call.Argument(0).(goja.String)
		if !ok || text.Length() <= longText || !goja.IsUndefined(call.Argument(1)) {
			return native(call)
		}
		c := &stringCall{vm: vm, text: text}
		var list textBuilder
		quote := vm.ToValue(`"`)
		list.add(c, quote)
		c.pieces(func(piece goja.String) {
			quoted := native(goja.FunctionCall{Arguments: []goja.Value{piece}}).(goja.String)
			list.add(c, quoted.Substring(1, quoted.Length()-1))
		})
		list.add(c, quote)
		return list.value(c)
	}
}

// iterating is a constructor that goes through its first argument.
func iterating(vm *goja.Runtime, native engine.Constructor) engine.Constructor {
	return func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		return native(withStoppable(vm, args, true), newTarget)
	}
}

// iteratingCall is a function that goes through its first argument. One that looks at other things before it asks whether that is an
// iterable is asked later; the others take what is none for a list with a length.
func iteratingCall(later bool) func(*goja.Runtime, engine.Native) engine.Native {
	return func(vm *goja.Runtime, native engine.Native) engine.Native {
		return func(call goja.FunctionCall) goja.Value {
			if _, callable := goja.AssertFunction(call.Argument(1)); later || callable || goja.IsUndefined(call.Argument(1)) {
				call.Arguments = withStoppable(vm, call.Arguments, later)
			} // or else it is refused before the iterable is asked
			return native(call)
		}
	}
}

// withStoppable are arguments of which the first is an iterable that stops: see [engine.Stoppable].
func withStoppable(vm *goja.Runtime, args []goja.Value, later bool) []goja.Value {
	if len(args) == 0 {
		return args
	}
	if it := engine.Stoppable(vm, args[0], later); it != nil {
		return append([]goja.Value{it}, args[1:]...)
	}
	return args
}

// ofSets is a method that takes what is like a set.
func ofSets(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		if like := engine.StoppableSet(vm, call.Argument(0)); like != nil {
			call.Arguments = append([]goja.Value{like}, call.Arguments[1:]...)
		}
		return native(call)
	}
}

// raw is https://tc39.es/ecma262/#sec-string.raw for lists that may have any length. Those of template literals are the engine's.
func raw(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		template, ok := call.Argument(0).(*goja.Object)
		if !ok || engine.IsShortArray(engine.Data(template, "raw")) {
			return native(call)
		}
		literals := orUndefined(template.Get("raw")).ToObject(vm)
		length := math.Trunc(orUndefined(literals.Get("length")).ToNumber().ToFloat())
		var text goja.StringBuilder
		written := 0
		write := func(v goja.Value) {
			piece := toText(vm, v)
			if written += piece.Length(); written > longestString {
				panic(engine.RangeError(vm, "Invalid string length"))
			}
			text.WriteString(piece)
		}
		for i := 0; float64(i) < length; i++ {
			if i&0xff == 0xff {
				engine.CheckTime(vm)
			}
			write(orUndefined(literals.Get(strconv.Itoa(i))))
			if float64(i+1) < length && i+1 < len(call.Arguments) {
				write(call.Arguments[i+1])
			}
		}
		return text.String()
	}
}

// toText implements https://tc39.es/ecma262/#sec-tostring.
func toText(vm *goja.Runtime, v goja.Value) goja.String {
	switch primitive := v.ToString().(type) { // the engine's own converts objects only, and those to a primitive
	case goja.String:
		return primitive
	case *goja.Symbol:
		panic(vm.NewTypeError("Cannot convert a Symbol value to a string"))
	default:
		return vm.ToValue(primitive.String()).(goja.String)
	}
}

// escaping is escape or unescape, which are done piece by piece. A piece ends where end says, which may be nil.
func escaping(end func(text goja.String, start, end int) int) func(*goja.Runtime, engine.Native) engine.Native {
	return func(vm *goja.Runtime, native engine.Native) engine.Native {
		return func(call goja.FunctionCall) goja.Value {
			text, ok := call.Argument(0).(goja.String)
			if !ok || text.Length() < longText {
				return native(call)
			}
			c := &stringCall{vm: vm, text: text}
			var list textBuilder
			for start := 0; start < text.Length(); {
				c.checkTime()
				to := min(start+longText, text.Length())
				if end != nil && to < text.Length() {
					to = end(text, start, to)
				}
				list.add(c, native(goja.FunctionCall{Arguments: []goja.Value{text.Substring(start, to)}}))
				start = to
			}
			return list.value(c)
		}
	}
}

// beforeEscape is where no escape, such as %u20AC, is cut in two.
func beforeEscape(text goja.String, start, end int) int {
	for i := end - 1; i > end-6 && i > start; i-- {
		if text.CharAt(i) == '%' {
			return i
		}
	}
	return end
}

// mostKeys is how many properties of a string or a typed array may be listed: more do not fit into the memory of a Worker.
const mostKeys = 1 << 24

// listing lists all properties of what it is given.
func listing(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		length := 0
		switch v := call.Argument(0).(type) {
		case goja.String:
			length = v.Length()
		case *goja.Object:
			if array, ok := engine.TypedArrayOf(v); ok {
				length = *array.Length
			} else if v.ClassName() == "String" {
				length = int(v.Get("length").ToInteger())
			}
		}
		if length > mostKeys {
			panic(engine.RangeError(vm, "Invalid array length"))
		}
		return native(call)
	}
}

// stringCall is a call of a method of a long string.
type stringCall struct {
	vm     *goja.Runtime
	text   goja.String
	args   []goja.Value
	native func(this goja.Value, args ...goja.Value) goja.Value
}

func (c *stringCall) arg(i int) goja.Value {
	if i < len(c.args) {
		return c.args[i]
	}
	return goja.Undefined()
}

func (c *stringCall) checkTime() { engine.CheckTime(c.vm) }

// onLongText has a method be done by another if it is called on a long string, and that does not return nil.
func onLongText(complete func(call *stringCall) goja.Value) func(*goja.Runtime, engine.Native) engine.Native {
	return func(vm *goja.Runtime, native engine.Native) engine.Native {
		return func(call goja.FunctionCall) goja.Value {
			if text, ok := call.This.(goja.String); ok && text.Length() > longText {
				if v := complete(&stringCall{vm, text, call.Arguments, func(this goja.Value, args ...goja.Value) goja.Value {
					return native(goja.FunctionCall{This: this, Arguments: args})
				}}); v != nil {
					return v
				}
			}
			return native(call)
		}
	}
}

// pieces goes through a long string a piece at a time. No piece begins with the second half of a character.
func (c *stringCall) pieces(visit func(piece goja.String)) {
	for start, length := 0, c.text.Length(); start < length; {
		c.checkTime()
		end := min(start+longText, length)
		if end < length {
			end = c.boundary(start, end)
		}
		visit(c.text.Substring(start, end))
		start = end
	}
}

// boundary is where to end a piece: behind a space, if there is one near its end, as no character's case depends on what is
// beyond that.
func (c *stringCall) boundary(start, end int) int {
	for i := end; i > end-1024 && i > start+1; i-- {
		if c.text.CharAt(i-1) == ' ' {
			return i
		}
	}
	if at := c.text.CharAt(end); at >= 0xDC00 && at < 0xE000 {
		return end - 1
	}
	return end
}

// inPieces does what can be done piece by piece.
func inPieces(c *stringCall) goja.Value {
	var list textBuilder
	c.pieces(func(piece goja.String) { list.add(c, c.native(piece, c.args...)) })
	return list.value(c)
}

// textBuilder puts a string together of pieces.
type textBuilder struct {
	units []uint16
	ascii strings.Builder
	wide  bool
}

func (b *textBuilder) add(c *stringCall, v goja.Value) {
	piece, _ := v.(goja.String)
	if b.length()+piece.Length() > longestString {
		panic(engine.RangeError(c.vm, "Invalid string length"))
	}
	if text := piece.String(); !b.wide && len(text) == piece.Length() && isASCII(text) {
		b.ascii.WriteString(text)
		return
	}
	if !b.wide {
		b.wide = true
		for _, unit := range []byte(b.ascii.String()) {
			b.units = append(b.units, uint16(unit))
		}
		b.ascii.Reset()
	}
	for i := range piece.Length() {
		b.units = append(b.units, piece.CharAt(i))
	}
}

func (b *textBuilder) length() int { return b.ascii.Len() + len(b.units) }

func (b *textBuilder) value(c *stringCall) goja.Value {
	if b.wide {
		return goja.StringFromUTF16(b.units)
	}
	return c.vm.ToValue(b.ascii.String())
}

// normalize ends pieces where a character begins that nothing before it combines with.
func normalize(c *stringCall) goja.Value {
	name := "NFC"
	if v := c.arg(0); !goja.IsUndefined(v) {
		text, ok := v.(goja.String)
		if !ok {
			return nil
		}
		name = text.String()
	}
	form, ok := map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}[name]
	if !ok {
		return nil
	}
	var out strings.Builder
	writer := form.Writer(&out)
	c.pieces(func(piece goja.String) { writer.Write([]byte(piece.String())) })
	writer.Close()
	return c.vm.ToValue(out.String())
}

// splitLong takes a string apart at a string.
func splitLong(c *stringCall) goja.Value {
	separator, ok := c.arg(0).(goja.String)
	if !ok || !goja.IsUndefined(c.arg(1)) {
		return nil
	}
	var parts []goja.Value
	if separator.Length() == 0 {
		for i := range c.text.Length() {
			if i%1024 == 0 {
				c.checkTime()
			}
			parts = append(parts, c.text.Substring(i, i+1))
		}
	} else {
		c.cut(separator, func(part goja.String) { parts = append(parts, part) })
	}
	return newArray(c.vm, parts)
}

// cut visits what is between the occurrences of a string.
func (c *stringCall) cut(separator goja.String, visit func(part goja.String)) {
	start := 0
	for n := 0; ; n++ {
		if n%1024 == 0 {
			c.checkTime()
		}
		at := indexOf(c.text, separator, start)
		if at < 0 {
			break
		}
		visit(c.text.Substring(start, at))
		start = at + separator.Length()
	}
	visit(c.text.Substring(start, c.text.Length()))
}

func indexOf(text, what goja.String, from int) int {
	first, length := what.CharAt(0), what.Length()
search:
	for i := from; i+length <= text.Length(); i++ {
		if text.CharAt(i) != first {
			continue
		}
		for j := 1; j < length; j++ {
			if text.CharAt(i+j) != what.CharAt(j) {
				continue search
			}
		}
		return i
	}
	return -1
}

// replaceAllLong puts a plain string in the place of another.
func replaceAllLong(c *stringCall) goja.Value {
	what, ok := c.arg(0).(goja.String)
	by, plain := c.arg(1).(goja.String)
	if !ok || !plain || what.Length() == 0 || strings.Contains(by.String(), "$") {
		return nil
	}
	var list textBuilder
	first := true
	c.cut(what, func(part goja.String) {
		if !first {
			list.add(c, by)
		}
		first = false
		list.add(c, part)
	})
	return list.value(c)
}

func newArray(vm *goja.Runtime, values []goja.Value) goja.Value {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return vm.NewArray(list...)
}

// toBigInt reads long numbers.
func toBigInt(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		text, ok := call.Argument(0).(goja.String)
		if !ok || text.Length() < 1<<12 {
			return native(call)
		}
		digits, base, sign := strings.TrimSpace(text.String()), 10, 1
		if len(digits) > 2 && digits[0] == '0' {
			switch digits[1] | 0x20 {
			case 'x':
				digits, base = digits[2:], 16
			case 'o':
				digits, base = digits[2:], 8
			case 'b':
				digits, base = digits[2:], 2
			}
		}
		if base == 10 && digits != "" && (digits[0] == '-' || digits[0] == '+') {
			if digits[0] == '-' {
				sign = -1
			}
			digits = digits[1:]
		}
		for i := range len(digits) {
			if d, err := strconv.ParseUint(digits[i:i+1], 36, 8); err != nil || int(d) >= base {
				return native(call) // which knows that it is none
			}
		}
		x, ok := engine.ParseDigits(digits, base, func() { engine.CheckTime(vm) })
		if !ok {
			return native(call)
		}
		if x == nil || x.BitLen() > engine.MaxBigInt {
			panic(engine.RangeError(vm, "Maximum BigInt size exceeded"))
		}
		if sign < 0 {
			x.Neg(x)
		}
		return vm.ToValue(x)
	}
}

// asN is BigInt.asIntN and asUintN, for which the engine makes a number of so many bits.
func asN(signed bool) func(*goja.Runtime, engine.Native) engine.Native {
	return func(vm *goja.Runtime, native engine.Native) engine.Native {
		return func(call goja.FunctionCall) goja.Value {
			x, isBig := engine.BigIntOf(call.Argument(1))
			if bits, ok := call.Argument(0).Export().(int64); ok && isBig && bits > int64(x.BitLen())+1 && bits <= 1<<53-1 {
				if signed || x.Sign() >= 0 {
					return call.Argument(1)
				}
				if bits > engine.MaxBigInt {
					panic(engine.RangeError(vm, "Maximum BigInt size exceeded"))
				}
			}
			return native(call)
		}
	}
}

// bigIntToString writes long numbers.
func bigIntToString(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		if x, ok := engine.LargeBigInt(call.This); ok {
			base := 10.0
			if radix := call.Argument(0); !goja.IsUndefined(radix) {
				base = math.Trunc(radix.ToNumber().ToFloat())
			}
			if base >= 2 && base <= 36 {
				return vm.ToValue(engine.Digits(x, int(base), func() { engine.CheckTime(vm) }))
			}
			return native(goja.FunctionCall{This: call.This, Arguments: []goja.Value{vm.ToValue(base)}})
		}
		return native(call)
	}
}

// parseFloat reads no more of a long string than its number, which the engine's does for each of its digits.
func parseFloat(vm *goja.Runtime, native engine.Native) engine.Native {
	return func(call goja.FunctionCall) goja.Value {
		text, ok := call.Argument(0).(goja.String)
		if !ok || text.Length() < longText {
			return native(call)
		}
		start := 0
		for start < text.Length() && strings.ContainsRune(" \t\n\r\v\f\u00a0\ufeff\u2028\u2029", rune(text.CharAt(start))) {
			start++
		}
		end, digits, point := start, 0, false
		for ; end < text.Length(); end++ {
			switch c := text.CharAt(end); {
			case c >= '0' && c <= '9':
				digits++
				continue
			case c == '.' && !point:
				point = true
				continue
			case (c == '-' || c == '+') && end == start:
				continue
			}
			break
		}
		if digits < longText/2 || end < text.Length() && text.CharAt(end)|0x20 == 'e' {
			return native(goja.FunctionCall{Arguments: []goja.Value{text.Substring(start, min(text.Length(), end+32))}})
		}
		x, err := strconv.ParseFloat(text.Substring(start, end).String(), 64)
		if err != nil && !math.IsInf(x, 0) {
			return native(call)
		}
		return vm.ToValue(x)
	}
}
