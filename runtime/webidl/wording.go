package webidl

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja"
)

// Scripts, and who reads their errors, know those of V8. What the engine says is put into V8's words where the engine makes
// the error, as only there it is known what it is about: the value, and the place in the source. Errors that scripts make
// are theirs.

// wordings are what a realm has for it: proxies of the engine's constructors, which only the engine gets at.
type wordings struct {
	layout *layout
	hooked [len(wordedErrors)]bool
	busy   bool // an error is being worded
}

// wordedErrors are the classes.
var wordedErrors = [...]string{"TypeError", "RangeError", "ReferenceError", "URIError"}

// WordErrors has the engine word its errors of a class as V8 does.
func (r *Realm) WordErrors(class string) {
	l, i := engineLayout(), slices.Index(wordedErrors[:], class)
	if l == nil || i < 0 || r.wordings.hooked[i] {
		return
	}
	// The global is there before anything else stands where the engine has its constructor: scripts never see that.
	r.Intrinsic(class)
	place := l.constructor(r.VM, l.errors[i])
	real := *place
	if real == nil {
		return
	}
	if _, ok := goja.AssertConstructor(real); !ok {
		return
	}
	r.wordings.layout, r.wordings.hooked[i] = l, true
	*place = r.VM.ToValue(r.VM.NewProxy(real, &goja.ProxyTrapConfig{
		Construct: func(_ *goja.Object, args []goja.Value, _ *goja.Object) *goja.Object {
			if w := &r.wordings; len(args) == 1 && !w.busy {
				w.busy = true
				// If this fails, the engine's words remain.
				r.Try(func() { args = []goja.Value{r.String(r.worded(class, args[0].String()))} })
				w.busy = false
			}
			construct, _ := goja.AssertConstructor(real) // of now: see TraceErrors
			obj, err := construct(real, args...)
			r.Rethrow(err)
			return obj
		},
	})).(*goja.Object)
}

var notAnObject = regexp.MustCompile(`^(?:Value is not an object|Value is not callable|Not a function): `)

var plainWords = map[string]string{
	"No initial value":                                                     "Reduce of empty array with no initial value",
	"Promise self-resolution":                                              "Chaining cycle detected for promise #<Promise>",
	"Illegal generator state":                                              "Generator is already running",
	"prototype is not an object":                                           "Function has non-object prototype 'undefined' in instanceof check",
	"Malformed URI":                                                        "URI malformed",
	"exponent must be positive":                                            "Exponent must be positive",
	"Source is too large":                                                  "offset is out of bounds",
	"RegExp doesn't have global flag set":                                  "String.prototype.matchAll called with a non-global RegExp argument",
	"radix must be an integer between 2 and 36":                            "toString() radix argument must be between 2 and 36",
	"toFixed() precision must be between 0 and 100":                        "toFixed() digits argument must be between 0 and 100",
	"toPrecision() precision must be between 1 and 100":                    "toPrecision() argument must be between 1 and 100",
	"toExponential() precision must be between 0 and 100":                  "toExponential() argument must be between 0 and 100",
	"The normalization form should be one of NFC, NFD, NFKC, NFKD":         "The normalization form should be one of NFC, NFD, NFKC, NFKD.",
	"Must call super constructor in derived class before accessing 'this'": "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
	"Must call super constructor in derived class before returning from derived constructor": "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
}

// worded puts what the engine says into V8's words, as far as they differ.
func (r *Realm) worded(class, message string) string {
	if words, ok := plainWords[message]; ok {
		return words
	}
	m, ok := r.wordings.layout.now(r.VM)
	if !ok {
		return message
	}
	w := &worder{r, &m}
	switch class {
	case "RangeError":
		return w.ranges(message)
	case "ReferenceError":
		if message == "Cannot access a variable before initialization" {
			if name := identifierAt(m.source, m.at); name != "" && !m.native {
				return "Cannot access '" + name + "' before initialization"
			}
		}
		return message
	case "TypeError":
		return w.types(message)
	}
	return message
}

type worder struct {
	realm *Realm
	*moment
}

