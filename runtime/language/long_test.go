package language

import (
	"testing"
	"time"

	"github.com/dop251/goja"
)

// TestLongListsAgree compares the methods for long lists with the engine's own, on short ones.
func TestLongListsAgree(t *testing.T) {
	vm := goja.New()
	vm.Set("isConstructor", func(v goja.Value) bool {
		_, ok := goja.AssertConstructor(v)
		return ok
	})
	last := ""
	vm.Set("trace", func(s string) { last = s })
	timer := time.AfterFunc(20*time.Second, func() { vm.Interrupt("too long: " + last) })
	defer timer.Stop()
	v, err := vm.RunString(`"use strict"; const long = ` + longListsSource[:len(longListsSource)-len(";\n")] + `(isConstructor);
		class Mine extends Array {}
		const lists = [() => [], () => [3, 1, 2], () => [1, , 3, undefined, NaN, "x", null, -0], () => Array(5), () => ({ length: 3, 0: "a", 2: "c" }),
			() => ({ length: 2 }), () => Mine.from([5, 4, 10, 1]), () => Object.freeze([1, 2]), () => [[1], [2, [3]]]];
		const calls = { fill: [[7], [7, 1], [7, -2, -1], [7, NaN, 9]], indexOf: [[1], [3, -1], [NaN], ["c", 1], [1, 99]],
			lastIndexOf: [[1], [3, -2], [1, undefined], [1, 99], [1, -99]], includes: [[NaN], [undefined], [1, 1], [9]], join: [[], ["-"], [undefined], [null]],
			reverse: [[]], slice: [[], [1], [-2], [1, -1], [5, 2]], splice: [[], [1], [0, 1], [1, 0, "x", "y"], [-1, 5, "z"], [1, 1, 1, 1]],
			unshift: [[], [8], [8, 9]], shift: [[]], copyWithin: [[0, 1], [1, 0], [-1, 0], [0, 1, 2]], concat: [[], [1], [[1, , 2], 3], [{ length: 1, 0: 5, [Symbol.isConcatSpreadable]: true }]],
			sort: [[], [(a, b) => b - a]], toSorted: [[], [(a, b) => b - a]], toReversed: [[]], with: [[0, "w"], [-1, "w"], [99, 1]] };
		const show = (v) => typeof v !== "object" || v === null ? Object.is(v, -0) ? "-0" : String(v)
			: v.constructor.name + "{" + Reflect.ownKeys(v).map((k) => String(k) + ":" + show(v[k])).join() + "}";
		const run = (method, make, args) => {
			const list = make();
			let result;
			try { result = method.apply(list, args) } catch (e) { return e.name }
			return (result === list ? "itself" : show(result)) + " " + show(list);
		};
		const problems = [];
		let n = 0;
		for (const [name, all] of Object.entries(calls)) for (const make of lists) for (const args of all) {
			const want = run(Array.prototype[name], make, args), got = run(long[name], make, args);
			n++;
			trace(name + show(args) + show(make()));
			if (want !== got) problems.push(name + "(" + show(args) + ") of " + show(make()) + ": got " + got + ", want " + want);
		}
		for (const args of [[{ length: 2, 0: "a" }], [{ length: 2, 1: 5 }, (v, i) => [v, i]], [{}]]) for (const This of [Array, Mine, undefined]) {
			if (show(Array.from.apply(This, args)) !== show(long.from.apply(This, args))) problems.push("from " + show(args));
		}
		n > 300 ? problems.join("\n") : "too few: " + n`)
	if err != nil || v.String() != "" {
		t.Errorf("%v\n%v", v, err)
	}
}
