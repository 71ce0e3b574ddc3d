// https://nodejs.org/api/dns.html#dns-promises-api
const { codes, lookup, checkLookup, resolvers, settings, unsupported } = require('internal/dns');

Object.assign(exports, codes, settings, resolvers);

exports.lookup = async (hostname, options) => {
	checkLookup(hostname, options);
	return lookup(hostname, options);
};
exports.lookupService = async () => unsupported();

exports.Resolver = class Resolver {
	cancel() { unsupported(); }
	setLocalAddress() { unsupported(); }
	getServers() { return settings.getServers(); }
	setServers() { unsupported(); }
};
Object.assign(exports.Resolver.prototype, resolvers);
