// What the scripts of Node.js's own suite expect around them, for a Worker: require, their folder "common", and a judgement
// of whether a script did what it promised. The runner puts the script, as a function, and its fixtures in front.

import assert from 'node:assert';
import fs from 'node:fs';
import nodePath from 'node:path';
import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';

// What scripts may replace or delete.
const answer = Response.json, after = setTimeout;

const patience = 3000; // milliseconds
const rounds = 40; // at least as often a script is looked at, however long that takes
const root = '/tmp/suite';
const folder = root + '/test/parallel';
const scratch = root + '/scratch';

/** @returns {Response} JSON {state: 'pass' | 'fail' | 'skip', message: string} */
async function judge() {
	const errors = [];
	const failed = (e) => errors.push(e);
	globalThis.addEventListener('error', (event) => failed(event.error ?? event.message));
	globalThis.addEventListener('unhandledrejection', (event) => failed(event.reason));
	process.exit = (code) => {
		throw new Ended(code ?? process.exitCode ?? 0);
	};
	watchTimers(failed);
	try {
		script.call(mainModule.exports, mainModule.exports, requireFor(), mainModule, mainModule.filename, folder);
	} catch (e) {
		failed(e);
	}
	let steady = 0;
	let unmet; // what was promised and has not been done
	let refused; // what the script's last look at itself, at its end, found wrong
	let round = 0;
	let over = false;
	let calls = 0; // of what has been promised, when it was last looked
	for (const started = Date.now(), last = { progress: started }; errors.length === 0; ) {
		const now = Date.now(), made = promises.reduce((sum, p) => sum + p.calls(), 0);
		if (made !== calls) [calls, last.progress] = [made, now];
		if (++round > rounds && (now - last.progress > patience || now - started > 5 * patience)) break;
		await new Promise((resolve) => after(resolve, 15));
		unmet = promises.find((p) => !p.kept())?.text() ?? (runningTests > 0 && 'a test of node:test does not end');
		steady = unmet ? 0 : steady + 1;
		if (steady < 3) continue;
		try {
			process.emit('beforeExit', 0);
			unmet = promises.find((p) => !p.kept())?.text();
			if (unmet) continue;
			process.emit('exit', 0);
			over = true;
			break;
		} catch (e) {
			if (e instanceof Ended) failed(e);
			refused = described(e);
			steady = 0;
		}
	}
	const [first] = errors;
	if (first instanceof Ended && first.code === 0) return answer({ state: first.skipped ? 'skip' : 'pass', message: first.message });
	if (errors.length > 0) return answer({ state: 'fail', message: described(first) });
	if (!over) return answer({ state: 'fail', message: unmet || refused || 'it does not come to rest' });
	return answer({ state: 'pass', message: '' });
}

// What a timer's function throws is nobody's in Workers: no event tells of it.
function watchTimers(failed) {
	const watched = new Map();
	for (const holder of [globalThis, builtin('timers')]) {
		for (const name of ['setTimeout', 'setInterval', 'setImmediate']) {
			const original = holder[name];
			if (typeof original !== 'function') continue;
			if (!watched.has(original)) watched.set(original, watchedTimer(original, failed));
			try {
				holder[name] = watched.get(original);
			} catch {
				// It stays as it is.
			}
		}
	}
}

function watchedTimer(original, failed) {
	const set = function (fn, ...rest) {
		if (typeof fn !== 'function') return original(fn, ...rest);
		return original(function (...args) {
			try {
				return fn.apply(this, args);
			} catch (e) {
				failed(e);
				throw e;
			}
		}, ...rest);
	};
	return Object.defineProperties(set, Object.getOwnPropertyDescriptors(original));
}

function described(e) {
	const text = e instanceof Error ? `${e.name}: ${e.message}` : String(e);
	const at = /script\.js:\d+|worker\.js:\d+/.exec(e?.stack ?? '');
	return text.slice(0, 600) + (at ? ` (${at[0]})` : '');
}

class Ended {
	constructor(code, message = '') {
		this.code = code;
		this.message = message || 'exit ' + code;
		this.skipped = message !== '';
	}
}

// Promises that a script made: a function that has to be called.
const promises = [];

