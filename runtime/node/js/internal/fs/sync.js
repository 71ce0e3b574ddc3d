// The functions of node:fs that return at once; those with callbacks and promises are made of them.
const { Buffer } = require('buffer');
const { Node, failure, find, place, pathOf, pathTo, open, opened, descriptor } = require('internal/fs/volume');
const { constants } = require('internal/fs/constants');
const { NodeError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('internal/errors');

const {
	O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, COPYFILE_EXCL, S_IFDIR, S_IFREG, S_IFLNK, S_IFCHR, S_IFMT,
	UV_DIRENT_FILE, UV_DIRENT_DIR, UV_DIRENT_LINK, UV_DIRENT_CHAR,
} = constants;

// must is the node at a path, which has to be there.
function must(path, syscall, { follow = true, name, numbered } = {}) {
	const node = find(path, follow);
	if (!node) throw failure('ENOENT', syscall, name ?? path, { numbered });
	return node;
}

const notPermitted = () => failure('EPERM');

// flagsOf says what the flags of open stand for.
function flagsOf(flags = 'r') {
	if (typeof flags === 'number') {
		const access = flags & 3;
		return {
			reads: access !== O_WRONLY, writes: access === O_WRONLY || access === O_RDWR, creates: (flags & O_CREAT) !== 0,
			exclusive: (flags & O_EXCL) !== 0, truncates: (flags & O_TRUNC) !== 0, appends: (flags & O_APPEND) !== 0,
		};
	}
	const match = typeof flags === 'string' && /^(r|rs|sr|w|wx|xw|a|ax|xa|as|sa)(\+?)$/.exec(flags);
	if (!match) throw ERR_INVALID_ARG_VALUE('flags', flags);
	const [, kind, plus] = match;
	const reading = kind.includes('r');
	return {
		reads: reading || plus !== '', writes: !reading || plus !== '', creates: !reading, exclusive: kind.includes('x'),
		truncates: kind.includes('w'), appends: kind.includes('a'),
	};
}

// openNode finds or makes the file that is to be opened.
function openNode(path, flags, syscall) {
	let node = find(path);
	if (node && flags.exclusive && flags.creates) throw failure('EEXIST', syscall, path);
	if (node && flags.writes) {
		if (node.kind === 'directory') throw failure('EISDIR', syscall);
		if (!node.writable) throw failure('EPERM', node.kind === 'device' ? syscall : undefined);
	}
	if (!node) {
		const { parent, name } = place(path);
		if (!flags.creates || !parent) throw failure('ENOENT', syscall, path);
		if (parent.kind !== 'directory') throw failure('ENOTDIR', syscall);
		if (!parent.writable) throw notPermitted();
		node = new Node('file', parent);
		parent.entries.set(name, node);
	} else if (flags.truncates && node.kind === 'file') {
		node.truncate(0);
	}
	return node;
}

function openSync(path, flags, mode) {
	path = pathOf(path);
	flags = flagsOf(flags);
	return descriptor(openNode(path, flags, 'open'), flags, path);
}

function closeSync(fd) {
	if (open.has(fd)) open.delete(fd);
	else if (typeof fd !== 'number') throw ERR_INVALID_ARG_TYPE('fd', 'number', fd);
}

// encodingOf looks at the encoding in options, too: null is one for what reads only.
function encodingOf(options, reads = false) {
	if (options === undefined) return undefined;
	if (typeof options !== 'string' && typeof options !== 'object') throw ERR_INVALID_ARG_TYPE('options', 'object', options);
	const encoding = options === null || typeof options === 'string' ? options : options.encoding;
	if (encoding === undefined || encoding === 'buffer' || (encoding === null && reads) || Buffer.isEncoding(encoding)) return encoding;
	throw ERR_INVALID_ARG_VALUE('options.encoding', encoding);
}

// encoded is a path or a target in the encoding that options ask for.
const encoded = (text, encoding) => encoding ? Buffer.from(text).toString(encoding) : text;

function readDevice(node, length) {
	if (node.name === 'null') return Buffer.alloc(0);
	const out = Buffer.alloc(length);
	if (node.name === 'random') crypto.getRandomValues(out);
	return out;
}

function readFileSync(path, options) {
	const encoding = encodingOf(options, true);
	let node;
	if (typeof path === 'number') {
		node = opened(path, 'read').node;
	} else {
		const full = pathOf(path);
		const flags = flagsOf(options?.flag);
		node = flags.creates ? openNode(full, flags, 'readAll') : must(full, 'readAll');
	}
	if (node.kind === 'directory') throw failure('EISDIR', 'readAll');
	const data = node.kind === 'device' ? Buffer.alloc(0) : Buffer.from(node.data);
	return encoding ? data.toString(encoding) : data;
}

function bytesOf(data, encoding, name = 'data') {
	if (typeof data === 'string') return Buffer.from(data, encoding || 'utf8');
	if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
	throw ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data);
}

