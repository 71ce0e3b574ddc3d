//go:build peers

package peers

import "testing"

// TestStacks compares the stacks of errors with workerd's: the cases are in testdata/stacks.js, those that differ in
// testdata/stacks_unlikes.json, each by its name, with why and with what it is here.
func TestStacks(t *testing.T) {
	t.Parallel()
	var listed map[string]struct{ Why, Ours string }
	decodeTestdata(t, "stacks_unlikes.json", &listed)
	unlikes := map[string]string{}
	for name, unlike := range listed {
		if unlike.Why == "" {
			t.Errorf("%s: nothing says why it differs", name)
		}
		unlikes[name] = unlike.Ours
	}
	compareTexts(t, "stacks.js", unlikes)
}
