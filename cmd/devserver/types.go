package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"devserver/bundle"
	"devserver/config"
	"devserver/runtime/compat"
)

// typesFlags is the command line of types.
type typesFlags struct {
	devFlags
	path           string
	envInterface   string
	strictVars     bool
	includeRuntime bool
	includeEnv     bool
	mainModule     bool
	check          bool
	words          []string // of the command line, for the file's header
}

func newTypesFlags(p *process) typesFlags {
	return typesFlags{devFlags: newDevFlags(p), path: defaultTypesFile, envInterface: "Env", strictVars: true, includeEnv: true, mainModule: true}
}

func (f *typesFlags) flags() []flag {
	o := &f.config
	return []flag{
		{[]string{"path"}, "FILE", "the file to write, instead of worker-configuration.d.ts; a .d.ts", textFlag(&f.path)},
		{[]string{"env-interface"}, "NAME", "the name of the interface, instead of Env", textFlag(&f.envInterface)},
		{[]string{"strict-vars"}, "", "variables have literal types, as is the default; --no-strict-vars: string, number and so on", switchFlag(&f.strictVars)},
		{[]string{"include-main-module"}, "", "the types of ctx.exports, from the Worker's module, as is the default", switchFlag(&f.mainModule)},
		{[]string{"check"}, "", "write nothing, and fail if the file is not up to date", switchFlag(&f.check)},
		{[]string{"config", "c"}, "FILE", "the wrangler file to use; repeated: more Workers, whose exports type the service bindings", f.addConfig},
		{[]string{"env", "e"}, "NAME", "the types of this environment alone", textFlag(&o.Env)},
		{[]string{"env-file"}, "FILE", "take the names of secrets from this, instead of .dev.vars and .env", listFlag(&o.EnvFiles)},
		{[]string{"help", "h"}, "", "show this", switchFlag(&f.help)},
		{[]string{"include-env"}, "", "", switchFlag(&f.includeEnv)},
		{[]string{"include-runtime"}, "", "", switchFlag(&f.includeRuntime)},
	}
}

// interfaceName is what wrangler takes as the name of an interface.
var interfaceName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// types is `devserver types`: it writes the TypeScript types of env.
func types(_ context.Context, p *process, args []string) error {
	f := newTypesFlags(p)
	f.words = args
	words, err := parse(f.flags(), args)
	switch {
	case f.help:
		return printHelp(p, "types")
	case err != nil:
		return err
	case len(words) > 1:
		return badUsage("write devserver types [FILE]", "%q is one word too many", words[1])
	case len(words) == 1:
		f.path = words[0]
	}
	switch {
	case !strings.HasSuffix(f.path, ".d.ts"):
		return badUsage("for example worker-configuration.d.ts", "%s is not a declaration file, whose name ends with .d.ts", f.path)
	case !interfaceName.MatchString(f.envInterface):
		return badUsage("for example --env-interface Env", "--env-interface %s is not the name of an interface", f.envInterface)
	case f.includeRuntime:
		return badUsage("npm install --save-dev @cloudflare/workers-types, and name it under compilerOptions.types in tsconfig.json",
			"--include-runtime is not supported by devserver: it writes the types of env, not those of the runtime")
	case !f.includeEnv:
		return badUsage("leave it out", "--no-include-env leaves nothing to write")
	}
	target := f.path
	if !filepath.IsAbs(target) {
		target = filepath.Join(p.dir, target)
	}
	before, err := os.ReadFile(target)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err == nil && !generated.Match(before):
		return badUsage("choose another name: --path FILE", "%s is there, and was written neither by devserver nor by wrangler", f.path)
	}
	text, err := f.generate(target)
	if err != nil {
		return err
	}
	text = withRuntimeTypes(text, string(before))
	switch {
	case f.check && withoutHeader(string(before)) == withoutHeader(text):
		fmt.Fprintf(p.stdout, "%s is up to date\n", f.path)
		return nil
	case f.check:
		return &usageError{what: f.path + " is not up to date", fix: "run devserver types"}
	}
	if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s has the types of env; run devserver types again when the configuration changes\n", f.path)
	return nil
}

const defaultTypesFile = "worker-configuration.d.ts"

