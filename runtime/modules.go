package runtime

import (
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja_nodejs/require"

	"devserver/runtime/compat"
	"devserver/runtime/language"
	"devserver/runtime/node"
	"devserver/runtime/webidl"
)

// module is a built-in module that a script may import.
type module struct {
	exports []string
	load    func(iso *isolate, exports *goja.Object)
}

// modules are the built-in modules, by specifier. It is only read.
var modules = map[string]module{
	"cloudflare:workers":   {workersExports, cloudflareWorkers},
	"cloudflare:node":      {cloudflareNodeExports, cloudflareNode},
	"cloudflare:sockets":   {[]string{"connect"}, cloudflareSockets},
	"cloudflare:email":     {[]string{"EmailMessage"}, cloudflareEmail},
	"cloudflare:workflows": {[]string{"NonRetryableError"}, cloudflareWorkflows},
}

// The bundler's own modules, by what they have for their default export: bundle.AppendModule, bundle.GeneratorModule.
var bundlerModules = map[string]func(r *webidl.Realm) goja.Value{
	"devserver:append":     language.Append,
	"devserver:generators": language.Generators,
}

// Modules are the built-in modules that a Worker with some compatibility flags may import. The bundler asks.
type Modules struct{ flags compat.Set }

// ModulesFor returns the modules of Workers with these flags.
func ModulesFor(flags compat.Set) Modules { return Modules{flags} }

// Has reports whether there is a module of that name.
func (m Modules) Has(specifier string) bool {
	_, ok := modules[specifier]
	if specifier == "cloudflare:node" {
		return m.flags.Enabled(compat.NodejsCompat) && m.flags.Enabled(nodeServers)
	}
	return ok || node.Has(m.flags, specifier)
}

// Bare reports whether those of Node.js can be imported without "node:", and stand for packages that do the same.
func (m Modules) Bare() bool {
	return m.flags.Enabled(compat.NodejsCompat) && m.flags.Enabled(compat.NodejsCompatV2)
}

// Polyfilled reports whether there is a module of that name only where wrangler bundles, which puts polyfills into the bundle.
func (m Modules) Polyfilled(specifier string) bool {
	_, ok := modules[specifier]
	return !ok && node.Polyfilled(m.flags, specifier)
}

// Missing says what to do to have a module that Has says there is none of, or "".
func (m Modules) Missing(specifier string) string { return node.Missing(m.flags, specifier) }

// Exports lists what a module exports, or nil if there is no such module.
func (m Modules) Exports(specifier string) []string {
	if own, ok := modules[specifier]; ok {
		return own.exports
	}
	if names := node.Exports(specifier); names != nil {
		return append([]string{"default"}, names...)
	}
	return nil
}

// builtins returns the function through which a script gets its built-in modules, each evaluated on its first import
// and kept, or undefined for a script that asks for none.
func (iso *isolate) builtins() goja.Value {
	if !iso.worker.options.Script.Loads {
		return goja.Undefined()
	}
	loader := iso.realm.Function("builtin", 1, func(c webidl.Call) goja.Value {
		if table, ok := c.Arg(0).(*goja.Object); ok && len(c.Args) == 2 && iso.additional.imports == nil {
			table.SetPrototype(nil)
			iso.additional = additionalModules{imports: table, dir: c.USVString(1)}
			return c.Undefined()
		}
		return iso.load(c.USVString(0))
	})
	if iso.worker.imports {
		v, err := iso.vm.RunProgram(importFunction)
		iso.realm.Rethrow(err)
		make, _ := goja.AssertFunction(v)
		v, err = make(goja.Undefined(), loader)
		iso.realm.Rethrow(err)
		loader.Set("import", v)
	}
	if iso.worker.options.Script.DirectEval {
		loader.Set("code", iso.realm.Function("code", 0, func(c webidl.Call) goja.Value {
			code, _ := iso.realm.CodeToEvaluate(c.Arg(0))
			return code
		}))
	}
	return loader
}

// importFunction makes what import() is for a script. As in workerd, there are no import attributes.
var importFunction = goja.MustCompile("import", `((load, { values } = Object, { Error, TypeError } = globalThis) => async (specifier, options) => {
	const isObject = (v) => typeof v === "object" ? v !== null : typeof v === "function";
	specifier = `+"`${specifier}`"+`;
	if (options !== undefined) {
		if (!isObject(options)) throw new TypeError("The second argument to import() must be an object");
		const attributes = options.with;
		if (attributes !== undefined) {
			if (!isObject(attributes)) throw new TypeError("The 'with' option must be an object");
			const list = values(attributes);
			for (let i = 0; i < list.length; i++) if (typeof list[i] !== "string") throw new TypeError("Import attribute value must be a string");
			if (list.length > 0) throw new Error("Unrecognized import attributes specified");
		}
	}
	await undefined;
	return load(specifier);
})`, true)

// load gives a script the namespace of a module, or a promise of it.
func (iso *isolate) load(specifier string) goja.Value {
	if make := bundlerModules[specifier]; make != nil {
		exports := iso.vm.NewObject()
		exports.Set("default", make(iso.realm))
		return exports
	}
	if node.Has(iso.worker.options.Compat, specifier) {
		return node.Namespace(iso.realm, specifier)
	}
	if _, ok := modules[specifier]; ok {
		exports, err := iso.requires().Require(specifier)
		iso.realm.Rethrow(err)
		return exports
	}
	if namespace := iso.importFile(specifier); namespace != nil {
		return namespace
	}
	if strings.HasPrefix(specifier, ".") {
		specifier = iso.fileName(specifier)
	}
	panic(iso.realm.ErrorValue(webidl.Errorf("No such module %q.", specifier)))
}

// Module implements node.ModuleHost.
func (iso *isolate) Module(specifier string) goja.Value {
	if _, ok := modules[specifier]; !ok || !ModulesFor(iso.worker.options.Compat).Has(specifier) {
		return nil
	}
	return iso.load(specifier)
}

// requires evaluates the built-in modules that are not Node.js's, each on its first import, and keeps them.
func (iso *isolate) requires() *require.RequireModule {
	if iso.required == nil {
		registry := require.NewRegistry(require.WithLoader(func(string) ([]byte, error) {
			return nil, require.ModuleFileDoesNotExistError
		}))
		for name, m := range modules {
			registry.RegisterNativeModule(name, func(_ *goja.Runtime, module *goja.Object) {
				m.load(iso, module.Get("exports").(*goja.Object))
			})
		}
		global := iso.vm.GlobalObject()
		before := global.Get("require")
		iso.required = registry.Enable(iso.vm)
		global.Delete("require") // Workers have none, unless a script has made one
		if before != nil {
			global.Set("require", before)
		}
	}
	return iso.required
}
