package bundle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"devserver/bundle"
)

// TestMissingBuiltin: what the runtime says about a module that it would have is what the user is told.
func TestMissingBuiltin(t *testing.T) {
	const todo = "Add the flag."
	for source, text := range map[string]string{
		"import x from 'node:fs'; export default x": `Could not import "node:fs"`,
		"import x from 'fs'; export default x":      `The package "fs" wasn't found on the file system but is built into Node.js`,
		"export default require('fs')":              `The package "fs" wasn't found on the file system but is built into Node.js`,
		"import x from 'nope'; export default x":    `Could not resolve "nope"`,
	} {
		entry := filepath.Join(t.TempDir(), "index.js")
		if err := os.WriteFile(entry, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		b := bundle.New(bundle.Options{Entry: entry, Missing: func(specifier string) string {
			if specifier == "node:fs" {
				return todo
			}
			return ""
		}})
		defer b.Close()
		_, err := b.Build()
		if err == nil || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), todo) == strings.Contains(source, "nope") {
			t.Errorf("%s: %v", source, err)
		}
	}
}
