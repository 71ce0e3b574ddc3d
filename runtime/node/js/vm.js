// https://nodejs.org/api/vm.html: Workers run no code that is made at run time.
const { ERR_INVALID_ARG_TYPE } = require('internal/errors');
const { validateObject } = require('internal/validators');
const { methods, refuse } = require('internal/stubs');

class Script {
	cachedDataRejected = undefined;
	cachedDataProduced = undefined;
	cachedData = undefined;
	sourceMapURL = undefined;
	createCachedData() {
		refuse('Script.createCachedData');
	}
	runInContext() {
		refuse('runInContext');
	}
	runInNewContext() {
		refuse('runInNewContext');
	}
	runInThisContext() {
		refuse('runInThisContext');
	}
}

module.exports = {
	Script,
	...methods('', ['compileFunction', 'measureMemory', 'runInThisContext']),
	runInNewContext() {
		refuse('runInThisContext');
	},
	runInContext(code, contextified) {
		throw ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', contextified);
	},
	createContext(object = {}) {
		return Object.assign(Object.create(null), object);
	},
	createScript: () => new Script(),
	isContext(object) {
		validateObject(object, 'object', { allowArray: true });
		return false;
	},
	constants: Object.freeze(Object.assign(Object.create(null), {
		USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol('vm_dynamic_import_main_context_default'),
		DONT_CONTEXTIFY: Symbol('vm_context_no_contextify'),
	})),
};
