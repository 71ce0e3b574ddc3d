// The errors of Node.js have a code, which their toString shows: https://nodejs.org/api/errors.html#nodejs-error-codes

// As in workerd, code and name are the error's own and enumerable: JSON.stringify and {...err} show them. The stack has no code.

// NodeError is an Error with a code. Each code has a class of its own.
class NodeError extends Error {
	constructor(code, message, properties) {
		super(message);
		if (new.target === NodeError && code.startsWith('ERR_')) Object.setPrototypeOf(this, prototypeOf(code));
		this.code = code;
		this.name = 'Error';
		if (properties) Object.assign(this, properties);
	}
	toString() {
		return `${this.name} [${this.code}]: ${this.message}`;
	}
}

const prototypes = new Map();
function prototypeOf(code) {
	if (!prototypes.has(code)) {
		const C = class extends NodeError {};
		Object.defineProperty(C, 'name', { value: code });
		prototypes.set(code, C.prototype);
	}
	return prototypes.get(code);
}

// coded makes a class of errors with codes, which are nothing but errors of the class below it.
function coded(Base) {
	const C = class extends Base {
		constructor(code, message, properties) {
			super(message);
			Object.setPrototypeOf(this, Base.prototype);
			this.code = code;
			this.name = Base.name;
			this.toString = (0, function () {
				return `${this.name} [${this.code}]: ${this.message}`;
			});
			if (properties) Object.assign(this, properties);
		}
	};
	Object.defineProperty(C, 'name', { value: Base.name });
	return C;
}

// ERR_OUT_OF_RANGE is the one error whose stack shows the code, and whose toString does not.
class ERR_OUT_OF_RANGE extends RangeError {
	constructor(message) {
		super(message);
		this.code = 'ERR_OUT_OF_RANGE';
		this.name = 'RangeError [ERR_OUT_OF_RANGE]';
		void this.stack; // it keeps the name of now
		this.name = 'RangeError';
	}
}

const NodeTypeError = coded(TypeError);
const NodeRangeError = coded(RangeError);
const NodeSyntaxError = coded(SyntaxError);
const NodeURIError = coded(URIError);

class ERR_METHOD_NOT_IMPLEMENTED extends NodeError {
	constructor(name) {
		super('ERR_METHOD_NOT_IMPLEMENTED', `The ${name} method is not implemented`);
	}
}

// received describes a value as messages do that say what came instead of what was expected.
function received(value) {
	if (value == null) return ` Received ${value}`;
	if (typeof value === 'object') {
		if (value.constructor?.name) return ` Received an instance of ${value.constructor.name}`;
		return ` Received ${require('util').inspect(value, { depth: -1 })}`;
	}
	if (typeof value === 'function' && value.name) return ` Received function ${value.name}`;
	let shown = require('util').inspect(value);
	if (shown.length > 28) shown = `${shown.slice(0, 25)}...`;
	return ` Received type ${typeof value} (${shown})`;
}

function list(items, last) {
	if (items.length < 3) return items.join(` ${last} `);
	return `${items.slice(0, -1).join(', ')}, ${last} ${items[items.length - 1]}`;
}

const primitives = ['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol'];

