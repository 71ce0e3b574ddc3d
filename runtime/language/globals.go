package language

import "devserver/runtime/webidl"

// Globals are the classes and namespaces that the engine lacks.
func Globals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(weakRefClass),
		webidl.ClassGlobal(registryClass),
		webidl.BuiltinGlobal("Iterator", iteratorGlobal),
		webidl.BuiltinGlobal("Atomics", atomicsObject),
		webidl.BuiltinGlobal("SharedArrayBuffer", sharedArrayBuffer),
		disposable("SuppressedError"), disposable("DisposableStack"), disposable("AsyncDisposableStack"),
	}
}
