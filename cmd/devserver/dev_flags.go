package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"devserver/bindings"
	"devserver/config"
)

// devFlags is the command line of dev.
type devFlags struct {
	config        config.Options
	others        []string // --config, from the second on: the files of Workers that the first can call
	ip            string
	port          *int
	roots         []string // files
	connectTo     []config.Origin
	mtlsErrors    string // edge or throw
	proxiedZones  string // error or warn
	http2         bool
	localProtocol string // http, https or "" if not given
	httpsCert     string
	httpsKey      string
	readyFile     string
	liveReload    bool
	logFormat     string // text, json or "" if not given
	hotkeys       *bool  // nil: if somebody sits there
	logLevel      string
	enforceLimits bool
	cron          bool
	testScheduled bool
	types         bool
	help, version bool

	warnings []string // of what was asked for and has no effect
}

// newDevFlags is a command line of which nothing has been read.
func newDevFlags(p *process) devFlags {
	return devFlags{
		config:   config.Options{Dir: p.dir, Environ: p.environ, Env: p.getenv("CLOUDFLARE_ENV")},
		logLevel: "log",
	}
}

// flags are those of dev: in the order of the help, and then wrangler's that devserver knows only to say why it does not
// do what they ask for.
func (d *devFlags) flags(kinds []bindings.Kind) []flag {
	o := &d.config
	list := []flag{
		{[]string{"config", "c"}, "FILE", "the wrangler.toml, .json or .jsonc to use, instead of the one found from here upwards; repeated: more Workers, which the first can call", d.addConfig},
		{[]string{"env", "e"}, "NAME", "the environment in it to use", textFlag(&o.Env)},
		{[]string{"port"}, "N", "listen on this port, and no other; 0: any that is free", d.setPort},
		{[]string{"ip"}, "ADDRESS", "listen on this address; * or 0.0.0.0: on every one, for the whole network to use", textFlag(&d.ip)},
		{[]string{"local-protocol"}, "http|https", "listen with http (the default) or https, and HTTP/2 then; the certificate is made, and kept", choiceFlag(&d.localProtocol, "http", "https")},
		{[]string{"https-cert-path"}, "FILE", "the certificate for https, and its chain, instead of one that is made", textFlag(&d.httpsCert)},
		{[]string{"https-key-path"}, "FILE", "its private key, unless it is in the same file", textFlag(&d.httpsKey)},
		{[]string{"ready-file"}, "FILE", "once it serves, write {\"url\", \"port\", \"pid\"} to this file; it is removed at the end", d.setReadyFile},
		{[]string{"host"}, "HOST", "the host that the Worker sees in request.url, instead of the first route's", textFlag(&o.Host)},
		{[]string{"local-upstream"}, "HOST", "the same, if there is no --host", textFlag(&o.LocalUpstream)},
		{[]string{"route", "routes"}, "PATTERN", "a route, instead of those in the file", listFlag(&o.Routes)},
		{[]string{"infer-origin-from-routes"}, "", "the Worker sees the first route's host in request.url, as is the default; --no-infer-origin-from-routes: the local one", invertedSwitch(&o.KeepHost)},
		{[]string{"upstream-protocol"}, "http|https", "the scheme that the Worker sees in request.url", choiceFlag(&o.UpstreamProtocol, "http", "https")},
	}
	for _, kind := range kinds {
		if user, ok := kind.(bindings.FlagUser); ok {
			for _, f := range user.Flags(o.Dir) {
				list = append(list, flag{[]string{f.Name}, f.Argument, f.Help, f.Set})
			}
		}
	}
	return append(append(list, []flag{
		{[]string{"assets"}, "DIR", "serve the static assets in this directory", textFlag(&o.Assets)},
		{[]string{"cacert"}, "FILE", "trust the certificates in this PEM file as roots, for every origin", listFlag(&d.roots)},
		{[]string{"connect-to"}, "HOST:PORT:ADDR:PORT", "reach HOST:PORT at ADDR:PORT, as in curl; without the first PORT, every port of HOST", d.addConnectTo},
		{[]string{"mtls-errors"}, "edge|throw", "what a fetch that fails gets: a 52x response (edge, the default), or an exception", choiceFlag(&d.mtlsErrors, "edge", "throw")},
		{[]string{"proxied-zones"}, "error|warn", "calls with a certificate to what Cloudflare proxies get 520 (the default), or a warning", choiceFlag(&d.proxiedZones, "error", "warn")},
		{[]string{"mtls-http2"}, "", "offer HTTP/2 to origins", switchFlag(&d.http2)},
		{[]string{"var"}, "KEY:VALUE", "a variable in env, before every other source of it", d.addVar},
		{[]string{"env-file"}, "FILE", "read this instead of .dev.vars and .env; the later one wins", listFlag(&o.EnvFiles)},
		{[]string{"name"}, "NAME", "the Worker's name", textFlag(&o.Name)},
		{[]string{"compatibility-date"}, "DATE", "as in " + config.DefaultCompatibilityDate, textFlag(&o.CompatibilityDate)},
		{[]string{"compatibility-flags", "compatibility-flag"}, "FLAG", "instead of those in the file", listFlag(&o.CompatibilityFlags)},
		{[]string{"define"}, "NAME:EXPRESSION", "put an expression in the place of a name when bundling", pairFlag(&o.Define)},
		{[]string{"alias"}, "MODULE:MODULE", "bundle another module instead of one", pairFlag(&o.Alias)},
		{[]string{"tsconfig"}, "FILE", "the tsconfig.json to use", textFlag(&o.TSConfig)},
		{[]string{"jsx-factory"}, "NAME", "what JSX elements become a call of", textFlag(&o.JSXFactory)},
		{[]string{"jsx-fragment"}, "NAME", "what <> stands for", textFlag(&o.JSXFragment)},
		{[]string{"minify"}, "", "remove what is not needed from the bundle", optionalSwitch(&o.Minify)},
		{[]string{"bundle"}, "", "bundle the Worker, as is the default; --no-bundle: take it as it is, with the modules that the rules name", optionalSwitch(&o.Bundle)},
		{[]string{"enforce-limits"}, "", "stop requests at limits.cpu_ms, which is otherwise only reported", switchFlag(&d.enforceLimits)},
		{[]string{"cron"}, "", "run scheduled handlers when triggers.crons are due, in UTC", switchFlag(&d.cron)},
		{[]string{"cwd"}, "DIR", "work as if started in this directory; for every command", textFlag(new(string))}, // see changeDirectory
		{[]string{"types"}, "", "when the configuration has changed, write worker-configuration.d.ts anew, if there is one", switchFlag(&d.types)},
		{[]string{"test-scheduled"}, "", "run the scheduled handler at /__scheduled?cron=SCHEDULE, too", switchFlag(&d.testScheduled)},
		{[]string{"live-reload"}, "", "reload the pages that browsers show when the Worker was reloaded", switchFlag(&d.liveReload)},
		{[]string{"log-format"}, "text|json", "text for people (the default), or a JSON object on each line: see docs/log.md", choiceFlag(&d.logFormat, "text", "json")},
		{[]string{"show-interactive-dev-session"}, "", "listen to keys; --no-show-interactive-dev-session: leave the keyboard alone", optionalSwitch(&d.hotkeys)},
		{[]string{"log-level"}, "LEVEL", "debug, info, log, warn, error or none", choiceFlag(&d.logLevel, logLevels...)},
		{[]string{"help", "h"}, "", "show this", switchFlag(&d.help)},
		{[]string{"version", "v"}, "", "show the version", switchFlag(&d.version)},
	}...), d.foreign()...)
}

