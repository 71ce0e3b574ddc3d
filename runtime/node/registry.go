package node

import "devserver/runtime/webidl"

// module is one of Node.js's modules; its source is in js/.
type module struct {
	// flag is the compatibility flag that a Worker needs to have it, besides nodejs_compat; "" means none.
	flag string
	// native has the functions that the source knows as native; nil means that it needs none.
	native *webidl.Class
}

// internal is how the names of modules begin that only other modules may require.
const internal = "internal/"

// registry are the modules there are, by name. It is only read.
var registry = map[string]module{
	"buffer":              {native: bufferNatives},
	"internal/errors":     {},
	"internal/validators": {},
	"querystring":         {},
}
