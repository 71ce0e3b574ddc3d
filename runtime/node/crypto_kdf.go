package node

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/binary"
	"math/bits"

	"github.com/dop251/goja"
	"golang.org/x/crypto/scrypt"

	"devserver/runtime/webidl"
)

// pbkdf2 implements https://www.rfc-editor.org/rfc/rfc8018#section-5.2, and gives up when stop reports true.
func pbkdf2(d messageDigest, password, salt []byte, iterations, length int, stop func() bool) ([]byte, error) {
	mac := hmac.New(d.new, password)
	var out []byte
	u := make([]byte, 0, mac.Size())
	for block := uint32(1); len(out) < length; block++ {
		mac.Reset()
		mac.Write(salt)
		mac.Write(binary.BigEndian.AppendUint32(nil, block))
		u = mac.Sum(u[:0])
		t := append([]byte(nil), u...)
		for n := 1; n < iterations; n++ {
			if n%4096 == 0 && stop() {
				return nil, webidl.Errorf("Pbkdf2 failed")
			}
			mac.Reset()
			mac.Write(u)
			u = mac.Sum(u[:0])
			subtle.XORBytes(t, t, u)
		}
		out = append(out, t...)
	}
	return out[:length], nil
}

// maxCost is the product of the cost parameters that Workers take for scrypt.
const maxCost = 1 << 20

// scryptKey implements crypto.scrypt. What the parameters need of memory, in bytes, must be less than the given limit.
func scryptKey(password, salt []byte, n, r, p, memory, length int) ([]byte, error) {
	failed := webidl.Errorf("Scrypt failed")
	if n < 2 || bits.OnesCount(uint(n)) != 1 || r < 1 || p < 1 || n > 1<<32 || r > 1<<30/p {
		return nil, failed
	}
	if n > maxCost/r/p {
		return nil, webidl.RangeErrorf("Scrypt failed: cost exceeds maximum (%d).", maxCost)
	}
	if 128*r*(n+p+2) > memory {
		return nil, failed
	}
	if length == 0 {
		return nil, nil
	}
	key, err := scrypt.Key(password, salt, n, r, p, length)
	if err != nil {
		return nil, failed
	}
	return key, nil
}

// kdfNatives take whether they are to work off the loop as their first argument.
var kdfNatives = []webidl.Member{
	webidl.Static("pbkdf2", 0, func(c webidl.Call) goja.Value {
		name := c.Arg(5).String()
		d, ok := findMessageDigest(name)
		if !ok {
			c.Throw(webidl.TypeErrorf("Invalid Pbkdf2 digest: %s.", name))
		}
		password, salt := copied(c, 1), copied(c, 2)
		iterations, length := int(c.Arg(3).ToInteger()), int(c.Arg(4).ToInteger())
		return derived(c, func(stop func() bool) ([]byte, error) { return pbkdf2(d, password, salt, iterations, length, stop) })
	}),
	webidl.Static("scrypt", 0, func(c webidl.Call) goja.Value {
		password, salt := copied(c, 1), copied(c, 2)
		var n [5]int
		for i := range n {
			n[i] = int(c.Arg(3 + i).ToInteger())
		}
		return derived(c, func(func() bool) ([]byte, error) { return scryptKey(password, salt, n[0], n[1], n[2], n[3], n[4]) })
	}),
	webidl.Static("hkdf", 0, func(c webidl.Call) goja.Value {
		name := c.Arg(1).String()
		d, ok := findMessageDigest(name)
		if !ok {
			c.Throw(webidl.TypeErrorf("Invalid Hkdf digest: %s", name))
		}
		length := int(c.Arg(5).ToInteger())
		if length > 255*d.new().Size() {
			c.Throw(webidl.RangeErrorf("Invalid Hkdf key length"))
		}
		key, err := hkdf.Key(d.new, secretAt(c, 2), dataAt(c, 3), string(copied(c, 4)), length)
		c.Check(err)
		return c.Realm.ArrayBuffer(key)
	}),
}

// copied returns a copy of the bytes of the argument at index i, for work off the loop; a string is UTF-8.
func copied(c webidl.Call, i int) []byte {
	v := c.Arg(i)
	if goja.IsString(v) {
		return utf8Encoding.encode(v)
	}
	data, _ := c.Realm.Bytes(v)
	return append([]byte(nil), data...)
}

// derived returns what work derives as a Buffer, or a promise of it if the first argument says so.
func derived(c webidl.Call, work func(stop func() bool) ([]byte, error)) goja.Value {
	if c.Arg(0).ToBoolean() {
		return promised(c, work, func(key []byte) goja.Value { return newBuffer(c.Realm, key) })
	}
	return newBuffer(c.Realm, bounded(c, work))
}
