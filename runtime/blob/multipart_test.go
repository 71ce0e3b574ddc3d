package blob_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"devserver/runtime/blob"
)

func TestEncode(t *testing.T) {
	f := blob.NewFormData(
		blob.Entry{Name: "a\"b\r\nc\\d%", Value: "v\nw\rx\r\ny"},
		blob.Entry{Name: "ü", Value: "é"},
		blob.Entry{Name: "f", File: blob.NewFile(blob.New("", []byte("da"), []byte("ta\n")), "n\"a\nm.txt")},
		blob.Entry{Name: "g", File: blob.NewFile(blob.New("text/plain"), "ü.txt")},
	)
	body, size := f.Encode("BOUND")
	got, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	want := "--BOUND\r\nContent-Disposition: form-data; name=\"a%22b%0D%0Ac\\d%\"\r\n\r\nv\r\nw\r\nx\r\ny\r\n" +
		"--BOUND\r\nContent-Disposition: form-data; name=\"ü\"\r\n\r\né\r\n" +
		"--BOUND\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n%22a%0Am.txt\"\r\nContent-Type: application/octet-stream\r\n\r\ndata\n\r\n" +
		"--BOUND\r\nContent-Disposition: form-data; name=\"g\"; filename=\"ü.txt\"\r\nContent-Type: text/plain\r\n\r\n\r\n" +
		"--BOUND--"
	if string(got) != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if size != int64(len(want)) {
		t.Errorf("size %d, want %d", size, len(want))
	}
}

func TestEncodeEmpty(t *testing.T) {
	body, size := blob.NewFormData().Encode("B")
	if got, _ := io.ReadAll(body); string(got) != "--B--" || size != 5 {
		t.Errorf("got %q, size %d", got, size)
	}
}

func TestBoundary(t *testing.T) {
	a, b := blob.NewBoundary(), blob.NewBoundary()
	if len(a) != 32 || a == b {
		t.Errorf("boundaries %q and %q", a, b)
	}
}

