// https://nodejs.org/api/dns.html
const { codes, lookup, checkLookup, resolvers, settings, unsupported } = require('internal/dns');
const { NodeTypeError, received } = require('internal/errors');
const { validateFunction } = require('internal/validators');

// later makes the form with a callback of a function that returns a promise.
const later = (fn) => (...args) => {
	const callback = args.pop();
	if (typeof callback !== 'function') throw new NodeTypeError('ERR_INVALID_ARG_TYPE', `The last argument must be of type function.${received(callback)}`);
	fn(...args).then((value) => callback(null, value), (err) => callback(err));
};

Object.assign(exports, codes, settings);

exports.lookup = (hostname, options, callback) => {
	if (typeof options === 'function') [options, callback] = [undefined, options];
	validateFunction(callback, 'callback');
	checkLookup(hostname, options);
	lookup(hostname, options).then((found) => {
		if (Array.isArray(found)) callback(null, found);
		else callback(null, found.address, found.family);
	}, (err) => callback(err));
};
Object.defineProperty(exports.lookup, Symbol.for('nodejs.util.promisify.customArgs'), { value: ['address', 'family'] });

exports.lookupService = (address, port, callback) => {
	validateFunction(callback, 'callback');
	queueMicrotask(() => callback(new Error('Not implemented')));
};

class Resolver {
	cancel() { unsupported(); }
	setLocalAddress() { unsupported(); }
	getServers() { return settings.getServers(); }
	setServers() { unsupported(); }
}

for (const [name, fn] of Object.entries(resolvers)) {
	exports[name] = later(fn);
	Resolver.prototype[name] = exports[name];
}

exports.Resolver = Resolver;
// As in workerd, promises is the module as import * gives it.
let promises;
Object.defineProperty(exports, 'promises', { configurable: true, enumerable: true, get: () => promises ??= { ...require('dns/promises'), default: require('dns/promises') } });
