package webcrypto

import (
	"crypto/rsa"
	"math/big"
	"slices"
)

// rsaKey is the material of both halves of an RSA pair; each algorithm is a type of its own around it.
type rsaKey struct {
	name    string
	digest  digest
	public  *rsa.PublicKey
	private *rsa.PrivateKey // nil in a public key
}

func newRSA(base rsaKey) material {
	switch base.name {
	case "RSA-OAEP":
		return rsaOAEP{base}
	case "RSA-PSS":
		return rsaPSS{base}
	}
	return rsaPKCS1{base}
}

func rsaAlgorithm(name string, d digest, public *rsa.PublicKey) keyAlgorithm {
	return keyAlgorithm{
		name: name, hash: d, modulusLength: public.N.BitLen(), publicExponent: big.NewInt(int64(public.E)).Bytes(),
	}
}

// The shortest modulus, in bits, is that of the standard library; Workers take a quarter of it. The longest is that of
// Workers.
const minModulus, maxModulus = 1024, 16384

// checkModulus checks the length of a modulus in bits.
func checkModulus(bits int) error {
	if bits%8 != 0 || bits < 256 || bits > maxModulus {
		return operationErrorf("The modulus length must be a multiple of 8 and between 256 and 16k, but %d was requested.", bits)
	}
	if bits < minModulus {
		return notSupportedErrorf("RSA keys of fewer than %d bits are not supported by devserver (%d bits).", minModulus, bits)
	}
	return nil
}

func generateRSA(p *params, extractable bool, usages []string) (generated, error) {
	name := p.algorithm.name
	usages, err := checkUsages("generate "+name, usages, p.algorithm.usages)
	if err != nil {
		return generated{}, err
	}
	if p.modulusLength == 0 {
		return generated{}, operationErrorf("modulusLength must be greater than zero (requested 0).")
	}
	if err := checkModulus(p.modulusLength); err != nil {
		return generated{}, err
	}
	if p.strict && p.modulusLength%128 != 0 {
		return generated{}, operationErrorf("Can't generate key: RSA key size is required to be a multiple of 128")
	}
	exponent := new(big.Int).SetBytes(p.publicExponent)
	if exponent.BitLen() > 32 {
		return generated{}, operationErrorf("The \"publicExponent\" must be either 3 or 65537, but got a number larger than 2^32.")
	}
	e := int(exponent.Int64())
	if e != 3 && e != 65537 {
		return generated{}, operationErrorf("The \"publicExponent\" must be either 3 or 65537, but got %d.", e)
	}
	private, err := generateRSAKey(p.modulusLength, e)
	if err != nil {
		return generated{}, operationErrorf("Error generating RSA key.")
	}
	base := rsaKey{name: name, digest: p.hash, public: &private.PublicKey}
	whole := base
	whole.private = private
	return pair(rsaAlgorithm(name, p.hash, &private.PublicKey), newRSA(base), newRSA(whole), extractable, usages), nil
}

func importRSA(p *params, format string, data keyData, extractable bool, usages []string) (*key, error) {
	return importHalf(p, format, data, extractable, usages, func() (half, error) { return loadRSA(p, format, data) })
}

func loadRSA(p *params, format string, data keyData) (half, error) {
	base := rsaKey{name: p.algorithm.name, digest: p.hash}
	switch format {
	case "spki":
		parsed, err := parseSPKI(data.raw)
		if err != nil {
			return half{}, err
		}
		base.public, _ = parsed.(*rsa.PublicKey)
	case "pkcs8":
		parsed, err := parsePKCS8(data.raw)
		if err != nil {
			return half{}, err
		}
		if base.private, _ = parsed.(*rsa.PrivateKey); base.private != nil {
			base.public = &base.private.PublicKey
		}
	case "jwk":
		var err error
		if base.public, base.private, err = data.jwk.rsa(base.alg()); err != nil {
			return half{}, err
		}
	default:
		return half{}, errImportFormat(format)
	}
	if base.public == nil || !isRSA(base.public) {
		return half{}, errNotRSA
	}
	if bits := base.public.N.BitLen(); p.strict || bits < minModulus || bits > maxModulus {
		if err := checkModulus(bits); err != nil {
			return half{}, err
		}
	}
	if p.strict && !slices.Contains([]int{3, 17, 37, 65537}, base.public.E) {
		return half{}, operationErrorf("Imported RSA key has invalid publicExponent %d.", base.public.E)
	}
	return half{rsaAlgorithm(base.name, p.hash, base.public), newRSA(base), base.private != nil}, nil
}

var errNotRSA = dataErrorf("Input was not an RSA key.")

// isRSA reports whether the numbers can be those of a key at all.
func isRSA(public *rsa.PublicKey) bool {
	return public.N.Bit(0) == 1 && public.E >= 3 && public.E%2 == 1
}

// alg is the "alg" of a JSON Web Key, or "" if there is none for the hash function.
func (k rsaKey) alg() string {
	switch {
	case k.digest.suffix == "":
		return ""
	case k.name == "RSA-OAEP" && k.digest.suffix == "1":
		return "RSA-OAEP"
	case k.name == "RSA-OAEP":
		return "RSA-OAEP-" + k.digest.suffix
	case k.name == "RSA-PSS":
		return "PS" + k.digest.suffix
	}
	return "RS" + k.digest.suffix
}

