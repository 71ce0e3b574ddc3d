package webcrypto

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devserver/internal/suites"
)

// vectorFile is a file of Project Wycheproof, https://github.com/C2SP/wycheproof
type vectorFile struct {
	TestGroups []json.RawMessage
}

// vectorGroup is what the groups of all files have that this test looks at.
type vectorGroup struct {
	Type, Curve, Sha, MgfSha string
	SLen                     int
	TagSize                  int
	PublicKeyDer             hexBytes
	PrivateKeyPkcs8          hexBytes
	PublicKey                struct{ PK hexBytes }
	Tests                    []vector

	key *key // the group's, once it is imported
}

// vector is a test: what the tests of all files have.
type vector struct {
	TcID                            int
	Comment, Result                 string
	Flags                           []string
	Key, IV, AAD, Msg, CT, Tag, Sig hexBytes
	IKM, Salt, Info, OKM, Password  hexBytes
	DK, Label, Shared               hexBytes
	Size, IterationCount, DKLen     int
	Public, Private                 json.RawMessage
}

type hexBytes []byte

func (h *hexBytes) UnmarshalJSON(text []byte) error {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	data, err := hex.DecodeString(s)
	*h = data
	return err
}

// verdict is what became of a vector: whether it was accepted, or why it cannot be tried.
type verdict struct {
	accepted bool
	untried  string
}

