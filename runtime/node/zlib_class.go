package node

import (
	"context"
	"errors"
	"hash/crc32"

	"github.com/dop251/goja"

	"devserver/runtime/webidl"
)

// zlibNatives is what zlib.js asks of Go.
var zlibNatives = webidl.NewClass("zlib", zlibIDL{})

type zlibIDL struct{}

func (zlibIDL) Define(class *webidl.Class) {
	class.Statics = []webidl.Member{
		// open(mode, options) makes a handle.
		webidl.Static("open", 2, func(c webidl.Call) goja.Value {
			h := &zlibHandle{mode: zmode(c.Arg(0).ToInteger()), options: zoptionsOf(c, 1)}
			codec, err := newZcodec(h.mode, h.options)
			if err != nil {
				throwZlib(c, err)
			}
			h.codec = codec
			if host, ok := c.Realm.Host.(interface{ Context() context.Context }); ok {
				h.leave = context.AfterFunc(host.Context(), codec.close)
			}
			return c.Realm.New(zlibHandleClass, h)
		}),
		// transcode(mode, options, data, flush, limit) does all at once.
		webidl.Static("transcode", 5, func(c webidl.Call) goja.Value {
			data, ok := bytesOrText(c, 2)
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'zlibSync' on 'ZlibUtil': parameter 1 is not of type 'string or ArrayBuffer or ArrayBufferView'."))
			}
			out, err := transcodeAll(zmode(c.Arg(0).ToInteger()), zoptionsOf(c, 1), data, int(c.Arg(3).ToInteger()), int(c.Arg(4).ToInteger()))
			switch {
			case err == errLimit:
				c.Throw(webidl.RangeErrorf("Memory limit exceeded"))
			case err != nil:
				c.Throw(webidl.Errorf("%s", err.Error()))
			}
			return newBuffer(c.Realm, out)
		}),
		webidl.Static("crc32", 2, func(c webidl.Call) goja.Value {
			data, ok := bytesOrText(c, 0)
			if !ok {
				c.Throw(webidl.TypeErrorf("Failed to execute 'crc32' on 'ZlibUtil': parameter 1 is not of type 'string or ArrayBuffer or ArrayBufferView'."))
			}
			return c.Realm.VM.ToValue(int64(crc32.Update(uint32(c.Arg(1).ToInteger()), crc32.IEEETable, data)))
		}),
	}
}

func bytesOrText(c webidl.Call, i int) ([]byte, bool) {
	if text, ok := c.Arg(i).(goja.String); ok {
		return []byte(c.Realm.USVString(text)), true
	}
	return c.Realm.Bytes(c.Arg(i))
}

// zoptionsOf takes {level, windowBits, strategy, dictionary, params}, which the script has checked.
func zoptionsOf(c webidl.Call, i int) zoptions {
	d := c.Dictionary(i)
	number := func(name string) int {
		v, ok := d.Get(name)
		if !ok {
			return 0
		}
		return int(v.ToInteger())
	}
	o := zoptions{level: number("level"), windowBits: number("windowBits"), strategy: number("strategy")}
	if v, ok := d.Get("dictionary"); ok {
		data, _ := c.Realm.Bytes(v)
		o.dictionary = append([]byte{}, data...)
	}
	if v, ok := d.Get("params"); ok {
		o.params = map[int]int{}
		params := v.(*goja.Object)
		for _, key := range params.Keys() {
			o.params[int(c.Realm.String(key).ToInteger())] = int(params.Get(key).ToInteger())
		}
	}
	return o
}

// throwZlib throws an error with one of zlib's numbers, for the script to name.
func throwZlib(c webidl.Call, err error) {
	e := c.Realm.ErrorValue(webidl.Errorf("%s", err.Error()))
	if z, ok := errors.AsType[*zerror](err); ok {
		e.(*goja.Object).Set("errno", z.errno)
		if z.code != "" {
			e.(*goja.Object).Set("code", z.code)
		}
	}
	panic(e)
}

// zlibHandle is what does the work of a stream.
type zlibHandle struct {
	mode     zmode
	options  zoptions
	codec    zcodec
	in       []byte      // what is left of a write
	taken    int         // how much of what was written has been used since somebody asked
	followed bool        // something follows the end of the data
	leave    func() bool // undoes that the codec is closed with the isolate
}

var zlibHandleClass = webidl.NewClass("ZlibHandle", zlibHandleIDL{})

type zlibHandleIDL struct{}

func (zlibHandleIDL) Define(class *webidl.Class) {
	class.Members = []webidl.Member{
		// write(data, flush, room, last) returns what comes of the data and of what an earlier write has left.
		webidl.Method("write", 4, func(h *zlibHandle, c webidl.Call) goja.Value {
			data, _ := c.Realm.Bytes(c.Arg(0))
			if len(h.in) > 0 || len(data) > 0 {
				h.in = append(h.in, data...)
			}
			out, rest, err := h.codec.write(nil, h.in, int(c.Arg(2).ToInteger()), int(c.Arg(1).ToInteger()), c.Arg(3).ToBoolean())
			h.taken += len(h.in) - len(rest)
			if d, ok := h.codec.(*decoder); ok && d.ended {
				h.taken -= d.over
				h.followed = h.followed || d.over > 0
				d.over = 0
			}
			h.in = rest
			if err != nil && len(out) == 0 {
				throwZlib(c, err)
			}
			return newBuffer(c.Realm, out)
		}),
		webidl.Method("taken", 0, func(h *zlibHandle, c webidl.Call) goja.Value {
			n := h.taken
			h.taken = 0
			return c.Realm.Int(n)
		}),
		webidl.Method("followed", 0, func(h *zlibHandle, c webidl.Call) goja.Value { return c.Bool(h.followed) }),
		webidl.Method("params", 2, func(h *zlibHandle, c webidl.Call) goja.Value {
			if d, ok := h.codec.(*deflater); ok {
				d.params(int(c.Arg(0).ToInteger()), int(c.Arg(1).ToInteger()))
			}
			return c.Undefined()
		}),
		webidl.Method("reset", 0, func(h *zlibHandle, c webidl.Call) goja.Value {
			codec, err := newZcodec(h.mode, h.options)
			c.Check(err)
			h.close()
			h.codec, h.in = codec, nil
			if host, ok := c.Realm.Host.(interface{ Context() context.Context }); ok {
				h.leave = context.AfterFunc(host.Context(), codec.close)
			}
			return c.Undefined()
		}),
		webidl.Method("close", 0, func(h *zlibHandle, c webidl.Call) goja.Value {
			h.close()
			return c.Undefined()
		}),
	}
}

func (h *zlibHandle) close() {
	if h.leave != nil {
		h.leave()
	}
	h.codec.close()
}
