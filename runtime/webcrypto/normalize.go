package webcrypto

import (
	"bytes"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// normalize implements https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm: it finds the
// algorithm that v names and reads the members of v that it takes for the operation. An unknown name is for the caller
// to refuse, for every operation has its own words for that.
func normalize(c webidl.Call, v goja.Value, op operation) *params {
	name, dict := algorithmName(c, v)
	p := &params{name: name, algorithm: findAlgorithm(name), strict: c.Realm.Compat().Enabled(compat.StrictCryptoChecks)}
	if p.algorithm == nil {
		return p
	}
	for _, m := range p.algorithm.parameters[op] {
		value, ok := dict.Get(m.name)
		if !ok {
			if m.missing != "" {
				c.Throw(webidl.TypeErrorf("%s", m.missing))
			}
			continue
		}
		m.read(c, value, p)
	}
	return p
}

// algorithmName returns the name of an AlgorithmIdentifier, which is a name or an object with one, and the object.
func algorithmName(c webidl.Call, v goja.Value) (string, webidl.Dictionary) {
	obj, ok := v.(*goja.Object)
	if !ok {
		if webidl.IsNullish(v) {
			c.Throw(webidl.TypeErrorf("The algorithm is neither a string nor an object with a name."))
		}
		return c.Realm.USVString(v), webidl.Dictionary{}
	}
	dict := c.Realm.Dictionary(obj)
	name, ok := dict.String("name")
	if !ok {
		c.Throw(webidl.TypeErrorf("Missing field \"name\" in \"algorithm\"."))
	}
	return name, dict
}

// member is one member of the dictionaries of parameters.
type member struct {
	name    string
	missing string // the message of the TypeError if it is not there; "" if it need not be
	read    func(c webidl.Call, v goja.Value, p *params)
}

var (
	hashMember            = required("hash", readHash)
	hashOfCallMember      = member{"hash", "Missing \"hash\" in AlgorithmIdentifier. (ECDSA requires that the hash algorithm be specified at call time rather than on the key. This differs from other WebCrypto algorithms for historical reasons.)", readHash}
	namedCurveMember      = required("namedCurve", func(c webidl.Call, v goja.Value, p *params) { p.namedCurve = c.Realm.USVString(v) })
	keyBitsMember         = required("length", readLength)
	optionalKeyBitsMember = optional("length", readLength)
	counterBitsMember     = member{"length", "Missing \"length\" member in \"algorithm\".", readLength}
	modulusLengthMember   = required("modulusLength", func(c webidl.Call, v goja.Value, p *params) { p.modulusLength = number(c, v) })
	publicExponentMember  = required("publicExponent", readBytes("GenerateKeyAlgorithm", "publicExponent", func(p *params) *[]byte { return &p.publicExponent }))
	ivMember              = required("iv", readBytes("EncryptAlgorithm", "iv", func(p *params) *[]byte { return &p.iv }))
	additionalDataMember  = optional("additionalData", readBytes("EncryptAlgorithm", "additionalData", func(p *params) *[]byte { return &p.additionalData }))
	tagLengthMember       = optional("tagLength", func(c webidl.Call, v goja.Value, p *params) { p.tagLength = new(number(c, v)) })
	counterMember         = member{"counter", "Missing \"counter\" member in \"algorithm\".", readBytes("EncryptAlgorithm", "counter", func(p *params) *[]byte { return &p.counter })}
	labelMember           = optional("label", readBytes("EncryptAlgorithm", "label", func(p *params) *[]byte { return &p.label }))
	saltLengthMember      = member{"saltLength", "Failed to provide salt for RSA-PSS key operation which requires a salt", func(c webidl.Call, v goja.Value, p *params) { p.saltLength = number(c, v) }}
	saltMember            = required("salt", readBytes("DeriveKeyAlgorithm", "salt", func(p *params) *[]byte { return &p.salt }))
	infoMember            = required("info", readBytes("DeriveKeyAlgorithm", "info", func(p *params) *[]byte { return &p.info }))
	iterationsMember      = required("iterations", func(c webidl.Call, v goja.Value, p *params) { p.iterations = number(c, v) })
	publicKeyMember       = member{"public", "Missing field \"public\" in \"derivedKeyParams\".", readPublic}
)

func required(name string, read func(c webidl.Call, v goja.Value, p *params)) member {
	return member{name, "Missing field \"" + name + "\" in \"algorithm\".", read}
}

func optional(name string, read func(c webidl.Call, v goja.Value, p *params)) member {
	return member{name, "", read}
}

func readHash(c webidl.Call, v goja.Value, p *params) {
	name, _ := algorithmName(c, v)
	d, err := findDigest(name)
	c.Check(err)
	p.hash = d
}

func readLength(c webidl.Call, v goja.Value, p *params) { p.length = new(number(c, v)) }

func readPublic(c webidl.Call, v goja.Value, p *params) {
	k, ok := webidl.As[*cryptoKey](c.Realm, v)
	if !ok {
		c.Throw(webidl.TypeErrorf("Incorrect type for the 'public' field on 'DeriveKeyAlgorithm': the provided value is not of type 'CryptoKey'."))
	}
	p.public = k.key
}

func number(c webidl.Call, v goja.Value) int { return int(c.Realm.Uint(v, 32, webidl.EnforceRange)) }

// readBytes copies the bytes of a member, which a script could change while the operation is under way. Dictionary and
// name are what Workers call the member.
func readBytes(dictionary, name string, field func(p *params) *[]byte) func(c webidl.Call, v goja.Value, p *params) {
	return func(c webidl.Call, v goja.Value, p *params) {
		data, ok := c.Realm.Bytes(v)
		if !ok {
			c.Throw(webidl.TypeErrorf("Incorrect type for the '%s' field on '%s': the provided value is not of type 'BufferSource'.", name, dictionary))
		}
		*field(p) = bytes.Clone(data)
	}
}
