package demo

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"sync"
	"time"
)

// lifetime of the certificates: longer than a dev server runs, and than a notice about their end looks ahead; short enough to be
// worthless.
const lifetime = 90 * 24 * time.Hour

// mostServers bounds the certificates kept for names that clients asked for.
const mostServers = 64

// authority signs the demo's certificates, all with ECDSA P-256 because such keys are made
// in microseconds.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer

	mu      sync.Mutex
	servers map[string]*tls.Certificate // by server name; empty for none
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := template("devserver demo CA")
	template.IsCA = true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &authority{cert: cert, key: key, servers: make(map[string]*tls.Certificate)}, nil
}

// client makes a client certificate.
func (a *authority) client(name string) (tls.Certificate, error) {
	template := template(name)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.issue(template)
}

// serverFor is a tls.Config.GetCertificate: the certificate for whatever name the client
// asks for, made when it first does. Without a name (an IP address) it is for loopback.
func (a *authority) serverFor(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name := hello.ServerName
	if cert := a.servers[name]; cert != nil {
		return cert, nil
	}
	template := template(name)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if name == "" {
		template.Subject.CommonName = "localhost"
		template.DNSNames = []string{"localhost"}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	} else {
		template.DNSNames = []string{name}
	}
	cert, err := a.issue(template)
	if err != nil {
		return nil, err
	}
	if len(a.servers) >= mostServers {
		clear(a.servers)
	}
	a.servers[name] = &cert
	return &cert, nil
}

// issue signs a leaf with a new key.
func (a *authority) issue(template *x509.Certificate) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}

func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-time.Hour), // for clocks that differ a little
		NotAfter:              now.Add(lifetime),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		BasicConstraintsValid: true,
	}
}
