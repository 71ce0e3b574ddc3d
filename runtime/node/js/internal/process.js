// https://nodejs.org/api/process.html. This is what process is seldom asked for: the object itself, which is native, has
// the rest, and loads this when it needs it (see process.go).
const EventEmitter = require('events');
const { NodeTypeError, ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, NodeError } = require('internal/errors');
const { validateString } = require('internal/validators');

const { process } = native;
const properties = {};
module.exports = properties;

const not = (name) => {
	const key = name.slice(name.lastIndexOf('.') + 1);
	return { [key]() { throw ERR_METHOD_NOT_IMPLEMENTED(`process.${name}`); } }[key];
};
const forbidden = () => {
	throw Object.assign(new NodeError('EPERM', 'operation not permitted'), { errno: -1, syscall: '' });
};
const zero = () => 0;
const noop = () => {};

let directory = '/bundle';

// lazily makes a property when it is first asked for; the object keeps what it has been given.
function lazily(name, get) {
	Object.defineProperty(properties, name, { configurable: true, enumerable: true, get });
}

function hrtime(previous) {
	const now = Date.now();
	const seconds = Math.floor(now / 1000), nanoseconds = (now % 1000) * 1e6;
	if (previous === undefined) return [seconds, nanoseconds];
	if (!Array.isArray(previous)) throw new (require('internal/errors').NodeTypeError)('ERR_INVALID_ARG_TYPE',
		`The "time" argument must be tuple of integers.${require('internal/errors').received(previous)}`);
	let s = seconds - previous[0], n = nanoseconds - previous[1];
	if (n < 0) {
		s--;
		n += 1e9;
	}
	return [s, n];
}
hrtime.bigint = () => BigInt(Date.now()) * 1000000n;

function emitWarning(warning, type, code) {
	let detail;
	if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
		({ detail, code } = type);
		if (typeof detail !== 'string') detail = undefined;
		type = type.type;
	} else if (typeof type === 'function') {
		type = code = undefined;
	}
	if (type !== undefined) validateString(type, 'type');
	if (typeof code === 'function') code = undefined;
	else if (code !== undefined) validateString(code, 'code');
	if (typeof warning === 'string') {
		warning = Object.assign(new Error(warning), { name: String(type ?? 'Warning') });
		if (code !== undefined) warning.code = code;
		if (detail !== undefined) warning.detail = detail;
	} else if (!(warning instanceof Error)) {
		throw ERR_INVALID_ARG_TYPE('warning', 'string or Error', warning);
	}
	process.nextTick(() => process.emit('warning', warning));
}

// stdio is what a Worker has of a standard stream: what is written to it goes to the console, line by line.
function stdio(fd, name, log) {
	let rest = '';
	class SyncWriteStream extends EventEmitter {}
	const stream = Object.assign(new SyncWriteStream(), {
		fd, writable: true, readable: false, _type: 'fs', _isStdio: true, writableLength: 0, destroyed: false,
		write(chunk, encoding, callback) {
			if (typeof encoding === 'function') callback = encoding;
			if (chunk === null) throw new NodeTypeError('ERR_STREAM_NULL_VALUES', 'May not write null values to stream');
			if (typeof chunk !== 'string') {
				if (!ArrayBuffer.isView(chunk)) throw ERR_INVALID_ARG_TYPE('chunk', ['string', 'Buffer', 'TypedArray', 'DataView'], chunk);
				chunk = require('buffer').Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
			}
			const lines = (rest + chunk).split('\n');
			rest = lines.pop();
			if (lines.length > 0) log(`${name}: ${lines.join(`\n${name}: `)}`);
			if (rest !== '') {
				queueMicrotask(() => {
					if (rest !== '') log(`${name}: ${rest}`);
					rest = '';
				});
			}
			if (typeof callback === 'function') process.nextTick(callback, undefined);
			return true;
		},
		end(chunk, encoding, callback) {
			if (chunk !== undefined && typeof chunk !== 'function') this.write(chunk, encoding);
			if (typeof callback === 'function') process.nextTick(callback);
			return this;
		},
		cork: noop, uncork: noop, destroy() { return this; },
	});
	return stream;
}

