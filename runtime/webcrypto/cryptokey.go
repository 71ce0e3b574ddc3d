package webcrypto

import (
	"slices"
	"strings"
)

// key is a key as a script knows it. It does not change.
type key struct {
	keyAlgorithm
	kind        string // "secret", "public" or "private"
	extractable bool
	usages      []string
	material    material
}

// keyAlgorithm is the algorithm attribute of a key.
type keyAlgorithm struct {
	name           string
	hash           digest // none, if it has no name
	length         int    // in bits; 0 means that there is none
	namedCurve     string
	modulusLength  int // in bits
	publicExponent []byte
}

// material is what an algorithm keeps in a key. What can be done with it, it says by implementing some of the
// interfaces below; [key.permit] sees to it that nothing else is asked of it.
type material interface {
	// export returns the key in one of the formats, as bytes or as a *jwk.
	export(format string) (any, error)
}

type encrypter interface {
	encrypt(p *params, data []byte) ([]byte, error)
	decrypt(p *params, data []byte) ([]byte, error)
}

type signer interface {
	sign(p *params, data []byte) ([]byte, error)
	verify(p *params, signature, data []byte) (bool, error)
}

type deriver interface {
	// deriveBits derives a number of bits; nil means as many as the algorithm has by itself.
	deriveBits(p *params, bits *int) ([]byte, error)
}

// wrapper is material that wraps keys otherwise than by encrypting them.
type wrapper interface {
	wrap(data []byte) ([]byte, error)
	unwrap(data []byte) ([]byte, error)
}

// generated is what generateKey makes: a secret key, or a pair.
type generated struct {
	secret          *key
	public, private *key
}

// keyUsages are all usages, in the order in which a key lists them.
var keyUsages = []string{"encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"}

// What the keys of one kind of algorithm may be used for.
var (
	cipherUsages     = []string{"encrypt", "decrypt", "wrapKey", "unwrapKey"}
	signatureUsages  = []string{"sign", "verify"}
	derivationUsages = []string{"deriveKey", "deriveBits"}
)

// What the two halves of a pair may be used for.
var (
	privateUsages = []string{"decrypt", "sign", "deriveKey", "deriveBits", "unwrapKey"}
	publicUsages  = []string{"encrypt", "verify", "wrapKey"}
)

// bothOf returns the usages that are in a and in b, each once and in the order of a key.
func bothOf(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(keyUsages), func(usage string) bool {
		return !slices.Contains(a, usage) || !slices.Contains(b, usage)
	})
}

// checkUsages returns usages in order and each once. One that is not allowed is an error; doing says what is being
// done, as in "import secret AES-GCM".
func checkUsages(doing string, usages, allowed []string) ([]string, error) {
	for _, usage := range usages {
		if !slices.Contains(allowed, usage) {
			return nil, syntaxErrorf("Attempt to %s key with invalid usage %q.", doing, usage)
		}
	}
	return bothOf(usages, usages), nil
}

var errNoUsage = syntaxErrorf("Secret/private CryptoKeys must have at least one usage.")

// importKey makes a key of data: the operation behind importKey, unwrapKey and deriveKey.
func importKey(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	if data.jwk != nil && data.jwk.notExt && extractable {
		return nil, dataErrorf("JWK ext field for %q is set to false but extractable is true", p.name)
	}
	if p.algorithm == nil {
		return nil, notSupportedErrorf("Unrecognized key import algorithm %q requested.", p.name)
	}
	k, err := p.algorithm.importKey(p, format, data, extractable, usages)
	if err != nil {
		return nil, err
	}
	if k.kind != "public" && len(k.usages) == 0 {
		return nil, errNoUsage
	}
	return k, nil
}

// keyData is what a key is imported from: bytes, which are the caller's, or a JSON Web Key.
type keyData struct {
	raw []byte
	jwk *jwk
}

// generateKey makes a key or a pair of keys.
func generateKey(p *params, extractable bool, usages []string) (generated, error) {
	if p.algorithm == nil || p.algorithm.generate == nil {
		return generated{}, notSupportedErrorf("Unrecognized key generation algorithm %q requested.", p.name)
	}
	g, err := p.algorithm.generate(p, extractable, usages)
	switch {
	case err != nil:
		return generated{}, err
	case g.secret != nil && len(g.secret.usages) == 0:
		return generated{}, errNoUsage
	case g.private != nil && len(g.private.usages) == 0:
		return generated{}, syntaxErrorf("Attempt to generate asymmetric keys with no valid private key usages.")
	}
	return g, nil
}

