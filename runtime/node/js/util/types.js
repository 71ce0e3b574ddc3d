// https://nodejs.org/api/util.html#utiltypes
const { kind } = native;

const is = (...names) => (value) => typeof value === 'object' && value !== null && names.includes(kind(value));
const views = [
	'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array',
	'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array',
];

const types = {
	isExternal: () => false,
	isDate: is('Date'),
	isArgumentsObject: is('Arguments'),
	isBigIntObject: is('BigInt'),
	isBooleanObject: is('Boolean'),
	isNumberObject: is('Number'),
	isStringObject: is('String'),
	isSymbolObject: is('Symbol'),
	isBoxedPrimitive: is('Number', 'String', 'Boolean', 'BigInt', 'Symbol'),
	isNativeError: is('Error'),
	isRegExp: is('RegExp'),
	isAsyncFunction: (value) => typeof value === 'function' && kind(value) === 'AsyncFunction',
	isGeneratorFunction: (value) => typeof value === 'function' && kind(value) === 'GeneratorFunction',
	isGeneratorObject: is('Generator'),
	isPromise: is('Promise'),
	isMap: is('Map'),
	isSet: is('Set'),
	isMapIterator: is('MapIterator'),
	isSetIterator: is('SetIterator'),
	isWeakMap: is('WeakMap'),
	isWeakSet: is('WeakSet'),
	isArrayBuffer: is('ArrayBuffer'),
	isDataView: is('DataView'),
	isSharedArrayBuffer: is('SharedArrayBuffer'),
	isProxy: (value) => (typeof value === 'object' || typeof value === 'function') && value !== null && kind(value) === 'Proxy',
	isModuleNamespaceObject: () => false,
	isAnyArrayBuffer: is('ArrayBuffer', 'SharedArrayBuffer'),
	isCryptoKey: is('CryptoKey'),
	isKeyObject: (value) => typeof value === 'object' && value !== null && value instanceof require('crypto').KeyObject,
	isEventTarget: (value) => value instanceof globalThis.EventTarget,
	isArrayBufferView: ArrayBuffer.isView,
	isTypedArray: is(...views),
};
for (const view of views) types[`is${view}`] = is(view);

module.exports = types;
