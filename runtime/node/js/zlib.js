// Compression: https://nodejs.org/api/zlib.html. Go does the bytes.
const { open, transcode, crc32: crc } = native;
const { Transform } = require('stream');
const { finished } = require('internal/streams/finished');
const { tick } = require('internal/streams/lifecycle');
const { Buffer } = require('buffer');
const { constants, codes } = require('internal/zlib_constants');
const { NodeError, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateFunction } = require('internal/validators');

const {
	DEFLATE, INFLATE, GZIP, GUNZIP, DEFLATERAW, INFLATERAW, UNZIP, BROTLI_DECODE, BROTLI_ENCODE, ZSTD_COMPRESS, ZSTD_DECOMPRESS,
	Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH, Z_BLOCK, Z_DEFAULT_CHUNK, Z_MIN_CHUNK, Z_MAX_CHUNK,
	BROTLI_OPERATION_PROCESS, BROTLI_OPERATION_FLUSH, BROTLI_OPERATION_FINISH,
} = constants;
const most = 2 ** 31 - 1;

const nameOf = Object.fromEntries(Object.entries(codes).filter(([, n]) => typeof n === 'number').map(([name, n]) => [n, name]));

// number takes an option within a range; what is no number stands for the default, as NaN does.
function number(options, name, min, max, standard, Refusal) {
	const value = options?.[name];
	if (value !== undefined && typeof value !== 'number' && Refusal === coded) throw ERR_INVALID_ARG_TYPE(`options.${name}`, 'number', value);
	if (value === undefined || Number.isNaN(Number(value))) return standard;
	if (value < min || value > max) throw Refusal(`options.${name}`, name === 'chunkSize' && Refusal === coded ? `>= ${min}` : `>= ${min} and <= ${max}`, value);
	return Number(value);
}

// The functions that do all at once refuse options without a code, and the streams with one.
const coded = (name, range, value) => ERR_OUT_OF_RANGE(name, range, value);
const plain = (name, range, value) => new RangeError(`The value of "${name}" is out of range. It must be ${range}. Received ${value}`);

function check(mode, options, Refusal) {
	const checked = {
		chunkSize: number(options, 'chunkSize', Z_MIN_CHUNK, Z_MAX_CHUNK, Z_DEFAULT_CHUNK, Refusal),
		limit: number(options, 'maxOutputLength', 1, most, most, Refusal),
	};
	if (mode >= BROTLI_DECODE) {
		checked.flush = number(options, 'flush', 0, 3, BROTLI_OPERATION_PROCESS, Refusal);
		checked.finishFlush = number(options, 'finishFlush', 0, 3, BROTLI_OPERATION_FINISH, Refusal);
		checked.params = options?.params;
		return checked;
	}
	checked.flush = number(options, 'flush', Z_NO_FLUSH, Z_BLOCK, Z_NO_FLUSH, Refusal);
	checked.finishFlush = number(options, 'finishFlush', Z_NO_FLUSH, Z_BLOCK, Z_FINISH, Refusal);
	const inflates = mode === INFLATE || mode === GUNZIP || mode === UNZIP;
	checked.windowBits = inflates && !options?.windowBits ? 0 : number(options, 'windowBits', mode === GZIP && Refusal === coded ? 9 : 8, 15, 15, Refusal);
	checked.level = number(options, 'level', -1, 9, -1, Refusal);
	number(options, 'memLevel', 1, 9, 8, Refusal);
	checked.strategy = number(options, 'strategy', 0, 4, 0, Refusal);
	const dictionary = options?.dictionary;
	if (dictionary !== undefined) {
		if (!ArrayBuffer.isView(dictionary) && !(dictionary instanceof ArrayBuffer)) {
			throw ERR_INVALID_ARG_TYPE('options.dictionary', ['Buffer', 'TypedArray', 'DataView', 'ArrayBuffer'], dictionary);
		}
		checked.dictionary = dictionary;
	}
	return checked;
}

// kind is on the empty chunk that a flush writes, so that it has its turn.
const kind = Symbol('flush');

