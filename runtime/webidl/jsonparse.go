package webidl

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
	"github.com/dop251/goja/unistring"

	"devserver/runtime/engine"
)

// jsonParser is JSON.parse: https://tc39.es/ecma262/#sec-json.parse. The engine's own loses lone surrogates, words errors
// otherwise than other engines, and can be made to overflow Go's stack.
type jsonParser struct {
	realm *Realm
	// text is UTF-8, but for lone surrogates, which are encoded as if they were characters.
	text  string
	pos   int
	depth int
	units []uint16 // of the string that is being read, if it has escapes
	// tracks asks for the source of each value, for a reviver.
	tracks bool
}

// maxNesting is how deep a JSON text may nest. Some hundred times deeper it would overflow Go's stack.
const maxNesting = 10_000

// parseJSON parses a text. If tracked is not nil, it gets where each value came from.
func (r *Realm) parseJSON(text goja.String, tracked **jsonSource) goja.Value {
	p := &jsonParser{realm: r, text: jsonText(text), tracks: tracked != nil}
	v, source := p.value()
	if p.space(); p.pos < len(p.text) {
		p.fail("Unexpected non-whitespace character after")
	}
	if tracked != nil {
		*tracked = source
	}
	return v
}

// jsonText is a string as the parser reads it.
func jsonText(s goja.String) string {
	text := s.String()
	if !strings.Contains(text, "\ufffd") {
		return text
	}
	b := make([]byte, 0, len(text))
	for i, n := 0, s.Length(); i < n; i++ {
		c := rune(s.CharAt(i))
		if utf16.IsSurrogate(c) {
			if i+1 < n {
				if pair := utf16.DecodeRune(c, rune(s.CharAt(i+1))); pair != utf8.RuneError {
					b = utf8.AppendRune(b, pair)
					i++
					continue
				}
			}
			b = append(b, 0xe0|byte(c>>12), 0x80|byte(c>>6&0x3f), 0x80|byte(c&0x3f))
			continue
		}
		b = utf8.AppendRune(b, c)
	}
	return string(b)
}

// jsonSource is where a value came from, as far as revivers want to know.
type jsonSource struct {
	value  goja.Value
	text   string // of a primitive
	list   []*jsonSource
	fields map[string]*jsonSource
}

func (p *jsonParser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\n', '\r', '\t':
			p.pos++
		default:
			return
		}
	}
}

// peek is the next byte; 0 at the end, where no valid text goes on.
func (p *jsonParser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *jsonParser) value() (goja.Value, *jsonSource) {
	p.space()
	start := p.pos
	var v goja.Value
	switch c := p.peek(); {
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == '"':
		v = p.string()
	case c == '-', '0' <= c && c <= '9':
		v = p.number()
	case c == 't':
		p.word("true")
		v = p.realm.Bool(true)
	case c == 'f':
		p.word("false")
		v = p.realm.Bool(false)
	case c == 'n':
		p.word("null")
		v = goja.Null()
	default:
		p.unexpected()
	}
	if p.tracks {
		return v, &jsonSource{value: v, text: p.text[start:p.pos]}
	}
	return v, nil
}

func (p *jsonParser) word(word string) {
	for i := range len(word) {
		if p.peek() != word[i] {
			p.unexpected()
		}
		p.pos++
	}
}

func (p *jsonParser) enter() {
	p.pos++
	if p.depth++; p.depth > maxNesting {
		panic(p.realm.RangeError("Maximum call stack size exceeded"))
	}
}

func (p *jsonParser) array() (goja.Value, *jsonSource) {
	p.enter()
	var list []goja.Value
	var sources []*jsonSource
	if p.space(); p.peek() != ']' {
		for {
			v, source := p.value()
			list = append(list, v)
			if p.tracks {
				sources = append(sources, source)
			}
			if p.space(); p.peek() != ',' {
				break
			}
			p.pos++
		}
		if p.peek() != ']' {
			p.fail("Expected ',' or ']' after array element in")
		}
	}
	p.pos++
	p.depth--
	v := p.realm.Array(list...)
	if p.tracks {
		return v, &jsonSource{value: v, list: sources}
	}
	return v, nil
}

func (p *jsonParser) object() (goja.Value, *jsonSource) {
	p.enter()
	obj, properties := engine.FreshObject(p.realm.VM)
	var source *jsonSource
	if p.tracks {
		source = &jsonSource{value: obj, fields: make(map[string]*jsonSource)}
	}
	if p.space(); p.peek() != '}' {
		if p.peek() != '"' {
			p.fail("Expected property name or '}' in")
		}
		for {
			name := p.name()
			if p.space(); p.peek() != ':' {
				p.fail("Expected ':' after property name in")
			}
			p.pos++
			v, from := p.value()
			properties.Create(name, v)
			if p.tracks {
				source.fields[name.String()] = from
			}
			if p.space(); p.peek() != ',' {
				break
			}
			p.pos++
			if p.space(); p.peek() != '"' {
				p.fail("Expected double-quoted property name in")
			}
		}
		if p.peek() != '}' {
			p.fail("Expected ',' or '}' after property value in")
		}
	}
	p.pos++
	p.depth--
	return obj, source
}

