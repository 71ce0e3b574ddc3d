//go:build peers

package peers

import (
	"os/exec"
	"testing"

	"devserver/internal/subprocess"
)

// process is a program that can be asked.
type process struct {
	peer
	*subprocess.Process
}

// start starts a program that runs until the test ends.
func start(t testing.TB, name string, cmd *exec.Cmd) *process {
	t.Helper()
	return &process{peer{name: name}, subprocess.Start(t, cmd)}
}
