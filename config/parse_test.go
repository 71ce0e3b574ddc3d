package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
	"github.com/tailscale/hujson"
)

// outline is every value in a Node with its place: "path kind line:column key line:column".
func outline(n *Node) []string {
	var list []string
	if n.Path() != "" {
		key := ""
		if n.KeyPos() != n.Pos() {
			key = fmt.Sprintf(" key %d:%d", n.KeyPos().Line, n.KeyPos().Column)
		}
		list = append(list, fmt.Sprintf("%s = %s %d:%d%s", n.Path(), n, n.Pos().Line, n.Pos().Column, key))
	}
	for _, item := range n.Items() {
		list = append(list, outline(item)...)
	}
	return list
}

func TestParseTOMLPositions(t *testing.T) {
	root, ds := ParseTOML("/f", []byte(`a = 1
  b."c d"  =  "x"
e = [ true, "ü", [ 2 ], { f = 1.5 } ]

[t.u]
v = 2026-01-02
[[w]]
x.y = 0x10
[[w]]
`))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	want := []string{
		`a = 1 1:5 key 1:1`,
		`b = {"c d":"x"} 2:3`,
		`b."c d" = "x" 2:15 key 2:5`,
		`e = [true,"ü",[2],{"f":1.5}] 3:5 key 3:1`,
		`e[0] = true 3:7`,
		`e[1] = "ü" 3:13`,
		`e[2] = [2] 3:5`, // a nested array: its outer one stands in
		`e[2][0] = 2 3:20`,
		`e[3] = {"f":1.5} 3:25`,
		`e[3].f = 1.5 3:31 key 3:27`,
		`t = {"u":{"v":"2026-01-02"}} 5:2`,
		`t.u = {"v":"2026-01-02"} 5:4`,
		`t.u.v = "2026-01-02" 6:5 key 6:1`,
		`w = [{"x":{"y":16}},{}] 7:3`,
		`w[0] = {"x":{"y":16}} 7:3`,
		`w[0].x = {"y":16} 8:1`,
		`w[0].x.y = 16 8:7 key 8:3`,
		`w[1] = {} 9:3`,
	}
	if diff := cmp.Diff(want, outline(root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if k := root.Get("t").Get("u").Get("v").Kind(); k != Date {
		t.Errorf("a date is %s", k)
	}
}

func TestParseJSONCPositions(t *testing.T) {
	root, ds := ParseJSONC("/f", []byte("\uFEFF// ü\r\n{\r\n\t\"a\": 1, /* c */ \"ü\": [true, {\"b\": null}],\r\n} // end"))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	want := []string{
		`a = 1 3:7 key 3:2`,
		`"ü" = [true,{"b":null}] 3:23 key 3:18`,
		`"ü"[0] = true 3:24`,
		`"ü"[1] = {"b":null} 3:30`,
		`"ü"[1].b = null 3:36 key 3:31`,
	}
	if diff := cmp.Diff(want, outline(root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSyntaxErrors(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1)
	tests := []struct {
		name  string
		parse func(string, []byte) (*Node, Diagnostics)
		text  string
		want  string // the beginning of the first Diagnostic; "" for none
	}{
		{"empty TOML", ParseTOML, "", ""},
		{"only a comment", ParseTOML, "# x", ""},
		{"no value", ParseTOML, "a =\n", "/f:1:4: "},
		{"two in a line", ParseTOML, "a = 1 b = 2\n", "/f:1:7: "},
		{"leading zero", ParseTOML, "a = 1\nb = 012\n", "/f:2:5: "},
		{"bad date", ParseTOML, "a = 2026-13-01\n", "/f:1:"},
		{"open table", ParseTOML, "[a\nb = 1\n", "/f:1:3: "},
		{"table in a table", ParseTOML, "[a]\nb.c = 1\n[a.b.d]\n", ""},
		{"table of a dotted key", ParseTOML, "[a]\nb.c = 1\n[a.b]\n", "/f:3:4: a.b: "},
		{"inline table is closed", ParseTOML, "a = { b = 1 }\n[a.c]\n", "/f:2:2: a: "},
		{"inline table is closed for keys", ParseTOML, "a = { b.c = 1 }\na.b.d = 1\n", "/f:2:1: a: "},
		{"table in an array", ParseTOML, "a = [1]\n[[a]]\n", "/f:2:3: a: "},
		{"array and then table", ParseTOML, "[[a]]\n[a]\n", "/f:2:2: a: "},
		{"tables of an array", ParseTOML, "[[a]]\n[a.b]\n[[a]]\n[a.b]\n", ""},
		{"a dotted key in what a header made", ParseTOML, "[a.b]\n[a]\nb.c = 1\n", "/f:3:1: a.b: "},
		{"too deep TOML", ParseTOML, "a = " + deep, "/f:1:"},
		{"too deep key", ParseTOML, strings.Repeat("a.", 100_000) + "a = 1", "/f:1:"},
		{"Latin-1", ParseTOML, "a = 1\nb = \"\xfc\"\n", "/f:2:6: this is not UTF-8"},
		{"UTF-16", ParseJSONC, "\xff\xfe{\x00}\x00", "/f:1:1: this is UTF-16"},
		{"empty JSON", ParseJSONC, "", "/f:1:1: "},
		{"only a JSON comment", ParseJSONC, "// x\n", "/f:2:1: "},
		{"two values", ParseJSONC, "{} {}", "/f:1:4: "},
		{"no quotes", ParseJSONC, "{\n  a: 1\n}", "/f:2:3: "},
		{"single quotes", ParseJSONC, "{'a': 1}", "/f:1:2: "},
		{"open object", ParseJSONC, "{\n\"a\": 1\n", "/f:3:1: the file ends too early"},
		{"open string", ParseJSONC, "{\"a\": \"x", "/f:1:"},
		{"open comment", ParseJSONC, "{} /* x", "/f:1:"},
		{"comments and commas", ParseJSONC, "/**/{ // x\n\"a\": [1,], /* \" [ */ }//", ""},
		{"too deep JSON", ParseJSONC, deep, fmt.Sprintf("/f:1:%d: more than", maxDepth+1)},
		{"brackets in a string", ParseJSONC, `{"a": "\"` + deep + `"}`, ""},
		{"line separators in comments", ParseJSONC, "{} // \u2028 {\n/* \u2029\u2028 */ // \u2029", ""},
		{"brackets in comments", ParseJSONC, "{} //" + deep + "\n/*" + deep + "*/", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, ds := tt.parse("/f", []byte(tt.text))
			got := ""
			if len(ds) > 0 {
				got = ds[0].String()
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && (got != "" || root == nil) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(got) > 300 {
				t.Errorf("%d bytes of message", len(got))
			}
		})
	}
}

func TestNilNode(t *testing.T) {
	var n *Node
	s, ok := n.Get("a").Get("b").AsString()
	if s != "" || ok || n.Kind() != Absent || !n.Empty() || n.Value() != nil || string(n.JSON()) != "null" || n.Path() != "" || n.Pos() != (Position{}) || len(n.Items()) > 0 || len(n.UnknownKeys("a")) > 0 {
		t.Error("an absent value is something")
	}
}

func FuzzTOML(f *testing.F) {
	for _, s := range []string{"a = 1", "[a]\nb.c = [1, {d = 2026-01-01}]\n", "[[a.b]]\n[a.b.c]\n", "a = \"\"\"x\n\"\"\"", "a = [[1], [2]]", "a = 0x_1", "\"\xfe", "[a]\n[a]\n", "\uFEFFa = 'ü'\r\nb = +1_0.5e3"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, ds := ParseTOML("/f", data)
		data = asRead(data)
		checkParse(t, data, root, ds)
		if ds.HasErrors() {
			return
		}
		// What was parsed is what go-toml decodes.
		var want map[string]any
		if err := toml.Unmarshal(data, &want); err != nil && strings.Contains(err.Error(), "value out of range") {
			t.Skip(err) // infinite, as in JavaScript
		} else if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(want), withoutDates(root)); diff != "" {
			t.Errorf("(-go-toml +ours):\n%s", diff)
		}
	})
}

// plain makes what go-toml decodes what encoding/json would decode. Dates are
// left out of the comparison but for being there.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, item := range v {
			m[key] = plain(item)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plain(item)
		}
		return list
	case int64:
		return float64(v)
	case float64:
		if v != v {
			return "NaN"
		}
		return v
	case time.Time:
		return "a date"
	case toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return "a date"
	default:
		return v
	}
}

