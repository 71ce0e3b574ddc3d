package ecmaregexp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

func units(s string) []uint16 { return utf16.Encode([]rune(s)) }

// texts are a string in all the ways in which there can be one.
func texts(s string) []Text {
	list := []Text{UTF16(units(s))}
	if strings.IndexFunc(s, func(c rune) bool { return c >= 128 }) < 0 {
		list = append(list, ASCII(s))
	}
	return list
}

// try is the bounds of the groups of the first match, "none", or what is wrong with the pattern.
func try(pattern, flags, s string) string {
	f, ok := ParseFlags(flags)
	if !ok {
		return "flags"
	}
	r, err := Compile(units(pattern), f)
	if err != nil {
		return err.(*SyntaxError).Problem
	}
	result := ""
	for i, text := range texts(s) {
		m, err := r.Match(text, 0, nil, nil)
		one := strings.Trim(fmt.Sprint(m), "[]")
		if err != nil {
			one = err.Error()
		} else if m == nil {
			one = "none"
		}
		if i > 0 && one != result {
			return one + " as ASCII, else " + result
		}
		result = one
	}
	return result
}

// TestMatch has what the engine's own expressions do not do, or do otherwise. More is compared with another engine.
func TestMatch(t *testing.T) {
	for _, c := range []struct{ pattern, flags, text, want string }{
		{`\p{L}+`, "u", "1héllo!", "1 6"},
		{`\p{Script=Greek}`, "u", "aα", "1 2"},
		{`\p{scx=Deva}`, "u", "।", "0 1"},
		{`\p{Emoji_Presentation}`, "u", "x😀", "1 3"},
		{`[\p{L}--[a-z]]`, "v", "aA", "1 2"},
		{`[[a-z]&&[aeiou]]+`, "v", "xyeb", "2 3"},
		{`[\q{abc|d}x]`, "v", "xabcd", "0 1"},
		{`^[\q{abc|d|}]$`, "v", "abc", "0 3"},
		{`^\P{Lu}`, "iu", "A", "0 1"},
		{`^\P{Lu}`, "iv", "A", "none"},
		{`(?i:a)b`, "", "AB Ab", "3 5"},
		{`(?-i:a)b`, "i", "Ab aB", "3 5"},
		{`(?<x>a)|(?<x>b)\k<x>`, "", "bb", "0 2 -1 -1 0 1"},
		{`(z)((a+)?(b+)?(c))*`, "", "zaacbbbcac", "0 10 0 1 8 10 8 9 -1 -1 9 10"},
		{`(?=(a+))a*b\1`, "", "baaabac", "3 6 3 4"},
		{`(?<=(\d+)(\d+))$`, "", "1053", "4 4 0 1 1 4"},
		{`(a*)*`, "", "b", "0 0 -1 -1"},
		{`(?:a?){3}b`, "", "ab", "0 2"},
		{`\bs`, "iu", "ſs", "0 1"},
		{`^.$`, "u", "😀", "0 2"},
		{`\ud83d`, "u", "😀", "none"},
		{`\ud83d`, "", "😀", "0 1"},
		{`a{1`, "", "a{1", "0 3"},
		{`a{1`, "u", "", "Incomplete quantifier"},
		{`(?i-i:a)`, "", "", "Repeated flag in flag group"},
		{`[b-a]`, "", "", "Range out of order in character class"},
		{`(?<a>.)(?<a>.)`, "", "", "Duplicate capture group name"},
		{`\p{Foo}`, "u", "", "Invalid property name"},
		{`[^\q{ab}]`, "v", "", "Negated character class may contain strings"},
		{`(`, "", "", "Unterminated group"},
		{`a**`, "", "", "Nothing to repeat"},
	} {
		if got := try(c.pattern, c.flags, c.text); got != c.want {
			t.Errorf("/%s/%s on %q: %s, want %s", c.pattern, c.flags, c.text, got, c.want)
		}
	}
}

// TestStop: an expression that tries without end gives up when it is told to.
func TestStop(t *testing.T) {
	for _, pattern := range []string{`(a*)*b`, `(?:a|a)*b`, `(a+)+$`, `(?=(a+)+b)`} {
		r, err := Compile(units(pattern), Flags{})
		if err != nil {
			t.Fatal(err)
		}
		asked := 0
		_, err = r.Match(ASCII(strings.Repeat("a", 40)+"!"), 0, nil, func() bool { asked++; return asked == 3 })
		if !errors.Is(err, ErrStopped) {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func TestEscape(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "abc": `\x61bc`, "1+1": `\x31\+1`, "_a": "_a", "(a)": `\(a\)`, " a-b": `\x20a\x2db`, "\n\u2028": `\n\u2028`, "😀": "😀", "é": "é",
	} {
		if got := string(decode(Escape(units(s)))); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
	for s, want := range map[string]string{"a/b": `a\/b`, `a\/b`: `a\/b`, "[/]": "[/]", "a\nb": `a\nb`, "a\\\nb": `a\nb`} {
		if got := string(decode(EscapeSource(units(s)))); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

// FuzzCompile: no pattern breaks the compiler, and no match goes beyond the text.
func FuzzCompile(f *testing.F) {
	f.Add(`(?<n>\p{L})+?(?!a|[^\w--b]{2,})\k<n>|\1`, uint8(5), "aé😀b")
	f.Add(`[\q{a|bc}&&\p{L}]`, uint8(1), "abc")
	f.Add(`(?i-s:.)*(?<=\b\B$^)`, uint8(2), "\n")
	f.Fuzz(func(t *testing.T, pattern string, flags uint8, s string) {
		r, err := Compile(units(pattern), Flags{IgnoreCase: flags&1 != 0, Unicode: flags&2 != 0, UnicodeSets: flags&6 == 4, Multiline: flags&8 != 0, DotAll: flags&16 != 0})
		if err != nil {
			return
		}
		in, asked := units(s), 0
		m, err := r.Match(UTF16(in), 0, nil, func() bool { asked++; return asked > 20 })
		if err != nil || m == nil {
			return
		}
		for i := 0; i < len(m); i += 2 {
			if m[i] < -1 || m[i] > m[i+1] || m[i+1] > len(in) {
				t.Fatalf("/%s/ on %q: %v", pattern, s, m)
			}
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	in := units(strings.Repeat("The quick brown fox jumps over the lazy dog. ", 200) + "Ünïcödé42")
	for _, pattern := range []string{`\p{L}+\d+`, `\p{Lu}\p{Ll}+42`, `(?<word>\p{L}+)(?=\d)`} {
		b.Run(pattern, func(b *testing.B) {
			r, err := Compile(units(pattern), Flags{Unicode: true})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				if m, err := r.Match(UTF16(in), 0, nil, nil); m == nil || err != nil {
					b.Fatal(m, err)
				}
			}
		})
	}
}
