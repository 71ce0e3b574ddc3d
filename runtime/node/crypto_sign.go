package node

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"math/big"

	"github.com/dop251/goja"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
)

// signState is what is behind a Sign or Verify: what has been written, and the hash function.
type signState struct {
	digest   messageDigest
	data     bytes.Buffer
	finished bool
}

// How RSA signatures are padded, as in crypto.constants.
const (
	paddingPKCS1 = 1
	paddingNone  = 3
	paddingOAEP  = 4
	paddingPSS   = 6
)

// The salt lengths that are none, as in crypto.constants.
const (
	saltAsDigest = -1
	saltLongest  = -2 // for verifying: any
)

// signing is how a signature is to be made.
type signing struct {
	digest  messageDigest
	padding int
	salt    int
	p1363   bool // the numbers of an ECDSA signature one after the other, not in DER
}

var (
	errSign    = webidl.Errorf("Failed to generate signature")
	errRSASign = webidl.Errorf("Failed to set RSA parameters for signature")
)

// check checks what RSA is to do.
func (s signing) check() error {
	switch s.padding {
	case paddingPKCS1:
	case paddingPSS:
		if s.salt < saltLongest {
			return errRSASign
		}
	case paddingNone:
		return webidl.Errorf("Failed to set signature digest")
	default:
		return errRSASign
	}
	return nil
}

func (s signing) sign(k *pairKey, data []byte) ([]byte, error) {
	sum := s.digest.sum(data)
	switch private := k.private.(type) {
	case *rsa.PrivateKey:
		if err := s.check(); err != nil {
			return nil, err
		}
		var signature []byte
		var err error
		if s.padding == paddingPSS {
			salt := s.salt
			longest := (private.N.BitLen()+6)/8 - len(sum) - 2
			switch salt {
			case saltAsDigest:
				salt = len(sum)
			case saltLongest:
				salt = longest
			}
			if salt > longest || salt < 0 || !s.digest.id.Available() {
				return nil, errSign
			}
			signature, err = webcrypto.SignPSS(private, s.digest.id, sum, salt)
		} else if s.digest.id == crypto.SHA512_256 { // BoringSSL signs no such digests
			return nil, errSign
		} else {
			signature, err = signPKCS1(private, s.digest.id, sum)
		}
		if err != nil {
			return nil, errSign
		}
		return signature, nil
	case *ecdsa.PrivateKey:
		signature, err := ecdsa.SignASN1(rand.Reader, private, sum)
		if err == nil && s.p1363 {
			return toP1363(signature, curveOf(private.Curve).orderBytes())
		}
		return signature, err
	case ed25519.PrivateKey:
		return nil, webidl.Errorf("Failed to set signature digest")
	}
	return nil, webidl.Errorf("Failed to initialize signing context")
}

func (s signing) verify(k *pairKey, data, signature []byte) (bool, error) {
	sum := s.digest.sum(data)
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if err := s.check(); err != nil {
			return false, err
		}
		if s.padding == paddingPKCS1 {
			return s.digest.id != crypto.SHA512_256 && verifyPKCS1(public, s.digest.id, sum, signature), nil
		}
		switch s.salt {
		case saltLongest:
			if !s.digest.id.Available() {
				return false, nil
			}
			return rsa.VerifyPSS(public, s.digest.id, sum, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil, nil
		case saltAsDigest:
			s.salt = len(sum)
		}
		return s.digest.id.Available() && webcrypto.VerifyPSS(public, s.digest.id, sum, signature, s.salt), nil
	case *ecdsa.PublicKey:
		if s.p1363 {
			var ok bool
			if signature, ok = fromP1363(signature, curveOf(public.Curve).orderBytes()); !ok {
				return false, nil
			}
		}
		return ecdsa.VerifyASN1(public, sum, signature), nil
	}
	return false, webidl.Errorf("Unsupported operation for this key")
}

// orderBytes returns how many bytes the order of the curve has, and half a signature.
func (c *namedCurve) orderBytes() int { return (c.Params().N.BitLen() + 7) / 8 }

// toP1363 turns a signature in DER into its two numbers of size bytes each.
func toP1363(signature []byte, size int) ([]byte, error) {
	var r, s big.Int
	input := cryptobyte.String(signature)
	if !input.ReadASN1(&input, asn1.SEQUENCE) || !input.ReadASN1Integer(&r) || !input.ReadASN1Integer(&s) {
		return nil, errSign
	}
	out := make([]byte, 2*size)
	r.FillBytes(out[:size])
	s.FillBytes(out[size:])
	return out, nil
}

