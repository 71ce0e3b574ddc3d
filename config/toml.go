package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// ParseTOML reads TOML. The Node is nil if the file has a syntax error, after
// which nothing in it means anything. Keys and tables that are given twice are
// Errors, each reported, and the first of them counts.
func ParseTOML(file string, data []byte) (*Node, Diagnostics) {
	src, ds, ok := newSource(file, data)
	if !ok {
		return nil, ds
	}
	p := tomlParser{src: src, ds: ds, made: make(map[*Node]making)}
	root, err := p.document()
	if err != nil {
		return nil, append(p.ds, parserSyntax(src, err))
	}
	if p.ds.HasErrors() {
		return root, p.ds
	}
	// go-toml's decoder is stricter than its parser, which we stand on for the
	// positions: it looks into numbers, dates and what a table may be.
	for text := src.text; ; {
		var discard map[string]any
		err := toml.Unmarshal(text, &discard)
		if err == nil {
			return root, p.ds
		}
		if text = withoutRange(src, text, err); text == nil {
			return nil, append(p.ds, decoderSyntax(src, err))
		}
	}
}

// withoutRange is the text with an exponent of 0 in the number that the decoder
// finds too large for a float, which to JavaScript is infinite; nil if that is
// not what it has against the text.
func withoutRange(src *source, text []byte, err error) []byte {
	decodeErr, ok := errors.AsType[*toml.DecodeError](err)
	if !ok || !strings.Contains(err.Error(), "value out of range") {
		return nil
	}
	text = slices.Clone(text)
	at, exponent, changed := src.offset(decodeErr.Position()), false, false
	for ; at < len(text) && strings.IndexByte("+-_.0123456789eE", text[at]) >= 0; at++ {
		switch c := text[at]; {
		case c == 'e' || c == 'E':
			exponent = true
		case exponent && '1' <= c && c <= '9':
			text[at], changed = '0', true
		}
	}
	if !changed {
		return nil
	}
	return text
}

func parserSyntax(src *source, err error) Diagnostic {
	// An error points into the text by a slice of it, which shares its end.
	offset := 0
	if parserErr, ok := errors.AsType[*unstable.ParserError](err); ok {
		offset = cap(src.text) - cap(parserErr.Highlight)
	}
	return src.syntax(offset, err.Error(), tomlHint(err.Error()))
}

func decoderSyntax(src *source, err error) Diagnostic {
	message := strings.TrimPrefix(err.Error(), "toml: ")
	if decodeErr, ok := errors.AsType[*toml.DecodeError](err); ok {
		return src.syntax(src.offset(decodeErr.Position()), message, tomlHint(message))
	}
	return Diagnostic{Severity: Error, Code: CodeSyntax, Pos: Position{File: src.file}, Message: message}
}

// tomlHint says what to do about the slips that come from other formats.
func tomlHint(message string) string {
	switch {
	case strings.Contains(message, "cannot have new lines"):
		return "close the quotes, or write \"\"\" at both ends of a text of several lines"
	case strings.Contains(message, "at start of value"):
		return "strings need quotes in TOML"
	case strings.Contains(message, "expected newline"):
		return "one key to a line, and inline tables in { }"
	}
	return ""
}

// making is how a table came into being, which decides what may be added to it.
type making int

const (
	implied  making = iota // by a header of something below it: [a.b] makes a
	headed                 // by its own header
	dotted                 // by a dotted key: a.b = 1 makes a
	inlined                // as a value: nothing may be added
	repeated               // an array made by [[headers]]
)

type tomlParser struct {
	src  *source
	ds   Diagnostics
	made map[*Node]making
}

func (p *tomlParser) document() (root *Node, err error) {
	root = p.table(0, headed)
	current := root
	var parser unstable.Parser
	parser.Reset(p.src.text)
	for parser.NextExpression() {
		e := parser.Expression()
		var ok bool
		switch e.Kind {
		case unstable.KeyValue:
			ok = p.keyValue(current, e, dotted)
		case unstable.Table:
			current, ok = p.header(root, e)
		case unstable.ArrayTable:
			current, ok = p.arrayHeader(root, e)
		}
		if !ok {
			return nil, nil
		}
	}
	return root, parser.Error()
}