// invalidType words ERR_INVALID_ARG_TYPE: expected are names of primitive types ("string"), of classes ("Buffer"), or
// other descriptions ("a plain object").
function invalidType(name, expected, actual) {
	expected = Array.isArray(expected) ? expected : [expected];
	let text = 'The ';
	if (name.endsWith(' argument')) text += name;
	else text += `"${name}" ${name.includes('.') ? 'property' : 'argument'}`;
	text += ' must be ';
	const types = [], classes = [], others = [];
	for (const e of expected) {
		if (primitives.includes(e)) types.push(e.toLowerCase());
		else if (/^([A-Z][a-z0-9]*)+$/.test(e)) classes.push(e);
		else others.push(e);
	}
	const object = types.indexOf('object');
	if (classes.length > 0 && object >= 0) {
		types.splice(object, 1);
		classes.push('Object');
	}
	const parts = [];
	if (types.length > 0) parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${list(types, 'or')}`);
	if (classes.length > 0) parts.push(`an instance of ${list(classes, 'or')}`);
	if (others.length > 0) {
		if (others.length > 1) parts.push(`one of ${list(others, 'or')}`);
		else parts.push((others[0].toLowerCase() !== others[0] ? 'an ' : '') + others[0]);
	}
	return text + parts.join(' or ') + '.' + received(actual);
}

// grouped writes the digits of an integer in groups of three.
function grouped(text) {
	const sign = text.startsWith('-') ? 1 : 0;
	let out = '', i = text.length;
	for (; i >= sign + 4; i -= 3) out = `_${text.slice(i - 3, i)}${out}`;
	return text.slice(0, i) + out;
}

function shownNumber(value) {
	if (Number.isInteger(value) && Math.abs(value) > 2 ** 32) return grouped(String(value));
	if (typeof value === 'bigint') return `${value > 2n ** 32n || value < -(2n ** 32n) ? grouped(String(value)) : value}n`;
	return require('util').inspect(value);
}

const make = {
	ERR_INVALID_ARG_TYPE: (name, expected, actual) => new NodeTypeError('ERR_INVALID_ARG_TYPE', invalidType(name, expected, actual)),
	ERR_INVALID_ARG_VALUE(name, value, reason = 'is invalid') {
		let shown = require('util').inspect(value);
		if (shown.length > 128) shown = shown.slice(0, 128) + '...';
		return new NodeTypeError('ERR_INVALID_ARG_VALUE', `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${shown}`);
	},
	// ERR_INVALID_ARG_SIZE is ERR_INVALID_ARG_VALUE of a size that is no number.
	ERR_INVALID_ARG_SIZE: (name, value) => new NodeRangeError('ERR_INVALID_ARG_VALUE', `The argument '${name}' is invalid. Received ${value}`),
	ERR_OUT_OF_RANGE: (name, range, value) =>
		new ERR_OUT_OF_RANGE(`The value of "${name}" is out of range. It must be ${range}. Received ${shownNumber(value)}`),
	ERR_METHOD_NOT_IMPLEMENTED: (name) => new ERR_METHOD_NOT_IMPLEMENTED(name),
	ERR_OPTION_NOT_IMPLEMENTED: (name) => new NodeError('ERR_OPTION_NOT_IMPLEMENTED', `The ${name} option is not implemented`),
	ERR_UNKNOWN_ENCODING: (name) => new NodeTypeError('ERR_UNKNOWN_ENCODING', `Unknown encoding: ${name}`),
	ERR_MISSING_ARGS(...names) {
		names = names.map((n) => Array.isArray(n) ? n.map((x) => `"${x}"`).join(' or ') : `"${n}"`);
		return new NodeTypeError('ERR_MISSING_ARGS', `The ${list(names, 'and')} argument${names.length > 1 ? 's' : ''} must be specified`);
	},
	ERR_INVALID_STATE: (text) => new NodeError('ERR_INVALID_STATE', `Invalid state: ${text}`),
	ERR_INVALID_THIS: (name) => new NodeTypeError('ERR_INVALID_THIS', `Value of "this" must be of type ${name}`),
	ERR_INVALID_RETURN_VALUE: (input, name, value) => new NodeTypeError('ERR_INVALID_RETURN_VALUE',
		`Expected ${input} to be returned from the "${name}" function but got ${typeof value === 'object' && value?.constructor?.name ? `an instance of ${value.constructor.name}` : `type ${typeof value}${typeof value === 'object' || value === undefined ? '' : ` (${require('util').inspect(value)})`}`}.`),
};

// AbortError is what operations reject with that a signal has aborted.
class AbortError extends Error {
	constructor(message = 'The operation was aborted', options = undefined) {
		super(message, options);
		this.code = 'ABORT_ERR';
		this.name = 'AbortError';
	}
}

module.exports = { ...make, NodeError, NodeTypeError, NodeRangeError, NodeSyntaxError, NodeURIError, AbortError, received, invalidType };
