package console

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// customSymbol is Symbol.for("nodejs.util.inspect.custom"), under which an object may have a function that says how it
// is to be shown: https://nodejs.org/api/util.html#custom-inspection-functions-on-objects
func (in *inspector) customSymbol() *goja.Symbol {
	if in.natives.custom == nil {
		symbol, _ := in.natives.static("Symbol.for", in.realm.String("nodejs.util.inspect.custom")).(*goja.Symbol)
		in.natives.custom = symbol
	}
	return in.natives.custom
}

// maxCustom is how deep objects that show themselves as others that show themselves are followed.
const maxCustom = 100

// custom shows an object by its own function for that, if it has one; for one that throws, see [Layout]. The function is
// called on context, which may be a proxy of the object.
func (in *inspector) custom(obj, context *goja.Object, depth int) (string, bool) {
	if len(in.seen) >= maxCustom {
		return "", false
	}
	call := in.customFunction(obj)
	if call == nil {
		return "", false
	}
	options := in.optionsObject(in.Depth - depth)
	inspect := inspectFunction(in.realm)
	result, err := call(context, depthValue(in.realm, in.Depth-depth), options, inspect)
	switch {
	case err != nil:
		in.realm.ErrorValue(err) // passes an interruption on
		if in.layout.Throws {
			in.realm.Rethrow(err)
		}
		return "", false
	case goja.IsString(result):
		text := result.String()
		in.budget -= len(text)
		return strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", in.indentation)), true
	case result == goja.Value(context) || depth > in.Depth:
		return "", false
	}
	in.seen = append(in.seen, obj)
	defer func() { in.seen = in.seen[:len(in.seen)-1] }()
	return in.value(result, depth), true
}

func (in *inspector) customFunction(obj *goja.Object) goja.Callable {
	if symbols := obj.Symbols(); len(symbols) > 0 && slices.Contains(symbols, in.customSymbol()) {
		p, _ := in.natives.describe(obj, in.customSymbol())
		if p.value != nil {
			call, _ := goja.AssertFunction(p.value)
			return call
		}
	}
	if proto := obj.Prototype(); proto != nil {
		return in.lineageOf(proto).custom
	}
	return nil
}