func withoutDates(n *Node) any {
	switch n.Kind() {
	case Date:
		return "a date"
	case Array:
		list := make([]any, len(n.Items()))
		for i, item := range n.Items() {
			list[i] = withoutDates(item)
		}
		return list
	case Object:
		m := make(map[string]any)
		for i, key := range n.Keys() {
			m[key] = withoutDates(n.Items()[i])
		}
		return m
	default:
		if f, ok := n.Value().(float64); ok && f != f {
			return "NaN"
		}
		return n.Value()
	}
}

// asRead is what the parsers read of a file.
func asRead(data []byte) []byte {
	data = bytes.TrimPrefix(data, byteOrderMark)
	if !utf8.Valid(data) {
		data, _ = replaceInvalid(data)
	}
	return data
}

func FuzzJSONC(f *testing.F) {
	for _, s := range []string{"{}", `{"a": [1, {"b": null}], "a": true,} // x`, "{/* x */\"ü\": \"\\ud800\"}", "\uFEFF{\r\n}", "[", `{"a": "\`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, ds := ParseJSONC("/f", data)
		data = asRead(data)
		checkParse(t, data, root, ds)
		if ds.HasErrors() {
			return
		}
		standard, err := hujson.Standardize(append(bytes.Clone(data), '\n'))
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := json.Unmarshal(standard, &want); err != nil {
			t.Skip(err) // a number out of range
		}
		if diff := cmp.Diff(want, root.Value()); diff != "" {
			t.Errorf("(-encoding/json +ours):\n%s", diff)
		}
	})
}

// checkParse checks what holds for every parse.
func checkParse(t *testing.T, data []byte, root *Node, ds Diagnostics) {
	for _, d := range ds {
		checkPosition(t, d.Pos, data)
		if !utf8.ValidString(d.String()) {
			t.Errorf("%q is not UTF-8", d)
		}
	}
	if root == nil {
		if !ds.HasErrors() {
			t.Error("no Node and no Error")
		}
		return
	}
	var walk func(*Node)
	walk = func(n *Node) {
		checkPosition(t, n.Pos(), data)
		checkPosition(t, n.KeyPos(), data)
		for i, key := range n.Keys() {
			if n.Get(key) != n.Items()[i] || n.Items()[i].Key() != key {
				t.Errorf("%s.%s is not itself", n.Path(), key)
			}
		}
		for _, item := range n.Items() {
			walk(item)
		}
	}
	walk(root)
	if !json.Valid(root.JSON()) {
		t.Errorf("%s is not JSON", root.JSON())
	}
	// The keys of an object can be asked for in every way that there is.
	verify(localKeys(), root, func(ds ...Diagnostic) {
		for _, d := range ds {
			checkPosition(t, d.Pos, data)
		}
	})
}

// checkPosition checks that a position is in the file.
func checkPosition(t *testing.T, p Position, data []byte) {
	t.Helper()
	lines := strings.Split(string(bytes.TrimPrefix(data, byteOrderMark)), "\n")
	if p.File != "/f" || p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > utf8.RuneCountInString(lines[p.Line-1])+1 {
		t.Errorf("%s is not in the file", p)
	}
}

func bytesWithLF(data []byte) []byte {
	return []byte(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)))
}