// rsa returns the keys in a JSON Web Key; private is nil if it is a public one.
func (w *jwk) rsa(alg string) (public *rsa.PublicKey, private *rsa.PrivateKey, err error) {
	if w.kty != "RSA" {
		return nil, nil, dataErrorf("RSASSA-PKCS1-v1_5 \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" (%q) equal to \"RSA\".", w.kty)
	}
	if w.alg != "" && w.alg != alg {
		return nil, nil, dataErrorf("JSON Web Key Algorithm parameter \"alg\" (%q) does not match requested hash algorithm %q.", w.alg, alg)
	}
	if w.multiPrime {
		return nil, nil, notSupportedErrorf("Multi-prime private keys not supported.")
	}
	n, ok := decodeBase64URL(w.n)
	if !ok {
		return nil, nil, dataErrorf("Invalid RSA key in JSON Web Key; missing or invalid Modulus parameter (\"n\").")
	}
	e, ok := decodeBase64URL(w.e)
	exponent := new(big.Int).SetBytes(e)
	if !ok || exponent.BitLen() > 31 {
		return nil, nil, dataErrorf("Invalid RSA key in JSON Web Key; missing or invalid Exponent parameter (\"e\").")
	}
	public = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(exponent.Int64())}
	if public.N.BitLen() > maxModulus {
		return nil, nil, checkModulus(public.N.BitLen()) // before anything is computed with it
	}
	if !isRSA(public) {
		return nil, nil, errNotRSA
	}
	if w.d == "" {
		return public, nil, nil
	}
	if private, err = w.rsaPrivate(public); err != nil {
		return nil, nil, err
	}
	return &private.PublicKey, private, nil
}

// rsaPrivate returns the private key in a JSON Web Key. The numbers that only make it faster are given all or not at
// all.
func (w *jwk) rsaPrivate(public *rsa.PublicKey) (*rsa.PrivateKey, error) {
	d, ok := decodeBase64URL(w.d)
	if !ok {
		return nil, dataErrorf("Invalid RSA key in JSON Web Key; missing or invalid Private Exponent parameter (\"d\").")
	}
	private := &rsa.PrivateKey{PublicKey: *public, D: new(big.Int).SetBytes(d)}
	if w.p+w.q+w.dp+w.dq+w.qi != "" {
		if w.p == "" || w.q == "" || w.dp == "" || w.dq == "" || w.qi == "" {
			return nil, dataErrorf("Invalid RSA private key in JSON Web Key; if one Prime Factor or CRT Exponent/Coefficient parameter is present, then they must all be present (\"p\", \"q\", \"dp\", \"dq\", \"qi\").")
		}
		var numbers [5]*big.Int
		for i, text := range []string{w.p, w.q, w.dp, w.dq, w.qi} {
			data, ok := decodeBase64URL(text)
			if !ok {
				return nil, dataErrorf("Invalid RSA key in JSON Web Key; invalid %s parameter (%q).",
					[]string{"First Prime Factor", "Second Prime Factor", "First Factor CRT Exponent", "Second Factor CRT Exponent", "First CRT Coefficient"}[i],
					[]string{"p", "q", "dp", "dq", "qi"}[i])
			}
			numbers[i] = new(big.Int).SetBytes(data)
		}
		private.Primes = []*big.Int{numbers[0], numbers[1]}
		private.Precomputed.Dp, private.Precomputed.Dq, private.Precomputed.Qinv = numbers[2], numbers[3], numbers[4]
	}
	private.Precompute()
	if len(private.Primes) > 0 {
		if err := private.Validate(); err != nil {
			return nil, errNotRSA
		}
	}
	return private, nil
}

func (k rsaKey) export(format string) (any, error) {
	switch format {
	case "raw":
		return nil, invalidAccessErrorf("Cannot export %q in \"raw\" format.", k.name)
	case "jwk":
		return k.jwk()
	}
	if k.private == nil {
		return exportDER(k.name, format, k.public, nil)
	}
	if len(k.private.Primes) == 0 {
		return nil, operationErrorf("Private key export failed.")
	}
	return exportDER(k.name, format, k.public, k.private)
}

func (k rsaKey) jwk() (*jwk, error) {
	if k.digest.suffix == "" {
		return nil, notSupportedErrorf("JWK export not supported for hash algorithm %q.", k.digest.name)
	}
	w := &jwk{
		kty: "RSA", alg: k.alg(), n: encodeBase64URL(k.public.N.Bytes()), e: encodeBase64URL(big.NewInt(int64(k.public.E)).Bytes()),
	}
	if k.private == nil {
		return w, nil
	}
	w.d = encodeBase64URL(k.private.D.Bytes())
	if len(k.private.Primes) == 2 {
		crt := k.private.Precomputed
		w.p, w.q = encodeBase64URL(k.private.Primes[0].Bytes()), encodeBase64URL(k.private.Primes[1].Bytes())
		w.dp, w.dq, w.qi = encodeBase64URL(crt.Dp.Bytes()), encodeBase64URL(crt.Dq.Bytes()), encodeBase64URL(crt.Qinv.Bytes())
	}
	return w, nil
}
