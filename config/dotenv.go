package config

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseDotenv reads a file of secrets as the npm package dotenv does, which
// wrangler uses: NAME=value or NAME: value, with export before it or not;
// values without quotes up to a # or the end of the line; values in ', " or `,
// which may go on over lines and, in ", have \n and \r. That package skips what
// it does not understand; here it is skipped with a Warning.
func parseDotenv(file string, data []byte) ([]Var, Diagnostics) {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	src, ds, ok := newSource(file, bytes.ReplaceAll(data, []byte("\r"), []byte("\n")))
	if !ok {
		return nil, ds
	}
	p := dotenvParser{src: src, ds: ds, text: string(src.text)}
	for p.at = 0; p.at < len(p.text); {
		p.line()
	}
	return p.vars, p.ds
}

type dotenvParser struct {
	src  *source
	text string
	at   int // the beginning of a line, or behind a variable
	vars []Var
	ds   Diagnostics
}

// line reads a variable, an empty line, a comment or something else.
func (p *dotenvParser) line() {
	start := skipSpace(p.text, p.at)
	if start == len(p.text) {
		p.at = start
		return
	}
	name, value, ok := p.name(start)
	if !ok {
		end := lineEnd(p.text, start)
		if p.text[start] != '#' {
			p.warn(start, "is neither NAME=value nor a comment: it is skipped", "write NAME=value, or # before a comment")
		}
		p.at = end
		return
	}
	v := Var{Name: p.text[name[0]:name[1]], Secret: true, Source: p.src.file, Pos: p.src.at(name[0])}
	v.Value = p.value(value)
	p.vars = append(p.vars, v)
}

func (p *dotenvParser) warn(offset int, message, fix string) {
	p.ds = append(p.ds, Diagnostic{Severity: Warning, Code: CodeSyntax, Pos: p.src.at(offset), Message: message, Fix: fix})
}

// name finds the name of a variable, and where its value may begin.
func (p *dotenvParser) name(start int) (name [2]int, value int, ok bool) {
	if rest, found := strings.CutPrefix(p.text[start:], "export"); found {
		if after := skipSpace(rest, 0); after > 0 {
			if name, value, ok = p.bareName(start + len("export") + after); ok {
				return name, value, true
			}
		}
	}
	return p.bareName(start)
}

func (p *dotenvParser) bareName(start int) (name [2]int, value int, ok bool) {
	end := start
	for end < len(p.text) && isNameByte(p.text[end]) {
		end++
	}
	if end == start || end == len(p.text) {
		return name, 0, false
	}
	name = [2]int{start, end}
	if p.text[end] == ':' {
		if r, size := utf8.DecodeRuneInString(p.text[end+1:]); isSpace(r) {
			return name, end + 1 + size, true
		}
	}
	equals := skipSpace(p.text, end)
	if equals < len(p.text) && p.text[equals] == '=' {
		return name, equals + 1, true
	}
	return name, 0, false
}

