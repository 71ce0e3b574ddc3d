// Functions that read all of a stream, or of any iterable: https://nodejs.org/api/webstreams.html#utility-consumers
const { Buffer } = require('buffer');
const { each } = require('internal/streams/pipeline');

async function chunks(stream) {
	const list = [];
	await each(stream, (chunk) => { list.push(chunk); });
	return list;
}

const blob = async (stream) => new Blob(await chunks(stream));
const arrayBuffer = async (stream) => (await blob(stream)).arrayBuffer();
const buffer = async (stream) => Buffer.from(await arrayBuffer(stream));

async function text(stream) {
	const decoder = new TextDecoder();
	let out = '';
	await each(stream, (chunk) => { out += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }); });
	return out + decoder.decode();
}

const json = async (stream) => JSON.parse(await text(stream));

module.exports = { arrayBuffer, blob, buffer, json, text };
