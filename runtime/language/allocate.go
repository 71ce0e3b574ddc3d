package language

import (
	"regexp"

	"github.com/dop251/goja"

	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// maxBuffer is how many bytes a buffer may have. Deployed Workers have eight times less for everything together; and memory
// that the system does not have ends the process.
const maxBuffer = 1 << 30

// elementSizes are the sizes of the elements of typed arrays.
var elementSizes = map[string]float64{
	"Int8Array": 1, "Uint8Array": 1, "Uint8ClampedArray": 1, "Int16Array": 2, "Uint16Array": 2, "Int32Array": 4, "Uint32Array": 4,
	"Float32Array": 4, "Float64Array": 8, "BigInt64Array": 8, "BigUint64Array": 8,
}

// allocationAdditions look at the length before the engine allocates it, for scripts that allocate other lengths than small
// ones that stand in the text.
var allocationAdditions = func() []addition {
	list := []addition{{word: "ArrayBuffer", and: either(allocates("ArrayBuffer"), mentions("maxByteLength")), install: func(r *webidl.Realm) {
		guardAllocation(r, "ArrayBuffer", func(n float64, options goja.Value) error {
			// Rather an error than a buffer that does not honour it.
			if obj, ok := options.(*goja.Object); ok && !goja.IsUndefined(orUndefined(obj.Get("maxByteLength"))) {
				return webidl.TypeErrorf("devserver has no resizable ArrayBuffers: leave maxByteLength out")
			}
			if n > maxBuffer {
				return webidl.RangeErrorf("Array buffer allocation failed")
			}
			return nil
		})
	}}}
	for name, size := range elementSizes {
		list = append(list, addition{word: name, and: allocates(name), install: func(r *webidl.Realm) {
			guardAllocation(r, name, func(n float64, _ goja.Value) error {
				switch {
				case n < 0 || n > 1<<33:
					return webidl.RangeErrorf("Invalid typed array length: %s", r.Number(n))
				case n*size > maxBuffer:
					return webidl.RangeErrorf("Array buffer allocation failed")
				}
				return nil
			})
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

func either(one, other condition) condition {
	return func(text sourcetext.Text) bool { return one(text) || other(text) }
}

// guardAllocation puts a constructor in the place of the engine's that checks lengths.
func guardAllocation(r *webidl.Realm, name string, check func(length float64, options goja.Value) error) {
	native := r.Intrinsic(name)
	make, _ := goja.AssertConstructor(native)
	var guarded *goja.Object
	guarded = r.VM.ToValue(r.VM.NewProxy(native, &goja.ProxyTrapConfig{
		Construct: func(target *goja.Object, args []goja.Value, newTarget *goja.Object) *goja.Object {
			if len(args) > 0 {
				if _, isObject := args[0].(*goja.Object); !isObject {
					n := r.Float(args[0])
					options := goja.Undefined()
					if len(args) > 1 {
						options = args[1]
					}
					if err := check(n, options); err != nil {
						panic(r.ErrorValue(err))
					}
					args = append([]goja.Value{r.Number(n)}, args[1:]...)
				}
			}
			if newTarget == guarded {
				newTarget = target
			}
			obj, err := make(newTarget, args...)
			r.Rethrow(err)
			return obj
		},
		GetSym: func(target *goja.Object, sym *goja.Symbol, _ goja.Value) goja.Value {
			if sym == goja.SymHasInstance {
				return r.HasInstance()
			}
			return target.GetSymbol(sym)
		},
	})).(*goja.Object)
	r.ReplaceIntrinsic(name, guarded)
}
