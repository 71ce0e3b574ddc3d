package assets

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Ignored are the files that are no assets: those that a .assetsignore file names, and that file, _headers and
// _redirects themselves. The zero value is without a file.
type Ignored struct{ patterns []ignorePattern }

type ignorePattern struct {
	regexp  *regexp.Regexp
	folders bool // only folders
	again   bool // !: what an earlier pattern ignored is an asset after all
}

// The files that say how assets are served. They are not assets.
const (
	IgnoreFile    = ".assetsignore"
	HeadersFile   = "_headers"
	RedirectsFile = "_redirects"
)

// ParseIgnore reads a .assetsignore file, whose patterns are those of a .gitignore, but that upper and lower case are
// the same. A file that is not text is an error: it does not say what is to stay secret.
//
// https://git-scm.com/docs/gitignore#_pattern_format
func ParseIgnore(text []byte) (*Ignored, []Problem) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, []Problem{{Line: 1, Column: 1, Message: "the file is not UTF-8 text without null characters", Fix: "save it as UTF-8"}}
	}
	// The file may make assets of them again, as wrangler has it.
	ignored := &Ignored{}
	for _, name := range []string{IgnoreFile, RedirectsFile, HeadersFile} {
		p, _ := parseIgnorePattern("/" + name)
		ignored.patterns = append(ignored.patterns, p)
	}
	var problems []Problem
	for i, l := range strings.Split(string(text), "\n") {
		if l == "" || l[0] == '#' || strings.TrimFunc(l, isSpace) == "" {
			continue
		}
		p, problem := parseIgnorePattern(l)
		if problem != "" {
			problems = append(problems, Problem{Line: i + 1, Column: 1, Message: problem})
		}
		if p.regexp != nil {
			ignored.patterns = append(ignored.patterns, p)
		}
	}
	return ignored, problems
}

// parseIgnorePattern reads a line. A trailing space counts only after a backslash. Where wrangler, and so what is
// deployed, departs from git, so does this; that is a problem, since a file may be public that is not meant to be.
func parseIgnorePattern(l string) (p ignorePattern, problem string) {
	trimmed := strings.TrimRightFunc(l, isSpace)
	backslashes := len(trimmed) - len(strings.TrimRight(trimmed, `\`))
	switch {
	case backslashes%2 == 1 && len(trimmed) < len(l):
		trimmed += " "
	case backslashes%2 == 1:
		return p, "a backslash at the end has nothing to escape, and the line is ignored"
	}
	glob, again := strings.CutPrefix(trimmed, "!")
	p.again = again
	glob, p.folders = strings.CutSuffix(glob, "/")
	// Without a slash, but at its end, a pattern is for names in every folder.
	anchored := strings.Contains(glob, "/")
	glob = strings.TrimPrefix(glob, "/")
	if glob == "" {
		return p, "the line matches nothing"
	}
	var b strings.Builder
	b.WriteString("(?is)^")
	if !anchored {
		b.WriteString("(?:.*/)?")
	}
	for i := 0; i < len(glob); {
		switch rest := glob[i:]; {
		case strings.HasPrefix(rest, "**/") && (i == 0 || glob[i-1] == '/'):
			b.WriteString("(?:[^/]+/)*")
			i += len("**/")
		case rest == "**" && i > 0 && glob[i-1] == '/':
			b.WriteString(".+")
			i = len(glob)
		case rest[0] == '*':
			stars := len(rest) - len(strings.TrimLeft(rest, "*"))
			if stars == len(rest) && (i == 0 || glob[i-1] == '/') {
				b.WriteString("[^/]+") // a whole name
			} else {
				b.WriteString("[^/]*")
			}
			i += stars
		case rest[0] == '?':
			b.WriteString("[^/]")
			i++
		case rest[0] == '[':
			if strings.HasPrefix(rest, "[!") || strings.HasPrefix(rest, "[^") {
				problem = "here " + rest[:2] + " does not mean all other characters, as it does for git: wrangler takes the " + rest[1:2] + " for one of those in the brackets"
			}
			class, length := ignoreClass(rest)
			if length == 0 {
				return p, "[ has no ], and the line matches nothing"
			}
			b.WriteString(class)
			i += length
		case strings.HasPrefix(rest, `\?`):
			return p, `\? matches nothing, and the line is ignored: wrangler does not take it for a question mark`
		case rest[0] == '\\' && len(rest) > 1:
			_, size := utf8.DecodeRuneInString(rest[1:])
			b.WriteString(regexp.QuoteMeta(rest[1 : 1+size]))
			i += 1 + size
		default:
			_, size := utf8.DecodeRuneInString(rest)
			b.WriteString(regexp.QuoteMeta(rest[:size]))
			i += size
		}
	}
	b.WriteByte('$')
	re, err := regexp.Compile(b.String())
	if err != nil {
		return p, "the line is not a pattern"
	}
	p.regexp = re
	return p, problem
}

// ignoreClass is a bracket expression at the beginning of s as a regular expression, and its length; 0 if it has no end.
// A ! or ^ in it negates nothing.
func ignoreClass(s string) (class string, length int) {
	var b strings.Builder
	b.WriteByte('[')
	i := 1
	one := func() rune { // the character at i
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		return r
	}
	quote := func(r rune) string {
		if strings.ContainsRune(`\]^-[&~`, r) {
			return `\` + string(r)
		}
		return string(r)
	}
	empty := true
	for i < len(s) && s[i] != ']' {
		from := one()
		to := from
		if i+1 < len(s) && s[i] == '-' && s[i+1] != ']' {
			i++
			to = one()
		}
		if from > to {
			continue // an empty range
		}
		empty = false
		b.WriteString(quote(from))
		if to != from {
			b.WriteString("-" + quote(to))
		}
	}
	if i >= len(s) {
		return "", 0
	}
	if empty {
		return `[^\x00-\x{10FFFF}]`, i + 1
	}
	return b.String() + "]", i + 1
}

// Ignores reports whether the file at a path, such as "img/a.png", is no asset: it, or a folder that it is in, is named.
func (i *Ignored) Ignores(path string) bool {
	for at := 0; ; {
		end := strings.IndexByte(path[at:], '/')
		if end < 0 {
			return i.matches(path, false)
		}
		if at += end; i.matches(path[:at], true) {
			return true
		}
		at++
	}
}

// matches reports whether the last pattern that matches a name ignores it.
func (i *Ignored) matches(path string, folder bool) bool {
	if i == nil {
		return false
	}
	for n := len(i.patterns) - 1; n >= 0; n-- {
		if p := i.patterns[n]; (folder || !p.folders) && p.regexp.MatchString(path) {
			return !p.again
		}
	}
	return false
}
