package main

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// awaitUnread calls unread when nobody can read any more what is written to w, without there being anything to write: whoever
// started devserver to read it has ended, by SIGKILL perhaps. It returns at once; unread is not called after stop has been.
// Only what is a pipe or a socket can tell, such as the standard output of what Node.js starts.
func awaitUnread(w io.Writer, unread func()) (stop func()) {
	file, ok := w.(*os.File)
	if !ok {
		return func() {}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return func() {}
	}
	ends, wake, err := os.Pipe()
	if err != nil {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		watched := []unix.PollFd{{Fd: int32(file.Fd())}, {Fd: int32(ends.Fd())}} // an end is told without being asked for
		for {
			if _, err := unix.Poll(watched, -1); err == unix.EINTR {
				continue
			} else if err == nil && watched[1].Revents == 0 && watched[0].Revents&unix.POLLNVAL == 0 {
				unread()
			}
			return
		}
	}()
	return func() {
		wake.Close()
		<-done
		ends.Close()
	}
}
