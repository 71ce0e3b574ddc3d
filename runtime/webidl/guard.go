package webidl

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/sourcetext"
)

// Some of the engine's built-ins can end the process: they recurse in Go, without end or as deep as the data, and a Go
// stack that overflows cannot be recovered from; or they ask for more memory than there can be, which is as fatal.
// Neither the call depth limit nor an interruption reaches a built-in. A guard replaces such a built-in with a function
// that does the same within limits. That costs an isolate a few microseconds, so only what the text of the script could
// abuse is replaced. One built-in is replaced because it is wrong (repair.go). A text that hides a name from the guards (["rep" + "eat"]) goes unguarded.

// Guards are what protects the process, and the platform, from one script. The zero value protects from nothing.
type Guards struct {
	list []*guard
	// keep are built-ins that the script replaces and the platform needs.
	keep []string
}

// IsZero reports whether there is nothing to protect from.
func (g Guards) IsZero() bool { return len(g.list) == 0 && len(g.keep) == 0 }

// guard replaces one group of built-ins.
type guard struct {
	// needed reports whether the text of a script could abuse them.
	needed  trigger
	install func(g *guarding)
}

type trigger func(text sourcetext.Text) bool

func mentions(word string) trigger {
	return func(text sourcetext.Text) bool { return text.Mentions(word) }
}

var toJSON = sourcetext.NewSign(func(text string) bool { return strings.Contains(text, "toJSON") })

// guards are all there are.
var guards = []*guard{
	{generatesCode, (*guarding).codeGeneration},
	{func(text sourcetext.Text) bool { return text.Mentions("JSON") && text.Mentions("parse") }, (*guarding).parse},
	{mentions("repeat"), (*guarding).repeat},
	{func(text sourcetext.Text) bool { return text.Mentions("padStart") || text.Mentions("padEnd") }, (*guarding).pad},
	{mentions("flat"), (*guarding).flat},
	{mentions("replaceAll"), (*guarding).replaceAll},
	{near(`\bsplit\(\s*["'`+"`"+`]{2}`, "split"), (*guarding).split},
	// e.message = e
	{near(`\b(message|name)\s*=[^=>]|["'`+"`"+`](message|name)["'`+"`"+`]|\b(message|name)\s*(:|,|}|\()`, "message", "name"), func(g *guarding) {
		g.nest(g.prototype("Error"), "toString", 0)
	}},
	// Built-ins that call back: they recurse if they are what they call.
	{func(text sourcetext.Text) bool { return text.Shows(toJSON) || stringifyAsValue(text) }, func(g *guarding) {
		g.nest(g.get("JSON"), "stringify", 3)
		g.nest(g.prototype("Date"), "toJSON", 1)
	}},
	{asValue("toLocaleString"), func(g *guarding) {
		g.nest(g.prototype("Object"), "toLocaleString", 0)
		g.nest(g.prototype("Uint8Array").Prototype(), "toLocaleString", 0)
	}},
	{bindsBuiltin, (*guarding).bind},
	{near(`\.source\b`, "source"), (*guarding).regexpSource},
}

// near makes a trigger of a pattern that cannot match but around one of some words: matching a pattern with all of a
// large text takes longer than compiling it.
func near(pattern string, words ...string) trigger {
	return nearMatching(regexp.MustCompile(pattern).MatchString, words...)
}

func nearMatching(matches func(string) bool, words ...string) trigger {
	sign := sourcetext.NewSign(func(text string) bool {
		for _, word := range words {
			for i := range sourcetext.Occurrences(text, word) {
				if matches(sourcetext.Around(text, i, i+len(word))) {
					return true
				}
			}
		}
		return false
	})
	return func(text sourcetext.Text) bool { return text.Shows(sign) }
}

// asValue is the trigger for a method that is not, or not only, called.
func asValue(name string) trigger {
	return near(`\b`+name+`\b(["'`+"`"+`]|\s*([^\w\s(:"'`+"`"+`]|$))`, name)
}

var stringifyAsValue = asValue("stringify")

// bindsBuiltin reports whether a text may bind functions that are not its own.
var bindsBuiltin = near(`\b(Reflect|Object|JSON|String|Number|Math|Array|Promise|Map|Set|Symbol|BigInt|RegExp|Date|Proxy)\b[\w.]*\.bind\b`+
	`|\.(prototype|__proto__)\.\w+\.bind\b|["'`+"`\\])"+`]\.\w*\.?bind\b`+
	`|\b(sort|forEach|map|filter|reduce|replace|replaceAll|concat|then|call|apply|to\w*String)\.bind\b`, "bind")

