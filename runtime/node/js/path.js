// https://nodejs.org/api/path.html
const { validateString, validateObject } = require('internal/validators');

// cwd is what relative paths are relative to: in Workers the root, whatever process.cwd() is.
const cwd = '/';

// normalSegments resolves "." and ".."; those that lead out of a relative path stay.
function normalSegments(text, isSeparator, separator, allowAbove) {
	const out = [];
	for (let begin = 0, i = 0; i <= text.length; i++) {
		if (i < text.length && !isSeparator(text[i])) continue;
		const segment = text.slice(begin, i);
		begin = i + 1;
		if (segment === '..') {
			if (out.length > 0 && out[out.length - 1] !== '..') out.pop();
			else if (allowAbove) out.push('..');
		} else if (segment !== '' && segment !== '.') {
			out.push(segment);
		}
	}
	return out.join(separator);
}

function formatWith(separator) {
	return function format(parts) {
		validateObject(parts, 'pathObject');
		const dir = parts.dir || parts.root;
		const base = parts.base || `${parts.name || ''}${parts.ext ? `${parts.ext[0] === '.' ? '' : '.'}${parts.ext}` : ''}`;
		if (!dir) return base;
		return dir === parts.root ? `${dir}${base}` : `${dir}${separator}${base}`;
	};
}

// split finds the last segment of text from start on: where it begins and where it ends, without separators after it.
function split(text, start, isSeparator) {
	let end = text.length;
	while (end > start && isSeparator(text[end - 1])) end--;
	let begin = end;
	while (begin > start && !isSeparator(text[begin - 1])) begin--;
	return { begin, end };
}

function withoutSuffix(base, suffix) {
	return suffix !== undefined && base.endsWith(suffix) && base !== suffix ? base.slice(0, base.length - suffix.length) : base;
}

// extension is that of a file's name: what begins at its last dot, unless that is its first character.
function extension(base) {
	const dot = base.lastIndexOf('.');
	return dot <= 0 || base === '..' ? '' : base.slice(dot);
}

