package intl

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"
)

// What is known of locales is in data/*.json, one file for each, which TestIntlTables of internal/peers has found out by
// asking workerd: see its Worker, intl_tables.js, for what the fields are and how patterns are written.
//
//go:embed data/*.json
var files embed.FS

// table is what is known of one locale.
type table struct {
	Number   numberTable
	Date     dateTable
	Relative map[string]relativeUnit
	List     map[string][4]string
	Names    map[string]json.RawMessage
	Zones    [][6]string
	Parent   string // the table that this one changes

	language string
	names    sync.Map // of Names, decoded
}

// root is what is known of no locale in particular.
type root struct {
	LanguageAlias, RegionAlias, ZoneAlias map[string]string
	Maximize                              map[string]string
	CurrencyDigits                        map[string]int
	Calendar, Collation, Currency         []string
	NumberingSystem, TimeZone, Unit       []string
	ZoneGroups                            map[string]int
	Digits                                map[string]string
	Week, Hours, Calendars, RegionZones   map[string]string
	Same                                  map[string]string
}

var theRoot = sync.OnceValue(func() *root {
	text, err := files.ReadFile("data/root.json")
	if err != nil {
		panic("intl: " + err.Error())
	}
	r := new(root)
	if err := json.Unmarshal(text, r); err != nil {
		panic("intl: data/root.json: " + err.Error())
	}
	return r
})

// available are the tables that there are, each read when it is first asked for.
var available = sync.OnceValue(func() map[string]func() *table {
	entries, err := files.ReadDir("data")
	if err != nil {
		panic("intl: " + err.Error())
	}
	tables := make(map[string]func() *table)
	for _, entry := range entries {
		if name := strings.TrimSuffix(entry.Name(), ".json"); name != "root" {
			tables[name] = sync.OnceValue(func() *table { return read(name) })
		}
	}
	for name, of := range theRoot().Same {
		tables[name] = tables[of]
	}
	return tables
})

// tableOf is the table of an available locale.
func tableOf(locale string) *table {
	if of, ok := available()[locale]; ok {
		return of()
	}
	return available()["en"]()
}

// read reads a file.
func read(name string) *table {
	t := new(table)
	decode := func(text []byte) {
		if err := json.Unmarshal(text, t); err != nil {
			panic("intl: data/" + name + ".json: " + err.Error())
		}
	}
	text, err := files.ReadFile("data/" + name + ".json")
	if err != nil {
		panic("intl: " + err.Error())
	}
	if decode(text); t.Parent != "" {
		whole, err := json.Marshal(merged(name))
		if err != nil {
			panic("intl: " + err.Error())
		}
		t = new(table)
		decode(whole)
	}
	t.language, _, _ = strings.Cut(name, "-")
	return t
}

// merged is a file with the parent that it changes.
func merged(name string) map[string]any {
	text, err := files.ReadFile("data/" + name + ".json")
	if err != nil {
		panic("intl: " + err.Error())
	}
	var data map[string]any
	if err := json.Unmarshal(text, &data); err != nil {
		panic("intl: data/" + name + ".json: " + err.Error())
	}
	parent, ok := data["parent"].(string)
	if !ok {
		return data
	}
	delete(data, "parent")
	whole := merged(parent)
	change(whole, data)
	return whole
}

// change applies changes to a table: null removes.
func change(whole, changes map[string]any) {
	for key, value := range changes {
		a, aOK := whole[key].(map[string]any)
		b, bOK := value.(map[string]any)
		switch {
		case value == nil:
			delete(whole, key)
		case aOK && bOK:
			change(a, b)
		default:
			whole[key] = value
		}
	}
}

// byCategory is a text for each category of plurals, or one for all.
type byCategory struct {
	one string
	all map[string]string
}

// UnmarshalJSON implements json.Unmarshaler.
func (b *byCategory) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &b.one)
	}
	return json.Unmarshal(text, &b.all)
}

func (b byCategory) of(category string) string {
	if b.all == nil {
		return b.one
	}
	for _, c := range []string{category, "other", "many", "few", "one"} {
		if text, ok := b.all[c]; ok {
			return text
		}
	}
	return ""
}

// nameOf is a name of Names: of a kind, by its code.
func (t *table) nameOf(kind, code string) (string, bool) {
	decoded, ok := t.names.Load(kind)
	if !ok {
		var names map[string]string
		if err := json.Unmarshal(t.Names[kind], &names); err != nil {
			panic("intl: names " + kind + ": " + err.Error())
		}
		decoded, _ = t.names.LoadOrStore(kind, names)
	}
	name, ok := decoded.(map[string]string)[code]
	return name, ok
}

// composed is how the name of a language is put together with a script and a region.
func (t *table) composed() (string, bool) {
	var pattern string
	err := json.Unmarshal(t.Names["composed"], &pattern)
	return pattern, err == nil
}