function promised(fn, count, least) {
	if (typeof fn === 'number') [fn, count] = [undefined, fn];
	fn ??= () => {};
	count ??= 1;
	let calls = 0;
	const where = /(?:script|worker)\.js:\d+/.exec(new Error().stack.split('\n').slice(3).join('\n'))?.[0] ?? '?';
	promises.push({
		calls: () => calls,
		kept: () => (least ? calls >= count : calls === count),
		text: () => `${fn.name || 'a function'} of ${where} was called ${calls} times instead of ${count}`,
	});
	const counted = function (...args) {
		calls++;
		return fn.apply(this, args);
	};
	Object.defineProperty(counted, 'name', { value: fn.name, configurable: true });
	Object.defineProperty(counted, 'length', { value: fn.length, configurable: true });
	return counted;
}

const guarded = new WeakMap();

// A view of an object through which nothing can be changed.
function immutable(value) {
	if (value === null || typeof value !== 'object') return value;
	if (!guarded.has(value)) {
		const refuse = (what) => () => assert.fail('an object that must not change: ' + what);
		guarded.set(value, new Proxy(value, {
			get: (target, key, receiver) => immutable(Reflect.get(target, key, receiver)),
			set: refuse('set'),
			defineProperty: refuse('defineProperty'),
			deleteProperty: refuse('deleteProperty'),
			preventExtensions: refuse('preventExtensions'),
			setPrototypeOf: refuse('setPrototypeOf'),
		}));
	}
	return guarded.get(value);
}

let expectedWarnings;

function expectWarning(name, expected, code) {
	if (typeof name === 'object') {
		for (const [each, list] of Object.entries(name)) expectWarning(each, list);
		return;
	}
	let list = expected;
	if (!Array.isArray(expected)) list = typeof expected === 'object' && !(expected instanceof RegExp) ? Object.entries(expected).map(([c, m]) => [m, c]) : [[expected, code]];
	else if (expected.length > 0 && !Array.isArray(expected[0])) list = [expected];
	if (!expectedWarnings) {
		expectedWarnings = new Map();
		process.on('warning', (w) => {
			assert.ok(expectedWarnings.has(w.name), 'unexpected ' + inspect(w));
			expectedWarnings.get(w.name)(w);
		});
	}
	const waiting = [...list];
	expectedWarnings.set(name, promised((w) => {
		const [message, wanted] = waiting.shift() ?? assert.fail('one warning too many: ' + w);
		if (typeof message === 'string') assert.strictEqual(w.message, message);
		else assert.match(w.message, message);
		assert.strictEqual(w.code, wanted);
	}, waiting.length));
}

function received(input) {
	if (input == null) return ` Received ${input}`;
	if (typeof input === 'function') return ` Received function ${input.name}`;
	if (typeof input === 'object') return input.constructor?.name ? ` Received an instance of ${input.constructor.name}` : ` Received ${inspect(input, { depth: -1 })}`;
	let text = inspect(input, { colors: false });
	if (text.length > 28) text = text.slice(0, 25) + '...';
	return ` Received type ${typeof input} (${text})`;
}

const views = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView'];

function arrayBufferViews({ buffer, byteOffset, byteLength }) {
	const classes = views.map((name) => globalThis[name]).filter((c) => c && byteLength % (c.BYTES_PER_ELEMENT ?? 1) === 0);
	return classes.map((c) => new c(buffer, byteOffset, byteLength / (c.BYTES_PER_ELEMENT ?? 1)));
}

const mustCall = (fn, exact) => promised(fn, exact, false);

