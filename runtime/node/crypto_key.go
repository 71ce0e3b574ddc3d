package node

//lint:file-ignore SA1019 keys come with the encryption that they come with.

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"

	"github.com/dop251/goja"
	"github.com/youmark/pkcs8"

	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
)

// secretKey is what is behind a SecretKeyObject.
type secretKey []byte

// pairKey is what is behind a PublicKeyObject or PrivateKeyObject.
type pairKey struct {
	public  crypto.PublicKey  // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, *ecdh.PublicKey (X25519) or *dhPublicKey
	private crypto.PrivateKey // *rsa.PrivateKey, ...; nil in a public key
}

// kind is the asymmetricKeyType.
func (k *pairKey) kind() string {
	switch k.public.(type) {
	case *rsa.PublicKey:
		return "rsa"
	case *ecdsa.PublicKey:
		return "ec"
	case ed25519.PublicKey:
		return "ed25519"
	case *ecdh.PublicKey:
		return "x25519"
	}
	return "dh"
}

// newPrivateKey makes the key of what a parser of the standard library returned, or nil if it is none of those there are.
func newPrivateKey(parsed any) *pairKey {
	private, ok := parsed.(interface{ Public() crypto.PublicKey })
	if !ok {
		return nil
	}
	if key, ok := parsed.(*rsa.PrivateKey); ok && key.N.BitLen() > maxRSA {
		return nil
	}
	return newPublicKey(private.Public(), parsed)
}

func newPublicKey(public, private any) *pairKey {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() > maxRSA {
			return nil
		}
	case *ecdsa.PublicKey, ed25519.PublicKey:
	case *ecdh.PublicKey:
		if k.Curve() != ecdh.X25519() {
			return nil
		}
	default:
		return nil
	}
	return &pairKey{public: public, private: private}
}

// maxRSA is the length of the longest modulus, in bits, and maxKey more bytes than a key of it has. To parse a private
// key is to compute with it, which must not take for ever.
const maxRSA, maxKey = 16384, 32 << 10

var (
	errPrivateKey = webidl.Errorf("Failed to parse private key")
	errPublicKey  = webidl.Errorf("Failed to parse public key")
)

// parsePrivateKey parses a private key in DER, or the first one in PEM. What is encrypted needs the passphrase; nil
// means that there is none.
func parsePrivateKey(data []byte, der bool, passphrase []byte) (*pairKey, error) {
	if der {
		if key := privateDER(data); key != nil {
			return key, nil
		}
		if passphrase != nil {
			return encryptedDER(data, passphrase)
		}
		return nil, errPrivateKey
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "ENCRYPTED PRIVATE KEY":
			if passphrase == nil {
				return nil, errPrivateKey
			}
			return encryptedDER(block.Bytes, passphrase)
		case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
			plain, err := decryptPEM(block, passphrase)
			if err != nil {
				return nil, err
			}
			if key := privateDER(plain); key != nil {
				return key, nil
			}
			return nil, errPrivateKey
		}
	}
	return nil, errPrivateKey
}

// decryptPEM returns what is in a block, which may be encrypted in the way of RFC 1423, as OpenSSL used to.
func decryptPEM(block *pem.Block, passphrase []byte) ([]byte, error) {
	if !x509.IsEncryptedPEMBlock(block) { //nolint:staticcheck // keys like that exist
		return block.Bytes, nil
	}
	if passphrase == nil {
		return nil, errPrivateKey
	}
	plain, err := x509.DecryptPEMBlock(block, passphrase) //nolint:staticcheck // as above
	if err != nil {
		return nil, errPrivateKey
	}
	return plain, nil
}

func encryptedDER(data, passphrase []byte) (*pairKey, error) {
	parsed, _, err := pkcs8.ParsePrivateKey(data, passphrase)
	if err != nil {
		return nil, errPrivateKey
	}
	if key := newPrivateKey(parsed); key != nil {
		return key, nil
	}
	return nil, errPrivateKey
}

// privateDER parses a private key in any of the formats, or returns nil.
func privateDER(data []byte) *pairKey {
	if len(data) > maxKey {
		return nil
	}
	if parsed, err := x509.ParsePKCS8PrivateKey(data); err == nil {
		return newPrivateKey(parsed)
	}
	if parsed, err := x509.ParsePKCS1PrivateKey(data); err == nil {
		return newPrivateKey(parsed)
	}
	if parsed, err := x509.ParseECPrivateKey(data); err == nil {
		return newPrivateKey(parsed)
	}
	return nil
}

