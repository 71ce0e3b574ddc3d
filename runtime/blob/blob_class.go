package blob

import (
	"io"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/streams"
	"devserver/runtime/textcodec"
	"devserver/runtime/webidl"
)

// BlobClass is the class Blob.
var BlobClass = webidl.NewClass("Blob", blobIDL{})

type blobIDL struct{}

func (blobIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		parts := partsArgument(c, "Blob")
		endings, kind := propertyBag(c, c.Dictionary(1))
		return New(kind, bytesOf(parts, endings)...)
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("size", func(b AnyBlob, c webidl.Call) goja.Value { return c.Realm.Number(float64(b.AsBlob().size)) }),
		webidl.ReadOnly("type", func(b AnyBlob, c webidl.Call) goja.Value { return c.String(b.AsBlob().kind) }),
		webidl.Method("slice", 0, func(b AnyBlob, c webidl.Call) goja.Value {
			size := b.AsBlob().size
			kind := ""
			start, end := position(c, 0, 0, size), position(c, 1, size, size)
			if c.Has(2) {
				kind = c.USVString(2)
			}
			return c.Realm.New(BlobClass, b.AsBlob().Slice(start, end, kind))
		}),
		webidl.Promising("arrayBuffer", 0, func(b AnyBlob, c webidl.Call) goja.Value {
			return c.Realm.ArrayBuffer(b.AsBlob().copy())
		}),
		webidl.Promising("bytes", 0, func(b AnyBlob, c webidl.Call) goja.Value {
			return c.Realm.Uint8Array(b.AsBlob().copy())
		}),
		webidl.Promising("text", 0, func(b AnyBlob, c webidl.Call) goja.Value {
			return c.String(textcodec.DecodeUTF8(b.AsBlob().Bytes()))
		}),
		webidl.Method("stream", 0, func(b AnyBlob, c webidl.Call) goja.Value {
			c.Check(c.Realm.CheckIO())
			return streams.NewFromReader(c.Realm, io.NopCloser(b.AsBlob().Reader()), b.AsBlob().size)
		}),
	}
}

// part is a part of a blob to be: bytes that nobody changes, or text.
type part struct {
	data [][]byte
	text string
}

func (p part) size() int64 {
	size := int64(len(p.text))
	for _, data := range p.data {
		size += int64(len(data))
	}
	return size
}

// partsArgument is the first argument of a constructor: the parts, or none if it is undefined. Each is converted before
// the next is asked for, and what scripts may still change is copied.
func partsArgument(c webidl.Call, class string) []part {
	v := c.Arg(0)
	if class == "Blob" && goja.IsUndefined(v) {
		return nil
	}
	if !webidl.Iterates(v) {
		c.Throw(webidl.TypeErrorf("Failed to construct '%s': constructor parameter 1 is not of type 'Array'.", class))
	}
	var parts []part
	var size int64
	c.Realm.Iterate(v, func(item goja.Value) bool {
		p := toPart(c.Realm, item)
		if size += p.size(); size > maxSize {
			c.Throw(webidl.RangeErrorf("Blob size %d exceeds limit %d", size, maxSize))
		}
		parts = append(parts, p)
		return true
	})
	return parts
}

// maxSize is how many bytes a script may put into a blob, as in Workers.
const maxSize = 128 << 20

// toPart converts a value to a BlobPart: https://w3c.github.io/FileAPI/#typedefdef-blobpart
func toPart(r *webidl.Realm, v goja.Value) part {
	if b, ok := webidl.As[AnyBlob](r, v); ok {
		return part{data: b.AsBlob().parts}
	}
	if data, ok := bufferBytes(r, v); ok {
		return part{data: [][]byte{slices.Clone(data)}}
	}
	return part{text: r.USVString(v)}
}

// propertyBag converts a BlobPropertyBag: https://w3c.github.io/FileAPI/#dfn-BlobPropertyBag
func propertyBag(c webidl.Call, bag webidl.Dictionary) (nativeEndings bool, kind string) {
	if endings, ok := bag.String("endings"); ok {
		if endings != "transparent" && endings != "native" {
			c.Throw(webidl.TypeErrorf("The provided value '%s' is not a valid enum value of type EndingType.", endings))
		}
		nativeEndings = endings == "native"
	}
	kind, _ = bag.String("type")
	return nativeEndings, normalizeType(kind)
}

// bytesOf implements https://w3c.github.io/FileAPI/#process-blob-parts
func bytesOf(parts []part, nativeEndings bool) [][]byte {
	var list [][]byte
	for _, p := range parts {
		if nativeEndings {
			p.text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(p.text)
		}
		list = append(append(list, p.data...), []byte(p.text))
	}
	return slices.DeleteFunc(list, func(data []byte) bool { return len(data) == 0 })
}

var arrayBufferType = reflect.TypeFor[goja.ArrayBuffer]()

// bufferBytes returns the bytes that an ArrayBuffer or a view of one shows; false if v is neither.
func bufferBytes(r *webidl.Realm, v goja.Value) ([]byte, bool) {
	obj, ok := v.(*goja.Object)
	if !ok {
		return nil, false
	}
	if obj.ExportType() == arrayBufferType {
		return obj.Export().(goja.ArrayBuffer).Bytes(), true
	}
	view, ok := r.View(obj)
	if !ok {
		return nil, false
	}
	if view.Kind != "DataView" {
		return r.Bytes(obj)
	}
	return view.Buffer.Export().(goja.ArrayBuffer).Bytes()[view.Offset : view.Offset+view.Length], true
}

// position is an argument of slice, a [Clamp] long long: a whole number of bytes, from the end if it is negative.
func position(c webidl.Call, i int, missing, size int64) int64 {
	if !c.Has(i) {
		return missing
	}
	n := c.Realm.Float(c.Arg(i))
	if math.IsNaN(n) {
		return 0
	}
	if n = math.RoundToEven(n); n < 0 {
		return int64(max(n+float64(size), 0))
	}
	return int64(min(n, float64(size)))
}
