package weburl

import "testing"

func TestHosts(t *testing.T) {
	const invalid = ""
	for input, want := range map[string]string{
		"EXAMPLE.com.":   "example.com.",
		"a_b!$&'()*+,;=": "a_b!$&'()*+,;=",
		"ex%41mple":      "example",
		"a..b":           "a..b",
		"xn--bcher-kva":  "xn--bcher-kva",
		"XN--BCHER-KVA":  "xn--bcher-kva",
		"xn--a":          invalid,
		"xn--a-":         invalid,
		"foo.xn--":       invalid,
		"axn--a":         "axn--a",

		"1.2.3.4":               "1.2.3.4",
		"1.2.3.4.":              "1.2.3.4",
		"0x7f.1":                "127.0.0.1",
		"017700000001":          "127.0.0.1",
		"4294967295":            "255.255.255.255",
		"4294967296":            invalid,
		"0xfffffffffffffffffff": invalid,
		"1.65536":               "1.1.0.0",
		"1.2.65536":             invalid,
		"256.1":                 invalid,
		"1..2":                  invalid,
		"09":                    invalid,
		"x.09":                  invalid,
		"x.0x":                  invalid,
		"0x":                    "0.0.0.0",
		"1.2.3.4.5x":            "1.2.3.4.5x",
		"１２７.1":                 "127.0.0.1",

		"[::]":                    "[::]",
		"[1:0:0:2::]":             "[1:0:0:2::]",
		"[1:0:0:2:0:0:0:3]":       "[1:0:0:2::3]",
		"[1:0:0:2:3:0:0:4]":       "[1::2:3:0:0:4]",
		"[0:1:0:1:0:1:0:1]":       "[0:1:0:1:0:1:0:1]",
		"[1:2:3:4:5:6:7::]":       "[1:2:3:4:5:6:7:0]",
		"[::ABCD:0001]":           "[::abcd:1]",
		"[::ffff:1.2.3.4]":        "[::ffff:102:304]",
		"[1:2:3:4:5:6:1.2.3.4]":   "[1:2:3:4:5:6:102:304]",
		"[1:2:3:4:5:6:7:1.2.3.4]": invalid,
		"[::1.2.3]":               invalid,
		"[::1.2.3.4.5]":           invalid,
		"[::1.2.3.04]":            invalid,
		"[::1.2.3.256]":           invalid,
		"[::1.2.3.4:5]":           invalid,
		"[::.1.2.3]":              invalid,
		"[1:2:3:4:5:6:7]":         invalid,
		"[1:2:3:4:5:6:7:8:9]":     invalid,
		"[1::2::3]":               invalid,
		"[:1::]":                  invalid,
		"[1:]":                    invalid,
		"[12345::]":               invalid,
		"[::1%eth0]":              invalid,
		"[]":                      invalid,
	} {
		got, err := parseHost(input, false)
		switch {
		case want == invalid && err == nil:
			t.Errorf("%q: got %q, want a failure", input, got)
		case want != invalid && err != nil:
			t.Errorf("%q: %v", input, err)
		case got != want:
			t.Errorf("%q: got %q, want %q", input, got, want)
		}
	}
}

func TestOpaqueHosts(t *testing.T) {
	for input, want := range map[string]string{
		"":          "",
		"EXAMPLE":   "EXAMPLE",
		"ü\x7f%zz":  "%C3%BC%7F%zz",
		"1.2.3.256": "1.2.3.256",
		"[::0]":     "[::]",
	} {
		if got, err := parseHost(input, true); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", input, got, err, want)
		}
	}
	for _, c := range "\x00\t\n\r #/:<>?@[\\]^|" {
		if got, err := parseHost("a"+string(c), true); err == nil {
			t.Errorf("%q: got %q, want a failure", c, got)
		}
	}
}
