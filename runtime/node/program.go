package node

import (
	"embed"
	"fmt"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"devserver/runtime/engine"
	"devserver/runtime/language"
	"devserver/runtime/sourcetext"
)

//go:embed all:js
var sources embed.FS

// cache holds the compiled sources of the process.
type cache struct {
	mu       sync.Mutex
	compiled map[string]*source
}

// source is a module's source as it is run.
type source struct {
	program *goja.Program // an expression that evaluates to a function
	needs   language.Additions
}

// programs is filled by isolates as they go: a source and what it compiles to do not change.
var programs = cache{compiled: map[string]*source{}}

// get returns a module's source.
func (c *cache) get(name string) (*source, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.compiled[name]; s != nil {
		return s, nil
	}
	text, err := sources.ReadFile("js/" + name + ".js")
	if err != nil {
		return nil, fmt.Errorf("module node:%s has no source: %w", name, err)
	}
	// The head is on the source's first line, so that lines in stacks are the file's.
	ast, err := goja.Parse(prefix+name, "(function(exports,require,module,native){'use strict';"+string(text)+"\n})", parser.WithDisableSourceMaps)
	if err != nil {
		return nil, err
	}
	p, err := engine.Compile(ast, true)
	if err != nil {
		return nil, err
	}
	s := &source{program: p, needs: language.For(sourcetext.Of(string(text)))}
	c.compiled[name] = s
	return s, nil
}
