// The ports that servers of this isolate listen on. They are no ports of the machine: cloudflare:node looks servers up here.
const { NodeError, ERR_OUT_OF_RANGE, ERR_INVALID_ARG_TYPE } = require('internal/errors');

const servers = new Map();
let next = 49152; // the first port that a server gets that does not ask for one

function add(port, server, address = '127.0.0.1') {
	if (port === undefined || port === null || Number(port) === 0) {
		while (servers.has(next)) next++;
		port = next++;
	}
	if (typeof port !== 'number' && typeof port !== 'string') throw ERR_INVALID_ARG_TYPE('options', ['number', 'string'], port);
	port = Number(port);
	if (!Number.isInteger(port) || port < 0 || port > 65535) throw ERR_OUT_OF_RANGE('options.port', '>= 0 and < 65536', port);
	if (servers.has(port)) {
		throw Object.assign(new NodeError('EADDRINUSE', `bind EADDRINUSE ${address}:${port}`), { syscall: 'bind', address, port });
	}
	servers.set(port, server);
	return port;
}

module.exports = { add, remove: (port) => servers.delete(port), get: (port) => servers.get(port) };
