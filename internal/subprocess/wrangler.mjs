// Runs wrangler's commands one after another in one process, as loading wrangler takes seconds. The argument is wrangler's
// folder. Each line of standard input is a command, as JSON: {dir, args, ready}. Each is answered with a line on descriptor 3:
// {code, output}, once the command has ended, or {ready, output}, once it has printed what the regular expression ready
// matches: then it goes on, until standard input ends.
import { readFileSync, writeSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import readline from "node:readline";

// The package keeps its main function to itself, and calls it only in the program that it is.
const folder = join(process.argv[2], "wrangler-dist"), file = join(folder, "cli.js");
const cli = new Module(file, null);
Object.assign(cli, { filename: file, paths: Module._nodeModulePaths(folder) });
cli._compile(readFileSync(file, "utf8") + "\nexports.main = main;", file);

let output = "", printed = () => {};
for (const stream of [process.stdout, process.stderr]) {
	stream.write = (chunk, encoding, done) => {
		output += chunk;
		printed();
		(typeof encoding === "function" ? encoding : done)?.();
		return true;
	};
}
const environ = { ...process.env };
for await (const line of readline.createInterface({ input: process.stdin })) {
	const { dir, args, ready } = JSON.parse(line);
	for (const name of Object.keys(process.env)) if (!(name in environ)) delete process.env[name];
	Object.assign(process.env, environ);
	process.chdir(dir);
	process.exitCode = undefined;
	output = "";
	const ended = cli.exports.main(args).then(() => ({ code: process.exitCode ?? 0 }), (e) => ({ code: 1, error: String(e?.stack ?? e) }));
	const matches = new Promise((resolve) => {
		printed = () => {
			const match = ready && new RegExp(ready).exec(output);
			if (match) resolve({ ready: match[1] });
		};
	});
	const answer = await Promise.race([ended, matches]);
	writeSync(3, JSON.stringify({ ...answer, output }) + "\n");
}
process.exit(0);