// foreign are wrangler's flags that devserver does not have. Those that change what a Worker does or gets are refused,
// the others taken with a warning.
func (d *devFlags) foreign() []flag {
	refused := func(argument, what, fix string, names ...string) flag {
		return flag{names: names, argument: argument, set: func(value string) error {
			if value == "false" {
				return nil // that is how it is
			}
			return badUsage(fix, "%s is not supported by devserver: %s", shown(names[0]), what)
		}}
	}
	without := func(argument, what string, names ...string) flag {
		return flag{names: names, argument: argument, set: func(value string) error {
			if value != "false" {
				d.warnings = append(d.warnings, shown(names[0])+" has no effect: "+what)
			}
			return nil
		}}
	}
	leaveOut := "leave it out"
	return []flag{
		refused("", "Workers run here, never at the edge", leaveOut, "remote", "r"),
		refused("DIR", "a site is described in the configuration only", "write site.bucket, site.include and site.exclude in the configuration", "site"),
		refused("GLOB", "a site is described in the configuration only", "write site.bucket, site.include and site.exclude in the configuration", "site-include"),
		refused("GLOB", "a site is described in the configuration only", "write site.bucket, site.include and site.exclude in the configuration", "site-exclude"),
		refused("", "wrangler no longer has it either", "write --compatibility-flags nodejs_compat", "node-compat"),
		refused("", "nothing outside this machine can be made to reach it", "for the local network: --ip 0.0.0.0", "tunnel"),
		refused("NAME", "nothing outside this machine can be made to reach it", "for the local network: --ip 0.0.0.0", "tunnel-name"),
		refused("ADDRESS", "nothing outside this machine can be made to reach it", "for the local network: --ip 0.0.0.0", "tunnel-allowed-mail"),
		without("", "it is always so", "local", "l"),
		without("N", "there is no inspector", "inspector-port"),
		without("ADDRESS", "there is no inspector", "inspector-ip"),
		without("DIR", "no binding that is supported keeps state yet", "persist-to"),
		without("", "there are no containers", "enable-containers"),
		without("", "say which date: --compatibility-date", "latest"),
		without("NAME", "nobody has to log in", "profile"),
		without("", "there is nothing to install", "install-skills"),
		without("", "nothing is provisioned here", "experimental-provision", "x-provision"),
		without("", "nothing is provisioned here", "experimental-auto-create", "x-auto-create"),
		without("", "nothing is remote here", "experimental-remote-bindings", "x-remote-bindings"),
		without("", "nothing is remote here", "experimental-mixed-mode", "x-mixed-mode"),
		without("", "nothing is remote here", "experimental-vectorize-bind-to-prod"),
		without("", "there is no Images binding", "experimental-images-local-mode"),
		without("", "it is always so", "experimental-dev-env", "x-dev-env"),
		without("", "it is always so", "experimental-json-config", "j"),
		refused("", "cloudflare.config.ts is a program, which is not run", "write wrangler.jsonc or wrangler.toml", "experimental-new-config", "x-new-config"),
	}
}

