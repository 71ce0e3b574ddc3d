package webidl

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"

	"devserver/runtime/engine"
)

// callSite is a frame as V8 shows it, and as Error.prepareStackTrace gets it:
// https://v8.dev/docs/stack-trace-api#customizing-stack-traces
type callSite struct {
	realm *Realm
	frame *engine.Frame
}

// file is the name of the source, empty if there is none.
func (s *callSite) file() string {
	name := s.frame.Position().Filename
	// The engine makes URLs of the names in a source map, so that "a b.ts" is "a%20b.ts".
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// String is how a stack shows the frame, behind "at".
func (s *callSite) String() string {
	name, place := s.functionName(), s.place()
	switch {
	case s.constructs():
		if name == "" {
			name = "<anonymous>"
		}
		name = "new " + name
	case !s.toplevel():
		name = s.methodCall(name)
	}
	if s.frame.Async {
		if name == "" {
			return "async " + place
		}
		name = "async " + name
	}
	if name == "" {
		return place
	}
	return name + " (" + place + ")"
}

func (s *callSite) place() string {
	if s.frame.Native() {
		return "<anonymous>"
	}
	p := s.position()
	return cmp.Or(s.file(), "<anonymous>") + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// position is where the frame is. The engine has calls only; a function that awaits is at its await, which is before the call
// whose result it awaits, or behind the last call.
func (s *callSite) position() file.Position {
	if s.frame.Async {
		source, _ := s.frame.Source()
		if at := s.frame.Offset(); at < len(source) {
			before := source[:at]
			if i := strings.LastIndex(before, "await "); i >= 0 && !strings.ContainsAny(before[i:], ";{}") {
				return s.frame.PositionAt(i)
			}
			if i := strings.Index(source[at:min(len(source), at+1000)], "await "); i >= 0 {
				return s.frame.PositionAt(at + i)
			}
		}
	}
	return s.frame.Position()
}

// methodCall is the name of a function that was called on something.
func (s *callSite) methodCall(name string) string {
	kind, method := s.typeName(), s.methodName()
	if name == "" {
		if method == "" {
			method = "<anonymous>"
		}
		if kind == "" {
			return method
		}
		return kind + "." + method
	}
	shown := name
	if kind != "" && isIdentifier(name) {
		shown = kind + "." + name
	}
	if method != "" && name != method && !strings.HasSuffix(name, "."+method) && !strings.HasSuffix(name, " "+method) {
		shown += " [as " + method + "]"
	}
	return shown
}

func isIdentifier(name string) bool {
	for i, c := range name {
		if c != '_' && c != '$' && !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c)) {
			return false
		}
	}
	return name != ""
}

// functionName is the function's name, or the one that stands where it is assigned; empty if there is none.
func (s *callSite) functionName() string {
	if fn := s.frame.Function; fn != nil {
		if s.initializer() {
			return s.frame.FuncName()
		}
		if name := s.realm.nameOf(fn); name != "" {
			return name
		}
		return s.assignedTo()
	}
	if name := s.frame.FuncName(); name != "<anonymous>" && name != "<native>" {
		return name
	}
	return ""
}

// initializer reports whether the frame is that of what initializes the fields of a class, whose function is the class.
func (s *callSite) initializer() bool {
	name := s.frame.FuncName()
	return !s.frame.Native() && strings.HasPrefix(name, "<") && name != "<anonymous>"
}

// nameOf is the name of a function, or "" if that is no string.
func (r *Realm) nameOf(fn *goja.Object) string {
	if name := r.ownData(fn, r.String("name")); name != nil && goja.IsString(name) {
		return name.String()
	}
	return ""
}

// assigned is what stands before a function that is assigned to a member of something.
var assigned = regexp.MustCompile(`([\w$]+(?:\.[\w$]+)+)\s*=\s*$`)

