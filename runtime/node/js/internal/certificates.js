// What node:https and node:tls are told of certificates, and Workers ignore without a word: here the author is told.
const named = (names) => (names.length > 1 ? `the options ${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : `the option ${names[0]}`);

// tell takes the host of a connection and the objects that may have options for it.
function tell(host, ...sources) {
	const given = (has) => (name) => sources.some((o) => o !== null && o !== undefined && has(o[name]));
	const own = ['cert', 'key', 'pfx'].filter(given(Boolean));
	if (own.length > 0) {
		native.notice(`node:https and node:tls ignore ${named(own)}, as they do at Cloudflare: ${host} is shown no client certificate`,
			'an mTLS certificate binding presents one: env.MY_CERT.fetch(url), env.MY_CERT.connect(address)');
	}
	const trust = ['ca'].filter(given(Boolean)).concat(['rejectUnauthorized'].filter(given((value) => value === false)));
	if (trust.length > 0) {
		native.notice(`node:https and node:tls ignore ${named(trust)}, as they do at Cloudflare: the certificate of ${host} is checked as that of any other`,
			`to trust another CA locally, set ca = FILE for [origins."${host}"] in devserver.toml`);
	}
}

module.exports = { tell };
