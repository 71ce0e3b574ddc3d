// Does random things to buffers that can be resized, and to views of them, and tells what comes of it: a line for each. The
// path is the seed. While a callback or a conversion is under way, the buffer may change its size.
const classes = [Uint8Array, Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Float16Array, Float32Array, Float64Array, BigInt64Array];
const getters = ["getInt8", "getUint16", "getInt32", "getFloat16", "getFloat64", "getBigInt64"];
const setters = ["setInt8", "setUint16", "setInt32", "setFloat16", "setFloat64", "setBigInt64"];
const methods = ["at", "copyWithin", "every", "fill", "filter", "find", "findIndex", "findLast", "findLastIndex", "forEach", "includes", "indexOf",
	"join", "keys", "lastIndexOf", "map", "reduce", "reduceRight", "reverse", "set", "slice", "some", "sort", "subarray", "toLocaleString",
	"toReversed", "toSorted", "toString", "values", "with", "get", "put", "own", "atomic", "clone", "spread", "from"];

function attempt(f) {
	try {
		const v = f();
		if (v === undefined) return "u";
		return typeof v === "object" && v !== null ? `${v.constructor.name}(${Array.prototype.join.call(v)})` : String(v);
	} catch (e) {
		return e.name;
	}
}

function run(seed) {
	const random = (n) => {
		seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
		return (seed >>> 8) % n;
	};
	const out = [];
	for (let round = 0; round < 400; round++) {
		const shared = random(5) === 0, max = random(40), length = random(max + 1);
		const buffer = shared ? new SharedArrayBuffer(length, { maxByteLength: max }) : new ArrayBuffer(length, { maxByteLength: max });
		const resize = (n) => shared ? buffer.grow(n) : buffer.resize(n);
		const views = [];
		const perhaps = () => { // resizes it, now and then
			if (random(6) === 0) try { resize(random(max + 1)); } catch {}
		};

		function make() {
			const C = classes[random(classes.length)], args = [buffer];
			if (random(3)) {
				args.push(random(2) * 8);
				if (random(2)) args.push(random(4));
			}
			const view = random(8) === 0 ? new DataView(...args) : new C(...args);
			views.push(view);
			return view.byteLength;
		}
		function dataView(v) {
			const kind = random(6);
			const did = random(2) ? attempt(() => v[getters[kind]](random(6), !!random(2)))
				: attempt(() => v[setters[kind]](random(6), kind === 5 ? 5n : random(100), !!random(2)));
			return did + attempt(() => v.byteLength) + attempt(() => v.byteOffset);
		}
		function typedArray(v) {
			const big = v instanceof BigInt64Array, number = (n) => big ? BigInt(n) : n - 2 + n / 4;
			const method = methods[random(methods.length)], x = random(8) - 3, y = random(8) - 2;
			const index = { valueOf() { perhaps(); return x; } };
			const did = attempt(() => {
				switch (method) {
				case "at": return v.at(index);
				case "copyWithin": return v.copyWithin(index, y, random(9));
				case "every": case "some": case "find": case "findIndex": case "findLast": case "findLastIndex": case "filter": case "forEach": {
					let seen = "";
					const result = v[method]((e, i) => { seen += `${e}/${i} `; perhaps(); return i % 2 === 0; });
					return seen + (typeof result === "object" ? `[${result}]` : result);
				}
				case "map": return v.map((e, i) => { perhaps(); return number(i); });
				case "reduce": case "reduceRight": return v[method]((all, e, i) => { perhaps(); return `${all},${e}${i}`; }, "a");
				case "fill": return v.fill(big ? BigInt(Math.abs(x)) : index, y, random(9)); // the engine forgets the sign of a BigInt
				case "includes": case "indexOf": case "lastIndexOf": return v[method](number(random(5)), random(2) ? index : undefined);
				case "join": return v.join({ toString() { perhaps(); return "-"; } });
				case "keys": case "values": {
					let seen = "", n = 0;
					for (const e of v[method]()) {
						seen += `${e} `;
						if (n++ < 9) perhaps();
					}
					return seen;
				}
				case "set": return v.set(random(2) ? views[random(views.length)] : [number(1), number(2)], random(3));
				case "slice": return v.slice(index, random(9));
				case "sort": return random(2) ? v.sort() : v.sort((a, b) => a < b ? 1 : a > b ? -1 : 0);
				case "subarray": {
					const part = v.subarray(index, random(2) ? undefined : y);
					views.push(part);
					return part;
				}
				case "toLocaleString": case "toString": case "toReversed": case "toSorted": case "reverse": return v[method]();
				case "with": return v.with(x, number(3));
				case "get": return v[x];
				case "put": v[x] = big ? 7n : random(300); return v;
				case "own": return Object.keys(v).join() + (x in v);
				case "atomic": return Atomics.add(v, x, number(4));
				case "clone": return structuredClone(v);
				case "spread": return [...v].join();
				case "from": return new classes[random(9)](v);
				}
			});
			return `${method}:${did}|${v.length},${v.byteOffset}`;
		}

		for (let i = 0; i < 12; i++) {
			const step = random(9);
			let did;
			if (step < 2) did = attempt(() => resize(random(max + 3)));
			else if (step < 4 || views.length === 0) did = attempt(make);
			else {
				const view = views[random(views.length)];
				did = view instanceof DataView ? dataView(view) : typedArray(view);
			}
			out.push(`${round} ${i} ${did} #${buffer.byteLength}`);
		}
	}
	return out.join("\n");
}

export default {
	fetch(request) { return new Response(run(Number(new URL(request.url).pathname.slice(1)))); },
};
