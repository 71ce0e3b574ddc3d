// Package sites is Workers Sites: the files of a folder as the KV namespace __STATIC_CONTENT, and their names as
// __STATIC_CONTENT_MANIFEST. Static assets are what to use instead for new Workers.
//
// https://developers.cloudflare.com/workers/configuration/sites/
package sites

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"devserver/bindings"
	"devserver/config"
	"devserver/runtime/cache"
	"devserver/runtime/webidl"
)

// The names that a Worker has of its site.
const (
	namespaceName = "__STATIC_CONTENT"
	manifestName  = "__STATIC_CONTENT_MANIFEST"
)

// Kind is the kind site.
type Kind struct{}

// Key implements bindings.Kind.
func (Kind) Key() string { return "site" }

// settings is the decoded configuration.
type settings struct {
	bucket           string // absolute
	include, exclude string // globs with newlines between them; of the two only include counts, if it is not empty
}

// Decode implements bindings.Kind.
func (Kind) Decode(section *config.Section) ([]bindings.Binding, config.Diagnostics) {
	node := section.Node
	var s settings
	var ok bool
	if s.bucket, ok = node.Get("bucket").AsPath(); !ok {
		return nil, nil // the table of keys in config has reported it
	}
	globs := func(key string) string {
		list, _ := node.Get(key).AsStrings()
		return strings.Join(list, "\n")
	}
	s.include, s.exclude = globs("include"), globs("exclude")
	site := &site{settings: s}
	return []bindings.Binding{site, manifest{site}}, nil
}

// site is the namespace with the files.
type site struct {
	settings         settings
	include, exclude matcher
	row              bindings.Row
	manifest         string   // as JSON
	folders          []string // with "/*" at their ends
}

func (s *site) Name() string      { return namespaceName }
func (s *site) Config() any       { return s.settings }
func (s *site) Row() bindings.Row { return s.row }
func (s *site) Close() error      { return nil }

// Files implements bindings.FileUser: the manifest changes when names come or go.
func (s *site) Files() []string { return s.folders }

// Modules implements bindings.Moduler.
func (s *site) Modules() map[string]string { return map[string]string{manifestName: s.manifest} }

// Open makes the manifest.
func (s *site) Open(_ context.Context, host bindings.Host) error {
	name := s.settings.bucket
	if rel, err := filepath.Rel(host.Dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	s.row = bindings.Row{Resource: "Workers Site in " + name, Mode: "local"}
	s.include, s.exclude = newMatcher(s.settings.include), newMatcher(s.settings.exclude)
	s.folders = []string{filepath.Join(s.settings.bucket, "*")}
	if info, err := os.Stat(s.settings.bucket); err != nil || !info.IsDir() {
		s.row.Problem, s.row.Fix = fmt.Sprintf("the site's bucket %s is not a directory", s.settings.bucket), "make it, for example by building the site, or correct site.bucket"
	}
	keys := map[string]string{}
	for _, file := range s.files(func(folder string) { s.folders = append(s.folders, filepath.Join(folder, "*")) }) {
		keys[file] = encodeKey(file)
	}
	text, err := json.Marshal(keys)
	s.manifest = string(text)
	return err
}

// files are the names of the site's files, in order. Each folder below the bucket is visited.
func (s *site) files(visit func(folder string)) []string {
	var names []string
	filepath.WalkDir(s.settings.bucket, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == s.settings.bucket {
			return nil
		}
		if d.IsDir() {
			visit(path)
			return nil
		}
		rel, err := filepath.Rel(s.settings.bucket, path)
		if name := filepath.ToSlash(rel); err == nil && s.has(name) {
			names = append(names, name)
		}
		return nil
	})
	return names
}

// has reports whether a file is part of the site.
func (s *site) has(name string) bool {
	if s.settings.include != "" {
		return s.include.matches(name)
	}
	return s.settings.exclude == "" || !s.exclude.matches(name)
}

