// What node:crypto does, case by case; each is a list of expressions. The test puts keys before it: RSA, EC and ED are private
// keys in PKCS #8, RSA_SIGNATURE is one of "data" with SHA-256, CA and LEAF are certificates, LEAF_KEY is a private key.
import crypto from "node:crypto";
import { Buffer } from "node:buffer";

const data = Buffer.from("data"), hex = (text) => Buffer.from(text, "hex"), of = (n, fill = 1) => Buffer.alloc(n, fill);
const rsa = () => crypto.createPrivateKey(RSA), rsaPublic = () => crypto.createPublicKey(RSA);
const ec = () => crypto.createPrivateKey(EC), ecPublic = () => crypto.createPublicKey(EC);
const encrypt = (name, key, iv, ...parts) => {
  const c = crypto.createCipheriv(name, key, iv);
  return parts.map((part) => c.update(part, "utf8", "hex")).join("|") + "/" + c.final("hex");
};
const decrypt = (name, key, iv, text) => {
  const d = crypto.createDecipheriv(name, key, iv);
  return d.update(text, "hex", "utf8") + d.final("utf8");
};
const gcm = (set = () => {}) => {
  const d = crypto.createDecipheriv("aes-256-gcm", of(32), of(12));
  set(d);
  return d.update(hex("925631"), null, "hex") + d.final("hex");
};
const called = (run) => new Promise((resolve) => run((...args) => resolve(args)));
const ecdh = (key = "c9806898a0334916c860748880a541f093b579a9b1f32934d86c363c39800357") => {
  const e = crypto.createECDH("prime256v1");
  e.setPrivateKey(key, "hex");
  return e;
};
const dh = (p = "ffffffffffffffc5", key = "0123456789abcdef") => {
  const d = crypto.createDiffieHellman(p, "hex", 2);
  d.setPrivateKey(key, "hex");
  d.generateKeys();
  return d;
};
const details = (key) => [key.constructor.name, key.type, key.asymmetricKeyType, key.asymmetricKeyDetails, key.symmetricKeySize, String(key)];

