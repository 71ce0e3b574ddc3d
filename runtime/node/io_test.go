package node_test

import (
	"testing"

	"devserver/internal/jstest"
	"devserver/runtime/compat"
	"devserver/runtime/fetch"
	"devserver/runtime/webidl"
)

// ioGlobals also has fetch's classes.
func ioGlobals(t testing.TB) [][]webidl.Global {
	t.Helper()
	return append(globals(t), fetch.Globals())
}

const ioPrelude = `
	const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished } = require('stream');
	const wait = (ms = 1) => new Promise(r => setTimeout(r, ms)), l = [];
	const log = (s, ...events) => { for (const e of events) s.on(e, x => l.push(e === 'data' ? 'data:' + x : e === 'error' ? 'error:' + (x.code ?? x.message) : e)); return s };
	const error = f => { try { return String(f()) } catch (e) { return [e.name, e.code, e.message].join('|') } };
`

func ioTable(t *testing.T, cases []jstest.Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(c[0], func(t *testing.T) {
			if got := jstest.New(t, ioGlobals(t)...).Run(t, ioPrelude+c[0]); got != c[1] {
				t.Errorf("got  %s\nwant %s", got, c[1])
			}
		})
	}
}

// The expectations are what workerd does.
func TestStreams(t *testing.T) {
	ioTable(t, []jstest.Case{
		{`const r = log(new Readable({ read() {} }), 'data', 'end', 'close', 'resume'); r.push('a'); r.push('b'); l.push('sync'); r.push(null); await wait(); return l`, "sync,resume,data:a,data:b,end,close"},
		{`const w = log(new Writable({ write(c, e, cb) { l.push('w' + c); cb() } }), 'prefinish', 'finish', 'close'); w.write('a', () => l.push('cb')); w.end('b', () => l.push('endcb')); l.push('sync'); await wait(); return l`, "wa,wb,prefinish,sync,cb,endcb,finish,close"},
		{`const w = log(new Writable({ highWaterMark: 3, write(c, e, cb) { setTimeout(cb, 1) } }), 'drain', 'finish'); l.push(w.write('ab'), w.write('cd'), w.writableNeedDrain, w.writableLength); await new Promise(r => w.on('drain', r)); return l`, "true,false,true,4,drain"},
		{`const w = new Writable({ writev(cs, cb) { l.push(cs.map(x => x.chunk + x.encoding).join('|')); cb() } }); w.cork(); w.write('a'); w.write('b'); l.push(w.writableCorked, w.writableLength); w.uncork(); return l`, "1,2,abuffer|bbuffer"},
		{`const r = log(new Readable({ read() {} }), 'error', 'close'); r.destroy(new Error('x')); l.push(r.destroyed, r.errored.message); await wait(); return l.concat(r.readableAborted)`, "true,x,error:x,close,true"},
		{`const w = log(new Writable({ write(c, e, cb) { cb() } }), 'error', 'close'); w.end(); l.push(w.write('x', e => l.push('cb' + e.code))); await wait(); return l`, "false,cbERR_STREAM_WRITE_AFTER_END,error:ERR_STREAM_WRITE_AFTER_END,close"},
		{`const r = log(new Readable({ read() {} }), 'error', 'close'); r.push(null); l.push(r.push('x')); await wait(); return l`, "false,error:ERR_STREAM_PUSH_AFTER_EOF,close"},
		{`const r = new Readable({ read() {} }); r.push('hello'); r.push('world'); return [r.read(3), r.read(4), r.read(10), r.readableLength]`, "hel,lowo,,3"},
		{`const r = new Readable({ read() {}, encoding: 'utf8' }); r.push(Buffer.from([0xe2, 0x82])); r.push(Buffer.from([0xac])); r.push(null); return r.toArray()`, "€"},
		{`const r = new Readable({ read() {}, encoding: 'base64' }); r.push('hello'); r.push('wor'); r.push(null); return (await r.toArray()).join('')`, "aGVsbG93b3I="},
		{`return Readable.from(['a', Promise.resolve('b')]).map(x => x + x).filter(x => x !== 'c').toArray()`, "aa,bb"},
		{`return Readable.from([1, 2, 3]).reduce((a, b) => a + b)`, "6"},
		{`const t = new Transform({ transform(c, e, cb) { cb(null, String(c).toUpperCase()) }, flush(cb) { cb(null, '!') } }); t.end('abc'); return (await t.toArray()).join('')`, "ABC!"},
		{`const t = new PassThrough(); pipeline(Readable.from(['a']), t, e => l.push(e?.code)); t.destroy(); await wait(); return l`, "ERR_STREAM_PREMATURE_CLOSE"},
		{`return require('stream/promises').pipeline(Readable.from([1, 2]), async s => { let n = 0; const i = s[Symbol.asyncIterator](); for (let x; !(x = await i.next()).done; ) n += x.value; return n })`, "3"},
		{`const ac = new AbortController(), r = log(new Readable({ read() {}, signal: ac.signal }), 'error'); ac.abort(); await wait(); return l`, "error:ABORT_ERR"},
		{`finished(new Writable({ write() {} }).destroy(), e => l.push(e.code)); await wait(); return l`, "ERR_STREAM_PREMATURE_CLOSE"},
		{`const d = new PassThrough(); return [d instanceof Writable, new Readable() instanceof Writable, {} instanceof Writable]`, "true,false,false"},
		{`function Old() { Readable.call(this) } Object.setPrototypeOf(Old.prototype, Readable.prototype); Old.prototype._read = function () { this.push('x'); this.push(null) }; return new Old().toArray()`, "x"},
		{`return (await new Response(Readable.toWeb(Readable.from([Buffer.from('web')]))).text())`, "web"},
		{`return (await Readable.fromWeb(new Response('web').body).toArray()).join('')`, "web"},
		{`return error(() => new Writable().write(5))`, `TypeError|ERR_INVALID_ARG_TYPE|The "chunk" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received type number (5)`},
		{`return error(() => new Readable({ highWaterMark: -1 }))`, "TypeError|ERR_INVALID_ARG_VALUE|The property 'options.highWaterMark' is invalid. Received -1"},
		{`const r = Readable.from([1, 2, 3, 4, 5]).map(x => { l.push(x); return x }).reduce(async (p, c) => { if (p === 1) throw new Error('boom'); return c }, 0); return [await r.catch(e => e.message), ...l]`, "boom,1,2,3"},
		{`return require('stream/consumers').json(Readable.from(['{"a":', '1}'])).then(JSON.stringify)`, `{"a":1}`},
	})
}