// generatesCode reports whether a text may make functions from strings. Most mentions of Function and constructor are
// of other things.
var generatesCode = func() trigger {
	innocent := regexp.MustCompile(`\bFunction\.prototype\b|\binstanceof Function\b|["']Function["']`)
	suspect := regexp.MustCompile(`\beval\b|\bFunction\b|\.constructor\s*\(|[)}]\s*\.constructor\b|\.constructor\s*\.constructor\b|["'` + "`" + `]constructor["'` + "`" + `]\s*\]|\bconstructor\s*[:}]`)
	return nearMatching(func(piece string) bool { return suspect.MatchString(innocent.ReplaceAllString(piece, "")) }, "eval", "Function", "constructor")
}()

// GuardsFor reads from the text of a script what it needs to be guarded from. replaced are the globals that it may assign
// or delete: more than the truth, but not less.
func GuardsFor(text sourcetext.Text, replaced []string) Guards {
	var g Guards
	for _, one := range guards {
		if one.needed(text) {
			g.list = append(g.list, one)
		}
	}
	for _, name := range replaced {
		if slices.Contains(builtins, name) {
			g.keep = append(g.keep, name)
		}
	}
	return g
}

// builtins are those that the platform uses.
var builtins = []string{
	"Array", "DataView", "Date", "Error", "EvalError", "JSON", "Map", "Object", "Promise", "RangeError", "ReferenceError",
	"Reflect", "RegExp", "Set", "String", "Symbol", "SyntaxError", "TypeError", "URIError", "Uint8Array", "WeakMap", "WeakSet",
	"ArrayBuffer", "BigInt64Array", "BigUint64Array", "Float32Array", "Float64Array", "Int16Array", "Int32Array", "Int8Array",
	"Uint16Array", "Uint32Array", "Uint8ClampedArray", "Boolean", "Number", "BigInt",
}

// Guard installs guards. It is for an isolate in which no script has run.
func (r *Realm) Guard(g Guards) {
	for _, name := range g.keep {
		r.intrinsics.get(name)
	}
	if g.IsZero() {
		return
	}
	to := &guarding{intrinsics: &r.intrinsics}
	for _, one := range g.list {
		one.install(to)
	}
}

// guarding is the guards of one isolate.
type guarding struct {
	*intrinsics
	depth int // how many guarded built-ins are under way
}

// maxDepth is how deep calls of built-ins by built-ins may nest. No program that ends comes near.
const maxDepth = 200

// replace puts a function in the place of a method of a built-in object. fn is given the method that was there.
func (g *guarding) replace(object *goja.Object, name string, length int, fn func(native goja.Callable, fc goja.FunctionCall) goja.Value) {
	native := g.own(object, name)
	f := g.realm.function(nil, name, length, func(fc goja.FunctionCall) goja.Value { return fn(native, fc) })
	object.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (g *guarding) own(object *goja.Object, name string) goja.Callable {
	return g.callable(object.Get(name), name)
}

// call calls a built-in one level deeper.
func (g *guarding) call(native goja.Callable, this goja.Value, args ...goja.Value) goja.Value {
	if g.depth >= maxDepth {
		panic(g.tooDeep())
	}
	g.depth++
	defer func() { g.depth-- }()
	v, err := native(this, args...)
	g.realm.Rethrow(err)
	return v
}

func (g *guarding) tooDeep() *goja.Object {
	return g.realm.RangeError("Maximum call stack size exceeded")
}

// nest bounds how deep a method may call itself, by whatever way.
func (g *guarding) nest(object *goja.Object, name string, length int) {
	g.replace(object, name, length, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		return g.call(native, fc.This, fc.Arguments...)
	})
}

// bind bounds how deep functions may call themselves that are bound ones of the engine's: those of the script's own are
// bounded by the call depth limit.
func (g *guarding) bind() {
	proto := g.prototype("Function")
	source := g.own(proto, "toString")
	traps := &goja.ProxyTrapConfig{Apply: func(target *goja.Object, this goja.Value, args []goja.Value) goja.Value {
		native, _ := goja.AssertFunction(target)
		return g.call(native, this, args...)
	}}
	g.replace(proto, "bind", 1, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		bound := g.call(native, fc.This, fc.Arguments...)
		if text := g.call(source, fc.This); strings.HasSuffix(text.String(), "[native code] }") {
			return g.realm.VM.ToValue(g.realm.VM.NewProxy(bound.(*goja.Object), traps))
		}
		return bound
	})
}

