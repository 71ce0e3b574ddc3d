package blob

import (
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// File is the Go value behind a File object: https://w3c.github.io/FileAPI/#file-section
type File struct {
	Blob
	Name string
	// LastModified is in milliseconds since 1970.
	LastModified int64

	object *goja.Object // once a script has seen it
}

// NewFile makes a file of a blob, whose bytes it shares, last modified now.
func NewFile(b *Blob, name string) *File {
	return &File{Blob: *b, Name: name, LastModified: time.Now().UnixMilli()}
}

// Object returns the JavaScript object, which is made when it is first asked for.
func (f *File) Object(r *webidl.Realm) *goja.Object {
	if f.object == nil {
		f.object = r.New(FileClass, f)
	}
	return f.object
}

// Clone implements [webidl.Cloneable]: the copy shares the bytes.
func (f *File) Clone(r *webidl.Realm, _ *goja.Object) (*goja.Object, error) {
	clone := &File{Blob: f.Blob, Name: f.Name, LastModified: f.LastModified}
	return clone.Object(r), nil
}

// FileClass is the class File.
var FileClass = webidl.NewClass("File", fileIDL{})

type fileIDL struct{}

func (fileIDL) Define(class *webidl.Class) {
	class.Parent = BlobClass
	class.Length = 2
	class.Construct = func(c webidl.Call) any {
		parts := partsArgument(c, "File")
		name := c.USVString(1)
		bag := c.Dictionary(2)
		endings, kind := propertyBag(c, bag)
		f := NewFile(New(kind, bytesOf(parts, endings)...), name)
		if v, ok := bag.Get("lastModified"); ok {
			f.LastModified = c.Realm.SignedInt(v, 64, webidl.Modulo)
		}
		f.object = c.Object()
		return f
	}
	class.Members = []webidl.Member{
		webidl.ReadOnly("name", func(f *File, c webidl.Call) goja.Value { return c.String(f.Name) }),
		webidl.ReadOnly("lastModified", func(f *File, c webidl.Call) goja.Value { return c.Realm.Number(float64(f.LastModified)) }),
	}
}