// refreshTypes writes the file of types anew, by the command that wrote it, if there is one that is not up to date. It
// returns what to say of that; empty: nothing.
func refreshTypes(p *process, d devFlags) string {
	target := filepath.Join(p.dir, defaultTypesFile)
	before, err := os.ReadFile(target)
	if err != nil || !generated.Match(before) {
		return "" // nobody wants one, or it is somebody's own
	}
	f := newTypesFlags(p)
	if m := generatedBy.FindSubmatch(before); m != nil {
		f.words = strings.Fields(string(m[1]))
	}
	if _, err := parse(f.flags(), f.words); err != nil {
		return fmt.Sprintf("%s is not kept up to date, as the command in its first lines cannot be run: %v", defaultTypesFile, err)
	}
	d.config.Env = cmp.Or(f.config.Env, d.config.Env)
	if len(f.config.EnvFiles) > 0 {
		d.config.EnvFiles = f.config.EnvFiles
	}
	f.devFlags = d
	text, err := f.generate(target)
	if err != nil {
		return fmt.Sprintf("%s is not kept up to date: %v", defaultTypesFile, err)
	}
	text = withRuntimeTypes(text, string(before))
	if withoutHeader(string(before)) == withoutHeader(text) {
		return ""
	}
	if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
		return fmt.Sprintf("%s is not kept up to date: %v", defaultTypesFile, err)
	}
	return defaultTypesFile + " was not up to date, and has been written anew"
}

// withRuntimeTypes adds what wrangler has written before of the types of the runtime: they go on to be valid.
func withRuntimeTypes(text, before string) string {
	if at := strings.Index(before, runtimeTypes); at >= 0 {
		text += before[at:]
	}
	return text
}

// generatedBy has the flags of the command that wrote a file.
var generatedBy = regexp.MustCompile("(?i)// Generated by [a-z]+ by running `(?:devserver|wrangler) types(?: ([^`]*))?`")

// generated is the beginning of a file that devserver or wrangler has written.
var generated = regexp.MustCompile(`(?i)^(/\* eslint-disable \*/\s*)?// Generated by (devserver|Wrangler)\b`)

// runtimeTypes begins the part of wrangler's file that devserver does not write.
const runtimeTypes = "// Begin runtime types"