// matches is path.matchesGlob: *, ?, [class], {a,b} and ** between separators.
function matches(path, pattern, windows) {
	validateString(path, 'path');
	validateString(pattern, 'pattern');
	if (windows) {
		path = path.replaceAll('\\', '/');
		pattern = pattern.replaceAll('\\', '/');
	}
	let source = '', depth = 0;
	for (let i = 0; i < pattern.length; i++) {
		const c = pattern[i];
		if (c === '*' && pattern[i + 1] === '*' && (i === 0 || pattern[i - 1] === '/') && (i + 2 === pattern.length || pattern[i + 2] === '/')) {
			source += i + 2 === pattern.length ? '.*' : '(?:[^/]+/)*';
			i += 2;
		} else if (c === '*') {
			source += '[^/]*';
		} else if (c === '?') {
			source += '[^/]';
		} else if (c === '{') {
			source += '(?:';
			depth++;
		} else if (c === '}' && depth > 0) {
			source += ')';
			depth--;
		} else if (c === ',' && depth > 0) {
			source += '|';
		} else if (c === '[' && pattern.indexOf(']', i + 2) > 0) {
			const end = pattern.indexOf(']', i + 2);
			source += `[${pattern.slice(i + 1, end).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
			i = end;
		} else {
			source += c.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
		}
	}
	return new RegExp(`^${source}$`, windows ? 'i' : '').test(path);
}

const isSlash = (c) => c === '/';

const posix = {
	resolve(...paths) {
		let resolved = '', absolute = false;
		for (let i = paths.length - 1; i >= -1 && !absolute; i--) {
			const path = i >= 0 ? paths[i] : cwd;
			validateString(path, `paths[${i}]`);
			if (path.length === 0) continue;
			resolved = `${path}/${resolved}`;
			absolute = path[0] === '/';
		}
		resolved = normalSegments(resolved, isSlash, '/', !absolute);
		if (absolute) return `/${resolved}`;
		return resolved || '.';
	},

	normalize(path) {
		validateString(path, 'path');
		if (path.length === 0) return '.';
		const absolute = path[0] === '/';
		const trailing = path[path.length - 1] === '/';
		let normal = normalSegments(path, isSlash, '/', !absolute);
		if (normal.length === 0) {
			if (absolute) return '/';
			return trailing ? './' : '.';
		}
		if (trailing) normal += '/';
		return absolute ? `/${normal}` : normal;
	},

	isAbsolute(path) {
		validateString(path, 'path');
		return path[0] === '/';
	},

	join(...paths) {
		for (const path of paths) validateString(path, 'path');
		const joined = paths.filter((p) => p.length > 0).join('/');
		return joined === '' ? '.' : posix.normalize(joined);
	},

	relative(from, to) {
		validateString(from, 'from');
		validateString(to, 'to');
		if (from === to) return '';
		const a = posix.resolve(from), b = posix.resolve(to);
		if (a === b) return '';
		const x = a.split('/').filter(Boolean), y = b.split('/').filter(Boolean);
		let same = 0;
		while (same < x.length && same < y.length && x[same] === y[same]) same++;
		return [...x.slice(same).map(() => '..'), ...y.slice(same)].join('/');
	},

	toNamespacedPath: (path) => path,

	dirname(path) {
		validateString(path, 'path');
		if (path.length === 0) return '.';
		const end = split(path, 0, isSlash).begin - 1;
		if (end < 0) return path[0] === '/' ? '/' : '.';
		if (end === 0) return '/';
		return end === 1 && path.startsWith('//') ? '//' : path.slice(0, end);
	},

	basename(path, suffix) {
		if (suffix !== undefined) validateString(suffix, 'suffix');
		validateString(path, 'path');
		if (suffix === path && suffix !== '') return '';
		const { begin, end } = split(path, 0, isSlash);
		return withoutSuffix(path.slice(begin, end), suffix);
	},

	extname(path) {
		validateString(path, 'path');
		return extension(posix.basename(path));
	},

	format: formatWith('/'),

	parse(path) {
		validateString(path, 'path');
		const root = path[0] === '/' ? '/' : '';
		const base = posix.basename(path);
		const ext = extension(base);
		let dir = '';
		const { begin } = split(path, 0, isSlash);
		if (begin > 0) dir = begin === root.length ? root : path.slice(0, begin - 1);
		if (base === '' && root) dir = root;
		return { root, dir, base, ext, name: base.slice(0, base.length - ext.length) };
	},

	matchesGlob: (path, pattern) => matches(path, pattern, false),

	sep: '/',
	delimiter: ':',
};

const isEither = (c) => c === '/' || c === '\\';
const isLetter = (c) => /^[A-Za-z]$/.test(c);

// rootOf splits the root off a path for Windows: its device ("C:" or "\\\\server\\share"), whether it is absolute, and
// the length of both together.
function rootOf(path) {
	if (path.length === 0) return { device: '', absolute: false, length: 0 };
	if (isEither(path[0])) {
		if (isEither(path[1] ?? '')) {
			const match = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path);
			if (match) {
				const rest = path[match[0].length];
				return { device: `\\\\${match[1]}\\${match[2]}`, absolute: true, length: match[0].length + (rest === undefined ? 0 : 1), unc: true };
			}
		}
		return { device: '', absolute: true, length: 1 };
	}
	if (isLetter(path[0]) && path[1] === ':') {
		const absolute = isEither(path[2] ?? '');
		return { device: path.slice(0, 2), absolute, length: absolute ? 3 : 2 };
	}
	return { device: '', absolute: false, length: 0 };
}

const win32 = {
	resolve(...paths) {
		let device = '', tail = '', absolute = false;
		for (let i = paths.length - 1; i >= -1; i--) {
			let path;
			if (i >= 0) {
				path = paths[i];
				validateString(path, `paths[${i}]`);
				if (path.length === 0) continue;
			} else {
				path = cwd;
			}
			const root = rootOf(path);
			if (root.device.length > 0) {
				if (device.length > 0) {
					if (root.device.toLowerCase() !== device.toLowerCase()) continue;
				} else {
					device = root.device;
				}
			}
			if (absolute) {
				if (device.length > 0) break;
			} else {
				tail = `${path.slice(root.length)}\\${tail}`;
				absolute = root.absolute;
				if (absolute && device.length > 0) break;
			}
		}
		tail = normalSegments(tail, isEither, '\\', !absolute);
		return absolute ? `${device}\\${tail}` : `${device}${tail}` || '.';
	},

	normalize(path) {
		validateString(path, 'path');
		if (path.length === 0) return '.';
		const root = rootOf(path);
		if (root.unc && root.length === path.length && !isEither(path[path.length - 1])) return `${root.device}\\`;
		let tail = normalSegments(path.slice(root.length), isEither, '\\', !root.absolute);
		if (tail.length === 0 && !root.absolute) tail = '.';
		if (tail.length > 0 && isEither(path[path.length - 1])) tail += '\\';
		return root.absolute ? `${root.device}\\${tail}` : `${root.device}${tail}`;
	},

	isAbsolute(path) {
		validateString(path, 'path');
		return rootOf(path).absolute || (isEither(path[0] ?? ''));
	},

	join(...paths) {
		for (const path of paths) validateString(path, 'path');
		const parts = paths.filter((p) => p.length > 0);
		if (parts.length === 0) return '.';
		let joined = parts.join('\\');
		// Only a first part that is one makes the whole a UNC path.
		if (!/^[\\/]{2}[^\\/]/.test(parts[0])) joined = joined.replace(/^[\\/]{2,}/, '\\');
		return win32.normalize(joined);
	},

	relative(from, to) {
		validateString(from, 'from');
		validateString(to, 'to');
		if (from === to) return '';
		const a = win32.resolve(from), b = win32.resolve(to);
		if (a.toLowerCase() === b.toLowerCase()) return '';
		const x = a.split('\\').filter(Boolean), y = b.split('\\').filter(Boolean);
		let same = 0;
		while (same < x.length && same < y.length && x[same].toLowerCase() === y[same].toLowerCase()) same++;
		if (same === 0) return b;
		return [...x.slice(same).map(() => '..'), ...y.slice(same)].join('\\');
	},

	toNamespacedPath(path) {
		if (typeof path !== 'string' || path.length === 0) return path;
		const resolved = win32.resolve(path);
		if (resolved.length <= 2) return path;
		if (resolved.startsWith('\\\\')) {
			if (resolved[2] !== '?' && resolved[2] !== '.') return `\\\\?\\UNC\\${resolved.slice(2)}`;
		} else if (isLetter(resolved[0]) && resolved[1] === ':' && resolved[2] === '\\') {
			return `\\\\?\\${resolved}`;
		}
		return resolved;
	},

	dirname(path) {
		validateString(path, 'path');
		if (path.length === 0) return '.';
		const root = rootOf(path);
		if (root.unc && root.length >= path.length) return path;
		const { begin } = split(path, root.length, isEither);
		if (begin > root.length) return path.slice(0, begin - 1);
		return root.length > 0 ? path.slice(0, root.length) : '.';
	},

	basename(path, suffix) {
		if (suffix !== undefined) validateString(suffix, 'suffix');
		validateString(path, 'path');
		if (suffix === path && suffix !== '') return '';
		const start = isLetter(path[0] ?? '') && path[1] === ':' ? 2 : 0;
		const { begin, end } = split(path, start, isEither);
		return withoutSuffix(path.slice(begin, end), suffix);
	},

	extname(path) {
		validateString(path, 'path');
		return extension(win32.basename(path));
	},

	format: formatWith('\\'),

	parse(path) {
		validateString(path, 'path');
		const { length } = rootOf(path);
		const root = path.slice(0, length);
		const { begin, end } = split(path, length, isEither);
		const base = path.slice(begin, end);
		const ext = extension(base);
		const dir = begin > length ? path.slice(0, begin - 1) : root;
		return { root, dir, base, ext, name: base.slice(0, base.length - ext.length) };
	},

	matchesGlob: (path, pattern) => matches(path, pattern, true),

	sep: '\\',
	delimiter: ';',
};

posix.win32 = win32.win32 = win32;
posix.posix = win32.posix = posix;

module.exports = posix;
