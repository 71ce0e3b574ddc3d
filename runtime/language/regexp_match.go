package language

import (
	"math"
	"reflect"
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/ecmaregexp"
	"devserver/runtime/webidl"
)

// regExpExec implements https://tc39.es/ecma262/#sec-regexpexec.
func (s *regexps) regExpExec(this *goja.Object, text goja.String) goja.Value {
	exec := this.Get("exec")
	if exec == goja.Value(s.exec) {
		if re := s.of(this); re != nil {
			return s.builtinExec(this, re, text)
		}
	}
	if call, ok := goja.AssertFunction(exec); ok {
		result, err := call(this, text)
		s.realm.Rethrow(err)
		if _, ok := result.(*goja.Object); !ok && !goja.IsNull(result) {
			panic(s.realm.TypeError("object null is not a function")) // in V8's words
		}
		return result
	}
	re := s.of(this)
	if re == nil {
		panic(s.incompatible("exec", this))
	}
	return s.builtinExec(this, re, text)
}

// builtinExec implements https://tc39.es/ecma262/#sec-regexpbuiltinexec.
func (s *regexps) builtinExec(this *goja.Object, re *ecmaregexp.Regexp, text goja.String) goja.Value {
	found := s.builtinMatch(this, re, text)
	if found == nil {
		return goja.Null()
	}
	return s.result(re, text, found)
}

// builtinMatch is the first half: what was found.
func (s *regexps) builtinMatch(this *goja.Object, re *ecmaregexp.Regexp, text goja.String) []int {
	last := lastIndex(this)
	moves := re.Flags.Global || re.Flags.Sticky
	if !moves {
		last = 0
	}
	if s.realm.Impl(this) != nil {
		re = s.of(this) // lastIndex may have compiled another
		moves = re.Flags.Global || re.Flags.Sticky
	}
	var found []int
	if last <= int64(text.Length()) {
		found = s.find(re, text, int(last), re.Flags.Sticky)
	}
	if moves {
		end := 0
		if found != nil {
			end = found[1]
		}
		s.setLastIndex(this, end)
	}
	return found
}

var intType = reflect.TypeFor[int64]()

// lastIndex is ToLength of the property.
func lastIndex(this *goja.Object) int64 {
	v := this.Get("lastIndex")
	if v == nil {
		return 0
	}
	return toLength(v)
}

// toLength implements https://tc39.es/ecma262/#sec-tolength.
func toLength(v goja.Value) int64 {
	if obj, ok := v.(*goja.Object); ok {
		v = obj.ToNumber()
	}
	return max(0, min(v.ToInteger(), 1<<53-1))
}

func (s *regexps) setLastIndex(this *goja.Object, to int) {
	if err := this.Set("lastIndex", to); err != nil {
		s.realm.Rethrow(err)
	}
}

// result is what exec returns.
func (s *regexps) result(re *ecmaregexp.Regexp, text goja.String, found []int) *goja.Object {
	r := s.realm
	slice := func(i int) goja.Value { return capture(text, found, i) }
	bounds := func(i int) goja.Value {
		if found[2*i] < 0 {
			return goja.Undefined()
		}
		return r.Array(r.Int(found[2*i]), r.Int(found[2*i+1]))
	}
	result := s.list(re, slice)
	put(result, "index", r.Int(found[0]))
	put(result, "input", text)
	put(result, "groups", s.named(re, found, slice))
	if re.Flags.HasIndices {
		indices := s.list(re, bounds)
		put(indices, "groups", s.named(re, found, bounds))
		put(result, "indices", indices)
	}
	return result
}

// put makes a property as assigning does, whatever there is on prototypes.
func put(obj *goja.Object, name string, v goja.Value) {
	obj.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
}

// capture is what a group took; undefined if it took no part.
func capture(text goja.String, found []int, i int) goja.Value {
	if found[2*i] < 0 {
		return goja.Undefined()
	}
	return text.Substring(found[2*i], found[2*i+1])
}

