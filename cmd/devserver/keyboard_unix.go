//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package main

import (
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// keyboard is a terminal that hands out keys as they are pressed, without showing them. Ctrl-C, Ctrl-Z and Ctrl-\ go on
// being signals. As long as devserver runs in the background, or is stopped, the terminal is left alone.
type keyboard struct {
	fd    int
	wake  [2]int // a pipe, whose closing end ends read
	found unix.Termios

	mu      sync.Mutex
	changed bool // the terminal is as we want it
	closed  bool
	signals chan os.Signal
	ended   chan struct{}
}

// openKeyboard prepares a terminal.
func openKeyboard(f *os.File) (*keyboard, error) {
	k := &keyboard{fd: int(f.Fd()), signals: make(chan os.Signal, 4), ended: make(chan struct{})}
	found, err := unix.IoctlGetTermios(k.fd, getTermios)
	if err != nil {
		return nil, err
	}
	k.found = *found
	if err := unix.Pipe(k.wake[:]); err != nil {
		return nil, err
	}
	unix.CloseOnExec(k.wake[0])
	unix.CloseOnExec(k.wake[1])
	// Whoever reads from a terminal in the background is stopped, unless this signal is ignored: then it is told so.
	signal.Ignore(syscall.SIGTTIN)
	signal.Notify(k.signals, syscall.SIGTSTP, syscall.SIGCONT, syscall.SIGQUIT)
	k.take()
	go k.handle()
	return k, nil
}

// foreground reports whether the terminal is ours to use, and not another job's of the shell.
func (k *keyboard) foreground() bool {
	group, err := unix.IoctlGetInt(k.fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// take has the terminal hand out keys.
func (k *keyboard) take() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || !k.foreground() {
		return
	}
	mode := k.found
	mode.Lflag &^= unix.ICANON | unix.ECHO
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	k.changed = unix.IoctlSetTermios(k.fd, setTermios, &mode) == nil
}

// give leaves the terminal as it was found.
func (k *keyboard) give() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changed && k.foreground() {
		unix.IoctlSetTermios(k.fd, setTermios, &k.found)
	}
	k.changed = false
}

// handle gives the terminal back while devserver is stopped, and before it is ended by Ctrl-\.
func (k *keyboard) handle() {
	defer close(k.ended)
	for s := range k.signals {
		switch s {
		case syscall.SIGCONT:
			k.take()
		case syscall.SIGTSTP:
			if !supervised() {
				continue
			}
			k.give()
			// Go keeps its handler for SIGTSTP once there was one, so only this is left.
			syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		case syscall.SIGQUIT:
			k.give()
			signal.Reset(s)
			syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		}
	}
}

// supervised reports whether a shell is there that could wake us up: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap03.html (orphaned process group)
func supervised() bool {
	ours, err := unix.Getsid(0)
	parents, parentErr := unix.Getsid(os.Getppid())
	return err == nil && parentErr == nil && ours == parents
}

// read waits for a key. It returns false when the keyboard has been closed, or is gone.
func (k *keyboard) read() (key byte, ok bool) {
	for {
		const forever = -1
		patience := forever
		if !k.foreground() {
			patience = 500 // ms: nothing tells when a job comes back
		}
		ready := []unix.PollFd{{Fd: int32(k.fd), Events: unix.POLLIN}, {Fd: int32(k.wake[0]), Events: unix.POLLIN}}
		if patience != forever {
			ready[0].Fd = -1
		}
		n, err := unix.Poll(ready, patience)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return 0, false
		case ready[1].Revents != 0:
			unix.Close(k.wake[0])
			return 0, false
		case n == 0:
			k.mu.Lock()
			back := !k.changed
			k.mu.Unlock()
			if back && k.foreground() {
				k.take()
			}
			continue
		}
		var b [1]byte
		n, err = unix.Read(k.fd, b[:])
		switch {
		case err == unix.EINTR || err == unix.EAGAIN:
		case err == unix.EIO && ready[0].Revents&unix.POLLHUP == 0:
			// In the background, since just now.
		case err != nil || n == 0:
			return 0, false
		default:
			return b[0], true
		}
	}
}

// Close leaves the terminal as it was found, and ends read.
func (k *keyboard) Close() {
	k.give()
	k.mu.Lock()
	already := k.closed
	k.closed = true
	k.mu.Unlock()
	if already {
		return
	}
	signal.Stop(k.signals)
	signal.Reset(syscall.SIGTTIN)
	close(k.signals)
	<-k.ended
	unix.Close(k.wake[1])
}
