// https://nodejs.org/api/punycode.html, after https://www.rfc-editor.org/rfc/rfc3492
const base = 36, tMin = 1, tMax = 26, skew = 38, damp = 700, initialBias = 72, initialN = 128;

function adapt(delta, points, first) {
	delta = first ? Math.floor(delta / damp) : delta >> 1;
	delta += Math.floor(delta / points);
	let k = 0;
	for (; delta > ((base - tMin) * tMax) >> 1; k += base) delta = Math.floor(delta / (base - tMin));
	return k + Math.floor(((base - tMin + 1) * delta) / (delta + skew));
}

const threshold = (k, bias) => (k <= bias ? tMin : k >= bias + tMax ? tMax : k - bias);

function digit(code) {
	if (code >= 48 && code <= 57) return code - 22;
	if (code >= 65 && code <= 90) return code - 65;
	if (code >= 97 && code <= 122) return code - 97;
	return base;
}

function decode(input) {
	const delimiter = input.lastIndexOf('-');
	const out = [];
	for (let i = 0; i < Math.max(delimiter, 0); i++) {
		if (input.charCodeAt(i) >= 0x80) throw new RangeError('Illegal input >= 0x80 (not a basic code point)');
		out.push(input.charCodeAt(i));
	}
	let n = initialN, bias = initialBias, i = 0;
	for (let at = delimiter > 0 ? delimiter + 1 : 0; at < input.length;) {
		const old = i;
		for (let weight = 1, k = base; ; k += base) {
			if (at >= input.length) throw new RangeError('Invalid input');
			const d = digit(input.charCodeAt(at++));
			if (d >= base) throw new RangeError('Invalid input');
			i += d * weight;
			const t = threshold(k, bias);
			if (d < t) break;
			weight *= base - t;
			if (i > 0x7fffffff || weight > 0x7fffffff) throw new RangeError('Overflow: input needs wider integers to process');
		}
		bias = adapt(i - old, out.length + 1, old === 0);
		n += Math.floor(i / (out.length + 1));
		i %= out.length + 1;
		out.splice(i++, 0, n);
	}
	return String.fromCodePoint(...out);
}

const symbol = (d) => String.fromCharCode(d < 26 ? d + 97 : d + 22);

function encode(input) {
	const points = [...input].map((c) => c.codePointAt(0));
	let out = points.filter((c) => c < 0x80).map((c) => String.fromCharCode(c)).join('');
	const basic = out.length;
	if (basic > 0) out += '-';
	let n = initialN, bias = initialBias, delta = 0;
	for (let handled = basic; handled < points.length; n++, delta++) {
		const next = Math.min(...points.filter((c) => c >= n));
		delta += (next - n) * (handled + 1);
		if (delta > 0x7fffffff) throw new RangeError('Overflow: input needs wider integers to process');
		n = next;
		for (const c of points) {
			if (c < n) delta++;
			if (c !== n) continue;
			let q = delta;
			for (let k = base; ; k += base) {
				const t = threshold(k, bias);
				if (q < t) break;
				out += symbol(t + ((q - t) % (base - t)));
				q = Math.floor((q - t) / (base - t));
			}
			out += symbol(q);
			bias = adapt(delta, handled + 1, handled === basic);
			delta = 0;
			handled++;
		}
	}
	return out;
}

// mapLabels maps the labels of a domain, or of that of an e-mail address.
function mapLabels(domain, map) {
	const at = domain.lastIndexOf('@') + 1;
	return domain.slice(0, at) + domain.slice(at).replace(/[\u3002\uff0e\uff61]/g, '.').split('.').map(map).join('.');
}

module.exports = {
	version: '2.1.0',
	ucs2: {
		decode: (text) => [...text].map((c) => c.codePointAt(0)),
		encode: (points) => String.fromCodePoint(...points),
	},
	decode,
	encode,
	toASCII: (domain) => mapLabels(domain, (label) => (/[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label)),
	toUnicode: (domain) => mapLabels(domain, (label) => (/^xn--/.test(label) ? decode(label.slice(4).toLowerCase()) : label)),
};
