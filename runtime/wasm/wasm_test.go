package wasm_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/internal/testwasm"
	"devserver/runtime/language"
	"devserver/runtime/structuredclone"
	"devserver/runtime/textcodec"
	"devserver/runtime/wasm"
)

// newIsolate makes an isolate that may compile modules, as at module scope.
func newIsolate(t testing.TB) *jstest.Isolate {
	iso := jstest.New(t, wasm.Globals(), language.Globals(), structuredclone.Globals(), textcodec.Globals())
	iso.SetIOContext(false)
	return iso
}

// TestCases are compared with workerd in internal/peers.
func TestCases(t *testing.T) {
	for _, c := range testwasm.Cases {
		t.Run(c.Name, func(t *testing.T) {
			iso := newIsolate(t)
			iso.Run(t, testwasm.Prelude+"globalThis.m = "+c.Compile())
			iso.SetIOContext(true)
			if got := iso.Run(t, testwasm.Prelude+"return "+c.Run("m")); got != c.Want {
				t.Errorf("got\n%s\nwant\n%s", got, c.Want)
			}
		})
	}
}
