// https://nodejs.org/api/inspector.html: there is nothing to attach to.
const { constructor } = require('internal/stubs');

const noop = () => {};
const quiet = (names) => Object.fromEntries(names.map((name) => [name, noop]));

const named = (names) => Object.fromEntries(names.map((name) => [name, { [name]() {} }[name]]));

module.exports = {
	Session: constructor('Session'),
	open: () => ({ [Symbol.dispose]() {} }),
	close() {},
	url() {},
	waitForDebugger() {},
	console: quiet([
		'debug', 'error', 'info', 'log', 'warn', 'dir', 'dirxml', 'table', 'trace', 'group', 'groupCollapsed', 'groupEnd', 'clear', 'count',
		'countReset', 'assert', 'profile', 'profileEnd', 'time', 'timeLog', 'timeStamp',
	]),
	Network: named([
		'requestWillBeSent', 'dataReceived', 'dataSent', 'responseReceived', 'loadingFinished', 'loadingFailed', 'webSocketCreated',
		'webSocketHandshakeResponseReceived', 'webSocketClosed',
	]),
};
