// https://nodejs.org/api/timers.html
// The functions are kept: somebody may replace the globals by their own, which call these.
const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
const { setImmediate: set, clearImmediate: clear } = globalThis;

module.exports = {
	get promises() { return require('timers/promises'); },
	setTimeout, clearTimeout, setInterval, clearInterval,
	// The globals mind what they are called on.
	setImmediate: (...args) => set(...args),
	clearImmediate: (immediate) => clear(immediate),
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
