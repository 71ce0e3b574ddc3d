package performance

import (
	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// entryClass is the class PerformanceEntry.
var entryClass = webidl.NewClass("PerformanceEntry", entryIDL{})

type entryIDL struct{}

func (entryIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		webidl.ReadOnly("name", func(e *entry, c webidl.Call) goja.Value { return c.String(e.name) }),
		webidl.ReadOnly("entryType", func(e *entry, c webidl.Call) goja.Value { return c.String(e.kind) }),
		webidl.ReadOnly("startTime", func(e *entry, c webidl.Call) goja.Value { return c.Realm.Number(e.start) }),
		webidl.ReadOnly("duration", func(e *entry, c webidl.Call) goja.Value { return c.Realm.Number(e.duration) }),
		toJSON(),
	}
}

func toJSON() webidl.Member {
	return webidl.Method("toJSON", 0, func(e *entry, c webidl.Call) goja.Value { return e.json(c.Realm) })
}

func (e *entry) json(r *webidl.Realm) *goja.Object {
	o := r.VM.CreateObject(nil)
	o.Set("name", e.name)
	o.Set("entryType", e.kind)
	o.Set("startTime", e.start)
	o.Set("duration", e.duration)
	if e.detail != nil {
		o.Set("detail", e.detail)
	}
	return o
}

func detail() webidl.Member {
	return webidl.ReadOnly("detail", func(e *entry, c webidl.Call) goja.Value {
		if e.detail == nil {
			return goja.Null()
		}
		return e.detail
	})
}

// markClass is the class PerformanceMark. As in Workers, and the standard, one that a script constructs is not on the
// timeline.
var markClass = webidl.NewClass("PerformanceMark", markIDL{})

type markIDL struct{}

func (markIDL) Define(class *webidl.Class) {
	class.Parent = entryClass
	class.Length = 1
	class.Construct = func(c webidl.Call) any { return markOf(c, "mark") }
	class.Members = []webidl.Member{detail(), toJSON()}
}

// measureClass is the class PerformanceMeasure.
var measureClass = webidl.NewClass("PerformanceMeasure", measureIDL{})

type measureIDL struct{}

func (measureIDL) Define(class *webidl.Class) {
	class.Parent = entryClass
	class.Members = []webidl.Member{detail(), toJSON()}
}

// resourceTimingClass is the class PerformanceResourceTiming, of which Workers make no objects.
var resourceTimingClass = webidl.NewClass("PerformanceResourceTiming", resourceTimingIDL{})

type resourceTimingIDL struct{}

func (resourceTimingIDL) Define(class *webidl.Class) {
	class.Parent = entryClass
	for _, name := range []string{
		"connectEnd", "connectStart", "decodedBodySize", "domainLookupEnd", "domainLookupStart", "encodedBodySize", "fetchStart",
		"initiatorType", "nextHopProtocol", "redirectEnd", "redirectStart", "requestStart", "responseEnd", "responseStart",
		"responseStatus", "secureConnectionStart", "transferSize", "workerStart",
	} {
		class.Members = append(class.Members, webidl.ReadOnly(name, func(_ resourceTiming, c webidl.Call) goja.Value { return c.Undefined() }))
	}
}

// resourceTiming would be the Go value behind a PerformanceResourceTiming: there is none.
type resourceTiming interface{ resourceTiming() }

// nodeTimingClass is the class PerformanceNodeTiming, which is no global.
var nodeTimingClass = webidl.NewClass("PerformanceNodeTiming", nodeTimingIDL{})

type nodeTimingIDL struct{}

func (nodeTimingIDL) Define(class *webidl.Class) {
	class.Parent = entryClass
	class.Members = []webidl.Member{webidl.Method("toJSON", 0, func(e *entry, c webidl.Call) goja.Value {
		return nodeFields(e.json(c.Realm), c.Realm)
	})}
}

func newNodeTiming(r *webidl.Realm) goja.Value {
	return nodeFields(r.New(nodeTimingClass, &entry{name: "node", kind: "node"}), r)
}

// nodeFields puts the properties of a PerformanceNodeTiming, all of them zero, on an object.
func nodeFields(o *goja.Object, r *webidl.Realm) *goja.Object {
	zeros(o, "nodeStart", "v8Start", "bootstrapComplete", "environment", "loopStart", "loopExit", "idleTime")
	o.Set("uvMetricsInfo", zeros(r.VM.NewObject(), "loopCount", "events", "eventsWaiting"))
	return o
}

func zeros(o *goja.Object, names ...string) *goja.Object {
	for _, name := range names {
		o.Set(name, 0)
	}
	return o
}
