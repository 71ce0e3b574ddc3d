package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/term"

	"devserver/bindings/mtls"
	"devserver/config"
)

// style has the colours, and how a problem is laid out, whoever found it. Nothing else in devserver knows colours.
type style struct {
	red, yellow, green, blue, magenta, cyan, bold, dim, reset string // empty without colours

	columns func() int // of the terminal; nil if lines go elsewhere, and are as long as they are
}

// newStyle is the style for a terminal, or for something else that is written to.
func newStyle(w io.Writer, getenv func(string) string) style {
	var s style
	if colored(isTerminal(w), getenv) {
		s = style{
			red: "\x1b[31m", yellow: "\x1b[33m", green: "\x1b[32m", blue: "\x1b[34m", magenta: "\x1b[35m", cyan: "\x1b[36m",
			bold: "\x1b[1m", dim: "\x1b[2m", reset: "\x1b[0m",
		}
	}
	if f, ok := w.(*os.File); ok && isTerminal(w) {
		s.columns = func() int {
			n, _, _ := term.GetSize(int(f.Fd()))
			return n
		}
	}
	return s
}

// wrap breaks a line between words, so that it fits into the terminal behind an indentation.
func (s style) wrap(line string, indentation int) string {
	if s.columns == nil {
		return line
	}
	return wrapped(line, s.columns(), indentation)
}

// colors reports whether the style has any.
func (s style) colors() bool { return s.reset != "" }

// colored reports whether to use colours: as FORCE_COLOR has it, or else NO_COLOR (https://no-color.org), or else what
// the terminal can do.
func colored(terminal bool, getenv func(string) string) bool {
	switch force := getenv("FORCE_COLOR"); {
	case force == "0" || force == "false":
		return false
	case force != "":
		return true
	case getenv("NO_COLOR") != "" || getenv("TERM") == "dumb":
		return false
	case goruntime.GOOS == "windows" && getenv("WT_SESSION") == "" && getenv("TERM") == "":
		return false // an old console, which would show the codes
	}
	return terminal
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (s style) fail() string { return s.red + "✘" + s.reset }
func (s style) warn() string { return s.yellow + "▲" + s.reset }
func (s style) info() string { return s.dim + "·" + s.reset }

// block is a problem: a mark and what it is, and below it what more is known. Empty lines are left out.
func (s style) block(w io.Writer, mark, what string, more ...string) {
	first, rest, several := strings.Cut(what, "\n")
	if first = s.wrap(first, 2); several {
		first += "\n" + rest
	}
	fmt.Fprintf(w, "%s %s\n", mark, indented(first))
	for _, line := range more {
		if line != "" {
			fmt.Fprintf(w, "  %s\n", indented(s.wrap(line, 2)))
		}
	}
}

func (s style) fix(text string) string {
	if text == "" {
		return ""
	}
	return s.cyan + "fix: " + text + s.reset
}

func (s style) warning(w io.Writer, what, fix string) { s.block(w, s.warn(), what, s.fix(fix)) }

// diagnostics lays out what was found in the configuration.
func (s style) diagnostics(w io.Writer, dir string, problems config.Diagnostics) {
	for _, d := range problems {
		mark := s.fail()
		switch d.Severity {
		case config.Warning:
			mark = s.warn()
		case config.Info:
			mark = s.info()
		}
		what := d.Message
		if d.Path != "" {
			what = d.Path + ": " + what
		}
		if d.Pos.File != "" {
			d.Pos.File = relative(dir, d.Pos.File)
			what = s.bold + d.Pos.String() + ":" + s.reset + " " + what
		}
		s.block(w, mark, shortened(dir, what), s.fix(shortened(dir, d.Fix)))
	}
}

// problem lays out what is wrong with a certificate.
func (s style) problem(w io.Writer, dir, mark string, p *mtls.Problem) {
	what := p.What
	if p.Where != "" {
		what = s.bold + p.Where + s.reset + ": " + what
	}
	s.block(w, mark, shortened(dir, what)+" "+s.dim+p.Code+s.reset, s.fix(shortened(dir, p.Fix)))
}

// printError lays out why the program ends.
func printError(w io.Writer, s style, dir string, err error) {
	if e, ok := errors.AsType[*configError](err); ok {
		s.diagnostics(w, dir, slices.DeleteFunc(e.problems, func(d config.Diagnostic) bool { return d.Severity == config.Info }))
		return
	}
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	for _, err := range list {
		if e, ok := errors.AsType[*usageError](err); ok {
			s.block(w, s.fail(), e.what, e.fix)
		} else if p, ok := errors.AsType[*mtls.Problem](err); ok {
			s.problem(w, dir, s.fail(), p)
		} else {
			s.block(w, s.fail(), shortened(dir, err.Error()))
		}
	}
}

// relative is how a person in dir writes a path that is in it, and any other as it is.
func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// shortened is a text in which the paths that are in dir are relative to it.
func shortened(dir, text string) string {
	return strings.ReplaceAll(text, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator), "")
}

// indented sets the lines of a text below each other, behind a mark.
func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// clean is a text without what a terminal would take for a command.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