// keyText returns a key that is given as a string; the other ones are objects.
func keyText(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// keyBytes returns a key that is given in hexadecimal.
func keyBytes(t *testing.T, raw json.RawMessage) []byte {
	t.Helper()
	data, err := hex.DecodeString(keyText(t, raw))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// once imports the key of the group, the first time.
func (g *vectorGroup) once(load func() *key) *key {
	if g.key == nil {
		g.key = load()
	}
	return g.key
}

// wycheproofKey imports a key; nil means that it was refused.
func wycheproofKey(t *testing.T, p params, format string, data keyData, usages ...string) *key {
	t.Helper()
	if p.algorithm = findAlgorithm(p.name); p.algorithm == nil {
		t.Fatalf("no algorithm %s", p.name)
	}
	k, err := importKey(&p, format, data, false, usages)
	if err != nil {
		return nil
	}
	return k
}

func jwkOf(t *testing.T, raw json.RawMessage) *jwk {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		t.Fatal(err)
	}
	w := &jwk{}
	for _, m := range append(w.strings(), jwkMember{"kty", &w.kty}) {
		*m.value, _ = members[m.name].(string)
	}
	return w
}

func same(got []byte, err error, want []byte) verdict {
	return verdict{accepted: err == nil && bytes.Equal(got, want)}
}

func verified(ok bool, err error) verdict { return verdict{accepted: ok && err == nil} }

func hashNamed(t *testing.T, name string) digest {
	t.Helper()
	d, err := findDigest(name)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tryVector does what a vector of the group says.
func tryVector(t *testing.T, file string, g *vectorGroup, v *vector) verdict {
	t.Helper()
	switch g.Type {
	case "IndCpaTest":
		k := wycheproofKey(t, params{name: "AES-CBC"}, "raw", keyData{raw: v.Key}, "encrypt", "decrypt")
		p := &params{iv: v.IV}
		if v.Result == "valid" {
			got, err := k.material.(encrypter).encrypt(p, v.Msg)
			if !same(got, err, v.CT).accepted {
				return verdict{}
			}
		}
		got, err := k.material.(encrypter).decrypt(p, v.CT)
		return same(got, err, v.Msg)
	case "AeadTest":
		k := wycheproofKey(t, params{name: "AES-GCM"}, "raw", keyData{raw: v.Key}, "encrypt", "decrypt")
		p := &params{iv: v.IV, additionalData: v.AAD, tagLength: &g.TagSize}
		sealed := append(bytes.Clone(v.CT), v.Tag...)
		if v.Result == "valid" {
			got, err := k.material.(encrypter).encrypt(p, v.Msg)
			if !same(got, err, sealed).accepted {
				return verdict{}
			}
		}
		got, err := k.material.(encrypter).decrypt(p, sealed)
		return same(got, err, v.Msg)
	case "KeywrapTest":
		k := wycheproofKey(t, params{name: "AES-KW"}, "raw", keyData{raw: v.Key}, "wrapKey", "unwrapKey")
		if v.Result == "valid" {
			got, err := k.material.(wrapper).wrap(v.Msg)
			if !same(got, err, v.CT).accepted {
				return verdict{}
			}
		}
		got, err := k.material.(wrapper).unwrap(v.CT)
		return same(got, err, v.Msg)
	case "MacTest":
		sha := strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(file, "hmac_sha"), "_test.json"))
		if len(v.Key) == 0 {
			return verdict{untried: "an HMAC key must not be empty"}
		}
		k := wycheproofKey(t, params{name: "HMAC", hash: hashNamed(t, "SHA-"+sha)}, "raw", keyData{raw: v.Key}, "sign", "verify")
		got, err := k.material.(signer).sign(nil, v.Msg)
		if len(v.Tag) < len(got) {
			return same(got[:len(v.Tag)], err, v.Tag) // WebCrypto does not cut them short
		}
		return verified(k.material.(signer).verify(nil, v.Tag, v.Msg))
	case "HkdfTest":
		sha := strings.TrimSuffix(strings.TrimPrefix(file, "hkdf_sha"), "_test.json")
		k := wycheproofKey(t, params{name: "HKDF"}, "raw", keyData{raw: v.IKM}, "deriveBits")
		got, err := k.material.(deriver).deriveBits(&params{hash: hashNamed(t, "SHA-"+sha), salt: v.Salt, info: v.Info}, new(8*v.Size))
		return same(got, err, v.OKM)
	case "PbkdfTest":
		sha := strings.TrimSuffix(strings.TrimPrefix(file, "pbkdf2_hmacsha"), "_test.json")
		if v.IterationCount > maxIterations {
			return verdict{untried: "more iterations than Cloudflare allows"}
		}
		k := wycheproofKey(t, params{name: "PBKDF2"}, "raw", keyData{raw: v.Password}, "deriveBits")
		got, err := k.material.(deriver).deriveBits(&params{hash: hashNamed(t, "SHA-"+sha), salt: v.Salt, iterations: v.IterationCount}, new(8*v.DKLen))
		return same(got, err, v.DK)
	case "EcdsaP1363Verify", "EcdsaVerify":
		k := g.once(func() *key {
			return wycheproofKey(t, params{name: "ECDSA", namedCurve: curveOf(file)}, "spki", keyData{raw: g.PublicKeyDer}, "verify")
		})
		p := &params{hash: hashNamed(t, g.Sha)}
		if g.Type == "EcdsaP1363Verify" {
			return verified(k.material.(signer).verify(p, v.Sig, v.Msg))
		}
		signature, ok := p1363(v.Sig, k.material.(ecdsaKey).curve.bytes())
		if !ok {
			return verdict{untried: "a signature that is wrong in its DER, which WebCrypto does not have"}
		}
		return verified(k.material.(signer).verify(p, signature, v.Msg))
	case "EddsaVerify":
		if strings.HasPrefix(file, "ed448") {
			return verdict{untried: "Workers do not have Ed448"}
		}
		k := g.once(func() *key {
			return wycheproofKey(t, params{name: "Ed25519"}, "raw", keyData{raw: g.PublicKey.PK}, "verify")
		})
		return verified(k.material.(signer).verify(nil, v.Sig, v.Msg))
	case "RsassaPkcs1Verify", "RsassaPkcs1Generate", "RsassaPssVerify", "RsassaPssWithParametersVerify":
		return tryRSA(t, g, v)
	case "RsaesOaepDecrypt":
		if g.Sha != g.MgfSha {
			return verdict{untried: "a mask with another hash function, which WebCrypto does not have"}
		}
		if strings.HasPrefix(g.Sha, "SHA-512/") || g.Sha == "SHA-224" {
			return verdict{untried: "hash functions that WebCrypto does not have"}
		}
		k := g.once(func() *key {
			return wycheproofKey(t, params{name: "RSA-OAEP", hash: hashNamed(t, g.Sha)}, "pkcs8", keyData{raw: g.PrivateKeyPkcs8}, "decrypt")
		})
		if k == nil {
			return verdict{}
		}
		got, err := k.material.(encrypter).decrypt(&params{label: v.Label}, v.CT)
		return same(got, err, v.Msg)
	case "EcdhTest", "EcdhPemTest", "EcdhEcpointTest", "EcdhWebcryptoTest":
		return tryECDH(t, file, g, v)
	case "XdhComp", "XdhAsnComp", "XdhPemComp", "XdhJwkComp":
		if g.Curve != "curve25519" {
			return verdict{untried: "Workers do not have X448"}
		}
		return tryX25519(t, g, v)
	case "RsaesPkcs1Decrypt":
		return verdict{untried: "WebCrypto does not encrypt with PKCS #1 version 1.5"}
	case "JsonWebCrypto", "JsonWebKey", "JsonWebSignature", "JsonWebEncryption":
		return verdict{untried: "JOSE, which stands on WebCrypto"}
	}
	t.Fatalf("%s: what is a %s?", file, g.Type)
	return verdict{}
}

