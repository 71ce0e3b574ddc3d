const { promises } = require('stream');
const { pipeline, finished } = promises;

module.exports = { pipeline, finished, promises };
