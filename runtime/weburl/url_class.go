package weburl

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// URLClass is the class URL: https://url.spec.whatwg.org/#url-class
var URLClass = webidl.NewClass("URL", urlIDL{})

// urlObject is the Go value behind a URL object.
type urlObject struct {
	URL
	searchParams *goja.Object // made when it is first asked for
}

type urlIDL struct{}

func (urlIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(c webidl.Call) any {
		u := new(urlObject)
		if u.parseArguments(c) != nil {
			c.Throw(webidl.TypeErrorf("Invalid URL string."))
		}
		return u
	}
	class.Statics = []webidl.Member{
		webidl.Static("canParse", 1, func(c webidl.Call) goja.Value {
			var u URL
			return c.Bool(u.parseArguments(c) == nil)
		}),
		webidl.Static("parse", 1, func(c webidl.Call) goja.Value {
			u := new(urlObject)
			if u.parseArguments(c) != nil {
				return goja.Null()
			}
			return c.Realm.New(URLClass, u)
		}),
		notImplemented("createObjectURL"),
		notImplemented("revokeObjectURL"),
	}
	class.Members = []webidl.Member{
		webidl.Attribute("href",
			func(u *urlObject, c webidl.Call) goja.Value { return c.String(u.Href()) },
			func(u *urlObject, c webidl.Call, v goja.Value) {
				if u.SetHref(c.Realm.USVString(v)) != nil {
					c.Throw(webidl.TypeErrorf("Failed to set the 'href' property on 'URL': the provided value is not of type 'valid URL string'."))
				}
			}),
		webidl.ReadOnly("origin", func(u *urlObject, c webidl.Call) goja.Value { return c.String(u.Origin()) }),
		part("protocol", (*URL).Protocol, (*URL).SetProtocol),
		part("username", (*URL).Username, (*URL).SetUsername),
		part("password", (*URL).Password, (*URL).SetPassword),
		part("host", (*URL).Host, (*URL).SetHost),
		part("hostname", (*URL).Hostname, (*URL).SetHostname),
		part("port", (*URL).Port, (*URL).SetPort),
		part("pathname", (*URL).Pathname, (*URL).SetPathname),
		part("search", (*URL).Search, (*URL).SetSearch),
		webidl.ReadOnly("searchParams", func(u *urlObject, c webidl.Call) goja.Value {
			if u.searchParams == nil {
				u.searchParams = c.Realm.New(SearchParamsClass, u.SearchParams())
			}
			return u.searchParams
		}),
		part("hash", (*URL).Hash, (*URL).SetHash),
		webidl.Method("toJSON", 0, func(u *urlObject, c webidl.Call) goja.Value { return c.String(u.Href()) }),
		webidl.Method("toString", 0, func(u *urlObject, c webidl.Call) goja.Value { return c.String(u.Href()) }),
	}
}

// part is an attribute that is one part of the URL.
func part(name string, get func(*URL) string, set func(*URL, string)) webidl.Member {
	return webidl.Attribute(name,
		func(u *urlObject, c webidl.Call) goja.Value { return c.String(get(&u.URL)) },
		func(u *urlObject, c webidl.Call, v goja.Value) { set(&u.URL, c.Realm.USVString(v)) })
}

// notImplemented is a static operation that Workers have in name only.
func notImplemented(name string) webidl.Member {
	return webidl.Static(name, 1, func(c webidl.Call) goja.Value {
		panic(c.Realm.ErrorValue(webidl.Errorf("URL.%s() is not implemented", name)))
	})
}

// parseArguments is the API URL parser, on the arguments of the constructor, parse and canParse, which are the same:
// https://url.spec.whatwg.org/#api-url-parser
func (u *URL) parseArguments(c webidl.Call) error {
	input := c.USVString(0)
	if !c.Has(1) {
		return u.parse(input, nil)
	}
	var base URL
	if err := base.parse(c.USVString(1), nil); err != nil {
		return err
	}
	return u.parse(input, &base)
}
