package language

import "github.com/dop251/goja"

// inspect is a value as messages show it.
func inspect(v goja.Value) string {
	switch v := v.(type) {
	case *goja.Object:
		if _, ok := goja.AssertFunction(v); ok {
			return v.String()
		}
		return "#<" + v.ClassName() + ">"
	case *goja.Symbol:
		return v.String()
	}
	if _, ok := v.Export().(string); ok {
		return `"` + v.String() + `"`
	}
	return v.String()
}
