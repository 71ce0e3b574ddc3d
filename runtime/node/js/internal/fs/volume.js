// The file system of an isolate: /bundle with the script, which cannot be changed, /tmp, which lives as long as the request, and
// /dev. https://developers.cloudflare.com/workers/runtime-apis/nodejs/fs/
const { Buffer } = require('buffer');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE } = require('internal/errors');

const texts = {
	ENOENT: 'no such file or directory', EEXIST: 'file already exists', ENOTDIR: 'not a directory', EISDIR: 'illegal operation on a directory',
	ENOTEMPTY: 'directory not empty', EPERM: 'operation not permitted', EINVAL: 'invalid argument', EBADF: 'bad file descriptor',
	ELOOP: 'too many symbolic links encountered', EMFILE: 'too many open files', ENOSPC: 'no space left on device',
};
const numbers = { ENOENT: -2, EEXIST: -17 };

// failure is an error in the words of Workers, which differ from Node.js's; some have a number.
function failure(code, syscall, path, { text = texts[code], numbered = false } = {}) {
	const err = new Error(path === undefined || text !== texts[code] ? text : `${text}, ${syscall} '${path}'`);
	if (syscall) err.syscall = syscall;
	err.code = code;
	if (numbered) err.errno = numbers[code];
	if (path !== undefined) err.path = path;
	return err;
}
class Node {
	constructor(kind, parent, writable = true) {
		this.kind = kind; // file, directory, link or device
		this.parent = parent;
		this.writable = writable;
		this.links = 1;
		this.modified = 0;
		if (kind === 'directory') this.entries = new Map();
		if (kind === 'file') this.bytes = Buffer.alloc(0); // may be longer than size
		this.size = 0;
	}

	get data() {
		if (this.load) {
			this.bytes = this.load();
			this.load = null;
		}
		return this.bytes.subarray(0, this.size);
	}

	// write puts bytes at an offset, after zeros if that is beyond the end.
	write(chunk, at) {
		const end = at + chunk.length;
		if (end > this.bytes.length) {
			const longer = Buffer.alloc(Math.max(end, this.bytes.length * 2, 64));
			this.bytes.copy(longer, 0, 0, this.size);
			this.bytes = longer;
		}
		this.bytes.set(chunk, at);
		this.size = Math.max(this.size, end);
	}

	truncate(size) {
		if (size > this.size) this.write(Buffer.alloc(size - this.size), this.size);
		else this.bytes.fill(0, size, this.size);
		this.size = size;
	}
}

const root = new Node('directory', null, false);
const bundle = directory(root, 'bundle', false);
directory(root, 'tmp', true);
const dev = directory(root, 'dev', false);
for (const name of ['null', 'zero', 'full', 'random']) {
	const device = new Node('device', dev, name === 'null');
	device.name = name;
	dev.entries.set(name, device);
}
for (const [name, read] of native.bundle()) {
	const parts = name.split('/'), last = parts.pop();
	let at = bundle;
	for (const part of parts) at = at.entries.get(part) ?? directory(at, part, false);
	const file = new Node('file', at, false);
	file.load = () => {
		file.size = (file.bytes = read()).length;
		return file.bytes;
	};
	at.entries.set(last, file);
}

function directory(parent, name, writable) {
	const made = new Node('directory', parent, writable);
	parent.entries.set(name, made);
	return made;
}

const cwd = '/bundle';

// pathOf is the path that an argument stands for, from the root.
function pathOf(path, name = 'path') {
	if (path instanceof URL) {
		if (path.protocol !== 'file:') throw ERR_INVALID_ARG_VALUE(name, path, 'must be a file URL');
		path = decodeURIComponent(path.pathname);
	} else if (path instanceof Uint8Array) {
		path = Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString();
	} else if (typeof path !== 'string') {
		throw ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], path);
	}
	if (path.includes('\0')) throw ERR_INVALID_ARG_VALUE(name, path, 'must not contain null bytes');
	const parts = [];
	for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return '/' + parts.join('/');
}

// find returns the node at a path, or undefined. It follows links, the last one only if follow says so.
function find(path, follow = true, depth = 0, asked = path) {
	let node = root;
	const parts = path.split('/').filter(Boolean);
	for (let i = 0; i < parts.length; i++) {
		if (node.kind !== 'directory') return undefined;
		node = node.entries.get(parts[i]);
		if (node === undefined) return undefined;
		if (node.kind === 'link' && (follow || i < parts.length - 1)) {
			if (depth > 32) throw failure('ELOOP', 'open', asked);
			node = find(pathOf(node.target), true, depth + 1, asked);
			if (node === undefined) return undefined;
		}
	}
	return node;
}

// place is where a path's last part is, or would be.
function place(path) {
	const at = path.lastIndexOf('/');
	return { parent: find(path.slice(0, at) || '/'), name: path.slice(at + 1) };
}

// pathTo is the path at which a node is.
function pathTo(node) {
	if (!node.parent) return '/';
	for (const [name, entry] of node.parent.entries) {
		if (entry === node) return `${node.parent === root ? '' : pathTo(node.parent)}/${name}`;
	}
	return '/';
}

// The open files, by descriptor.
const open = new Map();
let next = 3;

function descriptor(node, flags, path) {
	while (open.has(next)) next++;
	const fd = next++;
	open.set(fd, { fd, node, path, position: 0, ...flags });
	return fd;
}

// opened is the open file of a descriptor.
function opened(fd, syscall) {
	if (typeof fd !== 'number') throw ERR_INVALID_ARG_TYPE('fd', 'number', fd);
	if (!Number.isInteger(fd)) throw ERR_OUT_OF_RANGE('fd', 'an integer', fd);
	if (fd < 0 || fd > 2147483647) throw ERR_OUT_OF_RANGE('fd', '>= 0 && <= 2147483647', fd);
	const file = open.get(fd);
	if (!file) throw failure('EBADF', syscall);
	return file;
}

module.exports = { Node, root, failure, find, place, pathOf, pathTo, open, opened, descriptor };
