package webcrypto

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// jwk is a JSON Web Key: https://www.rfc-editor.org/rfc/rfc7517. A member that is not there is "".
type jwk struct {
	kty, use, alg          string
	keyOps                 []string // nil if it is not there
	notExt                 bool     // "ext" is false
	crv, x, y, d           string
	n, e, p, q, dp, dq, qi string
	k                      string
	multiPrime             bool // "oth" is there
}

// jwkMember is a member that is a string.
type jwkMember struct {
	name  string
	value *string
}

// strings are the members that make up the key itself.
func (w *jwk) strings() []jwkMember {
	return []jwkMember{
		{"crv", &w.crv}, {"x", &w.x}, {"y", &w.y}, {"d", &w.d}, {"n", &w.n}, {"e", &w.e}, {"p", &w.p}, {"q", &w.q},
		{"dp", &w.dp}, {"dq", &w.dq}, {"qi", &w.qi}, {"k", &w.k},
	}
}

// encode returns the key, which is extractable, as JSON.
func (w *jwk) encode() []byte {
	var b strings.Builder
	write := func(name string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			panic(err) // strings do not fail
		}
		b.WriteString(`"` + name + `":` + string(text) + ",")
	}
	b.WriteString("{")
	write("kty", w.kty)
	write("key_ops", w.keyOps)
	if w.alg != "" {
		write("alg", w.alg)
	}
	write("ext", true)
	for _, m := range w.strings() {
		if *m.value != "" {
			write(m.name, *m.value)
		}
	}
	return []byte(strings.TrimSuffix(b.String(), ",") + "}")
}

// checkSecret checks the members of a symmetric key that restrict what it may be used for.
func (w *jwk) checkSecret(alg, use string, usages []string) error {
	if w.alg != "" && w.alg != alg {
		return dataErrorf("Symmetric \"jwk\" key contains invalid \"alg\" value %q, expected %q.", w.alg, alg)
	}
	if w.use != "" && w.use != use && len(usages) > 0 {
		return dataErrorf("Symmetric \"jwk\" key must have a \"use\" of %q, not %q.", use, w.use)
	}
	for i, op := range w.keyOps {
		if slices.Contains(w.keyOps[:i], op) {
			return dataErrorf("Symmetric \"jwk\" key contains duplicate value %q, in \"key_op\".", op)
		}
	}
	if usage, missing := w.missingUsage(usages); missing {
		return dataErrorf("\"jwk\" key missing usage %q, in \"key_ops\".", usage)
	}
	return nil
}

// checkAsymmetric checks the members of a public or private key that restrict what it may be used for.
func (w *jwk) checkAsymmetric(algorithm string, usages []string) error {
	use := "sig"
	switch algorithm {
	case "RSA-OAEP", "ECDH", "X25519":
		use = "enc"
	}
	if w.use != "" && w.use != use && len(usages) > 0 {
		return dataErrorf("Asymmetric \"jwk\" key import with usages requires a JSON Web Key with Public Key Use parameter \"use\" (%q) equal to %q.", w.use, use)
	}
	for i, op := range w.keyOps {
		if slices.Contains(w.keyOps[:i], op) {
			return dataErrorf("A JSON Web Key's Key Operations parameter (\"key_ops\") must not contain duplicates.")
		}
	}
	if _, missing := w.missingUsage(usages); missing {
		return dataErrorf("All specified key usages must be present in the JSON Web Key's Key Operations parameter (\"key_ops\").")
	}
	return nil
}

// missingUsage returns a usage that "key_ops", if it is there, does not have.
func (w *jwk) missingUsage(usages []string) (string, bool) {
	if w.keyOps == nil {
		return "", false
	}
	for _, usage := range usages {
		if !slices.Contains(w.keyOps, usage) {
			return usage, true
		}
	}
	return "", false
}

// secret returns the bytes of a symmetric key.
func (w *jwk) secret() ([]byte, error) {
	if w.kty != "oct" {
		return nil, dataErrorf("Symmetric \"jwk\" key import requires a JSON Web Key with Key Type parameter \"kty\" equal to \"oct\" (encountered %q).", w.kty)
	}
	data, ok := decodeBase64URL(w.k)
	if !ok {
		return nil, dataErrorf("Symmetric \"jwk\" key import requires a base64Url encoding of the key.")
	}
	return data, nil
}

func encodeBase64URL(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// decodeBase64URL decodes a member that must not be empty.
func decodeBase64URL(text string) ([]byte, bool) {
	data, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	return data, err == nil && len(data) > 0
}
