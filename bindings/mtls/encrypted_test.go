package mtls

import (
	"bytes"
	"context"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	youmark "github.com/youmark/pkcs8"
	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"devserver/internal/testpki"
	"devserver/origin"
)

// secret is the passphrase of the tests: with a blank, and characters of two, three and four bytes.
const secret = "Geheimnis für 測試 🔑"

// asking counts how often it is asked for the passphrase.
func asking(passphrase string, times *int) Passphrase {
	return func(string) (string, error) {
		*times++
		return passphrase, nil
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// encryptedPair is a certificate and its key, as other programs write them.
type encryptedPair struct {
	name      string
	cert, key File
}

// encryptedPairs are files of every supported kind, encrypted with the passphrase by modules that are not ours.
func encryptedPairs(leaf *testpki.Leaf, passphrase string) []encryptedPair {
	cert := File{"cert.pem", leaf.ChainPEM()}
	var pairs []encryptedPair
	for name, opts := range map[string]*youmark.Opts{
		"PBKDF2-SHA1 AES-128":   {Cipher: youmark.AES128CBC, KDFOpts: youmark.PBKDF2Opts{SaltSize: 8, IterationCount: 20, HMACHash: crypto.SHA1}},
		"PBKDF2-SHA256 AES-192": {Cipher: youmark.AES192CBC, KDFOpts: youmark.PBKDF2Opts{SaltSize: 16, IterationCount: 20, HMACHash: crypto.SHA256}},
		"PBKDF2-SHA256 AES-256": {Cipher: youmark.AES256CBC, KDFOpts: youmark.PBKDF2Opts{SaltSize: 16, IterationCount: 20, HMACHash: crypto.SHA256}},
		"PBKDF2-SHA256 3DES":    {Cipher: youmark.TripleDESCBC, KDFOpts: youmark.PBKDF2Opts{SaltSize: 8, IterationCount: 20, HMACHash: crypto.SHA256}},
		"scrypt AES-256":        {Cipher: youmark.AES256CBC, KDFOpts: youmark.ScryptOpts{SaltSize: 16, CostParameter: 64, BlockSize: 8, ParallelizationParameter: 2}},
	} {
		der := must(youmark.MarshalPrivateKey(leaf.Key, []byte(passphrase), opts))
		pairs = append(pairs, encryptedPair{"PKCS#8 " + name, cert, File{"key.pem", pemOf("ENCRYPTED PRIVATE KEY", der)}})
		pairs = append(pairs, encryptedPair{"PKCS#8 in DER " + name, File{"cert.der", leaf.Cert.Raw}, File{"key.der", der}})
	}
	for name, cipher := range map[string]x509.PEMCipher{
		"DES": x509.PEMCipherDES, "3DES": x509.PEMCipher3DES, "AES-128": x509.PEMCipherAES128, "AES-192": x509.PEMCipherAES192, "AES-256": x509.PEMCipherAES256,
	} {
		plain, _ := pem.Decode(leaf.KeyPEM(testpki.PKCS8))
		//lint:ignore SA1019 such files exist, and are what is tested
		block := must(x509.EncryptPEMBlock(rand.Reader, plain.Type, plain.Bytes, []byte(passphrase), cipher))
		pairs = append(pairs, encryptedPair{"legacy PEM " + name, cert, File{"key.pem", pem.EncodeToMemory(block)}})
		pairs = append(pairs, encryptedPair{"legacy PEM in one file " + name, File{"both.pem", slices.Concat(leaf.ChainPEM(), pem.EncodeToMemory(block))}, File{}})
	}
	for name, encoder := range map[string]*gopkcs12.Encoder{
		"RC2-40": gopkcs12.LegacyRC2, "3DES": gopkcs12.LegacyDES, "PBES2": gopkcs12.Modern2023, "PBMAC1": gopkcs12.Modern2026,
	} {
		if passphrase != bmpOnly(passphrase) { // the module refuses the others
			continue
		}
		der := must(encoder.Encode(leaf.Key, leaf.Cert, leaf.Chain[1:], passphrase))
		p12 := File{"client.p12", der}
		pairs = append(pairs, encryptedPair{"PKCS#12 " + name, p12, File{}})
		pairs = append(pairs, encryptedPair{"PKCS#12 given twice " + name, p12, p12})
		pairs = append(pairs, encryptedPair{"PKCS#12 as PEM " + name, File{"client.pem", pemOf("PKCS12", der)}, File{}})
		pairs = append(pairs, encryptedPair{"PKCS#12 as BER " + name, File{"client.p12", berOf(der)}, File{}})
	}
	return pairs
}

// bmpOnly leaves out what does not fit into one unit of UTF-16.
func bmpOnly(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return -1
		}
		return r
	}, text)
}

