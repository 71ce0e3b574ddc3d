package fetch

import (
	"testing"

	"devserver/internal/suites"
	"devserver/runtime/weburl"
)

func TestDataURL(t *testing.T) {
	for _, test := range []struct {
		url, contentType, data string
		fails                  bool
	}{
		{url: "data:,x%20y", contentType: "text/plain;charset=US-ASCII", data: "x y"},
		{url: "data:text/html;charset=utf-8,<b>#f", contentType: "text/html;charset=utf-8", data: "<b>"},
		{url: "data:;BASE64,aGVsbG8=", contentType: "text/plain;charset=US-ASCII", data: "hello"},
		{url: "data:IMAGE/gif; base64,aGk", contentType: "image/gif", data: "hi"},
		{url: "data:;charset=x,", contentType: "text/plain;charset=x"},
		{url: "data:nonsense,x", contentType: "text/plain;charset=US-ASCII", data: "x"},
		{url: "data:x", fails: true},
		{url: "data:;base64,***", fails: true},
	} {
		u, err := weburl.Parse(test.url)
		if err != nil {
			t.Fatal(err)
		}
		contentType, data, ok := parseDataURL(u)
		if ok == test.fails || contentType != test.contentType || string(data) != test.data {
			t.Errorf("%s: %q, %q, %v", test.url, contentType, data, ok)
		}
	}
}

func TestDataURLSuite(t *testing.T) {
	for _, c := range suites.Cases[[]any](t, "fetch/data-urls.json") {
		input := c[0].(string)
		u, err := weburl.Parse(input)
		if err != nil {
			if c[1] != nil {
				t.Errorf("%s: %v", input, err)
			}
			continue
		}
		contentType, data, ok := parseDataURL(u)
		if c[1] == nil {
			if ok {
				t.Errorf("%s: did not fail", input)
			}
			continue
		}
		var want []byte
		for _, b := range c[2].([]any) {
			want = append(want, byte(b.(float64)))
		}
		if !ok || contentType != c[1] || string(data) != string(want) {
			t.Errorf("%s: %q, %q, %v", input, contentType, data, ok)
		}
	}
}

func TestMIMETypeSuite(t *testing.T) {
	type mimeCase struct {
		Input  string  `json:"input"`
		Output *string `json:"output"`
	}
	for _, c := range append(suites.Cases[mimeCase](t, "mimesniff/mime-types.json"), suites.Cases[mimeCase](t, "mimesniff/generated-mime-types.json")...) {
		m, ok := parseMIMEType(c.Input)
		if ok != (c.Output != nil) || ok && m.String() != *c.Output {
			t.Errorf("%q: %q, %v", c.Input, m, ok)
		}
	}
}
