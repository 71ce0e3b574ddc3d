// Package suites reads data suites that others wrote, for tests. They are not part of this repository: the variable
// DEVSERVER_CONFORMANCE names the folder that holds them.
package suites

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Variable is the name of the environment variable.
const Variable = "DEVSERVER_CONFORMANCE"

// Folder is a folder of suites, such as "wycheproof". The test is skipped if nobody has said where they are.
func Folder(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv(Variable)
	if root == "" {
		t.Skip(Variable + " is not set: it names the folder with data/" + name)
	}
	return filepath.Join(root, "data", filepath.FromSlash(name))
}

// Read reads a suite, such as "url/toascii.json". The test is skipped if nobody has said where they are.
func Read[T any](t testing.TB, name string) T {
	t.Helper()
	content, err := os.ReadFile(Folder(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var data T
	if err := json.Unmarshal(content, &data); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return data
}

// Cases reads a suite that is a list of cases, with comments, which are strings, between them.
func Cases[T any](t testing.TB, name string) []T {
	t.Helper()
	var list []T
	for _, raw := range Read[[]json.RawMessage](t, name) {
		if raw[0] == '"' {
			continue
		}
		var c T
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatalf("%s: %v in %s", name, err, raw)
		}
		list = append(list, c)
	}
	return list
}
