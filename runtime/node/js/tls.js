// https://nodejs.org/api/tls.html: the client's side, on the sockets of cloudflare:sockets, which check certificates as fetch does.
const net = require('net');
const { Duplex } = require('stream');
const { Buffer } = require('buffer');
const { NodeError, NodeTypeError, ERR_INVALID_ARG_TYPE, ERR_OPTION_NOT_IMPLEMENTED, ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors');
const { validateFunction, validateNumber, validateObject, validateString } = require('internal/validators');

class SecureContext {
	context = undefined;
	constructor(options) { Object.defineProperty(this, 'options', { value: options ?? {} }); }
}

const refuse = (name) => { throw ERR_OPTION_NOT_IMPLEMENTED(`options.${name}`); };

// check refuses options that Workers do not implement.
function check(options) {
	if (options.rejectUnauthorized === false) refuse('rejectUnauthorized');
	for (const name of ['ALPNProtocols', 'pskCallback', 'SNICallback']) if (options[name] !== undefined) refuse(name);
	for (const name of ['enableTrace', 'isServer', 'requestCert', 'server', 'requestOCSP']) if (options[name]) refuse(name);
	if (options.checkServerIdentity !== undefined) {
		validateFunction(options.checkServerIdentity, 'options.checkServerIdentity');
		if (native.strict) refuse('checkServerIdentity');
	}
	if (options.secureContext !== undefined && !(options.secureContext instanceof SecureContext)) {
		throw new NodeTypeError('ERR_TLS_INVALID_CONTEXT', 'context must be a SecureContext');
	}
}

class TLSSocket extends net.Socket {
	constructor(socket, options = {}) {
		if (socket && !(socket instanceof Duplex)) throw ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', socket);
		check(options);
		super({ ...options, allowHalfOpen: socket ? false : options.allowHalfOpen });
		this.encrypted = true;
		this.authorized = false;
		this.authorizationError = null;
		this.alpnProtocol = null;
		this.servername = options.servername ?? null;
		this._transport = 'on';
		if (socket) this._over(socket, options);
	}

	// _over begins TLS on a connection that there is.
	_over(socket, options) {
		if (!(socket instanceof net.Socket)) {
			// The connection is somebody else's, and TLS needs one of the platform's: whatever is written fails.
			this._refusal = ERR_OPTION_NOT_IMPLEMENTED('options.socket');
			return;
		}
		if (!socket._handle && !socket.connecting) return; // it begins when somebody connects the socket
		this.connecting = true;
		const start = () => {
			const handle = net.upgrade(socket, { expectedServerHostname: options.servername ?? options.host });
			net.begin(this, handle, () => {
				for (const name of ['remoteAddress', 'remotePort', 'remoteFamily']) this[name] = socket[name];
				this._connected();
				this.emit('connect');
				this.emit('ready');
			}).catch((err) => this.destroy(err));
		};
		if (socket.connecting) socket.once('connect', start);
		else queueMicrotask(start);
		this.once('close', () => socket.destroy());
	}

	_write(chunk, encoding, callback) {
		if (this._refusal) callback(this._refusal);
		else super._write(chunk, encoding, callback);
	}

	_connected() {
		this.authorized = true;
		this.emit('secureConnect');
		this.emit('secure');
	}

	setServername(name) { this.servername = name; }
	setMaxSendFragment(size) {
		validateNumber(size, 'size');
		return false;
	}
	renegotiate(options, callback) {
		validateObject(options, 'options');
		if (callback !== undefined) validateFunction(callback, 'callback');
		return false;
	}
	exportKeyingMaterial(length, label) {
		validateNumber(length, 'length');
		validateString(label, 'label');
		throw new Error('exportKeyingMaterial is not implemented');
	}
	getPeerCertificate() { throw new Error('getPeerCertificate is not implemented'); }
	disableRenegotiation() {}
	setSession() {}
}
// What is not known of a connection in Workers.
for (const name of [
	'getProtocol', 'getCipher', 'getSession', 'isSessionReused', 'getTLSTicket', 'getFinished', 'getPeerFinished', 'getEphemeralKeyInfo', 'getSharedSigalgs',
	'enableTrace',
]) {
	TLSSocket.prototype[name] = () => null;
}
for (const name of ['getCertificate', 'getX509Certificate', 'getPeerX509Certificate', 'setKeyCert']) {
	TLSSocket.prototype[name] = () => { throw new Error(`TLSSocket.${name} is not implemented`); };
}

// What only servers have is ignored.
const servers = ['isServer', 'requestCert', 'server', 'requestOCSP', 'SNICallback'];

function connect(...args) {
	const [given, callback] = net._normalizeArgs(args);
	// connect(port, host, options) has them after the address.
	const more = args.find((arg, i) => i > 0 && arg !== null && typeof arg === 'object');
	const options = { ...given, ...more };
	if (options.minDHSize !== undefined) {
		validateNumber(options.minDHSize, 'options.minDHSize', 1);
		refuse('minDHSize');
	}
	for (const name of servers) delete options[name];
	if (options.rejectUnauthorized !== undefined && !options.rejectUnauthorized) refuse('rejectUnauthorized');
	check(options);
	require('internal/certificates').tell(options.servername ?? options.host ?? 'localhost', options, options.secureContext?.options);
	const socket = new TLSSocket(options.socket, options);
	if (callback) socket.once('secureConnect', callback);
	if (!options.socket) socket.connect(options);
	return socket;
}

// checkServerIdentity: https://www.rfc-editor.org/rfc/rfc6125#section-6.4
function checkServerIdentity(hostname, cert) {
	const host = String(hostname).replace(/\.$/, '').toLowerCase();
	const names = (cert.subjectaltname ?? '').split(', ').filter(Boolean);
	const matches = (pattern) => {
		const want = String(pattern).replace(/\.$/, '').toLowerCase().split('.'), have = host.split('.');
		if (want.length !== have.length || want.slice(1).join('.') !== have.slice(1).join('.')) return false;
		const star = want[0].split('*');
		if (star.length === 1) return want[0] === have[0];
		// One star in the first label, beside at least two others, stands for any text; not within an encoded label.
		if (star.length > 2 || want.length < 3 || want[0].includes('xn--')) return false;
		return have[0].length >= star[0].length + star[1].length && have[0].startsWith(star[0]) && have[0].endsWith(star[1]);
	};
	const named = names.some((n) => n.startsWith('DNS:'));
	const ok = net.isIP(host)
		? names.some((n) => n === `IP Address:${host}`)
		: names.some((n) => n.startsWith('DNS:') && matches(n.slice(4))) || (!named && [].concat(cert.subject?.CN ?? []).some(matches));
	if (ok) return undefined;
	const reason = net.isIP(host) ? `IP: ${host} is not in the cert's list: ${names.filter((n) => n.startsWith('IP')).map((n) => n.slice(11)).filter((ip) => net.isIP(ip)).join(', ')}`
		: named ? `Host: ${host}. is not in the cert's altnames: ${cert.subjectaltname}`
		: cert.subject?.CN === undefined ? 'Cert does not contain a DNS name' : `Host: ${host}. is not cert's CN: ${cert.subject.CN}`;
	const err = new NodeError('ERR_TLS_CERT_ALTNAME_INVALID', reason);
	return Object.assign(err, { reason, host: hostname, cert });
}

function unsupported() { throw new Error('Not implemented'); }

class Server {
	constructor() { unsupported(); }
}

module.exports = {
	CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600, DEFAULT_CIPHERS: '', DEFAULT_ECDH_CURVE: 'auto', DEFAULT_MAX_VERSION: 'TLSv1.3',
	DEFAULT_MIN_VERSION: 'TLSv1.2', SecureContext, Server, TLSSocket, checkServerIdentity, connect,
	createSecureContext(options) {
		if (options?.secureOptions !== undefined) validateNumber(options.secureOptions, 'secureOptions');
		return new SecureContext(options);
	},
	createServer: unsupported,
	getCiphers: unsupported,
	createSecurePair() { throw ERR_METHOD_NOT_IMPLEMENTED('createSecurePair'); },
	convertALPNProtocols(protocols, out) {
		if (!Array.isArray(protocols)) return;
		out.ALPNProtocols = Buffer.concat(protocols.map((name) => Buffer.concat([Buffer.from([name.length]), Buffer.from(name)])));
	},
	rootCertificates: [],
};