func TestZlib(t *testing.T) {
	const gz = `const zlib = require('zlib'), gz = Buffer.from('1f8b0800000000000003cb48cdc9c9070086a6103605000000', 'hex'), at = (i, x) => { const b = Buffer.from(gz); b[i] = x; return b };`
	cases := []jstest.Case{
		{`return zlib.gunzipSync(gz)`, "hello"},
		{`return zlib.unzipSync(Buffer.concat([gz, gz]))`, "hellohello"},
		{`return zlib.inflateSync(Buffer.from('789ccb48cdc9c90700062c0215', 'hex'))`, "hello"},
		{`return zlib.brotliDecompressSync(Buffer.from('0b028068656c6c6f03', 'hex'))`, "hello"},
		{`return zlib.zstdDecompressSync(Buffer.from('28b52ffd200529000068656c6c6f', 'hex'))`, "hello"},
		{`const text = 'all of it '.repeat(20000); return ['gzip', 'deflate', 'deflateRaw', 'brotliCompress', 'zstdCompress'].map(n => { const back = n.replace('Compress', 'Decompress').replace('deflate', 'inflate').replace('gzip', 'gunzip'); return zlib[back + 'Sync'](zlib[n + 'Sync'](text)).toString() === text })`, "true,true,true,true,true"},
		// What follows the end ends the stream and is not counted.
		{`const out = []; for (const name of ['DeflateRaw', 'Deflate', 'Gzip', 'BrotliCompress', 'ZstdCompress']) { const data = zlib[name[0].toLowerCase() + name.slice(1) + 'Sync']('text'.repeat(2000)); const s = zlib['create' + name.replace('Compress', 'Decompress').replace('Def', 'Inf').replace('Gzip', 'Gunzip')](); s.write(Buffer.concat([data, Buffer.alloc(9000)])); const text = (await s.toArray()).join(''); out.push(text.length, s.bytesWritten - data.length) } return out`, "8000,0,8000,0,8000,0,8000,0,8000,0"},
		{`const z = zlib.zstdCompressSync('abc'), r = s => new Promise(done => { const l = []; s.on('data', d => l.push('' + d)).on('error', e => done(l + e.code + e.errno)).on('end', () => done(l + 'end')) }), s = zlib.createZstdDecompress(); s.write(z); s.write(z); s.end('junk'); return [await r(s), zlib.zstdDecompressSync(Buffer.concat([z, z]))]`, "abc,abcERR_ZSTD_DECOMPRESSION_FAILED-1,abc"},
		{`const s = zlib.createBrotliDecompress(); s.end('garbage'); return new Promise(r => s.on('error', e => r([e.code, e.errno, e.message])))`, "ERR__ERROR_FORMAT_PADDING_1,-1,Compression failed"},
		{`const s = zlib.createDeflateRaw(), parts = []; s.on('data', d => parts.push(d.toString('hex'))); await new Promise(r => s.write('abc', r)); await new Promise(r => s.params(0, 0, r)); s.end('x'); await new Promise(r => s.on('end', r)); return parts.slice(-1)[0].slice(0, 12)`, "000100feff78"},
		{`const s = zlib.createGunzip(), p = new Promise(r => s.on('close', () => r(l.concat('close')))); log(s, 'error').on('data', () => s.destroy()); s.end(gz); return p`, "close"},
		{`return [zlib.createGunzip.name, zlib.gunzipSync.name]`, "createGunzip,gunzipSync"},
		{`return error(() => zlib.gunzipSync('not gzip'))`, "Error||incorrect header check"},
		{`return error(() => zlib.gunzipSync(gz.subarray(0, -1)))`, "Error||unexpected end of file"},
		{`return error(() => zlib.gunzipSync(at(2, 9)))`, "Error||unknown compression method"},
		{`return error(() => zlib.gunzipSync(at(10, 0xff)))`, "Error||invalid block type"},
		{`return error(() => zlib.gunzipSync(at(18, 0)))`, "Error||incorrect data check"},
		{`return error(() => zlib.gunzipSync(at(21, 9)))`, "Error||incorrect length check"},
		{`return error(() => zlib.gunzipSync(gz, { maxOutputLength: 3 }))`, "RangeError||Memory limit exceeded"},
		{`return error(() => zlib.gzipSync('a', { level: 99 }))`, `RangeError||The value of "options.level" is out of range. It must be >= -1 and <= 9. Received 99`},
		{`const d = Buffer.from('dictionary'), c = zlib.deflateSync('dictionary', { dictionary: d }); return [zlib.inflateSync(c, { dictionary: d }), error(() => zlib.inflateSync(c)), error(() => zlib.inflateSync(c, { dictionary: Buffer.from('z') }))]`, "dictionary,Error||Missing dictionary,Error||Bad dictionary"},
		{`const g = log(zlib.createGunzip(), 'data', 'error', 'close'); g.end('bad data'); await wait(); return l`, "error:Z_DATA_ERROR,close"},
		{`const g = zlib.createGzip({ level: 1 }), u = g.pipe(zlib.createGunzip()); g.write('a'); g.flush(); await wait(); g.params(9, 0, () => g.end('b')); return (await u.toArray()).join('')`, "ab"},
		{`return (await zlib.createInflateRaw().end(zlib.deflateRawSync(Buffer.alloc(300000))).toArray()).reduce((n, c) => n + c.length, 0)`, "300000"},
		{`zlib.gunzip('bad', (e, r) => l.push(e.message, r)); await wait(); return l`, "incorrect header check,"},
		{`return [zlib.crc32('hello'), zlib.crc32(Buffer.from('lo'), zlib.crc32('hel')), zlib.codes[-3], zlib.constants.Z_FINISH]`, "907060870,907060870,Z_DATA_ERROR,4"},
	}
	for i := range cases {
		cases[i][0] = gz + cases[i][0]
	}
	ioTable(t, cases)
}

