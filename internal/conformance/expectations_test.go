//go:build conformance

package conformance_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// expectationsFile lists the subtests that are expected to fail.
var expectationsFile = filepath.Join("testdata", "wpt.toml")

// expectations are the failures that are expected, by area.
type expectations map[string][]*failure

// failure is one reason, and what fails for it.
type failure struct {
	Reason string `toml:"reason"`
	// Unsteady: they pass at times.
	Unsteady bool `toml:"unsteady,omitempty"`
	// Files are the names of subtests by file, with * for any text. The word "error" alone stands for a file that
	// does not run at all.
	Files map[string][]string `toml:"files"`

	used map[string]bool // file and pattern
}

// fileFails stands for a file whose runner got no result.
const fileFails = "error"

func readExpectations(t *testing.T) expectations {
	t.Helper()
	text, err := os.ReadFile(expectationsFile)
	if err != nil {
		t.Fatal(err)
	}
	var e expectations
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&e); err != nil {
		t.Fatalf("%s: %v", expectationsFile, err)
	}
	for _, list := range e {
		for _, f := range list {
			f.used = make(map[string]bool)
		}
	}
	return e
}

// judge says in what a file's outcome differs from what is expected. passed has its subtests.
func (e expectations) judge(file string, passed map[string]bool, broken string) (problems []string) {
	if broken != "" {
		if e.find(file, fileFails) == nil {
			problems = append(problems, fmt.Sprintf("%s does not run: %.300s", file, broken))
		}
		return problems
	}
	for name, pass := range passed {
		f := e.find(file, name)
		switch {
		case f == nil && !pass:
			problems = append(problems, fmt.Sprintf("%s: fails: %s", file, name))
		case f != nil && pass && !f.Unsteady:
			problems = append(problems, fmt.Sprintf("%s: passes, although it is expected to fail (%s): %s", file, f.Reason, name))
		}
	}
	slices.Sort(problems)
	return problems
}

// find is the failure that is expected of a subtest; nil if none is.
func (e expectations) find(file, name string) *failure {
	for _, f := range e[area(file)] {
		for _, pattern := range f.Files[file] {
			if matches(pattern, name) {
				f.used[file+"\x00"+pattern] = true
				return f
			}
		}
	}
	return nil
}

