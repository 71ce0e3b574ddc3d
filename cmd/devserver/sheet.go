package main

import (
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// sheet is a page of facts, each with a mark and a label:
//
//	✓ TLS       TLS 1.3, TLS_AES_128_GCM_SHA256                     4 ms
//	  SNI       origin.example
type sheet struct {
	style style
	width int // in columns
	text  strings.Builder
}

func (s style) ok() string { return s.green + "✓" + s.reset }

// labelWidth is what the labels take, with the space after them. It leaves room for a SHA-256 in 80 columns.
const labelWidth = 10

// fact adds a line for a fact, with an aside at its right end, or more lines if it is long. An empty text is left out.
func (s *sheet) fact(mark, label, text, aside string) {
	if text == "" {
		return
	}
	weight := s.style.bold
	if mark == "" {
		mark, weight = " ", s.style.dim
	}
	if label == "" {
		label = strings.Repeat(" ", labelWidth)
	} else {
		label = weight + padded(label, labelWidth) + s.style.reset
	}
	const indent = 2 + labelWidth
	room := s.width - indent
	lines := wrap(clean(text), room)
	if aside != "" && utf8.RuneCountInString(lines[0])+len(aside)+2 > room {
		lines = wrap(clean(text), room-len(aside)-2)
	}
	for i, line := range lines {
		if i > 0 {
			s.text.WriteString(strings.Repeat(" ", indent) + line + "\n")
			continue
		}
		s.text.WriteString(mark + " " + label + line)
		if aside != "" {
			s.text.WriteString(strings.Repeat(" ", max(room-utf8.RuneCountInString(line)-len(aside), 1)) + s.style.dim + aside + s.style.reset)
		}
		s.text.WriteString("\n")
	}
}

// detail adds a fact that goes with the one before it.
func (s *sheet) detail(label, text string) { s.fact("", label, text, "") }

// list adds a fact that is a list, an item on each line, and says how many items are left out.
func (s *sheet) list(label string, items []string) {
	const most = 5
	for i, item := range items {
		if i == most && len(items) > most+1 {
			s.detail("", "and "+strconv.Itoa(len(items)-most)+" more")
			return
		}
		s.detail(label, item)
		label = ""
	}
}

// paragraph adds a text behind a mark, or below one if that is empty.
func (s *sheet) paragraph(mark, color, text string) {
	if mark == "" {
		mark = " "
	}
	for _, line := range wrap(clean(text), s.width-2) {
		reset := s.style.reset
		if color == "" {
			reset = ""
		}
		s.text.WriteString(mark + " " + color + line + reset + "\n")
		mark = " "
	}
}

// command adds a command line to be copied: it is broken between words only, the way that a shell takes it.
func (s *sheet) command(words []string) {
	line := "  "
	for i, word := range words {
		last := i == len(words)-1
		room := s.width
		if !last {
			room -= len(` \`)
		}
		if strings.TrimSpace(line) != "" {
			if utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > room {
				s.text.WriteString(line + " \\\n")
				line = "      "
			} else {
				line += " "
			}
		}
		line += clean(word)
	}
	s.text.WriteString(line + "\n")
}

func (s *sheet) gap() { s.text.WriteString("\n") }

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 1))
}

// wrap breaks a text at spaces into lines of a width. A word that is longer stays whole; there is always a line.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, strings.TrimSuffix(line, " ·")) // which stands between two facts
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// screenWidth is how many columns there are: those of the terminal, or else of the variable COLUMNS, or else 80. More
// than 120 are hard to read, and fewer than 60 hard to fill.
func screenWidth(p *process) int { return min(max(columns(p, 80), 60), 120) }

// columns is how many there are: those of the terminal, as wide as it is now, or else of the variable COLUMNS, or else as
// given.
func columns(p *process, otherwise int) int {
	if f, ok := p.stdout.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	if n, err := strconv.Atoi(p.getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return otherwise
}
