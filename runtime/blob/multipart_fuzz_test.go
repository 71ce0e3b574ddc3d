package blob_test

import (
	"io"
	"testing"

	"devserver/runtime/blob"
)

// FuzzMultipart parses a body, encodes what it finds, and parses that: it is the same form, and encodes to the same
// bytes. Only newlines, which encoding makes CR LF, may differ from those of the first. Names that end in a backslash
// cannot be encoded.
func FuzzMultipart(f *testing.F) {
	f.Add("B", "--B\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\nContent-Type: x/y\r\n\r\n1\r\n--B--\r\n")
	f.Add("B", "preamble\n--B\nContent-Disposition: form-data; name=a%0Ab%22\n\nline\nline\n--B\ncontent-disposition:form-data;name=\"\\\"\xFF\"\n\n\n--B--")
	f.Add("", "--\n\n\n--")
	f.Fuzz(func(t *testing.T, boundary, body string) {
		form, err := blob.ParseMultipart(boundary, []byte(body))
		if err != nil || form.Encodable() != nil {
			return
		}
		fresh := blob.NewBoundary()
		encode := func(form *blob.FormData) []byte {
			reader, size := form.Encode(fresh)
			data, err := io.ReadAll(reader)
			if err != nil || int64(len(data)) != size {
				t.Fatalf("%d bytes and %v instead of %d bytes", len(data), err, size)
			}
			return data
		}
		encoded := encode(form)
		back, err := blob.ParseMultipart(fresh, encoded)
		if err != nil {
			t.Fatalf("%q: %v", encoded, err)
		}
		if len(back.Entries) != len(form.Entries) {
			t.Fatalf("%s became %s", entries(form), entries(back))
		}
		for i, e := range form.Entries {
			if e.File != nil && (back.Entries[i].File == nil || string(e.File.Bytes()) != string(back.Entries[i].File.Bytes())) {
				t.Fatalf("%s became %s", entries(form), entries(back))
			}
		}
		if again := encode(back); string(again) != string(encoded) {
			t.Fatalf("%q became %q", encoded, again)
		}
	})
}