class ZlibBase extends Transform {
	constructor(options, mode) {
		const checked = check(mode, options, coded);
		// What is written are bytes, whatever the options say.
		super({ autoDestroy: true, ...options, encoding: null, objectMode: false, writableObjectMode: false });
		this.bytesWritten = 0;
		this._handle = opened(mode, checked);
		this._mode = mode;
		this._chunkSize = checked.chunkSize;
		this._defaultFlushFlag = checked.flush;
		this._finishFlushFlag = checked.finishFlush;
		this._defaultFullFlushFlag = mode >= BROTLI_DECODE ? BROTLI_OPERATION_FLUSH : Z_FULL_FLUSH;
		this._maxOutputLength = checked.limit;
		this._info = !!options?.info;
		this._level = checked.level;
		this._strategy = checked.strategy;
	}

	get bytesRead() { return this.bytesWritten; }
	set bytesRead(value) { this.bytesWritten = value; }

	get _closed() { return this._handle === null; }

	reset() {
		if (!this._handle) throw new NodeError('ERR_ASSERTION', 'zlib binding closed');
		this._handle.reset();
	}

	_final(callback) { callback(); }

	_flush(callback) { this._work(Buffer.alloc(0), this._finishFlushFlag, true, callback); }

	flush(which, callback) {
		if (typeof which === 'function' || (which === undefined && !callback)) [which, callback] = [this._defaultFullFlushFlag, which];
		if (this.writableFinished) {
			if (callback) tick(callback);
		} else if (this.writableEnded) {
			if (callback) this.once('end', callback);
		} else {
			const marker = Buffer.alloc(0);
			marker[kind] = which;
			this.write(marker, '', callback);
		}
	}

	close(callback) {
		if (callback) finished(this, callback);
		this.destroy();
	}

	_destroy(err, callback) {
		this._handle?.close();
		this._handle = null;
		callback(err);
	}

	_transform(chunk, encoding, callback) {
		const last = this.writableEnded && this.writableLength === chunk.byteLength;
		const flush = chunk[kind] ?? (last ? this._finishFlushFlag : this._defaultFlushFlag);
		this._work(chunk, flush, false, callback);
	}

	// _work hands a chunk to Go and passes on what comes of it, at the pace at which it is read.
	_work(chunk, flush, last, callback) {
		const step = () => {
			for (let room = true; room;) {
				if (!this._handle) {
					callback();
					return;
				}
				let out;
				try {
					out = this._handle.write(chunk, flush, this._chunkSize, last);
				} catch (err) {
					this.destroy(failure(err));
					return;
				}
				this.bytesWritten += this._handle.taken();
				chunk = empty;
				for (let at = 0; at < out.length; at += this._chunkSize) room = this.push(out.subarray(at, at + this._chunkSize));
				if (out.length === 0 || !decodes.has(this._mode)) {
					if (this._handle?.followed()) this.push(null);
					callback();
					return;
				}
			}
			// The rest has to wait until somebody reads.
			this._read = () => {
				delete this._read;
				tick(step);
			};
		};
		// What the end brings comes after the event finish.
		if (last) tick(tick, step);
		else tick(step);
	}

	// _processChunk does a chunk at once; pass no callback.
	_processChunk(chunk, flush, callback) {
		if (typeof callback === 'function') {
			this._work(chunk, flush, flush === this._finishFlushFlag, callback);
			return undefined;
		}
		const parts = [];
		for (let next = chunk; ; next = empty) {
			let out;
			try {
				out = this._handle.write(next, flush, this._chunkSize, flush === this._finishFlushFlag);
			} catch (err) {
				throw failure(err);
			}
			this.bytesWritten += this._handle.taken();
			parts.push(out);
			if (out.length === 0 || !decodes.has(this._mode)) break;
		}
		return Buffer.concat(parts);
	}
}

const empty = Buffer.alloc(0);

// What comes of a chunk may need more than one step when it is decompressed.
const decodes = new Set([INFLATE, GUNZIP, INFLATERAW, UNZIP, BROTLI_DECODE, ZSTD_DECOMPRESS]);

function opened(mode, checked) {
	try {
		return open(mode, checked);
	} catch (err) {
		throw new NodeError('ERR_ZLIB_INITIALIZATION_FAILED', 'Initialization failed');
	}
}

// failure is the error of a stream for one of Go's.
function failure(err) {
	const errno = err.errno;
	if (err.code) return new NodeError(err.code, err.message, { errno });
	return Object.assign(new Error(err.message), { code: nameOf[errno], errno });
}

