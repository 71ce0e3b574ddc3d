package mtls

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"math/big"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/scrypt"

	"devserver/origin"
)

// The ways in which what is encrypted cannot be read.
var (
	errWrongPassphrase   = errors.New("the passphrase is wrong")
	errEncryptionDamaged = errors.New("its encryption cannot be read")
)

// unsupportedEncryption names an algorithm.
type unsupportedEncryption string

func (e unsupportedEncryption) Error() string { return "it is encrypted with " + string(e) }

// costlyEncryption is a number of rounds.
type costlyEncryption string

func (e costlyEncryption) Error() string { return "its passphrase takes " + string(e) }

const (
	// maxRounds is how many rounds of hashing one passphrase may take: a few seconds. OpenSSL's default is 2048, and OWASP
	// advises 1 300 000 at most. A file must not be able to keep a reload busy for hours.
	maxRounds = 5_000_000
	// maxScryptMemory is in bytes. OpenSSL's own limit is 32 MB.
	maxScryptMemory = 256 << 20
)

// An unlocker decrypts what is encrypted with one passphrase.
type unlocker struct {
	passphrase string
	bmp        []byte // the passphrase as PKCS#12 has it: UTF-16, big endian, with a zero at the end
	left       int    // rounds
}

func newUnlocker(passphrase string) *unlocker {
	u := &unlocker{passphrase: passphrase, left: maxRounds}
	for _, unit := range append(utf16.Encode([]rune(passphrase)), 0) {
		u.bmp = append(u.bmp, byte(unit>>8), byte(unit))
	}
	return u
}

// spend takes rounds from what is left.
func (u *unlocker) spend(rounds, blocks int) error {
	if rounds < 1 || blocks < 1 {
		return errEncryptionDamaged
	}
	if rounds > u.left/blocks {
		return costlyEncryption(fmt.Sprintf("%d rounds of hashing", rounds))
	}
	u.left -= rounds * blocks
	return nil
}

// pbeCipher is a block cipher in CBC mode.
type pbeCipher struct {
	name    string
	keySize int // in bytes
	block   func(key []byte) (cipher.Block, error)
}

func newRC2Block(key []byte) (cipher.Block, error) { return newRC2(key), nil }

// doubleDES is 3DES with a key of two parts, of which the first is used again.
func doubleDES(key []byte) (cipher.Block, error) {
	return des.NewTripleDESCipher(append(bytes.Clone(key), key[:8]...))
}

