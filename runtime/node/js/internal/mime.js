// https://nodejs.org/api/util.html#class-utilmimetype
const token = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
const quotable = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

class MIMEParams {
	#map = new Map();

	get size() {
		return this.#map.size;
	}
	delete(name) {
		this.#map.delete(`${name}`);
	}
	get(name) {
		return this.#map.get(`${name}`) ?? null;
	}
	has(name) {
		return this.#map.has(`${name}`);
	}
	set(name, value) {
		name = `${name}`;
		value = `${value}`;
		if (!token.test(name)) throw new TypeError(`Not a valid MIME parameter: ${name}`);
		if (!quotable.test(value)) throw new TypeError(`Not a valid MIME parameter: ${value}`);
		this.#map.set(name, value);
	}
	entries() {
		return this.#map.entries();
	}
	keys() {
		return this.#map.keys();
	}
	values() {
		return this.#map.values();
	}
	[Symbol.iterator]() {
		return this.#map.entries();
	}
	toString() {
		return [...this.#map].map(([name, value]) => `${name}=${token.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`}`).join(';');
	}
	toJSON() {
		return this.toString();
	}
}

class MIMEType {
	#type;
	#subtype;
	#params = new MIMEParams();

	constructor(input) {
		input = `${input}`;
		const m = /^\s*([^/;\s]+)\/([^;]*?)\s*(?:;([\s\S]*))?$/.exec(input);
		if (!m || !token.test(m[1]) || !token.test(m[2])) throw new TypeError(`Not a valid MIME type: ${input}`);
		this.#type = m[1].toLowerCase();
		this.#subtype = m[2].toLowerCase();
		const parameter = /\s*([^=;]*)(?:=(?:"((?:\\[\s\S]|[^"\\])*)"?[^;]*|([^;]*)))?(?:;|$)/g;
		const rest = m[3] ?? '';
		while (parameter.lastIndex < rest.length) {
			const p = parameter.exec(rest);
			if (!p) break;
			const name = p[1].toLowerCase();
			const value = p[2] !== undefined ? p[2].replace(/\\([\s\S])/g, '$1') : p[3]?.trimEnd();
			if (token.test(name) && value !== undefined && (p[2] !== undefined || value !== '') && quotable.test(value) && !this.#params.has(name)) this.#params.set(name, value);
		}
	}
	get type() {
		return this.#type;
	}
	set type(value) {
		value = `${value}`;
		if (!token.test(value)) throw new TypeError(`Not a valid MIME type: ${value}`);
		this.#type = value.toLowerCase();
	}
	get subtype() {
		return this.#subtype;
	}
	set subtype(value) {
		value = `${value}`;
		if (!token.test(value)) throw new TypeError(`Not a valid MIME type: ${value}`);
		this.#subtype = value.toLowerCase();
	}
	get essence() {
		return `${this.#type}/${this.#subtype}`;
	}
	get params() {
		return this.#params;
	}
	toString() {
		const params = this.#params.toString();
		return params ? `${this.essence};${params}` : this.essence;
	}
	toJSON() {
		return this.toString();
	}
}

module.exports = { MIMEType, MIMEParams };
