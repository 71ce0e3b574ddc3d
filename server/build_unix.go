//go:build unix

package server

import (
	"os/exec"
	"syscall"
)

// endRest ends what the command has left running in the background, and reports whether there was anything.
func endRest(cmd *exec.Cmd) bool { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) == nil }

// killAll has the command's children end with it, when its context does.
func killAll(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
}
