package streams

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// CountQueuingStrategyClass is the class CountQueuingStrategy: https://streams.spec.whatwg.org/#cqs-class
var CountQueuingStrategyClass = webidl.NewClass("CountQueuingStrategy", countQueuingStrategyIDL{})

// ByteLengthQueuingStrategyClass is the class ByteLengthQueuingStrategy: https://streams.spec.whatwg.org/#blqs-class
var ByteLengthQueuingStrategyClass = webidl.NewClass("ByteLengthQueuingStrategy", byteLengthQueuingStrategyIDL{})

type countQueuingStrategy struct{ highWaterMark float64 }

type byteLengthQueuingStrategy struct{ highWaterMark float64 }

// sizeFunctions are the realm's two size functions, which all strategies share.
type sizeFunctions struct{ count, byteLength *goja.Object }

type countQueuingStrategyIDL struct{}

func (countQueuingStrategyIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any { return &countQueuingStrategy{strategyInit(c)} }
	class.Members = []webidl.Member{
		webidl.ReadOnly("highWaterMark", func(s *countQueuingStrategy, c webidl.Call) goja.Value {
			return c.Realm.Number(s.highWaterMark)
		}),
		webidl.ReadOnly("size", func(s *countQueuingStrategy, c webidl.Call) goja.Value {
			functions := webidl.State[sizeFunctions](c.Realm)
			if functions.count == nil {
				functions.count = c.Realm.Function("size", 0, func(c webidl.Call) goja.Value { return c.Realm.Int(1) })
			}
			return functions.count
		}),
	}
}

type byteLengthQueuingStrategyIDL struct{}

func (byteLengthQueuingStrategyIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any { return &byteLengthQueuingStrategy{strategyInit(c)} }
	class.Members = []webidl.Member{
		webidl.ReadOnly("highWaterMark", func(s *byteLengthQueuingStrategy, c webidl.Call) goja.Value {
			return c.Realm.Number(s.highWaterMark)
		}),
		webidl.ReadOnly("size", func(s *byteLengthQueuingStrategy, c webidl.Call) goja.Value {
			functions := webidl.State[sizeFunctions](c.Realm)
			if functions.byteLength == nil {
				functions.byteLength = c.Realm.Function("size", 1, func(c webidl.Call) goja.Value {
					v := c.Realm.VM.ToValue(c.Arg(0)).ToObject(c.Realm.VM).Get("byteLength")
					if v == nil {
						return goja.Undefined()
					}
					return v
				})
			}
			return functions.byteLength
		}),
	}
}

// strategyInit converts a QueuingStrategyInit: https://streams.spec.whatwg.org/#dictdef-queuingstrategyinit
func strategyInit(c webidl.Call) float64 {
	v, ok := c.Dictionary(0).Get("highWaterMark")
	if !ok {
		c.Throw(webidl.TypeErrorf("The option highWaterMark is required."))
	}
	return c.Realm.Float(v)
}
