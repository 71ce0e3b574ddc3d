// https://nodejs.org/api/buffer.html
const { Buffer } = native;

function SlowBuffer(size) {
	return Buffer.allocUnsafeSlow(size);
}
Object.setPrototypeOf(SlowBuffer.prototype, Buffer.prototype);
Object.setPrototypeOf(SlowBuffer, Buffer);

const constants = { MAX_LENGTH: 2147483647, MAX_STRING_LENGTH: 536870888 };

module.exports = {
	Buffer,
	SlowBuffer,
	constants,
	kMaxLength: constants.MAX_LENGTH,
	kStringMaxLength: constants.MAX_STRING_LENGTH,
	INSPECT_MAX_BYTES: 50,
	get isAscii() { return native.isAscii; },
	get isUtf8() { return native.isUtf8; },
	get transcode() { return native.transcode; },
	get atob() { return globalThis.atob; },
	get btoa() { return globalThis.btoa; },
	get Blob() { return globalThis.Blob; },
	get File() { return globalThis.File; },
	// Workers have no blob: URLs.
	resolveObjectURL() {
		throw require('internal/errors').ERR_METHOD_NOT_IMPLEMENTED('buffer.resolveObjectURL');
	},
};