func TestFiles(t *testing.T) {
	const fs = `const fs = require('fs'), T = '/tmp/a.txt';`
	cases := []jstest.Case{
		{`fs.writeFileSync(T, 'hello'); fs.appendFileSync(T, ' world'); return [fs.readFileSync(T, 'utf8'), fs.statSync(T).size, fs.existsSync('/tmp/b')]`, "hello world,11,false"},
		{`return [error(() => fs.readFileSync('/tmp/no')), error(() => fs.writeFileSync('/x', 'a')), error(() => fs.writeFileSync('/bundle/x', 'a')), error(() => fs.readdirSync('/tmp/no'))].join()`,
			"Error|ENOENT|no such file or directory, readAll '/tmp/no',Error|EPERM|operation not permitted,Error|EPERM|operation not permitted,Error|ENOENT|no such file or directory, readdir '/tmp/no'"},
		{`return [fs.mkdirSync('/tmp/d/e', { recursive: true }), fs.readdirSync('/tmp'), error(() => fs.rmSync('/tmp/d')), fs.rmSync('/tmp/d', { recursive: true }), fs.readdirSync('/tmp')].join()`, "/tmp/d,d,Error|ENOTEMPTY|directory not empty, rm 'd',,"},
		{`const fd = fs.openSync('/tmp/fd', 'w+'); fs.writeSync(fd, 'abcdef'); fs.writeSync(fd, Buffer.from('XY'), 0, 2, 1); const b = Buffer.alloc(6); return [fs.readSync(fd, b, 0, 6, 0), b]`, "6,aXYdef"},
		{`fs.writeFileSync(T, 'x'); fs.symlinkSync(T, '/tmp/l'); fs.linkSync(T, '/tmp/h'); fs.renameSync(T, '/tmp/r'); return [fs.readFileSync('/tmp/h', 'utf8'), fs.readlinkSync('/tmp/l'), fs.existsSync('/tmp/l')]`, "x,/tmp/a.txt,false"},
		{`fs.symlinkSync('/tmp/m', '/tmp/l'); fs.symlinkSync('/tmp/l', '/tmp/m'); return error(() => fs.readFileSync('/tmp/l'))`, "Error|ELOOP|too many symbolic links encountered, open '/tmp/l'"},
		{`await new Promise(r => fs.writeFile(T, 'cb', r)); return new Promise(r => fs.readFile(T, 'utf8', (e, t) => r(t)))`, "cb"},
		{`const h = await fs.promises.open(T, 'w+'); await h.write('hello'); const text = await h.readFile('utf8'); await h.close(); return text`, "hello"},
		{`fs.writeFileSync(T, 'streamed'); return (await fs.createReadStream(T, { start: 1, end: 4 }).toArray()).join('')`, "trea"},
		{`const r = log(fs.createReadStream(null, { fd: 13337, autoClose: false }), 'error', 'close'); r.resume(); await wait(5); return l.concat(r.destroyed, r.closed)`, "error:EBADF,false,false"},
		{`const w = log(fs.createWriteStream(T), 'open', 'ready', 'finish', 'close'); w.write('a'); w.end('b'); await wait(); return l.concat(fs.readFileSync(T, 'utf8'))`, "open,ready,finish,close,ab"},
		{`const b = Buffer.alloc(2, 1); fs.readSync(fs.openSync('/dev/zero'), b); return [b.toString('hex'), fs.readFileSync('/dev/null').length, error(() => fs.writeFileSync('/dev/full', 'x'))]`, "0000,0,Error|EPERM|operation not permitted"},
	}
	for i := range cases {
		cases[i][0] = fs + cases[i][0]
	}
	ioTable(t, cases)
}

