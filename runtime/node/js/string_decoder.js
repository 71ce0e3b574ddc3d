// https://nodejs.org/api/string_decoder.html
const { Buffer } = require('buffer');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING } = require('internal/errors');

const names = {
	'utf8': 'utf8', 'utf-8': 'utf8', 'ucs2': 'utf16le', 'ucs-2': 'utf16le', 'utf16le': 'utf16le', 'utf-16le': 'utf16le',
	'latin1': 'latin1', 'binary': 'latin1', 'base64': 'base64', 'base64url': 'base64url', 'ascii': 'ascii', 'hex': 'hex',
};

const decoders = new WeakMap();

function StringDecoder(encoding = 'utf8') {
	const name = names[String(encoding || 'utf8').toLowerCase()];
	if (name === undefined) throw ERR_UNKNOWN_ENCODING(encoding);
	this.encoding = name;
	decoders.set(this, { pending: Buffer.alloc(0), need: 0 });
}

function stateOf(decoder) {
	const state = decoders.get(decoder);
	if (state === undefined) throw ERR_INVALID_THIS('StringDecoder');
	return state;
}

// incomplete is how many bytes at the end begin a character, or a group of digits, that needs more.
function incomplete(data, encoding) {
	const length = data.length;
	switch (encoding) {
	case 'utf8':
		for (let n = 1; n <= Math.min(3, length); n++) {
			const c = data[length - n];
			if ((c & 0xc0) === 0x80) continue;
			let size = 1;
			if (c >= 0xc2 && c < 0xe0) size = 2;
			else if (c >= 0xe0 && c < 0xf0) size = 3;
			else if (c >= 0xf0 && c < 0xf5) size = 4;
			if (size <= n) return 0;
			if (n > 1) {
				// A second byte that cannot be ends the character at once.
				const second = data[length - n + 1];
				if ((c === 0xe0 && second < 0xa0) || (c === 0xed && second > 0x9f) || (c === 0xf0 && second < 0x90) || (c === 0xf4 && second > 0x8f)) return 0;
			}
			return n;
		}
		return 0;
	case 'utf16le': {
		const odd = length % 2;
		const last = length - odd;
		if (last >= 2 && data[last - 1] >= 0xd8 && data[last - 1] <= 0xdb) return odd + 2;
		return odd;
	}
	case 'base64': case 'base64url':
		return length % 3;
	}
	return 0;
}

StringDecoder.prototype.write = function write(chunk) {
	if (typeof chunk === 'string') return chunk;
	if (!ArrayBuffer.isView(chunk)) throw ERR_INVALID_ARG_TYPE('buf', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk);
	const state = stateOf(this);
	let data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
	if (state.pending.length > 0) data = Buffer.concat([state.pending, data]);
	const rest = incomplete(data, this.encoding);
	state.pending = Buffer.from(data.subarray(data.length - rest));
	return data.toString(this.encoding, 0, data.length - rest);
};

StringDecoder.prototype.end = function end(chunk) {
	const text = chunk === undefined ? '' : this.write(chunk);
	const state = stateOf(this);
	const rest = state.pending;
	state.pending = Buffer.alloc(0);
	return rest.length > 0 ? text + rest.toString(this.encoding) : text;
};

// text decodes from an offset on, as if the decoder were new.
StringDecoder.prototype.text = function text(chunk, offset) {
	stateOf(this).pending = Buffer.alloc(0);
	return this.write(chunk.slice(offset));
};

Object.defineProperties(StringDecoder.prototype, {
	lastChar: {
		configurable: true, enumerable: true,
		get() {
			return stateOf(this).pending;
		},
	},
	lastNeed: {
		configurable: true, enumerable: true,
		get() {
			const { pending } = stateOf(this);
			if (pending.length === 0) return 0;
			if (this.encoding === 'utf8') {
				const c = pending[0];
				return (c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2) - pending.length;
			}
			return this.encoding === 'utf16le' ? 2 - (pending.length % 2) : 3 - pending.length;
		},
	},
	lastTotal: {
		configurable: true, enumerable: true,
		get() {
			return this.lastNeed + stateOf(this).pending.length;
		},
	},
});

module.exports = { StringDecoder };
