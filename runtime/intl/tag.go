package intl

import (
	"slices"
	"strings"
)

// tag is a language tag taken apart: https://unicode.org/reports/tr35/#Unicode_locale_identifier.
type tag struct {
	language, script, region string
	variants                 []string
	attributes               []string  // of the u extension
	keywords                 []keyword // of the u extension, by key
	others                   []string  // other extensions, as "t-..."
	private                  string    // "x-..."
}

type keyword struct{ key, value string }

func letters(s string, low, high int) bool {
	return len(s) >= low && len(s) <= high && strings.IndexFunc(s, func(c rune) bool { return c < 'a' || c > 'z' }) < 0
}

func digits(s string, n int) bool {
	return len(s) == n && strings.IndexFunc(s, func(c rune) bool { return c < '0' || c > '9' }) < 0
}

func alphanumeric(s string, low, high int) bool {
	return len(s) >= low && len(s) <= high && strings.IndexFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') }) < 0
}

func isVariant(s string) bool {
	return alphanumeric(s, 5, 8) || alphanumeric(s, 4, 4) && s[0] <= '9'
}

func isLanguage(s string) bool { return letters(s, 2, 3) || letters(s, 5, 8) }

// parseTag reads a tag and brings it into its canonical form: https://tc39.es/ecma402/#sec-canonicalizeunicodelocaleid.
func parseTag(text string) (tag, bool) {
	var t tag
	for i := range len(text) {
		if c := text[i]; c >= 0x80 {
			return t, false
		}
	}
	parts := strings.Split(strings.ToLower(text), "-")
	if !isLanguage(parts[0]) || parts[0] == "root" {
		return t, false
	}
	t.language, parts = parts[0], parts[1:]
	if len(parts) > 0 && letters(parts[0], 4, 4) {
		t.script, parts = strings.ToUpper(parts[0][:1])+parts[0][1:], parts[1:]
	}
	if len(parts) > 0 && (letters(parts[0], 2, 2) || digits(parts[0], 3)) {
		t.region, parts = strings.ToUpper(parts[0]), parts[1:]
	}
	for len(parts) > 0 && isVariant(parts[0]) {
		if slices.Contains(t.variants, parts[0]) {
			return t, false
		}
		t.variants, parts = append(t.variants, parts[0]), parts[1:]
	}
	seen := map[string]bool{}
	for len(parts) > 0 {
		singleton := parts[0]
		if !alphanumeric(singleton, 1, 1) || seen[singleton] {
			return t, false
		}
		seen[singleton] = true
		end := 1
		for end < len(parts) && (singleton == "x" || len(parts[end]) > 1) {
			if low := 2; !alphanumeric(parts[end], low, 8) && !(singleton == "x" && alphanumeric(parts[end], 1, 8)) {
				return t, false
			}
			end++
		}
		if end == 1 {
			return t, false
		}
		body := parts[1:end]
		parts = parts[end:]
		switch singleton {
		case "x":
			t.private = "x-" + strings.Join(body, "-")
		case "u":
			if !t.unicode(body) {
				return t, false
			}
		case "t":
			other, ok := transformed(body)
			if !ok {
				return t, false
			}
			t.others = append(t.others, other)
		default:
			t.others = append(t.others, singleton+"-"+strings.Join(body, "-"))
		}
	}
	slices.Sort(t.others)
	t.canonicalize()
	return t, true
}

// unicode reads the u extension. The first of keywords with one key counts.
func (t *tag) unicode(body []string) bool {
	for len(body) > 0 && len(body[0]) > 2 {
		if !slices.Contains(t.attributes, body[0]) {
			t.attributes = append(t.attributes, body[0])
		}
		body = body[1:]
	}
	slices.Sort(t.attributes)
	for len(body) > 0 {
		end := 1
		for end < len(body) && len(body[end]) > 2 {
			end++
		}
		if digits(body[0][1:], 1) {
			return false
		}
		t.setKeyword(body[0], strings.Join(body[1:end], "-"), false)
		body = body[end:]
	}
	return true
}

// transformed is the canonical form of a t extension.
func transformed(body []string) (string, bool) {
	var lang []string
	isField := func(s string) bool { return len(s) == 2 && s[0] >= 'a' && s[1] >= '0' && s[1] <= '9' }
	for len(body) > 0 && !isField(body[0]) {
		lang, body = append(lang, body[0]), body[1:]
	}
	out := "t"
	if len(lang) > 0 {
		inner, ok := parseTag(strings.Join(lang, "-"))
		if !ok || len(inner.others) > 0 || inner.private != "" || len(inner.keywords) > 0 {
			return "", false
		}
		out += "-" + strings.ToLower(inner.base())
	}
	var fields []string
	for len(body) > 0 {
		if !isField(body[0]) {
			return "", false
		}
		end := 1
		for end < len(body) && len(body[end]) > 2 {
			end++
		}
		if end == 1 {
			return "", false
		}
		fields, body = append(fields, strings.Join(body[:end], "-")), body[end:]
	}
	slices.Sort(fields)
	for _, f := range fields {
		out += "-" + f
	}
	return out, len(lang)+len(fields) > 0
}

