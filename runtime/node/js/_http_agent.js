// Agent: https://nodejs.org/api/http.html#class-httpagent. fetch has the connections; an agent only carries options.
const { EventEmitter } = require('events');
const { ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors');

class Agent extends EventEmitter {
	defaultPort = 80;
	protocol = 'http:';
	agentKeepAliveTimeoutBuffer = 1000;
	totalSocketCount = 0;
	freeSockets = {};
	sockets = {};
	requests = {};

	constructor(options) {
		super();
		this.options = { __proto__: null, ...options, path: null, proxyEnv: options?.proxyEnv };
		this.options.noDelay ??= true;
		this.keepAliveMsecs = this.options.keepAliveMsecs || 1000;
		this.keepAlive = this.options.keepAlive || false;
		this.maxSockets = this.options.maxSockets || Infinity;
		this.maxFreeSockets = this.options.maxFreeSockets || 256;
		this.scheduling = this.options.scheduling || 'lifo';
		this.maxTotalSockets = this.options.maxTotalSockets ?? Infinity;
	}

	getName(options = {}) {
		let name = `${options.host || 'localhost'}:${options.port || ''}:${options.localAddress || ''}`;
		if (options.family === 4 || options.family === 6) name += `:${options.family}`;
		return options.socketPath ? `${name}:${options.socketPath}` : name;
	}

	createConnection() { throw ERR_METHOD_NOT_IMPLEMENTED('createConnection'); }
	addRequest() { throw ERR_METHOD_NOT_IMPLEMENTED('addRequest'); }
	createSocket() { throw ERR_METHOD_NOT_IMPLEMENTED('createSocket'); }
	removeSocket() {}
	keepSocketAlive() { return true; }
	reuseSocket() {}
	destroy() {}
}

module.exports = { Agent, globalAgent: new Agent({ keepAlive: true, scheduling: 'lifo', timeout: 5000 }) };
