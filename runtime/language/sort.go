package language

import (
	"strconv"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// sortAdditions put sort and toSorted in the place of the engine's, which take a comparison that returns -0 for one that
// returns less than 0, break down when the comparison changes the list, and compare more often.
var sortAdditions = []addition{
	method("Array", "sort", 1, sort), method("Array", "toSorted", 1, toSorted),
	typedSort("sort", func(native goja.Callable, c webidl.Call) (goja.Value, error) { return c.This, nil }),
	typedSort("toSorted", func(native goja.Callable, c webidl.Call) (goja.Value, error) { return native(c.This) }),
}

// typedSort makes an addition of a method of typed arrays. result is what gets the values if there is a comparison.
func typedSort(name string, result func(native goja.Callable, c webidl.Call) (goja.Value, error)) addition {
	return addition{word: name, install: func(r *webidl.Realm) {
		proto := r.Intrinsic("Uint8Array").Prototype().Get("prototype").(*goja.Object)
		native, _ := goja.AssertFunction(proto.Get(name))
		values, _ := goja.AssertFunction(proto.Get("values"))
		define(proto, name, r.Builtin(name, 1, func(c webidl.Call) goja.Value {
			order := comparison(c)
			if order == nil {
				v, err := native(c.This, c.Args...)
				c.Realm.Rethrow(err)
				return v
			}
			if _, err := values(c.This); err != nil { // the engine's methods know what a typed array is
				panic(c.Realm.TypeError("this is not a typed array."))
			}
			target, err := result(native, c)
			c.Realm.Rethrow(err)
			list := c.This.(*goja.Object)
			items := make([]goja.Value, lengthOfList(list))
			for i := range items {
				items[i] = list.Get(strconv.Itoa(i))
			}
			sortHalves(items, func(a, b goja.Value) bool { return order(a, b) > 0 })
			into := target.(*goja.Object)
			for i, v := range items[:min(len(items), lengthOfList(into))] { // the comparison may have taken the buffer away
				c.Realm.Rethrow(into.Set(strconv.Itoa(i), v))
			}
			return target
		}))
	}}
}

// sort implements https://tc39.es/ecma262/#sec-array.prototype.sort.
func sort(c webidl.Call) goja.Value {
	order := comparison(c)
	list := c.This.ToObject(c.Realm.VM)
	length := lengthOfList(list)
	if length < 2 {
		return list
	}
	var items []goja.Value
	undefined := 0
	for i := range length {
		if i%4096 == 4095 {
			c.Realm.CheckTime()
		}
		switch v := list.Get(strconv.Itoa(i)); {
		case v == nil:
		case goja.IsUndefined(v):
			undefined++
		default:
			items = append(items, v)
		}
	}
	sortValues(c.Realm, items, order)
	for i, v := range items {
		c.Realm.Rethrow(list.Set(strconv.Itoa(i), v))
	}
	there := len(items) + undefined
	for i := len(items); i < there; i++ {
		c.Realm.Rethrow(list.Set(strconv.Itoa(i), goja.Undefined()))
	}
	for i := there; i < length; i++ {
		c.Realm.Rethrow(list.Delete(strconv.Itoa(i)))
	}
	return list
}

// toSorted implements https://tc39.es/ecma262/#sec-array.prototype.tosorted.
func toSorted(c webidl.Call) goja.Value {
	order := comparison(c)
	list := c.This.ToObject(c.Realm.VM)
	length := lengthOfList(list)
	if length >= 1<<32 {
		panic(c.Realm.RangeError("Invalid array length"))
	}
	items := make([]goja.Value, 0, min(length, longList))
	for i := range length {
		if i%4096 == 4095 {
			c.Realm.CheckTime()
		}
		if v := list.Get(strconv.Itoa(i)); v != nil && !goja.IsUndefined(v) {
			items = append(items, v)
		}
	}
	sortValues(c.Realm, items, order)
	for len(items) < length {
		items = append(items, goja.Undefined())
	}
	return c.Realm.Array(items...)
}

// lengthOfList implements https://tc39.es/ecma262/#sec-lengthofarraylike.
func lengthOfList(list *goja.Object) int {
	v := list.Get("length")
	if v == nil {
		return 0
	}
	return int(min(max(v.ToInteger(), 0), 1<<53-1))
}

// comparison is what the argument of a sorting method makes of two values; nil if there is none.
func comparison(c webidl.Call) func(a, b goja.Value) float64 {
	given := c.Arg(0)
	if goja.IsUndefined(given) {
		return nil
	}
	fn, isObject := given.(*goja.Object)
	_, ok := goja.AssertFunction(given)
	if !isObject || !ok {
		shown := inspect(given)
		if goja.IsString(given) {
			shown = given.String()
		} else if isObject && fn.ClassName() != "Object" {
			shown = "[object " + fn.ClassName() + "]"
		} else if _, ok := given.(*goja.Symbol); ok {
			shown = "Symbol(" + shown + ")"
		}
		panic(c.Realm.TypeError("The comparison function must be either a function or undefined: %s", shown))
	}
	direct := function(c.Realm, given)
	return func(a, b goja.Value) float64 {
		return direct(goja.FunctionCall{This: goja.Undefined(), Arguments: []goja.Value{a, b}}).ToFloat()
	}
}

// sortValues sorts values none of which is undefined; by what they are as strings if order is nil.
func sortValues(r *webidl.Realm, items []goja.Value, order func(a, b goja.Value) float64) {
	if order != nil {
		sortStable(items, func(a, b goja.Value) bool { return order(a, b) < 0 })
		return
	}
	type named struct {
		text  goja.String // nil for an object, whose conversion scripts may watch
		value goja.Value
	}
	list := make([]named, len(items))
	for i, v := range items {
		list[i].value = v
		if _, ok := v.(*goja.Object); !ok {
			list[i].text = r.ToString(v)
		}
	}
	text := func(n named) goja.String {
		if n.text != nil {
			return n.text
		}
		return r.ToString(n.value)
	}
	sortStable(list, func(a, b named) bool {
		x := text(a)
		return x.CompareTo(text(b)) < 0
	})
	for i, n := range list {
		items[i] = n.value
	}
}
