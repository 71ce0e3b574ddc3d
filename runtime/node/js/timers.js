// https://nodejs.org/api/timers.html
module.exports = {
	get promises() { return require('timers/promises'); },
	get setTimeout() { return globalThis.setTimeout; },
	get clearTimeout() { return globalThis.clearTimeout; },
	get setImmediate() { return globalThis.setImmediate; },
	get clearImmediate() { return globalThis.clearImmediate; },
	get setInterval() { return globalThis.setInterval; },
	get clearInterval() { return globalThis.clearInterval; },
	active(timer) {
		timer?.refresh?.();
	},
	unenroll(timer) {
		if (timer !== undefined) globalThis.clearTimeout(timer);
	},
	enroll() {
		throw new Error('Not implemented. Please use setTimeout() instead.');
	},
};
Object.defineProperty(module.exports, 'Timeout', { configurable: true, get: () => native.Timeout });
