package language

import (
	"errors"
	"reflect"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"devserver/runtime/ecmaregexp"
	"devserver/runtime/engine"
	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// Regular expressions are matched by package ecmaregexp, and not by the engine: it knows neither the flags d and v nor
// modifiers, takes \p{…} for the letter p, and goes on for as long as it takes. The objects are the engine's. Those of
// literals are made by it, of the marks that the bundler has put in their place, and so are most of those that are
// constructed: the source of an object says which expression it is. What there is on RegExp.prototype is ours.

// regexpAdditions put them there for scripts that can have regular expressions.
var regexpAdditions = []addition{
	{word: "_re", install: installRegexp}, // a mark
	{word: "RegExp", and: shows(constructsRegexp), install: installRegexp},
	{word: "match", install: func(r *webidl.Realm) { installStringMethod(r, "match", goja.SymMatch, "") }},
	{word: "matchAll", install: func(r *webidl.Realm) { installStringMethod(r, "matchAll", goja.SymMatchAll, "g") }},
	{word: "search", install: func(r *webidl.Realm) { installStringMethod(r, "search", goja.SymSearch, "") }},
	{word: "hasIndices", install: func(r *webidl.Realm) { installFlag(r, "hasIndices") }},
	{word: "unicodeSets", install: func(r *webidl.Realm) { installFlag(r, "unicodeSets") }},
	{word: "compile", and: mentions("_re"), install: installCompile},
	{word: "compile", and: mentions("RegExp"), install: installCompile},
	{word: "RegExp", and: shows(mentionsLegacy), install: installLegacy},
	{word: "RegExp", and: shows(touchesRegexps), install: func(r *webidl.Realm) { webidl.State[regexps](r).touched = true }},
	{word: "defineProperty", and: shows(definesOfRegexps), install: func(r *webidl.Realm) { webidl.State[regexps](r).touched = true }},
	{word: "defineProperties", and: shows(definesAllOfRegexps), install: func(r *webidl.Realm) { webidl.State[regexps](r).touched = true }},
	// https://tc39.es/ecma262/#sec-regexp.escape
	{word: "escape", and: mentions("RegExp"), install: func(r *webidl.Realm) {
		constructor, ok := r.IntrinsicPrototype("RegExp").Get("constructor").(*goja.Object) // ours, if it is
		if !ok {
			return
		}
		define(constructor, "escape", r.Builtin("escape", 1, func(c webidl.Call) goja.Value {
			if !isString(c.Arg(0)) {
				c.Throw(webidl.TypeErrorf("Input argument must be a string"))
			}
			return goja.StringFromUTF16(ecmaregexp.Escape(codeUnits(c.Arg(0).(goja.String))))
		}))
	}},
}

// constructsRegexp reports whether a text may use RegExp other than by instanceof.
func constructsRegexp(text string) bool {
	for i := range sourcetext.Occurrences(text, "RegExp") {
		if before, after := text[:i], text[i+len("RegExp"):]; !tests(before, after) {
			return true
		}
	}
	return false
}

// tests reports whether what stands before and after "RegExp" makes it one half of a test of what something is.
func tests(before, after string) bool {
	if strings.HasSuffix(before, `"[object `) || strings.HasSuffix(before, "'[object ") {
		return strings.HasPrefix(after, `]"`) || strings.HasPrefix(after, "]'")
	}
	space := strings.TrimRight(before, " \t\r\n")
	if len(space) == len(before) || after != "" && sourcetext.IsNamePart(after[0]) {
		return false
	}
	operator := strings.TrimSuffix(space, "instanceof")
	return len(operator) < len(space) && (operator == "" || !sourcetext.IsNamePart(operator[len(operator)-1]))
}

// touchesRegexps reports whether a text may change what regular expressions do: see regexps.touched.
func touchesRegexps(text string) bool {
	return strings.Contains(text, "RegExp.prototype") || strings.Contains(text, "RegExp[")
}

// definesOfRegexps reports whether a text may define a property of a regular expression.
func definesOfRegexps(text string) bool {
	for _, name := range []string{"flags", "exec", "global", "unicode", "sticky", "hasIndices", "ignoreCase", "multiline", "dotAll", "unicodeSets"} {
		if strings.Contains(text, `, "`+name+`", `) || strings.Contains(text, `,"`+name+`",`) {
			return true
		}
	}
	return false
}

func definesAllOfRegexps(text string) bool {
	return strings.Contains(text, "flags: {") || strings.Contains(text, "flags:{")
}

// regexps is what one realm has of its regular expressions.
type regexps struct {
	realm     *webidl.Realm
	installed bool
	proto     *goja.Object
	// constructor, exec and flagGetter are ours, as they are when nobody has replaced them.
	constructor, exec, flagGetter *goja.Object

	nativeConstructor goja.Constructor
	nativeSource      goja.Callable
	nativeFlags       []nativeFlag

	// touched says that a script may have changed what regular expressions do, so that the long way of the standard has to be
	// gone. Without it, only exec is looked at.
	touched bool

	found []int // of the match under way

	imported     goja.String // a string of Go's
	importedText ecmaregexp.Text

	iterators *goja.Object // the prototype of what matchAll returns
	legacy    *legacyMatch
}

// A nativeFlag is the engine's getter of one flag. Its getter of all flags would read the properties of scripts.
type nativeFlag struct {
	letter byte
	get    goja.Callable
}

// nativeGetter returns a getter of the engine's, to be called without a frame of its own, which is much quicker.
func nativeGetter(getter goja.Value) goja.Callable {
	if fn, ok := engine.FunctionOf(getter); ok && *fn.Call != nil {
		native := *fn.Call
		return func(this goja.Value, _ ...goja.Value) (goja.Value, error) {
			return native(goja.FunctionCall{This: this}), nil
		}
	}
	callable, _ := goja.AssertFunction(getter)
	return callable
}

func (s *regexps) Init(r *webidl.Realm) { s.realm = r }

func installRegexp(r *webidl.Realm) {
	s := webidl.State[regexps](r)
	if s.installed {
		return
	}
	s.installed = true
	native := r.Intrinsic("RegExp")
	s.proto = r.IntrinsicPrototype("RegExp")
	s.nativeConstructor, _ = goja.AssertConstructor(native)
	own := func(name string) goja.Value {
		descriptor, err := r.IntrinsicFunction("Object", "getOwnPropertyDescriptor")(nil, s.proto, r.String(name))
		r.Rethrow(err)
		if goja.IsUndefined(descriptor) {
			return nil
		}
		return descriptor.(*goja.Object).Get("get")
	}
	s.nativeSource = nativeGetter(own("source"))
	for _, flag := range flagNames {
		if get := own(flag.name); get != nil {
			s.nativeFlags = append(s.nativeFlags, nativeFlag{flag.letter, nativeGetter(get)})
		}
	}

	s.constructor = r.VM.ToValue(func(call goja.ConstructorCall) *goja.Object {
		return s.construct(call.Argument(0), call.Argument(1), call.NewTarget)
	}).(*goja.Object)
	if fn, ok := engine.FunctionOf(s.constructor); ok { // the engine does not tell new RegExp(…) from RegExp(…)
		*fn.Construct = func(args []goja.Value, newTarget *goja.Object) *goja.Object {
			if newTarget == nil {
				newTarget = s.constructor
			}
			call := goja.FunctionCall{Arguments: args}
			return s.construct(call.Argument(0), call.Argument(1), newTarget)
		}
	}
	complete(r, s.constructor, "RegExp", 2, s.proto)
	species(r, s.constructor)
	r.ReplaceIntrinsic("RegExp", s.constructor)

	builtin := func(name string, length int, fn func(c webidl.Call) goja.Value) *goja.Object {
		f := r.Builtin(name, length, fn)
		define(s.proto, name, f)
		return f
	}
	s.exec = builtin("exec", 1, func(c webidl.Call) goja.Value {
		re := s.of(c.This)
		if re == nil {
			panic(s.incompatible("exec", c.This))
		}
		return s.builtinExec(c.Object(), re, r.ToString(c.Arg(0)))
	})
	builtin("test", 1, func(c webidl.Call) goja.Value {
		this := s.receiver("test", c.This)
		text := r.ToString(c.Arg(0))
		if re := s.plain(this); re != nil {
			return c.Bool(s.builtinMatch(this, re, text) != nil)
		}
		return c.Bool(!goja.IsNull(s.regExpExec(this, text)))
	})
	builtin("toString", 0, func(c webidl.Call) goja.Value {
		this := s.receiver("toString", c.This)
		return r.ToString(r.String("/")).Concat(r.ToString(this.Get("source"))).Concat(r.String("/").(goja.String)).Concat(r.ToString(this.Get("flags")))
	})
	getter(r, s.proto, "source", func(c webidl.Call) goja.Value {
		if re := s.of(c.This); re != nil {
			return goja.StringFromUTF16(re.Source())
		}
		if c.This == goja.Value(s.proto) {
			return r.String("(?:)")
		}
		panic(r.TypeError("RegExp.prototype.source getter called on %s", s.describe(c.This)))
	})
	s.flagGetter = r.Builtin("get flags", 0, func(c webidl.Call) goja.Value { return s.flags(s.receiver("flags getter", c.This)) })
	s.proto.DefineAccessorProperty("flags", s.flagGetter, nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
	for _, m := range []struct {
		symbol *goja.Symbol
		name   string
		length int
		fn     func(this *goja.Object, text goja.String, c webidl.Call) goja.Value
	}{
		{goja.SymMatch, "match", 1, s.match},
		{goja.SymMatchAll, "matchAll", 1, s.matchAll},
		{goja.SymReplace, "replace", 2, s.replace},
		{goja.SymSearch, "search", 1, s.search},
		{goja.SymSplit, "split", 2, s.split},
	} {
		fn := r.Builtin("[Symbol."+m.name+"]", m.length, func(c webidl.Call) goja.Value {
			this := s.receiver("@@"+m.name, c.This)
			return m.fn(this, r.ToString(c.Arg(0)), c)
		})
		s.proto.DefineDataPropertySymbol(m.symbol, fn, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

// of returns the expression behind a value; nil if it is no regular expression.
func (s *regexps) of(v goja.Value) *ecmaregexp.Regexp {
	obj, ok := v.(*goja.Object)
	if !ok || obj.ClassName() != "RegExp" {
		return nil
	}
	if re, ok := s.realm.Impl(obj).(*ecmaregexp.Regexp); ok {
		return re
	}
	v, err := s.nativeSource(obj)
	s.realm.Rethrow(err)
	source := v.(goja.String)
	if re := ecmaregexp.Unmark(source.String()); re != nil {
		return re
	}
	return s.engines(obj, source)
}

// engines makes an expression of one of the engine's, such as built-in modules have and evaluated code makes.
func (s *regexps) engines(obj *goja.Object, source goja.String) *ecmaregexp.Regexp {
	var flags []byte
	for _, flag := range s.nativeFlags {
		set, err := flag.get(obj)
		s.realm.Rethrow(err)
		if set.ToBoolean() {
			flags = append(flags, flag.letter)
		}
	}
	parsed, _ := ecmaregexp.ParseFlags(string(flags))
	re, _, err := ecmaregexp.Constructed(codeUnits(source), parsed)
	if err != nil {
		panic(s.syntaxError(err.Error()))
	}
	return re
}

func (s *regexps) syntaxError(message string) *goja.Object {
	return s.realm.ErrorValue(&webidl.Error{Name: "SyntaxError", Message: message}).(*goja.Object)
}

// plain returns the expression behind an object that is matched as the standard says when nobody has changed anything; nil if
// the long way has to be gone.
func (s *regexps) plain(obj *goja.Object) *ecmaregexp.Regexp {
	if s.touched || obj.Prototype() != s.proto || obj.Get("exec") != goja.Value(s.exec) {
		return nil
	}
	return s.of(obj)
}

func (s *regexps) receiver(method string, this goja.Value) *goja.Object {
	obj, ok := this.(*goja.Object)
	if !ok {
		panic(s.incompatible(method, this))
	}
	return obj
}

func (s *regexps) incompatible(method string, this goja.Value) *goja.Object {
	return s.realm.TypeError("Method RegExp.prototype.%s called on incompatible receiver %s", method, s.describe(this))
}

// describe is how messages name a value.
func (s *regexps) describe(v goja.Value) string {
	switch v := v.(type) {
	case *goja.Object:
		text := ""
		if s.realm.VM.Try(func() { text = v.String() }) != nil {
			return "[object " + v.ClassName() + "]"
		}
		return text
	case *goja.Symbol:
		return "Symbol(" + v.String() + ")"
	}
	return v.String()
}

// construct implements https://tc39.es/ecma262/#sec-regexp-pattern-flags.
func (s *regexps) construct(pattern, flags goja.Value, newTarget *goja.Object) *goja.Object {
	r := s.realm
	re := s.of(pattern)
	obj, isObject := pattern.(*goja.Object)
	isRegexp := isObject && isRegexp(obj)
	called := newTarget == nil
	if called && isRegexp && goja.IsUndefined(flags) && obj.Get("constructor") == goja.Value(s.constructor) {
		return obj
	}
	proto := s.proto
	source, given := pattern, flags
	switch {
	case re != nil:
		if source = goja.Undefined(); goja.IsUndefined(flags) {
			given = nil
		}
	case isRegexp:
		source = obj.Get("source")
		if goja.IsUndefined(flags) {
			given = obj.Get("flags")
		}
	}
	if !called && newTarget != s.constructor {
		if own, ok := newTarget.Get("prototype").(*goja.Object); ok {
			proto = own
		}
	}
	if re == nil || given != nil {
		units, parsed := []uint16(nil), ecmaregexp.Flags{}
		if re != nil {
			units = re.Pattern
		} else if !goja.IsUndefined(source) && source != nil {
			units = codeUnits(r.ToString(source))
		}
		if given != nil && !goja.IsUndefined(given) {
			text, ok := r.ToString(given).String(), false
			if parsed, ok = ecmaregexp.ParseFlags(text); !ok {
				panic(s.syntaxError("Invalid flags supplied to RegExp constructor '" + text + "'"))
			}
		}
		return s.object(units, parsed, proto)
	}
	return s.object(re.Pattern, re.Flags, proto)
}

// marks are the programs that make the objects of expressions with numbers.
var marks sync.Map

// object makes the object of an expression.
func (s *regexps) object(pattern []uint16, flags ecmaregexp.Flags, proto *goja.Object) *goja.Object {
	re, n, err := ecmaregexp.Constructed(pattern, flags)
	if err != nil {
		panic(s.syntaxError(err.Error()))
	}
	var obj *goja.Object
	if n >= 0 {
		program, ok := marks.Load(n)
		if !ok {
			program, _ = marks.LoadOrStore(n, goja.MustCompile("", ecmaregexp.Mark(n), true))
		}
		v, err := s.realm.VM.RunProgram(program.(*goja.Program))
		s.realm.Rethrow(err)
		obj = v.(*goja.Object)
	} else {
		engines := strings.NewReplacer("d", "", "v", "").Replace(flags.String())
		obj, err = s.nativeConstructor(nil, s.realm.String(""), s.realm.String(engines))
		s.realm.Rethrow(err)
		s.realm.Bind(obj, re)
	}
	if proto != s.proto {
		obj.SetPrototype(proto)
	}
	return obj
}

// flagNames are the properties of flags, in the order of their letters.
var flagNames = []struct {
	name   string
	letter byte
}{
	{"hasIndices", 'd'}, {"global", 'g'}, {"ignoreCase", 'i'}, {"multiline", 'm'}, {"dotAll", 's'}, {"unicode", 'u'}, {"unicodeSets", 'v'}, {"sticky", 'y'},
}

// flags implements https://tc39.es/ecma262/#sec-get-regexp.prototype.flags.
func (s *regexps) flags(this *goja.Object) goja.Value {
	if !s.touched && this.Prototype() == s.proto {
		if re := s.of(this); re != nil {
			return s.realm.String(re.Flags.String())
		}
	}
	var b strings.Builder
	for _, flag := range flagNames {
		if v := this.Get(flag.name); v != nil && v.ToBoolean() {
			b.WriteByte(flag.letter)
		} else if v == nil && (flag.letter == 'd' || flag.letter == 'v') { // whose getter is not there because nobody mentions it
			if re := s.of(this); re != nil && strings.IndexByte(re.Flags.String(), flag.letter) >= 0 {
				b.WriteByte(flag.letter)
			}
		}
	}
	return s.realm.String(b.String())
}

// installFlag puts the getter of a flag on RegExp.prototype. The engine's own do for the flags that it knows.
func installFlag(r *webidl.Realm, name string) {
	installRegexp(r)
	s := webidl.State[regexps](r)
	for _, flag := range flagNames {
		if flag.name != name {
			continue
		}
		getter(r, s.proto, name, func(c webidl.Call) goja.Value {
			if re := s.of(c.This); re != nil {
				return c.Bool(strings.IndexByte(re.Flags.String(), flag.letter) >= 0)
			}
			if c.This == goja.Value(s.proto) {
				return goja.Undefined()
			}
			panic(r.TypeError("RegExp.prototype.%s getter called on %s", name, s.describe(c.This)))
		})
	}
}

// installCompile is https://tc39.es/ecma262/#sec-regexp.prototype.compile.
func installCompile(r *webidl.Realm) {
	installRegexp(r)
	s := webidl.State[regexps](r)
	for _, flag := range flagNames { // the engine's getters would say what was before
		installFlag(r, flag.name)
	}
	define(s.proto, "compile", r.Builtin("compile", 2, func(c webidl.Call) goja.Value {
		if s.of(c.This) == nil {
			panic(s.incompatible("compile", c.This))
		}
		pattern, flags := c.Arg(0), c.Arg(1)
		var units []uint16
		var parsed ecmaregexp.Flags
		if other := s.of(pattern); other != nil {
			if !goja.IsUndefined(flags) {
				c.Throw(webidl.TypeErrorf("Invalid flags supplied to RegExp constructor"))
			}
			units, parsed = other.Pattern, other.Flags
		} else {
			if !goja.IsUndefined(pattern) {
				units = codeUnits(r.ToString(pattern))
			}
			if !goja.IsUndefined(flags) {
				text, ok := r.ToString(flags).String(), false
				if parsed, ok = ecmaregexp.ParseFlags(text); !ok {
					panic(s.syntaxError("Invalid flags supplied to RegExp constructor '" + text + "'"))
				}
			}
		}
		re, _, err := ecmaregexp.Constructed(units, parsed)
		if err != nil {
			panic(s.syntaxError(err.Error()))
		}
		r.Bind(c.Object(), re)
		c.Check(c.Object().Set("lastIndex", 0))
		return c.This
	}))
}

// installStringMethod replaces a method of String.prototype that makes a regular expression of a string: the engine would make
// one of its own.
func installStringMethod(r *webidl.Realm, name string, symbol *goja.Symbol, flags string) {
	installRegexp(r)
	s := webidl.State[regexps](r)
	native := r.IntrinsicMethod("String", name)
	define(r.IntrinsicPrototype("String"), name, r.Builtin(name, 1, func(c webidl.Call) goja.Value {
		if _, ok := c.Arg(0).(*goja.Object); ok || goja.IsUndefined(c.This) || goja.IsNull(c.This) {
			result, err := native(c.This, c.Args...)
			r.Rethrow(err)
			return result
		}
		text := r.ToString(c.This)
		var pattern []uint16
		if !goja.IsUndefined(c.Arg(0)) {
			pattern = codeUnits(r.ToString(c.Arg(0)))
		}
		parsed, _ := ecmaregexp.ParseFlags(flags)
		obj := s.object(pattern, parsed, s.proto)
		method, ok := goja.AssertFunction(obj.GetSymbol(symbol))
		if !ok {
			panic(r.TypeError("RegExp.prototype[Symbol.%s] is not a function", name))
		}
		result, err := method(obj, text)
		r.Rethrow(err)
		return result
	}))
}

// text is a string as it is matched.
func (s *regexps) text(of goja.String) ecmaregexp.Text {
	switch reflect.TypeOf(of) {
	case asciiType:
		return ecmaregexp.ASCII(of.String())
	case unitsType:
		return ecmaregexp.UTF16(unitsOf(of)[1:])
	}
	if s.imported != of { // pointers
		s.imported, s.importedText = of, importedText(of)
	}
	return s.importedText
}

func importedText(of goja.String) ecmaregexp.Text {
	if text := of.String(); isASCII(text) {
		return ecmaregexp.ASCII(text)
	}
	return ecmaregexp.UTF16(codeUnits(of))
}

// find looks for a match at or after a position, or exactly there. What it returns is good until the next call.
func (s *regexps) find(re *ecmaregexp.Regexp, text goja.String, at int, sticky bool) []int {
	found, err := re.MatchFrom(s.text(text), at, sticky, s.found, s.realm.Loop.Exceeded)
	if err != nil {
		message := "Maximum call stack size exceeded"
		if errors.Is(err, ecmaregexp.ErrStopped) {
			message = "The regular expression took too long"
		}
		panic(s.realm.RangeError("%s", message))
	}
	if found != nil {
		s.found = found
		if s.legacy != nil {
			s.legacy.remember(re, text, found)
		}
	}
	return found
}

// isRegexp implements https://tc39.es/ecma262/#sec-isregexp.
func isRegexp(obj *goja.Object) bool {
	if matcher := obj.GetSymbol(goja.SymMatch); matcher != nil && !goja.IsUndefined(matcher) {
		return matcher.ToBoolean()
	}
	return obj.ClassName() == "RegExp"
}

func isString(v goja.Value) bool {
	_, ok := v.(goja.String)
	return ok
}

// codeUnits are the UTF-16 code units of a string.
func codeUnits(s goja.String) []uint16 {
	units := make([]uint16, s.Length())
	for i := range units {
		units[i] = s.CharAt(i)
	}
	return units
}
