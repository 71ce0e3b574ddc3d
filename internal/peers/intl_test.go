//go:build peers

package peers

import (
	_ "embed"
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"devserver/internal/jstest"
	"devserver/internal/testpki"
	"devserver/runtime/intl"
	"devserver/runtime/sourcetext"
)

//go:embed testdata/intl_cases.js
var intlRun string

// intlCase is a use of Intl: see intl_cases.js.
type intlCase struct {
	Class   string         `json:"k"`
	Locale  string         `json:"l"`
	Options map[string]any `json:"o,omitempty"`
	Method  string         `json:"m"`
	Args    []any          `json:"a"`
}

// intlLevels is how many of 1000 cases at least are as in workerd, by locale. In English only ranges of dates with rare
// combinations of fields may differ: see runtime/intl/README.md.
var intlLevels = map[string]int{
	"en-US": 994, "en-GB": 985, "de": 980, "fr": 980, "es": 980, "it": 980, "pt-BR": 980, "pt": 980, "nl": 980, "pl": 960, "ru": 975, "uk": 980, "tr": 980,
	"ja": 940, "zh": 950, "ko": 970, "ar": 960, "hi": 985, "sv": 980, "da": 975, "nb": 980, "fi": 975, "cs": 970,
}

// TestIntl compares random uses of Intl with workerd: in English all must be the same, and in each other locale as many
// as have been.
func TestIntl(t *testing.T) {
	workerd := startWorkerd(t, newProject(t, testpki.New("peers"),
		intlRun+"export default { async fetch(request) { return Response.json((await request.json()).map(c => String(run(c)))); } }", nil))
	seed := uint64(1)
	if s, err := strconv.ParseUint(os.Getenv("INTL_SEED"), 10, 64); err == nil {
		seed = s
	}
	random := rand.New(rand.NewPCG(seed, 0))
	iso := jstest.New(t, intl.Globals())
	intl.For(sourcetext.Of(intlRun + " toLocaleString toLocaleDateString toLocaleTimeString toLocaleUpperCase toLocaleLowerCase")).Install(iso.Realm)
	for _, locale := range slices.Sorted(maps.Keys(intlLevels)) {
		level, count := intlLevels[locale], 300
		if locale == "en-US" {
			count = 4000
		}
		var cases []intlCase
		for range count {
			cases = append(cases, randomIntl(random, locale))
		}
		body, _ := json.Marshal(cases)
		res, err := http.Post("http://"+workerd.addr+"/", "application/json", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		err = json.NewDecoder(res.Body).Decode(&want)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		text := iso.Run(t, intlRun+"return JSON.stringify("+string(body)+".map(c => String(run(c))))")
		if err := json.Unmarshal([]byte(text), &got); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		same := 0
		byClass := map[string]int{}
		for i, c := range cases {
			if got[i] == want[i] {
				same++
				continue
			}
			if byClass[c.Class+"."+c.Method]++; byClass[c.Class+"."+c.Method] <= 5 {
				text, _ := json.Marshal(c)
				t.Logf("%s\n\tgot  %s\n\twant %s", text, got[i], want[i])
			}
		}
		t.Logf("%s: %d of %d are the same; not %v", locale, same, len(cases), byClass)
		if locale == "en-US" {
			for what, n := range byClass {
				if !strings.HasPrefix(what, "DateTimeFormat.formatRange") {
					t.Errorf("English: %s differs %d times", what, n)
				}
			}
		}
		if same*1000 < level*len(cases) {
			t.Errorf("%s: %d ‰ are the same, of at least %d", locale, same*1000/len(cases), level)
		}
	}
}

// randomIntl makes a case.
func randomIntl(r *rand.Rand, locale string) intlCase {
	c := intlCase{Locale: locale, Options: map[string]any{}}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	maybe := func(name string, one int, list ...string) {
		if r.IntN(one) == 0 {
			c.Options[name] = pick(list...)
		}
	}
	number := func() any {
		switch r.IntN(8) {
		case 0:
			return r.IntN(10)
		case 1:
			return r.IntN(100_000) - 50_000
		case 2:
			return math.Round(r.Float64()*1e6) / 100
		case 3:
			return math.Round((r.Float64()-0.5)*1e4) / 1000
		case 4:
			return r.Int64N(1e15)
		case 5:
			return r.Float64()
		case 6:
			return math.Pow(10, float64(r.IntN(20)-4)) * float64(1+r.IntN(9))
		}
		return []any{0, -1, 1, 1000, 0.5, 1.005, 999999, 1e21, -0.0001, "12345678901234567890.125"}[r.IntN(10)]
	}
	date := func() int64 {
		if r.IntN(10) == 0 {
			return r.Int64N(4e13) - 2e13
		}
		return 1_700_000_000_000 + r.Int64N(100_000_000_000)
	}
	numberOptions := func() {
		switch r.IntN(5) {
		case 0:
			c.Options["style"], c.Options["currency"] = "currency", pick("USD", "EUR", "JPY", "GBP", "CHF", "INR", "BRL", "KWD", "SEK", "CNY")
			maybe("currencyDisplay", 2, "code", "symbol", "narrowSymbol", "name")
			maybe("currencySign", 3, "accounting", "standard")
		case 1:
			c.Options["style"] = "percent"
		case 2:
			c.Options["style"] = "unit"
			c.Options["unit"] = pick("kilometer", "liter", "celsius", "byte", "megabyte", "hour", "day", "year", "percent", "mile", "kilometer-per-hour", "meter-per-second", "liter-per-day", "degree", "inch", "kilogram")
			maybe("unitDisplay", 2, "short", "long", "narrow")
		}
		maybe("notation", 4, "compact", "scientific", "engineering", "standard")
		if c.Options["notation"] == "compact" {
			maybe("compactDisplay", 2, "short", "long")
		}
		maybe("signDisplay", 4, "auto", "never", "always", "exceptZero", "negative")
		maybe("useGrouping", 6, "always", "auto", "min2")
		if r.IntN(4) == 0 {
			c.Options["maximumFractionDigits"] = r.IntN(6)
		}
		if r.IntN(6) == 0 {
			c.Options["minimumFractionDigits"] = r.IntN(4)
		}
		if r.IntN(8) == 0 {
			c.Options["maximumSignificantDigits"] = 1 + r.IntN(6)
		}
		if r.IntN(12) == 0 {
			c.Options["minimumIntegerDigits"] = 1 + r.IntN(5)
		}
		maybe("roundingMode", 8, "ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven")
		maybe("roundingPriority", 10, "auto", "morePrecision", "lessPrecision")
		maybe("trailingZeroDisplay", 10, "auto", "stripIfInteger")
	}
	zones := []string{"America/New_York", "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata", "UTC", "America/Los_Angeles", "Australia/Sydney", "Europe/London", "America/Sao_Paulo", "+05:30"}
	dateOptions := func() {
		maybe("timeZone", 2, zones...)
		if r.IntN(3) == 0 {
			maybe("dateStyle", 2, "full", "long", "medium", "short")
			maybe("timeStyle", 2, "full", "long", "medium", "short")
			if len(c.Options) > 0 {
				maybe("hourCycle", 5, "h12", "h23")
				return
			}
		}
		maybe("weekday", 4, "narrow", "short", "long")
		maybe("era", 12, "narrow", "short", "long")
		maybe("year", 2, "numeric", "2-digit")
		maybe("month", 2, "numeric", "2-digit", "narrow", "short", "long")
		maybe("day", 2, "numeric", "2-digit")
		if r.IntN(2) == 0 {
			maybe("hour", 1, "numeric", "2-digit")
			if r.IntN(4) > 0 {
				maybe("minute", 1, "numeric", "2-digit")
				maybe("second", 2, "numeric", "2-digit")
			}
			if c.Options["second"] != nil && r.IntN(4) == 0 {
				c.Options["fractionalSecondDigits"] = 1 + r.IntN(3)
			}
			if r.IntN(4) == 0 {
				c.Options["hour12"] = r.IntN(2) == 0
			}
			maybe("hourCycle", 6, "h11", "h12", "h23", "h24")
			maybe("dayPeriod", 12, "narrow", "short", "long")
			maybe("timeZoneName", 6, "short", "long", "shortOffset", "longOffset", "longGeneric")
		}
	}
	words := strings.Fields("apple Apple äpfel Zebra zebra résumé resume Resume côte coté cote 10 9 2 item10 item9 a-b ab a_b ñandú nandu naïve Ångström öl über o'clock Straße strasse 1.5 $5 #1 _x straße ZZ é e f")
	switch r.IntN(14) {
	case 0, 1, 2, 3:
		c.Class, c.Method = "NumberFormat", pick("format", "format", "formatToParts", "resolvedOptions", "formatRange", "formatRangeToParts")
		numberOptions()
		switch {
		case c.Method == "resolvedOptions":
			c.Args = []any{}
		case strings.HasPrefix(c.Method, "formatRange"):
			c.Args = []any{r.IntN(1000), 1000 + r.IntN(9000)}
		default:
			c.Args = []any{number()}
		}
	case 4, 5, 6, 7:
		c.Class, c.Method = "DateTimeFormat", pick("format", "format", "formatToParts", "resolvedOptions", "formatRange", "formatRangeToParts")
		dateOptions()
		at := date()
		if c.Options["timeZone"] != nil { // whose names are those of today
			at = 1_700_000_000_000 + r.Int64N(100_000_000_000)
		}
		switch {
		case c.Method == "resolvedOptions":
			c.Args = []any{}
		case strings.HasPrefix(c.Method, "formatRange"):
			c.Args = []any{at, at + []int64{3_000_000, 20_000_000, 200_000_000, 4_000_000_000, 50_000_000_000}[r.IntN(5)]}
		default:
			c.Args = []any{at}
		}
	case 8:
		c.Class, c.Method = "RelativeTimeFormat", pick("format", "formatToParts")
		maybe("style", 2, "long", "short", "narrow")
		maybe("numeric", 2, "always", "auto")
		c.Args = []any{[]any{0, 1, -1, 2, -2, 5, 21, -10, 1000, 1.5, -0.5, 11}[r.IntN(12)], pick("second", "minute", "hours", "day", "weeks", "month", "quarter", "year")}
	case 9:
		c.Class, c.Method = "PluralRules", pick("select", "select", "selectRange", "resolvedOptions")
		maybe("type", 2, "cardinal", "ordinal")
		if r.IntN(4) == 0 {
			c.Options["minimumFractionDigits"] = r.IntN(3)
		}
		c.Args = []any{r.IntN(130), 130 + r.IntN(100)}
		if r.IntN(4) == 0 {
			c.Args = []any{math.Round(r.Float64()*100) / 10, 20.5}
		}
		if c.Method == "resolvedOptions" {
			c.Args = []any{}
		}
	case 10:
		switch r.IntN(3) {
		case 0:
			c.Class, c.Method = "ListFormat", pick("format", "formatToParts")
			maybe("type", 2, "conjunction", "disjunction", "unit")
			maybe("style", 2, "long", "short", "narrow")
			list := []string{}
			for range r.IntN(5) {
				list = append(list, pick("Ana", "Igor", "hielo", "ocho", "8", "x"))
			}
			c.Args = []any{list}
		case 1:
			c.Class, c.Method = "DurationFormat", pick("format", "formatToParts", "resolvedOptions")
			maybe("style", 2, "long", "short", "narrow", "digital")
			d := map[string]any{"minutes": r.IntN(60)}
			for _, unit := range []string{"years", "months", "days", "hours", "seconds", "milliseconds"} {
				if r.IntN(2) == 0 {
					d[unit] = r.IntN(50)
				}
			}
			if c.Args = []any{d}; c.Method == "resolvedOptions" {
				c.Args = []any{}
			}
		default:
			c.Class, c.Method = "DisplayNames", "of"
			c.Options["type"] = pick("language", "region", "script", "currency", "calendar", "dateTimeField")
			maybe("style", 2, "long", "short", "narrow")
			switch c.Options["type"] {
			case "language":
				c.Args = []any{pick("en", "de", "fr-CA", "zh-Hant", "zh-Hans-CN", "en-GB", "pt-BR", "sr-Latn", "es-419", "ja", "tlh", "ar-EG", "de-AT")}
				maybe("languageDisplay", 2, "dialect", "standard")
			case "region":
				c.Args = []any{pick("US", "DE", "GB", "TR", "419", "JP", "ZZ", "HK", "XK", "UN")}
			case "script":
				c.Args = []any{pick("Latn", "Cyrl", "Arab", "Hans", "Deva", "Jpan")}
			case "currency":
				c.Args = []any{pick("USD", "EUR", "JPY", "CHF", "XTS", "BRL", "CNY", "PLN")}
			case "calendar":
				c.Args = []any{pick("gregory", "iso8601", "buddhist", "hebrew")}
			default:
				c.Args = []any{pick("era", "year", "month", "weekday", "hour", "timeZoneName", "dayPeriod", "weekOfYear")}
			}
		}
	case 11:
		if r.IntN(2) == 0 {
			c.Class, c.Method = "Collator", "sort"
			maybe("sensitivity", 3, "base", "accent", "case", "variant")
			maybe("caseFirst", 4, "upper", "lower", "false")
			if r.IntN(3) == 0 {
				c.Options["numeric"] = true
			}
			for range 8 {
				c.Args = append(c.Args, pick(words...))
			}
		} else {
			c.Class, c.Method = "String", "localeCompare"
			c.Args = []any{pick(words...), pick(words...)}
		}
	case 12:
		switch r.IntN(4) {
		case 0:
			c.Class, c.Method, c.Args = "Number", "toLocaleString", []any{number()}
			numberOptions()
		case 1:
			c.Class, c.Method, c.Args = "Date", pick("toLocaleString", "toLocaleDateString", "toLocaleTimeString"), []any{date()}
			if r.IntN(2) == 0 {
				dateOptions()
			}
		case 2:
			c.Class, c.Method, c.Args = "String", pick("toLocaleUpperCase", "toLocaleLowerCase"), []any{pick("Iıİi", "straße", "ÀÉ", "ΣΑΣ")}
		default:
			c.Class, c.Method, c.Args = "Array", "toLocaleString", []any{1234.5, nil, "x", r.IntN(1e6)}
		}
	default:
		switch r.IntN(3) {
		case 0:
			c.Class, c.Method, c.Args = "Segmenter", "segment", []any{pick("Hello, world! It's 3.14 o'clock.", "He said: \"Go.\" Then he left. Mr. Smith went.", "👨‍👩‍👧 🇩🇪🇫🇷 é क्षि 한국", "foo_bar 12,345.67 can't e.g. a.b.c", "line\r\nbreak  two\n\nx", "naïve café — résumé…", "Is it? Yes! (Really.) 5.3 u.s. army")}
			maybe("granularity", 1, "grapheme", "word", "sentence")
		case 1:
			c.Class, c.Method = "Locale", "all"
			c.Args = []any{}
			c.Locale = pick(locale, locale+"-u-nu-latn-ca-buddhist", "zh-TW", "sr-Latn-RS", "en-us-u-kn", "und-Arab", "de-latn-de-1996", "iw", "pt-PT", "no", "x-bad", "es-419", "en-a-bbb-x-c", "ZH-hans", "und")
			maybe("hourCycle", 4, "h12", "h23")
			maybe("calendar", 4, "gregory", "islamic-civil")
		default:
			c.Class, c.Method = "Intl", "getCanonicalLocales"
			c.Args = []any{[]string{pick("EN-us", "zh-hant-tw", "iw", "sgn-ase", "en-u-ca-gregorian", "de-DE-u-co-phonebk", "cmn", "mo", "sh", "en-t-de-t0-und", "i-klingon", "aa-bb-cc-dd", "hy-arevela", "art-lojban", "en-u-kn-true")}}
		}
	}
	if len(c.Options) == 0 {
		c.Options = nil
	}
	return c
}