func (s *regexps) list(re *ecmaregexp.Regexp, of func(i int) goja.Value) *goja.Object {
	values := make([]any, re.Groups)
	for i := range values {
		values[i] = of(i)
	}
	return s.realm.VM.NewArray(values...)
}

// named is the object of named groups; undefined if none has a name.
func (s *regexps) named(re *ecmaregexp.Regexp, found []int, of func(i int) goja.Value) goja.Value {
	if len(re.Names) == 0 {
		return goja.Undefined()
	}
	groups := s.realm.VM.CreateObject(nil)
	for _, name := range re.Names {
		value := goja.Undefined()
		for _, i := range name.Groups {
			if found[2*i] >= 0 {
				value = of(i)
			}
		}
		put(groups, name.Name, value)
	}
	return groups
}

// advance implements https://tc39.es/ecma262/#sec-advancestringindex.
func advance(text goja.String, at int64, unicode bool) int64 {
	if unicode && at+1 < int64(text.Length()) && text.CharAt(int(at))&0xfc00 == 0xd800 && text.CharAt(int(at)+1)&0xfc00 == 0xdc00 {
		return at + 2
	}
	return at + 1
}

func isUnicode(flags ecmaregexp.Flags) bool { return flags.Unicode || flags.UnicodeSets }

// all calls each with everything that is found of a global expression, as the methods do that look for all.
func (s *regexps) all(this *goja.Object, re *ecmaregexp.Regexp, text goja.String, each func(found []int)) {
	s.setLastIndex(this, 0)
	for at := int64(0); at <= int64(text.Length()); {
		found := s.find(re, text, int(at), re.Flags.Sticky)
		if found == nil {
			break
		}
		if at = int64(found[1]); found[0] == found[1] {
			at = advance(text, at, isUnicode(re.Flags))
		}
		each(found)
	}
}

// match implements https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.match%.
func (s *regexps) match(this *goja.Object, text goja.String, c webidl.Call) goja.Value {
	if re := s.plain(this); re != nil {
		if !re.Flags.Global {
			return s.builtinExec(this, re, text)
		}
		var list []any
		s.all(this, re, text, func(found []int) { list = append(list, capture(text, found, 0)) })
		if list == nil {
			return goja.Null()
		}
		return s.realm.VM.NewArray(list...)
	}
	flags := s.realm.ToString(get(this, "flags")).String()
	if !strings.Contains(flags, "g") {
		return s.regExpExec(this, text)
	}
	unicode := strings.ContainsAny(flags, "uv")
	s.setLastIndex(this, 0)
	var list []any
	for {
		result, ok := s.regExpExec(this, text).(*goja.Object)
		if !ok {
			break
		}
		matched := s.realm.ToString(get(result, "0"))
		list = append(list, matched)
		if matched.Length() == 0 {
			s.step(this, text, unicode)
		}
	}
	if list == nil {
		return goja.Null()
	}
	return s.realm.VM.NewArray(list...)
}