// parsePublicKey parses a public key in DER, of the type "spki" or "pkcs1", or in PEM: the first one, or else that of
// the first certificate or private key.
func parsePublicKey(data []byte, der bool, kind string, passphrase []byte) (*pairKey, error) {
	if der {
		if key := publicDER(data, kind); key != nil {
			return key, nil
		}
		return nil, errPublicKey
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		kind, isKey := map[string]string{"PUBLIC KEY": "spki", "RSA PUBLIC KEY": "pkcs1"}[block.Type]
		if !isKey {
			continue
		}
		if key := publicDER(block.Bytes, kind); key != nil {
			return key, nil
		}
		return nil, errPublicKey
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, errPublicKey
			}
			if key := newPublicKey(cert.PublicKey, nil); key != nil {
				return key, nil
			}
			return nil, errPublicKey
		}
	}
	key, err := parsePrivateKey(data, false, passphrase)
	if err != nil {
		return nil, errPublicKey
	}
	return &pairKey{public: key.public}, nil
}

func publicDER(data []byte, kind string) *pairKey {
	switch kind {
	case "spki":
		if parsed, err := x509.ParsePKIXPublicKey(data); err == nil {
			return newPublicKey(parsed, nil)
		}
		if parsed, err := webcrypto.ParsePublicKey(data); err == nil { // which also takes compressed points
			return newPublicKey(parsed, nil)
		}
	case "pkcs1":
		if parsed, err := x509.ParsePKCS1PublicKey(data); err == nil {
			return newPublicKey(parsed, nil)
		}
	}
	return nil
}

// keyEncoding is what export is asked for.
type keyEncoding struct {
	kind, format       string // "pkcs8" and "pem", say
	cipher, passphrase string
}

var errExport = webidl.Errorf("Failed to export key")

// encode returns the key in DER, or in PEM if the format says so.
func (k *pairKey) encode(e keyEncoding) ([]byte, error) {
	if e.format != "pem" && e.format != "der" {
		return nil, webidl.Errorf("Invalid key format")
	}
	block := &pem.Block{}
	var err error
	switch {
	case !slices.Contains([]string{"pkcs1", "pkcs8", "sec1", "spki"}, e.kind):
		return nil, webidl.Errorf("Invalid key encoding")
	case k.kind() == "dh" || k.private != nil && e.kind == "spki":
		return nil, errExport
	case e.kind == "pkcs1" && k.kind() != "rsa":
		return nil, webidl.Errorf("PKCS1 can only be used for RSA keys")
	case e.kind == "sec1" && k.kind() != "ec":
		return nil, webidl.Errorf("SEC1 can only be used for EC keys")
	case k.private == nil && e.kind == "pkcs1":
		block.Type, block.Bytes = "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(k.public.(*rsa.PublicKey))
	case k.private == nil:
		block.Type = "PUBLIC KEY"
		block.Bytes, err = x509.MarshalPKIXPublicKey(k.public)
	case e.kind == "pkcs1":
		block.Type, block.Bytes = "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k.private.(*rsa.PrivateKey))
	case e.kind == "sec1":
		block.Type = "EC PRIVATE KEY"
		block.Bytes, err = x509.MarshalECPrivateKey(k.private.(*ecdsa.PrivateKey))
	default:
		block.Type = "PRIVATE KEY"
		block.Bytes, err = x509.MarshalPKCS8PrivateKey(k.private)
	}
	if err == nil && k.private != nil && e.cipher != "" {
		block, err = k.encrypt(block, e)
	}
	if err != nil {
		return nil, err
	}
	if e.format == "pem" {
		return pem.EncodeToMemory(block), nil
	}
	return block.Bytes, nil
}

// keyCiphers are the ciphers that private keys can be encrypted with.
var keyCiphers = map[string]struct {
	pem   x509.PEMCipher
	pkcs8 pkcs8.Cipher
}{
	"aes-128-cbc":  {x509.PEMCipherAES128, pkcs8.AES128CBC},
	"aes-192-cbc":  {x509.PEMCipherAES192, pkcs8.AES192CBC},
	"aes-256-cbc":  {x509.PEMCipherAES256, pkcs8.AES256CBC},
	"des-ede3-cbc": {x509.PEMCipher3DES, pkcs8.TripleDESCBC},
}

