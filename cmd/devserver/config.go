package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"devserver/bindings"
	"devserver/bindings/all"
	"devserver/config"
)

// showConfig is `devserver config`: the configuration that dev would run with, and where each value is from.
func showConfig(_ context.Context, p *process, args []string) error {
	kinds := all.Kinds()
	d, asJSON := newDevFlags(p), false
	words, err := parse(configFlags(&d, &asJSON, kinds), args)
	switch {
	case d.help:
		return printHelp(p, "config")
	case err != nil:
		return err
	}
	if d.config.Script, err = script(p.dir, words); err != nil {
		return err
	}
	var workers []resolved
	failed := false
	for i, options := range append([]config.Options{d.config}, d.otherWorkers()...) {
		r := resolve(options, kinds)
		if i == 0 {
			r.settings = d.override(r.settings)
		}
		failed = failed || r.problems.HasErrors()
		workers = append(workers, r)
	}
	if asJSON {
		err = printJSON(p, workersJSON(workers))
	} else {
		for i, r := range workers {
			if i > 0 {
				fmt.Fprintln(p.stdout)
			}
			printTOML(p.stdout, p.dir, r)
		}
		for _, r := range workers {
			newStyle(p.stderr, p.getenv).diagnostics(p.stderr, p.dir, r.problems)
		}
	}
	if err == nil && failed {
		err = exitStatus(exitFailed)
	}
	return err
}

// configFlags are those of dev, since it is dev's configuration, and --json.
func configFlags(d *devFlags, asJSON *bool, kinds []bindings.Kind) []flag {
	return append([]flag{
		{[]string{"json"}, "", "print it as JSON, problems included", switchFlag(asJSON)},
	}, d.flags(kinds)...)
}

// resolved is the configuration of a Worker.
type resolved struct {
	config   *config.Config
	problems config.Diagnostics
	settings []config.Setting
}

func resolve(options config.Options, kinds []bindings.Kind) resolved {
	c, problems := config.Load(options)
	r := resolved{config: c, settings: c.Settings()}
	supported := map[string]bool{}
	for _, kind := range kinds {
		supported[kind.Key()] = true
		if section := c.Section(kind.Key()); section != nil {
			_, more := kind.Decode(section)
			problems = append(problems, more...)
		}
	}
	for i, s := range r.settings {
		if section := c.Section(s.Path[0]); len(s.Path) == 1 && section != nil && !supported[section.Key] && s.Note == "" && bound(c, section.Key) {
			r.settings[i].Note = section.Title + " bindings are not supported by devserver yet"
		}
	}
	r.problems = problems.Sorted()
	return r
}

// bound reports whether a kind has bindings in env.
func bound(c *config.Config, key string) bool {
	return slices.ContainsFunc(c.Bindings, func(b config.BindingRef) bool { return b.Key == key })
}

// override puts the flags that are not the configuration's, but come instead of something in it, into the settings.
func (d *devFlags) override(settings []config.Setting) []config.Setting {
	set := func(key, flag string, value any) {
		text, _ := json.Marshal(value)
		for i, s := range settings {
			if slices.Equal(s.Path, []string{"dev", key}) {
				settings[i] = config.Setting{Path: s.Path, Value: text, From: config.FromFlag, Name: flag}
			}
		}
	}
	if d.ip != "" {
		set("ip", "--ip", d.ip)
	}
	if d.port != nil {
		set("port", "--port", *d.port)
	}
	for _, o := range d.connectTo {
		text, _ := json.Marshal(o.ConnectTo)
		path := []string{"devserver", "origins", o.Host, "connect_to"}
		settings = slices.DeleteFunc(settings, func(s config.Setting) bool { return slices.Equal(s.Path, path) })
		settings = append(settings, config.Setting{Path: path, Value: text, From: config.FromFlag, Name: "--connect-to"})
	}
	return settings
}

// from says where a setting is from, in a few words.
func from(s config.Setting, dir string) string {
	if s.From != config.FromFile {
		if s.From == config.FromDefault {
			return "default"
		}
		return strings.TrimSpace(map[string]string{config.FromEnvironment: "environment "}[s.From] + s.Name)
	}
	pos := s.Pos
	if rel, err := filepath.Rel(dir, pos.File); err == nil && filepath.IsLocal(rel) {
		pos.File = rel
	}
	return pos.String()
}

