package node

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rc4"
	"crypto/subtle"
	"encoding/binary"
	"strings"

	"github.com/dop251/goja"
	"golang.org/x/crypto/chacha20poly1305"

	"devserver/runtime/webidl"
)

// cipherKind is a cipher as getCipherInfo describes it.
type cipherKind struct {
	name      string // in lower case
	shown     string // how getCipherInfo calls it, if otherwise than in upper case
	nid       int    // OpenSSL's number; 0 means that there is none
	blockSize int    // 1 for stream ciphers
	ivLength  int    // in bytes; 0 means that it takes none
	keyLength int    // in bytes
	mode      string
	block     func(key []byte) (cipher.Block, error) // nil for RC4 and ChaCha20
}

var cipherKinds = []cipherKind{
	{"aes-128-cbc", "", 419, 16, 16, 16, "cbc", aes.NewCipher},
	{"aes-192-cbc", "", 423, 16, 16, 24, "cbc", aes.NewCipher},
	{"aes-256-cbc", "", 427, 16, 16, 32, "cbc", aes.NewCipher},
	{"aes-128-ctr", "", 904, 1, 16, 16, "ctr", aes.NewCipher},
	{"aes-192-ctr", "", 905, 1, 16, 24, "ctr", aes.NewCipher},
	{"aes-256-ctr", "", 906, 1, 16, 32, "ctr", aes.NewCipher},
	{"aes-128-ecb", "", 418, 16, 0, 16, "ecb", aes.NewCipher},
	{"aes-192-ecb", "", 422, 16, 0, 24, "ecb", aes.NewCipher},
	{"aes-256-ecb", "", 426, 16, 0, 32, "ecb", aes.NewCipher},
	{"aes-128-ofb", "", 420, 1, 16, 16, "ofb", aes.NewCipher},
	{"aes-192-ofb", "", 424, 1, 16, 24, "ofb", aes.NewCipher},
	{"aes-256-ofb", "", 428, 1, 16, 32, "ofb", aes.NewCipher},
	{"aes-128-gcm", "id-aes128-GCM", 895, 1, 12, 16, "gcm", aes.NewCipher},
	{"aes-192-gcm", "id-aes192-GCM", 898, 1, 12, 24, "gcm", aes.NewCipher},
	{"aes-256-gcm", "id-aes256-GCM", 901, 1, 12, 32, "gcm", aes.NewCipher},
	{"des-cbc", "", 31, 8, 8, 8, "cbc", des.NewCipher},
	{"des-ecb", "", 29, 8, 0, 8, "ecb", des.NewCipher},
	{"des-ede", "", 32, 8, 0, 16, "ecb", newTwoKeyDES},
	{"des-ede-cbc", "", 43, 8, 8, 16, "cbc", newTwoKeyDES},
	{"des-ede3-cbc", "", 44, 8, 8, 24, "cbc", des.NewTripleDESCipher},
	{"rc4", "", 5, 1, 0, 16, "stream", nil},
	{"chacha20-poly1305", "chacha20-poly1305", 950, 1, 12, 32, "stream", nil},
	{"aes-128-eax", "aes-128-eax", 0, 1, 16, 16, "stream", nil},
	{"aes-256-eax", "aes-256-eax", 0, 1, 16, 32, "stream", nil},
	{"aes-128-ccm-bluetooth", "aes-128-ccm-bluetooth", 0, 1, 13, 16, "ccm", nil},
	{"aes-128-ccm-bluetooth-8", "aes-128-ccm-bluetooth-8", 0, 1, 13, 16, "ccm", nil},
	{"aes-128-ccm-matter", "aes-128-ccm-matter", 0, 1, 13, 16, "ccm", nil},
	{"aes-128-ctr-hmac-sha256", "aes-128-ctr-hmac-sha256", 0, 1, 12, 48, "ctr", nil},
	{"aes-256-ctr-hmac-sha256", "aes-256-ctr-hmac-sha256", 0, 1, 12, 64, "ctr", nil},
	{"xchacha20-poly1305", "xchacha20-poly1305", 0, 1, 24, 32, "stream", nil},
}

