// The streams of the web, which are globals here: https://nodejs.org/api/webstreams.html
for (const name of [
	'ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest', 'ReadableByteStreamController',
	'ReadableStreamDefaultController', 'TransformStream', 'TransformStreamDefaultController', 'WritableStream', 'WritableStreamDefaultController',
	'WritableStreamDefaultWriter', 'ByteLengthQueuingStrategy', 'CountQueuingStrategy', 'TextEncoderStream', 'TextDecoderStream',
	'CompressionStream', 'DecompressionStream',
]) {
	Object.defineProperty(exports, name, { configurable: true, enumerable: true, get: () => globalThis[name] });
}
