package weburl

import "testing"

func TestEncodeSets(t *testing.T) {
	// The printable ASCII characters in each set; all have everything else.
	for set, want := range map[EncodeSet]string{
		C0Control:    "",
		Fragment:     " \"<>`",
		Query:        " \"#<>",
		SpecialQuery: " \"#'<>",
		Path:         " \"#<>?^`{}",
		Userinfo:     " \"#/:;<=>?@[\\]^`{|}",
		Component:    " \"#$%&+,/:;<=>?@[\\]^`{|}",
		Form:         " !\"#$%&'()+,/:;<=>?@[\\]^`{|}~",
	} {
		got := ""
		for c := range 256 {
			if printable := ' ' <= c && c <= '~'; set.Contains(byte(c)) && printable {
				got += string(rune(c))
			} else if !set.Contains(byte(c)) && !printable {
				t.Errorf("set %#x lacks %#x", set, c)
			}
		}
		if got != want {
			t.Errorf("set %#x has %q, want %q", set, got, want)
		}
	}
	if got, want := Component.Encode("a b/ü~"), "a%20b%2F%C3%BC~"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(Form.Append([]byte("x="), "&")); got != "x=%26" {
		t.Errorf("got %q", got)
	}
}

func TestPercentDecode(t *testing.T) {
	for input, want := range map[string]string{
		"plain":           "plain",
		"%41%c3%BC%00%ff": "A\xc3\xbc\x00\xff",
		"%":               "%",
		"%4":              "%4",
		"%4g%g4%%41":      "%4g%g4%A",
		"100%25 %2":       "100% %2",
		"%2541":           "%41",
	} {
		if got := PercentDecode(input); got != want {
			t.Errorf("%q: got %q, want %q", input, got, want)
		}
	}
}

func TestDecodeUTF8(t *testing.T) {
	for input, want := range map[string]string{
		"ü\U0001F600":          "ü\U0001F600",
		"\ufeffx":              "\ufeffx",
		"\xff\xfe":             "\ufffd\ufffd",
		"\xe2\x82":             "\ufffd",
		"\xe2\x82x":            "\ufffdx",
		"\xe2\x82\xe2\x82\xac": "\ufffd€",
		"\xf0\x9f\x98\xc0":     "\ufffd\ufffd",
		"\xed\xa0\x80":         "\ufffd\ufffd\ufffd", // a surrogate
		"\xc0\xaf":             "\ufffd\ufffd",       // overlong
		"\xf4\x90\x80\x80":     "\ufffd\ufffd\ufffd\ufffd",
		"\ufffd":               "\ufffd",
	} {
		if got := decodeUTF8(input); got != want {
			t.Errorf("%q: got %q, want %q", input, got, want)
		}
	}
}
