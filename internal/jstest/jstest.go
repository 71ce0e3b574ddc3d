// Package jstest runs JavaScript in a bare isolate, for tests of the classes in runtime.
package jstest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/dop251/goja"
	"github.com/dop251/goja/parser"

	"devserver/runtime/engine"
	"devserver/runtime/eventloop"
	"devserver/runtime/language"
	"devserver/runtime/sourcetext"
	"devserver/runtime/webidl"
)

// Isolate is an engine, its loop and its classes.
type Isolate struct {
	*webidl.Realm
	// Uncaught are the exceptions that nothing handled, as strings.
	Uncaught []string
}

// New makes an isolate with the given globals.
func New(t testing.TB, globals ...[]webidl.Global) *Isolate {
	t.Helper()
	if err := language.Prepare(); err != nil {
		t.Fatal(err)
	}
	vm := goja.New()
	vm.SetMaxCallStackSize(1000)
	iso := &Isolate{Realm: webidl.NewRealm(vm, eventloop.New(vm, nil))}
	iso.OnException = func(v goja.Value) { iso.Uncaught = append(iso.Uncaught, v.String()) }
	webidl.NewGlobals(globals...).Install(iso.Realm, nil, false)
	t.Cleanup(iso.Loop.Close)
	return iso
}

// compile compiles a text as Workers are.
func compile(text string) (*goja.Program, error) {
	tree, err := goja.Parse("", text, parser.WithDisableSourceMaps)
	if err != nil {
		return nil, err
	}
	return engine.Compile(tree, false)
}

// Run runs body, the statements of an async function, waits for what it returns, and returns that as a string; what it
// throws comes back as "thrown: …", and "hung" says that it never settled.
func (iso *Isolate) Run(t testing.TB, body string) string {
	t.Helper()
	language.For(sourcetext.Of(body)).Install(iso.Realm)
	var result goja.Value
	var err error
	if fatal := iso.Loop.Do(func() {
		var program *goja.Program
		if program, err = compile("(async () => {" + body + "\n})()"); err == nil {
			result, err = iso.VM.RunProgram(program)
		}
	}); fatal != nil {
		t.Fatal(fatal)
	}
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	promise, ok := webidl.AsPromise(result)
	if !ok {
		t.Fatalf("%s: no promise", body)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err = iso.Loop.Run(ctx, func() bool { return promise.State() != goja.PromiseStatePending })
	switch {
	case errors.Is(err, eventloop.ErrIdle):
		return "hung"
	case err != nil:
		t.Fatalf("%s: %v", body, err)
	}
	text := "undefined"
	if v := promise.Result(); v != nil {
		text = v.String()
	}
	if promise.State() == goja.PromiseStateRejected {
		return fmt.Sprint("thrown: ", text)
	}
	return text
}

// Case is a script and what it returns.
type Case [2]string

// Table runs each case in an isolate of its own.
func Table(t *testing.T, cases []Case, globals ...[]webidl.Global) {
	t.Helper()
	for _, c := range cases {
		script, want := c[0], c[1]
		t.Run(script, func(t *testing.T) {
			t.Helper()
			if got := New(t, globals...).Run(t, script); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