Object.assign(properties, {
	assert(value, message) {
		if (!value) require('assert').fail(message);
	},
	getegid: zero, getgid: zero, geteuid: zero, getuid: zero,
	getgroups: () => [0],
	setegid: forbidden, setgid: forbidden, setgroups: forbidden, seteuid: forbidden, setuid: forbidden, initgroups: forbidden,
	setSourceMapsEnabled: noop,
	getSourceMapsSupport: () => Object.freeze(Object.assign(Object.create(null), { enabled: false, nodeModules: false, generatedCode: false })),
	emitWarning,
	exit(code) {
		native.exit(`The Node.js process.exit(${code ?? process.exitCode ?? 0}) API was called. Canceling the request.`);
	},
	abort() {
		native.exit('The Node.js process.abort() API was called. Canceling the request.');
	},
	kill: not('kill'),
	ref(handle) {
		if (typeof handle?.ref === 'function') handle.ref();
	},
	unref(handle) {
		if (typeof handle?.unref === 'function') handle.unref();
	},
	chdir(path) {
		validateString(path, 'directory');
		const resolved = require('path').resolve(path);
		if (!/^\/(?:bundle|tmp|dev)?(?:\/|$)/.test(resolved)) {
			throw Object.assign(new Error(`no such file or directory, chdir '${path.replace(/^\//, '')}'`), { syscall: 'chdir', code: 'ENOENT', path: path.replace(/^\//, '') });
		}
		directory = resolved;
	},
	cwd: () => directory,
	umask(mask) {
		void mask;
		return 0o22;
	},
	hrtime,
	uptime: zero,
	loadEnvFile(path = '.env') {
		throw Object.assign(new Error(`no such file or directory, readAll '${require('path').resolve(directory, path)}'`), { code: 'ENOENT', errno: -2, syscall: 'readAll' });
	},
	binding: not('binding'),
	dlopen: not('dlopen'),
	getActiveResourcesInfo: not('getActiveResourcesInfo'),
	setUncaughtExceptionCaptureCallback: not('setUncaughtExceptionCaptureCallback'),
	hasUncaughtExceptionCaptureCallback: not('hasUncaughtExceptionCaptureCallback'),
	memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
	resourceUsage: () => ({
		userCPUTime: 0, systemCPUTime: 0, maxRSS: 0, sharedMemorySize: 0, unsharedDataSize: 0, unsharedStackSize: 0, minorPageFault: 0,
		majorPageFault: 0, swappedOut: 0, fsRead: 0, fsWrite: 0, ipcSent: 0, ipcReceived: 0, signalsCount: 0, voluntaryContextSwitches: 0,
		involuntaryContextSwitches: 0,
	}),
	send: () => false,
	threadCpuUsage: not('threadCpuUsage'),
	cpuUsage: not('cpuUsage'),
	constrainedMemory: zero,
	availableMemory: zero,
	execve: not('execve'),
	openStdin: () => process.stdin,
	_rawDebug(...args) {
		globalThis.console.log(...args);
	},
	_linkedBinding: not('_linkedBinding'),
	_getActiveRequests: () => [],
	_getActiveHandles: () => [],
	reallyExit: (code) => process.exit(code),
	_kill: not('_kill'),
	_fatalException: noop,
	_tickCallback: noop,
	_debugProcess: not('_debugProcess'),
	_debugEnd: noop,
	_startProfilerIdleNotifier: noop,
	_stopProfilerIdleNotifier: noop,
});
lazily('moduleLoadList', () => []);
lazily('_preload_modules', () => []);
lazily('versions', () => Object.freeze(Object.fromEntries([['node', '22.23.4'], ...(`v8 modules zlib brotli zstd ares napi llhttp nghttp2 acorn ada
	simdutf nbytes ncrypto uvwasi uv openssl sqlite icu undici simdjson unicode cldr tz cjs_module_lexer amaro merve`).split(/\s+/).map((name) => [name, ''])])));
lazily('release', () => ({ name: 'node', lts: true, sourceUrl: '', headersUrl: '' }));
lazily('features', () => Object.freeze({
	cached_builtins: true, debug: false, inspector: false, ipv6: true, openssl_is_boringssl: true, require_module: false, tls: true,
	tls_alpn: true, tls_ocsp: true, tls_sni: true, typescript: false, uv: true,
}));
lazily('config', () => require('internal/process_config'));
lazily('allowedNodeEnvironmentFlags', () => new Set());
lazily('finalization', () => ({ register() {}, registerBeforeExit() {}, unregister() {} }));
lazily('permission', () => ({ has: not('permission.has') }));
lazily('report', () => ({
	compact: false, directory: '', filename: '', getReport: not('report.getReport'), reportOnFatalError: false, reportOnSignal: false,
	reportOnUncaughtException: false, excludeNetwork: false, excludeEnv: false, signal: 'SIGUSR2', writeReport: not('report.writeReport'),
}));
lazily('stdout', () => stdio(1, 'stdout', (text) => globalThis.console.log(text)));
lazily('stderr', () => stdio(2, 'stderr', (text) => globalThis.console.error(text)));
lazily('stdin', () => {
	class ReadStream extends require('stream').Readable {
		fd = 0;
		_read() { this.push(null); }
	}
	return new ReadStream();
});
// The events of promises that nobody handles come from the global scope, once somebody listens.
const global = { unhandledRejection: 'unhandledrejection', rejectionHandled: 'rejectionhandled' };
const followed = new Set();
process.on('newListener', (name) => {
	const type = global[name];
	if (type === undefined || followed.has(name)) return;
	followed.add(name);
	globalThis.addEventListener(type, (event) => process.emit(name, event.reason, event.promise));
});
