package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tailscale/hujson"
)

// ParseJSONC reads JSON with comments and trailing commas. The Node is nil if
// there is an Error among the Diagnostics. Of a key that is given twice the
// last value counts, as in JavaScript, with a Warning.
func ParseJSONC(file string, data []byte) (*Node, Diagnostics) {
	src, ds, ok := newSource(file, data)
	if !ok {
		return nil, ds
	}
	if offset := tooDeep(src.text); offset >= 0 {
		return nil, append(ds, src.syntax(offset, fmt.Sprintf("more than %d levels of brackets", maxDepth), ""))
	}
	// The parser wants a line end after a comment, also after the very last one.
	text := append(src.text[:len(src.text):len(src.text)], '\n')
	value, err := hujson.Parse(plainComments(text))
	if err != nil {
		return nil, append(ds, jsonSyntax(src, err))
	}
	p := jsonParser{src: src, ds: ds}
	root := p.node(&value)
	if root.Kind() != Object {
		return nil, append(ds, root.WrongType("an object: { … }"))
	}
	return root, p.ds
}

// plainComments is a text without the line separators of Unicode in its comments, which the parser takes no more than
// control characters. Everything stays in its place.
func plainComments(text []byte) []byte {
	separators := [][]byte{[]byte("\u2028"), []byte("\u2029")}
	if !bytes.Contains(text, separators[0]) && !bytes.Contains(text, separators[1]) {
		return text
	}
	text = bytes.Clone(text)
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '/':
			end := skipComment(text, i)
			for _, separator := range separators {
				comment := text[i:min(end+1, len(text))]
				copy(comment, bytes.ReplaceAll(comment, separator, []byte("\u2014")))
			}
			i = end
		}
	}
	return text
}

func jsonSyntax(src *source, err error) Diagnostic {
	var line, column int
	// The position is only in the text of the error.
	if _, scanErr := fmt.Sscanf(err.Error(), "hujson: line %d, column %d:", &line, &column); scanErr != nil {
		return Diagnostic{Severity: Error, Code: CodeSyntax, Pos: Position{File: src.file}, Message: err.Error()}
	}
	if cause := errors.Unwrap(err); cause != nil {
		err = cause
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return src.syntax(src.offset(line, column), "the file ends too early: a bracket, a quote or a comment is not closed", "")
	}
	return src.syntax(src.offset(line, column), err.Error(), jsonHint(err.Error()))
}

// jsonHint says what to do about the usual slips.
func jsonHint(message string) string {
	switch {
	case strings.HasPrefix(message, `invalid character '\''`):
		return "strings have double quotes in JSON"
	case strings.Contains(message, "after object value"), strings.Contains(message, "after array value"):
		return "a comma is missing before it, or a bracket"
	}
	return ""
}

// tooDeep is the offset of the first bracket below maxDepth levels, or -1. It
// runs before the parser, which would recurse as deep as the file tells it to.
func tooDeep(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '[', '{':
			if depth++; depth > maxDepth {
				return i
			}
		case ']', '}':
			depth--
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '/':
			i = skipComment(text, i)
		}
	}
	return -1
}

// skipComment is the offset of the last byte of the comment that begins at i,
// or i if none does.
func skipComment(text []byte, i int) int {
	if i+1 >= len(text) {
		return i
	}
	switch text[i+1] {
	case '/':
		for i++; i+1 < len(text) && text[i] != '\n'; i++ {
		}
	case '*':
		for i += 3; i < len(text) && (text[i-1] != '*' || text[i] != '/'); i++ {
		}
	}
	return i
}

type jsonParser struct {
	src *source
	ds  Diagnostics
}

func (p *jsonParser) node(v *hujson.Value) *Node {
	n := &Node{pos: p.src.at(v.StartOffset)}
	n.keyPos = n.pos
	switch value := v.Value.(type) {
	case *hujson.Object:
		n.kind = Object
		for i := range value.Members {
			p.member(n, &value.Members[i])
		}
	case *hujson.Array:
		n.kind = Array
		for i := range value.Elements {
			n.push(p.node(&value.Elements[i]))
		}
	case hujson.Literal:
		switch value.Kind() {
		case 't', 'f':
			n.kind, n.boolean = Bool, value.Bool()
		case '0':
			n.kind, n.text = Number, string(value)
		case '"':
			n.kind, n.text = String, value.String()
		default:
			n.kind = Null
		}
	}
	return n
}

func (p *jsonParser) member(object *Node, m *hujson.ObjectMember) {
	key := m.Name.Value.(hujson.Literal).String()
	child := p.node(&m.Value)
	child.keyPos = p.src.at(m.Name.StartOffset)
	if first := object.Get(key); first != nil {
		object.set(key, child)
		p.ds = append(p.ds, Diagnostic{
			Severity: Warning, Code: CodeDuplicate, Pos: child.keyPos, Path: child.Path(),
			Message: fmt.Sprintf("is given twice; this one counts, not the one on line %d", first.keyPos.Line),
			Fix:     "delete one of them",
		})
		return
	}
	object.put(key, child)
}
