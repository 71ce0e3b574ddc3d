const { SecureContext, createSecureContext } = require('tls');

module.exports = { SecureContext, createSecureContext, translatePeerCertificate: (cert) => cert ?? null };
