package origin

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
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
