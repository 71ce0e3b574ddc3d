package textcodec

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"devserver/internal/suites"
)

func TestLabels(t *testing.T) {
	type group struct {
		Encodings []struct {
			Name   string
			Labels []string
		}
	}
	n := 0
	for _, g := range suites.Read[[]group](t, "encoding/encodings.json") {
		for _, e := range g.Encodings {
			for _, label := range e.Labels {
				n++
				d, ok := NewDecoder(label, Options{})
				switch {
				case e.Name == "replacement":
					if ok {
						t.Errorf("%q has a decoder", label)
					}
				case !ok:
					t.Errorf("%q is not known", label)
				case d.Encoding != asciiLower(e.Name):
					t.Errorf("%q is %s, want %s", label, d.Encoding, e.Name)
				}
			}
		}
	}
	if n < 200 {
		t.Errorf("only %d labels", n)
	}
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// TestDecodeTables compares each byte, and each pair of a lead and a trail byte, with what workerd makes of it.
func TestDecodeTables(t *testing.T) {
	type table struct {
		Encoding, Error string
		Single          [][]uint16
		Double          map[string][]string
	}
	for label, want := range suites.Read[map[string]table](t, "encoding/workerd-decode-tables.json") {
		if want.Error != "" {
			continue
		}
		t.Run(label, func(t *testing.T) {
			failures := 0
			check := func(data []byte, want string) {
				d, ok := NewDecoder(label, Options{})
				if !ok {
					t.Fatal("not known")
				}
				text, _ := d.Decode(data, false)
				if text != want {
					if failures++; failures <= 5 {
						t.Errorf("% x is %x, want %x", data, []rune(text), []rune(want))
					}
				}
			}
			for b, want := range want.Single {
				check([]byte{byte(b)}, string(utf16.Decode(want)))
			}
			for key, row := range want.Double {
				lead, err := strconv.Atoi(key)
				if err != nil {
					t.Fatal(err)
				}
				for trail, want := range row {
					check([]byte{byte(lead), byte(trail)}, want)
				}
			}
			if failures > 5 {
				t.Errorf("%d differ in all", failures)
			}
		})
	}
}

func TestDecodeUTF8(t *testing.T) {
	for data, want := range map[string]string{
		"":                         "",
		"a\u00e9\u20ac\U0001f600":  "aé€😀",
		"\xEF\xBB\xBFa":            "a",
		"\xEF\xBB\xBF\xEF\xBB\xBF": "\ufeff",
		"a\xEF\xBB\xBF":            "a\ufeff",
		"\xEF\xBB":                 "\ufffd",
		"\xFFa":                    "\ufffda",
		"\xC0\xAF":                 "\ufffd\ufffd",
		"\xE2\x82a":                "\ufffda",
		"\xE2\x82\xE2\x82\xAC":     "\ufffd€",
		"\xF0\x9F\x98":             "\ufffd",
		"\xF0\x80\x80\x80":         "\ufffd\ufffd\ufffd\ufffd",
		"\xED\xA0\x80":             "\ufffd\ufffd\ufffd", // a surrogate
		"\xF4\x90\x80\x80":         "\ufffd\ufffd\ufffd\ufffd",
	} {
		if got := DecodeUTF8([]byte(data)); got != want {
			t.Errorf("% x: got %q, want %q", data, got, want)
		}
	}
}

// samples are texts with malformed parts in all encodings that have more than one byte to a character.
var samples = []struct{ label, data, want string }{
	{"utf-8", "a\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x82\xFFb\xF0\x9F", "a€😀\ufffd\ufffdb\ufffd"},
	{"utf-16le", "a\x00\x3D\xD8\x00\xDE\x3D\xD8b\x00\x00\xDE\x3D\xD8\x00", "a😀\ufffdb\ufffd\ufffd"},
	{"utf-16be", "\x00a\xD8\x3D\xDE\x00\xDE\x00\x00", "a😀\ufffd\ufffd"},
	{"gb18030", "a\x80\xD6\xD0\x81\x30\x81\x30\x90\x30\x81\x30\x81\x30a\xFE\x59\xFF\x81 \xE3\x32\x9A\x36\x81\x30\x81", "a€中\u0080\U00010000\ufffd0a\u9fb4\ufffd\ufffd \ufffd\ufffd"},
	{"gb18030", "\xA8\xBC\x81\x35\xF4\x37", "\u1e3f\ue7c7"},
	{"gbk", "\xD6\xD0\x81\x30\x81\x30\xD6", "中\u0080\ufffd"},
	{"big5", "\xA4\xA4\x88\x62\x9B\x61\xFF\xA4", "中\u00ca\u0304\ufffda\ufffd\ufffd"},
	{"euc-jp", "\xC6\xFC\x8E\xB1\x8F\xB0\xA1\xC6a\x8F\xB0a\xFF\x8F\xB0", "日ｱ丂\ufffda\ufffda\ufffd\ufffd"},
	{"shift_jis", "\x93\xFA\xB1\xF0\x40\x85a\xA0\x93", "日ｱ\ue000\ufffda\ufffd\ufffd"},
	{"euc-kr", "\xC7\xD1\xC7\xFF\xC7", "한\ufffd\ufffd"},
	{"iso-2022-jp", "a\x1B$BF|\x1B(Bb\x0E", "a日b\ufffd"},
	{"iso-2022-jp", "\x1B(J\\~\x1B(I1", "¥‾ｱ"},
	{"iso-2022-jp", "a\x1B$@\x1B(Bb", "a\ufffdb"}, // an escape sequence right after another
	{"iso-2022-jp", "\x1B$BF\x1B$B|", "\ufffd\ufffd"},
	{"iso-2022-jp", "\x1B$BF |", "\ufffd\ufffd"},
	{"iso-2022-jp", "\x1B\x1B(IZ\x1B$A", "\ufffdﾚ\ufffd､ﾁ"},
	{"iso-2022-jp", "\x1B$BF|\x1B", "日\ufffd"},
	{"windows-1252", "\x80\x81\xE9", "€\u0081é"},
	{"windows-1253", "\xAA", "\ufffd"},
}

func TestDecode(t *testing.T) {
	for _, sample := range samples {
		d, ok := NewDecoder(sample.label, Options{})
		if !ok {
			t.Fatalf("no %s", sample.label)
		}
		if got, _ := d.Decode([]byte(sample.data), false); got != sample.want {
			t.Errorf("%s: got %+q, want %+q", sample.label, got, sample.want)
		}
		if d, _ = NewDecoder(sample.label, Options{Fatal: true}); d == nil {
			t.Fatal("no fatal decoder")
		}
		_, err := d.Decode([]byte(sample.data), false)
		if malformed := strings.Contains(sample.want, "\ufffd"); malformed != (err != nil) {
			t.Errorf("%s: fatal: %v", sample.label, err)
		}
	}
}

// FuzzTextDecoder checks that text is the same however the bytes come.
func FuzzTextDecoder(f *testing.F) {
	for _, sample := range samples {
		f.Add(sample.label, []byte(sample.data), 1)
		f.Add(sample.label, []byte("\xEF\xBB\xBF"+sample.data), 2)
	}
	f.Fuzz(func(t *testing.T, label string, data []byte, size int) {
		whole, ok := NewDecoder(label, Options{})
		if !ok || size < 1 {
			t.Skip()
		}
		want, _ := whole.Decode(data, false)
		d, _ := NewDecoder(label, Options{})
		var got strings.Builder
		for chunk := range slices.Chunk(data, size) {
			text, _ := d.Decode(chunk, true)
			got.WriteString(text)
		}
		text, _ := d.Decode(nil, false)
		if got.WriteString(text); got.String() != want {
			t.Errorf("%s: % x in chunks of %d is %+q, and %+q at once", label, data, size, got.String(), want)
		}
		if !utf8.ValidString(want) {
			t.Errorf("%s: % x is not UTF-8: %q", label, data, want)
		}
	})
}
