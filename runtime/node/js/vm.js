// https://nodejs.org/api/vm.html: Workers run no code that is made at run time. What is given is checked all the same, and
// contexts can be made and recognised.
const { ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } = require('internal/errors');
const { validateArray, validateBoolean, validateInt32, validateNumber, validateObject, validateOneOf, validateString } = require('internal/validators');
const { refuse } = require('internal/stubs');

const contextSymbol = Symbol('vm_context_symbol');

// Each kind of options is checked by a table: the name of a member, and what it must be, in the order of the checks.
function validateOptions(options, name, checks) {
	validateObject(options, name);
	for (const [member, check] of checks) {
		if (options[member] !== undefined) check(options[member], `${name}.${member}`);
	}
}

function validateView(value, name) {
	if (!ArrayBuffer.isView(value)) throw ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], value);
}

function validateTimeout(value, name) {
	validateNumber(value, name);
	if (!(value >= 1 && value < 4294967296)) throw ERR_OUT_OF_RANGE(name, '>= 1 && < 4294967296', value);
}

function validateCodeGeneration(value, name) {
	validateOptions(value, name, [['strings', validateBoolean], ['wasm', validateBoolean]]);
}

function validateContext(value) {
	if (!isContext(value)) throw ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', value);
}

const scriptChecks = [
	['filename', validateString], ['lineOffset', validateInt32], ['columnOffset', validateInt32], ['cachedData', validateView],
	['produceCachedData', validateBoolean], ['importModuleDynamically', validateBoolean],
];
const runChecks = [['timeout', validateTimeout], ['displayErrors', validateBoolean], ['breakOnSigint', validateBoolean]];
const newContextChecks = [
	['contextName', validateString], ['contextOrigin', validateString], ['contextCodeGeneration', validateCodeGeneration],
	['microtaskMode', validateString],
];
const contextChecks = [
	['name', validateString], ['origin', validateString], ['codeGeneration', validateCodeGeneration],
	['microtaskMode', (value, name) => validateOneOf(value, name, ['afterEvaluate', undefined])],
	['importModuleDynamically', validateBoolean],
];
const functionChecks = [
	['filename', validateString], ['columnOffset', validateInt32], ['lineOffset', validateInt32], ['cachedData', validateView],
	['produceCachedData', validateBoolean],
	['parsingContext', (value, name) => {
		if (!isContext(value)) throw ERR_INVALID_ARG_TYPE(name, ['Context'], value);
	}],
	['contextExtensions', (value, name) => {
		validateArray(value, name);
		value.forEach((extension, i) => validateObject(extension, `${name}[${i}]`, { nullable: true }));
	}],
];

// Where options may be a text, it is the name of the file.
const withFilename = (options) => typeof options === 'string' ? { filename: options } : options;

class Script {
	cachedDataRejected = undefined;
	cachedDataProduced = undefined;
	cachedData = undefined;
	sourceMapURL = undefined;
	constructor(code, options = {}) {
		code = `${code}`;
		validateOptions(withFilename(options), 'options', scriptChecks);
	}
	createCachedData() {
		return Buffer.alloc(0);
	}
	runInThisContext(options = {}) {
		validateOptions(options, 'options', runChecks);
		refuse('runInThisContext');
	}
	runInContext(contextifiedObject, options = {}) {
		validateContext(contextifiedObject);
		return this.runInThisContext(options);
	}
	runInNewContext(contextObject, options = {}) {
		return this.runInContext(newContext(contextObject, options), options);
	}
}

function createContext(contextObject = {}, options = {}) {
	if (contextObject === module.exports.constants.DONT_CONTEXTIFY) contextObject = {};
	if (isContext(contextObject)) return contextObject;
	validateOptions(options, 'options', contextChecks);
	return Object.defineProperty(Object.create(null), contextSymbol, { value: true });
}

// newContext makes the context that code is to run in, from the options for the code.
function newContext(contextObject, options) {
	if (typeof options === 'object') validateOptions(options, 'options', newContextChecks);
	return createContext(contextObject, { microtaskMode: options?.microtaskMode });
}

function createScript(code, options) {
	return new Script(code, options);
}

function runInContext(code, contextifiedObject, options) {
	validateContext(contextifiedObject);
	return new Script(code, withFilename(options)).runInContext(contextifiedObject, withFilename(options));
}

function runInNewContext(code, contextObject, options) {
	options = withFilename(options);
	if (typeof options !== 'object' || options === null) options = {};
	return runInContext(code, newContext(contextObject, options), options);
}

function runInThisContext(code, options) {
	return new Script(code, withFilename(options)).runInThisContext(withFilename(options));
}

function isContext(object) {
	validateObject(object, 'object', { allowArray: true });
	return contextSymbol in object;
}

function compileFunction(code, params, options = {}) {
	validateString(code, 'code');
	if (params !== undefined) {
		validateArray(params, 'params');
		params.forEach((param, i) => validateString(param, `params[${i}]`));
	}
	validateOptions(options, 'options', functionChecks);
	refuse('compileFunction');
}

function measureMemory(options = {}) {
	validateOptions(options, 'options', []);
	validateOneOf(options.mode ?? 'summary', 'options.mode', ['summary', 'detailed']);
	validateOneOf(options.execution ?? 'default', 'options.execution', ['default', 'eager']);
	refuse('measureMemory');
}

module.exports = {
	Script, createContext, createScript, runInContext, runInNewContext, runInThisContext, isContext, compileFunction, measureMemory,
	constants: Object.freeze(Object.assign(Object.create(null), {
		USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol('vm_dynamic_import_main_context_default'),
		DONT_CONTEXTIFY: Symbol('vm_context_no_contextify'),
	})),
};
