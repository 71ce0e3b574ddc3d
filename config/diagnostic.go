package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Position is a place in a file. Line and Column start at 1 and Column counts
// characters, not bytes; a byte order mark has no column. Line 0 means the
// file as a whole, and an empty File a flag or nothing in particular.
type Position struct {
	File         string // absolute
	Line, Column int
}

// String is "file:line:column", as far as these are known.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Severity says what a Diagnostic means for what follows.
type Severity int

const (
	// Error means that the Worker cannot be run as it is configured.
	Error Severity = iota
	// Warning means that something is probably not what its author wants.
	Warning
	// Info is worth a line at start-up and nothing more.
	Info
)

func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "info"
	}
}

// The codes of problems that both this package and a binding's kind may find.
// A Diagnostic with the same code, position and path as an earlier one is the
// same finding, and Sorted drops it.
const (
	CodeSyntax      = "syntax"          // the file cannot be parsed
	CodeType        = "type"            // a value of the wrong type
	CodeMissing     = "missing"         // a required key is absent or empty; Path names the absent key
	CodeValue       = "value"           // the right type, but not a value that means anything
	CodeUnknownKey  = "unknown-key"     // a key that nothing reads
	CodeDuplicate   = "duplicate"       // a key, or the name of a binding, given twice
	CodeInheritance = "inheritance"     // a top-level key that the chosen env does not inherit
	CodeFile        = "file"            // a file that is absent, unreadable or of the wrong kind
	CodeEnvironment = "environment"     // the chosen env does not exist
	CodeRemoved     = "removed"         // a key that no longer exists
	CodeDefault     = "default"         // a default was taken for something that should be stated
	CodeConflict    = "conflict"        // two things that exclude each other
	CodeUnsupported = "unsupported"     // devserver cannot do this
	CodeBinding     = "unknown-binding" // local settings for a binding that does not exist
)

// Diagnostic is one problem, worded where it was found: what is wrong, where,
// and what to type instead. It holds neither colours nor secrets.
type Diagnostic struct {
	Severity Severity
	Code     string
	Pos      Position
	Path     string // the field, e.g. "env.staging.mtls_certificates[0].binding"; may be empty
	Message  string
	Fix      string // what to do about it; may be empty
}

// String is the diagnostic on one line (more only if Message or Fix have more):
// "file:line:column: path: message (fix: fix)".
func (d Diagnostic) String() string {
	var b strings.Builder
	for _, part := range []string{d.Pos.String(), d.Path} {
		if part != "" {
			b.WriteString(part)
			b.WriteString(": ")
		}
	}
	b.WriteString(d.Message)
	if d.Fix != "" {
		b.WriteString(" (fix: ")
		b.WriteString(d.Fix)
		b.WriteString(")")
	}
	return b.String()
}

// Diagnostics is a list of problems.
type Diagnostics []Diagnostic

// HasErrors reports whether any of the problems is an Error.
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns a copy in the order of file, line and column, in which each
// finding (see CodeSyntax) stands once. Problems without a file come first.
func (ds Diagnostics) Sorted() Diagnostics {
	type finding struct {
		pos        Position
		code, path string
	}
	sorted := slices.Clone(ds)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Severity, b.Severity),
		)
	})
	seen := make(map[finding]bool, len(sorted))
	return slices.DeleteFunc(sorted, func(d Diagnostic) bool {
		f := finding{d.Pos, d.Code, d.Path}
		again := seen[f]
		seen[f] = true
		return again
	})
}

// RelativeTo returns a copy in which the files inside dir are named from
// there, as a person standing in dir would write them.
func (ds Diagnostics) RelativeTo(dir string) Diagnostics {
	out := slices.Clone(ds)
	for i := range out {
		if rel, err := filepath.Rel(dir, out[i].Pos.File); err == nil && filepath.IsLocal(rel) {
			out[i].Pos.File = rel
		}
	}
	return out
}

// String is one diagnostic after the other, each with its severity, a line each.
func (ds Diagnostics) String() string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s: %s\n", d.Severity, d)
	}
	return b.String()
}