// unused says which expectations have nothing to do with the files that were run.
func (e expectations) unused(run *results) (problems []string) {
	for _, list := range e {
		for _, f := range list {
			if f.Reason == "" {
				problems = append(problems, fmt.Sprintf("no reason is given for %d files, such as %s", len(f.Files), slices.Sorted(maps.Keys(f.Files))[0]))
			}
			for file, patterns := range f.Files {
				for _, pattern := range patterns {
					if run.Files[file] != nil && !f.used[file+"\x00"+pattern] {
						problems = append(problems, fmt.Sprintf("%s: is expected to fail, and there is no such subtest: %s", file, pattern))
					}
				}
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// update takes out what passes, and adds what fails without a reason.
func (e expectations) update(run *results) {
	for _, list := range e {
		for _, f := range list {
			for file, patterns := range f.Files {
				result := run.Files[file]
				if result == nil || f.Unsteady {
					continue
				}
				passed := outcomes(result.Tests)
				f.Files[file] = slices.DeleteFunc(patterns, func(pattern string) bool {
					if pattern == fileFails {
						return result.Error == ""
					}
					failing := false
					for name, pass := range passed {
						if !matches(pattern, name) {
							continue
						}
						if pass {
							return true
						}
						failing = true
					}
					return !failing
				})
				if len(f.Files[file]) == 0 {
					delete(f.Files, file)
				}
			}
		}
	}
	for file, result := range run.Files {
		var names []string
		passed := outcomes(result.Tests)
		passes := 0
		for name, pass := range passed {
			if pass {
				passes++
			} else if e.find(file, name) == nil {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		switch {
		case result.Error != "" && e.find(file, fileFails) == nil:
			names = []string{fileFails}
		case len(names) == 0:
			continue
		case passes == 0 && len(names) == len(passed):
			names = []string{"*"}
		}
		names = compact(names, passed)
		added := e[area(file)]
		if len(added) == 0 || added[len(added)-1].Reason != "" {
			e[area(file)] = append(added, &failure{Files: make(map[string][]string), used: make(map[string]bool)})
		}
		list := e[area(file)]
		files := list[len(list)-1].Files
		files[file] = append(files[file], names...)
		for _, name := range names {
			list[len(list)-1].used[file+"\x00"+name] = true
		}
	}
	for name, list := range e {
		e[name] = slices.DeleteFunc(list, func(f *failure) bool { return len(f.Files) == 0 })
		if len(e[name]) == 0 {
			delete(e, name)
		}
	}
}

// compact puts patterns in the place of names that begin, or end, with the same words as no subtest that passes.
func compact(names []string, passed map[string]bool) []string {
	for {
		best, covered := "", 3
		for _, name := range names {
			for i := 1; i < len(name); i++ {
				if strings.IndexByte(" :(,/", name[i-1]) < 0 {
					continue
				}
				for _, pattern := range []string{name[:i] + "*", "*" + name[i:]} {
					if strings.Count(pattern, "*") > 1 {
						continue
					}
					if n := covers(pattern, names, passed); n > covered {
						best, covered = pattern, n
					}
				}
			}
		}
		if best == "" {
			slices.Sort(names)
			return names
		}
		names = append(slices.DeleteFunc(names, func(name string) bool { return name != best && !strings.Contains(name, "*") && matches(best, name) }), best)
	}
}

// covers is how many of the names a pattern stands for; 0 if it stands for one that passes.
func covers(pattern string, names []string, passed map[string]bool) (n int) {
	for name, pass := range passed {
		if pass && matches(pattern, name) {
			return 0
		}
	}
	for _, name := range names {
		if !strings.Contains(name, "*") && matches(pattern, name) {
			n++
		}
	}
	return n
}

// write writes the expectations back.
func (e expectations) write(t *testing.T) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("# The subtests of web-platform-tests that are expected to fail, and why. See CONTRIBUTING.md.\n")
	encoder := toml.NewEncoder(&b)
	encoder.SetArraysMultiline(true)
	if err := encoder.Encode(e); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(expectationsFile, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// area is the first folder of a file's path, for the longest of whose kind it is told apart.
func area(file string) string {
	first, _, _ := strings.Cut(file, "/")
	return first
}

// matches reports whether a name is what a pattern stands for.
func matches(pattern, name string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == name
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name = name[i+len(part):]
	}
	return strings.HasSuffix(name, parts[last]) && len(name) >= len(parts[last])
}

// TestMatches is the test of the patterns.
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"a", "a", true}, {"a", "ab", false}, {"*", "", true}, {"*", "anything", true}, {"a*", "ab", true}, {"a*", "b", false},
		{"*b", "ab", true}, {"a*c", "abc", true}, {"a*a", "a", false}, {"a*b*c", "a1b2c", true}, {"a*b*c", "a1c2b", false}, {"*x*", "axb", true},
	} {
		if matches(c.pattern, c.name) != c.want {
			t.Errorf("%q, %q: want %t", c.pattern, c.name, c.want)
		}
	}
}

// TestJudge is the test of the judgement: an unexpected failure, an unexpected pass and an expectation without a subtest
// are all found.
func TestJudge(t *testing.T) {
	e := expectations{"a": {{Reason: "because", Files: map[string][]string{"a/f": {"known*", "gone"}}, used: make(map[string]bool)}}}
	for _, c := range []struct {
		passed map[string]bool
		want   int
	}{
		{map[string]bool{"one": true, "known one": false}, 0},
		{map[string]bool{"one": false}, 1},
		{map[string]bool{"known one": true}, 1},
	} {
		if problems := e.judge("a/f", c.passed, ""); len(problems) != c.want {
			t.Errorf("%v: %q", c.passed, problems)
		}
	}
	if problems := e.judge("a/f", nil, "it ended"); len(problems) != 1 {
		t.Errorf("a file that does not run: %q", problems)
	}
	if problems := e.unused(&results{map[string]*fileResult{"a/f": {}}}); len(problems) != 1 || !strings.Contains(problems[0], "gone") {
		t.Errorf("unused: %q", problems)
	}
}
