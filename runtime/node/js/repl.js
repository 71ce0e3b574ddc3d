// https://nodejs.org/api/repl.html: there is no terminal.
const { methods, constructor, refuse } = require('internal/stubs');

function writer() {
	refuse('writer');
}
writer.options = { ...require('util').inspect.defaultOptions, colors: true, showProxy: true };

class Recoverable extends SyntaxError {
	constructor(err) {
		super();
		this.err = err;
	}
}

module.exports = {
	REPLServer: constructor('REPLServer'),
	REPL_MODE_SLOPPY: Symbol('repl-sloppy'),
	REPL_MODE_STRICT: Symbol('repl-strict'),
	Recoverable,
	...methods('', ['start']),
	writer,
	get builtinModules() { return require('module').builtinModules; },
	get _builtinLibs() { return require('module').builtinModules; },
};
