// Streams: https://nodejs.org/api/stream.html. The classes are in internal/streams; this module is Stream itself, with the rest on it.
const Stream = require('internal/streams/stream');
const Readable = require('internal/streams/readable');
const Writable = require('internal/streams/writable');
const { Duplex, Transform, PassThrough, duplexPair } = require('internal/streams/duplex');
const { defaults, destroyAny, isDestroyed, isReadable, isWritable, isErrored, isDisturbed } = require('internal/streams/lifecycle');
const { addAbortSignal } = require('internal/streams/abort');
const { finished, finishedPromise } = require('internal/streams/finished');
const { pipeline, pipelinePromise } = require('internal/streams/pipeline');
const { validateInteger } = require('internal/validators');
const { Buffer } = require('buffer');

// What util.promisify makes of the two are the functions of stream/promises.
const custom = Symbol.for('nodejs.util.promisify.custom');
Object.defineProperty(finished, custom, { enumerable: true, get: () => finishedPromise });
Object.defineProperty(pipeline, custom, { enumerable: true, get: () => pipelinePromise });

const promises = { finished: finishedPromise, pipeline: pipelinePromise };

module.exports = Object.assign(Stream, {
	Stream, Readable, Writable, Duplex, Transform, PassThrough, promises,
	addAbortSignal, duplexPair, finished, pipeline, isDestroyed, isReadable, isWritable, isErrored, isDisturbed, destroy: destroyAny,
	compose: (...streams) => require('internal/streams/compose').compose(...streams),
	_isUint8Array: (value) => value instanceof Uint8Array,
	_isArrayBufferView: (value) => ArrayBuffer.isView(value),
	_uint8ArrayToBuffer: (chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
	getDefaultHighWaterMark: (objectMode) => objectMode ? defaults.objects : defaults.bytes,
	setDefaultHighWaterMark(objectMode, value) {
		validateInteger(value, 'value', 0);
		defaults[objectMode ? 'objects' : 'bytes'] = value;
	},
});
