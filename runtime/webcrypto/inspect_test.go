package webcrypto_test

import (
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/compat"
	"devserver/runtime/console"
)

// printed is what a Worker has logged.
type printed struct{ strings.Builder }

func (p *printed) Console(_ console.Level, text string) { p.WriteString(text + "\n") }

// A console shows what a key is for, and nothing of the key.
func TestInspect(t *testing.T) {
	const ed = "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
	iso := jstest.New(t, append(globals(), console.Globals())...)
	var out printed
	console.Attach(iso.Realm, &out)
	iso.Run(t, `console.log(await crypto.subtle.importKey('pkcs8', unhex('`+ed+`'), 'Ed25519', true, ['sign']));
		console.log(await crypto.subtle.importKey('raw', bytes('a secret of mine'), {name: 'HMAC', hash: 'SHA-256'}, true, ['sign']));
		console.log('%o', await crypto.subtle.importKey('raw', bytes('a secret of mine'), 'AES-GCM', true, ['encrypt']));`)
	const want = `CryptoKey {
  usages: [ 'sign' ],
  algorithm: { name: 'Ed25519' },
  extractable: true,
  type: 'private'
}
`
	if text := out.String(); !strings.HasPrefix(text, want) {
		t.Errorf("got %s", text)
	}
	for _, secret := range []string{"a secret of mine", "9d61b1", "157", "97, 32, 115"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q is in %s", secret, out.String())
		}
	}
}

// noFlags is what a Worker with the oldest compatibility date has.
func noFlags(t *testing.T) compat.Set {
	t.Helper()
	set, problems := compat.Resolve("2021-11-02", nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return set
}

// TestOldCompatibilityDate shows the sides of the flags crypto_preserve_public_exponent and strict_crypto_checks that the
// other tests do not.
func TestOldCompatibilityDate(t *testing.T) {
	set := noFlags(t)
	for _, test := range []jstest.Case{
		{`const {publicKey} = await crypto.subtle.generateKey({name: 'RSA-PSS', modulusLength: 1032, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256'}, true, ['sign']); return publicKey.algorithm.publicExponent.constructor.name + publicKey.algorithm.modulusLength`, "ArrayBuffer1032"},
	} {
		iso := jstest.New(t, globals()...)
		iso.SetCompat(&set)
		if got := iso.Run(t, test[0]); got != test[1] {
			t.Errorf("got  %s\nwant %s", got, test[1])
		}
	}
}