// name is a string as the name of a property.
func (p *jsonParser) name() unistring.String {
	start := p.pos + 1
	if end, plain := p.plain(); plain && ascii(p.text[start:end]) {
		p.pos = end + 1
		return unistring.String(p.text[start:end])
	}
	text := p.string().(goja.String)
	units := make([]uint16, 1, text.Length()+1)
	units[0] = unistring.BOM
	wide := false
	for i := range text.Length() {
		unit := text.CharAt(i)
		units, wide = append(units, unit), wide || unit >= utf8.RuneSelf
	}
	if !wide {
		return unistring.String(text.String())
	}
	return unistring.FromUtf16(units)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plain is where the string ends whose quotation mark is next, if nothing in it has to be decoded.
func (p *jsonParser) plain() (end int, ok bool) {
	for i := p.pos + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			return i, true
		case c == '\\' || c < ' ':
			return 0, false
		}
	}
	return 0, false
}

func (p *jsonParser) string() goja.Value {
	start := p.pos + 1
	if end, ok := p.plain(); ok {
		p.pos = end + 1
		if text := p.text[start:end]; utf8.ValidString(text) {
			return p.realm.VM.ToValue(text)
		}
		p.pos = start - 1
	}
	p.pos++
	p.units = p.units[:0]
	for {
		if p.pos >= len(p.text) {
			p.fail("Unterminated string in")
		}
		c := p.text[p.pos]
		switch {
		case c == '"':
			p.pos++
			return goja.StringFromUTF16(p.units)
		case c < ' ':
			p.fail("Bad control character in string literal in")
		case c == '\\':
			p.escape()
		case c < utf8.RuneSelf:
			p.units = append(p.units, uint16(c))
			p.pos++
		default:
			r, size := utf8.DecodeRuneInString(p.text[p.pos:])
			if r == utf8.RuneError && size == 1 { // a lone surrogate
				p.units = append(p.units, loneSurrogate(p.text[p.pos:]))
				p.pos += 3
				continue
			}
			p.units = utf16.AppendRune(p.units, r)
			p.pos += size
		}
	}
}

