package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// bufferAdditions are the newer members of ArrayBuffer and DataView: https://tc39.es/ecma262/#sec-arraybuffer-objects
var bufferAdditions = []addition{
	{word: "maxByteLength", install: arraybuffer.TakeOptions},
	{word: "ArrayBuffer", and: allocatesBuffers, install: arraybuffer.GuardAllocation},
	method("ArrayBuffer", "transfer", 0, arraybuffer.Transfer),
	method("ArrayBuffer", "transferToFixedLength", 0, arraybuffer.TransferToFixedLength),
	onBuffers(method("ArrayBuffer", "resize", 1, arraybuffer.Resize)),
	{word: "slice", and: detaches, install: arraybuffer.RepairSlice},
	{word: "set", and: mixesArrays, install: arraybuffer.RepairSet},
	bufferGetter("detached", arraybuffer.IsDetached),
	bufferGetter("resizable", arraybuffer.IsResizable),
	bufferGetter("maxByteLength", arraybuffer.MaxByteLength),
	method("DataView", "getFloat16", 1, arraybuffer.GetFloat16),
	method("DataView", "setFloat16", 2, arraybuffer.SetFloat16),
}

// allocatesBuffers reports whether a text may allocate large buffers, but not resizable ones, for which there is another guard.
var allocatesBuffers = func() condition {
	allocates := allocates("ArrayBuffer")
	return func(text sourcetext.Text) bool { return allocates(text) && !text.Mentions("maxByteLength") }
}()

// detaches reports whether a text may detach buffers, and slice them.
func detaches(text sourcetext.Text) bool {
	return text.Mentions("ArrayBuffer") && (text.Mentions("transfer") || text.Mentions("transferToFixedLength"))
}

// mixesArrays reports whether a text has typed arrays of more than one class.
func mixesArrays(text sourcetext.Text) bool {
	classes := 0
	if text.Mentions("Float16Array") {
		classes++
	}
	for class := range elementSizes {
		if text.Mentions(class) {
			classes++
		}
	}
	return classes > 1
}

// onBuffers is an addition whose name is an ordinary word.
func onBuffers(a addition) addition {
	a.and = func(text sourcetext.Text) bool {
		return text.Mentions("ArrayBuffer") || text.Mentions("toResizableBuffer")
	}
	return a
}

func bufferGetter(name string, get func(c webidl.Call) goja.Value) addition {
	return addition{word: name, install: func(r *webidl.Realm) { getter(r, r.IntrinsicPrototype("ArrayBuffer"), name, get) }}
}
