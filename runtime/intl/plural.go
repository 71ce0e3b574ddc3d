package intl

import "strings"

// operands are what plural rules look at: https://unicode.org/reports/tr35/tr35-numbers.html#Operands.
type operands struct {
	i        string // the digits before the point
	fraction string // and those after it
}

func operandsOf(whole, fraction string) operands {
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	return operands{whole, fraction}
}

// v and t: whether there are fraction digits, and whether one of them is not zero.
func (o operands) v() bool { return o.fraction != "" }
func (o operands) t() bool { return strings.Trim(o.fraction, "0") != "" }

// n reports whether the value is one of these integers.
func (o operands) n(values ...string) bool { return !o.t() && o.is(values...) }

func (o operands) is(values ...string) bool {
	for _, v := range values {
		if o.i == v {
			return true
		}
	}
	return false
}

// mod is i modulo 10 or 100, or more.
func (o operands) mod(places int) int {
	n := 0
	for _, c := range o.i[max(len(o.i)-places, 0):] {
		n = n*10 + int(c-'0')
	}
	return n
}

func between(n, low, high int) bool { return low <= n && n <= high }

// pluralRule tells the category of a number.
type pluralRule func(o operands) string

func either(isOne bool) string {
	if isOne {
		return "one"
	}
	return "other"
}

// millions is the rule of Romance languages, where a whole million is many.
func millions(one func(o operands) bool) pluralRule {
	return func(o operands) string {
		switch {
		case one(o):
			return "one"
		case !o.v() && o.i != "0" && o.mod(6) == 0:
			return "many"
		}
		return "other"
	}
}

func slavic(o operands) string {
	ten, hundred := o.mod(1), o.mod(2)
	switch {
	case o.v():
		return "other"
	case ten == 1 && hundred != 11:
		return "one"
	case between(ten, 2, 4) && !between(hundred, 12, 14):
		return "few"
	}
	return "many"
}

func always(category string) pluralRule { return func(operands) string { return category } }

var oneExactly pluralRule = func(o operands) string { return either(o.i == "1" && !o.v()) }

// cardinals are by language, or by locale where it differs.
var cardinals = map[string]pluralRule{
	"en": oneExactly, "de": oneExactly, "nl": oneExactly, "sv": oneExactly, "fi": oneExactly,
	"da": func(o operands) string { return either(o.n("1") || o.t() && o.is("0", "1")) },
	"nb": func(o operands) string { return either(o.n("1")) },
	"tr": func(o operands) string { return either(o.n("1")) },
	"hi": func(o operands) string { return either(o.i == "0" || o.n("1")) },
	"ja": always("other"), "ko": always("other"), "zh": always("other"),
	"es":    millions(func(o operands) bool { return o.n("1") }),
	"it":    millions(func(o operands) bool { return o.i == "1" && !o.v() }),
	"fr":    millions(func(o operands) bool { return o.is("0", "1") }),
	"pt":    millions(func(o operands) bool { return o.is("0", "1") }),
	"pt-PT": millions(func(o operands) bool { return o.i == "1" && !o.v() }),
	"ru":    slavic, "uk": slavic,
	"pl": func(o operands) string {
		ten, hundred := o.mod(1), o.mod(2)
		switch {
		case o.v():
			return "other"
		case o.i == "1":
			return "one"
		case between(ten, 2, 4) && !between(hundred, 12, 14):
			return "few"
		}
		return "many"
	},
	"cs": func(o operands) string {
		switch {
		case o.v():
			return "many"
		case o.i == "1":
			return "one"
		case o.is("2", "3", "4"):
			return "few"
		}
		return "other"
	},
	"ar": func(o operands) string {
		hundred := o.mod(2)
		switch {
		case o.t():
			return "other"
		case o.i == "0":
			return "zero"
		case o.i == "1":
			return "one"
		case o.i == "2":
			return "two"
		case between(hundred, 3, 10):
			return "few"
		case between(hundred, 11, 99):
			return "many"
		}
		return "other"
	},
}

// ordinals are by language; the others have one category only.
var ordinals = map[string]pluralRule{
	"en": func(o operands) string {
		ten, hundred := o.mod(1), o.mod(2)
		switch {
		case o.t():
		case ten == 1 && hundred != 11:
			return "one"
		case ten == 2 && hundred != 12:
			return "two"
		case ten == 3 && hundred != 13:
			return "few"
		}
		return "other"
	},
	"fr": func(o operands) string { return either(o.n("1")) },
	"it": func(o operands) string {
		if o.n("8", "11", "80", "800") {
			return "many"
		}
		return "other"
	},
	"sv": func(o operands) string {
		ten, hundred := o.mod(1), o.mod(2)
		return either(!o.t() && between(ten, 1, 2) && !between(hundred, 11, 12))
	},
	"uk": func(o operands) string {
		if !o.t() && o.mod(1) == 3 && o.mod(2) != 13 {
			return "few"
		}
		return "other"
	},
	"hi": func(o operands) string {
		switch {
		case o.n("1"):
			return "one"
		case o.n("2", "3"):
			return "two"
		case o.n("4"):
			return "few"
		case o.n("6"):
			return "many"
		}
		return "other"
	},
}

// ordinalCategories are those of a rule, in the order in which they are told.
var ordinalCategories = map[string][]string{
	"en": {"one", "two", "few", "other"}, "fr": {"one", "other"}, "it": {"many", "other"}, "sv": {"one", "other"}, "uk": {"few", "other"},
	"hi": {"one", "two", "few", "many", "other"},
}

// pluralOf finds the rule of a locale.
func pluralOf(rules map[string]pluralRule, base *tag) pluralRule {
	if rule, ok := rules[base.language+"-"+base.region]; ok {
		return rule
	}
	language := base.language
	if language == "no" {
		language = "nb"
	}
	if rule, ok := rules[language]; ok {
		return rule
	}
	return always("other")
}