// get is a property, undefined if there is none.
func get(obj *goja.Object, name string) goja.Value {
	if v := obj.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

// step sets lastIndex past an empty match.
func (s *regexps) step(this *goja.Object, text goja.String, unicode bool) {
	err := this.Set("lastIndex", advance(text, lastIndex(this), unicode))
	s.realm.Rethrow(err)
}

// species implements https://tc39.es/ecma262/#sec-speciesconstructor.
func (s *regexps) species(this *goja.Object) *goja.Object {
	v := get(this, "constructor")
	if v == goja.Value(s.constructor) && !s.touched {
		return s.constructor
	}
	if goja.IsUndefined(v) {
		return s.constructor
	}
	obj, ok := v.(*goja.Object)
	if !ok {
		panic(s.realm.TypeError("The .constructor property is not an object"))
	}
	of := obj.GetSymbol(goja.SymSpecies)
	if of == nil || goja.IsUndefined(of) || goja.IsNull(of) {
		return s.constructor
	}
	if _, ok := goja.AssertConstructor(of); !ok {
		panic(s.realm.TypeError("object.constructor[Symbol.species] is not a constructor"))
	}
	return of.(*goja.Object)
}

// another makes an expression by a constructor.
func (s *regexps) another(constructor, of *goja.Object, flags goja.Value) *goja.Object {
	construct, _ := goja.AssertConstructor(constructor)
	obj, err := construct(nil, of, flags)
	s.realm.Rethrow(err)
	return obj
}

// search implements https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.search%.
func (s *regexps) search(this *goja.Object, text goja.String, c webidl.Call) goja.Value {
	if re := s.plain(this); re != nil && (!re.Flags.Global && !re.Flags.Sticky || isZero(this.Get("lastIndex"))) {
		if found := s.find(re, text, 0, re.Flags.Sticky); found != nil {
			return s.realm.Int(found[0])
		}
		return s.realm.Int(-1)
	}
	previous := get(this, "lastIndex")
	if !isZero(previous) {
		s.setLastIndex(this, 0)
	}
	result := s.regExpExec(this, text)
	if now := get(this, "lastIndex"); !now.SameAs(previous) {
		s.realm.Rethrow(this.Set("lastIndex", previous))
	}
	if obj, ok := result.(*goja.Object); ok {
		return get(obj, "index")
	}
	return s.realm.Int(-1)
}

// isZero reports whether a value is +0.
func isZero(v goja.Value) bool {
	return v != nil && v.ExportType() == intType && v.ToInteger() == 0
}

// split implements https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.split%.
func (s *regexps) split(this *goja.Object, text goja.String, c webidl.Call) goja.Value {
	r := s.realm
	size := int64(text.Length())
	constructor := s.species(this)
	re := s.plain(this)
	if constructor != s.constructor {
		re = nil
	}
	var flags goja.String
	var splitter *goja.Object
	if re == nil {
		flags = r.ToString(get(this, "flags"))
		given := flags
		if !strings.Contains(flags.String(), "y") {
			given = flags.Concat(r.String("y").(goja.String))
		}
		splitter = s.another(constructor, this, given)
	}
	limit := int64(math.MaxUint32)
	if !goja.IsUndefined(c.Arg(1)) {
		limit = int64(toUint32(c.Arg(1)))
	}
	var list []any
	if limit == 0 {
		return r.VM.NewArray()
	}
	add := func(v goja.Value) (full bool) {
		list = append(list, v)
		return int64(len(list)) == limit
	}
	if re != nil {
		if size == 0 {
			if s.find(re, text, 0, true) == nil {
				add(text)
			}
			return r.VM.NewArray(list...)
		}
		unicode := isUnicode(re.Flags)
		p, q := 0, 0
		for int64(q) < size {
			found := s.find(re, text, q, false)
			if found == nil || int64(found[0]) >= size {
				break
			}
			if found[1] == p {
				q = int(advance(text, int64(max(q, found[0])), unicode))
				continue
			}
			if add(text.Substring(p, found[0])) {
				return r.VM.NewArray(list...)
			}
			p = found[1]
			for i := 1; i < re.Groups; i++ {
				if add(capture(text, found, i)) {
					return r.VM.NewArray(list...)
				}
			}
			if q = p; found[0] == found[1] {
				q = int(advance(text, int64(p), unicode))
			}
		}
		add(text.Substring(p, int(size)))
		return r.VM.NewArray(list...)
	}
	unicode := strings.ContainsAny(flags.String(), "uv")
	if size == 0 {
		if goja.IsNull(s.regExpExec(splitter, text)) {
			add(text)
		}
		return r.VM.NewArray(list...)
	}
	p, q := int64(0), int64(0)
	for q < size {
		r.Rethrow(splitter.Set("lastIndex", q))
		result, ok := s.regExpExec(splitter, text).(*goja.Object)
		if !ok {
			q = advance(text, q, unicode)
			continue
		}
		e := min(lastIndex(splitter), size)
		if e == p {
			q = advance(text, q, unicode)
			continue
		}
		if add(text.Substring(int(p), int(q))) {
			return r.VM.NewArray(list...)
		}
		p = e
		for i := int64(1); i < toLength(get(result, "length")); i++ {
			if add(get(result, r.Int(int(i)).String())) {
				return r.VM.NewArray(list...)
			}
		}
		q = p
	}
	add(text.Substring(int(p), int(size)))
	return r.VM.NewArray(list...)
}

// toUint32 implements https://tc39.es/ecma262/#sec-touint32.
func toUint32(v goja.Value) uint32 {
	f := v.ToNumber().ToFloat()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	f = math.Mod(math.Trunc(f), 1<<32)
	return uint32(int64(f))
}

// replace implements https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.replace%.
func (s *regexps) replace(this *goja.Object, text goja.String, c webidl.Call) goja.Value {
	r := s.realm
	replacer, isFunction := goja.AssertFunction(c.Arg(1))
	var template goja.String
	if !isFunction {
		template = r.ToString(c.Arg(1))
	}
	re := s.plain(this)
	if re == nil {
		return s.replaceLong(this, text, replacer, template)
	}
	var bounds []int // of all that was found
	width := 2 * re.Groups
	if re.Flags.Global {
		s.all(this, re, text, func(found []int) { bounds = append(bounds, found...) })
	} else if found := s.builtinMatch(this, re, text); found != nil {
		bounds = append(bounds, found...)
	}
	if len(bounds) == 0 {
		return text
	}
	var out stringBuilder
	end := 0
	simple := template != nil && indexDollar(template) < 0
	for ; len(bounds) > 0; bounds = bounds[width:] {
		found := bounds[:width]
		out.add(text, end, found[0])
		end = found[1]
		switch {
		case simple:
			out.add(template, 0, template.Length())
		case template != nil:
			substitute(&out, text, template, found[0], found[1], re.Groups-1, func(i int) (goja.String, bool) {
				piece, ok := capture(text, found, i).(goja.String)
				return piece, ok
			}, func(name string) (goja.Value, bool) {
				if len(re.Names) == 0 {
					return nil, false
				}
				for _, n := range re.Names {
					if n.Name != name {
						continue
					}
					for _, i := range n.Groups {
						if found[2*i] >= 0 {
							return capture(text, found, i), true
						}
					}
				}
				return goja.Undefined(), true
			}, r)
		default:
			args := make([]goja.Value, 0, re.Groups+3)
			for i := range re.Groups {
				args = append(args, capture(text, found, i))
			}
			args = append(args, r.Int(found[0]), text)
			if len(re.Names) > 0 {
				args = append(args, s.named(re, found, func(i int) goja.Value { return capture(text, found, i) }))
			}
			result, err := replacer(goja.Undefined(), args...)
			r.Rethrow(err)
			piece := r.ToString(result)
			out.add(piece, 0, piece.Length())
		}
		s.checkLength(&out)
	}
	out.add(text, end, text.Length())
	s.checkLength(&out)
	return out.string()
}

func (s *regexps) checkLength(out *stringBuilder) {
	if out.length() > longestString {
		panic(s.realm.RangeError("Invalid string length"))
	}
}

// replaceLong is the long way of replace.
func (s *regexps) replaceLong(this *goja.Object, text goja.String, replacer goja.Callable, template goja.String) goja.Value {
	r := s.realm
	flags := r.ToString(get(this, "flags")).String()
	global, unicode := strings.Contains(flags, "g"), strings.ContainsAny(flags, "uv")
	if global {
		s.setLastIndex(this, 0)
	}
	var results []*goja.Object
	for {
		result, ok := s.regExpExec(this, text).(*goja.Object)
		if !ok {
			break
		}
		results = append(results, result)
		if !global {
			break
		}
		if r.ToString(get(result, "0")).Length() == 0 {
			s.step(this, text, unicode)
		}
	}
	var out stringBuilder
	next := 0
	for _, result := range results {
		count := max(toLength(get(result, "length"))-1, 0)
		matched := r.ToString(get(result, "0"))
		index := get(result, "index")
		if obj, ok := index.(*goja.Object); ok {
			index = obj.ToNumber()
		}
		position := int(max(min(index.ToInteger(), int64(text.Length())), 0))
		captures := make([]goja.Value, 0, min(count, 100))
		for i := int64(1); i <= count; i++ {
			v := get(result, r.Int(int(i)).String())
			if !goja.IsUndefined(v) {
				v = r.ToString(v)
			}
			captures = append(captures, v)
		}
		groups := get(result, "groups")
		var replacement goja.String
		if replacer != nil {
			args := append([]goja.Value{matched}, captures...)
			args = append(args, r.Int(position), text)
			if !goja.IsUndefined(groups) {
				args = append(args, groups)
			}
			v, err := replacer(goja.Undefined(), args...)
			r.Rethrow(err)
			replacement = r.ToString(v)
		} else {
			var names *goja.Object
			if !goja.IsUndefined(groups) {
				if goja.IsNull(groups) {
					panic(r.TypeError("Cannot convert undefined or null to object"))
				}
				names = groups.ToObject(r.VM)
			}
			var b stringBuilder
			substitute(&b, text, template, position, position+matched.Length(), len(captures), func(i int) (goja.String, bool) {
				if i == 0 {
					return matched, true
				}
				piece, ok := captures[i-1].(goja.String)
				return piece, ok
			}, func(name string) (goja.Value, bool) {
				if names == nil {
					return nil, false
				}
				return get(names, name), true
			}, r)
			replacement = b.string()
		}
		if position >= next {
			out.add(text, next, position)
			out.add(replacement, 0, replacement.Length())
			next = position + matched.Length()
		}
	}
	if next < text.Length() {
		out.add(text, next, text.Length())
	}
	return out.string()
}

func indexDollar(s goja.String) int {
	if reflect.TypeOf(s) == asciiType {
		return strings.IndexByte(s.String(), '$')
	}
	for i := range s.Length() {
		if s.CharAt(i) == '$' {
			return i
		}
	}
	return -1
}

// substitute implements https://tc39.es/ecma262/#sec-getsubstitution for a match from start to end. named says whether there
// are names.
func substitute(out *stringBuilder, text, template goja.String, start, end, groups int,
	group func(i int) (goja.String, bool), named func(name string) (goja.Value, bool), r *webidl.Realm) {
	n := template.Length()
	plain := 0 // from where on there has been nothing special
	for i := 0; i+1 < n; i++ {
		if template.CharAt(i) != '$' {
			continue
		}
		c := template.CharAt(i + 1)
		flush := func() { out.add(template, plain, i) }
		switch {
		case c == '$':
			flush()
			out.add(template, i, i+1)
			plain = i + 2
		case c == '&':
			flush()
			piece, _ := group(0)
			out.add(piece, 0, piece.Length())
			plain = i + 2
		case c == '`':
			flush()
			out.add(text, 0, start)
			plain = i + 2
		case c == '\'':
			flush()
			out.add(text, min(end, text.Length()), text.Length())
			plain = i + 2
		case '0' <= c && c <= '9':
			digits, index := 1, int(c-'0')
			if i+2 < n {
				if d := template.CharAt(i + 2); '0' <= d && d <= '9' && index*10+int(d-'0') <= groups {
					digits, index = 2, index*10+int(d-'0')
				}
			}
			if index < 1 || index > groups {
				continue
			}
			flush()
			if piece, ok := group(index); ok {
				out.add(piece, 0, piece.Length())
			}
			plain = i + 1 + digits
		case c == '<':
			close := i + 2
			for close < n && template.CharAt(close) != '>' {
				close++
			}
			if close == n {
				continue
			}
			v, ok := named(template.Substring(i+2, close).String())
			if !ok {
				continue
			}
			flush()
			if !goja.IsUndefined(v) {
				piece := r.ToString(v)
				out.add(piece, 0, piece.Length())
			}
			plain = close + 1
		default:
			continue
		}
		i = plain - 1
	}
	out.add(template, plain, n)
}

// stringBuilder puts a string together of pieces of others.
type stringBuilder struct {
	ascii strings.Builder
	units []uint16 // with the byte order mark, once there was something else than ASCII
}

func (b *stringBuilder) length() int { return b.ascii.Len() + len(b.units) }

func (b *stringBuilder) add(s goja.String, from, to int) {
	if from >= to {
		return
	}
	if reflect.TypeOf(s) == asciiType {
		text := s.String()[from:to]
		if b.units == nil {
			b.ascii.WriteString(text)
			return
		}
		for i := range len(text) {
			b.units = append(b.units, uint16(text[i]))
		}
		return
	}
	if b.units == nil {
		text := b.ascii.String()
		b.units = make([]uint16, 1, len(text)+to-from+16)
		b.units[0] = byteOrderMark
		for i := range len(text) {
			b.units = append(b.units, uint16(text[i]))
		}
		b.ascii.Reset()
	}
	if reflect.TypeOf(s) == unitsType {
		b.units = append(b.units, unitsOf(s)[1+from:1+to]...)
		return
	}
	for i := from; i < to; i++ {
		b.units = append(b.units, s.CharAt(i))
	}
}

var byteOrderMark = unitsOf(goja.StringFromUTF16([]uint16{0x100}))[0]

func (b *stringBuilder) string() goja.String {
	if b.units == nil {
		return reflect.ValueOf(b.ascii.String()).Convert(asciiType).Interface().(goja.String)
	}
	for _, c := range b.units[1:] {
		if c >= 128 {
			return reflect.ValueOf(b.units).Convert(unitsType).Interface().(goja.String)
		}
	}
	return goja.StringFromUTF16(b.units[1:])
}

// regexpIterator is what matchAll returns: https://tc39.es/ecma262/#sec-%regexpstringiteratorprototype%-object
type regexpIterator struct {
	matcher         *goja.Object
	text            goja.String
	global, unicode bool
	done            bool
}

// matchAll implements https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.matchall%.
func (s *regexps) matchAll(this *goja.Object, text goja.String, c webidl.Call) goja.Value {
	r := s.realm
	constructor := s.species(this)
	flags := r.ToString(get(this, "flags"))
	matcher := s.another(constructor, this, flags)
	r.Rethrow(matcher.Set("lastIndex", lastIndex(this)))
	iterator := r.VM.CreateObject(s.iteratorPrototype())
	r.Bind(iterator, &regexpIterator{
		matcher: matcher, text: text, global: strings.Contains(flags.String(), "g"), unicode: strings.ContainsAny(flags.String(), "uv"),
	})
	return iterator
}

func (s *regexps) iteratorPrototype() *goja.Object {
	if s.iterators != nil {
		return s.iterators
	}
	r := s.realm
	s.iterators = r.VM.CreateObject(r.IteratorPrototype())
	define(s.iterators, "next", r.Builtin("next", 0, func(c webidl.Call) goja.Value {
		it, ok := r.Impl(c.This).(*regexpIterator)
		if !ok {
			panic(r.TypeError("Method %%RegExpStringIterator%%.prototype.next called on incompatible receiver %s", s.describe(c.This)))
		}
		step := r.VM.NewObject()
		v := s.next(it)
		step.Set("value", v)
		step.Set("done", v == goja.Undefined())
		return step
	}))
	s.iterators.DefineDataPropertySymbol(goja.SymToStringTag, r.String("RegExp String Iterator"), goja.FLAG_FALSE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	return s.iterators
}

func (s *regexps) next(it *regexpIterator) goja.Value {
	if it.done {
		return goja.Undefined()
	}
	result, ok := s.regExpExec(it.matcher, it.text).(*goja.Object)
	if !ok {
		it.done = true
		return goja.Undefined()
	}
	if !it.global {
		it.done = true
	} else if s.realm.ToString(get(result, "0")).Length() == 0 {
		s.step(it.matcher, it.text, it.unicode)
	}
	return result
}
