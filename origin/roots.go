package origin

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
)

// ReadRoots reads a PEM file of certificates to trust. The error names the file and says what is wrong with it.
func ReadRoots(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		if cause, ok := errors.AsType[*os.PathError](err); ok {
			err = cause.Err
		}
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	var roots []*x509.Certificate
	rest := bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" && block.Type != "X509 CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of %s cannot be parsed: %w", len(roots)+1, path, err)
		}
		roots = append(roots, cert)
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("%s holds no certificate: trusted roots are given as PEM, beginning with -----BEGIN CERTIFICATE-----", path)
	}
	return roots, nil
}

// bundles are where systems keep their roots, if SSL_CERT_FILE does not say otherwise.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
}

// SystemBundle reports whether a file is where this system keeps its own roots, which are trusted anyway: naming it, as
// many containers do in NODE_EXTRA_CA_CERTS and SSL_CERT_FILE, adds nothing, and reading it takes milliseconds.
func SystemBundle(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(bundles, func(bundle string) bool {
		own, err := os.Stat(bundle)
		return err == nil && os.SameFile(info, own)
	})
}

// publicRoots stand for those that a deployed Worker trusts: the system's, without what SSL_CERT_FILE and SSL_CERT_DIR
// put in their place. Nil means those of crypto/x509; ok is false if they cannot be had.
var publicRoots = sync.OnceValues(func() (roots *x509.CertPool, ok bool) {
	if !replacedRoots() {
		return nil, true
	}
	for _, path := range bundles {
		if certs, err := ReadRoots(path); err == nil {
			roots = x509.NewCertPool()
			for _, cert := range certs {
				roots.AddCert(cert)
			}
			return roots, true
		}
	}
	return nil, false
})

// replacedRoots reports whether crypto/x509 takes other roots for the system's.
func replacedRoots() bool { return os.Getenv("SSL_CERT_FILE") != "" || os.Getenv("SSL_CERT_DIR") != "" }
