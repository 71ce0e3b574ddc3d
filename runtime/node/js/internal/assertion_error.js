// https://nodejs.org/api/assert.html#class-assertassertionerror
const { validateObject } = require('internal/validators');
const { inspect } = require('util');

const titles = {
	deepStrictEqual: 'Expected values to be strictly deep-equal:',
	strictEqual: 'Expected values to be strictly equal:',
	strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
	deepEqual: 'Expected values to be loosely deep-equal:',
	notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
	notStrictEqual: 'Expected "actual" to be strictly unequal to:',
	notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
	notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
	notIdentical: 'Values identical but not reference-equal:',
};

const show = (value) => inspect(value, {
	compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false, sorted: true, getters: true,
});

// compared words a comparison that failed.
function compared(actual, expected, operator) {
	const a = show(actual), b = show(expected);
	const primitive = (v) => (typeof v !== 'object' || v === null) && typeof v !== 'function';
	if (!a.includes('\n') && !b.includes('\n') && a !== b) {
		if (primitive(actual) && primitive(expected) && (actual !== 0 || expected !== 0) && a.length + b.length <= 12) {
			return `${titles[operator] ?? titles.strictEqual}\n\n${a} !== ${b}\n`;
		}
	}
	const title = titles[operator] ?? titles.deepStrictEqual;
	const wide = (v) => inspect(v, { customInspect: false, depth: 1000, sorted: true, breakLength: 80 });
	const x = wide(actual), y = wide(expected);
	if (!x.includes('\n') && !y.includes('\n') && x !== y && !primitive(actual)) {
		let same = 0;
		while (same < x.length && x[same] === y[same]) same++;
		const mark = same > 2 ? `\n${' '.repeat(same + 2)}^` : '';
		return `${title}\n+ actual - expected\n\n+ ${x}\n- ${y}${mark}`;
	}
	const { diff } = require('util');
	const lines = diff(a.split('\n'), b.split('\n')).map(([side, line]) => `${side > 0 ? '+' : side < 0 ? '-' : ' '} ${line}`);
	return `${title}\n+ actual - expected\n\n${lines.join('\n')}\n`;
}

class AssertionError extends Error {
	constructor(options) {
		validateObject(options, 'options');
		const { message, operator, actual, expected } = options;
		super(message != null ? String(message) : worded(operator, actual, expected));
		this.generatedMessage = !message;
		Object.defineProperty(this, 'name', { __proto__: null, value: 'AssertionError [ERR_ASSERTION]', enumerable: false, writable: true, configurable: true });
		void this.stack; // it keeps the name of now
		this.name = 'AssertionError';
		this.code = 'ERR_ASSERTION';
		this.actual = actual;
		this.expected = expected;
		this.operator = operator;
	}
	toString() {
		return `${this.name} [${this.code}]: ${this.message}`;
	}
}

function worded(operator, actual, expected) {
	if (operator === 'deepStrictEqual' || operator === 'strictEqual' || operator === 'deepEqual') return compared(actual, expected, operator);
	if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
		const text = show(actual);
		return `${titles[operator]}${text.includes('\n') ? `\n\n${text}\n` : ` ${text}`}`;
	}
	return `${inspect(actual)} ${operator} ${inspect(expected)}`;
}

module.exports = AssertionError;
