package webidl

import (
	"strings"
	"testing"

	"github.com/dop251/goja"

	"devserver/runtime/eventloop"
)

// point and label are small classes that have one of everything.
type point struct{ x, y float64 }

type label struct {
	point
	text string
}

func (p *point) asPoint() *point { return p }

var (
	pointClass = NewClass("Point", pointIDL{})
	labelClass = NewClass("Label", labelIDL{})
	pointsIter = NewIteratorClass("Point Iterator")
)

type pointIDL struct{}

func (pointIDL) Define(class *Class) {
	type P interface{ asPoint() *point }
	class.Length = 2
	class.Construct = func(c Call) any { return &point{c.Realm.Float(c.Arg(0)), c.Realm.Float(c.Arg(1))} }
	class.Members = append([]Member{
		Attribute("x", func(p P, c Call) goja.Value { return c.Realm.Number(p.asPoint().x) },
			func(p P, c Call, v goja.Value) { p.asPoint().x = c.Realm.Float(v) }),
		ReadOnly("y", func(p P, c Call) goja.Value { return c.Realm.Number(p.asPoint().y) }),
		Method("add", 1, func(p P, c Call) goja.Value {
			other, ok := As[P](c.Realm, c.Arg(0))
			if !ok {
				c.Throw(TypeErrorf("parameter 1 is not of type 'Point'"))
			}
			a, b := p.asPoint(), other.asPoint()
			return c.Realm.New(pointClass, &point{a.x + b.x, a.y + b.y})
		}),
		Promising("later", 0, func(p P, c Call) goja.Value { return c.Realm.Number(p.asPoint().x) }),
	}, PairIterable(pointsIter, func(p P, r *Realm, i int) (k, v goja.Value, ok bool) {
		switch i {
		case 0:
			return r.String("x"), r.Number(p.asPoint().x), true
		case 1:
			return r.String("y"), r.Number(p.asPoint().y), true
		}
		return nil, nil, false
	})...)
	class.Statics = []Member{
		Constant("DIMENSIONS", 2),
		Static("origin", 0, func(c Call) goja.Value { return c.Realm.New(pointClass, &point{}) }),
	}
}

type labelIDL struct{}

func (labelIDL) Define(class *Class) {
	class.Parent = pointClass
	class.Construct = func(c Call) any { return &label{text: c.USVString(0)} }
	class.Members = []Member{ReadOnly("text", func(l *label, c Call) goja.Value { return c.String(l.text) })}
}

