package language

import (
	"errors"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/ecmaregexp"
	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// regexpAdditions replace the constructor of regular expressions for scripts that may construct one that the engine
// cannot match, or matches wrongly. The bundler makes calls of the constructor of such literals.
var regexpAdditions = []addition{
	{word: "RegExp", and: shows(constructsRegexp), install: func(r *webidl.Realm) { installRegexp(r) }},
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

// regexps is what one realm keeps of its regular expressions.
type regexps struct {
	native *goja.Object // the engine's constructor
	proto  *goja.Object // of those that are ours: inherits from RegExp.prototype
}

// expression is one regular expression of ours.
type expression struct {
	*ecmaregexp.Regexp
	source goja.Value
	flags  ecmaregexp.Flags
}

func installRegexp(r *webidl.Realm) {
	state := webidl.State[regexps](r)
	state.native = r.Intrinsic("RegExp")
	native, _ := goja.AssertConstructor(state.native)
	proto := r.IntrinsicPrototype("RegExp")
	construct := func(call goja.ConstructorCall) *goja.Object {
		return state.construct(r, call.Argument(0), call.Argument(1), call.NewTarget, native)
	}
	constructor := r.VM.ToValue(construct).(*goja.Object)
	complete(r, constructor, "RegExp", 2, proto)
	species(r, constructor)
	define(proto, "constructor", constructor)
	define(r.VM.GlobalObject(), "RegExp", constructor)
}

// construct implements https://tc39.es/ecma262/#sec-regexp-pattern-flags, by the engine's own constructor where it is
// up to it.
func (s *regexps) construct(r *webidl.Realm, pattern, flags goja.Value, newTarget *goja.Object, native goja.Constructor) *goja.Object {
	source := pattern
	given := flags
	if obj, ok := pattern.(*goja.Object); ok {
		if own, ours := r.Impl(obj).(*expression); ours {
			source = own.source
			if goja.IsUndefined(flags) {
				given = r.String(own.flags.String())
			}
		} else if isRegexp(obj) {
			source = obj.Get("source")
			if goja.IsUndefined(flags) {
				given = obj.Get("flags")
			}
		}
	}
	if goja.IsUndefined(source) {
		source = r.String("")
	}
	text, options := r.ToString(source), ""
	if !goja.IsUndefined(given) {
		options = r.ToString(given).String()
	}
	if !ecmaregexp.Needed(text.String(), options) {
		obj, err := native(newTarget, pattern, flags)
		r.Rethrow(err)
		return obj
	}
	parsed, ok := ecmaregexp.ParseFlags(options)
	if !ok {
		panic(r.ErrorValue(&webidl.Error{Name: "SyntaxError", Message: "Invalid flags supplied to RegExp constructor '" + options + "'"}))
	}
	compiled, err := ecmaregexp.Cached(codeUnits(text), parsed)
	if err != nil {
		panic(r.ErrorValue(&webidl.Error{Name: "SyntaxError", Message: err.Error()}))
	}
	// An object of the engine's, so that it is a regular expression to all who ask, of a pattern that is never matched.
	obj, err := native(nil, r.String(""))
	r.Rethrow(err)
	proto := s.prototype(r)
	if newTarget != nil && newTarget != s.constructorOf(r) {
		if own, ok := newTarget.Get("prototype").(*goja.Object); ok {
			proto = own
			s.members(r, obj)
		}
	}
	obj.SetPrototype(proto)
	r.Bind(obj, &expression{compiled, escapeSource(text), parsed})
	return obj
}

func (s *regexps) constructorOf(r *webidl.Realm) goja.Value {
	return r.IntrinsicPrototype("RegExp").Get("constructor")
}

// prototype is the prototype of the expressions that are ours.
func (s *regexps) prototype(r *webidl.Realm) *goja.Object {
	if s.proto == nil {
		s.proto = r.VM.CreateObject(r.IntrinsicPrototype("RegExp"))
		s.members(r, s.proto)
	}
	return s.proto
}

// members are what the engine's methods do for its own expressions only.
func (s *regexps) members(r *webidl.Realm, on *goja.Object) {
	this := func(c webidl.Call) *expression {
		e, ok := c.Realm.Impl(c.This).(*expression)
		if !ok {
			c.Throw(webidl.TypeErrorf("Receiver is not a RegExp"))
		}
		return e
	}
	define(on, "exec", r.Builtin("exec", 1, func(c webidl.Call) goja.Value {
		return this(c).exec(c, c.Realm.ToString(c.Arg(0)))
	}))
	define(on, "test", r.Builtin("test", 1, func(c webidl.Call) goja.Value {
		exec, ok := goja.AssertFunction(c.Object().Get("exec"))
		if !ok {
			return c.Bool(!goja.IsNull(this(c).exec(c, c.Realm.ToString(c.Arg(0)))))
		}
		result, err := exec(c.This, c.Realm.ToString(c.Arg(0)))
		c.Realm.Rethrow(err)
		return c.Bool(!goja.IsNull(result))
	}))
	getter(r, on, "source", func(c webidl.Call) goja.Value { return this(c).source })
	getter(r, on, "flags", func(c webidl.Call) goja.Value { return c.String(this(c).flags.String()) })
	for _, flag := range []struct {
		name string
		is   func(f ecmaregexp.Flags) bool
	}{
		{"hasIndices", func(f ecmaregexp.Flags) bool { return f.HasIndices }},
		{"global", func(f ecmaregexp.Flags) bool { return f.Global }},
		{"ignoreCase", func(f ecmaregexp.Flags) bool { return f.IgnoreCase }},
		{"multiline", func(f ecmaregexp.Flags) bool { return f.Multiline }},
		{"dotAll", func(f ecmaregexp.Flags) bool { return f.DotAll }},
		{"unicode", func(f ecmaregexp.Flags) bool { return f.Unicode }},
		{"unicodeSets", func(f ecmaregexp.Flags) bool { return f.UnicodeSets }},
		{"sticky", func(f ecmaregexp.Flags) bool { return f.Sticky }},
	} {
		getter(r, on, flag.name, func(c webidl.Call) goja.Value { return c.Bool(flag.is(this(c).flags)) })
	}
}

// exec implements https://tc39.es/ecma262/#sec-regexpbuiltinexec.
func (e *expression) exec(c webidl.Call, text goja.String) goja.Value {
	this := c.Object()
	last := this.Get("lastIndex").ToInteger()
	if !e.flags.Global && !e.flags.Sticky {
		last = 0
	}
	var found []int
	if 0 <= last && last <= int64(text.Length()) {
		at := int(last)
		// The engine steps over an empty match by one code unit if it does not see the flag u.
		if e.flags.UnicodeSets && at > 0 && at < text.Length() && text.CharAt(at)&0xfc00 == 0xdc00 && text.CharAt(at-1)&0xfc00 == 0xd800 {
			at++
		}
		var err error
		if found, err = e.Match(text, at, c.Realm.Loop.Exceeded); errors.Is(err, ecmaregexp.ErrStopped) {
			c.Throw(webidl.RangeErrorf("The regular expression took too long"))
		}
	}
	if found == nil {
		if e.flags.Global || e.flags.Sticky {
			c.Check(this.Set("lastIndex", 0))
		}
		return goja.Null()
	}
	if e.flags.Global || e.flags.Sticky {
		c.Check(this.Set("lastIndex", found[1]))
	}
	r := c.Realm
	slice := func(i int) goja.Value {
		if found[2*i] < 0 {
			return goja.Undefined()
		}
		return text.Substring(found[2*i], found[2*i+1])
	}
	bounds := func(i int) goja.Value {
		if found[2*i] < 0 {
			return goja.Undefined()
		}
		return r.Array(r.Int(found[2*i]), r.Int(found[2*i+1]))
	}
	result := e.list(r, slice)
	result.Set("index", found[0])
	result.Set("input", text)
	result.Set("groups", e.named(r, found, slice))
	if e.flags.HasIndices {
		indices := e.list(r, bounds)
		indices.Set("groups", e.named(r, found, bounds))
		result.Set("indices", indices)
	}
	return result
}

func (e *expression) list(r *webidl.Realm, of func(i int) goja.Value) *goja.Object {
	values := make([]goja.Value, e.Groups)
	for i := range values {
		values[i] = of(i)
	}
	return r.Array(values...)
}

// named is the object of named groups; undefined if none has a name.
func (e *expression) named(r *webidl.Realm, found []int, of func(i int) goja.Value) goja.Value {
	if len(e.Names) == 0 {
		return goja.Undefined()
	}
	groups := r.VM.CreateObject(nil)
	for _, name := range e.Names {
		value := goja.Undefined()
		for _, i := range name.Groups {
			if found[2*i] >= 0 {
				value = of(i)
			}
		}
		groups.Set(name.Name, value)
	}
	return groups
}

// isRegexp implements https://tc39.es/ecma262/#sec-isregexp.
func isRegexp(obj *goja.Object) bool {
	if matcher := obj.GetSymbol(goja.SymMatch); matcher != nil && !goja.IsUndefined(matcher) {
		return matcher.ToBoolean()
	}
	return obj.ClassName() == "RegExp"
}

// escapeSource implements https://tc39.es/ecma262/#sec-escaperegexppattern.
func escapeSource(pattern goja.String) goja.Value {
	if pattern.Length() == 0 {
		return goja.StringFromUTF16([]uint16{'(', '?', ':', ')'})
	}
	units := codeUnits(pattern)
	escaped := ecmaregexp.EscapeSource(units)
	if len(escaped) == len(units) {
		return pattern
	}
	return goja.StringFromUTF16(escaped)
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
