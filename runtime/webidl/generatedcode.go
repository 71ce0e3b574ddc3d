package webidl

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/engine"
)

// Functions that are made of strings, and eval.

// codeGeneration has eval and the constructors of functions ask first. A direct eval becomes an indirect one, which does
// not see local variables, unless the script calls what [Realm.DirectEval] returns.
func (g *guarding) codeGeneration() {
	g.realm.directEval = g.realm.VM.GlobalObject().Get("eval")
	g.replace(g.realm.VM.GlobalObject(), "eval", 1, func(native goja.Callable, fc goja.FunctionCall) goja.Value {
		code, done := g.realm.CodeToEvaluate(fc.Argument(0))
		defer done()
		return g.call(native, goja.Undefined(), code)
	})
	global := g.realm.VM.GlobalObject()
	global.DefineDataProperty("Function", g.functionConstructor(g.get("Function"), "function"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	v, err := g.realm.VM.RunProgram(functionKinds)
	g.realm.Rethrow(err)
	for i, kind := range []string{"async function", "function*"} {
		f := v.(*goja.Object).Get(strconv.Itoa(i)).(*goja.Object)
		g.functionConstructor(f.Get("constructor").(*goja.Object), kind)
	}
}

// functionKinds has a function of each kind whose constructor is not a global.
var functionKinds = goja.MustCompile("guard", `[async function(){},function*(){}]`, true)

// functionConstructor puts a guarded constructor in the place of one of the engine's, whose functions begin with the words of kind.
func (g *guarding) functionConstructor(native *goja.Object, kind string) *goja.Object {
	vm := g.realm.VM
	var guarded *goja.Object
	construct := func(target *goja.Object, args []goja.Value, newTarget *goja.Object) *goja.Object {
		if newTarget == guarded {
			newTarget = target
		}
		code, texts := make([]goja.Value, len(args)), make([]goja.String, len(args))
		for i, arg := range args {
			texts[i] = g.realm.ToString(arg)
			code[i] = texts[i]
		}
		if len(texts) > 0 {
			g.realm.checkCodeGeneration(texts...)
		}
		if f := g.realm.makeFunction(kind, texts, newTarget); f != nil {
			return f
		}
		make, _ := goja.AssertConstructor(target)
		f, err := make(newTarget, code...)
		g.realm.Rethrow(err)
		return f
	}
	proto := native.Get("prototype").(*goja.Object)
	guarded = vm.ToValue(vm.NewProxy(native, &goja.ProxyTrapConfig{
		Construct: construct,
		Apply: func(target *goja.Object, _ goja.Value, args []goja.Value) goja.Value {
			return construct(target, args, target)
		},
	})).(*goja.Object)
	writable := goja.FLAG_FALSE
	if native == g.get("Function") {
		writable = goja.FLAG_TRUE
	}
	proto.DefineDataProperty("constructor", guarded, writable, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return guarded
}

// maxGenerated is how many words and signs code may have that is made into a function. The engine's parser takes some 4 kB
// of Go's stack, which ends at 1 GB, for each that nests.
const maxGenerated = 1 << 16

// checkCodeGeneration throws unless functions may be made from strings: at module scope, as of the compatibility flag,
// but never in a handler.
func (r *Realm) checkCodeGeneration(code ...goja.String) {
	if !r.MayGenerateCode() {
		panic(r.newError("EvalError", "Code generation from strings disallowed for this context"))
	}
	n := 0
	for _, text := range code {
		if n += wordsAndSigns(text, maxGenerated-n); n > maxGenerated {
			panic(r.RangeError("Code generation from strings is limited to %d words and signs", maxGenerated))
		}
	}
}

// makeFunction implements https://tc39.es/ecma262/#sec-createdynamicfunction, so that what the function does can be stopped. It
// returns nil for what is no function, and for texts that Go's strings cannot hold: those are for the engine.
func (r *Realm) makeFunction(kind string, texts []goja.String, newTarget *goja.Object) *goja.Object {
	var parameters []string
	body := ""
	for i, text := range texts {
		if i == len(texts)-1 {
			body = text.String()
		} else {
			parameters = append(parameters, text.String())
		}
	}
	source := "(" + kind + " anonymous(" + strings.Join(parameters, ",") + "\n) {\n" + body + "\n})"
	if strings.Contains(source, unpaired) {
		return nil
	}
	tree, err := goja.Parse(evaluated, source)
	if err != nil {
		return nil
	}
	program, err := engine.Compile(tree, false)
	if err != nil {
		panic(r.newError("SyntaxError", err.Error()))
	}
	v, err := r.VM.RunProgram(program)
	r.Rethrow(err)
	f, ok := v.(*goja.Object)
	if !ok {
		return nil
	}
	if newTarget != nil {
		if proto, ok := newTarget.Get("prototype").(*goja.Object); ok && proto != f.Prototype() {
			r.Rethrow(f.SetPrototype(proto))
		}
	}
	return f
}

const (
	evaluated = "<eval>" // the name that the engine gives to what is made of strings
	unpaired  = "\uFFFD" // what a surrogate without the other becomes in a string of Go's
)

// CodeToEvaluate throws unless eval may be called with the value now, and returns what the engine's eval is to be called with instead:
// what that compiles cannot be stopped unless it says so itself. After the call done is to be called; if it cannot be, because the
// call must be one of the script's, what is left of it is a property that is removed when the code begins.
func (r *Realm) CodeToEvaluate(v goja.Value) (code goja.Value, done func()) {
	written, ok := v.(goja.String)
	if !ok {
		r.checkCodeGeneration()
		return v, func() {}
	}
	r.checkCodeGeneration(written)
	source := written.String()
	tree, err := goja.Parse(evaluated, source)
	if err != nil || strings.Contains(source, unpaired) {
		return v, func() {} // the engine knows what is wrong with it
	}
	name := "__devserver_begin"
	for strings.Contains(source, name) {
		name += "_"
	}
	global := r.VM.GlobalObject()
	remove := func() { global.Delete(name) }
	begin := r.VM.ToValue(func(goja.FunctionCall) goja.Value {
		remove()
		engine.MendCaller(r.VM)
		return goja.Undefined()
	})
	if global.DefineDataProperty(name, begin, goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE) != nil {
		return v, func() {}
	}
	strict := ""
	if engine.IsStrict(tree) {
		strict = "'use strict';"
	}
	text := engine.UnfoldedText(tree)
	if rest, ok := strings.CutPrefix(text, "#!"); ok {
		text = "//" + rest // a hashbang is a comment only where nothing is before it
	}
	return r.String(strict + name + "();" + text), remove
}

// DirectEval is the engine's own eval. It is for scripts that ask [Realm.CodeToEvaluate] before they call it, and the only one
// whose calls see the variables around them.
func (r *Realm) DirectEval() goja.Value {
	if r.directEval != nil {
		return r.directEval
	}
	return r.VM.GlobalObject().Get("eval")
}

// wordsAndSigns is how many words and other characters than white space a text has, at least if they are more than most.
func wordsAndSigns(text goja.String, most int) int {
	length := text.Length()
	if length <= most {
		return length
	}
	n, inWord := 0, false
	for i := 0; i < length && n <= most; i++ {
		c := text.CharAt(i)
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '$'
		if letter && !inWord || !letter && c > ' ' {
			n++
		}
		inWord = letter
	}
	return n
}

// MayGenerateCode reports whether scripts may make code now, of strings or of WebAssembly's bytes.
func (r *Realm) MayGenerateCode() bool {
	return r.noIO && r.Compat().Enabled(compat.AllowEvalDuringStartup)
}