function writeNode(node, chunk, at) {
	if (node.kind === 'device') {
		if (node.name === 'full') throw failure('EPERM', 'writeAll');
		return;
	}
	node.write(chunk, at);
}

function writeAll(path, data, options, flag) {
	const chunk = bytesOf(data, encodingOf(options));
	if (typeof path === 'number') {
		const file = opened(path, 'write');
		if (!file.writes) throw failure('EBADF', 'write');
		writeNode(file.node, chunk, file.appends ? file.node.size : file.position);
		file.position += chunk.length;
		return chunk.length;
	}
	const flags = flagsOf(options?.flag ?? flag);
	const node = openNode(pathOf(path), flags, 'writeAll');
	writeNode(node, chunk, flags.appends ? node.size : 0);
	return chunk.length;
}

const writeFileSync = (path, data, options) => writeAll(path, data, options, 'w');
const appendFileSync = (path, data, options) => writeAll(path, data, options, 'a');

// span is the part of a buffer that arguments of read and write name: (offset, length, position) or an object of them.
function span(buffer, args) {
	if (!ArrayBuffer.isView(buffer)) throw ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer);
	let [offset, length, position] = args;
	if (offset !== null && typeof offset === 'object') ({ offset, length, position } = offset);
	offset ??= 0;
	length ??= buffer.byteLength - offset;
	if (offset < 0 || offset > buffer.byteLength) throw require('internal/errors').ERR_OUT_OF_RANGE('offset', `>= 0 && <= ${buffer.byteLength}`, offset);
	if (length < 0 || offset + length > buffer.byteLength) throw require('internal/errors').ERR_OUT_OF_RANGE('length', `>= 0 && <= ${buffer.byteLength - offset}`, length);
	return { chunk: new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length), position: position === null || position === undefined || position < 0 ? null : Number(position) };
}

function readSync(fd, buffer, ...args) {
	const file = opened(fd, 'read');
	if (!ArrayBuffer.isView(buffer) && buffer && typeof buffer === 'object') [buffer, args] = [buffer.buffer, [buffer]];
	const { chunk, position } = span(buffer, args);
	if (!file.reads) throw failure('EBADF', 'read');
	if (file.node.kind === 'directory') throw failure('EISDIR', 'read');
	const at = position ?? file.position;
	const data = file.node.kind === 'device' ? readDevice(file.node, chunk.length) : file.node.data.subarray(at, at + chunk.length);
	chunk.set(data);
	if (position === null) file.position += data.length;
	return data.length;
}

function writeSync(fd, data, ...args) {
	if (typeof data !== 'string' && !ArrayBuffer.isView(data)) throw ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], data);
	const file = opened(fd, 'write');
	let chunk, position = null;
	if (typeof data === 'string') {
		chunk = Buffer.from(data, args[1] || 'utf8');
		if (typeof args[0] === 'number') position = args[0];
	} else {
		({ chunk, position } = span(data, args));
	}
	if (!file.writes) throw failure('EBADF', 'write');
	writeNode(file.node, chunk, file.appends ? file.node.size : position ?? file.position);
	if (position === null) file.position += chunk.length;
	return chunk.length;
}

// each does something with several buffers, one after the other.
function each(one, fd, buffers, position) {
	if (!Array.isArray(buffers)) throw ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers);
	let sum = 0;
	for (const buffer of buffers) {
		const n = one(fd, buffer, 0, buffer.byteLength, typeof position === 'number' ? position + sum : null);
		sum += n;
		if (n < buffer.byteLength) break;
	}
	return sum;
}

