package webidl_test

import (
	"fmt"
	"os"
	"testing"

	"devserver/runtime/language"
)

// TestMain completes the engine, also for the tests that make realms themselves: instanceof needs it.
func TestMain(m *testing.M) {
	if err := language.Prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
