package bundle

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
)

// A tsconfig is what of a tsconfig.json decides where imports are looked for. esbuild reads these files itself; we must
// know them to wait for what it does not find.
type tsconfig struct {
	base  string              // the directory that paths are relative to; empty if there is no baseUrl
	paths map[string][]string // absolute
}

// tsconfigs finds and remembers them.
type tsconfigs struct {
	places   *placeSet
	override string // Options.TSConfig
	byDir    map[string]*tsconfig
}

// of returns the tsconfig for sources in dir, or nil.
func (t *tsconfigs) of(dir string) *tsconfig {
	if config, ok := t.byDir[dir]; ok {
		return config
	}
	var config *tsconfig
	path := filepath.Join(dir, "tsconfig.json")
	if t.override != "" {
		path = t.override
	}
	if t.places.inside(dir) {
		t.places.want(path)
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		config = t.read(path, 0)
	} else if parent := filepath.Dir(dir); parent != dir && t.override == "" {
		config = t.of(parent)
	}
	t.byDir[dir] = config
	return config
}

// read reads a file and those that it extends.
func (t *tsconfigs) read(path string, depth int) *tsconfig {
	t.places.want(path)
	content, err := os.ReadFile(path)
	if err != nil || depth > 16 {
		return nil
	}
	var file struct {
		Extends         any
		CompilerOptions struct {
			BaseURL *string `json:"baseUrl"`
			Paths   map[string][]string
		}
	}
	if json.Unmarshal(stripJSONC(content), &file) != nil {
		return nil // esbuild complains
	}
	dir := filepath.Dir(path)
	config := &tsconfig{}
	for _, extended := range stringsOf(file.Extends) {
		if base := t.read(t.extended(dir, extended), depth+1); base != nil {
			if base.base != "" {
				config.base = base.base
			}
			if base.paths != nil {
				config.paths = base.paths
			}
		}
	}
	relativeTo := dir
	if base := file.CompilerOptions.BaseURL; base != nil {
		config.base = filepath.Join(dir, filepath.FromSlash(*base))
		relativeTo = config.base
	}
	if file.CompilerOptions.Paths != nil {
		config.paths = make(map[string][]string)
		for pattern, targets := range file.CompilerOptions.Paths {
			for _, target := range targets {
				config.paths[pattern] = append(config.paths[pattern], filepath.Join(relativeTo, filepath.FromSlash(target)))
			}
		}
	}
	return config
}

// extended returns the file that a tsconfig in dir extends by this name.
func (t *tsconfigs) extended(dir, name string) string {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) && isPath(name) {
		path = filepath.Join(dir, path)
	} else if !filepath.IsAbs(path) {
		for up := dir; ; up = filepath.Dir(up) {
			candidate := filepath.Join(up, "node_modules", path)
			if _, err := os.Stat(filepath.Join(up, "node_modules", filepath.FromSlash(packageName(name)))); err == nil {
				path = candidate
				break
			}
			if up == filepath.Dir(up) {
				return candidate
			}
		}
		if packageName(name) == name {
			return filepath.Join(path, "tsconfig.json")
		}
	}
	if filepath.Ext(path) != ".json" {
		path += ".json"
	}
	return path
}

// candidates returns where an import that is not a path may be found, by paths and baseUrl.
func (c *tsconfig) candidates(specifier string) (paths []string) {
	if c == nil {
		return nil
	}
	for pattern, targets := range c.paths {
		before, after, wildcard := strings.Cut(pattern, "*")
		if !wildcard && pattern != specifier ||
			wildcard && (len(specifier) < len(before)+len(after) || !strings.HasPrefix(specifier, before) || !strings.HasSuffix(specifier, after)) {
			continue
		}
		for _, target := range targets {
			if wildcard {
				matched := specifier[len(before) : len(specifier)-len(after)]
				target = strings.Replace(target, "*", filepath.FromSlash(matched), 1)
			}
			paths = append(paths, target)
		}
	}
	if c.base != "" {
		paths = append(paths, filepath.Join(c.base, filepath.FromSlash(specifier)))
	}
	return paths
}

func stringsOf(value any) (texts []string) {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		for _, element := range value {
			if text, ok := element.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

// stripJSONC returns the text with spaces for its comments and trailing commas.
func stripJSONC(text []byte) []byte {
	stripped := bytes.Clone(text)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			stripped[i] = ' '
		}
	}
	comma := -1 // the last thing that is not space, if it is a comma
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '/' && bytes.HasPrefix(text[i:], []byte("//")), c == '/' && bytes.HasPrefix(text[i:], []byte("/*")):
			ending := "\n"
			if text[i+1] == '*' {
				ending = "*/"
			}
			end := len(text)
			if length := bytes.Index(text[i+2:], []byte(ending)); length >= 0 {
				end = i + 2 + length + len(ending)
			}
			blank(i, end)
			i = end - 1
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			comma = -1
		case c == ',':
			comma = i
		case c == '}' || c == ']':
			if comma >= 0 {
				blank(comma, comma+1)
			}
			comma = -1
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			comma = -1
		}
	}
	return stripped
}
