// https://nodejs.org/api/timers.html
// The functions are kept: somebody may replace the globals by their own, which call these.
const { setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval } = globalThis;

module.exports = {
	get promises() { return require('timers/promises'); },
	setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval,
	active(timer) {
		timer?.refresh?.();
	},
	unenroll(timer) {
		if (timer !== undefined) clearTimeout(timer);
	},
	enroll() {
		throw new Error('Not implemented. Please use setTimeout() instead.');
	},
};
Object.defineProperty(module.exports, 'Timeout', { configurable: true, get: () => native.Timeout });
