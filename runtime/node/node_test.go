package node_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/blob"
	"devserver/runtime/compat"
	"devserver/runtime/console"
	"devserver/runtime/events"
	"devserver/runtime/messaging"
	"devserver/runtime/node"
	"devserver/runtime/performance"
	"devserver/runtime/streams"
	"devserver/runtime/structuredclone"
	"devserver/runtime/textcodec"
	"devserver/runtime/timers"
	"devserver/runtime/webcrypto"
	"devserver/runtime/webidl"
	"devserver/runtime/weburl"

	"github.com/dop251/goja"
)

// globals are those that the modules need, and require.
func globals(t testing.TB) [][]webidl.Global {
	t.Helper()
	flags, problems := compat.Resolve("", nil)
	if problems != nil {
		t.Fatal(problems)
	}
	require := webidl.FunctionGlobal("require", 1, func(c webidl.Call) goja.Value { return node.Require(c.Realm, c.USVString(0)) })
	load := webidl.FunctionGlobal("namespace", 1, func(c webidl.Call) goja.Value { return node.Namespace(c.Realm, c.USVString(0)) })
	return [][]webidl.Global{
		{require, load, webidl.ClassGlobal(webidl.DOMExceptionClass)}, node.Globals(flags), console.Globals(), timers.NodeGlobals(),
		events.Globals(), textcodec.Globals(), weburl.Globals(), performance.Globals(true), webcrypto.Globals(), messaging.Globals(),
		structuredclone.Globals(), streams.Globals(), blob.Globals(),
	}
}

// TestExports compares what each module exports with the list that the build goes by.
func TestExports(t *testing.T) {
	flags, _ := compat.Resolve("", nil)
	iso := jstest.New(t, globals(t)...)
	for _, name := range node.Names(flags) {
		t.Run(name, func(t *testing.T) {
			got := iso.Run(t, `
				const ns = namespace('node:`+name+`'), whole = require('`+name+`')
				return Object.keys(ns).filter(k => k !== 'default' && ns[k] === undefined && !(k in whole)).join(' ')`)
			if got != "" {
				t.Errorf("it does not export: %s", got)
			}
			if node.Exports(name) == nil {
				t.Error("it is not in exports.txt")
			}
		})
	}
}

// TestErrors: what workerd's errors are made of, which JSON.stringify, {...err} and String show.
func TestErrors(t *testing.T) {
	const thrown = `function thrown(f) { try { f() } catch (e) { return [JSON.stringify(e), e, e.constructor.name, e.stack.split('\n')[0], Object.getPrototypeOf(e) === TypeError.prototype].join('|') } }
		const dns = require('dns'), events = require('events');
		`
	jstest.Table(t, []jstest.Case{
		{thrown + `return thrown(() => new events().on('x', 5))`, `{"code":"ERR_INVALID_ARG_TYPE","name":"TypeError"}|TypeError [ERR_INVALID_ARG_TYPE]: The "listener" argument must be of type function. Received type number (5)|TypeError|TypeError: The "listener" argument must be of type function. Received type number (5)|true`},
		{thrown + `return thrown(() => new events().emit('error', 5))`, `{"code":"ERR_UNHANDLED_ERROR","name":"Error","context":5}|Error [ERR_UNHANDLED_ERROR]: Unhandled error. (5)|ERR_UNHANDLED_ERROR|Error: Unhandled error. (5)|false`},
		{thrown + `return thrown(() => Buffer.alloc(2).readInt16LE(3))`, `{"code":"ERR_OUT_OF_RANGE","name":"RangeError"}|RangeError: The value of "offset" is out of range. It must be >= 0 && <= 2. Received 3|ERR_OUT_OF_RANGE|RangeError [ERR_OUT_OF_RANGE]: The value of "offset" is out of range. It must be >= 0 && <= 2. Received 3|false`},
		{thrown + `return thrown(() => Buffer.alloc(2).readInt16LE(1))`, `{"code":"ERR_OUT_OF_RANGE","name":"RangeError"}|RangeError: The value of "offset" is out of range. It must be >= 0 and <= 0. Received 1|ERR_OUT_OF_RANGE|RangeError [ERR_OUT_OF_RANGE]: The value of "offset" is out of range. It must be >= 0 and <= 0. Received 1|false`},
		{thrown + `return thrown(() => Buffer.alloc(2).readBigInt64LE(-1)).split('|')[1]`, `RangeError: The value of "offset" is out of range. It must be >= 0 && <= 2. Received 4294967295`},
		{thrown + `return thrown(() => setTimeout(5))`, `{"code":"ERR_INVALID_ARG_TYPE","name":"TypeError"}|TypeError [ERR_INVALID_ARG_TYPE]: The "callback" argument must be of type function. Received type number (5)|TypeError|TypeError: The "callback" argument must be of type function. Received type number (5)|true`},
		{thrown + `return thrown(() => require('fs').readFileSync('/nope')).split('|')[0]`, `{"syscall":"readAll","code":"ENOENT","path":"/nope"}`},
		{thrown + `return thrown(() => require('assert')(false)).split('|').slice(1, 4).join('|')`, `AssertionError [ERR_ASSERTION]: false == true|AssertionError|AssertionError [ERR_ASSERTION]: false == true`},
		{`try { await require('dns').promises.reverse('x') } catch (e) { return [JSON.stringify(e), e, e.constructor.name, 'errno' in e].join('|') }`, `{"code":"EBADQUERY","name":"Error","hostname":"x","syscall":"queryPTR"}|Error [EBADQUERY]: queryPTR EBADQUERY x|DnsError|true`},
		{`const dns = require('dns'); return [dns.promises.lookup === require('dns/promises').lookup, dns.promises.default === require('dns/promises'), dns.promises === dns.promises].join()`, `true,true,true`},
		{`try { await new (require('stream').Readable)({ read() {} }).destroy()[Symbol.asyncIterator]().next() } catch (e) { return [e, e instanceof TypeError].join('|') }`, `TypeError [ERR_STREAM_PREMATURE_CLOSE]: Premature close|true`},
	}, globals(t)...)
}

