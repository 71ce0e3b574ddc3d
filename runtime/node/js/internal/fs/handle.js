// FileHandle: https://nodejs.org/api/fs.html#class-filehandle
const { EventEmitter } = require('events');
const { functions: fs } = require('internal/fs/sync');
const { opened } = require('internal/fs/volume');

class FileHandle extends EventEmitter {
	#fd;
	constructor(fd) {
		super();
		this.#fd = fd;
	}

	get fd() { return this.#fd; }

	async appendFile(data, options) { fs.appendFileSync(this.#fd, data, options); }
	async chmod(mode) { fs.fchmodSync(this.#fd, mode); }
	async chown(uid, gid) { fs.fchownSync(this.#fd, uid, gid); }
	async datasync() { fs.fdatasyncSync(this.#fd); }
	async sync() { fs.fsyncSync(this.#fd); }
	async stat(options) { return fs.fstatSync(this.#fd, options); }
	async truncate(size) { fs.ftruncateSync(this.#fd, size); }
	async utimes(atime, mtime) { fs.futimesSync(this.#fd, atime, mtime); }
	async readFile(options) { return fs.readFileSync(this.#fd, options); }
	async writeFile(data, options) { fs.writeFileSync(this.#fd, data, options); }

	async read(buffer, ...args) {
		if (!ArrayBuffer.isView(buffer)) {
			const options = buffer ?? {};
			buffer = options.buffer ?? require('buffer').Buffer.alloc(16384);
			args = [options];
		}
		return { bytesRead: fs.readSync(this.#fd, buffer, ...args), buffer };
	}
	async readv(buffers, position) { return { bytesRead: fs.readvSync(this.#fd, buffers, position), buffers }; }

	async write(buffer, ...args) {
		const bytesWritten = fs.writeSync(this.#fd, buffer, ...args);
		return { bytesWritten, buffer: typeof buffer === 'string' ? require('buffer').Buffer.from(buffer) : buffer };
	}
	async writev(buffers, position) { return { bytesWritten: fs.writevSync(this.#fd, buffers, position), buffers }; }

	readLines(options) { return require('readline').createInterface({ input: this.createReadStream(options), crlfDelay: Infinity }); }

	readableWebStream() {
		const { Readable } = require('stream');
		return Readable.toWeb(this.createReadStream());
	}

	createReadStream(options) { return new (require('internal/fs/streams').ReadStream)(undefined, { ...options, fd: this }); }
	createWriteStream(options) { return new (require('internal/fs/streams').WriteStream)(undefined, { ...options, fd: this }); }

	async close() {
		if (this.#fd < 0) return;
		opened(this.#fd, 'close');
		fs.closeSync(this.#fd);
		this.#fd = -1;
		this.emit('close');
	}
	async [Symbol.asyncDispose]() { await this.close(); }
}

module.exports = { FileHandle };
