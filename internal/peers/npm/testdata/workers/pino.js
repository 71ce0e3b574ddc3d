// pino: logs
// GET /
import pino from "pino";
import winston from "winston";
import Transport from "winston-transport";
import debug from "debug";
import { calls } from "./lib/calls.js";
export default calls({
  pino: () => { const o = []; const l = pino({ base: null, timestamp: false, level: "debug", redact: ["password", "a.b"] }, { write: (s) => o.push(s) }); l.info({ a: { b: 1, c: 2 }, password: "x" }, "hi %s %d %j", "é", 5, { z: 1 }); l.child({ m: "c" }).debug("x"); l.error(Object.assign(new RangeError("bad"), { code: "E", stack: "S" })); l.trace("no"); return o; },
  pinoerr: () => pino({ level: "nope" }),
  pinoerr2: () => pino({ customLevels: { a: "x" } }),
  winston: async () => { const o = []; class T extends Transport { log(i, cb) { o.push(i[Symbol.for("message")]); cb(); } } const l = winston.createLogger({ level: "debug", format: winston.format.combine(winston.format.errors({ stack: false }), winston.format.splat(), winston.format.json()), transports: [new T()] }); l.info("hi %s", "a", { b: 1 }); l.error(new Error("e")); l.silly("no"); l.child({ c: 1 }).warn("w"); await new Promise((y) => setTimeout(y, 5)); return o; },
  winstonf: () => winston.format.combine(winston.format.label({ label: "L" }), winston.format.uncolorize(), winston.format.printf((i) => `${i.label} ${i.level}: ${i.message}`)).transform({ level: "info", message: "m" })[Symbol.for("message")],
  debug: () => { const d = debug("x:y"); d("%o %j", { a: 1 }, 2); return [d.enabled, d.namespace]; },
});