func isNameByte(c byte) bool {
	return c == '_' || c == '.' || c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// value reads the value that begins at start, and goes on behind it.
func (p *dotenvParser) value(start int) string {
	if opening := skipSpace(p.text, start); opening < len(p.text) && strings.IndexByte("'\"`", p.text[opening]) >= 0 {
		if closing := p.closing(opening); closing > 0 {
			p.at = closing + 1
			p.skipComment()
			return unescape(p.text[opening], p.text[opening+1:closing])
		}
	}
	end := start
	for end < len(p.text) && p.text[end] != '#' && p.text[end] != '\n' {
		end++
	}
	p.at = end
	p.skipComment()
	value := strings.TrimFunc(p.text[start:end], isSpace)
	if value == "" || strings.IndexByte("'\"`", value[0]) < 0 {
		return value
	}
	quote := value[0]
	if len(value) > 1 && value[len(value)-1] == quote {
		return unescape(quote, value[1:len(value)-1])
	}
	p.warn(start+strings.IndexByte(p.text[start:], quote), fmt.Sprintf("this %c has no counterpart: it is part of the value", quote), "close it, and let nothing but a comment follow")
	return unescape(quote, value)
}

// closing finds the quote that ends a value: nothing but a comment may follow
// it on its line. A quote behind a backslash does so only if no later one does.
func (p *dotenvParser) closing(opening int) int {
	quote := p.text[opening]
	var candidates []int
	for i := opening + 1; i < len(p.text); i++ {
		if p.text[i] != quote {
			continue
		}
		candidates = append(candidates, i)
		if p.text[i-1] != '\\' {
			break
		}
	}
	for _, i := range slices.Backward(candidates) {
		if after := skipBlanks(p.text, i+1); after == len(p.text) || p.text[after] == '#' || lineEnd(p.text, after) == after {
			return i
		}
	}
	return -1
}

// skipComment goes on behind a comment, which may stand on a later line.
func (p *dotenvParser) skipComment() {
	p.at = skipSpace(p.text, p.at)
	if p.at < len(p.text) && p.text[p.at] == '#' {
		p.at = lineEnd(p.text, p.at)
	}
}

// unescape is what the text between quotes means.
func unescape(quote byte, s string) string {
	if quote == '"' {
		s = strings.ReplaceAll(s, `\n`, "\n")
		s = strings.ReplaceAll(s, `\r`, "\r")
	}
	return s
}

// isSpace is \s of JavaScript's regular expressions.
func isSpace(r rune) bool { return r != '\u0085' && unicode.IsSpace(r) || r == '\uFEFF' }

func skipSpace(s string, i int) int {
	return len(s) - len(strings.TrimLeftFunc(s[i:], isSpace))
}

// skipBlanks skips space within the line.
func skipBlanks(s string, i int) int {
	return len(s) - len(strings.TrimLeftFunc(s[i:], func(r rune) bool { return isSpace(r) && !strings.ContainsRune(lineEnds, r) }))
}

// lineEnd is where a comment ends that begins at i: at what JavaScript's regular expressions take for the end of a line.
func lineEnd(s string, i int) int {
	if n := strings.IndexAny(s[i:], lineEnds); n >= 0 {
		return i + n
	}
	return len(s)
}

const lineEnds = "\n\u2028\u2029"

// reference is ${NAME}, ${NAME:-default}, ${NAME:+other} or $NAME.
var reference = regexp.MustCompile(`\$\{([^{}]+)\}|\$([A-Za-z_][A-Za-z0-9_]*)`)

// operator parts a name from a default (- or :-) or from what comes instead of
// a value that is there (+ or :+).
var operator = regexp.MustCompile(`:\+|\+|:-|-`)

// expandVars puts the values of other variables, and of environ, in the place
// of references to them, and returns environ followed by the variables. As in
// the npm package dotenv-expand, a variable refers only to those before it,
// environ wins over the files, \$ is a dollar, and what is put in is looked
// through again. (That package also puts values in the place of \$NAME, if $NAME
// follows; here \$NAME stays.)
func expandVars(vars, environ []Var) []Var {
	values := make(map[string]string)
	for _, v := range environ {
		values[v.Name] = v.Value.(string)
	}
	out := slices.Clone(environ)
	for _, v := range vars {
		value := v.Value.(string)
		if outer, ok := values[v.Name]; ok && outer != "" {
			value = outer
		} else {
			value = expand(value, values)
		}
		v.Value = strings.ReplaceAll(value, `\$`, "$")
		values[v.Name] = v.Value.(string)
		out = append(out, v)
	}
	return lastOfEach(out)
}

// maxExpansion bounds what references that multiply each other can make.
const maxExpansion = 1 << 20

func expand(value string, values map[string]string) string {
	for range 1000 {
		start, end, expression := nextReference(value)
		if start < 0 || len(value) > maxExpansion {
			break
		}
		value = value[:start] + evaluate(expression, values) + value[end:]
	}
	return value
}

// nextReference finds the first reference whose dollar is not escaped: where it
// stands, and the expression in it.
func nextReference(s string) (start, end int, expression string) {
	for from := 0; ; from = start + 1 {
		m := reference.FindStringSubmatchIndex(s[from:])
		if m == nil {
			return -1, -1, ""
		}
		start, end = from+m[0], from+m[1]
		if start == 0 || s[start-1] != '\\' {
			return start, end, s[from+max(m[2], m[4]) : from+max(m[3], m[5])]
		}
	}
}

func evaluate(expression string, values map[string]string) string {
	op := operator.FindStringIndex(expression)
	if op == nil {
		return values[expression]
	}
	value, other := values[expression[:op[0]]], expression[op[1]:]
	if strings.HasSuffix(expression[:op[1]], "+") {
		if value == "" {
			return ""
		}
		return other
	}
	if value == "" {
		return other
	}
	return value
}