func (w *worder) ranges(message string) string {
	switch {
	case message == "Invalid count value":
		return message + ": " + w.argument(0).String()
	case strings.HasPrefix(message, "Byte length of "), strings.HasPrefix(message, "Start offset of "):
		return strings.ToLower(message[:1]) + message[1:]
	case strings.HasPrefix(message, "Cannot convert ") && strings.HasSuffix(message, " to a BigInt"):
		return "The number " + strings.TrimSuffix(strings.TrimPrefix(message, "Cannot convert "), " to a BigInt") + " cannot be converted to a BigInt because it is not an integer"
	case strings.HasPrefix(message, "Invalid index ") && w.name == "_new" && !w.native:
		return "Invalid array buffer length"
	case strings.HasPrefix(message, "Index ") && strings.HasSuffix(message, " is out of bounds"):
		return "Offset is outside the bounds of the DataView"
	}
	return message
}

func nullish(v goja.Value) bool { return v == nil || goja.IsUndefined(v) || goja.IsNull(v) }

func (w *worder) types(message string) string {
	call := !w.native && strings.HasPrefix(w.name, "call")
	switch {
	case strings.HasPrefix(message, "Cannot read property '"):
		return w.reading(message)
	case message == "Cannot convert undefined or null to object":
		return w.toObject(message)
	case strings.HasPrefix(message, "Object has no member '"):
		if call {
			return calleeText(w.source, w.at) + " is not a function"
		}
	case notAnObject.MatchString(message):
		return w.notAnObject(message, call)
	case message == "Value is not a constructor":
		if w.name == "_new" && !w.native {
			return newText(w.source, w.at) + " is not a constructor"
		}
		if w.native {
			return w.show(w.argument(0)) + " is not a constructor"
		}
	case message == "object is not iterable":
		return w.iterating(message)
	case message == "Value is not object coercible":
		return w.destructuring(message)
	case message == "Class constructor cannot be invoked without 'new'":
		if call {
			if class, ok := w.top(int(w.op.Convert(intType).Int())).(*goja.Object); ok {
				return "Class constructor " + textOf(class.Get("name")) + " cannot be invoked without 'new'"
			}
		}
	case message == "Constructor Promise requires 'new'":
		return "Promise constructor cannot be invoked without 'new'"
	case strings.HasPrefix(message, "Could not convert &{"):
		return "Cannot convert object to primitive value"
	case message == "The comparison function must be either a function or undefined" && w.native:
		return message + ": " + w.show(w.argument(0))
	case strings.HasSuffix(message, " is not a function") && w.native:
		if name := w.functionName(); slices.Contains(callbackMethods, name) && message == w.argument(0).String()+" is not a function" {
			return Described(w.argument(0)) + " is not a function"
		}
	case message == "" || strings.HasPrefix(message, "Cannot assign to read only property '"):
		return w.readOnly(message)
	case strings.HasPrefix(message, "Receiver is not an object: ") && !w.native:
		if name, _, ok := w.target(); ok {
			value := strings.TrimPrefix(message, "Receiver is not an object: ")
			return fmt.Sprintf("Cannot create property '%s' on %s '%s'", name, kindOf(w.top(w.depth())), value)
		}
	case strings.HasPrefix(message, "Cannot delete property '"):
		if i := strings.Index(message, "' of "); i > 0 && !w.native {
			object := w.top(0)
			if strings.Contains(w.name, "Elem") {
				object = w.top(1)
			}
			return message[:i] + "' of " + w.show(object)
		} else if i > 0 && (w.functionName() == "pop" || w.functionName() == "shift") {
			return message[:i] + "' of [object Array]"
		}
	case strings.HasSuffix(message, " called on incompatible receiver [object Object]"):
		return strings.TrimSuffix(message, "[object Object]") + "#<Object>"
	case strings.HasPrefix(message, "Method Date.prototype."):
		return "this is not a Date object."
	case message == "Proxy already revoked" && strings.HasPrefix(w.name, "getProp"):
		return "Cannot perform 'get' on a proxy that has been revoked"
	case strings.HasPrefix(message, "Expecting a function in instanceof check"):
		return "Right-hand side of 'instanceof' is not callable"
	case message == "[object Object] is not extensible":
		return "#<Object> is not extensible"
	}
	return message
}

