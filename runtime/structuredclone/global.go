package structuredclone

import "devserver/runtime/webidl"

// Globals are the names that this package puts on the global object.
func Globals() []webidl.Global { return nil }
