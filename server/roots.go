package server

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"devserver/bindings/mtls"
)

// readRoots reads a file of trusted roots.
func readRoots(path string) ([]*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		if cause, ok := errors.AsType[*os.PathError](err); ok {
			err = cause.Err
		}
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return mtls.ParseRoots(mtls.File{Name: path, Data: data})
}
