// https://nodejs.org/api/fs.html#promises-api
const { functions: fs, unsupported } = require('internal/fs/sync');
const { constants } = require('internal/fs/constants');
const { FileHandle } = require('internal/fs/handle');

const fdOf = (file) => file instanceof FileHandle ? file.fd : file;

for (const name of [
	'access', 'appendFile', 'chmod', 'chown', 'copyFile', 'cp', 'lchmod', 'lchown', 'link', 'lstat', 'lutimes', 'mkdir', 'mkdtemp', 'opendir',
	'readFile', 'readdir', 'readlink', 'realpath', 'rename', 'rm', 'rmdir', 'stat', 'statfs', 'symlink', 'truncate', 'unlink', 'utimes',
]) {
	exports[name] = async (path, ...rest) => fs[`${name}Sync`](fdOf(path), ...rest);
}

exports.writeFile = async (path, data, options) => {
	if (data !== null && typeof data === 'object' && !ArrayBuffer.isView(data) && (data[Symbol.asyncIterator] || data[Symbol.iterator])) {
		const { each } = require('internal/streams/pipeline');
		fs.writeFileSync(fdOf(path), '', options);
		await each(data, (chunk) => { fs.appendFileSync(fdOf(path), chunk, typeof options === 'string' ? options : options?.encoding); });
		return;
	}
	fs.writeFileSync(fdOf(path), data, options);
};

exports.open = async (path, flags, mode) => new FileHandle(fs.openSync(path, flags, mode));

exports.glob = (pattern, options) => {
	const list = fs.globSync(pattern, options)[Symbol.iterator]();
	return { next: async () => list.next(), [Symbol.asyncIterator]() { return this; } };
};

exports.watch = unsupported;
exports.constants = constants;
exports.FileHandle = FileHandle;
