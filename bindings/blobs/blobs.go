// Package blobs is the bindings of files: text_blobs, data_blobs and wasm_modules. They are older than modules, and for
// Workers in the service-worker format only, where they are global variables.
package blobs

import (
	"context"
	"fmt"
	"os"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/wasm"
	"devserver/runtime/webidl"
)

// Kind is one of the kinds.
type Kind struct {
	key, what string
	value     func(r *webidl.Realm, data []byte) goja.Value
	check     func(data []byte) error // what is wrong with a file; nil checks nothing
}

// Kinds are the three of them.
func Kinds() []bindings.Kind {
	return []bindings.Kind{
		&Kind{"text_blobs", "text", func(r *webidl.Realm, data []byte) goja.Value { return r.String(string(data)) }, nil},
		&Kind{"data_blobs", "bytes", func(r *webidl.Realm, data []byte) goja.Value { return r.ArrayBuffer([]byte(string(data))) }, nil},
		&Kind{"wasm_modules", "module", module, compiles},
	}
}

// module makes a WebAssembly.Module. The code has been compiled before, and is kept.
func module(r *webidl.Realm, data []byte) goja.Value {
	compiled, err := r.Host.(wasm.Host).WebAssembly().Compile(data)
	r.Rethrow(err)
	return compiled.Value(r)
}

func compiles(data []byte) error {
	_, err := new(wasm.Engine).Compile(data)
	return err
}

// Key implements bindings.Kind.
func (k *Kind) Key() string { return k.key }

// Decode implements bindings.Kind.
func (k *Kind) Decode(section *config.Section) (list []bindings.Binding, problems config.Diagnostics) {
	for _, name := range section.Node.Keys() {
		path, ok := section.Node.Get(name).AsPath()
		if !ok {
			continue // the table of kinds in config has reported it
		}
		list = append(list, &binding{kind: k, config: settings{k.key, name, path}})
	}
	return list, nil
}

type settings struct{ key, name, path string }

type binding struct {
	kind   *Kind
	config settings
	data   []byte
}

func (b *binding) Name() string    { return b.config.name }
func (b *binding) Config() any     { return b.config }
func (b *binding) Files() []string { return []string{b.config.path} }
func (b *binding) Close() error    { return nil }

func (b *binding) Open(context.Context, bindings.Host) (err error) {
	if b.data, err = os.ReadFile(b.config.path); err != nil {
		return err
	}
	if b.kind.check != nil {
		if err := b.kind.check(b.data); err != nil {
			return fmt.Errorf("%s: %w", b.config.path, err)
		}
	}
	return nil
}

func (b *binding) Value(r *webidl.Realm) goja.Value { return b.kind.value(r, b.data) }

// Row implements bindings.Describer.
func (b *binding) Row() bindings.Row { return bindings.Row{Resource: b.config.path, Mode: "local"} }

// ScriptOnly implements bindings.ScriptOnly.
func (b *binding) ScriptOnly() (message, fix string) {
	return fmt.Sprintf("%s cannot be configured for an ES module Worker", b.config.key),
		fmt.Sprintf("import the file directly (import %s from %q), with rules in the configuration if it has another extension", b.config.name, b.config.path)
}