const common = {
	mustCall,
	mustCallAtLeast: (fn, least) => promised(fn, least, true),
	mustSucceed: (fn, exact) => mustCall(function (error, ...args) {
		assert.ifError(error);
		return fn?.apply(this, args);
	}, exact),
	mustNotCall: (message = 'a function that must not be called') => (...args) => assert.fail(message + (args.length ? ': ' + inspect(args) : '')),
	mustNotMutateObjectDeep: immutable,
	expectsError: (validator, exact) => mustCall((...args) => {
		assert.strictEqual(args.length, 1);
		assert.throws(() => {
			throw args[0];
		}, validator);
		return true;
	}, exact),
	expectWarning,
	skip(message) {
		throw new Ended(0, message || 'skipped');
	},
	printSkipMessage() {},
	skipIfInspectorDisabled: () => common.skip('no inspector'),
	skipIf32Bits() {},
	skipIfEslintMissing: () => common.skip('no ESLint'),
	skipIfSQLiteMissing: () => common.skip('no SQLite'),
	allowGlobals() {},
	platformTimeout: (ms) => ms,
	invalidArgTypeHelper: received,
	getArrayBufferViews: arrayBufferViews,
	getBufferSources: (buffer) => [...arrayBufferViews(buffer), new Uint8Array(buffer).buffer],
	getTTYfd: () => -1,
	runWithInvalidFD: (fn) => fn(1 << 30),
	canCreateSymLink: () => true,
	requireNoPackageJSONAbove() {},
	hasCrypto: true,
	hasIntl: true,
	hasInspector: false,
	hasSQLite: false,
	hasQuic: false,
	hasIPv6: false,
	hasFullICU: true,
	enoughTestMem: false,
	isWindows: false,
	isSunOS: false,
	isFreeBSD: false,
	isOpenBSD: false,
	isLinux: true,
	isMacOS: false,
	isASan: false,
	isDebug: false,
	isAIX: false,
	isIBMi: false,
	isPi: () => false,
	inFreeBSDJail: false,
	isInsideDirWithUnusualChars: false,
	isMainThread: true,
	localhostIPv4: '127.0.0.1',
	localIPv6Hosts: ['localhost'],
	PIPE: scratch + '/pipe.sock',
	PORT: 12346,
	buildType: 'Release',
	defaultAutoSelectFamilyAttemptTimeout: 2500,
	pwdCommand: ['pwd', []],
	escapePOSIXShell: () => common.skip('no processes'),
	spawnPromisified: () => common.skip('no processes'),
	skipIfWorker() {},
};

// The files of the suite's folder fixtures that the script names.
function fixture(path, encoding) {
	const name = nodePath.relative(root + '/test/fixtures', path);
	if (!(name in fixtures)) throw new Error('the runner brings no fixture ' + name);
	const bytes = Buffer.from(fixtures[name], 'base64');
	const wanted = typeof encoding === 'object' ? encoding?.encoding : encoding;
	return wanted ? bytes.toString(wanted) : bytes;
}

function storeFixtures() {
	for (const name of Object.keys(fixtures)) {
		const path = nodePath.join(root, 'test/fixtures', name);
		fs.mkdirSync(nodePath.dirname(path), { recursive: true });
		fs.writeFileSync(path, Buffer.from(fixtures[name], 'base64'));
	}
}

const fixturePath = (...parts) => nodePath.join(root, 'test/fixtures', ...parts);

const modp2 = Buffer.from('ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b' +
	'302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff', 'hex');

function pem(label, cipher) {
	const head = cipher ? `\nProc-Type: 4,ENCRYPTED\nDEK-Info: ${cipher},[^\n]+\n` : '';
	return new RegExp(`^-----BEGIN ${label}-----${head}\n([a-zA-Z0-9+/=]{64}\n)*[a-zA-Z0-9+/=]{1,64}\n-----END ${label}-----\n$`);
}

