// Package wasm is WebAssembly: https://webassembly.github.io/spec/js-api/. The engine that compiles and runs it is wazero.
//
// A [Module] is compiled once and shared by all isolates of a Worker. Each isolate has a store of its own: store.go.
// The engine runs modules rewritten, see rewrite.go, and each instance beside a second one that links it: see link.go.
package wasm

import (
	"context"
	"crypto/rand"
	"errors"
	goruntime "runtime"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// Engine compiles modules for the isolates of one Worker. The zero value is ready, and costs nothing until it is used. It
// is safe for concurrent use.
type Engine struct {
	// Cache has what other engines have compiled; nil means that this one is alone.
	Cache *Cache

	once    sync.Once
	runtime wazero.Runtime

	mu      sync.Mutex
	helpers map[string]wazero.CompiledModule // our own little modules, by their code
	hosts   map[string]api.Module            // by signature: see [Engine.dispatcher]
}

// Cache has modules compiled once for as long as any engine has them: a Worker that is loaded anew, with a module that has
// not changed, need not wait for it again.
type Cache struct{ compiled wazero.CompilationCache }

// NewCache makes an empty cache.
func NewCache() *Cache { return &Cache{wazero.NewCompilationCache()} }

// features are what the engine is asked to understand. It has a notion of exceptions and of typed references, too, but
// none that JavaScript could take part in.
const features = api.CoreFeaturesV2 | experimental.CoreFeaturesThreads | experimental.CoreFeaturesTailCall | experimental.CoreFeaturesExtendedConst

func (e *Engine) start() wazero.Runtime {
	e.once.Do(func() {
		config := wazero.NewRuntimeConfig().WithCoreFeatures(features).WithMemoryLimitPages(maxPages).WithDebugInfoEnabled(false)
		if e.Cache != nil {
			config = config.WithCompilationCache(e.Cache.compiled)
		}
		e.runtime = wazero.NewRuntimeWithConfig(context.Background(), config)
		e.helpers = map[string]wazero.CompiledModule{}
		e.hosts = map[string]api.Module{}
	})
	return e.runtime
}

// Module is a compiled module. It is safe for concurrent use, by isolates whose engine has compiled it.
type Module struct {
	*parsed
	compiled   wazero.CompiledModule
	referenced []int
}

// Compile compiles a module. The error says what is wrong with it, or that it uses what is not supported.
func (e *Engine) Compile(code []byte) (*Module, error) {
	p, err := parse(append([]byte(nil), code...))
	if err != nil {
		return nil, err
	}
	out, err := p.rewrite()
	if err != nil {
		return nil, err
	}
	ctx := experimental.WithCompilationWorkers(context.Background(), goruntime.GOMAXPROCS(0))
	compiled, err := e.start().CompileModule(ctx, out.code)
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "invalid "))
	}
	p.sections = [sectionTag + 1]*reader{} // what follows needs no more of it
	m := &Module{parsed: p, compiled: compiled, referenced: out.referenced}
	goruntime.AddCleanup(m, func(c wazero.CompiledModule) { c.Close(context.Background()) }, compiled)
	return m, nil
}

// maxHelpers is how many helpers are kept. A Worker has a few, unless it makes ever others.
const maxHelpers = 1000

// helper makes an instance of one of our own modules, which is compiled once. It has no start function.
func (e *Engine) helper(ctx context.Context, code []byte, from func(name string) api.Module) (api.Module, error) {
	e.start()
	e.mu.Lock()
	defer e.mu.Unlock()
	m, ok := e.helpers[string(code)]
	if !ok {
		var err error
		if m, err = e.runtime.CompileModule(ctx, code); err != nil {
			return nil, err
		}
		if len(e.helpers) >= maxHelpers {
			for _, old := range e.helpers {
				old.Close(ctx)
			}
			clear(e.helpers)
		}
		e.helpers[string(code)] = m
	}
	return e.instantiate(ctx, m, from)
}

// moduleConfig is for instances without a name, so that there may be any number. The source of randomness is for WASI,
// which they do not have; but the engine's own default would be seeded for each.
var moduleConfig = wazero.NewModuleConfig().WithName("").WithStartFunctions().WithRandSource(rand.Reader)

// instantiate makes an instance, whose imports come from the modules that from returns.
func (e *Engine) instantiate(ctx context.Context, m wazero.CompiledModule, from func(name string) api.Module) (api.Module, error) {
	ctx = experimental.WithImportResolver(ctx, from)
	return e.runtime.InstantiateModule(ctx, m, moduleConfig)
}

// dispatcher returns the module of the host function "f" that calls, for WebAssembly, JavaScript functions of a type: it
// takes the parameters, and the number of the function in the store.
func (e *Engine) dispatcher(t *funcType) (api.Module, error) {
	params := append(apiTypes(t.params), api.ValueTypeI32)
	return e.host("call "+t.key(), params, apiTypes(t.results), func(ctx context.Context, stack []uint64) {
		storeOf(ctx).callHost(t, int(uint32(stack[slots(t.params)])), stack)
	})
}

// ticker returns the module of the host function "f" that code calls when its fuel is used up.
func (e *Engine) ticker() (api.Module, error) {
	return e.host("tick", nil, nil, func(ctx context.Context, _ []uint64) { storeOf(ctx).tick() })
}

func (e *Engine) host(key string, params, results []api.ValueType, fn api.GoFunc) (api.Module, error) {
	e.start()
	e.mu.Lock()
	defer e.mu.Unlock()
	if m := e.hosts[key]; m != nil {
		return m, nil
	}
	ctx := context.Background()
	builder := e.runtime.NewHostModuleBuilder("host")
	compiled, err := builder.NewFunctionBuilder().WithGoFunction(fn, params, results).Export("f").Compile(ctx)
	if err != nil {
		return nil, err
	}
	m, err := e.runtime.InstantiateModule(ctx, compiled, moduleConfig)
	if err == nil {
		e.hosts[key] = m
	}
	return m, err
}

func apiTypes(types []valueType) []api.ValueType {
	list := make([]api.ValueType, 0, len(types)+1)
	for _, t := range types {
		list = append(list, api.ValueType(t))
	}
	return list
}

// Validate reports whether code is a module that can be compiled.
func (e *Engine) Validate(code []byte) bool {
	_, err := e.Compile(code)
	return err == nil
}