// keywordAliases are values of keywords that have another canonical form.
var keywordAliases = map[keyword]string{
	{"ca", "ethiopic-amete-alem"}: "ethioaa", {"ca", "islamicc"}: "islamic-civil", {"ca", "gregorian"}: "gregory",
	{"ks", "primary"}: "level1", {"ks", "tertiary"}: "level3", {"ms", "imperial"}: "uksystem",
	{"co", "dictionary"}: "dict", {"co", "phonebook"}: "phonebk", {"co", "traditional"}: "trad", {"co", "gb2312han"}: "gb2312",
	{"tz", "cnckg"}: "cnsha", {"tz", "eire"}: "iedub", {"tz", "est"}: "papty", {"tz", "gmt0"}: "gmt", {"tz", "uct"}: "utc", {"tz", "zulu"}: "utc",
	{"kb", "yes"}: "true", {"kc", "yes"}: "true", {"kh", "yes"}: "true", {"kk", "yes"}: "true", {"kn", "yes"}: "true",
}

// setKeyword sets a keyword, or with replace over what is there.
func (t *tag) setKeyword(key, value string, replace bool) {
	if alias, ok := keywordAliases[keyword{key, value}]; ok {
		value = alias
	}
	if value == "true" {
		value = ""
	}
	i, found := slices.BinarySearchFunc(t.keywords, key, func(k keyword, key string) int { return strings.Compare(k.key, key) })
	switch {
	case !found:
		t.keywords = slices.Insert(t.keywords, i, keyword{key, value})
	case replace:
		t.keywords[i].value = value
	}
}

func (t *tag) keyword(key string) (string, bool) {
	for _, k := range t.keywords {
		if k.key == key {
			return k.value, true
		}
	}
	return "", false
}

// wholeAliases are tags that another one stands for.
var wholeAliases = map[string]string{"art-lojban": "jbo", "cel-gaulish": "xtg", "zh-guoyu": "zh", "zh-hakka": "hak", "zh-xiang": "hsn",
	"hy-arevela": "hy", "hy-arevmda": "hyw"}

// canonicalize replaces what is deprecated.
func (t *tag) canonicalize() {
	r := theRoot()
	if len(t.variants) > 0 {
		if alias, ok := wholeAliases[t.language+"-"+t.variants[0]]; ok {
			t.language, t.variants = alias, t.variants[1:]
		}
		for i, v := range t.variants {
			if v == "heploc" {
				t.variants[i] = "alalc97"
			}
		}
		if i := slices.Index(t.variants, "hepburn"); i >= 0 && slices.Contains(t.variants, "alalc97") {
			t.variants = slices.Delete(t.variants, i, i+1)
		}
		slices.Sort(t.variants)
		t.variants = slices.Compact(t.variants)
	}
	if alias, ok := r.LanguageAlias[t.language]; ok {
		parts := strings.Split(alias, "-")
		t.language = parts[0]
		for _, p := range parts[1:] {
			if len(p) == 4 {
				if t.script == "" {
					t.script = p
				}
			} else if t.region == "" {
				t.region = p
			}
		}
	}
	if alias, ok := r.RegionAlias[t.region]; ok && t.region != "" {
		t.region = alias
	}
	if t.script == "Qaai" {
		t.script = "Zinh"
	}
}

// base is the tag without extensions.
func (t *tag) base() string {
	s := t.language
	for _, part := range append([]string{t.script, t.region}, t.variants...) {
		if part != "" {
			s += "-" + part
		}
	}
	return s
}

func (t *tag) String() string {
	s := t.base()
	var extensions []string
	if u := t.extension(); u != "" {
		extensions = append(extensions, u)
	}
	extensions = append(extensions, t.others...)
	slices.SortStableFunc(extensions, func(a, b string) int { return strings.Compare(a[:1], b[:1]) })
	for _, e := range extensions {
		s += "-" + e
	}
	if t.private != "" {
		s += "-" + t.private
	}
	return s
}

// extension is the u extension.
func (t *tag) extension() string {
	if len(t.attributes)+len(t.keywords) == 0 {
		return ""
	}
	s := "u"
	for _, a := range t.attributes {
		s += "-" + a
	}
	for _, k := range t.keywords {
		s += "-" + k.key
		if k.value != "" {
			s += "-" + k.value
		}
	}
	return s
}

// maximized adds likely subtags: https://unicode.org/reports/tr35/#Likely_Subtags.
func (t *tag) maximized() tag {
	m := *t
	if m.language != "und" && m.script != "" && m.region != "" {
		return m
	}
	likely := theRoot().Maximize
	key := func(parts ...string) string {
		var s []string
		for _, p := range parts {
			if p != "" {
				s = append(s, p)
			}
		}
		return strings.Join(s, "-")
	}
	for _, k := range []string{key(m.language, m.script, m.region), key(m.language, m.region), key(m.language, m.script), m.language, key("und", m.script)} {
		full, ok := likely[k]
		if k == "und" {
			full, ok = "en-Latn-US", true
		}
		if !ok || strings.HasPrefix(k, "und-") && m.language != "und" && k != key(m.language, m.script, m.region) {
			continue
		}
		parts := strings.Split(full, "-")
		if m.language == "und" {
			m.language = parts[0]
		}
		for _, p := range parts[1:] {
			if len(p) == 4 && m.script == "" {
				m.script = p
			} else if len(p) < 4 && m.region == "" {
				m.region = p
			}
		}
		break
	}
	return m
}

// minimized takes away what maximized adds.
func (t *tag) minimized() tag {
	full := t.maximized()
	for _, try := range []tag{{language: full.language}, {language: full.language, region: full.region}, {language: full.language, script: full.script}} {
		if m := try.maximized(); m.base() == (&tag{language: full.language, script: full.script, region: full.region}).base() {
			out := *t
			out.language, out.script, out.region = try.language, try.script, try.region
			return out
		}
	}
	out := *t
	out.language, out.script, out.region = full.language, full.script, full.region
	return out
}
