package webcrypto_test

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"devserver/internal/jstest"
)

// What scripts sign and encrypt, Go's standard library accepts, and the other way round.
func TestInterop(t *testing.T) {
	message := []byte("text")
	sum := sha256.Sum256(message)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	pss := &rsa.PSSOptions{SaltLength: 20}

	for _, test := range []struct {
		name, algorithm, params string
		private                 crypto.Signer
		sign                    func() ([]byte, error)
		verify                  func(signature []byte) bool
	}{
		{
			"ECDSA", `{name: 'ECDSA', namedCurve: 'P-256'}`, `{name: 'ECDSA', hash: 'SHA-256'}`, ecKey,
			func() ([]byte, error) {
				r, s, err := ecdsa.Sign(rand.Reader, ecKey, sum[:])
				return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...), err
			},
			func(signature []byte) bool {
				return len(signature) == 64 && ecdsa.Verify(&ecKey.PublicKey, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
			},
		},
		{
			"Ed25519", `'Ed25519'`, `'Ed25519'`, edKey,
			func() ([]byte, error) { return ed25519.Sign(edKey, message), nil },
			func(signature []byte) bool {
				return ed25519.Verify(edKey.Public().(ed25519.PublicKey), message, signature)
			},
		},
		{
			"RSASSA-PKCS1-v1_5", `{name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256'}`, `'RSASSA-PKCS1-v1_5'`, rsaKey,
			func() ([]byte, error) { return rsa.SignPKCS1v15(nil, rsaKey, crypto.SHA256, sum[:]) },
			func(signature []byte) bool {
				return rsa.VerifyPKCS1v15(&rsaKey.PublicKey, crypto.SHA256, sum[:], signature) == nil
			},
		},
		{
			"RSA-PSS", `{name: 'RSA-PSS', hash: 'SHA-256'}`, `{name: 'RSA-PSS', saltLength: 20}`, rsaKey,
			func() ([]byte, error) { return rsa.SignPSS(rand.Reader, rsaKey, crypto.SHA256, sum[:], pss) },
			func(signature []byte) bool {
				return rsa.VerifyPSS(&rsaKey.PublicKey, crypto.SHA256, sum[:], signature, pss) == nil
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			signature, err := test.sign()
			check(t, err)
			pkcs8, err := x509.MarshalPKCS8PrivateKey(test.private)
			check(t, err)
			spki, err := x509.MarshalPKIXPublicKey(test.private.Public())
			check(t, err)
			got := jstest.New(t, globals()...).Run(t, fmt.Sprintf(`const { subtle } = crypto, algorithm = %s, params = %s;
				const privateKey = await subtle.importKey('pkcs8', unhex('%x'), algorithm, true, ['sign']);
				const publicKey = await subtle.importKey('spki', unhex('%x'), algorithm, true, ['verify']);
				const same = hex(await subtle.exportKey('pkcs8', privateKey)) === '%[3]x' && hex(await subtle.exportKey('spki', publicKey)) === '%[4]x';
				const signature = unhex('%x'), verified = await subtle.verify(params, publicKey, signature, bytes('text'));
				signature[9] ^= 1;
				return [same, verified, await subtle.verify(params, publicKey, signature, bytes('text')), hex(await subtle.sign(params, privateKey, bytes('text')))].join()`,
				test.algorithm, test.params, pkcs8, spki, signature))
			verdicts, theirs, _ := strings.Cut(got, "false,")
			if verdicts != "true,true," {
				t.Fatalf("the same keys, a good and a bad signature: %s", got)
			}
			ours, err := hex.DecodeString(theirs)
			check(t, err)
			if !test.verify(ours) {
				t.Errorf("the standard library refuses %s", theirs)
			}
		})
	}
}

// A salt of no bytes is the one thing in RSA-PSS that the standard library does not sign; it does verify it.
func TestUnsaltedPSS(t *testing.T) {
	sum := sha256.Sum256([]byte("text"))
	for _, bits := range []int{1024, 1025, 1031, 1032} { // one byte more and less in the encoded message than in the modulus
		key, err := rsa.GenerateKey(rand.Reader, bits)
		check(t, err)
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		check(t, err)
		iso := jstest.New(t, globals()...)
		set := noFlags(t)
		iso.SetCompat(&set)
		signature, err := hex.DecodeString(iso.Run(t, fmt.Sprintf(`const key = await crypto.subtle.importKey('pkcs8', unhex('%x'), {name: 'RSA-PSS', hash: 'SHA-256'}, true, ['sign']);
			return hex(await crypto.subtle.sign({name: 'RSA-PSS', saltLength: 0}, key, bytes('text')))`, pkcs8)))
		check(t, err)
		if err := rsa.VerifyPSS(&key.PublicKey, crypto.SHA256, sum[:], signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}); err != nil {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
}

func TestInteropOAEP(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	check(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	check(t, err)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	check(t, err)
	sealed, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, &key.PublicKey, []byte("text"), []byte("label"))
	check(t, err)
	got := jstest.New(t, globals()...).Run(t, fmt.Sprintf(`const { subtle } = crypto, algorithm = {name: 'RSA-OAEP', hash: 'SHA-256'}, params = {name: 'RSA-OAEP', label: bytes('label')};
		const privateKey = await subtle.importKey('pkcs8', unhex('%x'), algorithm, true, ['decrypt']);
		const publicKey = await subtle.importKey('spki', unhex('%x'), algorithm, true, ['encrypt']);
		return hex(await subtle.decrypt(params, privateKey, unhex('%x'))) + ',' + hex(await subtle.encrypt(params, publicKey, bytes('test')))`, pkcs8, spki, sealed))
	opened, theirs, _ := strings.Cut(got, ",")
	if opened != hex.EncodeToString([]byte("text")) {
		t.Fatalf("got %s", got)
	}
	ours, err := hex.DecodeString(theirs)
	check(t, err)
	if plain, err := rsa.DecryptOAEP(sha256.New(), nil, key, ours, []byte("label")); err != nil || string(plain) != "test" {
		t.Errorf("got %q, %v", plain, err)
	}
}

func TestInteropAgreement(t *testing.T) {
	for name, curve := range map[string]ecdh.Curve{
		`{name: 'ECDH', namedCurve: 'P-256'}`: ecdh.P256(), `{name: 'ECDH', namedCurve: 'P-521'}`: ecdh.P521(), `{name: 'X25519'}`: ecdh.X25519(),
	} {
		t.Run(name, func(t *testing.T) {
			key, err := curve.GenerateKey(rand.Reader)
			check(t, err)
			got := jstest.New(t, globals()...).Run(t, fmt.Sprintf(`const { subtle } = crypto, algorithm = %s, mine = await subtle.generateKey(algorithm, true, ['deriveBits']);
				const theirs = await subtle.importKey('raw', unhex('%x'), algorithm, true, []);
				return hex(await subtle.exportKey('raw', mine.publicKey)) + ',' + hex(await subtle.deriveBits({...algorithm, public: theirs}, mine.privateKey))`,
				name, key.PublicKey().Bytes()))
			theirs, secret, _ := strings.Cut(got, ",")
			point, err := hex.DecodeString(theirs)
			check(t, err)
			public, err := curve.NewPublicKey(point)
			check(t, err)
			want, err := key.ECDH(public)
			check(t, err)
			if ours, _ := hex.DecodeString(secret); !bytes.Equal(ours, want) {
				t.Errorf("got  %s\nwant %x", secret, want)
			}
		})
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
