// better-auth: sign-up, sign-in and sessions with the memory adapter
// POST /scenario
import { betterAuth } from "better-auth";
import { memoryAdapter } from "@better-auth/memory-adapter";
import { bearer } from "better-auth/plugins";
import { show } from "./lib/calls.js";

// What random values and clocks make is left out.
const scrub = (text) => text.replace(/"(id|userId|token|createdAt|updatedAt|expiresAt)":"[^"]*"/g, '"$1":"…"').replace(/session_token=[^;]*/g, "session_token=…");
export default {
  async fetch(request) {
    const db = { user: [], session: [], account: [], verification: [] };
    const hash = async (password) => Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(password)))).join("");
    const auth = betterAuth({
      baseURL: "http://worker.localhost", secret: "0123456789abcdef0123456789abcdef", database: memoryAdapter(db), telemetry: { enabled: false }, logger: { disabled: true },
      emailAndPassword: { enabled: true, password: { hash, verify: async ({ hash: h, password }) => h === (await hash(password)) } },
      user: { additionalFields: { role: { type: "string", defaultValue: "user", input: false } } },
      plugins: [bearer()], rateLimit: { enabled: false },
    });
    let cookie = "", lines = "";
    const call = async (method, path, body, headers = {}) => {
      const res = await auth.handler(new Request(`http://worker.localhost/api/auth${path}`, { method, body: body && JSON.stringify(body), headers: { "content-type": "application/json", origin: "http://worker.localhost", cookie, ...headers } }));
      const set = res.headers.getSetCookie();
      if (set.length) cookie = set.map((c) => c.split(";")[0]).join("; ");
      lines += `${method} ${path}: ${res.status} ${scrub(await res.text())} ${scrub(set.join(" | "))}\n`;
    };
    await call("GET", "/ok");
    await call("POST", "/sign-up/email", { email: "a@b.co", password: "password1", name: "Ann" });
    await call("GET", "/get-session");
    await call("POST", "/update-user", { name: "Anna" });
    await call("GET", "/list-sessions");
    await call("POST", "/sign-out", {});
    await call("GET", "/get-session");
    await call("POST", "/sign-in/email", { email: "a@b.co", password: "wrong-password" });
    await call("POST", "/sign-in/email", { email: "a@b.co", password: "password1" });
    await call("POST", "/sign-up/email", { email: "a@b.co", password: "password1", name: "Ann" });
    await call("POST", "/sign-up/email", { email: "bad", password: "x", name: "" });
    await call("POST", "/sign-out", {}, { origin: "http://evil.example" });
    await call("GET", "/nothing");
    try {
      await auth.api.signInEmail({ body: { email: "no@b.co", password: "password1" } });
    } catch (e) {
      lines += `${e.name} ${e.status} ${e.message} ${show(e.body)}\n`;
    }
    return new Response(lines + show([db.user.length, db.session.length, db.account.map((a) => a.providerId)]));
  },
};
