package streams

import (
	"math"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// sizeAlgorithm measures a chunk: https://streams.spec.whatwg.org/#queuing-strategy-size-callback
// A nil one counts every chunk as 1.
type sizeAlgorithm func(chunk goja.Value) (float64, error)

func (fn sizeAlgorithm) of(chunk goja.Value) (float64, error) {
	if fn == nil {
		return 1, nil
	}
	return fn(chunk)
}

// queuingStrategy is a converted QueuingStrategy: https://streams.spec.whatwg.org/#dictdef-queuingstrategy
type queuingStrategy struct {
	highWaterMark *float64
	size          webidl.Callback
}

func toQueuingStrategy(c webidl.Call, i int) queuingStrategy {
	var s queuingStrategy
	dict := c.Dictionary(i)
	if v, ok := dict.Get("highWaterMark"); ok {
		mark := c.Realm.Float(v)
		s.highWaterMark = &mark
	}
	s.size = method(c.Realm, dict, "QueuingStrategy", "size")
	return s
}

// extractHighWaterMark implements https://streams.spec.whatwg.org/#validate-and-normalize-high-water-mark
func (s queuingStrategy) extractHighWaterMark(fallback float64) (float64, error) {
	if s.highWaterMark == nil {
		return fallback, nil
	}
	if math.IsNaN(*s.highWaterMark) || *s.highWaterMark < 0 {
		return 0, webidl.RangeErrorf("The highWaterMark must be a non-negative number.")
	}
	return *s.highWaterMark, nil
}

// extractSizeAlgorithm implements https://streams.spec.whatwg.org/#make-size-algorithm-from-size-function
func (s queuingStrategy) extractSizeAlgorithm(r *webidl.Realm) sizeAlgorithm {
	if s.size.IsZero() {
		return nil
	}
	return func(chunk goja.Value) (size float64, err error) {
		v, err := s.size.Call(goja.Undefined(), chunk)
		if err != nil {
			return 0, err
		}
		err = r.Try(func() { size = r.Float(v) })
		return size, err
	}
}
