// https://nodejs.org/api/util.html
// What only errors need is not loaded before there is one.
const errors = () => require('internal/errors');
const check = () => require('internal/validators');

const defaults = {
	showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100, maxStringLength: 10000,
	breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
};
let changed = false;

// inspect(value, options) or, as it once was, inspect(value, showHidden, depth, colors).
function inspect(value, options) {
	if (typeof options === 'boolean' || arguments.length > 2) {
		const old = { showHidden: Boolean(options) };
		if (arguments[2] !== undefined) old.depth = arguments[2];
		if (arguments[3] !== undefined) old.colors = arguments[3];
		options = old;
	}
	return native.inspect(value, changed ? { ...defaults, ...options } : options);
}

inspect.custom = Symbol.for('nodejs.util.inspect.custom');
// The colours are made when they are looked at.
for (const name of ['colors', 'styles']) {
	Object.defineProperty(inspect, name, {
		configurable: true, enumerable: true,
		get: () => require('internal/colors')[name],
		set(value) {
			require('internal/colors')[name] = value;
		},
	});
}
Object.defineProperty(inspect, 'defaultOptions', {
	configurable: true,
	get: () => defaults,
	set(options) {
		check().validateObject(options, 'options');
		changed = true;
		Object.assign(defaults, options);
	},
});
native.useInspect(inspect);

const format = (...args) => native.format(undefined, ...args);

function formatWithOptions(options, ...args) {
	check().validateObject(options, 'inspectOptions');
	return native.format(options, ...args);
}

const customPromisify = Symbol.for('nodejs.util.promisify.custom');

function promisify(original) {
	check().validateFunction(original, 'original');
	const custom = original[customPromisify];
	if (custom) {
		check().validateFunction(custom, 'util.promisify.custom');
		return Object.defineProperty(custom, customPromisify, { value: custom, configurable: true });
	}
	function promisified(...args) {
		return new Promise((resolve, reject) => {
			Reflect.apply(original, this, [...args, (error, ...values) => {
				if (error) reject(error);
				else resolve(values[0]);
			}]);
		});
	}
	Object.setPrototypeOf(promisified, Object.getPrototypeOf(original));
	Object.defineProperty(promisified, customPromisify, { value: promisified, configurable: true });
	return Object.defineProperties(promisified, Object.getOwnPropertyDescriptors(original));
}
promisify.custom = customPromisify;

function callbackify(original) {
	check().validateFunction(original, 'original');
	function Callbackified(...args) {
		const callback = args.pop();
		if (typeof callback !== 'function') throw errors().ERR_INVALID_ARG_TYPE('last argument', 'Function', callback);
		const done = callback.bind(this);
		Reflect.apply(original, this, args).then(
			(value) => require('process').nextTick(done, null, value),
			(reason) => {
				if (!reason) reason = new (errors().NodeError)('ERR_FALSY_VALUE_REJECTION', 'Promise was rejected with falsy value', { reason });
				require('process').nextTick(done, reason);
			});
	}
	const descriptors = Object.getOwnPropertyDescriptors(original);
	if (typeof descriptors.length?.value === 'number') descriptors.length.value++;
	if (typeof descriptors.name?.value === 'string') descriptors.name.value += 'Callbackified';
	return Object.defineProperties(Callbackified, descriptors);
}

// deprecate says nothing: as in Workers, there is no process whose owner wants to know.
function deprecate(fn) {
	return fn;
}

function inherits(ctor, superCtor) {
	if (ctor === undefined || ctor === null) throw errors().ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor);
	if (superCtor === undefined || superCtor === null) throw errors().ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor);
	if (superCtor.prototype === undefined) throw errors().ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superCtor.prototype);
	Object.defineProperty(ctor, 'super_', { value: superCtor, writable: true, configurable: true });
	Object.setPrototypeOf(ctor.prototype, superCtor.prototype);
}

function debuglog(set, ready) {
	const name = String(set).toUpperCase();
	const log = (...args) => {
		globalThis.console.log(`${name}: ${format(...args)}`);
	};
	Object.defineProperty(log, 'enabled', { get: () => true, configurable: true, enumerable: true });
	if (typeof ready === 'function') ready(log);
	return log;
}

