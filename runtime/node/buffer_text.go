package node

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

func itoa(n int) string { return strconv.Itoa(n) }

// bufferMethods are the methods of Buffer.
var bufferMethods = newMethodTable(generalMethods, sliceMethods(), numberMethods())

var generalMethods = []bufferMethod{
	{"swap16", 0, swap(2)},
	{"swap32", 0, swap(4)},
	{"swap64", 0, swap(8)},
	{"toString", 3, func(b *buffers, c webidl.Call) goja.Value {
		data := b.this(c)
		if len(c.Args) == 0 {
			return utf8Encoding.decode(b.realm, data)
		}
		encoding := c.Arg(0)
		if isObject(encoding) {
			encoding = encoding.ToString()
		}
		e := encodingOf(b.realm, encoding)
		start, end := 0, len(data)
		if c.Has(1) {
			start = clamp(c.Arg(1), len(data))
		}
		if c.Has(2) {
			end = clamp(c.Arg(2), len(data))
		}
		return e.decode(b.realm, data[start:max(start, end)])
	}},
	{name: "toLocaleString", length: 3},
	{"equals", 1, func(b *buffers, c webidl.Call) goja.Value {
		return c.Bool(bytes.Equal(b.this(c), b.viewArgument(c.Arg(0), "b", true)))
	}},
	{"inspect", 0, inspectBuffer},
	{"compare", 5, func(b *buffers, c webidl.Call) goja.Value {
		data, target := b.this(c), b.viewArgument(c.Arg(0), "target", false)
		bound := func(i int, name string, otherwise, high int) int {
			if !c.Has(i) {
				return otherwise
			}
			return b.index(c.Arg(i), name, 0, high)
		}
		targetStart := bound(1, "targetStart", 0, maxBuffer)
		targetEnd := bound(2, "targetEnd", len(target), len(target))
		start := bound(3, "sourceStart", 0, maxBuffer)
		end := bound(4, "sourceEnd", len(data), len(data))
		return b.realm.Int(bytes.Compare(data[min(start, end):end], target[min(targetStart, targetEnd):targetEnd]))
	}},
	{"includes", 3, func(b *buffers, c webidl.Call) goja.Value { return c.Bool(b.search(c, false) >= 0) }},
	{"indexOf", 3, func(b *buffers, c webidl.Call) goja.Value { return b.realm.Int(b.search(c, false)) }},
	{"lastIndexOf", 3, func(b *buffers, c webidl.Call) goja.Value { return b.realm.Int(b.search(c, true)) }},
	{"write", 4, write},
	{"toJSON", 0, func(b *buffers, c webidl.Call) goja.Value {
		data := b.this(c)
		list := make([]any, len(data))
		for i, x := range data {
			list[i] = int64(x)
		}
		out := b.realm.VM.NewObject()
		out.Set("type", "Buffer")
		out.Set("data", b.realm.VM.NewArray(list...))
		return out
	}},
	{"slice", 2, part},
	{"subarray", 2, part},
	{"copy", 4, func(b *buffers, c webidl.Call) goja.Value {
		data, target := b.this(c), b.viewArgument(c.Arg(0), "target", false)
		from := func(i int, name string) int {
			if !c.Has(i) {
				return 0
			}
			f := c.Arg(i).ToNumber().ToFloat()
			if math.IsNaN(f) {
				return 0
			}
			if f < 0 {
				throwCoded(b.realm, "ERR_OUT_OF_RANGE", name, ">= 0", f)
			}
			return int(min(f, maxBuffer))
		}
		targetStart, start := from(1, "targetStart"), from(2, "sourceStart")
		end := len(data)
		if c.Has(3) {
			end = min(from(3, "sourceEnd"), end)
		}
		if targetStart >= len(target) || start >= end {
			return b.realm.Int(0)
		}
		return b.realm.Int(copy(target[targetStart:], data[start:end]))
	}},
	{"fill", 4, fill},
}

// clamp converts an index to one from 0 to length.
func clamp(v goja.Value, length int) int {
	f := v.ToNumber().ToFloat()
	if !(f > 0) {
		return 0
	}
	return int(min(math.Trunc(f), float64(length)))
}

// fill implements buf.fill.
func fill(b *buffers, c webidl.Call) goja.Value {
	data := b.this(c)
	value, start, end, name := c.Arg(0), c.Arg(1), c.Arg(2), c.Arg(3)
	if goja.IsString(value) {
		switch {
		case goja.IsString(start):
			start, end, name = goja.Undefined(), goja.Undefined(), start
		case goja.IsString(end):
			end, name = goja.Undefined(), end
		}
	}
	from, to := 0, len(data)
	if !goja.IsUndefined(end) {
		if to = int(number(end)); number(end) < 0 || number(end) > float64(len(data)) {
			throwCoded(b.realm, "ERR_OUT_OF_RANGE", "end", "0 to "+itoa(len(data)), end)
		}
	}
	if !goja.IsUndefined(start) {
		if from = int(number(start)); number(start) < 0 || number(start) > float64(len(data)) {
			throwCoded(b.realm, "ERR_OUT_OF_RANGE", "start", "0 to end", start)
		}
	}
	if from < to {
		b.fillWith(data[from:to], value, name)
	} else if goja.IsString(value) {
		encodingOf(b.realm, name)
	}
	return c.This
}

// number is a value as a number, 0 for what is none.
func number(v goja.Value) float64 {
	f := v.ToNumber().ToFloat()
	if math.IsNaN(f) {
		return 0
	}
	return f
}

