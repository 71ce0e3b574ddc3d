package structuredclone

import (
	"math"
	"math/bits"

	"github.com/dop251/goja"
)

// Size is how many bytes the value takes in V8's serialization, which limits are about. It is exact for primitive values,
// plain objects, arrays, Maps, Sets and Dates, and near enough for the rest.
func (d *Data) Size() int {
	size := 2 // the header
	size += itemSize(d.root)
	for i := range d.objects {
		size += d.objects[i].size()
	}
	return size
}

// size is that of an object without what it refers to.
func (rec *record) size() int {
	size := 1 // the tag
	for _, key := range rec.keys {
		size += stringSize(key)
	}
	for _, it := range rec.items {
		size += itemSize(it)
	}
	switch rec.kind {
	case ordinaryKind, mapKind, setKind:
		size += 1 + varintSize(uint64(len(rec.items))) // the end
	case arrayKind:
		size += varintSize(uint64(rec.number)) + 2 + varintSize(uint64(rec.number))
	case dateKind, wrapperKind:
		size += 8
	default:
		size += varintSize(uint64(len(rec.data))) + len(rec.data)
	}
	return size
}

func itemSize(it item) int {
	if it.object != 0 {
		return 0 // counted with the objects; another mention of one takes two or three bytes
	}
	switch v := it.primitive.(type) {
	case nil:
		return 1
	case goja.String:
		return stringSize(v.String())
	}
	switch v := it.primitive.Export().(type) {
	case int64:
		if v == int64(int32(v)) {
			return 1 + varintSize(uint64(uint32(v<<1)^uint32(v>>31)))
		}
		return 9
	case float64:
		return 9
	default:
		return 1
	}
}

// stringSize is that of a string: one byte a character if all are in Latin-1, otherwise two.
func stringSize(s string) int {
	count, wide := 0, false
	for _, c := range s {
		count++
		if c > math.MaxUint8 {
			wide = true
			if c > math.MaxUint16 {
				count++
			}
		}
	}
	if wide {
		count *= 2
	}
	return 1 + varintSize(uint64(count)) + count
}

func varintSize(n uint64) int { return (bits.Len64(n|1) + 6) / 7 }