// callbackMethods say of what is not a function of which type it is.
var callbackMethods = []string{
	"map", "forEach", "filter", "some", "every", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "reduce", "reduceRight", "from",
}

func (w *worder) functionName() string {
	if fn := w.function(); fn != nil {
		return textOf(fn.Get("name"))
	}
	return ""
}

// textOf is a string, or "" for what is none.
func textOf(v goja.Value) string {
	if s, ok := v.(goja.String); ok {
		return s.String()
	}
	return ""
}

// kindOf is what typeof says.
func kindOf(v goja.Value) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case *goja.Object:
		if _, ok := goja.AssertFunction(v); ok {
			return "function"
		}
		return "object"
	case *goja.Symbol:
		return "symbol"
	case goja.String:
		return "string"
	}
	switch v.Export().(type) {
	case nil:
		if goja.IsNull(v) {
			return "object"
		}
		return "undefined"
	case bool:
		return "boolean"
	case int64, float64:
		return "number"
	}
	return "bigint"
}

// Described is a value as V8's messages show it where there is nothing in the source to show: with its type.
func Described(v goja.Value) string {
	switch kind := kindOf(v); kind {
	case "object":
		if goja.IsNull(v) {
			return "object null"
		}
		return kind
	case "string":
		return `string "` + v.String() + `"`
	case "number", "boolean":
		return kind + " " + v.String()
	default:
		return kind
	}
}

// show is a value as V8 has it in most messages.
func (w *worder) show(v goja.Value) string {
	obj, ok := v.(*goja.Object)
	if !ok {
		if symbol, ok := v.(*goja.Symbol); ok {
			return "Symbol(" + symbol.String() + ")"
		}
		if v == nil {
			return "undefined"
		}
		return v.String()
	}
	if _, callable := goja.AssertFunction(obj); callable {
		return obj.String()
	}
	if obj.ClassName() == "Array" {
		return "[object Array]"
	}
	name := "Object"
	if !IsProxy(obj) {
		if constructor, ok := obj.Get("constructor").(*goja.Object); ok && !IsProxy(constructor) {
			if own := textOf(constructor.Get("name")); own != "" {
				name = own
			}
		}
	}
	return "#<" + name + ">"
}

var quotedName = regexp.MustCompile(`(?s)^Cannot read property '(.*)' of undefined(?: or null)?$`)

// reading words what is thrown where a property of undefined or null is read.
func (w *worder) reading(message string) string {
	match := quotedName.FindStringSubmatch(message)
	if match == nil || w.native {
		return message
	}
	name, depth := match[1], 0
	switch w.name {
	case "getProp", "getPropRecv", "getPropRecvCallee", "getPropCallee":
	case "_getElem", "_getElemCallee", "_getKey":
		depth = 1
		if symbol, ok := w.top(0).(*goja.Symbol); ok {
			name = "Symbol(" + symbol.String() + ")"
		}
	default:
		return message
	}
	object := w.top(depth)
	if !nullish(object) {
		return message
	}
	return fmt.Sprintf("Cannot read properties of %s (reading '%s')", w.show(object), name)
}

// target is the name of the property that is being set, and the object, where the instruction does that.
func (w *worder) target() (name string, object goja.Value, ok bool) {
	if w.native {
		return "", nil, false
	}
	switch w.name {
	case "setProp", "setPropP", "setPropStrict", "setPropStrictP":
		return w.op.String(), w.top(1), true
	case "_setElem", "_setElemP", "_setElemStrict", "_setElemStrictP":
		if w.top(1) == nil {
			return "", nil, false
		}
		return w.show(w.top(1)), w.top(2), true
	}
	return "", nil, false
}

func (w *worder) depth() int {
	if strings.HasPrefix(w.name, "_setElem") {
		return 2
	}
	return 1
}

