// https://nodejs.org/api/child_process.html: Workers have no processes.
const { methods, constructor } = require('internal/stubs');

module.exports = {
	ChildProcess: constructor('ChildProcess', 'child_process.ChildProcess'),
	...methods('child_process.', ['_forkChild', 'exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']),
};
