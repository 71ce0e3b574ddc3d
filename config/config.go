// Package config reads how a Worker is configured: wrangler.toml, .json or
// .jsonc, the local settings of devserver.toml, and the secrets of .dev.vars
// and .env. It knows syntax, positions, inheritance by environments, unknown
// keys and the rules that hold across kinds of bindings. What a single kind of
// binding means is for that kind to say, which gets its section as a Node.
//
// Nothing stops at the first problem, and nothing is ignored without a word:
// whatever was found is in the Diagnostics or in Config.Ignored.
package config

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"time"
)

// DefaultCompatibilityDate is used where none is configured.
const DefaultCompatibilityDate = "2026-11-17"

// Options say what to load; they come from the command line. The zero value
// but for Dir finds the configuration as wrangler does.
type Options struct {
	Dir    string // where the search begins and what relative paths are relative to: absolute
	Path   string // --config: the file to read instead of a search
	Script string // the positional argument: the entry point, instead of main
	Assets string // --assets: the directory of static assets, instead of the one in the file
	Env    string // --env, or CLOUDFLARE_ENV; "" is the top level

	Name               string   // --name, if given
	CompatibilityDate  string   // --compatibility-date, if given
	CompatibilityFlags []string // --compatibility-flags: instead of those in the file, if not nil
	Vars               []Var    // --var: each overrides every other source

	Define, Alias           []Pair   // --define, --alias: each before the file's of the same key
	TSConfig                string   // --tsconfig, if given
	JSXFactory, JSXFragment string   // --jsx-factory, --jsx-fragment, if given
	Minify, Bundle          *bool    // --minify, --bundle, if given
	Host, UpstreamProtocol  string   // --host, --upstream-protocol, if given
	LocalUpstream           string   // --local-upstream, if given: as Host, which comes before it
	Routes                  []string // --route: instead of those in the file, if not nil
	KeepHost                bool     // --no-infer-origin-from-routes: the first route is not what request.url has for its host

	EnvFiles []string // --env-file: read instead of .dev.vars and .env; the later one wins
	Environ  []string // os.Environ(), for the switches and ${NAME} in .env files
}

// Config is a Worker's configuration in the chosen environment. It is
// immutable once it has been loaded.
type Config struct {
	File       string   // the wrangler file, absolute; "" if there is only a script
	UserFile   string   // the one its author wrote, if a build tool redirected to File; else as File
	Dir        string   // the directory of File, or of the script: what paths are relative to
	LocalFiles []string // devserver.toml and devserver.local.toml, as far as they exist

	Env  string // the chosen environment, or ""
	Name string // the Worker's name: the environment's, or the top level's and "-" and Env; may be ""
	Main string // the entry point, absolute; "" after an Error, or if there are assets and no Worker

	CompatibilityDate  string // DefaultCompatibilityDate if none is given
	CompatibilityFlags []string
	FlagPositions      []Position // of the flags, none if they are the command line's

	Vars            []Var    // in the order of the files; every name once
	Declared        []Var    // those of "vars" alone
	Secrets         []string // secrets.required
	DeclaresSecrets bool     // some environment, or the top level, has "secrets"
	Environments    []string // the names below "env"
	Dev             Dev
	Limits          Limits
	Build           Build
	Crons           []Cron          // triggers.crons
	TailConsumers   []TailConsumer  // tail_consumers
	TailStreams     []TailConsumer  // streaming_tail_consumers
	Doors           []Door          // connect
	Sections        []Section       // the bindings, by kind, in the order of the kinds' table
	Bindings        []BindingRef    // every name in env but Vars, in the order of Sections
	Origins         []Origin        // from devserver.toml: how origins are reached locally
	ProxiedZones    []string        // from devserver.toml: hosts that Cloudflare proxies, each with those below it; lower case
	CF              json.RawMessage // from devserver.toml: an object, what of request.cf is to be different; nil if there is none
	Ignored         []Ignored       // what is configured and has no effect here

	// Files are the files that were read, and those that were looked for and
	// would be read if they came into being; absolute, each once.
	Files []string

	loaded loaded // for Settings
}

