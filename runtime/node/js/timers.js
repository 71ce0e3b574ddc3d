// https://nodejs.org/api/timers.html
// The functions are kept: somebody may replace the globals by their own, which call these. They are timers of Node.js, whether
// the globals are or not.
const { setTimeout, clearTimeout, setInterval, clearInterval } = native.global ? globalThis : native;
const { setImmediate, clearImmediate } = native;

module.exports = {
	get promises() { return require('timers/promises'); },
	setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate,
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