// needsTagLength says that Workers know the cipher, and how to describe it, but have no way to give it the length of the
// tag that it wants.
func (k cipherKind) needsTagLength() bool {
	return k.block == nil && k.name != "rc4" && k.name != "chacha20-poly1305"
}

// cipherNames is what getCiphers lists: those with two names first.
func cipherNames() []string {
	var upper, lower []string
	for _, k := range cipherKinds {
		lower = append(lower, k.name)
		if k.shown != k.name {
			upper = append(upper, strings.ToUpper(k.name))
		}
	}
	return append(upper, lower...)
}

func findCipher(name string) (cipherKind, bool) {
	for _, k := range cipherKinds {
		if strings.EqualFold(k.name, name) {
			return k, true
		}
	}
	return cipherKind{}, false
}

// newTwoKeyDES is triple DES whose third key is the first.
func newTwoKeyDES(key []byte) (cipher.Block, error) {
	return des.NewTripleDESCipher(append(key[:16:16], key[:8]...))
}

// crypter is a cipher at work in one direction. Its errors are what scripts see.
type crypter interface {
	update(data []byte) ([]byte, error)
	final() ([]byte, error)
}

// authenticated is a crypter that also authenticates.
type authenticated interface {
	crypter
	addData(data []byte) bool // false if it is too late
	takeTag() []byte          // the one that was computed; in Workers it is given out once
	expect(tag []byte)
	hasTag() bool
	validTag(length int) bool
}

var (
	errAuthentication = webidl.Errorf("Authentication failed")
	errNoTag          = webidl.Errorf("No auth tag provided")
)

// newCrypter starts a cipher; key and iv are its own.
func newCrypter(k cipherKind, key, iv []byte, encrypt bool) (crypter, error) {
	switch {
	case k.needsTagLength():
		return nil, webidl.Errorf("The auth tag length is required for cipher %s", k.name)
	case k.mode == "gcm" && len(iv) == 0, k.mode != "gcm" && len(iv) != k.ivLength:
		return nil, webidl.Errorf("Invalid initialization vector")
	case len(key) != k.keyLength && (k.name != "rc4" || len(key) == 0 || len(key) > 256):
		return nil, webidl.Errorf("Invalid key length")
	}
	if k.block == nil {
		if k.name == "rc4" {
			s, err := rc4.NewCipher(key)
			return streamCrypter{s}, err
		}
		aead, err := chacha20poly1305.New(key)
		return &onceCrypter{aead: aead, iv: iv, encrypt: encrypt}, err
	}
	block, err := k.block(key)
	if err != nil {
		return nil, err
	}
	switch k.mode {
	case "ctr":
		return streamCrypter{cipher.NewCTR(block, iv)}, nil
	case "ofb":
		return streamCrypter{newOFB(block, iv)}, nil
	case "gcm":
		return newGCMCrypter(block, iv, encrypt)
	case "ecb":
		return &blockCrypter{mode: ecb{block, encrypt}, encrypt: encrypt, padding: true}, nil
	}
	mode := cipher.NewCBCDecrypter(block, iv)
	if encrypt {
		mode = cipher.NewCBCEncrypter(block, iv)
	}
	return &blockCrypter{mode: mode, encrypt: encrypt, padding: true}, nil
}

// streamCrypter is a cipher that gives as many bytes as it takes.
type streamCrypter struct{ cipher.Stream }

func (s streamCrypter) update(data []byte) ([]byte, error) {
	out := make([]byte, len(data))
	s.XORKeyStream(out, data)
	return out, nil
}

func (s streamCrypter) final() ([]byte, error) { return nil, nil }

// ofb is the mode output feedback, which the standard library calls deprecated.
type ofb struct {
	block  cipher.Block
	stream []byte // the last block of it
	used   int
}

