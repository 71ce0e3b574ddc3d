// What both faces of dns share: https://nodejs.org/api/dns.html
const { isIP } = require('internal/ip');
const { NodeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('internal/errors');
const { validateString } = require('internal/validators');

const codes = {};
for (const name of [
	'ADDRGETNETWORKPARAMS', 'BADFAMILY', 'BADFLAGS', 'BADHINTS', 'BADNAME', 'BADQUERY', 'BADRESP', 'BADSTR', 'CANCELLED', 'CONNREFUSED',
	'DESTRUCTION', 'FILE', 'FORMERR', 'LOADIPHLPAPI', 'NODATA', 'NOMEM', 'NONAME', 'NOTFOUND', 'NOTIMP', 'NOTINITIALIZED', 'REFUSED', 'SERVFAIL', 'TIMEOUT',
]) {
	codes[name] = `E${name}`;
}
Object.assign(codes, { EOF: 'EOF', ADDRCONFIG: 1024, V4MAPPED: 2048, ALL: 256 });

const servers = ['1.1.1.1', '2606:4700:4700::1111', '1.0.0.1', '2606:4700:4700::1001'];
let order = 'verbatim';

class DnsError extends NodeError {
	constructor(code, syscall, hostname) {
		super(code, `${syscall} ${code} ${hostname}`, { errno: undefined, hostname, syscall });
	}
}

const failure = (code, type, hostname) => new DnsError(code, `query${type}`, hostname);

// query asks for the records of one type. Nothing is known of how long they may be kept.
async function query(type, name, options) {
	let list;
	try {
		list = await native.resolve(type, name);
	} catch (code) {
		throw failure(code, type, name);
	}
	list = [...list];
	return options?.ttl ? list.map((address) => ({ address, ttl: 0 })) : list;
}

// lookup is the promise of addresses: {address, family}, or a list of them.
async function lookup(hostname, options) {
	const family = Number(typeof options === 'object' ? options?.family ?? 0 : options ?? 0);
	const all = !!options?.all;
	if (!hostname) return all ? [] : { address: null, family: family === 6 ? 6 : 4 };
	const literal = isIP(hostname);
	if (literal) return all ? [{ address: hostname, family: literal }] : { address: hostname, family: literal };
	const found = [];
	for (const [type, number] of [['A', 4], ['AAAA', 6]]) {
		if (family !== 0 && family !== number) continue;
		try {
			for (const address of await query(type, hostname)) found.push({ address, family: number });
		} catch (err) {
			if (family === number || (number === 6 && found.length === 0)) throw failure(codes.NOTFOUND, family === 6 ? 'AAAA' : 'A', hostname);
		}
	}
	if (found.length === 0) throw failure(codes.NOTFOUND, 'A', hostname);
	if (order === 'ipv6first') found.sort((a, b) => b.family - a.family);
	return all ? found : found[0];
}

function checkLookup(hostname, options) {
	if (hostname && typeof hostname !== 'string') throw ERR_INVALID_ARG_TYPE('hostname', 'string', hostname);
	if (options?.hints) throw new NodeError('ERR_OPTION_NOT_IMPLEMENTED', 'The options.hints option is not implemented');
	const family = typeof options === 'object' ? options?.family : options;
	if (![undefined, null, 0, 4, 6, 'IPv4', 'IPv6'].includes(family)) throw ERR_INVALID_ARG_VALUE(typeof options === 'object' ? 'options.family' : 'family', family, 'must be one of: 0, 4, 6');
}

const types = { A: 'resolve4', AAAA: 'resolve6', ANY: 'resolveAny', CAA: 'resolveCaa', CNAME: 'resolveCname', MX: 'resolveMx', NAPTR: 'resolveNaptr', NS: 'resolveNs', PTR: 'resolvePtr', SOA: 'resolveSoa', SRV: 'resolveSrv', TXT: 'resolveTxt' };

// resolvers are functions of (name, options) that return promises.
const resolvers = {};
for (const [type, name] of Object.entries(types)) {
	resolvers[name] = (hostname, options) => {
		validateString(hostname, 'name');
		return query(type, hostname, options);
	};
}
resolvers.reverse = (address) => {
	validateString(address, 'name');
	if (!isIP(address)) throw failure(codes.BADQUERY, 'PTR', address);
	return query('PTR', address);
};
resolvers.resolve = (hostname, rrtype = 'A') => {
	if (!Object.hasOwn(types, rrtype)) throw ERR_INVALID_ARG_VALUE('rrtype', rrtype);
	return resolvers[types[rrtype]](hostname);
};

function unsupported() { throw new Error('Not implemented'); }

const settings = {
	getServers: () => [...servers],
	setServers: unsupported,
	getDefaultResultOrder: () => order,
	setDefaultResultOrder(value) {
		require('internal/validators').validateOneOf(value, 'dnsOrder', ['verbatim', 'ipv4first', 'ipv6first']);
		order = value;
	},
};

module.exports = { codes, lookup, checkLookup, resolvers, settings, unsupported };
