// https://nodejs.org/api/v8.html: there is no V8 to ask.
const { methods, refuse } = require('internal/stubs');

class Serializer {
	constructor() {
		refuse('Serializer');
	}
}

class Deserializer {
	constructor() {
		refuse('Deserializer');
	}
}

class GCProfiler {
	start() {
		refuse('GCProfiler.start');
	}
	stop() {
		refuse('GCProfiler.stop');
	}
}

const zeros = (names) => Object.fromEntries(names.split(' ').map((name) => [name, 0]));

module.exports = {
	Serializer,
	Deserializer,
	DefaultSerializer: class DefaultSerializer extends Serializer {},
	DefaultDeserializer: class DefaultDeserializer extends Deserializer {},
	GCProfiler,
	cachedDataVersionTag: () => 0,
	getCppHeapStatistics: () => ({ committed_size_bytes: 0, resident_size_bytes: 0, used_size_bytes: 0, space_statistics: [], type_names: [], detail_level: 'detailed' }),
	getHeapCodeStatistics: () => zeros('code_and_metadata_size bytecode_and_metadata_size external_script_source_size cpu_profiler_metadata_size'),
	getHeapSpaceStatistics: () => [],
	getHeapStatistics: () => zeros('total_heap_size total_heap_size_executable total_physical_size total_available_size used_heap_size heap_size_limit malloced_memory peak_malloced_memory does_zap_garbage number_of_native_contexts number_of_detached_contexts total_global_handles_size used_global_handles_size external_memory total_allocated_bytes'),
	...methods('', [
		'deserialize', 'getHeapSnapshot', 'isStringOneByteRepresentation', 'queryObjects', 'serialize', 'setFlagsFromString',
		'setHeapSnapshotNearHeapLimit', 'stopCoverage', 'takeCoverage', 'writeHeapSnapshot',
	]),
	startupSnapshot: {
		...methods('startupSnapshot.', ['addSerializeCallback', 'addDeserializeCallback', 'setDeserializeMainFunction']),
		isBuildingSnapshot: () => false,
	},
	promiseHooks: methods('promiseHooks.', ['createHook', 'onInit', 'onBefore', 'onAfter', 'onSettled']),
};
