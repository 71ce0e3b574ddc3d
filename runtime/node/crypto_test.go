package node_test

import (
	"strings"
	"testing"
	"time"

	"devserver/internal/jstest"
	"devserver/runtime/eventloop"
	"devserver/runtime/node"
	"devserver/runtime/webidl"

	"github.com/dop251/goja"
)

// cryptoGlobals are those that node:crypto needs, and c, which is it.
func cryptoGlobals(t testing.TB) [][]webidl.Global {
	module := webidl.ValueGlobal("c", func(r *webidl.Realm) goja.Value { return node.Require(r, "crypto") })
	return append(globals(t), []webidl.Global{module})
}

// What comes out otherwise than in Workers, internal/peers finds; here is what must not break.
func TestCrypto(t *testing.T) {
	const bytes = `const of = (n, fill = 1) => Buffer.alloc(n, fill);`
	cases := []jstest.Case{
		{`return c.createHash('sha256').update('abc').digest('hex')`, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{`return c.hash('md5-sha1', 'abc')`, "900150983cd24fb0d6963f7d28e17f72a9993e364706816aba3e25717850c26c9cd0d89d"},
		{`return c.createHash('Sha256')`, "thrown: Error: Digest method not supported"},
		{`const h = c.createHash('md4').update('a'); return h.copy().digest('hex') === h.digest('hex')`, "true"},
		{`const h = c.createHash('md5'); h.digest(); h.update('a')`, "thrown: Error [ERR_CRYPTO_HASH_FINALIZED]: Digest already called"},
		{`const h = c.createHash('sha1'); h.write('a'); h.end('b'); return h.read().toString('hex')`, "da23614e02469a0d7c7bd1bdab5c9c474b1904dc"},
		{`return c.createHash('sha1') instanceof require('stream').Transform`, "true"},
		{`return c.createHmac('sha256', 'key').update('abc').digest('hex')`, "9c196e32dc0175f86f4b1cb89289d6619de6bee699e4c378e68309ed97a1a6ab"},
		{`return c.timingSafeEqual(of(2), of(2)) + ' ' + c.timingSafeEqual(of(2), of(2, 2))`, "true false"},
		{`return c.timingSafeEqual(of(2), of(3))`, "thrown: TypeError: Input buffers must have the same byte length."},
		{`try { c.randomBytes(-1); } catch (e) { return e.code + ' ' + e.message; }`, `ERR_OUT_OF_RANGE The value of "size" is out of range. It must be >= 0 && <= 2147483647. Received -1`},
		{`const s = new Set(); for (let i = 0; i < 400; i++) s.add(c.randomInt(-1, 2)); return [...s].sort().join()`, "-1,0,1"},
		// https://www.rfc-editor.org/rfc/rfc6070#section-2, RFC 7914 section 12 and RFC 5869 appendix A.3
		{`return c.pbkdf2Sync('password', 'salt', 4096, 20, 'sha1').toString('hex')`, "4b007901b765489abead49d926f721d065a429c1"},
		{`return c.scryptSync('', '', 64, { N: 16, r: 1, p: 1 }).toString('hex').slice(0, 32)`, "77d6576238657b203b19ca42c18a0497"},
		{`return Buffer.from(c.hkdfSync('sha256', of(22, 11), '', '', 42)).toString('hex').slice(0, 32)`, "8da4e775a563c18f715f802a063c5a31"},
		{`return new Promise((r) => c.scrypt('p', 's', 4, (e, k) => r(e + k.toString('hex'))))`, "null43297877"},
		{`return new Promise((r) => c.pbkdf2('p', 's', 1, 4, 'nope', (e) => r(e.message)))`, "Invalid Pbkdf2 digest: nope."},
		{`return c.scryptSync('p', 's', 16, { N: 2 ** 20 })`, "thrown: RangeError: Scrypt failed: cost exceeds maximum (1048576)."},
		// Keys too short for the standard library, which Workers have: their length is rounded down.
		{`const { publicKey, privateKey } = c.generateKeyPairSync('rsa', { modulusLength: 600, publicExponent: 3 }), of5 = Buffer.from('hello'), text = k => c.privateDecrypt(privateKey, c.publicEncrypt(k, of5)).toString();
			const s = c.sign('sha256', of5, privateKey), again = c.createPrivateKey(privateKey.export({ type: 'pkcs1', format: 'pem' }));
			return [publicKey.asymmetricKeyDetails.modulusLength, text(publicKey), c.verify('sha256', of5, publicKey, s), c.verify('sha1', of5, publicKey, s), c.verify('sha256', of(5), publicKey, s), c.verify('sha256', of5, publicKey, s.subarray(1)), c.sign('sha256', of5, again).equals(s), c.publicDecrypt(publicKey, c.privateEncrypt(privateKey, of5)).toString()]`, "512,hello,true,false,false,false,true,hello"},
		{`return c.generateKeyPairSync('rsa', { modulusLength: 511 })`, "thrown: Error: Failed to generate key"},
		{`const { publicKey } = c.generateKeyPairSync('rsa', { modulusLength: 512 }); return c.publicEncrypt(publicKey, of(54))`, "thrown: Error: Failed to cipher/decipher"},
		{`const { privateKey } = c.generateKeyPairSync('rsa', { modulusLength: 512 }); return c.privateDecrypt(privateKey, of(64, 3))`, "thrown: Error: Failed to cipher/decipher"},
		// A block cipher gives whole blocks, and holds the last one back.
		{`const e = c.createCipheriv('aes-128-cbc', of(16), of(16));
			const text = e.update('héllo wörld, thïs is', 'utf8', 'hex') + e.final('hex'), d = c.createDecipheriv('aes-128-cbc', of(16), of(16));
			return [text.length, d.update(text, 'hex').length, d.final('utf8')]`, "64,16,hïs is"},
		{`const d = c.createDecipheriv('aes-128-cbc', of(16), of(16)); d.update(of(32)); d.final()`, "thrown: Error: Authentication failed"},
		{`const d = c.createDecipheriv('aes-128-cbc', of(16), of(16)); return new Promise((r) => d.on('error', (e) => r(e.message)).end(of(5)))`, "Authentication failed"},
		{`return c.createCipheriv('aes-128-cbc', of(24), of(16))`, "thrown: Error: Invalid key length"},
		{`return c.createCipheriv('aes-128-cbc', of(16), of(8))`, "thrown: Error: Invalid initialization vector"},
		{`const e = c.createCipheriv('aes-256-ofb', of(32), of(16)); return e.update(of(40, 0), null, 'hex').length`, "80"},
		// Galois/Counter Mode in pieces is the same as at once.
		{`const run = (...parts) => { const e = c.createCipheriv('aes-256-gcm', of(32), of(20, 255)); e.setAAD(of(3));
				const out = parts.map((n) => e.update(of(n), null, 'hex')).join(''); e.final(); return out + e.getAuthTag().toString('hex'); };
			return run(100) === run(1, 15, 17, 0, 67)`, "true"},
		{`const e = c.createCipheriv('aes-128-gcm', of(16), of(12)), text = e.update('text', 'utf8'); e.final();
			const tag = e.getAuthTag(), run = (tag) => { const d = c.createDecipheriv('aes-128-gcm', of(16), of(12)).setAuthTag(tag); return d.update(text, null, 'utf8') + d.final('utf8'); };
			const good = run(tag) + run(tag.subarray(0, 4)); tag[15] ^= 1; try { run(tag); } catch (e) { return good + ' ' + e.message; }`, "texttext Authentication failed"},
		{`const d = c.createDecipheriv('aes-128-gcm', of(16), of(12)); d.update(of(3)); d.final()`, "thrown: Error: No auth tag provided"},
		{`const d = c.createDecipheriv('chacha20-poly1305', of(32), of(12)); d.setAuthTag(of(16)); d.update(of(3))`,
			"thrown: OperationError: Decryption failed: Incorrect key/IV or corrupted ciphertext/authentication tag provided."},

		// Each kind of key, through each format.
		{`const out = [];
			for (const [type, options, formats] of [['rsa', { modulusLength: 1024 }, ['pkcs1', 'pkcs8']], ['ec', { namedCurve: 'secp224r1' }, ['sec1', 'pkcs8']],
				['ec', { namedCurve: 'P-521' }, ['sec1', 'pkcs8']], ['ed25519', {}, ['pkcs8']], ['x25519', {}, ['pkcs8']]]) {
				const { publicKey, privateKey } = c.generateKeyPairSync(type, options);
				for (const format of ['pem', 'der']) {
					for (const type of formats) out.push(c.createPrivateKey({ key: privateKey.export({ type, format }), format, type }).equals(privateKey));
					out.push(c.createPublicKey({ key: publicKey.export({ type: 'spki', format }), format, type: 'spki' }).equals(publicKey));
				}
				if (options.namedCurve !== 'secp224r1') {
					out.push(c.createPrivateKey({ key: privateKey.export({ format: 'jwk' }), format: 'jwk' }).equals(privateKey));
					out.push(c.createPublicKey({ key: publicKey.export({ format: 'jwk' }), format: 'jwk' }).equals(publicKey));
				}
				out.push(c.createPublicKey(privateKey).equals(publicKey), !privateKey.equals(publicKey));
			}
			return out.length + ' ' + out.every((x) => x === true)`, "44 true"},
		{`const key = c.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, out = [];
			for (const type of ['pkcs8', 'sec1']) for (const cipher of ['aes-128-cbc', 'aes-192-cbc', 'AES-256-CBC', 'des-ede3-cbc']) {
				const pem = key.export({ type, format: 'pem', cipher, passphrase: 'right' });
				out.push(c.createPrivateKey({ key: pem, passphrase: 'right' }).equals(key));
				for (const passphrase of ['wrong', undefined]) try { c.createPrivateKey({ key: pem, passphrase }); out.push(false); } catch (e) { out.push(e.message === 'Failed to parse private key'); }
			}
			return out.length + ' ' + out.every((x) => x === true)`, "24 true"},
		{`return new c.KeyObject()`, "thrown: Error: Illegal constructor"},
		{`const k = c.createSecretKey(of(16)).toCryptoKey('AES-CBC', false, ['encrypt']); return c.KeyObject.from(k).export()`, "thrown: TypeError: Unable to export non-extractable key"},
		{`return new Promise((r) => c.generateKeyPair('ed25519', {}, (e, a, b) => r([e, a.type, b.type].join())))`, ",public,private"},

		// Signatures are valid, and only those.
		{`const rsa = c.generateKeyPairSync('rsa', { modulusLength: 1024 }), ec = c.generateKeyPairSync('ec', { namedCurve: 'P-384' }), out = [];
			for (const [key, options] of [[rsa, {}], [rsa, { padding: 6 }], [rsa, { padding: 6, saltLength: 0 }], [rsa, { padding: 6, saltLength: -2 }], [ec, {}], [ec, { dsaEncoding: 'ieee-p1363' }]]) {
				const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }), spki = key.publicKey.export({ type: 'spki', format: 'pem' });
				const signature = c.createSign('sha256').update('da').update('ta').sign({ key: pem, ...options });
				const verify = (data, signature) => c.createVerify('sha256').update(data).verify({ key: spki, ...options }, signature);
				out.push(verify('data', signature), !verify('date', signature));
				signature[signature.length - 1] ^= 1; out.push(!verify('data', signature), !verify('data', of(5)));
			}
			return out.length + ' ' + out.every((x) => x === true)`, "24 true"},
		{`const k = c.generateKeyPairSync('ed25519'), s = c.sign(null, of(3), k.privateKey); return c.verify(null, of(3), k.publicKey, s) + ' ' + c.verify(null, of(4), k.publicKey, s)`, "true false"},
		{`return c.sign('sha256', of(1), c.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)`,
			"thrown: Error [ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE]: Invalid key object type public, expected private."},

		{`const k = c.generateKeyPairSync('rsa', { modulusLength: 1024 }), text = Buffer.from('text'), out = [];
			for (const options of [{}, { padding: 3 }, { padding: 4 }, { padding: 4, oaepHash: 'sha1', oaepLabel: 'l' }]) {
				const data = options.padding === 3 ? of(128, 7) : text;
				out.push(c.privateDecrypt({ key: k.privateKey, ...options }, c.publicEncrypt({ key: k.publicKey, ...options }, data)).equals(data));
				if (options.padding !== 4) out.push(c.publicDecrypt({ key: k.publicKey, ...options }, c.privateEncrypt({ key: k.privateKey, ...options }, data)).equals(data));
			}
			return out.join()`, "true,true,true,true,true,true"},
		{`return c.publicDecrypt(c.generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, of(128))`, "thrown: Error: Failed to cipher/decipher"},

		{`return ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'].map((name) => { const a = c.createECDH(name), b = c.createECDH(name), k = a.generateKeys('hex');
			return a.computeSecret(b.generateKeys(null, 'compressed')).equals(b.computeSecret(k, 'hex')); }).join()`, "true,true,true,true"},
		{`const e = c.createECDH('prime256v1'); e.generateKeys(); return e.computeSecret(of(65))`, "thrown: Error: Failed to set point"},
		{`const a = c.getDiffieHellman('modp14'), b = c.getDiffieHellman('modp14'), k = a.generateKeys(); return a.computeSecret(b.generateKeys()).equals(b.computeSecret(k))`, "true"},
		{`return c.checkPrimeSync(c.getDiffieHellman('modp14').getPrime()) + ' ' + c.hash('sha1', c.getDiffieHellman('modp18').getPrime())`, "true 016170c528b306c9bb17b5ffacab0fe7eacad705"},
		{`const d = c.createDiffieHellman(48, 5); return [d.getPrime().length, d.verifyError]`, "6,0"},
		{`const p = c.generatePrimeSync(40, { safe: true, add: 20n, rem: 7n, bigint: true }); return [p % 20n, c.checkPrimeSync(p), c.checkPrimeSync(p / 2n), p.toString(2).length]`, "7,true,true,40"},
		{`return c.generatePrimeSync(32, { add: 12n, rem: 6n })`, "thrown: RangeError: Invalid values for add and rem"}, // there are none
	}
	for i := range cases {
		cases[i][0] = bytes + cases[i][0]
	}
	jstest.Table(t, cases, cryptoGlobals(t)...)
}

// TestCryptoGlobalScope checks that nothing random is made before there is a request.
func TestCryptoGlobalScope(t *testing.T) {
	iso := jstest.New(t, cryptoGlobals(t)...)
	iso.SetIOContext(false)
	for _, script := range []string{`c.randomBytes(1)`, `c.generateKeyPairSync('ed25519')`, `c.generateKeySync('aes', { length: 128 })`, `c.generatePrimeSync(8)`} {
		if got := iso.Run(t, script); !strings.Contains(got, "Disallowed operation called within global scope") {
			t.Errorf("%s: %s", script, got)
		}
	}
}

// TestCryptoLimit checks that what takes long in Go ends when the script has used up its time.
func TestCryptoLimit(t *testing.T) {
	for _, script := range []string{
		`c.pbkdf2Sync('p', 's', 2 ** 31 - 1, 20, 'sha1')`,
		`c.generateKeyPairSync('rsa', { modulusLength: 16384 })`,
		`c.checkPrimeSync(2n ** 44497n - 1n)`,
		`c.createDiffieHellman(4096)`,
	} {
		vm := goja.New()
		cpu := eventloop.NewCPU(eventloop.NewWatchdog(0), 50*time.Millisecond, func(eventloop.Excess) { vm.Interrupt("too long") })
		realm := webidl.NewRealm(vm, eventloop.New(vm, cpu))
		webidl.NewGlobals(cryptoGlobals(t)...).Install(realm, nil, false)
		start := time.Now()
		var err error
		realm.Loop.Do(func() { _, err = vm.RunString(script) })
		if err == nil {
			t.Errorf("%s comes to an end", script)
		}
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("%s takes %v", script, took)
		}
		realm.Loop.Close()
	}
}