// berOf rewrites DER with indefinite lengths, and strings in pieces, as far down as it is not hidden in a string.
func berOf(der []byte) []byte {
	var value asn1.RawValue
	rest := must(asn1.Unmarshal(der, &value))
	var ber []byte
	switch {
	case value.IsCompound:
		ber = append([]byte{der[0], 0x80}, nil...)
		for inner := value.Bytes; len(inner) > 0; {
			var next asn1.RawValue
			inner = must(asn1.Unmarshal(inner, &next))
			ber = append(ber, berOf(next.FullBytes)...)
		}
		ber = append(ber, 0, 0)
	case value.Class == asn1.ClassUniversal && value.Tag == asn1.TagOctetString && len(value.Bytes) > 1:
		middle := len(value.Bytes) / 2
		ber = slices.Concat([]byte{0x24, 0x80}, element(4, value.Bytes[:middle]), element(4, value.Bytes[middle:]), []byte{0, 0})
	default:
		ber = value.FullBytes
	}
	return append(ber, rest...)
}

func TestLoadEncryptedKeyPair(t *testing.T) {
	for _, kind := range []testpki.KeyType{testpki.RSA2048, testpki.P256, testpki.P384, testpki.P521, testpki.Ed25519} {
		leaf := pki().inter.Client("client", testpki.Key(kind))
		passphrase := bmpOnly(secret)
		for _, c := range encryptedPairs(leaf, passphrase) {
			t.Run(fmt.Sprintf("%s/%s", origin.KeyType(leaf.Key.Public()), c.name), func(t *testing.T) {
				asked := 0
				got, err := LoadEncryptedKeyPair(c.cert, c.key, asking(passphrase, &asked))
				if err != nil {
					t.Fatal(err)
				}
				want := leaf.Chain
				if c.cert.Name == "cert.der" {
					want = want[:1]
				}
				if !got.Chain.equal(want) || !leaf.Key.Public().(interface{ Equal(crypto.PublicKey) bool }).Equal(got.Signer().Public()) || asked != 1 {
					t.Errorf("got %v, asked %d times", subjects(got.Chain), asked)
				}
				_, err = LoadEncryptedKeyPair(c.cert, c.key, known("WRONG-"+passphrase))
				problem := wantCode(t, err, CodePassphraseWrong)
				if !strings.Contains(problem.What, "is wrong") || strings.Contains(err.Error(), passphrase) {
					t.Errorf("of a wrong passphrase is said: %v", err)
				}
				_, err = LoadKeyPair(c.cert, c.key)
				wantCode(t, err, CodeKeyEncrypted)
				stop := errors.New("stop")
				if _, err = LoadEncryptedKeyPair(c.cert, c.key, func(string) (string, error) { return "", stop }); !errors.Is(err, stop) {
					t.Errorf("the error of asking is lost: %v", err)
				}
			})
		}
	}
	t.Run("nobody is asked for what is not encrypted", func(t *testing.T) {
		leaf := pki().inter.Client("client")
		asked := 0
		for name, file := range map[string]File{
			"PEM":                    {"client.pem", slices.Concat(leaf.ChainPEM(), leaf.KeyPEM(testpki.PKCS8))},
			"PKCS#12, no protection": {"client.p12", must(gopkcs12.Passwordless.Encode(leaf.Key, leaf.Cert, leaf.Chain[1:], ""))},
			"PKCS#12, empty":         {"client.p12", must(gopkcs12.Modern2023.Encode(leaf.Key, leaf.Cert, leaf.Chain[1:], ""))},
			"PKCS#12, empty, RC2":    {"client.p12", must(gopkcs12.LegacyRC2.Encode(leaf.Key, leaf.Cert, leaf.Chain[1:], ""))},
		} {
			if got, err := LoadEncryptedKeyPair(file, File{}, asking(secret, &asked)); err != nil || !got.Chain.equal(leaf.Chain) || asked > 0 {
				t.Errorf("%s: %v; asked %d times", name, err, asked)
			}
		}
	})
	t.Run("characters beyond 16 bits", func(t *testing.T) {
		for _, c := range encryptedPairs(pki().inter.Client("client"), secret) {
			if _, err := LoadEncryptedKeyPair(c.cert, c.key, known(secret)); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
	t.Run("a store of certificates alone", func(t *testing.T) {
		leaf := pki().inter.Client("client")
		file := File{"trust.p12", must(gopkcs12.Modern2023.EncodeTrustStore(leaf.Chain, secret[:5]))}
		_, err := LoadEncryptedKeyPair(file, File{}, known(secret[:5]))
		wantCode(t, err, CodeKeyMissing)
		if _, err := LoadEncryptedKeyPair(file, keyFile(leaf.Key), known(secret[:5])); err != nil {
			t.Error(err)
		}
	})
}

// encryptedWith is a key that says it is encrypted so.
func encryptedWith(t *testing.T, scheme asn1.ObjectIdentifier, parameters any) File {
	t.Helper()
	der := must(asn1.Marshal(encryptedPKCS8{
		Algorithm: pkix.AlgorithmIdentifier{Algorithm: scheme, Parameters: asn1.RawValue{FullBytes: must(asn1.Marshal(parameters))}},
		Data:      make([]byte, 64),
	}))
	return File{"key.pem", pemOf("ENCRYPTED PRIVATE KEY", der)}
}

func algorithm(oid asn1.ObjectIdentifier, parameters any) pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.RawValue{FullBytes: must(asn1.Marshal(parameters))}}
}

// TestEncryptionRefused has what is encrypted in ways that are not supported, or damaged, or would take for ever.
func TestEncryptionRefused(t *testing.T) {
	type oid = asn1.ObjectIdentifier
	cert := certFile(pki().inter.Client("client").Chain...)
	pbes2, kdf, scryptKDF, aes256 := oid{1, 2, 840, 113549, 1, 5, 13}, oid{1, 2, 840, 113549, 1, 5, 12}, oid{1, 3, 6, 1, 4, 1, 11591, 4, 11}, oid{2, 16, 840, 1, 101, 3, 4, 1, 42}
	type plain struct {
		Salt       []byte
		Iterations int
	}
	type scryptCost struct {
		Salt    []byte
		N, R, P int
	}
	type withLength struct {
		Salt               []byte
		Iterations, Length int
	}
	type withPRF struct {
		Salt       []byte
		Iterations int
		PRF        pkix.AlgorithmIdentifier
	}
	salt, iv := make([]byte, 8), make([]byte, aes.BlockSize)
	good := algorithm(aes256, iv)
	costly := func(iterations int) pkix.AlgorithmIdentifier { return algorithm(kdf, plain{salt, iterations}) }
	legacy := func(info string) File {
		return File{"key.pem", []byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: " + info + "\n\nAAAAAAAAAAAAAAAAAAAAAA==\n-----END RSA PRIVATE KEY-----\n")}
	}
	for _, c := range []struct {
		name string
		key  File
		code string
		what string
	}{
		{"wrong, to compare", encryptedWith(t, pbes2, pbes2Params{costly(10), good}), CodePassphraseWrong, "wrong"},
		{"RC4", encryptedWith(t, oid{1, 2, 840, 113549, 1, 12, 1, 1}, plain{salt, 1}), CodeKeyEncryption, "RC4-128"},
		{"MD2", encryptedWith(t, oid{1, 2, 840, 113549, 1, 5, 1}, plain{salt, 1}), CodeKeyEncryption, "PBE-MD2-DES"},
		{"unknown scheme", encryptedWith(t, oid{1, 2, 3}, plain{salt, 1}), CodeKeyEncryption, "1.2.3"},
		{"Camellia", encryptedWith(t, pbes2, pbes2Params{costly(1), algorithm(oid{1, 2, 392, 200011, 61, 1, 1, 1, 4}, iv)}), CodeKeyEncryption, "CAMELLIA-256-CBC"},
		{"unknown derivation", encryptedWith(t, pbes2, pbes2Params{algorithm(oid{1, 2, 4}, plain{salt, 1}), good}), CodeKeyEncryption, "1.2.4"},
		{"unknown hash", encryptedWith(t, pbes2, pbes2Params{algorithm(kdf, withPRF{salt, 1, algorithm(oid{1, 2, 5}, salt)}), good}), CodeKeyEncryption, "1.2.5"},
		{"Camellia in PEM", legacy("CAMELLIA-128-CBC,00112233445566778899AABBCCDDEEFF"), CodeKeyEncryption, "CAMELLIA-128-CBC"},
		{"control characters in PEM", legacy("\x1b[31m,00"), CodeKeyEncryption, `\1B[31m`},

		{"PBKDF2 for hours", encryptedWith(t, pbes2, pbes2Params{costly(1 << 40), good}), CodeKeyEncryption, "rounds of hashing"},
		{"PBKDF2, two blocks", encryptedWith(t, pbes2, pbes2Params{costly(maxRounds/2 + 1), good}), CodeKeyEncryption, "rounds of hashing"},
		{"PKCS#12 for hours", encryptedWith(t, oid{1, 2, 840, 113549, 1, 12, 1, 3}, plain{salt, 1 << 40}), CodeKeyEncryption, "rounds of hashing"},
		{"PKCS#5 for hours", encryptedWith(t, oid{1, 2, 840, 113549, 1, 5, 3}, plain{salt, 1 << 40}), CodeKeyEncryption, "rounds of hashing"},
		{"scrypt, memory", encryptedWith(t, pbes2, pbes2Params{algorithm(scryptKDF, scryptCost{salt, 1 << 30, 8, 1}), good}), CodeKeyEncryption, "scrypt with N=1073741824, r=8, p=1"},
		{"scrypt, overflow", encryptedWith(t, pbes2, pbes2Params{algorithm(scryptKDF, scryptCost{salt, 1 << 62, 1 << 62, 1 << 62}), good}), CodeKeyEncryption, "scrypt"},
		{"scrypt, time", encryptedWith(t, pbes2, pbes2Params{algorithm(scryptKDF, scryptCost{salt, 16, 1, 1 << 40}), good}), CodeKeyEncryption, "scrypt"},

		{"no rounds", encryptedWith(t, pbes2, pbes2Params{costly(0), good}), CodeKeyParse, "damaged"},
		{"negative rounds", encryptedWith(t, pbes2, pbes2Params{costly(-5), good}), CodeKeyParse, "damaged"},
		{"scrypt, N no power of two", encryptedWith(t, pbes2, pbes2Params{algorithm(scryptKDF, scryptCost{salt, 15, 8, 1}), good}), CodeKeyParse, "damaged"},
		{"scrypt, no r", encryptedWith(t, pbes2, pbes2Params{algorithm(scryptKDF, scryptCost{salt, 16, 0, 1}), good}), CodeKeyParse, "damaged"},
		{"length of another cipher", encryptedWith(t, pbes2, pbes2Params{algorithm(kdf, withLength{salt, 1, 5}), good}), CodeKeyParse, "damaged"},
		{"short vector", encryptedWith(t, pbes2, pbes2Params{costly(1), algorithm(aes256, iv[:3])}), CodeKeyParse, "damaged"},
		{"no parameters", encryptedWith(t, pbes2, 5), CodeKeyParse, "damaged"},
		{"short vector in PEM", legacy("AES-128-CBC,00"), CodeKeyParse, "damaged"},
		{"half a vector in PEM", legacy("AES-128-CBC,0011223344556677"), CodeKeyParse, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			started := time.Now()
			_, err := LoadEncryptedKeyPair(cert, c.key, known("x"))
			problem := wantCode(t, err, c.code)
			if problem.Where != "key.pem" || !strings.Contains(problem.What, c.what) {
				t.Errorf("got %v, want %q", problem, c.what)
			}
			if took := time.Since(started); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestPKCS12Cost has a file whose passphrase takes too long to check.
func TestPKCS12Cost(t *testing.T) {
	leaf := pki().inter.Client("client")
	der := must(gopkcs12.LegacyDES.Encode(leaf.Key, leaf.Cert, nil, "x"))
	file, ok := unmarshal[pfx](der)
	if !ok {
		t.Fatal("no PKCS#12 file")
	}
	file.MacData.Iterations = 1 << 40
	_, err := LoadEncryptedKeyPair(File{"client.p12", must(asn1.Marshal(file))}, File{}, known("x"))
	if problem := wantCode(t, err, CodeKeyEncryption); !strings.Contains(problem.What, "rounds of hashing") {
		t.Error(err)
	}
}

// TestEncryptedUnsupported names the algorithm of a key that is encrypted too.
func TestEncryptedUnsupported(t *testing.T) {
	u := newUnlocker(secret)
	key := pkcs8Of(t, asn1.ObjectIdentifier{1, 3, 101, 113}, asn1.RawValue{})
	params := pbeParams{make([]byte, 8), 2}
	derived := must(u.pkcs12Key(macHashes["1.3.14.3.2.26"], params, purposeKey, 24))
	iv := must(u.pkcs12Key(macHashes["1.3.14.3.2.26"], params, purposeIV, 8))
	scheme := asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	der := must(asn1.Marshal(encryptedPKCS8{
		Algorithm: algorithm(scheme, params),
		Data:      encryptCBC(must(pkcs12Ciphers[scheme.String()].block(derived)), iv, key),
	}))
	_, err := LoadEncryptedKeyPair(certFile(pki().root.Cert), File{"key.pem", pemOf("ENCRYPTED PRIVATE KEY", der)}, known(secret))
	if problem := wantCode(t, err, CodeKeyUnsupported); !strings.Contains(problem.What, "Ed448") {
		t.Error(err)
	}
}

// encryptCBC pads and encrypts.
func encryptCBC(block cipher.Block, iv, plain []byte) []byte {
	padding := block.BlockSize() - len(plain)%block.BlockSize()
	data := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(padding)}, padding)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(data, data)
	return data
}

// TestRC2 has the vectors of https://www.rfc-editor.org/rfc/rfc2268#section-5 whose effective length is that of the key.
func TestRC2(t *testing.T) {
	for _, v := range []struct{ key, plain, cipher string }{
		{"ffffffffffffffff", "ffffffffffffffff", "278b27e42e2f0d49"},
		{"3000000000000000", "1000000000000001", "30649edf9be7d2c2"},
		{"88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6"},
	} {
		key, plain := must(hex.DecodeString(v.key)), must(hex.DecodeString(v.plain))
		block, out, back := newRC2(key), make([]byte, 8), make([]byte, 8)
		block.Encrypt(out, plain)
		block.Decrypt(back, out)
		if hex.EncodeToString(out) != v.cipher || !bytes.Equal(back, plain) {
			t.Errorf("key %s: encrypted %x, want %s; decrypted again %x", v.key, out, v.cipher, back)
		}
	}
}

// TestOpenSSLEncrypted reads what OpenSSL itself encrypts, in every way it has.
func TestOpenSSLEncrypted(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl")
	}
	dir := t.TempDir()
	leaf := pki().inter.Client("client")
	rsaLeaf := pki().inter.Client("client", testpki.Key(testpki.RSA2048))
	for name, data := range map[string][]byte{
		"c.pem": leaf.ChainPEM(), "k.pem": leaf.KeyPEM(testpki.PKCS8), "pass": []byte(secret + "\n"),
		"rsac.pem": rsaLeaf.ChainPEM(), "rsak.pem": rsaLeaf.KeyPEM(testpki.PKCS8),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(t *testing.T, args ...string) {
		t.Helper()
		command := exec.Command(openssl, args...)
		command.Dir = dir
		if out, err := command.CombinedOutput(); err != nil {
			t.Skipf("this openssl cannot %s: %s", strings.Join(args, " "), out)
		}
	}
	file := func(name string) File { return File{name, must(os.ReadFile(filepath.Join(dir, name)))} }
	topk8 := func(more ...string) []string {
		return append([]string{"pkcs8", "-topk8", "-in", "k.pem", "-passout", "file:pass", "-out", "out"}, more...)
	}
	traditional := func(cipher string) []string {
		return []string{"rsa", "-traditional", "-in", "rsak.pem", "-passout", "file:pass", "-out", "out", cipher}
	}
	export := func(more ...string) []string {
		return append([]string{"pkcs12", "-export", "-in", "c.pem", "-inkey", "k.pem", "-passout", "file:pass", "-out", "out"}, more...)
	}
	for name, args := range map[string][]string{
		"PKCS#8":                 topk8(),
		"PKCS#8 DER":             topk8("-outform", "DER"),
		"PKCS#8 AES-128":         topk8("-v2", "aes-128-cbc"),
		"PKCS#8 3DES":            topk8("-v2", "des3"),
		"PKCS#8 SHA-1":           topk8("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA1"),
		"PKCS#8 SHA-512":         topk8("-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512", "-iter", "100000"),
		"PKCS#8 scrypt":          topk8("-scrypt"),
		"PKCS#8 PKCS#12 3DES":    topk8("-v1", "PBE-SHA1-3DES"),
		"PKCS#8 PKCS#12 2DES":    topk8("-v1", "PBE-SHA1-2DES"),
		"PKCS#8 MD5-DES":         topk8("-v1", "PBE-MD5-DES", "-provider", "default", "-provider", "legacy"),
		"PKCS#8 SHA1-DES":        topk8("-v1", "PBE-SHA1-DES", "-provider", "default", "-provider", "legacy"),
		"PKCS#8 PKCS#12 RC2-40":  topk8("-v1", "PBE-SHA1-RC2-40", "-provider", "default", "-provider", "legacy"),
		"PKCS#8 PKCS#12 RC2-128": topk8("-v1", "PBE-SHA1-RC2-128", "-provider", "default", "-provider", "legacy"),
		"traditional AES-256":    traditional("-aes256"),
		"traditional 3DES":       traditional("-des3"),
		"EC traditional":         {"ec", "-in", "k.pem", "-aes128", "-passout", "file:pass", "-out", "out"},
		"PKCS#12":                export(),
		"PKCS#12 SHA-1":          export("-macalg", "sha1"),
		"PKCS#12 SHA-512":        export("-macalg", "sha512", "-iter", "10000"),
		"PKCS#12 without a MAC":  export("-nomac"),
		"PKCS#12 3DES":           export("-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES", "-macalg", "sha1"),
		"PKCS#12 legacy":         export("-legacy"),
		"PKCS#12 plain":          export("-keypbe", "NONE", "-certpbe", "NONE"),
		"PKCS#12 plain certs":    export("-certpbe", "NONE"),
		"PKCS#12 with a name":    export("-name", "Ünïcode name"),
		"PKCS#12 PBMAC1":         export("-pbmac1_pbkdf2"),
	} {
		t.Run(name, func(t *testing.T) {
			run(t, args...)
			cert, key := file("c.pem"), file("out")
			switch {
			case strings.HasPrefix(name, "PKCS#12"):
				cert, key = key, File{}
			case args[0] == "rsa":
				cert = file("rsac.pem")
			}
			got, err := LoadEncryptedKeyPair(cert, key, known(secret))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Chain) != 2 || len(got.Warnings(time.Now())) > 0 {
				t.Errorf("got the chain %v with %v", subjects(got.Chain), got.Warnings(time.Now()))
			}
			_, err = LoadEncryptedKeyPair(cert, key, known("wrong"))
			wantCode(t, err, CodePassphraseWrong)
		})
	}
	t.Run("PKCS#12 with an unsupported key", func(t *testing.T) {
		for _, c := range []struct{ name, want, algorithm, option string }{
			{"Ed448", "Ed448", "ED448", ""},
			{"secp256k1", "secp256k1", "EC", "ec_paramgen_curve:secp256k1"},
		} {
			generate := []string{"genpkey", "-algorithm", c.algorithm, "-out", "odd.pem"}
			if c.option != "" {
				generate = append(generate, "-pkeyopt", c.option)
			}
			run(t, generate...)
			run(t, "req", "-x509", "-new", "-key", "odd.pem", "-subj", "/CN=odd", "-out", "oddc.pem")
			run(t, "pkcs12", "-export", "-in", "oddc.pem", "-inkey", "odd.pem", "-passout", "file:pass", "-out", "odd.p12")
			_, err := LoadEncryptedKeyPair(file("odd.p12"), File{}, known(secret))
			if problem := wantCode(t, err, CodeKeyUnsupported); !strings.Contains(problem.What, c.want) {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	})
	t.Run("version 1", func(t *testing.T) {
		run(t, "req", "-new", "-key", "k.pem", "-subj", "/CN=old", "-out", "r.csr")
		root := filepath.Join(dir, "root.pem")
		run(t, "req", "-x509", "-new", "-key", "k.pem", "-subj", "/CN=issuer", "-out", root)
		run(t, "x509", "-req", "-in", "r.csr", "-CA", root, "-CAkey", "k.pem", "-CAcreateserial", "-days", "60", "-out", "old.pem")
		got, err := LoadKeyPair(file("old.pem"), file("k.pem"))
		if err != nil {
			t.Fatal(err)
		}
		if got.Leaf().Version != 1 {
			t.Skip("this openssl makes version 3")
		}
		if warned := codes(got.Warnings(time.Now())); !slices.Equal(warned, []string{CodeCertVersion}) {
			t.Errorf("warns %v", warned)
		}
	})
}

// TestStoreKeepsEncryption stores files of every kind, and finds them as encrypted as they were.
func TestStoreKeepsEncryption(t *testing.T) {
	leaf := pki().inter.Client("client")
	plain := must(x509.MarshalPKCS8PrivateKey(leaf.Key))
	passphrase := bmpOnly(secret)
	for _, c := range encryptedPairs(leaf, passphrase) {
		store, warnings := testStore(t)
		asked := 0
		entry := mustUpload(t, store, UploadParams{Cert: c.cert, Key: c.key, ID: "id", Passphrase: asking(passphrase, &asked)})
		stored := must(os.ReadFile(store.path("id", privateKeyFile)))
		block, _ := pem.Decode(stored)
		if block == nil || !encrypted(block) || bytes.Contains(stored, []byte(passphrase)) {
			t.Fatalf("%s: stored as\n%s", c.name, stored)
		}
		noKeyIn(t, string(stored)+string(block.Bytes), plain[len(plain)-100:])
		if given := c.keyData(); bytes.HasPrefix(given, []byte("-----")) && strings.HasPrefix(c.name, "PKCS#8") && !bytes.Equal(given, stored) {
			t.Errorf("%s: not stored as it was given", c.name)
		}

		got, _, err := store.Unlock("id", known(passphrase))
		if err != nil || !got.Chain.equal(entry.Chain) {
			t.Errorf("%s: %v", c.name, err)
		}
		_, _, err = store.Get("id")
		wantCode(t, err, CodeKeyEncrypted)
		_, _, err = store.Unlock("id", known("wrong"))
		wantCode(t, err, CodePassphraseWrong)
		if len(mustList(t, store)) != 1 || len(*warnings) > 0 || asked != 1 {
			t.Errorf("%s: listed %v, warned of %v, asked %d times", c.name, mustList(t, store), *warnings, asked)
		}

		again := UploadParams{Cert: c.cert, Key: c.key, ID: "id", Passphrase: known(passphrase)}
		mustUpload(t, store, again)
		_, _, err = store.Upload(params(leaf, "", "id"))
		if problem := wantCode(t, err, CodeIDTaken); !strings.Contains(problem.What, "encrypted") && !strings.Contains(problem.What, "another certificate") {
			t.Errorf("%s: %v", c.name, err)
		}
		again.Passphrase = known("wrong")
		_, _, err = store.Upload(again)
		wantCode(t, err, CodePassphraseWrong)
	}
	t.Run("not made plain, nor encrypted, by an upload under the same ID", func(t *testing.T) {
		store, _ := testStore(t)
		mustUpload(t, store, params(leaf, "", "id"))
		der := must(youmark.MarshalPrivateKey(leaf.Key, []byte(secret), nil))
		_, _, err := store.Upload(UploadParams{Cert: certFile(leaf.Chain...), Key: File{"key.pem", pemOf("ENCRYPTED PRIVATE KEY", der)}, ID: "id", Passphrase: known(secret)})
		if problem := wantCode(t, err, CodeIDTaken); !strings.Contains(problem.What, "without a passphrase") {
			t.Error(err)
		}
	})
}

// keyData is the file that has the key.
func (c encryptedPair) keyData() []byte {
	if c.key.Data == nil {
		return c.cert.Data
	}
	return c.key.Data
}

// TestUploadAsks uploads an encrypted key at a terminal, and without one.
func TestUploadAsks(t *testing.T) {
	leaf := leafFor("client")
	der := must(youmark.MarshalPrivateKey(leaf.Key, []byte(secret), nil))
	for _, c := range []struct {
		name     string
		typed    []string // nil: no terminal
		file     string   // of --passphrase-file
		code     string
		warnings []string
	}{
		{"right", []string{secret}, "", "", nil},
		{"right the second time", []string{"no", secret}, "", "", []string{CodePassphraseWrong}},
		{"wrong three times", []string{"no", "no", "no", secret}, "", CodePassphraseWrong, []string{CodePassphraseWrong, CodePassphraseWrong}},
		{"nobody there", nil, "", CodeKeyEncrypted, nil},
		{"from a file", nil, secret + "\n", "", nil},
		{"from a file of Windows", nil, "\uFEFF" + secret + "\r\n", "", nil},
		{"from a file, so nobody is asked", []string{"no"}, secret, "", nil},
		{"wrong in the file", []string{secret}, "no\n", CodePassphraseWrong, nil},
		{"empty file", []string{secret}, "\n", CodeFileUnreadable, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShell(t, noon)
			args := UploadArgs{Cert: s.file(t, "cert.pem", leaf.ChainPEM()), Key: s.file(t, "key.pem", pemOf("ENCRYPTED PRIVATE KEY", der))}
			if c.file != "" {
				args.PassphraseFile = s.file(t, "pass.txt", []byte(c.file))
			}
			var prompts []string
			if c.typed != nil {
				s.ReadPassphrase = func(_ context.Context, prompt string) (string, error) {
					prompts = append(prompts, prompt)
					return c.typed[len(prompts)-1], nil
				}
			}
			err := s.Upload(t.Context(), args)
			if c.code != "" {
				problem := wantCode(t, err, c.code)
				if c.code == CodeKeyEncrypted && !strings.Contains(problem.Fix, "--passphrase-file") {
					t.Errorf("it is not said how to give the passphrase: %v", problem)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if got := codes(s.warnings); !slices.Equal(got, c.warnings) {
				t.Errorf("warned of %v, want %v", got, c.warnings)
			}
			if c.file != "" && len(prompts) > 0 || len(prompts) > 0 && prompts[0] != "Passphrase of "+args.Key+": " {
				t.Errorf("asked %q", prompts)
			}
			if stored := len(mustList(t, s.Store)); stored == 1 != (c.code == "") {
				t.Errorf("%d certificates are stored", stored)
			}
			if strings.Contains(s.printed(), secret) {
				t.Error("the passphrase is printed")
			}
		})
	}
	t.Run("interrupted", func(t *testing.T) {
		s := newShell(t, noon)
		ctx, cancel := context.WithCancel(t.Context())
		s.ReadPassphrase = func(ctx context.Context, _ string) (string, error) {
			cancel()
			return "", ctx.Err()
		}
		args := UploadArgs{Cert: s.file(t, "cert.pem", leaf.ChainPEM()), Key: s.file(t, "key.pem", pemOf("ENCRYPTED PRIVATE KEY", der))}
		if err := s.Upload(ctx, args); !errors.Is(err, context.Canceled) || len(mustList(t, s.Store)) > 0 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a passphrase that others can read", func(t *testing.T) {
		s := newShell(t, noon)
		args := UploadArgs{
			Cert: s.file(t, "cert.pem", leaf.ChainPEM()), Key: s.file(t, "key.pem", pemOf("ENCRYPTED PRIVATE KEY", der)),
			PassphraseFile: s.file(t, "pass.txt", []byte(secret)),
		}
		if err := os.Chmod(args.PassphraseFile, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := s.Upload(t.Context(), args); err != nil {
			t.Fatal(err)
		}
		if len(s.warnings) != 1 || s.warnings[0].Where != args.PassphraseFile || !strings.Contains(s.warnings[0].What, "read the passphrase") {
			t.Errorf("warned of %v", s.warnings)
		}
	})
}

// FuzzUnlock decrypts and opens anything. It must end, within a budget that is small here, and not panic.
func FuzzUnlock(f *testing.F) {
	leaf := pki().inter.Client("client")
	for _, c := range encryptedPairs(leaf, "x") {
		data := c.keyData()
		if block, _ := pem.Decode(data); block != nil && block.Headers["Proc-Type"] == "" {
			data = block.Bytes
		}
		f.Add(data)
	}
	f.Add(berOf(must(gopkcs12.Passwordless.Encode(leaf.Key, leaf.Cert, leaf.Chain[1:], ""))))
	f.Fuzz(func(t *testing.T, data []byte) {
		u := func() *unlocker {
			u := newUnlocker("x")
			u.left = 5000
			return u
		}
		if der := derOf(data); der != nil {
			if again := derOf(der); !bytes.Equal(again, der) {
				t.Fatalf("%x becomes %x, and then %x", data, der, again)
			}
		}
		if blocks, err := openPKCS12(data, u()); err == nil {
			for _, b := range blocks {
				if b.role != roleCertificate && b.role != rolePrivateKey {
					t.Fatalf("found %q", b.label)
				}
			}
		}
		if key, ok := unmarshal[encryptedPKCS8](data); ok {
			u().decrypt(key.Algorithm, key.Data)
		}
		if block, _ := pem.Decode(data); block != nil {
			u().decryptPEM(block)
		}
	})
}
