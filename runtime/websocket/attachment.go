package websocket

import (
	"math"
	"reflect"
	"strconv"
	"unicode/utf16"

	"github.com/dop251/goja"

	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// maxAttachment is how many bytes an attachment may have as V8 would serialize it.
const maxAttachment = 16 << 10

// attach copies a value that is to be kept with a WebSocket. It throws if it cannot be cloned, or is too large.
func attach(r *webidl.Realm, v goja.Value) goja.Value {
	if goja.IsUndefined(v) {
		panic(r.TypeError("Failed to execute 'serializeAttachment' on 'WebSocket': parameter 1 is not of type 'Value'."))
	}
	clone, _ := structuredclone.Clone(r, v, nil)
	m := measure{realm: r, size: 2, known: map[*goja.Object]bool{}} // a version comes first
	if m.value(clone); m.size > maxAttachment {
		panic(r.ErrorValue(webidl.Errorf("A WebSocket 'attachment' cannot be larger than %d bytes.'attachment' was %s bytes.", maxAttachment, m)))
	}
	return clone
}

// measure counts the bytes that V8's serialization of a value has, up to well above the limit. It is exact for strings,
// numbers, arrays, plain objects, dates and bytes, and close for the rest.
type measure struct {
	realm *webidl.Realm
	size  int
	known map[*goja.Object]bool
}

func (m measure) String() string {
	if m.size > 2*maxAttachment {
		return "more than " + strconv.Itoa(2*maxAttachment)
	}
	return strconv.Itoa(m.size)
}

// varint is the size of an unsigned number.
func varint(n uint64) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

func (m *measure) value(v goja.Value) {
	if m.size > 2*maxAttachment {
		return // whatever else there is
	}
	if obj, ok := v.(*goja.Object); ok {
		m.object(obj)
		return
	}
	m.size++ // what kind of value it is
	switch x := v.Export().(type) {
	case int64:
		if x == int64(int32(x)) {
			m.size += varint(uint64(uint32(int32(x)<<1 ^ int32(x)>>31)))
		} else {
			m.size += 8
		}
	case float64:
		m.size += 8
	case string:
		m.size--
		m.text(x)
	case nil, bool:
	default: // a BigInt
		m.size += 1 + int(math.Ceil(float64(len(v.String()))*math.Log2(10)/64))*8
	}
}

func (m *measure) text(s string) {
	n, wide := 0, false
	for _, c := range s {
		n++
		wide = wide || c > 0xFF
	}
	if wide {
		n = 2 * len(utf16.Encode([]rune(s)))
		if (m.size+1+varint(uint64(n)))%2 != 0 {
			m.size++ // it is aligned
		}
	}
	m.size += 1 + varint(uint64(n)) + n
}

func (m *measure) object(obj *goja.Object) {
	if m.known[obj] {
		m.size += 2 // refers back
		return
	}
	m.known[obj] = true
	if data, ok := m.realm.Bytes(obj); ok {
		m.size += 1 + varint(uint64(len(data))) + len(data)
		if !webidl.IsArrayBuffer(obj) {
			m.size += 5
		}
		return
	}
	switch kind := obj.ExportType(); {
	case obj.ClassName() == "Array":
		m.size += 3 + 2*varint(uint64(obj.Get("length").ToInteger()))
		for _, key := range obj.Keys() {
			m.value(obj.Get(key))
		}
	case kind == reflect.TypeFor[map[string]any]():
		keys := obj.Keys()
		m.size += 2 + varint(uint64(len(keys)))
		for _, key := range keys {
			m.text(key)
			m.value(obj.Get(key))
		}
	case kind == reflect.TypeFor[[]any](), kind == reflect.TypeFor[[][2]any](): // a Set, a Map
		m.size += 2 + varint(uint64(obj.Get("size").ToInteger()))
		m.realm.VM.ForOf(obj, func(item goja.Value) bool {
			if entry, ok := item.(*goja.Object); ok && kind == reflect.TypeFor[[][2]any]() {
				m.value(entry.Get("0"))
				item = entry.Get("1")
			}
			m.value(item)
			return m.size <= 2*maxAttachment
		})
	default: // a Date, a wrapper, a regular expression, an error
		m.size += 9
		if obj.ClassName() != "Date" {
			m.size += len(obj.String())
		}
	}
}
