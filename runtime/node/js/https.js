// https://nodejs.org/api/https.html
const http = require('_http_agent');
const { ClientRequest } = require('_http_client');
const { Server } = require('_http_server');

class Agent extends http.Agent {
	defaultPort = 443;
	protocol = 'https:';

	constructor(options) {
		super({ ...options, defaultPort: options?.defaultPort ?? 443, protocol: options?.protocol ?? 'https:' });
		this.maxCachedSessions = this.options.maxCachedSessions ?? 100;
	}

	getName(options = {}) {
		const parts = [super.getName(options)];
		const given = (value) => (value === undefined ? '' : value);
		for (const name of ['ca', 'cert', 'clientCertEngine', 'ciphers', 'key', 'pfx']) parts.push(options[name] || '');
		parts.push(given(options.rejectUnauthorized), options.servername && options.servername !== options.host ? options.servername : '');
		for (const name of ['minVersion', 'maxVersion', 'secureProtocol', 'crl']) parts.push(options[name] || '');
		parts.push(given(options.honorCipherOrder), options.ecdhCurve || '', options.dhparam || '', given(options.secureOptions), options.sessionIdContext || '');
		parts.push(options.sigalgs ? JSON.stringify(options.sigalgs) : '', options.privateKeyIdentifier || '', options.privateKeyEngine || '');
		return parts.join(':');
	}
}

const globalAgent = new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 });

function request(...args) {
	const rest = typeof args[0] === 'string' || args[0] instanceof URL ? [args.shift()] : [];
	const options = { _defaultAgent: globalAgent, ...(args[0] && typeof args[0] !== 'function' ? args.shift() : undefined) };
	return new ClientRequest(...rest, options, ...args.filter((a) => typeof a === 'function'));
}

function get(...args) {
	const req = request(...args);
	req.end();
	return req;
}

module.exports = { Agent, globalAgent, Server, createServer: (options, listener) => new Server(options, listener), get, request };
