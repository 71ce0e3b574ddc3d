// https://nodejs.org/api/module.html. There are no files to load modules from: require gives those that are built in.
const { ERR_INVALID_ARG_VALUE, ERR_METHOD_NOT_IMPLEMENTED } = require('internal/errors');
const { posix } = require('path');

const not = (name, key = name) => ({ [key]() { throw ERR_METHOD_NOT_IMPLEMENTED(`module.${name}`); } }[key]);

function Module() {
	throw ERR_METHOD_NOT_IMPLEMENTED('module.Module');
}

function createRequire(path) {
	path = String(path);
	if (!path.startsWith('/') && !path.startsWith('file:')) {
		throw ERR_INVALID_ARG_VALUE('path', path, 'The argument must be a file URL object, a file URL string, or an absolute path string.');
	}
	return function (id) {
		id = String(id);
		const found = id === 'test' ? undefined : native.builtin(id) ?? native.cloudflare(id);
		if (/^$|^[./]/.test(id)) id = posix.resolve('/', posix.dirname(path.replace(/^file:\/\//, '')), id).slice(1) || '.';
		if (found === undefined) throw new Error(native.enabled('new_module_registry') ? `Module not found: ${id}` : `No such module "${id}".`);
		return found;
	};
}

const prefixOnly = new Set(['sqlite', 'test']);
function isBuiltin(name) {
	name = String(name);
	return name.startsWith('node:') || (name !== 'test' && native.names().includes(name));
}

Object.assign(Module, {
	Module,
	createRequire,
	isBuiltin,
	register: not('register'),
	registerHooks: not('registerHooks'),
	syncBuiltinESMExports: not('syncBuiltinESMExports'),
	findSourceMap: not('findSourceMap'),
	findPackageJSON: not('findPackageJSON'),
	stripTypeScriptTypes: not('stripTypeScriptTypes'),
	enableCompileCache() {},
	getCompileCacheDir() {},
	flushCompileCache() {},
	getSourceMapsSupport: () => Object.freeze(Object.assign(Object.create(null), { enabled: false, nodeModules: false, generatedCode: false })),
	setSourceMapsSupport() {},
	SourceMap: function SourceMap() {
		throw ERR_METHOD_NOT_IMPLEMENTED('module.SourceMap');
	},
	constants: Object.assign(Object.create(null), {
		compileCacheStatus: Object.assign(Object.create(null), { FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 }),
	}),
	globalPaths: [],
	runMain: not('runMain'),
	wrap: not('wrap'),
	_cache: Object.create(null),
	_pathCache: Object.create(null),
	_extensions: { '.js': not('_extensions', '.js'), '.json': not('_extensions', '.json'), '.node': not('_extensions', '.node') },
	_debug: not('_debug'),
	_findPath: not('_findPath'),
	_initPaths: not('_initPaths'),
	_load: not('_load'),
	_nodeModulePaths: not('_nodeModulePaths'),
	_preloadModules: not('_preloadModules'),
	_resolveFilename: not('_resolveFilename'),
	_resolveLookupPaths: not('_resolveLookupPaths'),
});
Object.defineProperty(Module, 'builtinModules', {
	configurable: true, enumerable: true,
	get: () => native.names().filter((name) => !prefixOnly.has(name)),
});

module.exports = Module;
