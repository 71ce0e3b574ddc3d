//go:build peers

package peers

// unlikes are the known differences of the global surface, the general ones first.
var unlikes = []unlike{
	{why: "standard input is a stream at its end, whose inner state is the streams' own", property: `process\.stdin\.(_readableState|compose)`},
	// As Web IDL has it, and workerd only with its experimental flag spec_compliant_property_attributes.
	{"classes are not enumerable", `\w+`, is("function wec"), is("function w-c")},
	{"a class's prototype cannot be replaced", `.*\.prototype`, is("object w--"), is("object ---")},
	{"a class's tag is not writable", `.*\.@@Symbol\.toStringTag`, is(`string \w+ w-c`), is(`string \w+ --c`)},
	{"constants are not configurable", `.*\.[A-Z_0-9]+`, is("number .* -ec"), is("number .* -e-")},
	{"classes inherit their parents' statics", `.*\.\[\[Prototype\]\]`, is("Function.prototype"), is(`\w+`)},
	{"attributes are on the prototype; on workerd some are on each object", `\w+\.prototype\.\w+`, is(""), is("get (set )?-ec")},
	{"a class that is made when it is first asked for", `Crypto\.prototype\.DigestStream`, nil, is("|get -ec")},
	{"static attributes have getters", `PerformanceObserver\.supportedEntryTypes`, is("object -ec"), is("get -ec")},
	{"the standard has a setter", `Event\.prototype\.returnValue`, is("get -ec"), is("get set -ec")},
	{"the standard has these for old code", `Event\.prototype\.initEvent|CustomEvent\.prototype\.initCustomEvent`, is(""), is("function wec")},

	// workerd's own.
	{"inspection of workerd's own consoles", `(Headers|ReadableStream|WritableStream|Request|Response|WebSocket|URLPattern)\.prototype\.@@\w+`, is("get --c"), is("")},
	{"V8's own, for its inspector", `console\.context`, is("function"), is("")},

	// nodejs_compat, which is not there yet.
	{"not there yet: node's globals", "process|Buffer|setImmediate|clearImmediate", nil, is("")},
	{"not there yet: node's timers, which are functions of JavaScript", `(set|clear)(Timeout|Interval)`, nil, is("")},

	// The language.
	{"not there yet: the language", "Intl|Atomics|SharedArrayBuffer|WebAssembly|Float16Array|Iterator|FinalizationRegistry|WeakRef|SuppressedError|DisposableStack|AsyncDisposableStack", nil, is("")},
	{"as above", `Array\.fromAsync|ArrayBuffer\.prototype\.\w+|DataView\.prototype\.[gs]etFloat16|Error\.(captureStackTrace|stackTraceLimit)|Math\.(f16round|sumPrecise)|\w+\.prototype\.getOrInsert(Computed)?|(Object|Map)\.groupBy|Promise\.(try|withResolvers)|String\.prototype\.(is|to)WellFormed|Symbol\.(asyncDispose|dispose)|RegExp\.escape|RegExp\.prototype\.(hasIndices|unicodeSets)`, nil, is("")},
	{"as above: Annex B", `String\.prototype\.(anchor|big|blink|bold|fixed|font\w+|italics|link|small|strike|sub|sup)|Date\.prototype\.([gs]etYear|toGMTString)|Object\.prototype\.__\w+__|RegExp\..*`, nil, is("")},
	{"well-known symbols that the engine lacks are there for scripts that name them", `Symbol\.asyncIterator`, nil, is("")},
	{"the engine's own", `Array\.prototype\.@@Symbol\.unscopables\.\w+|BigInt\.prototype\.(length|name)`, nil, nil},

	// Node.js.
	{"its methods are made when they are touched, by an object in between", `Buffer\.prototype\.\[\[Prototype\]\]`, nil, is("another")},
	{"nothing listens to it: there is no input", `process\.stdin\._eventsCount`, nil, is("number 0")},
	{"native functions have no prototype, by which workerd's can be told to be the same", `Buffer\.(prototype\.(\w*Uint\w+|toLocaleString)|allocUnsafeSlow)`, nil, is("function wec")},
	{"it has its own, which does what the inherited one does", `Buffer\.prototype\.subarray`, is(""), is("function wec")},
}
