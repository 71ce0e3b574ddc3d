package node

import (
	"slices"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
)

// Host is a realm's host that process needs something of.
type Host interface {
	// NodeEnv returns the Worker's env, whose variables process.env has.
	NodeEnv() (*goja.Object, error)
	// Exit ends the request: process.exit was called.
	Exit(message string)
}

// DiagnosticsHost is a realm's host that wants to know what is published on diagnostics channels.
type DiagnosticsHost interface {
	Published(channel string, message goja.Value)
}

// diagnosticsNatives is what diagnostics_channel.js asks of Go.
var diagnosticsNatives = webidl.NewClass("diagnostics", diagnosticsIDL{})

type diagnosticsIDL struct{}

func (diagnosticsIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.Static("published", 2, func(c webidl.Call) goja.Value {
			if host, ok := c.Realm.Host.(DiagnosticsHost); ok {
				host.Published(c.Arg(0).String(), c.Arg(1))
			}
			return c.Undefined()
		}),
	}
}

// processNatives is what process.js asks of Go.
var processNatives = webidl.NewClass("process", processIDL{})

type processIDL struct{}

func (processIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		webidl.StaticReadOnly("process", func(c webidl.Call) goja.Value { return webidl.State[process](c.Realm).object }),
		webidl.Static("exit", 1, func(c webidl.Call) goja.Value {
			host, ok := c.Realm.Host.(Host)
			if !ok {
				c.Throw(webidl.Errorf("process.exit needs a request to end"))
			}
			host.Exit(c.USVString(0))
			return c.Undefined()
		}),
		webidl.Static("builtin", 1, builtinModule),
		webidl.Static("cloudflare", 1, func(c webidl.Call) goja.Value {
			if host, ok := c.Realm.Host.(ModuleHost); ok {
				if module := host.Module(c.USVString(0)); module != nil {
					return module
				}
			}
			return c.Undefined()
		}),
		webidl.Static("names", 0, func(c webidl.Call) goja.Value { return c.Realm.Strings(Names(c.Realm.Compat())) }),
		webidl.Static("enabled", 1, func(c webidl.Call) goja.Value { return c.Bool(c.Realm.Compat().Enabled(c.USVString(0))) }),
	}
}

// ModuleHost is a host that has modules besides those of Node.js, which module.createRequire gives, too.
type ModuleHost interface {
	// Module returns the exports of a module, or nil if there is none of that name.
	Module(specifier string) goja.Value
}

// builtinModule is process.getBuiltinModule.
func builtinModule(c webidl.Call) goja.Value {
	if !goja.IsString(c.Arg(0)) {
		return c.Undefined()
	}
	if name := c.USVString(0); Has(c.Realm.Compat(), name) {
		return Require(c.Realm, name)
	}
	return c.Undefined()
}

// process is the object process: https://nodejs.org/api/process.html
//
// Nearly every package looks at process.env, and at little else. So the object is made of Go, with the few properties that
// are asked for often; the others come from a source when one of them is needed. It inherits from an object that has
// the tag, and that from EventEmitter.prototype, or what stands for it until it is needed.
type process struct {
	realm  *webidl.Realm
	object *goja.Object
	middle *goja.Object
	rest   *goja.Object          // what internal/process has
	made   map[string]goja.Value // what has been asked for or assigned; nil for what has been deleted
	added  []string              // names that are not among Node.js's
}