func tryRSA(t *testing.T, g *vectorGroup, v *vector) verdict {
	t.Helper()
	if strings.Contains(g.Sha, "/") || g.Sha == "SHA-224" || strings.HasPrefix(g.Sha, "SHA3") {
		return verdict{untried: "hash functions that WebCrypto does not have"}
	}
	name := "RSASSA-PKCS1-v1_5"
	if strings.HasPrefix(g.Type, "RsassaPss") {
		name = "RSA-PSS"
		if g.Sha != g.MgfSha {
			return verdict{untried: "a mask with another hash function, which WebCrypto does not have"}
		}
	}
	if g.Type == "RsassaPssWithParametersVerify" {
		return verdict{untried: "RSA keys with parameters, which WebCrypto does not have"}
	}
	base := params{name: name, hash: hashNamed(t, g.Sha)}
	if len(g.PrivateKeyPkcs8) > 0 {
		k := g.once(func() *key { return wycheproofKey(t, base, "pkcs8", keyData{raw: g.PrivateKeyPkcs8}, "sign") })
		if k == nil {
			return verdict{}
		}
		got, err := k.material.(signer).sign(&params{}, v.Msg)
		return same(got, err, v.Sig)
	}
	k := g.once(func() *key { return wycheproofKey(t, base, "spki", keyData{raw: g.PublicKeyDer}, "verify") })
	if k == nil {
		return verdict{untried: "the key is refused"}
	}
	return verified(k.material.(signer).verify(&params{saltLength: g.SLen}, v.Sig, v.Msg))
}

func tryECDH(t *testing.T, file string, g *vectorGroup, v *vector) verdict {
	t.Helper()
	p := params{name: "ECDH", namedCurve: curveOf(file)}
	c, err := findCurve(p.namedCurve)
	if err != nil {
		t.Fatal(err)
	}
	var public, private *key
	switch g.Type {
	case "EcdhWebcryptoTest":
		public = wycheproofKey(t, p, "jwk", keyData{jwk: jwkOf(t, v.Public)})
		private = wycheproofKey(t, p, "jwk", keyData{jwk: jwkOf(t, v.Private)}, "deriveBits")
	case "EcdhPemTest":
		public = wycheproofKey(t, p, "spki", keyData{raw: fromPEM(keyText(t, v.Public))})
		private = wycheproofKey(t, p, "pkcs8", keyData{raw: fromPEM(keyText(t, v.Private))}, "deriveBits")
	default:
		format := "spki"
		if g.Type == "EcdhEcpointTest" {
			format = "raw"
		}
		public = wycheproofKey(t, p, format, keyData{raw: keyBytes(t, v.Public)})
		scalar, _ := new(big.Int).SetString(keyText(t, v.Private), 16)
		x, y := c.ScalarBaseMult(scalar.Bytes())
		size := c.bytes()
		private = wycheproofKey(t, p, "jwk", keyData{jwk: &jwk{
			kty: "EC", crv: c.name, d: encodeBase64URL(scalar.FillBytes(make([]byte, size))),
			x: encodeBase64URL(x.FillBytes(make([]byte, size))), y: encodeBase64URL(y.FillBytes(make([]byte, size))),
		}}, "deriveBits")
	}
	if public == nil || private == nil {
		return verdict{}
	}
	got, err := private.material.(deriver).deriveBits(&params{public: public}, nil)
	return same(got, err, v.Shared)
}

