// oauth4webapi: signing in, and hashes in WebAssembly
// GET /
import * as oauth from "oauth4webapi";
import { GitHub, Google, generateCodeVerifier } from "arctic";
import { argon2id, bcrypt, sha256, blake3, xxhash64, scrypt, argon2Verify, crc32, md5, pbkdf2, createSHA256 } from "hash-wasm";
import { calls } from "./lib/calls.js";
const key = new TextEncoder().encode("0123456789abcdef0123456789abcdef");
export default calls({
  oauth: async () => { const as = { issuer: "https://a.b", authorization_endpoint: "https://a.b/authz", token_endpoint: "https://a.b/t" }; return [await oauth.calculatePKCECodeChallenge("dBjftJeZ4CVP-mBrLJ_lPZv4XqVKTzmBnNvHVXKTsxE"), oauth.validateAuthResponse(as, { client_id: "c" }, new URL("https://c.d/cb?code=x&state=s"), "s").get("code")]; },
  oautherr: () => oauth.validateAuthResponse({ issuer: "https://a.b" }, { client_id: "c" }, new URL("https://c.d/cb?error=access_denied&error_description=no&state=s"), "s"),
  oautherr2: () => oauth.validateAuthResponse({ issuer: "https://a.b" }, { client_id: "c" }, new URL("https://c.d/cb?code=1&state=q"), "s"),
  oauthtok: async (env) => { const as = { issuer: "https://a.b", token_endpoint: env.ORIGIN + "/t?content=application/json&text=" + encodeURIComponent('{"access_token":"x","token_type":"Bearer","expires_in":5}') }; const r = await oauth.clientCredentialsGrantRequest(as, { client_id: "c" }, oauth.ClientSecretBasic("s e:c"), { scope: "a" }, { [oauth.allowInsecureRequests]: true }); return oauth.processClientCredentialsResponse(as, { client_id: "c" }, r); },
  oautherr3: async (env) => { const as = { issuer: "https://a.b", token_endpoint: env.ORIGIN + "/status/400?content=application/json&text=" + encodeURIComponent('{"error":"invalid_client"}') }; const r = await oauth.clientCredentialsGrantRequest(as, { client_id: "c" }, oauth.ClientSecretPost("s"), {}, { [oauth.allowInsecureRequests]: true }); return oauth.processClientCredentialsResponse(as, { client_id: "c" }, r).catch((e) => [e.name, e.code, e.message, e.error, e.status]); },
  oautherr4: () => oauth.discoveryRequest(new URL("http://x.y")),
  arctic: () => [new GitHub("id", "sec", "http://c/cb").createAuthorizationURL("st", ["a", "b"]).href, generateCodeVerifier().length],
  arcticg: () => new Google("i", "s", "http://c").createAuthorizationURL("st", "verifier", ["openid"]).href,
  wasm: async () => [await argon2id({ password: "p", salt: key.slice(0, 16), parallelism: 1, iterations: 2, memorySize: 64, hashLength: 16, outputType: "encoded" }), await sha256("é"), await blake3("x"), await xxhash64("x"), await crc32("x"), await md5("x"), await pbkdf2({ password: "p", salt: "s", iterations: 10, hashLength: 16, hashFunction: createSHA256() })],
  argonv: () => argon2Verify({ password: "p", hash: "$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AAAA" }),
  wasmerr: () => argon2id({ password: "" }),
  wasmbc: () => bcrypt({ password: "p", salt: key.slice(0, 16), costFactor: 4 }),
  wasmscr: () => scrypt({ password: "p", salt: "s", costFactor: 16, blockSize: 1, parallelism: 1, hashLength: 8 }),
  wasmerr2: () => sha256(5),
});
