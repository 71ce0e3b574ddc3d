package performance_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/events"
	"devserver/runtime/performance"
)

// TestClock is performance without User Timing: what a Worker without nodejs_compat has.
func TestClock(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const d = Date.now(), n = performance.now(); return [Number.isInteger(n), n - d < 1000 && n >= d, performance.timeOrigin].join()`, "true,true,0"},
		{`return Object.getOwnPropertyNames(Object.getPrototypeOf(performance)).join()`, "timeOrigin,now,constructor"},
		{`return [typeof Performance, typeof PerformanceMark, performance.mark, String(performance)].join()`, "undefined,undefined,,[object Performance]"},
		{`const { now } = performance; now()`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`new performance.constructor()`, "thrown: TypeError: Illegal constructor"},
	}, performance.Globals(false))
}

// The expectations are what workerd does.
func TestUserTiming(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`return [performance instanceof EventTarget, performance instanceof Performance, JSON.stringify(performance), performance.timeOrigin].join()`, `true,true,{"timeOrigin":0},0`},

		// marks
		{`const m = performance.mark('a', { startTime: 5, detail: { x: 1 } }); return [m.name, m.entryType, m.startTime, m.duration, m instanceof PerformanceMark, m instanceof PerformanceEntry, JSON.stringify(m)].join('|')`,
			`a|mark|5|0|true|true|{"name":"a","entryType":"mark","startTime":5,"duration":0,"detail":{"x":1}}`},
		{`const before = performance.now(), m = performance.mark('a'); return [m.startTime >= before, m.detail, JSON.stringify(m).includes('detail')].join()`, "true,,false"},
		{`const detail = {}; return performance.mark('a', { detail }).detail === detail`, "true"},
		{`return performance.mark('a', { startTime: -1 }).startTime`, "-1"},
		{`performance.mark('a', { detail: 5 })`, "thrown: TypeError: Incorrect type for the 'detail' field on 'Options': the provided value is not of type 'Object'."},
		{`performance.mark('a', 5)`, "thrown: TypeError: Failed to execute 'mark' on 'Performance': parameter 2 is not of type 'Options'."},
		{`const m = new PerformanceMark('q', { startTime: 3 }); return [m.startTime, performance.getEntries().length].join()`, "3,0"},

		// measures
		{`performance.mark('a', { startTime: 2 }); performance.mark('b', { startTime: 9 }); const m = performance.measure('m', 'a', 'b'); return [m.startTime, m.duration, m instanceof PerformanceMeasure, m.detail].join()`, "2,7,true,"},
		{`return JSON.stringify(performance.measure('m', { start: 1, end: 3, detail: { y: 2 } }))`, `{"name":"m","entryType":"measure","startTime":1,"duration":2,"detail":{"y":2}}`},
		{`return JSON.stringify(performance.measure('m', { start: 4, duration: 3 }))`, `{"name":"m","entryType":"measure","startTime":4,"duration":3}`},
		{`const m = performance.measure('m', { start: 1, end: 2, duration: 3 }); return m.duration`, "1"},
		{`return performance.measure('m', { start: 10, end: 3 }).duration`, "0"},
		{`const before = performance.now(), m = performance.measure('m', 'missing'); return [m.startTime, m.duration >= before].join()`, "0,true"},
		{`new PerformanceMeasure('m')`, "thrown: TypeError: Illegal constructor"},

		// the timeline
		{`for (const n of 'aba') performance.mark(n, { startTime: 1 }); performance.measure('a', 'b'); const names = l => l.map(e => e.name + e.entryType[1]).join('');
			return [names(performance.getEntries()), names(performance.getEntriesByName('a')), names(performance.getEntriesByName('a', 'mark')), names(performance.getEntriesByType('measure'))].join()`, "aabaaaae,aaaaae,aaaa,ae"},
		{`performance.mark('x', { startTime: 9 }); performance.mark('y', { startTime: 2 }); return performance.getEntries().map(e => e.name).join()`, "x,y"},
		{`performance.mark('a'); performance.mark('b'); performance.measure('a'); performance.clearMarks('a'); return performance.getEntries().map(e => e.name).join()`, "b"},
		{`performance.mark('a'); performance.measure('m'); performance.clearMarks(); const left = performance.getEntries().length; performance.clearMeasures(); return left + performance.getEntries().length`, "1"},
		{`return performance.getEntries() === performance.getEntries()`, "false"},

		// what measures nothing
		{`let called = false; const o = new PerformanceObserver(() => { called = true }); o.observe({ entryTypes: ['mark'] }); performance.mark('a'); await null; const r = o.takeRecords().length; o.disconnect(); return [called, r].join()`, "false,0"},
		{`return PerformanceObserver.supportedEntryTypes.join()`, "measure,mark"},
		{`new PerformanceObserver(() => {}).observe(5)`, "thrown: TypeError: Failed to execute 'observe' on 'PerformanceObserver': parameter 1 is not of type 'ObserveOptions'."},
		{`new PerformanceObserver(() => {}).observe({ entryTypes: 5 })`, "thrown: TypeError: Incorrect type for the 'entryTypes' field on 'ObserveOptions': the provided value is not of type 'Array'."},
		{`return [performance.eventCounts.size, [...performance.eventCounts].length, performance.eventCounts.has('x'), performance.nodeTiming.nodeStart, JSON.stringify(performance.eventLoopUtilization())].join()`, `0,0,false,0,{"idle":0,"active":0,"utilization":0}`},
		{`const f = () => {}; return performance.timerify(f) === f`, "true"},
		{`return Object.getOwnPropertyNames(PerformanceResourceTiming.prototype).length + Object.getPrototypeOf(PerformanceResourceTiming).name`, "19PerformanceEntry"},
		{`new PerformanceObserverEntryList()`, "thrown: TypeError: Illegal constructor"},
	}, performance.Globals(true), events.Globals())
}
