// What both sides of http have in common: https://nodejs.org/api/http.html
const { NodeError, NodeRangeError, NodeTypeError } = require('internal/errors');

const methods = [
	'ACL', 'BIND', 'CHECKOUT', 'CONNECT', 'COPY', 'DELETE', 'GET', 'HEAD', 'LINK', 'LOCK', 'M-SEARCH', 'MERGE', 'MKACTIVITY', 'MKCALENDAR',
	'MKCOL', 'MOVE', 'NOTIFY', 'OPTIONS', 'PATCH', 'POST', 'PROPFIND', 'PROPPATCH', 'PURGE', 'PUT', 'QUERY', 'REBIND', 'REPORT', 'SEARCH',
	'SOURCE', 'SUBSCRIBE', 'TRACE', 'UNBIND', 'UNLINK', 'UNLOCK', 'UNSUBSCRIBE',
];

// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
const isToken = (text) => /^[\^_`a-zA-Z\-0-9!#$%&'*+.|~]+$/.test(text);

// A field's value has no control characters but the tab, and no characters beyond one byte.
const hasInvalid = (text) => /[^\t\x20-\x7e\x80-\xff]/.test(text);

const invalidToken = (what, value) => new NodeTypeError('ERR_INVALID_HTTP_TOKEN', `${what} must be a valid HTTP token ["${value}"]`);

function validateHeaderName(name, label = 'Header name') {
	if (typeof name !== 'string' || !isToken(name)) throw invalidToken(label, name);
}

function validateHeaderValue(name, value) {
	if (value === undefined) throw new NodeTypeError('ERR_HTTP_INVALID_HEADER_VALUE', `Invalid value "${value}" for header "${name}"`);
	if (hasInvalid(String(value))) throw new NodeTypeError('ERR_INVALID_CHAR', `Invalid character in header content ["${name}"]`);
}

const headersSent = (verb) => new NodeError('ERR_HTTP_HEADERS_SENT', `Cannot ${verb} headers after they are sent to the client`);
const invalidStatus = (status) => new NodeRangeError('ERR_HTTP_INVALID_STATUS_CODE', `Invalid status code: ${status}`);

module.exports = {
	methods, isToken, invalidToken, validateHeaderName, validateHeaderValue, headersSent, invalidStatus,
	_checkIsHttpToken: isToken,
	_checkInvalidHeaderChar: hasInvalid,
	CRLF: '\r\n',
	chunkExpression: /(?:^|\W)chunked(?:$|\W)/i,
	continueExpression: /(?:^|\W)100-continue(?:$|\W)/i,
	kIncomingMessage: Symbol('IncomingMessage'),
	parsers: { name: 'parsers', max: 1000 }, // of which there are none
};
