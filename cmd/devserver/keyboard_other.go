//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package main

import (
	"errors"
	"os"
)

// keyboard is not to be had here, so there are no hotkeys.
type keyboard struct{}

func openKeyboard(*os.File) (*keyboard, error) { return nil, errors.ErrUnsupported }

func (*keyboard) read() (key byte, ok bool) { return 0, false }
func (*keyboard) Close()                    {}
