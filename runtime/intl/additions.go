package intl

import (
	"strconv"
	"sync"

	"github.com/dop251/goja"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// Additions are the methods of the engine's own objects that one script mentions. The zero value is nothing.
type Additions struct{ list []*addition }

// addition replaces methods of the engine's own, which know one locale, for scripts that mention a word.
type addition struct {
	word    string
	install func(r *webidl.Realm)
}

var all = []*addition{
	{"toLocaleString", func(r *webidl.Realm) {
		method(r, r.IntrinsicPrototype("Number"), "toLocaleString", 0, numberToLocaleString)
		method(r, r.IntrinsicPrototype("BigInt"), "toLocaleString", 0, bigIntToLocaleString)
		method(r, r.IntrinsicPrototype("Date"), "toLocaleString", 0, dateMethod("any", "all"))
		method(r, r.IntrinsicPrototype("Array"), "toLocaleString", 0, arrayToLocaleString)
		method(r, r.IntrinsicPrototype("Uint8Array").Prototype(), "toLocaleString", 0, typedArrayToLocaleString)
	}},
	{"toLocaleDateString", func(r *webidl.Realm) {
		method(r, r.IntrinsicPrototype("Date"), "toLocaleDateString", 0, dateMethod("date", "date"))
	}},
	{"toLocaleTimeString", func(r *webidl.Realm) {
		method(r, r.IntrinsicPrototype("Date"), "toLocaleTimeString", 0, dateMethod("time", "time"))
	}},
	{"localeCompare", func(r *webidl.Realm) {
		method(r, r.IntrinsicPrototype("String"), "localeCompare", 1, localeCompare)
	}},
	{"toLocaleUpperCase", func(r *webidl.Realm) {
		method(r, r.IntrinsicPrototype("String"), "toLocaleUpperCase", 0, caseMethod("toLocaleUpperCase", "toUpperCase", upper))
	}},
	{"toLocaleLowerCase", func(r *webidl.Realm) {
		method(r, r.IntrinsicPrototype("String"), "toLocaleLowerCase", 0, caseMethod("toLocaleLowerCase", "toLowerCase", lower))
	}},
}

// For reads from the text of a script what it needs.
func For(text sourcetext.Text) Additions {
	var needed Additions
	for _, a := range all {
		if text.Mentions(a.word) {
			needed.list = append(needed.list, a)
		}
	}
	return needed
}

// Install makes the additions. It is for an isolate in which no script has run.
func (a Additions) Install(r *webidl.Realm) {
	for _, one := range a.list {
		one.install(r)
	}
}

func method(r *webidl.Realm, object *goja.Object, name string, length int, fn func(c webidl.Call) goja.Value) {
	object.DefineDataProperty(name, r.Builtin(name, length, fn), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// shared are values that all isolates use, by what they are made of. There are no more than most: then it begins anew.
type shared[V any] struct {
	mu     sync.Mutex
	values map[string]V
}

const most = 256

func (s *shared[V]) of(key string, make func() V) V {
	s.mu.Lock()
	v, ok := s.values[key]
	s.mu.Unlock()
	if ok {
		return v
	}
	v = make()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil || len(s.values) >= most {
		s.values = map[string]V{}
	}
	s.values[key] = v
	return v
}

var (
	numberFormats shared[*numberFormat]
	dateFormats   shared[*dateFormat]
)

// plainLocale is the argument locales if it has no side effects: a string, or undefined.
func plainLocale(c webidl.Call, i int) (string, bool) {
	v := c.Arg(i)
	if goja.IsUndefined(v) {
		return "", true
	}
	if _, ok := v.(goja.String); ok {
		return v.String(), true
	}
	return "", false
}

// numberFormatOf is the format of a call with locales and options.
func numberFormatOf(c webidl.Call) *numberFormat {
	if name, ok := plainLocale(c, 0); ok && !c.Has(1) {
		return numberFormats.of(name, func() *numberFormat { return newNumberFormat(c, c.Arg(0), goja.Undefined()) })
	}
	return newNumberFormat(c, c.Arg(0), c.Arg(1))
}

func numberToLocaleString(c webidl.Call) goja.Value {
	call := c.Realm.IntrinsicMethod("Number", "valueOf")
	v, err := call(c.This)
	if err != nil {
		c.Throw(webidl.TypeErrorf("Number.prototype.toLocaleString requires that 'this' be a Number"))
	}
	return c.String(join(numberFormatOf(c).format(fromFloat(v.ToFloat()))))
}

func bigIntToLocaleString(c webidl.Call) goja.Value {
	v, err := c.Realm.IntrinsicMethod("BigInt", "valueOf")(c.This)
	c.Realm.Rethrow(err)
	return c.String(join(numberFormatOf(c).format(numeric(c, v))))
}

// dateMethod is https://tc39.es/ecma402/#sup-date.prototype.tolocalestring, and its like.
func dateMethod(required, defaults string) func(c webidl.Call) goja.Value {
	return func(c webidl.Call) goja.Value {
		obj, ok := c.This.(*goja.Object)
		if !ok || obj.ClassName() != "Date" {
			c.Throw(webidl.TypeErrorf("this is not a Date object."))
		}
		ms, valid := timeClip(thisTime(c, obj))
		if !valid {
			return c.String("Invalid Date")
		}
		format := func() *dateFormat { return newDateFormat(c, c.Arg(0), c.Arg(1), required, defaults) }
		if name, ok := plainLocale(c, 0); ok && !c.Has(1) {
			return c.String(join(dateFormats.of(defaults+" "+name, format).format(ms)))
		}
		return c.String(join(format().format(ms)))
	}
}

// nesting is how deep arrays are in each other that are being made strings of: an array may be in itself.
type nesting struct {
	depth int
	under map[*goja.Object]bool
}

const maxNesting = 200

// arrayToLocaleString is https://tc39.es/ecma402/#sup-array.prototype.tolocalestring.
func arrayToLocaleString(c webidl.Call) goja.Value {
	array := c.This.ToObject(c.Realm.VM)
	return listToLocaleString(c, array, func() int64 {
		if v := array.Get("length"); v != nil {
			return v.ToInteger()
		}
		return 0
	})
}

// typedArrayToLocaleString is https://tc39.es/ecma402/#sup-typedarray.prototype.tolocalestring.
func typedArrayToLocaleString(c webidl.Call) goja.Value {
	view, ok := c.Realm.View(c.This)
	if !ok || view.Kind == "DataView" {
		c.Throw(webidl.TypeErrorf("this is not a typed array."))
	}
	if buffer, ok := view.Buffer.Export().(goja.ArrayBuffer); ok && buffer.Detached() {
		c.Throw(webidl.TypeErrorf("Cannot perform %%TypedArray%%.prototype.toLocaleString on a detached ArrayBuffer"))
	}
	return listToLocaleString(c, c.This.(*goja.Object), func() int64 { return int64(view.Length) })
}

// listToLocaleString joins what the elements' methods return.
func listToLocaleString(c webidl.Call, array *goja.Object, measure func() int64) goja.Value {
	state := webidl.State[nesting](c.Realm)
	if state.under[array] {
		return c.String("")
	}
	if state.depth >= maxNesting {
		panic(c.Realm.RangeError("Maximum call stack size exceeded"))
	}
	if state.under == nil {
		state.under = map[*goja.Object]bool{}
	}
	state.depth++
	state.under[array] = true
	defer func() {
		state.depth--
		delete(state.under, array)
	}()
	locales, options := c.Arg(0), c.Arg(1)
	var b goja.StringBuilder
	for i := range measure() {
		if i&0xff == 0xff {
			c.Realm.CheckTime()
		}
		if i > 0 {
			b.WriteRune(',')
		}
		v := array.Get(strconv.FormatInt(i, 10))
		if webidl.IsNullish(v) {
			continue
		}
		call, ok := goja.AssertFunction(v.ToObject(c.Realm.VM).Get("toLocaleString"))
		if !ok {
			c.Throw(webidl.TypeErrorf("toLocaleString is not a function"))
		}
		text, err := call(v, locales, options)
		c.Realm.Rethrow(err)
		b.WriteString(c.Realm.ToString(text))
	}
	return b.String()
}

// collators are those of one isolate, by their locale.
type collators map[string]*collator

func localeCompare(c webidl.Call) goja.Value {
	if webidl.IsNullish(c.This) {
		c.Throw(webidl.TypeErrorf("String.prototype.localeCompare called on null or undefined"))
	}
	a, b := c.This.String(), textArg(c, 0).String()
	name, plain := plainLocale(c, 1)
	if !plain || c.Has(2) {
		return c.Realm.Int(newCollator(c, c.Arg(1), c.Arg(2)).compare(a, b))
	}
	known := webidl.State[collators](c.Realm)
	k := (*known)[name]
	if k == nil {
		k = newCollator(c, c.Arg(1), goja.Undefined())
		if *known == nil || len(*known) >= most {
			*known = collators{}
		}
		(*known)[name] = k
	}
	return c.Realm.Int(k.compare(a, b))
}

// caseMethod is https://tc39.es/ecma402/#sup-string.prototype.tolocalelowercase, and its like. Only some languages have
// rules of their own.
func caseMethod(name, plain string, special map[string]func(s string) string) func(c webidl.Call) goja.Value {
	return func(c webidl.Call) goja.Value {
		if webidl.IsNullish(c.This) {
			c.Throw(webidl.TypeErrorf("String.prototype.%s called on null or undefined", name))
		}
		text := c.This.ToString()
		if requested := localeList(c, c.Arg(0)); len(requested) > 0 {
			if fn, ok := special[requested[0].language]; ok {
				return c.String(fn(text.String()))
			}
		}
		v, err := c.Realm.IntrinsicMethod("String", plain)(text)
		c.Realm.Rethrow(err)
		return v
	}
}

var (
	upper = map[string]func(s string) string{
		"tr": func(s string) string { return cases.Upper(language.Turkish).String(s) },
		"az": func(s string) string { return cases.Upper(language.Azerbaijani).String(s) },
		"lt": func(s string) string { return cases.Upper(language.Lithuanian).String(s) },
		"el": func(s string) string { return cases.Upper(language.Greek).String(s) },
	}
	lower = map[string]func(s string) string{
		"tr": func(s string) string { return cases.Lower(language.Turkish).String(s) },
		"az": func(s string) string { return cases.Lower(language.Azerbaijani).String(s) },
		"lt": func(s string) string { return cases.Lower(language.Lithuanian).String(s) },
	}
)