func TestAddresses(t *testing.T) {
	ioTable(t, []jstest.Case{
		{`const { isIP } = require('net'); return ['1.2.3.4', '::1', 'x', '::ffff:1.2.3.4', '01.2.3.4', 'fe80::1%eth0'].map(isIP)`, "4,6,0,6,0,6"},
		{`const b = new (require('net').BlockList)(); b.addRange('10.0.0.1', '10.0.0.9'); b.addSubnet('8.8.8.0', 24); return [b.check('10.0.0.5'), b.check('10.0.0.10'), b.check('::ffff:8.8.8.7', 'ipv6'), b.check('::1', 'ipv6'), ...b.rules]`, "true,false,true,false,Range: IPv4 10.0.0.1-10.0.0.9,Subnet: IPv4 8.8.8.0/24"},
		{`const Wrap = require('_stream_wrap'), [a, b] = require('stream').duplexPair(), s = new Wrap(a); s.end('to'); b.end('from'); return [(await s.toArray()).join(''), (await b.toArray()).join('')]`, "from,to"},
		{`return error(() => require('net').connect('/unix'))`, "TypeError|ERR_INVALID_ARG_VALUE|The argument 'path' is not supported. Received '/unix'"},
		{`return error(() => require('tls').connect({ port: 1, rejectUnauthorized: false }))`, "Error|ERR_OPTION_NOT_IMPLEMENTED|The options.rejectUnauthorized option is not implemented"},
		{`const s = new (require('tls').TLSSocket)(); return [s.getProtocol(), s.getCipher(), error(() => s.getPeerCertificate()), error(() => s.getX509Certificate()), s.renegotiate({})].join()`, ",,Error||getPeerCertificate is not implemented,Error||TLSSocket.getX509Certificate is not implemented,false"},
		{`const t = require('tls'); return [error(() => new t.TLSSocket(null, { ALPNProtocols: [] })), error(() => t.connect({ port: 1, secureContext: {} })), error(() => t.connect({ port: 1, minDHSize: 1 })), error(() => t.createSecureContext({ secureOptions: 'x' }))].join()`,
			"Error|ERR_OPTION_NOT_IMPLEMENTED|The options.ALPNProtocols option is not implemented,TypeError|ERR_TLS_INVALID_CONTEXT|context must be a SecureContext,Error|ERR_OPTION_NOT_IMPLEMENTED|The options.minDHSize option is not implemented,TypeError|ERR_INVALID_ARG_TYPE|The \"secureOptions\" argument must be of type number. Received type string ('x')"},
		{`const dns = require('dns/promises'); return JSON.stringify([await dns.lookup('127.0.0.1'), await dns.lookup('::1', { all: true })])`, `[{"address":"127.0.0.1","family":4},[{"address":"::1","family":6}]]`},
	})
}