class Zlib extends ZlibBase {
	params(level, strategy, callback) {
		number({ level }, 'level', -1, 9, -1, (n, range, v) => ERR_OUT_OF_RANGE('level', range, v));
		number({ strategy }, 'strategy', 0, 4, 0, (n, range, v) => ERR_OUT_OF_RANGE('strategy', range, v));
		if (this._level === level && this._strategy === strategy) {
			if (callback) tick(callback);
			return;
		}
		this.flush(Z_SYNC_FLUSH, () => {
			if (!this._handle) return;
			this._handle.params(level, strategy);
			this._level = level;
			this._strategy = strategy;
			callback?.();
		});
	}
}

class Brotli extends ZlibBase {}
class Zstd extends ZlibBase {}

class Deflate extends Zlib { constructor(options) { super(options, DEFLATE); } }
class Inflate extends Zlib { constructor(options) { super(options, INFLATE); } }
class Gzip extends Zlib { constructor(options) { super(options, GZIP); } }
class Gunzip extends Zlib { constructor(options) { super(options, GUNZIP); } }
class DeflateRaw extends Zlib { constructor(options) { super(options?.windowBits === 8 ? { ...options, windowBits: 9 } : options, DEFLATERAW); } }
class InflateRaw extends Zlib { constructor(options) { super(options, INFLATERAW); } }
class Unzip extends Zlib { constructor(options) { super(options, UNZIP); } }
class BrotliCompress extends Brotli { constructor(options) { super(options, BROTLI_ENCODE); } }
class BrotliDecompress extends Brotli { constructor(options) { super(options, BROTLI_DECODE); } }
class ZstdCompress extends Zstd { constructor(options) { super(options, ZSTD_COMPRESS); } }
class ZstdDecompress extends Zstd { constructor(options) { super(options, ZSTD_DECOMPRESS); } }

const streams = {
	deflate: [Deflate, DEFLATE], inflate: [Inflate, INFLATE], gzip: [Gzip, GZIP], gunzip: [Gunzip, GUNZIP],
	deflateRaw: [DeflateRaw, DEFLATERAW], inflateRaw: [InflateRaw, INFLATERAW], unzip: [Unzip, UNZIP],
	brotliCompress: [BrotliCompress, BROTLI_ENCODE], brotliDecompress: [BrotliDecompress, BROTLI_DECODE],
	zstdCompress: [ZstdCompress, ZSTD_COMPRESS], zstdDecompress: [ZstdDecompress, ZSTD_DECOMPRESS],
};

for (const [name, [Class, mode]] of Object.entries(streams)) {
	const sync = (data, options) => {
		if (options?.info) {
			const engine = new Class(options);
			if (typeof data === 'string') data = Buffer.from(data);
			const buffer = engine._processChunk(data, engine._finishFlushFlag);
			engine.close();
			return { buffer, engine };
		}
		const checked = check(mode, options, plain);
		return transcode(mode, checked, data, checked.finishFlush, checked.limit);
	};
	const callback = (data, options, done) => {
		if (typeof options === 'function') [options, done] = [undefined, options];
		validateFunction(done, 'callback');
		let result, error = null;
		try {
			result = sync(data, options);
		} catch (err) {
			if (err instanceof TypeError || err.code) throw err;
			error = err;
		}
		// Not before the functions that are due now have run.
		setTimeout(done, 0, error, result);
	};
	const functions = { [`create${Class.name}`]: (options) => new Class(options), [`${name}Sync`]: sync, [name]: callback };
	for (const [name, value] of Object.entries(functions)) exports[name] = Object.defineProperty(value, 'name', { value: name });
	exports[Class.name] = Class;
}

exports.crc32 = function crc32(data, value = 0) {
	if (typeof value !== 'number') throw ERR_INVALID_ARG_TYPE('value', 'number', value);
	if (!(value >= 0 && value < 2 ** 32)) throw ERR_OUT_OF_RANGE('value', '>= 0 && < 4294967296', value);
	return crc(data, value);
};

Object.defineProperties(exports, {
	constants: { enumerable: true, value: constants },
	codes: { enumerable: true, value: codes },
});
Object.assign(exports, constants);
