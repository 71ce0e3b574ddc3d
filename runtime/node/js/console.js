// https://nodejs.org/api/console.html. The module is the global console, with a class for consoles of one's own.
const { NodeError, NodeTypeError } = require('internal/errors');
const { refuse } = require('internal/stubs');
const { validateArray, validateInteger, validateObject, validateOneOf } = require('internal/validators');
const { formatWithOptions, inspect } = require('util');
const types = require('util/types');

const most = 1000; // of groupIndentation

// Console writes to streams what the global console shows.
function Console(options) {
	if (!new.target) return Reflect.construct(Console, arguments);
	if (!options || typeof options.write === 'function') options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] };
	const { stdout, stderr = stdout, ignoreErrors = true, colorMode = 'auto', inspectOptions, groupIndentation } = options;
	for (const [name, stream] of [['stdout', stdout], ['stderr', stderr]]) {
		if (typeof stream?.write !== 'function') throw new NodeTypeError('ERR_CONSOLE_WRITABLE_STREAM', `Console expects a writable stream instance for ${name}`);
	}
	if (typeof colorMode !== 'boolean' && colorMode !== 'auto') validateOneOf(colorMode, 'colorMode', ['auto', true, false]);
	if (groupIndentation !== undefined) validateInteger(groupIndentation, 'groupIndentation', 0, most);
	if (inspectOptions !== undefined) {
		validateObject(inspectOptions, 'options.inspectOptions');
		const each = types.isMap(inspectOptions) ? [...inspectOptions.values()] : [inspectOptions];
		if (colorMode !== 'auto' && each.some((o) => o.colors !== undefined)) {
			throw new NodeError('ERR_INCOMPATIBLE_OPTION_PAIR', 'The options "options.inspectOptions.color" and "colorMode" are mutually exclusive.');
		}
	}
	const state = { stdout, stderr, ignoreErrors: Boolean(ignoreErrors), colorMode, inspectOptions, width: groupIndentation ?? 2, indent: '', counts: new Map(), timers: new Map() };
	// The methods belong to the console, so that they can be passed on; a class that extends it may have others.
	for (const name of order) {
		const own = new.target.prototype[name];
		const bound = typeof own === 'function' ? own.bind(this) : (...args) => methods[name](state, ...args);
		Object.defineProperty(bound, 'name', { value: name, configurable: true });
		this[name] = bound;
	}
	Object.defineProperties(this, {
		_stdout: { value: stdout, writable: true, configurable: true },
		_stderr: { value: stderr, writable: true, configurable: true },
		_ignoreErrors: { value: state.ignoreErrors, writable: true, configurable: true },
		[Symbol.toStringTag]: { value: 'console', configurable: true },
	});
}

// The global console is one as well.
Object.defineProperty(Console, Symbol.hasInstance, {
	value(instance) {
		return instance === globalThis.console || Function.prototype[Symbol.hasInstance].call(this, instance);
	},
});

const ignore = () => {};

function write(state, stream, text) {
	if (state.indent !== '') text = state.indent + text.replaceAll('\n', `\n${state.indent}`);
	text += '\n';
	if (!state.ignoreErrors) {
		stream.write(text);
		return;
	}
	// Nobody has to be told that what is written to cannot be.
	try {
		if (stream.listenerCount?.('error') === 0) {
			stream.once('error', ignore);
			stream.write(text, () => require('timers').setImmediate(() => stream.removeListener('error', ignore)));
		} else {
			stream.write(text, ignore);
		}
	} catch (error) {
		if (error instanceof RangeError && /stack/.test(error.message)) throw error;
	}
}

// inspection is how values are shown in a stream.
function inspection(state, stream) {
	const options = types.isMap(state.inspectOptions) ? state.inspectOptions.get(stream) : state.inspectOptions;
	if (options !== undefined && options.colors !== undefined) return options;
	const colors = state.colorMode === 'auto' ? Boolean(stream.isTTY && (typeof stream.getColorDepth !== 'function' || stream.getColorDepth() > 2)) : state.colorMode;
	return { ...options, colors };
}

const shown = (state, stream, args) => formatWithOptions(inspection(state, stream), ...args);
const elapsed = (state, label) => `${label}: ${Date.now() - state.timers.get(label)}ms`;

