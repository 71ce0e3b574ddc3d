// @noble/hashes: hashes, MACs and key derivation
// GET /
import { sha256, sha512, sha384, sha224 } from "@noble/hashes/sha2.js";
import { sha3_256, keccak_256, shake128 } from "@noble/hashes/sha3.js";
import { blake2b, blake2s } from "@noble/hashes/blake2.js";
import { blake3 } from "@noble/hashes/blake3.js";
import { sha1, ripemd160, md5 } from "@noble/hashes/legacy.js";
import { hmac } from "@noble/hashes/hmac.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { pbkdf2, pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { bytesToHex, hexToBytes, utf8ToBytes, concatBytes } from "@noble/hashes/utils.js";
import { calls } from "./lib/calls.js";

const data = utf8ToBytes("The quick brown fox jumps over the lazy dög");
export default calls({
  sha2: () => [sha224, sha256, sha384, sha512].map((h) => bytesToHex(h(data))),
  sha3: () => [bytesToHex(sha3_256(data)), bytesToHex(keccak_256(data)), bytesToHex(shake128(data, { dkLen: 40 }))],
  blake: () => [bytesToHex(blake2b(data, { dkLen: 20, key: data })), bytesToHex(blake2s(data)), bytesToHex(blake3(data, { context: data }))],
  legacy: () => [bytesToHex(sha1(data)), bytesToHex(md5(data)), bytesToHex(ripemd160(data))],
  stream: () => { const h = sha256.create(); for (let i = 0; i < 300; i++) h.update(data.subarray(0, i % 40)); return bytesToHex(h.clone().digest()); },
  hmac: () => bytesToHex(hmac(sha256, data, concatBytes(data, data))),
  hkdf: () => bytesToHex(hkdf(sha512, data, undefined, "info" && utf8ToBytes("info"), 50)),
  pbkdf2: async () => [bytesToHex(pbkdf2(sha256, "pass", "salt", { c: 20, dkLen: 32 })), bytesToHex(await pbkdf2Async(sha512, "pass", "salt", { c: 20, dkLen: 40 }))],
  scrypt: () => bytesToHex(scrypt("pass", "salt", { N: 16, r: 2, p: 1, dkLen: 32 })),
  argon2: () => bytesToHex(argon2id("pass", "saltsalt", { t: 1, m: 16, p: 1 })),
  hex: () => hexToBytes("00ff10"),
  badHex: () => hexToBytes("0g"),
  type: () => sha256("string"),
  length: () => blake2b(data, { dkLen: 65 }),
});
