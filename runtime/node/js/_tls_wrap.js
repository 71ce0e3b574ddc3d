const { TLSSocket, connect } = require('tls');

module.exports = { TLSSocket, connect };
