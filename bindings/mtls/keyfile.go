package mtls

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"devserver/origin"
)

// LoadKeyPair reads a certificate chain and the private key that belongs to its leaf, neither of them encrypted. The zero File
// as key means that the key stands in the certificate's file. PEM with CRLF, BOM, UTF-16, indentation or "\n" spelled out is
// read, DER and PKCS#12 too; keys may be PKCS#8, PKCS#1 or SEC 1, of RSA, ECDSA (P-256, P-384, P-521) or Ed25519. The leaf is
// found by the key, wherever it stands, and the chain is put in order. An error is a *Problem, or several joined.
func LoadKeyPair(cert, key File) (*Certificate, error) { return LoadEncryptedKeyPair(cert, key, nil) }

// LoadEncryptedKeyPair is LoadKeyPair for files that may be encrypted: PKCS#12, PKCS#8, or PEM as OpenSSL encrypted it before.
// An error may also be the one that passphrase returned.
func LoadEncryptedKeyPair(cert, key File, passphrase Passphrase) (*Certificate, error) {
	pair, err := loadKeyPair(cert, key, passphrase)
	if err != nil {
		return nil, err
	}
	return pair.certificate, nil
}

// keyPair is what was loaded, for the store to keep.
type keyPair struct {
	certificate *Certificate
	given       *pem.Block // the private key as it was given: encrypted, if it was
}

func loadKeyPair(cert, key File, passphrase Passphrase) (*keyPair, error) {
	passphrase = passphrase.once()
	certContents, certErr := readContents(cert).open(passphrase)
	keyContents, keyErr := certContents, error(nil)
	if key.Name != "" || key.Data != nil {
		keyContents, keyErr = readContents(key).open(passphrase)
	}
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, err
	}
	if certContents.holdsOnly(rolePrivateKey) && keyContents.holdsOnly(roleCertificate) {
		return nil, &Problem{
			Code: CodeFilesSwapped, Where: cert.Name,
			What: fmt.Sprintf("this is the private key, and %s is the certificate: the two are swapped", key.Name),
			Fix:  "give them the other way round",
		}
	}

	signer, given, keyErr := keyContents.privateKey(passphrase)
	if problem, ok := errors.AsType[*Problem](keyErr); ok && problem.Code == CodeKeyUnsupported {
		return nil, problem // nor could its certificate be read; that would only repeat it
	}
	certs, certErr := certContents.certificates()
	if err := errors.Join(certErr, keyErr); err != nil {
		return nil, err
	}

	public := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	i := slices.IndexFunc(certs, func(c *x509.Certificate) bool { return public.Equal(c.PublicKey) })
	if i < 0 {
		return nil, mismatch(certs, signer, certContents.name, keyContents.name)
	}
	chain, strays := orderChain(certs[i], certs)
	if size := chain.size(); size > maxChainSize {
		return nil, &Problem{
			Code: CodeChainTooLarge, Where: cert.Name,
			What: fmt.Sprintf("the chain is too large to be sent: %d certificates, %d bytes", len(chain), size),
			Fix:  "give only the client certificate and its intermediates, not a bundle of roots",
		}
	}
	certificate := &Certificate{Chain: chain, signer: seal(signer), source: cert.Name}
	if !chain.equal(certs) {
		certificate.notes = append(certificate.notes, &Problem{
			Code: CodeChainOrder, Where: cert.Name,
			What: "the certificates are not in the order of a chain; used as: " + strings.Join(subjects(chain), ", then "),
			Fix:  "nothing has to be done; production takes the file as it is, so put the client certificate first there, then each one's issuer",
		})
	}
	certificate.notes = append(certificate.notes, chain.gaps(strays, cert.Name)...)
	return &keyPair{certificate, given}, nil
}

func mismatch(certs []*x509.Certificate, key crypto.Signer, certName, keyName string) *Problem {
	what := fmt.Sprintf("the private key (%s) does not belong to the certificate %s (%s)",
		origin.KeyType(key.Public()), origin.DistinguishedName(certs[0].RawSubject), origin.KeyType(certs[0].PublicKey))
	if len(certs) > 1 {
		what = fmt.Sprintf("the private key (%s) belongs to none of the %d certificates: %s",
			origin.KeyType(key.Public()), len(certs), strings.Join(subjects(certs), ", "))
	}
	if certName != keyName {
		what += " in " + certName
	}
	return &Problem{
		Code: CodeKeyMismatch, Where: keyName, What: what,
		Fix: "give the key that the certificate was requested with",
	}
}

func subjects(certs []*x509.Certificate) []string {
	names := make([]string, len(certs))
	for i, cert := range certs {
		names[i] = origin.DistinguishedName(cert.RawSubject)
	}
	return names
}

