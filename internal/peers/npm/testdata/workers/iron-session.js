// iron-session: sealed sessions
// GET /
import { sealData, unsealData, getIronSession } from "iron-session";
import { calls } from "./lib/calls.js";

const password = "0123456789abcdef0123456789abcdef";
const open = async (cookie, options) => { const headers = new Headers(); const req = new Request("http://x/", { headers: cookie ? { cookie } : {} }); const res = new Response(null, { headers }); return [await getIronSession(req, res, { password, cookieName: "s", ...options }), res]; };
const attributes = (res) => res.headers.getSetCookie().map((c) => c.replace(/=[^;]*/, "=…"));
export default calls({
  seal: async () => { const sealed = await sealData({ a: 1, b: "ü" }, { password }); return [sealed.split("*").length, sealed.split("*")[0], await unsealData(sealed, { password })]; },
  rotation: async () => { const sealed = await sealData({ n: 2 }, { password: { 1: password } }); return unsealData(sealed, { password: { 2: "x".repeat(32), 1: password } }); },
  save: async () => { const [session, res] = await open(); session.user = "ann"; await session.save(); return attributes(res); },
  roundTrip: async () => { const [session, res] = await open(); session.user = { id: 5 }; await session.save(); const [again] = await open(res.headers.getSetCookie()[0].split(";")[0]); return again.user; },
  destroy: async () => { const [session, res] = await open(); session.destroy(); return [attributes(res), Object.keys(session)]; },
  options: async () => { const [session, res] = await open("", { ttl: 0, cookieOptions: { secure: false, sameSite: "strict", path: "/x", domain: "a.example" } }); await session.save(); return attributes(res).map((c) => c.replace(/Expires=[^;]*/i, "Expires=…")); },
  wrong: async () => unsealData(await sealData({ a: 1 }, { password }), { password: "y".repeat(32) }),
  tampered: async () => (await open("s=nonsense"))[0].user ?? "empty",
  short: () => sealData({}, { password: "short" }),
  noName: () => getIronSession(new Request("http://x/"), new Response(), { password }),
  large: async () => { const [session] = await open(); session.x = "x".repeat(5000); await session.save(); },
});
