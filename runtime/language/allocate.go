package language

import (
	"math"
	"regexp"

	"github.com/dop251/goja"

	"devserver/runtime/arraybuffer"
	"devserver/runtime/engine"
	"devserver/runtime/webidl"
)

// elementSizes are the sizes of the elements of typed arrays.
var elementSizes = map[string]float64{
	"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2, "Int32Array": 4, "Uint32Array": 4,
	"Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8,
}

// allocationAdditions look at the length before the engine allocates it, for scripts that allocate other lengths than small
// ones that stand in the text.
var allocationAdditions = func() []addition {
	var list []addition
	for name, size := range elementSizes {
		list = append(list, addition{word: name, and: allocates(name), install: func(r *webidl.Realm) {
			guardAllocation(r, name, size)
		}})
	}
	return list
}()

// allocates makes a condition: a text constructs a class with a length that is not written out, or hands the class around.
func allocates(class string) condition {
	innocent := regexp.MustCompile(`\b` + class + `(\(\s*(\d{1,6}\s*[,)]|\)|\[|new\b|["'` + "`" + `])|\.(prototype|from|of|isView|BYTES_PER_ELEMENT)\b)|\binstanceof\s+` + class + `\b|["'` + "`" + `\]]` + class)
	mention := regexp.MustCompile(`\b` + class + `\b`)
	return shows(func(text string) bool {
		return near(text, class, func(part string) bool { return mention.MatchString(innocent.ReplaceAllString(part, "")) })
	})
}

// guardAllocation has the constructor of a class of typed arrays look at the length first.
func guardAllocation(r *webidl.Realm, name string, size float64) {
	constructor, ok := engine.FunctionOf(r.Intrinsic(name))
	if !ok {
		return
	}
	native := *constructor.Construct
	*constructor.Construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
		if len(args) > 0 {
			if _, isObject := args[0].(*goja.Object); !isObject {
				switch n := math.Trunc(args[0].ToNumber().ToFloat()); {
				case n < 0 || n*size > 1<<53-1:
					panic(r.RangeError("Invalid typed array length: %s", r.Number(n)))
				case n*size > arraybuffer.MaxLength:
					panic(r.RangeError("Array buffer allocation failed"))
				}
			}
		}
		return native(args, newTarget)
	}
}
