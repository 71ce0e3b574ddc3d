package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/compat"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// navigator is what Workers have of https://html.spec.whatwg.org/#the-navigator-object. Its values are those of deployed
// Workers, whatever machine this is.
type navigator struct{ languages goja.Value }

var (
	navigatorClass = webidl.NewClass("Navigator", navigatorIDL{languages: true})
	// navigatorWithoutLanguage is the class on early compatibility dates.
	navigatorWithoutLanguage = webidl.NewClass("Navigator", navigatorIDL{})
)

type navigatorIDL struct{ languages bool }

func (idl navigatorIDL) Define(class *webidl.Class) {
	constant := func(name, value string) webidl.Member {
		return webidl.ReadOnly(name, func(_ *navigator, c webidl.Call) goja.Value { return c.String(value) })
	}
	class.Members = []webidl.Member{
		webidl.Method("sendBeacon", 1, sendBeacon),
		constant("userAgent", "Cloudflare-Workers"),
		webidl.ReadOnly("hardwareConcurrency", func(_ *navigator, c webidl.Call) goja.Value { return c.Realm.Int(1) }),
		constant("platform", ""),
	}
	if idl.languages {
		class.Members = append(class.Members, constant("language", "en"),
			webidl.ReadOnly("languages", func(n *navigator, c webidl.Call) goja.Value {
				if n.languages == nil {
					n.languages = c.Realm.FrozenArray(c.String("en"))
				}
				return n.languages
			}))
	}
}

// sendBeacon implements https://w3c.github.io/beacon/#sendbeacon-method. As in Workers, it returns true in every handler,
// and what becomes of the request nobody is told.
func sendBeacon(_ *navigator, c webidl.Call) goja.Value {
	if c.Realm.CheckIO() != nil {
		return c.Bool(false)
	}
	body := goja.Null()
	if c.Has(1) {
		body = c.Arg(1)
	}
	promise := fetch.Beacon(c.Realm, c.Realm.String(c.USVString(0)), body)
	if iso, ok := c.Realm.Host.(*isolate); ok && iso.context != nil {
		iso.context.hold(c.Realm, promise)
	}
	return c.Bool(true)
}

func navigatorGlobals(flags compat.Set) []webidl.Global {
	class := navigatorWithoutLanguage
	if flags.Enabled(compat.EnableNavigatorLanguage) {
		class = navigatorClass
	}
	return []webidl.Global{
		webidl.ClassGlobal(class),
		webidl.ValueGlobal("navigator", func(r *webidl.Realm) goja.Value { return r.New(class, &navigator{}) }),
	}
}