// addConfig takes the file of the Worker that answers requests, and then those of others.
func (d *devFlags) addConfig(value string) error {
	if d.config.Path == "" {
		return textFlag(&d.config.Path)(value)
	}
	return listFlag(&d.others)(value)
}

// otherWorkers says how to load the Workers that the first can call. As in wrangler, what the command line says about a
// Worker is said about the first; the others have the environment in common with it, and nothing else.
func (d *devFlags) otherWorkers() []config.Options {
	var list []config.Options
	for _, path := range d.others {
		list = append(list, config.Options{Dir: d.config.Dir, Path: path, Env: d.config.Env, Environ: d.config.Environ})
	}
	return list
}

func (d *devFlags) setReadyFile(value string) error {
	if err := textFlag(&d.readyFile)(value); err != nil {
		return err
	}
	if !filepath.IsAbs(value) {
		d.readyFile = filepath.Join(d.config.Dir, value)
	}
	return nil
}

func (d *devFlags) setPort(value string) error {
	n, err := strconv.ParseUint(value, 10, 16)
	if err != nil {
		return badUsage("choose one from 1 to 65535, or 0 for any that is free", "--port %s is not a port", value)
	}
	port := int(n)
	d.port = &port
	return nil
}

func (d *devFlags) addVar(value string) error {
	var pairs []config.Pair
	if err := pairFlag(&pairs)(value); err != nil {
		return err
	}
	d.config.Vars = append(d.config.Vars, config.Var{Name: pairs[0].Key, Value: pairs[0].Value, Secret: true, Source: "--var"})
	return nil
}

func (d *devFlags) addConnectTo(value string) error {
	o, err := parseConnectTo(value)
	if err != nil {
		return badUsage("for example --connect-to a-secured-origin.com:443:127.0.0.1:9443", "--connect-to %s: %v", value, err)
	}
	d.connectTo = append(d.connectTo, o)
	return nil
}

// parseConnectTo reads HOST1:PORT1:HOST2:PORT2, in which an IPv6 address stands in brackets:
// https://curl.se/docs/manpage.html#--connect-to. As there, an empty PORT1 is every port, and an empty HOST2 or PORT2 is
// the same as before. An empty HOST1, every host, is refused.
func parseConnectTo(value string) (config.Origin, error) {
	var parts []string
	for rest, more := value, true; more; {
		host := ""
		if strings.HasPrefix(rest, "[") {
			end := strings.IndexByte(rest, ']') + 1
			if end == 0 || net.ParseIP(rest[1:end-1]) == nil {
				return config.Origin{}, errors.New("what stands in [ ] is not an IPv6 address")
			}
			host, rest = rest[:end], rest[end:]
		}
		var tail string
		tail, rest, more = strings.Cut(rest, ":")
		if host != "" && tail != "" {
			return config.Origin{}, fmt.Errorf("%q follows what stands in [ ]", tail)
		}
		parts = append(parts, host+tail)
	}
	if len(parts) != 4 {
		return config.Origin{}, fmt.Errorf("want four parts, HOST:PORT:ADDR:PORT, but there are %d; an IPv6 address needs [ ]", len(parts))
	}
	host, port, toHost, toPort := parts[0], parts[1], cmp.Or(parts[2], parts[0]), cmp.Or(parts[3], parts[1])
	if host == "" {
		return config.Origin{}, errors.New("the first HOST is empty, and one setting for every host is not supported")
	}
	if toPort == "" {
		return config.Origin{}, errors.New("the second PORT is empty, and there is no first one to take instead")
	}
	for _, p := range []string{port, toPort} {
		if n, err := strconv.ParseUint(p, 10, 16); p != "" && (err != nil || n == 0) {
			return config.Origin{}, fmt.Errorf("%q is not a port", p)
		}
	}
	o := config.Origin{Host: strings.ToLower(host), ConnectTo: toHost + ":" + toPort}
	if port != "" {
		o.Host += ":" + port
	}
	return o, nil
}