// withoutHeader is a file without its first comments, in which the command may differ.
func withoutHeader(text string) string {
	for strings.HasPrefix(text, "/*") || strings.HasPrefix(text, "//") && !strings.HasPrefix(text, runtimeTypes) {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// generate writes the types. An entry point that is not there yet is no obstacle; other errors are.
func (f *typesFlags) generate(target string) (string, error) {
	top, problems := config.Load(f.config)
	if top.File == "" {
		return "", badUsage("name one: --config FILE", "there is no configuration to take types from")
	}
	w := typesWriter{flags: f, dir: filepath.Dir(target), workers: map[string]*entry{}}
	w.main = w.entry(top)
	if w.main != nil {
		w.service = len(w.main.exports) == 0
	}
	for _, options := range f.otherWorkers() {
		other, more := config.Load(options)
		problems = append(problems, more...)
		if e := w.entry(other); e != nil && other.Name != "" {
			w.workers[other.Name] = e
		}
	}
	if w.service && f.envInterface != "Env" {
		return "", badUsage("leave it out", "--env-interface has no meaning for a Worker in the service-worker format: its bindings are global")
	}
	levels := []level{w.level("", top, top)}
	if f.config.Env == "" {
		for _, name := range top.Environments {
			o := f.config
			o.Env = name
			c, more := config.Load(o)
			problems = append(problems, more...)
			levels = append(levels, w.level(name, c, top))
		}
	}
	obstacles := slices.DeleteFunc(problems.Sorted(), func(d config.Diagnostic) bool { return d.Severity != config.Error || d.Path == "main" })
	if len(obstacles) > 0 {
		return "", &configError{obstacles}
	}
	return w.file(top, levels), nil
}

// entry is a Worker's module.
type entry struct {
	file    string // as an import, from the file that is written
	name    string
	exports []string
}

type typesWriter struct {
	flags   *typesFlags
	dir     string // of the file that is written
	main    *entry // nil if there is none
	service bool   // it is in the service-worker format
	workers map[string]*entry
}

func (w *typesWriter) entry(c *config.Config) *entry {
	if c.Main == "" {
		return nil
	}
	exports, err := bundle.Exports(c.Main, c.Build.TSConfig)
	if err != nil {
		exports = []string{"default"} // it cannot be built now, but most Workers are such
	}
	rel, err := filepath.Rel(w.dir, c.Main)
	if err != nil {
		rel = c.Main
	}
	rel = filepath.ToSlash(strings.TrimSuffix(rel, filepath.Ext(rel)))
	if !strings.HasPrefix(rel, ".") {
		rel = "./" + rel
	}
	return &entry{rel, c.Name, exports}
}

// level is what env has in an environment; the top level has no name.
type level struct {
	name    string
	members []member
	strings []string // variables and secrets, which process.env has, too
}

type member struct{ name, typ string }

// bindingTypes are the types of bindings that do not depend on their settings.
var bindingTypes = map[string]string{
	"kv_namespaces": "KVNamespace", "r2_buckets": "R2Bucket", "d1_databases": "D1Database", "vectorize": "VectorizeIndex",
	"hyperdrive": "Hyperdrive", "send_email": "SendEmail", "analytics_engine_datasets": "AnalyticsEngineDataset",
	"dispatch_namespaces": "DispatchNamespace", "mtls_certificates": "Fetcher", "queues": "Queue",
	"secrets_store_secrets": "SecretsStoreSecret", "artifacts": "Artifacts", "unsafe_hello_world": "HelloWorldBinding",
	"flagship": "Flagship", "ratelimits": "RateLimit", "worker_loaders": "WorkerLoader", "vpc_services": "Fetcher",
	"vpc_networks": "Fetcher", "ai_search_namespaces": "AiSearchNamespace", "ai_search": "AiSearchInstance",
	"agent_memory": "AgentMemoryNamespace", "browser": "BrowserRun", "analytics": "AnalyticsSQLBinding", "ai": "Ai",
	"images": "ImagesBinding", "stream": "StreamBinding", "media": "MediaBinding", "version_metadata": "WorkerVersionMetadata",
	"assets": "Fetcher", "text_blobs": "string", "data_blobs": "ArrayBuffer", "wasm_modules": "WebAssembly.Module",
	"pipelines": `import("cloudflare:pipelines").Pipeline<import("cloudflare:pipelines").PipelineRecord>`,
}

func (w *typesWriter) level(name string, c, top *config.Config) level {
	l := level{name: name}
	add := func(name, typ string) { l.members = append(l.members, member{name, typ}) }
	for _, ref := range c.Bindings {
		name := ref.Name
		if ref.Key == "logfwdr" {
			name = "LOGFWDR_SCHEMA" // there is one, whatever its bindings are called
		}
		if m := (member{name, w.bindingType(c, ref)}); ref.Key != "logfwdr" || !slices.Contains(l.members, m) {
			add(m.name, m.typ)
		}
	}
	var secrets []string
	if top.DeclaresSecrets {
		secrets = c.Secrets
	} else {
		for _, v := range top.Vars {
			if v.Secret {
				secrets = append(secrets, v.Name)
			}
		}
	}
	for _, v := range c.Declared {
		if !slices.Contains(secrets, v.Name) {
			add(v.Name, w.flags.varType(v.Value))
			l.strings = append(l.strings, v.Name)
		}
	}
	for _, name := range secrets {
		add(name, "string")
		l.strings = append(l.strings, name)
	}
	return l
}

// bindingType is the type of a binding in env.
func (w *typesWriter) bindingType(c *config.Config, ref config.BindingRef) string {
	if typ := bindingTypes[ref.Key]; typ != "" {
		return typ
	}
	section := c.Section(ref.Key)
	entries := section.Node
	for _, inner := range []string{"bindings", "producers"} {
		if n := entries.Get(inner); n != nil {
			entries = n
		}
	}
	text := func(key string) string {
		for _, e := range append([]*config.Node{entries}, entries.Items()...) {
			for _, named := range []string{"binding", "name"} {
				if name, _ := e.Get(named).AsString(); name == ref.Name && e.Get(named).Pos() == ref.Pos {
					value, _ := e.Get(key).AsString()
					return value
				}
			}
		}
		return ""
	}
	class := func(typ, instance string) string {
		e, script := w.main, text("script_name")
		if script != "" {
			e = w.workers[script]
		}
		switch {
		case e != nil && slices.Contains(e.exports, text("class_name")):
			return fmt.Sprintf(instance, fmt.Sprintf("import(%q).%s", e.file, text("class_name")))
		case script != "":
			return fmt.Sprintf("%s /* %s from %s */", typ, comment(text("class_name")), comment(script))
		}
		return fmt.Sprintf("%s /* %s */", typ, comment(text("class_name")))
	}
	switch ref.Key {
	case "durable_objects":
		return class("DurableObjectNamespace", "DurableObjectNamespace<%s>")
	case "workflows":
		return class("Workflow", "Workflow<Parameters<%s['run']>[0]['payload']>")
	case "services":
		e := w.workers[text("service")]
		if w.main != nil && text("service") == w.main.name {
			e = w.main
		}
		export := text("entrypoint")
		if export == "" {
			export = "default"
		}
		switch {
		case e != nil && slices.Contains(e.exports, export):
			return fmt.Sprintf("Service<typeof import(%q).%s>", e.file, export)
		case text("entrypoint") != "":
			return fmt.Sprintf("Service /* entrypoint %s from %s */", comment(export), comment(text("service")))
		}
		return fmt.Sprintf("Fetcher /* %s */", comment(text("service")))
	case "unsafe":
		switch text("type") {
		case "ratelimit":
			return "RateLimit"
		case "service":
			return "Fetcher"
		}
	}
	return "any"
}

// comment is a text that cannot end the comment that it stands in.
func comment(s string) string { return oneLine(strings.ReplaceAll(s, "*/", "* /")) }

// varType is the type of a variable: its value, or what it is.
func (f *typesFlags) varType(value any) string {
	text, isString := value.(string)
	switch {
	case isString && f.strictVars:
		quoted, _ := json.Marshal(text)
		return unescapeHTML(string(quoted))
	case isString:
		return "string"
	case f.strictVars:
		return string(value.(json.RawMessage))
	}
	var v any
	json.Unmarshal(value.(json.RawMessage), &v)
	list, isArray := v.([]any)
	if !isArray {
		return typeOf(v)
	}
	kinds := map[string]bool{}
	for _, item := range list {
		kinds[typeOf(item)] = true
	}
	names := slices.Sorted(maps.Keys(kinds))
	switch len(names) {
	case 0:
		return "unknown[]"
	case 1:
		return names[0] + "[]"
	}
	return "(" + strings.Join(names, "|") + ")[]"
}

// typeOf is JavaScript's typeof.
func typeOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "boolean"
	}
	return "object"
}

