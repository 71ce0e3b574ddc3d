package runtime

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf16"

	"github.com/dop251/goja"

	"devserver/runtime/wasm"
	"devserver/runtime/webidl"
)

// ModuleFile is a file that a script imports and that is not code.
type ModuleFile struct {
	Name string
	// Type is what the file's default export is: "Text" a string, "Data" an ArrayBuffer, "CompiledWasm" a
	// WebAssembly.Module.
	Type  string
	Bytes []byte
}

// moduleFile makes the default export of a file in an isolate.
type moduleFile interface {
	Value(r *webidl.Realm) goja.Value
}

// textFile is decoded once for all isolates.
type textFile struct{ text goja.Value }

// Value implements moduleFile.
func (f textFile) Value(*webidl.Realm) goja.Value { return f.text }

// dataFile is copied for each isolate, since scripts can change it.
type dataFile []byte

// Value implements moduleFile.
func (f dataFile) Value(r *webidl.Realm) goja.Value { return r.ArrayBuffer([]byte(string(f))) }

// loadFiles makes ready what all isolates have of the files.
func loadFiles(list []ModuleFile, engine *wasm.Engine) (map[string]moduleFile, error) {
	files := make(map[string]moduleFile, len(list))
	for _, f := range list {
		switch f.Type {
		case "Text":
			files[f.Name] = textFile{goja.StringFromUTF16(utf16.Encode([]rune(strings.ToValidUTF8(string(f.Bytes), "\uFFFD"))))}
		case "Data":
			files[f.Name] = dataFile(f.Bytes)
		case "CompiledWasm":
			module, err := engine.Compile(f.Bytes)
			if err != nil {
				return nil, fmt.Errorf("%s: WebAssembly.Module(): %w", path.Base(f.Name), err)
			}
			files[f.Name] = module
		}
	}
	return files, nil
}

// additionalModules are the modules of a script that are imported by names which are known only at run time.
type additionalModules struct {
	imports *goja.Object // functions, by the names of the modules
	dir     string       // of the entry
}

// importFile imports a module of the script's own by a specifier, as the entry would; nil if there is none.
func (iso *isolate) importFile(specifier string) goja.Value {
	files := iso.worker.files
	if _, ok := files[specifier]; !ok {
		specifier = iso.fileName(specifier)
	}
	if namespace := iso.namespaces[specifier]; namespace != nil {
		return namespace
	}
	if file, ok := files[specifier]; ok {
		namespace := iso.vm.NewObject()
		namespace.Set("default", file.Value(iso.realm))
		iso.keep(specifier, namespace)
		return namespace
	}
	if iso.additional.imports == nil {
		return nil
	}
	load, ok := goja.AssertFunction(iso.additional.imports.Get(specifier))
	if !ok {
		return nil
	}
	namespace, err := load(goja.Undefined())
	iso.realm.Rethrow(err)
	return namespace
}

// fileName is the name of the file that a specifier names where the entry is.
func (iso *isolate) fileName(specifier string) string {
	return strings.TrimPrefix(path.Join("/", iso.additional.dir, specifier), "/")
}

// keep remembers the namespace of a module.
func (iso *isolate) keep(specifier string, namespace *goja.Object) {
	if iso.namespaces == nil {
		iso.namespaces = map[string]*goja.Object{}
	}
	iso.namespaces[specifier] = namespace
}
