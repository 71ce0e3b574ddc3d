package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestHarmless(t *testing.T) {
	for _, test := range []struct{ text, colored, plain string }{
		{"plain\ttext ä 𝄞\n", "plain\ttext ä 𝄞\n", "plain\ttext ä 𝄞\n"},
		{"\x1b[31mred\x1b[0m\n", "\x1b[31mred\x1b[0m\n", "red\n"},
		{"\x1b[1;38;2;1;2;3mbold\n", "\x1b[1;38;2;1;2;3mbold\x1b[0m\n", "bold\n"},
		{"\x1b[2Jgone\n", "\\x1b[2Jgone\n", "\\x1b[2Jgone\n"},
		{"\x1b]0;title\x07\n", "\\x1b]0;title\\x07\n", "\\x1b]0;title\\x07\n"},
		{"\x1b]8;;http://x\x1b\\link\n", "\\x1b]8;;http://x\\x1b\\link\n", "\\x1b]8;;http://x\\x1b\\link\n"},
		{"\u009b2J\x9b2J\u0085\n", "\\x9b2J\\x9b2J\\x85\n", "\\x9b2J\\x9b2J\\x85\n"},
		{"a\rb\r\nc\b\x00\x7f\n", "a\\x0db\nc\\x08\\x00\\x7f\n", "a\\x0db\nc\\x08\\x00\\x7f\n"},
		{"\x1b[31", "\\x1b[31", "\\x1b[31"},
		{"\x1b[?25l\x1b[>4m\x1bc", "\\x1b[?25l\\x1b[>4m\\x1bc", "\\x1b[?25l\\x1b[>4m\\x1bc"},
		{"� is a character", "� is a character", "� is a character"},
	} {
		before := "\x1b]what stands before is left alone"
		for colors, want := range map[bool]string{true: test.colored, false: test.plain} {
			b := append([]byte(before), test.text...)
			if got := string(harmless(b, len(before), colors)); got != before+want {
				t.Errorf("%q, colours %t: %q, want %q", test.text, colors, got[len(before):], want)
			}
		}
	}
}

func FuzzHarmless(f *testing.F) {
	f.Add("a\x1b[31m\x1b[2J\u009b")
	f.Fuzz(func(t *testing.T, text string) {
		plain := string(harmless([]byte(text), 0, false))
		if firstControl([]byte(plain)) != len(plain) || !utf8.ValidString(plain) {
			t.Errorf("%q becomes %q", text, plain)
		}
		colored := harmless([]byte(text), 0, true)
		for i := 0; i < len(colored); {
			n := firstControl(colored[i:])
			if i += n; i == len(colored) {
				break
			}
			code := colorCode(colored[i:])
			if code == 0 {
				t.Fatalf("%q becomes %q", text, colored)
			}
			i += code
		}
		if !bytes.ContainsAny([]byte(text), "\x1b\r") && strings.Count(text, "\n") != strings.Count(plain, "\n") {
			t.Errorf("%q loses lines: %q", text, plain)
		}
	})
}
