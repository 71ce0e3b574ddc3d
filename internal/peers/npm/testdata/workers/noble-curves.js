// @noble/curves: signatures and key agreement
// GET /
import { secp256k1, schnorr } from "@noble/curves/secp256k1.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { bytesToHex, hexToBytes } from "@noble/curves/utils.js";
import { calls } from "./lib/calls.js";

const key = hexToBytes("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
const other = hexToBytes("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20");
const message = new TextEncoder().encode("message");
export default calls({
  secp256k1: () => { const pub = secp256k1.getPublicKey(key), sig = secp256k1.sign(message, key); return [bytesToHex(pub), bytesToHex(sig), secp256k1.verify(sig, message, pub)]; },
  shared: () => bytesToHex(secp256k1.getSharedSecret(key, secp256k1.getPublicKey(other))),
  schnorr: () => { const sig = schnorr.sign(message, key, new Uint8Array(32)); return [bytesToHex(sig), schnorr.verify(sig, message, schnorr.getPublicKey(key))]; },
  ed25519: () => { const sig = ed25519.sign(message, key); return [bytesToHex(sig), ed25519.verify(sig, message, ed25519.getPublicKey(key)), ed25519.verify(sig, key, ed25519.getPublicKey(key))]; },
  x25519: () => [bytesToHex(x25519.getSharedSecret(key, x25519.getPublicKey(other))), bytesToHex(x25519.getSharedSecret(other, x25519.getPublicKey(key)))],
  p256: () => { const sig = p256.sign(message, key); return [bytesToHex(sig), p256.verify(sig, message, p256.getPublicKey(key))]; },
  point: () => secp256k1.Point.BASE.multiply(123456789n).toHex(),
  invalidKey: () => secp256k1.getPublicKey(new Uint8Array(32)),
  invalidPoint: () => p256.Point.fromHex("02" + "ff".repeat(32)),
});