class Stats {
	constructor(node, big) {
		const number = big ? BigInt : Number;
		const size = node.kind === 'file' ? node.data.length : 0;
		const type = { file: S_IFREG, directory: S_IFDIR, link: S_IFLNK, device: S_IFCHR }[node.kind];
		// Workers have no permissions: these say what can be done.
		const mode = type | (node.kind === 'directory' ? (node.writable ? 0o666 : 0o444) : node.kind === 'file' && !node.writable ? 0o444 : 0o666);
		for (const name of ['dev', 'ino']) this[name] = number(0);
		this.mode = number(mode);
		this.nlink = number(node.links);
		for (const name of ['uid', 'gid', 'rdev']) this[name] = number(0);
		this.size = number(size);
		for (const name of ['blksize', 'blocks']) this[name] = number(0);
		const times = { atime: 0, mtime: node.modified, ctime: 0, birthtime: 0 };
		for (const [name, ms] of Object.entries(times)) this[`${name}Ms`] = number(Math.trunc(ms));
		if (big) for (const [name, ms] of Object.entries(times)) this[`${name}Ns`] = BigInt(Math.trunc(ms)) * 1000000n;
		for (const [name, ms] of Object.entries(times)) this[name] = new Date(ms);
	}
	#is(type) { return (Number(this.mode) & S_IFMT) === type; }
	isFile() { return this.#is(S_IFREG); }
	isDirectory() { return this.#is(S_IFDIR); }
	isSymbolicLink() { return this.#is(S_IFLNK); }
	isCharacterDevice() { return this.#is(S_IFCHR); }
	isBlockDevice() { return false; }
	isFIFO() { return false; }
	isSocket() { return false; }
}

class Dirent {
	#type;
	constructor(name, type, path) {
		this.name = name;
		this.parentPath = path;
		this.#type = type;
	}
	isFile() { return this.#type === UV_DIRENT_FILE; }
	isDirectory() { return this.#type === UV_DIRENT_DIR; }
	isSymbolicLink() { return this.#type === UV_DIRENT_LINK; }
	isCharacterDevice() { return this.#type === UV_DIRENT_CHAR; }
	isBlockDevice() { return false; }
	isFIFO() { return false; }
	isSocket() { return false; }
}

function statOf(path, options, follow) {
	const full = pathOf(path);
	const node = find(full, follow);
	if (!node) {
		if (options?.throwIfNoEntry === false) return undefined;
		throw failure('ENOENT', 'stat', full, { numbered: true });
	}
	return new Stats(node, options?.bigint);
}

const statSync = (path, options) => statOf(path, options, true);
const lstatSync = (path, options) => statOf(path, options, false);
const fstatSync = (fd, options) => new Stats(opened(fd, 'fstat').node, options?.bigint);

function accessSync(path, mode = constants.F_OK) {
	const full = pathOf(path);
	const node = must(full, 'access', { numbered: true });
	if (mode & constants.W_OK && !node.writable) throw failure('EPERM', 'access', full);
}

function existsSync(path) {
	try {
		return find(pathOf(path)) !== undefined;
	} catch {
		return false;
	}
}

function mkdirSync(path, options) {
	const full = pathOf(path);
	const parts = full.split('/').filter(Boolean);
	const recursive = options !== null && typeof options === 'object' && !!options.recursive;
	let made, at = '';
	let parent = find('/');
	for (let i = 0; i < parts.length; i++) {
		at += '/' + parts[i];
		const last = i === parts.length - 1;
		let node = find(at);
		if (!node) {
			if (!last && !recursive) throw failure('ENOENT', 'mkdir', parts[parts.length - 1]);
			if (!parent.writable) throw notPermitted();
			node = new Node('directory', parent);
			parent.entries.set(parts[i], node);
			made ??= at;
		} else if (last && !recursive && node.kind !== 'directory') {
			throw failure('EEXIST', 'mkdir', full);
		} else if (node.kind !== 'directory') {
			throw failure('ENOTDIR', 'mkdir', full);
		}
		parent = node;
	}
	return recursive ? made : undefined;
}

function mkdtempSync(prefix, options) {
	encodingOf(options);
	for (let i = 0; ; i++) {
		const path = `${pathOf(prefix, 'prefix')}${i}`;
		if (find(path)) continue;
		mkdirSync(path);
		return path;
	}
}

const typeOf = (node) => ({ file: UV_DIRENT_FILE, directory: UV_DIRENT_DIR, link: UV_DIRENT_LINK, device: UV_DIRENT_CHAR })[node.kind];

function readdirSync(path, options) {
	const full = pathOf(path);
	const encoding = encodingOf(options);
	const node = must(full, 'readdir');
	if (node.kind !== 'directory') throw failure('ENOTDIR', 'readdir', full);
	const list = [];
	const visit = (directory, at) => {
		for (const [name, entry] of directory.entries) {
			// What is below is named from the root, in a list of all.
			const shown = options?.recursive ? `${at}/${name}`.slice(1) : name;
			list.push(options?.withFileTypes ? new Dirent(name, typeOf(entry), at) : encoding === 'buffer' ? Buffer.from(shown) : shown);
			if (options?.recursive && entry.kind === 'directory') visit(entry, `${at}/${name}`);
		}
	};
	visit(node, full);
	return list;
}

// detach takes an entry out of its folder.
function detach(path) {
	const { parent, name } = place(path);
	if (!parent.writable) throw notPermitted();
	parent.entries.get(name).links--;
	parent.entries.delete(name);
}

const lastOf = (path) => path.slice(path.lastIndexOf('/') + 1);

function unlinkSync(path) {
	const full = pathOf(path);
	const node = find(full, false);
	if (!node) throw failure('ENOENT', 'unlink', lastOf(full), { text: 'File not found' });
	if (node.kind === 'directory') throw failure('EISDIR', 'unlink');
	detach(full);
}

function rmdirSync(path, options) {
	const full = pathOf(path);
	const node = must(full, 'rm', { follow: false, name: lastOf(full) });
	if (node.kind !== 'directory') throw failure('ENOTDIR', 'rm');
	if (!node.parent || !node.parent.writable) throw notPermitted();
	if (node.entries.size > 0 && !options?.recursive) throw failure('ENOTEMPTY', 'rm', lastOf(full));
	detach(full);
}

function rmSync(path, options) {
	const full = pathOf(path);
	const node = find(full, false);
	if (!node) return; // Workers do not mind, with force or without
	if (node.kind === 'directory' && node.entries.size > 0 && !options?.recursive) throw failure('ENOTEMPTY', 'rm', lastOf(full));
	if (!node.parent) throw notPermitted();
	detach(full);
}

function renameSync(from, to) {
	const source = pathOf(from, 'oldPath'), target = pathOf(to, 'newPath');
	const node = must(source, 'rename', { follow: false });
	const { parent, name } = place(target);
	if (!parent) throw failure('ENOENT', 'rename', target);
	if (!parent.writable) throw notPermitted();
	if (`${target}/`.startsWith(`${source}/`) && node.kind === 'directory') throw failure('EINVAL', 'rename');
	detach(source);
	node.links++;
	node.parent = parent;
	parent.entries.set(name, node);
}

function copyFileSync(from, to, mode = 0) {
	const source = pathOf(from, 'src'), target = pathOf(to, 'dest');
	const node = must(source, 'copy');
	if (node.kind === 'directory') throw failure('EISDIR', 'copy');
	if (mode & COPYFILE_EXCL && find(target)) throw failure('EEXIST', 'copyFile', target, { numbered: true });
	writeNode(openNode(target, flagsOf('w'), 'copy'), node.kind === 'file' ? node.data : Buffer.alloc(0), 0);
}

function cpSync(from, to, options) {
	const source = pathOf(from, 'src'), target = pathOf(to, 'dest');
	const node = must(source, 'cp');
	if (options?.filter && !options.filter(source, target)) return;
	if (node.kind === 'directory') {
		if (!options?.recursive) throw new NodeError('ERR_FS_EISDIR', `Recursive option not enabled, cannot copy a directory: ${source}`);
		mkdirSync(target, { recursive: true });
		for (const name of node.entries.keys()) cpSync(`${source}/${name}`, `${target}/${name}`, options);
		return;
	}
	if (find(target)) {
		if (options?.errorOnExist && options.force === false) throw failure('EEXIST', 'cp', target);
		if (options?.force === false) return;
	}
	mkdirSync(target.slice(0, target.lastIndexOf('/')) || '/', { recursive: true });
	copyFileSync(source, target);
}

function symlinkSync(target, path) {
	target = pathOf(target, 'target');
	const full = pathOf(path);
	const { parent, name } = place(full);
	if (!parent) throw failure('ENOENT', 'symlink', full);
	if (!parent.writable) throw notPermitted();
	if (parent.entries.has(name)) throw failure('EEXIST', 'symlink', full);
	const link = new Node('link', parent);
	link.target = target;
	parent.entries.set(name, link);
}

function linkSync(existing, path) {
	const node = must(pathOf(existing, 'existingPath'), 'link');
	const full = pathOf(path, 'newPath');
	const { parent, name } = place(full);
	if (!parent) throw failure('ENOENT', 'link', full);
	if (!parent.writable || !node.writable) throw notPermitted();
	if (parent.entries.has(name)) throw failure('EEXIST', 'link', full);
	node.links++;
	parent.entries.set(name, node);
}

function readlinkSync(path, options) {
	const encoding = encodingOf(options);
	const node = must(pathOf(path), 'readlink', { follow: false });
	if (node.kind !== 'link') throw failure('EINVAL', 'readlink');
	return encoded(node.target, encoding);
}

function realpathSync(path, options) {
	const encoding = encodingOf(options);
	return encoded(pathTo(must(pathOf(path), 'realpath')), encoding);
}
realpathSync.native = realpathSync;

function truncateNode(node, size = 0) {
	if (node.kind === 'directory') throw failure('EISDIR', 'truncate');
	if (!node.writable) throw notPermitted();
	if (node.kind === 'file') node.truncate(Math.max(0, size));
}

const truncateSync = (path, size) => typeof path === 'number' ? ftruncateSync(path, size) : truncateNode(must(pathOf(path), 'truncate'), size);
const ftruncateSync = (fd, size) => truncateNode(opened(fd, 'ftruncate').node, size);

const ms = (time) => time instanceof Date ? time.getTime() : Number(time); // Workers take numbers for milliseconds

function touch(node, time) {
	if (!node.writable) throw notPermitted();
	node.modified = ms(time);
}

const utimesSync = (path, atime, mtime) => touch(must(pathOf(path), 'utimes'), mtime);
const lutimesSync = (path, atime, mtime) => touch(must(pathOf(path), 'lutimes', { follow: false }), mtime);
const futimesSync = (fd, atime, mtime) => touch(opened(fd, 'futimes').node, mtime);

// There are no owners and no permissions: what sets them only looks whether the file is there.
const onPath = (syscall, follow = true) => (path) => { must(pathOf(path), syscall, { follow }); };
const onDescriptor = (syscall) => (fd) => { opened(fd, syscall); };

function statfsSync(path, options) {
	pathOf(path); // which need not be there
	const zero = options?.bigint ? 0n : 0;
	return { type: zero, bsize: zero, blocks: zero, bfree: zero, bavail: zero, files: zero, ffree: zero };
}

function opendirSync(path, options) {
	const full = pathOf(path);
	return new (require('internal/fs/directory').Dir)(full, readdirSync(full, { ...options, withFileTypes: true }));
}

function unsupported() { throw new NodeError('ERR_UNSUPPORTED_OPERATION', 'The requested operation is unsupported'); }

function globSync(pattern, options) {
	const { matchesGlob } = require('path');
	const base = pathOf(options?.cwd ?? cwdPath);
	const list = [];
	for (const one of [].concat(pattern)) {
		const absolute = one.startsWith('/');
		for (const found of readdirSync(absolute ? '/' : base, { recursive: true })) {
			const path = absolute ? `/${found}` : `/${found}`.slice(base.length + 1);
			if (matchesGlob(path, one) && !list.includes(path)) list.push(path);
		}
	}
	return list;
}
const cwdPath = '/bundle';

const functions = {
	accessSync, appendFileSync, chmodSync: onPath('chmod'), chownSync: onPath('chown'), closeSync, copyFileSync, cpSync,
	fchmodSync: onDescriptor('fchmod'), fchownSync: onDescriptor('fchown'), fdatasyncSync: onDescriptor('fdatasync'), fstatSync,
	fsyncSync: onDescriptor('fsync'), ftruncateSync, futimesSync, globSync, lchmodSync: onPath('lchmod', false), lchownSync: onPath('lchown', false),
	linkSync, lstatSync, lutimesSync, mkdirSync, mkdtempSync, openSync, opendirSync, readFileSync, readSync,
	readdirSync, readlinkSync, readvSync: (fd, buffers, position) => each(readSync, fd, buffers, position), realpathSync, renameSync, rmSync,
	rmdirSync, statSync, statfsSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync, writeSync,
	writevSync: (fd, buffers, position) => each(writeSync, fd, buffers, position),
};

module.exports = { functions, existsSync, unsupported, Stats, Dirent };
