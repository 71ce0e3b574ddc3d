// What modules that Workers have in name only are made of.
const { ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors');

// refuse throws as Workers do where a method is not there.
function refuse(name) {
	throw ERR_METHOD_NOT_IMPLEMENTED(name);
}

// methods makes functions that throw; prefix is what their names begin with in the error.
function methods(prefix, names) {
	return Object.fromEntries(names.map((name) => [name, { [name]() { refuse(prefix + name); } }[name]]));
}

// constructor makes a class that cannot be constructed.
function constructor(name, shown = name) {
	const C = { [name]: class { constructor() { refuse(shown); } } }[name];
	return C;
}

module.exports = { refuse, methods, constructor };
