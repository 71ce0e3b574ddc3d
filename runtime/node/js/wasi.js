// https://nodejs.org/api/wasi.html: Workers have no such system interface.
const { constructor } = require('internal/stubs');

module.exports = { WASI: constructor('WASI') };
