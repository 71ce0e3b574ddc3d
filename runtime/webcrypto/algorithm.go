package webcrypto

import (
	"strings"
)

// algorithm is what is known of one algorithm that keys can be for.
type algorithm struct {
	name string
	// parameters are the members of the dictionary that goes with the name, by what it is given to; nil means none.
	parameters map[operation][]member
	// usages are those that keys may have, those of private and public ones together.
	usages []string
	// generate makes a key or a pair of keys; nil means that the algorithm cannot.
	generate func(p *params, extractable bool, usages []string) (generated, error)
	// slow is set if generate takes long.
	slow bool
	// importKey makes a key of data in a format.
	importKey func(p *params, format string, data keyData, extractable bool, usages []string) (*key, error)
	// keyLength is how many bits deriveKey derives for a key: https://w3c.github.io/webcrypto/#dfn-get-key-length. A
	// nil result means as many as it likes, and a nil function that no keys are derived.
	keyLength func(p *params) (*int, error)
}

// operation is what a dictionary of parameters is given to. Operations that take the same ones are one.
type operation int

const (
	ciphering   operation = iota // encrypt, decrypt, wrapKey, unwrapKey
	signing                      // sign, verify
	deriving                     // deriveBits, deriveKey
	generating                   // generateKey
	importing                    // importKey
	keyDeriving                  // the second algorithm of deriveKey, for the length of the key
)

// algorithms are the registered ones: https://w3c.github.io/webcrypto/#algorithm-overview. NODE-ED25519 is what
// Workers had before there was Ed25519.
var algorithms = []*algorithm{
	{
		name:       "AES-CBC",
		parameters: map[operation][]member{ciphering: {ivMember}, generating: {keyBitsMember}, keyDeriving: {optionalKeyBitsMember}},
		usages:     cipherUsages, generate: generateAES, importKey: importAES, keyLength: aesLength,
	},
	{
		name:       "AES-CTR",
		parameters: map[operation][]member{ciphering: {counterMember, counterBitsMember}, generating: {keyBitsMember}, keyDeriving: {optionalKeyBitsMember}},
		usages:     cipherUsages, generate: generateAES, importKey: importAES, keyLength: aesLength,
	},
	{
		name:       "AES-GCM",
		parameters: map[operation][]member{ciphering: {additionalDataMember, ivMember, tagLengthMember}, generating: {keyBitsMember}, keyDeriving: {optionalKeyBitsMember}},
		usages:     cipherUsages, generate: generateAES, importKey: importAES, keyLength: aesLength,
	},
	{
		name:       "AES-KW",
		parameters: map[operation][]member{generating: {keyBitsMember}, keyDeriving: {optionalKeyBitsMember}},
		usages:     []string{"wrapKey", "unwrapKey"}, generate: generateAES, importKey: importAES, keyLength: aesLength,
	},
	{
		name:       "ECDH",
		parameters: map[operation][]member{deriving: {publicKeyMember}, generating: {namedCurveMember}, importing: {namedCurveMember}},
		usages:     derivationUsages, generate: generateEC, importKey: importEC,
	},
	{
		name:       "ECDSA",
		parameters: map[operation][]member{signing: {hashOfCallMember}, generating: {namedCurveMember}, importing: {namedCurveMember}},
		usages:     signatureUsages, generate: generateEC, importKey: importEC,
	},
	{
		name:   "Ed25519",
		usages: signatureUsages, generate: generateOKP, importKey: importOKP,
	},
	{
		name:       "HKDF",
		parameters: map[operation][]member{deriving: {hashMember, infoMember, saltMember}},
		usages:     derivationUsages, importKey: importSecret, keyLength: anyLength,
	},
	{
		name:       "HMAC",
		parameters: map[operation][]member{generating: {hashMember, optionalKeyBitsMember}, importing: {hashMember, optionalKeyBitsMember}, keyDeriving: {hashMember, optionalKeyBitsMember}},
		usages:     signatureUsages, generate: generateHMAC, importKey: importHMAC, keyLength: hmacLength,
	},
	{
		name:       "NODE-ED25519",
		parameters: map[operation][]member{generating: {namedCurveMember}, importing: {namedCurveMember}},
		usages:     signatureUsages, generate: generateOKP, importKey: importOKP,
	},
	{
		name:       "PBKDF2",
		parameters: map[operation][]member{deriving: {hashMember, iterationsMember, saltMember}},
		usages:     derivationUsages, importKey: importSecret, keyLength: anyLength,
	},
	{
		name:       "RSA-OAEP",
		parameters: map[operation][]member{ciphering: {labelMember}, generating: {hashMember, modulusLengthMember, publicExponentMember}, importing: {hashMember}},
		usages:     cipherUsages, generate: generateRSA, slow: true, importKey: importRSA,
	},
	{
		name:       "RSA-PSS",
		parameters: map[operation][]member{signing: {saltLengthMember}, generating: {hashMember, modulusLengthMember, publicExponentMember}, importing: {hashMember}},
		usages:     signatureUsages, generate: generateRSA, slow: true, importKey: importRSA,
	},
	{
		name:       "RSASSA-PKCS1-v1_5",
		parameters: map[operation][]member{generating: {hashMember, modulusLengthMember, publicExponentMember}, importing: {hashMember}},
		usages:     signatureUsages, generate: generateRSA, slow: true, importKey: importRSA,
	},
	{
		name:       "X25519",
		parameters: map[operation][]member{deriving: {publicKeyMember}},
		usages:     derivationUsages, generate: generateOKP, importKey: importOKP,
	},
}

// findAlgorithm finds an algorithm by its name, in any case; nil means that there is none.
func findAlgorithm(name string) *algorithm {
	for _, a := range algorithms {
		if strings.EqualFold(a.name, name) {
			return a
		}
	}
	return nil
}

// params is a normalised algorithm: its name, and what the dictionary had.
type params struct {
	name      string     // as the script spelt it
	algorithm *algorithm // nil if the name is unknown
	strict    bool       // strict_crypto_checks is on

	hash           digest
	namedCurve     string
	length         *int // in bits
	modulusLength  int  // in bits
	publicExponent []byte
	iv             []byte
	additionalData []byte
	tagLength      *int // in bits
	counter        []byte
	label          []byte
	saltLength     int // in bytes
	salt, info     []byte
	iterations     int
	public         *key
}
