package webidl

import (
	"github.com/dop251/goja"

	"devserver/runtime/engine"
)

// DOMException is the Go value behind a DOMException: https://webidl.spec.whatwg.org/#idl-DOMException
type DOMException struct {
	Name, Message string
}

// legacyCodes are the values of the code attribute, which only old names have.
var legacyCodes = []struct {
	constant, name string
}{
	1:  {"INDEX_SIZE_ERR", "IndexSizeError"},
	2:  {"DOMSTRING_SIZE_ERR", ""},
	3:  {"HIERARCHY_REQUEST_ERR", "HierarchyRequestError"},
	4:  {"WRONG_DOCUMENT_ERR", "WrongDocumentError"},
	5:  {"INVALID_CHARACTER_ERR", "InvalidCharacterError"},
	6:  {"NO_DATA_ALLOWED_ERR", ""},
	7:  {"NO_MODIFICATION_ALLOWED_ERR", "NoModificationAllowedError"},
	8:  {"NOT_FOUND_ERR", "NotFoundError"},
	9:  {"NOT_SUPPORTED_ERR", "NotSupportedError"},
	10: {"INUSE_ATTRIBUTE_ERR", "InUseAttributeError"},
	11: {"INVALID_STATE_ERR", "InvalidStateError"},
	12: {"SYNTAX_ERR", "SyntaxError"},
	13: {"INVALID_MODIFICATION_ERR", "InvalidModificationError"},
	14: {"NAMESPACE_ERR", "NamespaceError"},
	15: {"INVALID_ACCESS_ERR", "InvalidAccessError"},
	16: {"VALIDATION_ERR", ""},
	17: {"TYPE_MISMATCH_ERR", "TypeMismatchError"},
	18: {"SECURITY_ERR", "SecurityError"},
	19: {"NETWORK_ERR", "NetworkError"},
	20: {"ABORT_ERR", "AbortError"},
	21: {"URL_MISMATCH_ERR", "URLMismatchError"},
	22: {"QUOTA_EXCEEDED_ERR", "QuotaExceededError"},
	23: {"TIMEOUT_ERR", "TimeoutError"},
	24: {"INVALID_NODE_TYPE_ERR", "InvalidNodeTypeError"},
	25: {"DATA_CLONE_ERR", "DataCloneError"},
}

// DOMExceptionClass is the class DOMException. Its objects are real errors: they have a stack.
var DOMExceptionClass = NewClass("DOMException", domExceptionIDL{})

type domExceptionIDL struct{}

func (domExceptionIDL) Define(class *Class) {
	class.base = func(r *Realm) *goja.Object {
		return r.intrinsics.prototype("Error")
	}
	class.create = func(r *Realm, proto *goja.Object) *goja.Object {
		obj, err := r.VM.New(r.intrinsics.get("Error"))
		r.Rethrow(err)
		obj.SetPrototype(proto)
		return obj
	}
	// As in workerd, an instance has its attributes itself, and all of it is enumerable: JSON.stringify and {...e} show it.
	class.complete = func(r *Realm, obj *goja.Object, impl any) {
		const yes, no = goja.FLAG_TRUE, goja.FLAG_FALSE
		e := impl.(*DOMException)
		obj.DefineDataProperty("code", r.Int(e.code()), no, yes, yes)
		obj.DefineDataProperty("name", r.String(e.Name), no, yes, yes)
		obj.DefineDataProperty("message", r.String(e.Message), no, yes, yes)
		obj.DefineAccessorProperty("stack", nil, nil, goja.FLAG_NOT_SET, yes)
		engine.MoveLast(obj, "stack")
	}
	class.Construct = func(c Call) any {
		e := &DOMException{Name: "Error"}
		if c.Has(0) {
			e.Message = c.USVString(0)
		}
		if !c.Has(1) {
			return e
		}
		options, ok := c.Arg(1).(*goja.Object)
		if !ok {
			e.Name = c.USVString(1)
			return e
		}
		if name, ok := c.Realm.Dictionary(options).String("name"); ok {
			e.Name = name
		}
		if cause := options.Get("cause"); cause != nil {
			c.Object().DefineDataProperty("cause", cause, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
		}
		return e
	}
	class.Members = []Member{
		ReadOnly("name", func(e *DOMException, c Call) goja.Value { return c.String(e.Name) }),
		ReadOnly("message", func(e *DOMException, c Call) goja.Value { return c.String(e.Message) }),
		ReadOnly("code", func(e *DOMException, c Call) goja.Value { return c.Realm.Int(e.code()) }),
	}
	for code, legacy := range legacyCodes {
		if code > 0 {
			class.Statics = append(class.Statics, Constant(legacy.constant, code))
		}
	}
	class.Members = append(class.Members, class.Statics...)
}

func (e *DOMException) code() int {
	for code, legacy := range legacyCodes {
		if legacy.name != "" && legacy.name == e.Name {
			return code
		}
	}
	return 0
}

// DOMException makes a DOMException object.
func (r *Realm) DOMException(name, message string) *goja.Object {
	return r.New(DOMExceptionClass, &DOMException{Name: name, Message: message})
}
