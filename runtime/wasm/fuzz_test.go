package wasm_test

import (
	"testing"

	"devserver/internal/testwasm"
	"devserver/runtime/wasm"
)

// FuzzCompile looks for modules that neither compile nor are refused.
func FuzzCompile(f *testing.F) {
	for _, c := range testwasm.Cases {
		f.Add(c.Module.Bytes())
	}
	engine := &wasm.Engine{}
	f.Fuzz(func(t *testing.T, code []byte) { engine.Validate(code) })
}