func (p *tomlParser) table(offset int, how making) *Node {
	n := &Node{kind: Object, pos: p.src.at(offset)}
	n.keyPos = n.pos
	p.made[n] = how
	return n
}

// duplicate reports that first, which is there, cannot be given again or added to.
func (p *tomlParser) duplicate(first *Node, offset int, what string) {
	p.ds = append(p.ds, Diagnostic{
		Severity: Error, Code: CodeDuplicate, Pos: p.src.at(offset), Path: first.Path(),
		Message: fmt.Sprintf("%s: it is already %s, on line %d", what, first.kind, first.keyPos.Line),
		Fix:     "delete or rename one of them",
	})
}

func (p *tomlParser) tooDeep(n *Node, offset int) bool {
	if n.depth() < maxDepth {
		return false
	}
	p.ds = append(p.ds, p.src.syntax(offset, fmt.Sprintf("more than %d levels of tables and arrays", maxDepth), ""))
	return true
}

// header finds or makes the table of [a.b.c]. After a header that may not be,
// its keys go to a table that belongs to nothing.
func (p *tomlParser) header(root *Node, e *unstable.Node) (table *Node, ok bool) {
	table, key, ok := p.walk(root, e.Key(), implied)
	if table == nil {
		return p.table(0, headed), ok
	}
	name, offset := string(key.Data), int(key.Raw.Offset)
	existing := table.Get(name)
	switch {
	case existing == nil:
		t := p.table(offset, headed)
		table.put(name, t)
		return t, true
	case existing.kind == Object && p.made[existing] == implied:
		p.made[existing] = headed
		existing.pos = p.src.at(offset)
		existing.keyPos = existing.pos
		return existing, true
	}
	p.duplicate(existing, offset, fmt.Sprintf("[%s] cannot begin again here", existing.Path()))
	return p.table(0, headed), true
}

// arrayHeader makes the next table of [[a.b.c]].
func (p *tomlParser) arrayHeader(root *Node, e *unstable.Node) (table *Node, ok bool) {
	table, key, ok := p.walk(root, e.Key(), implied)
	if table == nil {
		return p.table(0, headed), ok
	}
	name, offset := string(key.Data), int(key.Raw.Offset)
	array := table.Get(name)
	if array == nil {
		array = &Node{kind: Array, pos: p.src.at(offset), keyPos: p.src.at(offset)}
		p.made[array] = repeated
		table.put(name, array)
	} else if array.kind != Array || p.made[array] != repeated {
		p.duplicate(array, offset, fmt.Sprintf("[[%s]] cannot add a table", array.Path()))
		return p.table(0, headed), true
	}
	t := p.table(offset, headed)
	array.push(t)
	return t, true
}

// walk goes from a table along all parts of a dotted key but the last, and
// makes the tables that are not there. It returns the table that the last part
// belongs to, or nil after a problem; ok is false if there is no going on.
func (p *tomlParser) walk(table *Node, parts unstable.Iterator, how making) (_ *Node, last *unstable.Node, ok bool) {
	for parts.Next() {
		part := parts.Node()
		offset := int(part.Raw.Offset)
		if parts.IsLast() {
			return table, part, true
		}
		if p.tooDeep(table, offset) {
			return nil, nil, false
		}
		name := string(part.Data)
		next := table.Get(name)
		if next == nil {
			next = p.table(offset, how)
			table.put(name, next)
		}
		if how == implied && next.kind == Array && p.made[next] == repeated {
			next = next.items[len(next.items)-1]
		}
		// A dotted key may go on with what dotted keys made, and only a header
		// with what headers made.
		if next.kind != Object || p.made[next] == inlined || how == dotted && p.made[next] == headed {
			p.duplicate(next, offset, "nothing can be added to it here")
			return nil, nil, true
		}
		table = next
	}
	return nil, nil, true // a key has at least one part
}

