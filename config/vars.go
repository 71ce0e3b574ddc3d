package config

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Var is a variable in env that is a plain value.
type Var struct {
	Name   string
	Value  any      // a string, or a json.RawMessage for every other type
	Secret bool     // from .dev.vars, .env, the environment or --var: never shown
	Source string   // "vars", "--var", "environment", or the absolute name of the file
	Pos    Position // where it is given; zero for --var and the environment
}

// vars collects the variables, from the lowest precedence to the highest: the
// wrangler file, then .dev.vars or .env or the files of --env-file, which
// stand beside the author's wrangler file, then --var.
func (l *loader) vars(file wranglerFile, dir string) {
	node := file.get("vars", notInherited)
	for _, level := range []*Node{file.root, file.env} {
		for _, value := range level.Get("vars").Items() {
			l.checkVar(value)
		}
	}
	for i, name := range node.Keys() {
		value := node.Items()[i]
		v := Var{Name: name, Value: value.JSON(), Source: "vars", Pos: value.KeyPos()}
		if s, ok := value.AsString(); ok {
			v.Value = s
		}
		l.setVar(v)
		l.config.Declared = append(l.config.Declared, v)
	}
	secrets := file.get("secrets", notInherited)
	l.config.Secrets, _ = secrets.Get("required").AsStrings()
	l.config.Environments = file.root.Get("env").Keys()
	for _, level := range append([]*Node{file.root}, file.root.Get("env").Items()...) {
		l.config.DeclaresSecrets = l.config.DeclaresSecrets || level.Get("secrets") != nil
	}
	loaded := l.secrets(dir, secrets != nil)
	if secrets != nil {
		loaded = l.declared(loaded, secrets)
	}
	for _, v := range append(loaded, l.options.Vars...) {
		l.setVar(v)
	}
	l.dropShadowed()
}

// setVar adds a variable, or replaces the one of that name in its place.
func (l *loader) setVar(v Var) {
	vars := &l.config.Vars
	if i := slices.IndexFunc(*vars, func(other Var) bool { return other.Name == v.Name }); i >= 0 {
		(*vars)[i] = v
		return
	}
	*vars = append(*vars, v)
}

// checkVar reports TOML dates, which JavaScript would not get as what they
// are, and keys that have fallen into [vars] because they stand below it.
func (l *loader) checkVar(value *Node) {
	if f, _ := value.AsNumber(); f-f != 0 {
		l.report(value.Diagnostic(Warning, CodeValue, "is not a number that JSON could hold: the Worker gets null", ""))
	}
	if value.Kind() == Date {
		l.report(value.Diagnostic(Error, CodeType, "is a TOML date, which a variable cannot be", fmt.Sprintf("put it in quotes: %q", value.text)))
	}
	for _, item := range value.Items() {
		l.checkVar(item)
	}
	if value.parent.kind == Object && value.parent.Key() == "vars" && (slices.Contains(kindKeys(), value.Key()) || slices.Contains([]string{"main", "compatibility_date", "compatibility_flags"}, value.Key())) {
		d := value.Diagnostic(Warning, CodeValue, "is a variable here, because it stands in vars", fmt.Sprintf("if it is meant as the key of that name, move %s above [vars]", value.Key()))
		d.Pos = value.KeyPos()
		l.report(d)
	}
}

// dropShadowed leaves out variables whose name a binding has.
func (l *loader) dropShadowed() {
	l.config.Vars = slices.DeleteFunc(l.config.Vars, func(v Var) bool {
		i := slices.IndexFunc(l.config.Bindings, func(ref BindingRef) bool { return ref.Name == v.Name })
		if i < 0 {
			return false
		}
		ref := l.config.Bindings[i]
		if v.Source != "vars" { // .env files are often shared with other programs; of vars it has been reported
			l.report(Diagnostic{Severity: Warning, Code: CodeDuplicate, Pos: v.Pos, Path: v.Name, Message: sharedName(v.Name, "variable", ref) + ": the binding is used", Fix: renameOne})
		}
		return true
	})
}

