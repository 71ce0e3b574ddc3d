// Package performance is the global performance: the clock, and on recent compatibility dates User Timing, as far as
// Workers have it. https://w3c.github.io/hr-time/ https://w3c.github.io/user-timing/
//
// As in Workers, time is counted from 1970 in whole milliseconds, so that performance.now() is Date.now(). Workers
// accept what the standard makes an error: a measure from a mark that there is not begins at 0.
package performance

import (
	"slices"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/events"
)

// now is the current time in milliseconds.
func now() float64 { return float64(time.Now().UnixMilli()) }

// timeline is the Go value behind the object performance of a Worker that has User Timing.
type timeline struct {
	events.Target
	entries []*entry // in the order in which they were made
}

// entry is the Go value behind a PerformanceEntry: https://w3c.github.io/performance-timeline/#the-performanceentry-interface
type entry struct {
	name, kind      string // kind is "mark" or "measure"
	start, duration float64
	detail          goja.Value // nil if there is none
	object          *goja.Object
}

// find returns the entries that match; empty strings match all.
func (t *timeline) find(name, kind string) []*entry {
	var found []*entry
	for _, e := range t.entries {
		if (name == "" || e.name == name) && (kind == "" || e.kind == kind) {
			found = append(found, e)
		}
	}
	return found
}

// clear forgets the entries of a name or, if there is none, of a kind. As in Workers, those of a name go whatever they
// are.
func (t *timeline) clear(name *string, kind string) {
	t.entries = slices.DeleteFunc(t.entries, func(e *entry) bool {
		if name != nil {
			return e.name == *name
		}
		return e.kind == kind
	})
}

// timeOf returns the time of the first mark of a name, or what it is if there is none.
func (t *timeline) timeOf(mark string, missing float64) float64 {
	for _, e := range t.entries {
		if e.name == mark && e.kind == "mark" {
			return e.start
		}
	}
	return missing
}

// span is a measure from start to end; one that would end before it starts has no duration.
func span(name string, start, end float64) *entry {
	e := &entry{name: name, kind: "measure", start: start}
	if end >= start {
		e.duration = end - start
	}
	return e
}