// certificates parses all certificates of the file, in its order; at least one.
func (c contents) certificates() ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	for _, b := range c.with(roleCertificate) {
		problem := &Problem{Code: CodeCertParse, Where: c.where(b), Fix: "export the certificate again"}
		if !b.whole {
			problem.What = "the certificate is damaged: no base64 between its BEGIN and END lines"
			return nil, problem
		}
		cert, err := x509.ParseCertificate(b.pem.Bytes)
		if err != nil {
			problem.What = "the certificate cannot be parsed: " + err.Error()
			if b.label == "TRUSTED CERTIFICATE" {
				problem.Fix = fmt.Sprintf("this is OpenSSL's own format; convert it: openssl x509 -in %s -out certificate.pem", c.name)
			}
			return nil, problem
		}
		certs = append(certs, cert)
	}
	if len(certs) > 0 {
		return certs, nil
	}
	problem := &Problem{
		Code: CodeCertMissing, Where: c.name,
		What: "no certificate found: " + c.held(),
		Fix:  "give the PEM file that starts with -----BEGIN CERTIFICATE-----",
	}
	switch {
	case c.with(roleRequest) != nil:
		problem.Code = CodeCertIsRequest
		problem.Fix = "send the request to your certificate authority and give the certificate that it returns"
	case c.with(rolePKCS7) != nil:
		problem.Code = CodeCertFormat
		problem.Fix = fmt.Sprintf("convert it: openssl pkcs7 -print_certs -in %s -out certificate.pem", c.name)
	}
	return nil, problem
}

// What messages call that which may be encrypted.
const (
	thePrivateKey = "the private key"
	thePKCS12     = "the PKCS#12 file"
)

// privateKey parses the one private key of the file, and returns it as it was given too. Its errors never quote the
// parser's, which may show bytes of the key.
func (c contents) privateKey(passphrase Passphrase) (crypto.Signer, *pem.Block, error) {
	keys := c.with(rolePrivateKey)
	switch len(keys) {
	case 0:
		return nil, nil, &Problem{
			Code: CodeKeyMissing, Where: c.name,
			What: "no private key found: " + c.held(),
			Fix:  "give the PEM file that starts with -----BEGIN PRIVATE KEY-----",
		}
	case 1:
	default:
		return nil, nil, &Problem{
			Code: CodeKeyAmbiguous, Where: c.name,
			What: fmt.Sprintf("the file holds %d private keys", len(keys)),
			Fix:  "leave only the key of the client certificate in it",
		}
	}

	b := keys[0]
	refuse := func(code, what, fix string) (crypto.Signer, *pem.Block, error) {
		return nil, nil, &Problem{Code: code, What: thePrivateKey + " " + what, Where: c.where(b), Fix: fix}
	}
	const supported = "use RSA with 2048 bits or more, ECDSA P-256, P-384 or P-521, or Ed25519"
	switch {
	case !b.whole:
		return refuse(CodeKeyParse, "is damaged: no base64 between its BEGIN and END lines", "export the key again")
	case b.label == "DSA PRIVATE KEY":
		return refuse(CodeKeyUnsupported, "is DSA, which is not supported", supported)
	case b.label == "OPENSSH PRIVATE KEY":
		return refuse(CodeKeyUnsupported, "is in OpenSSH's own format, which TLS does not use",
			"make a copy, and convert that in place: ssh-keygen -p -m pkcs8 -f COPY")
	}
	der := b.pem.Bytes
	if encrypted(&b.pem) {
		var err error
		if der, err = unlock(passphrase, thePrivateKey, c, c.where(b), b.decrypt); err != nil {
			return nil, nil, err
		}
	}
	key := parseKey(der)
	if signer, ok := usable(key); ok {
		return signer, b.given(), nil
	}
	if algorithm := algorithmOf(der, key); algorithm != "" {
		return refuse(CodeKeyUnsupported, "is "+algorithm+", which is not supported", supported)
	}
	return refuse(CodeKeyParse, "is damaged: it is neither PKCS#8 nor PKCS#1 nor SEC 1", "export the key again")
}

// encrypted tells whether a block is, by itself or with all of a PKCS#12 file.
func encrypted(b *pem.Block) bool {
	return b.Type == "ENCRYPTED PRIVATE KEY" || b.Type == "PKCS12" || strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED")
}

// decrypt returns the DER of an encrypted key.
func (b block) decrypt(u *unlocker) ([]byte, error) {
	if b.label != "ENCRYPTED PRIVATE KEY" {
		return u.decryptPEM(&b.pem)
	}
	key, ok := unmarshal[encryptedPKCS8](b.pem.Bytes)
	if !ok {
		return nil, errEncryptionDamaged
	}
	return u.decrypt(key.Algorithm, key.Data)
}

// parseKey tries every format, whatever the label says, as crypto/tls and OpenSSL do. It returns nil if none fits.
func parseKey(der []byte) any {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key
	}
	return nil
}

// usable tells whether TLS can sign with the key. Go signs with RSA from 1024 bits on; P-224 was dropped from TLS 1.3.
func usable(key any) (crypto.Signer, bool) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, key.N.BitLen() >= 1024
	case *ecdsa.PrivateKey:
		return key, key.Curve != elliptic.P224()
	case ed25519.PrivateKey:
		return key, true
	}
	return nil, false
}