func newOFB(block cipher.Block, iv []byte) *ofb { return &ofb{block, iv, len(iv)} }

// XORKeyStream implements cipher.Stream.
func (o *ofb) XORKeyStream(dst, src []byte) {
	for i, b := range src {
		if o.used == len(o.stream) {
			o.block.Encrypt(o.stream, o.stream)
			o.used = 0
		}
		dst[i] = b ^ o.stream[o.used]
		o.used++
	}
}

// ecb is the mode without a mode.
type ecb struct {
	block   cipher.Block
	encrypt bool
}

// BlockSize implements cipher.BlockMode.
func (e ecb) BlockSize() int { return e.block.BlockSize() }

// CryptBlocks implements cipher.BlockMode.
func (e ecb) CryptBlocks(dst, src []byte) {
	for size := e.BlockSize(); len(src) > 0; dst, src = dst[size:], src[size:] {
		if e.encrypt {
			e.block.Encrypt(dst, src)
		} else {
			e.block.Decrypt(dst, src)
		}
	}
}

// blockCrypter is a cipher of whole blocks, padded as https://www.rfc-editor.org/rfc/rfc5652#section-6.3 says unless
// that is turned off. Decrypting, it holds back the last block, which may be padding.
type blockCrypter struct {
	mode             cipher.BlockMode
	encrypt, padding bool
	pending          []byte
}

func (b *blockCrypter) update(data []byte) ([]byte, error) {
	b.pending = append(b.pending, data...)
	size := b.mode.BlockSize()
	n := len(b.pending) / size * size
	if n == len(b.pending) && n > 0 && !b.encrypt && b.padding {
		n -= size
	}
	out := make([]byte, n)
	b.mode.CryptBlocks(out, b.pending[:n])
	b.pending = append([]byte(nil), b.pending[n:]...)
	return out, nil
}

func (b *blockCrypter) final() ([]byte, error) {
	size := b.mode.BlockSize()
	switch {
	case !b.padding && len(b.pending) > 0:
		return nil, errAuthentication
	case !b.padding:
		return nil, nil
	case b.encrypt:
		n := size - len(b.pending)
		out := append(b.pending, bytes.Repeat([]byte{byte(n)}, n)...)
		b.mode.CryptBlocks(out, out)
		return out, nil
	case len(b.pending) != size:
		return nil, errAuthentication
	}
	out := make([]byte, size)
	b.mode.CryptBlocks(out, b.pending)
	n := int(out[size-1])
	if n == 0 || n > size || !bytes.Equal(out[size-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errAuthentication
	}
	return out[:size-n], nil
}

// authTag is what authenticating ciphers have in common.
type authTag struct {
	data     []byte // additional
	computed []byte
	expected []byte // nil if none was given
}

func (a *authTag) takeTag() []byte {
	tag := a.computed
	a.computed = nil
	return tag
}

func (a *authTag) expect(tag []byte) { a.expected = tag }
func (a *authTag) hasTag() bool      { return a.expected != nil }

// gcmCrypter is Galois/Counter Mode, piece by piece. The standard library's takes a message as a whole, for which this
// keeps the plain text, and which computes the tag in the end.
type gcmCrypter struct {
	authTag
	aead    cipher.AEAD
	iv      []byte
	stream  gcmStream
	encrypt bool
	plain   []byte
	begun   bool
}

func newGCMCrypter(block cipher.Block, iv []byte, encrypt bool) (crypter, error) {
	aead, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		return nil, err
	}
	// The key stream is the block cipher of a counter, the first of which follows from iv: it shows in what zeros become.
	counter := aead.Seal(nil, iv, make([]byte, aes.BlockSize), nil)[:aes.BlockSize]
	block.Decrypt(counter, counter)
	return &gcmCrypter{aead: aead, iv: iv, stream: gcmStream{block: block, counter: counter}, encrypt: encrypt}, nil
}

