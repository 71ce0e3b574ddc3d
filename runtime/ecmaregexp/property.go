package ecmaregexp

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Properties are those of https://tc39.es/ecma262/#sec-runtime-semantics-unicodematchproperty-p. Most are made of the
// tables of package unicode, which are a little older than what other engines have: unicode17.go brings them up to date.

// propertyValue is \p{name=value}; nil if there is no such property.
func propertyValue(name, value string) *set {
	switch name {
	case "General_Category", "gc":
		return category(value)
	case "Script", "sc":
		return script(value, false)
	case "Script_Extensions", "scx":
		return script(value, true)
	}
	return nil
}

// loneProperty is \p{name}: a general category, or a property that a character has or has not.
func loneProperty(name string) *set {
	if s := category(name); s != nil {
		return s
	}
	return binaryProperty(name)
}

var made sync.Map // *set by what it is: "gc Lu"

func remember(key string, make func() *set) *set {
	if s, ok := made.Load(key); ok {
		return s.(*set)
	}
	s, _ := made.LoadOrStore(key, make())
	return s.(*set)
}

// table is a table of package unicode as a set.
func table(t *unicode.RangeTable) *set {
	var spans []span
	for _, r := range t.R16 {
		spans = stride(spans, rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		spans = stride(spans, rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return newSet(spans)
}

func stride(spans []span, lo, hi, step rune) []span {
	if step == 1 {
		return append(spans, span{lo, hi})
	}
	for c := lo; c <= hi; c += step {
		spans = append(spans, span{c, c})
	}
	return spans
}

// correct applies what has changed about a set since package unicode's version.
func correct(name string, s *set) *set {
	c, ok := changes[name]
	if !ok {
		return s
	}
	return s.minus(newSet(c.removed)).union(newSet(c.added))
}

// change is what a set gained and lost.
type change struct{ added, removed []span }

// category is a general category, by its short or its long name.
func category(name string) *set {
	short, ok := categoryNames[name]
	if !ok {
		short = name
	}
	switch short {
	case "C", "L", "LC", "M", "N", "P", "S", "Z":
		return remember("gc "+short, func() *set { return union(category, members[short]) })
	case "Cn":
		return remember("gc Cn", func() *set {
			var all []string
			for _, list := range members {
				all = append(all, list...)
			}
			return union(category, slices.DeleteFunc(all, func(s string) bool { return s == "Cn" })).complement()
		})
	}
	t := unicode.Categories[short]
	if t == nil || len(short) != 2 {
		return nil
	}
	return remember("gc "+short, func() *set { return correct("gc "+short, table(t)) })
}

func union(find func(string) *set, names []string) *set {
	all := newSet(nil)
	for _, name := range names {
		all = all.union(find(name))
	}
	return all
}

var members = map[string][]string{
	"C": {"Cc", "Cf", "Cn", "Co", "Cs"}, "L": {"Ll", "Lm", "Lo", "Lt", "Lu"}, "LC": {"Ll", "Lt", "Lu"}, "M": {"Mc", "Me", "Mn"},
	"N": {"Nd", "Nl", "No"}, "P": {"Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps"}, "S": {"Sc", "Sk", "Sm", "So"}, "Z": {"Zl", "Zp", "Zs"},
}

var categoryNames = map[string]string{
	"Cased_Letter": "LC", "Close_Punctuation": "Pe", "Connector_Punctuation": "Pc", "Control": "Cc", "cntrl": "Cc",
	"Currency_Symbol": "Sc", "Dash_Punctuation": "Pd", "Decimal_Number": "Nd", "digit": "Nd", "Enclosing_Mark": "Me",
	"Final_Punctuation": "Pf", "Format": "Cf", "Initial_Punctuation": "Pi", "Letter": "L", "Letter_Number": "Nl", "Line_Separator": "Zl",
	"Lowercase_Letter": "Ll", "Mark": "M", "Combining_Mark": "M", "Math_Symbol": "Sm", "Modifier_Letter": "Lm", "Modifier_Symbol": "Sk",
	"Nonspacing_Mark": "Mn", "Number": "N", "Open_Punctuation": "Ps", "Other": "C", "Other_Letter": "Lo", "Other_Number": "No",
	"Other_Punctuation": "Po", "Other_Symbol": "So", "Paragraph_Separator": "Zp", "Private_Use": "Co", "Punctuation": "P", "punct": "P",
	"Separator": "Z", "Space_Separator": "Zs", "Spacing_Mark": "Mc", "Surrogate": "Cs", "Symbol": "S", "Titlecase_Letter": "Lt",
	"Unassigned": "Cn", "Uppercase_Letter": "Lu",
}

// script is a script, by its short or its long name, with the characters that it shares with others if extended.
func script(name string, extended bool) *set {
	long, ok := scriptNames[name]
	if !ok {
		long = name
	}
	plain := func(long string) *set {
		t := unicode.Scripts[long]
		_, changed := changes["sc "+long]
		switch {
		case t != nil:
			return remember("sc "+long, func() *set { return correct("sc "+long, table(t)) })
		case changed:
			return remember("sc "+long, func() *set { return correct("sc "+long, newSet(nil)) })
		}
		return nil
	}
	var s *set
	if long == "Unknown" || long == "Zzzz" {
		s = remember("sc Unknown", func() *set {
			var all []span
			for name := range unicode.Scripts {
				all = append(all, plain(name).spans...)
			}
			for key := range changes {
				if name, ok := strings.CutPrefix(key, "sc "); ok {
					all = append(all, plain(name).spans...)
				}
			}
			return newSet(all).complement()
		})
	} else if s = plain(long); s == nil {
		return nil
	}
	if !extended {
		return s
	}
	return remember("scx "+long, func() *set { return correct("scx "+long, s) })
}

// binaryProperty is a property that a character has or has not; nil if there is no such property.
func binaryProperty(name string) *set {
	if long, ok := binaryNames[name]; ok {
		name = long
	}
	make := binaryProperties[name]
	if make == nil {
		return nil
	}
	return remember("bin "+name, func() *set { return correct("bin "+name, make()) })
}

func of(names ...string) func() *set {
	return func() *set {
		all := newSet(nil)
		for _, name := range names {
			if t := unicode.Properties[name]; t != nil {
				all = all.union(table(t))
			} else {
				all = all.union(category(name))
			}
		}
		return all
	}
}

func but(make func() *set, names ...string) func() *set {
	return func() *set { return make().minus(of(names...)()) }
}

func nothing() *set { return newSet(nil) }

// where makes the set of the characters for which something holds.
func where(holds func(c rune) bool) func() *set {
	return func() *set {
		var spans []span
		for c := rune(0); c <= last; c++ {
			if holds(c) {
				spans = append(spans, span{c, c})
			}
		}
		return newSet(spans)
	}
}

var binaryProperties = func() map[string]func() *set {
	lower, upper := of("Ll", "Other_Lowercase"), of("Lu", "Other_Uppercase")
	idStart := but(of("L", "Nl", "Other_ID_Start"), "Pattern_Syntax", "Pattern_White_Space")
	idContinue := but(of("L", "Nl", "Other_ID_Start", "Mn", "Mc", "Nd", "Pc", "Other_ID_Continue"), "Pattern_Syntax", "Pattern_White_Space")
	extend := of("Me", "Mn", "Other_Grapheme_Extend")
	all := map[string]func() *set{
		"ASCII":                   func() *set { return newSet([]span{{0, 127}}) },
		"Any":                     func() *set { return everything },
		"Assigned":                func() *set { return category("Cn").complement() },
		"Alphabetic":              of("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Other_Lowercase", "Other_Uppercase", "Other_Alphabetic"),
		"Cased":                   of("Lu", "Ll", "Lt", "Other_Lowercase", "Other_Uppercase"),
		"Case_Ignorable":          of("Mn", "Me", "Cf", "Lm", "Sk"),
		"Changes_When_Lowercased": where(func(c rune) bool { return unicode.ToLower(c) != c }),
		"Changes_When_Uppercased": where(func(c rune) bool { return unicode.ToUpper(c) != c || expands(c) }),
		"Changes_When_Titlecased": where(func(c rune) bool { return unicode.ToTitle(c) != c }),
		"Changes_When_Casefolded": where(func(c rune) bool { return unicode.ToLower(c) != c }),
		"Changes_When_Casemapped": where(func(c rune) bool {
			return unicode.ToLower(c) != c || unicode.ToUpper(c) != c || unicode.ToTitle(c) != c || expands(c)
		}),
		"Changes_When_NFKC_Casefolded": where(func(c rune) bool { return unicode.ToLower(c) != c }),
		"Default_Ignorable_Code_Point": of("Other_Default_Ignorable_Code_Point", "Variation_Selector", "Cf"),
		"Grapheme_Base":                func() *set { return of("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")().union(extend()).complement() },
		"Grapheme_Extend":              extend,
		"ID_Start":                     idStart,
		"ID_Continue":                  idContinue,
		"XID_Start":                    idStart,
		"XID_Continue":                 idContinue,
		"Lowercase":                    lower,
		"Uppercase":                    upper,
		"Math":                         of("Sm", "Other_Math"),
		"Quotation_Mark":               of("Quotation_Mark"),
		"Bidi_Mirrored":                nothing,
		"Emoji":                        nothing,
		"Emoji_Component":              nothing,
		"Emoji_Modifier":               nothing,
		"Emoji_Modifier_Base":          nothing,
		"Emoji_Presentation":           nothing,
		"Extended_Pictographic":        nothing,
		"Sentence_Terminal":            of("Sentence_Terminal"),
	}
	for _, name := range []string{"ASCII_Hex_Digit", "Bidi_Control", "Dash", "Deprecated", "Diacritic", "Extender", "Hex_Digit", "IDS_Binary_Operator",
		"IDS_Trinary_Operator", "Ideographic", "Join_Control", "Logical_Order_Exception", "Noncharacter_Code_Point", "Pattern_Syntax",
		"Pattern_White_Space", "Radical", "Regional_Indicator", "Soft_Dotted", "Terminal_Punctuation", "Unified_Ideograph",
		"Variation_Selector", "White_Space"} {
		all[name] = of(name)
	}
	return all
}()

var binaryNames = map[string]string{
	"AHex": "ASCII_Hex_Digit", "Alpha": "Alphabetic", "Bidi_C": "Bidi_Control", "Bidi_M": "Bidi_Mirrored", "CI": "Case_Ignorable",
	"CWCF": "Changes_When_Casefolded", "CWCM": "Changes_When_Casemapped", "CWL": "Changes_When_Lowercased",
	"CWKCF": "Changes_When_NFKC_Casefolded", "CWT": "Changes_When_Titlecased", "CWU": "Changes_When_Uppercased",
	"DI": "Default_Ignorable_Code_Point", "Dep": "Deprecated", "Dia": "Diacritic", "EComp": "Emoji_Component", "EMod": "Emoji_Modifier",
	"EBase": "Emoji_Modifier_Base", "EPres": "Emoji_Presentation", "ExtPict": "Extended_Pictographic", "Ext": "Extender",
	"Gr_Base": "Grapheme_Base", "Gr_Ext": "Grapheme_Extend", "Hex": "Hex_Digit", "IDSB": "IDS_Binary_Operator",
	"IDST": "IDS_Trinary_Operator", "IDC": "ID_Continue", "IDS": "ID_Start", "Ideo": "Ideographic", "Join_C": "Join_Control",
	"LOE": "Logical_Order_Exception", "Lower": "Lowercase", "NChar": "Noncharacter_Code_Point", "Pat_Syn": "Pattern_Syntax",
	"Pat_WS": "Pattern_White_Space", "QMark": "Quotation_Mark", "RI": "Regional_Indicator", "STerm": "Sentence_Terminal",
	"SD": "Soft_Dotted", "Term": "Terminal_Punctuation", "UIdeo": "Unified_Ideograph", "Upper": "Uppercase", "VS": "Variation_Selector",
	"space": "White_Space", "XIDC": "XID_Continue", "XIDS": "XID_Start",
}
