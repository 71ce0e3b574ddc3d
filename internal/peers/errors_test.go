//go:build peers

package peers

import "testing"

// TestErrors compares what the engine says of mistakes with what V8 does: the cases are in testdata/errors.js, the messages
// that differ in testdata/errors_unlikes.json, each by its source as workerd shows it, with what is said here.
func TestErrors(t *testing.T) {
	t.Parallel()
	var unlikes map[string]string
	decodeTestdata(t, "errors_unlikes.json", &unlikes)
	compareTexts(t, "errors.js", unlikes)
}
