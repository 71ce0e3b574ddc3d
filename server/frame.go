package server

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// frame is one line of a stack.
type frame struct {
	Text    string // "at total (src/orders.ts:6:16)"
	File    string // as the stack names it, relative to the project; empty if the line is of another form
	Line    int
	Column  int
	Library bool // of a package
}

var frameForm = regexp.MustCompile(`^at (?:.* \()?(.+?):(\d+):(\d+)\)?$`)

func parseFrame(text string) frame {
	f := frame{Text: text}
	if m := frameForm.FindStringSubmatch(text); m != nil {
		f.File = m[1]
		f.Line, _ = strconv.Atoi(m[2])
		f.Column, _ = strconv.Atoi(m[3])
		f.Library = strings.Contains(filepath.ToSlash(f.File), "node_modules/")
	}
	return f
}

// SourceLine is a line of a source file, or what is left of a very long one.
type SourceLine struct {
	Number  int
	Text    string
	Current bool   // the one that a frame names
	Caret   string // blanks up to its column

	length int // of what is meant there, in characters; 0: a word
}

// Marked is a line in three parts, of which the second is what a frame, or a problem, is about; empty but for Current.
func (l SourceLine) Marked() (parts struct{ Before, At, After string }) {
	runes := []rune(l.Text)
	from := min(utf8.RuneCountInString(l.Caret), len(runes))
	if !l.Current {
		from = len(runes)
	}
	to := min(from+max(l.length, 1), len(runes))
	if l.length == 0 && to > from && inWord(runes[from]) {
		for to < len(runes) && inWord(runes[to]) {
			to++
		}
	}
	parts.Before, parts.At, parts.After = string(runes[:from]), string(runes[from:to]), string(runes[to:])
	return parts
}

// Place is where an exception was thrown, as far as that is in a file of the Worker's own: in one that is no package's.
type Place struct {
	Where  string       // "src/orders.ts:6"; empty if there is no such place
	Source []SourceLine // what stands around it
}

// place is the first place that a stack names.
func (g *generation) place(stack []string) Place {
	if g == nil || g.config == nil || g.script == nil {
		return Place{}
	}
	for _, line := range stack {
		f := parseFrame(line)
		if f.Library {
			continue
		}
		if source := excerpt(f, g.config.Dir, g.script.Inputs); source != nil {
			return Place{Where: f.File + ":" + strconv.Itoa(f.Line), Source: source}
		}
	}
	return Place{}
}

// around is how many lines are shown before and behind the one that a frame names.
const around = 4

// excerpt is what stands around the place that a frame names, if that is in one of the files that the Worker was made
// of: a stack is a string that the Worker can make up, and no other file is anybody's business.
func excerpt(f frame, dir string, inputs []string) []SourceLine {
	path := filepath.Join(dir, filepath.FromSlash(f.File))
	if f.File == "" || !slices.Contains(inputs, path) {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	all := strings.Split(string(text), "\n")
	if f.Line < 1 || f.Line > len(all) {
		return nil
	}
	var lines []SourceLine
	for n := max(1, f.Line-around); n <= min(len(all), f.Line+around); n++ {
		line := SourceLine{Number: n, Text: strings.TrimSuffix(all[n-1], "\r"), Current: n == f.Line}
		if line.Current {
			line.Caret = indent(line.Text, f.Column)
		}
		line.shorten(len([]rune(indent(all[f.Line-1], f.Column))))
		lines = append(lines, line)
	}
	return lines
}

// longest is where a line is cut off, in characters: whoever wrote it has not looked at it.
const longest = 400

// shorten cuts off what is far from a column, in characters from zero.
func (l *SourceLine) shorten(column int) {
	text := []rune(l.Text)
	if len(text) <= longest {
		return
	}
	from := max(0, min(column-longest/2, len(text)-longest))
	l.Text = string(text[from : from+longest])
	if from > 0 {
		l.Text = "…" + l.Text
	}
	if from+longest < len(text) {
		l.Text += "…"
	}
	if l.Current {
		l.Caret = string([]rune(l.Caret)[from:])
		if from > 0 {
			l.Caret = " " + l.Caret
		}
	}
}

func inWord(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' || c == '$' }

// blank is white space as wide as a text.
func blank(text string) string { return indent(text, math.MaxInt) }

// indent is white space as wide as what comes before a column, which counts UTF-16 code units from one.
func indent(text string, column int) string {
	var b strings.Builder
	units := 1
	for _, c := range text {
		if units >= column {
			break
		}
		if units++; c > 0xffff {
			units++
		}
		if c != '\t' {
			c = ' '
		}
		b.WriteRune(c)
	}
	return b.String()
}
