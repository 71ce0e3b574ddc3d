package performance

import (
	"github.com/dop251/goja"

	"devserver/runtime/events"
	"devserver/runtime/webidl"
)

// Globals returns the globals of this package: performance, and if classes is set the classes of User Timing, too.
func Globals(classes bool) []webidl.Global {
	if !classes {
		return []webidl.Global{webidl.ValueGlobal("performance", func(r *webidl.Realm) goja.Value {
			return r.New(clockClass, clock{})
		})}
	}
	return []webidl.Global{
		webidl.ValueGlobal("performance", func(r *webidl.Realm) goja.Value {
			t := &timeline{}
			t.Init(r, performanceClass, t)
			return t.Object()
		}),
		webidl.ClassGlobal(performanceClass),
		webidl.ClassGlobal(entryClass),
		webidl.ClassGlobal(markClass),
		webidl.ClassGlobal(measureClass),
		webidl.ClassGlobal(resourceTimingClass),
		webidl.ClassGlobal(observerClass),
		webidl.ClassGlobal(observerEntryListClass),
	}
}

// clock is the Go value behind the object performance of a Worker that has no more of it than the time.
type clock struct{}

// clockClass is the class Performance before User Timing; it is no global.
var clockClass = webidl.NewClass("Performance", clockIDL{})

type clockIDL struct{}

func (clockIDL) Define(class *webidl.Class) { class.Members = clockMembers[clock]() }

func clockMembers[T any]() []webidl.Member {
	return []webidl.Member{
		webidl.ReadOnly("timeOrigin", func(_ T, c webidl.Call) goja.Value { return c.Realm.Int(0) }),
		webidl.Method("now", 0, func(_ T, c webidl.Call) goja.Value { return c.Realm.Number(now()) }),
	}
}

// performanceClass is the class Performance: https://w3c.github.io/hr-time/#sec-performance
var performanceClass = webidl.NewClass("Performance", performanceIDL{})

type performanceIDL struct{}

func (performanceIDL) Define(class *webidl.Class) {
	class.Parent = events.EventTargetClass
	list := func(name string, length int, find func(t *timeline, c webidl.Call) []*entry) webidl.Member {
		return webidl.Method(name, length, func(t *timeline, c webidl.Call) goja.Value {
			var objects []goja.Value
			for _, e := range find(t, c) {
				objects = append(objects, e.object)
			}
			return c.Realm.Array(objects...)
		})
	}
	clearing := func(name, kind string) webidl.Member {
		return webidl.Method(name, 0, func(t *timeline, c webidl.Call) goja.Value {
			if !c.Has(0) {
				t.clear(nil, kind)
				return c.Undefined()
			}
			entryName := c.USVString(0)
			t.clear(&entryName, kind)
			return c.Undefined()
		})
	}
	nothing := func(name string) webidl.Member {
		return webidl.Method(name, 0, func(_ *timeline, c webidl.Call) goja.Value { return c.Undefined() })
	}
	class.Members = append(clockMembers[*timeline](),
		webidl.ReadOnly("eventCounts", func(_ *timeline, c webidl.Call) goja.Value { return c.Realm.New(eventCountsClass, eventCounts{}) }),
		clearing("clearMarks", "mark"),
		clearing("clearMeasures", "measure"),
		// There are no resource timings: Workers do not record fetches.
		nothing("clearResourceTimings"),
		list("getEntries", 0, func(t *timeline, _ webidl.Call) []*entry { return t.entries }),
		list("getEntriesByName", 1, func(t *timeline, c webidl.Call) []*entry {
			name, kind := c.USVString(0), ""
			if c.Has(1) {
				kind = c.USVString(1)
			}
			return t.find(name, kind)
		}),
		list("getEntriesByType", 1, func(t *timeline, c webidl.Call) []*entry { return t.find("", c.USVString(0)) }),
		webidl.Method("mark", 1, func(t *timeline, c webidl.Call) goja.Value { return t.add(c.Realm, markClass, markOf(c, "mark")) }),
		webidl.Method("measure", 1, func(t *timeline, c webidl.Call) goja.Value { return t.add(c.Realm, measureClass, t.measure(c)) }),
		nothing("setResourceTimingBufferSize"),
		webidl.Method("toJSON", 0, func(_ *timeline, c webidl.Call) goja.Value {
			o := c.Realm.VM.CreateObject(nil)
			o.Set("timeOrigin", 0)
			return o
		}),
		// What follows is Node's. As in Workers, it measures nothing.
		webidl.ReadOnly("nodeTiming", func(_ *timeline, c webidl.Call) goja.Value { return newNodeTiming(c.Realm) }),
		webidl.Method("eventLoopUtilization", 0, func(_ *timeline, c webidl.Call) goja.Value {
			return zeros(c.Realm.VM.NewObject(), "idle", "active", "utilization")
		}),
		nothing("markResourceTiming"),
		webidl.Method("timerify", 1, func(_ *timeline, c webidl.Call) goja.Value {
			if _, ok := goja.AssertFunction(c.Arg(0)); !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'timerify' on 'Performance': parameter 1 is not of type 'function'."))
			}
			return c.Arg(0)
		}),
	)
}

// add puts an entry on the timeline.
func (t *timeline) add(r *webidl.Realm, class *webidl.Class, e *entry) goja.Value {
	e.object = r.New(class, e)
	t.entries = append(t.entries, e)
	return e.object
}

// markOf makes the mark of a call with a name and options: https://w3c.github.io/user-timing/#dom-performancemark-constructor
func markOf(c webidl.Call, method string) *entry {
	e := &entry{name: c.USVString(0), kind: "mark", start: now()}
	options := optionsOf(c, method)
	if v, ok := options.Get("startTime"); ok {
		e.start = c.Realm.Float(v)
	}
	e.detail = detailOf(c, options)
	return e
}

// measure makes the measure of a call with a name and either options or the names of up to two marks:
// https://w3c.github.io/user-timing/#dom-performance-measure
func (t *timeline) measure(c webidl.Call) *entry {
	name, start, end := c.USVString(0), 0.0, now()
	if !c.Has(1) || goja.IsNull(c.Arg(1)) {
		return span(name, start, end)
	}
	if _, ok := c.Arg(1).(*goja.Object); !ok {
		start = t.timeOf(c.USVString(1), start)
		if c.Has(2) {
			end = t.timeOf(c.USVString(2), end)
		}
		return span(name, start, end)
	}
	options := optionsOf(c, "measure")
	if v, ok := options.Get("start"); ok {
		start = c.Realm.Float(v)
	}
	if v, ok := options.Get("end"); ok {
		end = c.Realm.Float(v)
	} else if v, ok := options.Get("duration"); ok {
		end = start + c.Realm.Float(v)
	}
	e := span(name, start, end)
	e.detail = detailOf(c, options)
	return e
}

func optionsOf(c webidl.Call, method string) webidl.Dictionary {
	if _, ok := c.Arg(1).(*goja.Object); !ok && !webidl.IsNullish(c.Arg(1)) {
		c.Throw(webidl.TypeErrorf("Failed to execute '%s' on 'Performance': parameter 2 is not of type 'Options'.", method))
	}
	return c.Dictionary(1)
}

// detailOf is the member detail of options; as in Workers, it must be an object.
func detailOf(c webidl.Call, options webidl.Dictionary) goja.Value {
	v, ok := options.Get("detail")
	if !ok {
		return nil
	}
	if _, ok := v.(*goja.Object); !ok {
		c.Throw(webidl.TypeErrorf("Incorrect type for the 'detail' field on 'Options': the provided value is not of type 'Object'."))
	}
	return v
}
