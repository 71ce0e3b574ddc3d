package webidl

import (
	"strings"

	"github.com/dop251/goja"
)

// regexpSource repairs the source of regular expressions: where the engine escapes a slash as \u002f, other engines, and
// the code that takes sources apart, have \/.
func (g *guarding) regexpSource() {
	proto := g.prototype("RegExp")
	descriptor, err := g.method("Object", "getOwnPropertyDescriptor")(nil, proto, g.realm.String("source"))
	g.realm.Rethrow(err)
	native := g.callable(descriptor.(*goja.Object).Get("get"), "RegExp.prototype.source")
	getter := g.realm.function(nil, "get source", 0, func(fc goja.FunctionCall) goja.Value {
		source := g.call(native, fc.This)
		if text := source.String(); strings.Contains(text, `\u002f`) {
			return g.realm.String(unescapeSlashes(text))
		}
		return source
	})
	proto.DefineAccessorProperty("source", getter, goja.Undefined(), goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// unescapeSlashes writes \u002f as \/ and, within brackets, as a plain slash.
func unescapeSlashes(source string) string {
	var b strings.Builder
	bracket := false
	for len(source) > 0 {
		n := 1
		switch {
		case strings.HasPrefix(source, `\u002f`):
			if !bracket {
				b.WriteByte('\\')
			}
			b.WriteByte('/')
			source = source[len(`\u002f`):]
			continue
		case source[0] == '\\' && len(source) > 1:
			n = 2
		case source[0] == '[':
			bracket = true
		case source[0] == ']':
			bracket = false
		}
		b.WriteString(source[:n])
		source = source[n:]
	}
	return b.String()
}
