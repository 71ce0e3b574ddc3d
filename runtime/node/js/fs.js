// https://nodejs.org/api/fs.html, of a file system in memory: internal/fs/volume.js
const { functions, existsSync, unsupported, Stats, Dirent } = require('internal/fs/sync');
const { constants } = require('internal/fs/constants');
const { Dir } = require('internal/fs/directory');
const { validateFunction } = require('internal/validators');

const tick = (fn, ...args) => queueMicrotask(() => fn(...args));

// later makes the form with a callback of a function that returns at once.
function later(name, sync) {
	return Object.defineProperty((...args) => {
		const callback = typeof args[args.length - 1] === 'function' ? args.pop() : undefined;
		validateFunction(callback, 'callback');
		let result;
		try {
			result = sync(...args);
		} catch (err) {
			// Arguments that cannot be are the caller's mistake; all else is the callback's.
			if (err instanceof TypeError || err instanceof RangeError) throw err;
			tick(callback, err);
			return;
		}
		if (result === undefined) tick(callback, null);
		else tick(callback, null, result);
	}, 'name', { value: name });
}

Object.assign(exports, { constants, F_OK: constants.F_OK, R_OK: constants.R_OK, W_OK: constants.W_OK, X_OK: constants.X_OK, Dirent, Dir, Stats });

for (const [name, sync] of Object.entries(functions)) {
	exports[name] = sync;
	const bare = name.slice(0, -'Sync'.length);
	exports[bare] = later(bare, sync);
}
exports.realpath.native = exports.realpath;

// These also hand on the buffer.
for (const [name, sync] of [['read', functions.readSync], ['write', functions.writeSync], ['readv', functions.readvSync], ['writev', functions.writevSync]]) {
	exports[name] = (fd, buffer, ...args) => {
		const callback = args.pop() ?? buffer;
		validateFunction(callback, 'callback');
		let count;
		try {
			count = sync(fd, buffer, ...args);
		} catch (err) {
			if (err instanceof TypeError || err instanceof RangeError) throw err;
			tick(callback, err);
			return;
		}
		tick(callback, null, count, buffer);
	};
}

exports.existsSync = existsSync;
exports.exists = (path, callback) => {
	validateFunction(callback, 'callback');
	const there = existsSync(path);
	tick(callback, there);
};
Object.defineProperty(exports.exists, Symbol.for('nodejs.util.promisify.custom'), { value: async (path) => existsSync(path) });

exports.watch = exports.watchFile = exports.unwatchFile = unsupported;

exports.createReadStream = (path, options) => new exports.ReadStream(path, options);
exports.createWriteStream = (path, options) => new exports.WriteStream(path, options);
for (const [name, of] of [['ReadStream', 'ReadStream'], ['WriteStream', 'WriteStream'], ['FileReadStream', 'ReadStream'], ['FileWriteStream', 'WriteStream']]) {
	Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => require('internal/fs/streams')[of] });
}
Object.defineProperty(exports, 'promises', { configurable: true, enumerable: true, get: () => require('fs/promises') });

exports.openAsBlob = async (path, options) => new Blob([functions.readFileSync(path)], { type: options?.type ?? '' });
