package engine

import (
	"testing"

	"github.com/dop251/goja"
)

// TestRedeclaredParameters: a var with the name of a parameter is the parameter, whatever the parameter looks like.
func TestRedeclaredParameters(t *testing.T) {
	for source, want := range map[string]string{
		`(function (...r) { var r; return r })(1, 2).join()`:                                                           "1,2",
		`(function (a, ...r) { var r = r.length; return [a, r] })(1, 2).join()`:                                        "1,1",
		`((...r) => { var [r, q] = [r.length, 5]; return [r, q] })(1, 2).join()`:                                       "2,5",
		`(function (a = 1, ...r) { if (a) { var r = 7, s = r + 1 } return [r, s] })().join()`:                          "7,8",
		`(function ({ a, x: [b] }) { var a, c = b, b = c + 1; return [a, b, c] })({ a: 1, x: [2] }).join()`:            "1,3,2",
		`[...(function* (...r) { var r = r.concat(1); yield* r })(5)].join()`:                                          "5,1",
		`(function (...r) { for (var r = r.length, i = 0; i < r; i++); for (var r of [r, i]); return r })(1, 2, 3)`:    "3",
		`(function (...r) { for (var r; !r.length;); return r })(4).join()`:                                            "4",
		`(function (...r) { return (() => { var r = 9; return r })() + r.length })(1)`:                                 "10",
		`(function (...r) { var r = function () {}, { q = 2 } = {}; return r.name + q })()`:                            "r2",
		`class A { m(...r) { var r = r[0]; return r } static { var r = 1 } } new A().m(5)`:                             "5",
		`try { (function (...r) { "use strict"; var r = undeclared })() } catch (e) { e.message }`:                     "undeclared is not defined",
		`(function (...r) { if (r) var r = 1; label: var r = r + 1; function inner() { return r } return inner() })()`: "2",
	} {
		evaluatesTo(t, source, false, want)
	}
	for _, source := range []string{`(function (...r) { let r })`, `(({ a }) => { const a = 1; var b })`, `{ let x; { var x } }`} {
		tree, err := goja.Parse("", source)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Compile(tree, false); err == nil || !redeclares(err) {
			t.Errorf("%s: got %v", source, err)
		}
	}
}

// TestClassNames: a class that has a name keeps it where it is the value of a computed key.
func TestClassNames(t *testing.T) {
	for source, want := range map[string]string{
		`({ ["k"]: class S {} }).k.name`:                                    "S",
		`({ ["k"]: class S extends Array { static m() {} } }).k.name`:       "S",
		`({ ["k"]: class { static name = "own" } }).k.name`:                 "own",
		`({ ["k"]: class { static name() {} } }).k.name.name`:               "name",
		`({ ["k"]: class { name = 1 } }).k.name`:                            "k",
		`({ ["k"]: class {} }).k.name`:                                      "k",
		`({ [{ toString: () => "x" }]:class S { static n = S.name } }).x.n`: "S",
	} {
		evaluatesTo(t, source, true, want)
	}
}
