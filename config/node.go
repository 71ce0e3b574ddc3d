package config

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Kind is the type of the value that a Node holds.
type Kind int

const (
	Absent Kind = iota // no value: the kind of a nil *Node
	Null
	Bool
	Number
	String
	Date // TOML only: a date, a time or both, unquoted
	Array
	Object
)

func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Date:
		return "a TOML date"
	case Array:
		return "an array"
	case Object:
		return "an object"
	default:
		return "absent"
	}
}

// Node is a value of a configuration file together with where it stands. TOML
// and JSONC make the same Nodes. A Node is immutable once it has been parsed,
// so it may be shared by goroutines.
//
// A nil *Node is an absent value: every method can be called on it, so that
// n.Get("a").Get("b").AsString() needs no checks.
type Node struct {
	kind   Kind
	pos    Position // of the value
	keyPos Position // of the key it is the value of, or pos
	parent *Node    // nil for the whole file
	key    string   // the key in parent, if that is an Object
	place  int      // the place in parent, if that is an Array

	text    string // String: its value; Number: as JSON, or Inf, -Inf, NaN; Date: as written
	boolean bool
	items   []*Node        // Array: the elements; Object: the values in the order of keys
	keys    []string       // Object
	index   map[string]int // Object: key ─► place in keys and items
}

// Kind is the type of the value; Absent for nil.
func (n *Node) Kind() Kind {
	if n == nil {
		return Absent
	}
	return n.kind
}

// Pos is where the value begins. Pos().File is the file that a relative path
// in this value is relative to.
func (n *Node) Pos() Position {
	if n == nil {
		return Position{}
	}
	return n.pos
}

// KeyPos is where the key of this value begins; for the elements of an array
// and for the whole file it is Pos.
func (n *Node) KeyPos() Position {
	if n == nil {
		return Position{}
	}
	return n.keyPos
}

// Path is the way from the top of the file to this value, for example
// "env.staging.mtls_certificates[0].binding"; "" for the whole file.
func (n *Node) Path() string {
	if n == nil || n.parent == nil {
		return ""
	}
	if n.parent.kind == Array {
		return fmt.Sprintf("%s[%d]", n.parent.Path(), n.place)
	}
	return childPath(n.parent.Path(), n.key)
}

// Key is the key that this is the value of; "" for the elements of an array
// and for the whole file.
func (n *Node) Key() string {
	if n == nil {
		return ""
	}
	return n.key
}

// childPath is the path of a key below path. A key that is more than letters,
// digits, "-", "_" and "$" is quoted, as TOML wants it.
func childPath(path, key string) string {
	bare := key != "" && !strings.ContainsFunc(key, func(r rune) bool {
		return !(r == '-' || r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	})
	if !bare {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Get is the value of a key of an Object; nil if this is none or has no such key.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	if i, ok := n.index[key]; ok {
		return n.items[i]
	}
	return nil
}

// Keys are the keys of an Object in the order of the file. The caller must not
// change the slice.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	return n.keys
}

// Items are the elements of an Array, or the values of an Object in the order
// of Keys. The caller must not change the slice.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Empty reports whether there is nothing here: absent, null, {} or [].
func (n *Node) Empty() bool {
	switch n.Kind() {
	case Absent, Null:
		return true
	case Array, Object:
		return len(n.items) == 0
	default:
		return false
	}
}

// AsString is the value of a String; ok is false for every other kind.
func (n *Node) AsString() (s string, ok bool) {
	if n.Kind() != String {
		return "", false
	}
	return n.text, true
}

// AsPath is the value of a String as a file name: absolute, or relative to the
// file that it stands in. ok is false for every other kind and for "".
func (n *Node) AsPath() (path string, ok bool) {
	if path, _ = n.AsString(); path == "" {
		return "", false
	}
	return resolve(filepath.Dir(n.pos.File), path), true
}

// AsBool is the value of a Bool; ok is false for every other kind.
func (n *Node) AsBool() (b, ok bool) {
	if n.Kind() != Bool {
		return false, false
	}
	return n.boolean, true
}

// AsNumber is the value of a Number, rounded as JavaScript would; ok is false
// for every other kind.
func (n *Node) AsNumber() (f float64, ok bool) {
	if n.Kind() != Number {
		return 0, false
	}
	f, _ = strconv.ParseFloat(n.text, 64) // out of range is ±Inf, as in JavaScript
	return f, true
}

// AsStrings are the values of an Array in which everything is a String; ok is
// false for everything else.
func (n *Node) AsStrings() (list []string, ok bool) {
	if n.Kind() != Array {
		return nil, false
	}
	list = make([]string, len(n.items))
	for i, item := range n.items {
		if list[i], ok = item.AsString(); !ok {
			return nil, false
		}
	}
	return list, true
}

// Value is the value as encoding/json would decode it into an any: nil, bool,
// float64, string, []any or map[string]any. A Date is its text.
func (n *Node) Value() any {
	switch n.Kind() {
	case Bool:
		return n.boolean
	case Number:
		f, _ := n.AsNumber()
		return f
	case String, Date:
		return n.text
	case Array:
		list := make([]any, len(n.items))
		for i, item := range n.items {
			list[i] = item.Value()
		}
		return list
	case Object:
		m := make(map[string]any, len(n.keys))
		for i, key := range n.keys {
			m[key] = n.items[i].Value()
		}
		return m
	default:
		return nil
	}
}

// JSON is the value as compact JSON, with keys in the order of the file. A
// Date is a string; an absent value is null.
func (n *Node) JSON() json.RawMessage { return n.appendJSON(nil, nil) }

// appendJSON appends the value as JSON, in which what hide chooses is not shown.
func (n *Node) appendJSON(b []byte, hide func(*Node) bool) []byte {
	if hide != nil && hide(n) {
		return appendQuoted(b, Hidden)
	}
	switch n.Kind() {
	case Bool:
		return strconv.AppendBool(b, n.boolean)
	case Number:
		if f, _ := n.AsNumber(); f-f != 0 { // NaN or infinite: as in JavaScript
			return append(b, "null"...)
		}
		return append(b, n.text...)
	case String, Date:
		return appendQuoted(b, n.text)
	case Array:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendJSON(b, hide)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, n.keys[i]), ':')
			b = item.appendJSON(b, hide)
		}
		return append(b, '}')
	default:
		return append(b, "null"...)
	}
}

