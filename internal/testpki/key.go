package testpki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"sync"
)

// KeyType names an algorithm and size. The zero value is P256.
type KeyType int

const (
	P256 KeyType = iota
	P384
	P521
	RSA2048
	Ed25519
)

// role tells which of the cached RSA keys a certificate gets.
type role int

const (
	rootRole role = iota
	intermediateRole
	leafRole
	roles
)

// An RSA key takes a tenth of a second to find, so the process makes one per role
// and keeps it. Every other key is fast and therefore new each time.
var rsaKeys = func() (keys [roles]func() *rsa.PrivateKey) {
	for i := range keys {
		keys[i] = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	}
	return keys
}()

func newKey(kind KeyType, r role) crypto.Signer {
	switch kind {
	case P256:
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	case P384:
		return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	case P521:
		return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	case RSA2048:
		return rsaKeys[r]()
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		return key
	}
	panic(fmt.Sprintf("testpki: unknown key type %d", kind))
}

// Format is an encoding of a private key in a PEM file.
type Format int

const (
	PKCS8 Format = iota // "PRIVATE KEY", for every key type
	PKCS1               // "RSA PRIVATE KEY", for RSA keys only
	SEC1                // "EC PRIVATE KEY", for ECDSA keys only
)

// KeyPEM encodes a private key. It panics when the format cannot hold the key's type.
func KeyPEM(key crypto.Signer, format Format) []byte {
	var block pem.Block
	switch format {
	case PKCS8:
		block = pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(key))}
	case PKCS1:
		block = pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key.(*rsa.PrivateKey))}
	case SEC1:
		block = pem.Block{Type: "EC PRIVATE KEY", Bytes: must(x509.MarshalECPrivateKey(key.(*ecdsa.PrivateKey)))}
	default:
		panic(fmt.Sprintf("testpki: unknown key format %d", format))
	}
	return pem.EncodeToMemory(&block)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
