// jsonwebtoken: signing and verification with node:crypto
// GET /
import jwt from "jsonwebtoken";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { calls } from "./lib/calls.js";

const ec = { kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI" };
const at = { clockTimestamp: 1700000030 };
const token = (options) => jwt.sign({ sub: "x", iat: 1700000000 }, "secret", { expiresIn: 60, issuer: "i", ...options });
export default calls({
  hs256: () => token(),
  hs512: () => token({ algorithm: "HS512", keyid: "k", header: { x: 1 } }),
  verify: () => jwt.verify(token(), "secret", at),
  complete: () => jwt.verify(token(), "secret", { ...at, complete: true }),
  decode: () => jwt.decode(token(), { complete: true }),
  callback: () => new Promise((resolve) => jwt.verify(token(), "secret", at, (error, payload) => resolve([error, payload]))),
  es256: () => { const key = createPrivateKey({ key: ec, format: "jwk" }); return jwt.verify(jwt.sign({ a: 1, iat: 1 }, key, { algorithm: "ES256" }), createPublicKey(key), { algorithms: ["ES256"] }); },
  none: () => jwt.sign({ a: 1, iat: 1 }, "", { algorithm: "none" }),
  expired: () => jwt.verify(token(), "secret", { clockTimestamp: 1800000000 }),
  issuer: () => jwt.verify(token(), "secret", { ...at, issuer: "other" }),
  signature: () => jwt.verify(token(), "other", at),
  malformed: () => jwt.verify("abc", "secret"),
  algorithms: () => jwt.verify(token(), "secret", { ...at, algorithms: ["HS384"] }),
  options: () => jwt.sign({ exp: 1 }, "secret", { expiresIn: 5 }),
  asymmetric: () => jwt.sign({}, "secret", { algorithm: "RS256" }),
});