const escapes = /[\u001b\u009b][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d/#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d/#&.:=?%@~_]*)*)?(?:\u0007|\u001b\u005c|\u009c))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;

function stripVTControlCharacters(str) {
	check().validateString(str, 'str');
	return str.replace(escapes, '');
}

// styleText checks its arguments and leaves the text alone: the output of a Worker is no terminal.
function styleText(format, text, options) {
	check().validateString(text, 'text');
	const { colors } = require('internal/colors');
	for (const one of Array.isArray(format) ? format : [format]) {
		if (colors[one] === undefined) check().validateOneOf(one, 'format', Object.keys(colors));
	}
	if (options?.validateStream === false) {
		const list = (Array.isArray(format) ? format : [format]).map((one) => colors[one]);
		return list.map(([on]) => `\u001b[${on}m`).join('') + text + list.reverse().map(([, off]) => `\u001b[${off}m`).join('');
	}
	return text;
}

let systemErrors;
function getSystemErrorMap() {
	return systemErrors ??= new Map(require('internal/error_map'));
}

function systemError(err) {
	if (typeof err !== 'number') throw errors().ERR_INVALID_ARG_TYPE('err', 'number', err);
	if (err >= 0 || !Number.isSafeInteger(err)) throw errors().ERR_OUT_OF_RANGE('err', 'a negative integer', err);
	return getSystemErrorMap().get(err);
}

const signalNumbers = () => require('internal/os_constants').signals;

// diff compares two texts, or lists of lines: 0 for what both have, 1 for what only the first has, -1 for the second.
function diff(actual, expected) {
	if (actual === expected) return [];
	for (const [name, value] of [['actual', actual], ['expected', expected]]) {
		if (typeof value !== 'string' && !Array.isArray(value)) throw errors().ERR_INVALID_ARG_TYPE(name, ['string', 'Array'], value);
	}
	let a = [...actual], b = [...expected];
	// What both begin and end with is not compared any further.
	let begin = 0, end = 0;
	while (begin < a.length && begin < b.length && a[begin] === b[begin]) begin++;
	while (end < a.length - begin && end < b.length - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
	const head = a.slice(0, begin), tail = a.slice(a.length - end);
	a = a.slice(begin, a.length - end);
	b = b.slice(begin, b.length - end);
	const same = (item) => [0, item];
	return [...head.map(same), ...(a.length * b.length > most ? replaced(a, b) : changes(a, b)), ...tail.map(same)];
}

// most is how large the table may become in which two lists are compared. What needs a larger one is all different.
const most = 4e6;

const replaced = (a, b) => [...a.map((item) => [1, item]), ...b.map((item) => [-1, item])];

function changes(a, b) {
	const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
	}
	const out = [];
	let i = 0, j = 0;
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			out.push([0, a[i++]]);
			j++;
		} else if (i < a.length && (j >= b.length || lengths[i + 1][j] >= lengths[i][j + 1])) {
			out.push([1, a[i++]]);
		} else {
			out.push([-1, b[j++]]);
		}
	}
	return out;
}

function parseEnv(content) {
	check().validateString(content, 'content');
	const env = {};
	const line = /^\s*(?:export\s+)?([\w.-]+)\s*=[^\S\n]*(?:"((?:\\.|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^\n#]*))?.*$/gm;
	for (let m = line.exec(content); m; m = line.exec(content)) {
		if (m[2] !== undefined) env[m[1]] = m[2].replaceAll('\\n', '\n');
		else env[m[1]] = m[3] ?? m[4] ?? (m[5] ?? '').trim();
	}
	return env;
}

async function aborted(signal, resource) {
	if (signal === undefined) throw errors().ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal);
	check().validateAbortSignal(signal, 'signal');
	check().validateObject(resource, 'resource', { allowFunction: true });
	if (signal.aborted) return;
	await new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

const not = (name) => function () {
	throw errors().ERR_METHOD_NOT_IMPLEMENTED(name);
};

function makeMIME() {
	return require('internal/mime');
}

module.exports = {
	inspect, format, formatWithOptions, promisify, callbackify, deprecate, inherits, debuglog, debug: debuglog, stripVTControlCharacters,
	styleText, getSystemErrorMap, diff, parseEnv, aborted,
	get types() { return require('util/types'); },
	get isDeepStrictEqual() { return require('internal/comparisons').isDeepStrictEqual; },
	get TextEncoder() { return globalThis.TextEncoder; },
	get TextDecoder() { return globalThis.TextDecoder; },
	get MIMEType() { return makeMIME().MIMEType; },
	get MIMEParams() { return makeMIME().MIMEParams; },
	getSystemErrorName: (err) => systemError(err)?.[0],
	getSystemErrorMessage: (err) => systemError(err)?.[1],
	convertProcessSignalToExitCode(signal) {
		check().validateOneOf(signal, 'signalCode', Object.keys(signalNumbers()));
		return 128 + signalNumbers()[signal];
	},
	toUSVString: (text) => `${text}`.toWellFormed(),
	parseArgs() {
		throw new Error('node:util parseArgs is not implemented');
	},
	getCallSites(count = 10) {
		const frames = (new Error('').stack ?? '').split('\n').slice(1).filter((line) => !/node:|native/.test(line) && /:\d/.test(line)).slice(0, typeof count === 'number' ? count : 10);
		return frames.map((line) => {
			const m = /at (?:(.+?) \()?(.+?):(\d+):(\d+)/.exec(line) ?? [];
			return { functionName: m[1] ?? '', scriptName: m[2] ?? '', lineNumber: Number(m[3] ?? 0), columnNumber: Number(m[4] ?? 0), column: Number(m[4] ?? 0) };
		});
	},
	getCallSite(count) {
		return this.getCallSites(count);
	},
	transferableAbortController: () => new AbortController(),
	transferableAbortSignal: (signal) => signal,
	setTraceSigInt() {},
	_extend(target, source) {
		return source === null || typeof source !== 'object' ? target : Object.assign(target, source);
	},
	_errnoException: not('_errnoException'),
	_exceptionWithHostPort: not('_exceptionWithHostPort'),
	log(...args) {
		globalThis.console.log('%s - %s', new Date().toLocaleString?.() ?? '', format(...args));
	},
	isArray: Array.isArray,
	isBoolean: (v) => typeof v === 'boolean',
	isBuffer: (v) => require('buffer').Buffer.isBuffer(v),
	isDate: (v) => require('util/types').isDate(v),
	isError: function isError(v) {
		return require('util/types').isNativeError(v) || v instanceof Error;
	},
	isFunction: (v) => typeof v === 'function',
	isNull: (v) => v === null,
	isNullOrUndefined: (v) => v === null || v === undefined,
	isNumber: (v) => typeof v === 'number',
	isObject: (v) => v !== null && typeof v === 'object',
	isPrimitive: (v) => v === null || (typeof v !== 'object' && typeof v !== 'function'),
	isRegExp: (v) => require('util/types').isRegExp(v),
	isString: (v) => typeof v === 'string',
	isSymbol: (v) => typeof v === 'symbol',
	isUndefined: (v) => v === undefined,
};
