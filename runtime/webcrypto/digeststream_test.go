package webcrypto_test

import (
	"testing"

	"devserver/internal/jstest"
)

// The expectations are what workerd does.
func TestDigestStream(t *testing.T) {
	const preamble = `const digest = async (name, ...chunks) => {
			const stream = new crypto.DigestStream(name), writer = stream.getWriter();
			for (const chunk of chunks) await writer.write(chunk);
			await writer.close();
			return hex(await stream.digest) + ' ' + stream.bytesWritten;
		};
		`
	table(t, preamble, []jstest.Case{
		{`return digest('MD5', 'hel', bytes('lo').buffer)`, "5d41402abc4b2a76b9719d911017c592 5"},
		{`return digest({name: 'sha-1'})`, "da39a3ee5e6b4b0d3255bfef95601890afd80709 0"},
		{`return digest('SHA-256', bytes('xabc').subarray(1), new Uint8Array(0))`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3"},
		{`return digest('crc32', 'hello')`, "3610a686 5"},
		{`return digest('crc32c', 'hello')`, "9a71bb4c 5"},
		{`return digest('crc64nvme', 'hello')`, "3377857006524257 5"},
		{`const s = new crypto.DigestStream('MD5'); return [s, s instanceof WritableStream, typeof s.bytesWritten, s.digest === s.digest, s.digest, crypto.DigestStream.length, s.locked].join()`, "[object DigestStream],true,bigint,true,[object Promise],0,false"},
		{`const s = new crypto.DigestStream('MD5'); await new ReadableStream({start(c) { c.enqueue('hello'); c.close() }}).pipeTo(s); return hex(await s.digest)`, "5d41402abc4b2a76b9719d911017c592"},
		{`return digest('MD5', 5)`, "thrown: TypeError: DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its writable side."},
		{`const s = new crypto.DigestStream('MD5'); s.abort(new Error('no more')); return s.digest`, "thrown: Error: no more"},
		{`return new crypto.DigestStream('foo')`, "thrown: NotSupportedError: Unrecognized or unimplemented digest algorithm requested."},
		{`return new crypto.DigestStream()`, "thrown: TypeError: Failed to construct 'DigestStream': constructor parameter 1 is not of type 'string or HashAlgorithm'."},
		{`return Object.getOwnPropertyDescriptor(crypto.DigestStream.prototype, 'digest').get.call(new WritableStream())`, "thrown: TypeError: Illegal invocation: function called with incorrect `this` reference. See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details."},
	})
}