// workersJSON is what --json prints.
func workersJSON(workers []resolved) any {
	type setting struct {
		Path   []string        `json:"path"`
		Value  json.RawMessage `json:"value"`
		From   string          `json:"from"`
		Name   string          `json:"name,omitempty"`
		File   string          `json:"file,omitempty"`
		Line   int             `json:"line,omitempty"`
		Column int             `json:"column,omitempty"`
		Note   string          `json:"note,omitempty"`
	}
	type problem struct {
		Severity string `json:"severity"`
		Code     string `json:"code"`
		File     string `json:"file,omitempty"`
		Line     int    `json:"line,omitempty"`
		Column   int    `json:"column,omitempty"`
		Path     string `json:"path,omitempty"`
		Message  string `json:"message"`
		Fix      string `json:"fix,omitempty"`
	}
	type worker struct {
		File        string    `json:"file,omitempty"`
		UserFile    string    `json:"userFile,omitempty"`
		LocalFiles  []string  `json:"localFiles,omitempty"`
		Environment string    `json:"environment,omitempty"`
		Settings    []setting `json:"settings"`
		Problems    []problem `json:"problems"`
	}
	all := []worker{}
	for _, r := range workers {
		out := worker{File: r.config.File, LocalFiles: r.config.LocalFiles, Environment: r.config.Env, Settings: []setting{}, Problems: []problem{}}
		if r.config.UserFile != r.config.File {
			out.UserFile = r.config.UserFile
		}
		for _, s := range r.settings {
			out.Settings = append(out.Settings, setting{s.Path, s.Value, s.From, s.Name, s.Pos.File, s.Pos.Line, s.Pos.Column, s.Note})
		}
		for _, d := range r.problems {
			out.Problems = append(out.Problems, problem{d.Severity.String(), d.Code, d.Pos.File, d.Pos.Line, d.Pos.Column, d.Path, d.Message, d.Fix})
		}
		all = append(all, out)
	}
	return map[string]any{"workers": all}
}

// printTOML prints a configuration as TOML, with the origin of each value behind it. What is in devserver.toml stands
// below "devserver".
func printTOML(w io.Writer, dir string, r resolved) {
	file := r.config.File
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
		file = rel
	}
	switch {
	case file == "":
		fmt.Fprintln(w, "# no configuration file")
	case r.config.UserFile != r.config.File && r.config.UserFile != "":
		fmt.Fprintf(w, "# %s, to which %s is redirected\n", file, filepath.Base(r.config.UserFile))
	default:
		fmt.Fprintf(w, "# %s\n", file)
	}
	if r.config.Env != "" {
		fmt.Fprintf(w, "# environment %s\n", r.config.Env)
	}
	// What has no table comes first: TOML wants it so.
	sorted := slices.Clone(r.settings)
	slices.SortStableFunc(sorted, func(a, b config.Setting) int { return min(len(a.Path)-1, 1) - min(len(b.Path)-1, 1) })
	var lines []line
	table := ""
	for _, s := range sorted {
		if at := tomlKey(s.Path[:len(s.Path)-1]); at != table {
			table = at
			lines = append(lines, line{text: ""}, line{text: "[" + table + "]"})
		}
		value, err := tomlValue(s.Value)
		aside := from(s, dir)
		if s.Note != "" {
			aside += "; " + s.Note
		}
		key := tomlKey(s.Path[len(s.Path)-1:])
		if err != nil { // null
			lines = append(lines, line{text: "# " + key + " = null", aside: aside})
			continue
		}
		lines = append(lines, line{text: key + " = " + value, aside: aside})
	}
	printLines(w, lines)
}

// line is a line of the configuration, and what is said about it.
type line struct{ text, aside string }

// printLines prints lines with the asides below each other, as far as that helps.
func printLines(w io.Writer, lines []line) {
	const widest = 60
	column := 0
	for _, l := range lines {
		if n := len([]rune(l.text)); n <= widest && l.aside != "" {
			column = max(column, n)
		}
	}
	for _, l := range lines {
		if l.aside == "" {
			fmt.Fprintln(w, l.text)
			continue
		}
		fmt.Fprintf(w, "%s  # %s\n", padded(l.text, column), oneLine(l.aside))
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// tomlKey is a dotted key.
func tomlKey(path []string) string {
	var parts []string
	for _, part := range path {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool {
			return !(r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
		}) {
			part = tomlText(part)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ".")
}

// tomlText is a basic string.
func tomlText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || !strconv.IsPrint(r):
			if r > 0xffff {
				fmt.Fprintf(&b, `\U%08X`, r)
			} else {
				fmt.Fprintf(&b, `\u%04X`, r)
			}
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// tomlValue writes JSON as TOML on one line. What is null in an object is left out; elsewhere it is an error, since TOML
// has nothing for it.
func tomlValue(value json.RawMessage) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.UseNumber()
	return tomlNext(dec)
}

func tomlNext(dec *json.Decoder) (string, error) {
	token, err := dec.Token()
	if err != nil {
		return "", err
	}
	switch v := token.(type) {
	case nil:
		return "", errNull
	case bool:
		return strconv.FormatBool(v), nil
	case json.Number:
		return v.String(), nil
	case string:
		return tomlText(v), nil
	}
	object := token == json.Delim('{')
	var parts []string
	for dec.More() {
		key := ""
		if object {
			name, err := dec.Token()
			if err != nil {
				return "", err
			}
			key = tomlKey([]string{name.(string)}) + " = "
		}
		part, err := tomlNext(dec)
		if err == errNull && object {
			continue
		}
		if err == errNull {
			part, err = `"null"`, nil // the best there is in a list
		}
		if err != nil {
			return "", err
		}
		parts = append(parts, key+part)
	}
	dec.Token() // the end
	text := strings.Join(parts, ", ")
	switch {
	case !object:
		return "[" + text + "]", nil
	case text == "":
		return "{}", nil
	}
	return "{ " + text + " }", nil
}

var errNull = fmt.Errorf("null")
