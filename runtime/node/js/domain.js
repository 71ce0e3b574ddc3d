// https://nodejs.org/api/domain.html: domains that catch nothing.
const EventEmitter = require('events');

class Domain extends EventEmitter {
	members = undefined;
	add() {}
	enter() {}
	exit() {}
	remove() {}
	bind(callback) { return callback; }
	intercept(callback) { return callback; }
	run(fn, ...args) { return fn.apply(this, args); }
}

const createDomain = () => new Domain();

module.exports = { Domain, active: null, createDomain };
// Old code calls it by its old name.
module.exports.create = createDomain;
