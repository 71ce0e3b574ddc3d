package node

import (
	"encoding/binary"
	"math"
	"math/big"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// order is a byte order.
type order struct {
	suffix string
	binary.ByteOrder
}

var orders = []order{{"LE", binary.LittleEndian}, {"BE", binary.BigEndian}}

// at returns the bytes of a number within data at the offset that an argument says, 0 without one.
func (b *buffers) at(data []byte, v goja.Value, size int) []byte {
	if goja.IsUndefined(v) {
		v = b.realm.Int(0)
	}
	if !goja.IsNumber(v) {
		throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", "offset", "number", v)
	}
	f := v.ToFloat()
	if f >= 0 && f == math.Trunc(f) && f <= float64(len(data)-size) {
		return data[int(f) : int(f)+size]
	}
	switch {
	case f != math.Trunc(f) || math.IsInf(f, 0):
		throwCoded(b.realm, "ERR_OUT_OF_RANGE", "offset", "an integer", v)
	case f < 0 || f > float64(len(data)):
		throwCoded(b.realm, "ERR_OUT_OF_RANGE", "offset", ">= 0 && <= "+itoa(len(data)), v)
	case len(data) < size:
		throwError(b.realm, "NodeRangeError", "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds")
	}
	throwCoded(b.realm, "ERR_OUT_OF_RANGE", "offset", ">= 0 and <= "+itoa(len(data)-size), v)
	return nil
}

// atBig is at for BigInts, which convert the offset first.
func (b *buffers) atBig(c webidl.Call) []byte {
	offset := int64(0)
	if f := c.Arg(0).ToFloat(); !math.IsNaN(f) && !math.IsInf(f, 0) {
		offset = int64(uint32(int64(math.Mod(math.Trunc(f), 1<<32))))
	}
	return b.at(b.this(c), b.realm.VM.ToValue(offset), 8)
}

// uintOf reads the unsigned number of up to eight bytes.
func (o order) uintOf(data []byte) (x uint64) {
	for i := range data {
		if o.ByteOrder == binary.LittleEndian {
			x |= uint64(data[i]) << (8 * i)
		} else {
			x = x<<8 | uint64(data[i])
		}
	}
	return x
}

// put writes a number of up to eight bytes.
func (o order) put(data []byte, x uint64) {
	for i := range data {
		if o.ByteOrder == binary.LittleEndian {
			data[i] = byte(x >> (8 * i))
		} else {
			data[len(data)-1-i] = byte(x >> (8 * i))
		}
	}
}

// signed extends the sign of a number of size bytes.
func signed(x uint64, size int) int64 {
	shift := 64 - 8*size
	return int64(x<<shift) >> shift
}

// numberMethods are readInt8 and its kin.
func numberMethods() []bufferMethod {
	var list []bufferMethod
	add := func(names []string, length int, call func(b *buffers, c webidl.Call) goja.Value) {
		for _, name := range names {
			list = append(list, bufferMethod{name, length, call})
		}
	}
	for _, o := range orders {
		for _, size := range []int{1, 2, 4} {
			suffix := itoa(size * 8)
			if size > 1 {
				suffix += o.suffix
			} else if o.suffix == "BE" {
				continue
			}
			add([]string{"readUInt" + suffix, "readUint" + suffix}, 1, func(b *buffers, c webidl.Call) goja.Value {
				return b.realm.VM.ToValue(int64(o.uintOf(b.at(b.this(c), c.Arg(0), size))))
			})
			add([]string{"readInt" + suffix}, 1, func(b *buffers, c webidl.Call) goja.Value {
				return b.realm.VM.ToValue(signed(o.uintOf(b.at(b.this(c), c.Arg(0), size)), size))
			})
			add([]string{"writeUInt" + suffix, "writeUint" + suffix}, 2, writeInteger(o, size, false))
			add([]string{"writeInt" + suffix}, 2, writeInteger(o, size, true))
		}
		add([]string{"readUInt" + o.suffix, "readUint" + o.suffix}, 2, func(b *buffers, c webidl.Call) goja.Value {
			data, _ := b.sized(c, 0)
			return b.realm.VM.ToValue(int64(o.uintOf(data)))
		})
		add([]string{"readInt" + o.suffix}, 2, func(b *buffers, c webidl.Call) goja.Value {
			data, size := b.sized(c, 0)
			return b.realm.VM.ToValue(signed(o.uintOf(data), size))
		})
		add([]string{"writeUInt" + o.suffix, "writeUint" + o.suffix}, 3, writeSized(o, false))
		add([]string{"writeInt" + o.suffix}, 3, writeSized(o, true))
		add([]string{"readBigUInt64" + o.suffix, "readBigUint64" + o.suffix}, 1, func(b *buffers, c webidl.Call) goja.Value {
			return b.realm.VM.ToValue(new(big.Int).SetUint64(o.uintOf(b.atBig(c))))
		})
		add([]string{"readBigInt64" + o.suffix}, 1, func(b *buffers, c webidl.Call) goja.Value {
			return b.realm.VM.ToValue(big.NewInt(int64(o.uintOf(b.atBig(c)))))
		})
		add([]string{"writeBigUInt64" + o.suffix, "writeBigUint64" + o.suffix}, 2, writeBig(o, false))
		add([]string{"writeBigInt64" + o.suffix}, 2, writeBig(o, true))
		add([]string{"readFloat" + o.suffix}, 1, func(b *buffers, c webidl.Call) goja.Value {
			return b.realm.Number(float64(math.Float32frombits(uint32(o.uintOf(b.at(b.this(c), c.Arg(0), 4))))))
		})
		add([]string{"readDouble" + o.suffix}, 1, func(b *buffers, c webidl.Call) goja.Value {
			return b.realm.Number(math.Float64frombits(o.uintOf(b.at(b.this(c), c.Arg(0), 8))))
		})
		add([]string{"writeFloat" + o.suffix}, 2, func(b *buffers, c webidl.Call) goja.Value {
			x := c.Arg(0).ToNumber().ToFloat()
			return b.put(o, c, 4, uint64(math.Float32bits(float32(x))))
		})
		add([]string{"writeDouble" + o.suffix}, 2, func(b *buffers, c webidl.Call) goja.Value {
			x := c.Arg(0).ToNumber().ToFloat()
			return b.put(o, c, 8, math.Float64bits(x))
		})
	}
	return list
}

// put writes a number at the offset that the second argument says, and returns the offset behind it.
func (b *buffers) put(o order, c webidl.Call, size int, x uint64) goja.Value {
	data := b.this(c)
	o.put(b.at(data, c.Arg(1), size), x)
	offset := 0
	if c.Has(1) {
		offset = int(c.Arg(1).ToInteger())
	}
	return b.realm.Int(offset + size)
}

// writeInteger is writeUInt8 and its kin.
func writeInteger(o order, size int, negative bool) func(b *buffers, c webidl.Call) goja.Value {
	low, high := float64(0), math.Ldexp(1, 8*size)-1
	if negative {
		low, high = -math.Ldexp(1, 8*size-1), math.Ldexp(1, 8*size-1)-1
	}
	return func(b *buffers, c webidl.Call) goja.Value {
		x := c.Arg(0).ToNumber().ToFloat()
		if x < low || x > high {
			throwCoded(b.realm, "ERR_OUT_OF_RANGE", "value", ">= "+ftoa(low)+" and <= "+ftoa(high), x)
		}
		return b.put(o, c, size, twosComplement(x))
	}
}

func ftoa(x float64) string { return itoa(int(x)) }

// twosComplement is the two's complement of a number's integer part.
func twosComplement(x float64) uint64 {
	if math.IsNaN(x) {
		return 0
	}
	return uint64(int64(x))
}

// sized returns the bytes of a number whose offset and length are the arguments from i on.
func (b *buffers) sized(c webidl.Call, i int) ([]byte, int) {
	size := b.byteLength(c.Arg(i + 1))
	offset := c.Arg(i)
	if goja.IsUndefined(offset) {
		throwCoded(b.realm, "ERR_INVALID_ARG_TYPE", "offset", "number", offset)
	}
	return b.at(b.this(c), offset, size), size
}

func (b *buffers) byteLength(v goja.Value) int {
	f := math.NaN()
	if goja.IsNumber(v) {
		f = v.ToFloat()
	}
	switch {
	case f != math.Trunc(f) || math.IsInf(f, 0):
		throwCoded(b.realm, "ERR_OUT_OF_RANGE", "byteLength", "an integer", v)
	case f < 1 || f > 6:
		throwCoded(b.realm, "ERR_OUT_OF_RANGE", "byteLength", ">= 1 and <= 6", v)
	}
	return int(f)
}

// writeSized is writeUIntLE and its kin.
func writeSized(o order, negative bool) func(b *buffers, c webidl.Call) goja.Value {
	return func(b *buffers, c webidl.Call) goja.Value {
		size := b.byteLength(c.Arg(2))
		x := c.Arg(0).ToNumber().ToFloat()
		low, high := float64(0), math.Ldexp(1, 8*size)-1
		if negative {
			low, high = -math.Ldexp(1, 8*size-1), math.Ldexp(1, 8*size-1)-1
		}
		if x < low || x > high {
			power := itoa(8 * size)
			text := ">= 0 and <= " + ftoa(high)
			switch {
			case size > 3 && negative:
				power = itoa(8*size - 1)
				text = ">= -(2 ** " + power + ") and < 2 ** " + power
			case size > 3:
				text = ">= 0 and < 2 ** " + power
			case negative:
				text = ">= " + ftoa(low) + " and <= " + ftoa(high)
			}
			throwCoded(b.realm, "ERR_OUT_OF_RANGE", "value", text, x)
		}
		data, _ := b.sized(c, 1)
		o.put(data, twosComplement(x))
		return b.realm.Int(int(c.Arg(1).ToInteger()) + size)
	}
}

// writeBig is writeBigInt64LE and its kin.
func writeBig(o order, negative bool) func(b *buffers, c webidl.Call) goja.Value {
	low, high := new(big.Int), new(big.Int).SetUint64(math.MaxUint64)
	text := ">= 0n and < 2n ** 64n"
	if negative {
		low, high = big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)
		text = ">= -(2n ** 63n) and < 2 ** 63n"
	}
	return func(b *buffers, c webidl.Call) goja.Value {
		x, ok := c.Arg(0).Export().(*big.Int)
		if !ok {
			b.realm.Rethrow(webidl.TypeErrorf("Cannot mix BigInt and other types, use explicit conversions"))
		}
		if x.Cmp(low) < 0 || x.Cmp(high) > 0 {
			throwCoded(b.realm, "ERR_OUT_OF_RANGE", "value", text, c.Arg(0))
		}
		u := x.Uint64()
		if x.Sign() < 0 {
			u = uint64(x.Int64())
		}
		return b.put(o, c, 8, u)
	}
}
