package performance

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// observer is the Go value behind a PerformanceObserver. As in Workers, observers are never called: code that sets one up
// for entries that it could do without works, and what a deployed Worker would not be told, it is not told here.
type observer struct{}

// observerClass is the class PerformanceObserver: https://w3c.github.io/performance-timeline/#the-performanceobserver-interface
var observerClass = webidl.NewClass("PerformanceObserver", observerIDL{})

type observerIDL struct{}

func (observerIDL) Define(class *webidl.Class) {
	class.Length = 1
	class.Construct = func(webidl.Call) any { return observer{} }
	class.Members = []webidl.Member{
		webidl.Method("disconnect", 0, func(_ observer, c webidl.Call) goja.Value { return c.Undefined() }),
		webidl.Method("observe", 0, func(_ observer, c webidl.Call) goja.Value {
			if _, ok := c.Arg(0).(*goja.Object); !ok && !webidl.IsNullish(c.Arg(0)) {
				c.Throw(webidl.TypeErrorf("Failed to execute 'observe' on 'PerformanceObserver': parameter 1 is not of type 'ObserveOptions'."))
			}
			if v, ok := c.Dictionary(0).Get("entryTypes"); ok && !webidl.Iterates(v) {
				c.Throw(webidl.TypeErrorf("Incorrect type for the 'entryTypes' field on 'ObserveOptions': the provided value is not of type 'Array'."))
			}
			return c.Undefined()
		}),
		webidl.Method("takeRecords", 0, func(_ observer, c webidl.Call) goja.Value { return c.Realm.Array() }),
	}
	class.Statics = []webidl.Member{
		webidl.StaticReadOnly("supportedEntryTypes", func(c webidl.Call) goja.Value { return c.Realm.Strings([]string{"measure", "mark"}) }),
	}
}

// observerEntryListClass is the class PerformanceObserverEntryList, of which there are no objects: see [observer].
var observerEntryListClass = webidl.NewClass("PerformanceObserverEntryList", observerEntryListIDL{})

type observerEntryListIDL struct{}

// observerEntryList would be the Go value behind a PerformanceObserverEntryList.
type observerEntryList interface{ observerEntryList() }

func (observerEntryListIDL) Define(class *webidl.Class) {
	none := func(_ observerEntryList, c webidl.Call) goja.Value { return c.Realm.Array() }
	class.Members = []webidl.Member{
		webidl.Method("getEntries", 0, none),
		webidl.Method("getEntriesByType", 1, none),
		webidl.Method("getEntriesByName", 1, none),
	}
}

// eventCounts is the Go value behind an EventCounts: as in Workers, no events are counted.
// https://w3c.github.io/event-timing/#sec-event-counts
type eventCounts struct{}

var (
	eventCountsClass    = webidl.NewClass("EventCounts", eventCountsIDL{})
	eventCountsIterator = webidl.NewIteratorClass("EventCounts Iterator")
)

type eventCountsIDL struct{}

func (eventCountsIDL) Define(class *webidl.Class) {
	class.Members = append([]webidl.Member{
		webidl.ReadOnly("size", func(_ eventCounts, c webidl.Call) goja.Value { return c.Realm.Int(0) }),
		webidl.Method("get", 1, func(_ eventCounts, c webidl.Call) goja.Value { return c.Undefined() }),
		webidl.Method("has", 1, func(_ eventCounts, c webidl.Call) goja.Value { return c.Bool(false) }),
	}, webidl.PairIterable(eventCountsIterator, func(eventCounts, *webidl.Realm, int) (key, value goja.Value, ok bool) {
		return nil, nil, false
	})...)
}
