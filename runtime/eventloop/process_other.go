//go:build !unix && !windows

package eventloop

import "time"

// processTime is not known here: all time counts as if the process had a processor.
var processTime func() time.Duration