// flat bounds how deep arrays are flattened. The engine's own does it where no more than a few levels are asked for.
func (g *guarding) flat() {
	isArray := g.method("Array", "isArray")
	nested := func(v goja.Value) (*goja.Object, bool) {
		obj, ok := v.(*goja.Object)
		return obj, ok && g.call(isArray, nil, obj).ToBoolean()
	}
	var flatten func(list []goja.Value, array *goja.Object, depth float64, level int) []goja.Value
	flatten = func(list []goja.Value, array *goja.Object, depth float64, level int) []goja.Value {
		if level > maxDepth {
			panic(g.tooDeep())
		}
		for i := range array.Get("length").ToInteger() {
			item := array.Get(strconv.FormatInt(i, 10))
			if item == nil {
				continue // a hole
			}
			if inner, ok := nested(item); ok && depth >= 1 {
				list = flatten(list, inner, depth-1, level+1)
			} else {
				list = append(list, item)
			}
		}
		return list
	}
	g.replace(g.prototype("Array"), "flat", 0, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		if IsNullish(fc.This) {
			return g.call(native, fc.This)
		}
		depth := 1.0
		if !goja.IsUndefined(fc.Argument(0)) {
			depth = g.realm.Float(fc.Argument(0))
		}
		array, ok := nested(fc.This)
		if !ok || !(depth > maxDepth/2) {
			return g.call(native, fc.This, g.realm.Number(depth))
		}
		return g.realm.Array(flatten(nil, array, depth, 0)...)
	})
}

// maxString is how long a string may become, in UTF-16 code units: as long as elsewhere.
const maxString = 1<<29 - 24

func (g *guarding) checkLength(n float64) {
	if n > maxString && !math.IsInf(n, 0) { // of Infinity the engine knows itself
		panic(g.realm.RangeError("Invalid string length"))
	}
}

func (g *guarding) repeat() {
	g.replace(g.prototype("String"), "repeat", 1, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		if IsNullish(fc.This) {
			return g.call(native, fc.This)
		}
		text, count := g.realm.ToString(fc.This), g.realm.Float(fc.Argument(0))
		g.checkLength(float64(text.Length()) * count)
		return g.call(native, text, g.realm.Number(count))
	})
}

func (g *guarding) pad() {
	for _, name := range []string{"padStart", "padEnd"} {
		g.replace(g.prototype("String"), name, 1, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
			if IsNullish(fc.This) {
				return g.call(native, fc.This)
			}
			text := g.realm.ToString(fc.This)
			length := g.realm.Float(fc.Argument(0))
			if length > maxString {
				panic(g.realm.RangeError("Invalid string length"))
			}
			return g.call(native, text, append([]goja.Value{g.realm.Number(length)}, fc.Arguments[min(1, len(fc.Arguments)):]...)...)
		})
	}
}

// replaceAll counts first where the result may be too long.
func (g *guarding) replaceAll() {
	g.replace(g.prototype("String"), "replaceAll", 2, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		text, ok := fc.This.(goja.String)
		replacement, plain := fc.Argument(1).(goja.String)
		if ok && plain && float64(text.Length()+1)*float64(replacement.Length()) > maxString {
			matches := 0.0
			g.call(native, text, fc.Argument(0), g.realm.VM.ToValue(func(goja.FunctionCall) goja.Value {
				g.realm.CheckTime()
				matches++
				g.checkLength(matches * float64(replacement.Length()))
				return g.realm.String("")
			}))
		}
		return g.call(native, fc.This, fc.Arguments...)
	})
}

// split takes long strings apart, unit by unit, in the time that there is.
func (g *guarding) split() {
	const long = 1 << 18
	g.replace(g.prototype("String"), "split", 2, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		text, ok := fc.This.(goja.String)
		separator, plain := fc.Argument(0).(goja.String)
		if !ok || !plain || separator.Length() > 0 || text.Length() < long || !goja.IsUndefined(fc.Argument(1)) {
			return g.call(native, fc.This, fc.Arguments...)
		}
		var units []goja.Value
		for i := range text.Length() {
			g.realm.CheckTime()
			units = append(units, text.Substring(i, i+1))
		}
		return g.realm.Array(units...)
	})
}

// parse puts the platform's own parser in the place of the engine's.
func (g *guarding) parse() {
	g.replace(g.get("JSON"), "parse", 2, func(_ goja.Callable, fc goja.FunctionCall) goja.Value { return g.realm.parseJSONCall(fc) })
}
