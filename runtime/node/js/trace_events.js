// https://nodejs.org/api/tracing.html: nothing is traced.
const { validateObject } = require('internal/validators');
const { ERR_INVALID_ARG_TYPE } = require('internal/errors');

class Tracing {
	enabled = false;
	categories;
	constructor(categories) {
		this.categories = categories.join(',');
	}
	enable() {
		this.enabled = true;
	}
	disable() {
		this.enabled = false;
	}
}

module.exports = {
	createTracing(options) {
		if (options === undefined) throw ERR_INVALID_ARG_TYPE('options', 'object', options);
		validateObject(options, 'options');
		return new Tracing(options.categories);
	},
	getEnabledCategories() {},
};
