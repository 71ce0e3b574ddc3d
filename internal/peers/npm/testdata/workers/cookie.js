// cookie: parsing and writing
// GET /
import * as cookie from "cookie";
import { calls } from "./lib/calls.js";

export default calls({
  exports: () => Object.keys(cookie).sort(),
  parse: () => cookie.parseCookie("a=1; b=%C3%BC; c=\"q\"; =x; d; a=2; e=%zz"),
  decode: () => cookie.parseCookie("a=b", { decode: (s) => s.toUpperCase() }),
  write: () => cookie.stringifyCookie({ a: "1", b: "ü x" }),
  setCookie: () => cookie.stringifySetCookie({ name: "a", value: "b c", path: "/", domain: "x.example", maxAge: 10, expires: new Date(0), httpOnly: true, secure: true, sameSite: "lax", priority: "high", partitioned: true }),
  parseSetCookie: () => cookie.parseSetCookie("a=b%20c; Path=/; HttpOnly; Max-Age=10; SameSite=Strict"),
  badName: () => cookie.stringifySetCookie({ name: "a b", value: "x" }),
  badDate: () => cookie.stringifySetCookie({ name: "a", value: "x", expires: new Date(NaN) }),
  badSite: () => cookie.stringifySetCookie({ name: "a", value: "x", sameSite: "some" }),
});
