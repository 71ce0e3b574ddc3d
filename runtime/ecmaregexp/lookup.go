package ecmaregexp

import "strings"

// Property returns the property that \p{name} is of: a category or a binary property, or name=value. It panics if there
// is none.
func Property(name string) func(c rune) bool {
	s := loneProperty(name)
	if property, value, ok := strings.Cut(name, "="); ok {
		s = propertyValue(property, value)
	}
	if s == nil {
		panic("ecmaregexp: no property " + name)
	}
	return s.contains
}
