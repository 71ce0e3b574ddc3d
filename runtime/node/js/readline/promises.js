// https://nodejs.org/api/readline.html#promises-api
const readline = require('readline');

class Interface extends readline.Interface {
	async question() { return ''; }
}

class Readline {
	clearLine() { return this; }
	clearScreenDown() { return this; }
	cursorTo() { return this; }
	moveCursor() { return this; }
	rollback() { return this; }
	async commit() {}
}

module.exports = { Interface, Readline, createInterface: () => new Interface() };
