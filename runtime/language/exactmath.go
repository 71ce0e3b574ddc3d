package language

import (
	"github.com/dop251/goja"

	"devserver/runtime/exactmath"
	"devserver/runtime/webidl"
)

// exactAdditions put functions that round as V8's in the place of the engine's.
var exactAdditions = func() []addition {
	var list []addition
	for name, fn := range map[string]func(float64) float64{
		"sin": exactmath.Sin, "cos": exactmath.Cos, "tan": exactmath.Tan, "asin": exactmath.Asin, "acos": exactmath.Acos, "atan": exactmath.Atan,
		"sinh": exactmath.Sinh, "cosh": exactmath.Cosh, "tanh": exactmath.Tanh, "asinh": exactmath.Asinh, "acosh": exactmath.Acosh, "atanh": exactmath.Atanh,
		"exp": exactmath.Exp, "expm1": exactmath.Expm1, "log": exactmath.Log, "log2": exactmath.Log2, "log10": exactmath.Log10, "log1p": exactmath.Log1p,
		"cbrt": exactmath.Cbrt,
	} {
		one := static("Math", name, 1, func(c webidl.Call) goja.Value { return c.Realm.Number(fn(number(c, 0))) })
		one.and = mentions("Math")
		list = append(list, one)
	}
	for name, fn := range map[string]func(x, y float64) float64{"atan2": exactmath.Atan2, "pow": exactmath.Pow} {
		one := static("Math", name, 2, func(c webidl.Call) goja.Value { x := number(c, 0); return c.Realm.Number(fn(x, number(c, 1))) })
		one.and = mentions("Math")
		list = append(list, one)
	}
	return list
}()

// number is an argument as a number; a BigInt is a TypeError.
func number(c webidl.Call, i int) float64 { return c.Arg(i).ToNumber().ToFloat() }
