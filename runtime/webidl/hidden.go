package webidl

import "github.com/dop251/goja"

// Hidden makes members as those of ECMAScript's own classes are: not enumerable, and with all arguments optional.
func Hidden(list ...Member) []Member {
	for i := range list {
		list[i].hidden, list[i].lenient = true, true
	}
	return list
}

// Tag is the Symbol.toStringTag of a class whose name it is not, such as "Intl.Locale" of Locale.
func Tag(tag string) Member {
	return Member{symbol: goja.SymToStringTag, hidden: true, constant: func(r *Realm) goja.Value { return r.String(tag) }}
}
