// What the parts of node:crypto have in common.

// The properties that objects have for this module alone: what Go knows of it, the options of its stream, whether it has
// been used, whether it has become a stream.
const kHandle = Symbol('kHandle'), kOptions = Symbol('kOptions'), kFinished = Symbol('kFinished'), kStream = Symbol('kStream');

// isBytes reports whether a value is bytes of some kind.
const isBytes = (value) => ArrayBuffer.isView(value) || isBuffer(value);
const isBuffer = (value) => value instanceof ArrayBuffer || (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer);

// needBytes throws unless a value is a string, a view, or one of what else is allowed.
function needView(value, name) {
	if (typeof value !== 'string' && !ArrayBuffer.isView(value)) {
		throw require('internal/errors').ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], value);
	}
}

// bytesOf returns a string as a Buffer, and anything else as it is.
function bytesOf(value, encoding) {
	return typeof value === 'string' ? require('buffer').Buffer.from(value, encoding === 'buffer' ? 'utf8' : encoding) : value;
}

// output returns a Buffer, or the string that it is in an encoding.
function output(buffer, encoding) {
	return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

// streaming makes the objects of a class streams of a kind, 'Transform' or 'Writable'. Most are never used as streams:
// those never become ones. Whatever the class itself does not have is looked up in an object that makes the stream first.
function streaming(constructor, kind) {
	const base = () => require('stream')[kind];
	const begin = (object) => {
		if (!Object.prototype.hasOwnProperty.call(object, kStream)) {
			Object.defineProperty(object, kStream, { value: true });
			base().call(object, object[kOptions]);
		}
	};
	const proto = new Proxy({}, {
		get(_, name, receiver) {
			if (name in Object.prototype && name !== 'constructor') return Object.prototype[name];
			if (!(receiver instanceof constructor) || receiver === constructor.prototype) return Reflect.get(base().prototype, name, receiver);
			begin(receiver);
			if (Object.prototype.hasOwnProperty.call(receiver, name)) return receiver[name];
			return Reflect.get(base().prototype, name, receiver);
		},
		set(_, name, value, receiver) {
			if (receiver === constructor.prototype) {
				return Reflect.defineProperty(receiver, name, { value, writable: true, enumerable: true, configurable: true });
			}
			if (receiver instanceof constructor) begin(receiver);
			return Reflect.set(base().prototype, name, value, receiver);
		},
		has: (_, name) => name in base().prototype,
		getPrototypeOf: () => base().prototype,
	});
	for (const own of [kHandle, kOptions, kFinished]) constructor.prototype[own] = undefined; // to be found here
	Object.setPrototypeOf(constructor.prototype, proto);
}

// settle calls back with what a promise brings.
function settle(promise, callback) {
	promise.then((value) => callback(null, value), (error) => callback(error));
}

// attempt is what make returns as a promise.
function attempt(make) {
	return new Promise((resolve) => resolve(make()));
}

module.exports = {
	kHandle, kOptions, kFinished, isBytes, isBuffer, needView, bytesOf, output, streaming, settle, attempt,
};
