package config

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
)

// Origin kinds of a Setting.
const (
	FromFile        = "file"        // of Pos
	FromFlag        = "flag"        // Name
	FromEnvironment = "environment" // the variable Name of the process
	FromDefault     = "default"     // nothing says otherwise
)

// Hidden stands for a value that is secret.
const Hidden = "(hidden)"

// Setting is a value of the configuration as it was resolved, and where it is
// from.
type Setting struct {
	Path  []string        // "dev", "port"; below "devserver" what is in devserver.toml
	Value json.RawMessage // Hidden if it is secret
	From  string
	Name  string   // of a flag, with its dashes, or of a variable of the environment
	Pos   Position // in a file
	Note  string   // what it means that it has no effect; "" if it has one
}

// loaded is what a Config was made of.
type loaded struct {
	options Options
	file    wranglerFile
	local   *Node
}

// Settings are all values that are set in files and by flags, and the defaults
// for what every Worker has, in the order of the documentation.
func (c *Config) Settings() []Setting {
	s := settings{config: c, loaded: c.loaded}
	s.worker()
	for _, k := range keys() {
		switch k.name {
		case "$schema", "env", "name", "main", "compatibility_date", "compatibility_flags", "configPath", "userConfigPath", "topLevelName", "definedEnvironments", "targetEnvironment":
		case "vars":
			s.vars()
		case "dev":
			s.dev()
		case "define":
			s.pairs("define", s.file.get("define", notInherited), c.Build.Define)
		case "alias":
			s.pairs("alias", s.file.get("alias", topOnly), c.Build.Alias)
		case "minify":
			s.value(s.file.get("minify", inherited), c.Build.Minify, s.options.Minify != nil, "--minify", "minify")
		case "keep_names":
			s.value(s.file.get("keep_names", inherited), c.Build.KeepNames, false, "", "keep_names")
		case "no_bundle":
			s.value(s.file.get("no_bundle", inherited), c.Build.NoBundle, s.options.Bundle != nil, "--bundle", "no_bundle")
		case "tsconfig":
			s.optional(s.file.get("tsconfig", inherited), s.relative(c.Build.TSConfig), s.options.TSConfig != "", "--tsconfig", "tsconfig")
		case "jsx_factory":
			s.optional(s.file.get("jsx_factory", inherited), c.Build.JSXFactory, s.options.JSXFactory != "", "--jsx-factory", "jsx_factory")
		case "jsx_fragment":
			s.optional(s.file.get("jsx_fragment", inherited), c.Build.JSXFragment, s.options.JSXFragment != "", "--jsx-fragment", "jsx_fragment")
		case "limits", "build":
			s.table(s.file.get(k.name, k.scope), k)
		case "routes":
			if s.options.Routes != nil {
				s.add(Setting{Path: []string{"routes"}, Value: asJSON(s.options.Routes), From: FromFlag, Name: "--route"})
				continue
			}
			s.node(s.file.get(k.name, k.scope), k)
		case "route":
			if s.options.Routes == nil {
				s.node(s.file.get(k.name, k.scope), k)
			}
		default:
			s.node(s.file.get(k.name, k.scope), k)
		}
	}
	for _, k := range kinds() {
		s.node(s.file.get(k.key, k.scope), key{name: k.key})
	}
	s.localSettings()
	return s.list
}

type settings struct {
	loaded
	config *Config
	list   []Setting
}

func (s *settings) add(setting Setting) { s.list = append(s.list, setting) }

// relative is a path as one writes it in the wrangler file.
func (s *settings) relative(path string) string {
	if rel, err := filepath.Rel(s.config.Dir, path); path != "" && err == nil {
		return filepath.ToSlash(rel)
	}
	return path
}

// value adds a value that is always there: from a flag, a file or a default.
func (s *settings) value(n *Node, v any, flagged bool, flag string, path ...string) {
	setting := Setting{Path: path, Value: asJSON(v), From: FromDefault}
	switch {
	case flagged:
		setting.From, setting.Name = FromFlag, flag
	case n != nil:
		setting.From, setting.Pos = FromFile, n.KeyPos()
	}
	s.add(setting)
}

// optional adds a text unless it is empty.
func (s *settings) optional(n *Node, v string, flagged bool, flag string, path ...string) {
	if v != "" {
		s.value(n, v, flagged, flag, path...)
	}
}

// node adds a value as it stands in the file.
func (s *settings) node(n *Node, k key, below ...string) {
	if n == nil {
		return
	}
	note := ""
	if k.effect != used {
		note = k.note
	}
	s.add(Setting{Path: append(below, n.Key()), Value: n.appendJSON(nil, secretNode), From: FromFile, Pos: n.KeyPos(), Note: note})
}

// table adds the values in an object, each by itself.
func (s *settings) table(n *Node, k key) {
	for _, item := range n.Items() {
		if n.Kind() == Object {
			s.node(item, k, n.Key())
		}
	}
}

// secretNode reports whether a value of a wrangler file holds a password.
func secretNode(n *Node) bool {
	return n.Kind() == String && slices.Contains([]string{"localConnectionString", "accessKeyId", "secretAccessKey"}, n.Key())
}

func (s *settings) worker() {
	c, o := s.config, s.options
	name := s.file.env.Get("name")
	if name == nil {
		name = s.file.root.Get("name")
	}
	s.optional(name, c.Name, o.Name != "", "--name", "name")
	s.optional(s.file.get("main", inherited), s.relative(c.Main), o.Script != "", "the script", "main")
	s.value(s.file.get("compatibility_date", inherited), c.CompatibilityDate, o.CompatibilityDate != "", "--compatibility-date", "compatibility_date")
	if flags := c.CompatibilityFlags; flags != nil {
		s.value(s.file.get("compatibility_flags", inherited), flags, o.CompatibilityFlags != nil, "--compatibility-flags", "compatibility_flags")
	}
}

func (s *settings) dev() {
	d, o, table := s.config.Dev, s.options, s.file.get("dev", topOnly)
	ip := d.IP
	if ip == "" {
		ip = "localhost"
	}
	s.value(table.Get("ip"), ip, false, "", "dev", "ip")
	port := 8787
	if d.Port != nil {
		port = *d.Port
	}
	s.value(table.Get("port"), port, false, "", "dev", "port")
	switch {
	case d.Route != "":
		pattern, _, at := (&loader{options: o}).firstRoute(s.file)
		setting := Setting{Path: []string{"dev", "host"}, Value: asJSON(d.Host), From: FromFlag, Name: "--route " + pattern}
		if at != nil {
			setting.From, setting.Name, setting.Pos = FromFile, "", at.Pos()
		}
		s.add(setting)
	case o.Host == "" && o.LocalUpstream != "":
		s.value(nil, d.Host, true, "--local-upstream", "dev", "host")
	default:
		s.optional(table.Get("host"), d.Host, o.Host != "", "--host", "dev", "host")
	}
	protocol := d.UpstreamProtocol
	if protocol == "" {
		protocol = "http"
	}
	s.value(table.Get("upstream_protocol"), protocol, o.UpstreamProtocol != "", "--upstream-protocol", "dev", "upstream_protocol")
	for _, item := range table.Items() {
		if slices.Contains([]string{"ip", "port", "host", "upstream_protocol"}, item.Key()) {
			continue
		}
		k := key{}
		if i := slices.IndexFunc(ignoredDevKeys(), func(k key) bool { return k.name == item.Key() }); i >= 0 {
			k = ignoredDevKeys()[i]
		}
		s.node(item, k, "dev")
	}
}

// pairs adds what is set in an object, or by a flag of the same name.
func (s *settings) pairs(name string, n *Node, list []Pair) {
	for _, p := range list {
		s.value(n.Get(p.Key), p.Value, p.Pos.File == "", "--"+name, name, p.Key)
	}
}

func (s *settings) vars() {
	for _, v := range s.config.Vars {
		setting := Setting{Path: []string{"vars", v.Name}, Value: asJSON(v.Value), From: FromFile, Pos: v.Pos}
		switch v.Source {
		case "--var":
			setting.From, setting.Name = FromFlag, v.Source
		case "environment":
			setting.From, setting.Name = FromEnvironment, v.Name
		}
		if v.Secret {
			setting.Value = asJSON(Hidden)
		}
		s.add(setting)
	}
}

// localSettings adds what devserver.toml says.
func (s *settings) localSettings() {
	for _, section := range s.local.Items() {
		if section.Kind() != Object {
			s.node(section, key{}, "devserver")
			continue
		}
		for _, entry := range section.Items() {
			if entry.Kind() != Object {
				s.node(entry, key{}, "devserver", section.Key())
				continue
			}
			for _, item := range entry.Items() {
				s.node(item, key{}, "devserver", section.Key(), entry.Key())
			}
		}
	}
}

func asJSON(v any) json.RawMessage {
	if raw, ok := v.(json.RawMessage); ok {
		return raw
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.Encode(v) // texts, numbers, booleans and lists of texts: they cannot fail
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}
