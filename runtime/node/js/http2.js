// https://nodejs.org/api/http2.html: use fetch, which speaks HTTP/2 by itself.
const { methods, constructor } = require('internal/stubs');

module.exports = {
	Http2ServerRequest: constructor('Http2ServerRequest', 'http2.Http2ServerRequest'),
	Http2ServerResponse: constructor('Http2ServerResponse', 'http2.Http2ServerResponse'),
	...methods('http2.', ['connect', 'createSecureServer', 'createServer', 'performServerHandshake']),
	getDefaultSettings: () => Object.freeze({}),
	getPackedSettings: () => require('buffer').Buffer.alloc(0),
	getUnpackedSettings: () => Object.freeze({}),
	sensitiveHeaders: Symbol('nodejs.http2.sensitiveHeaders'),
	get constants() { return require('internal/http2_constants'); },
};
