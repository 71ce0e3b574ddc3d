package node

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// cryptoNatives is what crypto.js, and its parts in internal/crypto, ask of Go: https://nodejs.org/api/crypto.html
//
// The sources check arguments and word what is wrong with them. What is here takes bytes, names and handles: objects
// without properties that stand for a Go value. The cryptography is that of the standard library and golang.org/x/crypto;
// which algorithms there are, and what errors say, is as in Workers, whose library is BoringSSL, not OpenSSL.
var cryptoNatives = webidl.NewClass("crypto", cryptoIDL{})

type cryptoIDL struct{}

func (cryptoIDL) Define(class *webidl.Class) {
	class.Statics = slices.Concat(moduleNatives, hashNatives, cipherNatives, keyNatives, generateNatives, signNatives, rsaNatives,
		kdfNatives, ecdhNatives, dhNatives, primeNatives, x509Natives)
}

var moduleNatives = []webidl.Member{
	webidl.Static("exports", 1, func(c webidl.Call) goja.Value { return newExportList(c.Realm, "crypto", c.Function(0, "make")) }),
}

// cryptoHandle is the class of handles.
var cryptoHandle = webidl.NewClass("CryptoHandle", cryptoHandleIDL{})

type cryptoHandleIDL struct{}

func (cryptoHandleIDL) Define(*webidl.Class) {}

func newHandle(c webidl.Call, impl any) goja.Value { return c.Realm.New(cryptoHandle, impl) }

// handleOf returns the Go value of the handle at index i.
func handleOf[T any](c webidl.Call, i int) T {
	impl, ok := webidl.As[T](c.Realm, c.Arg(i))
	if !ok {
		c.Throw(webidl.ErrIllegalInvocation)
	}
	return impl
}

// dataAt returns the bytes of the argument at index i, which are not copied, or of a string in the encoding that the
// next argument names.
func dataAt(c webidl.Call, i int) []byte {
	v := c.Arg(i)
	if !goja.IsString(v) {
		data, _ := c.Realm.Bytes(v)
		return data
	}
	encoding := c.Arg(i + 1)
	if webidl.IsNullish(encoding) || encoding.String() == "buffer" {
		return utf8Encoding.encode(v)
	}
	return encodingOf(c.Realm, encoding).encode(v)
}

// textOr returns bytes, which it takes over, as a Buffer, or as a string if encoding names one.
func textOr(c webidl.Call, data []byte, encoding goja.Value) goja.Value {
	if webidl.IsNullish(encoding) || encoding.String() == "buffer" {
		return newBuffer(c.Realm, data)
	}
	return encodingOf(c.Realm, encoding).decode(c.Realm, data)
}

// longest is how long work off the loop may take: no isolate lives longer after its response.
const longest = 30 * time.Second

// outcome is what work has come to.
type outcome[T any] struct {
	value T
	err   error
}

// do does work that must not touch the engine, and that ends early, in vain, once stop reports true.
func do[T any](work func(stop func() bool) (T, error), stop func() bool) (o outcome[T]) {
	defer func() {
		if failure := recover(); failure != nil {
			o.err = fmt.Errorf("%v", failure)
		}
	}()
	o.value, o.err = work(stop)
	return o
}

// promised does slow work off the loop and returns a promise of what result makes of it on the loop.
func promised[T any](c webidl.Call, work func(stop func() bool) (T, error), result func(T) goja.Value) goja.Value {
	promise, operation := c.Realm.NewPromise(), c.Realm.Loop.Begin()
	end := time.Now().Add(longest)
	go func() {
		o := do(work, func() bool { return time.Now().After(end) })
		operation.Done(func() {
			if o.err != nil {
				promise.Reject(o.err)
				return
			}
			promise.Resolve(result(o.value))
		})
	}()
	return promise.Value()
}

// bounded does slow work while the script waits, but no longer than the script may run: an interruption does not reach
// what Go does. Work that does not heed stop is left behind.
func bounded[T any](c webidl.Call, work func(stop func() bool) (T, error)) T {
	done := make(chan outcome[T], 1)
	var stopped atomic.Bool
	go func() { done <- do(work, stopped.Load) }()
	watch := time.NewTicker(20 * time.Millisecond)
	defer watch.Stop()
	for {
		select {
		case o := <-done:
			c.Check(o.err)
			return o.value
		case <-watch.C:
			if c.Realm.Loop.Exceeded() {
				stopped.Store(true)
				c.Throw(webidl.Errorf("The operation takes too long"))
			}
		}
	}
}
