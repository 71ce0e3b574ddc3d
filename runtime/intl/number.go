package intl

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numberTable is what is known of numbers in a locale.
type numberTable struct {
	Nu             string
	Symbols        map[string]symbols
	Categories     []string
	Grouping       [4]int // primary, secondary, the digits before the first group at least, and of currencies
	Decimal        signs
	Percent        signs
	Currency       map[string]signs
	CurrencyName   byCategory
	PercentCompact byCategory
	Currencies     map[string]currency
	Units          map[string]map[string]byCategory
	CompactShort, CompactLong,
	CompactCurrency []compact
	PluralRanges map[string]string
}

type symbols struct {
	Decimal, Group, Plus, Minus, Percent, NaN, Infinity, Exponent, ExponentMinus, Range, Near string
}

// signs are a pattern without a sign, with a minus and with a plus sign.
type signs [3]string

// currency is how a currency is called.
type currency struct {
	symbol, narrow string
	name           byCategory
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *currency) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&c.symbol, &c.narrow, &c.name})
}

// compact is a power of ten in compact notation: by which power to divide, and what to add.
type compact struct {
	shift   int
	pattern byCategory
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *compact) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&c.shift, &c.pattern})
}

// numberFormat is a resolved Intl.NumberFormat. It does not change.
type numberFormat struct {
	locale  string
	base    tag
	table   *table
	nu      string
	ten     []string // the digits
	symbols symbols
	plural  pluralRule

	style, currency, currencyDisplay, currencySign, unit, unitDisplay string
	notation, compactDisplay, sign, grouping                          string
	digitOptions
}

// setNumbering sets what depends on the numbering system.
func (f *numberFormat) setNumbering(nu string) {
	f.nu = nu
	f.ten = digitsOf(nu)
	var ok bool
	if f.symbols, ok = f.table.Number.Symbols[nu]; !ok {
		f.symbols = f.table.Number.Symbols["latn"]
	}
}

// digitsOf are the ten digits of a numbering system.
func digitsOf(nu string) []string {
	ten := make([]string, 0, 10)
	text := theRoot().Digits[nu]
	if text == "" {
		text = "1234567890"
	}
	all := strings.Split(text, "")
	return append(append(ten, all[9]), all[:9]...)
}

func (f *numberFormat) translate(digits string) string {
	if f.nu == "latn" {
		return digits
	}
	return translate(digits, f.ten)
}

