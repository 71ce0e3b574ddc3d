package blob

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// FormDataClass is the class FormData.
var FormDataClass = webidl.NewClass("FormData", formDataIDL{})

var formDataIterator = webidl.NewIteratorClass("FormData Iterator")

type formDataIDL struct{}

func (formDataIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any { return &FormData{} }
	class.Members = append([]webidl.Member{
		webidl.Method("append", 2, func(f *FormData, c webidl.Call) goja.Value {
			f.Append(entryArgument(c))
			return c.Undefined()
		}),
		webidl.Method("delete", 1, func(f *FormData, c webidl.Call) goja.Value {
			f.Delete(c.USVString(0))
			return c.Undefined()
		}),
		webidl.Method("get", 1, func(f *FormData, c webidl.Call) goja.Value {
			if e, ok := f.Get(c.USVString(0)); ok {
				return e.value(c.Realm)
			}
			return goja.Null()
		}),
		webidl.Method("getAll", 1, func(f *FormData, c webidl.Call) goja.Value {
			name := c.USVString(0)
			var values []goja.Value
			for _, e := range f.Entries {
				if e.Name == name {
					values = append(values, e.value(c.Realm))
				}
			}
			return c.Realm.Array(values...)
		}),
		webidl.Method("has", 1, func(f *FormData, c webidl.Call) goja.Value {
			_, ok := f.Get(c.USVString(0))
			return c.Bool(ok)
		}),
		webidl.Method("set", 2, func(f *FormData, c webidl.Call) goja.Value {
			f.Set(entryArgument(c))
			return c.Undefined()
		}),
	}, webidl.PairIterable(formDataIterator, func(f *FormData, r *webidl.Realm, i int) (key, value goja.Value, ok bool) {
		if i >= len(f.Entries) {
			return nil, nil, false
		}
		return r.String(f.Entries[i].Name), f.Entries[i].value(r), true
	})...)
}

// value is what a script finds in an entry: a string, or always the same File.
func (e *Entry) value(r *webidl.Realm) goja.Value {
	if e.File != nil {
		return e.File.Object(r)
	}
	return r.String(e.Value)
}

// entryArgument implements https://xhr.spec.whatwg.org/#create-an-entry for the arguments of a method. As in Workers, a
// blob without a name is a file that is called as the entry is, for which the standard has "blob", and a name for what
// is no blob is ignored.
func entryArgument(c webidl.Call) Entry {
	e := Entry{Name: c.USVString(0)}
	b, isBlob := webidl.As[AnyBlob](c.Realm, c.Arg(1))
	if !isBlob {
		e.Value = c.USVString(1)
		return e
	}
	file, isFile := b.(*File)
	switch {
	case c.Has(2):
		e.File = NewFile(b.AsBlob(), c.USVString(2))
		if isFile {
			e.File.LastModified = file.LastModified
		}
	case isFile:
		e.File = file
	default:
		e.File = NewFile(b.AsBlob(), e.Name)
	}
	return e
}
