package language

import (
	_ "embed"
	"regexp"

	"github.com/dop251/goja"

	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// A list can be long without anybody having made it so item by item: new Array(4e9), { length: 1e9 }. The engine's methods
// would go through it for minutes, where neither an interruption nor the limit for CPU time reaches them, and take memory
// that is not there. Scripts that may have such lists get methods that look at the length first, and do in JavaScript what
// is long.

// longList is the length from which on a list is long: the engine's methods take some milliseconds for a shorter one.
const longList = 1 << 18

// maxArguments is how many arguments a call may have that come from a list. V8's limit depends on the stack that is left; it
// is some 120 000.
const maxArguments = 1 << 18

var longAdditions = func() []addition {
	list := []addition{
		{word: "from", and: makesLongLists, install: func(r *webidl.Realm) { guardFrom(r) }},
		{word: "apply", and: makesLongLists, install: func(r *webidl.Realm) {
			guardArguments(r, r.IntrinsicPrototype("Function"), "apply", 2, 1)
			guardArguments(r, r.Intrinsic("Reflect"), "apply", 3, 2)
		}},
		{word: "construct", and: makesLongLists, install: func(r *webidl.Realm) { guardArguments(r, r.Intrinsic("Reflect"), "construct", 2, 1) }},
		{word: "fill", and: makesLongLists, install: func(r *webidl.Realm) {
			guardList(r, "fill", 1, func(c webidl.Call, length float64) goja.Value {
				if len(c.Args) == 1 && refill(c, length) {
					return c.This
				}
				return nil
			})
		}},
		// Every conversion to a string joins.
		{word: "Array", and: makesLongLists, install: func(r *webidl.Realm) { guardList(r, "join", 1, nil) }},
	}
	for name, length := range map[string]int{
		"indexOf": 1, "lastIndexOf": 1, "includes": 1, "reverse": 0, "slice": 2, "splice": 2, "unshift": 1, "shift": 0,
		"copyWithin": 2, "concat": 1, "toReversed": 0, "with": 2, "sort": 1, "toSorted": 1, "toSpliced": 2,
		"every": 1, "some": 1, "forEach": 1, "map": 1, "filter": 1, "find": 1, "findIndex": 1, "findLast": 1, "findLastIndex": 1,
		"reduce": 1, "reduceRight": 1, "flat": 0, "flatMap": 1,
	} {
		list = append(list, addition{word: name, and: makesLongLists, install: func(r *webidl.Realm) { guardList(r, name, length, nil) }})
	}
	return list
}()

// makesLongLists reports whether a text may make a list longer than what it puts into it.
var makesLongLists = func() condition {
	made := regexp.MustCompile(`\bArray\s*(\(\s*[^)\s]|[^\w\s(.\[])`)
	literal := regexp.MustCompile(`\bArray\(\d{1,5}\)`)
	length := regexp.MustCompile(`\blength\s*(["'` + "`" + `]?\]?\s*([-+*/|&^<>]*=[^=>]|:)|\+\+)`)
	return shows(func(text string) bool {
		return near(text, "Array", func(part string) bool { return made.MatchString(literal.ReplaceAllString(part, "")) }) ||
			near(text, "length", length.MatchString)
	})
}()

// near reports whether what is around a word in a text is suspect.
func near(text, word string, suspect func(part string) bool) bool {
	for i := range sourcetext.Occurrences(text, word) {
		if suspect(sourcetext.Around(text, i, i+len(word))) {
			return true
		}
	}
	return false
}

//go:embed js/long_lists.js
var longListsSource string

var longListsProgram = compiled("long_lists", longListsSource)

// longLists has the methods for long lists of one realm.
type longLists struct{ methods *goja.Object }

// prepare evaluates them, before a script has touched what they use.
func prepare(r *webidl.Realm) *longLists {
	state := webidl.State[longLists](r)
	if state.methods == nil {
		isConstructor := r.Builtin("", 1, func(c webidl.Call) goja.Value {
			_, ok := goja.AssertConstructor(c.Arg(0))
			return c.Bool(ok)
		})
		v, err := r.VM.RunProgram(longListsProgram())
		r.Rethrow(err)
		outer, _ := goja.AssertFunction(v)
		v, err = outer(goja.Undefined(), isConstructor)
		r.Rethrow(err)
		state.methods = v.(*goja.Object)
	}
	return state
}

func (l *longLists) call(c webidl.Call, name string) goja.Value {
	fn, _ := goja.AssertFunction(l.methods.Get(name))
	v, err := fn(c.This, c.Args...)
	c.Realm.Rethrow(err)
	return v
}

// guardList puts a method in the place of one of Array.prototype's. special is asked first for a long list; it may be nil,
// and may return nil.
func guardList(r *webidl.Realm, name string, length int, special func(c webidl.Call, length float64) goja.Value) {
	state := prepare(r)
	proto := r.IntrinsicPrototype("Array")
	native, _ := goja.AssertFunction(proto.Get(name))
	define(proto, name, r.Builtin(name, length, func(c webidl.Call) goja.Value {
		long := lengthOf(c.Realm, c.This)
		if name == "concat" {
			for _, arg := range c.Args {
				long += lengthOf(c.Realm, arg)
			}
		}
		if copying := sparseCopies[name]; copying != nil && long >= sparseList {
			if v := copying(c); v != nil {
				return v
			}
		}
		if long < longList {
			v, err := native(c.This, c.Args...)
			c.Realm.Rethrow(err)
			return v
		}
		if special != nil {
			if v := special(c, long); v != nil {
				return v
			}
		}
		return state.call(c, name)
	}))
}

// lengthOf is the length of an object that has one as a plain value; 0 if nobody can know it without running script.
func lengthOf(r *webidl.Realm, v goja.Value) float64 {
	obj, ok := v.(*goja.Object)
	if !ok {
		return 0
	}
	switch class := obj.ClassName(); {
	case class == "Arguments", webidl.IsProxy(obj):
		return 0
	case class == "Array":
		return obj.Get("length").ToFloat()
	}
	own, err := r.IntrinsicFunction("Object", "getOwnPropertyDescriptor")(nil, obj, r.String("length"))
	r.Rethrow(err)
	descriptor, ok := own.(*goja.Object)
	if !ok {
		return 0
	}
	switch v := descriptor.Get("value").(type) {
	case nil, *goja.Object, *goja.Symbol:
		return 0
	default:
		return v.ToFloat() // not a number, if it is that, is not long
	}
}

// refill fills a whole array of the engine's, in parts, and reports whether it could. An array that has nothing in it
// is filled quickest by emptying it first.
func refill(c webidl.Call, length float64) bool {
	r := c.Realm
	array, ok := c.This.(*goja.Object)
	if !ok || array.ClassName() != "Array" || webidl.IsProxy(array) {
		return false
	}
	extensible, err := r.IntrinsicFunction("Object", "isExtensible")(nil, array)
	r.Rethrow(err)
	if !extensible.ToBoolean() || array.Set("length", 0) != nil {
		return false
	}
	const part = 1 << 12
	values := make([]goja.Value, part)
	for i := range values {
		values[i] = c.Arg(0)
	}
	push := r.IntrinsicMethod("Array", "push")
	for left := int(length); left > 0; left -= part {
		r.CheckTime()
		_, err := push(array, values[:min(left, part)]...)
		r.Rethrow(err)
	}
	return true
}

// guardFrom does Array.from of what has a length and is no iterable.
func guardFrom(r *webidl.Realm) {
	state := prepare(r)
	array := r.Intrinsic("Array")
	native, _ := goja.AssertFunction(array.Get("from"))
	define(array, "from", r.Builtin("from", 1, func(c webidl.Call) goja.Value {
		if obj, ok := c.Arg(0).(*goja.Object); ok && obj.ClassName() != "Array" && lengthOf(c.Realm, obj) >= longList {
			iterator := obj.GetSymbol(goja.SymIterator)
			_, callable := goja.AssertFunction(c.Arg(1))
			if (iterator == nil || webidl.IsNullish(iterator)) && (callable || goja.IsUndefined(c.Arg(1))) {
				return state.call(c, "from")
			}
		}
		v, err := native(c.This, c.Args...)
		c.Realm.Rethrow(err)
		return v
	}))
}

// guardArguments limits the list of arguments that a function takes.
func guardArguments(r *webidl.Realm, object *goja.Object, name string, length, list int) {
	native, _ := goja.AssertFunction(object.Get(name))
	define(object, name, r.Builtin(name, length, func(c webidl.Call) goja.Value {
		if lengthOf(c.Realm, c.Arg(list)) > maxArguments {
			c.Throw(webidl.RangeErrorf("Maximum call stack size exceeded"))
		}
		v, err := native(c.This, c.Args...)
		c.Realm.Rethrow(err)
		return v
	}))
}
