// Dir: https://nodejs.org/api/fs.html#class-fsdir
const { NodeError } = require('internal/errors');

class Dir {
	#entries;
	#closed = false;

	constructor(path, entries) {
		this.path = path;
		this.#entries = entries;
	}

	#check() {
		if (this.#closed) throw new NodeError('ERR_DIR_CLOSED', 'Directory handle was closed');
	}

	readSync() {
		this.#check();
		return this.#entries.shift() ?? null;
	}

	read(callback) {
		if (typeof callback !== 'function') return Promise.resolve().then(() => this.readSync());
		const entry = this.readSync();
		queueMicrotask(() => callback(null, entry));
		return undefined;
	}

	closeSync() {
		this.#check();
		this.#closed = true;
	}

	close(callback) {
		if (typeof callback !== 'function') return Promise.resolve().then(() => this.closeSync());
		this.closeSync();
		queueMicrotask(() => callback(null));
		return undefined;
	}

	[Symbol.asyncIterator]() {
		return {
			next: async () => {
				const value = this.#closed ? null : this.readSync();
				if (value !== null) return { value, done: false };
				this.#closed = true;
				return { value: undefined, done: true };
			},
			return: async (value) => {
				this.#closed = true;
				return { value, done: true };
			},
			[Symbol.asyncIterator]() { return this; },
		};
	}
}

module.exports = { Dir };
