package intl_test

import (
	"fmt"
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/intl"
	"devserver/runtime/sourcetext"
)

// run is a script's result in an isolate of its own.
func run(t testing.TB, script string) string {
	t.Helper()
	iso := jstest.New(t, intl.Globals())
	intl.For(sourcetext.Of(script)).Install(iso.Realm)
	return iso.Run(t, script)
}

func table(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			if got := run(t, "return "+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

func TestNumberFormat(t *testing.T) {
	table(t, []jstest.Case{
		{`new Intl.NumberFormat("en-US").format(1234567.891)`, "1,234,567.891"},
		{`Intl.NumberFormat("de").format(-1234.5)`, "-1.234,5"},
		{`new Intl.NumberFormat("en", { style: "currency", currency: "usd" }).format(-1234.5)`, "-$1,234.50"},
		{`new Intl.NumberFormat("en", { style: "currency", currency: "USD", currencySign: "accounting" }).format(-1)`, "($1.00)"},
		{`new Intl.NumberFormat("en", { style: "currency", currency: "CHF" }).format(1)`, "CHF\u00a01.00"},
		{`new Intl.NumberFormat("en", { style: "currency", currency: "JPY", currencyDisplay: "name" }).format(1)`, "1 Japanese yen"},
		{`new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234567.891)`, "1.234.567,89\u00a0€"},
		{`new Intl.NumberFormat("fr", { style: "percent" }).format(0.256)`, "26\u00a0%"},
		{`new Intl.NumberFormat("en", { style: "unit", unit: "kilometer-per-hour", unitDisplay: "long" }).format(1)`, "1 kilometer per hour"},
		{`new Intl.NumberFormat("ru", { style: "unit", unit: "day", unitDisplay: "long" }).format(3)`, "3 дня"},
		{`new Intl.NumberFormat("en", { notation: "compact" }).format(999999)`, "1M"},
		{`new Intl.NumberFormat("en", { notation: "compact", compactDisplay: "long" }).format(12345)`, "12 thousand"},
		{`new Intl.NumberFormat("ja", { notation: "compact" }).format(123456789)`, "1.2億"},
		{`new Intl.NumberFormat("en", { notation: "engineering" }).format(123456)`, "123.456E3"},
		{`new Intl.NumberFormat("hi").format(12345678.9)`, "1,23,45,678.9"},
		{`new Intl.NumberFormat("pl").format(1234)`, "1234"},
		{`new Intl.NumberFormat("ar-EG").format(1234.5)`, "١٬٢٣٤٫٥"},
		{`new Intl.NumberFormat("en-u-nu-thai").format(12)`, "๑๒"},
		{`new Intl.NumberFormat("en").format("12345678901234567890.125")`, "12,345,678,901,234,567,890.125"},
		{`new Intl.NumberFormat("en").format(12345678901234567890n)`, "12,345,678,901,234,567,890"},
		{`[-0, NaN, Infinity].map(new Intl.NumberFormat("en").format).join()`, "-0,NaN,∞"},
		{`new Intl.NumberFormat("en", { roundingMode: "halfEven", maximumFractionDigits: 0 }).format(2.5)`, "2"},
		{`new Intl.NumberFormat("en", { roundingIncrement: 5, maximumFractionDigits: 2, minimumFractionDigits: 2 }).format(1.23)`, "1.25"},
		{`new Intl.NumberFormat("en", { maximumSignificantDigits: 3, maximumFractionDigits: 0, roundingPriority: "lessPrecision" }).format(1.234)`, "1"},
		{`new Intl.NumberFormat("en", { signDisplay: "exceptZero" }).format(3)`, "+3"},
		{`new Intl.NumberFormat("en", { style: "currency", currency: "USD" }).formatRange(3, 5)`, "$3.00 – $5.00"},
		{`new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumFractionDigits: 0 }).formatRange(2.9, 3.1)`, "~$3"},
		{`JSON.stringify(new Intl.NumberFormat("en").formatToParts(-1.5))`, `[{"type":"minusSign","value":"-"},{"type":"integer","value":"1"},{"type":"decimal","value":"."},{"type":"fraction","value":"5"}]`},
		{`(1e21).toLocaleString()`, "1,000,000,000,000,000,000,000"},
		{`(1234.5).toLocaleString("de", { minimumFractionDigits: 2 }) + " " + 10n.toLocaleString("en", { style: "percent" })`, "1.234,50 1,000%"},
		{`[1234.5, null, new Date(0)].toLocaleString("de")`, "1.234,5,,1.1.1970, 00:00:00"},
		{`new Float64Array([1.5, 2e6]).toLocaleString("de")`, "1,5,2.000.000"},
		{`(() => { const a = [1]; a.push(a); return a.toLocaleString(); })()`, "1,"},
	})
}

func TestDateTimeFormat(t *testing.T) {
	table(t, []jstest.Case{
		{`new Intl.DateTimeFormat().format(0)`, "1/1/1970"},
		{`new Date(0).toLocaleString()`, "1/1/1970, 12:00:00 AM"},
		{`new Date(0).toLocaleDateString("de", { dateStyle: "full" })`, "Donnerstag, 1. Januar 1970"},
		{`new Date(0).toLocaleTimeString("en", { timeStyle: "short", timeZone: "America/New_York" })`, "7:00 PM"},
		{`new Date(NaN).toLocaleString()`, "Invalid Date"},
		{`new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "full", timeZone: "Europe/Berlin" }).format(1720000000000)`, "July 3, 2024 at 11:46:40 AM Central European Summer Time"},
		{`new Intl.DateTimeFormat("en", { hour: "numeric", timeZone: "America/Los_Angeles", timeZoneName: "short" }).format(1720000000000)`, "2 AM PDT"},
		{`new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "numeric", timeZone: "+05:30", timeZoneName: "longOffset" }).format(0)`, "05:30 GMT+05:30"},
		{`new Intl.DateTimeFormat("en", { month: "long", day: "numeric", weekday: "short", year: "2-digit" }).format(0)`, "Thu, January 1, 70"},
		{`new Intl.DateTimeFormat("en", { hour: "numeric", dayPeriod: "long" }).format(72e6)`, "8 in the evening"},
		{`new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h24" }).format(0)`, "24:00"},
		{`new Intl.DateTimeFormat("en", { minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 }).format(61234)`, "01:01.234"},
		{`new Intl.DateTimeFormat("en", { year: "numeric", era: "short" }).format(-7e13)`, "250 BC"},
		{`new Intl.DateTimeFormat("ru", { month: "long" }).format(0) + new Intl.DateTimeFormat("ru", { month: "long", day: "numeric" }).format(0)`, "январь1 января"},
		{`new Intl.DateTimeFormat("ja", { dateStyle: "full", timeStyle: "medium" }).format(0)`, "1970年1月1日木曜日 0:00:00"},
		{`new Intl.DateTimeFormat("en", { dateStyle: "medium" }).formatRange(0, 1e9)`, "Jan 1 – 12, 1970"},
		{`new Intl.DateTimeFormat("en", { hour: "numeric", minute: "numeric" }).formatRange(0, 5e6)`, "12:00 – 1:23 AM"},
		{`JSON.stringify(new Intl.DateTimeFormat("en", { hour: "numeric" }).formatToParts(0))`, `[{"type":"hour","value":"12"},{"type":"literal","value":" "},{"type":"dayPeriod","value":"AM"}]`},
		{`JSON.stringify(new Intl.DateTimeFormat("de-u-hc-h12", { hour: "numeric", timeZone: "asia/calcutta" }).resolvedOptions())`,
			`{"locale":"de-u-hc-h12","calendar":"gregory","numberingSystem":"latn","timeZone":"Asia/Calcutta","hourCycle":"h12","hour12":true,"hour":"numeric"}`},
	})
}

func TestOthers(t *testing.T) {
	table(t, []jstest.Case{
		{`["en", "ar", "pl", "ja"].map(l => [0, 1, 2, 5, 11, 1.5].map(n => new Intl.PluralRules(l).select(n))).join(" ")`,
			"other,one,other,other,other,other zero,one,two,few,many,other many,one,few,many,many,other other,other,other,other,other,other"},
		{`[1, 2, 3, 4, 11, 22].map(n => new Intl.PluralRules("en", { type: "ordinal" }).select(n)).join()`, "one,two,few,other,other,two"},
		{`new Intl.PluralRules("en", { minimumFractionDigits: 1 }).select(1) + new Intl.PluralRules("en").selectRange(0, 1)`, "otherother"},
		{`[-1, 0, 3].map(n => new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(n, "days")).join()`, "yesterday,today,in 3 days"},
		{`new Intl.RelativeTimeFormat("de", { style: "short" }).format(-5, "month")`, "vor 5\u00a0Monaten"},
		{`new Intl.ListFormat("en").format(["a", "b", "c"]) + new Intl.ListFormat("en", { type: "disjunction" }).format(["a", "b"])`, "a, b, and ca or b"},
		{`new Intl.ListFormat("es").format(["Ana", "Igor"]) + " " + new Intl.ListFormat("es", { type: "disjunction" }).format(["siete", "ocho"])`, "Ana e Igor siete u ocho"},
		{`new Intl.DisplayNames("en", { type: "region" }).of("us") + new Intl.DisplayNames("de", { type: "language" }).of("pt-BR")`, "United StatesPortugiesisch (Brasilien)"},
		{`new Intl.DisplayNames("fr", { type: "currency" }).of("USD") + new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of("QX")`, "dollar des États-Unisundefined"},
		{`new Intl.DurationFormat("en", { style: "digital" }).format({ hours: 1, minutes: 2, seconds: 3, milliseconds: 400 })`, "1:02:03.4"},
		{`new Intl.DurationFormat("en", { style: "long" }).format({ days: 1, hours: 2, minutes: 0, seconds: -0 })`, "1 day, 2 hours"},
		{`new Intl.DurationFormat("en").format("-P1DT2.5S")`, "-1 day, 2 sec, 500 ms"},
		{`["b", "a", "B", "A", "ä", "10", "9"].sort(new Intl.Collator("de").compare).join()`, "10,9,a,A,ä,b,B"},
		{`["item 10", "item 9"].sort(new Intl.Collator(undefined, { numeric: true }).compare).join()`, "item 9,item 10"},
		{`["ö", "z"].sort((a, b) => a.localeCompare(b, "sv")).join() + "a".localeCompare("A", undefined, { sensitivity: "base" })`, "z,ö0"},
		{`"I".toLocaleLowerCase("tr") + "i".toLocaleUpperCase("tr") + "ß".toLocaleUpperCase()`, "ıİSS"},
		{`[...new Intl.Segmenter("en").segment("e\u0301👨‍👩‍👧🇩🇪🇫🇷")].map(s => s.segment.length).join()`, "2,8,4,4"},
		{`[...new Intl.Segmenter("en", { granularity: "word" }).segment("Can't stop, 3.5!")].filter(s => s.isWordLike).map(s => s.segment).join("|")`, "Can't|stop|3.5"},
		{`[...new Intl.Segmenter("en", { granularity: "sentence" }).segment("One. Two? 3.5 is.")].map(s => s.segment).join("|")`, "One. |Two? |3.5 is."},
		{`new Intl.Segmenter().segment("a😀b").containing(2).index + typeof new Intl.Segmenter().segment("").containing(0)`, "1undefined"},
	})
}

func TestLocale(t *testing.T) {
	table(t, []jstest.Case{
		{`Intl.getCanonicalLocales(["EN-us", "zh-hans-cn", "iw", "en-u-kn-true-ca-islamicc", "de-1996-fonipa", "en-us"]).join()`, "en-US,zh-Hans-CN,he,en-u-ca-islamic-civil-kn,de-1996-fonipa"},
		{`new Intl.Locale("zh-TW").maximize() + " " + new Intl.Locale("zh-Hant-TW").minimize() + " " + new Intl.Locale("en").maximize()`, "zh-Hant-TW zh-TW en-Latn-US"},
		{`(l => [l.language, l.script, l.region, l.baseName, l.hourCycle, l.numeric, l.calendar].join())(new Intl.Locale("de-latn-de-u-kn", { hourCycle: "h12" }))`, "de,Latn,DE,de-Latn-DE,h12,true,"},
		{`JSON.stringify([new Intl.Locale("de").getWeekInfo(), new Intl.Locale("ar").getTextInfo()])`, `[{"firstDay":1,"weekend":[6,7]},{"direction":"rtl"}]`},
		{`["de-LU", "es-PE", "zh-Hant-HK", "xx", "en-US-u-nu-thai"].map(l => new Intl.NumberFormat(l).resolvedOptions().locale).join()`, "de,es,zh-TW,en-US,en-US-u-nu-thai"},
		{`Intl.NumberFormat.supportedLocalesOf(["de-LU", "xx", "fr"]).join()`, "de-LU,fr"},
		{`Intl.supportedValuesOf("currency").includes("EUR") && Intl.supportedValuesOf("timeZone").length > 400`, "true"},
		{`Object.keys(Intl).length + Object.prototype.toString.call(Intl) + Object.prototype.toString.call(new Intl.Locale("de")) + Intl.NumberFormat.name`, "0[object Intl][object Intl.Locale]NumberFormat"},
		{`Object.keys(Intl.DateTimeFormat.prototype).length + "," + new (class extends Intl.NumberFormat {})("de").format(1.5)`, "0,1,5"},
	})
}

func TestErrors(t *testing.T) {
	const try = `(() => { try { return String(%s); } catch (e) { return e.name + ": " + e.message; } })()`
	cases := []jstest.Case{
		{`new Intl.NumberFormat("en", { style: "x" })`, "RangeError: Value x out of range for Intl.NumberFormat options property style"},
		{`new Intl.NumberFormat("x-1")`, "RangeError: Invalid language tag: x-1"},
		{`Intl.Locale("en")`, "TypeError: Constructor Intl.Locale requires 'new'"},
		{`new Intl.DateTimeFormat("en").format(NaN)`, "RangeError: Invalid time value"},
		{`new Intl.DateTimeFormat("en", { timeZone: "X" })`, "RangeError: Invalid time zone specified: X"},
		{`new Intl.DateTimeFormat("en", { dateStyle: "full", day: "numeric" })`, "TypeError: Invalid option : option"},
		{`new Intl.NumberFormat("en", { style: "currency" })`, "TypeError: Currency code is required with currency style."},
		{`new Intl.NumberFormat("en", { maximumFractionDigits: 200 })`, "RangeError: maximumFractionDigits value is out of range."},
		{`new Intl.RelativeTimeFormat("en").format(1, "x")`, "RangeError: Invalid unit argument for Intl.RelativeTimeFormat.prototype.format() 'x'"},
		{`new Intl.ListFormat("en").format([1])`, "TypeError: Iterable yielded 1 which is not a string"},
		{`Intl.supportedValuesOf("x")`, "RangeError: Invalid key : x"},
		{`"a".localeCompare("b", "x-1")`, "RangeError: Invalid language tag: x-1"},
		{`(() => { let a = []; for (let i = 0; i < 5000; i++) a = [a]; return a.toLocaleString(); })()`, "RangeError: Maximum call stack size exceeded"},
	}
	for i, c := range cases {
		cases[i][0] = fmt.Sprintf(try, c[0])
	}
	table(t, cases)
}

// TestData reads every table.
func TestData(t *testing.T) {
	got := run(t, `
		const bad = [];
		for (const l of ["en", "en-GB", "en-AU", "en-CA", "en-IE", "en-IN", "en-NZ", "en-ZA", "de", "de-AT", "de-CH", "fr", "fr-BE", "fr-CA", "fr-CH", "es", "es-419", "es-AR", "es-MX", "it", "it-CH",
			"pt", "pt-PT", "nl", "nl-BE", "pl", "ru", "uk", "tr", "ja", "zh", "zh-TW", "ko", "ar", "ar-EG", "ar-SA", "hi", "sv", "da", "nb", "fi", "cs"]) {
			for (const text of [new Intl.NumberFormat(l, { style: "unit", unit: "liter-per-kilometer", unitDisplay: "long" }).format(2), new Intl.DateTimeFormat(l, { dateStyle: "full", timeStyle: "full", timeZone: "Europe/Paris" }).format(0),
				new Intl.RelativeTimeFormat(l).format(1, "quarter"), new Intl.ListFormat(l).format(["a", "b"]), new Intl.DisplayNames(l, { type: "script" }).of("Cyrl"), new Intl.DurationFormat(l).format({ years: 2, hours: 1 })]) {
				if (text.length < 3 || /undefined|\||\{/.test(text)) bad.push(l + ": " + text);
			}
		}
		return bad.join("\n")`)
	if got != "" {
		t.Error(got)
	}
}

func BenchmarkNumberFormat(b *testing.B) {
	bench(b, `new Intl.NumberFormat("de", { style: "currency", currency: "EUR" }).format(1.5)`)
}
func BenchmarkDateTimeFormat(b *testing.B) {
	bench(b, `new Intl.DateTimeFormat("de", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Berlin" }).format(0)`)
}
func BenchmarkToLocaleString(b *testing.B) { bench(b, `(1234.5).toLocaleString()`) }
func BenchmarkLocaleCompare(b *testing.B)  { bench(b, `"hello".localeCompare("help")`) }

func bench(b *testing.B, expression string) {
	iso := jstest.New(b, intl.Globals())
	intl.For(sourcetext.Of(expression)).Install(iso.Realm)
	iso.Run(b, "return "+expression)
	b.ResetTimer()
	if _, err := iso.VM.RunString(fmt.Sprintf("for (let i = 0; i < %d; i++) "+expression, b.N)); err != nil {
		b.Fatal(err)
	}
}