func appendQuoted(b []byte, s string) []byte {
	var quoted strings.Builder
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false)
	enc.Encode(s) // cannot fail: a string, into memory
	return append(b, strings.TrimSuffix(quoted.String(), "\n")...)
}

// String is the value as JSON, shortened, for use in messages.
func (n *Node) String() string {
	const most = 80
	s := []rune(string(n.JSON()))
	if len(s) > most {
		s = append(s[:most-1], '…')
	}
	return string(s)
}

// Diagnostic words a problem with this value.
func (n *Node) Diagnostic(severity Severity, code, message, fix string) Diagnostic {
	return Diagnostic{Severity: severity, Code: code, Pos: n.Pos(), Path: n.Path(), Message: message, Fix: fix}
}

// WrongType is the Error for a value that should have been something else:
// want is "a string", "an array of strings", and so on.
func (n *Node) WrongType(want string) Diagnostic {
	if n.Kind() == Date {
		return n.Diagnostic(Error, CodeType, fmt.Sprintf("should be %s, but %s without quotes is a TOML date", want, n.text), fmt.Sprintf("put it in quotes: %q", n.text))
	}
	got, fix := n.String(), ""
	switch kind := n.Kind(); {
	case kind == Object && strings.HasPrefix(want, "an array"):
		got, fix = kind.String(), "put it in brackets: [{ … }]"
		if n.pos == n.keyPos { // it has a header of its own
			fix = fmt.Sprintf("write [[%s]]", n.Path())
		}
	case kind == Object || kind == Array:
		got = kind.String() // and not all that is in it, which may be secret
	case kind == Null:
		fix = "delete it"
	}
	return n.Diagnostic(Error, CodeType, fmt.Sprintf("should be %s, but is %s", want, got), fix)
}

// Missing is the Error for a key that this Object should have; want is "a
// string", "an array of strings", and so on.
func (n *Node) Missing(key, want string) Diagnostic {
	d := n.Diagnostic(Error, CodeMissing, "is missing; it should be "+want, "")
	d.Path = childPath(n.Path(), key)
	return d
}

// UnknownKeys are Warnings for the keys of this Object that are not among
// known, each with the known key that was probably meant.
func (n *Node) UnknownKeys(known ...string) Diagnostics {
	var ds Diagnostics
	if n.Kind() != Object {
		return nil
	}
	for i, key := range n.keys {
		if !slices.Contains(known, key) {
			ds = append(ds, n.items[i].unknown(known))
		}
	}
	return ds
}

func (n *Node) unknown(known []string) Diagnostic {
	return Diagnostic{
		Severity: Warning, Code: CodeUnknownKey, Pos: n.KeyPos(), Path: n.Path(),
		Message: "is not a key that is known here",
		Fix:     didYouMean(n.key, known),
	}
}

// The rest of this file is how the parsers make Nodes.

// maxDepth is how many levels a file may nest. Nothing real comes near it; it
// keeps recursion over hostile files shallow.
const maxDepth = 200

// put makes child the value of a new key of an Object.
func (n *Node) put(key string, child *Node) {
	if n.index == nil {
		n.index = make(map[string]int)
	}
	child.parent, child.key = n, key
	n.index[key] = len(n.keys)
	n.keys = append(n.keys, key)
	n.items = append(n.items, child)
}

// push adds an element to an Array.
func (n *Node) push(child *Node) {
	child.parent, child.place = n, len(n.items)
	n.items = append(n.items, child)
}

// depth is the number of levels above n.
func (n *Node) depth() int {
	d := 0
	for n.parent != nil {
		n, d = n.parent, d+1
	}
	return d
}

// set makes child the value of a key, also of one that is already there.
func (n *Node) set(key string, child *Node) {
	if i, there := n.index[key]; there {
		child.parent, child.key = n, key
		n.items[i] = child
		return
	}
	n.put(key, child)
}
