package main

import (
	"os"
	"sync"

	"golang.org/x/sys/windows"
)

// keyboard is a console that hands out keys as they are pressed, without showing them. Ctrl-C goes on being a signal.
type keyboard struct {
	file  *os.File
	found uint32
	close sync.Once
}

// openKeyboard prepares a console.
func openKeyboard(f *os.File) (*keyboard, error) {
	k := &keyboard{file: f}
	console := windows.Handle(f.Fd())
	if err := windows.GetConsoleMode(console, &k.found); err != nil {
		return nil, err
	}
	return k, windows.SetConsoleMode(console, k.found&^(windows.ENABLE_LINE_INPUT|windows.ENABLE_ECHO_INPUT))
}

// read waits for a key. It returns false when the console is gone.
func (k *keyboard) read() (key byte, ok bool) {
	var b [1]byte
	n, err := k.file.Read(b[:])
	return b[0], n == 1 && err == nil
}

// Close leaves the console as it was found. A read that waits goes on, and is forgotten.
func (k *keyboard) Close() {
	k.close.Do(func() { windows.SetConsoleMode(windows.Handle(k.file.Fd()), k.found) })
}