// Section is what the wrangler file says about one kind of binding, unless
// that is nothing.
type Section struct {
	Key   string // "mtls_certificates", "durable_objects", …
	Title string // "mTLS Certificate", "Durable Object", …
	Node  *Node  // the value of Key in the chosen environment

	// Local is the table of the same Key in devserver.toml: the names of
	// bindings and their local settings, of which those in
	// devserver.local.toml come instead. A relative path in a setting is
	// relative to the file of its Pos. Nil if there is none.
	Local *Node
}

// Section is the section of a kind of binding; nil if there is none.
func (c *Config) Section(key string) *Section {
	i := slices.IndexFunc(c.Sections, func(s Section) bool { return s.Key == key })
	if i < 0 {
		return nil
	}
	return &c.Sections[i]
}

// Dev is the table "dev": where to listen and what to pretend.
type Dev struct {
	IP               string // "" if not set
	Port             *int   // nil if not set; 0 is any that is free
	Host             string // the host in request.url: set, or that of the first route; "" if there is neither
	Route            string // the pattern of the route that Host is from; "" if it was set
	GenerateTypes    bool   // keep the file of the types of env up to date
	UpstreamProtocol string // the scheme in request.url: "http", "https" or "" if not set, which means LocalProtocol
	LocalProtocol    string // what is listened with: "http", "https" or "" if not set, which means http
}

// Limits are what a request may use in production.
type Limits struct {
	CPU         time.Duration // 0 if not set
	Subrequests int           // 0 if not set
}

// Build is how the script is bundled.
type Build struct {
	Define      []Pair // an identifier and the JavaScript expression in its place
	Alias       []Pair // a module and the one that is taken instead
	Rules       []Rule // the author's own, without the defaults
	TSConfig    string // absolute; "" if not set
	JSXFactory  string // "" if not set, which means React.createElement
	JSXFragment string // "" if not set, which means React.Fragment
	Minify      bool
	KeepNames   bool // default true
	NoBundle    bool

	FindAdditionalModules bool   // default NoBundle
	BaseDir               string // absolute; "" if not set, which means the directory of the entry point

	Command   string   // a shell command that makes the entry point; "" if not set
	CWD       string   // where it runs: absolute
	WatchDirs []string // it runs again when something in them changes: absolute; default "src" in Dir
}

// Pair is a key and its value.
type Pair struct {
	Key, Value string
	Pos        Position
}

// Rule says what files are, by their names.
type Rule struct {
	Type        string // ESModule, CommonJS, CompiledWasm, Text, Data, PythonModule, PythonRequirement
	Globs       []string
	Fallthrough *bool // whether later rules and the defaults for Type still count; nil means false, with a warning
	Pos         Position
}

// Ignored is a key that is configured and that devserver does nothing with.
type Ignored struct {
	Path       string // "triggers.crons"
	Pos        Position
	Note       string // what it means that it is ignored
	DeployOnly bool   // it has no meaning before the Worker is deployed
}

// Load reads a Worker's configuration. The Config is never nil, so that its
// Files can be watched; it can be run if the Diagnostics have no Error.
func Load(o Options) (*Config, Diagnostics) {
	l := &loader{options: o, config: &Config{Env: o.Env}}
	l.load()
	return l.config, l.problems.Sorted()
}

// loader is one call of Load.
type loader struct {
	options  Options
	config   *Config
	problems Diagnostics
}

func (l *loader) report(ds ...Diagnostic) { l.problems = append(l.problems, ds...) }

// visit notes that a file has been, or would be, read.
func (l *loader) visit(file string) string {
	if !slices.Contains(l.config.Files, file) {
		l.config.Files = append(l.config.Files, file)
	}
	return file
}

// abs makes the path of a flag absolute.
func (l *loader) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(l.options.Dir, path)
}
