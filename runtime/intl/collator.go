package intl

import (
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// collator compares strings. It is not safe for concurrent use.
type collator struct {
	locale, usage, sensitivity, caseFirst, collation string
	ignorePunctuation, numeric                       bool

	base, full *collate.Collator
}

// start makes what the options ask for.
func (k *collator) start(base *tag) {
	name := base.base()
	if base.language == "nb" || base.language == "no" {
		name = "nn" // under which the tables have Norwegian
	}
	if k.collation != "default" {
		name += "-u-co-" + k.collation
	}
	of, err := language.Parse(name)
	if err != nil {
		of = language.Und
	}
	var all []collate.Option
	if k.numeric {
		all = append(all, collate.Numeric)
	}
	k.full = collate.New(of, all...)
	switch k.sensitivity {
	case "base", "case":
		k.base = collate.New(of, append(all, collate.IgnoreCase, collate.IgnoreDiacritics)...)
	case "accent":
		k.base = collate.New(of, append(all, collate.IgnoreCase)...)
	}
	if k.caseFirst == "upper" && k.sensitivity == "variant" {
		k.base = collate.New(of, append(all, collate.IgnoreCase)...)
	}
}

// compare is -1, 0 or 1.
func (k *collator) compare(a, b string) int {
	if a == b {
		return 0
	}
	if k.ignorePunctuation {
		a, b = unpunctuated(a), unpunctuated(b)
	}
	switch k.sensitivity {
	case "base", "accent":
		return k.base.CompareString(a, b)
	case "case":
		if n := k.base.CompareString(a, b); n != 0 {
			return n
		}
		return k.cased(k.full.CompareString(unaccented(a), unaccented(b)))
	}
	if k.base != nil {
		if n := k.base.CompareString(a, b); n != 0 {
			return n
		}
	}
	return k.cased(k.full.CompareString(a, b))
}

func (k *collator) cased(n int) int {
	if k.caseFirst == "upper" {
		return -n
	}
	return n
}

func unpunctuated(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPunct(c) || unicode.IsSpace(c) {
			return -1
		}
		return c
	}, s)
}

func unaccented(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, norm.NFD.String(strings.ReplaceAll(s, "ß", "ss")))
}
