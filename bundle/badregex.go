package bundle

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"devserver/runtime/ecmaregexp"
)

// badRegex is a regular expression literal that is a SyntaxError, which production finds when the Worker is uploaded.
type badRegex struct {
	start   int // in the module
	literal string
	err     error
}

// checkedSource is a file of the user's, and what is wrong with regular expressions in it.
type checkedSource struct {
	text     string
	problems []Message
}

// sourceLoaders are how esbuild reads the files that have code.
var sourceLoaders = map[string]api.Loader{
	".js": api.LoaderJSX, ".jsx": api.LoaderJSX, ".mjs": api.LoaderJSX, ".cjs": api.LoaderJSX,
	".ts": api.LoaderTS, ".mts": api.LoaderTS, ".cts": api.LoaderTS, ".tsx": api.LoaderTSX,
}

// checkSources looks at the user's own files for regular expressions that are none: those in code that nothing uses are
// not in the bundle. Files that have not changed since are not read again.
func (b *Bundler) checkSources() (problems []Message) {
	kept := make(map[string]*checkedSource)
	var beside sync.WaitGroup
	for file := range b.observed.loaded {
		loader, isCode := sourceLoaders[filepath.Ext(file)]
		source, err := os.ReadFile(file)
		if !isCode || inPackage(file) || err != nil {
			continue
		}
		kept[file] = b.sources[file]
		if kept[file] != nil && kept[file].text == string(source) {
			continue
		}
		fresh := &checkedSource{text: string(source)}
		kept[file] = fresh
		beside.Go(func() { fresh.problems = b.checkSource(file, fresh.text, loader) })
	}
	beside.Wait()
	b.sources = kept
	for _, file := range slices.Sorted(maps.Keys(kept)) {
		problems = append(problems, kept[file].problems...)
	}
	return problems
}

func (b *Bundler) checkSource(file, source string, loader api.Loader) []Message {
	if !strings.Contains(source, "/") {
		return nil
	}
	result := api.Transform(source, api.TransformOptions{
		Loader: loader, Sourcefile: filepath.Base(file), Sourcemap: api.SourceMapExternal, SourcesContent: api.SourcesContentExclude,
		Target: api.ESNext, LogLevel: api.LogLevelSilent,
		// Types may be all that is used of an import, and what is left of the rest does not matter here.
		TsconfigRaw: `{"compilerOptions":{"experimentalDecorators":true}}`,
	})
	if len(result.Errors) > 0 {
		return nil // about which the build says more
	}
	if bytes.HasPrefix(result.Code, []byte("#!")) {
		copy(result.Code, "//")
	}
	list, err := scan(result.Code)
	if err != nil {
		return nil
	}
	m := fileText{tokens: list}
	for i := range m.list {
		if m.list[i].kind == regex {
			m.checkRegex(i)
		}
	}
	problems := b.wordBadRegexes(m.badRegexes, result.Code, result.Map)
	for i := range problems {
		b.locate(&problems[i], file)
	}
	return problems
}

// badRegexesIn words those of a module that is made of packages, too.
func (b *Bundler) badRegexesIn(found []badRegex, module, sourceMap []byte) []Message {
	problems := b.wordBadRegexes(found, module, sourceMap)
	for i := range problems {
		file := problems[i].File
		if !filepath.IsAbs(file) {
			file = filepath.Join(b.options.Dir, filepath.FromSlash(file))
		}
		b.locate(&problems[i], file)
	}
	return problems
}

// wordBadRegexes words those of some code. Their positions are as the source map has them: lines and columns count from
// zero, the latter in UTF-16 code units.
func (b *Bundler) wordBadRegexes(found []badRegex, code, sourceMap []byte) (problems []Message) {
	for _, bad := range found {
		message := Message{Text: bad.err.Error()}
		lineStart := bytes.LastIndexByte(code[:bad.start], '\n') + 1
		file, line, column, ok := newMappings(sourceMap).original(bytes.Count(code[:bad.start], []byte("\n")), bad.start-lineStart)
		if ok {
			message.File, message.Line, message.Column, message.Length = file, line, column, utf8.RuneCountInString(bad.literal)
		}
		problems = append(problems, message)
	}
	return problems
}

// locate makes the position in a message, which is as a source map has it, one that people read.
func (b *Bundler) locate(message *Message, file string) {
	if message.File == "" {
		return
	}
	message.File = ""
	source, err := os.ReadFile(file)
	lines := strings.SplitAfter(string(source), "\n")
	if err != nil || message.Line >= len(lines) {
		return
	}
	offset, column := len(strings.Join(lines[:message.Line], "")), message.Column
	for _, char := range lines[message.Line] {
		if column <= 0 {
			break
		}
		column -= utf16.RuneLen(char)
		offset += utf8.RuneLen(char)
	}
	message.at(b.relative(file), string(source), min(offset, len(source)), message.Length)
}

// checkRegex notes the literal at token i if it is a SyntaxError.
func (m *fileText) checkRegex(i int) (pattern, flags string, ok bool) {
	literal := m.text(i)
	slash := strings.LastIndexByte(literal, '/')
	pattern, flags = literal[1:slash], literal[slash+1:]
	if err := ecmaregexp.Check(pattern, flags); err != nil {
		m.badRegexes = append(m.badRegexes, badRegex{int(m.list[i].start), literal, err})
		return "", "", false
	}
	return pattern, flags, true
}
