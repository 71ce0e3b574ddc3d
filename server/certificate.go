package server

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// localCertificateFile holds the certificate and its private key, in the folder that LocalCertificate is given.
const localCertificateFile = "local-https.pem"

const (
	localValidity = 397 * 24 * time.Hour // as long as browsers take
	localRenewal  = 30 * 24 * time.Hour  // before it ends
)

// LocalCertificate returns a certificate for https on this machine: for localhost and what is below it, the loopback
// addresses, and hosts. It signs itself, so browsers ask once, and clients can be told to trust its file, path. It is
// kept in the folder home for the next start, and made anew when it is about to expire or lacks one of hosts. Without a
// home, or if that cannot be written, it is for this once: path is empty, and err says why, beside a certificate.
func LocalCertificate(home string, now time.Time, hosts ...string) (certificate tls.Certificate, path string, err error) {
	names := append([]string{"localhost", "*.localhost", "127.0.0.1", "::1"}, hosts...)
	if home == "" {
		certificate, _, err = makeCertificate(now, names)
		return certificate, "", err
	}
	path = filepath.Join(home, localCertificateFile)
	kept, readErr := readCertificate(path)
	if readErr == nil {
		if certificateServes(kept.Leaf, now, names) {
			return kept, path, nil
		}
		names = append(names, kept.Leaf.DNSNames...) // of another start, which may come again
		for _, ip := range kept.Leaf.IPAddresses {
			names = append(names, ip.String())
		}
	}
	certificate, text, err := makeCertificate(now, names)
	if err != nil {
		return certificate, "", err
	}
	if err := keep(home, localCertificateFile, text); err != nil {
		return certificate, "", fmt.Errorf("the certificate for https cannot be kept: %w", err)
	}
	if kept, err := readCertificate(path); err == nil {
		return kept, path, nil // another devserver's, if two make one at the same time
	}
	return certificate, path, nil
}

// readCertificate reads what LocalCertificate has kept.
func readCertificate(path string) (tls.Certificate, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(text, text)
}

// certificateServes reports whether a certificate is good for all names for some time.
func certificateServes(c *x509.Certificate, now time.Time, names []string) bool {
	return now.After(c.NotBefore) && now.Add(localRenewal).Before(c.NotAfter) &&
		!slices.ContainsFunc(names, func(name string) bool {
			if ip := net.ParseIP(name); ip != nil {
				return !slices.ContainsFunc(c.IPAddresses, ip.Equal)
			}
			return !slices.Contains(c.DNSNames, name)
		})
}

// makeCertificate makes a certificate that signs itself, and its PEM text, with the key.
func makeCertificate(now time.Time, names []string) (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	id := sha256.Sum256(public)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{Organization: []string{"devserver"}, CommonName: "localhost"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(localValidity),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, SubjectKeyId: id[:20],
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	var text bytes.Buffer
	pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der})
	pem.Encode(&text, &pem.Block{Type: "PRIVATE KEY", Bytes: private})
	certificate, err := tls.X509KeyPair(text.Bytes(), text.Bytes())
	return certificate, text.Bytes(), err
}

// keep writes a file that only this user may read, whole or not at all.
func keep(dir, name string, text []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+name+"-") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, name))
	}
	if err != nil {
		if removed := os.Remove(f.Name()); !errors.Is(removed, fs.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	return err
}
