package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// wranglerNames are the names of a wrangler file; an earlier one wins over a
// later one, wherever above they are.
var wranglerNames = [...]string{"wrangler.json", "wrangler.jsonc", "wrangler.toml"}

// deployConfig is where a build tool says which generated file to use instead.
var deployConfig = filepath.Join(".wrangler", "deploy", "config.json")

// maxFile is how many bytes of a configuration file are read: far more than
// any has, far less than /dev/zero.
const maxFile = 16 << 20

// find sets File, UserFile and Dir: the file of --config, or else what
// wrangler would find from the script's or the current directory upwards.
func (l *loader) find() {
	c := l.config
	c.Dir = l.options.Dir
	switch {
	case l.options.Path != "":
		c.UserFile = l.visit(l.abs(l.options.Path))
		c.File = c.UserFile
	default:
		start := l.options.Dir
		if l.options.Script != "" {
			start = filepath.Dir(l.abs(l.options.Script))
		}
		c.UserFile = l.search(start)
		c.File = l.redirect(start, c.UserFile)
	}
	if c.File != "" {
		c.Dir = filepath.Dir(c.File)
	}
}

// search looks for a wrangler file. It is one walk upwards for each name, so a
// wrangler.json further up wins over a wrangler.toml further down, as it does
// in wrangler; that is said, because it is not what a person expects.
func (l *loader) search(start string) (file string) {
	var found []string
	for _, name := range wranglerNames {
		if f := upwards(start, name); f != "" {
			found = append(found, f)
		}
	}
	dir := start
	if len(found) > 0 {
		file = found[0]
		dir = filepath.Dir(file)
	}
	for _, name := range wranglerNames {
		l.visit(filepath.Join(dir, name))
	}
	for _, other := range found[min(1, len(found)):] {
		if len(filepath.Dir(other)) >= len(dir) {
			l.report(Diagnostic{Severity: Warning, Code: CodeConflict, Pos: Position{File: other},
				Message: fmt.Sprintf("is not read, because there is %s", file),
				Fix:     "keep one of them, or say which with --config"})
		}
	}
	if file == "" {
		l.refuseTypeScript(start)
	}
	return file
}

// refuseTypeScript says so if the only configuration is one in TypeScript.
func (l *loader) refuseTypeScript(start string) {
	for _, name := range []string{"cloudflare.config.ts", "wrangler.config.ts"} {
		if f := upwards(start, name); f != "" {
			l.report(Diagnostic{Severity: Warning, Code: CodeUnsupported, Pos: Position{File: f},
				Message: "is not read: devserver does not support configuration in TypeScript", Fix: "write a wrangler.jsonc"})
		}
	}
}

// redirect is the file that a build tool wants to be used instead of the
// author's, or the author's.
func (l *loader) redirect(start, userFile string) string {
	if userFile != "" {
		l.visit(filepath.Join(filepath.Dir(userFile), deployConfig))
	}
	deploy := upwards(start, deployConfig)
	if deploy == "" {
		return userFile
	}
	l.visit(deploy)
	root := l.read(deploy)
	if root == nil {
		return userFile
	}
	node := root.Get("configPath")
	path, ok := node.AsString()
	if !ok || path == "" {
		l.report(root.Missing("configPath", "the path of the configuration to use"))
		return userFile
	}
	target := filepath.Join(filepath.Dir(deploy), filepath.FromSlash(path))
	if filepath.IsAbs(path) {
		target = filepath.Clean(path)
	}
	if _, err := os.Stat(target); err != nil {
		l.report(node.Diagnostic(Error, CodeFile, fmt.Sprintf("names the configuration to use, but %s", reason(err)), "build the application again, or delete "+deploy))
		l.visit(target)
		return userFile
	}
	if userFile != "" && filepath.Join(filepath.Dir(userFile), deployConfig) != deploy {
		l.report(node.Diagnostic(Error, CodeConflict,
			fmt.Sprintf("redirects to %s, but does not stand beside the configuration %s, so it is not clear which should be used", target, userFile),
			"say which with --config, or delete the one that is out of date"))
		return userFile
	}
	l.report(node.Diagnostic(Info, CodeDefault, fmt.Sprintf("a build tool redirects to %s", target), ""))
	return l.visit(target)
}

// upwards is the nearest file of that name in dir or above; "" if there is none.
func upwards(dir, name string) string {
	for {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}

// read parses a configuration file by the format that its name tells. Problems
// are reported; the Node is nil if nothing could be made of it.
func (l *loader) read(file string) *Node {
	parse := ParseTOML
	switch strings.ToLower(filepath.Ext(file)) {
	case ".json", ".jsonc":
		parse = ParseJSONC
	case ".toml":
	default:
		l.report(Diagnostic{Severity: Error, Code: CodeFile, Pos: Position{File: file},
			Message: "is not a configuration file that devserver can read", Fix: "name a .toml, .json or .jsonc file"})
		return nil
	}
	data, ok := l.readFile(file)
	if !ok {
		return nil
	}
	root, ds := parse(file, data)
	l.report(ds...)
	return root
}

// readFile reads a file that has to be there.
func (l *loader) readFile(file string) (data []byte, ok bool) {
	data, err := l.readOptional(file)
	if err != nil {
		d := Diagnostic{Severity: Error, Code: CodeFile, Pos: Position{File: file}, Message: reason(err)}
		if errors.Is(err, fs.ErrNotExist) {
			d.Fix = fileFix(file)
		}
		l.report(d)
	}
	return data, err == nil
}

// readOptional reads a file and notes that it was looked for.
func (l *loader) readOptional(file string) ([]byte, error) {
	f, err := os.Open(l.visit(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errDirectory
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if len(data) > maxFile {
		return nil, fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	}
	return data, err
}

var errDirectory = errors.New("it is a directory, not a file")

// reason is why a file could not be used, without its name.
func reason(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "there is no such file"
	}
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return "it cannot be read: " + pathErr.Err.Error()
	}
	return err.Error()
}
