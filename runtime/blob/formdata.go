package blob

import (
	"slices"

	"devserver/runtime/textcodec"
	"devserver/runtime/weburl"
)

// Entry is a name with a string, or with a file.
type Entry struct {
	Name  string
	Value string
	File  *File // nil for a string
}

// FormData is the Go value behind a FormData object: https://xhr.spec.whatwg.org/#interface-formdata
type FormData struct{ Entries []Entry }

// NewFormData makes a form of entries, which it takes over.
func NewFormData(entries ...Entry) *FormData { return &FormData{Entries: entries} }

// ParseURLEncoded parses a body of type application/x-www-form-urlencoded.
func ParseURLEncoded(body []byte) *FormData {
	params := weburl.ParseQuery(textcodec.DecodeUTF8WithoutBOM(body))
	f := &FormData{Entries: make([]Entry, params.Size())}
	for i := range f.Entries {
		pair := params.At(i)
		f.Entries[i] = Entry{Name: pair.Name, Value: pair.Value}
	}
	return f
}

// Append implements https://xhr.spec.whatwg.org/#dom-formdata-append
func (f *FormData) Append(e Entry) { f.Entries = append(f.Entries, e) }

// Set implements https://xhr.spec.whatwg.org/#dom-formdata-set
func (f *FormData) Set(e Entry) {
	i := f.index(e.Name)
	if i < 0 {
		f.Append(e)
		return
	}
	f.Entries[i] = e
	f.Entries = append(f.Entries[:i+1], deleteName(f.Entries[i+1:], e.Name)...)
}

// Delete implements https://xhr.spec.whatwg.org/#dom-formdata-delete
func (f *FormData) Delete(name string) { f.Entries = deleteName(f.Entries, name) }

// Get returns the first entry of a name, or false.
func (f *FormData) Get(name string) (Entry, bool) {
	if i := f.index(name); i >= 0 {
		return f.Entries[i], true
	}
	return Entry{}, false
}

func (f *FormData) index(name string) int {
	return slices.IndexFunc(f.Entries, func(e Entry) bool { return e.Name == name })
}

func deleteName(entries []Entry, name string) []Entry {
	return slices.DeleteFunc(entries, func(e Entry) bool { return e.Name == name })
}
