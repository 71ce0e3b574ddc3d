//go:build unix

package eventloop

import (
	"syscall"
	"time"
)

// processTime returns the CPU time that the process has used.
func processTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // it fails for an address that is none, or somebody else's process
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