// pbes2Ciphers are the encryption schemes of https://www.rfc-editor.org/rfc/rfc8018#appendix-B.2 that are in use.
var pbes2Ciphers = map[string]pbeCipher{
	"2.16.840.1.101.3.4.1.2":  {"AES-128-CBC", 16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {"AES-192-CBC", 24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {"AES-256-CBC", 32, aes.NewCipher},
	"1.2.840.113549.3.7":      {"DES-EDE3-CBC", 24, des.NewTripleDESCipher},
	"1.3.14.3.2.7":            {"DES-CBC", 8, des.NewCipher},
}

// pkcs12Ciphers are those of https://www.rfc-editor.org/rfc/rfc7292#appendix-C.
var pkcs12Ciphers = map[string]pbeCipher{
	"1.2.840.113549.1.12.1.3": {"3DES", 24, des.NewTripleDESCipher},
	"1.2.840.113549.1.12.1.4": {"3DES with two keys", 16, doubleDES},
	"1.2.840.113549.1.12.1.5": {"RC2-128", 16, newRC2Block},
	"1.2.840.113549.1.12.1.6": {"RC2-40", 5, newRC2Block},
}

// pkcs5Hashes are those of DES in https://www.rfc-editor.org/rfc/rfc8018#appendix-A.3.
var pkcs5Hashes = map[string]func() hash.Hash{
	"1.2.840.113549.1.5.3":  md5.New,
	"1.2.840.113549.1.5.10": sha1.New,
}

// legacyCiphers are those of encrypted PEM, by the name in its header.
var legacyCiphers = map[string]pbeCipher{
	"AES-128-CBC":  {"", 16, aes.NewCipher},
	"AES-192-CBC":  {"", 24, aes.NewCipher},
	"AES-256-CBC":  {"", 32, aes.NewCipher},
	"DES-EDE3-CBC": {"", 24, des.NewTripleDESCipher},
	"DES-CBC":      {"", 8, des.NewCipher},
}

// hmacHashes are the pseudorandom functions of PBKDF2, and the algorithms of PBMAC1.
var hmacHashes = map[string]func() hash.Hash{
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.8":  sha256.New224,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.10": sha512.New384,
	"1.2.840.113549.2.11": sha512.New,
}

// encryptionNames are the schemes that people may come with and that are refused.
var encryptionNames = map[string]string{
	"1.2.840.113549.1.12.1.1":    "RC4-128",
	"1.2.840.113549.1.12.1.2":    "RC4-40",
	"1.2.840.113549.1.5.1":       "PBE-MD2-DES",
	"1.2.840.113549.1.5.4":       "PBE-MD2-RC2-64",
	"1.2.840.113549.1.5.6":       "PBE-MD5-RC2-64",
	"1.2.840.113549.1.5.11":      "PBE-SHA1-RC2-64",
	"1.2.840.113549.3.2":         "RC2-CBC",
	"2.16.840.1.101.3.4.1.6":     "AES-128-GCM",
	"2.16.840.1.101.3.4.1.26":    "AES-192-GCM",
	"2.16.840.1.101.3.4.1.46":    "AES-256-GCM",
	"1.2.392.200011.61.1.1.1.2":  "CAMELLIA-128-CBC",
	"1.2.392.200011.61.1.1.1.3":  "CAMELLIA-192-CBC",
	"1.2.392.200011.61.1.1.1.4":  "CAMELLIA-256-CBC",
	"1.2.410.200046.1.1.12":      "ARIA-256-CBC",
	"1.2.410.200004.1.4":         "SEED-CBC",
	"1.2.156.10197.1.104.2":      "SM4-CBC",
	"1.2.840.113549.1.9.16.3.18": "ChaCha20-Poly1305",
	"1.2.840.113549.2.12":        "HMAC-SHA-512/224",
	"1.2.840.113549.2.13":        "HMAC-SHA-512/256",
}

func unsupported(oid asn1.ObjectIdentifier) error {
	if name, ok := encryptionNames[oid.String()]; ok {
		return unsupportedEncryption(name)
	}
	return unsupportedEncryption("an algorithm that is not known, " + oid.String())
}

const (
	oidPBES2  = "1.2.840.113549.1.5.13"
	oidPBMAC1 = "1.2.840.113549.1.5.14"
	oidPBKDF2 = "1.2.840.113549.1.5.12"
	oidScrypt = "1.3.6.1.4.1.11591.4.11"
)

// pbeParams are those of the schemes before PBES2: https://www.rfc-editor.org/rfc/rfc8018#appendix-A.3.
type pbeParams struct {
	Salt       []byte
	Iterations int
}

// pbes2Params is https://www.rfc-editor.org/rfc/rfc8018#appendix-A.4, and that of PBMAC1 in A.5 too.
type pbes2Params struct {
	KDF    pkix.AlgorithmIdentifier
	Scheme pkix.AlgorithmIdentifier
}

// pbkdf2Params is https://www.rfc-editor.org/rfc/rfc8018#appendix-A.2.
type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	KeyLength  int                      `asn1:"optional"`
	PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
}

// scryptParams is https://www.rfc-editor.org/rfc/rfc7914#section-7.
type scryptParams struct {
	Salt      []byte
	N, R, P   int
	KeyLength int `asn1:"optional"`
}

// decrypt undoes PBES2 with PBKDF2 or scrypt, and the schemes before it of PKCS#12 and PKCS#5.
func (u *unlocker) decrypt(algorithm pkix.AlgorithmIdentifier, data []byte) ([]byte, error) {
	oid := algorithm.Algorithm.String()
	if oid == oidPBES2 {
		return u.decryptPBES2(algorithm.Parameters.FullBytes, data)
	}
	older, isPKCS12 := pkcs12Ciphers[oid]
	newHash, isPKCS5 := pkcs5Hashes[oid]
	if !isPKCS12 && !isPKCS5 {
		return nil, unsupported(algorithm.Algorithm)
	}
	params, ok := unmarshal[pbeParams](algorithm.Parameters.FullBytes)
	if !ok {
		return nil, errEncryptionDamaged
	}
	if isPKCS5 {
		derived, err := u.pbkdf1(newHash(), params)
		if err != nil {
			return nil, err
		}
		return decryptCBC(pbeCipher{block: des.NewCipher}, derived[:8], derived[8:16], data)
	}
	key, err := u.pkcs12Key(sha1.New, params, purposeKey, older.keySize)
	if err != nil {
		return nil, err
	}
	iv, err := u.pkcs12Key(sha1.New, params, purposeIV, 8)
	if err != nil {
		return nil, err
	}
	return decryptCBC(older, key, iv, data)
}

// decryptPBES2 is https://www.rfc-editor.org/rfc/rfc8018#section-6.2.2.
func (u *unlocker) decryptPBES2(parameters, data []byte) ([]byte, error) {
	params, ok := unmarshal[pbes2Params](parameters)
	if !ok {
		return nil, errEncryptionDamaged
	}
	scheme, ok := pbes2Ciphers[params.Scheme.Algorithm.String()]
	if !ok {
		return nil, unsupported(params.Scheme.Algorithm)
	}
	iv, ok := unmarshal[[]byte](params.Scheme.Parameters.FullBytes)
	if !ok {
		return nil, errEncryptionDamaged
	}
	key, err := u.derive(params.KDF, scheme.keySize)
	if err != nil {
		return nil, err
	}
	return decryptCBC(scheme, key, iv, data)
}

// derive makes a key of the passphrase. The size 0 is that which the parameters have.
func (u *unlocker) derive(kdf pkix.AlgorithmIdentifier, size int) ([]byte, error) {
	switch kdf.Algorithm.String() {
	case oidPBKDF2:
		return u.pbkdf2(kdf.Parameters.FullBytes, size)
	case oidScrypt:
		return u.scrypt(kdf.Parameters.FullBytes, size)
	}
	return nil, unsupported(kdf.Algorithm)
}

func (u *unlocker) pbkdf2(parameters []byte, size int) ([]byte, error) {
	params, ok := unmarshal[pbkdf2Params](parameters)
	if !ok {
		return nil, errEncryptionDamaged
	}
	newHash := sha1.New // the default
	if params.PRF.Algorithm != nil {
		if newHash, ok = hmacHashes[params.PRF.Algorithm.String()]; !ok {
			return nil, unsupported(params.PRF.Algorithm)
		}
	}
	if size == 0 {
		size = params.KeyLength
	}
	if size < 1 || size > 64 || params.KeyLength != 0 && params.KeyLength != size {
		return nil, errEncryptionDamaged
	}
	length := newHash().Size()
	if err := u.spend(params.Iterations, (size+length-1)/length); err != nil {
		return nil, err
	}
	return pbkdf2.Key(newHash, u.passphrase, params.Salt, params.Iterations, size)
}

func (u *unlocker) scrypt(parameters []byte, size int) ([]byte, error) {
	params, ok := unmarshal[scryptParams](parameters)
	if !ok || size == 0 || params.KeyLength != 0 && params.KeyLength != size ||
		params.N < 2 || params.N&(params.N-1) != 0 || params.R < 1 || params.P < 1 {
		return nil, errEncryptionDamaged
	}
	// One of scrypt's mixings costs about as much as a round of PBKDF2.
	costly := costlyEncryption(fmt.Sprintf("scrypt with N=%d, r=%d, p=%d", params.N, params.R, params.P))
	if params.N > maxScryptMemory/128/params.R || params.P > u.left/params.R/params.N {
		return nil, costly
	}
	u.left -= params.N * params.R * params.P
	key, err := scrypt.Key([]byte(u.passphrase), params.Salt, params.N, params.R, params.P, size)
	if err != nil {
		return nil, errEncryptionDamaged
	}
	return key, nil
}

// pbkdf1 is https://www.rfc-editor.org/rfc/rfc8018#section-5.1.
func (u *unlocker) pbkdf1(h hash.Hash, params pbeParams) ([]byte, error) {
	if err := u.spend(params.Iterations, 1); err != nil {
		return nil, err
	}
	h.Write([]byte(u.passphrase))
	h.Write(params.Salt)
	derived := h.Sum(nil)
	for range params.Iterations - 1 {
		h.Reset()
		h.Write(derived)
		derived = h.Sum(derived[:0])
	}
	return derived, nil
}

// What a key that is derived as PKCS#12 has it is for: https://www.rfc-editor.org/rfc/rfc7292#appendix-B.3.
const (
	purposeKey byte = 1
	purposeIV  byte = 2
	purposeMAC byte = 3
)

// pkcs12Key is https://www.rfc-editor.org/rfc/rfc7292#appendix-B.2, in its words.
func (u *unlocker) pkcs12Key(newHash func() hash.Hash, params pbeParams, purpose byte, size int) ([]byte, error) {
	h := newHash()
	if err := u.spend(params.Iterations, (size+h.Size()-1)/h.Size()); err != nil {
		return nil, err
	}
	v := h.BlockSize()
	fill := func(text []byte) []byte { // with copies of the text, up to a multiple of v
		if len(text) == 0 {
			return nil
		}
		n := (len(text) + v - 1) / v * v
		return bytes.Repeat(text, n/len(text)+1)[:n]
	}
	d := bytes.Repeat([]byte{purpose}, v)
	i := append(fill(params.Salt), fill(u.bmp)...)
	modulus := new(big.Int).Lsh(big.NewInt(1), uint(8*v))
	var key []byte
	for len(key) < size {
		h.Reset()
		h.Write(d)
		h.Write(i)
		a := h.Sum(nil)
		for range params.Iterations - 1 {
			h.Reset()
			h.Write(a)
			a = h.Sum(a[:0])
		}
		key = append(key, a...)
		b := new(big.Int).SetBytes(fill(a)[:v])
		b.Add(b, big.NewInt(1))
		for part := range len(i) / v {
			field := i[part*v : (part+1)*v]
			sum := new(big.Int).SetBytes(field)
			sum.Add(sum, b).Mod(sum, modulus).FillBytes(field)
		}
	}
	return key[:size], nil
}

// decryptPEM decrypts a block whose header says that it is, which OpenSSL wrote before there was PKCS#8:
// https://www.rfc-editor.org/rfc/rfc1423#section-1.1, with a key made by one round of MD5.
func (u *unlocker) decryptPEM(b *pem.Block) ([]byte, error) {
	name, hexIV, _ := strings.Cut(b.Headers["DEK-Info"], ",")
	scheme, ok := legacyCiphers[strings.TrimSpace(name)]
	if !ok {
		return nil, unsupportedEncryption(origin.EscapeName(name))
	}
	iv, err := hex.DecodeString(strings.TrimSpace(hexIV))
	if err != nil || len(iv) < 8 {
		return nil, errEncryptionDamaged
	}
	var key, digest []byte
	for len(key) < scheme.keySize {
		h := md5.New()
		h.Write(digest)
		h.Write([]byte(u.passphrase))
		h.Write(iv[:8])
		digest = h.Sum(nil)
		key = append(key, digest...)
	}
	return decryptCBC(scheme, key[:scheme.keySize], iv, b.Bytes)
}

// decryptCBC decrypts, and takes the padding off: https://www.rfc-editor.org/rfc/rfc8018#section-6.1.1. What comes out
// is always ASN.1, so that a wrong passphrase is known even where the padding looks right by chance.
func decryptCBC(scheme pbeCipher, key, iv, data []byte) ([]byte, error) {
	block, err := scheme.block(key)
	if err != nil {
		return nil, errEncryptionDamaged
	}
	size := block.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, errEncryptionDamaged
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > size || !bytes.HasSuffix(plain, bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, errWrongPassphrase
	}
	plain = plain[:len(plain)-padding]
	if derOf(plain) == nil {
		return nil, errWrongPassphrase
	}
	return plain, nil
}