// encrypt encrypts a private key: that in PKCS #8 as RFC 8018 says, any other as RFC 1423 does.
func (k *pairKey) encrypt(block *pem.Block, e keyEncoding) (*pem.Block, error) {
	if _, known := findCipher(e.cipher); !known {
		return nil, webidl.Errorf("Unknown cipher: %s", e.cipher)
	}
	by, ok := keyCiphers[strings.ToLower(e.cipher)]
	if !ok {
		return nil, errExport
	}
	if e.kind != "pkcs8" {
		//nolint:staticcheck // it is what the caller asks for
		return x509.EncryptPEMBlock(rand.Reader, block.Type, block.Bytes, []byte(e.passphrase), by.pem)
	}
	der, err := pkcs8.MarshalPrivateKey(k.private, []byte(e.passphrase), &pkcs8.Opts{
		Cipher:  by.pkcs8,
		KDFOpts: pkcs8.PBKDF2Opts{SaltSize: 16, IterationCount: 2048, HMACHash: crypto.SHA256},
	})
	if err != nil {
		return nil, errExport
	}
	return &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}, nil
}

// equal reports whether two keys are the same.
func equal(a, b any) bool {
	switch a := a.(type) {
	case secretKey:
		b, ok := b.(secretKey)
		return ok && bytes.Equal(a, b)
	case *pairKey:
		b, ok := b.(*pairKey)
		if !ok || (a.private == nil) != (b.private == nil) {
			return false
		}
		public, ok := a.public.(interface{ Equal(crypto.PublicKey) bool })
		return ok && public.Equal(b.public)
	}
	return false
}

// secretAt returns the bytes of a secret at index i: of a SecretKeyObject, or of data.
func secretAt(c webidl.Call, i int) []byte {
	if k, ok := webidl.As[secretKey](c.Realm, c.Arg(i)); ok {
		return k
	}
	if data, ok := c.Realm.Bytes(c.Arg(i)); ok {
		return data
	}
	return utf8Encoding.encode(c.Realm.String(c.Arg(i).String()))
}

// keyResult makes the handle of a key, or throws.
func keyResult(c webidl.Call, k *pairKey, err error) goja.Value {
	c.Check(err)
	return newHandle(c, k)
}

// optionalBytes returns the bytes of the argument at index i, or nil if there is none.
func optionalBytes(c webidl.Call, i int) []byte {
	if webidl.IsNullish(c.Arg(i)) {
		return nil
	}
	return append([]byte{}, copied(c, i)...)
}

// parseAt parses a key: data, its encoding, "pem" or "der", its type, and a passphrase, which it may take long to make a key of.
func parseAt(c webidl.Call, parse func(data, passphrase []byte, der bool) (*pairKey, error)) *pairKey {
	data, passphrase, der := dataAt(c, 0), optionalBytes(c, 4), c.Arg(2).String() == "der"
	if passphrase == nil {
		k, err := parse(data, nil, der)
		c.Check(err)
		return k
	}
	data = bytes.Clone(data)
	return bounded(c, func(func() bool) (*pairKey, error) { return parse(data, passphrase, der) })
}

