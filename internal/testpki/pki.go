// Package testpki makes certificate authorities, certificates and TLS servers in memory,
// for tests. Nothing here reads or writes a file, and nothing outlives the process, so no
// certificate that tests rely on can expire.
//
//	ca := testpki.New("Root")
//	inter := ca.Intermediate("Inter")
//	server := ca.Server("origin.test", "127.0.0.1")
//	client := inter.Client("worker-1", testpki.Expired)
//
// Functions panic when a certificate cannot be made: that is a mistake in the test.
package testpki

import (
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"time"
)

// An Option changes a certificate before it is signed.
type Option func(*request)

type request struct {
	template x509.Certificate
	key      KeyType
	signer   crypto.Signer // nil: make a new key of type key
}

// Key sets the key's type. The default is P256. RSA keys are cached: two RSA leaves share one.
func Key(kind KeyType) Option { return func(r *request) { r.key = kind } }

// Signer uses an existing key, for instance to renew a certificate.
func Signer(key crypto.Signer) Option { return func(r *request) { r.signer = key } }

// Valid sets the period of validity. The default is from a week ago until 90 days ahead.
func Valid(from, until time.Time) Option {
	return func(r *request) { r.template.NotBefore, r.template.NotAfter = from, until }
}

// Usage replaces the extended key usages. No argument means none at all.
func Usage(usages ...x509.ExtKeyUsage) Option {
	return func(r *request) { r.template.ExtKeyUsage = usages }
}

// Template changes anything else of the certificate to be made.
func Template(change func(*x509.Certificate)) Option {
	return func(r *request) { change(&r.template) }
}

// Expired makes a certificate that ended an hour ago.
func Expired(r *request) {
	Valid(time.Now().Add(-48*time.Hour), time.Now().Add(-time.Hour))(r)
}

// NotYetValid makes a certificate that begins tomorrow.
func NotYetValid(r *request) {
	Valid(time.Now().Add(24*time.Hour), time.Now().Add(48*time.Hour))(r)
}

// WrongUsage makes a client certificate that is only good for servers. For a server's
// certificate write Usage(x509.ExtKeyUsageClientAuth).
func WrongUsage(r *request) { Usage(x509.ExtKeyUsageServerAuth)(r) }

// CA is a certificate authority, a root or an intermediate.
type CA struct {
	Cert *x509.Certificate
	Key  crypto.Signer

	chain []*x509.Certificate // what a leaf carries after itself: empty for a root
}

// New makes a self-signed root.
func New(name string, options ...Option) *CA {
	r := authority(name, options)
	key := r.keyFor(rootRole)
	return &CA{Cert: sign(&r.template, &r.template, key, key), Key: key}
}

// Intermediate makes an authority signed by ca. Its leaves carry it in their chain.
func (ca *CA) Intermediate(name string, options ...Option) *CA {
	r := authority(name, options)
	key := r.keyFor(intermediateRole)
	cert := sign(&r.template, ca.Cert, key, ca.Key)
	return &CA{Cert: cert, Key: key, chain: append([]*x509.Certificate{cert}, ca.chain...)}
}

// Pool holds ca alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.Cert)
	return pool
}

// PEM encodes the authority's certificate.
func (ca *CA) PEM() []byte { return CertPEM(ca.Cert) }

// Server makes a certificate for hosts, which are DNS names or IP addresses.
// The first one is also the common name.
func (ca *CA) Server(host string, more ...string) *Leaf { return ca.ServerWith(nil, host, more...) }

// ServerWith is Server with options.
func (ca *CA) ServerWith(options []Option, host string, more ...string) *Leaf {
	names := func(c *x509.Certificate) {
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		for _, h := range append([]string{host}, more...) {
			if ip := net.ParseIP(h); ip != nil {
				c.IPAddresses = append(c.IPAddresses, ip)
			} else {
				c.DNSNames = append(c.DNSNames, h)
			}
		}
	}
	return ca.leaf(host, append([]Option{Template(names)}, options...))
}

// Client makes a client certificate with the common name cn.
func (ca *CA) Client(cn string, options ...Option) *Leaf {
	usage := Usage(x509.ExtKeyUsageClientAuth)
	return ca.leaf(cn, append([]Option{usage}, options...))
}

func (ca *CA) leaf(cn string, options []Option) *Leaf {
	r := newRequest(cn, options)
	key := r.keyFor(leafRole)
	cert := sign(&r.template, ca.Cert, key, ca.Key)
	return &Leaf{Cert: cert, Key: key, Chain: append([]*x509.Certificate{cert}, ca.chain...)}
}

// Leaf is an end entity's certificate with its key.
type Leaf struct {
	Cert  *x509.Certificate
	Key   crypto.Signer
	Chain []*x509.Certificate // Cert, then its intermediates, without the root
}

// TLS is the leaf with its chain, as crypto/tls wants it.
func (l *Leaf) TLS() tls.Certificate {
	c := tls.Certificate{PrivateKey: l.Key, Leaf: l.Cert}
	for _, cert := range l.Chain {
		c.Certificate = append(c.Certificate, cert.Raw)
	}
	return c
}

// Bare is the leaf without its intermediates, as a careless upload would have it.
func (l *Leaf) Bare() *Leaf {
	return &Leaf{Cert: l.Cert, Key: l.Key, Chain: l.Chain[:1]}
}

// CertPEM encodes the leaf alone.
func (l *Leaf) CertPEM() []byte { return CertPEM(l.Cert) }

// ChainPEM encodes the leaf and its intermediates, leaf first.
func (l *Leaf) ChainPEM() []byte { return CertPEM(l.Chain...) }

// KeyPEM encodes the private key.
func (l *Leaf) KeyPEM(format Format) []byte { return KeyPEM(l.Key, format) }

// CertPEM encodes certificates, one after the other.
func CertPEM(certs ...*x509.Certificate) []byte {
	var out []byte
	for _, c := range certs {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

func newRequest(cn string, options []Option) *request {
	r := &request{template: x509.Certificate{
		// CreateCertificate picks a random serial number when there is none.
		Subject:               pkix.Name{CommonName: cn},
		NotBefore:             time.Now().Add(-7 * 24 * time.Hour),
		NotAfter:              time.Now().Add(90 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}}
	for _, option := range options {
		option(r)
	}
	return r
}

func authority(name string, options []Option) *request {
	isCA := Template(func(c *x509.Certificate) {
		c.IsCA = true
		c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	})
	return newRequest(name, append([]Option{isCA}, options...))
}

func (r *request) keyFor(role role) crypto.Signer {
	if r.signer != nil {
		return r.signer
	}
	return newKey(r.key, role)
}

func sign(template, parent *x509.Certificate, key, parentKey crypto.Signer) *x509.Certificate {
	der := must(x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey))
	return must(x509.ParseCertificate(der))
}