func (s *callSite) assignedTo() string {
	source, at := s.frame.Source()
	if at < 0 {
		return ""
	}
	m := assigned.FindStringSubmatch(source[max(0, at-200):at])
	if m == nil {
		return ""
	}
	return strings.TrimPrefix(strings.ReplaceAll(m[1], ".prototype.", "."), "this.")
}

// constructs reports whether the function was called by new, or super.
func (s *callSite) constructs() bool {
	if !s.frame.Construct {
		return false
	}
	_, ok := goja.AssertConstructor(s.frame.Function)
	return ok || s.frame.Function == nil
}

// toplevel reports whether the function was called on nothing.
func (s *callSite) toplevel() bool {
	this := s.frame.This
	return nullish(this) || this == s.realm.VM.GlobalObject()
}

// typeName is the class of what the function was called on, or "".
func (s *callSite) typeName() (name string) {
	if nullish(s.frame.This) || s.constructs() {
		return ""
	}
	obj, ok := s.frame.This.(*goja.Object)
	if !ok {
		return map[string]string{"string": "String", "number": "Number", "boolean": "Boolean", "bigint": "BigInt", "symbol": "Symbol"}[kindOf(s.frame.This)]
	}
	if s.realm.impls[obj] == nil && IsProxy(obj) {
		return "Proxy"
	}
	if _, ok := goja.AssertFunction(obj); ok {
		if name := s.realm.nameOf(obj); name != "" {
			return name
		}
	}
	return s.realm.constructorName(obj)
}

// constructorName is the name that an object's class goes by. It runs no script.
func (r *Realm) constructorName(obj *goja.Object) string {
	for at := obj; at != nil; at = at.Prototype() {
		if class := r.ClassOfPrototype(at); class != nil {
			return class.Name
		}
		if IsProxy(at) {
			break
		}
		if tag := r.ownData(at, goja.SymToStringTag); tag != nil && goja.IsString(tag) {
			return tag.String()
		}
		if constructor, ok := r.ownData(at, r.String("constructor")).(*goja.Object); ok && !IsProxy(constructor) {
			if name := r.nameOf(constructor); name != "" && name != "Object" {
				return name
			}
		}
	}
	return obj.ClassName()
}

// methodName is the name of the property of what the function was called on, or of its prototypes, that has the function; ""
// if there is none, or more than one.
func (s *callSite) methodName() string {
	obj, ok := s.frame.This.(*goja.Object)
	if !ok || s.frame.Function == nil || s.constructs() || s.initializer() || s.realm.impls[obj] != nil || IsProxy(obj) {
		return ""
	}
	r, fn := s.realm, s.frame.Function
	is := func(at *goja.Object, name goja.Value) (there, same bool) {
		if v := engine.Data(at, name.String()); v != nil {
			return true, v == fn
		}
		own := r.ownProperty(at, name)
		if own == nil {
			return false, false
		}
		for _, part := range []string{"value", "get", "set"} {
			if own.Get(part) == fn {
				return true, true
			}
		}
		return true, false
	}
	if name := r.nameOf(fn); name != "" {
		if rest, ok := strings.CutPrefix(name, "get "); ok {
			name = rest
		} else if rest, ok := strings.CutPrefix(name, "set "); ok {
			name = rest
		}
		for at := obj; at != nil && !IsProxy(at); at = at.Prototype() {
			if there, same := is(at, r.String(name)); same {
				return name
			} else if there {
				break
			}
		}
	}
	found := ""
	for at := obj; at != nil && !IsProxy(at) && r.ClassOfPrototype(at) == nil; at = at.Prototype() {
		for _, name := range at.GetOwnPropertyNames() {
			if _, same := is(at, r.String(name)); same {
				if found != "" {
					return ""
				}
				found = name
			}
		}
	}
	return found
}

