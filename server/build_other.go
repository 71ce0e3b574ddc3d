//go:build !unix

package server

import "os/exec"

// killAll has the command's children end with it, when its context does. Here that is left to them.
func killAll(*exec.Cmd) {}

// endRest does nothing here: what a command leaves running goes on.
func endRest(*exec.Cmd) bool { return false }