func (w *worder) toObject(message string) string {
	if name, object, ok := w.target(); ok && nullish(object) {
		return fmt.Sprintf("Cannot set properties of %s (setting '%s')", w.show(object), name)
	}
	if !w.native {
		return w.iterating(message)
	}
	switch name := w.functionName(); {
	case slices.Contains(callbackMethods, name) && nullish(w.argument(0)):
		if this, ok := w.stackAt(w.sb - 2); ok && !nullish(this) {
			if name == "from" {
				return "undefined is not iterable (cannot read property Symbol(Symbol.iterator))"
			}
			return Described(w.argument(0)) + " is not a function"
		}
	case name == "race" || name == "all" || name == "any" || name == "allSettled":
		return Described(w.argument(0)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	}
	return message
}

func (w *worder) stackAt(i int) (goja.Value, bool) {
	if i < 0 || i >= len(w.stack) {
		return nil, false
	}
	return w.stack[i], true
}

func (w *worder) notAnObject(message string, call bool) string {
	value := message[len(notAnObject.FindString(message)):]
	switch {
	case call:
		return calleeText(w.source, w.at) + " is not a function"
	case w.native:
		switch name := w.functionName(); {
		case slices.Contains(callbackMethods, name) && (len(w.stack) <= w.sb || w.argument(0).String() == value):
			return Described(w.argument(0)) + " is not a function"
		case name == "set":
			return "Invalid value used as weak map key"
		case name == "add":
			return "Invalid value used in weak set"
		case name == "fromEntries":
			return "Iterator value " + value + " is not an entry object"
		case name == "all" || name == "race" || name == "any" || name == "allSettled":
			return Described(w.argument(0)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
		}
	case w.name == "_new":
		n := int(w.op.Convert(intType).Int())
		constructor, ok := w.top(n).(*goja.Object)
		if !ok {
			return newText(w.source, w.at) + " is not a constructor"
		}
		switch textOf(constructor.Get("name")) {
		case "Promise":
			if n == 0 {
				return "Promise resolver undefined is not a function"
			}
			return "Promise resolver " + w.show(w.top(n-1)) + " is not a function"
		case "Map":
			return "Iterator value " + value + " is not an entry object"
		case "WeakMap":
			return "Invalid value used as weak map key"
		case "WeakSet":
			return "Invalid value used in weak set"
		}
	case w.name == "_op_instanceof":
		return "Right-hand side of 'instanceof' is not an object"
	case w.name == "_op_in" || w.name == "_opIn":
		return fmt.Sprintf("Cannot use 'in' operator to search for '%s' in %s", w.show(w.top(1)), value)
	case strings.HasPrefix(w.name, "iterNext"):
		return "Iterator result " + value + " is not an object"
	case strings.HasPrefix(w.name, "_iterate"):
		return "Result of the Symbol.iterator method is not an object"
	}
	return message
}

// iterating words what is thrown where what is not iterable is iterated over.
func (w *worder) iterating(message string) string {
	if w.native {
		if w.functionName() == "from" || w.functionName() == "fromEntries" || message == "object is not iterable" {
			return Described(w.argument(0)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
		}
		return message
	}
	switch w.name {
	case "_new":
		if n := int(w.op.Convert(intType).Int()); n > 0 {
			return Described(w.top(n-1)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
		}
	case "_pushSpread":
		if !nullish(w.top(0)) { // the words for arguments
			return "Spread syntax requires ...iterable[Symbol.iterator] to be a function"
		}
		if text := valueText(w.source, w.at, w.top(0)); text != "" {
			return text + " is not iterable (cannot read property " + w.top(0).String() + ")"
		}
		fallthrough
	case "_iterate", "_iterateP", "_pushArraySpread":
		if text := valueText(w.source, w.at, w.top(0)); text != "" {
			return text + " is not iterable"
		}
		return Described(w.top(0)) + " is not iterable (cannot read property Symbol(Symbol.iterator))"
	}
	return message
}

var firstName = regexp.MustCompile(`^\{\s*(?:\[)?["']?([\w$]+)`)

// destructuring words what is thrown where undefined or null is taken apart.
func (w *worder) destructuring(message string) string {
	if w.native {
		name := w.functionName()
		if name == "fromEntries" {
			return "undefined is not iterable"
		}
		if name == "setPrototypeOf" {
			return "Object.setPrototypeOf called on null or undefined"
		}
		return message
	}
	value := w.top(0)
	if !strings.HasPrefix(w.name, "_checkObjectCoercible") && !strings.HasPrefix(w.name, "_createDestructSrc") || !nullish(value) {
		return message
	}
	shown := w.show(value)
	before := strings.TrimRight(w.source[:w.at], " \n\t(")
	pattern, text := "", "undefined"
	if assign := strings.LastIndexByte(w.source[:w.at], '='); assign >= 0 && memberChain.MatchString(w.source[assign+1:w.at]) {
		if head := strings.TrimRight(w.source[:assign], " \n\t"); strings.HasSuffix(head, "}") {
			if open := openOf(head, len(head)-1); open >= 0 {
				pattern = head[open:]
			}
		}
		text = valueText(w.source, w.at, nil)
	} else if rest := strings.TrimLeft(w.source[w.at:], "( \n\t"); strings.HasPrefix(rest, "{") {
		pattern, text = rest, shown
		if name := firstName.FindStringSubmatch(rest); name != nil && strings.HasSuffix(before, ":") {
			return fmt.Sprintf("Cannot read properties of %s (reading '%s')", shown, name[1])
		}
	}
	if rest, _, _ := strings.Cut(w.source[w.at:min(len(w.source), w.at+500)], "="); pattern == "" {
		// The engine's place is that of the binding before.
		if inner := innerPattern.FindStringSubmatch(rest); inner != nil {
			return fmt.Sprintf("Cannot read properties of %s (reading '%s')", shown, inner[2])
		}
	}
	if text == "" {
		text = intermediate
	}
	name := firstName.FindStringSubmatch(pattern)
	if name == nil {
		if strings.HasPrefix(w.name, "_createDestructSrc") {
			return fmt.Sprintf("Cannot destructure '%s' as it is %s.", text, shown)
		}
		return fmt.Sprintf("Cannot destructure '%s' as it is %s.", shown, shown)
	}
	// The outer of two patterns has its object right below.
	if outer, ok := w.top(1).(*goja.Object); ok && !IsProxy(outer) {
		for _, inner := range innerPattern.FindAllStringSubmatch(pattern, -1) {
			if nullish(outer.Get(inner[1])) {
				return fmt.Sprintf("Cannot read properties of %s (reading '%s')", shown, inner[2])
			}
		}
	}
	return fmt.Sprintf("Cannot destructure property '%s' of '%s' as it is %s.", name[1], text, shown)
}

// memberChain is what may stand between = and the place that the engine has for a value that is taken apart.
var memberChain = regexp.MustCompile(`^[\w$.?\s()\[\]"']*$`)

var innerPattern = regexp.MustCompile(`([\w$]+)\s*:\s*\{\s*([\w$]+)`)

// readOnly words what is thrown where a property cannot be set.
func (w *worder) readOnly(message string) string {
	name, object, ok := w.target()
	if !ok || nullish(object) {
		return message
	}
	if obj, ok := object.(*goja.Object); ok && !IsProxy(obj) {
		describe := w.realm.IntrinsicFunction("Object", "getOwnPropertyDescriptor")
		for o := obj; o != nil && !IsProxy(o); o = o.Prototype() {
			v, err := describe(nil, o, w.realm.String(name))
			own, found := v.(*goja.Object)
			if err != nil || !found {
				continue
			}
			if get := own.Get("get"); get != nil && !goja.IsUndefined(get) {
				return fmt.Sprintf("Cannot set property %s of %s which has only a getter", name, w.show(obj))
			}
			break
		}
	}
	kind := kindOf(object)
	return fmt.Sprintf("Cannot assign to read only property '%s' of %s '%s'", name, kind, w.show(object))
}