func (g *gcmCrypter) update(data []byte) ([]byte, error) {
	g.begun = true
	out := make([]byte, len(data))
	g.stream.XORKeyStream(out, data)
	if g.encrypt {
		g.plain = append(g.plain, data...)
	} else {
		g.plain = append(g.plain, out...)
	}
	return out, nil
}

func (g *gcmCrypter) final() ([]byte, error) {
	sealed := g.aead.Seal(nil, g.iv, g.plain, g.data)
	tag := sealed[len(g.plain):]
	if g.encrypt {
		g.computed = tag
		return nil, nil
	}
	if g.expected == nil {
		return nil, errNoTag
	}
	if subtle.ConstantTimeCompare(tag[:len(g.expected)], g.expected) != 1 {
		return nil, errAuthentication
	}
	return nil, nil
}

func (g *gcmCrypter) addData(data []byte) bool {
	g.data = append(g.data, data...)
	return !g.begun
}

func (*gcmCrypter) validTag(n int) bool { return n == 4 || n == 8 || 12 <= n && n <= 16 }

// gcmStream is counter mode whose counter is the last 32 bits of a block only.
type gcmStream struct {
	block   cipher.Block
	counter []byte
	stream  cipher.Stream
	left    int64 // bytes before the counter is 0 again
}

// XORKeyStream implements cipher.Stream.
func (g *gcmStream) XORKeyStream(dst, src []byte) {
	for len(src) > 0 {
		if g.left == 0 {
			low := binary.BigEndian.Uint32(g.counter[12:])
			g.stream, g.left = cipher.NewCTR(g.block, g.counter), (1<<32-int64(low))*aes.BlockSize
			binary.BigEndian.PutUint32(g.counter[12:], 0)
		}
		n := int(min(g.left, int64(len(src))))
		g.stream.XORKeyStream(dst[:n], src[:n])
		dst, src, g.left = dst[n:], src[n:], g.left-int64(n)
	}
}

// onceCrypter is an authenticating cipher that, in Workers, takes the message as a whole.
type onceCrypter struct {
	authTag
	aead    cipher.AEAD
	iv      []byte
	encrypt bool
	begun   bool
}

func (o *onceCrypter) update(data []byte) ([]byte, error) {
	if o.begun {
		return nil, webidl.Errorf("update() can only be invoked once on an AEAD")
	}
	if o.encrypt {
		o.begun = true
		sealed := o.aead.Seal(nil, o.iv, data, o.data)
		o.computed = sealed[len(data):]
		return sealed[:len(data):len(data)], nil
	}
	if o.expected == nil {
		return nil, errNoTag
	}
	o.begun = true
	plain, err := o.aead.Open(nil, o.iv, append(bytes.Clone(data), o.expected...), o.data)
	if err != nil {
		return nil, webidl.DOMErrorf("OperationError", "Decryption failed: Incorrect key/IV or corrupted ciphertext/authentication tag provided.")
	}
	return plain, nil
}

func (*onceCrypter) final() ([]byte, error) { return nil, nil }

// addData takes the place of what there was: the message has one such part. It is never too late, but in vain.
func (o *onceCrypter) addData(data []byte) bool {
	o.data = bytes.Clone(data)
	return true
}

func (o *onceCrypter) validTag(n int) bool { return n == o.aead.Overhead() }

// cipherState is what is behind a Cipheriv or Decipheriv.
type cipherState struct {
	crypter
	finished bool
}

// open checks that the cipher has not been finished.
func (s *cipherState) open(c webidl.Call) {
	if s.finished {
		c.Throw(webidl.Errorf("Cipher/decipher context has already been finalized"))
	}
}

func (s *cipherState) authenticated(c webidl.Call) authenticated {
	s.open(c)
	a, ok := s.crypter.(authenticated)
	if !ok {
		c.Throw(webidl.Errorf("Cipher does not support authenticated mode"))
	}
	return a
}

