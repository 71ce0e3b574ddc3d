package runtime

import (
	"github.com/dop251/goja"

	"devserver/runtime/blob"
	"devserver/runtime/compat"
	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/fetch"
	"devserver/runtime/streams"
	"devserver/runtime/structuredclone"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"
)

// Globals is the list of what a Worker finds on its global object: every API of the platform is named here.
func Globals(flags compat.Set) *webidl.Globals {
	lists := [][]webidl.Global{
		{webidl.ClassGlobal(webidl.DOMExceptionClass)},
		{
			webidl.ValueGlobal("self", func(r *webidl.Realm) goja.Value { return r.VM.GlobalObject() }),
			webidl.ClassGlobal(executionContextClass),
		},
		console.Globals(),
		timers.Globals(),
		textcodec.Globals(),
		weburl.Globals(),
		structuredclone.Globals(),
		events.Globals(),
		streams.Globals(),
		blob.Globals(),
		webcrypto.Globals(),
		fetch.Globals(),
	}
	if flags.Enabled(compat.GlobalNavigator) {
		lists = append(lists, navigatorGlobals())
	}
	return webidl.NewGlobals(lists...)
}