// unescapeHTML undoes what encoding/json does for HTML's sake.
func unescapeHTML(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(s)
}

var identifier = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)

func property(name string) string {
	if identifier.MatchString(name) {
		return name
	}
	quoted, _ := json.Marshal(name)
	return unescapeHTML(string(quoted))
}

// merged are the members of all environments: optional where one has not got it, a union where they differ.
func merged(levels []level) (members []member) {
	var order []string
	types, count := map[string][]string{}, map[string]int{}
	for _, l := range slices.Concat(levels[1:], levels[:1]) {
		for _, m := range l.members {
			if types[m.name] == nil {
				order = append(order, m.name)
			}
			if !slices.Contains(types[m.name], m.typ) {
				types[m.name] = append(types[m.name], m.typ)
			}
			count[m.name]++
		}
	}
	for _, name := range order {
		optional := ""
		if count[name] < len(levels) {
			optional = "?"
		}
		members = append(members, member{property(name) + optional, strings.Join(types[name], " | ")})
	}
	return members
}

func (w *typesWriter) file(top *config.Config, levels []level) string {
	var b strings.Builder
	command := strings.Join(append([]string{"devserver", "types"}, w.flags.words...), " ")
	fmt.Fprintf(&b, "/* eslint-disable */\n// Generated by devserver by running `%s`. The types of the runtime are in the package @cloudflare/workers-types.\n", comment(command))
	members := merged(levels)
	if w.service {
		for _, m := range members {
			fmt.Fprintf(&b, "declare const %s: %s;\n", strings.TrimSuffix(m.name, "?"), m.typ)
		}
	} else {
		w.interfaces(&b, top, levels, members)
	}
	for _, m := range moduleTypes(top.Build.Rules) {
		fmt.Fprintf(&b, "declare module %q {\n\tconst value: %s;\n\texport default value;\n}\n", m.name, m.typ)
	}
	return b.String()
}

