// https://nodejs.org/api/tty.html: nothing is a terminal.
const { Socket } = require('net');

class ReadStream {
	fd;
	isRaw = false;
	isTTY = false;
	constructor(fd) {
		this.fd = fd;
	}
	setRawMode(mode) {
		this.isRaw = mode;
		return this;
	}
}

class WriteStream {
	fd;
	columns = 0;
	rows = 0;
	constructor(fd) {
		this.fd = fd;
	}
	clearLine(direction, callback) {
		callback?.();
		return false;
	}
	clearScreenDown(callback) {
		callback?.();
		return false;
	}
	cursorTo(x, y, callback) {
		if (typeof callback === 'function') callback();
		return false;
	}
	moveCursor(dx, dy, callback) {
		callback?.();
		return false;
	}
	getColorDepth() { return 1; }
	hasColors() { return false; }
	getWindowSize() { return [this.columns, this.rows]; }
	write() { return false; }
}

Object.setPrototypeOf(ReadStream, Socket);
Object.setPrototypeOf(ReadStream.prototype, Socket.prototype);

module.exports = { ReadStream, WriteStream, isatty: () => false };