// entries is a form as JSON: [name, value] or [name, [filename, type, bytes]].
func entries(f *blob.FormData) string {
	list := []any{}
	for _, e := range f.Entries {
		if e.File == nil {
			list = append(list, []any{e.Name, e.Value})
			continue
		}
		list = append(list, []any{e.Name, []string{e.File.Name, e.File.Type(), string(e.File.Bytes())}})
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.Encode(list)
	return strings.TrimSpace(text.String())
}

// TestParseMultipart has what workerd makes of the same bodies, but for the names with percent signs, which the
// standard decodes.
func TestParseMultipart(t *testing.T) {
	part := func(header, body string) string { return "--B\r\n" + header + "\r\n\r\n" + body + "\r\n--B--\r\n" }
	const disposition = "Content-Disposition: form-data; "
	for _, test := range []struct{ name, body, want string }{
		{"string and file", "--B\r\n" + disposition + "name=\"a\"\r\n\r\n1\r\n--B\r\n" + disposition + "name=\"f\"; filename=\"x.txt\"\r\nContent-Type: text/html\r\n\r\n<b>\r\n--B--\r\n", `[["a","1"],["f",["x.txt","text/html","<b>"]]]`},
		{"escaped name", part(disposition+`name="a%22b%0D%0A\"c"`, "1"), `[["a\"b\r\n\"c","1"]]`},
		{"line feeds", "--B\n" + disposition + "name=\"a\"\n\n1\n--B--\n", `[["a","1"]]`},
		{"preamble and epilogue", "before\r\n" + part(disposition+`name="a"`, "1") + "after", `[["a","1"]]`},
		{"no newline at the end", "--B\r\n" + disposition + "name=\"a\"\r\n\r\n1\r\n--B--", `[["a","1"]]`},
		{"order of parameters", part(`content-disposition: form-data; filename="q"; name="a"`, ""), `[["a",["q","",""]]]`},
		{"semicolon in a name", part(disposition+`name="a;b"; x=y; filename="c;d"`, ""), `[["a;b",["c;d","",""]]]`},
		{"empty filename", part(disposition+`name="a"; filename=""`+"\r\nContent-Type: application/octet-stream", ""), `[["a",""]]`},
		{"extended filename", part(disposition+`name="a"; filename*=UTF-8''%e2%82%ac.txt`, "q"), `[["a","q"]]`},
		{"boundary in the body", part(disposition+`name="a"`, "x--B\r\n-B--"), `[["a","x--B\r\n-B--"]]`},
		{"newlines of the body stay", part(disposition+`name="a"`, "\r\nx\n\r\n"), `[["a","\r\nx\n\r\n"]]`},
		{"invalid text", part(disposition+`name="a"`, "\xff\xe2\x82x"), `[["a","��x"]]`},
		{"no body at all", "--B\r\n" + disposition + "name=\"a\"\r\n\r\n--B--", `[["a",""]]`},
		{"filename whose quote does not end", part(disposition+`name="a"; filename="\"`, "1"), `[["a","1"]]`},
		{"empty form", "--B--", `[]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := blob.ParseMultipart("B", []byte(test.body))
			if err != nil {
				t.Fatal(err)
			}
			if got := entries(f); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	for _, test := range []struct{ name, body, want string }{
		{"empty", "", "No initial boundary string (or you have a truncated message)."},
		{"other text", "garbage", "No initial boundary string (or you have a truncated message)."},
		{"other boundary", strings.ReplaceAll(part(disposition+`name="a"`, "1"), "--B", "--C"), "No initial boundary string (or you have a truncated message)."},
		{"longer boundary", "--Bx\r\n", "Boundary string was not succeeded by CRLF, LF, or '--'."},
		{"no header", "--B\r\n\r\n1\r\n--B--\r\n", "No multipart message header termination found."},
		{"cut off", "--B\r\n" + disposition + "name=\"a\"\r\n\r\n1\r\n", "No subsequent boundary string after multipart message."},
		{"no disposition", part("Content-Type: x/y", "1"), "No valid Content-Disposition header found in FormData part."},
		{"attachment", part(`Content-Disposition: attachment; name="a"`, "1"), `Content-Disposition header for FormData part must have the value "form-data", possibly followed by parameters. Got: "attachment"`},
		{"no name", part("Content-Disposition: form-data", "1"), "Content-Disposition header in FormData part is missing a name."},
		{"quote that does not end", part(disposition+`name="\"`, "1"), "Content-Disposition header in FormData part is missing a name."},
		{"unquoted name", part(disposition+"name=a", "1"), "Content-Disposition header in FormData part is missing a name."},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := blob.ParseMultipart("B", []byte(test.body))
			if err == nil {
				t.Fatalf("parsed: %s", entries(f))
			}
			if got := err.Error(); got != "TypeError: "+test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestRoundTrip: what is encoded is parsed to the same form.
func TestRoundTrip(t *testing.T) {
	f := blob.NewFormData(
		blob.Entry{Name: "a\"\r\nü", Value: "x\r\n--BB\r\ny"},
		blob.Entry{Name: "f", File: blob.NewFile(blob.New("a/b", []byte("\x00\xff\r\n--B")), "n\"\n.bin")},
		blob.Entry{Name: "", Value: ""},
	)
	boundary := blob.NewBoundary()
	body, _ := f.Encode(boundary)
	data, _ := io.ReadAll(body)
	back, err := blob.ParseMultipart(boundary, data)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := entries(back), entries(f); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func FuzzParseMultipart(f *testing.F) {
	f.Add("B", "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n1\r\n--B--\r\n")
	f.Add("", "--\n\n\n--")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		form, err := blob.ParseMultipart(boundary, []byte(body))
		if (form == nil) == (err == nil) {
			t.Fatal("neither a form nor an error, or both")
		}
	})
}

func TestParseURLEncoded(t *testing.T) {
	if got, want := entries(blob.ParseURLEncoded([]byte("a=1&b=%20+&c&a=%ff&?d"))), `[["a","1"],["b","  "],["c",""],["a","�"],["?d",""]]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
