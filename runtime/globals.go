package runtime

import (
	"devserver/runtime/blob"
	"devserver/runtime/cache"
	"devserver/runtime/compat"
	"devserver/runtime/compression"
	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/eventsource"
	"devserver/runtime/fetch"
	"devserver/runtime/htmlrewriter"
	"devserver/runtime/intl"
	"devserver/runtime/language"
	"devserver/runtime/messaging"
	"devserver/runtime/node"
	"devserver/runtime/performance"
	"devserver/runtime/streams"
	"devserver/runtime/structuredclone"
	"devserver/runtime/textcodec"
	"devserver/runtime/textstream"
	"devserver/runtime/timers"
	"devserver/runtime/urlpattern"
	"devserver/runtime/wasm"
	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
	"devserver/runtime/websocket"
	"devserver/runtime/weburl"
)

// Globals is the list of what a Worker finds on its global object: every API of the platform is named here.
func Globals(flags compat.Set) *webidl.Globals {
	lists := [][]webidl.Global{
		{webidl.ClassGlobal(webidl.DOMExceptionClass)},
		scopeGlobals(),
		language.Globals(),
		intl.Globals(),
		console.Globals(),
		timerGlobals(flags),
		textcodec.Globals(),
		weburl.Globals(),
		urlpattern.Globals(flags),
		structuredclone.Globals(),
		events.Globals(),
		streams.Globals(),
		textstream.Globals(),
		compression.Globals(),
		blob.Globals(),
		webcrypto.Globals(),
		fetch.Globals(),
		websocket.Globals(),
		cache.Globals(),
		eventsource.Globals(),
		htmlrewriter.Globals(),
		wasm.Globals(),
		performance.Globals(flags.Enabled(compat.EnableGlobalPerformanceClasses)),
	}
	if flags.Enabled(compat.GlobalNavigator) {
		lists = append(lists, navigatorGlobals(flags))
	}
	if flags.Enabled(compat.ExposeGlobalMessageChannel) {
		lists = append(lists, messaging.Globals())
	}
	lists = append(lists, node.Globals(flags))
	globals := webidl.NewGlobals(lists...)
	globals.Scope = globalScopeClass
	return globals
}

// timerGlobals are setTimeout and its kin: Node.js's, with the flag for that.
func timerGlobals(flags compat.Set) []webidl.Global {
	if flags.Enabled(compat.NodejsGlobalTimers) {
		return timers.NodeGlobals()
	}
	return timers.Globals()
}