// fillWith fills data, which is not empty, with repetitions of a value: a string in an encoding, bytes, or a number.
func (b *buffers) fillWith(data []byte, value, name goja.Value) {
	var pattern []byte
	switch {
	case goja.IsString(value):
		e := encodingOf(b.realm, name)
		pattern = e.encode(value)
		if len(pattern) == 0 && value.String() != "" {
			if e == hexEncoding {
				b.realm.Rethrow(webidl.TypeErrorf("The text is not valid hex"))
			}
			throwCoded(b.realm, "ERR_INVALID_ARG_VALUE", "value", value)
		}
		if len(pattern) == 0 {
			pattern = []byte{0}
		}
	case isObject(value):
		view, ok := b.realm.Bytes(value)
		if ok && len(view) == 0 {
			throwCoded(b.realm, "ERR_INVALID_ARG_VALUE", "value", value)
		}
		pattern = bytes.Clone(view)
		if !ok {
			pattern = []byte{byte(int64(number(value)))}
		}
	default:
		pattern = []byte{byte(int64(number(value)))}
	}
	for n := copy(data, pattern); n < len(data); n *= 2 {
		copy(data[n:], data[:n])
	}
}

// search implements indexOf and lastIndexOf.
func (b *buffers) search(c webidl.Call, last bool) int {
	r, data := b.realm, b.this(c)
	value, from, name := c.Arg(0), c.Arg(1), c.Arg(2)
	if goja.IsString(from) {
		from, name = goja.Undefined(), from
	}
	e := utf8Encoding
	var wanted []byte
	switch {
	case goja.IsString(value):
		e = encodingOf(r, name)
		wanted = e.encode(value)
	case goja.IsNumber(value):
		wanted = []byte{byte(int64(number(value)))}
	default:
		view, ok := bufferBytes(value)
		if !ok {
			throwCoded(r, "ERR_INVALID_ARG_TYPE", "value", []string{"number", "string", "Buffer", "Uint8Array"}, value)
		}
		wanted = view
		if goja.IsString(name) {
			e = encodingOf(r, name)
		}
	}
	at := 0
	if last {
		at = len(data)
	}
	if f := from.ToNumber().ToFloat(); !math.IsNaN(f) {
		f = math.Trunc(f)
		if f < 0 {
			if f += float64(len(data)); f < 0 {
				if last {
					return -1
				}
				f = 0
			}
		}
		at = int(min(f, float64(len(data))))
	}
	if len(wanted) == 0 {
		return min(at, len(data))
	}
	step := 1
	if e == utf16Encoding {
		step = 2
	}
	if last {
		for i := min(at, len(data)-len(wanted)); i >= 0; i-- {
			if i%step == 0 && bytes.HasPrefix(data[i:], wanted) {
				return i
			}
		}
		return -1
	}
	for at <= len(data)-len(wanted) {
		i := bytes.Index(data[at:], wanted)
		if i < 0 {
			return -1
		}
		if (at+i)%step == 0 {
			return at + i
		}
		at += i + 1
	}
	return -1
}

// write implements buf.write: (string), (string, encoding), (string, offset[, length][, encoding]).
func write(b *buffers, c webidl.Call) goja.Value {
	data, text := b.this(c), c.Arg(0)
	offset, length, name := c.Arg(1), c.Arg(2), c.Arg(3)
	switch {
	case goja.IsString(offset):
		offset, length, name = goja.Undefined(), goja.Undefined(), offset
	case goja.IsString(length):
		length, name = goja.Undefined(), length
	}
	start := 0
	if !goja.IsUndefined(offset) {
		start = b.index(offset, "offset", 0, len(data))
	}
	room := data[start:]
	if !goja.IsUndefined(length) {
		room = room[:min(b.index(length, "length", 0, len(data)), len(room))]
	}
	return b.realm.Int(encodingOf(b.realm, name).write(room, b.realm.String(text.String()), text))
}

// write puts as many whole characters of a string into room as fit.
func (e encoding) write(room []byte, converted, text goja.Value) int {
	if !goja.IsString(text) {
		text = converted
	}
	encoded := e.encode(text)
	n := min(len(encoded), len(room))
	switch e {
	case utf16Encoding:
		n &^= 1
	case utf8Encoding:
		for n < len(encoded) && n > 0 && !utf8.RuneStart(encoded[n]) {
			n--
		}
	}
	return copy(room, encoded[:n])
}

// sliceMethods are the methods for each encoding: asciiSlice, asciiWrite and so on.
func sliceMethods() []bufferMethod {
	list := []struct {
		name string
		encoding
	}{
		{"ascii", asciiEncoding}, {"base64", base64Encoding}, {"base64url", base64urlEncoding}, {"hex", hexEncoding},
		{"latin1", latin1Encoding}, {"ucs2", utf16Encoding}, {"utf8", utf8Encoding},
	}
	var methods []bufferMethod
	for _, m := range list {
		methods = append(methods, bufferMethod{m.name + "Slice", 2, func(b *buffers, c webidl.Call) goja.Value {
			data := b.this(c)
			start, end := 0, len(data)
			if c.Has(0) {
				start = b.index(c.Arg(0), "start", 0, len(data))
			}
			if c.Has(1) {
				end = b.index(c.Arg(1), "end", 0, len(data))
			}
			return m.decode(b.realm, data[start:max(start, end)])
		}})
	}
	for _, m := range list {
		methods = append(methods, bufferMethod{m.name + "Write", 3, func(b *buffers, c webidl.Call) goja.Value {
			data, text := b.this(c), c.Arg(0)
			if !goja.IsString(text) {
				throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", "string", "string", text)
			}
			start := 0
			if c.Has(1) {
				start = b.index(c.Arg(1), "offset", 0, len(data))
			}
			room := data[start:]
			if c.Has(2) {
				room = room[:b.index(c.Arg(2), "length", 0, len(room))]
			}
			return b.realm.Int(m.write(room, nil, text))
		}})
	}
	return methods
}
