// https://nodejs.org/api/worker_threads.html: there is one thread.
const { methods, constructor } = require('internal/stubs');

const data = new Map();

module.exports = {
	get MessageChannel() { return globalThis.MessageChannel; },
	get MessagePort() { return globalThis.MessagePort; },
	BroadcastChannel: constructor('BroadcastChannel'),
	Worker: constructor('Worker'),
	SHARE_ENV: Symbol.for('nodejs.worker_threads.SHARE_ENV'),
	isMainThread: true,
	isInternalThread: false,
	parentPort: null,
	workerData: null,
	threadId: 0,
	resourceLimits: {},
	getEnvironmentData: (key) => data.get(key),
	setEnvironmentData(key, value) {
		if (value === undefined) data.delete(key);
		else data.set(key, value);
	},
	markAsUntransferable() {},
	markAsUncloneable() {},
	isMarkedAsUntransferable: () => false,
	moveMessagePortToContext: () => new globalThis.MessagePort(),
	receiveMessageOnPort() {},
	...methods('', ['postMessageToThread']),
};