const cases = {
  "digests": ["md4", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-256", "md5-sha1", "SHA256", "RSA-SHA256", "DSA-SHA1",
    "sha256WithRSAEncryption", "ecdsa-with-SHA1"].map((name) => () => crypto.createHash(name).update("abc").digest("hex")),
  "digests that there are not": ["sha-256", "Sha256", "sha3-256", "shake128", "ripemd160", "blake2b512", "whirlpool", "sha512-224", "rsa-sha256", ""]
    .map((name) => () => crypto.createHash(name)),
  "digest encodings": ["hex", "base64", "base64url", "latin1", "binary", "ucs2", "buffer", undefined, "nope"]
    .map((encoding) => () => crypto.createHash("md5").digest(encoding)),
  "hash update": [["61", "hex"], ["YQ==", "base64"], ["é", "latin1"], ["é"], [new Float32Array([1])], [new DataView(of(2).buffer)], ["a", "nope"], [5],
    [undefined], [null], [new ArrayBuffer(2)], [{}]].map((args) => () => crypto.createHash("sha1").update(...args).digest("hex")),
  "hash copy and state": [
    () => { const h = crypto.createHash("sha256").update("a"), c = h.copy(); return [c.update("b").digest("hex"), h.digest("hex")]; },
    () => { const h = crypto.createHash("md4").update("a"), c = h.copy(); return [c.update("b").digest("hex"), h.digest("hex")]; },
    () => { const h = crypto.createHash("md5"); h.digest(); h.digest(); },
    () => { const h = crypto.createHash("md5"); h.digest(); h.update("a"); },
    () => { const h = crypto.createHash("md5"); h.digest(); h.copy(); },
    () => crypto.createHash(5), () => crypto.createHash(), () => crypto.Hash("md5").digest("hex"),
  ],
  "hash output length": [16, 0, 17, -1, "a", 2 ** 33].map((outputLength) => () => crypto.createHash("md5", { outputLength }).digest("hex")),
  "hash as a stream": [
    () => { const h = crypto.createHash("sha256"); h.write("a"); h.end("b"); return h.read(); },
    () => { const h = crypto.createHash("sha256"); h.setEncoding("hex"); h.end("a"); return h.read(); },
    () => new Promise((resolve) => crypto.createHash("md5").on("data", (d) => resolve(d.toString("hex"))).end("a")),
    async () => { const h = crypto.createHash("md5"); h.end("abc"); let s = ""; for await (const d of h) s += d.toString("hex"); return s; },
    () => crypto.createHash("md5") instanceof crypto.Hash,
  ],
  "hash at once": [["sha256", "abc"], ["sha256", of(3), "base64"], ["sha1", "a", "buffer"], ["nope", "a"], ["sha1", 5], [5, "a"], ["sha1", "a", 5],
    ["sha1", "a", "nope"]].map((args) => () => crypto.hash(...args)),
  "hmac": [["sha256", "key"], ["md5", of(100)], ["RSA-SHA1", ""], ["sha256", crypto.createSecretKey("key")], ["sha256", new ArrayBuffer(3)],
    ["sha256", "6b6579", { encoding: "hex" }], ["nope", "a"], ["sha256", 5], ["sha256"], ["sha256", null], [5, "a"], ["sha256", [1]]]
    .map((args) => () => crypto.createHmac(...args).update("abc").digest("hex")),
  "hmac state": [
    () => { const h = crypto.createHmac("md5", "k"); return [h.digest("hex"), h.digest("hex")]; },
    () => { const h = crypto.createHmac("md5", "k"); h.digest(); h.update("a"); },
    () => { const h = crypto.createHmac("md5", "k"); h.end("a"); return h.read(); },
    () => crypto.createHmac("sha256", rsa()),
    async () => crypto.createHmac("sha1", await crypto.subtle.importKey("raw", of(3), { name: "HMAC", hash: "SHA-1" }, false, ["sign"])).digest("hex"),
  ],
  "lists": [() => crypto.getHashes(), () => crypto.getCurves(), () => crypto.secureHeapUsed(), () => crypto.getFips(), () => crypto.fips],
  "not implemented": ["createCipher", "createDecipher", "setFips", "setEngine"].map((name) => () => crypto[name]("a", "b")),
  "constants": [() => Object.fromEntries(["RSA_PKCS1_PADDING", "RSA_PKCS1_OAEP_PADDING", "RSA_PKCS1_PSS_PADDING", "RSA_PSS_SALTLEN_AUTO",
    "RSA_PSS_SALTLEN_DIGEST", "defaultCipherList", "TLS1_3_VERSION", "SSL_OP_ALL"].map((n) => [n, crypto.constants[n]])), () => Object.keys(crypto.constants)],
  "timingSafeEqual": [[of(2), of(2)], [of(2), of(2, 2)], [of(2), of(3)], [new Uint16Array([1]), hex("0100")], ["a", of(1)], [of(1), "a"], []]
    .map((args) => () => crypto.timingSafeEqual(...args)),
  "randomBytes": [[5], [0], [-1], ["a"], [1.5], [2 ** 31], [65537]].map((args) => () => crypto.randomBytes(...args).length),
  "randomFillSync": [[of(4), 5], [of(4), 1, 5], ["a"], [of(4), "a"], [of(4), -1], [of(4), 0, "a"], [new Float64Array(2)], [new Uint8Array(8), 2, 3],
    [new ArrayBuffer(3)]].map((args) => () => crypto.randomFillSync(...args).length),
  "randomInt": [[1], [0, 1], [5, 5], ["a"], [5, "a"], ["a", 5], [1.5], [0, 2 ** 48], [-5, -4], [5, 2], [0], [-1], []].map((args) => () => crypto.randomInt(...args)),
  "randomUUID": [[], [{}], [5], [{ disableEntropyCache: true }], [{ disableEntropyCache: 5 }]].map((args) => () => crypto.randomUUID(...args).length),
  "random, called back": [() => called((f) => crypto.randomBytes(0, f)), () => called((f) => crypto.randomInt(1, f)),
    () => called((f) => crypto.randomInt(4, 5, f)), () => crypto.randomFill(of(1)), () => crypto.randomBytes(1, undefined).length],
  "pbkdf2": [["p", "s", 1, 20, "sha1"], ["p", of(5), 1000, 65, "sha512"], ["p", "s", 2, 5, "sha512-256"], ["p", "s", 1, 0, "sha1"], ["p", "s", 0, 20, "sha1"],
    ["p", "s", 1, -1, "sha1"], ["p", "s", 1, 20, "nope"], ["p", "s", 1, 20], [5, "s", 1, 20, "sha1"], ["p", 5, 1, 20, "sha1"], ["p", "s", "a", 20, "sha1"],
    ["p", "s", 1.5, 20, "sha1"], ["p", "s", 2 ** 31, 20, "sha1"], ["p", "s", 1, 20, "sha3-256"]].map((args) => () => crypto.pbkdf2Sync(...args)),
  "scrypt": [[], [{ N: 16, r: 1, p: 1 }], [{ cost: 16, blockSize: 2, parallelization: 3 }], [{ N: 16, cost: 16 }], [{ r: 1, blockSize: 1 }], [{ N: 15 }],
    [{ N: 2 ** 20 }], [{ N: 16, maxmem: 10 }], [{ N: "a" }], [{ N: 0 }], [{ N: 1 }], [{ maxmem: -1 }], [{ N: 2 ** 15 }], [5]]
    .map((args) => () => crypto.scryptSync("p", "s", 16, ...args)),
  "scrypt arguments": [["p", "s", -1], ["p", "s", "a"], [5, "s", 1], ["p", 5, 1], ["p", "s", 0]].map((args) => () => crypto.scryptSync(...args)),
  "hkdf": [["sha256", "k", "s", "i", 16], ["sha512", of(3), of(2), of(1), 100], ["sha256", crypto.createSecretKey("k"), "", "", 5], ["nope", "k", "s", "i", 16],
    ["sha256", "k", "s", "i", 16000], ["sha256", 5, "s", "i", 16], ["sha256", "k", 5, "i", 16], ["sha256", "k", "s", 5, 16], ["sha256", "k", "s", "i", "a"],
    ["sha256", "k", "s", "i".repeat(1025), 16], ["sha256", "k", "s", "i", -1], ["sha256", "", "s", "i", 0], [5, "k", "s", "i", 1]].map((args) => () => crypto.hkdfSync(...args)),
  "derivations, called back": [() => called((f) => crypto.pbkdf2("p", "s", 1, 8, "sha1", f)), () => called((f) => crypto.pbkdf2("p", "s", 1, 8, "nope", f)),
    () => called((f) => crypto.scrypt("p", "s", 8, f)), () => called((f) => crypto.scrypt("p", "s", 8, { N: 15 }, f)),
    () => called((f) => crypto.hkdf("sha256", "p", "s", "i", 8, f)), () => called((f) => crypto.hkdf("nope", "p", "s", "i", 8, f)),
    () => crypto.pbkdf2("p", "s", 1, 8, "sha1"), () => crypto.scrypt("p", "s", 8), () => crypto.hkdf("sha256", "p", "s", "i", 8)],
  "block ciphers": [["aes-128-cbc", 16, 16], ["aes-192-cbc", 24, 16], ["AES-256-CBC", 32, 16], ["des-cbc", 8, 8], ["des-ede-cbc", 16, 8], ["des-ede3-cbc", 24, 8],
    ["aes-128-ecb", 16, 0], ["des-ecb", 8, 0], ["des-ede", 16, 0]].map(([name, key, iv]) => () => encrypt(name, of(key), of(iv), "", "a", "sixteen or more of", "x")),
  "stream ciphers": [["aes-128-ctr", 16, 16], ["aes-192-ofb", 24, 16], ["aes-256-ctr", 32, 16], ["rc4", 16, 0], ["rc4", 5, 0], ["aes-256-gcm", 32, 12],
    ["aes-128-gcm", 16, 1], ["aes-192-gcm", 24, 20], ["chacha20-poly1305", 32, 12]]
    .map(([name, key, iv]) => () => encrypt(name, of(key), of(iv, 255), "a longer text than that of one block")),
  "decipher": [() => decrypt("aes-128-cbc", of(16), of(16), encrypt("aes-128-cbc", of(16), of(16), "héllo").replace(/[|/]/g, "")),
    () => decrypt("aes-128-cbc", of(16), of(16), "00"), () => decrypt("aes-128-cbc", of(16), of(16), ""), () => decrypt("aes-128-cbc", of(16), of(16), "00".repeat(32)),
    () => decrypt("aes-128-ctr", of(16), of(16), "0011"), () => decrypt("des-ecb", of(8), null, "00".repeat(8))],
  "cipher arguments": [["aes-128-cbc", of(24), of(16)], ["aes-128-cbc", of(16), of(8)], ["nope", of(16), of(8)], ["aes-128-cbc", of(16)], ["aes-128-cbc", of(16), null],
    ["aes-128-ecb", of(16), of(16)], [5, of(16), of(16)], ["aes-128-cbc", 5, of(16)], ["aes-256-gcm", of(32), null], ["aes-256-cbc", of(32), 5], ["aes256", of(32), of(16)],
    ["aes-256-cbc", crypto.createSecretKey(of(32)), of(16)], ["aes-256-gcm", rsa(), of(16)], ["aes-128-cbc", "0123456789abcdef", "0123456789abcdef"],
    ["aes-128-eax", of(16), of(16), { authTagLength: 16 }]].map((args) => () => crypto.createCipheriv(...args).final("hex")),
  "cipher update and state": [
    (c) => c.update("a"), (c) => c.update("a", "nope"), (c) => c.update(5), (c) => c.update(null), (c) => (c.final(), c.final()), (c) => (c.final(), c.update(data)),
    (c) => (c.setAutoPadding(false), c.update("abc", "utf8"), c.final()), (c) => c.setAutoPadding(false).update(of(16), null, "hex") + c.final("hex"),
    (c) => c.setAAD(data), (c) => c.getAuthTag(), (c) => c.final("nope"), (c) => (c.final(), c.getAuthTag()), (c) => (c.final(), c.setAutoPadding()),
    (c) => (c.end("abc"), c.read()), (c) => c.update(new Uint16Array(9), undefined, "base64"),
  ].map((run) => () => run(crypto.createCipheriv("aes-128-cbc", of(16), of(16)))),
  "authenticated encryption": [
    (c) => c.setAAD(data) === c, (c) => (c.setAAD(data), c.setAAD(data), [c.update("abc", "utf8", "hex"), c.final("hex"), c.getAuthTag().toString("hex")]),
    (c) => c.getAuthTag(), (c) => (c.update("a", "utf8"), c.setAAD(data) === c), (c) => (c.final(), [c.getAuthTag().length, c.getAuthTag().length]), (c) => (c.final(), c.setAAD(data)),
  ].flatMap((run) => [["aes-256-gcm"], ["chacha20-poly1305"]].map(([name]) => () => run(crypto.createCipheriv(name, of(32), of(12))))),
  "authenticated decryption": [() => gcm(), () => gcm((d) => d.setAuthTag(of(16))), () => gcm((d) => d.setAuthTag("a")), () => gcm((d) => (d.setAuthTag(of(16)), d.setAuthTag(of(16)))),
    ...[0, 3, 4, 5, 8, 12, 15, 16, 17].map((n) => () => crypto.createDecipheriv("aes-256-gcm", of(32), of(12)).setAuthTag(of(n)) && n),
    () => { const c = crypto.createCipheriv("aes-256-gcm", of(32), of(12)), e = c.setAAD(data).update("text", "utf8"); c.final();
      const d = crypto.createDecipheriv("aes-256-gcm", of(32), of(12)).setAAD(data).setAuthTag(c.getAuthTag()); return d.update(e, null, "utf8") + d.final("utf8"); },
    () => { const d = crypto.createDecipheriv("chacha20-poly1305", of(32), of(12)); d.update(data); },
    () => { const d = crypto.createDecipheriv("chacha20-poly1305", of(32), of(12)); d.setAuthTag(of(16)); d.update(data); }],
  "getCipherInfo": [["aes-128-cbc"], ["AES-256-GCM"], ["des-ede3-cbc"], [419], ["chacha20-poly1305"], ["aes-256-eax"], ["nope"], [{}], ["aes-128-cbc", { keyLength: 5 }],
    ["aes-128-gcm", { ivLength: 5 }], ["aes-128-cbc", { ivLength: 5 }]].map((args) => () => crypto.getCipherInfo(...args)),
  "keys": [() => details(rsa()), () => details(rsaPublic()), () => details(ec()), () => details(crypto.createPrivateKey(ED)), () => details(crypto.createSecretKey("abc")),
    () => details(crypto.createPublicKey(LEAF)), () => details(crypto.createPublicKey(rsa()))],
  "export of private keys": [RSA, EC, ED].flatMap((pem) => [["pkcs8", "pem"], ["pkcs8", "der"], ["pkcs1", "pem"], ["sec1", "pem"], ["spki", "pem"], [undefined, "jwk"], ["nope", "pem"],
    ["pkcs8"], ["pkcs8", "nope"], [5, "pem"], ["pkcs8", 5], []].map(([type, format]) => () => crypto.createPrivateKey(pem).export({ type, format }))),
  "export of public keys": [RSA, EC, ED].flatMap((pem) => [["spki", "pem"], ["spki", "der"], ["pkcs1", "pem"], ["sec1", "pem"], ["pkcs8", "pem"], [undefined, "jwk"]]
    .map(([type, format]) => () => crypto.createPublicKey(pem).export({ type, format }))),
  "export of secret keys": [[], [{ format: "buffer" }], [{ format: "jwk" }], [{ format: "pem" }], [5]].map((args) => () => crypto.createSecretKey("abc").export(...args)),
  "encrypted keys": ["aes-128-cbc", "AES-256-CBC", "des-ede3-cbc", "aes-256-gcm", "nope", 5].flatMap((cipher) => ["pkcs8", "sec1"].map((type) => () => {
    const key = ec().export({ type, format: "pem", cipher, passphrase: "pw" });
    return [key.split("\n")[0], crypto.createPrivateKey({ key, passphrase: "pw" }).equals(ec())];
  })).concat([() => crypto.createPrivateKey({ key: rsa().export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "a" }), passphrase: "b" }),
    () => crypto.createPrivateKey(rsa().export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "a" })),
    () => rsa().export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc" }), () => rsa().export({ type: "pkcs1", format: "der", cipher: "aes-128-cbc", passphrase: "a" })]),
  "keys that are none": [[], [5], [""], ["nope"], [{}], [{ key: 5 }], [{ key: "x", format: "nope" }], [{ key: of(3), format: "der" }], [{ key: of(3), format: "der", type: "nope" }],
    [{ key: { kty: "nope" } }], [{ key: 5, format: "jwk" }], [{ key: "a", passphrase: 5 }]]
    .flatMap((args) => [() => crypto.createPrivateKey(...args), () => crypto.createPublicKey(...args)]),
  "createSecretKey": [["abc"], ["616263", "hex"], [""], [of(3)], [new ArrayBuffer(2)], [5], []].map((args) => () => crypto.createSecretKey(...args).export()),
  "key equality": [() => rsa().equals(rsa()), () => rsa().equals(ec()), () => rsa().equals(rsaPublic()), () => rsaPublic().equals(rsaPublic()), () => rsa().equals(5),
    () => crypto.createSecretKey("a").equals(crypto.createSecretKey("a"))],
  "JSON Web Keys": [() => crypto.createPrivateKey({ key: rsa().export({ format: "jwk" }), format: "jwk" }).equals(rsa()),
    () => crypto.createPrivateKey({ key: ec().export({ format: "jwk" }), format: "jwk" }).equals(ec()),
    () => crypto.createPublicKey({ key: ec().export({ format: "jwk" }), format: "jwk" }).equals(ecPublic()),
    ...[{ kty: "EC", crv: "P-256", x: "AA", y: "AA" }, { kty: "EC", crv: "P-256", y: "AA" }, { kty: "EC", x: "AA", y: "AA" }, { kty: "EC", crv: "secp256k1", x: "AA", y: "AA" },
      { kty: "OKP", crv: "Ed25519" }, { kty: "OKP", crv: "nope", x: "AA" }, { kty: "OKP", crv: "Ed25519", x: "AA", d: "AA" }, { kty: "RSA", n: "!" }, { kty: "RSA", n: "!", e: "AQAB" },
      { kty: "oct", k: "YQ" }, {}].flatMap((key) => [() => crypto.createPublicKey({ key, format: "jwk" }), () => crypto.createPrivateKey({ key, format: "jwk" })])],
  "CryptoKey": [() => { const k = crypto.createSecretKey(of(16)).toCryptoKey("AES-GCM", true, ["encrypt"]); return [k.type, k.algorithm, k.usages, k.extractable]; },
    () => { const k = ecPublic().toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]); return [k.type, k.algorithm, k.usages, crypto.KeyObject.from(k).equals(ecPublic())]; },
    () => crypto.createSecretKey(of(5)).toCryptoKey("AES-GCM", true, ["encrypt"]), () => ecPublic().toCryptoKey(), () => crypto.KeyObject.from(5), () => new crypto.KeyObject(),
    () => ecPublic().toCryptoKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["nope"])],
  "generateKey": [["hmac", { length: 64 }], ["hmac", { length: 7 }], ["hmac", { length: 9 }], ["aes", { length: 128 }], ["aes", { length: 129 }], ["nope", { length: 1 }], ["aes"], [5, {}]]
    .map((args) => () => details(crypto.generateKeySync(...args))),
  "generateKeyPair": [["rsa", { modulusLength: 1024 }], ["rsa", { modulusLength: 1024, publicExponent: 3 }], ["rsa", {}], ["rsa"], ["rsa", { modulusLength: 5 }], ["rsa-pss", { modulusLength: 1024 }],
    ["ec", { namedCurve: "P-256" }], ["ec", { namedCurve: "secp384r1" }], ["ec", { namedCurve: "secp256k1" }], ["ec", { namedCurve: "nope" }], ["ec", {}], ["ec", { namedCurve: "P-521", paramEncoding: "nope" }],
    ["ed25519"], ["x25519", {}], ["ed448"], ["dsa", {}], ["dh", { group: "modp14" }], ["dh", {}], ["dh", { primeLength: 64 }], ["nope"], [5]]
    .map((args) => () => { const { publicKey, privateKey } = crypto.generateKeyPairSync(...args); return [details(publicKey), details(privateKey)]; }),
  "generateKeyPair, encoded": [() => { const k = crypto.generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding: { type: "spki", format: "pem" }, privateKeyEncoding: { format: "jwk" } });
    return [k.publicKey.slice(0, 27), Object.keys(k.privateKey)]; }, () => crypto.generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding: 5 }),
    () => called((f) => crypto.generateKeyPair("ed25519", {}, f)).then(([e, a, b]) => [e, details(a), details(b)]), () => crypto.generateKeyPair("ed25519", {})],
  "signatures": ["sha256", "RSA-SHA256", "sha1", "md5", "md5-sha1", "nope", null, 5].flatMap((name) => [() => crypto.sign(name, data, RSA), () => crypto.createSign(name).update("data").sign(RSA, "base64"),
    () => crypto.verify(name, data, rsaPublic(), RSA_SIGNATURE), () => crypto.createVerify(name).update("data").verify(rsa(), RSA_SIGNATURE)]),
  "Ed25519": [() => crypto.sign(null, data, ED), () => crypto.verify(undefined, data, ED, crypto.sign(null, data, ED)), () => crypto.sign("sha256", data, ED), () => crypto.createSign("sha256").sign(ED),
    () => crypto.createVerify("sha256").verify(ED, of(64))],
  "ECDSA": [() => crypto.verify("sha256", data, EC, crypto.sign("sha256", data, EC)), () => crypto.sign("sha256", data, { key: EC, dsaEncoding: "ieee-p1363" }).length,
    () => crypto.verify("sha256", data, { key: EC, dsaEncoding: "ieee-p1363" }, crypto.sign("sha256", data, { key: EC, dsaEncoding: "ieee-p1363" })),
    () => crypto.verify("sha256", data, EC, crypto.sign("sha256", data, { key: EC, dsaEncoding: "ieee-p1363" })), () => crypto.sign("sha256", data, { key: EC, dsaEncoding: "nope" }),
    () => crypto.sign(null, data, EC), () => crypto.createVerify("sha1").update("data").verify(EC, crypto.createSign("sha1").update("data").sign(EC))],
  "RSA-PSS": [undefined, 0, 20, 32, -1, -2, -3, 222, 223, "a"].map((saltLength) => () => {
    const signature = crypto.createSign("sha256").update(data).sign({ key: RSA, padding: 6, saltLength });
    return [undefined, 0, 20, 32, 222, -1, -2].map((saltLength) => crypto.createVerify("sha256").update(data).verify({ key: RSA, padding: 6, saltLength }, signature));
  }).concat([3, 4, 5, "a"].map((padding) => () => crypto.createSign("sha256").sign({ key: RSA, padding }).length), () => crypto.sign("sha256", data, { key: RSA, padding: 6 })),
  "what signs, and what": [["a", RSA], [data], [data, 5], [data, "nope"], [data, rsaPublic()], [data, crypto.createSecretKey("a")], [data, {}], [data, { key: rsa() }], [new ArrayBuffer(2), RSA],
    [data, { key: rsa().export({ format: "jwk" }), format: "jwk" }]].flatMap((args) => [() => crypto.sign("sha256", ...args).length, () => crypto.createSign("sha256").update(data).sign(args[1]).length]),
  "what verifies, and what": [[data, RSA, "a"], [data, RSA], [data, LEAF, of(3)], [data, crypto.createSecretKey("a"), of(3)], [data, undefined, of(3)]]
    .flatMap((args) => [() => crypto.verify("sha256", ...args), () => crypto.createVerify("sha256").update(data).verify(args[1], args[2])]),
  "sign and verify as streams, and twice": [() => { const s = crypto.createSign("sha256"); s.write("da"); s.end("ta"); return s.sign(RSA, "hex"); }, () => { const s = crypto.createSign("sha256"); s.sign(RSA); s.sign(RSA); },
    () => { const s = crypto.createSign("sha256"); s.sign(RSA); s.update("a"); }, () => { const v = crypto.createVerify("sha256"); v.verify(RSA, of(2)); v.verify(RSA, of(2)); }, () => crypto.createSign("sha256").update(5),
    () => called((f) => crypto.sign("sha256", data, RSA, f)), () => called((f) => crypto.verify("sha256", data, RSA, RSA_SIGNATURE, f))],
  "RSA encryption": [{}, { padding: 1 }, { padding: 4 }, { padding: 4, oaepHash: "sha1" }, { padding: 4, oaepHash: "sha256", oaepLabel: data }, { oaepHash: "sha256" }, { oaepLabel: data }, { oaepHash: "nope" }, { oaepHash: 5 },
    { padding: 5 }, { padding: 6 }, { padding: "a" }, { padding: 3 }].map((options) => () => crypto.privateDecrypt({ key: RSA, ...options }, crypto.publicEncrypt({ key: rsaPublic(), ...options }, data))),
  "RSA, raw": [() => crypto.privateEncrypt(RSA, data), () => crypto.publicDecrypt(RSA, crypto.privateEncrypt(RSA, data)), () => crypto.publicEncrypt({ key: RSA, padding: 3 }, of(256)),
    () => crypto.privateDecrypt({ key: RSA, padding: 3 }, of(256)), () => crypto.privateEncrypt({ key: RSA, padding: 4 }, data), () => crypto.publicDecrypt(RSA, of(256)), () => crypto.privateDecrypt(RSA, of(5)),
    () => crypto.publicEncrypt(RSA, of(300)), () => crypto.publicEncrypt(RSA, 5), () => crypto.publicEncrypt(ED, data), () => crypto.publicEncrypt(undefined, data), () => crypto.privateDecrypt(rsaPublic(), data)],
  "ECDH": [() => ecdh().getPublicKey("hex"), () => ecdh().getPublicKey("hex", "compressed"), () => ecdh().getPublicKey("hex", "hybrid"), () => ecdh().getPublicKey("hex", "nope"), () => ecdh().getPublicKey("nope"), () => ecdh().getPrivateKey(),
    () => ecdh().computeSecret(ecdh("05").getPublicKey(), null, "hex"), () => ecdh().computeSecret("00", "hex"), () => ecdh().computeSecret(5), () => ecdh("00"), () => ecdh("ff".repeat(32)),
    () => crypto.createECDH("prime256v1").getPublicKey(), () => crypto.createECDH("prime256v1").getPrivateKey(), () => crypto.createECDH("prime256v1").computeSecret(of(3)), () => crypto.createECDH("P-256"),
    () => crypto.createECDH("secp256k1"), () => crypto.createECDH(5), () => crypto.ECDH.convertKey(ecdh().getPublicKey(), "prime256v1", null, "hex", "compressed"), () => crypto.ECDH.convertKey("00", "prime256v1", "hex"),
    ...["secp224r1", "secp384r1", "secp521r1"].map((name) => () => { const a = crypto.createECDH(name), b = crypto.createECDH(name), k = a.generateKeys(); return [k.length, b.generateKeys("hex", "compressed").length, a.computeSecret(b.getPublicKey()).equals(b.computeSecret(k))]; })],
  "Diffie-Hellman": [() => [dh().getPublicKey("hex"), dh().computeSecret("05", "hex", "hex"), dh().verifyError, dh().getPrime("base64"), dh().getGenerator()], () => dh().computeSecret("01", "hex"), () => dh().computeSecret("ffffffffffffffc6", "hex"),
    () => crypto.createDiffieHellman(of(1, 23), 5).verifyError, () => crypto.createDiffieHellman(of(1, 15)).verifyError, () => crypto.createDiffieHellman(), () => crypto.createDiffieHellman(1.5), () => crypto.createDiffieHellman(2),
    () => crypto.createDiffieHellman(of(0)), () => crypto.createDiffieHellman(of(1, 23)).getPublicKey(), () => crypto.createDiffieHellman(32).getPrime().length],
  "Diffie-Hellman groups": ["modp14"].map((name) => () => crypto.createHash("sha256").update(crypto.getDiffieHellman(name).getPrime()).digest("hex"))
    .concat([() => crypto.getDiffieHellman("modp5"), () => crypto.getDiffieHellman("nope")]),
  "diffieHellman": [() => { const a = crypto.generateKeyPairSync("x25519"), b = crypto.generateKeyPairSync("x25519"); return crypto.diffieHellman({ privateKey: a.privateKey, publicKey: b.publicKey }).equals(crypto.diffieHellman({ privateKey: b.privateKey, publicKey: a.publicKey })); },
    () => crypto.diffieHellman({ privateKey: ec(), publicKey: ecPublic() }), () => crypto.diffieHellman({ privateKey: ec(), publicKey: rsaPublic() }), () => crypto.diffieHellman({ privateKey: ecPublic(), publicKey: ecPublic() }),
    () => crypto.diffieHellman({ privateKey: ec() }), () => crypto.diffieHellman({}), () => crypto.diffieHellman()],
  "primes": [() => crypto.checkPrimeSync(7n), () => crypto.checkPrimeSync(of(1, 8)), () => crypto.checkPrimeSync(2n ** 127n - 1n), () => crypto.checkPrimeSync("a"), () => crypto.checkPrimeSync(-1n), () => crypto.checkPrimeSync(7n, { checks: -1 }),
    () => crypto.checkPrimeSync(7n, 5), () => crypto.generatePrimeSync(32).byteLength, () => crypto.checkPrimeSync(crypto.generatePrimeSync(40, { safe: true, bigint: true })), () => crypto.generatePrimeSync(0), () => crypto.generatePrimeSync("a"),
    () => crypto.generatePrimeSync(32, { add: 12n, rem: 11n, bigint: true }) % 12n, () => crypto.generatePrimeSync(32, { add: 5 }), () => crypto.generatePrimeSync(8, { add: 2n ** 40n, rem: 1n }), () => crypto.generatePrimeSync(32, { add: 12n }),
    () => called((f) => crypto.checkPrime(7n, f)), () => crypto.generatePrime(32)],
  "certificates": [CA, LEAF].flatMap((pem) => ["subject", "subjectAltName", "issuer", "issuerCertificate", "infoAccess", "validFrom", "validTo", "fingerprint", "fingerprint256", "fingerprint512", "keyUsage", "serialNumber", "ca", "raw"]
    .map((name) => () => new crypto.X509Certificate(pem)[name]).concat([() => new crypto.X509Certificate(pem).toLegacyObject(), () => JSON.stringify(new crypto.X509Certificate(pem)), () => details(new crypto.X509Certificate(pem).publicKey)])),
  "certificates that are none": [["nope"], [5], [of(3)], [], [new ArrayBuffer(2)]].map((args) => () => new crypto.X509Certificate(...args)),
  "names of certificates": [(x) => x.checkHost("example.com"), (x) => x.checkHost("EXAMPLE.com"), (x) => x.checkHost("a.wild.example.com"), (x) => x.checkHost("a.b.wild.example.com"), (x) => x.checkHost("wild.example.com"), (x) => x.checkHost(""),
    (x) => x.checkHost(5), (x) => x.checkHost("example.com", { subject: "nope" }), (x) => x.checkHost("a.wild.example.com", { wildcards: false }), (x) => x.checkIP("127.0.0.1"), (x) => x.checkIP("::1"), (x) => x.checkIP("10.0.0.1"),
    (x) => x.checkIP("nope"), (x) => x.checkEmail("a@example.com"), (x) => x.checkEmail("A@example.com"), (x) => x.checkEmail(5)].map((run) => () => run(new crypto.X509Certificate(LEAF))),
  "who issued it": [(l, c) => [l.checkIssued(c), c.checkIssued(c), c.checkIssued(l), l.checkIssued(l)], (l, c) => [l.verify(c.publicKey), c.verify(c.publicKey), l.verify(l.publicKey)], (l) => l.checkIssued(5), (l) => l.verify(5),
    (l) => l.verify(rsa()), (l) => l.checkPrivateKey(crypto.createPrivateKey(LEAF_KEY)), (l, c) => l.checkPrivateKey(c.publicKey)].map((run) => () => run(new crypto.X509Certificate(LEAF), new crypto.X509Certificate(CA))),
  "SPKAC": [() => crypto.Certificate.verifySpkac("a"), () => crypto.Certificate.exportChallenge("a"), () => crypto.Certificate.exportPublicKey(SPKAC), () => crypto.Certificate().exportChallenge(SPKAC), () => crypto.Certificate.exportPublicKey(5)],
  "Web Crypto": [() => crypto.webcrypto === globalThis.crypto, () => crypto.subtle === globalThis.crypto.subtle, () => crypto.CryptoKey === CryptoKey, () => crypto.getRandomValues(new Uint8Array(2)).length],
};

// shown is a value as JSON has it, with what that would lose.
const shown = (value) => JSON.stringify(value, (_, v) => {
  if (typeof v === "bigint") return v + "n";
  if (v === undefined) return "undefined";
  if (v instanceof ArrayBuffer) return "ArrayBuffer " + Buffer.from(v).toString("hex");
  if (v instanceof Error) return `${v.name} [${v.code}] ${v.message}`;
  return v;
});

const outcome = async (run) => {
  try {
    return shown(await run());
  } catch (e) {
    return e instanceof Error ? `throws ${e.name} [${e.code}] ${e.message}` : `throws ${e}`;
  }
};

export default {
  async fetch() {
    const results = {};
    for (const [name, runs] of Object.entries(cases)) {
      for (const [i, run] of runs.entries()) results[`${name} ${i}`] = await outcome(run);
    }
    return Response.json(results);
  },
};
