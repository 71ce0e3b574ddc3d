// JSStreamSocket makes a socket of any duplex stream: it reads what the stream has, and writes to it.
const { Socket } = require('net');
const { Duplex } = require('stream');
const { ERR_INVALID_ARG_TYPE } = require('internal/errors');

class JSStreamSocket extends Socket {
	constructor(stream) {
		if (!(stream instanceof Duplex)) throw ERR_INVALID_ARG_TYPE('duplex', 'stream.Duplex', stream);
		super({ allowHalfOpen: true });
		this.stream = stream;
		stream.on('data', (chunk) => {
			if (!this.push(chunk)) stream.pause();
		});
		stream.on('end', () => this.push(null));
		stream.on('error', (err) => this.destroy(err));
		stream.on('close', () => this.destroy());
	}

	_read() { this.stream.resume(); }
	_write(chunk, encoding, callback) { this.stream.write(chunk, encoding, callback); }
	_final(callback) { this.stream.end(callback); }
	_destroy(err, callback) {
		this.stream.destroy();
		super._destroy(err, callback);
	}
}

module.exports = JSStreamSocket;
