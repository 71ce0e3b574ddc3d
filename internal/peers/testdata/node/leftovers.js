// The modules that little else covers; node_io_test.go compares the lines.
import module, { createRequire, isBuiltin, builtinModules } from 'node:module';
import nodeConsole, { Console } from 'node:console';
import nodeProcess from 'node:process';
import dns from 'node:dns';
import dnsPromises from 'node:dns/promises';
import bareFS from 'fs';
import { Writable } from 'stream';
import { join } from 'path/posix';
import fs from 'node:fs';
import { inspect } from 'node:util';

const shown = (x) => x === undefined ? 'undefined' : typeof x === 'function' ? `function ${x.name}` : inspect(x, { depth: 1, breakLength: Infinity });
const thrown = (e) => [e?.name, e?.code, e?.message, e?.syscall, e?.hostname].join('|');
// into is a console and what it has written.
function into(options) {
	const out = [];
	const stream = (name) => new Writable({ write(chunk, encoding, callback) { out.push(`${name}:${chunk}`); callback(); } });
	const console = new Console({ stdout: stream('o'), stderr: stream('e'), ...options });
	return [console, out];
}
const written = (f, options) => {
	const [console, out] = into(options);
	f(console);
	return out.join('');
};
const req = createRequire('/x.js');

const cases = {
	// node:module
	requireNode: () => req('node:fs') === fs, requireBare: () => req('fs') === bareFS, sameModule: () => bareFS === fs, requirePath: () => req('path').posix.join === join,
	requireMissing: () => req('nothing'), requireRelative: () => req('./x.js'), requireAbsolute: () => req('/x.js'), requireEmpty: () => req(''), requireNumber: () => req(1), requireNone: () => req(),
	requireInternal: () => req('internal/errors'), requireTest: () => typeof req('node:test'), requireBareTest: () => req('test'), requireSqlite: () => typeof req('node:sqlite'),
	requireMembers: () => Object.getOwnPropertyNames(req).sort().join(), requireResolve: () => req.resolve('fs'), requireCache: () => req.cache, requireMain: () => req.main,
	create: () => typeof createRequire('file:///x.js'), createURL: () => typeof createRequire(new URL('file:///x.js')), createFolder: () => typeof createRequire('/x/'),
	createRelative: () => createRequire('./x.js'), createHTTP: () => createRequire('http://x.test/'), createHTTPURL: () => createRequire(new URL('http://x.test/')), createNumber: () => createRequire(1), createNone: () => createRequire(), createNull: () => createRequire(null), createEmpty: () => createRequire(''),
	createMeta: () => typeof createRequire(import.meta.url ?? '/x.js'),
	builtin: () => ['fs', 'node:fs', 'fs/promises', 'node:test', 'test', 'node:sqlite', 'sqlite', 'nothing', 'node:nothing', '', 'cloudflare:workers', 'node:node:fs', 'path/posix', 'internal/errors', 'sys', '_http_agent'].map((name) => isBuiltin(name)).join(),
	builtinModules: () => [builtinModules.includes('fs'), builtinModules.includes('node:fs'), Array.isArray(builtinModules), builtinModules.includes('fs/promises')].join(),
	moduleShape: () => [typeof module, module.name, module.Module === module, Object.keys(module).sort()].join(),
	moduleConstruct: () => new module('x'), moduleRegister: () => module.register('x'), moduleWrap: () => module.wrap('x'), moduleSync: () => module.syncBuiltinESMExports(), moduleFind: () => module.findSourceMap('x'), moduleCompile: () => module.enableCompileCache(), modulePackage: () => module.findPackageJSON('x'), moduleStrip: () => module.stripTypeScriptTypes('let x: number'), moduleRun: () => module.runMain(), moduleSourceMaps: () => module.getSourceMapsSupport(),
	getBuiltin: () => [nodeProcess.getBuiltinModule('fs') === fs, nodeProcess.getBuiltinModule('node:fs') === fs, nodeProcess.getBuiltinModule('x')].join(),
	getBuiltinNone: () => nodeProcess.getBuiltinModule(), getBuiltinNumber: () => nodeProcess.getBuiltinModule(1),

	// Names without node:
	dynamicBare: async () => (await import('events')).default === req('node:events'), dynamicNode: async () => (await import('node:os')).default === req('os'),
	dynamicName: async () => { const name = 'zl' + 'ib'; return typeof (await import(name)).gzipSync; },

	// node:console
	consoleIsGlobal: () => nodeConsole === globalThis.console, consoleHas: () => Object.keys(nodeConsole).sort().join(), instance: () => [nodeConsole instanceof Console, nodeConsole.Console === Console, into()[0] instanceof Console].join(),
	log: () => written((c) => c.log('a %s %d %i %f %j %o %O %c %% %x', 'b', 1.5, 1.5, '1.5', { a: 1 }, [1], { b: 2 }, 'css', 'rest')), logNothing: () => written((c) => c.log()), logValues: () => written((c) => c.log({ a: { b: { c: { d: 1 } } } }, [1, , 3], new Map([[1, 2]]), null, undefined, Symbol('s'), 1n, -0)),
	warn: () => written((c) => { c.warn('w'); c.error('e'); c.info('i'); c.debug('d'); c.dirxml('x', 1); }), dir: () => written((c) => { c.dir({ a: { b: { c: {} } } }, { depth: 0 }); c.dir('s'); }),
	assert: () => written((c) => { c.assert(true, 'no'); c.assert(false); c.assert(false, 'a %s', 'b'); c.assert(false, { a: 1 }); c.assert(0, 1, 2); }), count: () => written((c) => { c.count(); c.count(); c.count('x'); c.countReset(); c.count(); c.count(undefined); c.count(null); }),
	group: () => written((c) => { c.group('g'); c.log('in\nside'); c.group(); c.warn('deep'); c.groupEnd(); c.groupEnd(); c.groupEnd(); c.log('out'); c.groupCollapsed('h'); c.log('x'); }), groupIndentation: () => written((c) => { c.group('g'); c.log('x'); }, { groupIndentation: 5 }),
	groupIndentationWrong: () => written(() => {}, { groupIndentation: -1 }), groupIndentationText: () => written(() => {}, { groupIndentation: 'x' }),
	table: () => written((c) => c.table([{ a: 1, b: 'x' }, { a: 2, c: true }])), tableColumns: () => written((c) => c.table([{ a: 1, b: 'x' }], ['b'])), tableValues: () => written((c) => c.table([1, 'x', [2, 3]])), tableMap: () => written((c) => c.table(new Map([['k', 1]]))), tableSet: () => written((c) => c.table(new Set([1]))), tablePrimitive: () => written((c) => c.table(5)), tableWide: () => written((c) => c.table([{ n: '日本', e: 'é' }])), tableWrong: () => written((c) => c.table([], 5)),
	time: () => written((c) => { c.time('t'); c.timeEnd('t'); c.timeEnd('t'); c.timeLog('never'); }).replace(/\d+(\.\d+)?m?s/g, 'T'),
	trace: () => written((c) => c.trace('x %s', 'y')).split('\n')[0], colors: () => written((c) => c.log({ a: 1 }), { colorMode: true }), colorsWrong: () => written(() => {}, { colorMode: 'x' }), inspectOptions: () => written((c) => c.log({ a: { b: {} } }), { inspectOptions: { depth: 0 } }), inspectOptionsWrong: () => written(() => {}, { inspectOptions: 1 }), incompatible: () => written(() => {}, { colorMode: true, inspectOptions: { colors: true } }),
	noStream: () => new Console(), wrongStream: () => new Console({ stdout: {} }), wrongError: () => new Console({ stdout: new Writable(), stderr: {} }), called: () => Console({ stdout: new Writable() }) instanceof Console,
	boundMethods: () => { const [console, out] = into(); const { log } = console; log('x'); return out.join(); }, methodNames: () => { const [console] = into(); return [console.log.name, console.group.name, Object.keys(console).length].join(); },

	// process.stdout and process.stderr
	stdout: () => ['stdout', 'stderr', 'stdin'].map((name) => { const s = nodeProcess[name]; return [name, typeof s, s?.constructor?.name, s?.fd, s?.isTTY, s?.writable, s?.readable, s?.columns, s?.writableLength].join('/'); }).join(),
	stdoutSame: () => nodeProcess.stdout === process.stdout && nodeProcess === process, stdoutWrites: () => [process.stdout.write('to stdout\n'), process.stderr.write('to stderr\n'), process.stdout.write(new Uint8Array([104, 10]))].join(), stdoutNumber: () => process.stdout.write(5), stdoutNull: () => process.stdout.write(null),
	stdoutCallback: () => new Promise((resolve) => process.stdout.write('x\n', (...args) => resolve(args))), stdoutCork: () => [process.stdout.cork(), process.stdout.uncork()].join(), stdoutDestroy: () => typeof process.stdout.destroy, stdoutColor: () => [typeof process.stdout.getColorDepth, typeof process.stdout.hasColors, typeof process.stdout.getWindowSize, typeof process.stdout.cursorTo].join(),
	stdoutPipe: () => new Promise((resolve) => { const s = new Writable({ write: (c, e, f) => f() }); s.on('finish', () => resolve('finish')); s.end('x'); }), stdinRead: () => process.stdin.read(), stdinOn: () => process.stdin.on('data', () => {}) === process.stdin, stdinIterate: async () => { const l = []; for await (const x of process.stdin) l.push(x); return l.length; },

	// node:dns, over what needs no network
	dnsMembers: () => Object.keys(dns).sort().join(), dnsPromisesMembers: () => Object.keys(dnsPromises).filter((name) => typeof dnsPromises[name] === 'function').sort().join(), dnsPromisesOfDNS: () => typeof dns.promises.lookup,
	lookupAddress: () => dnsPromises.lookup('127.0.0.1'), lookupAll: () => dnsPromises.lookup('::1', { all: true }), lookupFamily: () => dnsPromises.lookup('127.0.0.1', 6), lookupFamilyWrong: () => dnsPromises.lookup('127.0.0.1', 5), lookupHintsWrong: () => dnsPromises.lookup('x', { hints: 1 << 20 }), lookupNumber: () => dnsPromises.lookup(5), lookupObject: () => dnsPromises.lookup({}), lookupEmpty: () => dnsPromises.lookup(''), lookupFalse: () => dnsPromises.lookup(false),
	lookupNoCallback: () => dns.lookup('127.0.0.1'), lookupCallback: () => new Promise((resolve) => dns.lookup('127.0.0.1', (...args) => resolve(args))), lookupCallbackAll: () => new Promise((resolve) => dns.lookup('127.0.0.1', { all: true, verbatim: true }, (...args) => resolve(args))),
	resolveNumber: () => dnsPromises.resolve(5), resolveType: () => dnsPromises.resolve('x.test', 'X'), resolveTypeNumber: () => dnsPromises.resolve('x.test', 5), resolve4Number: () => dnsPromises.resolve4(5), reverseWrong: () => dnsPromises.reverse('x'), reverseNumber: () => dnsPromises.reverse(5), resolveNoCallback: () => dns.resolve4('x.test'),
	servers: () => dns.getServers(), setServers: () => dns.setServers(['1.1.1.1']), setServersWrong: () => dns.setServers(['x']), order: () => dns.getDefaultResultOrder(), setOrder: () => dns.setDefaultResultOrder('verbatim'), setOrderWrong: () => dns.setDefaultResultOrder('x'), resolver: () => new dns.Resolver().getServers(), resolverCancel: () => new dns.Resolver().cancel(), resolverOptions: () => new dns.Resolver({ timeout: 'x' }) && 'made', resolverLocal: () => new dns.Resolver().setLocalAddress('0.0.0.0'), lookupService: () => dnsPromises.lookupService('127.0.0.1', 22), lookupServiceWrong: () => dnsPromises.lookupService('x', 22),
};

export default {
	async fetch() {
		const out = [];
		for (const [name, test] of Object.entries(cases)) {
			let text;
			try {
				text = shown(await Promise.race([test(), scheduler.wait(2000).then(() => 'it takes too long')]));
			} catch (e) {
				text = `thrown ${thrown(e)}`;
			}
			out.push(`${name}: ${JSON.stringify(text)}`);
		}
		return new Response(out.join('\n'));
	},
};