func TestHTTP(t *testing.T) {
	const http = `const http = require('http'), { handleAsNodeRequest } = require('internal/cloudflare_node'), url = 'http://a/p?q';
		const ask = async (handler, init) => { const s = await handleAsNodeRequest(http.createServer(handler).listen(), new Request(url, init)); return [s.status, s.statusText, [...s.headers].join(' '), await s.text()].join('|') };`
	cases := []jstest.Case{
		{`return ask((q, s) => s.end(q.method + q.url))`, "200|unknown|connection,keep-alive content-length,7|GET/p?q"},
		{`return ask((q, s) => { s.write('a'); setTimeout(() => s.end('b'), 1) })`, "200|unknown|connection,keep-alive transfer-encoding,chunked|ab"},
		{`return ask((q, s) => { s.writeHead(201, 'Made', { 'X-A': 1 }); s.end('x') })`, "201|Made|connection,keep-alive transfer-encoding,chunked x-a,1|x"},
		{`return ask((q, s) => { s.statusCode = 204; s.end('ignored') })`, "204|unknown|connection,keep-alive|"},
		{`return ask((q, s) => q.pipe(s), { method: 'POST', body: 'piped' })`, "200|unknown|connection,keep-alive transfer-encoding,chunked|piped"},
		{`return ask(() => { throw new Error('sync') })`, "thrown: Error: sync"},
		{`return ask(async () => { throw new Error('async') })`, "thrown: Error: async"},
		{`return ask((q, s) => s.destroy(new Error('dd')).on('error', () => {}))`, "thrown: Error: dd"},
		{`return ask((q, s) => { s.setHeader('a', 1); s.end(error(() => s.setHeader('a b', 1)) + error(() => s.setHeader('a', 'é\n')) + error(() => s.writeHead(99))) })`, `200|unknown|a,1 connection,keep-alive content-length,210|TypeError|ERR_INVALID_HTTP_TOKEN|Header name must be a valid HTTP token ["a b"]TypeError|ERR_INVALID_CHAR|Invalid character in header content ["a"]RangeError|ERR_HTTP_INVALID_STATUS_CODE|Invalid status code: 99`},
		{`const s = http.createServer().listen(1234); return [JSON.stringify(s.address()), error(() => http.createServer().listen(1234)), s.close().listening]`, `{"port":1234,"family":"IPv4","address":"127.0.0.1"},Error|EADDRINUSE|bind EADDRINUSE 127.0.0.1:1234,false`},
		{`return [error(() => http.request('ftp://x')), error(() => http.request({ path: '/ a' })), error(() => http.request('http://x', { lookup() {} }))].join()`, `TypeError|ERR_INVALID_PROTOCOL|Protocol "ftp:" not supported. Expected "http:",TypeError|ERR_UNESCAPED_CHARACTERS|Request path contains unescaped characters,Error|ERR_OPTION_NOT_IMPLEMENTED|The options.lookup option is not implemented`},
	}
	for i := range cases {
		cases[i][0] = http + cases[i][0]
	}
	ioTable(t, cases)
}

// TestOldTLSOptions shows both sides of the flag throw_on_not_implemented_tls_options.
func TestOldTLSOptions(t *testing.T) {
	for _, test := range []struct{ flag, want string }{
		{"throw_on_not_implemented_tls_options", "Error|ERR_OPTION_NOT_IMPLEMENTED|The options.checkServerIdentity option is not implemented"},
		{"no_throw_on_not_implemented_tls_options", "[object Object]"},
	} {
		flags, problems := compat.Resolve("", []string{test.flag})
		if problems != nil {
			t.Fatal(problems)
		}
		iso := jstest.New(t, ioGlobals(t)...)
		iso.SetCompat(&flags)
		script := ioPrelude + `return error(() => require('tls').connect({ port: 1, checkServerIdentity() {} }).on('error', () => {}))`
		if got := iso.Run(t, script); got != test.want {
			t.Errorf("%s: %s, want %s", test.flag, got, test.want)
		}
	}
}
