package weburl

import (
	"encoding/json"
	"strings"
	"testing"

	"devserver/internal/suites"
)

// attributes returns what the getters of u return, by the names of the
// JavaScript attributes.
func attributes(u *URL) map[string]string {
	return map[string]string{
		"href":         u.Href(),
		"origin":       u.Origin(),
		"protocol":     u.Protocol(),
		"username":     u.Username(),
		"password":     u.Password(),
		"host":         u.Host(),
		"hostname":     u.Hostname(),
		"port":         u.Port(),
		"pathname":     u.Pathname(),
		"search":       u.Search(),
		"hash":         u.Hash(),
		"searchParams": u.SearchParams().String(),
	}
}

func TestURLSuite(t *testing.T) {
	for _, file := range []string{"urltestdata.json", "urltestdata-javascript-only.json"} {
		t.Run(file, func(t *testing.T) {
			for _, c := range suites.Cases[map[string]any](t, "url/"+file) {
				input := c["input"].(string)
				var base *URL
				if s, ok := c["base"].(string); ok {
					var err error
					if base, err = Parse(s); err != nil {
						if c["failure"] != true {
							t.Errorf("base of %q: %v", input, err)
						}
						continue
					}
				}
				u, err := ParseWithBase(input, base)
				if c["failure"] == true {
					if err == nil {
						t.Errorf("%q with base %v: got %q, want a failure", input, c["base"], u.Href())
					}
					continue
				}
				if err != nil {
					t.Error(err)
					continue
				}
				checkAttributes(t, input, u, c)
			}
		})
	}
}

func TestSettersSuite(t *testing.T) {
	type setterCase struct {
		Href     string         `json:"href"`
		NewValue string         `json:"new_value"`
		Expected map[string]any `json:"expected"`
	}
	setters := map[string]func(*URL, string){
		"href":     func(u *URL, v string) { _ = u.SetHref(v) }, // what a failure leaves is in the case
		"protocol": (*URL).SetProtocol,
		"username": (*URL).SetUsername,
		"password": (*URL).SetPassword,
		"host":     (*URL).SetHost,
		"hostname": (*URL).SetHostname,
		"port":     (*URL).SetPort,
		"pathname": (*URL).SetPathname,
		"search":   (*URL).SetSearch,
		"hash":     (*URL).SetHash,
	}
	for attribute, raw := range suites.Read[map[string]json.RawMessage](t, "url/setters_tests.json") {
		if attribute == "comment" {
			continue
		}
		set := setters[attribute]
		if set == nil {
			t.Errorf("the suite has cases for %q, for which there is no setter", attribute)
			continue
		}
		var list []setterCase
		if err := json.Unmarshal(raw, &list); err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			u, err := Parse(c.Href)
			if err != nil {
				t.Error(err)
				continue
			}
			set(u, c.NewValue)
			checkAttributes(t, c.Href+" ."+attribute+" = "+c.NewValue, u, c.Expected)
		}
	}
}

// checkAttributes compares the attributes that want has with those of u.
func checkAttributes(t *testing.T, name string, u *URL, want map[string]any) {
	t.Helper()
	for attribute, got := range attributes(u) {
		if want, ok := want[attribute]; ok && got != want {
			t.Errorf("%q: %s is %q, want %q", name, attribute, got, want)
		}
	}
}

func TestDomainSuites(t *testing.T) {
	type domainCase struct {
		Input   string  `json:"input"`
		Output  *string `json:"output"`
		Comment string  `json:"comment"`
	}
	for _, file := range []string{"toascii.json", "IdnaTestV2.json", "IdnaTestV2-removed.json"} {
		t.Run(file, func(t *testing.T) {
			for _, c := range suites.Cases[domainCase](t, "url/"+file) {
				if c.Input == "" {
					continue // a URL cannot say it
				}
				u, err := Parse("https://" + c.Input + "/x")
				switch {
				case c.Output == nil && err == nil:
					t.Errorf("%+q (%s): got %q, want a failure", c.Input, c.Comment, u.Host())
				case c.Output != nil && err != nil:
					t.Errorf("%+q (%s): want %q: %v", c.Input, c.Comment, *c.Output, err)
				case c.Output != nil && (u.Host() != *c.Output || u.Pathname() != "/x"):
					t.Errorf("%+q (%s): got %q, want the host %q", c.Input, c.Comment, u.Href(), *c.Output)
				}

				u, err = Parse("https://unchanged/x")
				if err != nil {
					t.Fatal(err)
				}
				want := "unchanged"
				if c.Output != nil {
					want = *c.Output
				}
				if u.SetHostname(c.Input); u.Hostname() != want && !strings.ContainsAny(c.Input, `/?#\`) {
					t.Errorf("hostname = %+q (%s): got %q, want %q", c.Input, c.Comment, u.Hostname(), want)
				}
			}
		})
	}
}

func TestPercentEncodingSuite(t *testing.T) {
	type encodingCase struct {
		Input  string            `json:"input"`
		Output map[string]string `json:"output"`
	}
	for _, c := range suites.Cases[encodingCase](t, "url/percent-encoding.json") {
		u, err := Parse("https://example.test/?" + c.Input)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, want := u.Search(), "?"+c.Output["utf-8"]; got != want {
			t.Errorf("%q: got %q, want %q", c.Input, got, want)
		}
	}
}