var jsonEscapes = map[byte]uint16{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (p *jsonParser) escape() {
	p.pos++
	if p.pos >= len(p.text) {
		p.unexpected()
	}
	c := p.text[p.pos]
	if unit, ok := jsonEscapes[c]; ok {
		p.units = append(p.units, unit)
		p.pos++
		return
	}
	if c != 'u' {
		if jsonUnits(p.text[p.pos:])[0] > 0xff {
			p.unexpected()
		}
		p.fail("Bad escaped character in")
	}
	p.pos++
	unit := uint16(0)
	for range 4 {
		if p.pos >= len(p.text) {
			p.fail("Bad Unicode escape in")
		}
		digit, err := strconv.ParseUint(p.text[p.pos:p.pos+1], 16, 8)
		if err != nil {
			p.fail("Bad Unicode escape in")
		}
		unit = unit<<4 | uint16(digit)
		p.pos++
	}
	p.units = append(p.units, unit)
}

func (p *jsonParser) number() goja.Value {
	start := p.pos
	if p.peek() == '-' {
		if p.pos++; !isDigit(p.peek()) {
			p.fail("No number after minus sign in")
		}
	}
	if p.peek() == '0' {
		if p.pos++; isDigit(p.peek()) {
			p.fail("Unexpected number in")
		}
	} else {
		p.digits()
	}
	whole := true
	if p.peek() == '.' {
		whole = false
		if p.pos++; !isDigit(p.peek()) {
			p.fail("Unterminated fractional number in")
		}
		p.digits()
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		whole = false
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !isDigit(p.peek()) {
			p.fail("Exponent part is missing a number in")
		}
		p.digits()
	}
	text := p.text[start:p.pos]
	if whole && len(text) < 16 {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && (n != 0 || text[0] != '-') {
			return p.realm.VM.ToValue(n)
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		p.unexpected()
	}
	return p.realm.Number(f)
}

func (p *jsonParser) digits() {
	for isDigit(p.peek()) {
		p.pos++
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Errors are worded as V8 words them.

func (p *jsonParser) syntaxError(format string, args ...any) {
	panic(p.realm.newError("SyntaxError", fmt.Sprintf(format, args...)))
}

// fail says what is wrong at the position.
func (p *jsonParser) fail(problem string) {
	before := jsonUnits(p.text[:p.pos])
	line, column := 1, 1
	for _, c := range before {
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
	p.syntaxError("%s JSON at position %d (line %d column %d)", problem, len(before), line, column)
}

// jsonUnits are the UTF-16 code units of a part of the text.
func jsonUnits(text string) []uint16 {
	units := make([]uint16, 0, len(text))
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		if c == utf8.RuneError && size == 1 { // a lone surrogate
			units = append(units, loneSurrogate(text[i:]))
			i += 3
			continue
		}
		units = utf16.AppendRune(units, c)
		i += size
	}
	return units
}

// loneSurrogate is the one that a text begins with.
func loneSurrogate(text string) uint16 {
	return uint16(text[0]&0xf)<<12 | uint16(text[1]&0x3f)<<6 | uint16(text[2]&0x3f)
}

// jsonValue is a part of the text as a string.
func (r *Realm) jsonValue(text string) goja.Value {
	if utf8.ValidString(text) {
		return r.VM.ToValue(text)
	}
	return goja.StringFromUTF16(jsonUnits(text))
}

// unexpected says that the next character is, with what stands around it.
func (p *jsonParser) unexpected() {
	if p.pos >= len(p.text) {
		p.syntaxError("Unexpected end of JSON input")
	}
	switch c := p.text[p.pos]; {
	case c == '-', isDigit(c):
		p.fail("Unexpected number in")
	case c == '"':
		p.fail("Unexpected string in")
	}
	units := jsonUnits(p.text)
	if text := string(utf16.Decode(units)); text == "undefined" || text == "[object Object]" {
		p.syntaxError("\"%s\" is not valid JSON", text)
	}
	const around = 10
	at := len(jsonUnits(p.text[:p.pos]))
	token := string(utf16.Decode(units[at : at+1]))
	from, to, left, right := 0, len(units), "", ""
	if len(units) > 2*around {
		if at >= around {
			from, left = at-around, "..."
		}
		if at < around || at < len(units)-around {
			to, right = at+around, "..."
		}
	}
	p.syntaxError("Unexpected token '%s', %s\"%s\"%s is not valid JSON", token, left, string(utf16.Decode(units[from:to])), right)
}

// JSON.parse as scripts call it.
func (r *Realm) parseJSONCall(fc goja.FunctionCall) goja.Value {
	text := r.ToString(fc.Argument(0))
	reviver, ok := goja.AssertFunction(fc.Argument(1))
	if !ok {
		return r.parseJSON(text, nil)
	}
	var source *jsonSource
	v := r.parseJSON(text, &source)
	root := r.VM.NewObject()
	root.DefineDataProperty("", v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	return (&jsonReviver{realm: r, revive: reviver}).walk(root, "", source)
}

// jsonReviver implements https://tc39.es/ecma262/#sec-internalizejsonproperty, with the source of primitives as the
// third argument.
type jsonReviver struct {
	realm  *Realm
	revive goja.Callable
	depth  int
}

func (w *jsonReviver) walk(holder *goja.Object, name string, source *jsonSource) goja.Value {
	if w.depth++; w.depth > maxNesting {
		panic(w.realm.RangeError("Maximum call stack size exceeded"))
	}
	defer func() { w.depth-- }()
	value := holder.Get(name)
	if value == nil {
		value = goja.Undefined()
	}
	if source != nil && !value.SameAs(source.value) {
		source = nil // a reviver has put something else there
	}
	context := w.realm.VM.NewObject()
	if obj, ok := value.(*goja.Object); ok {
		var names []string
		if w.realm.isArray(obj) {
			for i := range int(obj.Get("length").ToInteger()) {
				names = append(names, strconv.Itoa(i))
			}
		} else {
			names = obj.Keys()
		}
		for _, key := range names {
			element := w.walk(obj, key, source.of(key))
			w.put(obj, key, element)
		}
	} else if source != nil {
		context.Set("source", w.realm.jsonValue(source.text))
	}
	result, err := w.revive(holder, w.realm.String(name), value, context)
	w.realm.Rethrow(err)
	return result
}

// put replaces or deletes a property, if that is possible. What the traps of a proxy throw is thrown.
func (w *jsonReviver) put(obj *goja.Object, key string, v goja.Value) {
	isProxy := obj.ExportType() == proxyType
	switch {
	case isProxy:
		w.realm.putInProxy(obj, key, v)
	case goja.IsUndefined(v):
		obj.Delete(key)
	default:
		obj.DefineDataProperty(key, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
	}
}

func (r *Realm) putInProxy(obj *goja.Object, key string, v goja.Value) {
	var err error
	if goja.IsUndefined(v) {
		_, err = r.intrinsics.method("Reflect", "deleteProperty")(nil, obj, r.String(key))
	} else {
		property := r.VM.NewObject()
		for name, value := range map[string]goja.Value{"value": v, "writable": r.VM.ToValue(true), "enumerable": r.VM.ToValue(true), "configurable": r.VM.ToValue(true)} {
			property.DefineDataProperty(name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		_, err = r.intrinsics.method("Reflect", "defineProperty")(nil, obj, r.String(key), property)
	}
	r.Rethrow(err)
}

// isArray implements https://tc39.es/ecma262/#sec-isarray.
func (r *Realm) isArray(obj *goja.Object) bool {
	if obj.ExportType() != proxyType {
		return isArray(obj)
	}
	is, err := r.intrinsics.method("Array", "isArray")(nil, obj)
	r.Rethrow(err)
	return is.ToBoolean()
}

func (s *jsonSource) of(key string) *jsonSource {
	if s == nil {
		return nil
	}
	if s.fields != nil {
		return s.fields[key]
	}
	if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(s.list) {
		return s.list[i]
	}
	return nil
}

func isArray(obj *goja.Object) bool { return obj.ClassName() == "Array" }