// newTestRealm makes a realm with the test's globals; those named are there from the start, as for a script that is
// known to look at them on the global object.
func newTestRealm(upfront ...string) *Realm {
	vm := goja.New()
	r := NewRealm(vm, eventloop.New(vm, nil))
	NewGlobals([]Global{
		ClassGlobal(pointClass), ClassGlobal(labelClass), ClassGlobal(DOMExceptionClass),
		FunctionGlobal("twice", 1, func(c Call) goja.Value { return c.Realm.Number(2 * c.Realm.Float(c.Arg(0))) }),
	}).Install(r, upfront, false)
	r.Intrinsic("Symbol").DefineDataProperty("asyncIterator", SymAsyncIterator, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	return r
}

// TestClasses holds what scripts can observe of a class, each in a realm where nothing else has touched it.
func TestClasses(t *testing.T) {
	for _, test := range []struct{ script, want string }{
		{`new Point(1, 2).x`, "1"},
		{`typeof Point`, "function"},
		{`typeof Nothing`, "undefined"},
		{`Point.name + Point.length`, "Point2"},
		{`Point(1, 2)`, "TypeError: Failed to construct 'Point': Please use the 'new' operator, this object constructor cannot be called as a function."},
		{`new Point(1)`, "TypeError: Failed to construct 'Point': 2 arguments required, but only 1 present."},
		{`new Point(1, 2).add()`, "TypeError: Failed to execute 'add' on 'Point': 1 argument required, but only 0 present."},
		{`new Point(1, 2) instanceof Point`, "true"},
		{`new Point(1, 2) instanceof Object`, "true"},
		{`String(new Point(1, 2))`, "[object Point]"},
		{`Object.prototype.toString.call(Point.prototype)`, "[object Point]"},
		{`const p = new Point(1, 2); p.x = 5; p.x`, "5"},
		{`'use strict'; const p = new Point(1, 2); p.y = 5`, "TypeError: Cannot set property y of #<Point> which has only a getter"},
		{`const p = new Point(1, 2); p.extra = 5; Object.keys(p) + p.extra`, "extra5"},
		{`new Point(1, 2).add(new Point(3, 4)).y`, "6"},
		{`new Point(1, 2).add === new Point(1, 2).add`, "true"},
		{`Point.prototype.add.name + Point.prototype.add.length`, "add1"},
		{`const p = new Point(1, 2); Object.getOwnPropertyDescriptor(Point.prototype, 'x').set.call(p); p.x`, "NaN"},
		{`Point.prototype.x`, "TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`Point.prototype.add.call({}, 1)`, "TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`Point.origin().x`, "0"},
		{`Point.DIMENSIONS`, "2"},
		{`Object.getOwnPropertyNames(Point).join()`, "length,name,prototype,DIMENSIONS,origin"},
		{`Object.getOwnPropertyNames(Point.prototype).join()`, "x,y,add,later,entries,keys,values,forEach,constructor"},
		{`Object.keys(Point.prototype).join()`, "x,y,add,later,entries,keys,values,forEach"},
		{`JSON.stringify(Object.getOwnPropertyDescriptor(Point.prototype, 'x'), (k, v) => typeof v === 'function' ? v.name : v)`,
			`{"get":"get x","set":"set x","enumerable":true,"configurable":true}`},
		{`Object.getOwnPropertyDescriptor(Point.prototype, 'y').get.call(new Point(1, 2))`, "2"},
		{`JSON.stringify(Object.getOwnPropertyDescriptor(Point.prototype, 'nope'))`, "undefined"},
		{`JSON.stringify(Object.getOwnPropertyDescriptor(Point, 'prototype').writable)`, "false"},
		{`JSON.stringify(Object.getOwnPropertyDescriptor(Point, 'DIMENSIONS'))`, `{"value":2,"writable":false,"enumerable":true,"configurable":false}`},
		{`Object.getPrototypeOf(new Point(1, 2)) === Point.prototype`, "true"},
		{`Object.getPrototypeOf(Point.prototype) === Object.prototype`, "true"},
		{`Point.prototype.constructor === Point`, "true"},
		{`new Point(1, 2).__proto__ === Point.prototype`, "true"},
		{`Point.prototype.hasOwnProperty('x')`, "true"},
		{`new Point(1, 2).hasOwnProperty('x')`, "false"},
		{`'x' in new Point(1, 2) && !('z' in new Point(1, 2))`, "true"},
		{`Point.prototype.add = function () { return 'patched' }; new Point(1, 2).add()`, "patched"},
		{`Point.prototype.norm = function () { return this.x * this.y }; new Point(2, 3).norm()`, "6"},
		{`delete Point.prototype.add; typeof new Point(1, 2).add`, "undefined"},
		{`delete Point.prototype.add; new Point(1, 2).x`, "1"},
		{`class P3 extends Point { get z() { return this.x + 1 } }; const p = new P3(1, 2); p.z + p.y + String(p instanceof P3) + P3.origin().x`, "4true0"},
		{`Object.keys(Point); new Point(1, 2) instanceof Point`, "true"},
		{`({}) instanceof Point || 1 instanceof Point`, "false"},
		{`const has = Function.prototype[Symbol.hasInstance], p = new Point(1, 2); [has === Point[Symbol.hasInstance], has.call(Point, p), has.call(Point, {}), has.call(Label, p), has.call(Point.bind(), p), Object.hasOwn(Point, Symbol.hasInstance)].join()`, "true,true,false,false,true,false"},
		{`Object.freeze(Point); [new Point(1, 2) instanceof Point, Point[Symbol.hasInstance].call(class extends Point {}, new Point(1, 2))].join()`, "true,false"},
		{`class P3 extends Point {}; new P3(1, 2) instanceof P3 && !(new Point(1, 2) instanceof P3)`, "true"},
		{`Reflect.construct(Point, [7, 8], Object) instanceof Point`, "false"},
		{`const l = new Label('a'); l.x + l.text + (l instanceof Point)`, "0atrue"},
		{`Object.getPrototypeOf(Label) === Point`, "true"},
		{`Object.getPrototypeOf(Label.prototype) === Point.prototype`, "true"},
		{`Point.prototype.x; new Label('a').text`, "TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`Object.defineProperty(Point.prototype, 'x', { get() { return 'got ' + this.text } }); new Label('a').x`, "got a"},
		{`const l = new Label('a'); l.x = 3; l.x`, "3"},
		{`new Label('a').add(new Label('b')) instanceof Label`, "false"},
		{`Object.getOwnPropertyDescriptor(Label.prototype, 'text').get.call(new Point(1, 2))`, "TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
		{`[...new Point(1, 2)].join(';')`, "x,1;y,2"},
		{`Point.prototype[Symbol.iterator] === Point.prototype.entries`, "true"},
		{`String(new Point(1, 2).keys())`, "[object Point Iterator]"},
		{`const it = new Point(1, 2).values(); it[Symbol.iterator]() === it`, "true"},
		{`const seen = []; new Point(1, 2).forEach(function (v, k, p) { seen.push(k, v, this.t, p.x) }, { t: 9 }); seen.join()`, "x,1,9,1,y,2,9,1"},
		{`Object.freeze(new Point(1, 2)).x`, "1"},
		{`twice(4) + twice.name`, "8twice"},
		{`'twice' in globalThis`, "true"},
		{`globalThis.twice === twice`, "true"},
		{`twice; Object.getOwnPropertyDescriptor(globalThis, 'twice').enumerable`, "true"},
		{`Point; Object.getOwnPropertyDescriptor(globalThis, 'Point').enumerable`, "false"},
		{`globalThis.twice = 1; twice`, "1"},
		{`twice; delete globalThis.twice; typeof twice`, "undefined"},
		{`var twice = 3; twice`, "3"},
		{`function Point() { return 'mine' }; Point()`, "mine"},
		{`const e = new DOMException('m', 'AbortError'); [e.name, e.message, e.code, e instanceof Error, String(e), typeof e.stack].join()`,
			"AbortError,m,20,true,AbortError: m,string"},
		{`DOMException.ABORT_ERR + new DOMException().ABORT_ERR`, "40"},
		{`JSON.stringify({ ...new DOMException('m', 'AbortError'), stack: 0 })`, `{"code":20,"name":"AbortError","message":"m","stack":0}`},
		{`new (Object.getPrototypeOf(new Point(1,2).keys()).constructor)()`, "TypeError: Illegal constructor"},
	} {
		t.Run(test.script, func(t *testing.T) {
			var upfront []string
			if strings.Contains(test.script, "globalThis") {
				upfront = []string{"twice", "Point"}
			}
			r := newTestRealm(upfront...)
			v, err := r.VM.RunString(test.script)
			got := ""
			if ex, ok := err.(*goja.Exception); ok {
				got = ex.Value().String()
			} else if err != nil {
				t.Fatal(err)
			} else {
				got = v.String()
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestPromising(t *testing.T) {
	r := newTestRealm()
	v, err := r.VM.RunString(`
		const seen = [];
		new Point(3, 4).later().then(v => seen.push(v));
		Point.prototype.later.call({}).catch(e => seen.push(String(e)));
		seen`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := v.String(), "3,TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func BenchmarkRealm(b *testing.B) {
	b.ReportAllocs()
	program := goja.MustCompile("", `new Point(1, 2).x`, true)
	globals := NewGlobals([]Global{ClassGlobal(pointClass)})
	for b.Loop() {
		vm := goja.New()
		r := NewRealm(vm, eventloop.New(vm, nil))
		globals.Install(r, nil, false)
		if _, err := vm.RunProgram(program); err != nil {
			b.Fatal(err)
		}
	}
}
