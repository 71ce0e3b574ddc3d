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

// TestDevFlags has every flag that ends in config.Options, and those of wrangler's that end in devFlags.
func TestDevFlags(t *testing.T) {
	d := devFlags{config: config.Options{Dir: "/d"}}
	args := `-c w.toml -e test --name n --compatibility-date 2026-01-01 --compatibility-flag a --compatibilityFlags b --var A:1 --env-file x
		--define D:"e:f" --alias m:n --tsconfig t.json --jsx-factory h --jsx-fragment F --minify --no-bundle --host h.example --upstream-protocol https
		--ip 127.0.0.1 --port 0 --cacert c.pem --enforce-limits --log-level debug --assets public --route a.example/* --local-upstream l.example
		--no-infer-origin-from-routes --local-protocol https --https-cert-path c.pem --https-key-path k.pem --live-reload --test-scheduled --types
		--no-show-interactive-dev-session`
	if words, err := parse(d.flags(all.Kinds()), strings.Fields(args)); err != nil || len(words) > 0 {
		t.Fatal(words, err)
	}
	on, off := true, false
	want := config.Options{
		Dir: "/d", Path: "w.toml", Env: "test", Name: "n", CompatibilityDate: "2026-01-01", CompatibilityFlags: []string{"a", "b"},
		Vars: []config.Var{{Name: "A", Value: "1", Secret: true, Source: "--var"}}, EnvFiles: []string{"x"},
		Define: []config.Pair{{Key: "D", Value: `"e:f"`}}, Alias: []config.Pair{{Key: "m", Value: "n"}}, TSConfig: "t.json",
		JSXFactory: "h", JSXFragment: "F", Minify: &on, Bundle: &off, Host: "h.example", UpstreamProtocol: "https",
		Assets: "public", Routes: []string{"a.example/*"}, LocalUpstream: "l.example", KeepHost: true,
	}
	if diff := cmp.Diff(want, d.config); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if d.ip != "127.0.0.1" || d.port == nil || *d.port != 0 || len(d.roots) != 1 || !d.enforceLimits || d.logLevel != "debug" ||
		d.localProtocol != "https" || d.httpsCert != "c.pem" || d.httpsKey != "k.pem" || !d.liveReload || !d.testScheduled || !d.types || d.hotkeys == nil || *d.hotkeys {
		t.Errorf("%+v", d)
	}
}

// TestSeveralValues has more than one value behind a flag, as wrangler takes them, and the script behind them.
func TestSeveralValues(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"--var A:1 B:2 src/index.ts", "vars=2 define=0 flags=[] words=[src/index.ts] warnings=0"},
		{"src/index.ts --compatibility-flags nodejs_compat no_global_navigator --define X:1 Y:2 --minify", "vars=0 define=2 flags=[nodejs_compat no_global_navigator] words=[src/index.ts] warnings=0"},
		{"--compatibility-flags nodejs_compat index.js", "vars=0 define=0 flags=[nodejs_compat] words=[index.js] warnings=0"},
		{"--var A:1 C:/index.js", "vars=1 define=0 flags=[] words=[C:/index.js] warnings=0"},
		{"--x-provision=false --no-experimental-auto-create --x-remote-bindings index.js", "vars=0 define=0 flags=[] words=[index.js] warnings=1"},
		{"--no-x-new-config", "vars=0 define=0 flags=[] words=[] warnings=0"},
		{"--x-new-config", "--experimental-new-config is not supported by devserver: cloudflare.config.ts is a program, which is not run"},
		{"--var A=1", `--var: "A=1" has no key before a colon`},
		{"--log-level loud", `--log-level: "loud" is not one of debug, info, log, warn, error, none`},
	} {
		var d devFlags
		words, err := parse(d.flags(all.Kinds()), strings.Fields(test.args))
		got := fmt.Sprintf("vars=%d define=%d flags=%v words=%v warnings=%d", len(d.config.Vars), len(d.config.Define), d.config.CompatibilityFlags, words, len(d.warnings))
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q: %s, want %s", test.args, got, test.want)
		}
	}
}
