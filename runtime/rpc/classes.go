package rpc

import (
	"github.com/dop251/goja"

	"devserver/runtime/fetch"
	"devserver/runtime/structuredclone"
	"devserver/runtime/webidl"
)

// The classes of what calls are made through. Their objects have whatever is asked of them: which of it there is turns out
// on the other side.
var (
	StubClass     = shown("JsRpcStub", "RpcStub", stubIDL{})
	PromiseClass  = shown("JsRpcPromise", "RpcPromise", promiseIDL{})
	PropertyClass = shown("JsRpcProperty", "RpcProperty", propertyIDL{})
)

// shown makes a class whose constructor has another name than the class.
func shown(name, constructor string, definition webidl.Definition) *webidl.Class {
	class := webidl.NewClass(name, definition)
	class.Shown = constructor
	return class
}

// noThenable leaves out the one property that no wildcard may stand in for: what has it is awaited.
func noThenable(_ *webidl.Realm, name string) bool { return name != "then" }

func anything(*webidl.Realm, string) bool { return true }

type stubIDL struct{}

func (stubIDL) Define(class *webidl.Class) {
	class.Construct = func(c webidl.Call) any {
		obj, ok := c.Arg(0).(*goja.Object)
		if !ok {
			c.Throw(webidl.TypeErrorf("Failed to construct 'JsRpcStub': constructor parameter 1 is not of type 'Object'."))
		}
		if st, ok := webidl.As[*stub](c.Realm, obj); ok {
			c.Check(st.usable())
			return &stub{st.reference.dup()}
		}
		s := scopeOf(c.Realm)
		if !s.isRecord(obj) && !s.isTarget(obj) {
			c.Throw(webidl.TypeErrorf("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives."))
		}
		ref := &reference{export: s.newExport(obj, false), holder: s}
		s.own(ref)
		return &stub{ref}
	}
	class.Operable(func(c webidl.Call) goja.Value {
		return call(c, webidl.MustAs[*stub](c), nil)
	})
	class.Wildcard(func(c webidl.Call, name string) goja.Value {
		st, ok := webidl.As[*stub](c.Realm, c.This)
		if !ok || name == "then" {
			return nil
		}
		return propertyOf(c.Realm, st, nil, name)
	}, noThenable)
	class.Members = []webidl.Member{
		webidl.Method("dup", 0, func(st *stub, c webidl.Call) goja.Value {
			c.Check(st.usable())
			return c.Realm.New(StubClass, &stub{st.reference.dup()})
		}),
		webidl.SymbolMethod(webidl.SymDispose, "[Symbol.dispose]", 0, func(st *stub, c webidl.Call) goja.Value {
			st.dispose()
			return c.Undefined()
		}),
	}
}

// call is the call of what stands for something elsewhere.
func call(c webidl.Call, to origin, path []string) goja.Value {
	p := scopeOf(c.Realm).invoke(to, path, true, c.Args)
	return c.Realm.New(PromiseClass, p)
}

type promiseIDL struct{}

func (promiseIDL) Define(class *webidl.Class) {
	class.Operable(func(c webidl.Call) goja.Value { return call(c, webidl.MustAs[*promise](c), nil) })
	class.Wildcard(func(c webidl.Call, name string) goja.Value {
		p, ok := webidl.As[*promise](c.Realm, c.This)
		if !ok {
			return nil
		}
		return propertyOf(c.Realm, p, nil, name)
	}, anything)
	class.Members = append(thenable(func(p *promise) *promise { return p }),
		webidl.SymbolMethod(webidl.SymDispose, "[Symbol.dispose]", 0, func(p *promise, c webidl.Call) goja.Value {
			p.dispose()
			return c.Undefined()
		}))
}

type propertyIDL struct{}

func (propertyIDL) Define(class *webidl.Class) {
	class.Operable(func(c webidl.Call) goja.Value {
		p := webidl.MustAs[*property](c)
		return call(c, p.from, p.path)
	})
	class.Wildcard(func(c webidl.Call, name string) goja.Value {
		p, ok := webidl.As[*property](c.Realm, c.This)
		if !ok {
			return nil
		}
		return propertyOf(c.Realm, p.from, p.path, name)
	}, anything)
	class.Members = thenable((*property).read)
}

// thenable are the methods of promises, on what has one.
func thenable[T any](of func(T) *promise) []webidl.Member {
	method := func(name string, length int) webidl.Member {
		return webidl.Method(name, length, func(this T, c webidl.Call) goja.Value {
			promise := of(this).inner.Value()
			v, err := c.Realm.IntrinsicMethod("Promise", name)(promise, c.Args...)
			c.Realm.Rethrow(err)
			return v
		}).Lenient()
	}
	return []webidl.Member{method("then", 2), method("catch", 1), method("finally", 1)}
}

// loopbackClass is the class of what ctx.exports has: a Fetcher that can be called, to make one with props.
var loopbackClass = webidl.NewClass("LoopbackServiceStub", loopbackIDL{})

type loopbackIDL struct{}

func (loopbackIDL) Define(class *webidl.Class) {
	class.Parent = fetch.FetcherClass
	class.Operable(func(c webidl.Call) goja.Value {
		s := fetch.TargetOf(c.Realm, c.This).(*service)
		options, ok := c.Arg(0).(*goja.Object)
		if !ok {
			c.Throw(webidl.TypeErrorf("Failed to execute '(called as function)' on 'LoopbackServiceStub': parameter 1 is not of type 'Options'."))
		}
		e := s.entry
		switch props := options.Get("props").(type) {
		case *goja.Object:
			e.Props = structuredclone.Serialize(c.Realm, props, propsCarrier{&carrier{scope: scopeOf(c.Realm)}})
		default:
			if props != nil && !goja.IsUndefined(props) {
				c.Throw(webidl.TypeErrorf("Incorrect type for the 'props' field on 'Options': the provided value is not of type 'Object'."))
			}
		}
		return NewFetcher(c.Realm, s.worker, e)
	})
}

// propsCarrier carries what ctx.props may have besides data: they stay for as long as there is somebody with them, which
// only services do.
type propsCarrier struct{ *carrier }

var errProps = webidl.DOMErrorf("DataCloneError", "Remote RPC references can only be serialized for RPC.")

// Carry implements [structuredclone.Carrier].
func (c propsCarrier) Carry(obj *goja.Object) (structuredclone.External, error) {
	r := c.scope.realm
	if t := fetch.TargetOf(r, obj); t != nil {
		return c.carrier.Carry(obj)
	}
	switch r.Impl(obj).(type) {
	case target, *stub, *promise, *property:
		return nil, errProps
	}
	return nil, nil
}
