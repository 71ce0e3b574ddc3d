//go:build !unix

package main

import (
	"errors"
	"io"
)

// openChannel opens the inherited end of the channel. Here Node.js hands it on in a way of its own C library's.
func openChannel(int) (io.ReadWriteCloser, error) {
	return nil, errors.ErrUnsupported
}
