// https://nodejs.org/api/http.html: the client calls fetch, and servers answer what cloudflare:node gives them.
const { methods, parsers, validateHeaderName, validateHeaderValue } = require('_http_common');
const { validateInteger } = require('internal/validators');
const { Agent, globalAgent } = require('_http_agent');
const { ClientRequest } = require('_http_client');
const { IncomingMessage } = require('_http_incoming');
const { OutgoingMessage } = require('_http_outgoing');
const { STATUS_CODES, Server, ServerResponse, _connectionListener } = require('_http_server');

const request = (url, options, callback) => new ClientRequest(url, options, callback);

function get(url, options, callback) {
	const req = request(url, options, callback);
	req.end();
	return req;
}

const createServer = (options, listener) => new Server(options, listener);

module.exports = {
	validateHeaderName, validateHeaderValue, METHODS: [...methods].sort(), STATUS_CODES, ClientRequest, request, get, OutgoingMessage, Agent,
	globalAgent, IncomingMessage, Server, ServerResponse, createServer, maxHeaderSize: 16384, _connectionListener,
	setMaxIdleHTTPParsers(max) {
		validateInteger(max, 'max', 1);
		parsers.max = max;
	},
	get WebSocket() { return globalThis.WebSocket; },
	get CloseEvent() { return globalThis.CloseEvent; },
	get MessageEvent() { return globalThis.MessageEvent; },
};
