package language

import (
	"strings"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// callSite is a frame as Error.prepareStackTrace gets it: https://v8.dev/docs/stack-trace-api#customizing-stack-traces
type callSite struct {
	file, function string
	line, column   int
	text           string
}

func newCallSite(frame goja.StackFrame, text string) *callSite {
	p := frame.Position()
	s := &callSite{file: p.Filename, function: frame.FuncName(), line: p.Line, column: p.Column, text: strings.TrimPrefix(text, "at ")}
	if s.function == "<anonymous>" {
		s.function = ""
	}
	return s
}

var callSiteClass = webidl.NewClass("CallSite", callSiteIDL{})

type callSiteIDL struct{}

func (callSiteIDL) Define(class *webidl.Class) {
	orNull := func(c webidl.Call, s string) goja.Value {
		if s == "" {
			return goja.Null()
		}
		return c.String(s)
	}
	method := func(name string, fn func(s *callSite, c webidl.Call) goja.Value) {
		class.Members = append(class.Members, webidl.Method(name, 0, fn))
	}
	method("getFileName", func(s *callSite, c webidl.Call) goja.Value { return orNull(c, s.file) })
	method("getScriptNameOrSourceURL", func(s *callSite, c webidl.Call) goja.Value { return orNull(c, s.file) })
	method("getFunctionName", func(s *callSite, c webidl.Call) goja.Value { return orNull(c, s.function) })
	method("getLineNumber", func(s *callSite, c webidl.Call) goja.Value { return c.Realm.Int(s.line) })
	method("getColumnNumber", func(s *callSite, c webidl.Call) goja.Value { return c.Realm.Int(s.column) })
	method("toString", func(s *callSite, c webidl.Call) goja.Value { return c.String(s.text) })
	// What the engine does not tell, and what strict functions do not tell anyway.
	for _, name := range []string{"getThis", "getFunction", "getEvalOrigin"} {
		method(name, func(_ *callSite, c webidl.Call) goja.Value { return c.Undefined() })
	}
	for _, name := range []string{"getTypeName", "getMethodName", "getPromiseIndex"} {
		method(name, func(*callSite, webidl.Call) goja.Value { return goja.Null() })
	}
	for _, name := range []string{"isNative", "isEval", "isConstructor", "isAsync", "isPromiseAll"} {
		method(name, func(_ *callSite, c webidl.Call) goja.Value { return c.Bool(false) })
	}
	method("isToplevel", func(_ *callSite, c webidl.Call) goja.Value { return c.Bool(true) })
}