func tryX25519(t *testing.T, g *vectorGroup, v *vector) verdict {
	t.Helper()
	p := params{name: "X25519"}
	var public, private *key
	switch g.Type {
	case "XdhJwkComp":
		public = wycheproofKey(t, p, "jwk", keyData{jwk: jwkOf(t, v.Public)})
		private = wycheproofKey(t, p, "jwk", keyData{jwk: jwkOf(t, v.Private)}, "deriveBits")
	case "XdhPemComp":
		public = wycheproofKey(t, p, "spki", keyData{raw: fromPEM(keyText(t, v.Public))})
		private = wycheproofKey(t, p, "pkcs8", keyData{raw: fromPEM(keyText(t, v.Private))}, "deriveBits")
	case "XdhAsnComp":
		public = wycheproofKey(t, p, "spki", keyData{raw: keyBytes(t, v.Public)})
		private = wycheproofKey(t, p, "pkcs8", keyData{raw: keyBytes(t, v.Private)}, "deriveBits")
	default:
		public = wycheproofKey(t, p, "raw", keyData{raw: keyBytes(t, v.Public)})
		m, err := newOKPPrivate("X25519", keyBytes(t, v.Private))
		if err != nil {
			t.Fatal(err)
		}
		private = &key{material: m}
	}
	if public == nil || private == nil {
		return verdict{}
	}
	got, err := private.material.(deriver).deriveBits(&params{public: public}, nil)
	return same(got, err, v.Shared)
}

func curveOf(file string) string {
	for name, curve := range map[string]string{"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"} {
		if strings.Contains(file, name) {
			return curve
		}
	}
	return file
}

func fromPEM(text string) []byte {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil
	}
	return block.Bytes
}

// p1363 turns a signature from the form that certificates have into that of WebCrypto, or returns false if the form is
// wrong or a number too long.
func p1363(der []byte, size int) ([]byte, bool) {
	var parts struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &parts); err != nil {
		return nil, false
	}
	if again, err := asn1.Marshal(parts); err != nil || !bytes.Equal(again, der) {
		return nil, false // the library overlooks what comes after the two numbers
	}
	if parts.R.Sign() < 0 || parts.S.Sign() < 0 || max(parts.R.BitLen(), parts.S.BitLen()) > 8*size {
		return nil, false
	}
	return append(parts.R.FillBytes(make([]byte, size)), parts.S.FillBytes(make([]byte, size))...), true
}

// TestWycheproofSuite tries the vectors of Project Wycheproof. No verdict may be wrong; one that is "acceptable" may be either.
func TestWycheproofSuite(t *testing.T) {
	folder := suites.Folder(t, "wycheproof")
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s: %v", folder, err)
	}
	type counts struct{ tried, wrong int }
	all := make([]counts, len(files))
	untried := make([]map[string]int, len(files))
	t.Run("files", func(t *testing.T) {
		for i, path := range files {
			name := filepath.Base(path)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				untried[i] = map[string]int{}
				content, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				var file vectorFile
				if err := json.Unmarshal(content, &file); err != nil {
					t.Fatal(err)
				}
				for _, raw := range file.TestGroups {
					var g vectorGroup
					if err := json.Unmarshal(raw, &g); err != nil {
						t.Fatal(err)
					}
					for n, v := range g.Tests {
						if testing.Short() && n%16 != 0 {
							continue // the race detector wants to see every kind of vector, not every vector
						}
						result := tryVector(t, name, &g, &v)
						if result.untried != "" {
							untried[i][result.untried]++
							continue
						}
						all[i].tried++
						if v.Result != "acceptable" && result.accepted != (v.Result == "valid") {
							all[i].wrong++
							t.Errorf("%d (%s, %s): accepted %v, but it is %s", v.TcID, v.Comment, strings.Join(v.Flags, " "), result.accepted, v.Result)
						}
					}
				}
			})
		}
	})
	total, reasons := counts{}, map[string]int{}
	for i := range files {
		total.tried += all[i].tried
		total.wrong += all[i].wrong
		for reason, n := range untried[i] {
			reasons[reason] += n
		}
	}
	t.Logf("%d files, %d vectors tried, %d verdicts wrong", len(files), total.tried, total.wrong)
	for reason, n := range reasons {
		t.Logf("%d not tried: %s", n, reason)
	}
}
