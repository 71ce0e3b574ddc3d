// https://nodejs.org/api/readline.html: an interface to a terminal that nobody sits at.
const EventEmitter = require('events');

class Interface extends EventEmitter {
	terminal = false;
	line = '';
	cursor = 0;
	getPrompt() { return ''; }
	setPrompt() {}
	setRawMode() {}
	prompt() {}
	question() {}
	resume() { return this; }
	pause() { return this; }
	write() {}
	close() {}
	getCursorPos() { return { rows: 0, cols: 0 }; }
	[Symbol.asyncIterator]() {
		return { next: async () => ({ value: undefined, done: true }), [Symbol.asyncIterator]() { return this; } };
	}
}

module.exports = {
	Interface,
	createInterface: () => new Interface(),
	clearLine: () => false,
	clearScreenDown: () => false,
	cursorTo: () => false,
	moveCursor: () => false,
	emitKeypressEvents() {},
	get promises() { return require('readline/promises'); },
};
