// Checks of arguments that throw as Node.js does.
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = require('internal/errors');

function validateString(value, name) {
	if (typeof value !== 'string') throw ERR_INVALID_ARG_TYPE(name, 'string', value);
}

function validateFunction(value, name) {
	if (typeof value !== 'function') throw ERR_INVALID_ARG_TYPE(name, 'Function', value);
}

function validateBoolean(value, name) {
	if (typeof value !== 'boolean') throw ERR_INVALID_ARG_TYPE(name, 'boolean', value);
}

function validateNumber(value, name, min = undefined, max = undefined) {
	if (typeof value !== 'number') throw ERR_INVALID_ARG_TYPE(name, 'number', value);
	if ((min != null && value < min) || (max != null && value > max) || ((min != null || max != null) && Number.isNaN(value))) {
		throw ERR_OUT_OF_RANGE(name, `${min != null ? `>= ${min}` : ''}${min != null && max != null ? ' && ' : ''}${max != null ? `<= ${max}` : ''}`, value);
	}
}

function validateInteger(value, name, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
	if (typeof value !== 'number') throw ERR_INVALID_ARG_TYPE(name, 'number', value);
	if (!Number.isInteger(value)) throw ERR_OUT_OF_RANGE(name, 'an integer', value);
	if (value < min || value > max) throw ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value);
}

const validateInt32 = (value, name, min = -2147483648, max = 2147483647) => validateInteger(value, name, min, max);
const validateUint32 = (value, name, positive = false) => validateInteger(value, name, positive ? 1 : 0, 4294967295);

// validateObject takes what options are given in; allow may let arrays, functions and null pass as well.
function validateObject(value, name, allow = {}) {
	if ((!allow.nullable && value === null) || (!allow.allowArray && Array.isArray(value)) ||
		(typeof value !== 'object' && !(allow.allowFunction && typeof value === 'function'))) {
		throw ERR_INVALID_ARG_TYPE(name, 'Object', value);
	}
}

function validateArray(value, name, min = 0) {
	if (!Array.isArray(value)) throw ERR_INVALID_ARG_TYPE(name, 'Array', value);
	if (value.length < min) throw ERR_INVALID_ARG_VALUE(name, value, `must be longer than ${min}`);
}

function validateOneOf(value, name, allowed) {
	if (!allowed.includes(value)) {
		throw ERR_INVALID_ARG_VALUE(name, value, 'must be one of: ' + allowed.map((v) => typeof v === 'string' ? `'${v}'` : String(v)).join(', '));
	}
}

function validateAbortSignal(value, name) {
	if (value !== undefined && (value === null || typeof value !== 'object' || !('aborted' in value))) {
		throw ERR_INVALID_ARG_TYPE(name, 'AbortSignal', value);
	}
}

module.exports = {
	validateString, validateFunction, validateBoolean, validateNumber, validateInteger, validateInt32, validateUint32, validateObject,
	validateArray, validateOneOf, validateAbortSignal,
};
