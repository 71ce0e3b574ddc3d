//go:build unix

package main

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// openChannel opens the inherited end of the channel, which is a socket.
func openChannel(fd int) (io.ReadWriteCloser, error) {
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return nil, err
	}
	if info.Mode&syscall.S_IFMT != syscall.S_IFSOCK {
		return nil, errors.New("it is no socket")
	}
	syscall.CloseOnExec(fd)
	if err := syscall.SetNonblock(fd, true); err != nil { // so that Close ends a Read
		return nil, err
	}
	return os.NewFile(uintptr(fd), "the channel of Node.js"), nil
}
