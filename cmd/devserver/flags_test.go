package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"devserver/bindings/all"
	"devserver/config"
)

func TestParse(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"", "port= list=[] on=false words=[]"},
		{"a --port 1 b", "port=1 list=[] on=false words=[a b]"},
		{"--port=1 --port 2", "port=2 list=[] on=false words=[]"},
		{"-p 1 a", "port=1 list=[] on=false words=[a]"},
		{"-p=1", "port=1 list=[] on=false words=[]"},
		{"--list a --list=b=c --list -x", "port= list=[a b=c -x] on=false words=[]"},
		{"--long-list a --longList b", "port= list=[a b] on=false words=[]"},
		{"--on a", "port= list=[] on=true words=[a]"},
		{"--on true a", "port= list=[] on=true words=[a]"},
		{"--on --no-on", "port= list=[] on=false words=[]"},
		{"--on false", "port= list=[] on=false words=[]"},
		{"--on=true", "port= list=[] on=true words=[]"},
		{"- -- --on -p", "port= list=[] on=false words=[- --on -p]"},

		{"--prt 1", "unknown flag --prt"},
		{"-port 1", "unknown flag -port"},
		{"-x", "unknown flag -x"},
		{"--p 1", "unknown flag --p"},
		{"--no-port", "unknown flag --no-port"},
		{"--no-on=true", `--no-on is a switch, which has no value "true"`},
		{"--on=1", `--on is a switch, which has no value "1"`},
		{"--port", "--port has no value"},
		{"--port --on", "--port has no value"},
		{"--port -p 1", "--port has no value"},
		{"--list=", "--list : is empty"},
	} {
		var port string
		var list []string
		var on bool
		words, err := parse([]flag{
			{[]string{"port", "p"}, "N", "h", textFlag(&port)},
			{[]string{"list", "long-list"}, "S", "h", listFlag(&list)},
			{[]string{"on"}, "", "h", switchFlag(&on)},
		}, strings.Fields(test.args))
		got := fmt.Sprintf("port=%s list=%v on=%v words=%v", port, list, on, words)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q: %s, want %s", test.args, got, test.want)
		}
	}
}

// TestOtherWorkers has --config several times: the first is the Worker that all other flags are about.
func TestOtherWorkers(t *testing.T) {
	var d devFlags
	d.config.Dir, d.config.Environ = "/project", []string{"A=1"}
	if _, err := parse(d.flags(all.Kinds()), strings.Fields("-c a.toml --var K:V --name n -e staging --config ../b/wrangler.jsonc -c c.toml")); err != nil {
		t.Fatal(err)
	}
	if d.config.Path != "a.toml" || d.config.Name != "n" || d.config.Env != "staging" || len(d.config.Vars) != 1 {
		t.Errorf("the first is %+v", d.config)
	}
	want := []config.Options{
		{Dir: "/project", Environ: []string{"A=1"}, Path: "../b/wrangler.jsonc", Env: "staging"},
		{Dir: "/project", Environ: []string{"A=1"}, Path: "c.toml", Env: "staging"},
	}
	if diff := cmp.Diff(want, d.otherWorkers()); diff != "" {
		t.Errorf("the others (-want +got):\n%s", diff)
	}
}

