//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// apart keeps Ctrl-C from a program that is started.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
