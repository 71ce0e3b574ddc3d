// https://nodejs.org/api/querystring.html
const { NodeURIError } = require('internal/errors');

// escape is encodeURIComponent, which leaves the same characters alone. But the second half of a surrogate pair is
// whatever follows the first.
function escape(text) {
	if (typeof text !== 'string') text = typeof text === 'object' ? String(text) : text + '';
	try {
		return encodeURIComponent(text);
	} catch {
		return encodeURIComponent(text.replace(/[\ud800-\udfff][^]?/g, (pair) => {
			if (pair.length === 1) throw new NodeURIError('ERR_INVALID_URI', 'URI malformed');
			return String.fromCodePoint(0x10000 + (((pair.charCodeAt(0) & 0x3ff) << 10) | (pair.charCodeAt(1) & 0x3ff)));
		}));
	}
}

// unescapeBuffer decodes %XX into bytes; what is no escape stays as it is.
function unescapeBuffer(text, decodeSpaces) {
	const { Buffer } = require('buffer');
	const source = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
	const out = Buffer.allocUnsafe(source.length);
	let length = 0;
	for (let i = 0; i < source.length; i++) {
		let c = source[i];
		if (c === 0x25 && i + 2 < source.length) {
			const hex = String.fromCharCode(source[i + 1], source[i + 2]);
			if (/^[0-9a-f]{2}$/i.test(hex)) {
				c = parseInt(hex, 16);
				i += 2;
			}
		} else if (c === 0x2b && decodeSpaces) {
			c = 0x20;
		}
		out[length++] = c;
	}
	return out.slice(0, length);
}

function unescape(text, decodeSpaces) {
	try {
		return decodeURIComponent(text);
	} catch {
		return unescapeBuffer(text, decodeSpaces).toString();
	}
}

// primitive is how a value that is no array is written.
function primitive(value) {
	switch (typeof value) {
	case 'string': return value;
	case 'number': return Number.isFinite(value) ? String(value) : '';
	case 'bigint': case 'boolean': return String(value);
	}
	return '';
}

function stringify(object, separator, equals, options) {
	separator ||= '&';
	equals ||= '=';
	const custom = typeof options?.encodeURIComponent === 'function' ? options.encodeURIComponent : undefined;
	// One's own escape replaced is used, too.
	const encode = (value) => (custom ?? module.exports.escape)(primitive(value));
	if (object === null || typeof object !== 'object') return '';
	const pairs = [];
	for (const key of Object.keys(object)) {
		const name = encode(key) + equals;
		const value = object[key];
		if (Array.isArray(value)) {
			for (const v of value) pairs.push(name + encode(v));
		} else {
			pairs.push(name + encode(value));
		}
	}
	return pairs.join(separator);
}

function parse(text, separator, equals, options) {
	const out = Object.create(null);
	if (typeof text !== 'string' || text.length === 0) return out;
	separator = separator ? String(separator) : '&';
	equals = equals ? String(equals) : '=';
	let most = typeof options?.maxKeys === 'number' ? options.maxKeys : 1000;
	const custom = typeof options?.decodeURIComponent === 'function' ? options.decodeURIComponent : undefined;
	const decode = (part) => {
		part = part.replaceAll('+', ' ');
		if (!custom) return part.includes('%') || module.exports.unescape !== unescape ? module.exports.unescape(part) : part;
		try {
			return custom(part);
		} catch {
			return unescape(part, true);
		}
	};
	for (const pair of text.split(separator)) {
		if (pair === '') continue;
		if (most > 0 && most-- === 1) most = -1;
		else if (most === -1) break;
		const at = pair.indexOf(equals);
		const key = decode(at < 0 ? pair : pair.slice(0, at));
		const value = at < 0 ? '' : decode(pair.slice(at + equals.length));
		if (!(key in out)) out[key] = value;
		else if (Array.isArray(out[key])) out[key].push(value);
		else out[key] = [out[key], value];
	}
	return out;
}

module.exports = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };
