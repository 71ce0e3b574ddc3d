package language

import (
	"devserver/runtime/arraybuffer"
	"devserver/runtime/webidl"
)

// Globals are the classes and namespaces that the engine lacks.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(weakRefClass),
		webidl.ClassGlobal(registryClass),
		webidl.BuiltinGlobal("Iterator", iteratorGlobal),
		webidl.BuiltinGlobal("Atomics", arraybuffer.Atomics),
		webidl.BuiltinGlobal("SharedArrayBuffer", arraybuffer.SharedArrayBuffer),
		webidl.BuiltinGlobal("Float16Array", arraybuffer.Float16Array),
		disposable("SuppressedError"), disposable("DisposableStack"), disposable("AsyncDisposableStack"),
	}
}
