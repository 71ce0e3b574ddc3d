// The module cloudflare:node: https://developers.cloudflare.com/workers/runtime-apis/nodejs/http/
const listeners = require('internal/listeners');
const { NodeError } = require('internal/errors');

function portOf(server) {
	if (server === null || server === undefined) throw new Error('Server descriptor cannot be null or undefined');
	if (typeof server === 'number') return server;
	if (typeof server.port === 'number') return server.port;
	if (typeof server.listen === 'function') {
		if (!server.address()) server.listen();
		return server.address().port;
	}
	throw new Error('Failed to determine port for server');
}

async function handleAsNodeRequest(descriptor, request, env, ctx) {
	const port = portOf(descriptor);
	const server = listeners.get(port);
	if (!server) {
		throw new NodeError('ERR_INVALID_ARG_VALUE', `Http server with port ${port} not found. This is likely a bug with your code. You should check if server.listen() was called with the same port (${port})`);
	}
	return server._handle(request, env, ctx);
}

function httpServerHandler(descriptor, handlers) {
	const port = portOf(descriptor);
	return { ...handlers, fetch: (request, env, ctx) => handleAsNodeRequest(port, request, env, ctx) };
}

function unsupported() {
	throw new NodeError('ERR_METHOD_NOT_IMPLEMENTED', 'TCP connections to a Worker are not implemented');
}

module.exports = { connectHandler: unsupported, handleAsNodeConnection: unsupported, handleAsNodeRequest, httpServerHandler };