const methods = {
	log: (state, ...args) => write(state, state.stdout, shown(state, state.stdout, args)),
	warn: (state, ...args) => write(state, state.stderr, shown(state, state.stderr, args)),
	dir: (state, value, options) => write(state, state.stdout, inspect(value, { customInspect: false, ...inspection(state, state.stdout), ...options })),
	time(state, label = 'default') {
		state.timers.set(`${label}`, Date.now());
	},
	timeEnd(state, label = 'default') {
		if (state.timers.has(`${label}`)) write(state, state.stdout, elapsed(state, `${label}`));
		state.timers.delete(`${label}`);
	},
	timeLog(state, label = 'default', ...data) {
		if (state.timers.has(`${label}`)) write(state, state.stdout, shown(state, state.stdout, ['%s', elapsed(state, `${label}`), ...data]));
	},
	trace(state, ...args) {
		write(state, state.stderr, `Trace${args.length > 0 ? `: ${shown(state, state.stderr, args)}` : ''}`);
	},
	assert(state, value, ...args) {
		if (value) return;
		if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
		else args.unshift('Assertion failed');
		write(state, state.stderr, shown(state, state.stderr, args));
	},
	clear() {},
	count(state, label = 'default') {
		state.counts.set(`${label}`, (state.counts.get(`${label}`) ?? 0) + 1);
		write(state, state.stdout, `${label}: ${state.counts.get(`${label}`)}`);
	},
	countReset(state, label = 'default') {
		state.counts.delete(`${label}`);
	},
	group(state, ...args) {
		if (args.length > 0) write(state, state.stdout, shown(state, state.stdout, args));
		state.indent += ' '.repeat(state.width);
	},
	groupEnd(state) {
		state.indent = state.indent.slice(0, Math.max(0, state.indent.length - state.width));
	},
	table(state, data, properties) {
		if (data === null || typeof data !== 'object') {
			methods.log(state, data);
			return;
		}
		if (properties !== undefined) validateArray(properties, 'properties');
		write(state, state.stdout, table(data, properties, (value) => inspect(value, {
			...inspection(state, state.stdout), maxArrayLength: 3, breakLength: Infinity,
			depth: value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 2 ? -1 : 0,
		})));
	},
};
methods.info = (...args) => methods.log(...args);
methods.debug = (...args) => methods.log(...args);
methods.dirxml = (...args) => methods.log(...args);
methods.error = (...args) => methods.warn(...args);
methods.groupCollapsed = (...args) => methods.group(...args);

const order = ['log', 'info', 'debug', 'warn', 'error', 'dir', 'time', 'timeEnd', 'timeLog', 'trace', 'assert', 'clear', 'count',
	'countReset', 'group', 'groupEnd', 'table', 'dirxml', 'groupCollapsed'];

// table draws a value as a table: a line for each of its members, and a column for each of their properties.
function table(data, properties, show) {
	const heads = [], lines = [];
	let first = '(index)';
	if (types.isMap(data) || types.isSet(data) || types.isMapIterator(data) || types.isSetIterator(data)) {
		const items = [...data];
		const entries = types.isMap(data) || (types.isMapIterator(data) && items.every(isPair));
		first = '(iteration index)';
		heads.push(...(entries ? ['Key', 'Values'] : ['Values']));
		for (const item of items) lines.push([String(lines.length), ...(entries ? item : [item]).map(show)]);
		return drawn([first, ...heads], lines);
	}
	const columns = new Map(); // by key: text by line
	const values = new Map();
	const keys = Object.keys(data);
	keys.forEach((key, line) => {
		const item = data[key];
		if (item === null || (typeof item !== 'object' && typeof item !== 'function')) {
			values.set(line, show(item));
			return;
		}
		for (const column of properties ?? Object.keys(item)) {
			if (!columns.has(column)) columns.set(column, new Map());
			if (Object.hasOwn(item, column)) columns.get(column).set(line, show(item[column]));
		}
	});
	if (properties) for (const column of properties) if (!columns.has(column)) columns.set(column, new Map());
	const list = [...columns];
	if (values.size > 0 && !properties) list.push(['Values', values]);
	return drawn([first, ...list.map(([name]) => String(name))], keys.map((key, line) => [key, ...list.map(([, texts]) => texts.get(line) ?? '')]));
}

// isPair tells what Map.prototype.entries gives, as far as it shows: what values gives may be arrays, too.
const isPair = (item) => Array.isArray(item) && item.length === 2;

// width is how many columns a terminal needs for a text.
function width(text) {
	let n = 0;
	for (const c of text.replace(/\x1b\[\d*m/g, '').normalize('NFC')) {
		const code = c.codePointAt(0);
		const wide = code >= 0x1100 && (code <= 0x115f || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3) ||
			(code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff01 && code <= 0xff60) ||
			(code >= 0xffe0 && code <= 0xffe6) || (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd));
		n += wide ? 2 : code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x300 && code <= 0x36f) || code === 0x200b ? 0 : 1;
	}
	return n;
}

function drawn(head, lines) {
	const widths = head.map((text, i) => Math.max(width(text), ...lines.map((line) => width(line[i]))) + 2);
	const row = (cells) => `│${cells.map((text, i) => ` ${text}${' '.repeat(widths[i] - 1 - width(text))}`).join('│')}│`;
	const rule = (left, middle, right) => left + widths.map((n) => '─'.repeat(n)).join(middle) + right;
	return [rule('┌', '┬', '┐'), row(head), rule('├', '┼', '┤'), ...lines.map(row), rule('└', '┴', '┘')].join('\n');
}

const additions = {
	Console,
	context() {
		refuse('Console.context');
	},
	createTask() {
		refuse('Console.createTask');
	},
	_times: new Map(),
	_ignoreErrors: true,
	_stderrErrorHandler() {},
	_stdoutErrorHandler() {},
};
for (const [name, value] of Object.entries(additions)) Object.defineProperty(globalThis.console, name, { value, writable: true, configurable: true, enumerable: true });
for (const name of ['stdout', 'stderr']) Object.defineProperty(globalThis.console, `_${name}`, { configurable: true, enumerable: true, get: () => process[name] });

module.exports = globalThis.console;