// What the script requires of the suite, by path below test/.
const ours = {
	'common': () => common,
	'common/fixtures': () => {
		storeFixtures();
		return {
			fixturesDir: root + '/test/fixtures',
			path: fixturePath,
			fileURL: (...parts) => pathToFileURL(fixturePath(...parts)),
			readSync: (parts, encoding) => fixture(fixturePath(...[parts].flat()), encoding),
			readKey: (name, encoding) => fixture(fixturePath('keys', name), encoding),
			readKeys: (encoding, ...names) => names.map((name) => fixture(fixturePath('keys', name), encoding)),
			get utf8TestText() {
				return fixture(fixturePath('utf8_test_text.txt'), 'utf8').trim();
			},
			get utf8TestTextPath() {
				return fixturePath('utf8_test_text.txt');
			},
		};
	},
	'common/tmpdir': () => ({
		path: scratch,
		refresh() {
			fs.rmSync(scratch, { recursive: true, force: true });
			fs.mkdirSync(scratch, { recursive: true });
		},
		resolve: (...parts) => nodePath.resolve(scratch, ...parts),
		fileURL: (...parts) => pathToFileURL(nodePath.resolve(scratch + '/', ...parts)),
		hasEnoughSpace: () => false,
	}),
	'common/countdown': () => class Countdown {
		constructor(limit, done) {
			assert.strictEqual(typeof limit, 'number');
			this.remaining = limit;
			this.done = mustCall(done);
		}
		dec() {
			assert.ok(this.remaining > 0, 'a countdown that has ended');
			if (--this.remaining === 0) this.done();
			return this.remaining;
		}
	},
	'common/crypto': () => {
		const crypto = builtin('crypto');
		const hasOpenSSL = (major = 0, minor = 0, patch = 0) => {
			const [a, b, c] = (process.versions.openssl ?? '3.0.0').split('.').map((s) => parseInt(s));
			return a * 1e6 + b * 1e3 + c >= major * 1e6 + minor * 1e3 + patch;
		};
		return {
			modp2buf: modp2,
			hasOpenSSL,
			hasOpenSSL3: hasOpenSSL(3),
			opensslCli: false,
			assertApproximateSize(key, size) {
				assert.ok(key.length >= Math.floor(size * 0.9) && key.length <= Math.ceil(size * 1.1), `a key of ${key.length} instead of about ${size}`);
			},
			testEncryptDecrypt(publicKey, privateKey) {
				for (const key of [publicKey, privateKey]) {
					const sealed = crypto.publicEncrypt(key, Buffer.from('a secret'));
					assert.strictEqual(crypto.privateDecrypt(privateKey, sealed).toString(), 'a secret');
				}
			},
			testSignVerify(publicKey, privateKey) {
				const data = Buffer.from('a message');
				for (const signature of [crypto.sign('SHA256', data, privateKey), crypto.createSign('SHA256').update(data).sign(privateKey)]) {
					for (const key of [publicKey, privateKey]) {
						assert.ok(crypto.verify('SHA256', data, key, signature));
						assert.ok(crypto.createVerify('SHA256').update(data).verify(key, signature));
					}
				}
			},
			pkcs1PubExp: pem('RSA PUBLIC KEY'),
			pkcs1PrivExp: pem('RSA PRIVATE KEY'),
			pkcs1EncExp: (cipher) => pem('RSA PRIVATE KEY', cipher),
			spkiExp: pem('PUBLIC KEY'),
			pkcs8Exp: pem('PRIVATE KEY'),
			pkcs8EncExp: pem('ENCRYPTED PRIVATE KEY'),
			sec1Exp: pem('EC PRIVATE KEY'),
			sec1EncExp: (cipher) => pem('EC PRIVATE KEY', cipher),
		};
	},
	'common/hijackstdio': () => {
		const hijack = (name, listener) => {
			const stream = process[name];
			const write = stream.write;
			stream.writeTimes = 0;
			stream.write = function (data, callback) {
				try {
					listener(data);
				} catch (e) {
					process.nextTick(() => {
						throw e;
					});
				}
				write.call(stream, data, callback);
				stream.writeTimes++;
			};
			return () => {
				stream.write = write;
			};
		};
		const restores = {};
		return {
			hijackStdout: (listener) => void (restores.stdout = hijack('stdout', listener)),
			hijackStderr: (listener) => void (restores.stderr = hijack('stderr', listener)),
			restoreStdout: () => restores.stdout(),
			restoreStderr: () => restores.stderr(),
		};
	},
};

function builtin(name) {
	const found = process.getBuiltinModule(name);
	if (found === undefined) throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
	return found;
}

const cached = new Map();

const mainModule = { exports: {}, filename: `${folder}/${scriptName}.js`, id: '.', loaded: false, children: [], paths: [], parent: null };

