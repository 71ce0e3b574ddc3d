package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// worker decodes what a Worker is: its name, its entry point, and the
// behaviour that it relies on.
func (l *loader) worker(file wranglerFile) {
	l.name(file)
	l.entryPoint(file)
	l.compatibility(file)
}

// validName is what the platform takes as the name of a Worker.
var validName = regexp.MustCompile(`^[a-z0-9_][a-z0-9-_]*$`)

func (l *loader) name(file wranglerFile) {
	c := l.config
	if c.Name = l.options.Name; c.Name != "" {
		if !validName.MatchString(c.Name) {
			l.report(Diagnostic{Severity: Error, Code: CodeValue, Path: "--name", Message: nameFault(c.Name), Fix: nameFix(c.Name)})
		}
		return
	}
	top, own := file.root.Get("name"), file.env.Get("name")
	for _, n := range []*Node{top, own} {
		if s, ok := n.AsString(); ok && s != "" && !validName.MatchString(s) {
			l.report(n.Diagnostic(Error, CodeValue, nameFault(s), nameFix(s)))
		}
	}
	if name, ok := own.AsString(); ok {
		c.Name = name
		return
	}
	if c.Name, _ = top.AsString(); c.Name != "" && c.Env != "" && c.File == c.UserFile {
		c.Name += "-" + c.Env
	}
}

func nameFault(name string) string {
	return fmt.Sprintf("the name of a Worker has lower-case letters, digits, - and _, and does not begin with -, but this is %q", name)
}

var notInNames = regexp.MustCompile(`[^a-z0-9_]+`)

func nameFix(name string) string {
	if better := strings.Trim(notInNames.ReplaceAllString(strings.ToLower(name), "-"), "-"); better != "" {
		return fmt.Sprintf("for example %q", better)
	}
	return ""
}

// entryPoint finds the script, which has to be there.
func (l *loader) entryPoint(file wranglerFile) {
	node := file.get("main", inherited)
	main, ok := node.AsString()
	fault := func(code, message, fix string) {
		l.report(node.Diagnostic(Error, code, message, fix))
	}
	switch {
	case l.options.Script != "":
		main = l.abs(l.options.Script)
		fault = func(code, message, fix string) {
			l.report(Diagnostic{Severity: Error, Code: code, Pos: Position{File: main}, Message: message, Fix: fix})
		}
	case file.root.Get("pages_build_output_dir") != nil:
		n := file.root.Get("pages_build_output_dir")
		l.report(n.Diagnostic(Error, CodeUnsupported, "this is a Pages project, which devserver does not run", "for a Worker, delete this key and set main"))
		return
	case ok && main != "":
		main = resolve(l.config.Dir, main)
	case node != nil && !ok:
		return // of the wrong type: reported
	case l.hasAssets(file) && (file.root != nil || l.config.File == ""):
		return // there need not be a Worker
	case l.config.File == "":
		l.report(Diagnostic{Severity: Error, Code: CodeMissing,
			Message: fmt.Sprintf("there is neither a script nor a configuration (%s) in %s or above", strings.Join(wranglerNames[:], ", "), l.options.Dir),
			Fix:     "name a script: devserver src/index.js"})
		return
	case file.root == nil:
		return // unreadable: reported
	default:
		l.report(Diagnostic{Severity: Error, Code: CodeMissing, Pos: Position{File: l.config.File}, Path: "main",
			Message: "there is no entry point", Fix: mainFix(l.config.File)})
		return
	}
	l.visit(main)
	info, err := os.Stat(main)
	command, builds := file.get("build", inherited).Get("command").AsString()
	switch {
	case errors.Is(err, fs.ErrNotExist) && builds && command != "":
		l.config.Main = main // it may have been made when it is needed
	case err != nil:
		fault(CodeFile, fmt.Sprintf("the entry point %s cannot be used: %s", main, reason(err)), fileFix(main))
	case info.IsDir():
		fault(CodeFile, fmt.Sprintf("the entry point %s is a directory, not a file", main), "name the file in it")
	case filepath.Ext(main) == ".py":
		fault(CodeUnsupported, "this is a Worker in Python, which devserver does not run", "")
	default:
		l.config.Main = main
	}
}

func mainFix(file string) string {
	if filepath.Ext(file) == ".toml" {
		return `add main = "src/index.js" at the top, or name a script: devserver src/index.js`
	}
	return `add "main": "src/index.js", or name a script: devserver src/index.js`
}

// fileFix proposes a file that is there for one that is not.
func fileFix(missing string) string {
	entries, err := os.ReadDir(filepath.Dir(missing))
	if err != nil {
		return ""
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return didYouMean(filepath.Base(missing), names)
}

func (l *loader) compatibility(file wranglerFile) {
	c := l.config
	flags := file.get("compatibility_flags", inherited)
	c.CompatibilityFlags, _ = flags.AsStrings()
	if l.options.CompatibilityFlags != nil {
		c.CompatibilityFlags = l.options.CompatibilityFlags
	} else {
		for i := range c.CompatibilityFlags {
			c.FlagPositions = append(c.FlagPositions, flags.Items()[i].Pos())
		}
	}
	node := file.get("compatibility_date", inherited)
	date, ok := node.AsString()
	report := func(message, fix string, severity Severity) {
		l.report(node.Diagnostic(severity, CodeValue, message, fix))
	}
	if l.options.CompatibilityDate != "" {
		date, ok = l.options.CompatibilityDate, true
		report = func(message, fix string, severity Severity) {
			l.report(Diagnostic{Severity: severity, Code: CodeValue, Path: "--compatibility-date", Message: message, Fix: fix})
		}
	}
	switch {
	case ok && validDate(date):
		if c.CompatibilityDate = date; date > DefaultCompatibilityDate {
			report(fmt.Sprintf("is later than %s: of what changes after that, not all may be known here", DefaultCompatibilityDate), "", Warning)
		}
		return
	case ok:
		report(fmt.Sprintf("should be a date as in %q, but is %q", DefaultCompatibilityDate, date), dateFix(date), Error)
	case node == nil && (file.root != nil || l.config.File == "" && l.options.Script != ""):
		l.report(l.noDate())
	}
	c.CompatibilityDate = DefaultCompatibilityDate
}

func (l *loader) noDate() Diagnostic {
	d := Diagnostic{
		Severity: Warning, Code: CodeDefault, Pos: Position{File: l.config.File}, Path: "compatibility_date",
		Message: "is not set: " + DefaultCompatibilityDate + " is used",
		Fix:     fmt.Sprintf("add compatibility_date = %q", DefaultCompatibilityDate),
	}
	switch filepath.Ext(l.config.File) {
	case ".json", ".jsonc":
		d.Fix = fmt.Sprintf(`add "compatibility_date": %q`, DefaultCompatibilityDate)
	case "":
		d.Severity = Info
		d.Path = "--compatibility-date"
		d.Fix = ""
	}
	return d
}

func validDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// dateFix tells the slips apart: another kind of dash, which looks the same,
// and other ways to write a date.
func dateFix(s string) string {
	dashes := strings.NewReplacer("\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-")
	if plain := dashes.Replace(s); plain != s && validDate(plain) {
		return fmt.Sprintf("the dashes are not hyphens: write %q", plain)
	}
	for _, layout := range []string{"2006/01/02", "2006.01.02", "20060102", "2006-1-2", time.RFC3339} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return fmt.Sprintf("write %q", t.Format(time.DateOnly))
		}
	}
	if trimmed := strings.TrimSpace(s); trimmed != s && validDate(trimmed) {
		return fmt.Sprintf("write %q", trimmed)
	}
	return ""
}
