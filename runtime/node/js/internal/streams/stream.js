// The base of all streams, which only knows how to pipe as streams did in the beginning.
const EventEmitter = require('events');
const { listenerCount } = EventEmitter;

function Stream(options) {
	EventEmitter.call(this, options);
}
Object.setPrototypeOf(Stream.prototype, EventEmitter.prototype);
Object.setPrototypeOf(Stream, EventEmitter);

Stream.prototype.pipe = function (target, options) {
	const source = this;
	const data = (chunk) => {
		if (target.writable && target.write(chunk) === false) source.pause?.();
	};
	const drain = () => {
		if (source.readable) source.resume?.();
	};
	let over = false;
	const end = () => {
		if (!over) target.end();
		over = true;
	};
	const close = () => {
		if (!over && typeof target.destroy === 'function') target.destroy();
		over = true;
	};
	const failing = (emitter) => (err) => {
		cleanUp();
		if (listenerCount(emitter, 'error') === 0) emitter.emit('error', err);
	};
	const listeners = [[source, 'data', data], [target, 'drain', drain]];
	if (!target._isStdio && options?.end !== false) listeners.push([source, 'end', end], [source, 'close', close]);
	const cleanUp = () => {
		for (const [emitter, event, fn] of listeners) emitter.removeListener(event, fn);
	};
	listeners.push([source, 'end', cleanUp], [source, 'close', cleanUp], [target, 'close', cleanUp]);
	for (const emitter of [source, target]) {
		const fn = failing(emitter);
		listeners.push([emitter, 'error', fn]);
		emitter.prependListener('error', fn);
	}
	for (const [emitter, event, fn] of listeners) if (event !== 'error') emitter.on(event, fn);
	target.emit('pipe', source);
	return target;
};

module.exports = Stream;
