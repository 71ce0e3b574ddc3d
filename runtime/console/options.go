package console

import (
	"cmp"
	"math"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// OptionsOf converts the options of util.inspect: https://nodejs.org/api/util.html#utilinspectobject-options
func OptionsOf(r *webidl.Realm, v goja.Value) Options {
	o := Options{Depth: DefaultDepth}
	obj, ok := v.(*goja.Object)
	if !ok {
		return o
	}
	dict := r.Dictionary(obj)
	if depth, ok := dict.Get("depth"); ok {
		o.Depth = depthOf(r, depth)
	} else if depth := obj.Get("depth"); depth != nil {
		o.Depth = MaxDepth // undefined, but there
	}
	o.Colors, o.ShowHidden = dict.Bool("colors"), dict.Bool("showHidden")
	layout := DefaultLayout
	layout.Width = limitOf(r, dict, "breakLength", layout.Width)
	layout.Items = limitOf(r, dict, "maxArrayLength", layout.Items)
	layout.Text = limitOf(r, dict, "maxStringLength", layout.Text)
	if compact, ok := dict.Get("compact"); ok {
		switch {
		case goja.IsNumber(compact):
			layout.Compact = int(min(max(r.Float(compact), 0), MaxDepth))
		case !compact.ToBoolean():
			layout.Compact = 0
		}
	}
	if custom, ok := dict.Get("customInspect"); ok {
		layout.Plain = !custom.ToBoolean()
	}
	layout.Getters = dict.Bool("getters")
	layout.Proxies = dict.Bool("showProxy")
	if sorted, ok := dict.Get("sorted"); ok {
		layout.Sort = sorting(r, sorted)
	}
	o.Layout = &layout
	return o
}

// limitOf is a member that is a number, or null for no limit.
func limitOf(r *webidl.Realm, dict webidl.Dictionary, name string, otherwise int) int {
	v, ok := dict.Get(name)
	switch {
	case !ok:
		return otherwise
	case goja.IsNull(v):
		return math.MaxInt32
	}
	return int(min(max(r.Float(v), 0), math.MaxInt32))
}

// sorting converts the option sorted: true, or a function that compares.
func sorting(r *webidl.Realm, v goja.Value) func(a, b string) int {
	compare, ok := goja.AssertFunction(v)
	switch {
	case ok:
		return func(a, b string) int {
			result, err := compare(goja.Undefined(), r.String(a), r.String(b))
			r.Rethrow(err)
			return cmp.Compare(r.Float(result), 0)
		}
	case v.ToBoolean():
		return cmp.Compare[string]
	}
	return nil
}

// depthValue is how many levels are left, as objects that show themselves are told.
func depthValue(r *webidl.Realm, depth int) goja.Value {
	if depth > MaxDepth/2 {
		return r.Number(math.Inf(1))
	}
	return r.Int(depth)
}

// optionsObject is what an object that shows itself is told, to hand it on to inspect.
func (in *inspector) optionsObject(depth int) *goja.Object {
	r := in.realm
	limit := func(n int) goja.Value {
		if n == math.MaxInt32 {
			return r.Number(math.Inf(1))
		}
		return r.Int(n)
	}
	options := r.VM.NewObject()
	options.Set("depth", depthValue(r, depth))
	options.Set("colors", in.Colors)
	options.Set("showHidden", in.ShowHidden)
	options.Set("customInspect", !in.layout.Plain)
	options.Set("maxArrayLength", limit(in.layout.Items))
	options.Set("maxStringLength", limit(in.layout.Text))
	options.Set("breakLength", limit(in.layout.Width))
	options.Set("compact", in.layout.Compact)
	options.Set("getters", in.layout.Getters)
	options.Set("stylize", r.Builtin("stylize", 2, func(c webidl.Call) goja.Value {
		text := c.Arg(0).String()
		if as, ok := styles[c.Arg(1).String()]; ok {
			text = in.style(text, as)
		}
		return c.String(text)
	}))
	return options
}

// styles are the names of styles in util.inspect.
var styles = map[string]style{
	"special": special, "number": numeric, "bigint": numeric, "boolean": numeric, "undefined": undefined, "null": null,
	"string": stringy, "symbol": symbol, "date": date, "regexp": regular,
}

// inspectFunction is the function inspect that objects that show themselves are given.
func inspectFunction(r *webidl.Realm) *goja.Object {
	s := webidl.State[inspectState](r)
	if s.function == nil {
		s.function = r.Builtin("inspect", 2, func(c webidl.Call) goja.Value {
			return c.String(Inspect(c.Realm, c.Arg(0), OptionsOf(c.Realm, c.Arg(1))))
		})
	}
	return s.function
}

type inspectState struct{ function *goja.Object }

// SetInspect makes another function the one that objects that show themselves are given: util.inspect.
func SetInspect(r *webidl.Realm, inspect *goja.Object) {
	webidl.State[inspectState](r).function = inspect
}

// thrownText is what is said of an exception: its message, if it is a text.
func (in *inspector) thrownText(v goja.Value) string {
	if obj, ok := v.(*goja.Object); ok {
		v = in.lookup(obj, in.realm.String("message"))
	}
	if v == nil || !goja.IsString(v) {
		return "undefined"
	}
	return v.String()
}

// got shows what a getter returns.
func (in *inspector) got(p property, depth int) string {
	label := "Getter"
	if p.setter {
		label = "Getter/Setter"
	}
	get, _ := goja.AssertFunction(p.get)
	var v goja.Value
	if err := in.realm.Try(func() {
		var err error
		v, err = get(in.seen[len(in.seen)-1])
		in.realm.Rethrow(err)
	}); err != nil {
		return in.style("["+label+": <Inspection threw ("+in.thrownText(in.realm.ErrorValue(err))+")>]", special)
	}
	if _, isObject := v.(*goja.Object); isObject {
		return in.style("["+label+"]", special) + " " + in.nested(2, func() string { return in.value(v, depth) })
	}
	return in.style("["+label+":", special) + " " + in.value(v, depth) + in.style("]", special)
}
