// https://nodejs.org/api/os.html: a machine that tells nothing of itself.
const { validateInt32 } = require('internal/validators');

const zero = () => 0;

module.exports = {
	EOL: '\n',
	devNull: '/dev/null',
	get constants() { return require('internal/os_constants'); },
	arch: () => 'x64',
	availableParallelism: () => 1,
	cpus: () => [],
	endianness: () => 'LE',
	freemem: zero,
	getPriority: zero,
	homedir: () => '/tmp/',
	hostname: () => 'localhost',
	loadavg: () => [0, 0, 0],
	machine: () => 'x86_64',
	networkInterfaces: () => ({}),
	platform: () => 'linux',
	release: () => '',
	setPriority(pid, priority) {
		if (arguments.length > 1) validateInt32(pid, 'pid');
		validateInt32(priority, 'priority', -20, 19);
	},
	tmpdir: () => '/tmp/',
	totalmem: zero,
	type: () => 'Linux',
	uptime: zero,
	userInfo: () => ({}),
	version: () => '',
};
