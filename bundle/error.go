package bundle

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"
	"golang.org/x/text/width"
)

// An Error says why the sources cannot be bundled.
type Error struct {
	Messages []Message

	// Inputs and Missing are what to wait for before trying again, as in [Script].
	Inputs, Missing []string
}

// A Message is one problem in the sources, with where it is and what to do about it.
type Message struct {
	Text string // one sentence

	File     string // relative to Options.Dir, with slashes; empty if the problem is in no file
	Line     int    // from one
	Column   int    // from one, in characters
	Length   int    // in characters
	LineText string

	Notes []string // more about it, each a sentence
	Hint  string   // what to do, if we know
}

// Error lays all messages out below each other: position and text, the line, a caret, the notes and the hint.
func (e *Error) Error() string {
	texts := make([]string, len(e.Messages))
	for i, message := range e.Messages {
		texts[i] = message.String()
	}
	return strings.Join(texts, "\n\n")
}

// String returns the message as a few lines of text without a final newline.
func (m Message) String() string { return m.Show(frameWidth) }

// Show is the message over several lines, of which that of the source is cut to a width, in characters.
func (m Message) Show(most int) string {
	var text strings.Builder
	if m.File != "" {
		fmt.Fprintf(&text, "%s:%d:%d: ", m.File, m.Line, m.Column)
	}
	text.WriteString(m.Text)
	if m.LineText != "" {
		margin := fmt.Sprintf("  %d | ", m.Line)
		before, line := m.frame(max(most, narrowest))
		runes := []rune(line)
		before = min(before, len(runes))
		to := min(len(runes), before+m.Length)
		fmt.Fprintf(&text, "\n%s%s", margin, line)
		fmt.Fprintf(&text, "\n%s| %s%s", strings.Repeat(" ", len(margin)-2), strings.Repeat(" ", columns(runes[:before])),
			strings.Repeat("^", max(1, columns(runes[before:max(before, to)]))))
	}
	for _, note := range m.Notes {
		text.WriteString("\n  " + note)
	}
	if m.Hint != "" {
		text.WriteString("\n  " + m.Hint)
	}
	return text.String()
}

// columns is how many columns of a terminal a text takes.
func columns(text []rune) int {
	n := 0
	for _, c := range text {
		switch kind := width.LookupRune(c).Kind(); {
		case c == 0x200d || unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf): // they change the one before
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// frameWidth is how much of a long line is shown, in characters.
const frameWidth = 120

// narrowest is the least that is shown of a line.
const narrowest = 20

// frame returns the part of the line to show, with tabs as spaces, and how many characters of it are before the problem.
func (m Message) frame(width int) (before int, line string) {
	runes := []rune(strings.ReplaceAll(m.LineText, "\t", " "))
	before = max(0, min(m.Column-1, len(runes)))
	if len(runes) > width {
		start := max(0, min(before-width/2, len(runes)-width))
		runes, before = runes[start:min(start+width, len(runes))], before-start
	}
	return before, strings.TrimRight(string(runes), " ")
}

// at sets the position of the message to an offset in a file.
func (m *Message) at(file, source string, offset, length int) {
	start := strings.LastIndexByte(source[:offset], '\n') + 1
	m.File, m.Line = file, strings.Count(source[:offset], "\n")+1
	m.Column, m.Length = utf8.RuneCountInString(source[start:offset])+1, length
	line, _, _ := strings.Cut(source[start:], "\n")
	m.LineText = strings.TrimRight(line, "\r")
}

// relative returns how messages name a file.
func (b *Bundler) relative(file string) string {
	if name, err := filepath.Rel(b.options.Dir, file); err == nil {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(file)
}

// messages translates esbuild's messages.
func (b *Bundler) messages(found []api.Message) []Message {
	messages := make([]Message, len(found))
	for i, message := range found {
		messages[i] = b.message(message)
	}
	return messages
}

// warnings translates esbuild's warnings, without those about packages: who reads them can't help it.
func (b *Bundler) warnings(found []api.Message) (messages []Message) {
	for _, warning := range found {
		if warning.Location != nil && inPackage(warning.Location.File) {
			continue
		}
		messages = append(messages, b.message(warning))
	}
	return messages
}

func (b *Bundler) message(found api.Message) Message {
	message := Message{Text: found.Text}
	if at := found.Location; at != nil {
		column := min(at.Column, len(at.LineText))
		end := min(column+at.Length, len(at.LineText))
		message.File, message.Line, message.LineText = filepath.ToSlash(unmarked(at.File)), at.Line, at.LineText
		message.Column = utf8.RuneCountInString(at.LineText[:column]) + 1
		message.Length = utf8.RuneCountInString(at.LineText[column:end])
	}
	if hint, ok := found.Detail.(hint); ok {
		message.Hint = string(hint)
	}
	for _, note := range found.Notes {
		// esbuild's advice is to change esbuild's options, which are ours, not the user's.
		if !strings.Contains(note.Text, "You can mark the path") && !strings.Contains(note.Text, "package.json file here") {
			message.Notes = append(message.Notes, note.Text)
		}
	}
	if shim := noSuchExport.FindStringSubmatch(found.Text); shim != nil {
		message.explainShim(shim[1], shim[2])
	}
	if unresolved := unresolvedImport.FindStringSubmatch(found.Text); unresolved != nil {
		message.explainUnresolved(unresolved[1], b.options.Missing("node:"+unresolved[1]))
	}
	return message
}

var unresolvedImport = regexp.MustCompile(`^Could not resolve "(.*)"$`)

// explainUnresolved says what to do about an import that esbuild could not resolve; missing says it, if that is a module
// which the runtime has.
func (m *Message) explainUnresolved(specifier, missing string) {
	switch {
	case nodeModules[specifier] && missing != "":
		m.Text = fmt.Sprintf("The package %q wasn't found on the file system but is built into Node.js", specifier)
		m.Notes = nil
		m.Hint = missing
	case nodeModules[specifier]:
		m.Text = fmt.Sprintf("The package %q wasn't found on the file system, and devserver does not provide node:%s yet", specifier, specifier)
		m.Notes = nil
		m.Hint = "It is built into Node.js. Install a package of this name that works without Node.js, or do without it."
	case m.File == "":
		m.Text = fmt.Sprintf("The Worker's main file %s does not exist", specifier)
		m.Hint = `Check "main" in the configuration, or the path on the command line.`
	case isPath(specifier):
		m.Hint = "There is no such file."
	case m.Hint == "":
		m.Hint = fmt.Sprintf("Is it installed? Try: npm install %s", packageName(specifier))
	}
}

// A hint travels in an esbuild message's Detail from our plugins back to us.
type hint string

func refusesName(message api.Message) bool {
	return strings.Contains(message.Text, "cannot be escaped in the configured target environment")
}

func refusesTopLevelAwait(message api.Message) bool {
	return strings.HasPrefix(message.Text, "Top-level await is not available")
}
