// node-forge: hashes, ciphers, keys, certificates
// GET /
import forge from "node-forge";
import { calls } from "./lib/calls.js";
export default calls({
  hashes: () => ["md5", "sha1", "sha256", "sha512"].map((n) => forge.md[n].create().update("x").digest().toHex()),
  hmac: () => { const h = forge.hmac.create(); h.start("sha256", "key"); h.update("data"); return h.digest().toHex(); },
  aes: () => { const c = forge.cipher.createCipher("AES-CBC", "k".repeat(16)); c.start({ iv: "i".repeat(16) }); c.update(forge.util.createBuffer("some text")); c.finish(); return c.output.toHex(); },
  gcm: () => { const c = forge.cipher.createCipher("AES-GCM", "k".repeat(32)); c.start({ iv: "i".repeat(12), additionalData: "a" }); c.update(forge.util.createBuffer("text")); c.finish(); return [c.output.toHex(), c.mode.tag.toHex()]; },
  pbkdf2: () => forge.util.bytesToHex(forge.pkcs5.pbkdf2("pw", "salt", 10, 32)),
  der: () => forge.asn1.toDer(forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SEQUENCE, true, [forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.INTEGER, false, forge.asn1.integerToDer(300).getBytes())])).toHex(),
  pem: () => forge.pem.decode("-----BEGIN X-----\nYWJj\n-----END X-----\n").map((p) => [p.type, p.body]),
  rsa: () => { const J = forge.jsbn.BigInteger; const k = forge.pki.rsa.setPublicKey(new J("c4f8e9e15dcadf2b96c763d981006a644ffb4415030a16ed1283883340f2aa0e2be2be8fa60150b9046965837c3e7d151b7de237ebb957c20663898250703b3f", 16), new J("10001", 16)); return [forge.pki.publicKeyToPem(k), forge.pki.getPublicKeyFingerprint(k, { encoding: "hex" })]; },
  oids: () => forge.pki.oids.sha256WithRSAEncryption,
  bad: () => forge.pki.privateKeyFromPem("nonsense"),
  worse: () => forge.asn1.fromDer("\x30\x05\x01"),
});
