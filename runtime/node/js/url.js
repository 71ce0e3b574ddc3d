// https://nodejs.org/api/url.html. URL and URLSearchParams are the globals; what follows is the older interface, which
// takes what is no URL apart as well.
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, NodeError, NodeTypeError } = require('internal/errors');
const { validateObject, validateString } = require('internal/validators');

function Url() {
	this.protocol = null;
	this.slashes = null;
	this.auth = null;
	this.host = null;
	this.port = null;
	this.hostname = null;
	this.hash = null;
	this.search = null;
	this.query = null;
	this.pathname = null;
	this.path = null;
	this.href = null;
}

const slashed = new Set(['http', 'http:', 'https', 'https:', 'ftp', 'ftp:', 'gopher', 'gopher:', 'file', 'file:', 'ws', 'ws:', 'wss', 'wss:']);
const script = new Set(['javascript', 'javascript:']);

// escaped are the characters that must not stand in a URL as they are.
const escaped = /[\t\n\r "'<>\\^`{|}]/g;
const escapeCharacters = (text) => text.replace(escaped, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

// toASCII is the host as a URL has it, or "" if it cannot be.
function toASCII(host) {
	if (/^[\x00-\x7f]*$/.test(host) && !/(^|\.)xn--/.test(host)) return host;
	try {
		return new URL(`ws://${host}`).hostname;
	} catch {
		return '';
	}
}

function parse(url, parseQuery, slashesDenoteHost) {
	if (url instanceof Url) return url;
	const parsed = new Url();
	parsed.parse(url, parseQuery, slashesDenoteHost);
	return parsed;
}

Url.prototype.parse = function (url, parseQuery, slashesDenoteHost) {
	validateString(url, 'url');
	// Backslashes before the query are slashes, as browsers have it.
	let rest = url.replace(/^[\x00-\x20\xa0\ufeff]+|[\x00-\x20\xa0\ufeff]+$/g, '');
	const end = rest.search(/[?#]/);
	const head = end < 0 ? rest : rest.slice(0, end);
	rest = head.replaceAll('\\', '/') + (end < 0 ? '' : rest.slice(end));

	const protocol = /^[a-z0-9.+-]+:/i.exec(rest)?.[0];
	const lower = protocol?.toLowerCase();
	if (protocol) {
		this.protocol = lower;
		rest = rest.slice(protocol.length);
	}
	let slashes = false;
	if (slashesDenoteHost || protocol || /^\/\/[^@/]+@[^@/]+/.test(rest)) {
		slashes = rest.startsWith('//');
		if (slashes && !(lower && script.has(lower))) {
			rest = rest.slice(2);
			this.slashes = true;
		}
	}
	if (!script.has(lower) && (slashes || (protocol && !slashed.has(protocol)))) {
		// The last @ before the path ends the credentials.
		let hostEnd = rest.search(/[/?#]/);
		if (hostEnd < 0) hostEnd = rest.length;
		const authority = rest.slice(0, hostEnd).replace(/[\t\n\r]/g, '');
		rest = authority + rest.slice(hostEnd);
		hostEnd = authority.length;
		const at = rest.lastIndexOf('@', hostEnd - 1);
		if (at >= 0 && at < hostEnd) {
			this.auth = decodeURIComponent(rest.slice(0, at));
			rest = rest.slice(at + 1);
			hostEnd -= at + 1;
		}
		const bad = rest.slice(0, hostEnd).search(/[\t\n\r "%'<>\\^`{|};]/);
		if (bad >= 0) hostEnd = bad;
		let host = rest.slice(0, hostEnd);
		rest = rest.slice(hostEnd);
		const port = /:[0-9]*$/.exec(host)?.[0];
		if (port && !(host.endsWith(']') && host.startsWith('['))) {
			if (port !== ':') this.port = port.slice(1);
			host = host.slice(0, host.length - port.length);
		}
		this.hostname = host;
		const literal = host.startsWith('[') && host.endsWith(']');
		if (!literal) {
			const colon = host.search(/[\0\t\n\r #%/:<>?@[\\\]^|]/);
			if (colon >= 0) {
				rest = `/${host.slice(colon)}${rest}`;
				this.hostname = host.slice(0, colon);
			}
		}
		this.hostname = this.hostname.length > 255 ? '' : this.hostname.toLowerCase();
		if (!literal && this.hostname !== '') {
			const ascii = toASCII(this.hostname);
			if (ascii === '') throw new NodeTypeError('ERR_INVALID_URL', 'Invalid URL', { input: url });
			this.hostname = ascii;
		}
		this.host = this.hostname + (this.port ? `:${this.port}` : '');
		if (literal) {
			this.hostname = this.hostname.slice(1, -1);
			if (rest[0] !== '/') rest = `/${rest}`;
		}
	}
	if (!script.has(lower)) rest = escapeCharacters(rest);

	const hash = rest.indexOf('#');
	if (hash >= 0) {
		this.hash = rest.slice(hash);
		rest = rest.slice(0, hash);
	}
	const question = rest.indexOf('?');
	if (question >= 0) {
		this.search = rest.slice(question);
		this.query = rest.slice(question + 1);
		if (parseQuery) this.query = require('querystring').parse(this.query);
		rest = rest.slice(0, question);
	} else if (parseQuery) {
		this.search = null;
		this.query = Object.create(null);
	}
	if (rest) this.pathname = rest;
	if (slashed.has(lower) && this.hostname && !this.pathname) this.pathname = '/';
	if (this.pathname || this.search) this.path = (this.pathname ?? '') + (this.search ?? '');
	this.href = this.format();
	return this;
};

Url.prototype.format = function () {
	let auth = this.auth || '';
	if (auth) auth = `${encodeURIComponent(auth).replace(/%3A/i, ':')}@`;
	let protocol = this.protocol || '', pathname = this.pathname || '', hash = this.hash || '', host = '', query = '';
	if (this.host) {
		host = auth + this.host;
	} else if (this.hostname) {
		host = auth + (this.hostname.includes(':') && !this.hostname.startsWith('[') ? `[${this.hostname}]` : this.hostname);
		if (this.port) host += `:${this.port}`;
	}
	if (this.query !== null && typeof this.query === 'object') query = require('querystring').stringify(this.query);
	let search = this.search || (query && `?${query}`) || '';
	if (protocol && !protocol.endsWith(':')) protocol += ':';
	pathname = pathname.replace(/[#?]/g, (c) => (c === '#' ? '%23' : '%3F'));
	if (this.slashes || slashed.has(protocol)) {
		if (this.slashes || host) {
			if (pathname && pathname[0] !== '/') pathname = `/${pathname}`;
			host = `//${host}`;
		} else if (protocol === 'file:') {
			host = '//';
		}
	}
	search = search.replaceAll('#', '%23');
	if (hash && hash[0] !== '#') hash = `#${hash}`;
	if (search && search[0] !== '?') search = `?${search}`;
	return protocol + host + pathname + search + hash;
};

function format(value, options) {
	if (typeof value === 'string') {
		value = parse(value);
	} else if (typeof value !== 'object' || value === null) {
		throw ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], value);
	} else if (value instanceof URL) {
		if (options !== undefined) validateObject(options, 'options');
		const { auth = true, fragment = true, search = true, unicode = false } = options ?? {};
		let out = value.protocol;
		if (value.host !== '' || value.protocol === 'file:') {
			out += '//';
			if (auth && (value.username || value.password)) out += `${value.username}${value.password ? `:${value.password}` : ''}@`;
			out += unicode ? domainToUnicode(value.hostname) : value.hostname;
			if (value.port) out += `:${value.port}`;
		}
		out += value.pathname;
		if (search) out += value.search;
		if (fragment) out += value.hash;
		return out;
	}
	return Url.prototype.format.call(value);
}

const resolve = (source, relative) => parse(source, false, true).resolve(relative);
const resolveObject = (source, relative) => (source ? parse(source, false, true).resolveObject(relative) : relative);

Url.prototype.resolve = function (relative) {
	return this.resolveObject(parse(relative, false, true)).format();
};

// withoutDots resolves "." and ".." in a path. Those that lead out of one that does not begin with a slash stay.
function withoutDots(path) {
	const absolute = path[0] === '/';
	const out = [];
	const segments = (absolute ? path.slice(1) : path).split('/');
	segments.forEach((segment, i) => {
		const last = i === segments.length - 1;
		if (segment === '..' && !absolute && (out.length === 0 || out[out.length - 1] === '..')) {
			out.push('..');
		} else if (segment === '..') {
			out.pop();
			if (last) out.push('');
		} else if (segment !== '.') {
			out.push(segment);
		} else if (last) {
			out.push('');
		}
	});
	return (absolute ? '/' : '') + out.join('/');
}

// merged is the path of a relative reference, taken from the path that it is relative to.
function merged(base, relative, rooted) {
	if (relative[0] === '/') return withoutDots(relative);
	const path = base.slice(0, base.lastIndexOf('/') + 1) + relative;
	return withoutDots(rooted && path[0] !== '/' ? `/${path}` : path);
}

// resolveObject resolves a reference as https://www.rfc-editor.org/rfc/rfc3986#section-5.2 does, with one liberty of old: a
// reference may repeat the scheme and be relative all the same.
Url.prototype.resolveObject = function (relative) {
	if (typeof relative === 'string') relative = parse(relative, false, true);
	const out = Object.assign(new Url(), this);
	out.hash = relative.hash;
	const sameScheme = !relative.protocol || relative.protocol === this.protocol;
	if (relative.href === '') {
		// Only the fragment goes.
	} else if (!sameScheme && !slashed.has(relative.protocol)) {
		return Object.assign(out, relative);
	} else if (sameScheme && this.protocol && !slashed.has(this.protocol) && !this.slashes && !relative.slashes) {
		// A scheme without slashes: what looks like the host is the first part of the path.
		const whole = (url) => (url.auth ? `${url.auth}@` : '') + (url.host ?? '') + (url.pathname ?? '');
		const path = whole(this), target = whole(relative);
		const at = path.lastIndexOf('@');
		let next = path;
		if (target && this.auth && !relative.protocol && !target.includes('@') && at >= 0 && !path.includes('/', at)) next = path.slice(0, at + 1) + target;
		else if (target) next = merged(path, target, false).replace(/^(?:\.\.(?:\/|$))+/, '');
		return parse(this.protocol + next + (relative.search ?? (target ? '' : this.search ?? '')) + (relative.hash ?? ''));
	} else if (!sameScheme && !relative.host && relative.protocol !== 'file:') {
		// The first part of its path is taken for the host.
		const [host = '', ...path] = (relative.pathname ?? '').replace(/^\/+/, '').split('/');
		Object.assign(out, relative, { auth: null, host, hostname: host, port: null, pathname: `/${path.join('/')}`, slashes: true });
	} else if (!sameScheme || relative.host || (relative.slashes && !relative.protocol)) {
		const { auth, host, protocol } = this;
		Object.assign(out, relative, { protocol: relative.protocol ?? protocol });
		if (relative.protocol && sameScheme && relative.host === host) out.auth = relative.auth ?? auth;
		if (out.pathname) out.pathname = withoutDots(out.pathname);
		else if (slashed.has(out.protocol) && out.host) out.pathname = '/';
	} else if (relative.pathname) {
		out.pathname = merged(this.pathname ?? '', relative.pathname, Boolean(this.host));
		out.search = relative.search;
		out.query = relative.query;
	} else if (relative.search !== null) {
		out.search = relative.search;
		out.query = relative.query;
	}
	out.path = out.pathname || out.search ? (out.pathname ?? '') + (out.search ?? '') : null;
	out.href = out.format();
	return out;
};

function domainToASCII(domain) {
	try {
		return new URL(`ws://${domain}`).host;
	} catch {
		return '';
	}
}

function domainToUnicode(domain) {
	const ascii = domainToASCII(domain);
	return ascii === '' ? '' : require('punycode').toUnicode(ascii);
}

function fileURLToPath(path, options) {
	const windows = options?.windows;
	if (typeof path === 'string') path = new URL(path);
	else if (!(path instanceof URL)) throw ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path);
	if (path.protocol !== 'file:') throw new NodeError('ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
	if (windows) {
		if (/%(2f|5c)/i.test(path.pathname)) throw new NodeError('ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded \\ or / characters');
		const decoded = decodeURIComponent(path.pathname.replaceAll('/', '\\'));
		if (path.hostname !== '') return `\\\\${domainToUnicode(path.hostname)}${decoded}`;
		if (!/^\\[a-z]:/i.test(decoded)) throw new NodeError('ERR_INVALID_FILE_URL_PATH', 'File URL path must be absolute');
		return decoded.slice(1);
	}
	if (path.hostname !== '') throw new NodeError('ERR_INVALID_FILE_URL_HOST', 'File URL host must be "localhost" or empty on linux');
	if (/%2f/i.test(path.pathname)) throw new NodeError('ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
	return decodeURIComponent(path.pathname);
}

function pathToFileURL(path, options) {
	validateString(path, 'path');
	const { posix, win32 } = require('path');
	const out = new URL('file://');
	let resolved;
	if (options?.windows) {
		const extended = path.startsWith('\\\\?\\UNC\\');
		if (path.startsWith('\\\\') && (extended || !path.startsWith('\\\\?\\'))) {
			const start = extended ? 8 : 2;
			const end = path.indexOf('\\', start);
			if (end < 0) throw ERR_INVALID_ARG_VALUE('path', path, 'Missing UNC resource path');
			if (end === 2) throw ERR_INVALID_ARG_VALUE('path', path, 'Empty UNC servername');
			out.hostname = domainToASCII(path.slice(start, end));
			resolved = path.slice(end);
		} else {
			resolved = win32.resolve(path);
			if (/[\\/]$/.test(path) && !resolved.endsWith('\\')) resolved += '\\';
			if (resolved.startsWith('\\\\?\\')) resolved = resolved.slice(4);
		}
		resolved = resolved.replaceAll('\\', '/');
	} else {
		// The root is what a path that is not absolute is relative to.
		resolved = path[0] === '/' ? posix.normalize(path) : posix.normalize(`/${path}`);
		if (path.endsWith('/') && !resolved.endsWith('/')) resolved += '/';
	}
	out.pathname = resolved.replace(/[%\\\n\r\t?#[\]^|~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
	return out;
}

function urlToHttpOptions(url) {
	const { hostname, pathname, port, username, password, search } = url;
	const options = Object.assign(Object.create(null), {
		...url,
		protocol: url.protocol,
		hostname: hostname?.[0] === '[' ? hostname.slice(1, -1) : hostname,
		hash: url.hash,
		search,
		pathname,
		path: `${pathname || ''}${search || ''}`,
		href: url.href,
	});
	if (port !== '') options.port = Number(port);
	if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
	return options;
}

module.exports = {
	get URL() { return globalThis.URL; },
	get URLSearchParams() { return globalThis.URLSearchParams; },
	Url, parse, format, resolve, resolveObject, domainToASCII, domainToUnicode, fileURLToPath, pathToFileURL, urlToHttpOptions,
	toPathIfFileURL: (value) => (value instanceof URL ? fileURLToPath(value) : value),
};
