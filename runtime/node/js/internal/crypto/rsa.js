const { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } = require('internal/errors');
const { isBytes, bytesOf } = require('internal/crypto/common');

// operation makes one of the functions that encrypt and decrypt with RSA.
function operation(run, type) {
	return (options, buffer) => {
		if (options === undefined || options === null) throw ERR_MISSING_ARGS('key');
		const handle = require('internal/crypto/keys').handleFor(options, type, true);
		const { padding, oaepHash, oaepLabel, encoding } = typeof options === 'object' && !isBytes(options) ? options : {};
		if (padding !== undefined && typeof padding !== 'number') throw ERR_INVALID_ARG_TYPE('options.padding', 'number', padding);
		if (oaepHash !== undefined && typeof oaepHash !== 'string') throw ERR_INVALID_ARG_TYPE('options.oaepHash', 'string', oaepHash);
		if (oaepLabel !== undefined && typeof oaepLabel !== 'string' && !isBytes(oaepLabel)) {
			throw ERR_INVALID_ARG_TYPE('options.oaepLabel', ['string', 'Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], oaepLabel);
		}
		return run(handle, bytesOf(buffer, encoding), padding, oaepHash, bytesOf(oaepLabel, encoding));
	};
}

module.exports = {
	publicEncrypt: operation(native.publicEncrypt, 'public'),
	publicDecrypt: operation(native.publicDecrypt, 'public'),
	privateEncrypt: operation(native.privateEncrypt, 'private'),
	privateDecrypt: operation(native.privateDecrypt, 'private'),
};
for (const name of Object.keys(module.exports)) Object.defineProperty(module.exports[name], 'name', { value: name });
