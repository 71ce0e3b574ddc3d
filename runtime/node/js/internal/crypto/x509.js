const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('internal/errors');
const { validateString } = require('internal/validators');
const { kHandle, isBytes, needView, bytesOf } = require('internal/crypto/common');

// https://nodejs.org/api/crypto.html#class-x509certificate
class X509Certificate {
	constructor(buffer) {
		needView(buffer, 'buffer');
		buffer = bytesOf(buffer);
		const handle = native.newCertificate(buffer);
		if (handle === null) throw ERR_INVALID_ARG_VALUE('buffer', buffer, 'is not a valid certificate');
		Object.defineProperty(this, kHandle, { value: handle });
	}
	get subject() { return native.certificateField(this[kHandle], 'subject'); }
	get subjectAltName() { return native.certificateField(this[kHandle], 'subjectAltName'); }
	get issuer() { return native.certificateField(this[kHandle], 'issuer'); }
	get issuerCertificate() { return undefined; } // there is no chain
	get infoAccess() { return native.certificateField(this[kHandle], 'infoAccess'); }
	get validFrom() { return native.certificateField(this[kHandle], 'validFrom'); }
	get validTo() { return native.certificateField(this[kHandle], 'validTo'); }
	get fingerprint() { return native.certificateField(this[kHandle], 'fingerprint'); }
	get fingerprint256() { return native.certificateField(this[kHandle], 'fingerprint256'); }
	get fingerprint512() { return native.certificateField(this[kHandle], 'fingerprint512'); }
	get keyUsage() { return native.certificateField(this[kHandle], 'keyUsage'); }
	get serialNumber() { return native.certificateField(this[kHandle], 'serialNumber'); }
	get raw() { return native.certificateField(this[kHandle], 'raw'); }
	get publicKey() {
		const handle = native.certificateField(this[kHandle], 'publicKey');
		return handle && require('internal/crypto/keys').publicKeyOf(handle);
	}
	toString() { return native.certificateField(this[kHandle], 'pem'); }
	toJSON() { return this.toString(); }
	get ca() { return native.certificateField(this[kHandle], 'ca'); }
	checkHost(name, options = {}) {
		validateString(name, 'name');
		const { wildcards = true } = options;
		return native.matchHost(this[kHandle], name, usesSubject(options), wildcards);
	}
	checkEmail(email, options = {}) {
		validateString(email, 'email');
		return native.matchEmail(this[kHandle], email, usesSubject(options)) ? email : undefined;
	}
	checkIP(ip) {
		validateString(ip, 'ip');
		return native.matchIP(this[kHandle], ip) ? ip : undefined;
	}
	checkIssued(otherCert) {
		if (!(otherCert instanceof X509Certificate)) throw ERR_INVALID_ARG_TYPE('otherCert', 'X509Certificate', otherCert);
		return native.issuedBy(this[kHandle], otherCert[kHandle]);
	}
	// In Workers no key is that of any certificate.
	checkPrivateKey(pkey) {
		needKey(pkey, 'private');
		return false;
	}
	verify(pkey) {
		needKey(pkey, 'public');
		return native.signedBy(this[kHandle], pkey[kHandle]);
	}
	toLegacyObject() { return native.certificateField(this[kHandle], 'legacy'); }
}

function needKey(key, type) {
	if (!require('internal/crypto/keys').isKeyObject(key) || key.type !== type) throw ERR_INVALID_ARG_TYPE('pkey', 'KeyObject', key);
}

// usesSubject reports whether the subject's own name counts where there is no other.
function usesSubject({ subject = 'default' }) {
	if (!['default', 'always', 'never'].includes(subject)) throw new Error('Invalid subject option');
	return subject !== 'never';
}

function needSPKAC(spkac) {
	if (typeof spkac !== 'string' && !isBytes(spkac)) {
		throw ERR_INVALID_ARG_TYPE('spkac', ['string', 'ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], spkac);
	}
}

function verifySpkac(spkac) {
	needSPKAC(spkac);
	console.warn('Certificate.verifySpkac() always returns false in Workers: the signature is over an MD5 digest.');
	return false;
}

function exportPublicKey(spkac, encoding) {
	needSPKAC(spkac);
	return native.exportSPKAC(spkac, encoding, false);
}

function exportChallenge(spkac, encoding) {
	needSPKAC(spkac);
	return native.exportSPKAC(spkac, encoding, true);
}

// https://nodejs.org/api/crypto.html#class-certificate
function Certificate() {
	if (!(this instanceof Certificate)) return new Certificate();
}
Object.assign(Certificate, { exportChallenge, exportPublicKey, verifySpkac });
Object.assign(Certificate.prototype, { verifySpkac, exportPublicKey, exportChallenge });

module.exports = { X509Certificate, Certificate };
