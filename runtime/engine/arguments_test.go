package engine

import (
	"testing"

	"github.com/dop251/goja"
)

// TestArgumentsInArrows: the arguments that an arrow function mentions are those of the function around it, also when that has returned.
func TestArgumentsInArrows(t *testing.T) {
	for source, want := range map[string]string{
		`(function () { return () => arguments })(5, 2)().length`:                                                                    "2",
		`(function (a) { return () => [a, ...arguments] })(5, 2)().join()`:                                                           "5,5,2",
		`(function () { return () => () => { const k = () => arguments.length; return k() } })(1, 2, 3)()()`:                         "3",
		`(function (a) { "use strict"; const g = () => arguments; arguments[0] = 9; return [g()[0], a, this] })(1).join()`:           "9,1,",
		`(function (a) { const g = () => arguments; arguments[0] = 9; return [g()[0], a, g.name] })(1).join()`:                       "9,9,g",
		`(function (a = () => arguments.length, b) { return a() })(undefined, 2)`:                                                    "2",
		`(function ({ a = () => arguments[1] }, b = () => arguments.length) { return [a(), b()] })({}, undefined, 3).join()`:         ",3",
		`(function ({ a } = {}, ...r) { return (() => [a, arguments.length, r.length])() })({ a: 1 }, 2, 3).join()`:                  "1,3,2",
		`[...new class { *g() { yield (() => arguments[1])() } get z() { return (() => arguments.length)() } }().g(1, 7)].join()`:    "7",
		`(function () { function g() { return (() => arguments.length)() } return [g(), (() => arguments.length)()] })(1, 2).join()`: "0,2",
		`(function () { let arguments = [7]; return (() => arguments[0])() })(1)`:                                                    "7",
		`(function (arguments) { return (() => arguments)() })(4)`:                                                                   "4",
		`(function () { return { ["k" + (() => arguments.length)()]: (() => ({ arguments: 1 }).arguments)() } })(1, 2).k2`:           "1",
		`(function () { return (() => { try { return arguments.length } catch (e) { return e } })() }).call(null, 1)`:                "1",
		`(function () { return () => ({ arguments }) })(1, 2)().arguments.length`:                                                    "2",
		`try { (() => arguments)() } catch (e) { e.name }`:                                                                           "ReferenceError",
		`(function () { return eval("(() => arguments.length)()") })(1, 2)`:                                                          "2",
	} {
		evaluatesTo(t, source, false, want)
	}
}

// evaluatesTo compiles a script, which ends no process, and compares what it gives.
func evaluatesTo(t *testing.T, source string, strict bool, want string) {
	t.Helper()
	tree, err := goja.Parse("", source)
	if err != nil {
		t.Fatal(err)
	}
	program, err := Compile(tree, strict)
	if err != nil {
		t.Errorf("%s: %v", source, err)
		return
	}
	defer func() {
		if x := recover(); x != nil {
			t.Errorf("%s: panic %v", source, x)
		}
	}()
	if v, err := goja.New().RunProgram(program); err != nil || v.String() != want {
		t.Errorf("%s: got %v, %v, want %s", source, v, err, want)
	}
}
