package bundle

import (
	"slices"
	"strings"
	"testing"
)

func TestScan(t *testing.T) {
	for code, want := range map[string]string{
		"a / b / c":                        "a / b / c",
		"x = /a[/]\\/b/gi / 2":             "x = /a[/]\\/b/gi / 2",
		"if (x) /re/.test(y)":              "if ( x ) /re/ . test ( y )",
		"f(x) / 2 / 3":                     "f ( x ) / 2 / 3",
		"{}\n/re/.test(y)":                 "{ } /re/ . test ( y )",
		"o.return / 2 / 3":                 "o . return / 2 / 3",
		"return /re/":                      "return /re/",
		"a++ / 2 / b":                      "a ++ / 2 / b",
		"a + /re/":                         "a + /re/",
		"`a${b}c${`d${e}`}f` / 2":          "`a${ b }c${ `d${ e }` }f` / 2",
		"`${{a: '}'}}`":                    "`${ { a : '}' } }`",
		"`\\`${1}\\${`":                    "`\\`${ 1 }\\${`",
		"'\\'' + \"//\" // c\n+ 1 /* ' */": "'\\'' + \"//\" + 1",
		"a?.b ?? c ?.5 : d?.[0]":           "a ?. b ?? c ? .5 : d ?. [ 0 ]",
		"a >>>= b **= c ??= ...d":          "a >>>= b **= c ??= ... d",
		"1.5e-3+0xe+1_0n":                  "1.5e-3 + 0xe + 1_0n",
		"this.#x in o":                     "this . #x in o",
		"\\u0061b + ä":                     "\\u0061b + ä",
	} {
		scanned, err := scan([]byte(code))
		if err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		var got []string
		for i := range scanned.list {
			got = append(got, scanned.text(i))
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	for _, code := range []string{"(", ")", "(]", "'a", "`a", "`${", "`${a)"} {
		if _, err := scan([]byte(code)); err == nil {
			t.Errorf("%s: no error", code)
		}
	}
}

func TestShiftForGoja(t *testing.T) {
	for mappings, want := range map[string]string{
		"":                      ";",
		"AAAA":                  ";CAAC",
		";;AACA,IAAI;A;EACE":    ";;;CACC,IAAI;C;GACE", // the second line's segment without a source stays without
		";A;AAAA;;gCADA,AAAAA;": ";;C;CAAC;;iCADA,AAAAA;",
	} {
		before, after := `{"version": 3, "mappings": "`, `", "names": ["mappings"]}`
		if got := string(shiftForGoja([]byte(before + mappings + after))); got != before+want+after {
			t.Errorf("%q: got %s, want %q", mappings, got, want)
		}
	}
	for _, value := range []int{0, 1, -1, 15, 16, -16, 1 << 20, -(1 << 20)} {
		if got, rest := readVLQ(append(appendVLQ(nil, value), 'A')); got != value || string(rest) != "A" {
			t.Errorf("%d: got %d, %q", value, got, rest)
		}
	}
}

func TestStripJSONC(t *testing.T) {
	const text = "{ // \"\n \"a,}\": [1, /* ] */ 2, ], \"b\\\"//\": \"/*\", /* x */ }"
	if got := strings.Join(strings.Fields(string(stripJSONC([]byte(text)))), " "); got != `{ "a,}": [1, 2 ], "b\"//": "/*" }` {
		t.Errorf("got %s", got)
	}
}

// FuzzScan looks for endless loops and panics.
func FuzzScan(f *testing.F) {
	f.Add([]byte("class A extends B { get = /x/; static { __name(this, \"A\"); } }\nexport { A as default };"))
	f.Add([]byte("import { a as b } from \"x\"; var __require = 1, c = `${b}`;"))
	f.Add([]byte("// a.js\nvar a = `\n// b.js\n${a}\n// c.js\n`;\n\n// d.js\n{ a }\n// e.js\n/* \n// f.js\n*/ a(\n// g.js\n)\n// h.js\n/ 2"))
	f.Fuzz(func(t *testing.T, code []byte) {
		scanned, err := scan(code)
		// The files that it may be of are scanned apart. As they end with statements, nothing is known of where the whole is none.
		var files shapedFiles
		for range 2 { // the second time it knows them
			m := &shapedModule{}
			if !files.cut(m, code, func(string) bool { return true }) {
				break
			}
			var list []token
			at := int32(0)
			files.kept = make(map[string]*shapedFile)
			for i, f := range m.files {
				files.kept[f.raw] = f
				first := int32(len(list))
				for _, t := range m.text(i).list {
					t.start, t.end = t.start+at, t.end+at
					if t.mate >= 0 {
						t.mate += first
					}
					list = append(list, t)
				}
				at += int32(len(f.raw))
			}
			if err != nil {
				t.Fatalf("file by file there is no error, but %v", err)
			}
			if !slices.Equal(scanned.list, list) {
				t.Fatalf("%+v, file by file %+v", scanned.list, list)
			}
		}
		if err != nil {
			return
		}
		for i, token := range scanned.list {
			if token.start >= token.end || i > 0 && token.start < scanned.list[i-1].end {
				t.Fatalf("token %d: %+v", i, token)
			}
			if mate := token.mate; mate >= 0 && mate != int32(i) && token.kind == punct && scanned.list[mate].mate != int32(i) {
				t.Fatalf("token %d and its mate %d disagree", i, mate)
			}
		}
	})
}
