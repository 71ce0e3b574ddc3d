package intl

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// digitOptions say how many digits there are and how they are rounded:
// https://tc39.es/ecma402/#sec-setnfdigitoptions.
type digitOptions struct {
	minInteger                     int
	minFraction, maxFraction       int // -1: not by fraction digits
	minSignificant, maxSignificant int // -1: not by significant digits
	priority                       string
	increment                      int
	mode                           string
	stripInteger                   bool
}

var (
	roundingModes      = []string{"ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"}
	roundingIncrements = []int{1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000}
)

// digits reads them.
func (o options) digits(minFraction, maxFraction int, notation string, compactDefaults bool) digitOptions {
	d := digitOptions{minFraction: -1, maxFraction: -1, minSignificant: -1, maxSignificant: -1}
	d.minInteger = o.number("minimumIntegerDigits", 1, 21, 1)
	mnfd, hasMnfd := o.get("minimumFractionDigits")
	mxfd, hasMxfd := o.get("maximumFractionDigits")
	mnsd, hasMnsd := o.get("minimumSignificantDigits")
	mxsd, hasMxsd := o.get("maximumSignificantDigits")
	d.increment = o.number("roundingIncrement", 1, 5000, 1)
	if !slices.Contains(roundingIncrements, d.increment) {
		o.c.Throw(webidl.RangeErrorf("roundingIncrement value is out of range."))
	}
	d.mode = o.text("roundingMode", roundingModes, "halfExpand")
	priority := o.text("roundingPriority", []string{"auto", "morePrecision", "lessPrecision"}, "auto")
	d.stripInteger = o.text("trailingZeroDisplay", []string{"auto", "stripIfInteger"}, "auto") == "stripIfInteger"
	if d.increment != 1 {
		maxFraction = minFraction
	}
	d.priority = priority
	hasSd, hasFd := hasMnsd || hasMxsd, hasMnfd || hasMxfd
	needSd, needFd := true, true
	if priority == "auto" {
		needSd = hasSd
		if needSd || !hasFd && notation == "compact" && compactDefaults {
			needFd = false
		}
	}
	if needSd {
		if hasSd {
			d.minSignificant = o.defaultRange(mnsd, hasMnsd, "minimumSignificantDigits", 1, 21, 1)
			d.maxSignificant = o.defaultRange(mxsd, hasMxsd, "maximumSignificantDigits", d.minSignificant, 21, 21)
		} else {
			d.minSignificant, d.maxSignificant = 1, 21
		}
	}
	if needFd {
		if hasFd {
			low := o.defaultRange(mnfd, hasMnfd, "minimumFractionDigits", 0, 100, -1)
			high := o.defaultRange(mxfd, hasMxfd, "maximumFractionDigits", 0, 100, -1)
			switch {
			case low < 0:
				low = min(minFraction, high)
			case high < 0:
				high = max(maxFraction, low)
			case low > high:
				o.c.Throw(webidl.RangeErrorf("maximumFractionDigits value is out of range."))
			}
			d.minFraction, d.maxFraction = low, high
		} else {
			d.minFraction, d.maxFraction = minFraction, maxFraction
		}
	}
	if !needSd && !needFd {
		d.minFraction, d.maxFraction, d.minSignificant, d.maxSignificant = 0, 0, 1, 2
		d.priority = "morePrecision"
	}
	if d.increment != 1 {
		if d.priority != "auto" || d.minSignificant >= 0 {
			o.c.Throw(webidl.TypeErrorf("roundingIncrement value is invalid."))
		}
		if d.maxFraction != d.minFraction {
			o.c.Throw(webidl.RangeErrorf("roundingIncrement value is out of range."))
		}
	}
	return d
}

func (o options) defaultRange(v goja.Value, given bool, name string, low, high, fallback int) int {
	if !given {
		return fallback
	}
	return o.inRange(v, name, low, high)
}

// apply rounds a number: https://tc39.es/ecma402/#sec-formatnumberstring. whole and fraction are the digits shown.
func (d *digitOptions) apply(x decimal) (rounded decimal, whole, fraction string) {
	bySignificant := func() (decimal, int) { // and the place of the last digit
		place := x.magnitude() - d.maxSignificant + 1
		return x.rounded(place, 1, d.mode), place
	}
	byFraction := func() (decimal, int) { return x.rounded(-d.maxFraction, d.increment, d.mode), -d.maxFraction }
	minFraction := d.minFraction
	significant := func(r decimal) int { // how many fraction digits minSignificant asks for
		return d.minSignificant - 1 - r.magnitude()
	}
	switch {
	case d.minSignificant >= 0 && d.minFraction >= 0:
		s, sPlace := bySignificant()
		f, fPlace := byFraction()
		if (sPlace <= fPlace) == (d.priority == "morePrecision") && (sPlace != fPlace || d.priority == "morePrecision") {
			rounded, minFraction = s, significant(s)
		} else {
			rounded = f
		}
	case d.minSignificant >= 0:
		rounded, _ = bySignificant()
		minFraction = significant(rounded)
	default:
		rounded, _ = byFraction()
	}
	whole, fraction = rounded.plain()
	if n := minFraction - len(fraction); n > 0 {
		fraction += strings.Repeat("0", n)
	}
	if d.stripInteger && strings.Trim(fraction, "0") == "" {
		fraction = ""
	}
	if n := d.minInteger - len(whole); n > 0 {
		whole = strings.Repeat("0", n) + whole
	}
	return rounded, whole, fraction
}

// resolved are the names and values of resolvedOptions.
func (d *digitOptions) resolved() []any {
	out := []any{"minimumIntegerDigits", d.minInteger}
	if d.minFraction >= 0 {
		out = append(out, "minimumFractionDigits", d.minFraction, "maximumFractionDigits", d.maxFraction)
	}
	if d.minSignificant >= 0 {
		out = append(out, "minimumSignificantDigits", d.minSignificant, "maximumSignificantDigits", d.maxSignificant)
	}
	return out
}

// rounding are the last ones of them.
func (d *digitOptions) rounding() []any {
	zeros, priority := "auto", d.priority
	if d.stripInteger {
		zeros, priority = "stripIfInteger", "auto" // whatever it is
	}
	return []any{"roundingIncrement", d.increment, "roundingMode", d.mode, "roundingPriority", priority, "trailingZeroDisplay", zeros}
}