func (w *typesWriter) interfaces(b *strings.Builder, top *config.Config, levels []level, members []member) {
	base := "__BaseEnv_" + w.flags.envInterface
	fmt.Fprintf(b, "interface %s {\n", base)
	for _, m := range members {
		fmt.Fprintf(b, "\t%s: %s;\n", m.name, m.typ)
	}
	b.WriteString("}\ndeclare namespace Cloudflare {\n")
	var props []string
	if w.main != nil && w.flags.mainModule {
		props = append(props, fmt.Sprintf("\t\tmainModule: typeof import(%q);\n", w.main.file))
	}
	if classes := durableClasses(top); len(classes) > 0 {
		props = append(props, fmt.Sprintf("\t\tdurableNamespaces: %s;\n", strings.Join(classes, " | ")))
	}
	if len(props) > 0 {
		fmt.Fprintf(b, "\tinterface GlobalProps {\n%s\t}\n", strings.Join(props, ""))
	}
	for _, l := range levels[1:] {
		fmt.Fprintf(b, "\tinterface %s {\n", environmentInterface(l.name))
		for _, m := range l.members {
			fmt.Fprintf(b, "\t\t%s: %s;\n", property(m.name), m.typ)
		}
		b.WriteString("\t}\n")
	}
	fmt.Fprintf(b, "\tinterface Env extends %s {}\n}\ninterface %s extends %[1]s {}\n", base, w.flags.envInterface)
	var keys []string
	for _, l := range levels {
		for _, name := range l.strings {
			if quoted, _ := json.Marshal(name); !slices.Contains(keys, string(quoted)) {
				keys = append(keys, string(quoted))
			}
		}
	}
	flags, _ := compat.Resolve(top.CompatibilityDate, top.CompatibilityFlags)
	if len(keys) > 0 && flags.Enabled(compat.NodejsPopulateProcessEnv) {
		fmt.Fprintf(b, "type StringifyValues<T extends Record<string, unknown>> = {\n\t[K in keyof T]: T[K] extends string ? T[K] : string;\n};\n"+
			"declare namespace NodeJS {\n\tinterface ProcessEnv extends StringifyValues<Pick<Cloudflare.Env, %s>> {}\n}\n", strings.Join(keys, " | "))
	}
}

// environmentInterface is StagingEuEnv for staging-eu.
func environmentInterface(name string) string {
	var b strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String() + "Env"
}

// durableClasses are the names of the Durable Object classes that migrations or exports leave, each in quotes.
func durableClasses(c *config.Config) []string {
	var classes []string
	for _, s := range c.Settings() {
		switch strings.Join(s.Path, ".") {
		case "migrations":
			var steps []struct {
				NewClasses       []string                    `json:"new_classes"`
				NewSQLiteClasses []string                    `json:"new_sqlite_classes"`
				DeletedClasses   []string                    `json:"deleted_classes"`
				RenamedClasses   []struct{ From, To string } `json:"renamed_classes"`
			}
			json.Unmarshal(s.Value, &steps)
			for _, step := range steps {
				classes = slices.Concat(classes, step.NewClasses, step.NewSQLiteClasses)
				for _, r := range step.RenamedClasses {
					if i := slices.Index(classes, r.From); i >= 0 {
						classes[i] = r.To
					}
				}
				classes = slices.DeleteFunc(classes, func(name string) bool { return slices.Contains(step.DeletedClasses, name) })
			}
		case "exports":
			var exports map[string]struct{ Type, State string }
			json.Unmarshal(s.Value, &exports)
			for _, name := range slices.Sorted(maps.Keys(exports)) {
				if e := exports[name]; e.Type == "durable-object" && (e.State == "" || e.State == "created" || e.State == "expecting-transfer") {
					classes = append(classes, name)
				}
			}
		}
	}
	for i, name := range classes {
		quoted, _ := json.Marshal(name)
		classes[i] = string(quoted)
	}
	return classes
}

// moduleTypes are the types of modules that are not code, by the names that they are imported with.
func moduleTypes(own []config.Rule) []member {
	types := map[string]string{"CompiledWasm": "WebAssembly.Module", "Data": "ArrayBuffer", "Text": "string"}
	var list []member
	add := func(glob, typ string) {
		if !slices.ContainsFunc(list, func(m member) bool { return m.name == glob }) {
			list = append(list, member{glob, typ})
		}
	}
	closed := map[string]bool{}
	for _, r := range own {
		if types[r.Type] == "" {
			continue
		}
		closed[r.Type] = closed[r.Type] || r.Fallthrough == nil || !*r.Fallthrough
		for _, glob := range r.Globs {
			module := strings.NewReplacer("**/*", "*", "**/", "*/", "/**", "/*").Replace(glob)
			last := strings.LastIndexByte(glob, '*')
			if strings.Count(module, "*") > 1 {
				module = "*" + glob[last+1:] // TypeScript has one star in a name
			}
			add(module, types[r.Type])
			if last >= 0 && glob[last+1:] != "" {
				add("*"+glob[last+1:], types[r.Type])
			}
		}
	}
	for _, d := range []struct {
		rule  string
		globs []string
	}{{"Text", []string{"*.txt", "*.html", "*.sql"}}, {"Data", []string{"*.bin"}}, {"CompiledWasm", []string{"*.wasm", "*.wasm?module"}}} {
		if !closed[d.rule] {
			for _, glob := range d.globs {
				add(glob, types[d.rule])
			}
		}
	}
	return list
}