function requireFor() {
	const require = (name) => {
		if (name === 'node:test' || name === 'test') return nodeTest;
		if (!name.startsWith('.')) return builtin(name);
		const key = nodePath.join('parallel', name).replace(/(\/index)?(\.js)?$/, '');
		if (key in scripts) {
			if (!cached.has(key)) {
				const module = { exports: {} };
				cached.set(key, module.exports);
				scripts[key].call(module.exports, module.exports, require, module);
				cached.set(key, module.exports);
			}
			return cached.get(key);
		}
		if (!(key in ours)) throw new Error('the suite here has no ' + name);
		if (!cached.has(key)) cached.set(key, ours[key]());
		return cached.get(key);
	};
	require.main = mainModule;
	require.cache = {};
	require.resolve = (name) => name;
	return require;
}

// node:test, as far as the scripts use it: tests run one after the other, and what fails is thrown where nobody catches it.
let runningTests = 0;
let lastTest = Promise.resolve();
let hooks = { before: [], after: [], beforeEach: [], afterEach: [] };

function nodeTest(name, options, fn) {
	if (typeof name === 'function') [name, options, fn] = [name.name, {}, name];
	if (typeof options === 'function') [options, fn] = [{}, options];
	if (!fn || options?.skip || options?.todo) return Promise.resolve();
	const around = hooks;
	runningTests++;
	lastTest = lastTest.then(async () => {
		try {
			for (const hook of around.before.splice(0)) await hook();
			for (const hook of around.beforeEach) await hook();
			await within(fn, context(name));
			for (const hook of around.afterEach) await hook();
		} catch (e) {
			if (!(e instanceof Ended)) reject(new Error(`test "${name}": ${e?.stack ?? e}`.slice(0, 900)));
		} finally {
			runningTests--;
		}
	});
	return lastTest;
}

function reject(e) {
	Promise.reject(e);
}

function within(fn, t) {
	if (fn.length < 2) return fn(t);
	return new Promise((resolve, rejected) => fn(t, (e) => (e ? rejected(e) : resolve())));
}

function context(name) {
	const ended = [];
	const t = {
		name,
		assert,
		mock,
		diagnostic() {},
		plan() {},
		skip: () => {},
		todo: () => {},
		signal: new AbortController().signal,
		after: (fn) => ended.push(fn),
		before: (fn) => fn(),
		beforeEach() {},
		afterEach() {},
		test: async (name, options, fn) => within(typeof name === 'function' ? name : typeof options === 'function' ? options : (fn ?? (() => {})), context(name)),
	};
	t.it = t.test;
	return t;
}

const mock = {
	fn(original = () => {}, implementation = original) {
		const calls = [];
		const mocked = function (...args) {
			const call = { arguments: args, this: this, result: undefined, error: undefined };
			calls.push(call);
			try {
				return (call.result = new.target ? Reflect.construct(implementation, args, new.target) : implementation.apply(this, args));
			} catch (e) {
				call.error = e;
				throw e;
			}
		};
		mocked.mock = { calls, callCount: () => calls.length, restore() {}, resetCalls: () => void (calls.length = 0), mockImplementation: (fn) => void (implementation = fn) };
		return mocked;
	},
	method(object, name, implementation) {
		const original = object[name];
		const mocked = mock.fn(original, implementation ?? original);
		mocked.mock.restore = () => void (object[name] = original);
		object[name] = mocked;
		return mocked;
	},
	restoreAll() {},
	reset() {},
};

function describe(name, options, fn) {
	fn = typeof name === 'function' ? name : typeof options === 'function' ? options : fn;
	if (options?.skip) return;
	const outer = hooks;
	hooks = { before: [...outer.before], after: [], beforeEach: [...outer.beforeEach], afterEach: [...outer.afterEach] };
	try {
		return fn({ name });
	} finally {
		const { after } = hooks;
		lastTest = lastTest.then(async () => {
			for (const hook of after) await hook();
		}).catch(reject);
		hooks = outer;
	}
}

Object.assign(nodeTest, { test: nodeTest, it: nodeTest, describe, suite: describe, mock, default: nodeTest });
for (const f of [nodeTest, describe]) {
	f.skip = () => {};
	f.todo = () => {};
	f.only = f;
}
for (const name of Object.keys(hooks)) nodeTest[name] = (fn) => void hooks[name].push(fn);

export default { fetch: judge };