// ownProperty is the descriptor of an object's own property, or nil.
func (r *Realm) ownProperty(obj *goja.Object, name goja.Value) (own *goja.Object) {
	r.Try(func() {
		v, err := r.IntrinsicFunction("Object", "getOwnPropertyDescriptor")(nil, obj, name)
		r.Rethrow(err)
		own, _ = v.(*goja.Object)
	})
	return own
}

// ownData is the value of an object's own data property, or nil.
func (r *Realm) ownData(obj *goja.Object, name goja.Value) goja.Value {
	if _, symbol := name.(*goja.Symbol); !symbol {
		if v := engine.Data(obj, name.String()); v != nil {
			return v
		}
	}
	if own := r.ownProperty(obj, name); own != nil {
		return own.Get("value")
	}
	return nil
}

var callSiteClass = NewClass("CallSite", callSiteIDL{})

type callSiteIDL struct{}

func (callSiteIDL) Define(class *Class) {
	orNull := func(c Call, s string) goja.Value {
		if s == "" {
			return goja.Null()
		}
		return c.String(s)
	}
	number := func(c Call, n int) goja.Value {
		if n == 0 {
			return goja.Null()
		}
		return c.Realm.Int(n)
	}
	method := func(name string, fn func(s *callSite, c Call) goja.Value) {
		class.Members = append(class.Members, Hidden(Method(name, 0, fn))...)
	}
	fileName := func(s *callSite, c Call) goja.Value {
		if s.frame.Native() {
			return goja.Undefined()
		}
		return orNull(c, s.file())
	}
	method("getFileName", fileName)
	method("getScriptNameOrSourceURL", fileName)
	method("getFunctionName", func(s *callSite, c Call) goja.Value { return orNull(c, s.functionName()) })
	method("getTypeName", func(s *callSite, c Call) goja.Value { return orNull(c, s.typeName()) })
	method("getMethodName", func(s *callSite, c Call) goja.Value { return orNull(c, s.methodName()) })
	method("getLineNumber", func(s *callSite, c Call) goja.Value { return number(c, s.position().Line) })
	method("getColumnNumber", func(s *callSite, c Call) goja.Value { return number(c, s.position().Column) })
	enclosing := func(s *callSite) file.Position {
		if _, at := s.frame.Source(); at >= 0 {
			return s.frame.PositionAt(at)
		}
		return file.Position{}
	}
	method("getEnclosingLineNumber", func(s *callSite, c Call) goja.Value { return number(c, enclosing(s).Line) })
	method("getEnclosingColumnNumber", func(s *callSite, c Call) goja.Value { return number(c, enclosing(s).Column) })
	method("getScriptHash", func(s *callSite, c Call) goja.Value {
		source, _ := s.frame.Source()
		if source == "" {
			return c.String("")
		}
		return c.String(fmt.Sprintf("%x", sha256.Sum256([]byte(source))))
	})
	method("getPosition", func(s *callSite, c Call) goja.Value { return c.Realm.Int(s.frame.Offset()) })
	method("toString", func(s *callSite, c Call) goja.Value { return c.String(s.String()) })
	method("isConstructor", func(s *callSite, c Call) goja.Value { return c.Bool(s.constructs()) })
	method("isAsync", func(s *callSite, c Call) goja.Value { return c.Bool(s.frame.Async) })
	// What is called on undefined is; and V8 reports false for its own functions.
	method("isToplevel", func(s *callSite, c Call) goja.Value { return c.Bool(s.toplevel()) })
	// Strict functions do not tell these, and all of a Worker's are. V8 has no functions that are native in this sense.
	for _, name := range []string{"getThis", "getFunction", "getEvalOrigin"} {
		method(name, func(_ *callSite, c Call) goja.Value { return c.Undefined() })
	}
	method("getPromiseIndex", func(*callSite, Call) goja.Value { return goja.Null() })
	for _, name := range []string{"isNative", "isEval", "isPromiseAll"} {
		method(name, func(_ *callSite, c Call) goja.Value { return c.Bool(false) })
	}
}