// pair makes the two keys of a pair, whose usages have been checked. The public one can always be exported.
func pair(algorithm keyAlgorithm, public, private material, extractable bool, usages []string) generated {
	return generated{
		public:  &key{keyAlgorithm: algorithm, kind: "public", extractable: true, usages: bothOf(usages, publicUsages), material: public},
		private: &key{keyAlgorithm: algorithm, kind: "private", extractable: extractable, usages: bothOf(usages, privateUsages), material: private},
	}
}

// half is one of the keys of a pair, as it has been imported.
type half struct {
	keyAlgorithm
	material
	isPrivate bool
}

// importHalf makes a key of a pair of what load parses.
func importHalf(p *params, format string, data keyData, extractable bool, usages []string, load func() (half, error)) (*key, error) {
	if format == "jwk" {
		// Usages that are wrong come before what is wrong with the key.
		if _, err := importedUsages(p, data.jwk.d != "", usages); err != nil {
			return nil, err
		}
		if err := data.jwk.checkAsymmetric(p.algorithm.name, usages); err != nil {
			return nil, err
		}
	}
	h, err := load()
	if err != nil {
		return nil, err
	}
	if usages, err = importedUsages(p, h.isPrivate, usages); err != nil {
		return nil, err
	}
	kind := "public"
	if h.isPrivate {
		kind = "private"
	}
	return &key{keyAlgorithm: h.keyAlgorithm, kind: kind, extractable: extractable, usages: usages, material: h.material}, nil
}

// importedUsages checks the usages of a key of a pair.
func importedUsages(p *params, isPrivate bool, usages []string) ([]string, error) {
	if isPrivate {
		return checkUsages("import private "+p.algorithm.name, usages, bothOf(p.algorithm.usages, privateUsages))
	}
	return checkUsages("import public "+p.algorithm.name, usages, bothOf(p.algorithm.usages, publicUsages))
}

// permit checks that the key is for the algorithm and the usage.
func (k *key) permit(algorithm, usage string) error {
	if !strings.EqualFold(algorithm, k.name) {
		return invalidAccessErrorf("Requested algorithm %q does not match this CryptoKey's algorithm %q.", algorithm, k.name)
	}
	if !slices.Contains(k.usages, usage) {
		return invalidAccessErrorf("Requested key usage %q does not match any usage listed in this CryptoKey.", usage)
	}
	return nil
}

// export returns the key in one of the formats, as bytes or as a *jwk.
func (k *key) export(format string) (any, error) {
	if !k.extractable {
		return nil, invalidAccessErrorf("Attempt to export non-extractable %s key.", k.name)
	}
	exported, err := k.material.export(format)
	if w, ok := exported.(*jwk); ok {
		w.keyOps = k.usages
	}
	return exported, err
}

// isSlow reports whether deriving from the key takes long.
func isSlow(k *key) bool {
	_, slow := k.material.(pbkdf2Key)
	return slow
}

// deriveKey derives as many bits as the key needs, and imports them.
func deriveKey(base *key, p, derived, length *params, extractable bool, usages []string) (*key, error) {
	if derived.algorithm == nil || derived.algorithm.keyLength == nil {
		return nil, notSupportedErrorf("Unrecognized derived key type %q requested.", derived.name)
	}
	bits, err := derived.algorithm.keyLength(length)
	if err != nil {
		return nil, err
	}
	secret, err := base.material.(deriver).deriveBits(p, bits)
	if err != nil {
		return nil, err
	}
	return importKey(derived, "raw", keyData{raw: secret}, extractable, usages)
}

// wrapKey exports a key and encrypts what comes out.
func wrapKey(format string, k, wrapping *key, p *params) ([]byte, error) {
	exported, err := k.export(format)
	if err != nil {
		return nil, err
	}
	data, ok := exported.([]byte)
	if !ok {
		data = exported.(*jwk).encode()
	}
	if w, ok := wrapping.material.(wrapper); ok {
		return w.wrap(data)
	}
	return wrapping.material.(encrypter).encrypt(p, data)
}

// unwrap decrypts a key that has been wrapped, and returns it in the format that it was exported in.
func (k *key) unwrap(p *params, wrapped []byte) ([]byte, error) {
	if w, ok := k.material.(wrapper); ok {
		return w.unwrap(wrapped)
	}
	return k.material.(encrypter).decrypt(p, wrapped)
}