func TestParseConnectTo(t *testing.T) {
	for _, test := range []struct{ value, host, to, fault string }{
		{"a.example:443:127.0.0.1:9443", "a.example:443", "127.0.0.1:9443", ""},
		{"A.example::localhost:1", "a.example", "localhost:1", ""},
		{"a:1:[::1]:2", "a:1", "[::1]:2", ""},
		{"[::1]:443:b:2", "[::1]:443", "b:2", ""},
		{"[::1]::[::2]:2", "[::1]", "[::2]:2", ""},
		{"a:443::9443", "a:443", "a:9443", ""},
		{"a:443:b:", "a:443", "b:443", ""},

		{"a:443:b", "", "", "there are 3"},
		{"a:443:::1:2", "", "", "there are 6"},
		{":443:b:1", "", "", "first HOST is empty"},
		{"a::b:", "", "", "second PORT is empty"},
		{"a:x:b:1", "", "", `"x" is not a port`},
		{"a:1:b:65536", "", "", `"65536" is not a port`},
		{"a:1:b:0", "", "", `"0" is not a port`},
		{"[::1:1:b:1", "", "", "not an IPv6 address"},
		{"[a]:1:b:1", "", "", "not an IPv6 address"},
		{"[::1]x:1:b:1", "", "", `"x" follows`},
	} {
		o, err := parseConnectTo(test.value)
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: error %v, want %q", test.value, err, test.fault)
			}
			continue
		}
		if err != nil || o.Host != test.host || o.ConnectTo != test.to {
			t.Errorf("%s: %q at %q, error %v; want %q at %q", test.value, o.Host, o.ConnectTo, err, test.host, test.to)
		}
	}
}

// TestDevFlags has every flag that ends in config.Options.
func TestDevFlags(t *testing.T) {
	d := devFlags{config: config.Options{Dir: "/d"}}
	args := `-c w.toml -e test --name n --compatibility-date 2026-01-01 --compatibility-flag a --compatibilityFlags b --var A:1 --env-file x
		--define D:"e:f" --alias m:n --tsconfig t.json --jsx-factory h --jsx-fragment F --minify --no-bundle --host h.example --upstream-protocol https
		--ip 127.0.0.1 --port 0 --cacert c.pem --enforce-limits --log-level debug`
	if words, err := parse(d.flags(all.Kinds()), strings.Fields(args)); err != nil || len(words) > 0 {
		t.Fatal(words, err)
	}
	on, off := true, false
	want := config.Options{
		Dir: "/d", Path: "w.toml", Env: "test", Name: "n", CompatibilityDate: "2026-01-01", CompatibilityFlags: []string{"a", "b"},
		Vars: []config.Var{{Name: "A", Value: "1", Secret: true, Source: "--var"}}, EnvFiles: []string{"x"},
		Define: []config.Pair{{Key: "D", Value: `"e:f"`}}, Alias: []config.Pair{{Key: "m", Value: "n"}}, TSConfig: "t.json",
		JSXFactory: "h", JSXFragment: "F", Minify: &on, Bundle: &off, Host: "h.example", UpstreamProtocol: "https",
	}
	if diff := cmp.Diff(want, d.config); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d.ip != "127.0.0.1" || d.port == nil || *d.port != 0 || len(d.roots) != 1 || !d.enforceLimits || d.logLevel != "debug" {
		t.Errorf("%+v", d)
	}
}

// TestForeignFlags holds that every flag of wrangler's dev is known, and that none is ignored without a word.
func TestForeignFlags(t *testing.T) {
	wranglers := strings.Fields(`name compatibility-date compatibility-flags compatibility-flag latest assets no-bundle bundle ip port inspector-port
		inspector-ip routes route host local-protocol https-key-path https-cert-path local-upstream upstream-protocol var define alias jsx-factory
		jsx-fragment tsconfig minify remote local persist-to live-reload test-scheduled log-level show-interactive-dev-session types tunnel
		tunnel-name enable-containers site site-include site-exclude node-compat config cwd env env-file help version profile install-skills`)
	for _, name := range wranglers {
		var d devFlags
		f, _ := find(d.flags(all.Kinds()), "--"+name)
		if f == nil {
			t.Errorf("--%s is not known", name)
			continue
		}
		if f.help != "" || name == "local-protocol" { // the last is refused with one value only
			continue
		}
		value := "true"
		if f.argument != "" {
			value = "x"
		}
		if err := f.set(value); err == nil && len(d.warnings) == 0 {
			t.Errorf("--%s is ignored without a word", name)
		}
	}
}