// secrets reads the files of secrets, as far as there are any. If the names of
// the secrets are declared, the process's environment may supply them too.
func (l *loader) secrets(dir string, declared bool) []Var {
	if len(l.options.EnvFiles) > 0 {
		var files []string
		for _, f := range l.options.EnvFiles {
			files = append(files, resolve(dir, f))
		}
		return l.envFiles(files, true, declared)
	}
	name := filepath.Join(dir, ".dev.vars")
	candidates := []string{name}
	if l.config.Env != "" {
		candidates = []string{name + "." + l.config.Env, name}
	}
	for _, file := range candidates {
		data, err := l.readOptional(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			l.report(Diagnostic{Severity: Error, Code: CodeFile, Pos: Position{File: file}, Message: reason(err)})
			return nil
		}
		return l.dotenv(file, data)
	}
	if !l.enabled("CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV", true) {
		return nil
	}
	files := []string{".env", ".env.local"}
	if l.config.Env != "" {
		files = append(files, ".env."+l.config.Env, ".env."+l.config.Env+".local")
	}
	for i, f := range files {
		files[i] = filepath.Join(dir, f)
	}
	return l.envFiles(files, false, declared)
}

// envFiles reads .env files, of which a later one wins, and puts in the values
// of ${NAME}. Those that were asked for by name have to be there.
func (l *loader) envFiles(files []string, wanted, declared bool) []Var {
	var vars []Var
	for _, file := range files {
		data, err := l.readOptional(file)
		switch {
		case err == nil:
			vars = append(vars, l.dotenv(file, data)...)
		case wanted || !errors.Is(err, fs.ErrNotExist):
			l.report(Diagnostic{Severity: Error, Code: CodeFile, Pos: Position{File: file}, Message: reason(err)})
		}
	}
	var environ []Var
	if declared || l.enabled("CLOUDFLARE_INCLUDE_PROCESS_ENV", false) {
		for _, entry := range l.options.Environ {
			if name, value, ok := strings.Cut(entry, "="); ok && name != "" {
				environ = append(environ, Var{Name: name, Value: value, Secret: true, Source: "environment"})
			}
		}
	}
	return expandVars(lastOfEach(vars), environ)
}

func (l *loader) dotenv(file string, data []byte) []Var {
	vars, ds := parseDotenv(file, data)
	l.report(ds...)
	return lastOfEach(vars)
}

// lastOfEach keeps the last variable of every name, in the place of the first.
func lastOfEach(vars []Var) []Var {
	place := make(map[string]int)
	var out []Var
	for _, v := range vars {
		if i, again := place[v.Name]; again {
			out[i] = v
			continue
		}
		place[v.Name] = len(out)
		out = append(out, v)
	}
	return out
}

// declared keeps the secrets whose names are required, or are names in vars.
func (l *loader) declared(loaded []Var, secrets *Node) []Var {
	required, _ := secrets.Get("required").AsStrings()
	for i, name := range required {
		if !slices.ContainsFunc(loaded, func(v Var) bool { return v.Name == name }) {
			l.report(secrets.Get("required").Items()[i].Diagnostic(Warning, CodeMissing,
				fmt.Sprintf("the secret %s has no value", name), "add it to .dev.vars"))
		}
	}
	return slices.DeleteFunc(loaded, func(v Var) bool {
		known := slices.Contains(required, v.Name) || slices.ContainsFunc(l.config.Vars, func(other Var) bool { return other.Name == v.Name })
		if !known && v.Source != "environment" {
			l.report(Diagnostic{Severity: Info, Code: CodeUnknownKey, Pos: v.Pos, Path: v.Name,
				Message: "is not in env, because secrets.required does not name it", Fix: didYouMean(v.Name, required)})
		}
		return !known
	})
}

// enabled is a switch in the process's environment: "true" or "false".
func (l *loader) enabled(name string, unset bool) bool {
	for _, entry := range slices.Backward(l.options.Environ) {
		n, value, _ := strings.Cut(entry, "=")
		if n != name {
			continue
		}
		on := strings.EqualFold(value, "true")
		if !on && !strings.EqualFold(value, "false") {
			l.report(Diagnostic{Severity: Error, Code: CodeValue, Path: name, Message: fmt.Sprintf("should be true or false, but is %q", value)})
		}
		return on
	}
	return unset
}