func TestModules(t *testing.T) {
	jstest.Table(t, []jstest.Case{
		{`const fs = require('fs'), l = []; for (const f of [() => fs.writeFileSync('/tmp/a', 'x', null), () => fs.readdirSync('/tmp', 'nope'), () => fs.realpathSync('/tmp', 5), () => fs.readFileSync('/tmp/a', null), () => fs.realpathSync('/tmp', 'hex')]) try { fs.writeFileSync('/tmp/a', 'y'); l.push(f()) } catch (e) { l.push(e.message) } return l.join('|')`,
			`The property 'options.encoding' is invalid. Received null|The property 'options.encoding' is invalid. Received 'nope'|The "options" argument must be of type object. Received type number (5)|y|2f746d70`},
		{`'use strict'; const fs = require('fs'), util = require('util'); fs.ReadStream = 5; util.types = 6; Object.defineProperty(fs, 'WriteStream', { value: 7 }); delete fs.promises; return [fs.ReadStream, util.types, fs.WriteStream, fs.promises, Object.keys(fs).includes('ReadStream')].join()`, `5,6,7,,true`},
		{`return JSON.stringify(require('querystring').parse('a=1&b=%20x+y&a=2&c&=d&%zz=1'))`, `{"a":["1","2"],"b":" x y","c":"","":"d","%zz":"1"}`},
		{`return require('node:querystring').stringify({ a: [1, true, null], b: 'ü &', c: {} }, ';', ':')`, `a:1;a:true;a:;b:%C3%BC%20%26;c:`},
		{`return Buffer.prototype.slice.call(new ArrayBuffer(4))`, `thrown: TypeError [ERR_INVALID_ARG_TYPE]: The "argument" argument must be an instance of Buffer or Uint8Array. Received an instance of ArrayBuffer`},
		{`const b = Buffer.from('abc'); structuredClone(b, { transfer: [b.buffer] }); return [b.length, b.toString(), b.indexOf('a'), b.equals(b)].join()`, `0,,-1,true`},
		{`Buffer.prototype.mine = function () { return this[0] }; delete Buffer.prototype.swap16; return [Buffer.from([7]).mine(), Buffer.from([]).swap16, Object.keys(Buffer.prototype).at(-1)].join()`, `7,,mine`},
		{`const assert = require('assert'), f = () => f(); assert.throws(f, { name: 'RangeError', message: 'Maximum call stack size exceeded' }); try { assert.throws(() => {}) } catch (e) { return e.message }`, `Missing expected exception.`},
		{`class B extends Buffer {} return [new B(3) instanceof B, new B('x').toString(), B.from('y') instanceof Buffer].join()`, `true,x,true`},
		{`const b = Buffer.from('abcdef'); const c = b.subarray(1, 3); c[0] = 120; return b + c.buffer.byteLength + (c.parent === b.buffer)`, `axcdef6true`},
	}, globals(t)...)
}
