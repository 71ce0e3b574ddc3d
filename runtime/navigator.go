package runtime

import (
	goruntime "runtime"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// navigator is what Workers have of https://html.spec.whatwg.org/#the-navigator-object
type navigator struct{}

var navigatorClass = webidl.NewClass("Navigator", navigatorIDL{})

type navigatorIDL struct{}

func (navigatorIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("userAgent", func(_ navigator, c webidl.Call) goja.Value { return c.String("Cloudflare-Workers") }),
		webidl.ReadOnly("hardwareConcurrency", func(_ navigator, c webidl.Call) goja.Value { return c.Realm.Int(goruntime.NumCPU()) }),
		webidl.ReadOnly("platform", func(_ navigator, c webidl.Call) goja.Value { return c.String("Linux x86_64") }),
		webidl.ReadOnly("language", func(_ navigator, c webidl.Call) goja.Value { return c.String("en") }),
		webidl.ReadOnly("languages", func(_ navigator, c webidl.Call) goja.Value { return c.Realm.Strings([]string{"en"}) }),
	}
}

func navigatorGlobals() []webidl.Global {
	return []webidl.Global{
		webidl.ClassGlobal(navigatorClass),
		webidl.ValueGlobal("navigator", func(r *webidl.Realm) goja.Value { return r.New(navigatorClass, navigator{}) }),
	}
}
