// jose: JWS, JWT, JWE, JWK
// GET /
import * as jose from "jose";
import { calls } from "./lib/calls.js";

const secret = new TextEncoder().encode("0123456789abcdef0123456789abcdef");
const rsa = { kty: "RSA", n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw", e: "AQAB" };
const ec = { kty: "EC", crv: "P-256", x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", d: "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI" };
const ed = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
const token = (claims, time = 1700000000) => new jose.SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).setIssuedAt(time).setIssuer("i").setAudience("a").setExpirationTime(time + 60).sign(secret);
const at = { currentDate: new Date(1700000030000) };
export default calls({
  sign: () => token({ sub: "x" }),
  verify: async () => jose.jwtVerify(await token({ sub: "x" }), secret, { ...at, issuer: "i", audience: "a" }),
  decode: async () => { const t = await token({}); return [jose.decodeJwt(t), jose.decodeProtectedHeader(t)]; },
  eddsa: async () => { const key = await jose.importJWK(ed, "EdDSA"); const jws = await new jose.CompactSign(new TextEncoder().encode("payload")).setProtectedHeader({ alg: "EdDSA" }).sign(key); const { d, ...pub } = ed; return [jws, new TextDecoder().decode((await jose.compactVerify(jws, await jose.importJWK(pub, "EdDSA"))).payload)]; },
  es256: async () => { const key = await jose.importJWK(ec, "ES256"); const jws = await new jose.FlattenedSign(new TextEncoder().encode("p")).setProtectedHeader({ alg: "ES256" }).sign(key); const { d, ...pub } = ec; return (await jose.flattenedVerify(jws, await jose.importJWK(pub, "ES256"))).protectedHeader; },
  thumbprint: async () => [await jose.calculateJwkThumbprint(rsa), await jose.calculateJwkThumbprintUri(ec, "sha384")],
  jwe: async () => { const jwe = await new jose.CompactEncrypt(new TextEncoder().encode("hidden")).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(secret); return [jose.decodeProtectedHeader(jwe), new TextDecoder().decode((await jose.compactDecrypt(jwe, secret)).plaintext)]; },
  ecdh: async () => { const { publicKey, privateKey } = await jose.generateKeyPair("ECDH-ES+A128KW", { extractable: true }); const jwt = await new jose.EncryptJWT({ a: 1 }).setProtectedHeader({ alg: "ECDH-ES+A128KW", enc: "A128CBC-HS256" }).encrypt(publicKey); return (await jose.jwtDecrypt(jwt, privateKey)).payload; },
  pbes2: async () => { const jwe = await new jose.CompactEncrypt(new Uint8Array([1, 2])).setProtectedHeader({ alg: "PBES2-HS256+A128KW", enc: "A128GCM" }).setKeyManagementParameters({ p2c: 1000 }).encrypt(secret); return (await jose.compactDecrypt(jwe, secret, { keyManagementAlgorithms: ["PBES2-HS256+A128KW"] })).plaintext; },
  jwks: async () => { const set = jose.createLocalJWKSet({ keys: [{ ...ec, d: undefined, kid: "k", alg: "ES256" }, { ...rsa, kid: "r" }] }); const jws = await new jose.SignJWT({ x: 1 }).setProtectedHeader({ alg: "ES256", kid: "k" }).sign(await jose.importJWK(ec, "ES256")); return (await jose.jwtVerify(jws, set, at)).payload; },
  pem: async () => (await jose.exportSPKI(await jose.importJWK(rsa, "RS256", { extractable: true }))).split("\n").slice(0, 2),
  pkcs8: async () => jose.exportPKCS8(await jose.importJWK(ed, "EdDSA", { extractable: true })),
  expired: async () => jose.jwtVerify(await token({}), secret, { currentDate: new Date(1800000000000) }),
  claim: async () => jose.jwtVerify(await token({}), secret, { ...at, issuer: "other" }),
  signature: async () => jose.jwtVerify((await token({})).slice(0, -2) + "AA", secret, at),
  malformed: () => jose.jwtVerify("a.b", secret),
  unsecured: () => jose.UnsecuredJWT.decode(new jose.UnsecuredJWT({ a: 1 }).encode()),
  short: async () => new jose.SignJWT({}).setProtectedHeader({ alg: "HS512" }).sign(await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"])),
});