func fromP1363(signature []byte, size int) ([]byte, bool) {
	if len(signature) != 2*size {
		return nil, false
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(signature[:size]))
		b.AddASN1BigInt(new(big.Int).SetBytes(signature[size:]))
	})
	der, err := b.Bytes()
	return der, err == nil
}

// signDigest finds the hash function that the argument at index i names.
func signDigest(c webidl.Call, i int) messageDigest {
	name := c.Arg(i).String()
	d, ok := findMessageDigest(name)
	if !ok {
		c.Throw(webidl.Errorf("Unknown digest: %s", name))
	}
	return d
}

// signingAt reads padding, salt length and encoding from the arguments at index i and after.
func signingAt(c webidl.Call, d messageDigest, i int) signing {
	s := signing{digest: d, padding: paddingPKCS1, salt: saltAsDigest, p1363: c.Arg(i + 2).ToBoolean()}
	if c.Has(i) {
		s.padding = int(c.Arg(i).ToInteger())
	}
	if c.Has(i + 1) {
		s.salt = int(c.Arg(i + 1).ToInteger())
	}
	return s
}

// finishSign returns what a Sign or Verify has been given, the last thing that it does; what names it in the error.
func finishSign(c webidl.Call, what string) *signState {
	s := handleOf[*signState](c, 0)
	s.open(c, what)
	s.finished = true
	return s
}

func (s *signState) open(c webidl.Call, what string) {
	if s.finished {
		c.Throw(webidl.Errorf("%s context has already been finalized", what))
	}
}

// once is a signature of the function sign or verify, which in Workers has no use for the padding.
func once(c webidl.Call, i int, what string) (s signing, k *pairKey) {
	k = handleOf[*pairKey](c, 1)
	failed := webidl.Errorf("Failed to initialize %s context", what)
	_, edwards := k.public.(ed25519.PublicKey)
	named := !webidl.IsNullish(c.Arg(0))
	if named {
		s.digest = signDigest(c, 0)
	}
	switch k.public.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
	default:
		c.Throw(failed)
	}
	if named == edwards {
		c.Throw(failed)
	}
	return signing{digest: s.digest, padding: paddingPKCS1, p1363: c.Arg(i).ToBoolean()}, k
}

var signNatives = []webidl.Member{
	webidl.Static("newSign", 0, func(c webidl.Call) goja.Value { return newHandle(c, &signState{digest: signDigest(c, 0)}) }),
	webidl.Static("updateSign", 0, func(c webidl.Call) goja.Value {
		s := handleOf[*signState](c, 0)
		s.open(c, c.Arg(3).String())
		s.data.Write(dataAt(c, 1))
		return c.Undefined()
	}),
	webidl.Static("finishSign", 0, func(c webidl.Call) goja.Value {
		s := finishSign(c, "Signing")
		signature, err := signingAt(c, s.digest, 2).sign(handleOf[*pairKey](c, 1), s.data.Bytes())
		c.Check(err)
		return newBuffer(c.Realm, signature)
	}),
	webidl.Static("finishVerify", 0, func(c webidl.Call) goja.Value {
		signature, ok := c.Realm.Bytes(c.Arg(5))
		if !ok {
			c.Throw(webidl.TypeErrorf("Failed to execute 'verify' on 'VerifyHandle': parameter 2 is not of type 'BufferSource'."))
		}
		s := finishSign(c, "Verification")
		valid, err := signingAt(c, s.digest, 2).verify(handleOf[*pairKey](c, 1), s.data.Bytes(), signature)
		c.Check(err)
		return c.Bool(valid)
	}),
	// sign takes the digest, the key, the data, and whether the signature is to be two numbers.
	webidl.Static("sign", 0, func(c webidl.Call) goja.Value {
		s, k := once(c, 3, "signing")
		if private, ok := k.private.(ed25519.PrivateKey); ok {
			return newBuffer(c.Realm, ed25519.Sign(private, dataAt(c, 2)))
		}
		signature, err := s.sign(k, dataAt(c, 2))
		c.Check(err)
		return newBuffer(c.Realm, signature)
	}),
	webidl.Static("verify", 0, func(c webidl.Call) goja.Value {
		s, k := once(c, 3, "verification")
		signature, _ := c.Realm.Bytes(c.Arg(4))
		if public, ok := k.public.(ed25519.PublicKey); ok {
			return c.Bool(ed25519.Verify(public, dataAt(c, 2), signature))
		}
		valid, err := s.verify(k, dataAt(c, 2), signature)
		c.Check(err)
		return c.Bool(valid)
	}),
}