// Init implements the initialization of [webidl.State].
func (p *process) Init(r *webidl.Realm) {
	p.realm = r
	p.made = make(map[string]goja.Value, 4)
	p.middle = r.VM.CreateObject(r.VM.NewDynamicObject(&emitterPrototype{p}))
	p.middle.DefineDataPropertySymbol(goja.SymToStringTag, r.String("process"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	p.object = r.VM.NewDynamicObject(p)
	p.object.SetPrototype(p.middle)
	loaded := webidl.State[modules](r)
	loaded.process = p
	if emitter := loaded.loaded["events"]; emitter != nil {
		p.inherit(emitter.Get("exports"))
	}
}

// inherit makes process an EventEmitter, once there is that class.
func (p *process) inherit(emitter goja.Value) {
	if class, ok := emitter.(*goja.Object); ok {
		if proto, ok := class.Get("prototype").(*goja.Object); ok {
			p.middle.SetPrototype(proto)
		}
	}
}

// load evaluates the source of the other properties.
func (p *process) load() *goja.Object {
	if p.rest == nil {
		Require(p.realm, "events") // which has it inherit
		p.rest = Require(p.realm, "internal/process").(*goja.Object)
	}
	return p.rest
}

// constants are properties that are plain values.
var constants = map[string]any{
	"version": "v" + nodeVersion, "title": "workerd", "argv0": "workerd", "arch": "x64", "platform": "linux", "pid": 1, "ppid": 0,
	"exitCode": goja.Undefined(), "channel": goja.Null(), "connected": false, "debugPort": 0, "noDeprecation": false,
	"traceDeprecation": false, "throwDeprecation": false, "sourceMapsEnabled": false, "execPath": "", "domain": goja.Null(),
	"_exiting": false, "_disconnect": goja.Undefined(), "_handleQueue": goja.Undefined(), "_pendingMessage": goja.Undefined(),
	"_channel": goja.Undefined(), "_send": goja.Undefined(), "_events": goja.Undefined(), "_eventsCount": 0, "_maxListeners": goja.Undefined(),
}

// nodeVersion is the version of Node.js that Workers say they are.
const nodeVersion = "22.23.4"

// Get implements goja.DynamicObject.
func (p *process) Get(name string) goja.Value {
	if v, ok := p.made[name]; ok {
		return v
	}
	if !slices.Contains(Exports("process"), name) {
		return nil
	}
	v := p.make(name)
	p.made[name] = v
	return v
}

func (p *process) make(name string) goja.Value {
	r := p.realm
	if v, ok := constants[name]; ok {
		return r.VM.ToValue(v)
	}
	switch name {
	case "env":
		return r.VM.NewDynamicObject(newEnvironment(r))
	case "argv":
		return r.Strings([]string{"workerd"})
	case "execArgv":
		return r.Strings(nil)
	case "nextTick":
		return r.Builtin("nextTick", 1, nextTick)
	case "getBuiltinModule":
		return r.Builtin("getBuiltinModule", 1, builtinModule)
	}
	if v := p.load().Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

// nextTick implements process.nextTick: as in Workers, its queue is that of microtasks.
func nextTick(c webidl.Call) goja.Value {
	r := c.Realm
	call, ok := goja.AssertFunction(c.Arg(0))
	if !ok {
		return c.Undefined()
	}
	args := slices.Clone(c.Args[1:])
	r.Microtask(func() {
		if _, err := call(goja.Undefined(), args...); err != nil {
			r.ReportException(r.ErrorValue(err))
		}
	})
	return c.Undefined()
}

// Set implements goja.DynamicObject.
func (p *process) Set(name string, v goja.Value) bool {
	if !p.Has(name) {
		p.added = append(p.added, name)
	}
	p.made[name] = v
	return true
}

// Has implements goja.DynamicObject.
func (p *process) Has(name string) bool {
	if v, ok := p.made[name]; ok {
		return v != nil
	}
	return slices.Contains(Exports("process"), name)
}

// Delete implements goja.DynamicObject.
func (p *process) Delete(name string) bool {
	p.made[name] = nil
	return true
}

// Keys implements goja.DynamicObject.
func (p *process) Keys() []string {
	return slices.DeleteFunc(slices.Concat(Exports("process"), p.added), func(name string) bool { return !p.Has(name) })
}

// emitterPrototype stands for EventEmitter.prototype until it is needed. It implements goja.DynamicObject.
type emitterPrototype struct{ process *process }

// emitterMethods are what EventEmitter.prototype has.
var emitterMethods = []string{
	"setMaxListeners", "getMaxListeners", "emit", "addListener", "on", "prependListener", "once", "prependOnceListener", "removeListener",
	"off", "removeAllListeners", "listeners", "rawListeners", "listenerCount", "eventNames", "constructor",
}

// Get implements goja.DynamicObject.
func (e *emitterPrototype) Get(name string) goja.Value {
	if !e.Has(name) {
		return nil
	}
	e.process.load()
	return e.process.middle.Get(name)
}

// Set implements goja.DynamicObject.
func (e *emitterPrototype) Set(string, goja.Value) bool { return false }

// Has implements goja.DynamicObject.
func (e *emitterPrototype) Has(name string) bool { return slices.Contains(emitterMethods, name) }

// Delete implements goja.DynamicObject.
func (e *emitterPrototype) Delete(string) bool { return true }

// Keys implements goja.DynamicObject.
func (e *emitterPrototype) Keys() []string { return nil }

// environment is process.env: strings, whatever is assigned. It implements goja.DynamicObject.
type environment struct {
	realm  *webidl.Realm
	names  []string
	values map[string]string
}

// newEnvironment fills process.env with the variables of env: texts as they are, other data as JSON. What else is bound
// has no text.
func newEnvironment(r *webidl.Realm) *environment {
	e := &environment{realm: r, values: map[string]string{}}
	host, ok := r.Host.(Host)
	if !ok || !r.Compat().Enabled(compat.NodejsPopulateProcessEnv) {
		return e
	}
	env, err := host.NodeEnv()
	r.Rethrow(err)
	for _, name := range env.Keys() {
		v := env.Get(name)
		switch obj, isObject := v.(*goja.Object); {
		case goja.IsString(v):
			e.put(name, v.String())
		case isObject && (r.Impl(obj) != nil || typeOf(obj) == "function"):
		default:
			if text, ok := r.StringifyJSON(v); ok {
				e.put(name, text)
			}
		}
	}
	return e
}

func (e *environment) put(name, value string) {
	if _, ok := e.values[name]; !ok {
		e.names = append(e.names, name)
	}
	e.values[name] = value
}

// Get implements goja.DynamicObject.
func (e *environment) Get(name string) goja.Value {
	if v, ok := e.values[name]; ok {
		return e.realm.String(v)
	}
	return nil
}

// Set implements goja.DynamicObject.
func (e *environment) Set(name string, v goja.Value) bool {
	if _, ok := v.(*goja.Symbol); ok {
		panic(e.realm.TypeError("Cannot convert a symbol value to a string"))
	}
	e.put(name, e.realm.USVString(v))
	return true
}

// Has implements goja.DynamicObject.
func (e *environment) Has(name string) bool {
	_, ok := e.values[name]
	return ok
}

// Delete implements goja.DynamicObject.
func (e *environment) Delete(name string) bool {
	delete(e.values, name)
	e.names = slices.DeleteFunc(e.names, func(n string) bool { return n == name })
	return true
}

// Keys implements goja.DynamicObject.
func (e *environment) Keys() []string { return slices.Clone(e.names) }
