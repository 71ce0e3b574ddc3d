// https://nodejs.org/api/cluster.html: Workers have no processes.
const EventEmitter = require('events');
const { methods, refuse } = require('internal/stubs');

class Worker extends EventEmitter {
	_connected = false;
	id = 0;
	get process() { return undefined; }
	isConnected() { return this._connected; }
	isDead() { return true; }
	kill() {}
	destroy() {}
	send() { return false; }
	disconnect() {}
}

class Cluster extends EventEmitter {
	isMaster = true;
	isPrimary = true;
	isWorker = false;
	SCHED_NONE = 1;
	SCHED_RR = 2;
	schedulingPolicy = 2;
	settings = {};
	workers = {};
	Worker = Worker;
}

module.exports = Object.assign(new Cluster(), methods('cluster.', ['fork', 'disconnect', 'setupPrimary']), {
	setupMaster() {
		refuse('cluster.setupWorker');
	},
});
Object.defineProperty(module.exports, 'Cluster', { value: Cluster, configurable: true, writable: true });