var cipherNatives = []webidl.Member{
	webidl.Static("getCiphers", 0, func(c webidl.Call) goja.Value { return c.Realm.Strings(cipherNames()) }),
	webidl.Static("getCipherInfo", 0, func(c webidl.Call) goja.Value {
		var found *cipherKind
		for i := range cipherKinds {
			k := &cipherKinds[i]
			if goja.IsNumber(c.Arg(0)) && k.nid != 0 && int64(k.nid) == c.Arg(0).ToInteger() || strings.EqualFold(k.name, c.Arg(0).String()) {
				found = k
			}
		}
		if found == nil || c.Has(1) && int64(found.keyLength) != c.Arg(1).ToInteger() {
			return c.Undefined()
		}
		iv := found.ivLength
		if c.Has(2) {
			if iv = int(c.Arg(2).ToInteger()); iv != found.ivLength && (found.mode != "gcm" || iv < 1) {
				return c.Undefined()
			}
		}
		info := c.Realm.VM.NewObject()
		name := found.shown
		if name == "" {
			name = strings.ToUpper(found.name)
		}
		info.Set("name", name)
		info.Set("nid", found.nid)
		info.Set("blockSize", found.blockSize)
		info.Set("ivLength", iv)
		info.Set("keyLength", found.keyLength)
		info.Set("mode", found.mode)
		return info
	}),
	webidl.Static("newCipher", 0, func(c webidl.Call) goja.Value {
		name := c.Arg(1).String()
		k, ok := findCipher(name)
		if !ok {
			c.Throw(webidl.Errorf("Unknown or unsupported cipher: %s", name))
		}
		iv := bytes.Clone(dataAt(c, 3))
		s, err := newCrypter(k, bytes.Clone(secretAt(c, 2)), iv, c.Arg(0).ToBoolean())
		c.Check(err)
		return newHandle(c, &cipherState{crypter: s})
	}),
	webidl.Static("updateCipher", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*cipherState](c, 0)
		s.open(c)
		out, err := s.update(dataAt(c, 1))
		c.Check(err)
		return newBuffer(c.Realm, out)
	}),
	webidl.Static("finishCipher", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*cipherState](c, 0)
		s.open(c)
		out, err := s.final()
		c.Check(err)
		s.finished = true
		return newBuffer(c.Realm, out)
	}),
	webidl.Static("setPadding", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*cipherState](c, 0)
		s.open(c)
		if b, ok := s.crypter.(*blockCrypter); ok {
			b.padding = c.Arg(1).ToBoolean()
		}
		return c.Undefined()
	}),
	webidl.Static("setAAD", 0, func(c webidl.Call) goja.Value {
		if !handleOf[*cipherState](c, 0).authenticated(c).addData(dataAt(c, 1)) {
			c.Throw(webidl.Errorf("Failed to set AAD"))
		}
		return c.Undefined()
	}),
	webidl.Static("getAuthTag", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*cipherState](c, 0)
		if !s.finished {
			c.Throw(webidl.Errorf("Auth tag is only available once cipher context has been finalized"))
		}
		a, ok := s.crypter.(authenticated)
		if !ok {
			return newBuffer(c.Realm, nil)
		}
		return newBuffer(c.Realm, bytes.Clone(a.takeTag()))
	}),
	webidl.Static("setAuthTag", 0, func(c webidl.Call) goja.Value {
		a := handleOf[*cipherState](c, 0).authenticated(c)
		tag, ok := c.Realm.Bytes(c.Arg(1))
		switch {
		case !ok:
			c.Throw(webidl.TypeErrorf("Failed to execute 'setAuthTag' on 'CipherHandle': parameter 1 is not of type 'BufferSource'."))
		case a.hasTag():
			c.Throw(webidl.Errorf("Auth tag is already set"))
		case !a.validTag(len(tag)):
			c.Throw(webidl.Errorf("Invalid authentication tag length"))
		}
		a.expect(bytes.Clone(tag))
		return c.Undefined()
	}),
}