func translate(digits string, ten []string) string {
	var b strings.Builder
	for _, c := range []byte(digits) {
		if c >= '0' && c <= '9' {
			b.WriteString(ten[c-'0'])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// formatted is a number on its way: its digits, and what goes around them.
type formatted struct {
	number   []part // digits, with an exponent
	sign     int    // index of signs
	category string
	pattern  string // with the sign, the currency and what compact notation adds
	unit     string // pattern around everything, or ""
	currency string
	spaced   bool // a currency that ends with a letter keeps its distance
}

// format makes the parts of a number.
func (f *numberFormat) format(x decimal) []part {
	s := f.prepare(x)
	return s.parts(f)
}

func (f *numberFormat) prepare(x decimal) formatted {
	if f.style == "percent" {
		x = x.shifted(2)
	}
	var s formatted
	var rounded decimal
	pattern := "0"
	switch {
	case x.nan:
		s.number = []part{{kind: "nan", text: f.symbols.NaN}}
		rounded, s.category = x, "other"
	case x.inf:
		s.number = []part{{kind: "infinity", text: f.symbols.Infinity}}
		rounded, s.category = x, "other"
	default:
		exponent := f.exponent(x)
		var whole, fraction string
		rounded, whole, fraction = f.apply(x.shifted(-exponent))
		s.category = f.plural(operandsOf(whole, fraction))
		s.number = f.digitParts(whole, fraction)
		switch f.notation {
		case "scientific", "engineering":
			s.number = append(s.number, f.exponentParts(exponent)...)
			if exponent != 0 {
				s.category = f.plural(operandsOf(rounded.shifted(exponent).plain()))
			}
		case "compact":
			if entry, ok := f.compactEntry(rounded.shifted(exponent).magnitude()); ok && entry.shift > 0 {
				pattern = f.compactPattern(entry, s.category)
				s.category = f.plural(operandsOf(rounded.shifted(exponent).plain()))
			}
		}
	}
	s.sign = f.signOf(x, rounded)
	n := &f.table.Number
	switch f.style {
	case "percent":
		if s.pattern = n.Percent[s.sign]; f.notation == "compact" { // it is a unit then
			s.pattern, s.unit = n.Decimal[s.sign], n.PercentCompact.of(s.category)
		}
	case "currency":
		f.setCurrency(&s, pattern != "0")
	case "unit":
		s.pattern = n.Decimal[s.sign]
		s.unit = f.unitPattern(s.category)
	default:
		s.pattern = n.Decimal[s.sign]
	}
	s.pattern = around(s.pattern, pattern)
	return s
}

// around puts a pattern in the place of another one's number.
func around(outer, inner string) string {
	pieces := strings.Split(outer, "|")
	for i, p := range pieces {
		if p == "0" {
			pieces[i] = inner
		}
	}
	return strings.Join(pieces, "|")
}

func (f *numberFormat) exponentParts(exponent int) []part {
	parts := []part{{kind: "exponentSeparator", text: f.symbols.Exponent}}
	if exponent < 0 {
		parts = append(parts, part{kind: "exponentMinusSign", text: f.symbols.ExponentMinus})
	}
	return append(parts, part{kind: "exponentInteger", text: f.translate(strconv.Itoa(max(exponent, -exponent)))})
}

// parts puts what surrounds a number around it.
func (s *formatted) parts(f *numberFormat) []part {
	out := f.localSigns(fill(s.pattern, s.number, s.currency))
	if s.unit != "" {
		out = fill(s.unit, out, s.currency)
	}
	return out
}

// localSigns are the signs of the numbering system.
func (f *numberFormat) localSigns(parts []part) []part {
	if f.nu == "latn" {
		return parts
	}
	for i, p := range parts {
		switch p.kind {
		case "minusSign":
			parts[i].text = f.symbols.Minus
		case "plusSign":
			parts[i].text = f.symbols.Plus
		case "percentSign":
			parts[i].text = f.symbols.Percent
		}
	}
	return parts
}

// signOf decides on the sign: https://tc39.es/ecma402/#sec-getnumberformatpattern.
func (f *numberFormat) signOf(x, rounded decimal) int {
	const none, minus, plus = 0, 1, 2
	zero := rounded.isZero() || x.nan
	negative := x.negative && !x.nan
	pick := func(yes bool, sign int) int {
		if yes {
			return sign
		}
		return none
	}
	switch f.sign {
	case "never":
		return none
	case "always":
		if negative {
			return minus
		}
		return plus
	case "exceptZero":
		switch {
		case zero:
			return none
		case negative:
			return minus
		}
		return plus
	case "negative":
		return pick(negative && !zero, minus)
	}
	return pick(negative, minus)
}

// exponent is by which power of ten a number is divided: https://tc39.es/ecma402/#sec-computeexponent.
func (f *numberFormat) exponent(x decimal) int {
	if f.notation == "standard" || x.isZero() {
		return 0
	}
	of := func(magnitude int) int {
		switch f.notation {
		case "scientific":
			return magnitude
		case "engineering":
			return magnitude - ((magnitude%3)+3)%3
		}
		entry, ok := f.compactEntry(magnitude)
		if !ok {
			return 0
		}
		return entry.shift
	}
	magnitude := x.magnitude()
	exponent := of(magnitude)
	rounded, _, _ := f.apply(x.shifted(-exponent))
	if rounded.isZero() || rounded.magnitude() == magnitude-exponent {
		return exponent
	}
	return of(magnitude + 1)
}

func (f *numberFormat) compactEntry(magnitude int) (compact, bool) {
	list := f.table.Number.CompactShort
	switch {
	case f.style == "currency" && f.currencyDisplay != "name":
		list = f.table.Number.CompactCurrency
	case f.compactDisplay == "long":
		list = f.table.Number.CompactLong
	}
	if magnitude < 3 {
		return compact{}, false
	}
	return list[min(magnitude-3, len(list)-1)], true
}

// compactPattern is what compact notation puts around the digits, without a currency.
func (f *numberFormat) compactPattern(entry compact, category string) string {
	pattern := entry.pattern.of(category)
	if f.style != "currency" || f.currencyDisplay == "name" {
		return pattern
	}
	before, after, _ := strings.Cut(f.table.Number.Currency["standard"][0], "0")
	inner, ok := strings.CutPrefix(pattern, before)
	if inner, cut := strings.CutSuffix(inner, after); ok && cut {
		return inner
	}
	return strings.Trim(strings.Replace(pattern, "|c", "", 1), "|")
}

// digitParts groups the digits.
func (f *numberFormat) digitParts(whole, fraction string) []part {
	var parts []part
	sizes := f.table.Number.Grouping
	atLeast := sizes[2]
	if f.style == "currency" {
		atLeast = sizes[3]
	}
	switch f.grouping {
	case "always":
		atLeast = 1
	case "min2":
		atLeast = max(atLeast, 2)
	}
	if f.grouping == "false" || len(whole) < sizes[0]+atLeast {
		parts = []part{{kind: "integer", text: f.translate(whole)}}
	} else {
		groups := []string{whole[len(whole)-sizes[0]:]}
		for rest := whole[:len(whole)-sizes[0]]; rest != ""; {
			n := max(len(rest)-sizes[1], 0)
			groups = append(groups, rest[n:])
			rest = rest[:n]
		}
		for i := len(groups) - 1; i >= 0; i-- {
			parts = append(parts, part{kind: "integer", text: f.translate(groups[i])})
			if i > 0 {
				parts = append(parts, part{kind: "group", text: f.symbols.Group})
			}
		}
	}
	if fraction != "" {
		parts = append(parts, part{kind: "decimal", text: f.symbols.Decimal}, part{kind: "fraction", text: f.translate(fraction)})
	}
	return parts
}

// setCurrency finds the pattern and the text of the currency.
func (f *numberFormat) setCurrency(s *formatted, compacted bool) {
	n := &f.table.Number
	known, ok := n.Currencies[f.currency]
	if f.currencyDisplay == "name" {
		s.currency = f.currency
		if ok {
			s.currency = known.name.of(s.category)
		}
		s.pattern, s.unit = n.Decimal[s.sign], n.CurrencyName.of(s.category)
		return
	}
	s.currency = f.currency
	if ok {
		switch f.currencyDisplay {
		case "symbol":
			s.currency = known.symbol
		case "narrowSymbol":
			s.currency = known.narrow
		}
	}
	kind := f.currencySign
	if compacted && f.compactDisplay == "long" {
		kind = "standard" // as ICU has it
	}
	pattern := n.Currency[kind][s.sign]
	// A symbol that ends, or begins, with a letter keeps its distance from the digits.
	edge, _ := utf8.DecodeLastRuneInString(s.currency)
	if strings.Index(pattern, "c") > strings.Index(pattern, "0") {
		edge, _ = utf8.DecodeRuneInString(s.currency)
	}
	if !isSymbol(edge) {
		alpha := n.Currency[kind+"Alpha"][s.sign]
		pattern, s.spaced = alpha, alpha != pattern
	}
	s.pattern = pattern
}

// unitPattern is what goes around a number with a unit.
func (f *numberFormat) unitPattern(category string) string {
	units := f.table.Number.Units
	if pattern, ok := units[f.unitDisplay][f.unit]; ok {
		return pattern.of(category)
	}
	unit, per, _ := strings.Cut(f.unit, "-per-")
	pattern := units[f.unitDisplay][unit].of(category)
	compound := units[f.unitDisplay+"Per"][per].of("")
	before, after, _ := strings.Cut(compound, "{1}")
	// The text around the unit's own joins it; it comes before or after the number, as the unit does.
	pieces := strings.Split(pattern, "|")
	for i := len(pieces) - 1; i >= 0; i-- {
		if strings.HasPrefix(pieces[i], "u") {
			pieces[i] = "u" + before + pieces[i][1:] + after
			break
		}
	}
	return strings.Join(pieces, "|")
}

// formatRange makes the parts of a range: https://tc39.es/ecma402/#sec-partitionnumberrangepattern.
func (f *numberFormat) formatRange(x, y decimal) []part {
	a, b := f.prepare(x), f.prepare(y)
	left, right := a.parts(f), b.parts(f)
	if join(left) == join(right) {
		near := fill(f.symbols.Near, left, "")
		for i := range near {
			near[i].source = "shared"
		}
		return near
	}
	infix := f.symbols.Range
	category := b.category
	if c, ok := f.table.Number.PluralRanges[a.category+" "+b.category]; ok {
		category = c
	}
	// What is the same on both sides is said once, unless it is a single character; a unit always.
	unit := ""
	switch {
	case a.unit != "" && f.unit == "percent" && f.unitDisplay != "long" && f.notation != "compact":
		a.pattern, b.pattern, a.unit, b.unit = around(a.unit, a.pattern), around(b.unit, b.pattern), "", ""
	case a.unit != "":
		switch unit = a.unit; f.style {
		case "unit":
			unit = f.unitPattern(category)
		case "currency":
			unit = f.table.Number.CurrencyName.of(category)
			if known, ok := f.table.Number.Currencies[f.currency]; ok {
				a.currency = known.name.of(category)
			}
		}
		a.unit, b.unit = "", ""
	}
	shared := a.pattern
	length := utf8.RuneCountInString(textOf(shared)) - btoi(a.spaced)
	if strings.Contains(shared, "c") {
		length += utf8.RuneCountInString(a.currency)
	}
	once := a.pattern == b.pattern && length > 1
	spaced := f.notation == "scientific" || f.notation == "engineering" || !once && a.pattern != "0"
	if once {
		a.pattern, b.pattern = "0", "0"
	}
	left, right = a.parts(f), b.parts(f)
	if spaced {
		infix = " " + strings.TrimSpace(infix) + " "
	}
	all := append(sourced(left, "startRange"), part{kind: "literal", text: infix, source: "shared"})
	all = append(all, sourced(right, "endRange")...)
	if once {
		all = sourced(f.localSigns(fill(shared, all, a.currency)), "shared")
		if a.spaced && strings.Index(shared, "c") < strings.Index(shared, "0") {
			all = displaced(all)
		}
	}
	if unit != "" {
		all = sourced(fill(unit, all, a.currency), "shared")
	}
	return merge(all)
}

// sourced says where parts come from of which nothing is said.
func sourced(parts []part, source string) []part {
	for i := range parts {
		if parts[i].source == "" {
			parts[i].source = source
		}
	}
	return parts
}

// displaced says it as ICU does after a currency that it has put a space behind: both sides begin a character earlier.
func displaced(parts []part) []part {
	spans := map[string][2]int{}
	at := 0
	for _, p := range parts {
		end := at + utf8.RuneCountInString(p.text)
		if p.source != "shared" {
			span, ok := spans[p.source]
			if !ok {
				span[0] = at - 1
			}
			span[1] = end - 1
			spans[p.source] = span
		}
		at = end
	}
	at = 0
	for i, p := range parts {
		end := at + utf8.RuneCountInString(p.text)
		parts[i].source = "shared"
		for source, span := range spans {
			if span[0] <= at && end <= span[1] {
				parts[i].source = source
			}
		}
		at = end
	}
	return parts
}