// keyNatives: a handle of a KeyObject is a secretKey or a *pairKey.
var keyNatives = []webidl.Member{
	webidl.Static("newSecretKey", 0, func(c webidl.Call) goja.Value {
		if _, ok := c.Realm.Bytes(c.Arg(0)); !ok && !goja.IsString(c.Arg(0)) {
			c.Throw(webidl.TypeErrorf("Failed to execute 'createSecretKey' on 'CryptoImpl': parameter 1 is not of type 'BufferSource'."))
		}
		return newHandle(c, secretKey(bytes.Clone(dataAt(c, 0))))
	}),
	webidl.Static("newPrivateKey", 0, func(c webidl.Call) goja.Value {
		return newHandle(c, parseAt(c, func(data, passphrase []byte, der bool) (*pairKey, error) {
			return parsePrivateKey(data, der, passphrase)
		}))
	}),
	webidl.Static("newPublicKey", 0, func(c webidl.Call) goja.Value {
		kind := c.Arg(3).String()
		return newHandle(c, parseAt(c, func(data, passphrase []byte, der bool) (*pairKey, error) {
			return parsePublicKey(data, der, kind, passphrase)
		}))
	}),
	webidl.Static("newPrivateJWK", 0, func(c webidl.Call) goja.Value {
		k, err := jsonWebKeyAt(c, 0).private()
		return keyResult(c, k, err)
	}),
	webidl.Static("newPublicJWK", 0, func(c webidl.Call) goja.Value {
		k, err := jsonWebKeyAt(c, 0).public()
		return keyResult(c, k, err)
	}),
	webidl.Static("publicOf", 0, func(c webidl.Call) goja.Value {
		return newHandle(c, &pairKey{public: handleOf[*pairKey](c, 0).public})
	}),
	// fromCryptoKey returns the handle, the type and, of a secret, whether it can be exported.
	webidl.Static("fromCryptoKey", 0, func(c webidl.Call) goja.Value {
		material, ok := webcrypto.MaterialOf(c.Realm, c.Arg(0))
		if !ok {
			return goja.Null()
		}
		var impl any = secretKey(material.Data)
		var err error
		switch material.Kind {
		case "private":
			impl, err = parsePrivateKey(material.Data, true, nil)
		case "public":
			impl, err = parsePublicKey(material.Data, true, "spki", nil)
		}
		c.Check(err)
		return c.Realm.Array(newHandle(c, impl), c.String(material.Kind), c.Bool(material.Extractable))
	}),
	webidl.Static("toCryptoKey", 0, func(c webidl.Call) goja.Value {
		format, data := "raw", []byte(nil)
		switch k := c.Realm.Impl(c.Arg(0)).(type) {
		case secretKey:
			data = k
		case *pairKey:
			var err error
			format = map[bool]string{true: "pkcs8", false: "spki"}[k.private != nil]
			data, err = k.encode(keyEncoding{kind: format, format: "der"})
			c.Check(err)
		}
		var usages []string
		for i := range c.Arg(3).(*goja.Object).Get("length").ToInteger() {
			usages = append(usages, c.Arg(3).(*goja.Object).Get(big.NewInt(i).String()).String())
		}
		return webcrypto.ImportKey(c, format, data, c.Arg(1), c.Arg(2).ToBoolean(), usages)
	}),
	webidl.Static("isCryptoKey", 0, func(c webidl.Call) goja.Value { return c.Bool(webcrypto.IsCryptoKey(c.Realm, c.Arg(0))) }),
	webidl.Static("keysEqual", 0, func(c webidl.Call) goja.Value {
		return c.Bool(equal(c.Realm.Impl(c.Arg(0)), c.Realm.Impl(c.Arg(1))))
	}),
	webidl.Static("keyLength", 0, func(c webidl.Call) goja.Value { return c.Realm.Int(len(handleOf[secretKey](c, 0))) }),
	webidl.Static("exportSecret", 0, func(c webidl.Call) goja.Value {
		return newBuffer(c.Realm, bytes.Clone(handleOf[secretKey](c, 0)))
	}),
	webidl.Static("exportKey", 0, func(c webidl.Call) goja.Value {
		e := keyEncoding{kind: c.Arg(1).String(), format: c.Arg(2).String()}
		if c.Has(3) {
			e.cipher, e.passphrase = c.Arg(3).String(), string(copied(c, 4))
		}
		data, err := handleOf[*pairKey](c, 0).encode(e)
		c.Check(err)
		if e.format == "pem" {
			return c.String(string(data))
		}
		return newBuffer(c.Realm, data)
	}),
	webidl.Static("exportJWK", 0, func(c webidl.Call) goja.Value { return exportJWK(c) }),
	webidl.Static("keyType", 0, func(c webidl.Call) goja.Value { return c.String(handleOf[*pairKey](c, 0).kind()) }),
	webidl.Static("keyDetails", 0, func(c webidl.Call) goja.Value {
		details := c.Realm.VM.NewObject()
		for _, name := range []string{"modulusLength", "publicExponent", "divisorLength", "namedCurve"} {
			details.Set(name, goja.Undefined())
		}
		switch k := handleOf[*pairKey](c, 0).public.(type) {
		case *rsa.PublicKey:
			details.Set("modulusLength", k.N.BitLen())
			details.Set("publicExponent", big.NewInt(int64(k.E)))
		case *ecdsa.PublicKey:
			details.Set("namedCurve", curveOf(k.Curve).name)
		}
		return details
	}),
}
