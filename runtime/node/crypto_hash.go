package node

//lint:file-ignore SA1019 scripts may ask for MD4, as in Workers.

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"hash"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/crypto/md4"

	"devserver/runtime/webidl"
)

// messageDigest is a hash function by the name that Workers know it by.
type messageDigest struct {
	id  crypto.Hash
	new func() hash.Hash
}

var messageDigests = map[string]messageDigest{
	"md4":        {crypto.MD4, newMD4},
	"md5":        {crypto.MD5, md5.New},
	"sha1":       {crypto.SHA1, sha1.New},
	"sha224":     {crypto.SHA224, sha256.New224},
	"sha256":     {crypto.SHA256, sha256.New},
	"sha384":     {crypto.SHA384, sha512.New384},
	"sha512":     {crypto.SHA512, sha512.New},
	"sha512-256": {crypto.SHA512_256, sha512.New512_256},
	"md5-sha1":   {crypto.MD5SHA1, newMD5SHA1},
}

// digestAliases are the names of signature algorithms that stand for their hash function.
var digestAliases = map[string]string{
	"RSA-MD5": "md5", "RSA-SHA1": "sha1", "RSA-SHA224": "sha224", "RSA-SHA256": "sha256", "RSA-SHA384": "sha384", "RSA-SHA512": "sha512",
	"md5WithRSAEncryption": "md5", "sha1WithRSAEncryption": "sha1", "sha224WithRSAEncryption": "sha224",
	"sha256WithRSAEncryption": "sha256", "sha384WithRSAEncryption": "sha384", "sha512WithRSAEncryption": "sha512",
	"DSA-SHA": "sha1", "DSA-SHA1": "sha1", "dsaWithSHA1": "sha1", "ecdsa-with-SHA1": "sha1",
}

// hashNames is what getHashes lists.
var hashNames = []string{
	"md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "md5-sha1", "RSA-MD5", "RSA-SHA1", "RSA-SHA224", "RSA-SHA256",
	"RSA-SHA384", "RSA-SHA512", "DSA-SHA", "DSA-SHA1", "ecdsa-with-SHA1",
}

// findMessageDigest finds a hash function. Names are in lower or in upper case, not in a mixture.
func findMessageDigest(name string) (messageDigest, bool) {
	if alias, ok := digestAliases[name]; ok {
		name = alias
	} else if name == strings.ToUpper(name) {
		name = strings.ToLower(name)
	}
	d, ok := messageDigests[name]
	return d, ok
}

func (d messageDigest) sum(data []byte) []byte {
	h := d.new()
	h.Write(data)
	return h.Sum(nil)
}

// replayed is a hash function whose state cannot be copied: it keeps what it was given.
type replayed struct {
	hash.Hash
	new     func() hash.Hash
	written bytes.Buffer
}

func newMD4() hash.Hash { return &replayed{Hash: md4.New(), new: md4.New} }

func (r *replayed) Write(data []byte) (int, error) {
	r.written.Write(data)
	return r.Hash.Write(data)
}

func (r *replayed) Reset() {
	r.written.Reset()
	r.Hash.Reset()
}

// Clone implements hash.Cloner.
func (r *replayed) Clone() (hash.Cloner, error) {
	c := &replayed{Hash: r.new(), new: r.new}
	c.Write(r.written.Bytes())
	return c, nil
}

// md5SHA1 is MD5 and SHA-1, one after the other, as TLS 1.0 signs them.
type md5SHA1 struct{ md5, sha1 hash.Hash }

func newMD5SHA1() hash.Hash { return md5SHA1{md5.New(), sha1.New()} }

func (h md5SHA1) Write(data []byte) (int, error) {
	h.md5.Write(data)
	return h.sha1.Write(data)
}

func (h md5SHA1) Sum(b []byte) []byte { return h.sha1.Sum(h.md5.Sum(b)) }
func (h md5SHA1) Size() int           { return md5.Size + sha1.Size }
func (h md5SHA1) BlockSize() int      { return md5.BlockSize }

func (h md5SHA1) Reset() {
	h.md5.Reset()
	h.sha1.Reset()
}

// Clone implements hash.Cloner.
func (h md5SHA1) Clone() (hash.Cloner, error) {
	a, err := h.md5.(hash.Cloner).Clone()
	if err != nil {
		return nil, err
	}
	b, err := h.sha1.(hash.Cloner).Clone()
	return md5SHA1{a, b}, err
}

var errNoDigest = webidl.Errorf("Digest method not supported")

// digestAt finds the hash function that the argument at index i names.
func digestAt(c webidl.Call, i int) messageDigest {
	d, ok := findMessageDigest(c.Arg(i).String())
	if !ok {
		c.Throw(errNoDigest)
	}
	return d
}

// checkSize checks the option outputLength, which none of the hash functions there are lets one choose.
func checkSize(c webidl.Call, i int, h hash.Hash) {
	if c.Has(i) && c.Arg(i).ToInteger() != int64(h.Size()) {
		c.Throw(webidl.Errorf("invalid digest size"))
	}
}

// hashNatives: a handle of a Hash or Hmac is a hash.Hash.
var hashNatives = []webidl.Member{
	webidl.Static("getHashes", 0, func(c webidl.Call) goja.Value { return c.Realm.Strings(hashNames) }),
	webidl.Static("newHash", 0, func(c webidl.Call) goja.Value {
		h := digestAt(c, 0).new()
		checkSize(c, 1, h)
		return newHandle(c, h)
	}),
	webidl.Static("newHmac", 0, func(c webidl.Call) goja.Value {
		d, ok := findMessageDigest(c.Arg(0).String())
		if !ok {
			c.Throw(errNoDigest)
		}
		return newHandle(c, hmac.New(d.new, secretAt(c, 1)))
	}),
	webidl.Static("updateHash", 0, func(c webidl.Call) goja.Value {
		handleOf[hash.Hash](c, 0).Write(dataAt(c, 1))
		return c.Undefined()
	}),
	webidl.Static("digestHash", 0, func(c webidl.Call) goja.Value {
		sum := handleOf[hash.Hash](c, 0).Sum(nil)
		out := textOr(c, sum, c.Arg(1))
		c.Realm.Forget(c.Arg(0).(*goja.Object))
		return out
	}),
	webidl.Static("copyHash", 0, func(c webidl.Call) goja.Value {
		copied, err := handleOf[hash.Cloner](c, 0).Clone()
		c.Check(err)
		checkSize(c, 1, copied)
		return newHandle(c, copied)
	}),
	webidl.Static("hash", 0, func(c webidl.Call) goja.Value {
		d := digestAt(c, 0)
		return textOr(c, d.sum(dataAt(c, 1)), c.Arg(2))
	}),
	webidl.Static("timingSafeEqual", 0, func(c webidl.Call) goja.Value {
		var sides [2][]byte
		for i := range sides {
			data, ok := c.Realm.Bytes(c.Arg(i))
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'timingSafeEqual' on 'SubtleCrypto': parameter %d is not of type 'BufferSource'.", i+1))
			}
			sides[i] = data
		}
		if len(sides[0]) != len(sides[1]) {
			c.Throw(webidl.TypeErrorf("Input buffers must have the same byte length."))
		}
		return c.Bool(subtle.ConstantTimeCompare(sides[0], sides[1]) == 1)
	}),
}
