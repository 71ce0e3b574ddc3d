// https://nodejs.org/api/console.html. The module is the global console, with a class for consoles of one's own.
const { NodeTypeError } = require('internal/errors');
const { refuse } = require('internal/stubs');
const { formatWithOptions, inspect } = require('util');

// Console writes to streams what the global console shows.
function Console(options) {
	if (!new.target) return new Console(...arguments);
	if (typeof options?.write === 'function' || !options) options = { stdout: options, stderr: arguments[1] };
	const { stdout, stderr = stdout, inspectOptions = {}, groupIndentation = 2 } = options;
	for (const [name, stream] of [['stdout', stdout], ['stderr', stderr]]) {
		if (typeof stream?.write !== 'function') throw new NodeTypeError('ERR_CONSOLE_WRITABLE_STREAM', `Console expects a writable stream instance for ${name}`);
	}
	let indent = '';
	const counts = new Map(), timers = new Map();
	const write = (stream, text) => {
		stream.write(`${indent === '' ? text : indent + text.replaceAll('\n', `\n${indent}`)}\n`);
	};
	const shown = (...args) => formatWithOptions(inspectOptions, ...args);
	const elapsed = (label) => `${label}: ${Date.now() - timers.get(label)}ms`;
	const methods = {
		log: (...args) => write(stdout, shown(...args)),
		warn: (...args) => write(stderr, shown(...args)),
		dir: (value, options) => write(stdout, inspect(value, { customInspect: false, ...inspectOptions, ...options })),
		time(label = 'default') {
			timers.set(`${label}`, Date.now());
		},
		timeEnd(label = 'default') {
			if (timers.has(`${label}`)) write(stdout, elapsed(`${label}`));
			timers.delete(`${label}`);
		},
		timeLog(label = 'default', ...data) {
			if (timers.has(`${label}`)) write(stdout, [elapsed(`${label}`), ...data.map((d) => shown(d))].join(' '));
		},
		trace(...args) {
			write(stderr, `Trace${args.length > 0 ? `: ${shown(...args)}` : ''}`);
		},
		assert(value, ...args) {
			if (value) return;
			if (typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`;
			else args.unshift('Assertion failed');
			write(stderr, shown(...args));
		},
		clear() {},
		count(label = 'default') {
			counts.set(`${label}`, (counts.get(`${label}`) ?? 0) + 1);
			write(stdout, `${label}: ${counts.get(`${label}`)}`);
		},
		countReset(label = 'default') {
			counts.delete(`${label}`);
		},
		group(...args) {
			if (args.length > 0) write(stdout, shown(...args));
			indent += ' '.repeat(groupIndentation);
		},
		groupEnd() {
			indent = indent.slice(0, Math.max(0, indent.length - groupIndentation));
		},
		table: (data) => write(stdout, shown(data)),
	};
	methods.info = methods.debug = methods.dirxml = methods.log;
	methods.error = methods.warn;
	methods.groupCollapsed = methods.group;
	for (const name of ['log', 'info', 'debug', 'warn', 'error', 'dir', 'time', 'timeEnd', 'timeLog', 'trace', 'assert', 'clear', 'count',
		'countReset', 'group', 'groupEnd', 'table', 'dirxml', 'groupCollapsed']) this[name] = methods[name];
	Object.defineProperty(this, Symbol.toStringTag, { value: 'console', configurable: true });
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