// keyValue adds the value of key = value to a table; ok is false if there is
// no going on.
func (p *tomlParser) keyValue(table *Node, e *unstable.Node, how making) (ok bool) {
	table, key, ok := p.walk(table, e.Key(), how)
	if table == nil {
		return ok
	}
	name, offset := string(key.Data), int(key.Raw.Offset)
	if p.tooDeep(table, offset) {
		return false
	}
	if existing := table.Get(name); existing != nil {
		p.duplicate(existing, offset, "is given a second time")
		return true
	}
	child := &Node{keyPos: p.src.at(offset), pos: p.src.at(p.valueOffset(key))}
	table.put(name, child)
	return p.value(child, e.Value())
}

// valueOffset is where the value of a key begins: not every node says so itself.
func (p *tomlParser) valueOffset(key *unstable.Node) int {
	offset := int(key.Raw.Offset + key.Raw.Length)
	for offset < len(p.src.text) && strings.IndexByte(" \t=", p.src.text[offset]) >= 0 {
		offset++
	}
	return offset
}

// value fills a Node, which already has its place, with a value.
func (p *tomlParser) value(n *Node, v *unstable.Node) (ok bool) {
	offset := int(v.Raw.Offset)
	switch v.Kind {
	case unstable.String:
		n.kind, n.text = String, string(v.Data)
	case unstable.Bool:
		n.kind, n.boolean = Bool, string(v.Data) == "true"
	case unstable.Integer, unstable.Float:
		n.kind = Number
		if n.text, ok = jsonNumber(string(v.Data)); !ok {
			p.ds = append(p.ds, n.Diagnostic(Error, CodeValue, fmt.Sprintf("%s is an integer that JavaScript would round", v.Data), "put it in quotes"))
		}
	case unstable.LocalDate, unstable.LocalTime, unstable.LocalDateTime, unstable.DateTime:
		n.kind, n.text = Date, string(v.Data)
	case unstable.Array:
		n.kind = Array
		for it := v.Children(); it.Next(); {
			if p.tooDeep(n, offset) {
				return false
			}
			item := it.Node()
			child := &Node{pos: n.pos}
			if item.Raw.Length > 0 { // arrays in arrays do not say where they begin
				child.pos = p.src.at(int(item.Raw.Offset))
			}
			child.keyPos = child.pos
			n.push(child)
			if !p.value(child, item) {
				return false
			}
		}
	case unstable.InlineTable:
		n.kind = Object
		p.made[n] = dotted // open for its own keys
		for it := v.Children(); it.Next(); {
			if !p.keyValue(n, it.Node(), dotted) {
				return false
			}
		}
		p.seal(n)
	}
	return true
}

// seal closes an inline table, and what its dotted keys made, for what comes after.
func (p *tomlParser) seal(n *Node) {
	if n.kind == Object && p.made[n] == dotted {
		p.made[n] = inlined
		for _, item := range n.items {
			p.seal(item)
		}
	}
}

// jsonNumber writes a TOML number as JSON, or as Inf, -Inf or NaN. Numbers that
// TOML does not allow (leading zeros, misplaced underscores) are left to
// go-toml's decoder. ok is false for an integer that JavaScript would round.
func jsonNumber(s string) (text string, ok bool) {
	s = strings.TrimPrefix(strings.ReplaceAll(s, "_", ""), "+")
	i, err := strconv.ParseInt(s, 0, 64)
	switch {
	case err == nil:
		return strconv.FormatInt(i, 10), -maxSafeInteger <= i && i <= maxSafeInteger
	case errors.Is(err, strconv.ErrRange):
		return "0", false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return "0", true // the decoder knows better
	}
	return strconv.FormatFloat(f, 'g', -1, 64), true
}

// maxSafeInteger is JavaScript's Number.MAX_SAFE_INTEGER.
const maxSafeInteger = 1<<53 - 1