// isHidden reports whether a part of a name begins with a dot: such files are in the manifest, and cannot be read.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// read returns the file behind a key, or nil if there is none.
func (s *site) read(key string) *os.File {
	name := decodeKey(key)
	if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || isHidden(name) || !s.has(name) {
		return nil
	}
	f, err := os.Open(filepath.Join(s.settings.bucket, filepath.FromSlash(name)))
	if err != nil {
		return nil
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil
	}
	return f
}

// keys are those of all files that can be read, sorted.
func (s *site) keys() []string {
	var keys []string
	for _, name := range s.files(func(string) {}) {
		if !isHidden(name) {
			keys = append(keys, encodeKey(name))
		}
	}
	slices.Sort(keys)
	return keys
}

// Value makes the namespace.
func (s *site) Value(r *webidl.Realm) goja.Value { return r.New(namespaceClass, s) }

// manifest is the text with the files' keys as a variable.
type manifest struct{ site *site }

func (m manifest) Name() string                              { return manifestName }
func (m manifest) Config() any                               { return manifestOf{m.site.settings} }
func (m manifest) Files() []string                           { return m.site.folders } // as the site, beside which it is made
func (m manifest) Open(context.Context, bindings.Host) error { return nil }
func (m manifest) Close() error                              { return nil }
func (m manifest) Value(r *webidl.Realm) goja.Value          { return r.String(m.site.manifest) }
func (m manifest) Row() bindings.Row {
	return bindings.Row{Resource: "the names of its files", Mode: "local"}
}

// manifestOf tells a manifest's configuration from that of its site.
type manifestOf struct{ settings }

// keyPrefix is what keys begin with, as in wrangler: kv-asset-handler makes paths of them, and what is behind such a path
// is not cached.
const keyPrefix = cache.Uncached

// encodeKey is the key of a file: its name with encodeURIComponent.
func encodeKey(name string) string {
	var b strings.Builder
	b.WriteString(keyPrefix)
	for i := range len(name) {
		if c := name[i]; '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("-_.!~*'()", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// decodeKey is the name behind a key. A key that is not encoded is a name.
func decodeKey(key string) string {
	encoded, ok := strings.CutPrefix(key, keyPrefix)
	if !ok {
		return key
	}
	return percentDecode(encoded)
}

// matcher matches names with globs: one of them and, if there are any with an exclamation mark, none of those.
type matcher struct{ include, exclude []*regexp.Regexp }

func newMatcher(globs string) matcher {
	var m matcher
	for glob := range strings.SplitSeq(globs, "\n") {
		if glob == "" {
			continue
		}
		if rest, negative := strings.CutPrefix(glob, "!"); negative {
			m.exclude = append(m.exclude, globPattern(rest))
		} else {
			m.include = append(m.include, globPattern(glob))
		}
	}
	return m
}

func (m matcher) matches(name string) bool {
	match := func(re *regexp.Regexp) bool { return re.MatchString(name) }
	return !slices.ContainsFunc(m.exclude, match) && slices.ContainsFunc(m.include, match)
}

// globPattern is a glob that may match anywhere in a name, as wrangler has it: * is anything but slashes, and ** as a
// part of its own any folders.
func globPattern(glob string) *regexp.Regexp {
	var b strings.Builder
	for i := 0; i < len(glob); {
		if glob[i] != '*' {
			end := strings.IndexByte(glob[i:], '*')
			if end < 0 {
				end = len(glob) - i
			}
			b.WriteString(regexp.QuoteMeta(glob[i : i+end]))
			i += end
			continue
		}
		start := i
		for i < len(glob) && glob[i] == '*' {
			i++
		}
		if i-start > 1 && (start == 0 || glob[start-1] == '/') && (i == len(glob) || glob[i] == '/') {
			b.WriteString(`(?:[^/]*(?:/|$))*`)
			i = min(i+1, len(glob))
		} else {
			b.WriteString(`[^/]*`)
		}
	}
	return regexp.MustCompile(b.String())
}
