package urlpattern

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// Globals are the names that this package puts on the global object. Isolates with the same Globals share the patterns
// that they make.
func Globals(flags compat.Set) []webidl.Global {
	idl := &urlPatternIDL{original: !flags.Enabled(compat.URLPatternStandard)}
	return []webidl.Global{webidl.ClassGlobal(webidl.NewClass("URLPattern", idl))}
}

// urlPatternIDL is the class URLPattern; the Go value behind its objects is a *[Pattern]. Like workerd's, it has neither
// compareComponent nor generate.
//
// https://urlpattern.spec.whatwg.org/#urlpattern-class
type urlPatternIDL struct {
	cache    cache
	original bool // see original.go
}

func (idl *urlPatternIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		p, err := idl.cache.pattern(idl.source(c))
		if err != nil {
			c.Throw(&webidl.Error{Name: "TypeError", Message: "Failed to construct URLPattern", Cause: err})
		}
		return p
	}
	for f := range BaseURL {
		class.Members = append(class.Members, webidl.ReadOnly(f.String(), func(p *Pattern, c webidl.Call) goja.Value {
			return c.String(p.Component(f))
		}))
	}
	if !idl.original {
		class.Members = append(class.Members, webidl.ReadOnly("hasRegExpGroups", func(p *Pattern, c webidl.Call) goja.Value {
			return c.Bool(p.HasRegExpGroups())
		}))
	}
	class.Members = append(class.Members,
		webidl.Method("test", 0, func(p *Pattern, c webidl.Call) goja.Value {
			in := inputOf(c, "test")
			u, ok := in.url(idl.original)
			return c.Bool(ok && p.Test(u, c.Realm.Loop.Exceeded))
		}),
		webidl.Method("exec", 0, func(p *Pattern, c webidl.Call) goja.Value {
			in := inputOf(c, "exec")
			if u, ok := in.url(idl.original); ok {
				if m, ok := p.Exec(u, c.Realm.Loop.Exceeded); ok {
					return p.result(c.Realm, &in, &u, &m)
				}
			}
			return goja.Null()
		}),
	)
}

// source reads the arguments of the constructor, (input, baseURL, options) or (input, options), all of which may be left
// out.
func (idl *urlPatternIDL) source(c webidl.Call) Source {
	in := input{base: c.Arg(1)}
	options := c.Arg(1)
	if _, isObject := options.(*goja.Object); isObject || goja.IsNull(options) {
		in.base = goja.Undefined()
	} else {
		options = c.Arg(2)
		if _, isObject := options.(*goja.Object); !isObject && !webidl.IsNullish(options) {
			c.Throw(webidl.TypeErrorf("Failed to construct 'URLPattern': constructor parameter 3 is not of type 'URLPatternOptions'."))
		}
	}
	in.read(c)
	if idl.original && !in.isText {
		in.hasBase = false
	}
	if !in.isText && in.hasBase {
		c.Throw(&webidl.Error{Name: "TypeError", Message: "Failed to construct URLPattern", Cause: errBaseOfInit})
	}
	from := Source{Init: in.init, Text: in.text, IsText: in.isText, IgnoreCase: c.Realm.Dictionary(options).Bool("ignoreCase"), Original: idl.original}
	if in.hasBase {
		from.Init.Set(BaseURL, in.baseURL)
	}
	return from
}

var errBaseOfInit = syntaxErrorf("a base URL can be given for a string only: a dictionary has its own")

// input is what a pattern is made of, or matched with: a string or a dictionary, and perhaps a base URL.
type input struct {
	text   string // if isText
	isText bool
	init   Init // else

	base    goja.Value
	baseURL string // if hasBase
	hasBase bool
}

// inputOf reads the arguments of test and exec: (input, baseURL).
func inputOf(c webidl.Call, method string) input {
	in := input{base: c.Arg(1)}
	in.read(c)
	if !in.isText && in.hasBase {
		c.Throw(&webidl.Error{Name: "TypeError", Message: "Failed to " + method + " URLPattern", Cause: errBaseOfInit})
	}
	return in
}

// read converts the first argument, and then the base URL.
func (in *input) read(c webidl.Call) {
	v := c.Arg(0)
	if obj, isObject := v.(*goja.Object); isObject {
		dictionary := c.Realm.Dictionary(obj)
		for f := range BaseURL + 1 {
			if value, ok := dictionary.String(f.String()); ok {
				in.init.Set(f, value)
			}
		}
	} else if !webidl.IsNullish(v) {
		in.text, in.isText = c.Realm.USVString(v), true
	}
	if !goja.IsUndefined(in.base) {
		in.baseURL, in.hasBase = c.Realm.USVString(in.base), true
	}
}

// url returns the URL that the input stands for, or false.
func (in *input) url(original bool) (URL, bool) {
	if !in.isText {
		u, err := URLOfInit(in.init, original)
		return u, err == nil
	}
	var base *weburl.URL
	if in.hasBase {
		var err error
		if base, err = weburl.Parse(in.baseURL); err != nil {
			return URL{}, false
		}
	}
	u, err := weburl.ParseWithBase(in.text, base)
	if err != nil {
		return URL{}, false
	}
	return URLOf(u), true
}

// value returns the input as it stands in a result.
func (in *input) value(r *webidl.Realm) goja.Value {
	var list []goja.Value
	if in.isText {
		list = append(list, r.String(in.text))
	} else {
		dictionary := r.VM.NewObject()
		for f := range BaseURL + 1 {
			if value, ok := in.init.Get(f); ok {
				dictionary.Set(f.String(), value)
			}
		}
		list = append(list, dictionary)
	}
	if in.hasBase {
		list = append(list, r.String(in.baseURL))
	}
	return r.Array(list...)
}

// result makes a URLPatternResult: https://urlpattern.spec.whatwg.org/#dictdef-urlpatternresult
func (p *Pattern) result(r *webidl.Realm, in *input, u *URL, m *Match) goja.Value {
	result := r.VM.NewObject()
	result.Set("inputs", in.value(r))
	for f := range BaseURL {
		groups := r.VM.NewObject()
		for i, known := range p.components[f].groups {
			value := goja.Undefined()
			if g := m[f][i]; g.matched {
				value = r.String(g.value)
			}
			groups.DefineDataProperty(known.name, value, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		component := r.VM.NewObject()
		component.Set("input", u[f])
		component.Set("groups", groups)
		result.Set(f.String(), component)
	}
	return result
}
