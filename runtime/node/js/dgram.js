// https://nodejs.org/api/dgram.html: sockets that send and receive nothing.
const EventEmitter = require('events');

class Socket extends EventEmitter {}
for (const name of ['bind', 'ref', 'unref']) Socket.prototype[name] = { [name]() { return this; } }[name];
for (const name of [
	'addMembership', 'addSourceSpecificMembership', 'close', 'connect', 'disconnect', 'dropMembership', 'dropSourceSpecificMembership', 'send',
	'sendto', 'setBroadcast', 'setMulticastInterface', 'setMulticastLoopback', 'setMulticastTTL', 'setRecvBufferSize', 'setSendBufferSize', 'setTTL',
]) Socket.prototype[name] = { [name]() {} }[name];
for (const name of ['getRecvBufferSize', 'getSendBufferSize', 'getSendQueueSize', 'getSendQueueCount']) Socket.prototype[name] = { [name]: () => 0 }[name];
for (const name of ['address', 'remoteAddress']) Socket.prototype[name] = { [name]: () => ({ address: '127.0.0.1', family: 'IPv4', port: 0 }) }[name];

module.exports = { Socket, createSocket: () => new Socket() };
