//go:build peers

package peers

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"devserver/internal/testpki"
)

//go:embed testdata/intl_tables.js
var intlTablesWorker string

// intlParents are the locales of runtime/intl/data, each with the one whose data it changes.
var intlParents = [][2]string{
	{"en", ""}, {"de", ""}, {"fr", ""}, {"es", ""}, {"it", ""}, {"pt", ""}, {"nl", ""}, {"pl", ""}, {"ru", ""}, {"uk", ""}, {"tr", ""}, {"ja", ""},
	{"zh", ""}, {"ko", ""}, {"ar", ""}, {"hi", ""}, {"sv", ""}, {"da", ""}, {"nb", ""}, {"fi", ""}, {"cs", ""},
	{"en-US", "en"}, {"en-GB", "en"}, {"en-AU", "en"}, {"en-CA", "en"}, {"en-IE", "en"}, {"en-IN", "en"}, {"en-NZ", "en"}, {"en-ZA", "en"},
	{"de-DE", "de"}, {"de-AT", "de"}, {"de-CH", "de"}, {"fr-FR", "fr"}, {"fr-BE", "fr"}, {"fr-CA", "fr"}, {"fr-CH", "fr"},
	{"es-ES", "es"}, {"es-MX", "es"}, {"es-419", "es"}, {"es-AR", "es"}, {"it-IT", "it"}, {"it-CH", "it"}, {"pt-BR", "pt"}, {"pt-PT", "pt"},
	{"nl-NL", "nl"}, {"nl-BE", "nl"}, {"pl-PL", "pl"}, {"ru-RU", "ru"}, {"uk-UA", "uk"}, {"tr-TR", "tr"}, {"ja-JP", "ja"}, {"zh-CN", "zh"}, {"zh-Hans", "zh"}, {"zh-TW", "zh"},
	{"ko-KR", "ko"}, {"ar-EG", "ar"}, {"ar-SA", "ar"}, {"hi-IN", "hi"}, {"sv-SE", "sv"}, {"da-DK", "da"}, {"nb-NO", "nb"}, {"no", "nb"}, {"fi-FI", "fi"}, {"cs-CZ", "cs"},
}

// TestIntlTables asks workerd for what runtime/intl/data says, and compares. With INTL_TABLES=write it writes the files.
func TestIntlTables(t *testing.T) {
	if testing.Short() {
		t.Skip("it asks for all that is known of the locales, which takes minutes")
	}
	workerd := startWorkerd(t, newProject(t, testpki.New("peers"), intlTablesWorker, nil))
	ask := func(query map[string]any) map[string]any {
		body, _ := json.Marshal(query)
		res, err := http.Post("http://"+workerd.addr+"/", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		var answer map[string]any
		if err := json.Unmarshal(text, &answer); err != nil {
			t.Fatalf("%v: %s\n%s", query["task"], text, workerd.Log)
		}
		return answer
	}
	codes := ask(map[string]any{"task": "codes"})
	root := ask(map[string]any{"task": "root", "zoneNames": zoneNames(t), "languages": codes["language"], "regions": codes["region"], "scripts": codes["script"]})
	zones := slices.Clone(root["timeZone"].([]any))
	for _, name := range slices.Sorted(maps.Keys(root["zoneAlias"].(map[string]any))) {
		if root["zoneAlias"].(map[string]any)[name] == name { // not among those that are told
			zones = append(zones, name)
		}
	}

	// Zones that have the same names in English have them everywhere.
	groups, group := []string{}, map[string]int{}
	english := ask(map[string]any{"task": "zones", "locale": "en", "zones": zones})
	groupOf := map[string]any{}
	for _, z := range zones {
		key := fmt.Sprint(english[z.(string)])
		if _, ok := group[key]; !ok {
			group[key] = len(groups)
			groups = append(groups, z.(string))
		}
		groupOf[z.(string)] = group[key]
	}
	root["zoneGroups"] = groupOf

	full := map[string]map[string]any{}
	same := map[string]any{}
	for _, pair := range intlParents {
		locale, parent := pair[0], pair[1]
		data := ask(map[string]any{"task": "locale", "locale": locale, "codes": codes})
		names := ask(map[string]any{"task": "zones", "locale": locale, "zones": groups})
		list := make([]any, len(groups))
		for i, z := range groups {
			list[i] = names[z]
		}
		data["zones"] = list
		full[locale] = data
		written := data
		if parent != "" {
			written = changes(full[parent], data)
			if len(written) == 0 {
				same[locale] = parent
				continue
			}
			written["parent"] = parent
		}
		tableFile(t, locale, written)
	}
	root["same"] = same
	tableFile(t, "root", root)
}

// changes are what makes one table another.
func changes(from, to map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(to)) {
		a, aOK := from[key].(map[string]any)
		b, bOK := to[key].(map[string]any)
		if aOK && bOK {
			if inner := changes(a, b); len(inner) > 0 {
				out[key] = inner
			}
		} else if !reflect.DeepEqual(from[key], to[key]) {
			out[key] = to[key]
		}
	}
	for key := range from {
		if _, ok := to[key]; !ok {
			out[key] = nil
		}
	}
	return out
}

// tableFile compares a file of runtime/intl/data, or writes it: two levels deep, a line each.
func tableFile(t *testing.T, name string, table map[string]any) {
	var b strings.Builder
	encode := func(v any) string {
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		e.Encode(v)
		return strings.TrimSuffix(line.String(), "\n")
	}
	b.WriteString("{")
	for i, key := range slices.Sorted(maps.Keys(table)) {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n" + encode(key) + ": ")
		inner, ok := table[key].(map[string]any)
		if !ok {
			b.WriteString(encode(table[key]))
			continue
		}
		b.WriteString("{")
		for j, k := range slices.Sorted(maps.Keys(inner)) {
			if j > 0 {
				b.WriteString(",")
			}
			b.WriteString("\n\t" + encode(k) + ": " + encode(inner[k]))
		}
		b.WriteString("\n}")
	}
	b.WriteString("\n}\n")
	path := filepath.Join("..", "..", "runtime", "intl", "data", name+".json")
	if os.Getenv("INTL_TABLES") == "write" {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have, err := os.ReadFile(path); err != nil || string(have) != b.String() {
		t.Errorf("%s is not what workerd says: INTL_TABLES=write renews it (%v)", path, err)
	}
}

// zoneNames are the time zones that Go knows.
func zoneNames(t *testing.T) []string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	zones, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer zones.Close()
	var names []string
	for _, f := range zones.File {
		if !strings.HasSuffix(f.Name, "/") {
			names = append(names, f.Name)
		}
	}
	return names
}
