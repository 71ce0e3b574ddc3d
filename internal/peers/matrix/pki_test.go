//go:build peers

package matrix_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"time"

	"devserver/internal/testpki"
	"devserver/origin"
)

// host is how the client names the origin: through connect_to, so that a server name is sent.
const host = "origin.test"

// Other ways to name it.
const (
	byAddress   = "address" // no server name is sent
	byWrongName = "other.test"
)

// credential is a client certificate, named by what is wrong with it.
type credential string

const (
	none            credential = "none" // plain fetch
	good            credential = "good"
	goodRSA         credential = "good, RSA"
	goodP384        credential = "good, P-384"
	goodP521        credential = "good, P-521"
	goodEd25519     credential = "good, Ed25519"
	goodChain       credential = "good, by an intermediate"
	foreign         credential = "of another CA"
	foreignChain    credential = "of another CA, by an intermediate"
	bare            credential = "without its intermediate"
	bareWithAddress credential = "without its intermediate, which it says where to find"
	expired         credential = "expired"
	early           credential = "not yet valid"
	wrongUsage      credential = "for servers only"
	weak            credential = "RSA-1024"
	swapped         credential = "with another key"
	revoked         credential = "revoked"
	p224            credential = "P-224"
)

// certificate is a server certificate, named by what is wrong with it.
type certificate string

const (
	proper        certificate = "proper"
	selfSigned    certificate = "self-signed"
	unknownRoot   certificate = "of a root that the client does not know"
	otherName     certificate = "for another name"
	serverExpired certificate = "expired"
	serverEarly   certificate = "not yet valid"
	serverBare    certificate = "without its intermediate"
	clientsOnly   certificate = "for clients only"
)

// authorities are the certificates of one run of the matrix.
type authorities struct {
	servers, clients *testpki.CA
	intermediate     *testpki.CA // of clients
	credentials      map[credential]*testpki.Leaf
	certificates     map[certificate]*testpki.Leaf
	revocations      []byte // clients' list, in PEM
}

func newAuthorities() *authorities {
	a := &authorities{servers: testpki.New("Servers Root"), clients: testpki.New("Clients Root")}
	a.intermediate = a.clients.Intermediate("Clients Intermediate")
	other := testpki.New("Other Root")
	findable := testpki.Template(func(c *x509.Certificate) {
		c.IssuingCertificateURL = []string{"http://ca.test/intermediate.cer"}
	})
	small := must(rsa.GenerateKey(rand.Reader, 1024))
	odd := must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader))
	a.credentials = map[credential]*testpki.Leaf{
		good:            a.clients.Client("worker"),
		goodRSA:         a.clients.Client("worker", testpki.Key(testpki.RSA2048)),
		goodP384:        a.clients.Client("worker", testpki.Key(testpki.P384)),
		goodP521:        a.clients.Client("worker", testpki.Key(testpki.P521)),
		goodEd25519:     a.clients.Client("worker", testpki.Key(testpki.Ed25519)),
		goodChain:       a.intermediate.Client("worker"),
		foreign:         other.Client("worker"),
		foreignChain:    other.Intermediate("Other Intermediate").Client("worker"),
		bare:            a.intermediate.Client("worker").Bare(),
		bareWithAddress: a.intermediate.Client("worker", findable).Bare(),
		expired:         a.clients.Client("worker", testpki.Expired),
		early:           a.clients.Client("worker", testpki.NotYetValid),
		wrongUsage:      a.clients.Client("worker", testpki.WrongUsage),
		weak:            a.clients.Client("worker", testpki.Signer(small)),
		swapped:         {Cert: a.clients.Client("worker").Cert, Key: a.clients.Client("another").Key},
		revoked:         a.clients.Client("worker"),
		p224:            a.clients.Client("worker", testpki.Signer(odd)),
	}
	a.credentials[swapped].Chain = []*x509.Certificate{a.credentials[swapped].Cert}

	alone := testpki.New(host, testpki.Template(func(c *x509.Certificate) {
		c.DNSNames = []string{host}
		c.KeyUsage |= x509.KeyUsageDigitalSignature
	}))
	with := func(options ...testpki.Option) *testpki.Leaf {
		return a.servers.ServerWith(options, host, "127.0.0.1")
	}
	a.certificates = map[certificate]*testpki.Leaf{
		proper:        with(),
		selfSigned:    {Cert: alone.Cert, Key: alone.Key, Chain: []*x509.Certificate{alone.Cert}},
		unknownRoot:   other.Server(host),
		otherName:     a.servers.Server("elsewhere.test"),
		serverExpired: with(testpki.Expired),
		serverEarly:   with(testpki.NotYetValid),
		serverBare:    a.servers.Intermediate("Servers Intermediate").Server(host).Bare(),
		clientsOnly:   with(testpki.Usage(x509.ExtKeyUsageClientAuth)),
	}
	a.revocations = a.revoke(a.credentials[revoked].Cert)
	return a
}

// revoke makes clients' revocation list.
func (a *authorities) revoke(certs ...*x509.Certificate) []byte {
	list := &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(24 * time.Hour),
	}
	for _, c := range certs {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: time.Now().Add(-time.Hour)})
	}
	der := must(x509.CreateRevocationList(rand.Reader, list, a.clients.Cert, a.clients.Key))
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}

// identity is a credential for origin; nil for none.
func (a *authorities) identity(c credential) *origin.Identity {
	if c == none {
		return nil
	}
	return identity(a.credentials[c])
}

func identity(leaf *testpki.Leaf) *origin.Identity {
	return &origin.Identity{Name: "MY_CERT", Certificate: leaf.TLS()}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
