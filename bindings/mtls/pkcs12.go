package mtls

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"hash"
)

// pfx is the outside of a PKCS#12 file: https://www.rfc-editor.org/rfc/rfc7292#section-4.
type pfx struct {
	Version  int
	AuthSafe contentInfo
	MacData  macData `asn1:"optional"`
}

type contentInfo struct {
	ContentType asn1.ObjectIdentifier
	Content     asn1.RawValue `asn1:"optional,explicit,tag:0"` // its Bytes are the whole inner element
}

type macData struct {
	Mac struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}
	Salt       []byte
	Iterations int `asn1:"optional,default:1"`
}

// encryptedData is https://www.rfc-editor.org/rfc/rfc5652#section-8.
type encryptedData struct {
	Version int
	Info    struct {
		ContentType asn1.ObjectIdentifier
		Algorithm   pkix.AlgorithmIdentifier
		Content     asn1.RawValue `asn1:"optional,tag:0"`
	}
}

// safeBag is https://www.rfc-editor.org/rfc/rfc7292#section-4.2.
type safeBag struct {
	ID         asn1.ObjectIdentifier
	Value      asn1.RawValue   `asn1:"explicit,tag:0"`
	Attributes []asn1.RawValue `asn1:"set,optional"`
}

type certBag struct {
	ID   asn1.ObjectIdentifier
	Data []byte `asn1:"explicit,tag:0"`
}

const (
	oidData          = "1.2.840.113549.1.7.1"
	oidSignedData    = "1.2.840.113549.1.7.2"
	oidEnvelopedData = "1.2.840.113549.1.7.3"
	oidEncryptedData = "1.2.840.113549.1.7.6"

	oidKeyBag          = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         = "1.2.840.113549.1.12.10.1.3"
	oidSafeContentsBag = "1.2.840.113549.1.12.10.1.6"
	oidX509Certificate = "1.2.840.113549.1.9.22.1"
)

// macHashes are those of https://www.rfc-editor.org/rfc/rfc7292#section-4 that are in use.
var macHashes = map[string]func() hash.Hash{
	"1.3.14.3.2.26":          sha1.New,
	"2.16.840.1.101.3.4.2.1": sha256.New,
	"2.16.840.1.101.3.4.2.2": sha512.New384,
	"2.16.840.1.101.3.4.2.3": sha512.New,
	"2.16.840.1.101.3.4.2.4": sha256.New224,
}

var errPKCS12Damaged = errors.New("the PKCS#12 file is damaged")

// isPKCS12 tells whether it is one from the outside. It may be BER, as NSS and Java write it.
func isPKCS12(data []byte) bool {
	file, ok := unmarshal[pfx](derOf(data))
	return ok && file.Version >= 1 && file.AuthSafe.Content.FullBytes != nil
}

// openPKCS12 returns the certificates and private keys of a PKCS#12 file in its order. What else may be in it is left out.
func openPKCS12(data []byte, u *unlocker) ([]block, error) {
	file, ok := unmarshal[pfx](derOf(data))
	if !ok {
		return nil, errPKCS12Damaged
	}
	switch file.AuthSafe.ContentType.String() {
	case oidData:
	case oidSignedData:
		return nil, unsupportedEncryption("a public key instead of a passphrase")
	default:
		return nil, errPKCS12Damaged
	}
	safe, ok := unmarshal[[]byte](file.AuthSafe.Content.Bytes)
	if !ok {
		return nil, errPKCS12Damaged
	}
	if file.MacData.Mac.Algorithm.Algorithm != nil {
		if err := u.verify(file.MacData, safe); err != nil {
			return nil, err
		}
	}
	parts, ok := unmarshal[[]contentInfo](derOf(safe))
	if !ok {
		return nil, errPKCS12Damaged
	}
	var blocks []block
	for _, part := range parts {
		contents, err := u.content(part)
		if err != nil {
			return nil, err
		}
		found, err := u.bags(contents, maxNesting)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, found...)
	}
	return blocks, nil
}

// verify checks that the file is what it was made with this passphrase.
func (u *unlocker) verify(m macData, message []byte) error {
	var newHash func() hash.Hash
	var key []byte
	var err error
	if m.Mac.Algorithm.Algorithm.String() == oidPBMAC1 { // https://www.rfc-editor.org/rfc/rfc9879
		params, ok := unmarshal[pbes2Params](m.Mac.Algorithm.Parameters.FullBytes)
		if !ok {
			return errPKCS12Damaged
		}
		if newHash, ok = hmacHashes[params.Scheme.Algorithm.String()]; !ok {
			return unsupported(params.Scheme.Algorithm)
		}
		key, err = u.derive(params.KDF, 0)
	} else {
		var ok bool
		if newHash, ok = macHashes[m.Mac.Algorithm.Algorithm.String()]; !ok {
			return unsupported(m.Mac.Algorithm.Algorithm)
		}
		key, err = u.pkcs12Key(newHash, pbeParams{m.Salt, m.Iterations}, purposeMAC, newHash().Size())
	}
	if err != nil {
		return err
	}
	mac := hmac.New(newHash, key)
	mac.Write(message)
	if !hmac.Equal(mac.Sum(nil), m.Mac.Digest) {
		return errWrongPassphrase
	}
	return nil
}

// content is what stands in a part of the file, which may be encrypted.
func (u *unlocker) content(part contentInfo) ([]byte, error) {
	switch part.ContentType.String() {
	case oidData:
		if data, ok := unmarshal[[]byte](part.Content.Bytes); ok {
			return data, nil
		}
	case oidEncryptedData:
		if encrypted, ok := unmarshal[encryptedData](part.Content.Bytes); ok {
			data := encrypted.Info.Content.Bytes
			if encrypted.Info.Content.IsCompound { // a string in pieces, which its tag hides from derOf
				if data, ok = unmarshal[[]byte](derOf(element(0x24, data))); !ok {
					return nil, errPKCS12Damaged
				}
			}
			return u.decrypt(encrypted.Info.Algorithm, data)
		}
	case oidEnvelopedData:
		return nil, unsupportedEncryption("a public key instead of a passphrase")
	}
	return nil, errPKCS12Damaged
}

// bags returns what stands in the bags.
func (u *unlocker) bags(data []byte, depth int) ([]block, error) {
	bags, ok := unmarshal[[]safeBag](derOf(data))
	if !ok || depth == 0 {
		return nil, errPKCS12Damaged
	}
	var blocks []block
	add := func(label string, der []byte) {
		blocks = append(blocks, block{label: label, role: roleOf(label), whole: true, pem: pem.Block{Type: label, Bytes: der}})
	}
	for _, bag := range bags {
		value := bag.Value.Bytes
		switch bag.ID.String() {
		case oidKeyBag:
			add("PRIVATE KEY", value)
		case oidShroudedKeyBag:
			key, ok := unmarshal[encryptedPKCS8](value)
			if !ok {
				return nil, errPKCS12Damaged
			}
			der, err := u.decrypt(key.Algorithm, key.Data)
			if err != nil {
				return nil, err
			}
			add("PRIVATE KEY", der)
		case oidCertBag:
			cert, ok := unmarshal[certBag](value)
			if !ok {
				return nil, errPKCS12Damaged
			}
			if cert.ID.String() == oidX509Certificate {
				add("CERTIFICATE", cert.Data)
			}
		case oidSafeContentsBag:
			found, err := u.bags(value, depth-1)
			if err != nil {
				return nil, err
			}
			blocks = append(blocks, found...)
		}
	}
	return blocks, nil
}
