package config

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOverrides has flags beside the same settings in a file, and without them.
func TestOverrides(t *testing.T) {
	dir := mustLoad(t, "", file{"wrangler.toml", minimal + `jsx_factory = "h"
jsx_fragment = "F"
tsconfig = "tsconfig.json"
minify = false
define = { A = "1", B = "2" }
alias = { a = "b" }
[dev]
host = "file.example"
upstream_protocol = "http"
`}).Dir
	on := true
	plain, ds := Load(Options{Dir: dir})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	flagged, ds := Load(Options{
		Dir: dir, Define: []Pair{{Key: "A", Value: "3"}}, Alias: []Pair{{Key: "c", Value: "d"}}, TSConfig: "other.json",
		JSXFactory: "j", JSXFragment: "G", Minify: &on, Host: "flag.example", UpstreamProtocol: "https",
	})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	for _, test := range []struct{ name, wantPlain, wantFlagged, plain, flagged string }{
		{"define", "A=1 B=2", "B=2 A=3", spelled(plain.Build.Define), spelled(flagged.Build.Define)},
		{"alias", "a=b", "a=b c=d", spelled(plain.Build.Alias), spelled(flagged.Build.Alias)},
		{"tsconfig", filepath.Join(dir, "tsconfig.json"), filepath.Join(dir, "other.json"), plain.Build.TSConfig, flagged.Build.TSConfig},
		{"jsx_factory", "h", "j", plain.Build.JSXFactory, flagged.Build.JSXFactory},
		{"jsx_fragment", "F", "G", plain.Build.JSXFragment, flagged.Build.JSXFragment},
		{"host", "file.example", "flag.example", plain.Dev.Host, flagged.Dev.Host},
		{"upstream_protocol", "http", "https", plain.Dev.UpstreamProtocol, flagged.Dev.UpstreamProtocol},
	} {
		if test.plain != test.wantPlain || test.flagged != test.wantFlagged {
			t.Errorf("%s: without the flag %q, want %q; with it %q, want %q", test.name, test.plain, test.wantPlain, test.flagged, test.wantFlagged)
		}
	}
	if plain.Build.Minify || !flagged.Build.Minify {
		t.Errorf("minify: without the flag %v, with it %v", plain.Build.Minify, flagged.Build.Minify)
	}
}

func spelled(pairs []Pair) string {
	var list []string
	for _, p := range pairs {
		list = append(list, p.Key+"="+p.Value)
	}
	return strings.Join(list, " ")
}

// TestCF has request.cf overridden, for one property by the file that is not committed.
func TestCF(t *testing.T) {
	wrangler := file{"wrangler.toml", minimal}
	shared := file{"devserver.toml", "[cf]\ncountry = \"DE\"\nasn = 1\n[cf.tlsClientAuth]\ncertPresented = \"1\"\n"}
	if c := mustLoad(t, "", wrangler); c.CF != nil {
		t.Errorf("without a table it is %s", c.CF)
	}
	c := mustLoad(t, "", wrangler, shared, file{"devserver.local.toml", "[cf]\nasn = 2\n"})
	if diff := cmp.Diff(`{"country":"DE","asn":2,"tlsClientAuth":{"certPresented":"1"}}`, string(c.CF)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ds := load(t, nil, []file{wrangler, {"devserver.toml", "cf = \"DE\"\n"}}); !ds.HasErrors() {
		t.Errorf("a string is taken: %s", ds)
	}
}
