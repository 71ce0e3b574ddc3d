// Answers with the whole global surface, as a map from paths to what a script can see there: the kind of value, whether a
// property is writable, enumerable and configurable (wec), accessors, prototypes. Functions of the language come with their
// lengths.
const language = new Set(("Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp " +
  "Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis JSON Math Intl " +
  "ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array " +
  "Uint8ClampedArray Float32Array Float64Array Float16Array DataView Map BigInt Set Iterator WeakMap WeakSet Proxy Reflect " +
  "FinalizationRegistry WeakRef DisposableStack AsyncDisposableStack decodeURI decodeURIComponent encodeURI encodeURIComponent " +
  "escape unescape eval isFinite isNaN SharedArrayBuffer WebAssembly").split(" "));

const surface = {};
const paths = new Map([[Object.prototype, "Object.prototype"], [Function.prototype, "Function.prototype"]]);

function kind(value, withLength) {
  if (typeof value === "function") return withLength ? `function/${value.length}` : "function";
  if (value === null || typeof value !== "object") return `${typeof value} ${String(value)}`;
  return "object";
}

function shape(d, withLength) {
  const flags = (d.writable ? "w" : "-") + (d.enumerable ? "e" : "-") + (d.configurable ? "c" : "-");
  if (d.get || d.set) return [d.get && "get", d.set && "set", flags].filter(Boolean).join(" ");
  return `${kind(d.value, withLength)} ${flags}`;
}

function walk(object, path, inLanguage, depth) {
  if (paths.has(object) && paths.get(object) !== path) {
    surface[path] = `is ${paths.get(object)}`;
    return;
  }
  paths.set(object, path);
  const prototype = Object.getPrototypeOf(object);
  surface[`${path}.[[Prototype]]`] = prototype === null ? "null" : paths.get(prototype) ?? "another";
  for (const key of Reflect.ownKeys(object)) {
    const name = typeof key === "symbol" ? `@@${key.description}` : key;
    if (/^@@(cloudflare:internal-class|kResourceTypeInspect)$/.test(name)) continue; // workerd's own
    if (typeof object === "function" && (name === "length" || name === "name")) continue; // said where the function is
    property(object, key, `${path}.${name}`, inLanguage, depth);
  }
}

function property(object, key, path, inLanguage, depth) {
  const d = Object.getOwnPropertyDescriptor(object, key);
  surface[path] = d ? shape(d, inLanguage) : "no descriptor";
  into(d?.value, path, inLanguage, depth);
}

// into looks at what a property's value has in it.
function into(value, path, inLanguage, depth) {
  if (depth === 0 || /^(Service)?WorkerGlobalScope\.prototype$/.test(path)) return; // the globals are there
  if (typeof value === "function" && value.prototype) walk(value, path, inLanguage, depth - 1);
  else if (typeof value === "object" && value !== null && !Array.isArray(value)) instance(value, path, inLanguage, depth - 1);
}

// instance looks at an object that is not there for its properties' descriptors: what it has, wherever it has it from.
function instance(object, path, inLanguage, depth) {
  if (inLanguage || path.endsWith(".prototype")) return walk(object, path, inLanguage, depth);
  const seen = new Set();
  for (let o = object; o !== null && o !== Object.prototype; o = Object.getPrototypeOf(o)) {
    for (const name of Object.getOwnPropertyNames(o)) {
      if (seen.has(name) || name === "constructor") continue;
      seen.add(name);
      const value = object[name];
      surface[`${path}.${name}`] = typeof value === "function" ? "function" : kind(value);
      if (depth > 0 && typeof value === "object" && value !== null && !Array.isArray(value)) instance(value, `${path}.${name}`, false, depth - 1);
    }
  }
  surface[`${path}.@@toStringTag`] = Object.prototype.toString.call(object);
}

// The globals, wherever on the global object or its prototypes they are.
const globals = new Map();
for (let object = globalThis; object !== Object.prototype; object = Object.getPrototypeOf(object)) {
  for (const name of Object.getOwnPropertyNames(object)) {
    if (/^(constructor|globalThis|self|global)$/.test(name) || globals.has(name)) continue;
    globals.set(name, object);
  }
}
const names = [...globals.keys()].sort();
for (const name of names) {
  const value = globalThis[name];
  if (typeof value === "function" && value.prototype && !paths.has(value)) paths.set(value, name).set(value.prototype, `${name}.prototype`);
}
for (const name of names) property(globals.get(name), name, name, language.has(name), 3);

export default { fetch: () => Response.json(surface) };
