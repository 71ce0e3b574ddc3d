package server

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// sourceLine is a line of a source file.
type sourceLine struct {
	Number  int
	Text    string
	Current bool   // the one that a frame names
	Caret   string // blanks up to its column
}

// around is how many lines are shown before and behind the one that a frame names.
const around = 4

// excerpt is what stands around the place that a frame names, if that is in one of the files that the Worker was made
// of: a stack is a string that the Worker can make up, and no other file is anybody's business.
func excerpt(f frame, dir string, inputs []string) []sourceLine {
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
	var lines []sourceLine
	for n := max(1, f.Line-around); n <= min(len(all), f.Line+around); n++ {
		line := sourceLine{Number: n, Text: strings.TrimSuffix(all[n-1], "\r"), Current: n == f.Line}
		if line.Current {
			line.Caret = indent(line.Text, f.Column)
		}
		lines = append(lines, line)
	}
	return lines
}

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
